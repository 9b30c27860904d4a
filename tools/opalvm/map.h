/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MAP_H
#define MAP_H

#include <stdint.h>

#define EXTENT_PAGE_SIZE	4096ULL

/* one directory of map/ */
struct extent {
	uint64_t va;
	uint64_t pa;
	uint64_t pages;
	uint64_t type;
	uint64_t attr;
};

/* the map, to be freed; says what is wrong and returns an exit code */
int extents_read(struct extent **extents, int *nr);

const char *extent_cache(const struct extent *extent);
void extent_access(const struct extent *extent, char text[4]);

#endif /* MAP_H */
