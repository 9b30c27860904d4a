/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was loaded, so that a later 'kexec -e' knows whether the table still
 * holds, and can load again. The record lies in /run: it ends with this kernel.
 */
#ifndef LOADED_H
#define LOADED_H

#include <stdbool.h>
#include <stdint.h>

#include "request.h"

struct json_object;

struct loaded {
	struct request request;
	uint32_t checksum;		/* of the table */
	struct json_object *json;	/* holds the strings of @request */
};

/* nothing is known to be loaded */
void loaded_forget(void);

/* whether something was noted, and not forgotten */
bool loaded_is_noted(void);

/* both return an exit code */
int loaded_write(const struct request *request, uint32_t checksum);
int loaded_read(struct loaded *loaded);
void loaded_free(struct loaded *loaded);

#endif /* LOADED_H */
