// SPDX-License-Identifier: GPL-2.0
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "columns.h"
#include "doctor.h"
#include "say.h"
#include "sysfs.h"
#include "tool.h"

#define MAX_CHECKS	16

static const char doc[] =
	"Say whether this machine can host firmware, what stands in the way, and what to do.\v"
	"Results: ok; note, which is good to know and in nobody's way; stops, without which "
	"nothing can be hosted. Nothing is changed, and no firmware is called.\n"
	"\n"
	"Exit code 4: something stands in the way.";

static const char *const words[] = { [FINE] = "ok", [NOTE] = "note", [STOPS] = "stops" };

static void look_at(struct patient *patient)
{
	char text[SYSFS_TEXT];
	struct utsname uts;

	memset(patient, 0, sizeof(*patient));
	uname(&uts);
	/* since 6.1 the kernel tells both in files */
	if (!sysfs_text(text, "/proc/sys/kernel/osrelease"))
		snprintf(patient->release, FINDING_TEXT, "%.64s", text);
	else
		snprintf(patient->release, FINDING_TEXT, "%.64s", uts.release);
	if (sysfs_text(text, "/proc/sys/kernel/arch"))
		snprintf(text, sizeof(text), "%.64s", uts.machine);
	patient->power = !strncmp(text, "ppc64", 5);
	patient->known_arch = patient->power || !strcmp(text, "x86_64");
	patient->loaded = !sysfs_absent(".");
	patient->hosts = patient->loaded && sysfs_find();
	patient->locked_down = !sysfs_text(text, "/sys/kernel/security/lockdown") &&
			       (strstr(text, "[integrity]") || strstr(text, "[confidentiality]"));
}

static void print_text(const struct finding *findings, int stops)
{
	static const enum tone tones[] = {
		[FINE] = TONE_GOOD, [NOTE] = TONE_WARN, [STOPS] = TONE_BAD
	};
	const char *const titles[] = { "RESULT", "CHECK", "WHAT", NULL };
	struct libscols_table *columns = columns_new(titles);

	for (int i = 0; doctor_checks[i].name; i++) {
		const struct finding *finding = &findings[i];
		char next[FINDING_TEXT + 8];
		const char *const what[] = {
			words[finding->verdict], doctor_checks[i].name, finding->says
		};
		const char *const todo[] = { "", "", next };

		columns_line(columns, tones[finding->verdict], what);
		snprintf(next, sizeof(next), "next: %s", finding->next);
		if (*finding->next)
			columns_line(columns, TONE_PLAIN, todo);
	}
	columns_print(columns);
	if (stops)
		printf("%sNothing can be hosted here as it is: what stops it, above: %d.%s\n",
		       tone_begin(TONE_BAD), stops, tone_end(TONE_BAD));
	else
		printf("Nothing stands in the way.\n");
}

static void print_doctor_json(const struct finding *findings, int stops)
{
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();

	for (int i = 0; doctor_checks[i].name; i++) {
		const struct finding *finding = &findings[i];
		struct json_object *check = json_object_new_object();

		json_object_object_add(check, "check",
				       json_object_new_string(doctor_checks[i].name));
		json_object_object_add(check, "result",
				       json_object_new_string(words[finding->verdict]));
		json_object_object_add(check, "says", json_object_new_string(finding->says));
		json_object_object_add(check, "next", json_object_new_string(finding->next));
		json_object_array_add(list, check);
	}
	json_object_object_add(json, "can_host", json_object_new_boolean(!stops));
	json_object_object_add(json, "checks", list);
	print_json(json);
}

int cmd_doctor(int argc, char **argv)
{
	bool json = options_json(argc, argv, doc);
	struct finding findings[MAX_CHECKS] = { 0 };
	struct patient patient;
	int stops = 0;

	look_at(&patient);
	for (int i = 0; doctor_checks[i].name; i++) {
		doctor_checks[i].look(&patient, &findings[i]);
		stops += findings[i].verdict == STOPS;
	}
	if (json)
		print_doctor_json(findings, stops);
	else
		print_text(findings, stops);
	return stops ? EXIT_FOUND : EXIT_OK;
}
