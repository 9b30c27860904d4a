// SPDX-License-Identifier: GPL-2.0
/*
 * What a map accepts, what it refuses and what it answers.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../map.h"
#include "suites.h"

#define PAGE(n)		((n) * OPALVM_PAGE_SIZE)
#define CODE		(OPALVM_ATTR_WB | OPALVM_ATTR_RO)
#define DATA		(OPALVM_ATTR_WB | OPALVM_ATTR_XP)
#define OPEN		OPALVM_ATTR_WB	/* writable and executable */

/* UEFI memory types: runtime services code and data */
#define TYPE_CODE	5
#define TYPE_DATA	6

/* The kernel half of these limits reaches the very last address */
#define KERNEL_FIRST	0xffff800000000000ULL
#define USER_FIRST	PAGE(0x10)
#define USER_LAST	(PAGE(0x800000000ULL) - 1)
#define PA_LAST		(PAGE(0x100000) - 1)
#define MAX_SIZE	BIT_ULL(40)

/* The running kernel's own memory, for limits->is_ram() */
#define RAM_FIRST	PAGE(0x80000)
#define RAM_LAST	(PAGE(0x90000) - 1)

static bool is_ram(u64 pa, u64 size)
{
	return pa <= RAM_LAST && pa + size - 1 >= RAM_FIRST;
}

static const struct opalvm_limits limits = {
	.max_extents = 8,
	.nr_va = 2,
	.va = {
		{ USER_FIRST, USER_LAST },
		{ KERNEL_FIRST, ~0ULL },
	},
	.pa_last = PA_LAST,
	.user_va_last = USER_LAST,
	.max_size = MAX_SIZE,
	.is_ram = is_ram,
};

/* Code, then data, then a hole, then the registers of a device */
static const struct opalvm_extent typical[] = {
	{ PAGE(0x100), PAGE(0x500), PAGE(4), CODE, TYPE_CODE },
	{ PAGE(0x104), PAGE(0x504), PAGE(2), DATA, TYPE_DATA },
	{ PAGE(0x200), PAGE(0xfee00), PAGE(1), OPALVM_ATTR_UC | OPALVM_ATTR_XP, TYPE_DATA },
};

#define MAX_MAPS	4

/**
 * struct context - what a test has to give back
 * @maps: freed when it ends, however it ends
 * @nr_maps: of these
 * @why: reason of the last refusal
 */
struct context {
	struct opalvm_map *maps[MAX_MAPS];
	u32 nr_maps;
	struct opalvm_why why;
};

static struct opalvm_map *new_map(struct kunit *test, u32 capacity)
{
	struct context *context = test->priv;
	struct opalvm_map *map;

	KUNIT_ASSERT_LT(test, context->nr_maps, (u32)MAX_MAPS);
	map = opalvm_map_alloc(OPALVM_FW_EFI, capacity);
	KUNIT_ASSERT_NOT_NULL(test, map);
	context->maps[context->nr_maps++] = map;
	return map;
}

static struct opalvm_map *map_of(struct kunit *test, const struct opalvm_extent *extents, u32 nr)
{
	struct opalvm_map *map = new_map(test, nr);
	u32 i;

	for (i = 0; i < nr; i++)
		KUNIT_ASSERT_EQ(test, opalvm_map_add(map, &extents[i], NULL), 0);
	return map;
}

static struct opalvm_map *typical_map(struct kunit *test)
{
	return map_of(test, typical, ARRAY_SIZE(typical));
}

static void expect_extents(struct kunit *test, const struct opalvm_map *map,
			   const struct opalvm_extent *extents, u32 nr)
{
	u32 i;

	KUNIT_ASSERT_EQ(test, map->nr_extents, nr);
	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_EQ_MSG(test, map->extents[i].va, extents[i].va, "extent %u", i);
		KUNIT_EXPECT_EQ_MSG(test, map->extents[i].pa, extents[i].pa, "extent %u", i);
		KUNIT_EXPECT_EQ_MSG(test, map->extents[i].size, extents[i].size, "extent %u", i);
		KUNIT_EXPECT_EQ_MSG(test, map->extents[i].attr, extents[i].attr, "extent %u", i);
		KUNIT_EXPECT_EQ_MSG(test, map->extents[i].type, extents[i].type, "extent %u", i);
	}
}

static void expect_reason(struct kunit *test, const char *words)
{
	struct context *context = test->priv;

	KUNIT_EXPECT_TRUE_MSG(test, strstr(context->why.text, words),
			      "\"%s\" does not say \"%s\"", context->why.text, words);
}

static struct opalvm_why *why_of(struct kunit *test)
{
	struct context *context = test->priv;

	return &context->why;
}

static int map_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct context), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void map_test_exit(struct kunit *test)
{
	struct context *context = test->priv;
	u32 i;

	if (!context)
		return;
	for (i = 0; i < context->nr_maps; i++)
		opalvm_map_free(context->maps[i]);
}

static void refusal_carries_reason_and_error(struct kunit *test)
{
	struct opalvm_why *why = why_of(test);

	KUNIT_EXPECT_EQ(test, opalvm_refuse(why, -ERANGE, "%s %u", "extent", 7), -ERANGE);
	KUNIT_EXPECT_STREQ(test, why->text, "extent 7");
	KUNIT_EXPECT_EQ(test, opalvm_refuse(NULL, -EIO, "nobody listens"), -EIO);
}

static void long_reason_stays_in_its_buffer(struct kunit *test)
{
	struct opalvm_why *why = why_of(test);

	opalvm_refuse(why, -EIO, "%0400u", 1);
	KUNIT_EXPECT_EQ(test, strlen(why->text), sizeof(why->text) - 1);
}

static void full_map_takes_no_extent(struct kunit *test)
{
	struct opalvm_map *map = new_map(test, 1);

	KUNIT_EXPECT_EQ(test, opalvm_map_add(map, &typical[0], why_of(test)), 0);
	KUNIT_EXPECT_EQ(test, opalvm_map_add(map, &typical[1], why_of(test)), -E2BIG);
	expect_reason(test, "[0x104000-0x105fff] -> 0x504000: no room");
	KUNIT_EXPECT_EQ(test, map->nr_extents, 1U);
}

/**
 * struct bad_shape - an extent that no map takes
 * @name: what is wrong with it
 * @extent: the extent
 * @err: the error
 * @says: part of the reason
 */
struct bad_shape {
	const char *name;
	struct opalvm_extent extent;
	int err;
	const char *says;
};

static const struct bad_shape bad_shapes[] = {
	{ "empty", { PAGE(1), PAGE(1), 0 }, -EINVAL, "at 0x1000 -> 0x1000: empty" },
	{ "VA within a page", { PAGE(1) + 1, PAGE(1), PAGE(1) }, -EINVAL, "whole pages" },
	{ "PA within a page", { PAGE(1), PAGE(1) + 0x800, PAGE(1) }, -EINVAL, "whole pages" },
	{ "half a page", { PAGE(1), PAGE(1), PAGE(1) / 2 }, -EINVAL, "whole pages" },
	{ "size 2^64 - 1", { PAGE(1), PAGE(1), ~0ULL }, -EINVAL, "whole pages" },
	{ "VA wraps to zero", { -PAGE(1), PAGE(1), PAGE(2) }, -ERANGE, "virtual addresses wrap" },
	{ "PA wraps to zero", { PAGE(1), -PAGE(1), PAGE(2) }, -ERANGE, "physical addresses wrap" },
	{ "VA wraps to itself", { PAGE(2), 0, -PAGE(1) }, -ERANGE, "virtual addresses wrap" },
	{ "PA wraps to itself", { 0, PAGE(2), -PAGE(1) }, -ERANGE, "physical addresses wrap" },
};

static void describe_shape(const struct bad_shape *shape, char *text)
{
	strscpy(text, shape->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(shape, bad_shapes, describe_shape);

static void malformed_extent_is_not_added(struct kunit *test)
{
	const struct bad_shape *shape = test->param_value;
	struct opalvm_map *map = new_map(test, 1);

	KUNIT_EXPECT_EQ(test, opalvm_map_add(map, &shape->extent, why_of(test)), shape->err);
	expect_reason(test, shape->says);
	KUNIT_EXPECT_EQ(test, map->nr_extents, 0U);
}

static void malformed_extent_is_not_sealed(struct kunit *test)
{
	const struct bad_shape *shape = test->param_value;
	struct opalvm_map *map = typical_map(test);

	map->extents[1] = shape->extent;
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &limits, why_of(test)), shape->err);
	expect_reason(test, shape->says);
}

static void last_page_of_the_address_space_is_no_wrap(struct kunit *test)
{
	const struct opalvm_extent last = { -PAGE(1), -PAGE(1), PAGE(1), DATA, TYPE_DATA };
	struct opalvm_map *map = map_of(test, &last, 1);
	struct opalvm_limits all = limits;

	all.pa_last = ~0ULL;
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &all, why_of(test)), 0);
	KUNIT_EXPECT_PTR_EQ(test, opalvm_map_find_va(map, ~0ULL), &map->extents[0]);
	KUNIT_EXPECT_PTR_EQ(test, opalvm_map_find_pa(map, ~0ULL), &map->extents[0]);
}

static void malformed_entry_point_is_not_added(struct kunit *test)
{
	struct opalvm_map *map = new_map(test, 0);
	struct opalvm_why *why = why_of(test);

	KUNIT_EXPECT_EQ(test, opalvm_map_add_entry(map, 3, 0, PAGE(1), why), -EINVAL);
	expect_reason(test, "service 3: unknown kind 0");
	KUNIT_EXPECT_EQ(test, opalvm_map_add_entry(map, 3, 3, PAGE(1), why), -EINVAL);
	KUNIT_EXPECT_EQ(test, opalvm_map_add_entry(map, 3, OPALVM_ENTRY_VA, 0, why), -EINVAL);
	expect_reason(test, "service 3: zero");
	KUNIT_EXPECT_EQ(test, map->nr_entries, 0U);
}

static void service_has_one_entry_point(struct kunit *test)
{
	struct opalvm_map *map = new_map(test, 0);
	struct opalvm_why *why = why_of(test);

	KUNIT_EXPECT_EQ(test, opalvm_map_add_entry(map, 3, OPALVM_ENTRY_VA, PAGE(1), why), 0);
	KUNIT_EXPECT_EQ(test, opalvm_map_add_entry(map, 3, OPALVM_ENTRY_PA, PAGE(2), why),
			-EEXIST);
	expect_reason(test, "service 3: given twice");
	KUNIT_EXPECT_EQ(test, map->nr_entries, 1U);
}

static void entry_points_stay_in_their_array(struct kunit *test)
{
	struct opalvm_map *map = new_map(test, 0);
	struct opalvm_why *why = why_of(test);
	u32 i;

	for (i = 0; i < OPALVM_MAX_ENTRIES; i++)
		KUNIT_ASSERT_EQ(test, opalvm_map_add_entry(map, i, OPALVM_ENTRY_VA, PAGE(1), why),
				0);
	KUNIT_EXPECT_EQ(test, opalvm_map_add_entry(map, i, OPALVM_ENTRY_VA, PAGE(1), why), -E2BIG);
	expect_reason(test, "service 64: more than 64");
	KUNIT_EXPECT_EQ(test, map->nr_entries, (u32)OPALVM_MAX_ENTRIES);
}

/**
 * struct seal_case - extents that make a map that is not accepted
 * @name: what is wrong
 * @nr: extents in use in @extents
 * @extents: the extents
 * @no_user_half: as in struct opalvm_limits
 * @err: the error
 * @says: part of the reason
 */
struct seal_case {
	const char *name;
	u32 nr;
	struct opalvm_extent extents[3];
	bool no_user_half;
	int err;
	const char *says;
};

static const struct seal_case refused[] = {
	{
		.name = "no extents",
		.err = -ENOENT, .says = "no extents",
	}, {
		.name = "below the user range", .nr = 1,
		.extents = { { USER_FIRST - PAGE(1), PAGE(1), PAGE(1) } },
		.err = -ERANGE, .says = "[0xf000-0xffff] -> 0x1000: outside the virtual addresses",
	}, {
		.name = "across the start of the user range", .nr = 1,
		.extents = { { USER_FIRST - PAGE(1), 0, PAGE(2) } },
		.err = -ERANGE, .says = "outside the virtual addresses",
	}, {
		.name = "across the end of the user range", .nr = 1,
		.extents = { { USER_LAST + 1 - PAGE(1), 0, PAGE(2) } },
		.err = -ERANGE, .says = "outside the virtual addresses",
	}, {
		.name = "between the ranges", .nr = 1,
		.extents = { { KERNEL_FIRST - PAGE(1), 0, PAGE(1) } },
		.err = -ERANGE, .says = "outside the virtual addresses",
	}, {
		.name = "from one range into the other", .nr = 1,
		.extents = { { USER_FIRST, 0, KERNEL_FIRST } },
		.err = -ERANGE, .says = "outside the virtual addresses",
	}, {
		.name = "last page beyond the physical addresses", .nr = 1,
		.extents = { { USER_FIRST, PA_LAST + 1 - PAGE(1), PAGE(2) } },
		.err = -ERANGE, .says = "beyond the physical addresses",
	}, {
		.name = "all beyond the physical addresses", .nr = 1,
		.extents = { { USER_FIRST, PA_LAST + 1, PAGE(1) } },
		.err = -ERANGE, .says = "-> 0x100000000: beyond the physical addresses",
	}, {
		.name = "in the kernel's memory", .nr = 1,
		.extents = { { USER_FIRST, RAM_FIRST, PAGE(1) } },
		.err = -ERANGE, .says = "memory of the running kernel",
	}, {
		.name = "last page in the kernel's memory", .nr = 1,
		.extents = { { USER_FIRST, RAM_FIRST - PAGE(3), PAGE(4) } },
		.err = -ERANGE, .says = "memory of the running kernel",
	}, {
		.name = "unreadable", .nr = 1,
		.extents = { { USER_FIRST, 0, PAGE(1), OPALVM_ATTR_WB | OPALVM_ATTR_RP } },
		.err = -EINVAL, .says = "against reading",
	}, {
		.name = "user half that cannot be used", .nr = 1,
		.extents = { { USER_LAST + 1 - PAGE(1), 0, PAGE(1), CODE } },
		.no_user_half = true,
		.err = -ENODEV, .says = "use placement=assigned",
	}, {
		.name = "second extent", .nr = 2,
		.extents = {
			{ USER_FIRST, 0, PAGE(1) },
			{ USER_FIRST + PAGE(1), RAM_FIRST, PAGE(1) },
		},
		.err = -ERANGE, .says = "[0x11000-0x11fff] -> 0x80000000",
	}, {
		.name = "VA overlap of one page", .nr = 2,
		.extents = {
			{ PAGE(0x102), PAGE(0x10), PAGE(2) },
			{ PAGE(0x100), PAGE(0x20), PAGE(3) },
		},
		.err = -EEXIST,
		.says = "[0x100000-0x102fff] -> 0x20000 and [0x102000-0x103fff] -> 0x10000 overlap",
	}, {
		.name = "one VA extent within another", .nr = 3,
		.extents = {
			{ PAGE(0x100), PAGE(0x10), PAGE(9) },
			{ PAGE(0x200), PAGE(0x20), PAGE(1) },
			{ PAGE(0x104), PAGE(0x30), PAGE(1) },
		},
		.err = -EEXIST, .says = "overlap in VA",
	}, {
		.name = "memory mapped twice, once writable", .nr = 2,
		.extents = {
			{ PAGE(0x20), PAGE(1), PAGE(2), CODE },
			{ PAGE(0x30), PAGE(2), PAGE(2), DATA },
		},
		.err = -EEXIST,
		.says = "-> 0x1000 and [0x30000-0x31fff] -> 0x2000 overlap in PA",
	}, {
		.name = "the same extent twice", .nr = 2,
		.extents = {
			{ PAGE(0x100), PAGE(0x10), PAGE(2), CODE },
			{ PAGE(0x100), PAGE(0x10), PAGE(2), CODE },
		},
		.err = -EEXIST, .says = "overlap",
	},
};

static void describe_seal(const struct seal_case *param, char *text)
{
	strscpy(text, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(refused, refused, describe_seal);

static void hostile_extents_are_not_sealed(struct kunit *test)
{
	const struct seal_case *param = test->param_value;
	struct opalvm_map *map = map_of(test, param->extents, param->nr);
	struct opalvm_limits strict = limits;

	strict.no_user_half = param->no_user_half;
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &strict, why_of(test)), param->err);
	expect_reason(test, param->says);
}

static void refusal_without_a_listener_is_one(struct kunit *test)
{
	const struct seal_case *param = test->param_value;
	struct opalvm_map *map = map_of(test, param->extents, param->nr);
	struct opalvm_limits strict = limits;

	strict.no_user_half = param->no_user_half;
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &strict, NULL), param->err);
}

static void extents_beyond_the_limit_are_not_sealed(struct kunit *test)
{
	struct opalvm_map *map = typical_map(test);
	struct opalvm_limits few = limits;

	few.max_extents = 2;
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &few, why_of(test)), -E2BIG);
	expect_reason(test, "3 extents, more than 2");
}

static void more_than_may_be_mapped_is_not_sealed(struct kunit *test)
{
	struct opalvm_map *map = typical_map(test);
	struct opalvm_limits small = limits;

	small.max_size = PAGE(7);
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &small, NULL), 0);
	small.max_size = PAGE(7) - 1;
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &small, why_of(test)), -E2BIG);
	expect_reason(test, "more than 0 MiB");
}

static void extents_are_made_of_the_kernels_pages(struct kunit *test)
{
	static const struct opalvm_extent odd[] = {
		{ PAGE(17), PAGE(16), PAGE(16), DATA, TYPE_DATA },
		{ PAGE(16), PAGE(17), PAGE(16), DATA, TYPE_DATA },
		{ PAGE(16), PAGE(16), PAGE(17), DATA, TYPE_DATA },
	};
	static const struct opalvm_extent whole = {
		PAGE(16), PAGE(16), PAGE(16), DATA, TYPE_DATA
	};
	struct opalvm_limits large = limits;
	struct opalvm_map *map;
	unsigned int i;

	large.granule = PAGE(16);
	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		struct opalvm_why why = {};

		map = map_of(test, &odd[i], 1);
		KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &large, &why), -ERANGE);
		KUNIT_EXPECT_NOT_NULL(test, strstr(why.text, "whole pages of this kernel"));
	}
	map = map_of(test, &whole, 1);
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &large, NULL), 0);
}

static void edges_of_the_limits_are_sealed(struct kunit *test)
{
	const struct opalvm_extent edges[] = {
		{ USER_FIRST, 0, PAGE(1), DATA, TYPE_DATA },
		{ USER_LAST + 1 - PAGE(1), RAM_FIRST - PAGE(1), PAGE(1), DATA, TYPE_DATA },
		{ KERNEL_FIRST, RAM_LAST + 1, PAGE(1), CODE, TYPE_CODE },
		{ -PAGE(1), PA_LAST + 1 - PAGE(1), PAGE(1), CODE, TYPE_CODE },
	};
	struct opalvm_map *map = map_of(test, edges, ARRAY_SIZE(edges));
	struct opalvm_limits exact = limits;

	exact.max_extents = ARRAY_SIZE(edges);
	KUNIT_EXPECT_EQ_MSG(test, opalvm_map_seal(map, &exact, why_of(test)), 0, "%s",
			    why_of(test)->text);
	expect_extents(test, map, edges, ARRAY_SIZE(edges));
}

static void range_not_in_use_allows_nothing(struct kunit *test)
{
	const struct opalvm_extent extent = { KERNEL_FIRST, 0, PAGE(1), DATA, TYPE_DATA };
	struct opalvm_map *map = map_of(test, &extent, 1);
	struct opalvm_limits user = limits;

	user.nr_va = 1;
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &user, NULL), -ERANGE);
}

static void no_is_ram_means_no_ram(struct kunit *test)
{
	const struct opalvm_extent extent = { USER_FIRST, RAM_FIRST, PAGE(1), DATA, TYPE_DATA };
	struct opalvm_map *map = map_of(test, &extent, 1);
	struct opalvm_limits blind = limits;

	blind.is_ram = NULL;
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &blind, NULL), 0);
}

static void seal_sorts_by_va(struct kunit *test)
{
	const struct opalvm_extent unsorted[] = { typical[2], typical[0], typical[1] };
	struct opalvm_map *map = map_of(test, unsorted, ARRAY_SIZE(unsorted));

	KUNIT_ASSERT_EQ(test, opalvm_map_seal(map, &limits, NULL), 0);
	expect_extents(test, map, typical, ARRAY_SIZE(typical));
}

static void seal_merges_what_continues(struct kunit *test)
{
	const struct opalvm_extent pieces[] = {
		{ PAGE(0x103), PAGE(0x13), PAGE(2), CODE, TYPE_CODE },
		{ PAGE(0x100), PAGE(0x10), PAGE(1), CODE, TYPE_CODE },
		{ PAGE(0x101), PAGE(0x11), PAGE(2), CODE, TYPE_CODE },
	};
	const struct opalvm_extent whole = { PAGE(0x100), PAGE(0x10), PAGE(5), CODE, TYPE_CODE };
	struct opalvm_map *map = map_of(test, pieces, ARRAY_SIZE(pieces));

	KUNIT_ASSERT_EQ(test, opalvm_map_seal(map, &limits, NULL), 0);
	expect_extents(test, map, &whole, 1);
}

static void seal_merges_nothing_else(struct kunit *test)
{
	const struct opalvm_extent apart[] = {
		{ PAGE(0x100), PAGE(0x10), PAGE(1), CODE, TYPE_CODE },
		{ PAGE(0x101), PAGE(0x11), PAGE(1), DATA, TYPE_CODE },	/* attributes */
		{ PAGE(0x102), PAGE(0x12), PAGE(1), DATA, TYPE_DATA },	/* type */
		{ PAGE(0x103), PAGE(0x14), PAGE(1), DATA, TYPE_DATA },	/* hole in PA */
		{ PAGE(0x105), PAGE(0x15), PAGE(1), DATA, TYPE_DATA },	/* hole in VA */
		{ PAGE(0x106), PAGE(0x13), PAGE(1), DATA, TYPE_DATA },	/* lower PA */
	};
	struct opalvm_map *map = map_of(test, apart, ARRAY_SIZE(apart));

	KUNIT_ASSERT_EQ(test, opalvm_map_seal(map, &limits, NULL), 0);
	expect_extents(test, map, apart, ARRAY_SIZE(apart));
}

static void sealed_map_seals_again(struct kunit *test)
{
	struct opalvm_map *map = typical_map(test);

	KUNIT_ASSERT_EQ(test, opalvm_map_seal(map, &limits, NULL), 0);
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &limits, NULL), 0);
	expect_extents(test, map, typical, ARRAY_SIZE(typical));
}

static void system_table_outside_the_map_is_refused(struct kunit *test)
{
	struct opalvm_map *map = typical_map(test);

	map->systab = PAGE(0x505);
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &limits, why_of(test)), 0);
	map->systab = PAGE(0x506);
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &limits, why_of(test)), -ERANGE);
	expect_reason(test, "system table 0x506000: outside");
}

/**
 * struct entry_case - an entry point into the typical map
 * @name: what it is
 * @kind: OPALVM_ENTRY_*
 * @address: where
 * @err: what opalvm_map_seal() says
 * @says: part of the reason
 * @va: where the service is called
 */
struct entry_case {
	const char *name;
	u32 kind;
	u64 address;
	int err;
	const char *says;
	u64 va;
};

static const struct entry_case entries[] = {
	{ "first byte of code", OPALVM_ENTRY_VA, PAGE(0x100), 0, "", PAGE(0x100) },
	{ "last byte of code", OPALVM_ENTRY_VA, PAGE(0x104) - 1, 0, "", PAGE(0x104) - 1 },
	{ "physical", OPALVM_ENTRY_PA, PAGE(0x501) + 8, 0, "", PAGE(0x101) + 8 },
	{ "data", OPALVM_ENTRY_VA, PAGE(0x104), -ERANGE, "0x104000 of service 9: in an extent" },
	{ "physical data", OPALVM_ENTRY_PA, PAGE(0x504), -ERANGE, "without code" },
	{ "nowhere", OPALVM_ENTRY_VA, PAGE(0x106), -ERANGE, "0x106000 of service 9: outside" },
	{ "below the map", OPALVM_ENTRY_VA, PAGE(0x100) - 1, -ERANGE, "outside" },
	{ "above the map", OPALVM_ENTRY_VA, ~0ULL, -ERANGE, "outside" },
	{ "nowhere, physical", OPALVM_ENTRY_PA, PAGE(0x100), -ERANGE, "outside" },
};

static void describe_entry(const struct entry_case *param, char *text)
{
	strscpy(text, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(entry, entries, describe_entry);

static void entry_points_lead_to_code_only(struct kunit *test)
{
	const struct entry_case *param = test->param_value;
	struct opalvm_map *map = typical_map(test);
	struct opalvm_why *why = why_of(test);

	KUNIT_ASSERT_EQ(test, opalvm_map_add_entry(map, 9, param->kind, param->address, why), 0);
	KUNIT_ASSERT_EQ(test, opalvm_map_seal(map, &limits, why), param->err);
	expect_reason(test, param->says);
	if (!param->err)
		KUNIT_EXPECT_EQ(test, opalvm_map_entry(map, 9), param->va);
}

static void missing_service_has_no_entry_point(struct kunit *test)
{
	struct opalvm_map *map = typical_map(test);

	KUNIT_ASSERT_EQ(test, opalvm_map_add_entry(map, 9, OPALVM_ENTRY_PA, PAGE(0x500), NULL), 0);
	KUNIT_ASSERT_EQ(test, opalvm_map_add_entry(map, 7, OPALVM_ENTRY_PA, PAGE(0x900), NULL), 0);
	KUNIT_EXPECT_EQ(test, opalvm_map_entry(map, 9), PAGE(0x100));
	KUNIT_EXPECT_EQ(test, opalvm_map_entry(map, 8), 0ULL);
	KUNIT_EXPECT_EQ(test, opalvm_map_entry(map, 7), 0ULL);
}

static void find_knows_the_bounds_of_extents(struct kunit *test)
{
	struct opalvm_map *map = typical_map(test);
	const struct opalvm_extent *e = map->extents;

	KUNIT_ASSERT_EQ(test, opalvm_map_seal(map, &limits, NULL), 0);
	KUNIT_EXPECT_NULL(test, opalvm_map_find_va(map, 0));
	KUNIT_EXPECT_NULL(test, opalvm_map_find_va(map, PAGE(0x100) - 1));
	KUNIT_EXPECT_PTR_EQ(test, opalvm_map_find_va(map, PAGE(0x100)), &e[0]);
	KUNIT_EXPECT_PTR_EQ(test, opalvm_map_find_va(map, PAGE(0x104) - 1), &e[0]);
	KUNIT_EXPECT_PTR_EQ(test, opalvm_map_find_va(map, PAGE(0x104)), &e[1]);
	KUNIT_EXPECT_PTR_EQ(test, opalvm_map_find_va(map, PAGE(0x106) - 1), &e[1]);
	KUNIT_EXPECT_NULL(test, opalvm_map_find_va(map, PAGE(0x106)));
	KUNIT_EXPECT_PTR_EQ(test, opalvm_map_find_va(map, PAGE(0x200)), &e[2]);
	KUNIT_EXPECT_NULL(test, opalvm_map_find_va(map, PAGE(0x201)));
	KUNIT_EXPECT_NULL(test, opalvm_map_find_va(map, ~0ULL));

	KUNIT_EXPECT_NULL(test, opalvm_map_find_pa(map, PAGE(0x500) - 1));
	KUNIT_EXPECT_PTR_EQ(test, opalvm_map_find_pa(map, PAGE(0x500)), &e[0]);
	KUNIT_EXPECT_PTR_EQ(test, opalvm_map_find_pa(map, PAGE(0x506) - 1), &e[1]);
	KUNIT_EXPECT_NULL(test, opalvm_map_find_pa(map, PAGE(0x506)));
	KUNIT_EXPECT_PTR_EQ(test, opalvm_map_find_pa(map, PAGE(0xfee00)), &e[2]);
}

static void nothing_is_found_in_an_empty_map(struct kunit *test)
{
	struct opalvm_map *map = new_map(test, 0);

	KUNIT_EXPECT_NULL(test, opalvm_map_find_va(map, 0));
	KUNIT_EXPECT_NULL(test, opalvm_map_find_pa(map, 0));
	KUNIT_EXPECT_NULL(test, opalvm_map_find_wx(map, NULL));
	KUNIT_EXPECT_EQ(test, opalvm_map_entry(map, 0), 0ULL);
}

static void writable_code_is_sealed_and_reported(struct kunit *test)
{
	const struct opalvm_extent mixed[] = {
		{ PAGE(0x100), PAGE(0x10), PAGE(1), OPEN, TYPE_CODE },
		{ PAGE(0x101), PAGE(0x11), PAGE(1), CODE, TYPE_CODE },
		{ PAGE(0x102), PAGE(0x12), PAGE(1), DATA, TYPE_DATA },
		{ PAGE(0x103), PAGE(0x13), PAGE(1), OPEN, TYPE_DATA },
	};
	struct opalvm_map *map = map_of(test, mixed, ARRAY_SIZE(mixed));
	const struct opalvm_extent *wx;

	KUNIT_ASSERT_EQ(test, opalvm_map_seal(map, &limits, NULL), 0);
	wx = opalvm_map_find_wx(map, NULL);
	KUNIT_EXPECT_PTR_EQ(test, wx, &map->extents[0]);
	wx = opalvm_map_find_wx(map, wx);
	KUNIT_EXPECT_PTR_EQ(test, wx, &map->extents[3]);
	KUNIT_EXPECT_NULL(test, opalvm_map_find_wx(map, wx));
}

static void same_extents_are_the_same(struct kunit *test)
{
	struct opalvm_map *a = typical_map(test);
	struct opalvm_map *b = typical_map(test);

	b->origin = OPALVM_ORIGIN_HANDOVER;
	KUNIT_ASSERT_EQ(test, opalvm_map_add_entry(b, 1, OPALVM_ENTRY_VA, PAGE(0x100), NULL), 0);
	KUNIT_EXPECT_TRUE(test, opalvm_map_same(a, b, why_of(test)));
	KUNIT_EXPECT_STREQ(test, why_of(test)->text, "");
}

static void any_difference_of_extents_is_seen(struct kunit *test)
{
	struct opalvm_map *a = typical_map(test);
	struct opalvm_map *b = typical_map(test);

	b->extents[1].va += PAGE(1);
	KUNIT_EXPECT_FALSE(test, opalvm_map_same(a, b, why_of(test)));
	expect_reason(test, "[0x104000-0x105fff] -> 0x504000 and [0x105000-0x106fff] -> 0x504000");
	b->extents[1] = typical[1];
	b->extents[1].pa += PAGE(1);
	KUNIT_EXPECT_FALSE(test, opalvm_map_same(a, b, why_of(test)));
	b->extents[1] = typical[1];
	b->extents[1].size += PAGE(1);
	KUNIT_EXPECT_FALSE(test, opalvm_map_same(a, b, why_of(test)));
	expect_reason(test, "differ");
	b->extents[1] = typical[1];
	b->extents[1].attr &= ~OPALVM_ATTR_XP;
	KUNIT_EXPECT_FALSE(test, opalvm_map_same(a, b, why_of(test)));
	expect_reason(test, "attributes 0x4008 and 0x8");
	b->extents[1] = typical[1];
	b->extents[1].type = TYPE_CODE;
	KUNIT_EXPECT_FALSE(test, opalvm_map_same(a, b, why_of(test)));
	expect_reason(test, "types 6 and 5");
	b->extents[1] = typical[1];
	KUNIT_EXPECT_TRUE(test, opalvm_map_same(a, b, NULL));
	b->nr_extents = 2;
	KUNIT_EXPECT_FALSE(test, opalvm_map_same(a, b, why_of(test)));
	expect_reason(test, "3 and 2 extents");
	KUNIT_EXPECT_FALSE(test, opalvm_map_same(b, a, NULL));
}

/**
 * struct memory_case - two maps, of the same memory or not
 * @name: what differs
 * @a: page numbers and page counts of one; an empty one ends it
 * @b: of the other
 * @says: the reason; NULL if the memory is the same
 */
struct memory_case {
	const char *name;
	struct {
		u64 pa;
		u64 nr;
	} a[4], b[4];
	const char *says;
};

#define LAST_PAGE	(-PAGE(1) / PAGE(1))

static const struct memory_case memories[] = {
	{ "nothing", {}, {} },
	{ "same", { { 8, 4 }, { 0, 1 } }, { { 8, 4 }, { 0, 1 } } },
	{ "other order", { { 8, 4 }, { 0, 1 } }, { { 0, 1 }, { 8, 4 } } },
	{ "other cuts", { { 8, 4 } }, { { 10, 2 }, { 8, 1 }, { 9, 1 } } },
	{ "cuts that cross", { { 8, 3 }, { 11, 1 } }, { { 8, 1 }, { 9, 3 } } },
	{ "overlap", { { 8, 4 } }, { { 8, 3 }, { 9, 3 } } },
	{ "one within another", { { 8, 4 } }, { { 9, 1 }, { 8, 4 }, { 10, 2 } } },
	{ "up to the last byte", { { LAST_PAGE - 1, 2 } },
	  { { LAST_PAGE, 1 }, { LAST_PAGE - 1, 1 } } },
	{ "more beside it at the end", { { LAST_PAGE - 1, 1 }, { LAST_PAGE, 1 } },
	  { { LAST_PAGE - 1, 2 } } },
	{ "all there is", { { 0, 1 }, { 1, LAST_PAGE } }, { { 0, LAST_PAGE }, { LAST_PAGE, 1 } } },

	{ "against nothing", { { 8, 4 } }, {}, "memory at 0x8000 is not the firmware's" },
	{ "nothing against it", {}, { { 8, 4 } }, "the firmware's memory at 0x8000 is missing" },
	{ "first page more", { { 7, 5 } }, { { 8, 4 } }, "memory at 0x7000 is not" },
	{ "last page more", { { 8, 5 } }, { { 8, 4 } }, "memory at 0xc000 is not" },
	{ "middle page more", { { 8, 4 } }, { { 8, 1 }, { 10, 2 } }, "memory at 0x9000 is not" },
	{ "extent more", { { 8, 4 }, { 20, 1 } }, { { 8, 4 } }, "memory at 0x14000 is not" },
	{ "first page less", { { 9, 3 } }, { { 8, 4 } }, "memory at 0x8000 is missing" },
	{ "last page less", { { 8, 3 } }, { { 8, 4 } }, "memory at 0xb000 is missing" },
	{ "middle page less", { { 10, 2 }, { 8, 1 } }, { { 8, 4 } },
	  "memory at 0x9000 is missing" },
	{ "last page of all more", { { LAST_PAGE - 1, 2 } }, { { LAST_PAGE - 1, 1 } },
	  "memory at 0xfffffffffffff000 is not" },
	{ "last page of all less", { { LAST_PAGE - 1, 1 } }, { { LAST_PAGE - 1, 2 } },
	  "memory at 0xfffffffffffff000 is missing" },
};

static void describe_memory(const struct memory_case *param, char *text)
{
	strscpy(text, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(memory, memories, describe_memory);

static void same_memory_may_be_cut_in_any_way(struct kunit *test)
{
	const struct memory_case *param = test->param_value;
	struct context *context = test->priv;
	struct opalvm_map *a = new_map(test, ARRAY_SIZE(param->a));
	struct opalvm_map *b = new_map(test, ARRAY_SIZE(param->b));
	struct opalvm_extent extent = { .attr = CODE, .type = TYPE_CODE };
	u32 i;

	/* only the memory counts: all else differs */
	for (i = 0; i < ARRAY_SIZE(param->a) && param->a[i].nr; i++) {
		extent.pa = PAGE(param->a[i].pa);
		extent.size = PAGE(param->a[i].nr);
		KUNIT_ASSERT_EQ(test, opalvm_map_add(a, &extent, NULL), 0);
	}
	extent = (struct opalvm_extent) { .attr = DATA, .type = TYPE_DATA };
	for (i = 0; i < ARRAY_SIZE(param->b) && param->b[i].nr; i++) {
		extent.pa = PAGE(param->b[i].pa);
		extent.size = PAGE(param->b[i].nr);
		extent.va = extent.pa;
		KUNIT_ASSERT_EQ(test, opalvm_map_add(b, &extent, NULL), 0);
	}

	KUNIT_EXPECT_EQ(test, opalvm_map_same_memory(a, b, why_of(test)),
			param->says ? -EINVAL : 0);
	if (param->says)
		expect_reason(test, param->says);
	else
		KUNIT_EXPECT_STREQ(test, context->why.text, "");
	KUNIT_EXPECT_EQ(test, opalvm_map_same_memory(b, a, NULL), param->says ? -EINVAL : 0);
}

/**
 * struct split_case - a protection applied to four pages
 * @name: where in them
 * @first: first page, of four
 * @nr: pages
 * @pieces: extents that result
 */
struct split_case {
	const char *name;
	u32 first;
	u32 nr;
	u32 pieces;
};

static const struct split_case splits[] = {
	{ "all", 0, 4, 1 },
	{ "head", 0, 1, 2 },
	{ "tail", 3, 1, 2 },
	{ "middle", 1, 2, 3 },
};

static void describe_split(const struct split_case *param, char *text)
{
	strscpy(text, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(split, splits, describe_split);

static void protection_reaches_its_pages_and_no_other(struct kunit *test)
{
	const struct split_case *param = test->param_value;
	const struct opalvm_extent four = { PAGE(0x100), PAGE(0x10), PAGE(4), OPEN, TYPE_CODE };
	struct opalvm_map *map = new_map(test, param->pieces);
	const struct opalvm_extent *extent;
	u64 expected;
	u32 i;

	KUNIT_ASSERT_EQ(test, opalvm_map_add(map, &four, NULL), 0);
	KUNIT_ASSERT_EQ(test, opalvm_map_protect(map, PAGE(0x10 + param->first), PAGE(param->nr),
						 OPALVM_ATTR_RO, why_of(test)), 0);
	KUNIT_ASSERT_EQ(test, opalvm_map_seal(map, &limits, why_of(test)), 0);
	KUNIT_EXPECT_EQ(test, map->nr_extents, param->pieces);
	for (i = 0; i < 4; i++) {
		extent = opalvm_map_find_va(map, PAGE(0x100 + i));
		KUNIT_ASSERT_NOT_NULL(test, extent);
		KUNIT_EXPECT_EQ(test, extent->va - extent->pa, four.va - four.pa);
		KUNIT_EXPECT_EQ(test, extent->type, four.type);
		expected = i >= param->first && i < param->first + param->nr ? CODE : OPEN;
		KUNIT_EXPECT_EQ_MSG(test, extent->attr, expected, "page %u", i);
	}
}

static void protection_without_room_changes_nothing(struct kunit *test)
{
	const struct split_case *param = test->param_value;
	const struct opalvm_extent four = { PAGE(0x100), PAGE(0x10), PAGE(4), OPEN, TYPE_CODE };
	struct opalvm_map *map = new_map(test, max(param->pieces - 1, 1U));
	int ret = param->pieces > map->capacity ? -E2BIG : 0;

	KUNIT_ASSERT_EQ(test, opalvm_map_add(map, &four, NULL), 0);
	KUNIT_EXPECT_EQ(test, opalvm_map_protect(map, PAGE(0x10 + param->first), PAGE(param->nr),
						 0, why_of(test)), ret);
	if (ret)
		expect_reason(test, "[0x100000-0x103fff] -> 0x10000: no room");
	expect_extents(test, map, &four, 1);
}

static void protection_replaces_the_one_before(struct kunit *test)
{
	struct opalvm_map *map = typical_map(test);

	KUNIT_EXPECT_EQ(test, opalvm_map_protect(map, PAGE(0x504), PAGE(2), OPALVM_ATTR_RO, NULL),
			0);
	KUNIT_EXPECT_EQ(test, map->extents[1].attr, CODE);
	KUNIT_EXPECT_EQ(test, opalvm_map_protect(map, PAGE(0x504), PAGE(2),
						 OPALVM_ATTR_RO | OPALVM_ATTR_XP, NULL), 0);
	KUNIT_EXPECT_EQ(test, map->extents[1].attr, CODE | DATA);
	KUNIT_EXPECT_EQ(test, opalvm_map_protect(map, PAGE(0x504), PAGE(2), 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, map->extents[1].attr, OPEN);
}

/**
 * struct bad_protection - a protection that the typical map does not take
 * @name: what is wrong
 * @pa: first physical address
 * @size: bytes
 * @protection: the bits
 * @err: the error
 */
struct bad_protection {
	const char *name;
	u64 pa;
	u64 size;
	u64 protection;
	int err;
};

static const struct bad_protection bad_protections[] = {
	{ "unreadable", PAGE(0x500), PAGE(1), OPALVM_ATTR_RP, -EINVAL },
	{ "runtime bit", PAGE(0x500), PAGE(1), OPALVM_ATTR_RUNTIME | OPALVM_ATTR_XP, -EINVAL },
	{ "empty", PAGE(0x500), 0, OPALVM_ATTR_XP, -EINVAL },
	{ "from within a page", PAGE(0x500) + 1, PAGE(1), OPALVM_ATTR_XP, -EINVAL },
	{ "half a page", PAGE(0x500), PAGE(1) / 2, OPALVM_ATTR_XP, -EINVAL },
	{ "nowhere", PAGE(0x600), PAGE(1), OPALVM_ATTR_XP, -ERANGE },
	{ "starts too low", PAGE(0x4ff), PAGE(2), OPALVM_ATTR_XP, -ERANGE },
	{ "ends too high", PAGE(0x505), PAGE(2), OPALVM_ATTR_XP, -ERANGE },
	{ "across two extents", PAGE(0x503), PAGE(2), OPALVM_ATTR_XP, -ERANGE },
	{ "wraps around", PAGE(0x501), -PAGE(1), OPALVM_ATTR_XP, -ERANGE },
};

static void describe_protection(const struct bad_protection *param, char *text)
{
	strscpy(text, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(protection, bad_protections, describe_protection);

static void malformed_protection_changes_nothing(struct kunit *test)
{
	const struct bad_protection *param = test->param_value;
	struct opalvm_map *map = new_map(test, 8);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(typical); i++)
		KUNIT_ASSERT_EQ(test, opalvm_map_add(map, &typical[i], NULL), 0);
	KUNIT_EXPECT_EQ(test, opalvm_map_protect(map, param->pa, param->size, param->protection,
						 why_of(test)), param->err);
	expect_reason(test, param->err == -EINVAL ? "malformed" : "not in one extent");
	expect_extents(test, map, typical, ARRAY_SIZE(typical));
}

/* The fastest kind of caching that the memory is capable of */
static void cache_mode_follows_the_attributes(struct kunit *test)
{
	const struct {
		u64 attr;
		enum opalvm_cache cache;
	} modes[] = {
		{ 0, OPALVM_CACHE_UC },
		{ OPALVM_ATTR_UC, OPALVM_CACHE_UC },
		{ OPALVM_ATTR_UCE, OPALVM_CACHE_UC },
		{ OPALVM_ATTR_UC | OPALVM_ATTR_WC, OPALVM_CACHE_WC },
		{ OPALVM_ATTR_UC | OPALVM_ATTR_WC | OPALVM_ATTR_WT, OPALVM_CACHE_WT },
		{ OPALVM_ATTR_WT | OPALVM_ATTR_WB, OPALVM_CACHE_WB },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		const struct opalvm_extent extent = { .attr = modes[i].attr };

		KUNIT_EXPECT_EQ_MSG(test, opalvm_extent_cache(&extent), modes[i].cache,
				    "attributes %#llx", modes[i].attr);
	}
}

static void advice_follows_the_reason(struct kunit *test)
{
	struct opalvm_why why = {};

	KUNIT_EXPECT_EQ(test, opalvm_refuse(&why, -EINVAL, "it is odd"), -EINVAL);
	opalvm_advise(&why, "make it even");
	KUNIT_EXPECT_STREQ(test, why.text, "it is odd: make it even");
	memset(why.text, 'x', sizeof(why.text) - 1);
	opalvm_advise(&why, "no room for this");
	KUNIT_EXPECT_EQ(test, strlen(why.text), sizeof(why.text) - 1);
	opalvm_advise(NULL, "nobody listens");
}

static void an_extent_alone_is_checked(struct kunit *test)
{
	const struct opalvm_extent good = typical[0];
	struct opalvm_extent other = good;

	KUNIT_EXPECT_EQ(test, opalvm_extent_check(&good, &limits, NULL), 0);
	other.size = 0;
	KUNIT_EXPECT_EQ(test, opalvm_extent_check(&other, &limits, NULL), -EINVAL);
	other = good;
	other.pa = PA_LAST + 1;
	KUNIT_EXPECT_EQ(test, opalvm_extent_check(&other, &limits, NULL), -ERANGE);
	other.pa = RAM_FIRST;
	KUNIT_EXPECT_EQ(test, opalvm_extent_check(&other, &limits, NULL), -ERANGE);

	other = good;
	KUNIT_EXPECT_TRUE(test, opalvm_extents_meet(&good, &other));
	KUNIT_EXPECT_TRUE(test, opalvm_extents_share(&good, &other));
	other.va += good.size;
	KUNIT_EXPECT_FALSE(test, opalvm_extents_meet(&good, &other));
	KUNIT_EXPECT_FALSE(test, opalvm_extents_meet(&other, &good));
	KUNIT_EXPECT_TRUE(test, opalvm_extents_share(&good, &other));
	other.pa += good.size;
	KUNIT_EXPECT_FALSE(test, opalvm_extents_share(&good, &other));
}

static struct kunit_case map_cases[] = {
	KUNIT_CASE(refusal_carries_reason_and_error),
	KUNIT_CASE(advice_follows_the_reason),
	KUNIT_CASE(an_extent_alone_is_checked),
	KUNIT_CASE(long_reason_stays_in_its_buffer),
	KUNIT_CASE(full_map_takes_no_extent),
	KUNIT_CASE_PARAM(malformed_extent_is_not_added, shape_gen_params),
	KUNIT_CASE_PARAM(malformed_extent_is_not_sealed, shape_gen_params),
	KUNIT_CASE(last_page_of_the_address_space_is_no_wrap),
	KUNIT_CASE(malformed_entry_point_is_not_added),
	KUNIT_CASE(service_has_one_entry_point),
	KUNIT_CASE(entry_points_stay_in_their_array),
	KUNIT_CASE_PARAM(hostile_extents_are_not_sealed, refused_gen_params),
	KUNIT_CASE_PARAM(refusal_without_a_listener_is_one, refused_gen_params),
	KUNIT_CASE(extents_beyond_the_limit_are_not_sealed),
	KUNIT_CASE(more_than_may_be_mapped_is_not_sealed),
	KUNIT_CASE(extents_are_made_of_the_kernels_pages),
	KUNIT_CASE(edges_of_the_limits_are_sealed),
	KUNIT_CASE(range_not_in_use_allows_nothing),
	KUNIT_CASE(no_is_ram_means_no_ram),
	KUNIT_CASE(seal_sorts_by_va),
	KUNIT_CASE(seal_merges_what_continues),
	KUNIT_CASE(seal_merges_nothing_else),
	KUNIT_CASE(sealed_map_seals_again),
	KUNIT_CASE(system_table_outside_the_map_is_refused),
	KUNIT_CASE_PARAM(entry_points_lead_to_code_only, entry_gen_params),
	KUNIT_CASE(missing_service_has_no_entry_point),
	KUNIT_CASE(find_knows_the_bounds_of_extents),
	KUNIT_CASE(nothing_is_found_in_an_empty_map),
	KUNIT_CASE(writable_code_is_sealed_and_reported),
	KUNIT_CASE(same_extents_are_the_same),
	KUNIT_CASE(any_difference_of_extents_is_seen),
	KUNIT_CASE_PARAM(same_memory_may_be_cut_in_any_way, memory_gen_params),
	KUNIT_CASE_PARAM(protection_reaches_its_pages_and_no_other, split_gen_params),
	KUNIT_CASE_PARAM(protection_without_room_changes_nothing, split_gen_params),
	KUNIT_CASE(protection_replaces_the_one_before),
	KUNIT_CASE_PARAM(malformed_protection_changes_nothing, protection_gen_params),
	KUNIT_CASE(cache_mode_follows_the_attributes),
	{}
};

struct kunit_suite opalvm_map_suite = {
	.name = "opalvm_map",
	.init = map_test_init,
	.exit = map_test_exit,
	.test_cases = map_cases,
};
