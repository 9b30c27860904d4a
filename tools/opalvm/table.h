/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The handover table: include/uapi/linux/opalvm.h.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>
#include <stdint.h>

struct table {
	void *data;
	size_t len;
	uint32_t checksum;	/* two tables that say the same have the same */
	uint64_t state_page;	/* the live state page, 0 if there is none */
};

/* read and check the table; says what is wrong and returns an exit code */
int table_read(struct table *table);
void table_free(struct table *table);

#endif /* TABLE_H */
