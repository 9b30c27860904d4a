// SPDX-License-Identifier: GPL-2.0
/*
 * What is pure of OPAL: lists of the device tree, lists of symbols, copies of
 * code, the table of calls.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/rtc.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../opalvm.h"
#include "../provider/opal.h"
#include "../service/opal.h"
#include "suites.h"

#define BASE		0x30000000ULL
#define CODE_SIZE	0x600000ULL

/**
 * struct context - what a test has to give back
 * @map: what is built up
 * @why: reason of the last refusal
 */
struct context {
	struct opalvm_map *map;
	struct opalvm_why why;
};

static struct context context;

static int opal_test_init(struct kunit *test)
{
	context = (struct context) { .map = opalvm_map_alloc(OPALVM_FW_OPAL, 32) };
	return context.map ? 0 : -ENOMEM;
}

static void opal_test_exit(struct kunit *test)
{
	opalvm_map_free(context.map);
	context.map = NULL;
}

static void expect_reason(struct kunit *test, const char *words)
{
	KUNIT_EXPECT_TRUE_MSG(test, strstr(context.why.text, words),
			      "\"%s\" does not say \"%s\"", context.why.text, words);
}

/* Words as they stand in a device tree, and in the code of a big-endian firmware. */
static void *big_endian(struct kunit *test, const u32 *words, u32 len)
{
	__be32 *big = kunit_kzalloc(test, len, GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, big);
	for (i = 0; i < len / sizeof(*words); i++)
		big[i] = cpu_to_be32(words[i]);
	return big;
}

/*
 * The device tree
 */

/* as qemu's powernv9 has it */
static const u32 reserved_ranges[] = {
	0, 0x30000000, 0, 0x600000,
	0, 0x30600000, 0, 0xa00000,
	0, 0x31c50000, 0, 0xfd2000,
	0x203f, 0xf0000000, 0, 0x100000,
	0x203f, 0xff800000, 0, 0x800000,
};

static const char reserved_names[] =
	"ibm,firmware-code@30000000\0ibm,firmware-heap@30600000\0"
	"ibm,firmware-allocs-memory@31c50000\0ibm,hbrt-code-image@203ff0000000\0"
	"ibm,occ-common-area@203fff800000";

static struct opal_cells cells_of(struct kunit *test, const u32 *cells, u32 len)
{
	return (struct opal_cells) {
		.data = big_endian(test, cells, len),
		.len = len,
		.address_cells = 2,
		.size_cells = 2,
	};
}

static int add_reserved(struct kunit *test, u32 len, const char *names, u32 names_len)
{
	struct opal_cells ranges = cells_of(test, reserved_ranges, sizeof(reserved_ranges));

	ranges.len = len;
	return opalvm_opal_add_memory(context.map, &ranges, names, names_len, &context.why);
}

static int add_typical_memory(struct kunit *test)
{
	return add_reserved(test, sizeof(reserved_ranges), reserved_names, sizeof(reserved_names));
}

static void expect_extent(struct kunit *test, u32 i, u64 address, u64 size)
{
	KUNIT_ASSERT_LT(test, i, context.map->nr_extents);
	KUNIT_EXPECT_EQ_MSG(test, context.map->extents[i].va, address, "extent %u", i);
	KUNIT_EXPECT_EQ_MSG(test, context.map->extents[i].pa, address, "extent %u", i);
	KUNIT_EXPECT_EQ_MSG(test, context.map->extents[i].size, size, "extent %u", i);
}

static void memory_is_what_the_firmware_uses_itself(struct kunit *test)
{
	u32 i;

	KUNIT_ASSERT_EQ(test, add_typical_memory(test), 0);
	KUNIT_ASSERT_EQ(test, context.map->nr_extents, 4U);
	expect_extent(test, 0, BASE, CODE_SIZE);
	expect_extent(test, 2, 0x31c50000, 0xfd2000);
	expect_extent(test, 3, 0x203fff800000, 0x800000);
	for (i = 0; i < context.map->nr_extents; i++) {
		const struct opalvm_extent *extent = &context.map->extents[i];

		KUNIT_EXPECT_FALSE(test, opalvm_extent_executable(extent));
		KUNIT_EXPECT_TRUE(test, opalvm_extent_writable(extent));
		KUNIT_EXPECT_EQ(test, opalvm_extent_cache(extent), OPALVM_CACHE_WB);
	}
}

static void a_list_that_is_missing_or_cut_short_is_refused(struct kunit *test)
{
	const struct opal_cells none = { .address_cells = 2, .size_cells = 2 };
	u32 len;

	KUNIT_EXPECT_EQ(test, opalvm_opal_add_memory(context.map, &none, reserved_names,
						     sizeof(reserved_names), &context.why),
			-ENOENT);
	expect_reason(test, "reserved-ranges");
	for (len = 0; len < sizeof(reserved_ranges); len++) {
		if (len && len % 16 == 0)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, add_reserved(test, len, reserved_names,
						       sizeof(reserved_names)),
				    -EINVAL, "%u bytes", len);
	}
}

static void a_range_without_a_name_is_refused(struct kunit *test)
{
	u32 len = sizeof(reserved_ranges);

	KUNIT_EXPECT_EQ(test, add_reserved(test, len, NULL, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, add_reserved(test, len, reserved_names, 40), -EINVAL);
	/* the last name has no end */
	KUNIT_EXPECT_EQ(test, add_reserved(test, len, reserved_names, sizeof(reserved_names) - 1),
			-EINVAL);
	expect_reason(test, "5 ranges, reserved-names 4");
	/* which name is whose is not known */
	KUNIT_EXPECT_EQ(test, add_reserved(test, len - 16, reserved_names, sizeof(reserved_names)),
			-EINVAL);
	expect_reason(test, "4 ranges, reserved-names more");
}

static int add_one(struct kunit *test, u64 address, u64 size)
{
	const u32 reg[] = { upper_32_bits(address), lower_32_bits(address),
			    upper_32_bits(size), lower_32_bits(size) };
	struct opal_cells cells = cells_of(test, reg, sizeof(reg));

	return opalvm_opal_add_registers(context.map, &cells, 0, 0, "device@0", &context.why);
}

static void absurd_ranges_are_refused(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, add_one(test, 0x1000, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, add_one(test, 0x1000, U64_MAX), -ERANGE);
	KUNIT_EXPECT_EQ(test, add_one(test, U64_MAX, 2), -ERANGE);
	KUNIT_EXPECT_EQ(test, add_one(test, 0, U64_MAX), -EINVAL);
	KUNIT_EXPECT_EQ(test, context.map->nr_extents, 0U);
	/* an address that is the very last one is none that wraps */
	KUNIT_EXPECT_EQ(test, add_one(test, U64_MAX, 1), 0);
	expect_extent(test, 0, U64_MAX - 0xfff, 0x1000);
	expect_reason(test, "extent");
}

static void absurd_cells_are_refused(struct kunit *test)
{
	static const u32 reg[64];
	struct opal_cells cells = cells_of(test, reg, sizeof(reg));
	static const u32 bad[][3] = {
		{ 0, 0, 2 }, { 0, 3, 2 }, { 0, 2, 0 }, { 0, 2, 3 }, { 3, 2, 2 },
		{ U32_MAX, U32_MAX, 2 }, { 0, U32_MAX, U32_MAX },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		cells.child_cells = bad[i][0];
		cells.address_cells = bad[i][1];
		cells.size_cells = bad[i][2];
		KUNIT_EXPECT_EQ_MSG(test, opalvm_opal_cells_check(&cells, "x", NULL), -EINVAL,
				    "%u", i);
	}
	cells = cells_of(test, reg, sizeof(reg));
	KUNIT_EXPECT_EQ_MSG(test, opalvm_opal_cells_check(&cells, "x", NULL), -EINVAL,
			    "empty ranges");
}

static void a_list_without_end_is_refused(struct kunit *test)
{
	u32 len = 513 * 16;
	u32 *reg = kunit_kzalloc(test, len, GFP_KERNEL);
	struct opal_cells cells;

	KUNIT_ASSERT_NOT_NULL(test, reg);
	memset(reg, 1, len);
	cells = cells_of(test, reg, len);
	KUNIT_EXPECT_EQ(test, opalvm_opal_cells_check(&cells, "x", &context.why), -E2BIG);
	cells.len -= 16;
	KUNIT_EXPECT_EQ(test, opalvm_opal_cells_check(&cells, "x", &context.why), 0);
}

static void registers_are_whole_uncached_pages(struct kunit *test)
{
	static const u32 reg[] = {
		0x600c3, 0xc0000010, 0, 0x1000,
		0x600c3, 0, 0, 0x10000000,
	};
	struct opal_cells cells = cells_of(test, reg, sizeof(reg));

	KUNIT_ASSERT_EQ(test, opalvm_opal_add_registers(context.map, &cells, 1, 0, "pciex", NULL),
			0);
	KUNIT_ASSERT_EQ(test, context.map->nr_extents, 1U);
	expect_extent(test, 0, 0x600c3c0000000, 0x2000);
	KUNIT_EXPECT_EQ(test, opalvm_extent_cache(&context.map->extents[0]), OPALVM_CACHE_UC);
	KUNIT_EXPECT_FALSE(test, opalvm_extent_executable(&context.map->extents[0]));
	KUNIT_ASSERT_EQ(test, opalvm_opal_add_registers(context.map, &cells, 0, 0x2ff0, "pciex",
							NULL), 0);
	KUNIT_EXPECT_EQ(test, context.map->nr_extents, 3U);
	expect_extent(test, 1, 0x600c3c0000000, 0x3000);
	expect_extent(test, 2, 0x600c300000000, 0x10000000);
}

/* as qemu's powernv9 has it */
static const u32 bus_ranges[] = {
	0, 0x60300, 0, 0x80000000,
	0x80000000, 0x60300, 0x80000000, 0x80000000,
};

static struct opal_cells bus_of(struct kunit *test)
{
	struct opal_cells bus = cells_of(test, bus_ranges, sizeof(bus_ranges));

	bus.child_cells = 1;
	bus.size_cells = 1;
	return bus;
}

static void what_is_behind_a_bus_is_found(struct kunit *test)
{
	static const u32 lpc_ranges[] = {
		0, 0, 0xe0000000, 0x10000000,
		1, 0, 0xd0010000, 0x10000,
		3, 0, 0xf0000000, 0x10000000,
	};
	static const u32 controller_reg[] = { 0xc0012000, 0x100 };
	const struct opal_cells bus = bus_of(test);
	struct opal_cells lpc = cells_of(test, lpc_ranges, sizeof(lpc_ranges));
	struct opal_cells controller = cells_of(test, controller_reg, sizeof(controller_reg));

	lpc.child_cells = 2;
	lpc.address_cells = 1;
	lpc.size_cells = 1;
	controller.address_cells = 1;
	controller.size_cells = 1;
	KUNIT_ASSERT_EQ(test, opalvm_opal_add_behind(context.map, &bus, &lpc, "lpc", NULL), 0);
	KUNIT_ASSERT_EQ(test, opalvm_opal_add_behind(context.map, &bus, &controller, "c", NULL),
			0);
	KUNIT_ASSERT_EQ(test, context.map->nr_extents, 4U);
	expect_extent(test, 0, 0x60300e0000000, 0x10000000);
	expect_extent(test, 1, 0x60300d0010000, 0x10000);
	expect_extent(test, 2, 0x60300f0000000, 0x10000000);
	expect_extent(test, 3, 0x60300c0012000, 0x1000);
}

static int add_behind(struct kunit *test, const struct opal_cells *bus, u32 address, u32 size)
{
	const u32 reg[] = { address, size };
	struct opal_cells cells = cells_of(test, reg, sizeof(reg));

	cells.address_cells = 1;
	cells.size_cells = 1;
	return opalvm_opal_add_behind(context.map, bus, &cells, "device@0", &context.why);
}

static void what_is_not_on_the_bus_is_refused(struct kunit *test)
{
	struct opal_cells bus = bus_of(test);

	KUNIT_EXPECT_EQ(test, add_behind(test, &bus, 0xfffffff0, 0x10), 0);
	KUNIT_EXPECT_EQ(test, add_behind(test, &bus, 0xfffffff0, 0x11), -ERANGE);
	expect_reason(test, "not on its bus");
	/* in two windows */
	KUNIT_EXPECT_EQ(test, add_behind(test, &bus, 0x7ffffff0, 0x20), -ERANGE);
	bus.data = NULL;
	KUNIT_EXPECT_EQ(test, add_behind(test, &bus, 0, 0x10), -ENOENT);
	KUNIT_EXPECT_EQ(test, context.map->nr_extents, 1U);
}

/*
 * Symbols
 */

/* what is needed of Debian's skiboot */
static const char typical_symbols[] =
	"0000000000000000 T __head\n"
	"0000000000003760 T opal_entry\n"
	"0000000000010000 D spira\n"
	"0000000000020000 T _stext\n"
	"0000000000020000 T enable_machine_check\n"
	"0000000000020084 t __trigger_attn\n"
	"0000000000112c24 T _etext\n"
	"0000000000120000 R __rodata_start\n"
	"00000000001d3ac1 R _romem_end\n"
	"00000000001e0000 D _sdata\n"
	"0000000000510000 B _end\n\n\0\0";

static struct opal_symbols symbols_of(const char *text, size_t len)
{
	return (struct opal_symbols) { .text = text, .len = len };
}

static int check_symbols(const char *text)
{
	struct opal_symbols symbols = symbols_of(text, strlen(text));

	return opalvm_opal_symbols_check(&symbols, &context.why);
}

static struct opal_symbols typical(struct kunit *test)
{
	struct opal_symbols symbols = symbols_of(typical_symbols, sizeof(typical_symbols));

	KUNIT_ASSERT_EQ(test, opalvm_opal_symbols_check(&symbols, NULL), 0);
	return symbols;
}

static void symbols_are_found_by_name(struct kunit *test)
{
	struct opal_symbols symbols = typical(test);
	u64 address = 1;

	KUNIT_EXPECT_TRUE(test, opalvm_opal_symbol_find(&symbols, "__head", &address));
	KUNIT_EXPECT_EQ(test, address, 0ULL);
	KUNIT_EXPECT_TRUE(test, opalvm_opal_symbol_find(&symbols, "_etext", &address));
	KUNIT_EXPECT_EQ(test, address, 0x112c24ULL);
	KUNIT_EXPECT_TRUE(test, opalvm_opal_symbol_find(&symbols, "_end", &address));
	KUNIT_EXPECT_EQ(test, address, 0x510000ULL);
	/* a part of a name is not a name */
	KUNIT_EXPECT_FALSE(test, opalvm_opal_symbol_find(&symbols, "etext", &address));
	KUNIT_EXPECT_FALSE(test, opalvm_opal_symbol_find(&symbols, "_etex", &address));
	KUNIT_EXPECT_FALSE(test, opalvm_opal_symbol_find(&symbols, "", &address));
	KUNIT_EXPECT_EQ(test, address, 0x510000ULL);
}

static void expect_symbol_at(struct kunit *test, u64 address, const char *name, u64 offset)
{
	struct opal_symbols symbols = typical(test);
	struct opal_symbol found;

	KUNIT_ASSERT_TRUE(test, opalvm_opal_symbol_at(&symbols, address, &found));
	KUNIT_EXPECT_TRUE_MSG(test, found.name_len == strlen(name) &&
			      !memcmp(found.name, name, found.name_len),
			      "%.*s at %#llx", (int)found.name_len, found.name, address);
	KUNIT_EXPECT_EQ(test, address - found.address, offset);
}

static void symbols_are_found_by_address(struct kunit *test)
{
	struct opal_symbols late = symbols_of("0000000000000010 T late", 23);
	struct opal_symbol found;

	expect_symbol_at(test, 0, "__head", 0);
	expect_symbol_at(test, 0x375f, "__head", 0x375f);
	expect_symbol_at(test, 0x3760, "opal_entry", 0);
	expect_symbol_at(test, 0x20000, "_stext", 0);
	expect_symbol_at(test, 0x20088, "__trigger_attn", 4);
	expect_symbol_at(test, U64_MAX, "_end", U64_MAX - 0x510000);
	KUNIT_ASSERT_EQ(test, opalvm_opal_symbols_check(&late, NULL), 0);
	KUNIT_EXPECT_FALSE(test, opalvm_opal_symbol_at(&late, 0xf, &found));
	KUNIT_EXPECT_TRUE(test, opalvm_opal_symbol_at(&late, 0x10, &found));
}

static void hostile_lists_of_symbols_are_refused(struct kunit *test)
{
	static const char *const malformed[] = {
		"x", " ", "0000000000000000", "0000000000000000 T", "0000000000000000 T ",
		"0000000000000000  _start", "000000000000000 T _start",
		"00000000000000000 T _start",
		"000000000000000g T _start", "0x00000000000000 T _start",
		"0000000000000000 1 _start", "0000000000000000 T _st art",
		"0000000000000000 T _start\r", "0000000000000000 T \x80",
		"0000000000000000 T a\n\n0000000000000000 T b",
		"0000000000000000 T a\nb\n0000000000000000 T c",
	};
	struct opal_symbols zero = symbols_of("0000000000000000 T a\0b\n", 23);
	char *text;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(malformed); i++)
		KUNIT_EXPECT_EQ_MSG(test, check_symbols(malformed[i]), -EINVAL, "%s",
				    malformed[i]);
	KUNIT_EXPECT_EQ(test, opalvm_opal_symbols_check(&zero, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_symbols(""), -ENOENT);
	KUNIT_EXPECT_EQ(test, check_symbols("\n\n"), -ENOENT);
	KUNIT_EXPECT_EQ(test, check_symbols("0000000000000008 T a\n0000000000000004 T b"), -EINVAL);
	expect_reason(test, "line 2");
	KUNIT_EXPECT_EQ(test, check_symbols("ffffffffffffffff T a"), -ERANGE);
	KUNIT_EXPECT_EQ(test, check_symbols("0000000000600001 T a"), -ERANGE);

	/* a name of 256 bytes */
	text = kunit_kzalloc(test, 19 + 256 + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, text);
	memcpy(text, "0000000000000000 T ", 19);
	memset(text + 19, 'a', 256);
	KUNIT_EXPECT_EQ(test, check_symbols(text), -EINVAL);
	text[19 + 255] = 0;
	KUNIT_EXPECT_EQ(test, check_symbols(text), 0);
}

static void a_list_of_symbols_that_is_cut_short_does_no_harm(struct kunit *test)
{
	struct opal_symbol found;
	size_t len;
	u64 address;

	for (len = 0; len < strlen(typical_symbols); len++) {
		/* a copy of its own: what is read beyond its end is noticed */
		char *text = kmemdup(typical_symbols, len ?: 1, GFP_KERNEL);
		struct opal_symbols symbols = symbols_of(text, len);

		KUNIT_ASSERT_NOT_NULL(test, text);
		if (!opalvm_opal_symbols_check(&symbols, NULL)) {
			opalvm_opal_symbol_find(&symbols, "_end", &address);
			opalvm_opal_symbol_at(&symbols, 0x20000, &found);
		}
		kfree(text);
	}
}

/*
 * Code, constants, data
 */

static const struct opalvm_extent *extent_at(u64 offset)
{
	return opalvm_map_find_pa(context.map, BASE + offset);
}

static int protect(struct kunit *test, struct opalvm_range *text)
{
	struct opal_symbols symbols = typical(test);

	return opalvm_opal_protect_image(context.map, BASE, &symbols, text, &context.why);
}

static void code_and_data_are_told_apart(struct kunit *test)
{
	static const struct {
		u64 offset;
		bool writable, executable;
	} expected[] = {
		{ 0x0, false, true }, { 0x3760, false, true }, { 0xffff, false, true },
		{ 0x10000, true, false }, { 0x1ffff, true, false },
		{ 0x20000, false, true }, { 0x11ffff, false, true },
		{ 0x120000, false, false }, { 0x1dffff, false, false },
		{ 0x1e0000, true, false }, { 0x5fffff, true, false },
	};
	struct opalvm_range text;
	u32 i;

	KUNIT_ASSERT_EQ(test, add_typical_memory(test), 0);
	KUNIT_ASSERT_EQ(test, protect(test, &text), 0);
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct opalvm_extent *extent = extent_at(expected[i].offset);

		KUNIT_ASSERT_NOT_NULL(test, extent);
		KUNIT_EXPECT_EQ_MSG(test, opalvm_extent_writable(extent), expected[i].writable,
				    "%#llx", expected[i].offset);
		KUNIT_EXPECT_EQ_MSG(test, opalvm_extent_executable(extent), expected[i].executable,
				    "%#llx", expected[i].offset);
		KUNIT_EXPECT_EQ(test, extent->type, expected[i].executable ? 5U : 6U);
	}
	KUNIT_EXPECT_NULL(test, opalvm_map_find_wx(context.map, NULL));
	KUNIT_EXPECT_EQ(test, text.first, BASE + 0x20000);
	KUNIT_EXPECT_EQ(test, text.last, BASE + 0x11ffff);
}

static int protect_with(const char *text)
{
	struct opal_symbols symbols = symbols_of(text, strlen(text));
	struct opalvm_range range;

	return opalvm_opal_symbols_check(&symbols, NULL) ?:
	       opalvm_opal_protect_image(context.map, BASE, &symbols, &range, &context.why);
}

#define HEAD	"0000000000000000 T __head\n0000000000010000 D spira\n"
#define RODATA	"0000000000120000 R __rodata_start\n00000000001d3ac1 R _romem_end\n"

static void an_image_that_cannot_be_protected_is_refused(struct kunit *test)
{
	struct opalvm_range text;

	KUNIT_EXPECT_EQ_MSG(test, protect(test, &text), -ERANGE, "no memory where it should be");
	KUNIT_ASSERT_EQ(test, add_typical_memory(test), 0);
	KUNIT_EXPECT_EQ(test, protect_with(HEAD RODATA), -ENOENT);
	expect_reason(test, "_stext");
	KUNIT_EXPECT_EQ(test, protect_with(HEAD "0000000000021000 T _stext\n"
					   "0000000000110000 T _etext\n" RODATA), -EINVAL);
	KUNIT_EXPECT_EQ(test, protect_with(HEAD "0000000000020000 T _etext\n"
					   "0000000000020000 T _stext\n" RODATA), -EINVAL);
	/* code that reaches into the constants */
	KUNIT_EXPECT_EQ(test, protect_with(HEAD "0000000000020000 T _stext\n"
					   "0000000000120000 R __rodata_start\n"
					   "0000000000120001 T _etext\n"
					   "00000000001d3ac1 R _romem_end\n"), -EINVAL);
	expect_reason(test, "begins in another one");
}

static void larger_pages_are_whole(struct kunit *test)
{
	struct opalvm_map *real;

	KUNIT_ASSERT_EQ(test, add_one(test, 0x60300c0010000, 0x60), 0);
	KUNIT_ASSERT_EQ(test, add_one(test, 0x60300c0011000, 8), 0);
	KUNIT_ASSERT_EQ(test, add_one(test, 0x60300c0012000, 0x100), 0);
	KUNIT_ASSERT_EQ(test, add_one(test, 0x60300c0020000, 0x10000), 0);
	real = opalvm_opal_realise(context.map, 0x10000, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(real));
	KUNIT_EXPECT_EQ(test, real->nr_extents, 2U);
	KUNIT_EXPECT_EQ(test, real->extents[0].va, 0x60300c0010000ULL);
	KUNIT_EXPECT_EQ(test, real->extents[0].pa, 0x60300c0010000ULL);
	KUNIT_EXPECT_EQ(test, real->extents[0].size, 0x10000ULL);
	KUNIT_EXPECT_EQ(test, real->extents[1].size, 0x10000ULL);
	opalvm_map_free(real);
	real = opalvm_opal_realise(context.map, 0x1000, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(real));
	KUNIT_EXPECT_TRUE(test, opalvm_map_same(real, context.map, NULL));
	opalvm_map_free(real);
}

static void what_differs_cannot_share_a_page(struct kunit *test)
{
	struct opalvm_extent extent = {
		.va = BASE, .pa = BASE, .size = 0x1000, .attr = OPALVM_ATTR_WB | OPALVM_ATTR_XP,
	};

	KUNIT_ASSERT_EQ(test, opalvm_map_add(context.map, &extent, NULL), 0);
	extent.va += 0x1000;
	extent.pa += 0x1000;
	extent.attr = OPALVM_ATTR_WB | OPALVM_ATTR_RO;
	KUNIT_ASSERT_EQ(test, opalvm_map_add(context.map, &extent, NULL), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(opalvm_opal_realise(context.map, 0x10000, &context.why)),
			-EINVAL);
	expect_reason(test, "share a page of 64 KiB");
}

/*
 * Shadow text
 */

#define LDCIX		0x7c601eeaU	/* ldcix r3,0,r3 */
#define TRAP_WORD	0x7fe00008U

static void each_form_of_access_is_known(struct kunit *test)
{
	static const u16 opcodes[] = { 789, 821, 853, 885, 917, 949, 981, 1013 };
	u32 i, xo, nr = 0;

	for (xo = 0; xo < 1024; xo++)
		nr += opalvm_opal_is_access(31U << 26 | xo << 1);
	KUNIT_EXPECT_EQ(test, nr, 8U);
	for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
		u32 word = opcodes[i] << 1;

		KUNIT_EXPECT_TRUE(test, opalvm_opal_is_access(31U << 26 | word));
		KUNIT_EXPECT_TRUE(test, opalvm_opal_is_access(31U << 26 | 0x3fff800 | word));
		KUNIT_EXPECT_FALSE(test, opalvm_opal_is_access(31U << 26 | word | 1));
		KUNIT_EXPECT_FALSE(test, opalvm_opal_is_access(30U << 26 | word));
	}
	KUNIT_EXPECT_TRUE(test, opalvm_opal_is_access(LDCIX));
	KUNIT_EXPECT_FALSE(test, opalvm_opal_is_access(TRAP_WORD));
	KUNIT_EXPECT_FALSE(test, opalvm_opal_is_access(0x7c60182aU)); /* ldx r3,0,r3 */
}

static void only_accesses_are_rewritten(struct kunit *test)
{
	static const u32 code[] = { 0x60000000, LDCIX, LDCIX, 0x4e800020 };
	const void *big = big_endian(test, code, sizeof(code));
	__be32 copy[ARRAY_SIZE(code)];
	u32 nr = 0;

	memcpy(copy, big, sizeof(copy));
	KUNIT_EXPECT_EQ_MSG(test, opalvm_opal_shadow_rewrite(copy, sizeof(copy), true), 0U,
			    "read in the wrong order, it is something else");
	KUNIT_EXPECT_EQ(test, memcmp(copy, big, sizeof(copy)), 0);
	KUNIT_EXPECT_EQ(test, opalvm_opal_shadow_rewrite(copy, sizeof(copy), false), 2U);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(copy[0]), 0x60000000U);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(copy[1]), TRAP_WORD);
	KUNIT_EXPECT_EQ(test, be32_to_cpu(copy[3]), 0x4e800020U);
	KUNIT_EXPECT_EQ(test, opalvm_opal_shadow_check(copy, big, sizeof(copy), false, 0, &nr,
						       NULL), 0);
	KUNIT_EXPECT_EQ(test, nr, 2U);
}

static void each_other_difference_is_found(struct kunit *test)
{
	static const u32 code[] = { 0x60000000, LDCIX, TRAP_WORD, 0 };
	const void *big = big_endian(test, code, sizeof(code));
	u8 copy[sizeof(code)];
	u32 nr = 0, i;

	memcpy(copy, big, sizeof(copy));
	KUNIT_EXPECT_EQ_MSG(test,
			    opalvm_opal_shadow_check(copy, big, sizeof(copy), false, 0x1000, &nr,
						     &context.why),
			    -EUCLEAN, "an access was left");
	expect_reason(test, "0x1004");
	opalvm_opal_shadow_rewrite(copy, sizeof(copy), false);
	for (i = 0; i < sizeof(copy) * 8; i++) {
		copy[i / 8] ^= BIT(i % 8);
		KUNIT_EXPECT_EQ_MSG(test,
				    opalvm_opal_shadow_check(copy, big, sizeof(copy), false, 0, &nr,
							     NULL),
				    -EUCLEAN, "bit %u", i);
		copy[i / 8] ^= BIT(i % 8);
	}
	/* a trap in place of something else */
	memcpy(copy, copy + 8, 4);
	KUNIT_EXPECT_EQ(test, opalvm_opal_shadow_check(copy, big, sizeof(copy), false, 0, &nr,
						       NULL), -EUCLEAN);
}

#define TEXT_PAGES	((OPAL_CHUNK_SIZE + PAGE_SIZE) / PAGE_SIZE)

static void a_copy_takes_the_place_of_the_code(struct kunit *test)
{
	size_t size = TEXT_PAGES * PAGE_SIZE;
	u8 *live = alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO);
	struct opalvm_extent extent = {
		.va = 0x100000, .size = size, .attr = OPALVM_ATTR_WB | OPALVM_ATTR_RO,
	};
	struct opalvm_range text;
	struct opal_shadow shadow;
	u32 i, nr_here = 0;

	KUNIT_ASSERT_NOT_NULL(test, live);
	*(__be32 *)(live + 16) = cpu_to_be32(LDCIX);
	*(__be32 *)(live + size - 4) = cpu_to_be32(LDCIX);
	extent.pa = virt_to_phys(live);
	text = (struct opalvm_range) { extent.pa, extent.pa + size - 1 };
	KUNIT_EXPECT_EQ(test, opalvm_map_add(context.map, &extent, NULL), 0);
	if (opalvm_opal_shadow_make(&shadow, context.map, &text, false, &context.why)) {
		KUNIT_FAIL(test, "%s", context.why.text);
		goto out;
	}
	KUNIT_EXPECT_EQ(test, shadow.nr_accesses, 2U);
	KUNIT_EXPECT_EQ(test, shadow.nr_chunks, context.map->nr_extents);
	for (i = 0; i < context.map->nr_extents; i++) {
		const struct opalvm_extent *piece = &context.map->extents[i];
		const u8 *copy = phys_to_virt(piece->pa);
		u64 offset = piece->va - extent.va;

		nr_here += piece->pa >= text.first && piece->pa <= text.last;
		KUNIT_EXPECT_EQ(test, opalvm_opal_shadow_check(copy, live + offset, piece->size,
							       false, 0, &shadow.nr_accesses,
							       NULL), 0);
	}
	KUNIT_EXPECT_EQ_MSG(test, nr_here, 0U, "extents that still have the firmware's own code");
	KUNIT_EXPECT_EQ_MSG(test, be32_to_cpup((__be32 *)(live + 16)), LDCIX, "live code changed");
	opalvm_opal_shadow_free(&shadow);
	KUNIT_EXPECT_NULL(test, shadow.chunks);
out:
	free_pages_exact(live, size);
}

static void writable_code_has_no_copy(struct kunit *test)
{
	struct opalvm_extent extent = {
		.va = 0x100000, .pa = 0x100000, .size = 0x10000, .attr = OPALVM_ATTR_WB,
	};
	const struct opalvm_range text = { 0x100000, 0x10ffff }, elsewhere = { 0, 0xffff };
	struct opal_shadow shadow;

	KUNIT_ASSERT_EQ(test, opalvm_map_add(context.map, &extent, NULL), 0);
	KUNIT_EXPECT_EQ(test, opalvm_opal_shadow_make(&shadow, context.map, &text, false, NULL),
			-EINVAL);
	KUNIT_EXPECT_NULL(test, shadow.chunks);
	KUNIT_EXPECT_EQ(test,
			opalvm_opal_shadow_make(&shadow, context.map, &elsewhere, false, NULL),
			-ENOENT);
}

/*
 * The table of calls
 */

static void each_service_has_one_token(struct kunit *test)
{
	u64 seen = 0;
	u32 i;

	KUNIT_EXPECT_LE(test, (u32)OPALVM_OPAL_NR_SERVICES, (u32)OPALVM_MAX_SERVICES);
	for (i = 0; i <= OPALVM_OPAL_LAST_TOKEN; i++) {
		const struct opalvm_opal_token *row = &opalvm_opal_tokens[i];
		const struct opalvm_service *service = &opalvm_opal_services[row->service];

		if (row->verdict != OPALVM_OPAL_ALLOWED && row->verdict != OPALVM_OPAL_V4)
			continue;
		KUNIT_EXPECT_FALSE_MSG(test, seen & BIT_ULL(row->service), "%s", row->name);
		seen |= BIT_ULL(row->service);
		KUNIT_EXPECT_EQ_MSG(test, service->token, i, "%s", row->name);
		KUNIT_ASSERT_NOT_NULL(test, service->name);
		KUNIT_EXPECT_STREQ(test, service->name + strlen("OPAL_"), row->name);
	}
	KUNIT_EXPECT_EQ(test, seen, GENMASK_ULL(OPALVM_OPAL_NR_SERVICES - 1, 0));
}

static void each_token_has_one_row(struct kunit *test)
{
	enum opalvm_opal_service service;
	u32 i, k;

	for (i = 0; i <= OPALVM_OPAL_LAST_TOKEN; i++) {
		const struct opalvm_opal_token *row = &opalvm_opal_tokens[i];
		bool allowed = row->verdict == OPALVM_OPAL_ALLOWED ||
			       row->verdict == OPALVM_OPAL_V4;

		if (i >= 46 && i <= 48) {
			KUNIT_EXPECT_NULL(test, row->name);
			KUNIT_EXPECT_EQ(test, opalvm_opal_token_service(i, &service, NULL),
					-EINVAL);
			continue;
		}
		KUNIT_ASSERT_TRUE_MSG(test, row->name, "token %u", i);
		KUNIT_EXPECT_NE(test, (int)row->verdict, (int)OPALVM_OPAL_UNKNOWN);
		KUNIT_EXPECT_EQ_MSG(test, !row->why, allowed, "%s", row->name);
		KUNIT_EXPECT_EQ_MSG(test, opalvm_opal_token_service(i, &service, NULL),
				    allowed ? 0 : -EPERM, "%s", row->name);
		for (k = 0; k < i; k++)
			KUNIT_EXPECT_TRUE_MSG(test, !opalvm_opal_tokens[k].name ||
					      strcmp(opalvm_opal_tokens[k].name, row->name),
					      "%s", row->name);
	}
	KUNIT_EXPECT_EQ(test, opalvm_opal_token_service(OPALVM_OPAL_LAST_TOKEN + 1, &service,
							NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, opalvm_opal_token_service(U32_MAX, &service, NULL), -EINVAL);
}

static void what_would_hurt_is_refused(struct kunit *test)
{
	/* power down and reboot, start, return and reset CPUs, SLW, HMI, quiesce, messages */
	static const u32 tokens[] = { 5, 6, 116, 41, 69, 70, 145, 100, 98, 166, 158, 85 };
	enum opalvm_opal_service service;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(tokens); i++)
		KUNIT_EXPECT_EQ_MSG(test, opalvm_opal_token_service(tokens[i], &service,
								    &context.why),
				    -EPERM, "token %u", tokens[i]);
	expect_reason(test, "OPAL_GET_MSG");
}

/* An abandoned call leaves locks behind that any other one can need. */
static void an_abnormal_end_spoils_everything(struct kunit *test)
{
	u64 all = GENMASK_ULL(OPALVM_OPAL_NR_SERVICES - 1, 0);
	u32 i;

	for (i = 0; i < OPALVM_OPAL_NR_SERVICES; i++) {
		const struct opalvm_service *service = &opalvm_opal_services[i];

		KUNIT_EXPECT_EQ_MSG(test, service->spoils, all, "%s", service->name);
		KUNIT_EXPECT_EQ_MSG(test, service->spoils_for_good, all, "%s", service->name);
		KUNIT_EXPECT_TRUE(test, service->not_while & BIT_ULL(i));
	}
}

/* Unless the firmware is told that the call is over. */
static void a_firmware_that_is_told_spoils_one_service(struct kunit *test)
{
	static struct opalvm_service services[OPALVM_OPAL_NR_SERVICES];
	u32 i;

	opalvm_opal_v4_services(services);
	for (i = 0; i < OPALVM_OPAL_NR_SERVICES; i++) {
		KUNIT_EXPECT_STREQ(test, services[i].name, opalvm_opal_services[i].name);
		KUNIT_EXPECT_EQ(test, services[i].token, opalvm_opal_services[i].token);
		KUNIT_EXPECT_EQ(test, services[i].flags, opalvm_opal_services[i].flags);
		KUNIT_EXPECT_EQ(test, services[i].spoils, BIT_ULL(i));
		KUNIT_EXPECT_EQ(test, services[i].spoils_for_good, 0ULL);
	}
}

static void times_are_decimal_digits(struct kunit *test)
{
	static const struct rtc_time time = {
		.tm_year = 126, .tm_mon = 10, .tm_mday = 21,
		.tm_hour = 23, .tm_min = 59, .tm_sec = 58, .tm_wday = -1,
	};
	struct rtc_time back;
	u32 ymd;
	u64 hmsm;

	opalvm_opal_encode_time(&time, &ymd, &hmsm);
	KUNIT_EXPECT_EQ(test, ymd, 0x20261121U);
	KUNIT_EXPECT_EQ(test, hmsm, 0x2359580000000000ULL);
	opalvm_opal_decode_time(ymd, hmsm, &back);
	KUNIT_EXPECT_EQ(test, memcmp(&back, &time, sizeof(back)), 0);
	opalvm_opal_decode_time(0, 0, &back);
	KUNIT_EXPECT_NE_MSG(test, rtc_valid_tm(&back), 0, "no such day");
	opalvm_opal_decode_time(U32_MAX, U64_MAX, &back);
	KUNIT_EXPECT_NE(test, rtc_valid_tm(&back), 0);
}

static void return_values_are_errors(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, opalvm_opal_errno(OPALVM_OPAL_SUCCESS), 0);
	KUNIT_EXPECT_EQ(test, opalvm_opal_errno(OPALVM_OPAL_PARAMETER), -EINVAL);
	KUNIT_EXPECT_EQ(test, opalvm_opal_errno(OPALVM_OPAL_BUSY_EVENT), -EBUSY);
	KUNIT_EXPECT_EQ(test, opalvm_opal_errno(OPALVM_OPAL_HARDWARE), -EIO);
	KUNIT_EXPECT_EQ(test, opalvm_opal_errno(OPALVM_OPAL_UNSUPPORTED), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ_MSG(test, opalvm_opal_errno(1), -EIO, "no error, and no success");
	KUNIT_EXPECT_EQ(test, opalvm_opal_errno(S64_MIN), -EIO);
}

/*
 * What a firmware exports
 */

static int to_extent(u64 address, u64 length, u64 pa, u64 flags, u64 from,
		     struct opalvm_extent *extent)
{
	const struct opal_vm_area area = {
		.address = cpu_to_be64(address),
		.length = cpu_to_be64(length),
		.pa = cpu_to_be64(pa),
		.vm_flags = cpu_to_be64(flags),
	};

	return opalvm_opal_area_extent(&area, from, extent, &context.why);
}

static void an_area_is_an_extent(struct kunit *test)
{
	static const struct {
		u64 flags;
		u64 attr;
		u32 type;
	} kinds[] = {
		{ 1, OPALVM_ATTR_WB | OPALVM_ATTR_RO | OPALVM_ATTR_XP, 6 },
		{ 1 | 2, OPALVM_ATTR_WB | OPALVM_ATTR_XP, 6 },
		{ 1 | 4, OPALVM_ATTR_WB | OPALVM_ATTR_RO, 5 },
		{ 1 | 8, OPALVM_ATTR_UC | OPALVM_ATTR_RO | OPALVM_ATTR_XP, 11 },
		{ 1 | 2 | 8, OPALVM_ATTR_UC | OPALVM_ATTR_XP, 11 },
	};
	const u64 pa = 0x603fc00000000ULL, va = pa | BIT_ULL(51), last = BIT_ULL(52) - 0x10000;
	struct opalvm_extent extent;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		KUNIT_ASSERT_EQ(test, to_extent(va, 0x20000, pa, kinds[i].flags, va, &extent), 0);
		KUNIT_EXPECT_EQ(test, extent.va, va);
		KUNIT_EXPECT_EQ(test, extent.pa, pa);
		KUNIT_EXPECT_EQ(test, extent.size, 0x20000ULL);
		KUNIT_EXPECT_EQ_MSG(test, extent.attr, kinds[i].attr | OPALVM_ATTR_RUNTIME,
				    "flags %#llx", kinds[i].flags);
		KUNIT_EXPECT_EQ(test, extent.type, kinds[i].type);
	}
	KUNIT_EXPECT_EQ(test, to_extent(last, 0x10000, last, 1, 0, &extent), 0);
}

static void an_area_that_cannot_be_is_refused(struct kunit *test)
{
	static const struct {
		u64 address;
		u64 length;
		u64 pa;
		u64 flags;
		const char *words;
	} areas[] = {
		{ BASE, 0, BASE, 1, "empty" },
		{ BASE + 0x1000, 0x10000, BASE, 1, "64 KiB" },
		{ BASE, 0x11000, BASE, 1, "64 KiB" },
		{ BASE, 0x10000, BASE + 0x1000, 1, "64 KiB" },
		{ BASE, 0x10000, BASE + 1, 1, "64 KiB" },
		{ BIT_ULL(52), 0x10000, BASE, 1, "2^52" },
		{ BIT_ULL(52) - 0x10000, 0x20000, BASE, 1, "2^52" },
		{ BASE, 0x20000, BIT_ULL(52) - 0x10000, 1, "2^52" },
		{ BASE, -0x10000ULL, BASE, 1, "2^52" },
		{ -0x10000ULL, 0x10000, BASE, 1, "2^52" },
		{ BASE, 0x10000, -0x10000ULL, 1, "2^52" },
		{ BASE - 0x10000, 0x20000, BASE, 1, "before" },
		{ BASE, 0x10000, BASE, 1 | 16, "unknown" },
		{ BASE, 0x10000, BASE, 1 | BIT_ULL(63), "unknown" },
		{ BASE, 0x10000, BASE, 0, "readable" },
		{ BASE, 0x10000, BASE, 4, "readable" },
		{ BASE, 0x10000, BASE, 1 | 2 | 4, "writable" },
		{ BASE, 0x10000, BASE, 1 | 4 | 8, "device" },
	};
	struct opalvm_extent extent;
	u32 i;

	KUNIT_EXPECT_EQ(test, to_extent(BASE, 0x10000, BASE, 1, BASE, &extent), 0);
	for (i = 0; i < ARRAY_SIZE(areas); i++) {
		KUNIT_EXPECT_EQ_MSG(test, to_extent(areas[i].address, areas[i].length, areas[i].pa,
						    areas[i].flags, BASE, &extent),
				    -EINVAL, "area %u", i);
		expect_reason(test, areas[i].words);
	}
}

/* as qemu's powernv9 has it with 2 GiB, and a chip of more */
static const u32 all_memory[] = { 0, 0, 0, 0x80000000, 0x2000, 0, 1, 0 };

static struct opal_memory memory_of(struct kunit *test)
{
	struct opal_cells all = cells_of(test, all_memory, sizeof(all_memory));
	struct opal_cells reserved = cells_of(test, reserved_ranges, sizeof(reserved_ranges));
	struct opal_memory memory = {
		.all = opalvm_map_alloc(OPALVM_FW_OPAL, 8),
		.reserved = opalvm_map_alloc(OPALVM_FW_OPAL, 8),
	};

	if (!memory.all || !memory.reserved ||
	    opalvm_opal_add_ranges(memory.all, &all, "memory@0", NULL) ||
	    opalvm_opal_add_ranges(memory.reserved, &reserved, "reserved-ranges", NULL))
		KUNIT_FAIL(test, "no lists of memory");
	return memory;
}

static void the_firmware_may_map_its_own_memory_and_devices(struct kunit *test)
{
	static const struct {
		u64 pa;
		u64 size;
		u64 flags;
		int err;
	} cases[] = {
		/* reserved: whole, a part, two that adjoin, one that is in no list of memory */
		{ 0x30000000, 0x600000, 1 | 2, 0 },
		{ 0x30010000, 0x10000, 1 | 4, 0 },
		{ 0x305f0000, 0x20000, 1, 0 },
		{ 0x203fff800000, 0x10000, 1 | 2, 0 },
		/* of the kernel, or in part; what is behind it; all of it and more */
		{ 0, 0x10000, 1, -EPERM },
		{ 0x2fff0000, 0x20000, 1, -EPERM },
		{ 0x30ff0000, 0x20000, 1, -EPERM },
		{ 0x7fff0000, 0x20000, 1 | 8, -EPERM },
		{ 0x200080000000, 0x10000, 1, -EPERM },
		{ 0x1fffffff0000, 0x200000000, 1 | 8, -EPERM },
		/* registers, up to memory and behind it */
		{ 0x603fc00000000, 0x10000, 1 | 2 | 8, 0 },
		{ 0x80000000, 0x10000, 1 | 2 | 8, 0 },
		{ 0x1fffffff0000, 0x10000, 1 | 8, 0 },
		/* one as the other */
		{ 0x30000000, 0x10000, 1 | 8, -EINVAL },
		{ 0x603fc00000000, 0x10000, 1 | 2, -EINVAL },
		{ 0x80000000, 0x10000, 1 | 4, -EINVAL },
	};
	struct opal_memory memory = memory_of(test);
	struct opalvm_extent extent;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		KUNIT_ASSERT_EQ(test, to_extent(BIT_ULL(50), cases[i].size, cases[i].pa,
						cases[i].flags, 0, &extent), 0);
		KUNIT_EXPECT_EQ_MSG(test, opalvm_opal_may_map(&memory, &extent, &context.why),
				    cases[i].err, "case %u", i);
	}
	opalvm_map_free(memory.all);
	opalvm_map_free(memory.reserved);
}

static struct kunit_case opal_cases[] = {
	KUNIT_CASE(memory_is_what_the_firmware_uses_itself),
	KUNIT_CASE(a_list_that_is_missing_or_cut_short_is_refused),
	KUNIT_CASE(a_range_without_a_name_is_refused),
	KUNIT_CASE(absurd_ranges_are_refused),
	KUNIT_CASE(absurd_cells_are_refused),
	KUNIT_CASE(a_list_without_end_is_refused),
	KUNIT_CASE(registers_are_whole_uncached_pages),
	KUNIT_CASE(what_is_behind_a_bus_is_found),
	KUNIT_CASE(what_is_not_on_the_bus_is_refused),
	KUNIT_CASE(symbols_are_found_by_name),
	KUNIT_CASE(symbols_are_found_by_address),
	KUNIT_CASE(hostile_lists_of_symbols_are_refused),
	KUNIT_CASE(a_list_of_symbols_that_is_cut_short_does_no_harm),
	KUNIT_CASE(code_and_data_are_told_apart),
	KUNIT_CASE(an_image_that_cannot_be_protected_is_refused),
	KUNIT_CASE(an_area_is_an_extent),
	KUNIT_CASE(an_area_that_cannot_be_is_refused),
	KUNIT_CASE(the_firmware_may_map_its_own_memory_and_devices),
	KUNIT_CASE(larger_pages_are_whole),
	KUNIT_CASE(what_differs_cannot_share_a_page),
	KUNIT_CASE(each_form_of_access_is_known),
	KUNIT_CASE(only_accesses_are_rewritten),
	KUNIT_CASE(each_other_difference_is_found),
	KUNIT_CASE(a_copy_takes_the_place_of_the_code),
	KUNIT_CASE(writable_code_has_no_copy),
	KUNIT_CASE(each_service_has_one_token),
	KUNIT_CASE(each_token_has_one_row),
	KUNIT_CASE(what_would_hurt_is_refused),
	KUNIT_CASE(an_abnormal_end_spoils_everything),
	KUNIT_CASE(a_firmware_that_is_told_spoils_one_service),
	KUNIT_CASE(times_are_decimal_digits),
	KUNIT_CASE(return_values_are_errors),
	{}
};

struct kunit_suite opalvm_opal_suite = {
	.name = "opalvm_opal",
	.init = opal_test_init,
	.exit = opal_test_exit,
	.test_cases = opal_cases,
};
