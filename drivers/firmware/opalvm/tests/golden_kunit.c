// SPDX-License-Identifier: GPL-2.0
/*
 * Tables that kernels wrote in earlier days, and what they say: see
 * tools/testing/golden/README. Never change what stands here: a table that is
 * read in another way than on the day it was written is not read.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../map.h"
#include "suites.h"

/* golden.S */
extern const u8 opalvm_golden_efi_identity[], opalvm_golden_efi_identity_end[];
extern const u8 opalvm_golden_efi_assigned[], opalvm_golden_efi_assigned_end[];
extern const u8 opalvm_golden_efi_recorded[], opalvm_golden_efi_recorded_end[];
extern const u8 opalvm_golden_efi_quarantine[], opalvm_golden_efi_quarantine_end[];
extern const u8 opalvm_golden_efi_hop[], opalvm_golden_efi_hop_end[];
extern const u8 opalvm_golden_efi_extended[], opalvm_golden_efi_extended_end[];
extern const u8 opalvm_golden_state_page[], opalvm_golden_state_page_end[];

#define BYTES(name) \
	.bytes = opalvm_golden_##name, .end = opalvm_golden_##name##_end
#define WRITES(name) \
	.written = opalvm_golden_##name, .written_end = opalvm_golden_##name##_end

/**
 * struct golden - a table, and what it says of EFI
 * @name: its file
 * @bytes: the table
 * @end: its end
 * @written: what today's writer makes of it
 * @written_end: the end of that
 * @info: its head
 * @placement: OPALVM_PLACEMENT_*
 * @flags: OPALVM_TABLE_*, of those that version 1 defines
 * @services: supported services
 * @quarantine: refused services
 * @nr_entries: number of entry points
 * @get_time: entry point of GetTime(), which is the first
 * @query_variable_info: entry point of QueryVariableInfo(), which is the last
 * @first: the first extent
 * @last: the last one
 */
struct golden {
	const char *name;
	const u8 *bytes;
	const u8 *end;
	const u8 *written;
	const u8 *written_end;
	struct opalvm_wire_info info;
	u32 placement;
	u32 flags;
	u64 services;
	u64 quarantine;
	u32 nr_entries;
	u64 get_time;
	u64 query_variable_info;
	struct opalvm_extent first;
	struct opalvm_extent last;
};

/* One machine's firmware */
#define SYSTAB			0x3f5eb018ULL
#define NR_EXTENTS		23U
#define GET_TIME		0
#define QUERY_VARIABLE_INFO	13

static const struct golden tables[] = {
	{
		.name = "efi-identity", BYTES(efi_identity), WRITES(efi_identity),
		.info = {
			.generation = 1,
			.hop_count = 0,
			.state_page = 0x38a8e000,
			.chain = 0x3364114eed88a328,
			.writer = "opalvm 0.1, 6.1.0-56-amd64",
		},
		.placement = OPALVM_PLACEMENT_IDENTITY,
		.flags = 0,
		.services = 0x3fff,
		.quarantine = 0,
		.nr_entries = 14,
		.get_time = 0x3f65f959,
		.query_variable_info = 0x3f6681bd,
		.first = { 0x3ea8a000, 0x3ea8a000, 0x102000, 0x800000000000400f, 6 },
		.last = { 0xffc00000, 0xffc00000, 0x400000, 0x8000000000004001, 11 },
	}, {
		.name = "efi-assigned", BYTES(efi_assigned), WRITES(efi_assigned),
		.info = {
			.generation = 1,
			.hop_count = 0,
			.state_page = 0x2ecfb000,
			.chain = 0x77599b56c5b93de5,
			.writer = "opalvm 0.1, 6.1.0-56-amd64",
		},
		.placement = OPALVM_PLACEMENT_ASSIGNED,
		.flags = OPALVM_TABLE_SVAM_DONE,
		.services = 0x3e7f,
		.quarantine = 0,
		.nr_entries = 12,
		.get_time = 0xfffffffeffc5f959,
		.query_variable_info = 0xfffffffeffc681bd,
		.first = { 0xfffffffeff400000, 0xffc00000, 0x400000, 0x8000000000004001, 11 },
		.last = { 0xfffffffeffe8a000, 0x3ea8a000, 0x102000, 0x800000000000400f, 6 },
	}, {
		.name = "efi-recorded", BYTES(efi_recorded), WRITES(efi_recorded),
		.info = {
			.generation = 1,
			.hop_count = 0,
			.state_page = 0x3fd83000,
			.chain = 0xb77427be9f3cbb5d,
			.writer = "opalvm 0.1, 6.1.0-56-amd64",
		},
		.placement = OPALVM_PLACEMENT_ASSIGNED,
		.flags = OPALVM_TABLE_SVAM_DONE,
		.services = 0x3e7f,
		.quarantine = 0,
		.nr_entries = 12,
		.get_time = 0xfffffffeff25f959,
		.query_variable_info = 0xfffffffeff2681bd,
		.first = { 0xfffffffefe68a000, 0x3ea8a000, 0x102000, 0x800000000000400f, 6 },
		.last = { 0xfffffffeffc00000, 0xffc00000, 0x400000, 0x8000000000004001, 11 },
	}, {
		.name = "efi-quarantine", BYTES(efi_quarantine), WRITES(efi_quarantine),
		.info = {
			.generation = 2,
			.hop_count = 0,
			.state_page = 0x2ecfb000,
			.chain = 0x77599b56c5b93de5,
			.writer = "opalvm 0.1, 6.1.0-56-amd64",
		},
		.placement = OPALVM_PLACEMENT_ASSIGNED,
		.flags = OPALVM_TABLE_SVAM_DONE,
		.services = 0x3e7f,
		.quarantine = 0xa4a,
		.nr_entries = 12,
		.get_time = 0xfffffffeffc5f959,
		.query_variable_info = 0xfffffffeffc681bd,
		.first = { 0xfffffffeff400000, 0xffc00000, 0x400000, 0x8000000000004001, 11 },
		.last = { 0xfffffffeffe8a000, 0x3ea8a000, 0x102000, 0x800000000000400f, 6 },
	}, {
		.name = "efi-hop", BYTES(efi_hop), WRITES(efi_hop),
		.info = {
			.generation = 2,
			.hop_count = 1,
			.state_page = 0x315ec000,
			.chain = 0x77599b56c5b93de5,
			.writer = "opalvm 0.1, 6.1.0-56-amd64",
		},
		.placement = OPALVM_PLACEMENT_ASSIGNED,
		.flags = OPALVM_TABLE_SVAM_DONE,
		.services = 0x3e7f,
		.quarantine = 0xa4a,
		.nr_entries = 12,
		.get_time = 0xfffffffeffc5f959,
		.query_variable_info = 0xfffffffeffc681bd,
		.first = { 0xfffffffeff400000, 0xffc00000, 0x400000, 0x8000000000004001, 11 },
		.last = { 0xfffffffeffe8a000, 0x3ea8a000, 0x102000, 0x800000000000400f, 6 },
	}, {
		.name = "efi-extended", BYTES(efi_extended), WRITES(efi_quarantine),
		.info = {
			.generation = 2,
			.hop_count = 0,
			.state_page = 0x2ecfb000,
			.chain = 0x77599b56c5b93de5,
			.writer = "opalvm 0.1, 6.1.0-56-amd64",
		},
		.placement = OPALVM_PLACEMENT_ASSIGNED,
		.flags = OPALVM_TABLE_SVAM_DONE,
		.services = 0x3e7f,
		.quarantine = 0xa4a,
		.nr_entries = 12,
		.get_time = 0xfffffffeffc5f959,
		.query_variable_info = 0xfffffffeffc681bd,
		.first = { 0xfffffffeff400000, 0xffc00000, 0x400000, 0x8000000000004001, 11 },
		.last = { 0xfffffffeffe8a000, 0x3ea8a000, 0x102000, 0x800000000000400f, 6 },
	},
};

static void describe_table(const struct golden *param, char *text)
{
	strscpy(text, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(table, tables, describe_table);

static const struct opalvm_limits anywhere = {
	.max_extents = OPALVM_MAX_EXTENTS,
	.nr_va = 1,
	.va = { { OPALVM_PAGE_SIZE, ~0ULL } },
	.pa_last = ~0ULL,
	.max_size = ~0ULL,
};

static size_t size_of(const struct golden *table)
{
	return table->end - table->bytes;
}

/* The map is freed here, whatever the test comes to */
static void golden_test_exit(struct kunit *test)
{
	opalvm_map_free(test->priv);
	test->priv = NULL;
}

static struct opalvm_map *read_golden(struct kunit *test, const struct golden *table)
{
	struct opalvm_why why = {};
	struct opalvm_map *map;

	map = opalvm_wire_read(table->bytes, size_of(table), OPALVM_FW_EFI, OPALVM_MAX_EXTENTS,
			       &why);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(map), "%s", why.text);
	test->priv = map;
	return map;
}

static void expect_extent(struct kunit *test, const struct opalvm_extent *extent,
			  const struct opalvm_extent *golden)
{
	KUNIT_EXPECT_EQ(test, extent->va, golden->va);
	KUNIT_EXPECT_EQ(test, extent->pa, golden->pa);
	KUNIT_EXPECT_EQ(test, extent->size, golden->size);
	KUNIT_EXPECT_EQ(test, extent->attr, golden->attr);
	KUNIT_EXPECT_EQ(test, extent->type, golden->type);
}

static void golden_head_says_what_it_said(struct kunit *test)
{
	const struct golden *table = test->param_value;
	struct opalvm_wire_info info = {};
	struct opalvm_why why = {};

	KUNIT_ASSERT_EQ_MSG(test, opalvm_wire_check(table->bytes, size_of(table), &info, &why), 0,
			    "%s", why.text);
	KUNIT_EXPECT_EQ(test, info.generation, table->info.generation);
	KUNIT_EXPECT_EQ(test, info.hop_count, table->info.hop_count);
	KUNIT_EXPECT_EQ(test, info.state_page, table->info.state_page);
	KUNIT_EXPECT_EQ(test, info.chain, table->info.chain);
	KUNIT_EXPECT_STREQ(test, info.writer, table->info.writer);
}

static void golden_map_says_what_it_said(struct kunit *test)
{
	const struct golden *table = test->param_value;
	struct opalvm_map *map = read_golden(test, table);
	const struct opalvm_entry *entry;

	KUNIT_EXPECT_EQ(test, map->firmware, (u32)OPALVM_FW_EFI);
	KUNIT_EXPECT_EQ(test, map->placement, table->placement);
	KUNIT_EXPECT_EQ(test, map->flags, table->flags);
	KUNIT_EXPECT_EQ(test, map->systab, SYSTAB);
	KUNIT_EXPECT_EQ(test, map->services, table->services);
	KUNIT_EXPECT_EQ(test, map->quarantine, table->quarantine);

	KUNIT_ASSERT_EQ(test, map->nr_entries, table->nr_entries);
	entry = &map->entries[0];
	KUNIT_EXPECT_EQ(test, entry->id, (u32)GET_TIME);
	KUNIT_EXPECT_EQ(test, entry->kind, (u32)OPALVM_ENTRY_VA);
	KUNIT_EXPECT_EQ(test, entry->address, table->get_time);
	entry = &map->entries[map->nr_entries - 1];
	KUNIT_EXPECT_EQ(test, entry->id, (u32)QUERY_VARIABLE_INFO);
	KUNIT_EXPECT_EQ(test, entry->kind, (u32)OPALVM_ENTRY_VA);
	KUNIT_EXPECT_EQ(test, entry->address, table->query_variable_info);

	KUNIT_ASSERT_EQ(test, map->nr_extents, NR_EXTENTS);
	expect_extent(test, &map->extents[0], &table->first);
	expect_extent(test, &map->extents[NR_EXTENTS - 1], &table->last);
}

static void golden_map_can_be_used(struct kunit *test)
{
	const struct golden *table = test->param_value;
	struct opalvm_map *map = read_golden(test, table);
	struct opalvm_why why = {};

	KUNIT_EXPECT_EQ_MSG(test, opalvm_map_seal(map, &anywhere, &why), 0, "%s", why.text);
	KUNIT_EXPECT_EQ(test, map->nr_extents, NR_EXTENTS);
	KUNIT_EXPECT_EQ(test, opalvm_map_entry(map, GET_TIME), table->get_time);
	KUNIT_EXPECT_TRUE(test, !opalvm_map_find_wx(map, NULL));
}

/* Nothing is lost on the way, and what later writers added is left out */
static void golden_map_is_written_as_today(struct kunit *test)
{
	const struct golden *table = test->param_value;
	const struct opalvm_map *map = read_golden(test, table);
	const ssize_t size = table->written_end - table->written;
	void *buf = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_EQ(test, opalvm_wire_write(buf, size, &table->info, &map, 1), size);
	KUNIT_EXPECT_EQ(test, memcmp(buf, table->written, size), 0);
}

/* The other tables of a later writer: a firmware, and a flag, that nobody knows yet */
static void golden_table_of_others_is_not_read(struct kunit *test)
{
	const size_t size = opalvm_golden_efi_extended_end - opalvm_golden_efi_extended;
	struct opalvm_why why = {};
	struct opalvm_map *map;

	map = opalvm_wire_read(opalvm_golden_efi_extended, size, 77, OPALVM_MAX_EXTENTS, NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(map), -ENOENT);
	map = opalvm_wire_read(opalvm_golden_efi_extended, size, OPALVM_FW_OPAL,
			       OPALVM_MAX_EXTENTS, &why);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(map), -EPROTONOSUPPORT);
	KUNIT_EXPECT_STREQ(test, why.text,
			   "handover: firmware 2: unknown critical flags 0x80000000");
}

#define STATE_CHAIN	0x77599b56c5b93de5ULL

/* SetVariable() had been broken off, then a variable was read */
static const struct opalvm_state states[] = {
	{ .sequence = 113, .generation = 2, .quarantine = 0xa4a, .in_flight = 0x40 },
	{ .sequence = 114, .generation = 2, .quarantine = 0xa4a, .in_flight = 0 },
};

static void expect_state(struct kunit *test, const u8 *page, const struct opalvm_state *golden)
{
	struct opalvm_state state = {};
	struct opalvm_why why = {};

	KUNIT_EXPECT_EQ_MSG(test, opalvm_wire_read_state(page, STATE_CHAIN, OPALVM_FW_EFI, &state,
							 &why), 0, "%s", why.text);
	KUNIT_EXPECT_EQ(test, state.sequence, golden->sequence);
	KUNIT_EXPECT_EQ(test, state.generation, golden->generation);
	KUNIT_EXPECT_EQ(test, state.quarantine, golden->quarantine);
	KUNIT_EXPECT_EQ(test, state.in_flight, golden->in_flight);
}

static void golden_page_says_what_it_said(struct kunit *test)
{
	u8 *page = kunit_kzalloc(test, OPALVM_STATE_PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_EQ(test, opalvm_golden_state_page_end - opalvm_golden_state_page,
			(ptrdiff_t)OPALVM_STATE_PAGE_SIZE);
	memcpy(page, opalvm_golden_state_page, OPALVM_STATE_PAGE_SIZE);
	expect_state(test, page, &states[1]);
	/* without the latest slot, the one before */
	memset(page, 0, OPALVM_STATE_SLOT_SIZE);
	expect_state(test, page, &states[0]);
}

static void golden_page_is_written_as_today(struct kunit *test)
{
	u8 *page = kunit_kzalloc(test, OPALVM_STATE_PAGE_SIZE, GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < ARRAY_SIZE(states); i++)
		opalvm_wire_write_state(page, STATE_CHAIN, OPALVM_FW_EFI, &states[i]);
	KUNIT_EXPECT_EQ(test, memcmp(page, opalvm_golden_state_page, OPALVM_STATE_PAGE_SIZE), 0);
}

static struct kunit_case golden_cases[] = {
	KUNIT_CASE_PARAM(golden_head_says_what_it_said, table_gen_params),
	KUNIT_CASE_PARAM(golden_map_says_what_it_said, table_gen_params),
	KUNIT_CASE_PARAM(golden_map_can_be_used, table_gen_params),
	KUNIT_CASE_PARAM(golden_map_is_written_as_today, table_gen_params),
	KUNIT_CASE(golden_table_of_others_is_not_read),
	KUNIT_CASE(golden_page_says_what_it_said),
	KUNIT_CASE(golden_page_is_written_as_today),
	{}
};

struct kunit_suite opalvm_golden_suite = {
	.name = "opalvm_golden",
	.exit = golden_test_exit,
	.test_cases = golden_cases,
};
