/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MAP_H
#define MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "units.h"

#define EXTENT_PAGE_SIZE	4096ULL

/* one directory of map/ */
struct extent {
	uint64_t index;		/* its name */
	uint64_t va;
	uint64_t pa;
	uint64_t pages;
	uint64_t type;
	uint64_t attr;
};

/* the map, to be freed; says what is wrong and returns an exit code */
int extents_read(struct extent **extents, int *nr);

const char *extent_cache(const struct extent *extent);
const char *extent_type(const struct extent *extent, char text[UNITS_TEXT]);
void extent_access(const struct extent *extent, char text[4]);

/* writable and executable */
bool extent_is_wx(const struct extent *extent);

/* as a table */
void extents_print(const struct extent *extents, int nr);

struct json_object;
struct json_object *extent_json(const struct extent *extent);

#endif /* MAP_H */
