// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
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

/* the most that a text of lines may have: OPAL has some 10000 symbols */
#define MAX_LINES_SIZE	(16 * 1024 * 1024)

/* what sysfs_ready() found */
static const char *found;

const char *sysfs_root(void)
{
	const char *root = secure_getenv("OPALVM_SYSFS");

	return root ? root : "/sys/firmware/opalvm";
}

int sysfs_path(char path[PATH_MAX], const char *name)
{
	const char *root = secure_getenv("OPALVM_ROOT");
	int len;

	if (*name == '/')
		len = snprintf(path, PATH_MAX, "%s%s", root ? root : "", name);
	else
		len = snprintf(path, PATH_MAX, "%s/%s", sysfs_root(), name);
	return len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int sysfs_absent(const char *name)
{
	char path[PATH_MAX];
	int err = sysfs_path(path, name);

	if (err)
		return err;
	return access(path, F_OK) ? -errno : 0;
}

/* the name of the firmware that is there, with 0, or cannot be looked at, or NULL */
static const char *find(int *err)
{
	static const char *const firmwares[] = { "efi", "opal", "rtas" };

	for (size_t i = 0; i < sizeof(firmwares) / sizeof(firmwares[0]); i++) {
		*err = sysfs_absent(firmwares[i]);
		if (*err != -ENOENT)
			return firmwares[i];
	}
	return NULL;
}

bool sysfs_find(void)
{
	int err = 0;

	found = find(&err);
	return found && !err;
}

int sysfs_ready(void)
{
	int err = sysfs_absent(".");

	if (err == -ENOENT)
		return fail(EXIT_NOT_HERE, "the module is not loaded; load it: modprobe opalvm");
	if (err)
		return fail_sysfs(sysfs_root(), -err);
	found = find(&err);
	if (found && err)
		return fail_sysfs(found, -err);
	if (found)
		return EXIT_OK;
	return fail(EXIT_NOT_HERE,
		    "the module hosts no firmware; the reason: dmesg | grep opalvm");
}

const char *firmware(void)
{
	return found;
}

bool firmware_is_efi(void)
{
	return !strcmp(found, "efi");
}

const char *firmware_file(char name[SYSFS_NAME], const char *fmt, ...)
{
	int len = snprintf(name, SYSFS_NAME, "%s/", found);
	va_list args;

	va_start(args, fmt);
	vsnprintf(name + len, SYSFS_NAME - len, fmt, args);
	va_end(args);
	return name;
}

const char *debug_file(char name[SYSFS_NAME], const char *file)
{
	snprintf(name, SYSFS_NAME, "/sys/kernel/debug/opalvm/%s/%s", found, file);
	return name;
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

int sysfs_text(char text[SYSFS_TEXT], const char *name)
{
	char path[PATH_MAX];
	ssize_t len;

	len = sysfs_path(path, name);
	if (!len)
		len = read_all(path, text, SYSFS_TEXT - 1);
	if (len < 0)
		return len;
	if (len && text[len - 1] == '\n')
		len--;
	text[len] = '\0';
	return 0;
}

bool parse_u64(uint64_t *value, const char *text)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return isdigit((unsigned char)*text) && !errno && !*end;
}

int sysfs_u64(uint64_t *value, const char *name)
{
	char text[SYSFS_TEXT];
	int err;

	err = sysfs_text(text, name);
	if (err)
		return err;
	return parse_u64(value, text) ? 0 : -EINVAL;
}

int file_bytes(void **data, size_t *len, size_t max, const char *path)
{
	char *buf = malloc(max);
	ssize_t got;

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

int sysfs_bytes(void **data, size_t *len, size_t max, const char *name)
{
	char path[PATH_MAX];
	int err = sysfs_path(path, name);

	return err ? err : file_bytes(data, len, max, path);
}

/* a line that holds a zero byte is no text */
static int split(struct sysfs_lines *lines, size_t len)
{
	char *line = lines->text;
	size_t room = 1;

	for (size_t i = 0; i < len; i++)
		room += lines->text[i] == '\n';
	lines->lines = calloc(room, sizeof(*lines->lines));
	if (!lines->lines)
		return -ENOMEM;
	while (line < lines->text + len) {
		char *end = memchr(line, '\n', lines->text + len - line);

		if (!end)
			end = lines->text + len;
		*end = '\0';
		if (line + strlen(line) != end)
			return -EILSEQ;
		lines->lines[lines->nr++] = line;
		line = end + 1;
	}
	return 0;
}

int sysfs_lines(struct sysfs_lines *lines, const char *name)
{
	size_t len;
	void *data;
	char *text;
	int err;

	err = sysfs_bytes(&data, &len, MAX_LINES_SIZE, name);
	if (err)
		return err;
	/* one more, for the end of the last line */
	text = realloc(data, len + 1);
	*lines = (struct sysfs_lines) { .text = text ? text : data };
	err = text ? split(lines, len) : -ENOMEM;
	if (err)
		sysfs_lines_free(lines);
	return err;
}

void sysfs_lines_free(struct sysfs_lines *lines)
{
	free(lines->lines);
	free(lines->text);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int sysfs_dir(struct sysfs_dir *dir, const char *name)
{
	char path[PATH_MAX];
	int err = sysfs_path(path, name);

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
