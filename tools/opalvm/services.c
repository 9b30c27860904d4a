// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "say.h"
#include "services.h"
#include "sysfs.h"
#include "tool.h"
#include "units.h"

static const char doc[] =
	"Show the firmware's services and what happened to them.\v"
	"States: ok; unsupported, the firmware does not have it; quarantined, refused after a "
	"fault or a hang; spoiled, refused until reboot; internal, never called for anyone. A "
	"dash stands for what is not counted, because the running kernel calls the services "
	"itself, or for an entry point that is not told.";

static int read_number(const char *service, const char *file, uint64_t *value)
{
	char name[SYSFS_NAME];
	int err;

	err = sysfs_u64(value, firmware_file(name, "services/%s/%s", service, file));
	return err ? fail_sysfs(name, -err) : EXIT_OK;
}

/* services that share an entry point may have none of their own */
static int read_entry(struct service *service)
{
	char name[SYSFS_NAME];
	int err;

	err = sysfs_u64(&service->entry, firmware_file(name, "services/%s/entry", service->name));
	service->has_entry = !err;
	return err && err != -ENOENT ? fail_sysfs(name, -err) : EXIT_OK;
}

static int read_counts(struct service *service)
{
	const struct {
		const char *file;
		uint64_t *value;
	} files[] = {
		{ "deadline_ms", &service->deadline_ms },
		{ "calls", &service->calls },
		{ "faults", &service->faults },
		{ "hangs", &service->hangs },
		{ "refused", &service->refused },
		{ "total_ns", &service->total_ns },
		{ "max_ns", &service->max_ns },
	};
	int code = EXIT_OK;

	for (size_t i = 0; code == EXIT_OK && i < sizeof(files) / sizeof(files[0]); i++)
		code = read_number(service->name, files[i].file, files[i].value);
	return code;
}

static int read_service(const char *name, bool counted, struct service *service)
{
	char text[SYSFS_TEXT], file[SYSFS_NAME];
	int code;
	int err;

	snprintf(service->name, sizeof(service->name), "%.63s", name);
	err = sysfs_text(text, firmware_file(file, "services/%s/state", service->name));
	if (err)
		return fail_sysfs(file, -err);
	snprintf(service->state, sizeof(service->state), "%.63s", text);
	service->counted = counted;
	code = read_entry(service);
	if (code == EXIT_OK && counted)
		code = read_counts(service);
	return code;
}

int services_read(struct service **services, int *nr)
{
	char state[SYSFS_TEXT], name[SYSFS_NAME];
	struct sysfs_dir dir;
	bool counted;
	int code = EXIT_OK;
	int err;

	err = sysfs_text(state, firmware_file(name, "state"));
	if (err)
		return fail_sysfs(name, -err);
	counted = strcmp(state, "recorded");
	err = sysfs_dir(&dir, firmware_file(name, "services"));
	if (err)
		return fail_sysfs(name, -err);
	*nr = dir.nr;
	*services = calloc(dir.nr + 1, sizeof(**services));
	if (!*services)
		code = fail_sysfs(name, ENOMEM);
	for (int i = 0; code == EXIT_OK && i < dir.nr; i++)
		code = read_service(dir.entries[i]->d_name, counted, &(*services)[i]);
	sysfs_dir_free(&dir);
	if (code != EXIT_OK) {
		free(*services);
		*services = NULL;
	}
	return code;
}

static uint64_t mean_ns(const struct service *service)
{
	return service->calls ? service->total_ns / service->calls : 0;
}

static void print_table(const struct service *services, int nr)
{
	const char *const titles[] = {
		"SERVICE", "STATE", "ENTRY", ">DEADLINE", ">CALLS", ">FAULTS", ">HANGS",
		">REFUSED", ">MEAN", ">LONGEST", NULL
	};
	struct libscols_table *columns = columns_new(titles);
	char text[8][UNITS_TEXT];

	for (int i = 0; i < nr; i++) {
		const struct service *s = &services[i];
		bool bad = !strcmp(s->state, "quarantined") || !strcmp(s->state, "spoiled");
		const char *const cells[] = {
			s->name, s->state,
			s->has_entry ? units_long_address(text[0], s->entry) : "-",
			/* 0: nobody has set one */
			!s->counted ? "-" :
			s->deadline_ms ? units_time(text[1], s->deadline_ms * 1000000) : "default",
			s->counted ? units_number(text[2], s->calls) : "-",
			s->counted ? units_number(text[3], s->faults) : "-",
			s->counted ? units_number(text[4], s->hangs) : "-",
			s->counted ? units_number(text[5], s->refused) : "-",
			s->counted ? units_time(text[6], mean_ns(s)) : "-",
			s->counted ? units_time(text[7], s->max_ns) : "-",
		};

		columns_line(columns, bad ? TONE_BAD : TONE_PLAIN, cells);
	}
	columns_print(columns);
}

static struct json_object *json_service(const struct service *service)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "name", json_object_new_string(service->name));
	json_object_object_add(json, "state", json_object_new_string(service->state));
	if (service->has_entry)
		json_object_object_add(json, "entry", json_address(service->entry));
	if (!service->counted)
		return json;
	json_object_object_add(json, "deadline_ms", json_object_new_uint64(service->deadline_ms));
	json_object_object_add(json, "calls", json_object_new_uint64(service->calls));
	json_object_object_add(json, "faults", json_object_new_uint64(service->faults));
	json_object_object_add(json, "hangs", json_object_new_uint64(service->hangs));
	json_object_object_add(json, "refused", json_object_new_uint64(service->refused));
	json_object_object_add(json, "total_ns", json_object_new_uint64(service->total_ns));
	json_object_object_add(json, "max_ns", json_object_new_uint64(service->max_ns));
	return json;
}

static void print_services_json(const struct service *services, int nr)
{
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();

	for (int i = 0; i < nr; i++)
		json_object_array_add(list, json_service(&services[i]));
	json_object_object_add(json, firmware(), list);
	print_json(json);
}

int cmd_services(int argc, char **argv)
{
	bool json = options_json(argc, argv, doc);
	struct service *services;
	int code;
	int nr;

	code = sysfs_ready();
	if (code != EXIT_OK)
		return code;
	code = services_read(&services, &nr);
	if (code != EXIT_OK)
		return code;
	if (json)
		print_services_json(services, nr);
	else
		print_table(services, nr);
	free(services);
	return EXIT_OK;
}
