// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "say.h"
#include "sysfs.h"
#include "tool.h"

static const char doc[] = "Show the firmware's clock: one call of the firmware.";

/* EBUSY has two causes, and only one of them passes */
static int fail_time(int err)
{
	char state[SYSFS_TEXT], name[SYSFS_NAME];

	if (err == EBUSY && !sysfs_text(state, firmware_file(name, "state")) &&
	    !strcmp(state, "recorded"))
		return fail(EXIT_FAILED,
			    "%s: the running kernel calls the services itself; "
			    "its clock: hwclock --show", firmware_file(name, "time"));
	return fail_sysfs(firmware_file(name, "time"), err);
}

int cmd_time(int argc, char **argv)
{
	bool as_json = options_json(argc, argv, doc);
	char text[SYSFS_TEXT], name[SYSFS_NAME];
	struct json_object *json, *fw;
	int code;
	int err;

	code = sysfs_ready();
	if (code != EXIT_OK)
		return code;
	err = sysfs_text(text, firmware_file(name, "time"));
	if (err)
		return fail_time(-err);
	if (!as_json) {
		puts(text);
		return EXIT_OK;
	}
	json = json_object_new_object();
	fw = json_object_new_object();
	json_object_object_add(fw, "time", json_object_new_string(text));
	json_object_object_add(json, firmware(), fw);
	print_json(json);
	return EXIT_OK;
}
