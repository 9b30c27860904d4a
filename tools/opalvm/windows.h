/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that OPAL asked for during calls, beside its map.
 */
#ifndef WINDOWS_H
#define WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "map.h"
#include "sysfs.h"

struct window {
	uint64_t number;
	struct extent extent;
	char service[SYSFS_NAME];	/* that asked */
};

struct windows {
	bool there;		/* whether the firmware is one that has the file */
	struct window *windows;
	size_t nr;
};

/* says what is wrong and returns an exit code */
int windows_read(struct windows *windows);
void windows_free(struct windows *windows);

void windows_print(const struct windows *windows);

struct json_object;
struct json_object *windows_json(const struct windows *windows);

#endif /* WINDOWS_H */
