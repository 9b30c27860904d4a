// SPDX-License-Identifier: GPL-2.0
#include <argp.h>
#include <json-c/json.h>
#include <stdio.h>

#include "tool.h"

static const struct argp_option show_options[] = {
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ 0 }
};

static error_t parse_show(int key, char *arg, struct argp_state *state)
{
	bool *json = state->input;

	switch (key) {
	case 'j':
		*json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is not expected", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

bool options_json(int argc, char **argv, const char *doc)
{
	const struct argp argp = { .options = show_options, .parser = parse_show, .doc = doc };
	bool json = false;

	argp_parse(&argp, argc, argv, 0, NULL, &json);
	return json;
}

void print_json(struct json_object *json)
{
	puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
						  JSON_C_TO_STRING_SPACED |
						  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(json);
}
