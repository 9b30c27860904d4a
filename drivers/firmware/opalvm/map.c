// SPDX-License-Identifier: GPL-2.0
/*
 * The map: collected, then sealed, which is where everything that a firmware
 * or an earlier kernel claims is checked; read-only from then on.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/stdarg.h>
#include <linux/string.h>

#include "map.h"

/**
 * opalvm_refuse() - say why something is refused
 * @why: receives the reason, cut to its size; may be NULL
 * @err: a negative errno
 * @fmt: printf format of one line without a newline
 *
 * Context: any.
 * Return: @err, for "return opalvm_refuse(...)".
 */
int opalvm_refuse(struct opalvm_why *why, int err, const char *fmt, ...)
{
	va_list args;

	if (why) {
		va_start(args, fmt);
		vsnprintf(why->text, sizeof(why->text), fmt, args);
		va_end(args);
	}
	return err;
}

/**
 * opalvm_advise() - say what can be done about what is refused
 * @why: has the reason; may be NULL
 * @step: the next step
 *
 * Context: any.
 */
void opalvm_advise(struct opalvm_why *why, const char *step)
{
	size_t len;

	if (!why)
		return;
	len = strlen(why->text);
	scnprintf(why->text + len, sizeof(why->text) - len, ": %s", step);
}

/**
 * opalvm_map_alloc() - make an empty map
 * @firmware: OPALVM_FW_*
 * @capacity: extents that it has room for; the caller bounds it
 *
 * Context: may sleep.
 * Return: the map, to be freed with opalvm_map_free(); NULL without memory.
 */
struct opalvm_map *opalvm_map_alloc(u32 firmware, u32 capacity)
{
	struct opalvm_map *map;

	map = kvzalloc(struct_size(map, extents, capacity), GFP_KERNEL);
	if (!map)
		return NULL;
	map->firmware = firmware;
	map->capacity = capacity;
	return map;
}

/**
 * opalvm_map_free() - free a map
 * @map: the map, or NULL
 *
 * Context: may sleep.
 */
void opalvm_map_free(struct opalvm_map *map)
{
	kvfree(map);
}

static u64 last_va(const struct opalvm_extent *extent)
{
	return extent->va + extent->size - 1;
}

static u64 last_pa(const struct opalvm_extent *extent)
{
	return extent->pa + extent->size - 1;
}

static int refuse_extent(struct opalvm_why *why, int err, const struct opalvm_extent *extent,
			 const char *reason)
{
	return opalvm_refuse(why, err, "extent [%#llx-%#llx] -> %#llx: %s",
			     extent->va, last_va(extent), extent->pa, reason);
}

/* What makes an extent an extent, on any machine */
static int check_shape(const struct opalvm_extent *extent, struct opalvm_why *why)
{
	if (!extent->size)
		return opalvm_refuse(why, -EINVAL, "extent at %#llx -> %#llx: empty",
				     extent->va, extent->pa);
	if ((extent->va | extent->pa | extent->size) & (OPALVM_PAGE_SIZE - 1))
		return refuse_extent(why, -EINVAL, extent, "not made of whole pages");
	if (last_va(extent) < extent->va)
		return refuse_extent(why, -ERANGE, extent, "virtual addresses wrap around");
	if (last_pa(extent) < extent->pa)
		return refuse_extent(why, -ERANGE, extent, "physical addresses wrap around");
	return 0;
}

/**
 * opalvm_map_add() - add an extent to a map that is not sealed yet
 * @map: the map
 * @extent: the extent, copied; in a table of any order
 * @why: receives the reason of a refusal; may be NULL
 *
 * Protection bits are taken as they are. Those in an EFI memory map tell what
 * the memory is capable of (UEFI 2.10 section 7.2), not what is in force: its
 * provider clears them first, and then applies opalvm_map_protect().
 *
 * Context: any; the caller serialises changes of @map.
 * Return: 0; -E2BIG if @map is full; -EINVAL for an extent that is empty or
 * not made of whole pages; -ERANGE for one that wraps around.
 */
int opalvm_map_add(struct opalvm_map *map, const struct opalvm_extent *extent,
		   struct opalvm_why *why)
{
	int ret;

	ret = check_shape(extent, why);
	if (ret)
		return ret;
	if (map->nr_extents >= map->capacity)
		return refuse_extent(why, -E2BIG, extent, "no room left in the map");
	map->extents[map->nr_extents++] = *extent;
	return 0;
}

/**
 * opalvm_map_add_entry() - add an entry point to a map that is not sealed yet
 * @map: the map
 * @id: the service
 * @kind: OPALVM_ENTRY_VA or OPALVM_ENTRY_PA
 * @address: its entry point; a service that has none is not to be added
 * @why: receives the reason of a refusal; may be NULL
 *
 * Context: any; the caller serialises changes of @map.
 * Return: 0; -EINVAL for an unknown @kind or a zero @address; -EEXIST if the
 * service has an entry point already; -E2BIG if @map is full.
 */
int opalvm_map_add_entry(struct opalvm_map *map, u32 id, u32 kind, u64 address,
			 struct opalvm_why *why)
{
	u32 i;

	if (kind != OPALVM_ENTRY_VA && kind != OPALVM_ENTRY_PA)
		return opalvm_refuse(why, -EINVAL, "entry point of service %u: unknown kind %u",
				     id, kind);
	if (!address)
		return opalvm_refuse(why, -EINVAL, "entry point of service %u: zero", id);
	for (i = 0; i < map->nr_entries; i++)
		if (map->entries[i].id == id)
			return opalvm_refuse(why, -EEXIST, "entry point of service %u: given twice",
					     id);
	if (map->nr_entries >= ARRAY_SIZE(map->entries))
		return opalvm_refuse(why, -E2BIG, "entry point of service %u: more than %zu",
				     id, ARRAY_SIZE(map->entries));
	map->entries[map->nr_entries++] = (struct opalvm_entry) {
		.id = id,
		.kind = kind,
		.address = address,
	};
	return 0;
}

static bool va_allowed(const struct opalvm_extent *extent, const struct opalvm_limits *limits)
{
	const struct opalvm_range *range;
	u32 i;

	for (i = 0; i < limits->nr_va; i++) {
		range = &limits->va[i];
		if (extent->va >= range->first && last_va(extent) <= range->last)
			return true;
	}
	return false;
}

/* What the running kernel and this machine ask of one extent */
static int check_limits(const struct opalvm_extent *extent, const struct opalvm_limits *limits,
			struct opalvm_why *why)
{
	if (!va_allowed(extent, limits))
		return refuse_extent(why, -ERANGE, extent,
				     "outside the virtual addresses for firmware");
	if (limits->granule &&
	    (extent->va | extent->pa | extent->size) & (limits->granule - 1))
		return refuse_extent(why, -ERANGE, extent,
				     "not made of whole pages of this kernel");
	if (last_pa(extent) > limits->pa_last)
		return refuse_extent(why, -ERANGE, extent,
				     "beyond the physical addresses of this machine");
	if (extent->attr & OPALVM_ATTR_RP)
		return refuse_extent(why, -EINVAL, extent, "protected against reading");
	if (limits->no_user_half && extent->va <= limits->user_va_last)
		return refuse_extent(why, -ENODEV, extent,
				     "the user half cannot be used here, use placement=assigned");
	return 0;
}

static int check_ram(const struct opalvm_extent *extent, const struct opalvm_limits *limits,
		     struct opalvm_why *why)
{
	if (!limits->is_ram || !limits->is_ram(extent->pa, extent->size))
		return 0;
	return refuse_extent(why, -ERANGE, extent, "holds memory of the running kernel");
}

/**
 * opalvm_extent_check() - can an extent be mapped, as far as it alone tells
 * @extent: the extent
 * @limits: what the running kernel and machine allow
 * @why: receives the reason of a refusal; may be NULL
 *
 * Context: any that limits->is_ram() allows.
 * Return: 0, -EINVAL, -ERANGE or -ENODEV, as opalvm_map_seal().
 */
int opalvm_extent_check(const struct opalvm_extent *extent, const struct opalvm_limits *limits,
			struct opalvm_why *why)
{
	int ret = check_shape(extent, why);

	ret = ret ?: check_limits(extent, limits, why);
	return ret ?: check_ram(extent, limits, why);
}

/**
 * opalvm_extents_meet() - do two extents overlap in virtual addresses
 * @a: an extent, accepted by opalvm_extent_check()
 * @b: another one
 *
 * Context: any.
 */
bool opalvm_extents_meet(const struct opalvm_extent *a, const struct opalvm_extent *b)
{
	return a->va <= last_va(b) && b->va <= last_va(a);
}

/**
 * opalvm_extents_share() - do two extents have physical memory in common
 * @a: an extent, accepted by opalvm_extent_check()
 * @b: another one
 *
 * Context: any.
 */
bool opalvm_extents_share(const struct opalvm_extent *a, const struct opalvm_extent *b)
{
	return a->pa <= last_pa(b) && b->pa <= last_pa(a);
}

static int compare_va(const void *a, const void *b)
{
	const struct opalvm_extent *x = a, *y = b;

	return x->va < y->va ? -1 : x->va > y->va;
}

static int compare_pa(const void *a, const void *b)
{
	const struct opalvm_extent *x = a, *y = b;

	return x->pa < y->pa ? -1 : x->pa > y->pa;
}

static int refuse_overlap(struct opalvm_why *why, const struct opalvm_extent *a,
			  const struct opalvm_extent *b, const char *space)
{
	return opalvm_refuse(why, -EEXIST,
			     "extents [%#llx-%#llx] -> %#llx and [%#llx-%#llx] -> %#llx overlap in %s",
			     a->va, last_va(a), a->pa, b->va, last_va(b), b->pa, space);
}

/* Leaves the extents sorted by VA */
static int check_overlap(struct opalvm_map *map, struct opalvm_why *why)
{
	struct opalvm_extent *e = map->extents;
	u32 i;

	/*
	 * The same memory at two addresses is refused even if the two agree:
	 * nobody exports that on purpose, and once they disagree, what is
	 * read-only at one address is writable at the other.
	 */
	sort(e, map->nr_extents, sizeof(*e), compare_pa, NULL);
	for (i = 1; i < map->nr_extents; i++)
		if (last_pa(&e[i - 1]) >= e[i].pa)
			return refuse_overlap(why, &e[i - 1], &e[i], "PA");

	sort(e, map->nr_extents, sizeof(*e), compare_va, NULL);
	for (i = 1; i < map->nr_extents; i++)
		if (last_va(&e[i - 1]) >= e[i].va)
			return refuse_overlap(why, &e[i - 1], &e[i], "VA");
	return 0;
}

static bool continues(const struct opalvm_extent *a, const struct opalvm_extent *b)
{
	return a->va + a->size == b->va && a->pa + a->size == b->pa &&
	       a->attr == b->attr && a->type == b->type;
}

static void merge(struct opalvm_map *map)
{
	struct opalvm_extent *e = map->extents;
	u32 kept = 0;
	u32 i;

	for (i = 1; i < map->nr_extents; i++) {
		if (continues(&e[kept], &e[i]))
			e[kept].size += e[i].size;
		else
			e[++kept] = e[i];
	}
	map->nr_extents = kept + 1;
}

static const struct opalvm_extent *entry_extent(const struct opalvm_map *map,
						const struct opalvm_entry *entry)
{
	if (entry->kind == OPALVM_ENTRY_PA)
		return opalvm_map_find_pa(map, entry->address);
	return opalvm_map_find_va(map, entry->address);
}

static int check_entry(const struct opalvm_map *map, const struct opalvm_entry *entry,
		       struct opalvm_why *why)
{
	const struct opalvm_extent *extent = entry_extent(map, entry);

	if (!extent)
		return opalvm_refuse(why, -ERANGE,
				     "entry point %#llx of service %u: outside every extent",
				     entry->address, entry->id);
	if (!opalvm_extent_executable(extent))
		return opalvm_refuse(why, -ERANGE,
				     "entry point %#llx of service %u: in an extent without code",
				     entry->address, entry->id);
	return 0;
}

/**
 * opalvm_map_seal() - check a map and bring it into its final form
 * @map: the map
 * @limits: what the running kernel and machine allow
 * @why: receives the reason of a refusal, with the extent; may be NULL
 *
 * Sorts the extents by virtual address and merges those that continue each
 * other. An extent that is both writable and executable is accepted, because
 * firmware without a memory attributes table has nothing else; the caller
 * reports it (opalvm_map_find_wx()).
 *
 * A sealed map may be sealed again, against other limits. A refused one is
 * good for nothing but opalvm_map_free().
 *
 * Context: any that limits->is_ram() allows; the caller serialises changes of
 * @map.
 * Return: 0, or
 *
 * * -ENOENT: there are no extents;
 * * -E2BIG: there are more than @limits allows, or they are larger;
 * * -EINVAL: an extent is empty, not made of whole pages or unreadable;
 * * -ERANGE: an extent wraps around, lies where the firmware may not be mapped,
 *   beyond the physical addresses of the machine or in the kernel's memory; or
 *   an entry point or the system table is not where it must be;
 * * -EEXIST: two extents overlap, in virtual or in physical addresses;
 * * -ENODEV: this machine cannot use an extent at its address.
 */
int opalvm_map_seal(struct opalvm_map *map, const struct opalvm_limits *limits,
		    struct opalvm_why *why)
{
	u64 left = limits->max_size;
	int ret;
	u32 i;

	if (!map->nr_extents)
		return opalvm_refuse(why, -ENOENT, "the map has no extents");
	if (map->nr_extents > limits->max_extents)
		return opalvm_refuse(why, -E2BIG, "the map has %u extents, more than %u",
				     map->nr_extents, limits->max_extents);

	for (i = 0; i < map->nr_extents; i++) {
		/* again: a provider may have assigned other addresses since */
		ret = check_shape(&map->extents[i], why);
		if (ret)
			return ret;
		ret = check_limits(&map->extents[i], limits, why);
		if (ret)
			return ret;
		if (map->extents[i].size > left)
			return opalvm_refuse(why, -E2BIG, "the map has more than %llu MiB",
					     limits->max_size >> 20);
		left -= map->extents[i].size;
		/* the last one: it takes time in proportion to the size */
		ret = check_ram(&map->extents[i], limits, why);
		if (ret)
			return ret;
	}

	ret = check_overlap(map, why);
	if (ret)
		return ret;
	merge(map);

	if (map->systab && !opalvm_map_find_pa(map, map->systab))
		return opalvm_refuse(why, -ERANGE, "system table %#llx: outside every extent",
				     map->systab);
	for (i = 0; i < map->nr_entries; i++) {
		ret = check_entry(map, &map->entries[i], why);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * opalvm_map_find_va() - the extent that holds a virtual address
 * @map: a sealed map
 * @va: the address
 *
 * Binary search. Context: any.
 * Return: the extent, or NULL.
 */
const struct opalvm_extent *opalvm_map_find_va(const struct opalvm_map *map, u64 va)
{
	const struct opalvm_extent *extent;
	u32 first = 0, end = map->nr_extents;
	u32 middle;

	while (first < end) {
		middle = first + (end - first) / 2;
		extent = &map->extents[middle];
		if (va < extent->va)
			end = middle;
		else if (va > last_va(extent))
			first = middle + 1;
		else
			return extent;
	}
	return NULL;
}

/**
 * opalvm_map_find_pa() - the extent that holds a physical address
 * @map: a map, sealed or not
 * @pa: the address
 *
 * Linear search. Context: any.
 * Return: the extent, the only one if @map is sealed; or NULL.
 */
const struct opalvm_extent *opalvm_map_find_pa(const struct opalvm_map *map, u64 pa)
{
	u32 i;

	for (i = 0; i < map->nr_extents; i++)
		if (pa >= map->extents[i].pa && pa <= last_pa(&map->extents[i]))
			return &map->extents[i];
	return NULL;
}

/**
 * opalvm_map_find_wx() - the next extent that is writable and executable
 * @map: a map, sealed or not
 * @after: what this function returned before; NULL to start
 *
 * Context: any.
 * Return: the extent, or NULL if there is none after @after.
 */
const struct opalvm_extent *opalvm_map_find_wx(const struct opalvm_map *map,
					       const struct opalvm_extent *after)
{
	const struct opalvm_extent *extent = after ? after + 1 : map->extents;
	const struct opalvm_extent *end = map->extents + map->nr_extents;

	for (; extent < end; extent++)
		if (opalvm_extent_writable(extent) && opalvm_extent_executable(extent))
			return extent;
	return NULL;
}

/**
 * opalvm_map_entry() - where a service is called
 * @map: a sealed map
 * @id: the service
 *
 * Context: any.
 * Return: the virtual address of its entry point, or 0 if it has none.
 */
u64 opalvm_map_entry(const struct opalvm_map *map, u32 id)
{
	const struct opalvm_entry *entry;
	const struct opalvm_extent *extent;
	u32 i;

	for (i = 0; i < map->nr_entries; i++) {
		entry = &map->entries[i];
		if (entry->id != id)
			continue;
		if (entry->kind == OPALVM_ENTRY_VA)
			return entry->address;
		extent = entry_extent(map, entry);
		return extent ? extent->va + (entry->address - extent->pa) : 0;
	}
	return 0;
}

/**
 * opalvm_map_same() - do two maps have the same extents
 * @a: a sealed map
 * @b: another one
 * @why: receives the first difference; may be NULL
 *
 * Entry points, origin and what else describes the firmware is not compared.
 *
 * Context: any.
 * Return: true if address, size, attributes and type of all extents agree.
 */
bool opalvm_map_same(const struct opalvm_map *a, const struct opalvm_map *b,
		     struct opalvm_why *why)
{
	const struct opalvm_extent *x, *y;
	u32 i;

	for (i = 0; i < min(a->nr_extents, b->nr_extents); i++) {
		x = &a->extents[i];
		y = &b->extents[i];
		if (x->va != y->va || x->pa != y->pa || x->size != y->size) {
			opalvm_refuse(why, 0,
				      "extents [%#llx-%#llx] -> %#llx and [%#llx-%#llx] -> %#llx differ",
				      x->va, last_va(x), x->pa, y->va, last_va(y), y->pa);
			return false;
		}
		if (x->attr != y->attr || x->type != y->type) {
			opalvm_refuse(why, 0,
				      "extent [%#llx-%#llx] -> %#llx: attributes %#llx and %#llx, types %u and %u",
				      x->va, last_va(x), x->pa, x->attr, y->attr,
				      x->type, y->type);
			return false;
		}
	}
	if (a->nr_extents != b->nr_extents) {
		opalvm_refuse(why, 0, "the maps have %u and %u extents",
			      a->nr_extents, b->nr_extents);
		return false;
	}
	return true;
}

/**
 * opalvm_map_protect() - set the protection of a part of a map
 * @map: a map that is not sealed yet
 * @pa: first physical address
 * @size: bytes
 * @protection: OPALVM_ATTR_XP, OPALVM_ATTR_RO, both or none; replaces what the
 *              range had before
 * @why: receives the reason of a refusal; may be NULL
 *
 * Applies one descriptor of the EFI memory attributes table (UEFI 2.10 section
 * 4.6.4). Splits the extent that holds the range, which takes room for up to
 * two more. A refusal changes nothing.
 *
 * Context: any; the caller serialises changes of @map.
 * Return: 0; -EINVAL for other bits in @protection or a range that is empty or
 * not made of whole pages; -ERANGE if no single extent holds the range; -E2BIG
 * if @map has no room.
 */
int opalvm_map_protect(struct opalvm_map *map, u64 pa, u64 size, u64 protection,
		       struct opalvm_why *why)
{
	struct opalvm_extent *extent, piece;
	u64 before, after;
	u32 i;

	if (!size || (pa | size) & (OPALVM_PAGE_SIZE - 1) ||
	    protection & ~(OPALVM_ATTR_XP | OPALVM_ATTR_RO))
		return opalvm_refuse(why, -EINVAL,
				     "protection %#llx of %#llx bytes at %#llx: malformed",
				     protection, size, pa);

	for (i = 0; i < map->nr_extents; i++) {
		extent = &map->extents[i];
		before = pa - extent->pa;
		if (pa >= extent->pa && before < extent->size && size <= extent->size - before)
			break;
	}
	if (i == map->nr_extents)
		return opalvm_refuse(why, -ERANGE,
				     "protection %#llx of %#llx bytes at %#llx: not in one extent",
				     protection, size, pa);

	after = extent->size - before - size;
	if (map->capacity - map->nr_extents < !!before + !!after)
		return refuse_extent(why, -E2BIG, extent, "no room left in the map to split it");

	if (before) {
		piece = *extent;
		piece.size = before;
		map->extents[map->nr_extents++] = piece;
	}
	if (after) {
		piece = *extent;
		piece.va += before + size;
		piece.pa += before + size;
		piece.size = after;
		map->extents[map->nr_extents++] = piece;
	}
	extent->va += before;
	extent->pa = pa;
	extent->size = size;
	extent->attr &= ~(OPALVM_ATTR_XP | OPALVM_ATTR_RO);
	extent->attr |= protection;
	return 0;
}

/**
 * opalvm_map_covers() - does a map have all memory of an extent
 * @map: a map, sealed or not
 * @extent: the extent; only its physical addresses count
 * @pa: result: if not, the first address that @map has not
 *
 * Context: any; takes time in proportion to the square of the map's extents.
 */
bool opalvm_map_covers(const struct opalvm_map *map, const struct opalvm_extent *extent,
		       u64 *pa)
{
	const struct opalvm_extent *found;

	/* inclusive ends: memory may reach the last address */
	for (*pa = extent->pa; ; *pa = last_pa(found) + 1) {
		found = opalvm_map_find_pa(map, *pa);
		if (!found)
			return false;
		if (last_pa(found) >= last_pa(extent))
			return true;
	}
}

/**
 * opalvm_map_same_memory() - do two maps map the same memory
 * @map: a map
 * @other: another one; its virtual addresses, protections and the way its memory is
 *         cut into extents may differ
 * @why: receives the first difference; may be NULL
 *
 * Context: any; takes time in proportion to the product of their extents, if
 * those of one map do not overlap, as in a sealed one.
 * Return: 0, or -EINVAL if one of them has memory that the other one has not.
 */
int opalvm_map_same_memory(const struct opalvm_map *map, const struct opalvm_map *other,
			   struct opalvm_why *why)
{
	u64 pa;
	u32 i;

	for (i = 0; i < map->nr_extents; i++)
		if (!opalvm_map_covers(other, &map->extents[i], &pa))
			return opalvm_refuse(why, -EINVAL,
					     "memory at %#llx is not the firmware's", pa);
	for (i = 0; i < other->nr_extents; i++)
		if (!opalvm_map_covers(map, &other->extents[i], &pa))
			return opalvm_refuse(why, -EINVAL,
					     "the firmware's memory at %#llx is missing", pa);
	return 0;
}
