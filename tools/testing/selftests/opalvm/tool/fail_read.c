// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded: read() of the file $FAIL_READ fails with the errno
 * $FAIL_READ_ERRNO, as an attribute in sysfs may and no plain file does.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ssize_t read(int fd, void *buf, size_t len)
{
	ssize_t (*next)(int fd, void *buf, size_t len) = dlsym(RTLD_NEXT, "read");
	const char *victim = getenv("FAIL_READ");
	char link[64], path[PATH_MAX];
	ssize_t got;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	got = readlink(link, path, sizeof(path) - 1);
	if (victim && got > 0) {
		path[got] = '\0';
		if (!strcmp(path, victim)) {
			errno = atoi(getenv("FAIL_READ_ERRNO"));
			return -1;
		}
	}
	return next(fd, buf, len);
}
