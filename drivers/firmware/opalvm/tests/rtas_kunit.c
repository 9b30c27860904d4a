// SPDX-License-Identifier: GPL-2.0
/*
 * What a device tree tells of RTAS is checked before it is believed; which calls
 * are services, and what goes into an argument buffer.
 */
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "provider/rtas.h"
#include "service/rtas.h"
#include "suites.h"

/*
 * The device tree
 */

static void a_cell_has_four_bytes(struct kunit *test)
{
	static const u8 value[] = { 0xff, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 0 };
	struct opalvm_why why = {};
	u32 cell = 1;

	KUNIT_EXPECT_EQ(test, opalvm_rtas_read_cell(value + 1, 4, "x", &cell, &why), 0);
	KUNIT_EXPECT_EQ(test, cell, 0x12345678U);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_read_cell(NULL, 0, "rtas-size", &cell, &why), -ENODEV);
	KUNIT_EXPECT_TRUE(test, strstr(why.text, "rtas-size"));
	KUNIT_EXPECT_EQ(test, opalvm_rtas_read_cell(value, 0, "x", &cell, &why), -ENODEV);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_read_cell(value, 3, "x", &cell, &why), -ENODEV);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_read_cell(value, 8, "x", &cell, &why), -ENODEV);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_read_cell(value, -1, "x", &cell, &why), -ENODEV);
	KUNIT_EXPECT_EQ(test, cell, 0x12345678U);
}

static int check_site(u32 base, u32 entry, u32 size)
{
	const struct rtas_site site = { .base = base, .entry = entry, .size = size };

	return opalvm_rtas_site_check(&site, NULL);
}

static void sites_that_can_be_are_accepted(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, check_site(0x2fff0000, 0x2fff0000, 0x83c), 0);
	KUNIT_EXPECT_EQ(test, check_site(0x2fff0000, 0x2fff0000, 20), 0);
	KUNIT_EXPECT_EQ(test, check_site(0x2fff0000, 0x2fff0004, 24), 0);
	/* up to the last byte that a cell can name */
	KUNIT_EXPECT_EQ(test, check_site(0xfffff000, 0xffffffec, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, check_site(0x10000000, 0x10000000, SZ_64M), 0);
}

static void absurd_sites_are_refused(struct kunit *test)
{
	static const struct rtas_site absurd[] = {
		{ 0, 0, 0 },
		{ 0, 0, 0x83c },
		{ 0x2fff0000, 0x2fff0000, 0 },
		{ 0x2fff0000, 0x2fff0000, 19 },
		{ 0x2fff0000, 0x2fff0000, U32_MAX },
		{ 0x2fff0000, 0x2fff0000, SZ_64M + 1 },
		/* base and size wrap around */
		{ 0xfffff000, 0xfffff000, SZ_4K + 1 },
		{ U32_MAX, U32_MAX, 20 },
		/* the entry point is outside, or some of its code is */
		{ 0x2fff0000, 0x2ffeffff, 0x83c },
		{ 0x2fff0000, 0, 0x83c },
		{ 0x2fff0000, U32_MAX, 0x83c },
		{ 0x2fff0000, 0x2fff083c, 0x83c },
		{ 0x2fff0000, 0x2fff082c, 0x83c },
		{ 0x2fff0000, 0x2fff0004, 20 },
		/* no instruction is there */
		{ 0x2fff0000, 0x2fff0001, 0x83c },
		{ 0x2fff0002, 0x2fff0002, 0x83c },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(absurd); i++) {
		struct opalvm_why why = {};

		KUNIT_EXPECT_EQ_MSG(test, opalvm_rtas_site_check(&absurd[i], &why), -ENODEV,
				    "%u", i);
		KUNIT_EXPECT_NE(test, why.text[0], '\0');
	}
}

static void only_the_shim_is_hosted(struct kunit *test)
{
	static const u32 shim[RTAS_SHIM_LEN] = {
		0x7c641b78, 0x3c600000, 0x6063f000, 0x44000022, 0x4e800020,
	};
	struct opalvm_why why = {};
	__be32 code[RTAS_SHIM_LEN];
	unsigned int i, bit;

	for (i = 0; i < RTAS_SHIM_LEN; i++)
		code[i] = cpu_to_be32(shim[i]);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_shim_check(code, &why), 0);
	for (i = 0; i < RTAS_SHIM_LEN; i++) {
		for (bit = 0; bit < 32; bit++) {
			code[i] = cpu_to_be32(shim[i] ^ BIT(bit));
			KUNIT_EXPECT_EQ(test, opalvm_rtas_shim_check(code, &why), -ENODEV);
		}
		code[i] = cpu_to_be32(shim[i]);
	}
	KUNIT_EXPECT_TRUE(test, strstr(why.text, "real mode"));
	KUNIT_EXPECT_LT(test, strlen(why.text), sizeof(why.text) - 1);
	for (i = 0; i < RTAS_SHIM_LEN; i++)
		code[i] = cpu_to_be32(swab32(shim[i]));
	KUNIT_EXPECT_EQ(test, opalvm_rtas_shim_check(code, NULL), -ENODEV);
	memset(code, 0, sizeof(code));
	KUNIT_EXPECT_EQ(test, opalvm_rtas_shim_check(code, NULL), -ENODEV);
}

/*
 * The map
 */

/* the kernel's memory begins there */
#define RAM	0x30000000ULL

static bool is_ram(u64 pa, u64 size)
{
	return pa + size > RAM;
}

static const struct opalvm_limits limits = {
	.max_extents = 16,
	.nr_va = 1,
	.va = { { SZ_64K, BIT_ULL(52) - 1 } },
	.pa_last = BIT_ULL(52) - 1,
	.granule = SZ_4K,
	.max_size = SZ_1G,
	.is_ram = is_ram,
};

static struct opalvm_map *make(u32 base, u32 size, u64 granule)
{
	const struct rtas_site site = { .base = base, .entry = base, .size = size };

	return opalvm_rtas_map_make(&site, granule, NULL);
}

static int make_and_seal(u32 base, u32 size, u64 granule)
{
	struct opalvm_map *map = make(base, size, granule);
	int err;

	if (IS_ERR(map))
		return PTR_ERR(map);
	err = opalvm_map_seal(map, &limits, NULL);
	opalvm_map_free(map);
	return err;
}

static void the_map_is_code_at_its_address(struct kunit *test)
{
	struct opalvm_map *map = make(0x2fff0100, 0x83c, SZ_4K);
	const struct opalvm_extent *extent;

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_EXPECT_EQ(test, opalvm_map_seal(map, &limits, NULL), 0);
	KUNIT_EXPECT_EQ(test, map->firmware, (u32)OPALVM_FW_RTAS);
	KUNIT_EXPECT_EQ(test, (int)map->origin, (int)OPALVM_ORIGIN_FIRMWARE);
	KUNIT_EXPECT_EQ(test, map->placement, (u32)OPALVM_PLACEMENT_IDENTITY);
	KUNIT_EXPECT_EQ(test, opalvm_map_entry(map, OPALVM_ENTRY_ID_COMMON), 0x2fff0100ULL);
	KUNIT_ASSERT_EQ(test, map->nr_extents, 1U);
	extent = &map->extents[0];
	KUNIT_EXPECT_EQ(test, extent->va, 0x2fff0000ULL);
	KUNIT_EXPECT_EQ(test, extent->pa, 0x2fff0000ULL);
	KUNIT_EXPECT_EQ(test, extent->size, (u64)SZ_4K);
	KUNIT_EXPECT_TRUE(test, opalvm_extent_executable(extent));
	KUNIT_EXPECT_FALSE(test, opalvm_extent_writable(extent));
	KUNIT_EXPECT_EQ(test, opalvm_extent_cache(extent), OPALVM_CACHE_WB);
	opalvm_map_free(map);
}

static void pages_are_whole_and_the_firmwares(struct kunit *test)
{
	struct opalvm_map *map = make(0x2fff0ff0, 0x1000, SZ_4K);

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_EXPECT_EQ(test, map->extents[0].size, (u64)2 * SZ_4K);
	opalvm_map_free(map);

	map = make(0x2ffef000, 0x83c, SZ_64K);
	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_EXPECT_EQ(test, map->extents[0].va, 0x2ffe0000ULL);
	KUNIT_EXPECT_EQ(test, map->extents[0].size, (u64)SZ_64K);
	opalvm_map_free(map);

	KUNIT_EXPECT_EQ(test, make_and_seal(RAM - SZ_4K, 0x83c, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, make_and_seal(RAM - SZ_4K, 0x83c, SZ_64K), 0);
	/* what is rounded up is the kernel's */
	KUNIT_EXPECT_EQ(test, make_and_seal(RAM - SZ_4K, SZ_4K + 1, SZ_4K), -ERANGE);
	KUNIT_EXPECT_EQ(test, make_and_seal(RAM - SZ_4K, SZ_4K + 1, SZ_64K), -ERANGE);
	/* all of it is */
	KUNIT_EXPECT_EQ(test, make_and_seal(RAM + SZ_1M, 0x83c, SZ_4K), -ERANGE);
	/* where a null pointer leads */
	KUNIT_EXPECT_EQ(test, make_and_seal(SZ_4K, 0x83c, SZ_4K), -ERANGE);
	/* the last page that a cell can name is rounded to 4 GiB, and no farther */
	map = make(0xfffff000, SZ_4K, SZ_64K);
	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_EXPECT_EQ(test, map->extents[0].va + map->extents[0].size, SZ_4G);
	opalvm_map_free(map);
}

static int check_offer(struct opalvm_map *map, const struct opalvm_map *own)
{
	int err = opalvm_rtas_check_offer(map, own, &limits, NULL);

	opalvm_map_free(map);
	return err;
}

static void offers_of_another_boot_are_refused(struct kunit *test)
{
	struct opalvm_map *own = make(0x2fff0000, 0x83c, SZ_4K);
	struct opalvm_map *map;
	struct opalvm_extent extent;

	KUNIT_ASSERT_FALSE(test, IS_ERR(own));
	KUNIT_ASSERT_EQ(test, opalvm_map_seal(own, &limits, NULL), 0);
	extent = own->extents[0];

	KUNIT_EXPECT_EQ(test, check_offer(make(0x2fff0000, 0x83c, SZ_4K), own), 0);
	KUNIT_EXPECT_EQ(test, check_offer(make(0x2ffe0000, 0x83c, SZ_4K), own), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_offer(make(0x2fff0000, SZ_4K + 1, SZ_4K), own), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_offer(make(0x2fff0010, 0x83c, SZ_4K), own), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_offer(make(RAM, 0x83c, SZ_4K), own), -ERANGE);

	/* writable */
	map = make(0x2fff0000, 0x83c, SZ_4K);
	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	map->extents[0].attr &= ~OPALVM_ATTR_RO;
	KUNIT_EXPECT_EQ(test, check_offer(map, own), -EINVAL);

	/* the same memory at another address */
	map = make(0x2fff0000, 0x83c, SZ_4K);
	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	map->extents[0].va += SZ_1M;
	KUNIT_EXPECT_EQ(test, check_offer(map, own), -EINVAL);

	/* more than one extent, and more than one entry point */
	map = opalvm_map_alloc(OPALVM_FW_RTAS, 2);
	KUNIT_ASSERT_TRUE(test, map);
	KUNIT_EXPECT_EQ(test, opalvm_map_add(map, &extent, NULL), 0);
	extent.va -= SZ_64K;
	extent.pa -= SZ_64K;
	KUNIT_EXPECT_EQ(test, opalvm_map_add(map, &extent, NULL), 0);
	KUNIT_EXPECT_EQ(test, check_offer(map, own), -EINVAL);
	map = make(0x2fff0000, 0x83c, SZ_4K);
	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_EXPECT_EQ(test, opalvm_map_add_entry(map, 1, OPALVM_ENTRY_PA, 0x2fff0000, NULL), 0);
	KUNIT_EXPECT_EQ(test, check_offer(map, own), -EINVAL);

	/* no entry point at all */
	map = make(0x2fff0000, 0x83c, SZ_4K);
	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	map->nr_entries = 0;
	KUNIT_EXPECT_EQ(test, check_offer(map, own), -EINVAL);
	opalvm_map_free(own);
}

/*
 * The table of services
 */

static void properties_that_are_calls_are_found(struct kunit *test)
{
	static const char *const calls[] = {
		"get-time-of-day", "ibm,get-system-parameter", "nvram-fetch", "quiesce",
		"ibm,query-interrupt-source-number", "some-call-that-is-new",
	};
	static const char *const others[] = {
		"rtas-size", "rtas-version", "linux,rtas-base", "linux,rtas-entry",
		"linux,phandle", "phandle", "ibm,associativity-reference-points",
		"rtas-error-log-max", "rtas-event-scan-rate", "rtas-display-device", "name",
		"#size-cells", "#address-cells", "", ".", "..", "a/b", "../x", "a b", "a\nb",
		"a-name-of-forty-eight-bytes-with-its-nul-at-end-x",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		KUNIT_EXPECT_TRUE_MSG(test, opalvm_rtas_is_call(calls[i], 4), "%s", calls[i]);
		KUNIT_EXPECT_FALSE(test, opalvm_rtas_is_call(calls[i], 0));
		KUNIT_EXPECT_FALSE(test, opalvm_rtas_is_call(calls[i], 3));
		KUNIT_EXPECT_FALSE(test, opalvm_rtas_is_call(calls[i], 8));
		KUNIT_EXPECT_FALSE(test, opalvm_rtas_is_call(calls[i], -4));
	}
	for (i = 0; i < ARRAY_SIZE(others); i++)
		KUNIT_EXPECT_FALSE_MSG(test, opalvm_rtas_is_call(others[i], 4), "%s", others[i]);
}

static void what_is_not_safe_is_refused(struct kunit *test)
{
	static const char *const unsafe[] = {
		"power-off", "ibm,power-off-ups", "system-reboot", "ibm,suspend-me", "ibm,os-term",
		"ibm,update-flash-64-and-reboot", "start-cpu", "stop-self", "freeze-time-base",
		"thaw-time-base", "rtas-last-error", "check-exception", "event-scan",
		"ibm,nmi-register", "ibm,nmi-interlock", "ibm,configure-connector", "ibm,errinjct",
		"ibm,set-xive", "ibm,int-off", "ibm,write-pci-config", "write-pci-config",
		"ibm,configure-kernel-dump", "quiesce", "some-call-that-is-new",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(unsafe); i++)
		KUNIT_EXPECT_TRUE_MSG(test, opalvm_rtas_find_rule(unsafe[i])->why, "%s", unsafe[i]);
	KUNIT_EXPECT_FALSE(test, opalvm_rtas_find_rule("get-time-of-day")->why);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_find_rule("get-time-of-day")->buffer, OPALVM_ARG_VALUE);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_find_rule("nvram-fetch")->buffer, OPALVM_ARG_OUT);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_find_rule("nvram-store")->buffer, OPALVM_ARG_IN);
}

static struct opalvm_rtas_table *table_alloc(struct kunit *test)
{
	struct opalvm_rtas_table *table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);

	KUNIT_ASSERT_TRUE(test, table);
	return table;
}

static void the_table_does_not_depend_on_the_order(struct kunit *test)
{
	static const struct {
		const char *name;
		u32 token;
	} calls[] = {
		{ "get-time-of-day", 0x2001 }, { "nvram-fetch", 0x2012 }, { "power-off", 3 },
		{ "display-character", 0x2012 }, { "set-time-of-day", U32_MAX },
	};
	struct opalvm_rtas_table *table = table_alloc(test), *other = table_alloc(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		opalvm_rtas_table_add(table, calls[i].name, calls[i].token);
		opalvm_rtas_table_add(other, calls[ARRAY_SIZE(calls) - 1 - i].name,
				      calls[ARRAY_SIZE(calls) - 1 - i].token);
	}
	opalvm_rtas_table_finish(table);
	opalvm_rtas_table_finish(other);
	KUNIT_ASSERT_EQ(test, table->nr, (u32)ARRAY_SIZE(calls));
	KUNIT_ASSERT_EQ(test, other->nr, table->nr);
	for (i = 0; i < table->nr; i++) {
		KUNIT_EXPECT_STREQ(test, table->services[i].name, other->services[i].name);
		KUNIT_EXPECT_EQ(test, table->services[i].token, other->services[i].token);
		KUNIT_EXPECT_EQ(test, table->services[i].not_while, 0x1fULL);
		KUNIT_EXPECT_EQ(test, table->services[i].spoils, BIT_ULL(i));
	}
	KUNIT_EXPECT_STREQ(test, table->services[0].name, "power-off");
	KUNIT_EXPECT_EQ(test, table->services[0].flags, (u32)OPALVM_SERVICE_INTERNAL);
	KUNIT_EXPECT_STREQ(test, table->services[1].name, "get-time-of-day");
	KUNIT_EXPECT_STREQ(test, table->services[2].name, "display-character");
	KUNIT_EXPECT_STREQ(test, table->services[3].name, "nvram-fetch");
	KUNIT_EXPECT_STREQ(test, table->services[4].name, "set-time-of-day");
	KUNIT_EXPECT_EQ(test, opalvm_rtas_table_services(table), 0x1eULL);
}

static void of_too_many_calls_the_first_stay(struct kunit *test)
{
	struct opalvm_rtas_table *table = table_alloc(test);
	char name[OPALVM_RTAS_NAME_LEN];
	unsigned int i, token;

	for (i = 0; i < 200; i++) {
		/* each number below 200 once, in a disorder */
		token = i * 73 % 200;
		snprintf(name, sizeof(name), "call-%u", token);
		opalvm_rtas_table_add(table, name, token);
	}
	KUNIT_ASSERT_EQ(test, table->nr, (u32)OPALVM_MAX_SERVICES);
	KUNIT_EXPECT_EQ(test, table->nr_dropped, 200U - OPALVM_MAX_SERVICES);
	for (i = 0; i < table->nr; i++) {
		snprintf(name, sizeof(name), "call-%u", i);
		KUNIT_EXPECT_EQ(test, table->services[i].token, i);
		KUNIT_EXPECT_STREQ(test, table->services[i].name, name);
	}
	opalvm_rtas_table_finish(table);
	KUNIT_EXPECT_EQ(test, table->services[0].not_while, U64_MAX);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_table_services(table), 0ULL);
}

static void services_are_found_by_name(struct kunit *test)
{
	struct opalvm_rtas_table *table = table_alloc(test);
	struct opalvm_rtas_call call = { .name = "get-time-of-day", .nr_rets = 8 };
	struct opalvm_firmware fw = { .services = table->services };
	struct opalvm_why why = {};
	u32 service = 99;

	opalvm_rtas_table_add(table, "power-off", 3);
	opalvm_rtas_table_add(table, "get-time-of-day", 4);
	fw.nr_services = table->nr;

	KUNIT_EXPECT_EQ(test, opalvm_rtas_find(&fw, "get-time-of-day", &service, &why), 0);
	KUNIT_EXPECT_EQ(test, service, 1U);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_find(&fw, "nvram-fetch", &service, &why), -EOPNOTSUPP);
	KUNIT_EXPECT_TRUE(test, strstr(why.text, "nvram-fetch"));
	KUNIT_EXPECT_EQ(test, opalvm_rtas_find(&fw, "power-off", &service, &why), -EPERM);
	KUNIT_EXPECT_TRUE(test, strstr(why.text, "ends the machine's work"));
	KUNIT_EXPECT_EQ(test, service, 1U);
	/* there is no gate */
	KUNIT_EXPECT_EQ(test, opalvm_rtas_call(&fw, &call), -EBUSY);
}

/*
 * Calls
 */

static void busy_firmware_is_called_again(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, opalvm_rtas_delay_ms(OPALVM_RTAS_BUSY), 1U);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_delay_ms(9900), 1U);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_delay_ms(9901), 10U);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_delay_ms(9905), 100000U);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_delay_ms(9906), 0U);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_delay_ms(9899), 0U);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_delay_ms(0), 0U);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_delay_ms(-1), 0U);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_delay_ms(S32_MIN), 0U);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_delay_ms(S32_MAX), 0U);
}

static void a_status_is_an_error_or_not(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, opalvm_rtas_errno(0), 0);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_errno(13), 0);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_errno(-1), -EIO);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_errno(-2), -EBUSY);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_errno(9903), -EBUSY);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_errno(-3), -EINVAL);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_errno(-9000), -EFAULT);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_errno(-9002), -EACCES);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_errno(-12345), -EIO);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_errno(S32_MIN), -EIO);
}

static void a_block_is_big_endian(struct kunit *test)
{
	static const u8 wanted[] = {
		0, 0, 0x20, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 9,
	};
	struct opalvm_rtas_call call = {
		.nr_args = 2, .nr_rets = 1, .args = { 0x12345678, 9 },
	};
	struct opalvm_rtas_block block;

	memset(&block, 0xff, sizeof(block));
	KUNIT_ASSERT_EQ(test, opalvm_rtas_block_fill(&block, 0x2002, &call), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&block, wanted, sizeof(wanted)), 0);
	/* results start out as zeroes */
	opalvm_rtas_block_take(&block, &call);
	KUNIT_EXPECT_EQ(test, call.rets[0], 0U);
	block.cells[2] = cpu_to_be32(-3);
	opalvm_rtas_block_take(&block, &call);
	KUNIT_EXPECT_EQ(test, (int)call.rets[0], -3);
}

static int fill(u32 nr_args, u32 nr_rets)
{
	const struct opalvm_rtas_call call = { .nr_args = nr_args, .nr_rets = nr_rets };
	struct opalvm_rtas_block block;

	return opalvm_rtas_block_fill(&block, 1, &call);
}

static void a_block_has_room_for_sixteen_cells(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, fill(0, 1), 0);
	KUNIT_EXPECT_EQ(test, fill(0, 16), 0);
	KUNIT_EXPECT_EQ(test, fill(15, 1), 0);
	/* there is always a status */
	KUNIT_EXPECT_EQ(test, fill(3, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, fill(16, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, fill(0, 17), -EINVAL);
	KUNIT_EXPECT_EQ(test, fill(U32_MAX, 2), -EINVAL);
	KUNIT_EXPECT_EQ(test, fill(2, U32_MAX), -EINVAL);
}

static void blocks_of_others_are_checked(struct kunit *test)
{
	struct opalvm_rtas_block block = {
		.nr_args = cpu_to_be32(1), .nr_rets = cpu_to_be32(2),
	};

	KUNIT_EXPECT_EQ(test, opalvm_rtas_block_check(&block, sizeof(block)), 0);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_block_check(&block, 24), 0);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_block_check(&block, 23), -EINVAL);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_block_check(&block, 11), -EINVAL);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_block_check(&block, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_block_check(&block, sizeof(block) + 1), -EINVAL);
	block.nr_args = cpu_to_be32(15);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_block_check(&block, sizeof(block)), -EINVAL);
	block.nr_args = cpu_to_be32(U32_MAX);
	KUNIT_EXPECT_EQ(test, opalvm_rtas_block_check(&block, sizeof(block)), -EINVAL);
	block.nr_args = 0;
	block.nr_rets = 0;
	KUNIT_EXPECT_EQ(test, opalvm_rtas_block_check(&block, sizeof(block)), -EINVAL);
}

static void a_time_comes_back(struct kunit *test)
{
	static const u32 cells[] = { 2024, 2, 29, 23, 59, 58 };
	struct rtc_time time = {};
	u32 back[ARRAY_SIZE(cells)];

	KUNIT_ASSERT_EQ(test, opalvm_rtas_decode_time(cells, &time), 0);
	KUNIT_EXPECT_EQ(test, time.tm_year, 124);
	KUNIT_EXPECT_EQ(test, time.tm_mon, 1);
	KUNIT_EXPECT_EQ(test, time.tm_wday, 4);
	opalvm_rtas_encode_time(&time, back);
	KUNIT_EXPECT_EQ(test, memcmp(cells, back, sizeof(back)), 0);
}

static void what_is_no_time_is_refused(struct kunit *test)
{
	static const u32 wrong[][6] = {
		{ 0, 0, 0, 0, 0, 0 },
		{ 2023, 2, 29, 0, 0, 0 },
		{ 2024, 13, 1, 0, 0, 0 },
		{ 2024, 0, 1, 0, 0, 0 },
		{ 2024, 1, 1, 24, 0, 0 },
		{ 2024, 1, 1, 0, 60, 0 },
		{ 2024, 1, 1, 0, 0, 60 },
		{ U32_MAX, 1, 1, 0, 0, 0 },
		{ 2024, U32_MAX, 1, 0, 0, 0 },
		{ 2024, 1, 1, 0, 0, U32_MAX },
		{ 10000, 1, 1, 0, 0, 0 },
		{ 1969, 1, 1, 0, 0, 0 },
	};
	struct rtc_time time = { .tm_year = 77 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_EQ_MSG(test, opalvm_rtas_decode_time(wrong[i], &time), -EIO, "%u", i);
	KUNIT_EXPECT_EQ(test, time.tm_year, 77);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_cell_has_four_bytes),
	KUNIT_CASE(sites_that_can_be_are_accepted),
	KUNIT_CASE(absurd_sites_are_refused),
	KUNIT_CASE(only_the_shim_is_hosted),
	KUNIT_CASE(the_map_is_code_at_its_address),
	KUNIT_CASE(pages_are_whole_and_the_firmwares),
	KUNIT_CASE(offers_of_another_boot_are_refused),
	KUNIT_CASE(properties_that_are_calls_are_found),
	KUNIT_CASE(what_is_not_safe_is_refused),
	KUNIT_CASE(the_table_does_not_depend_on_the_order),
	KUNIT_CASE(of_too_many_calls_the_first_stay),
	KUNIT_CASE(services_are_found_by_name),
	KUNIT_CASE(busy_firmware_is_called_again),
	KUNIT_CASE(a_status_is_an_error_or_not),
	KUNIT_CASE(a_block_is_big_endian),
	KUNIT_CASE(a_block_has_room_for_sixteen_cells),
	KUNIT_CASE(blocks_of_others_are_checked),
	KUNIT_CASE(a_time_comes_back),
	KUNIT_CASE(what_is_no_time_is_refused),
	{}
};

struct kunit_suite opalvm_rtas_suite = {
	.name = "opalvm_rtas",
	.test_cases = cases,
};
