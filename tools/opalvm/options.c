// SPDX-License-Identifier: GPL-2.0
#include <argp.h>
#include <json-c/json.h>
#include <stdio.h>

#include "tool.h"

/* only some draw */
static const struct argp_option show_options[] = {
	{ "svg", 's', "FILE", 0, "Draw the address space into FILE, as SVG", 0 },
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ 0 }
};

static error_t parse_show(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 's':
		options->svg = arg;
		return 0;
	case 'j':
		options->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!options->args_doc || options->arg)
			argp_error(state, "'%s' is not expected", arg);
		else
			options->arg = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void options_parse(int argc, char **argv, const char *doc, struct options *options)
{
	const struct argp argp = {
		.options = show_options + !options->draws, .parser = parse_show, .doc = doc,
		.args_doc = options->args_doc,
	};

	argp_parse(&argp, argc, argv, 0, NULL, options);
}

bool options_json(int argc, char **argv, const char *doc)
{
	struct options options = { 0 };

	options_parse(argc, argv, doc, &options);
	return options.json;
}

void print_json(struct json_object *json)
{
	puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
						  JSON_C_TO_STRING_SPACED |
						  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(json);
}
