/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ARCH_GLUE_X86_64_THUNK_H
#define ARCH_GLUE_X86_64_THUNK_H

#include <linux/linkage.h>
#include <linux/types.h>

struct arch_flight;

asmlinkage u64 opalvm_thunk_ms_x64(u64 entry, const u64 *args, void *stack_top,
				   struct arch_flight *flight);
asmlinkage void opalvm_just_return(void);
extern const char opalvm_thunk_return[];
extern const char opalvm_thunk_exit[];

#endif /* ARCH_GLUE_X86_64_THUNK_H */
