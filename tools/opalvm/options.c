// SPDX-License-Identifier: GPL-2.0
#include <argp.h>
#include <json-c/json.h>
#include <stdio.h>

#include "tool.h"

static const struct argp_option show_options[] = {
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ 0 }
};

struct show {
	bool json;
	const char **arg;	/* NULL: none is taken */
};

static error_t parse_show(int key, char *arg, struct argp_state *state)
{
	struct show *show = state->input;

	switch (key) {
	case 'j':
		show->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!show->arg || *show->arg)
			argp_error(state, "'%s' is not expected", arg);
		else
			*show->arg = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

bool options_argument(int argc, char **argv, const char *doc, const char *args_doc,
		      const char **arg)
{
	const struct argp argp = {
		.options = show_options, .parser = parse_show, .doc = doc, .args_doc = args_doc,
	};
	struct show show = { .arg = arg };

	argp_parse(&argp, argc, argv, 0, NULL, &show);
	return show.json;
}

bool options_json(int argc, char **argv, const char *doc)
{
	return options_argument(argc, argv, doc, NULL, NULL);
}

void print_json(struct json_object *json)
{
	puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
						  JSON_C_TO_STRING_SPACED |
						  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(json);
}
