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
#include "uncovered.h"
#include "units.h"

/* "0xADDRESS COUNT 0xIP" */
static bool parse(struct uncovered_page *page, char *line)
{
	const char *address = strsep(&line, " ");
	const char *count = strsep(&line, " ");

	return line && parse_u64(&page->address, address) && parse_u64(&page->count, count) &&
	       parse_u64(&page->ip, line);
}

int uncovered_read(struct uncovered *uncovered)
{
	struct sysfs_lines lines;
	char name[SYSFS_NAME];
	int code = EXIT_OK;
	int err;

	memset(uncovered, 0, sizeof(*uncovered));
	err = sysfs_lines(&lines, firmware_file(name, "uncovered"));
	if (err == -ENOENT)
		return EXIT_OK;
	if (err)
		return fail_sysfs(name, -err);
	uncovered->there = true;
	uncovered->pages = calloc(lines.nr + 1, sizeof(*uncovered->pages));
	if (!uncovered->pages)
		code = fail_sysfs(name, ENOMEM);
	for (; code == EXIT_OK && uncovered->nr < lines.nr; uncovered->nr++) {
		if (!parse(&uncovered->pages[uncovered->nr], lines.lines[uncovered->nr]))
			code = fail_line(name, uncovered->nr);
	}
	sysfs_lines_free(&lines);
	if (code != EXIT_OK)
		uncovered_free(uncovered);
	return code;
}

void uncovered_free(struct uncovered *uncovered)
{
	free(uncovered->pages);
	uncovered->pages = NULL;
}

void uncovered_print(const struct uncovered *uncovered)
{
	if (!uncovered->nr) {
		printf("  uncovered     none\n");
		return;
	}
	printf("  uncovered     %zu pages of devices\n", uncovered->nr);
	for (size_t i = 0; i < uncovered->nr; i++) {
		const struct uncovered_page *page = &uncovered->pages[i];

		printf("    0x%016" PRIx64 "  %" PRIu64 " accesses, from 0x%" PRIx64 "\n",
		       page->address, page->count, page->ip);
	}
}

struct json_object *uncovered_json(const struct uncovered *uncovered)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < uncovered->nr; i++) {
		const struct uncovered_page *page = &uncovered->pages[i];
		struct json_object *json = json_object_new_object();

		json_object_object_add(json, "address", json_address(page->address));
		json_object_object_add(json, "count", json_object_new_uint64(page->count));
		json_object_object_add(json, "ip", json_address(page->ip));
		json_object_array_add(list, json);
	}
	return list;
}
