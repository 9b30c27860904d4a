// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "map.h"
#include "say.h"
#include "sysfs.h"
#include "tool.h"
#include "units.h"

/* UEFI memory attribute bits (UEFI 2.10 section 7.2) */
#define ATTR_UC		(1ULL << 0)
#define ATTR_WC		(1ULL << 1)
#define ATTR_WT		(1ULL << 2)
#define ATTR_WB		(1ULL << 3)
#define ATTR_RP		(1ULL << 13)
#define ATTR_XP		(1ULL << 14)
#define ATTR_RO		(1ULL << 17)

/* UEFI memory types (UEFI 2.10 section 7.2), in the words of the kernel's EFI memory map */
static const char *const types[] = {
	"Reserved", "Loader Code", "Loader Data", "Boot Code", "Boot Data",
	"Runtime Code", "Runtime Data", "Conventional", "Unusable", "ACPI Reclaim",
	"ACPI Mem NVS", "MMIO", "MMIO Port", "PAL Code", "Persistent", "Unaccepted",
};

static const char doc[] =
	"Show the memory that the firmware needs mapped, one extent a line.\v"
	"Addresses are those of the first byte. R, W and X tell what the firmware may do; "
	"the cache mode is the fastest that the memory is capable of.";

static int read_extent(const char *n, struct extent *extent)
{
	const struct {
		const char *file;
		uint64_t *value;
	} files[] = {
		{ "virt_addr", &extent->va },
		{ "phys_addr", &extent->pa },
		{ "num_pages", &extent->pages },
		{ "type", &extent->type },
		{ "attribute", &extent->attr },
	};
	char name[SYSFS_NAME];
	int err;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		firmware_file(name, "map/%.16s/%s", n, files[i].file);
		err = sysfs_u64(files[i].value, name);
		if (err)
			return fail_sysfs(name, -err);
	}
	return EXIT_OK;
}

int extents_read(struct extent **extents, int *nr)
{
	char name[SYSFS_NAME];
	struct sysfs_dir dir;
	int code = EXIT_OK;
	int err;

	err = sysfs_dir(&dir, firmware_file(name, "map"));
	if (err)
		return fail_sysfs(name, -err);
	*nr = dir.nr;
	*extents = calloc(dir.nr + 1, sizeof(**extents));
	if (!*extents)
		code = fail_sysfs(name, ENOMEM);
	for (int i = 0; code == EXIT_OK && i < dir.nr; i++)
		code = read_extent(dir.entries[i]->d_name, &(*extents)[i]);
	sysfs_dir_free(&dir);
	if (code != EXIT_OK) {
		free(*extents);
		*extents = NULL;
	}
	return code;
}

const char *extent_cache(const struct extent *extent)
{
	if (extent->attr & ATTR_WB)
		return "WB";
	if (extent->attr & ATTR_WT)
		return "WT";
	if (extent->attr & ATTR_WC)
		return "WC";
	return "UC";
}

static const char *type_of(const struct extent *extent, char text[UNITS_TEXT])
{
	if (extent->type < sizeof(types) / sizeof(types[0]))
		return types[extent->type];
	return units_address(text, extent->type);
}

void extent_access(const struct extent *extent, char text[4])
{
	text[0] = extent->attr & ATTR_RP ? '-' : 'R';
	text[1] = extent->attr & ATTR_RO ? '-' : 'W';
	text[2] = extent->attr & ATTR_XP ? '-' : 'X';
	text[3] = '\0';
}

static void print_table(const struct extent *extents, int nr)
{
	char size[UNITS_TEXT], type[UNITS_TEXT], allowed[4];

	printf("%-18s  %-18s  %9s  %-3s  %-5s  %s\n",
	       "VIRTUAL", "PHYSICAL", "SIZE", "RWX", "CACHE", "TYPE");
	for (int i = 0; i < nr; i++) {
		extent_access(&extents[i], allowed);
		printf("0x%016" PRIx64 "  0x%016" PRIx64 "  %9s  %-3s  %-5s  %s\n",
		       extents[i].va, extents[i].pa,
		       units_bytes(size, extents[i].pages * EXTENT_PAGE_SIZE), allowed,
		       extent_cache(&extents[i]), type_of(&extents[i], type));
	}
}

static struct json_object *json_extent(const struct extent *extent)
{
	struct json_object *json = json_object_new_object();
	char type[UNITS_TEXT], allowed[4];

	extent_access(extent, allowed);
	json_object_object_add(json, "virt_addr", json_address(extent->va));
	json_object_object_add(json, "phys_addr", json_address(extent->pa));
	json_object_object_add(json, "num_pages", json_object_new_uint64(extent->pages));
	json_object_object_add(json, "type", json_object_new_uint64(extent->type));
	json_object_object_add(json, "type_name", json_object_new_string(type_of(extent, type)));
	json_object_object_add(json, "attribute", json_address(extent->attr));
	json_object_object_add(json, "access", json_object_new_string(allowed));
	json_object_object_add(json, "cache", json_object_new_string(extent_cache(extent)));
	return json;
}

static void print_map_json(const struct extent *extents, int nr)
{
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();

	for (int i = 0; i < nr; i++)
		json_object_array_add(list, json_extent(&extents[i]));
	json_object_object_add(json, firmware(), list);
	print_json(json);
}

int cmd_map(int argc, char **argv)
{
	bool json = options_json(argc, argv, doc);
	struct extent *extents;
	int code;
	int nr;

	code = sysfs_ready();
	if (code != EXIT_OK)
		return code;
	code = extents_read(&extents, &nr);
	if (code != EXIT_OK)
		return code;
	if (json)
		print_map_json(extents, nr);
	else
		print_table(extents, nr);
	free(extents);
	return EXIT_OK;
}
