/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables for people: libsmartcols aligns them, and colours lines on a terminal
 * unless NO_COLOR is set. JSON, which has more than fits a table, is printed by
 * json-c.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

/* what a line is: its colour */
enum tone { TONE_PLAIN, TONE_GOOD, TONE_WARN, TONE_BAD };

struct libscols_table;

/* the titles end with NULL; ">TITLE" is aligned to the right */
struct libscols_table *columns_new(const char *const titles[]);

/* a line behind those that are there; as many cells as there are titles */
void columns_line(struct libscols_table *columns, enum tone tone, const char *const cells[]);

/* print it, and free it */
void columns_print(struct libscols_table *columns);

/* the same for text that is in no table: what to print in front and behind, "" without colours */
const char *tone_begin(enum tone tone);
const char *tone_end(enum tone tone);

#endif /* COLUMNS_H */
