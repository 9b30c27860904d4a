// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "say.h"
#include "sysfs.h"
#include "tool.h"

const char *sysfs_root(void)
{
	const char *root = secure_getenv("OPALVM_SYSFS");

	return root ? root : "/sys/firmware/opalvm";
}

static int path_in_tree(char path[PATH_MAX], const char *name)
{
	int len = snprintf(path, PATH_MAX, "%s/%s", sysfs_root(), name);

	return len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int absent(const char *name)
{
	char path[PATH_MAX];
	int err = path_in_tree(path, name);

	if (err)
		return err;
	return access(path, F_OK) ? -errno : 0;
}

int sysfs_ready(void)
{
	int err = absent(".");

	if (err == -ENOENT)
		return fail(EXIT_NOT_HERE, "the module is not loaded; load it: modprobe opalvm");
	if (err)
		return fail_sysfs(sysfs_root(), -err);
	err = absent(FIRMWARE);
	if (err == -ENOENT)
		return fail(EXIT_NOT_HERE,
			    "the module hosts no firmware; the reason: dmesg | grep opalvm");
	if (err)
		return fail_sysfs(FIRMWARE, -err);
	return EXIT_OK;
}

/* up to @max bytes of the file; more are -E2BIG */
static ssize_t read_all(const char *path, char *buf, size_t max)
{
	size_t len = 0;
	ssize_t got;
	char more;
	int err;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	do {
		got = len < max ? read(fd, buf + len, max - len) : read(fd, &more, 1);
		if (got > 0)
			len += got;
	} while (len <= max && (got > 0 || (got < 0 && errno == EINTR)));
	err = got < 0 ? -errno : 0;
	close(fd);
	if (err)
		return err;
	return len <= max ? (ssize_t)len : -E2BIG;
}

static int read_text(char text[SYSFS_TEXT], const char *path)
{
	ssize_t len = read_all(path, text, SYSFS_TEXT - 1);

	if (len < 0)
		return len;
	if (len && text[len - 1] == '\n')
		len--;
	text[len] = '\0';
	return 0;
}

static int read_in_tree(char text[SYSFS_TEXT], const char *fmt, va_list args)
{
	char name[NAME_MAX], path[PATH_MAX];
	int err;

	if (vsnprintf(name, sizeof(name), fmt, args) >= (int)sizeof(name))
		return -ENAMETOOLONG;
	err = path_in_tree(path, name);
	return err ? err : read_text(text, path);
}

int sysfs_text(char text[SYSFS_TEXT], const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = read_in_tree(text, fmt, args);
	va_end(args);
	return err;
}

int sysfs_u64(uint64_t *value, const char *fmt, ...)
{
	char text[SYSFS_TEXT];
	va_list args;
	char *end;
	int err;

	va_start(args, fmt);
	err = read_in_tree(text, fmt, args);
	va_end(args);
	if (err)
		return err;
	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno || end == text || *end || strchr(text, '-'))
		return -EINVAL;
	return 0;
}

int kernel_text(char text[SYSFS_TEXT], const char *name)
{
	const char *root = secure_getenv("OPALVM_ROOT");
	char path[PATH_MAX];

	if (snprintf(path, PATH_MAX, "%s%s", root ? root : "", name) >= PATH_MAX)
		return -ENAMETOOLONG;
	return read_text(text, path);
}

int sysfs_bytes(void **data, size_t *len, size_t max, const char *name)
{
	char path[PATH_MAX];
	ssize_t got;
	char *buf;

	got = path_in_tree(path, name);
	if (got)
		return got;
	buf = malloc(max);
	if (!buf)
		return -ENOMEM;
	got = read_all(path, buf, max);
	if (got < 0) {
		free(buf);
		return got;
	}
	*data = buf;
	*len = got;
	return 0;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int sysfs_dir(struct sysfs_dir *dir, const char *name)
{
	char path[PATH_MAX];
	int err = path_in_tree(path, name);

	if (err)
		return err;
	dir->nr = scandir(path, &dir->entries, is_visible, versionsort);
	return dir->nr < 0 ? -errno : 0;
}

void sysfs_dir_free(struct sysfs_dir *dir)
{
	for (int i = 0; i < dir->nr; i++)
		free(dir->entries[i]);
	free(dir->entries);
}
