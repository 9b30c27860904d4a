/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of each extent the firmware has touched, as far as the module knows it.
 */
#ifndef TOUCHED_H
#define TOUCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "map.h"

/* in pages of EXTENT_PAGE_SIZE */
struct touched {
	bool known;
	uint64_t accessed;
	uint64_t written;
};

/*
 * One for each of @nr extents, to be freed. Says what is wrong and returns an
 * exit code; that nothing is known is no error.
 */
int touched_read(struct touched **touched, const struct extent *extents, int nr);

#endif /* TOUCHED_H */
