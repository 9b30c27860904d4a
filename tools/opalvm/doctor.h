/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What 'opalvm doctor' looks at. Each check reads files of the running system,
 * judges one thing, and says it in a line.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdbool.h>

#define FINDING_TEXT	512

enum verdict {
	FINE,
	NOTE,	/* good to know; hosting works */
	STOPS,	/* hosting does not work, or cannot be asked for */
};

struct finding {
	enum verdict verdict;
	char says[FINDING_TEXT];
	char next[FINDING_TEXT];	/* what to do; empty if all is fine */
};

/* what several checks need to know */
struct patient {
	char release[FINDING_TEXT];	/* of the kernel */
	bool power;			/* 64-bit POWER, else x86-64 if known at all */
	bool known_arch;
	bool loaded;			/* the module is */
	bool hosts;			/* and has a firmware: firmware() is its name */
	bool locked_down;
};

struct check {
	const char *name;
	void (*look)(const struct patient *patient, struct finding *finding);
};

/* end with an element without a name */
extern const struct check doctor_checks[];

#endif /* DOCTOR_H */
