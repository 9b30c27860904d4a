/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Errors: one line each, the cause and the next step, in the words of the
 * kernel log.
 */
#ifndef SAY_H
#define SAY_H

#include <stddef.h>

__attribute__((format(printf, 1, 2)))
void say(const char *fmt, ...);

/* say it, and return @code */
__attribute__((format(printf, 2, 3)))
int fail(int code, const char *fmt, ...);

/* say why reading @name in the sysfs tree failed with @err, and return an exit code */
int fail_sysfs(const char *name, int err);

/* say that line @nr of it, from 0, is not as it should be, and return an exit code */
int fail_line(const char *name, size_t nr);

#endif /* SAY_H */
