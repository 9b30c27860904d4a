/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERVICES_H
#define SERVICES_H

#include <stdbool.h>
#include <stdint.h>

#define SERVICE_NAME	64

/* one directory of services/ */
struct service {
	char name[SERVICE_NAME];
	char state[SERVICE_NAME];
	bool has_entry;
	uint64_t entry;
	bool counted;		/* what follows is there: not if the map is only recorded */
	uint64_t deadline_ms;
	uint64_t calls;
	uint64_t faults;
	uint64_t hangs;
	uint64_t refused;
	uint64_t total_ns;
	uint64_t max_ns;
};

/* the services, to be freed; says what is wrong and returns an exit code */
int services_read(struct service **services, int *nr);

#endif /* SERVICES_H */
