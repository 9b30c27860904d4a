/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ARCH_GLUE_PPC64_H
#define ARCH_GLUE_PPC64_H

#include <linux/list.h>
#include <linux/types.h>

#define ARCH_GLUE_ABIS \
	(BIT(OPALVM_ABI_OPAL_BE) | BIT(OPALVM_ABI_OPAL_V4) | BIT(OPALVM_ABI_RTAS))

/* those in registers; no service has more */
#define ARCH_GLUE_MAX_ARGS	8

/* the firmware runs with interrupts off: no deadline can end a call */
#define ARCH_GLUE_DEADLINES	0

/* the firmware accepts pointers only into the linear map (skiboot's opal_addr_valid()) */
#define ARCH_GLUE_LINEAR_ARGS	1

/* no kernel can be told to leave a page alone by whoever loads it */
#define ARCH_GLUE_KEEPS_PAGES	0

/*
 * Entries are installed with R and C set, as those of the kernel are: a CPU sets them
 * or has software set them, and POWER9 always does the latter (POWER9 Processor User's
 * Manual section 4.10.13.1), by a fault from which no firmware comes back.
 */
#define ARCH_GLUE_TOUCHED	0

/**
 * struct arch_facts - what decides whether this machine can host
 * @radix: the MMU translates through radix trees (Power ISA 3.0 book III
 *         section 6.7.10)
 */
struct arch_facts {
	bool radix;
};

/**
 * struct arch_space - the page tables of one space
 * @mm: their mm; it counts as used by a coprocessor, so that the kernel's
 *      flushes reach CPUs that it does not know to be in it
 * @tables: our table pages, linked by page->lru
 * @spares: tables for arch_glue_map_now()
 * @spares_used: those in use, the newest first
 * @way_back: a page of code at its physical address, which returns from a
 *            big-endian firmware whether the MMU is on or off
 */
struct arch_space {
	struct mm_struct *mm;
	struct list_head tables;
	struct list_head spares;
	struct list_head spares_used;
	struct page *way_back;
};

/**
 * struct arch_flight - across into the firmware and back
 * @sp: the kernel's stack pointer; the thunk's saved registers stand there
 * @stack: the firmware's stack pointer
 * @entry: effective address of the function
 * @msr: MSR to run it with
 * @token: goes to r0
 * @base: goes to r2
 * @way_back: goes to LR; 0 if the firmware returns to the thunk itself
 * @kernel_msr: MSR to come back with
 *
 * thunk.S knows the offsets.
 */
struct arch_flight {
	u64 sp;
	u64 stack;
	u64 entry;
	u64 msr;
	u64 token;
	u64 base;
	u64 way_back;
	u64 kernel_msr;
};

/**
 * struct arch_visit - what arch_glue_enter_atomic() changed on this CPU
 * @irqflags: the interrupt flag
 */
struct arch_visit {
	unsigned long irqflags;
};

#endif /* ARCH_GLUE_PPC64_H */
