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

/* the same of a file of the running system, and of one that the user named */
int table_read_name(struct table *table, const char *name);
int table_read_file(struct table *table, const char *path);

/* how many firmwares it has */
uint32_t table_count(const struct table *table);

/*
 * The table of number @nr, from 0. Returns its entries, which its extents are
 * behind, or NULL if what is inside is for those who know more.
 */
struct opalvm_wire_table;
const unsigned char *table_firmware(const struct table *table, uint32_t nr,
				    struct opalvm_wire_table *firmware);

void table_free(struct table *table);

#endif /* TABLE_H */
