// SPDX-License-Identifier: GPL-2.0
/*
 * What a firmware tells of itself is checked before it is believed: memory
 * descriptors, system table, runtime services table, configuration tables.
 */
#include <linux/crc32.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "provider/efi.h"
#include "service/efi.h"
#include "suites.h"

/*
 * Memory descriptors
 */

static int check_descs(const void *first, u32 nr, u32 size)
{
	const struct efi_descs descs = { .first = first, .nr = nr, .size = size };

	return opalvm_efi_descs_check(&descs, NULL);
}

static void absurd_sizes_and_counts_are_refused(struct kunit *test)
{
	const efi_memory_desc_t desc = {};

	KUNIT_EXPECT_EQ(test, check_descs(&desc, 1, sizeof(desc)), 0);
	KUNIT_EXPECT_EQ(test, check_descs(&desc, 1, sizeof(desc) + 8), 0);
	KUNIT_EXPECT_EQ(test, check_descs(&desc, 1, sizeof(desc) - 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_descs(&desc, 1, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_descs(&desc, 1, SZ_4K + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_descs(&desc, 1, U32_MAX), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_descs(&desc, 0, sizeof(desc)), -EINVAL);
	KUNIT_EXPECT_EQ(test, check_descs(&desc, U32_MAX, sizeof(desc)), -EINVAL);
}

static struct opalvm_map *read_descs(const efi_memory_desc_t *first, u32 nr, bool virtual)
{
	const struct efi_descs descs = {
		.first = first, .nr = nr, .size = sizeof(*first), .version = 1,
	};

	return opalvm_efi_read_descs(&descs, virtual, NULL);
}

static void absurd_descriptors_are_refused(struct kunit *test)
{
	static const efi_memory_desc_t absurd[] = {
		{ EFI_RUNTIME_SERVICES_DATA, 0, SZ_1M, 0, 0, EFI_MEMORY_RUNTIME },
		{ EFI_RUNTIME_SERVICES_DATA, 0, SZ_1M, 0, U64_MAX, EFI_MEMORY_RUNTIME },
		{ EFI_RUNTIME_SERVICES_DATA, 0, SZ_1M, 0, BIT_ULL(52), EFI_MEMORY_RUNTIME },
		{ EFI_RUNTIME_SERVICES_DATA, 0, SZ_1M, 0, BIT_ULL(52) - 1, EFI_MEMORY_RUNTIME },
		{ EFI_RUNTIME_SERVICES_DATA, 0, SZ_1M + 1, 0, 1, EFI_MEMORY_RUNTIME },
		{ EFI_RUNTIME_SERVICES_DATA, 0, U64_MAX - 0xfff, 0, 2, EFI_MEMORY_RUNTIME },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(absurd); i++)
		KUNIT_EXPECT_TRUE_MSG(test, IS_ERR(read_descs(&absurd[i], 1, false)), "%u", i);
}

static void runtime_descriptors_make_the_map(struct kunit *test)
{
	static const efi_memory_desc_t descs[] = {
		{ EFI_CONVENTIONAL_MEMORY, 0, 0, 0, 16, EFI_MEMORY_WB },
		{ EFI_RUNTIME_SERVICES_CODE, 0, 0x100000, 0, 1,
		  EFI_MEMORY_RUNTIME | EFI_MEMORY_WB | EFI_MEMORY_UC | EFI_MEMORY_RO },
		{ EFI_BOOT_SERVICES_DATA, 0, 0x200000, 0, 1, EFI_MEMORY_RUNTIME | EFI_MEMORY_WB },
		{ EFI_MEMORY_MAPPED_IO, 0, 0x300000, 0, 1, EFI_MEMORY_RUNTIME | EFI_MEMORY_UC },
		{ EFI_MEMORY_MAPPED_IO_PORT_SPACE, 0, 0x400000, 0, 1, EFI_MEMORY_RUNTIME },
	};
	struct opalvm_map *map = read_descs(descs, ARRAY_SIZE(descs), false);

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_EXPECT_EQ(test, map->nr_extents, 3U);
	KUNIT_EXPECT_EQ(test, map->placement, (u32)OPALVM_PLACEMENT_IDENTITY);
	KUNIT_EXPECT_EQ(test, map->extents[0].va, 0x100000ULL);
	KUNIT_EXPECT_TRUE(test, opalvm_extent_executable(&map->extents[0]));
	KUNIT_EXPECT_TRUE_MSG(test, opalvm_extent_writable(&map->extents[0]),
			      "a descriptor tells what memory can do, not how it is used");
	KUNIT_EXPECT_EQ(test, opalvm_extent_cache(&map->extents[0]), OPALVM_CACHE_WB);
	KUNIT_EXPECT_EQ(test, map->extents[1].pa, 0x300000ULL);
	KUNIT_EXPECT_FALSE(test, opalvm_extent_executable(&map->extents[1]));
	KUNIT_EXPECT_EQ(test, opalvm_extent_cache(&map->extents[1]), OPALVM_CACHE_UC);
	KUNIT_EXPECT_EQ(test, opalvm_extent_cache(&map->extents[2]), OPALVM_CACHE_UC);
	opalvm_map_free(map);
}

static void a_placement_counts_only_if_it_is_complete(struct kunit *test)
{
	efi_memory_desc_t first[] = {
		{ EFI_RUNTIME_SERVICES_CODE, 0, 0x100000, 0xfffffffe00000000, 1,
		  EFI_MEMORY_RUNTIME },
		{ EFI_RUNTIME_SERVICES_DATA, 0, 0x200000, 0xfffffffe00001000, 1,
		  EFI_MEMORY_RUNTIME },
		{ EFI_BOOT_SERVICES_DATA, 0, 0x300000, 0, 1, EFI_MEMORY_RUNTIME },
	};
	const struct efi_descs descs = {
		.first = first, .nr = ARRAY_SIZE(first), .size = sizeof(first[0]),
	};

	KUNIT_EXPECT_TRUE(test, opalvm_efi_descs_virtual(&descs));
	first[1].virt_addr = 0;
	KUNIT_EXPECT_FALSE(test, opalvm_efi_descs_virtual(&descs));
}

/*
 * Tables in memory
 */

/* where things stand in the page of data */
#define SYSTAB		0x100
#define RUNTIME		0x200
#define CONFIG		0x400
#define PROPERTIES	0x500
#define ATTRIBUTES	0x600

/**
 * struct tables - a firmware of one page of data and two of code
 * @data: the page with its tables
 * @code: the pages of code
 * @map: its map, sealed, with identity placement
 * @limits: this machine's, but for memory of the kernel, which the pages are
 */
struct tables {
	void *data;
	void *code;
	struct opalvm_map *map;
	struct opalvm_limits limits;
};

static struct tables tables;

static void add_crc(efi_table_hdr_t *hdr)
{
	hdr->crc32 = 0;
	hdr->crc32 = ~crc32_le(~0, (void *)hdr, hdr->headersize);
}

static efi_system_table_64_t *systab(void)
{
	return tables.data + SYSTAB;
}

static efi_runtime_services_t *runtime(void)
{
	return tables.data + RUNTIME;
}

static void set_entry(enum opalvm_efi_service id, u64 address)
{
	memcpy((void *)runtime() + opalvm_efi_entry_offset[id], &address, sizeof(address));
	add_crc(&runtime()->hdr);
}

static void add_config(u32 i, efi_guid_t guid, u64 pa)
{
	efi_config_table_64_t *config = tables.data + CONFIG;

	config[i] = (efi_config_table_64_t) { .guid = guid, .table = pa };
	systab()->nr_tables = i + 1;
	add_crc(&systab()->hdr);
}

static int tables_init(struct kunit *test)
{
	struct opalvm_extent data = { .size = PAGE_SIZE, .type = EFI_RUNTIME_SERVICES_DATA,
				      .attr = EFI_MEMORY_WB | EFI_MEMORY_XP };
	struct opalvm_extent code = { .size = 2 * PAGE_SIZE, .type = EFI_RUNTIME_SERVICES_CODE,
				      .attr = EFI_MEMORY_WB };
	u32 id;

	tables.data = (void *)get_zeroed_page(GFP_KERNEL);
	tables.code = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 1);
	tables.map = opalvm_map_alloc(OPALVM_FW_EFI, 16);
	if (!tables.data || !tables.code || !tables.map)
		return -ENOMEM;
	data.va = virt_to_phys(tables.data);
	data.pa = data.va;
	code.va = virt_to_phys(tables.code);
	code.pa = code.va;
	arch_glue_limits(&tables.limits);
	tables.limits.is_ram = NULL;

	*systab() = (efi_system_table_64_t) {
		.hdr = { .signature = EFI_SYSTEM_TABLE_SIGNATURE,
			 .headersize = sizeof(efi_system_table_64_t) },
		.runtime = data.pa + RUNTIME,
		.tables = data.pa + CONFIG,
	};
	add_crc(&systab()->hdr);
	runtime()->hdr.signature = 0x56524553544e5552ULL;
	runtime()->hdr.headersize = sizeof(efi_runtime_services_t);
	for (id = 0; id < OPALVM_EFI_NR_SERVICES; id++)
		set_entry(id, code.pa + 16 * id);

	tables.map->placement = OPALVM_PLACEMENT_IDENTITY;
	return opalvm_map_add(tables.map, &data, NULL) ?:
	       opalvm_map_add(tables.map, &code, NULL) ?:
	       opalvm_map_seal(tables.map, &tables.limits, NULL);
}

static void tables_exit(struct kunit *test)
{
	opalvm_map_free(tables.map);
	free_pages((unsigned long)tables.code, 1);
	free_page((unsigned long)tables.data);
	tables = (struct tables) {};
}

static int read_tables(void)
{
	return opalvm_efi_read_tables(tables.map, NULL) ?:
	       opalvm_map_seal(tables.map, &tables.limits, NULL);
}

static void good_tables_are_found(struct kunit *test)
{
	u32 id;

	KUNIT_ASSERT_EQ(test, read_tables(), 0);
	KUNIT_EXPECT_EQ(test, tables.map->systab, (u64)virt_to_phys(systab()));
	KUNIT_EXPECT_EQ(test, tables.map->nr_entries, (u32)OPALVM_EFI_NR_SERVICES);
	KUNIT_EXPECT_EQ(test, tables.map->services, GENMASK_ULL(OPALVM_EFI_NR_SERVICES - 1, 0));
	for (id = 0; id < OPALVM_EFI_NR_SERVICES; id++)
		KUNIT_EXPECT_EQ(test, opalvm_map_entry(tables.map, id),
				(u64)virt_to_phys(tables.code) + 16 * id);
	KUNIT_EXPECT_FALSE(test, opalvm_efi_is_uv(tables.map));
}

static void each_damage_of_a_table_is_found(struct kunit *test)
{
#define EXPECT_REFUSED(damage, mend) do {					\
	damage;									\
	KUNIT_EXPECT_EQ_MSG(test, read_tables(), -ENODEV, #damage);		\
	mend;									\
	add_crc(&systab()->hdr);						\
	add_crc(&runtime()->hdr);						\
	KUNIT_ASSERT_EQ(test, read_tables(), 0);				\
} while (0)
	const u64 runtime_pa = virt_to_phys(runtime());

	EXPECT_REFUSED(systab()->hdr.signature ^= 1, systab()->hdr.signature ^= 1);
	EXPECT_REFUSED(systab()->hdr.crc32 ^= 1, systab()->hdr.crc32 ^= 1);
	EXPECT_REFUSED(systab()->nr_tables ^= 1, systab()->nr_tables ^= 1);
	EXPECT_REFUSED(systab()->hdr.headersize = 16, systab()->hdr.headersize = sizeof(*systab()));
	EXPECT_REFUSED(systab()->hdr.headersize = U32_MAX,
		       systab()->hdr.headersize = sizeof(*systab()));
	EXPECT_REFUSED(runtime()->hdr.signature ^= 1, runtime()->hdr.signature ^= 1);
	EXPECT_REFUSED(runtime()->hdr.crc32 ^= 1, runtime()->hdr.crc32 ^= 1);
	EXPECT_REFUSED(runtime()->hdr.headersize = 8,
		       runtime()->hdr.headersize = sizeof(*runtime()));
	EXPECT_REFUSED(runtime()->hdr.headersize = SZ_4K + 8,
		       runtime()->hdr.headersize = sizeof(*runtime()));
	EXPECT_REFUSED(systab()->runtime = 0; add_crc(&systab()->hdr),
		       systab()->runtime = runtime_pa);
	EXPECT_REFUSED(systab()->runtime = U64_MAX - 8; add_crc(&systab()->hdr),
		       systab()->runtime = runtime_pa);
	/* its end is outside of the extent */
	EXPECT_REFUSED(systab()->runtime = runtime_pa - RUNTIME + PAGE_SIZE - 32;
		       add_crc(&systab()->hdr), systab()->runtime = runtime_pa);
#undef EXPECT_REFUSED
}

static void a_null_service_has_no_entry(struct kunit *test)
{
	set_entry(OPALVM_EFI_UPDATE_CAPSULE, 0);
	KUNIT_ASSERT_EQ(test, read_tables(), 0);
	KUNIT_EXPECT_EQ(test, opalvm_map_entry(tables.map, OPALVM_EFI_UPDATE_CAPSULE), 0ULL);
	KUNIT_EXPECT_FALSE(test, tables.map->services & BIT_ULL(OPALVM_EFI_UPDATE_CAPSULE));
	KUNIT_EXPECT_TRUE(test, tables.map->services & BIT_ULL(OPALVM_EFI_GET_TIME));
}

static void a_service_outside_of_code_is_refused(struct kunit *test)
{
	const u64 bad[] = { 1, virt_to_phys(tables.data), virt_to_phys(tables.code) - 1,
			    virt_to_phys(tables.code) + 2 * PAGE_SIZE, U64_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		set_entry(OPALVM_EFI_GET_VARIABLE, bad[i]);
		KUNIT_EXPECT_EQ_MSG(test, read_tables(), -ERANGE, "%u", i);
	}
}

static void an_old_and_shorter_table_has_fewer_services(struct kunit *test)
{
	/* EFI 1.10 ends with ResetSystem */
	runtime()->hdr.headersize = opalvm_efi_entry_offset[OPALVM_EFI_UPDATE_CAPSULE];
	add_crc(&runtime()->hdr);
	KUNIT_ASSERT_EQ(test, read_tables(), 0);
	KUNIT_EXPECT_TRUE(test, opalvm_map_entry(tables.map, OPALVM_EFI_RESET_SYSTEM));
	KUNIT_EXPECT_FALSE(test, opalvm_map_entry(tables.map, OPALVM_EFI_UPDATE_CAPSULE));
	KUNIT_EXPECT_FALSE(test, opalvm_map_entry(tables.map, OPALVM_EFI_QUERY_VARIABLE_INFO));
}

static void the_properties_table_counts(struct kunit *test)
{
	efi_rt_properties_table_t *properties = tables.data + PROPERTIES;
	const u64 all = GENMASK_ULL(OPALVM_EFI_NR_SERVICES - 1, 0);

	*properties = (efi_rt_properties_table_t) {
		.version = EFI_RT_PROPERTIES_TABLE_VERSION,
		.length = sizeof(*properties),
		.runtime_services_supported = BIT(OPALVM_EFI_GET_VARIABLE),
	};
	add_config(0, EFI_RT_PROPERTIES_TABLE_GUID, virt_to_phys(properties));
	KUNIT_ASSERT_EQ(test, read_tables(), 0);
	KUNIT_EXPECT_EQ(test, tables.map->services, (u64)BIT(OPALVM_EFI_GET_VARIABLE));

	properties->version = 7;
	KUNIT_ASSERT_EQ(test, read_tables(), 0);
	KUNIT_EXPECT_EQ_MSG(test, tables.map->services, all, "not a table that is known");

	/* where nothing is, or a device */
	add_config(0, EFI_RT_PROPERTIES_TABLE_GUID, tables.limits.pa_last - 3);
	KUNIT_ASSERT_EQ(test, read_tables(), 0);
	KUNIT_EXPECT_EQ(test, tables.map->services, all);
	add_config(0, EFI_RT_PROPERTIES_TABLE_GUID, 0xfee00000);
	KUNIT_ASSERT_EQ(test, read_tables(), 0);
	KUNIT_EXPECT_EQ(test, tables.map->services, all);
}

static void an_sgi_uv_is_known(struct kunit *test)
{
	add_config(0, NULL_GUID, 0);
	add_config(1, UV_SYSTEM_TABLE_GUID, 0x1000);
	KUNIT_ASSERT_EQ(test, read_tables(), 0);
	KUNIT_EXPECT_TRUE(test, opalvm_efi_is_uv(tables.map));
	/* a count that nobody has */
	systab()->nr_tables = U32_MAX;
	add_crc(&systab()->hdr);
	KUNIT_EXPECT_FALSE(test, opalvm_efi_is_uv(tables.map));
}

/* A memory attributes table of two entries: read-only code, then data in code. */
static efi_memory_desc_t *add_attributes(void)
{
	efi_memory_attributes_table_t *head = tables.data + ATTRIBUTES;
	efi_memory_desc_t *descs = (void *)(head + 1);

	*head = (efi_memory_attributes_table_t) {
		.version = 2, .num_entries = 2, .desc_size = sizeof(*descs),
	};
	descs[0] = (efi_memory_desc_t) {
		.type = EFI_RUNTIME_SERVICES_CODE, .phys_addr = virt_to_phys(tables.code),
		.num_pages = 1, .attribute = EFI_MEMORY_RUNTIME | EFI_MEMORY_RO,
	};
	descs[1] = (efi_memory_desc_t) {
		.type = EFI_RUNTIME_SERVICES_CODE,
		.phys_addr = virt_to_phys(tables.code) + PAGE_SIZE,
		.num_pages = 1, .attribute = EFI_MEMORY_RUNTIME | EFI_MEMORY_XP,
	};
	add_config(0, EFI_MEMORY_ATTRIBUTES_TABLE_GUID, virt_to_phys(head));
	return descs;
}

static u32 nr_wx(void)
{
	const struct opalvm_extent *extent = NULL;
	u32 nr = 0;

	while ((extent = opalvm_map_find_wx(tables.map, extent)))
		nr++;
	return nr;
}

static void the_attributes_table_separates_code_from_data(struct kunit *test)
{
	const struct opalvm_extent *extent;

	if (!efi_enabled(EFI_MEM_ATTR))
		kunit_skip(test, "this kernel found no memory attributes table");
	add_attributes();
	KUNIT_ASSERT_EQ(test, read_tables(), 0);
	KUNIT_EXPECT_EQ(test, nr_wx(), 0U);
	extent = opalvm_map_find_pa(tables.map, virt_to_phys(tables.code));
	KUNIT_EXPECT_TRUE(test, opalvm_extent_executable(extent));
	extent = opalvm_map_find_pa(tables.map, virt_to_phys(tables.code) + PAGE_SIZE);
	KUNIT_EXPECT_FALSE(test, opalvm_extent_executable(extent));
	KUNIT_EXPECT_TRUE(test, opalvm_extent_writable(extent));
}

static void a_senseless_attributes_table_is_not_believed(struct kunit *test)
{
	efi_memory_desc_t *descs = add_attributes();
	efi_memory_attributes_table_t *head = (void *)descs - sizeof(*head);

#define EXPECT_DISBELIEF(damage) do {						\
	damage;									\
	KUNIT_EXPECT_EQ_MSG(test, read_tables(), 0, #damage);			\
	KUNIT_EXPECT_GE_MSG(test, nr_wx(), 1U, #damage);			\
	tables_exit(test);							\
	KUNIT_ASSERT_EQ(test, tables_init(test), 0);				\
	descs = add_attributes();						\
	head = (void *)descs - sizeof(*head);					\
} while (0)
	EXPECT_DISBELIEF(descs[1].attribute = EFI_MEMORY_RUNTIME);
	EXPECT_DISBELIEF(descs[1].num_pages = 0);
	EXPECT_DISBELIEF(descs[1].num_pages = 2);
	EXPECT_DISBELIEF(descs[1].num_pages = U64_MAX);
	EXPECT_DISBELIEF(descs[1].phys_addr += 1);
	EXPECT_DISBELIEF(descs[1].type = EFI_CONVENTIONAL_MEMORY);
	EXPECT_DISBELIEF(descs[1] = descs[0]);
	/* entry points in what it says is data */
	EXPECT_DISBELIEF((descs[0].attribute = EFI_MEMORY_RUNTIME | EFI_MEMORY_XP));
	EXPECT_DISBELIEF(head->version = 0);
	EXPECT_DISBELIEF(head->version = 3);
	EXPECT_DISBELIEF(head->num_entries = 1);
	EXPECT_DISBELIEF(head->num_entries = 0);
	EXPECT_DISBELIEF(head->num_entries = U32_MAX);
	EXPECT_DISBELIEF(head->desc_size = 8);
	EXPECT_DISBELIEF(head->desc_size = U32_MAX);
#undef EXPECT_DISBELIEF
}

static struct kunit_case efi_cases[] = {
	KUNIT_CASE(absurd_sizes_and_counts_are_refused),
	KUNIT_CASE(absurd_descriptors_are_refused),
	KUNIT_CASE(runtime_descriptors_make_the_map),
	KUNIT_CASE(a_placement_counts_only_if_it_is_complete),
	KUNIT_CASE(good_tables_are_found),
	KUNIT_CASE(each_damage_of_a_table_is_found),
	KUNIT_CASE(a_null_service_has_no_entry),
	KUNIT_CASE(a_service_outside_of_code_is_refused),
	KUNIT_CASE(an_old_and_shorter_table_has_fewer_services),
	KUNIT_CASE(the_properties_table_counts),
	KUNIT_CASE(an_sgi_uv_is_known),
	KUNIT_CASE(the_attributes_table_separates_code_from_data),
	KUNIT_CASE(a_senseless_attributes_table_is_not_believed),
	{}
};

struct kunit_suite opalvm_efi_suite = {
	.name = "opalvm_efi",
	.init = tables_init,
	.exit = tables_exit,
	.test_cases = efi_cases,
};
