/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command lines of this kernel and of the next.
 */
#ifndef CMDLINE_H
#define CMDLINE_H

#include <stdbool.h>
#include <stdint.h>

struct request;

/* whether this kernel's has @word */
bool cmdline_running(const char *word);

/* whether this kernel was told, or built, to leave EFI's services alone */
bool cmdline_runtime_off(void);

/* whether that of the next has @word, as far as the request tells */
bool cmdline_has(const struct request *request, const char *word);

/*
 * What kexec gets as --append, NULL for nothing; free() it. The page at
 * @state_page, if not 0, is reserved where that is done here. Returns 0, or -1 without memory.
 */
int cmdline_make(char **append, const struct request *request, uint64_t state_page);

#endif /* CMDLINE_H */
