/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ARCH_GLUE_X86_64_H
#define ARCH_GLUE_X86_64_H

#include <linux/list.h>
#include <linux/types.h>

#define ARCH_GLUE_ABIS		BIT(OPALVM_ABI_MS_X64)
#define ARCH_GLUE_MAX_ARGS	OPALVM_MAX_ARGS
#define ARCH_GLUE_DEADLINES	1
#define ARCH_GLUE_LINEAR_ARGS	0
#define ARCH_GLUE_KEEPS_PAGES	1	/* memmap= */
#define ARCH_GLUE_TOUCHED	1

/**
 * struct arch_facts - what decides whether this machine can host
 * @xen_pv: the kernel does not own its page tables
 * @efi32: the firmware is 32-bit code
 * @mem_encrypt: SME, SEV or TDX: mappings need an encryption attribute that
 *               no handover carries
 * @uv: SGI UV, whose firmware is called through the kernel's own page tables
 * @shadow_stack: supervisor shadow stacks are on: firmware cannot be landed
 */
struct arch_facts {
	bool xen_pv;
	bool efi32;
	bool mem_encrypt;
	bool uv;
	bool shadow_stack;
};

/**
 * struct arch_space - the page tables of one space
 * @mm: their mm
 * @tables: our table pages, linked by page->lru
 * @top_511: what the kernel had in the last slot of the top level, 0 as long
 *           as the kernel half is untouched
 * @kernel_pud: the kernel's own table of the last 512 GiB
 * @pud: our copy of it, in which PUD_FIRST..PUD_LAST are ours; NULL as long
 *       as the kernel half is untouched
 */
struct arch_space {
	struct mm_struct *mm;
	struct list_head tables;
	u64 top_511;
	u64 *kernel_pud;
	u64 *pud;
};

/**
 * struct arch_flight - the way back from the firmware
 * @sp: the kernel's stack pointer; the thunk's saved registers stand there
 * @flags: RFLAGS with which the firmware returned
 * @entry_flags: RFLAGS with which it was called
 * @gs_base: where the kernel's per-CPU variables are
 * @gs_changed: the firmware left another GS base
 * @cr0: control registers when it was called, and so the next
 * @cr3: as above
 * @cr4: as above
 * @dr7: the debug control register then
 * @efer: the EFER MSR then
 * @fs_base: the FS base then
 * @changed: what it returned with that was not so, GLUE_CHANGED_*
 *
 * thunk.S knows the offsets up to @gs_changed.
 */
struct arch_flight {
	unsigned long sp;
	unsigned long flags;
	unsigned long entry_flags;
	unsigned long gs_base;
	unsigned long gs_changed;
	unsigned long cr0;
	unsigned long cr3;
	unsigned long cr4;
	unsigned long dr7;
	u64 efer;
	u64 fs_base;
	u32 changed;
};

/**
 * struct arch_visit - what arch_glue_enter_atomic() changed on this CPU
 * @cr3: the page tables that were in use
 * @irqflags: the interrupt flag
 */
struct arch_visit {
	unsigned long cr3;
	unsigned long irqflags;
};

#endif /* ARCH_GLUE_X86_64_H */
