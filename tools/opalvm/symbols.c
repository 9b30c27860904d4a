// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "sysfs.h"
#include "tool.h"
#include "units.h"

struct symbol {
	uint64_t address;
	const char *type;	/* one letter, as from nm */
	const char *name;
};

/* sorted by address */
struct symbols {
	struct sysfs_lines lines;
	struct symbol *list;
	size_t nr;
};

static const char doc[] =
	"Show the symbols of the firmware, or name an address in it.\v"
	"Without an argument all symbols are listed. ADDRESS, which begins with a digit and is "
	"hexadecimal, gives the symbol in front of it and the distance from there; NAME gives "
	"the symbols of this name, of which there may be several: big-endian firmware has "
	"each function twice, its code with a dot in front of the name.\n"
	"\n"
	"Only OPAL tells its symbols.";

/* hexadecimal, as nm and the kernel print it, with or without 0x */
static bool parse_address(uint64_t *address, const char *text)
{
	char *end;

	errno = 0;
	*address = strtoull(text, &end, 16);
	return isxdigit((unsigned char)*text) && !errno && !*end;
}

/* "ADDRESS TYPE NAME" */
static bool parse(struct symbol *symbol, char *line)
{
	const char *address = strsep(&line, " ");

	symbol->type = strsep(&line, " ");
	symbol->name = line;
	return line && parse_address(&symbol->address, address) && strlen(symbol->type) == 1 &&
	       *line && !strpbrk(line, " \t");
}

static int parse_all(struct symbols *symbols, const char *name)
{
	uint64_t before = 0;

	symbols->list = calloc(symbols->lines.nr + 1, sizeof(*symbols->list));
	if (!symbols->list)
		return fail_sysfs(name, ENOMEM);
	for (; symbols->nr < symbols->lines.nr; symbols->nr++) {
		struct symbol *symbol = &symbols->list[symbols->nr];

		if (!parse(symbol, symbols->lines.lines[symbols->nr]) || symbol->address < before)
			return fail_line(name, symbols->nr);
		before = symbol->address;
	}
	return EXIT_OK;
}

static void symbols_free(struct symbols *symbols)
{
	free(symbols->list);
	sysfs_lines_free(&symbols->lines);
}

static int symbols_read(struct symbols *symbols)
{
	char name[SYSFS_NAME];
	int code;
	int err;

	memset(symbols, 0, sizeof(*symbols));
	err = sysfs_lines(&symbols->lines, firmware_file(name, "symbols"));
	if (err == -ENOENT)
		return fail(EXIT_FAILED, "%s: the firmware tells no symbols; only OPAL may, "
			    "and if it does not, the reason: dmesg | grep opalvm", name);
	if (err)
		return fail_sysfs(name, -err);
	code = parse_all(symbols, name);
	if (code != EXIT_OK)
		symbols_free(symbols);
	return code;
}

static struct json_object *json_symbol(const struct symbol *symbol)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "address", json_address(symbol->address));
	json_object_object_add(json, "type", json_object_new_string(symbol->type));
	json_object_object_add(json, "name", json_object_new_string(symbol->name));
	return json;
}

static void print_list_json(struct json_object *list)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, firmware(), list);
	print_json(json);
}

/* where a function has a descriptor of its name, its code has a dot in front */
static bool has_name(const struct symbol *symbol, const char *name)
{
	const char *own = symbol->name;

	return !strcmp(own, name) || (*own == '.' && !strcmp(own + 1, name));
}

/* the symbols with @name, or all of them */
static int show_symbols(const struct symbols *symbols, const char *name, bool as_json)
{
	struct json_object *list = as_json ? json_object_new_array() : NULL;
	bool any = false;

	for (size_t i = 0; i < symbols->nr; i++) {
		const struct symbol *symbol = &symbols->list[i];

		if (name && !has_name(symbol, name))
			continue;
		any = true;
		if (as_json)
			json_object_array_add(list, json_symbol(symbol));
		else
			printf("0x%" PRIx64 " %s %s\n", symbol->address, symbol->type,
			       symbol->name);
	}
	if (name && !any) {
		json_object_put(list);
		return fail(EXIT_FAILED, "no symbol '%s'; the list: opalvm symbols", name);
	}
	if (as_json)
		print_list_json(list);
	return EXIT_OK;
}

/*
 * The first of those that have the same address, as in the kernel log; NULL
 * behind the last one, whose end is not known, and in front of the first.
 */
static const struct symbol *symbol_at(const struct symbols *symbols, uint64_t address)
{
	const struct symbol *at = NULL;

	for (size_t i = 0; i < symbols->nr; i++) {
		const struct symbol *symbol = &symbols->list[i];

		if (symbol->address > address)
			return at;
		if (!at || at->address != symbol->address)
			at = symbol;
	}
	return at && at->address == address ? at : NULL;
}

static int show_address(const struct symbols *symbols, uint64_t address, bool as_json)
{
	const struct symbol *symbol = symbol_at(symbols, address);
	struct json_object *json, *list;

	if (!symbol)
		return fail(EXIT_FAILED, "no symbol is at 0x%" PRIx64
			    "; what the firmware has mapped: opalvm map", address);
	if (!as_json) {
		printf("%s+0x%" PRIx64 "\n", symbol->name, address - symbol->address);
		return EXIT_OK;
	}
	json = json_symbol(symbol);
	json_object_object_add(json, "offset", json_address(address - symbol->address));
	list = json_object_new_array();
	json_object_array_add(list, json);
	print_list_json(list);
	return EXIT_OK;
}

int cmd_symbols(int argc, char **argv)
{
	struct options options = { .args_doc = "[ADDRESS|NAME]" };
	struct symbols symbols;
	uint64_t address = 0;
	int code = EXIT_OK;
	const char *what;
	bool by_address;

	options_parse(argc, argv, doc, &options);
	what = options.arg;
	by_address = what && isdigit((unsigned char)*what);
	if (by_address && !parse_address(&address, what))
		code = fail(EXIT_USAGE, "'%s' is no address of 64 bits; give it in hexadecimal",
			    what);
	if (code == EXIT_OK)
		code = sysfs_ready();
	if (code == EXIT_OK)
		code = symbols_read(&symbols);
	if (code != EXIT_OK)
		return code;
	if (by_address)
		code = show_address(&symbols, address, options.json);
	else
		code = show_symbols(&symbols, what, options.json);
	symbols_free(&symbols);
	return code;
}
