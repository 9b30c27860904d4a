// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loaded.h"
#include "say.h"
#include "tool.h"

static const char *run_dir(void)
{
	const char *dir = secure_getenv("OPALVM_RUN");

	return dir ? dir : "/run/opalvm";
}

/* the name of the record, or NULL with errno set */
static const char *record_path(char path[PATH_MAX])
{
	if (snprintf(path, PATH_MAX, "%s/loaded", run_dir()) < PATH_MAX)
		return path;
	errno = ENAMETOOLONG;
	return NULL;
}

void loaded_forget(void)
{
	char path[PATH_MAX];

	if (record_path(path))
		unlink(path);
}

bool loaded_is_noted(void)
{
	char path[PATH_MAX];

	return record_path(path) && !access(path, F_OK);
}

/* -e may be run from another directory, and a link may be changed before */
static void add_path(struct json_object *json, const char *key, const char *path)
{
	char *real = realpath(path, NULL);

	json_object_object_add(json, key, json_object_new_string(real ? real : path));
	free(real);
}

static struct json_object *to_json(const struct request *request, uint32_t checksum)
{
	struct json_object *json = json_object_new_object();
	struct json_object *extra = json_object_new_array();

	for (int i = 0; i < request->nr_extra; i++)
		json_object_array_add(extra, json_object_new_string(request->extra[i]));
	json_object_object_add(json, "checksum", json_object_new_int64(checksum));
	json_object_object_add(json, "how", json_object_new_string_len(&request->how, 1));
	add_path(json, "kernel", request->kernel);
	if (request->initrd)
		add_path(json, "initrd", request->initrd);
	if (request->append)
		json_object_object_add(json, "append", json_object_new_string(request->append));
	json_object_object_add(json, "extra", extra);
	return json;
}

/* the command line may hold what only root may know */
static int open_new(const char *path)
{
	if (mkdir(run_dir(), 0755) && errno != EEXIST)
		return -1;
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

int loaded_write(const struct request *request, uint32_t checksum)
{
	struct json_object *json = to_json(request, checksum);
	char buf[PATH_MAX];
	const char *path = record_path(buf);
	bool bad = true;
	int fd;

	fd = path ? open_new(path) : -1;
	if (fd >= 0) {
		bad = json_object_to_fd(fd, json, JSON_C_TO_STRING_NOSLASHESCAPE) < 0;
		bad |= close(fd) < 0;
	}
	json_object_put(json);
	if (!bad)
		return EXIT_OK;
	return fail(EXIT_FAILED, "cannot note what was loaded in %s: %m; load and go in one step: "
		    "opalvm kexec -l KERNEL -e", run_dir());
}

/* @key's string, NULL if it is missing or something else */
static const char *get_string(struct json_object *json, const char *key)
{
	struct json_object *value = json_object_object_get(json, key);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static bool get_extra(struct json_object *json, struct request *request)
{
	struct json_object *extra = json_object_object_get(json, "extra");

	if (!json_object_is_type(extra, json_type_array))
		return false;
	request->nr_extra = json_object_array_length(extra);
	request->extra = calloc(request->nr_extra + 1, sizeof(*request->extra));
	if (!request->extra)
		return false;
	for (int i = 0; i < request->nr_extra; i++) {
		struct json_object *arg = json_object_array_get_idx(extra, i);

		if (!json_object_is_type(arg, json_type_string))
			return false;
		request->extra[i] = (char *)json_object_get_string(arg);
	}
	return true;
}

static bool from_json(struct loaded *loaded)
{
	struct request *request = &loaded->request;
	struct json_object *json = loaded->json;
	const char *how = get_string(json, "how");

	if (!how || (strcmp(how, "l") && strcmp(how, "s")))
		return false;
	request->how = *how;
	request->kernel = get_string(json, "kernel");
	request->initrd = get_string(json, "initrd");
	request->append = get_string(json, "append");
	loaded->checksum = json_object_get_int64(json_object_object_get(json, "checksum"));
	return request->kernel && get_extra(json, request);
}

int loaded_read(struct loaded *loaded)
{
	char buf[PATH_MAX];
	const char *path = record_path(buf);

	memset(loaded, 0, sizeof(*loaded));
	if (path && access(path, F_OK) && errno == ENOENT)
		return fail(EXIT_FAILED, "no kernel was loaded with the map; "
			    "load it: opalvm kexec -l KERNEL");
	loaded->json = path ? json_object_from_file(path) : NULL;
	if (loaded->json && from_json(loaded))
		return EXIT_OK;
	loaded_free(loaded);
	return fail(EXIT_FAILED, "%s/loaded does not tell what was loaded; "
		    "load it again: opalvm kexec -l KERNEL", run_dir());
}

void loaded_free(struct loaded *loaded)
{
	free(loaded->request.extra);
	json_object_put(loaded->json);
}
