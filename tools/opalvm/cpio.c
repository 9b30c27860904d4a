// SPDX-License-Identifier: GPL-2.0
/*
 * The format that the kernel unpacks:
 * Documentation/driver-api/early-userspace/buffer-format.rst in the kernel.
 * Not libarchive: one header is all there is to it, and an initramfs stays small.
 */
#include <string.h>
#include <sys/stat.h>

#include "cpio.h"

/* headers, and names and data behind them, start at multiples of this */
#define CPIO_ALIGN	4

int cpio_pad(FILE *out, unsigned int least)
{
	off_t at = ftello(out);

	if (at < 0)
		return -1;
	for (; least || at % CPIO_ALIGN; at++) {
		if (putc(0, out) == EOF)
			return -1;
		least -= !!least;
	}
	return 0;
}

static int write_member(FILE *out, const char *name, unsigned int mode, const void *data,
			size_t len)
{
	size_t name_size = strlen(name) + 1;

	/* magic, ino, mode, uid, gid, nlink, mtime, filesize, 4 device numbers, namesize, check */
	if (fprintf(out, "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X",
		    0, mode, 0, 0, 1, 0, len, 0, 0, 0, 0, name_size, 0) < 0)
		return -1;
	if (fwrite(name, 1, name_size, out) != name_size || cpio_pad(out, 0))
		return -1;
	if (len && fwrite(data, 1, len, out) != len)
		return -1;
	return cpio_pad(out, 0);
}

int cpio_write(FILE *out, const char *name, const void *data, size_t len)
{
	if (write_member(out, name, S_IFREG | 0400, data, len))
		return -1;
	return write_member(out, "TRAILER!!!", 0, NULL, 0);
}
