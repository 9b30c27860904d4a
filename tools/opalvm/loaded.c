// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "loaded.h"
#include "say.h"
#include "tool.h"

static const char *run_dir(void)
{
	const char *dir = secure_getenv("OPALVM_RUN");

	return dir ? dir : "/run/opalvm";
}

static FILE *open_record(const char *mode)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/loaded", run_dir()) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return fopen(path, mode);
}

int loaded_write(uint32_t checksum)
{
	FILE *record;
	bool bad;

	if (mkdir(run_dir(), 0755) && errno != EEXIST)
		goto fail;
	record = open_record("we");
	if (!record)
		goto fail;
	bad = fprintf(record, "0x%08" PRIx32 "\n", checksum) < 0;
	bad |= !!fclose(record);
	if (!bad)
		return EXIT_OK;
fail:
	return fail(EXIT_FAILED, "cannot note what was loaded in %s: %m; load and go in one step: "
		    "opalvm kexec -l KERNEL -e", run_dir());
}

int loaded_read(uint32_t *checksum)
{
	FILE *record = open_record("re");
	int got;

	if (!record)
		return -errno;
	got = fscanf(record, "0x%" SCNx32, checksum);
	fclose(record);
	return got == 1 ? 0 : -EINVAL;
}
