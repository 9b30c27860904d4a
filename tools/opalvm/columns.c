// SPDX-License-Identifier: GPL-2.0
#include <libsmartcols.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "columns.h"
#include "say.h"
#include "tool.h"

static const char *const escapes[] = {
	[TONE_PLAIN] = "", [TONE_GOOD] = "\033[32m", [TONE_WARN] = "\033[33m",
	[TONE_BAD] = "\033[31m",
};

static bool in_colour(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb");
}

const char *tone_begin(enum tone tone)
{
	return in_colour() ? escapes[tone] : "";
}

const char *tone_end(enum tone tone)
{
	return in_colour() && *escapes[tone] ? "\033[0m" : "";
}

static void check(bool bad)
{
	if (bad)
		exit(fail(EXIT_FAILED, "no memory; try again when there is some"));
}

struct libscols_table *columns_new(const char *const titles[])
{
	struct libscols_table *columns;

	scols_init_debug(0);
	columns = scols_new_table();
	check(!columns);
	for (; *titles; titles++) {
		bool right = **titles == '>';

		check(!scols_table_new_column(columns, *titles + right, 0,
					      right ? SCOLS_FL_RIGHT : 0));
	}
	check(scols_table_set_column_separator(columns, "  "));
	scols_table_enable_colors(columns, in_colour());
	return columns;
}

void columns_line(struct libscols_table *columns, enum tone tone, const char *const cells[])
{
	struct libscols_line *line = scols_table_new_line(columns, NULL);

	check(!line);
	for (size_t i = 0; i < scols_table_get_ncols(columns); i++)
		check(scols_line_set_data(line, i, cells[i]));
	if (tone != TONE_PLAIN)
		check(scols_line_set_color(line, escapes[tone]));
}

void columns_print(struct libscols_table *columns)
{
	check(scols_print_table(columns));
	scols_unref_table(columns);
}
