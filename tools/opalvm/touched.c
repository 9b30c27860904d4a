// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "sysfs.h"
#include "tool.h"
#include "touched.h"

/* "INDEX PAGES ACCESSED WRITTEN" */
static bool parse(struct touched *touched, const struct extent *extents, int nr, char *line)
{
	uint64_t numbers[4];

	for (int i = 0; i < 4; i++) {
		const char *number = strsep(&line, " ");

		if (!number || !parse_u64(&numbers[i], number))
			return false;
	}
	if (line || numbers[2] > numbers[1] || numbers[3] > numbers[1])
		return false;
	for (int i = 0; i < nr; i++) {
		if (extents[i].index != numbers[0])
			continue;
		if (extents[i].pages != numbers[1])
			return false;
		touched[i] = (struct touched) {
			.known = true, .accessed = numbers[2], .written = numbers[3],
		};
		return true;
	}
	return false;
}

static int parse_all(struct touched *touched, const struct extent *extents, int nr,
		     const char *name)
{
	struct sysfs_lines lines;
	int code = EXIT_OK;
	int err;

	err = sysfs_lines(&lines, name);
	/* not mounted, a module that does not have it, or locked down */
	if (err == -ENOENT || err == -EPERM || err == -EOPNOTSUPP)
		return EXIT_OK;
	if (err)
		return fail_sysfs(name, -err);
	for (size_t i = 0; code == EXIT_OK && i < lines.nr; i++) {
		if (!parse(touched, extents, nr, lines.lines[i]))
			code = fail_line(name, i);
	}
	sysfs_lines_free(&lines);
	return code;
}

int touched_read(struct touched **touched, const struct extent *extents, int nr)
{
	char name[SYSFS_NAME];
	int code;

	debug_file(name, "touched");
	*touched = calloc(nr + 1, sizeof(**touched));
	if (!*touched)
		return fail_sysfs(name, ENOMEM);
	code = parse_all(*touched, extents, nr, name);
	if (code != EXIT_OK)
		free(*touched);
	return code;
}
