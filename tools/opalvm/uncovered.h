/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of devices that OPAL accessed and that no extent covers.
 */
#ifndef UNCOVERED_H
#define UNCOVERED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uncovered_page {
	uint64_t address;
	uint64_t count;		/* of accesses */
	uint64_t ip;		/* code that accessed it */
};

struct uncovered {
	bool there;		/* whether the firmware is one that has the file */
	struct uncovered_page *pages;
	size_t nr;
};

/* says what is wrong and returns an exit code */
int uncovered_read(struct uncovered *uncovered);
void uncovered_free(struct uncovered *uncovered);

void uncovered_print(const struct uncovered *uncovered);

struct json_object;
struct json_object *uncovered_json(const struct uncovered *uncovered);

#endif /* UNCOVERED_H */
