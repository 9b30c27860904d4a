// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "sysfs.h"
#include "tool.h"
#include "units.h"
#include "windows.h"

/* "NUMBER 0xVIRTUAL 0xPHYSICAL 0xPAGES 0xATTRIBUTE SERVICE" */
static bool parse(struct window *window, char *line)
{
	uint64_t *const numbers[] = {
		&window->number, &window->extent.va, &window->extent.pa,
		&window->extent.pages, &window->extent.attr,
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const char *number = strsep(&line, " ");

		if (!line || !parse_u64(numbers[i], number))
			return false;
	}
	if (!*line || strchr(line, ' ') || strlen(line) >= sizeof(window->service))
		return false;
	strcpy(window->service, line);
	return true;
}

int windows_read(struct windows *windows)
{
	struct sysfs_lines lines;
	char name[SYSFS_NAME];
	int code = EXIT_OK;
	int err;

	memset(windows, 0, sizeof(*windows));
	err = sysfs_lines(&lines, firmware_file(name, "windows"));
	if (err == -ENOENT)
		return EXIT_OK;
	if (err)
		return fail_sysfs(name, -err);
	windows->there = true;
	windows->windows = calloc(lines.nr + 1, sizeof(*windows->windows));
	if (!windows->windows)
		code = fail_sysfs(name, ENOMEM);
	for (; code == EXIT_OK && windows->nr < lines.nr; windows->nr++) {
		if (!parse(&windows->windows[windows->nr], lines.lines[windows->nr]))
			code = fail_line(name, windows->nr);
	}
	sysfs_lines_free(&lines);
	if (code != EXIT_OK)
		windows_free(windows);
	return code;
}

void windows_free(struct windows *windows)
{
	free(windows->windows);
	windows->windows = NULL;
}

void windows_print(const struct windows *windows)
{
	char size[UNITS_TEXT], allowed[4];

	for (size_t i = 0; i < windows->nr; i++) {
		const struct window *window = &windows->windows[i];

		extent_access(&window->extent, allowed);
		printf("  window %-6" PRIu64 " 0x%016" PRIx64 "  0x%016" PRIx64
		       "  %9s  %s  %s  %s\n", window->number, window->extent.va,
		       window->extent.pa,
		       units_bytes(size, window->extent.pages * EXTENT_PAGE_SIZE), allowed,
		       extent_cache(&window->extent), window->service);
	}
}

struct json_object *windows_json(const struct windows *windows)
{
	struct json_object *list = json_object_new_array();
	char allowed[4];

	for (size_t i = 0; i < windows->nr; i++) {
		const struct window *window = &windows->windows[i];
		struct json_object *json = json_object_new_object();

		extent_access(&window->extent, allowed);
		json_object_object_add(json, "number", json_object_new_uint64(window->number));
		json_object_object_add(json, "virt_addr", json_address(window->extent.va));
		json_object_object_add(json, "phys_addr", json_address(window->extent.pa));
		json_object_object_add(json, "num_pages",
				       json_object_new_uint64(window->extent.pages));
		json_object_object_add(json, "attribute", json_address(window->extent.attr));
		json_object_object_add(json, "access", json_object_new_string(allowed));
		json_object_object_add(json, "cache",
				       json_object_new_string(extent_cache(&window->extent)));
		json_object_object_add(json, "service", json_object_new_string(window->service));
		json_object_array_add(list, json);
	}
	return list;
}
