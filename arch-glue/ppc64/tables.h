/* SPDX-License-Identifier: GPL-2.0 */
/* What the ppc64 files share among themselves. */
#ifndef ARCH_GLUE_PPC64_TABLES_H
#define ARCH_GLUE_PPC64_TABLES_H

#include <linux/types.h>

struct arch_flight;
struct arch_space;

/* thunk.S */
u64 opalvm_thunk(struct arch_flight *flight, const u64 *args);
extern const char opalvm_thunk_exit[];

/* tables.c */
u64 glue_way_back(const struct arch_space *as);

#endif /* ARCH_GLUE_PPC64_TABLES_H */
