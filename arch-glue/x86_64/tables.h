/* SPDX-License-Identifier: GPL-2.0 */
/* What the x86_64 files share among themselves. */
#ifndef ARCH_GLUE_X86_64_TABLES_H
#define ARCH_GLUE_X86_64_TABLES_H

#include <linux/bits.h>
#include <linux/types.h>

struct arch_space;
struct mm_struct;

/* UEFI's window in the kernel half (Documentation/x86/x86_64/mm.rst) */
#define GLUE_KERNEL_HALF_FIRST	0xffffffef00000000ULL
#define GLUE_KERNEL_HALF_LAST	0xfffffffeffffffffULL

/* named here because older kernels do not know the bits that newer ones set */
#define GLUE_CR4_CET		BIT(23)
#define GLUE_CR4_LASS		BIT(27)

bool glue_is_ram(u64 pa, u64 size);
bool glue_is_mapped(const struct arch_space *as, u64 va);
void glue_sync(struct arch_space *as);
void glue_evict(struct mm_struct *mm);

/* struct arch_flight.changed */
#define GLUE_CHANGED_CR0	BIT(0)
#define GLUE_CHANGED_CR3	BIT(1)
#define GLUE_CHANGED_CR4	BIT(2)
#define GLUE_CHANGED_EFER	BIT(3)
#define GLUE_CHANGED_FS		BIT(4)
#define GLUE_CHANGED_GS		BIT(5)
#define GLUE_CHANGED_DR7	BIT(6)

/* DR7 without a breakpoint: its bit 10 is always 1 */
#define DR7_UNUSED		0x400

#endif /* ARCH_GLUE_X86_64_TABLES_H */
