/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CPIO_H
#define CPIO_H

#include <stddef.h>
#include <stdio.h>

/*
 * Write a newc archive with one file of mode 0400. @out must stand at a
 * multiple of 4 bytes. Returns 0, or -1 with errno set.
 */
int cpio_write(FILE *out, const char *name, const void *data, size_t len);

/* zero bytes, @least at least, up to a multiple of 4 */
int cpio_pad(FILE *out, unsigned int least);

#endif /* CPIO_H */
