// SPDX-License-Identifier: GPL-2.0
/*
 * What is written, what is read, and that nothing else is.
 */
#include <linux/crc32.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include <asm/byteorder.h>

#include "../map.h"
#include "suites.h"

/*
 * A table of version 1, made by other means than this code. It must be written
 * and read for as long as there is a version 1: never change it.
 */
static const u8 golden[] = {
	0x4f, 0x50, 0x41, 0x4c, 0x56, 0x4d, 0x41, 0x50,	/* magic */
	0x01, 0x00, 0x00, 0x00, 0x60, 0x00, 0x00, 0x00,	/* version, header_size */
	0x40, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* total_size */
	0x7d, 0x94, 0x02, 0x27, 0x01, 0x00, 0x00, 0x00,	/* crc32, table_count */
	0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* generation */
	0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* hop_count, reserved */
	0x00, 0x00, 0xff, 0x07, 0x00, 0x00, 0x00, 0x00,	/* state_page */
	0x6f, 0x70, 0x61, 0x6c, 0x76, 0x6d, 0x20, 0x30,	/* writer */
	0x2e, 0x31, 0x20, 0x28, 0x67, 0x6f, 0x6c, 0x64,
	0x65, 0x6e, 0x29, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0xf8, 0xe7, 0xd6, 0xc5, 0xb4, 0xa3, 0x92, 0x81,	/* chain */
	0x01, 0x00, 0x00, 0x00, 0x48, 0x00, 0x00, 0x00,	/* firmware, header_size */
	0xe0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* total_size */
	0x10, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00,	/* entry_size, entry_count */
	0x28, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00,	/* extent_size, extent_count */
	0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,	/* critical_flags, flags */
	0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* placement, reserved */
	0x18, 0xd0, 0xee, 0x07, 0x00, 0x00, 0x00, 0x00,	/* systab */
	0xf9, 0x3f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* services */
	0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* quarantine */
	0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,	/* id, kind */
	0x40, 0x10, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff,	/* address */
	0x06, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00,	/* id, kind */
	0x40, 0x23, 0xe0, 0x07, 0x00, 0x00, 0x00, 0x00,	/* address */
	0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff,	/* va */
	0x00, 0x00, 0xe0, 0x07, 0x00, 0x00, 0x00, 0x00,	/* pa */
	0x00, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* size */
	0x08, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x80,	/* attribute */
	0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* type, reserved */
	0x00, 0x00, 0x01, 0x00, 0xff, 0xff, 0xff, 0xff,	/* va */
	0x00, 0xd0, 0xee, 0x07, 0x00, 0x00, 0x00, 0x00,	/* pa */
	0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* size */
	0x08, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80,	/* attribute */
	0x06, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* type, reserved */
	0x00, 0x00, 0x02, 0x00, 0xff, 0xff, 0xff, 0xff,	/* va */
	0x00, 0x00, 0xc0, 0xff, 0x00, 0x00, 0x00, 0x00,	/* pa */
	0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* size */
	0x01, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80,	/* attribute */
	0x0b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* type, reserved */
};

#define GOLDEN_ENTRIES	2
#define GOLDEN_EXTENTS	3

/* Where the fields of the golden table are */
#define HEAD_END	sizeof(struct opalvm_wire_header)
#define TABLE_END	(HEAD_END + sizeof(struct opalvm_wire_table))
#define ENTRIES_END	(TABLE_END + GOLDEN_ENTRIES * sizeof(struct opalvm_wire_entry))
#define HEAD(field)	offsetof(struct opalvm_wire_header, field)
#define TABLE(field)	(HEAD_END + offsetof(struct opalvm_wire_table, field))
#define ENTRY(n, field)	(TABLE_END + (n) * sizeof(struct opalvm_wire_entry) + \
			 offsetof(struct opalvm_wire_entry, field))
#define EXTENT(n, field) (ENTRIES_END + (n) * sizeof(struct opalvm_wire_extent) + \
			  offsetof(struct opalvm_wire_extent, field))

static const struct opalvm_wire_info golden_info = {
	.generation = 7,
	.hop_count = 2,
	.state_page = 0x7ff0000,
	.writer = "opalvm 0.1 (golden)",
	.chain = 0x8192a3b4c5d6e7f8,
};

static const struct opalvm_entry golden_entries[GOLDEN_ENTRIES] = {
	{ .id = 0, .kind = OPALVM_ENTRY_VA, .address = 0xffffffff00001040 },
	{ .id = 6, .kind = OPALVM_ENTRY_PA, .address = 0x7e02340 },
};

static const struct opalvm_extent golden_extents[GOLDEN_EXTENTS] = {
	{
		.va = 0xffffffff00000000, .pa = 0x7e00000, .size = 0x4000, .type = 5,
		.attr = OPALVM_ATTR_WB | OPALVM_ATTR_RO | OPALVM_ATTR_RUNTIME,
	}, {
		.va = 0xffffffff00010000, .pa = 0x7eed000, .size = 0x2000, .type = 6,
		.attr = OPALVM_ATTR_WB | OPALVM_ATTR_XP | OPALVM_ATTR_RUNTIME,
	}, {
		.va = 0xffffffff00020000, .pa = 0xffc00000, .size = 0x1000, .type = 11,
		.attr = OPALVM_ATTR_UC | OPALVM_ATTR_XP | OPALVM_ATTR_RUNTIME,
	},
};

/* A slot of the live state page, as good as the golden table */
static const u8 golden_slot[] = {
	0x4f, 0x50, 0x41, 0x4c, 0x56, 0x4d, 0x53, 0x54,	/* magic */
	0x01, 0x00, 0x00, 0x00, 0x38, 0x00, 0x00, 0x00,	/* version, header_size */
	0x50, 0x00, 0x00, 0x00, 0x4b, 0x78, 0x3b, 0x3d,	/* total_size, crc32 */
	0x18, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,	/* record_size, record_count */
	0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* sequence */
	0xf8, 0xe7, 0xd6, 0xc5, 0xb4, 0xa3, 0x92, 0x81,	/* chain */
	0x0d, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* generation */
	0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* firmware, reserved */
	0x60, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* quarantine */
	0x41, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,	/* in_flight */
};

static const struct opalvm_state golden_state = {
	.sequence = 7,
	.generation = 13,
	.quarantine = 0x60,
	.in_flight = 0x41,
};

static const struct opalvm_state later_state = {
	.sequence = 8,
	.generation = 14,
	.quarantine = 0x160,
	.in_flight = 0,
};

/* Where the fields of a slot are, and those of its first record */
#define SLOT(n)		((n) * OPALVM_STATE_SLOT_SIZE)
#define STATE_END	sizeof(struct opalvm_wire_state)
#define STATE(field)	offsetof(struct opalvm_wire_state, field)
#define RECORD(field)	(STATE_END + offsetof(struct opalvm_wire_record, field))

/**
 * struct blob - a table, or a live state page, to be tampered with
 * @len: bytes in use in @data
 * @data: the bytes
 */
struct blob {
	size_t len;
	u8 data[OPALVM_STATE_PAGE_SIZE];
};

#define MAX_MAPS	9

/**
 * struct context - what a test works with
 * @blob: the golden table when the test starts
 * @out: room to write to
 * @maps: freed when the test ends, however it ends
 * @nr_maps: of these
 * @info: what the last accepted head says
 * @state: what the last live state page says
 * @why: reason of the last refusal
 */
struct context {
	struct blob blob;
	struct blob out;
	struct opalvm_map *maps[MAX_MAPS];
	u32 nr_maps;
	struct opalvm_wire_info info;
	struct opalvm_state state;
	struct opalvm_why why;
};

static int wire_test_init(struct kunit *test)
{
	struct context *context = kunit_kzalloc(test, sizeof(*context), GFP_KERNEL);

	if (!context)
		return -ENOMEM;
	memcpy(context->blob.data, golden, sizeof(golden));
	context->blob.len = sizeof(golden);
	test->priv = context;
	return 0;
}

static void wire_test_exit(struct kunit *test)
{
	struct context *context = test->priv;
	u32 i;

	if (!context)
		return;
	for (i = 0; i < context->nr_maps; i++)
		opalvm_map_free(context->maps[i]);
}

static struct opalvm_map *keep(struct kunit *test, struct opalvm_map *map)
{
	struct context *context = test->priv;

	if (IS_ERR_OR_NULL(map))
		return map;
	if (context->nr_maps == MAX_MAPS) {
		opalvm_map_free(map);
		KUNIT_ASSERT_LT(test, context->nr_maps, (u32)MAX_MAPS);
	}
	context->maps[context->nr_maps++] = map;
	return map;
}

static struct opalvm_map *golden_map(struct kunit *test, u32 firmware)
{
	struct opalvm_map *map = keep(test, opalvm_map_alloc(firmware, GOLDEN_EXTENTS));
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, map);
	map->placement = OPALVM_PLACEMENT_ASSIGNED;
	map->flags = OPALVM_TABLE_SVAM_DONE;
	map->systab = 0x7eed018;
	map->services = 0x3ff9;
	map->quarantine = 0x20;
	for (i = 0; i < GOLDEN_ENTRIES; i++)
		KUNIT_ASSERT_EQ(test, opalvm_map_add_entry(map, golden_entries[i].id,
							   golden_entries[i].kind,
							   golden_entries[i].address, NULL), 0);
	for (i = 0; i < GOLDEN_EXTENTS; i++)
		KUNIT_ASSERT_EQ(test, opalvm_map_add(map, &golden_extents[i], NULL), 0);
	return map;
}

static void expect_golden_map(struct kunit *test, const struct opalvm_map *map)
{
	u32 i;

	KUNIT_EXPECT_EQ(test, map->origin, OPALVM_ORIGIN_HANDOVER);
	KUNIT_EXPECT_EQ(test, map->placement, (u32)OPALVM_PLACEMENT_ASSIGNED);
	KUNIT_EXPECT_EQ(test, map->flags, OPALVM_TABLE_SVAM_DONE);
	KUNIT_EXPECT_EQ(test, map->systab, 0x7eed018ULL);
	KUNIT_EXPECT_EQ(test, map->services, 0x3ff9ULL);
	KUNIT_EXPECT_EQ(test, map->quarantine, 0x20ULL);

	KUNIT_ASSERT_EQ(test, map->nr_entries, (u32)GOLDEN_ENTRIES);
	for (i = 0; i < GOLDEN_ENTRIES; i++) {
		KUNIT_EXPECT_EQ(test, map->entries[i].id, golden_entries[i].id);
		KUNIT_EXPECT_EQ(test, map->entries[i].kind, golden_entries[i].kind);
		KUNIT_EXPECT_EQ(test, map->entries[i].address, golden_entries[i].address);
	}

	KUNIT_ASSERT_EQ(test, map->nr_extents, (u32)GOLDEN_EXTENTS);
	for (i = 0; i < GOLDEN_EXTENTS; i++) {
		KUNIT_EXPECT_EQ(test, map->extents[i].va, golden_extents[i].va);
		KUNIT_EXPECT_EQ(test, map->extents[i].pa, golden_extents[i].pa);
		KUNIT_EXPECT_EQ(test, map->extents[i].size, golden_extents[i].size);
		KUNIT_EXPECT_EQ(test, map->extents[i].attr, golden_extents[i].attr);
		KUNIT_EXPECT_EQ(test, map->extents[i].type, golden_extents[i].type);
	}
}

static void put32(struct blob *blob, size_t at, u32 value)
{
	__le32 wire = cpu_to_le32(value);

	memcpy(blob->data + at, &wire, sizeof(wire));
}

static void put64(struct blob *blob, size_t at, u64 value)
{
	__le64 wire = cpu_to_le64(value);

	memcpy(blob->data + at, &wire, sizeof(wire));
}

/* Makes the checksum match, as a hostile writer would */
static void stamp(struct blob *blob)
{
	put32(blob, HEAD(crc32), 0);
	put32(blob, HEAD(crc32), ~crc32_le(~0, blob->data, blob->len));
}

/* Makes room for what a later writer may have put there, and fills it with something */
static void insert(struct kunit *test, struct blob *blob, size_t at, size_t size)
{
	KUNIT_ASSERT_LE(test, blob->len + size, sizeof(blob->data));
	memmove(blob->data + at + size, blob->data + at, blob->len - at);
	memset(blob->data + at, 0xa5, size);
	blob->len += size;
	put64(blob, HEAD(total_size), blob->len);
}

/* As before, within the one table of the golden blob */
static void insert_in_table(struct kunit *test, struct blob *blob, size_t at, size_t size)
{
	insert(test, blob, at, size);
	put64(blob, TABLE(total_size), blob->len - HEAD_END);
}

/*
 * Checks and reads an allocation of exactly @len bytes, so that KASAN sees
 * each access beyond them.
 */
static int try_bytes(struct kunit *test, const void *data, size_t len)
{
	struct context *context = test->priv;
	struct opalvm_map *map;
	void *copy;
	int ret;

	copy = kmemdup(data, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	ret = opalvm_wire_check(copy, len, &context->info, &context->why);
	map = opalvm_wire_read(copy, len, OPALVM_FW_EFI, OPALVM_MAX_EXTENTS, NULL);
	kfree(copy);
	if (ret) {
		KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(map), ret);
		KUNIT_EXPECT_NE(test, strlen(context->why.text), (size_t)0);
	}
	opalvm_map_free(IS_ERR(map) ? NULL : map);
	return ret;
}

static int try_blob(struct kunit *test, const struct blob *blob)
{
	return try_bytes(test, blob->data, blob->len);
}

/* The map of the EFI table in @blob, which must be readable */
static struct opalvm_map *read_blob(struct kunit *test, const struct blob *blob)
{
	struct context *context = test->priv;
	struct opalvm_map *map;

	KUNIT_EXPECT_EQ_MSG(test, try_blob(test, blob), 0, "%s", context->why.text);
	map = keep(test, opalvm_wire_read(blob->data, blob->len, OPALVM_FW_EFI,
					  OPALVM_MAX_EXTENTS, &context->why));
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(map), "%s", context->why.text);
	return map;
}

static void expect_reason(struct kunit *test, const char *words)
{
	struct context *context = test->priv;

	KUNIT_EXPECT_TRUE_MSG(test, strstr(context->why.text, words),
			      "\"%s\" does not say \"%s\"", context->why.text, words);
}

static void version_1_is_written_as_ever(struct kunit *test)
{
	struct context *context = test->priv;
	const struct opalvm_map *map = golden_map(test, OPALVM_FW_EFI);
	ssize_t size;

	KUNIT_EXPECT_EQ(test, opalvm_wire_size(&map, 1), sizeof(golden));
	size = opalvm_wire_write(context->out.data, sizeof(context->out.data), &golden_info,
				 &map, 1);
	KUNIT_ASSERT_EQ(test, size, (ssize_t)sizeof(golden));
	KUNIT_EXPECT_EQ(test, memcmp(context->out.data, golden, sizeof(golden)), 0);
}

static void version_1_is_read_as_ever(struct kunit *test)
{
	struct context *context = test->priv;
	struct opalvm_map *map = read_blob(test, &context->blob);

	KUNIT_EXPECT_EQ(test, map->firmware, (u32)OPALVM_FW_EFI);
	expect_golden_map(test, map);
	KUNIT_EXPECT_EQ(test, context->info.generation, golden_info.generation);
	KUNIT_EXPECT_EQ(test, context->info.hop_count, golden_info.hop_count);
	KUNIT_EXPECT_EQ(test, context->info.state_page, golden_info.state_page);
	KUNIT_EXPECT_STREQ(test, context->info.writer, golden_info.writer);
	KUNIT_EXPECT_EQ(test, context->info.chain, golden_info.chain);
}

static void writer_stays_in_its_buffer(struct kunit *test)
{
	struct context *context = test->priv;
	const struct opalvm_map *map = golden_map(test, OPALVM_FW_EFI);
	u8 *out = context->out.data;
	u32 i;

	memset(out, 0xa5, sizeof(golden) + 1);
	KUNIT_EXPECT_EQ(test, opalvm_wire_write(out, sizeof(golden) - 1, &golden_info, &map, 1),
			(ssize_t)-ENOSPC);
	for (i = 0; i <= sizeof(golden); i++)
		KUNIT_EXPECT_EQ(test, out[i], (u8)0xa5);
	KUNIT_EXPECT_EQ(test, opalvm_wire_write(out, sizeof(golden), &golden_info, &map, 1),
			(ssize_t)sizeof(golden));
	KUNIT_EXPECT_EQ(test, out[sizeof(golden)], (u8)0xa5);
}

static void writer_refuses_what_no_reader_takes(struct kunit *test)
{
	struct context *context = test->priv;
	const struct opalvm_map *maps[OPALVM_MAX_TABLES + 1];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(maps); i++)
		maps[i] = golden_map(test, OPALVM_FW_EFI + i);
	KUNIT_EXPECT_EQ(test, opalvm_wire_write(context->out.data, sizeof(context->out.data),
						&golden_info, maps, ARRAY_SIZE(maps)),
			(ssize_t)-E2BIG);
	context->out.len = opalvm_wire_write(context->out.data, sizeof(context->out.data),
					     &golden_info, maps, ARRAY_SIZE(maps) - 1);
	KUNIT_ASSERT_EQ(test, context->out.len, opalvm_wire_size(maps, ARRAY_SIZE(maps) - 1));
	KUNIT_EXPECT_EQ(test, try_blob(test, &context->out), 0);
}

static void each_firmware_finds_its_own_map(struct kunit *test)
{
	struct context *context = test->priv;
	const struct opalvm_map *maps[] = {
		golden_map(test, OPALVM_FW_EFI),
		keep(test, opalvm_map_alloc(OPALVM_FW_OPAL, 0)),
		golden_map(test, OPALVM_FW_RTAS),
	};
	struct blob *out = &context->out;
	struct opalvm_map *map;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, maps[1]);
	context->maps[1]->placement = OPALVM_PLACEMENT_FIRMWARE;
	context->maps[2]->extents[0].type = 1234;
	out->len = opalvm_wire_write(out->data, sizeof(out->data), &golden_info, maps,
				     ARRAY_SIZE(maps));
	KUNIT_ASSERT_EQ(test, out->len, opalvm_wire_size(maps, ARRAY_SIZE(maps)));

	for (i = 0; i < ARRAY_SIZE(maps); i++) {
		map = keep(test, opalvm_wire_read(out->data, out->len, maps[i]->firmware,
						  OPALVM_MAX_EXTENTS, &context->why));
		KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(map), "%s", context->why.text);
		KUNIT_EXPECT_EQ(test, map->firmware, maps[i]->firmware);
		KUNIT_EXPECT_EQ(test, map->placement, maps[i]->placement);
		KUNIT_EXPECT_EQ(test, map->nr_entries, maps[i]->nr_entries);
		KUNIT_EXPECT_TRUE(test, opalvm_map_same(map, maps[i], NULL));
	}
}

static void no_tables_is_a_table(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *out = &context->out;

	out->len = opalvm_wire_write(out->data, sizeof(out->data), &golden_info, NULL, 0);
	KUNIT_EXPECT_EQ(test, out->len, HEAD_END);
	KUNIT_EXPECT_EQ(test, try_blob(test, out), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(opalvm_wire_read(out->data, out->len, OPALVM_FW_EFI,
						       OPALVM_MAX_EXTENTS, NULL)), (long)-ENOENT);
}

static void next_hop_writes_the_same_bytes(struct kunit *test)
{
	struct context *context = test->priv;
	const struct opalvm_map *map = read_blob(test, &context->blob);

	KUNIT_ASSERT_EQ(test, opalvm_wire_write(context->out.data, sizeof(context->out.data),
						&context->info, &map, 1),
			(ssize_t)sizeof(golden));
	KUNIT_EXPECT_EQ(test, memcmp(context->out.data, golden, sizeof(golden)), 0);
}

static void cut_table_is_refused_at_any_length(struct kunit *test)
{
	size_t len;

	for (len = 0; len < sizeof(golden); len++)
		KUNIT_EXPECT_EQ_MSG(test, try_bytes(test, golden, len), -EINVAL, "%zu bytes", len);
}

static void cut_table_with_good_checksum_is_refused(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	while (--blob->len >= HEAD_END) {
		put64(blob, HEAD(total_size), blob->len);
		stamp(blob);
		KUNIT_EXPECT_EQ_MSG(test, try_blob(test, blob), -EINVAL, "%zu bytes", blob->len);
		expect_reason(test, "table 0");
	}
}

static void cut_extents_are_refused_at_any_length(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	while (--blob->len >= TABLE_END) {
		put64(blob, HEAD(total_size), blob->len);
		put64(blob, TABLE(total_size), blob->len - HEAD_END);
		stamp(blob);
		KUNIT_EXPECT_EQ_MSG(test, try_blob(test, blob), -EINVAL, "%zu bytes", blob->len);
		expect_reason(test, "2 entries and 3 extents do not fit");
	}
}

static void sizes_with_a_sum_that_wraps_are_refused(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	/* (2^32 - 1)^2 + 2^33 is 2^64 + 1 */
	put32(blob, TABLE(entry_size), ~0);
	put32(blob, TABLE(entry_count), ~0);
	put32(blob, TABLE(extent_size), 64);
	put32(blob, TABLE(extent_count), BIT(27));
	stamp(blob);
	KUNIT_EXPECT_EQ(test, try_blob(test, blob), -EINVAL);
	expect_reason(test, "4294967295 entries and 134217728 extents do not fit");
}

static void flipped_bit_is_never_accepted(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;
	u32 bit;

	for (bit = 0; bit < 8 * sizeof(golden); bit++) {
		blob->data[bit / 8] ^= 1U << (bit % 8);
		KUNIT_EXPECT_NE_MSG(test, try_blob(test, blob), 0, "byte %u, bit %u", bit / 8,
				    bit % 8);
		blob->data[bit / 8] ^= 1U << (bit % 8);
	}
}

static void wrong_checksum_is_told_apart(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	blob->data[blob->len - 1] ^= 1;
	KUNIT_EXPECT_EQ(test, try_blob(test, blob), -EBADMSG);
	expect_reason(test, "checksum");
}

static void padding_behind_the_table_is_ignored(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	memset(blob->data + blob->len, 0xa5, 512);
	blob->len += 512;
	expect_golden_map(test, read_blob(test, blob));
}

static void table_is_read_at_any_alignment(struct kunit *test)
{
	struct context *context = test->priv;
	struct opalvm_map *map;
	u32 i;

	for (i = 1; i < 8; i++) {
		memcpy(context->out.data + i, golden, sizeof(golden));
		map = keep(test, opalvm_wire_read(context->out.data + i, sizeof(golden),
						  OPALVM_FW_EFI, GOLDEN_EXTENTS, NULL));
		KUNIT_ASSERT_FALSE(test, IS_ERR(map));
		expect_golden_map(test, map);
	}
}

static void longer_header_is_accepted(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	insert(test, blob, HEAD_END, 13);
	put32(blob, HEAD(header_size), HEAD_END + 13);
	stamp(blob);
	expect_golden_map(test, read_blob(test, blob));
}

static void longer_table_header_is_accepted(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	insert_in_table(test, blob, TABLE_END, 24);
	put32(blob, TABLE(header_size), sizeof(struct opalvm_wire_table) + 24);
	stamp(blob);
	expect_golden_map(test, read_blob(test, blob));
}

static void longer_entries_are_accepted(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	insert_in_table(test, blob, ENTRY(2, id), 8);
	insert_in_table(test, blob, ENTRY(1, id), 8);
	put32(blob, TABLE(entry_size), sizeof(struct opalvm_wire_entry) + 8);
	stamp(blob);
	expect_golden_map(test, read_blob(test, blob));
}

static void longer_extents_are_accepted(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	insert_in_table(test, blob, EXTENT(3, va), 5);
	insert_in_table(test, blob, EXTENT(2, va), 5);
	insert_in_table(test, blob, EXTENT(1, va), 5);
	put32(blob, TABLE(extent_size), sizeof(struct opalvm_wire_extent) + 5);
	stamp(blob);
	expect_golden_map(test, read_blob(test, blob));
}

static void more_behind_the_extents_is_accepted(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	insert_in_table(test, blob, blob->len, 40);
	stamp(blob);
	expect_golden_map(test, read_blob(test, blob));
}

static void more_behind_the_tables_is_accepted(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	insert(test, blob, blob->len, 40);
	stamp(blob);
	expect_golden_map(test, read_blob(test, blob));
}

/* Puts a table of @firmware whose inside makes no sense at @at */
static void insert_strange_table(struct kunit *test, struct blob *blob, size_t at, u32 firmware)
{
	const size_t size = sizeof(struct opalvm_wire_table) + 32;

	insert(test, blob, at, size);
	at -= HEAD_END;
	put32(blob, at + TABLE(firmware), firmware);
	put32(blob, at + TABLE(header_size), size - 16);
	put64(blob, at + TABLE(total_size), size);
}

static void table_of_unknown_firmware_is_skipped(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	insert_strange_table(test, blob, HEAD_END, 77);
	insert_strange_table(test, blob, blob->len, 77);
	insert_strange_table(test, blob, blob->len, ~0);
	insert_strange_table(test, blob, blob->len, 0);
	put32(blob, HEAD(table_count), 5);
	stamp(blob);
	expect_golden_map(test, read_blob(test, blob));
}

static void table_of_unknown_firmware_is_never_read(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	insert_strange_table(test, blob, HEAD_END, 77);
	put32(blob, HEAD(table_count), 2);
	stamp(blob);
	KUNIT_EXPECT_EQ(test, PTR_ERR(opalvm_wire_read(blob->data, blob->len, 77,
						       OPALVM_MAX_EXTENTS, &context->why)),
			(long)-ENOENT);
	expect_reason(test, "no table for firmware 77");
}

static void unknown_critical_flag_refuses_its_table_alone(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	insert_strange_table(test, blob, HEAD_END, OPALVM_FW_OPAL);
	put32(blob, TABLE(critical_flags), 0x80000000);
	put32(blob, HEAD(table_count), 2);
	stamp(blob);
	expect_golden_map(test, read_blob(test, blob));
	KUNIT_EXPECT_EQ(test, PTR_ERR(opalvm_wire_read(blob->data, blob->len, OPALVM_FW_OPAL,
						       OPALVM_MAX_EXTENTS, &context->why)),
			(long)-EPROTONOSUPPORT);
	expect_reason(test, "critical flags 0x80000000");
}

static void second_table_of_a_firmware_is_refused(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	memcpy(blob->data + blob->len, golden + HEAD_END, sizeof(golden) - HEAD_END);
	blob->len += sizeof(golden) - HEAD_END;
	put64(blob, HEAD(total_size), blob->len);
	put32(blob, HEAD(table_count), 2);
	stamp(blob);
	KUNIT_EXPECT_EQ(test, try_blob(test, blob), -EEXIST);
	expect_reason(test, "two tables for firmware 1");
}

static void unknown_flags_do_not_travel_on(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	put32(blob, TABLE(flags), ~0);
	stamp(blob);
	expect_golden_map(test, read_blob(test, blob));
}

static void each_placement_is_read(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;
	u32 i;

	for (i = OPALVM_PLACEMENT_IDENTITY; i <= OPALVM_PLACEMENT_FIRMWARE; i++) {
		put32(blob, TABLE(placement), i);
		stamp(blob);
		KUNIT_EXPECT_EQ(test, read_blob(test, blob)->placement, i);
	}
}

static void reserved_fields_are_ignored(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	put32(blob, HEAD(reserved), ~0);
	put32(blob, TABLE(reserved), ~0);
	put32(blob, EXTENT(1, reserved), ~0);
	stamp(blob);
	expect_golden_map(test, read_blob(test, blob));
}

static void name_of_the_writer_cannot_forge_the_log(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;

	memset(blob->data + HEAD(writer), 'w', OPALVM_WIRE_WRITER_LEN);
	memcpy(blob->data + HEAD(writer), "a\nb\x1b[0m\xe9", 8);
	stamp(blob);
	KUNIT_EXPECT_EQ(test, try_blob(test, blob), 0);
	KUNIT_EXPECT_STREQ(test, context->info.writer, "a?b?[0m?wwwwwwwwwwwwwwwwwwwwwww");
}

static void long_name_of_the_writer_is_cut(struct kunit *test)
{
	struct context *context = test->priv;
	struct opalvm_wire_info info = golden_info;
	struct blob *out = &context->out;

	memset(info.writer, 'w', sizeof(info.writer));
	out->len = opalvm_wire_write(out->data, sizeof(out->data), &info, NULL, 0);
	KUNIT_EXPECT_EQ(test, out->data[HEAD(chain) - 2], (u8)'w');
	KUNIT_EXPECT_EQ(test, out->data[HEAD(chain) - 1], (u8)0);
	KUNIT_EXPECT_EQ(test, try_blob(test, out), 0);
}

static void head_is_optional(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, opalvm_wire_check(golden, sizeof(golden), NULL, NULL), 0);
}

static void extents_beyond_the_limit_are_not_read(struct kunit *test)
{
	struct context *context = test->priv;
	struct opalvm_map *map;

	map = opalvm_wire_read(golden, sizeof(golden), OPALVM_FW_EFI, 2, &context->why);
	KUNIT_EXPECT_EQ(test, PTR_ERR(map), (long)-E2BIG);
	expect_reason(test, "3 extents, more than 2");
}

static void entry_points_beyond_the_limit_are_not_read(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *blob = &context->blob;
	const u32 nr = OPALVM_MAX_ENTRIES + 1;
	u32 i;

	insert_in_table(test, blob, TABLE_END,
			(nr - GOLDEN_ENTRIES) * sizeof(struct opalvm_wire_entry));
	put32(blob, TABLE(entry_count), nr);
	for (i = 0; i < nr; i++) {
		put32(blob, ENTRY(i, id), i);
		put32(blob, ENTRY(i, kind), OPALVM_ENTRY_VA);
		put64(blob, ENTRY(i, address), 0x1000);
	}
	stamp(blob);
	KUNIT_EXPECT_EQ(test, opalvm_wire_check(blob->data, blob->len, NULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(opalvm_wire_read(blob->data, blob->len, OPALVM_FW_EFI,
						       OPALVM_MAX_EXTENTS, &context->why)),
			(long)-E2BIG);
	expect_reason(test, "more than 64");
}

#ifdef CONFIG_FAILSLAB
static void map_without_memory_is_an_error(struct kunit *test)
{
	struct context *context = test->priv;
	struct opalvm_map *map;
	bool failed;

	/* of the allocations to come, the first one fails */
	current->fail_nth = 1;
	map = opalvm_wire_read(golden, sizeof(golden), OPALVM_FW_EFI, OPALVM_MAX_EXTENTS,
			       &context->why);
	failed = !current->fail_nth;
	current->fail_nth = 0;
	keep(test, map);
	if (!failed)
		kunit_skip(test, "want N in debugfs/failslab/ignore-gfp-wait");
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(map), -ENOMEM);
	expect_reason(test, "no memory");
}
#endif

static void write_state(struct blob *page, const struct opalvm_state *state)
{
	opalvm_wire_write_state(page->data, golden_info.chain, OPALVM_FW_EFI, state);
}

/* A page with the golden state, in slot 1, and a later one in slot 0 */
static struct blob *state_page(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *page = &context->out;

	page->len = OPALVM_STATE_PAGE_SIZE;
	memset(page->data, 0, page->len);
	write_state(page, &golden_state);
	write_state(page, &later_state);
	return page;
}

/* Makes the checksum of a slot match */
static void stamp_slot(struct blob *page, size_t at, size_t size)
{
	put32(page, at + STATE(crc32), 0);
	put32(page, at + STATE(crc32), ~crc32_le(~0, page->data + at, size));
}

/* Reads an allocation of exactly one page: see try_bytes() */
static int try_page(struct kunit *test, const struct blob *page, u64 chain, u32 firmware)
{
	struct context *context = test->priv;
	void *copy;
	int ret;

	copy = kmemdup(page->data, OPALVM_STATE_PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	memset(&context->state, 0, sizeof(context->state));
	ret = opalvm_wire_read_state(copy, chain, firmware, &context->state, &context->why);
	KUNIT_EXPECT_EQ(test, opalvm_wire_read_state(copy, chain, firmware, &context->state, NULL),
			ret);
	kfree(copy);
	return ret;
}

static void expect_state(struct kunit *test, const struct blob *page,
			 const struct opalvm_state *state, const char *when, u32 nr)
{
	struct context *context = test->priv;

	KUNIT_EXPECT_EQ_MSG(test, try_page(test, page, golden_info.chain, OPALVM_FW_EFI), 0,
			    "%s %u: %s", when, nr, context->why.text);
	KUNIT_EXPECT_EQ_MSG(test, context->state.sequence, state->sequence, "%s %u", when, nr);
	KUNIT_EXPECT_EQ_MSG(test, context->state.generation, state->generation, "%s %u", when, nr);
	KUNIT_EXPECT_EQ_MSG(test, context->state.quarantine, state->quarantine, "%s %u", when, nr);
	KUNIT_EXPECT_EQ_MSG(test, context->state.in_flight, state->in_flight, "%s %u", when, nr);
}

static void expect_no_state(struct kunit *test, const struct blob *page)
{
	KUNIT_EXPECT_EQ(test, try_page(test, page, golden_info.chain, OPALVM_FW_EFI), -ENODATA);
	expect_reason(test, "overwritten, or is of another boot");
}

static void slot_is_written_as_ever(struct kunit *test)
{
	struct context *context = test->priv;
	const u8 *slot = context->out.data + SLOT(1);
	size_t i;

	memset(context->out.data, 0xa5, sizeof(context->out.data));
	write_state(&context->out, &golden_state);
	KUNIT_EXPECT_EQ(test, memcmp(slot, golden_slot, sizeof(golden_slot)), 0);
	for (i = 0; i < sizeof(context->out.data); i++)
		if (i < SLOT(1) || i >= SLOT(1) + sizeof(golden_slot))
			KUNIT_EXPECT_EQ_MSG(test, context->out.data[i], (u8)0xa5, "byte %zu", i);
}

static void slot_is_read_as_ever(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *page = &context->out;
	u32 i;

	for (i = 0; i < OPALVM_STATE_SLOTS; i++) {
		memset(page->data, 0xa5, sizeof(page->data));
		memcpy(page->data + SLOT(i), golden_slot, sizeof(golden_slot));
		expect_state(test, page, &golden_state, "slot", i);
	}
}

static void writings_take_turns(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *page = &context->out, *before = &context->blob;
	struct opalvm_state state = golden_state;
	u32 i, other;

	memset(page->data, 0, sizeof(page->data));
	for (i = 0; i < 5; i++) {
		memcpy(before, page, sizeof(*before));
		state.sequence = i;
		state.quarantine = BIT(i);
		write_state(page, &state);
		expect_state(test, page, &state, "writing", i);
		other = SLOT((i + 1) % OPALVM_STATE_SLOTS);
		KUNIT_EXPECT_EQ(test, memcmp(page->data + other, before->data + other,
					     OPALVM_STATE_SLOT_SIZE), 0);
	}
}

static void higher_sequence_wins_in_either_slot(struct kunit *test)
{
	static const u64 sequences[] = { 1, 2, U32_MAX, S64_MAX, U64_MAX - 1 };
	struct opalvm_state first = golden_state, second = later_state;
	struct blob *page = state_page(test);
	u8 slot[sizeof(golden_slot)];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sequences); i++) {
		first.sequence = sequences[i];
		second.sequence = sequences[i] + 1;
		write_state(page, &first);
		write_state(page, &second);
		expect_state(test, page, &second, "pair", i);

		memcpy(slot, page->data, sizeof(slot));
		memcpy(page->data, page->data + SLOT(1), sizeof(slot));
		memcpy(page->data + SLOT(1), slot, sizeof(slot));
		expect_state(test, page, &second, "changed pair", i);
	}
}

static void damaged_slot_leaves_the_one_before(struct kunit *test)
{
	struct blob *page = state_page(test);
	u32 bit;

	for (bit = 0; bit < 8 * sizeof(golden_slot); bit++) {
		page->data[bit / 8] ^= 1U << (bit % 8);
		expect_state(test, page, &golden_state, "bit", bit);
		page->data[bit / 8] ^= 1U << (bit % 8);
	}
	expect_state(test, page, &later_state, "bit", bit);
}

static void damage_behind_a_slot_is_none(struct kunit *test)
{
	struct blob *page = state_page(test);

	memset(page->data + sizeof(golden_slot), 0xa5, SLOT(1) - sizeof(golden_slot));
	memset(page->data + SLOT(1) + sizeof(golden_slot), 0xa5, SLOT(1) - sizeof(golden_slot));
	expect_state(test, page, &later_state, "all", 0);
}

static void page_without_a_whole_slot_says_nothing(struct kunit *test)
{
	struct blob *page = state_page(test);
	size_t at;

	for (at = 0; at < sizeof(golden_slot); at++) {
		page->data[at] ^= 0x10;
		page->data[SLOT(1) + at] ^= 0x10;
		expect_no_state(test, page);
		page->data[at] ^= 0x10;
		page->data[SLOT(1) + at] ^= 0x10;
	}
	memset(page->data, 0, sizeof(page->data));
	expect_no_state(test, page);
	memset(page->data, 0xff, sizeof(page->data));
	expect_no_state(test, page);
}

static void page_of_another_chain_says_nothing(struct kunit *test)
{
	struct blob *page = state_page(test);
	u32 bit;

	for (bit = 0; bit < 64; bit++)
		KUNIT_EXPECT_EQ(test, try_page(test, page, golden_info.chain ^ BIT_ULL(bit),
					       OPALVM_FW_EFI), -ENODATA);
	opalvm_wire_write_state(page->data, ~golden_info.chain, OPALVM_FW_EFI, &later_state);
	expect_state(test, page, &golden_state, "slot", 1);
}

static void page_says_nothing_of_other_firmware(struct kunit *test)
{
	struct blob *page = state_page(test);

	KUNIT_EXPECT_EQ(test, try_page(test, page, golden_info.chain, OPALVM_FW_OPAL), -ENOENT);
	expect_reason(test, "nothing of firmware 2");
	/* what the latest one does not say, the one before does not know */
	put32(page, STATE(record_count), 0);
	put32(page, STATE(total_size), STATE_END);
	stamp_slot(page, SLOT(0), STATE_END);
	KUNIT_EXPECT_EQ(test, try_page(test, page, golden_info.chain, OPALVM_FW_EFI), -ENOENT);
}

/*
 * The kernel may die at any byte of a writing: first all but the checksum is
 * there, which is zero, then the checksum.
 */
static void writing_cut_short_leaves_the_one_before(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *page = &context->out, *whole = &context->blob;
	const struct opalvm_state before = { .sequence = 6, .generation = 12 };
	const size_t crc = STATE(crc32);
	u32 i;

	memcpy(whole, state_page(test), sizeof(*whole));
	memset(page->data, 0, sizeof(page->data));
	write_state(page, &before);
	write_state(page, &golden_state);
	for (i = 0; i < sizeof(golden_slot); i++) {
		page->data[i] = i < crc || i >= crc + sizeof(u32) ? whole->data[i] : 0;
		expect_state(test, page, &golden_state, "byte", i);
	}
	for (i = crc; i < crc + sizeof(u32); i++) {
		expect_state(test, page, &golden_state, "byte", i);
		page->data[i] = whole->data[i];
	}
	expect_state(test, page, &later_state, "byte", i);
}

/* In order: the way of a memcpy() that the kernel died in, for any n */
static void slot_copied_in_part_is_the_old_or_the_new_one(struct kunit *test)
{
	struct context *context = test->priv;
	struct blob *page = &context->out, *whole = &context->blob;
	const struct opalvm_state before = { .sequence = 6, .generation = 12 };
	bool same;
	u32 i;

	memcpy(whole, state_page(test), sizeof(*whole));
	memset(page->data, 0, sizeof(page->data));
	write_state(page, &before);
	write_state(page, &golden_state);
	for (i = 0; i < sizeof(golden_slot); i++) {
		/* the last bytes may be as they were */
		same = !memcmp(page->data, whole->data, sizeof(golden_slot));
		expect_state(test, page, same ? &later_state : &golden_state, "byte", i);
		page->data[i] = whole->data[i];
	}
	expect_state(test, page, &later_state, "byte", i);
}

/* Makes room in slot 0, whose @size grows, for what a later writer may have put there */
static void insert_in_slot(struct blob *page, size_t at, size_t more, size_t *size)
{
	memmove(page->data + at + more, page->data + at, *size - at);
	memset(page->data + at, 0xa5, more);
	*size += more;
	put32(page, STATE(total_size), *size);
}

static void longer_slot_header_is_accepted(struct kunit *test)
{
	struct blob *page = state_page(test);
	size_t size = sizeof(golden_slot);

	insert_in_slot(page, STATE_END, 13, &size);
	put32(page, STATE(header_size), STATE_END + 13);
	stamp_slot(page, SLOT(0), size);
	expect_state(test, page, &later_state, "bytes", size);
}

static void longer_records_are_accepted(struct kunit *test)
{
	const size_t record = sizeof(struct opalvm_wire_record) + 7;
	struct blob *page = state_page(test);
	size_t size = sizeof(golden_slot);

	/* one of an unknown firmware before ours */
	insert_in_slot(page, STATE_END, record, &size);
	insert_in_slot(page, size, 7, &size);
	put32(page, STATE(record_size), record);
	put32(page, STATE(record_count), 2);
	stamp_slot(page, SLOT(0), size);
	expect_state(test, page, &later_state, "bytes", size);
}

static void last_record_of_a_full_slot_is_found(struct kunit *test)
{
	const size_t more = OPALVM_STATE_SLOT_SIZE - sizeof(golden_slot);
	struct blob *page = state_page(test);
	size_t size = sizeof(golden_slot);

	/* slot 0 ends where slot 1 begins */
	insert_in_slot(page, STATE_END, more, &size);
	put32(page, STATE(record_count), 1 + more / sizeof(struct opalvm_wire_record));
	stamp_slot(page, SLOT(0), size);
	/* insert_in_slot() moved no byte of slot 1 */
	expect_state(test, page, &later_state, "bytes", size);
}

static void more_behind_the_records_is_accepted(struct kunit *test)
{
	struct blob *page = state_page(test);
	size_t size = sizeof(golden_slot);

	insert_in_slot(page, size, 23, &size);
	stamp_slot(page, SLOT(0), size);
	expect_state(test, page, &later_state, "bytes", size);
}

static void reserved_field_of_a_record_is_ignored(struct kunit *test)
{
	struct blob *page = state_page(test);

	put32(page, RECORD(reserved), ~0);
	stamp_slot(page, SLOT(0), sizeof(golden_slot));
	expect_state(test, page, &later_state, "reserved", 0);
}

/**
 * struct tampering - one or two fields of the golden table set to something else
 * @name: what is wrong then
 * @at: offset of the field
 * @wide: it has 64 bits, not 32
 * @value: its value
 * @and_at: offset of a second field, of 32 bits; 0: there is none
 * @and_value: its value
 * @err: the error
 * @says: part of the reason
 */
struct tampering {
	const char *name;
	size_t at;
	bool wide;
	u64 value;
	size_t and_at;
	u32 and_value;
	int err;
	const char *says;
};

#define FIELD32(field, to)	.at = (field), .value = (to)
#define FIELD64(field, to)	.at = (field), .value = (to), .wide = true
#define ALSO32(field, to)	.and_at = (field), .and_value = (to)
#define INVALID(text)		.err = -EINVAL, .says = (text)

/* Refused by opalvm_wire_check(), and so by opalvm_wire_read() */
static const struct tampering bad_tables[] = {
	{ "other magic", FIELD32(HEAD(magic), 0x464c457f), INVALID("not a handover table") },
	{ "version 0", FIELD32(HEAD(version), 0),
	  .err = -EPROTONOSUPPORT, .says = "version 0, only 1" },
	{ "next version", FIELD32(HEAD(version), 2),
	  .err = -EPROTONOSUPPORT, .says = "version 2, only 1" },
	{ "last version", FIELD32(HEAD(version), ~0U),
	  .err = -EPROTONOSUPPORT, .says = "version 4294967295, only 1" },

	{ "header size 0", FIELD32(HEAD(header_size), 0), INVALID("sizes 0 and 320") },
	{ "header too short", FIELD32(HEAD(header_size), HEAD_END - 1), INVALID("sizes 95") },
	{ "header longer than all", FIELD32(HEAD(header_size), sizeof(golden) + 1),
	  INVALID("sizes 321") },
	{ "header size 2^32 - 1", FIELD32(HEAD(header_size), ~0U), INVALID("sizes 4294967295") },
	{ "header up to the end", FIELD32(HEAD(header_size), sizeof(golden)),
	  INVALID("table 0 is cut short") },

	{ "total size 0", FIELD64(HEAD(total_size), 0), INVALID("do not fit") },
	{ "total size too large", FIELD64(HEAD(total_size), sizeof(golden) + 1),
	  INVALID("320 bytes") },
	{ "total size 2^32 more", FIELD64(HEAD(total_size), sizeof(golden) + (1ULL << 32)),
	  INVALID("320 bytes") },
	{ "total size 2^64 - 1", FIELD64(HEAD(total_size), ~0ULL), INVALID("320 bytes") },

	{ "table missing", FIELD32(HEAD(table_count), 2), INVALID("table 1 is cut short") },
	{ "too many tables", FIELD32(HEAD(table_count), OPALVM_MAX_TABLES + 1),
	  .err = -E2BIG, .says = "9 tables, more than 8" },
	{ "2^32 - 1 tables", FIELD32(HEAD(table_count), ~0U), .err = -E2BIG, .says = "tables" },

	{ "table header size 0", FIELD32(TABLE(header_size), 0), INVALID("table 0: sizes 0") },
	{ "table header too short", FIELD32(TABLE(header_size), 71), INVALID("sizes 71 and") },
	{ "table header too long", FIELD32(TABLE(header_size), 225), INVALID("sizes 225 and") },
	{ "table header size 2^32 - 1", FIELD32(TABLE(header_size), ~0U), INVALID("table 0") },
	{ "table header up to the end", FIELD32(TABLE(header_size), 224),
	  INVALID("do not fit 0 bytes") },

	{ "table size 0", FIELD64(TABLE(total_size), 0), INVALID("sizes 72 and 0") },
	{ "table too short", FIELD64(TABLE(total_size), 223), INVALID("do not fit 151 bytes") },
	{ "table too long", FIELD64(TABLE(total_size), 225), INVALID("do not fit 224 bytes") },
	{ "table size 2^32 more", FIELD64(TABLE(total_size), 224 + (1ULL << 32)),
	  INVALID("do not fit 224 bytes") },
	{ "table size that wraps", FIELD64(TABLE(total_size), -(u64)HEAD_END),
	  INVALID("do not fit 224 bytes") },
	{ "table size 2^64 - 1", FIELD64(TABLE(total_size), ~0ULL), INVALID("do not fit") },
	{ "unknown firmware, table too long", FIELD64(TABLE(total_size), 225),
	  ALSO32(TABLE(firmware), 77), INVALID("do not fit 224 bytes") },
	{ "unknown critical flag, table too long", FIELD64(TABLE(total_size), 225),
	  ALSO32(TABLE(critical_flags), 1), INVALID("do not fit 224 bytes") },

	{ "entry size 0", FIELD32(TABLE(entry_size), 0), INVALID("too short") },
	{ "entries too short", FIELD32(TABLE(entry_size), 15), INVALID("entries of 15") },
	{ "entries too long", FIELD32(TABLE(entry_size), 17), INVALID("do not fit") },
	{ "entry size 2^32 - 1", FIELD32(TABLE(entry_size), ~0U), INVALID("do not fit") },
	{ "entry missing", FIELD32(TABLE(entry_count), 3), INVALID("3 entries") },
	{ "2^32 - 1 entries", FIELD32(TABLE(entry_count), ~0U), INVALID("4294967295 entries") },
	{ "entries of 2^32 bytes", FIELD32(TABLE(entry_size), 0x10000),
	  ALSO32(TABLE(entry_count), 0x10000), INVALID("65536 entries") },
	{ "entries of almost 2^64 bytes", FIELD32(TABLE(entry_size), ~0U),
	  ALSO32(TABLE(entry_count), ~0U), INVALID("4294967295 entries") },

	{ "extent size 0", FIELD32(TABLE(extent_size), 0), INVALID("too short") },
	{ "extents too short", FIELD32(TABLE(extent_size), 39), INVALID("extents of 39") },
	{ "extents too long", FIELD32(TABLE(extent_size), 41), INVALID("do not fit") },
	{ "extent size 2^32 - 1", FIELD32(TABLE(extent_size), ~0U), INVALID("do not fit") },
	{ "extent missing", FIELD32(TABLE(extent_count), 4), INVALID("4 extents") },
	{ "2^32 - 1 extents", FIELD32(TABLE(extent_count), ~0U), INVALID("4294967295 extents") },
	{ "extents of 2^32 bytes", FIELD32(TABLE(extent_size), 0x10000),
	  ALSO32(TABLE(extent_count), 0x10000), INVALID("65536 extents") },
	{ "extents of almost 2^64 bytes", FIELD32(TABLE(extent_size), ~0U),
	  ALSO32(TABLE(extent_count), ~0U), INVALID("4294967295 extents") },
};

/* Good containers whose EFI table opalvm_wire_read() refuses */
static const struct tampering bad_maps[] = {
	{ "other firmware", FIELD32(TABLE(firmware), OPALVM_FW_OPAL),
	  .err = -ENOENT, .says = "no table for firmware 1" },
	{ "unknown critical flag", FIELD32(TABLE(critical_flags), 1),
	  .err = -EPROTONOSUPPORT, .says = "critical flags 0x1" },
	{ "unknown critical flag, strange inside", FIELD32(TABLE(critical_flags), 4),
	  ALSO32(TABLE(extent_count), ~0U),
	  .err = -EPROTONOSUPPORT, .says = "critical flags 0x4" },
	{ "placement 0", FIELD32(TABLE(placement), 0), INVALID("unknown placement 0") },
	{ "unknown placement", FIELD32(TABLE(placement), 4), INVALID("unknown placement 4") },
	{ "entry point at zero", FIELD64(ENTRY(1, address), 0), INVALID("service 6: zero") },
	{ "unknown kind of entry point", FIELD32(ENTRY(0, kind), 3), INVALID("unknown kind 3") },
	{ "two entry points of a service", FIELD32(ENTRY(1, id), 0),
	  .err = -EEXIST, .says = "service 0: given twice" },
	{ "empty extent", FIELD64(EXTENT(2, size), 0), INVALID("empty") },
	{ "extent size 2^64 - 1", FIELD64(EXTENT(0, size), ~0ULL), INVALID("whole pages") },
	{ "VA within a page", FIELD64(EXTENT(0, va), 0xffffffff00000800), INVALID("whole pages") },
	{ "PA within a page", FIELD64(EXTENT(0, pa), 0x7e00001), INVALID("whole pages") },
	{ "VA that wraps", FIELD64(EXTENT(0, va), 0xfffffffffffff000),
	  .err = -ERANGE, .says = "virtual addresses wrap" },
	{ "PA that wraps", FIELD64(EXTENT(0, pa), 0xfffffffffffff000),
	  .err = -ERANGE, .says = "physical addresses wrap" },
};

/* Slots that are none, whatever their checksum; all of slot 0 */
static const struct tampering bad_slots[] = {
	{ "other magic", FIELD32(STATE(magic), 0x464c457f) },
	{ "magic of a table", FIELD64(STATE(magic), 0x50414d564c41504fULL) },
	{ "version 0", FIELD32(STATE(version), 0) },
	{ "next version", FIELD32(STATE(version), 2) },
	{ "last version", FIELD32(STATE(version), ~0U) },

	{ "header size 0", FIELD32(STATE(header_size), 0) },
	{ "header too short", FIELD32(STATE(header_size), 55) },
	{ "header too long", FIELD32(STATE(header_size), 57) },
	{ "header up to the end", FIELD32(STATE(header_size), 80) },
	{ "header longer than all", FIELD32(STATE(header_size), 81) },
	{ "header size 2^32 - 1", FIELD32(STATE(header_size), ~0U) },

	{ "total size 0", FIELD32(STATE(total_size), 0) },
	{ "shorter than its header", FIELD32(STATE(total_size), 55) },
	{ "without its record", FIELD32(STATE(total_size), 56) },
	{ "too short", FIELD32(STATE(total_size), 79) },
	{ "longer than a slot", FIELD32(STATE(total_size), 2049) },
	{ "as long as the page", FIELD32(STATE(total_size), 4096) },
	{ "longer than the page", FIELD32(STATE(total_size), 4097) },
	{ "total size 2^32 - 1", FIELD32(STATE(total_size), ~0U) },

	{ "record size 0", FIELD32(STATE(record_size), 0) },
	{ "record size 0, no record", FIELD32(STATE(record_size), 0),
	  ALSO32(STATE(record_count), 0) },
	{ "records too short", FIELD32(STATE(record_size), 23) },
	{ "records too long", FIELD32(STATE(record_size), 25) },
	{ "record size 2^32 - 1", FIELD32(STATE(record_size), ~0U) },
	{ "record missing", FIELD32(STATE(record_count), 2) },
	{ "2^32 - 1 records", FIELD32(STATE(record_count), ~0U) },
	{ "records of 2^32 bytes", FIELD32(STATE(record_size), 0x10000),
	  ALSO32(STATE(record_count), 0x10000) },
	{ "records of almost 2^64 bytes", FIELD32(STATE(record_size), ~0U),
	  ALSO32(STATE(record_count), ~0U) },
};

static void describe_tampering(const struct tampering *param, char *text)
{
	strscpy(text, param->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(bad_table, bad_tables, describe_tampering);
KUNIT_ARRAY_PARAM(bad_map, bad_maps, describe_tampering);
KUNIT_ARRAY_PARAM(bad_slot, bad_slots, describe_tampering);

static void tamper(struct blob *blob, const struct tampering *param)
{
	if (param->wide)
		put64(blob, param->at, param->value);
	else
		put32(blob, param->at, param->value);
	if (param->and_at)
		put32(blob, param->and_at, param->and_value);
}

static void malformed_table_is_refused(struct kunit *test)
{
	const struct tampering *param = test->param_value;
	struct context *context = test->priv;

	tamper(&context->blob, param);
	stamp(&context->blob);
	KUNIT_EXPECT_EQ(test, try_blob(test, &context->blob), param->err);
	expect_reason(test, param->says);
}

static void malformed_map_is_refused(struct kunit *test)
{
	const struct tampering *param = test->param_value;
	struct context *context = test->priv;
	struct blob *blob = &context->blob;
	struct opalvm_map *map;

	tamper(blob, param);
	stamp(blob);
	KUNIT_EXPECT_EQ(test, try_blob(test, blob), 0);
	map = keep(test, opalvm_wire_read(blob->data, blob->len, OPALVM_FW_EFI,
					  OPALVM_MAX_EXTENTS, &context->why));
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(map), param->err);
	expect_reason(test, param->says);
}

static void malformed_slot_is_none(struct kunit *test)
{
	const struct tampering *param = test->param_value;
	struct blob *page = state_page(test);
	size_t size = sizeof(golden_slot);

	tamper(page, param);
	/* what a reader would take, had it no checks */
	if (param->at == STATE(total_size))
		size = clamp_t(u64, param->value, STATE(sequence), sizeof(page->data));
	stamp_slot(page, SLOT(0), size);
	expect_state(test, page, &golden_state, "slot", 1);
	memset(page->data + SLOT(1), 0, OPALVM_STATE_SLOT_SIZE);
	stamp_slot(page, SLOT(0), size);
	expect_no_state(test, page);
}

static struct kunit_case wire_cases[] = {
	KUNIT_CASE(version_1_is_written_as_ever),
	KUNIT_CASE(version_1_is_read_as_ever),
	KUNIT_CASE(writer_stays_in_its_buffer),
	KUNIT_CASE(writer_refuses_what_no_reader_takes),
	KUNIT_CASE(each_firmware_finds_its_own_map),
	KUNIT_CASE(no_tables_is_a_table),
	KUNIT_CASE(next_hop_writes_the_same_bytes),
	KUNIT_CASE(cut_table_is_refused_at_any_length),
	KUNIT_CASE(cut_table_with_good_checksum_is_refused),
	KUNIT_CASE(cut_extents_are_refused_at_any_length),
	KUNIT_CASE(sizes_with_a_sum_that_wraps_are_refused),
	KUNIT_CASE(flipped_bit_is_never_accepted),
	KUNIT_CASE(wrong_checksum_is_told_apart),
	KUNIT_CASE(padding_behind_the_table_is_ignored),
	KUNIT_CASE(table_is_read_at_any_alignment),
	KUNIT_CASE(longer_header_is_accepted),
	KUNIT_CASE(longer_table_header_is_accepted),
	KUNIT_CASE(longer_entries_are_accepted),
	KUNIT_CASE(longer_extents_are_accepted),
	KUNIT_CASE(more_behind_the_extents_is_accepted),
	KUNIT_CASE(more_behind_the_tables_is_accepted),
	KUNIT_CASE(table_of_unknown_firmware_is_skipped),
	KUNIT_CASE(table_of_unknown_firmware_is_never_read),
	KUNIT_CASE(unknown_critical_flag_refuses_its_table_alone),
	KUNIT_CASE(second_table_of_a_firmware_is_refused),
	KUNIT_CASE(unknown_flags_do_not_travel_on),
	KUNIT_CASE(each_placement_is_read),
	KUNIT_CASE(reserved_fields_are_ignored),
	KUNIT_CASE(name_of_the_writer_cannot_forge_the_log),
	KUNIT_CASE(long_name_of_the_writer_is_cut),
	KUNIT_CASE(head_is_optional),
	KUNIT_CASE(extents_beyond_the_limit_are_not_read),
	KUNIT_CASE(entry_points_beyond_the_limit_are_not_read),
	KUNIT_CASE_PARAM(malformed_table_is_refused, bad_table_gen_params),
	KUNIT_CASE_PARAM(malformed_map_is_refused, bad_map_gen_params),
#ifdef CONFIG_FAILSLAB
	KUNIT_CASE(map_without_memory_is_an_error),
#endif
	KUNIT_CASE(slot_is_written_as_ever),
	KUNIT_CASE(slot_is_read_as_ever),
	KUNIT_CASE(writings_take_turns),
	KUNIT_CASE(higher_sequence_wins_in_either_slot),
	KUNIT_CASE(damaged_slot_leaves_the_one_before),
	KUNIT_CASE(damage_behind_a_slot_is_none),
	KUNIT_CASE(page_without_a_whole_slot_says_nothing),
	KUNIT_CASE(page_of_another_chain_says_nothing),
	KUNIT_CASE(page_says_nothing_of_other_firmware),
	KUNIT_CASE(writing_cut_short_leaves_the_one_before),
	KUNIT_CASE(slot_copied_in_part_is_the_old_or_the_new_one),
	KUNIT_CASE(longer_slot_header_is_accepted),
	KUNIT_CASE(longer_records_are_accepted),
	KUNIT_CASE(last_record_of_a_full_slot_is_found),
	KUNIT_CASE(more_behind_the_records_is_accepted),
	KUNIT_CASE(reserved_field_of_a_record_is_ignored),
	KUNIT_CASE_PARAM(malformed_slot_is_none, bad_slot_gen_params),
	{}
};

struct kunit_suite opalvm_wire_suite = {
	.name = "opalvm_wire",
	.init = wire_test_init,
	.exit = wire_test_exit,
	.test_cases = wire_cases,
};
