// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "say.h"
#include "sysfs.h"
#include "tool.h"

static const char doc[] = "Show the firmware's clock: one call of GetTime.";

/* EBUSY has two causes, and only one of them passes */
static int fail_time(int err)
{
	char state[SYSFS_TEXT];

	if (err == EBUSY && !sysfs_text(state, FIRMWARE "/state") && !strcmp(state, "recorded"))
		return fail(EXIT_FAILED,
			    FIRMWARE "/time: the running kernel calls the services itself; "
			    "its clock: hwclock --show");
	return fail_sysfs(FIRMWARE "/time", err);
}

int cmd_time(int argc, char **argv)
{
	bool as_json = options_json(argc, argv, doc);
	struct json_object *json, *efi;
	char text[SYSFS_TEXT];
	int code;
	int err;

	code = sysfs_ready();
	if (code != EXIT_OK)
		return code;
	err = sysfs_text(text, FIRMWARE "/time");
	if (err)
		return fail_time(-err);
	if (!as_json) {
		puts(text);
		return EXIT_OK;
	}
	json = json_object_new_object();
	efi = json_object_new_object();
	json_object_object_add(efi, "time", json_object_new_string(text));
	json_object_object_add(json, FIRMWARE, efi);
	print_json(json);
	return EXIT_OK;
}
