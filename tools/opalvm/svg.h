/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The address space as a picture.
 */
#ifndef SVG_H
#define SVG_H

#include "map.h"

struct svg_extent {
	const struct extent *extent;
	double touched;		/* what part was touched, negative if that is not known */
	const char *note;	/* what is wrong with it, "" if nothing is */
};

/*
 * Draw @nr extents into the file @path, with what was touched and the notes if
 * @audit. They are sorted by virtual address. Says what is wrong and returns an
 * exit code.
 */
int svg_write(const char *path, struct svg_extent *list, int nr, bool audit);

#endif /* SVG_H */
