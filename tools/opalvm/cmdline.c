// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmdline.h"
#include "request.h"
#include "sysfs.h"

/* as the kernel separates words */
static size_t word_len(const char *line)
{
	size_t len = 0;

	while ((unsigned char)line[len] > ' ')
		len++;
	return len;
}

static bool has_word(const char *line, const char *word)
{
	while (*line) {
		size_t len = word_len(line);

		if (len == strlen(word) && !memcmp(line, word, len))
			return true;
		line += len;
		line += !!*line;
	}
	return false;
}

bool cmdline_running(const char *word)
{
	char running[SYSFS_TEXT];

	return !sysfs_text(running, "/proc/cmdline") && has_word(running, word);
}

/* as the kernel reads efi=, whose options are separated by commas */
bool cmdline_runtime_off(void)
{
	char running[SYSFS_TEXT], *words = running, *word, *option;
	bool off = !sysfs_text(running, "/sys/kernel/realtime") && !strcmp(running, "1");

	if (sysfs_text(running, "/proc/cmdline"))
		return off;
	while ((word = strsep(&words, " \t\n"))) {
		if (!strcmp(word, "noefi"))
			off = true;
		if (strncmp(word, "efi=", 4))
			continue;
		word += 4;
		while ((option = strsep(&word, ","))) {
			if (!strcmp(option, "noruntime"))
				off = true;
			else if (!strcmp(option, "runtime"))
				off = false;
		}
	}
	return off;
}

/* kexec puts the running kernel's command line in front */
static bool is_reused(const struct request *request)
{
	for (int i = 0; i < request->nr_extra; i++) {
		if (!strcmp(request->extra[i], "--reuse-cmdline"))
			return true;
	}
	return false;
}

bool cmdline_has(const struct request *request, const char *word)
{
	if (request->append && has_word(request->append, word))
		return true;
	return is_reused(request) && cmdline_running(word);
}

int cmdline_make(char **append, const struct request *request, uint64_t state_page)
{
	const char *given = request->append;
	char memmap[64];

	/* x86 has memmap=, and hosts EFI; a crash kernel keeps to memory of its own */
	snprintf(memmap, sizeof(memmap), "memmap=4K$0x%" PRIx64, state_page);
	if (!state_page || !firmware_is_efi() || request->panic || cmdline_has(request, memmap)) {
		*append = given ? strdup(given) : NULL;
		return given && !*append ? -1 : 0;
	}
	/* in front: what stands behind "--" is for init */
	if (asprintf(append, "%s%s%s", memmap, given ? " " : "", given ? given : "") < 0)
		return -1;
	return 0;
}
