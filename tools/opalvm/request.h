/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>

/* what 'opalvm kexec' is asked to do */
struct request {
	char how;		/* 'l': kexec_load(), 's': kexec_file_load(), 0: load nothing */
	bool panic;		/* load for a crash */
	bool go;
	bool reload;		/* only if the map has changed */
	const char *kernel;
	const char *initrd;
	const char *append;
	char **extra;		/* for kexec as it is */
	int nr_extra;
};

#endif /* REQUEST_H */
