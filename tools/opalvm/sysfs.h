/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tree that the module shows, one value a file. Names are relative to
 * $OPALVM_SYSFS, by default /sys/firmware/opalvm; those of other files of the
 * running system are absolute, and looked up below $OPALVM_ROOT. All functions
 * return 0 or a negative errno, unless said otherwise.
 */
#ifndef SYSFS_H
#define SYSFS_H

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* sysfs gives a page at most; that of some machines is 64 KiB, but no text here is as long */
#define SYSFS_TEXT	4096

/* no name in the tree is as long */
#define SYSFS_NAME	256

struct sysfs_dir {
	struct dirent **entries;
	int nr;
};

/* the directory of the tree */
const char *sysfs_root(void);

/*
 * Find the firmware that is here. Says what is missing and returns an exit
 * code; what follows that is about the firmware is for after it has returned 0.
 */
int sysfs_ready(void);

/* the same, without a word */
bool sysfs_find(void);

/* "efi", "opal" or "rtas": its directory, and its key in JSON */
const char *firmware(void);
bool firmware_is_efi(void);

/* the name of one of its files, as "efi/state"; returns @name */
__attribute__((format(printf, 2, 3)))
const char *firmware_file(char name[SYSFS_NAME], const char *fmt, ...);

/* the same of one in debugfs */
const char *debug_file(char name[SYSFS_NAME], const char *file);

/* text without its last newline */
int sysfs_text(char text[SYSFS_TEXT], const char *name);

int sysfs_u64(uint64_t *value, const char *name);

/* a number as sysfs shows it, and nothing else */
bool parse_u64(uint64_t *value, const char *text);

/* the lines of a text that may be long, each of which can be written to */
struct sysfs_lines {
	char *text;
	char **lines;
	size_t nr;
};

int sysfs_lines(struct sysfs_lines *lines, const char *name);
void sysfs_lines_free(struct sysfs_lines *lines);

/* the bytes of @name, @max at most; free() them */
int sysfs_bytes(void **data, size_t *len, size_t max, const char *name);

/* the same of a file that the user named */
int file_bytes(void **data, size_t *len, size_t max, const char *path);

/* where @name is */
int sysfs_path(char path[PATH_MAX], const char *name);

/* 0 if @name is there, or a negative errno */
int sysfs_absent(const char *name);

/* the directories in @name, in the order of people: 2 before 10 */
int sysfs_dir(struct sysfs_dir *dir, const char *name);
void sysfs_dir_free(struct sysfs_dir *dir);

#endif /* SYSFS_H */
