/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tree that the module shows, one value a file. Names are relative to
 * $OPALVM_SYSFS, by default /sys/firmware/opalvm. All functions return 0 or
 * a negative errno.
 */
#ifndef SYSFS_H
#define SYSFS_H

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>

/* sysfs gives a page at most; that of some machines is 64 KiB, but no text here is as long */
#define SYSFS_TEXT	4096

struct sysfs_dir {
	struct dirent **entries;
	int nr;
};

/* the directory of the tree */
const char *sysfs_root(void);

/* say what is missing and return an exit code, or 0 if a firmware is here */
int sysfs_ready(void);

/* text without its last newline */
__attribute__((format(printf, 2, 3)))
int sysfs_text(char text[SYSFS_TEXT], const char *fmt, ...);

__attribute__((format(printf, 2, 3)))
int sysfs_u64(uint64_t *value, const char *fmt, ...);

/* as sysfs_text(): a file of the running kernel elsewhere, below $OPALVM_ROOT */
int kernel_text(char text[SYSFS_TEXT], const char *name);

/* the bytes of @name, @max at most; free() them */
int sysfs_bytes(void **data, size_t *len, size_t max, const char *name);

/* the directories in @name, in the order of people: 2 before 10 */
int sysfs_dir(struct sysfs_dir *dir, const char *name);
void sysfs_dir_free(struct sysfs_dir *dir);

#endif /* SYSFS_H */
