// SPDX-License-Identifier: GPL-2.0
/*
 * seeds GOLDEN-DIRECTORY OUT-DIRECTORY: what the fuzzers start from, a folder for
 * each target: tables and maps of real machines, and small made-up ones where a
 * target reads what no file holds.
 */
#include <sys/stat.h>

#include "fuzz.h"
#include "shim_efi.h"

static const char *out;

static void put(const char *target, const char *name, const void *data, size_t len)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", out, target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/%s", out, target, name);
	file = fopen(path, "wb");
	if (!file || fwrite(data, 1, len, file) != len || fclose(file)) {
		perror(path);
		exit(1);
	}
}

static size_t get(const char *dir, const char *name, void *data, size_t max)
{
	char path[4096];
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(1);
	}
	len = fread(data, 1, max, file);
	fclose(file);
	return len;
}

/* All numbers are as on the wire, where this runs. */
static u8 *word(u8 *p, u64 value, size_t len)
{
	memcpy(p, &value, len);
	return p + len;
}

static u8 *words(u8 *p, const u64 *values, size_t nr)
{
	memcpy(p, values, nr * sizeof(*values));
	return p + nr * sizeof(*values);
}

#define WORDS(p, v...) words(p, (const u64 []){ v }, sizeof((const u64 []){ v }) / sizeof(u64))

/* map.c: a scene with the limits of x86_64, and one record for each extent and entry */
static void map_seed(const char *name, const struct opalvm_map *map)
{
	const u64 scene[] = {
		0x10000, 0xffffffffffff, 0xffffffef00000000, 0xfffffffeffffffff,
		0xffffffffff, 0xffffffffffff, 0x40000000, 0x100000, 0x1fffff, map->systab,
	};
	static u8 data[0x4000];
	u8 *p = words(data, scene, ARRAY_SIZE(scene));
	u32 i;

	p = word(p, 32, 4);
	p = word(p, 12, 1);
	p = word(p, 8 | 16, 3);
	for (i = 0; i < map->nr_extents; i++) {
		p = WORDS(p, map->extents[i].va, map->extents[i].pa,
			  map->extents[i].size, map->extents[i].attr);
		p = word(p, map->extents[i].type, 8);
	}
	for (i = 0; i < map->nr_entries; i++) {
		p = WORDS(p, map->entries[i].address, 0, 0, map->entries[i].kind);
		p = word(p, map->entries[i].id, 4);
		p = word(p, 1, 4);
	}
	put("map", name, data, p - data);
}

/* efi_memmap.c: the descriptors that the map would be made of */
static void memmap_seed(const char *name, const struct opalvm_map *map)
{
	static u8 data[0x4000];
	u8 *p = WORDS(data, 48 | 1ULL << 32, 0x100000, 0x1fffff);
	u32 i;

	for (i = 0; i < map->nr_extents; i++)
		p = WORDS(p, map->extents[i].type, map->extents[i].pa,
			  map->extents[i].va, map->extents[i].size >> 12,
			  map->extents[i].attr | OPALVM_ATTR_RUNTIME, 0);
	p = WORDS(p, 4, 0x300000, 0, 16, 15, 0, 3, 0x400000, 0, 16, 15, 0);
	put("efi_memmap", name, data, p - data);
}

static void sign(void *table)
{
	efi_table_hdr_t *hdr = table;

	hdr->crc32 = 0;
	hdr->crc32 = crc32_z(0, table, hdr->headersize);
}

/* efi_tables.c: a page of tables, two of code; where its memory is, and what is in it */
#define IMAGE_PA	0x100000
static void tables_seed(const char *name, u32 version, bool attributes)
{
	static const efi_guid_t properties = EFI_RT_PROPERTIES_TABLE_GUID;
	static const efi_guid_t protections = EFI_MEMORY_ATTRIBUTES_TABLE_GUID;
	static u8 data[8 + 3 * 16 + 0x2000];
	u8 *image = data + 8 + 2 * 16, *p = data;
	efi_system_table_64_t *systab = (void *)(image + 0x100);
	efi_runtime_services_t *runtime = (void *)(image + 0x200);
	efi_config_table_64_t *config = (void *)(image + 0x400);
	u64 *entry = &runtime->get_time;
	u32 i;

	memset(data, 0, sizeof(data));
	p = word(p, 2 | attributes << 8, 8);
	p = word(p, 0x100, 4);		/* data: one page */
	p = word(p, 0x060100, 4);
	p = word(p, 15 | OPALVM_ATTR_RUNTIME | OPALVM_ATTR_XP, 8);
	p = word(p, 0x101, 4);		/* code: two behind it */
	p = word(p, 0x050201, 4);
	p = word(p, 15 | OPALVM_ATTR_RUNTIME, 8);

	*systab = (efi_system_table_64_t) {
		.hdr = { .signature = EFI_SYSTEM_TABLE_SIGNATURE, .headersize = sizeof(*systab) },
		.runtime = IMAGE_PA + 0x200,
		.nr_tables = 2,
		.tables = IMAGE_PA + 0x400,
	};
	runtime->hdr = (efi_table_hdr_t) {
		.signature = 0x56524553544e5552ULL, .headersize = sizeof(*runtime),
	};
	for (i = 0; i < 14; i++)
		entry[i] = IMAGE_PA + 0x1000 + i * 0x20;
	sign(systab);
	sign(runtime);
	config[0] = (efi_config_table_64_t) { properties, IMAGE_PA + 0x500 };
	config[1] = (efi_config_table_64_t) { protections, IMAGE_PA + 0x600 };
	word(image + 0x500, 1 | 8 << 16 | 0x3fffULL << 32, 8);
	WORDS(image + 0x600,
	      version | 2ULL << 32, 48, 5, IMAGE_PA + 0x1000, 0, 1, OPALVM_ATTR_RO, 0,
	      5, IMAGE_PA + 0x2000, 0, 1, OPALVM_ATTR_XP, 0);
	put("efi_tables", name, data, sizeof(data) - 16 - 0x1000);
}

static u8 *put_cells(u8 *p, const u64 *values, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		u64 be = htobe64(values[i]);

		memcpy(p, &be, sizeof(be));
		p += sizeof(be);
	}
	return p;
}

#define CELLS(p, v...) put_cells(p, (const u64 []){ v }, sizeof((const u64 []){ v }) / sizeof(u64))

/* opal_tree.c: as of QEMU's powernv9 with stock skiboot */
static void opal_seed(const char *name, u8 flags)
{
	static const char names[] = "ibm,firmware-code\0ibm,firmware-data\0ibm,homer-image";
	static const char symbols[] =
		"0000000000000000 T __head\n0000000000000100 T boot_entry\n"
		"0000000000008000 T spira\n0000000000010000 T _stext\n"
		"0000000000012000 T opal_entry\n00000000000f0000 T _etext\n"
		"0000000000100000 R __rodata_start\n0000000000130000 R _romem_end\n"
		"0000000000140000 D __sym_map_end\n";
	static u8 data[0x1000];
	u8 *p = data;

	p = word(p, 0x220 | 0x220ULL << 16 | 0x222ULL << 32, 6);
	p = word(p, 0, 1);
	p = word(p, flags, 1);
	p = word(p, 48, 2);
	p = word(p, 32, 2);
	p = word(p, 24, 2);
	p = word(p, sizeof(names), 2);
	p = WORDS(p, 0x30000000, 8, 0);
	p = CELLS(p, 0x30000000, 0x200000, 0x30000000, 5);
	p = CELLS(p, 0x30000000, 0x200000, 0x30200000, 0x100000,
		  0x7fd800000, 0x400000);
	p = CELLS(p, 0x6030000000000, 0x100, 0x6010000000000, 0x800000000);
	p = CELLS(p, 0, 0x100, 0x40);
	memcpy(p, names, sizeof(names));
	memcpy(p + sizeof(names), symbols, sizeof(symbols));
	put("opal_tree", name, data, p + sizeof(names) + sizeof(symbols) - data);
}

int main(int argc, char **argv)
{
	static const char *const tables[] = {
		"efi-assigned.bin", "efi-extended.bin", "efi-hop.bin", "efi-identity.bin",
		"efi-quarantine.bin", "efi-recorded.bin",
	};
	static u8 data[OPALVM_MAX_WIRE_SIZE];
	struct opalvm_map *map;
	size_t len;
	u32 i;

	if (argc != 3) {
		fprintf(stderr, "usage: seeds GOLDEN-DIRECTORY OUT-DIRECTORY\n");
		return 1;
	}
	out = argv[2];
	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		len = get(argv[1], tables[i], data, sizeof(data));
		put("wire", tables[i], data, len);
		map = opalvm_wire_read(data, len, OPALVM_FW_EFI, 64, NULL);
		if (IS_ERR(map)) {
			fprintf(stderr, "%s: not a table\n", tables[i]);
			return 1;
		}
		map_seed(tables[i], map);
		memmap_seed(tables[i], map);
		opalvm_map_free(map);
	}
	memset(data, 0, 24);
	get(argv[1], "state-page.bin", data + 24, OPALVM_STATE_PAGE_SIZE);
	memcpy(data, data + 24 + offsetof(struct opalvm_wire_state, chain), 8);
	data[16] = OPALVM_FW_EFI;
	put("state", "state-page.bin", data, 24 + OPALVM_STATE_PAGE_SIZE);
	tables_seed("attributes-1", 1, true);
	tables_seed("attributes-2", 2, true);
	tables_seed("no-attributes", 0, false);
	opal_seed("powernv9", 0);
	opal_seed("no-names", 1);
	return 0;
}
