// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "columns.h"
#include "map.h"
#include "say.h"
#include "svg.h"
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

	if (!parse_u64(&extent->index, n))
		return fail_sysfs(firmware_file(name, "map/%.16s", n), EINVAL);
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

const char *extent_type(const struct extent *extent, char text[UNITS_TEXT])
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

bool extent_is_wx(const struct extent *extent)
{
	return !(extent->attr & (ATTR_RO | ATTR_XP));
}

void extents_print(const struct extent *extents, int nr)
{
	const char *const titles[] = {
		"VIRTUAL", "PHYSICAL", ">SIZE", "RWX", "CACHE", "TYPE", NULL
	};
	struct libscols_table *columns = columns_new(titles);
	char va[UNITS_TEXT], pa[UNITS_TEXT], size[UNITS_TEXT], type[UNITS_TEXT], allowed[4];

	for (int i = 0; i < nr; i++) {
		const struct extent *extent = &extents[i];
		const char *const cells[] = {
			units_long_address(va, extent->va), units_long_address(pa, extent->pa),
			units_bytes(size, extent->pages * EXTENT_PAGE_SIZE), allowed,
			extent_cache(extent), extent_type(extent, type),
		};

		extent_access(extent, allowed);
		columns_line(columns, extent_is_wx(extent) ? TONE_BAD : TONE_PLAIN, cells);
	}
	columns_print(columns);
}

struct json_object *extent_json(const struct extent *extent)
{
	struct json_object *json = json_object_new_object();
	char type[UNITS_TEXT], allowed[4];
	const char *name = extent_type(extent, type);

	extent_access(extent, allowed);
	json_object_object_add(json, "index", json_object_new_uint64(extent->index));
	json_object_object_add(json, "virt_addr", json_address(extent->va));
	json_object_object_add(json, "phys_addr", json_address(extent->pa));
	json_object_object_add(json, "num_pages", json_object_new_uint64(extent->pages));
	json_object_object_add(json, "type", json_object_new_uint64(extent->type));
	json_object_object_add(json, "type_name", json_object_new_string(name));
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
		json_object_array_add(list, extent_json(&extents[i]));
	json_object_object_add(json, firmware(), list);
	print_json(json);
}

static int draw(const char *path, const struct extent *extents, int nr)
{
	struct svg_extent *list = calloc(nr + 1, sizeof(*list));
	int code;

	if (!list)
		return fail(EXIT_FAILED, "no memory; try again when there is some");
	for (int i = 0; i < nr; i++)
		list[i].extent = &extents[i];
	code = svg_write(path, list, nr, false);
	free(list);
	return code;
}

int cmd_map(int argc, char **argv)
{
	struct options options = { .draws = true };
	struct extent *extents;
	int code;
	int nr;

	options_parse(argc, argv, doc, &options);
	code = sysfs_ready();
	if (code != EXIT_OK)
		return code;
	code = extents_read(&extents, &nr);
	if (code != EXIT_OK)
		return code;
	if (options.svg)
		code = draw(options.svg, extents, nr);
	if (options.json)
		print_map_json(extents, nr);
	else if (!options.svg)
		extents_print(extents, nr);
	free(extents);
	return code;
}
