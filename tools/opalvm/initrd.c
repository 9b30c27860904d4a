// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cpio.h"
#include "initrd.h"
#include "say.h"
#include "table.h"
#include "tool.h"

/* the name that the module looks for: its parameter "handover" */
#define HANDOVER_NAME	"opalvm.handover"

#define COPY_CHUNK	65536

/* the kernel's LZ4 decoder ends a legacy frame only where it finds four zero bytes */
#define PAD_BEHIND_COMPRESSED	4

static const char *temp_dir(void)
{
	const char *dir = secure_getenv("TMPDIR");

	return dir && *dir ? dir : "/tmp";
}

/* a file without a name, open for writing as @out and for reading as @fd */
static int open_nameless(FILE **out, int *fd)
{
	char path[PATH_MAX];
	int rw;

	if (snprintf(path, sizeof(path), "%s/opalvm.XXXXXX", temp_dir()) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	rw = mkostemp(path, O_CLOEXEC);
	if (rw < 0)
		return -1;
	/* kexec_file_load() takes no file that somebody can write to: read through another one */
	*fd = open(path, O_RDONLY);
	unlink(path);
	*out = *fd < 0 ? NULL : fdopen(rw, "w");
	if (*out)
		return 0;
	if (*fd >= 0)
		close(*fd);
	close(rw);
	return -1;
}

static int fail_temp(void)
{
	return fail(EXIT_FAILED,
		    "cannot write an initrd in %s: %m; set TMPDIR to a place with room",
		    temp_dir());
}

static int fail_initrd(const char *initrd)
{
	return fail(EXIT_FAILED, "cannot read the initrd %s: %m; name a file that root can read",
		    initrd);
}

static int copy(const char *initrd, FILE *out)
{
	static char chunk[COPY_CHUNK];
	int code = EXIT_OK;
	ssize_t got;
	int fd;

	fd = open(initrd, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_initrd(initrd);
	do {
		got = read(fd, chunk, sizeof(chunk));
		if (got > 0 && fwrite(chunk, 1, got, out) != (size_t)got)
			code = fail_temp();
	} while (code == EXIT_OK && (got > 0 || (got < 0 && errno == EINTR)));
	if (got < 0)
		code = fail_initrd(initrd);
	close(fd);
	return code;
}

static int fill(FILE *out, const char *initrd, const struct table *table)
{
	int code = EXIT_OK;

	if (initrd)
		code = copy(initrd, out);
	if (code != EXIT_OK)
		return code;
	if (cpio_pad(out, initrd ? PAD_BEHIND_COMPRESSED : 0) ||
	    cpio_write(out, HANDOVER_NAME, table->data, table->len))
		return fail_temp();
	return EXIT_OK;
}

int initrd_make(const char *initrd, const struct table *table, int *fd)
{
	FILE *out;
	int code;

	if (open_nameless(&out, fd))
		return fail_temp();
	code = fill(out, initrd, table);
	if (fclose(out) && code == EXIT_OK)
		code = fail_temp();
	if (code != EXIT_OK)
		close(*fd);
	return code;
}
