/* SPDX-License-Identifier: GPL-2.0 */
#ifndef INITRD_H
#define INITRD_H

struct table;

/*
 * An initrd that holds @initrd, if not NULL, and the table behind it. It has
 * no name in the file system: nothing is left behind, however the tool ends.
 * Children inherit the descriptor. Returns an exit code.
 */
int initrd_make(const char *initrd, const struct table *table, int *fd);

#endif /* INITRD_H */
