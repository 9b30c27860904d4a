// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "say.h"
#include "services.h"
#include "sysfs.h"
#include "tool.h"
#include "uncovered.h"
#include "units.h"
#include "windows.h"

#define MAX_ADVICE	6
#define ADVICE_TEXT	512

struct status {
	char version[SYSFS_TEXT];
	char origin[SYSFS_TEXT];
	char state[SYSFS_TEXT];
	char placement[SYSFS_TEXT];
	char quarantine[SYSFS_TEXT];	/* one service a line */
	char in_flight[SYSFS_TEXT];	/* the same */
	char efivars[SYSFS_TEXT];	/* empty: not this firmware */
	uint64_t hops;
	uint64_t generation;
	uint64_t stack_used;
	bool has_systab;
	uint64_t systab;
	bool has_capsule_pending;
	uint64_t capsule_pending;
	struct uncovered uncovered;
	struct windows windows;
	int extents;
	uint64_t bytes;
	uint64_t calls;
	uint64_t faults;
	uint64_t hangs;
	uint64_t refused;
	char advice[MAX_ADVICE][ADVICE_TEXT];
	int nr_advice;
};

static const char doc[] =
	"Show what is hosted, and what to do when something is off.\v"
	"The lines after 'next' each name one thing that is off and the step to take.";

/* which files are there */
enum presence {
	ALWAYS,
	HOSTED,		/* of use, and maybe there, only if calls are made here */
	SOMETIMES,	/* not with every firmware, or not in every module */
};

static int read_files(struct status *status)
{
	const struct {
		const char *file;
		enum presence presence;
		char *text;
		uint64_t *value;
		bool *there;
	} files[] = {
		{ "state", ALWAYS, status->state, NULL, NULL },
		{ "origin", ALWAYS, status->origin, NULL, NULL },
		{ "placement", ALWAYS, status->placement, NULL, NULL },
		{ "hops", ALWAYS, NULL, &status->hops, NULL },
		{ "generation", ALWAYS, NULL, &status->generation, NULL },
		{ "quarantine", HOSTED, status->quarantine, NULL, NULL },
		{ "stack_used", HOSTED, NULL, &status->stack_used, NULL },
		{ "in_flight", SOMETIMES, status->in_flight, NULL, NULL },
		{ "efivars", SOMETIMES, status->efivars, NULL, NULL },
		{ "systab", SOMETIMES, NULL, &status->systab, &status->has_systab },
		{ "capsule_pending", SOMETIMES, NULL, &status->capsule_pending,
		  &status->has_capsule_pending },
	};
	char name[SYSFS_NAME];
	int err;

	err = sysfs_text(status->version, "version");
	if (err)
		return fail_sysfs("version", -err);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		enum presence presence = files[i].presence;

		firmware_file(name, "%s", files[i].file);
		if (files[i].text)
			err = sysfs_text(files[i].text, name);
		else
			err = sysfs_u64(files[i].value, name);
		if (files[i].there)
			*files[i].there = !err;
		if (err == -ENOENT && (presence == SOMETIMES ||
				       (presence == HOSTED && strcmp(status->state, "hosted"))))
			continue;
		if (err)
			return fail_sysfs(name, -err);
	}
	err = uncovered_read(&status->uncovered);
	return err == EXIT_OK ? windows_read(&status->windows) : err;
}

static int add_up(struct status *status)
{
	struct service *services;
	struct extent *extents;
	int code;
	int nr;

	code = extents_read(&extents, &status->extents);
	if (code != EXIT_OK)
		return code;
	for (int i = 0; i < status->extents; i++)
		status->bytes += extents[i].pages * EXTENT_PAGE_SIZE;
	free(extents);

	code = services_read(&services, &nr);
	if (code != EXIT_OK)
		return code;
	for (int i = 0; i < nr; i++) {
		status->calls += services[i].calls;
		status->faults += services[i].faults;
		status->hangs += services[i].hangs;
		status->refused += services[i].refused;
	}
	free(services);
	return EXIT_OK;
}

__attribute__((format(printf, 2, 3)))
static void advise(struct status *status, const char *fmt, ...)
{
	va_list args;

	if (status->nr_advice == MAX_ADVICE)
		return;
	va_start(args, fmt);
	vsnprintf(status->advice[status->nr_advice++], ADVICE_TEXT, fmt, args);
	va_end(args);
}

static void find_advice(struct status *status)
{
	if (!strcmp(status->state, "recorded")) {
		advise(status,
		       "the running kernel calls the services itself, so calls here give EBUSY; "
		       "the map is recorded and will be handed over: opalvm kexec --help");
	}
	if (!strcmp(status->state, "closed"))
		advise(status, "the machine goes down, nothing is called any more; wait for it");
	if (status->quarantine[0]) {
		advise(status,
		       "services are refused after a fault or a hang; the reason: "
		       "dmesg | grep opalvm; to lift it: "
		       "echo SERVICE > /sys/firmware/opalvm/%s/quarantine, or reboot "
		       "where opalvm services says spoiled", firmware());
	}
	if (status->capsule_pending) {
		advise(status,
		       "a capsule waits for a reset and a kexec would lose it; "
		       "reboot before the next kexec");
	}
	if (!strcmp(status->state, "hosted") && !strcmp(status->efivars, "none")) {
		advise(status,
		       "efivarfs has no variables from here; to register them: "
		       "echo 1 > /sys/firmware/opalvm/%s/efivars", firmware());
	}
	if (status->uncovered.nr) {
		advise(status,
		       "the firmware accesses devices that no extent covers, which works, but "
		       "through a trap each time; report the pages, so that an extent is added, "
		       "and what accesses them: opalvm symbols 0x%" PRIx64,
		       status->uncovered.pages[0].ip);
	}
}

/* the lines on one */
static void print_names(const char *line)
{
	while (*line) {
		size_t len = strcspn(line, "\n");

		printf("%.*s", (int)len, line);
		line += len;
		if (*line) {
			line++;
			printf(" ");
		}
	}
	printf("\n");
}

static void print_text(const struct status *status)
{
	bool recorded = !strcmp(status->state, "recorded");
	char bytes[UNITS_TEXT];

	printf("opalvm %s\n%s\n", status->version, firmware());
	printf("  state         %s\n", status->state);
	printf("  origin        %s\n", status->origin);
	printf("  placement     %s\n", status->placement);
	printf("  hops          %" PRIu64 "\n", status->hops);
	printf("  generation    %" PRIu64 "\n", status->generation);
	if (status->has_systab)
		printf("  system table  0x%" PRIx64 "\n", status->systab);
	printf("  map           %d extents, %s\n", status->extents,
	       units_bytes(bytes, status->bytes));
	if (!recorded) {
		printf("  calls         %" PRIu64 " (%" PRIu64 " faults, %" PRIu64 " hangs), %"
		       PRIu64 " refused\n", status->calls, status->faults, status->hangs,
		       status->refused);
		printf("  stack used    %s\n", units_bytes(bytes, status->stack_used));
		printf("  quarantine    ");
		print_names(status->quarantine[0] ? status->quarantine : "none");
		if (status->in_flight[0]) {
			printf("  in progress   ");
			print_names(status->in_flight);
		}
		if (status->efivars[0])
			printf("  efivars       %s\n", status->efivars);
	}
	if (status->has_capsule_pending)
		printf("  capsule       %s\n", status->capsule_pending ? "pending" : "none");
	if (status->uncovered.there)
		uncovered_print(&status->uncovered);
	windows_print(&status->windows);
	for (int i = 0; i < status->nr_advice; i++)
		printf("next: %s\n", status->advice[i]);
}

static struct json_object *json_names(const char *line)
{
	struct json_object *list = json_object_new_array();

	while (*line) {
		size_t len = strcspn(line, "\n");

		if (len)
			json_object_array_add(list, json_object_new_string_len(line, len));
		line += len;
		line += *line == '\n';
	}
	return list;
}

static struct json_object *json_firmware(const struct status *status)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "state", json_object_new_string(status->state));
	json_object_object_add(json, "origin", json_object_new_string(status->origin));
	json_object_object_add(json, "placement", json_object_new_string(status->placement));
	json_object_object_add(json, "hops", json_object_new_uint64(status->hops));
	json_object_object_add(json, "generation", json_object_new_uint64(status->generation));
	if (status->has_systab)
		json_object_object_add(json, "systab", json_address(status->systab));
	json_object_object_add(json, "extents", json_object_new_int(status->extents));
	json_object_object_add(json, "bytes", json_object_new_uint64(status->bytes));
	if (status->has_capsule_pending)
		json_object_object_add(json, "capsule_pending",
				       json_object_new_boolean(!!status->capsule_pending));
	if (status->uncovered.there)
		json_object_object_add(json, "uncovered", uncovered_json(&status->uncovered));
	if (status->windows.there)
		json_object_object_add(json, "windows", windows_json(&status->windows));
	if (!strcmp(status->state, "recorded"))
		return json;
	json_object_object_add(json, "calls", json_object_new_uint64(status->calls));
	json_object_object_add(json, "faults", json_object_new_uint64(status->faults));
	json_object_object_add(json, "hangs", json_object_new_uint64(status->hangs));
	json_object_object_add(json, "refused", json_object_new_uint64(status->refused));
	json_object_object_add(json, "stack_used", json_object_new_uint64(status->stack_used));
	json_object_object_add(json, "quarantine", json_names(status->quarantine));
	json_object_object_add(json, "in_flight", json_names(status->in_flight));
	if (status->efivars[0])
		json_object_object_add(json, "efivars", json_object_new_string(status->efivars));
	return json;
}

static void print_status_json(const struct status *status)
{
	struct json_object *json = json_object_new_object();
	struct json_object *next = json_object_new_array();

	for (int i = 0; i < status->nr_advice; i++)
		json_object_array_add(next, json_object_new_string(status->advice[i]));
	json_object_object_add(json, "version", json_object_new_string(status->version));
	json_object_object_add(json, firmware(), json_firmware(status));
	json_object_object_add(json, "next", next);
	print_json(json);
}

int cmd_status(int argc, char **argv)
{
	bool json = options_json(argc, argv, doc);
	struct status status = { 0 };
	int code;

	code = sysfs_ready();
	if (code == EXIT_OK)
		code = read_files(&status);
	if (code == EXIT_OK)
		code = add_up(&status);
	if (code == EXIT_OK) {
		find_advice(&status);
		if (json)
			print_status_json(&status);
		else
			print_text(&status);
	}
	uncovered_free(&status.uncovered);
	windows_free(&status.windows);
	return code;
}
