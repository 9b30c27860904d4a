// SPDX-License-Identifier: GPL-2.0
/*
 * A map of any extents and entry points, against any limits. Whether it must be
 * accepted, and what is found in it, is worked out a second time in the simplest
 * way, with numbers that cannot wrap.
 */
#include "fuzz.h"

#define MAX_EXTENTS	32

typedef unsigned __int128 u128;

/**
 * struct scene - how the input starts; records follow
 * @va: where the firmware may be
 * @pa_last: the last physical address
 * @user_va_last: the last address of the user half
 * @max_size: bytes of all extents
 * @ram_first: the kernel's memory
 * @ram_last: its end
 * @systab: the system table
 * @max_extents: extents that are allowed
 * @granule_shift: the kernel's page size
 * @flags: SCENE_*
 */
struct scene {
	struct opalvm_range va[OPALVM_MAX_VA_RANGES];
	u64 pa_last;
	u64 user_va_last;
	u64 max_size;
	u64 ram_first;
	u64 ram_last;
	u64 systab;
	u32 max_extents;
	u8 granule_shift;
	u8 flags;
	u8 reserved[2];
};

#define SCENE_SMALL		1	/* all addresses are made small, so that they meet */
#define SCENE_WIDE		2	/* nothing is refused for its address */
#define SCENE_NO_USER_HALF	4
#define SCENE_RAM		8
#define SCENE_SYSTAB		16

/**
 * struct record - what is done to the map: as an extent on the wire
 * @va: virtual address; of an entry point, its address
 * @pa: physical address
 * @size: bytes
 * @attr: attributes; of an entry point, its kind
 * @type: memory type; of an entry point, its service
 * @op: what is done
 */
struct record {
	u64 va;
	u64 pa;
	u64 size;
	u64 attr;
	u32 type;
	u32 op;
};

/* record.op, modulo 8; others add an extent */
#define OP_ENTRY	1
#define OP_PROTECT	2
#define OP_MOVE		3	/* add it, then move it, as SetVirtualAddressMap() does */

static struct scene scene;

static bool is_ram(u64 pa, u64 size)
{
	return pa <= scene.ram_last && (u128)pa + size > scene.ram_first;
}

static u128 va_end(const struct opalvm_extent *e)
{
	return (u128)e->va + e->size;
}

static u128 pa_end(const struct opalvm_extent *e)
{
	return (u128)e->pa + e->size;
}

static const u128 all = (u128)1 << 64;

static bool extent_good(const struct opalvm_extent *e, const struct opalvm_limits *limits)
{
	bool inside = false;
	u32 i;

	for (i = 0; i < limits->nr_va; i++)
		inside |= e->va >= limits->va[i].first && va_end(e) <= (u128)limits->va[i].last + 1;
	return inside && e->size && va_end(e) <= all && pa_end(e) <= all &&
	       !(e->va % 4096 | e->pa % 4096 | e->size % 4096) &&
	       (!limits->granule ||
		!(e->va % limits->granule | e->pa % limits->granule | e->size % limits->granule)) &&
	       pa_end(e) <= (u128)limits->pa_last + 1 && !(e->attr & OPALVM_ATTR_RP) &&
	       !(limits->no_user_half && e->va <= limits->user_va_last) &&
	       !(limits->is_ram && limits->is_ram(e->pa, e->size));
}

static const struct opalvm_extent *naive_va(const struct opalvm_map *map, u64 va)
{
	u32 i;

	for (i = 0; i < map->nr_extents; i++)
		if (va >= map->extents[i].va && va < va_end(&map->extents[i]))
			return &map->extents[i];
	return NULL;
}

static const struct opalvm_extent *naive_pa(const struct opalvm_map *map, u64 pa)
{
	u32 i;

	for (i = 0; i < map->nr_extents; i++)
		if (pa >= map->extents[i].pa && pa < pa_end(&map->extents[i]))
			return &map->extents[i];
	return NULL;
}

static bool pa_overlap(const struct opalvm_map *map)
{
	u32 i, j;

	for (i = 0; i < map->nr_extents; i++)
		for (j = 0; j < i; j++)
			if (map->extents[i].pa < pa_end(&map->extents[j]) &&
			    map->extents[j].pa < pa_end(&map->extents[i]))
				return true;
	return false;
}

static bool va_overlap(const struct opalvm_map *map)
{
	u32 i, j;

	for (i = 0; i < map->nr_extents; i++)
		for (j = 0; j < i; j++)
			if (map->extents[i].va < va_end(&map->extents[j]) &&
			    map->extents[j].va < va_end(&map->extents[i]))
				return true;
	return false;
}

/* Must this map be accepted? */
static bool map_good(const struct opalvm_map *map, const struct opalvm_limits *limits)
{
	const struct opalvm_extent *e;
	u128 sum = 0;
	u32 i;

	if (!map->nr_extents || map->nr_extents > limits->max_extents)
		return false;
	for (i = 0; i < map->nr_extents; i++) {
		if (!extent_good(&map->extents[i], limits))
			return false;
		sum += map->extents[i].size;
	}
	if (sum > limits->max_size || pa_overlap(map) || va_overlap(map))
		return false;
	if (map->systab && !naive_pa(map, map->systab))
		return false;
	for (i = 0; i < map->nr_entries; i++) {
		e = map->entries[i].kind == OPALVM_ENTRY_PA ?
		    naive_pa(map, map->entries[i].address) : naive_va(map, map->entries[i].address);
		if (!e || e->attr & OPALVM_ATTR_XP)
			return false;
	}
	return true;
}

static struct opalvm_map *copy_map(const struct opalvm_map *map)
{
	struct opalvm_map *copy = opalvm_map_alloc(map->firmware, map->capacity);

	memcpy(copy, map, sizeof(*map) + map->capacity * sizeof(map->extents[0]));
	return copy;
}

/* Do both maps say the same of this address? */
static void check_at(const struct opalvm_map *before, const struct opalvm_map *map, u64 va, u64 pa)
{
	const struct opalvm_extent *was = naive_va(before, va), *is = opalvm_map_find_va(map, va);

	CHECK(!was == !is);
	if (was)
		CHECK(va - was->va + was->pa == va - is->va + is->pa &&
		      was->attr == is->attr && was->type == is->type);
	was = naive_pa(before, pa);
	is = opalvm_map_find_pa(map, pa);
	CHECK(!was == !is);
	if (was)
		CHECK(pa - was->pa + was->va == pa - is->pa + is->va &&
		      was->attr == is->attr && was->type == is->type);
}

/* Sorted, apart from each other, as few as can be; and what they were before */
static void check_sealed(const struct opalvm_map *before, const struct opalvm_map *map)
{
	const struct opalvm_extent *e, *wx = NULL;
	u128 sum_before = 0, sum = 0;
	u32 i;

	CHECK(map->nr_extents && map->nr_extents <= before->nr_extents);
	for (i = 0; i < before->nr_extents; i++) {
		e = &before->extents[i];
		sum_before += e->size;
		check_at(before, map, e->va - 1, e->pa - 1);
		check_at(before, map, e->va, e->pa);
		check_at(before, map, e->va + e->size / 2, e->pa + e->size / 2);
		check_at(before, map, e->va + e->size - 1, e->pa + e->size - 1);
		check_at(before, map, e->va + e->size, e->pa + e->size);
	}
	for (i = 0; i < map->nr_extents; i++) {
		e = &map->extents[i];
		sum += e->size;
		if (i) {
			CHECK(va_end(e - 1) <= e->va);
			CHECK(va_end(e - 1) != e->va || pa_end(e - 1) != e->pa ||
			      e[-1].attr != e->attr || e[-1].type != e->type);
		}
		/* writable code is told of, all of it and nothing else */
		if (!(e->attr & (OPALVM_ATTR_RO | OPALVM_ATTR_XP))) {
			wx = opalvm_map_find_wx(map, wx);
			CHECK(wx == e);
		}
	}
	CHECK(!opalvm_map_find_wx(map, wx));
	CHECK(sum == sum_before && !pa_overlap(map));
	for (i = 0; i < map->nr_entries; i++) {
		u64 va = opalvm_map_entry(map, map->entries[i].id);

		e = opalvm_map_find_va(map, va);
		CHECK(e && opalvm_extent_executable(e));
		CHECK(map->entries[i].kind == OPALVM_ENTRY_VA ? va == map->entries[i].address :
		      va - e->va + e->pa == map->entries[i].address);
	}
	CHECK(opalvm_map_same(map, map, NULL));
	CHECK(!opalvm_map_same_memory(map, before, NULL));
}

static void seal(struct opalvm_map *map, const struct opalvm_limits *limits)
{
	struct opalvm_map *before = copy_map(map), *sealed;
	struct opalvm_why why = {};
	int err = opalvm_map_seal(map, limits, &why);

	CHECK(!err == map_good(before, limits));
	if (err) {
		check_why(err, &why);
	} else {
		check_sealed(before, map);
		sealed = copy_map(map);
		CHECK(!opalvm_map_seal(map, limits, &why));
		CHECK(opalvm_map_same(map, sealed, &why));
		opalvm_map_free(sealed);
	}
	opalvm_map_free(before);
}

/* One byte before, in and behind what was protected: nothing else may change. */
static void protect(struct opalvm_map *map, u64 pa, u64 size, u64 protection)
{
	const u64 probes[] = { pa - 1, pa, pa + size / 2, pa + size - 1, pa + size };
	const u64 bits = OPALVM_ATTR_XP | OPALVM_ATTR_RO;
	struct opalvm_map *before = copy_map(map);
	struct opalvm_why why = {};
	int err = opalvm_map_protect(map, pa, size, protection, &why);
	u32 i;

	if (err) {
		check_why(err, &why);
		CHECK(!memcmp(map->extents, before->extents,
			      map->capacity * sizeof(map->extents[0])));
	}
	for (i = 0; !err && !pa_overlap(before) && i < ARRAY_SIZE(probes); i++) {
		const struct opalvm_extent *was = naive_pa(before, probes[i]);
		const struct opalvm_extent *is = naive_pa(map, probes[i]);
		bool hit = probes[i] - pa < size;

		CHECK(!was == !is);
		if (was)
			CHECK(is->type == was->type && is->va - is->pa == was->va - was->pa &&
			      is->attr == (hit ? (was->attr & ~bits) | protection : was->attr));
	}
	CHECK(pa_overlap(before) || !pa_overlap(map));
	opalvm_map_free(before);
}

static u64 address(u64 value)
{
	return scene.flags & SCENE_SMALL ? (value & 0x3f) << 12 : value;
}

static void do_record(struct opalvm_map *map, const struct record *record)
{
	struct opalvm_extent extent = {
		.va = address(record->va),
		.pa = address(record->pa),
		.size = address(record->size),
		.attr = record->attr,
		.type = record->type,
	};
	struct opalvm_why why = {};
	u32 nr = map->nr_extents;
	int err;

	switch (record->op % 8) {
	case OP_ENTRY:
		err = opalvm_map_add_entry(map, record->type, record->attr, extent.va, &why);
		break;
	case OP_PROTECT:
		protect(map, extent.pa, extent.size, record->attr);
		return;
	default:
		err = opalvm_map_add(map, &extent, &why);
		CHECK(map->nr_extents == nr + !err);
		if (!err && record->op % 8 == OP_MOVE)
			map->extents[nr].va = address(record->attr);
	}
	if (err)
		check_why(err, &why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = { data, len };
	struct opalvm_limits limits;
	struct opalvm_map *map;
	struct record record;

	take(&in, &scene, sizeof(scene));
	limits = (struct opalvm_limits) {
		.max_extents = scene.max_extents,
		.nr_va = OPALVM_MAX_VA_RANGES,
		.va = { scene.va[0], scene.va[1] },
		.pa_last = scene.pa_last,
		.user_va_last = scene.user_va_last,
		.no_user_half = scene.flags & SCENE_NO_USER_HALF,
		.granule = scene.granule_shift % 32 ? BIT_ULL(scene.granule_shift % 32) : 0,
		.max_size = scene.max_size,
		.is_ram = scene.flags & SCENE_RAM ? is_ram : NULL,
	};
	if (scene.flags & SCENE_WIDE)
		limits = (struct opalvm_limits) {
			.max_extents = MAX_EXTENTS, .nr_va = 1, .va = { { 0, U64_MAX } },
			.pa_last = U64_MAX, .max_size = U64_MAX,
		};
	map = opalvm_map_alloc(OPALVM_FW_EFI, MAX_EXTENTS);
	if (scene.flags & SCENE_SYSTAB)
		map->systab = scene.systab;
	while (in.left) {
		take(&in, &record, sizeof(record));
		do_record(map, &record);
	}
	seal(map, &limits);
	opalvm_map_free(map);
	return 0;
}
