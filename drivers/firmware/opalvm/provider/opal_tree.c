// SPDX-License-Identifier: GPL-2.0
/*
 * What the device tree tells of stock skiboot, as a map. It exports none itself:
 * its memory is what it reserves, its code and constants are found by its list
 * of symbols, and its devices are those whose nodes it makes.
 *
 * The lists in the tree are taken as they come, and checked.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "provider/opal.h"

/* more than any list has that a machine with 32 chips makes */
#define MAX_RANGES	512

/* skiboot's own pages, at which each of its sections starts (skiboot.lds.S) */
#define SECTION_SIZE	(64 * 1024)

static u64 cells_read(const struct opal_cells *cells, u32 cell, u32 nr)
{
	__be32 be;
	u64 value = 0;

	while (nr--) {
		memcpy(&be, cells->data + sizeof(be) * cell++, sizeof(be));
		value = value << 32 | be32_to_cpu(be);
	}
	return value;
}

static u32 cells_of_entry(const struct opal_cells *cells)
{
	return cells->child_cells + cells->address_cells + cells->size_cells;
}

static u32 nr_entries(const struct opal_cells *cells)
{
	return cells->len / sizeof(__be32) / cells_of_entry(cells);
}

/**
 * opalvm_opal_cells_get() - one entry of a list
 * @cells: accepted by opalvm_opal_cells_check()
 * @i: which one
 *
 * Context: Any; pure.
 * Return: the entry.
 */
struct opal_range opalvm_opal_cells_get(const struct opal_cells *cells, u32 i)
{
	u32 at = i * cells_of_entry(cells);

	return (struct opal_range) {
		.child = cells_read(cells, at, cells->child_cells),
		.address = cells_read(cells, at + cells->child_cells, cells->address_cells),
		.size = cells_read(cells, at + cells->child_cells + cells->address_cells,
				   cells->size_cells),
	};
}

static bool wraps(u64 address, u64 size)
{
	return address + size - 1 < address;
}

/**
 * opalvm_opal_cells_check() - can this be a list of ranges
 * @cells: the list, as it stands in the tree
 * @what: the node, for messages
 * @why: the reason if not
 *
 * Context: Any; pure.
 * Return: 0; -ENOENT without a list, -EINVAL for one that is empty, cut short
 *	   or of cells that nobody uses, or with an empty range; -E2BIG for
 *	   more entries than any machine has; -ERANGE for a range that wraps
 *	   around.
 */
int opalvm_opal_cells_check(const struct opal_cells *cells, const char *what,
			    struct opalvm_why *why)
{
	struct opal_range range;
	u32 i, entry_size;

	if (!cells->data)
		return opalvm_refuse(why, -ENOENT, "device tree: %s: no list of addresses", what);
	if (cells->child_cells > 2 || !cells->address_cells || cells->address_cells > 2 ||
	    !cells->size_cells || cells->size_cells > 2)
		return opalvm_refuse(why, -EINVAL,
				     "device tree: %s: addresses of %u and %u cells with sizes of %u",
				     what, cells->child_cells, cells->address_cells,
				     cells->size_cells);
	entry_size = cells_of_entry(cells) * sizeof(__be32);
	if (!cells->len || cells->len % entry_size)
		return opalvm_refuse(why, -EINVAL,
				     "device tree: %s: a list of %u bytes with entries of %u",
				     what, cells->len, entry_size);
	if (nr_entries(cells) > MAX_RANGES)
		return opalvm_refuse(why, -E2BIG, "device tree: %s: a list of %u ranges",
				     what, nr_entries(cells));
	for (i = 0; i < nr_entries(cells); i++) {
		range = opalvm_opal_cells_get(cells, i);
		if (!range.size)
			return opalvm_refuse(why, -EINVAL, "device tree: %s: nothing at %#llx",
					     what, range.address);
		if (wraps(range.address, range.size) || wraps(range.child, range.size))
			return opalvm_refuse(why, -ERANGE,
					     "device tree: %s: %#llx bytes at %#llx wrap around",
					     what, range.size, range.address);
	}
	return 0;
}

/*
 * Of what skiboot and hostboot reserve, the memory that skiboot's own code uses
 * once the OS runs: itself with heap, stacks and what it allocated; what the
 * on-chip controllers tell it (hw/occ.c, hw/imc.c). Other reservations belong to
 * programs of the OS, such as opal-prd.
 */
static const char *const memory_names[] = {
	"ibm,firmware-", "ibm,homer-image", "ibm,occ-common-area",
};

static bool is_firmwares(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(memory_names); i++)
		if (!strncmp(name, memory_names[i], strlen(memory_names[i])))
			return true;
	return false;
}

/**
 * opalvm_opal_add_memory() - add the firmware's memory to a map
 * @map: the map, not sealed
 * @ranges: the root's "reserved-ranges"
 * @names: its "reserved-names": one string for each of them
 * @names_len: bytes at @names
 * @why: the reason if it fails
 *
 * All of it is data until opalvm_opal_protect_image().
 *
 * Context: Any; pure.
 * Return: 0 or a negative error: as opalvm_opal_cells_check() and
 *	   opalvm_map_add(), and -EINVAL if names and ranges do not match.
 */
int opalvm_opal_add_memory(struct opalvm_map *map, const struct opal_cells *ranges,
			   const char *names, u32 names_len, struct opalvm_why *why)
{
	const char *name = names;
	int err;
	u32 i;

	err = opalvm_opal_cells_check(ranges, "reserved-ranges", why);
	if (err)
		return err;
	for (i = 0; i < nr_entries(ranges); i++) {
		struct opal_range range = opalvm_opal_cells_get(ranges, i);
		const struct opalvm_extent extent = {
			.va = range.address,
			.pa = range.address,
			.size = range.size,
			.attr = OPALVM_ATTR_WB | OPALVM_ATTR_XP | OPALVM_ATTR_RUNTIME,
			.type = OPAL_TYPE_DATA,
		};
		size_t len = name ? strnlen(name, names_len) : 0;

		if (!name || len == names_len)
			return opalvm_refuse(why, -EINVAL,
					     "device tree: reserved-ranges has %u ranges, reserved-names %u names",
					     nr_entries(ranges), i);
		if (is_firmwares(name)) {
			err = opalvm_map_add(map, &extent, why);
			if (err)
				return err;
		}
		name += len + 1;
		names_len -= len + 1;
	}
	if (names_len)
		return opalvm_refuse(why, -EINVAL,
				     "device tree: reserved-ranges has %u ranges, reserved-names more names",
				     nr_entries(ranges));
	return 0;
}

/**
 * opalvm_opal_add_ranges() - add all ranges of a list, as they are
 * @map: the map, not sealed; what is mapped how does not matter in it
 * @cells: the list
 * @what: its node, for messages
 * @why: the reason if it fails
 *
 * Context: Any; pure.
 * Return: 0 or a negative error, as opalvm_opal_cells_check() and
 *	   opalvm_map_add().
 */
int opalvm_opal_add_ranges(struct opalvm_map *map, const struct opal_cells *cells,
			   const char *what, struct opalvm_why *why)
{
	int err = opalvm_opal_cells_check(cells, what, why);
	u32 i;

	for (i = 0; !err && i < nr_entries(cells); i++) {
		struct opal_range range = opalvm_opal_cells_get(cells, i);
		const struct opalvm_extent extent = {
			.va = range.address, .pa = range.address, .size = range.size,
		};

		err = opalvm_map_add(map, &extent, why);
	}
	return err;
}

static int add_device(struct opalvm_map *map, u64 address, u64 size, struct opalvm_why *why)
{
	u64 first = ALIGN_DOWN(address, OPALVM_PAGE_SIZE);
	const struct opalvm_extent extent = {
		.va = first,
		.pa = first,
		.size = ALIGN_DOWN(address + size - 1, OPALVM_PAGE_SIZE) - first +
			OPALVM_PAGE_SIZE,
		.attr = OPALVM_ATTR_UC | OPALVM_ATTR_XP | OPALVM_ATTR_RUNTIME,
		.type = OPAL_TYPE_MMIO,
	};

	return opalvm_map_add(map, &extent, why);
}

/**
 * opalvm_opal_add_registers() - add a device to a map
 * @map: the map, not sealed
 * @regs: its "reg"
 * @nr: how many of its ranges count, from the first one on; 0: all
 * @size: bytes that each of them has at least, whatever it says
 * @what: its node, for messages
 * @why: the reason if it fails
 *
 * Context: Any; pure.
 * Return: 0 or a negative error, as opalvm_opal_cells_check() and
 *	   opalvm_map_add().
 */
int opalvm_opal_add_registers(struct opalvm_map *map, const struct opal_cells *regs, u32 nr,
			      u64 size, const char *what, struct opalvm_why *why)
{
	int err = opalvm_opal_cells_check(regs, what, why);
	u32 i;

	if (err)
		return err;
	for (i = 0; i < nr_entries(regs) && (!nr || i < nr) && !err; i++) {
		struct opal_range range = opalvm_opal_cells_get(regs, i);

		err = add_device(map, range.address, max(range.size, size), why);
	}
	return err;
}

/* The address beside the bus of what is @range's address on it. */
static bool translate(const struct opal_cells *bus, const struct opal_range *range,
		      u64 *address)
{
	u32 i;

	for (i = 0; i < nr_entries(bus); i++) {
		struct opal_range window = opalvm_opal_cells_get(bus, i);
		u64 offset = range->address - window.child;

		if (range->address < window.child || offset >= window.size ||
		    range->size > window.size - offset)
			continue;
		*address = window.address + offset;
		return true;
	}
	return false;
}

/**
 * opalvm_opal_add_behind() - add what is behind a bus to a map
 * @map: the map, not sealed
 * @bus: the "ranges" of the bus
 * @cells: "reg" or "ranges" of a node below it
 * @what: that node, for messages
 * @why: the reason if it fails
 *
 * Context: Any; pure.
 * Return: 0 or a negative error: as opalvm_opal_cells_check() and
 *	   opalvm_map_add(), and -ERANGE for what no range of the bus holds.
 */
int opalvm_opal_add_behind(struct opalvm_map *map, const struct opal_cells *bus,
			   const struct opal_cells *cells, const char *what,
			   struct opalvm_why *why)
{
	int err;
	u32 i;

	err = opalvm_opal_cells_check(bus, what, why) ?:
	      opalvm_opal_cells_check(cells, what, why);
	for (i = 0; !err && i < nr_entries(cells); i++) {
		struct opal_range range = opalvm_opal_cells_get(cells, i);
		u64 address;

		if (!translate(bus, &range, &address))
			return opalvm_refuse(why, -ERANGE,
					     "device tree: %s: %#llx bytes at %#llx are not on its bus",
					     what, range.size, range.address);
		err = add_device(map, address, range.size, why);
	}
	return err;
}

/*
 * What never changes once the OS runs: skiboot checks its sum before it takes
 * the machine back (checksum_romem() in core/init.c). The head holds the entry
 * point. All else stays writable, and nothing else is executed.
 */
static const struct section {
	const char *first;
	const char *end;
	u64 protection;
} sections[] = {
	{ "__head", "spira", OPALVM_ATTR_RO },
	{ "_stext", "_etext", OPALVM_ATTR_RO },
	{ "__rodata_start", "_romem_end", OPALVM_ATTR_RO | OPALVM_ATTR_XP },
};

/* the one with the code of all services */
#define TEXT	1

static int section_find(const struct section *section, const struct opal_symbols *symbols,
			u64 *first, u64 *end, struct opalvm_why *why)
{
	if (!opalvm_opal_symbol_find(symbols, section->first, first))
		return opalvm_refuse(why, -ENOENT, "the firmware has no symbol %s",
				     section->first);
	if (!opalvm_opal_symbol_find(symbols, section->end, end))
		return opalvm_refuse(why, -ENOENT, "the firmware has no symbol %s", section->end);
	if (*first % SECTION_SIZE || *end <= *first)
		return opalvm_refuse(why, -EINVAL,
				     "the firmware's section from %s (%#llx) to %s (%#llx) cannot be protected",
				     section->first, *first, section->end, *end);
	return 0;
}

/**
 * opalvm_opal_protect_image() - tell code, constants and data of the image apart
 * @map: the map, not sealed, with the firmware's memory
 * @base: where the firmware is
 * @symbols: its symbols, relative to @base
 * @text: result: where the code of its services is
 * @why: the reason if it fails
 *
 * Context: Any; pure.
 * Return: 0 or a negative error: -ENOENT if a symbol is missing, -EINVAL if a
 *	   section does not begin a page of its own, as opalvm_map_protect() if
 *	   the image is not where its memory is.
 */
int opalvm_opal_protect_image(struct opalvm_map *map, u64 base,
			      const struct opal_symbols *symbols, struct opalvm_range *text,
			      struct opalvm_why *why)
{
	u64 first, end, before = 0;
	int err;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		err = section_find(&sections[i], symbols, &first, &end, why);
		if (err)
			return err;
		if (first < before)
			return opalvm_refuse(why, -EINVAL,
					     "the firmware's section from %s (%#llx) begins in another one",
					     sections[i].first, first);
		before = ALIGN(end, SECTION_SIZE);
		err = opalvm_map_protect(map, base + first, before - first,
					 sections[i].protection, why);
		if (err)
			return err;
		if (i == TEXT)
			*text = (struct opalvm_range) { base + first, base + before - 1 };
	}
	for (i = 0; i < map->nr_extents; i++)
		if (opalvm_extent_executable(&map->extents[i]))
			map->extents[i].type = OPAL_TYPE_CODE;
	return 0;
}

/* Add an extent, or let the last one reach over it where pages made them meet. */
static int add_rounded(struct opalvm_map *map, const struct opalvm_extent *extent, u64 granule,
		       struct opalvm_why *why)
{
	struct opalvm_extent *last = map->nr_extents ? &map->extents[map->nr_extents - 1] : NULL;
	struct opalvm_extent rounded = *extent;

	rounded.va = ALIGN_DOWN(extent->va, granule);
	rounded.pa = rounded.va;
	rounded.size = ALIGN_DOWN(extent->va + extent->size - 1, granule) - rounded.va + granule;
	if (!last || rounded.va - last->va >= last->size)
		return opalvm_map_add(map, &rounded, why);
	if (last->attr != rounded.attr || last->type != rounded.type)
		return opalvm_refuse(why, -EINVAL,
				     "the firmware's extents at %#llx and %#llx share a page of %llu KiB and differ",
				     last->va, extent->va, granule >> 10);
	last->size = max(last->size, rounded.va - last->va + rounded.size);
	return 0;
}

/**
 * opalvm_opal_realise() - make the map that a kernel can realise
 * @map: a sealed map with virtual == physical, in pages of OPALVM_PAGE_SIZE
 * @granule: the kernel's page size
 * @why: the reason if it fails
 *
 * Every kernel makes the same map of the same machine, and hands it over; one
 * with larger pages has to map whole ones.
 *
 * Context: Process context, may sleep.
 * Return: a copy of @map, not sealed, of whole pages and with room for
 *	   opalvm_opal_shadow_make(), or an ERR_PTR(): -ENOMEM, or -EINVAL if
 *	   extents that differ share a page.
 */
struct opalvm_map *opalvm_opal_realise(const struct opalvm_map *map, u64 granule,
				       struct opalvm_why *why)
{
	struct opalvm_map *real = opalvm_map_alloc(map->firmware, OPALVM_MAX_EXTENTS);
	int err = 0;
	u32 i;

	if (!real)
		return ERR_PTR(opalvm_refuse(why, -ENOMEM, "no memory for a map"));
	real->origin = map->origin;
	real->placement = map->placement;
	real->services = map->services;
	real->nr_entries = map->nr_entries;
	memcpy(real->entries, map->entries, sizeof(real->entries));
	for (i = 0; i < map->nr_extents && !err; i++)
		err = add_rounded(real, &map->extents[i], granule, why);
	if (!err)
		return real;
	opalvm_map_free(real);
	return ERR_PTR(err);
}
