/* SPDX-License-Identifier: GPL-2.0 */
/* What the RTAS provider shares with its tests. */
#ifndef OPALVM_PROVIDER_RTAS_H
#define OPALVM_PROVIDER_RTAS_H

#include "opalvm.h"

/* the instructions of the only RTAS that is hosted */
#define RTAS_SHIM_LEN	5

/**
 * struct rtas_site - what the device tree tells of RTAS
 * @base: where it is
 * @entry: its entry point
 * @size: bytes at @base
 */
struct rtas_site {
	u32 base;
	u32 entry;
	u32 size;
};

int opalvm_rtas_read_cell(const void *value, int len, const char *name, u32 *cell,
			  struct opalvm_why *why);
int opalvm_rtas_site_check(const struct rtas_site *site, struct opalvm_why *why);
int opalvm_rtas_shim_check(const __be32 *code, struct opalvm_why *why);
struct opalvm_map *opalvm_rtas_map_make(const struct rtas_site *site, u64 granule,
					struct opalvm_why *why);
int opalvm_rtas_check_offer(struct opalvm_map *map, const struct opalvm_map *own,
			    const struct opalvm_limits *limits, struct opalvm_why *why);

#endif /* OPALVM_PROVIDER_RTAS_H */
