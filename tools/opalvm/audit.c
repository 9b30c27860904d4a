// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "map.h"
#include "say.h"
#include "services.h"
#include "svg.h"
#include "sysfs.h"
#include "tool.h"
#include "touched.h"
#include "units.h"

/* oversized: less than this part was touched, and at least so many pages were not */
#define OVERSIZED_PART	8
#define OVERSIZED_PAGES	64

enum { WX, UNTOUCHED, OVERSIZED, NR_FINDINGS };

static const struct {
	const char *key;
	const char *text;
	const char *next;
} findings[NR_FINDINGS] = {
	[WX] = {
		"writable-executable", "writable and executable",
		"what the firmware may write and execute, a mistake can turn into other code; "
		"the firmware alone can tell better: report it to those who make it",
	},
	[UNTOUCHED] = {
		"untouched", "never touched",
		"no call has read, written or executed anything there; use the services it may "
		"be for, and look again: what none needs, the firmware need not ask for",
	},
	[OVERSIZED] = {
		"oversized", "oversized",
		"calls have touched little of it; use the services it may be for, and look "
		"again: what none needs, the firmware need not ask for",
	},
};

struct audit {
	struct extent *extents;
	struct touched *touched;
	int nr;
	bool called;		/* whether the firmware was, so that untouched means something */
	bool known;		/* what it touched, of any extent */
	bool found[NR_FINDINGS];
};

static const char doc[] =
	"Find extents that allow the firmware more than it needs.\v"
	"Named are extents that are writable and executable; those that no call has touched "
	"since the module was loaded; and those that are oversized: of which calls have touched "
	"less than an eighth, and left 256 KiB or more alone. What was touched is known where "
	"debugfs is mounted and the module tells.\n"
	"\n"
	"Exit code 4: there is such an extent.";

static bool has(const struct audit *audit, int i, int finding)
{
	const struct extent *extent = &audit->extents[i];
	const struct touched *touched = &audit->touched[i];

	if (finding == WX)
		return extent_is_wx(extent);
	if (!audit->called || !touched->known)
		return false;
	if (finding == UNTOUCHED)
		return !touched->accessed;
	return touched->accessed && touched->accessed < extent->pages / OVERSIZED_PART &&
	       extent->pages - touched->accessed >= OVERSIZED_PAGES;
}

static int read_called(bool *called)
{
	struct service *services;
	int code;
	int nr;

	code = services_read(&services, &nr);
	if (code != EXIT_OK)
		return code;
	*called = false;
	for (int i = 0; i < nr; i++)
		*called |= services[i].calls > 0;
	free(services);
	return EXIT_OK;
}

static void audit_free(struct audit *audit)
{
	free(audit->touched);
	free(audit->extents);
}

static int audit_read(struct audit *audit)
{
	int code;

	memset(audit, 0, sizeof(*audit));
	code = read_called(&audit->called);
	if (code == EXIT_OK)
		code = extents_read(&audit->extents, &audit->nr);
	if (code != EXIT_OK)
		return code;
	code = touched_read(&audit->touched, audit->extents, audit->nr);
	if (code != EXIT_OK) {
		free(audit->extents);
		return code;
	}
	for (int i = 0; i < audit->nr; i++) {
		audit->known |= audit->touched[i].known;
		for (int f = 0; f < NR_FINDINGS; f++)
			audit->found[f] |= has(audit, i, f);
	}
	return EXIT_OK;
}

/* "writable and executable, never touched", or "" */
static const char *name_findings(const struct audit *audit, int i, char text[SYSFS_NAME])
{
	size_t len = 0;

	*text = '\0';
	for (int f = 0; f < NR_FINDINGS; f++) {
		if (has(audit, i, f))
			len += snprintf(text + len, SYSFS_NAME - len, "%s%s", len ? ", " : "",
					findings[f].text);
	}
	return text;
}

static void print_table(const struct audit *audit)
{
	const char *const titles[] = {
		"VIRTUAL", "PHYSICAL", ">SIZE", "RWX", ">TOUCHED", ">WRITTEN", "FINDING", NULL
	};
	struct libscols_table *columns = columns_new(titles);
	char va[UNITS_TEXT], pa[UNITS_TEXT], size[UNITS_TEXT], allowed[4];
	char accessed[UNITS_TEXT], written[UNITS_TEXT], finding[SYSFS_NAME];

	for (int i = 0; i < audit->nr; i++) {
		const struct extent *extent = &audit->extents[i];
		const struct touched *touched = &audit->touched[i];
		const char *const cells[] = {
			units_long_address(va, extent->va), units_long_address(pa, extent->pa),
			units_bytes(size, extent->pages * EXTENT_PAGE_SIZE), allowed,
			touched->known ?
				units_bytes(accessed, touched->accessed * EXTENT_PAGE_SIZE) : "-",
			touched->known ?
				units_bytes(written, touched->written * EXTENT_PAGE_SIZE) : "-",
			*name_findings(audit, i, finding) ? finding : "-",
		};

		extent_access(extent, allowed);
		columns_line(columns, has(audit, i, WX) ? TONE_BAD :
			     *finding ? TONE_WARN : TONE_PLAIN, cells);
	}
	columns_print(columns);
}

static void print_text(const struct audit *audit)
{
	print_table(audit);
	if (!audit->called)
		printf("next: no service was called, so what is never touched is not told; "
		       "use the firmware, and look again\n");
	else if (!audit->known)
		printf("next: what was touched is not known here; it needs debugfs: "
		       "mount -t debugfs none /sys/kernel/debug\n");
	for (int f = 0; f < NR_FINDINGS; f++) {
		if (audit->found[f])
			printf("next: %s: %s\n", findings[f].text, findings[f].next);
	}
}

static struct json_object *json_findings(const struct audit *audit, int i)
{
	struct json_object *list = json_object_new_array();

	for (int f = 0; f < NR_FINDINGS; f++) {
		if (has(audit, i, f))
			json_object_array_add(list, json_object_new_string(findings[f].key));
	}
	return list;
}

static void print_audit_json(const struct audit *audit)
{
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();

	for (int i = 0; i < audit->nr; i++) {
		const struct touched *touched = &audit->touched[i];
		struct json_object *extent = extent_json(&audit->extents[i]);

		if (touched->known) {
			json_object_object_add(extent, "touched_pages",
					       json_object_new_uint64(touched->accessed));
			json_object_object_add(extent, "written_pages",
					       json_object_new_uint64(touched->written));
		}
		json_object_object_add(extent, "findings", json_findings(audit, i));
		json_object_array_add(list, extent);
	}
	json_object_object_add(json, firmware(), list);
	json_object_object_add(json, "called", json_object_new_boolean(audit->called));
	json_object_object_add(json, "touched_known", json_object_new_boolean(audit->known));
	print_json(json);
}

static int draw(const char *path, const struct audit *audit)
{
	char (*notes)[SYSFS_NAME] = calloc(audit->nr + 1, sizeof(*notes));
	struct svg_extent *list = calloc(audit->nr + 1, sizeof(*list));
	int code;

	for (int i = 0; list && notes && i < audit->nr; i++) {
		const struct touched *touched = &audit->touched[i];
		uint64_t pages = audit->extents[i].pages;

		list[i].extent = &audit->extents[i];
		list[i].touched = touched->known && pages ?
				  (double)touched->accessed / pages : -1;
		list[i].note = name_findings(audit, i, notes[i]);
	}
	if (list && notes)
		code = svg_write(path, list, audit->nr, true);
	else
		code = fail(EXIT_FAILED, "no memory; try again when there is some");
	free(list);
	free(notes);
	return code;
}

int cmd_audit(int argc, char **argv)
{
	struct options options = { .draws = true };
	struct audit audit;
	int code;

	options_parse(argc, argv, doc, &options);
	code = sysfs_ready();
	if (code == EXIT_OK)
		code = audit_read(&audit);
	if (code != EXIT_OK)
		return code;
	if (options.svg)
		code = draw(options.svg, &audit);
	if (options.json)
		print_audit_json(&audit);
	else if (!options.svg)
		print_text(&audit);
	for (int f = 0; code == EXIT_OK && f < NR_FINDINGS; f++) {
		if (audit.found[f])
			code = EXIT_FOUND;
	}
	audit_free(&audit);
	return code;
}
