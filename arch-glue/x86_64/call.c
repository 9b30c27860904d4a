// SPDX-License-Identifier: GPL-2.0
/*
 * Into a space, across into the firmware, and out again.
 *
 * A kernel thread that runs after us on the same CPU keeps the page tables
 * that it finds. So a visit ends with leaving the mm fully: nobody but the
 * firmware ever runs with the firmware mapped.
 */
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/uaccess.h>
#include <asm/debugreg.h>
#include <asm/fpu/api.h>
#include <asm/msr.h>
#include <asm/nospec-branch.h>
#include <asm/special_insns.h>

#include "opalvm.h"
#include "compat/compat.h"
#include "tables.h"
#include "thunk.h"

static bool is_loaded(struct mm_struct *mm)
{
	return (__native_read_cr3() & CR3_ADDR_MASK) == __pa(mm->pgd);
}

static void evict(void *mm)
{
	if (is_loaded(mm))
		opalvm_compat_leave_mm();
}

/**
 * glue_evict() - make every CPU that holds an mm lazily let go of it
 * @mm: an mm that no task uses
 *
 * Context: Process context, interrupts on.
 */
void glue_evict(struct mm_struct *mm)
{
	on_each_cpu(evict, mm, 1);
}

/**
 * arch_glue_enter() - the worker enters a space
 * @as: the space's tables
 *
 * Context: The space's worker. Returns with preemption off; on PREEMPT_RT,
 *	    where kthread_use_mm() takes a lock that sleeps, only bound to the CPU.
 */
void arch_glue_enter(struct arch_space *as)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		migrate_disable();
	else
		preempt_disable();
	glue_sync(as);
	kthread_use_mm(as->mm);
}

/**
 * arch_glue_leave() - the worker leaves a space for good
 * @as: the space's tables
 *
 * On PREEMPT_RT a thread of higher priority can run between the two steps and
 * find the space still mapped; it is gone when the worker runs again.
 *
 * Context: The space's worker, after arch_glue_enter().
 */
void arch_glue_leave(struct arch_space *as)
{
	unsigned long flags;

	kthread_unuse_mm(as->mm);
	local_irq_save(flags);
	evict(as->mm);
	local_irq_restore(flags);
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		migrate_enable();
	else
		preempt_enable();
}

/**
 * arch_glue_enter_atomic() - enter a space from any context
 * @as: the space's tables
 * @visit: what to undo
 *
 * The page tables are loaded as context 0, which the kernel gives to no mm, so
 * that loading them flushes what earlier visits left. The kernel still thinks
 * that its own are loaded: right as long as interrupts are off, but for an NMI
 * that looks at the interrupted task's user memory (a profiler's), which finds
 * the firmware's there, or nothing.
 *
 * Context: Any. Returns with interrupts off if it succeeds.
 * Return: false where the firmware's use of the FPU would spoil somebody
 *	   else's: in an NMI, or inside another kernel FPU section.
 */
bool arch_glue_enter_atomic(struct arch_space *as, struct arch_visit *visit)
{
	if (in_nmi() || !irq_fpu_usable())
		return false;
	local_irq_save(visit->irqflags);
	glue_sync(as);
	visit->cr3 = __native_read_cr3();
	native_write_cr3(__pa(as->mm->pgd));
	return true;
}

/**
 * arch_glue_leave_atomic() - undo arch_glue_enter_atomic()
 * @as: the space's tables
 * @visit: as it was filled in
 */
void arch_glue_leave_atomic(struct arch_space *as, struct arch_visit *visit)
{
	native_write_cr3(visit->cr3);
	local_irq_restore(visit->irqflags);
}

/* The firmware has no ENDBR instructions. */
static u64 endbr_off(void)
{
	u64 cet = 0;

	if (cpu_feature_enabled(X86_FEATURE_IBT)) {
		rdmsrq(MSR_IA32_S_CET, cet);
		wrmsrq(MSR_IA32_S_CET, cet & ~CET_ENDBR_EN);
	}
	return cet;
}

static void endbr_restore(u64 cet)
{
	if (cpu_feature_enabled(X86_FEATURE_IBT))
		wrmsrq(MSR_IA32_S_CET, cet);
}

/*
 * The one call that must run at physical addresses, in the user half, where
 * LASS forbids to execute. No helper for CR4 is exported, and none is needed:
 * interrupts are off, so nothing else changes it meanwhile.
 */
static unsigned long lass_off(void)
{
	unsigned long cr4 = native_read_cr4();

	if (cr4 & GLUE_CR4_LASS)
		asm volatile("mov %0,%%cr4" : : "r" (cr4 & ~GLUE_CR4_LASS) : "memory");
	return cr4;
}

static void lass_restore(unsigned long cr4)
{
	if (cr4 & GLUE_CR4_LASS)
		asm volatile("mov %0,%%cr4" : : "r" (cr4) : "memory");
}

/* What of CR4 the kernel changes from an interrupt, and so may be different. */
#define CR4_VOLATILE	X86_CR4_PCE

static void note_state(struct arch_flight *arch)
{
	arch->cr0 = native_read_cr0();
	arch->cr3 = __native_read_cr3();
	arch->cr4 = native_read_cr4();
	get_debugreg(arch->dr7, 7);
	rdmsrq(MSR_EFER, arch->efer);
	rdmsrq(MSR_FS_BASE, arch->fs_base);
	rdmsrq(MSR_GS_BASE, arch->gs_base);
	arch->gs_changed = 0;
	arch->changed = 0;
}

/*
 * A firmware that returned, or was stopped, between changing what is the
 * kernel's and changing it back. The GS base is right already.
 */
static void restore_state(struct arch_flight *arch)
{
	unsigned long dr7, cr4 = native_read_cr4();
	u64 efer, fs_base;

	if (native_read_cr0() != arch->cr0) {
		asm volatile("mov %0,%%cr0" : : "r" (arch->cr0) : "memory");
		arch->changed |= GLUE_CHANGED_CR0;
	}
	if (__native_read_cr3() != arch->cr3) {
		native_write_cr3(arch->cr3);
		arch->changed |= GLUE_CHANGED_CR3;
	}
	if ((cr4 ^ arch->cr4) & ~CR4_VOLATILE) {
		asm volatile("mov %0,%%cr4" : : "r" (arch->cr4) : "memory");
		arch->changed |= GLUE_CHANGED_CR4;
	}
	rdmsrq(MSR_EFER, efer);
	if (efer != arch->efer) {
		wrmsrq(MSR_EFER, arch->efer);
		arch->changed |= GLUE_CHANGED_EFER;
	}
	rdmsrq(MSR_FS_BASE, fs_base);
	if (fs_base != arch->fs_base) {
		wrmsrq(MSR_FS_BASE, arch->fs_base);
		arch->changed |= GLUE_CHANGED_FS;
	}
	if (arch->gs_changed)
		arch->changed |= GLUE_CHANGED_GS;
	/* the kernel may have set a breakpoint meanwhile: it knows which there are */
	get_debugreg(dr7, 7);
	if (dr7 != arch->dr7 && !hw_breakpoint_active()) {
		set_debugreg(DR7_UNUSED, 7);
		arch->changed |= GLUE_CHANGED_DR7;
	}
}

/**
 * arch_glue_call() - call a function of the firmware
 * @flight: the call in progress; its stack is used from the top
 * @call: its flags
 * @entry: virtual address of the function
 * @args: OPALVM_MAX_ARGS arguments
 *
 * Context: In the space, preemption off. The firmware runs with interrupts as
 *	    they are, or off with OPALVM_CALL_IRQS_OFF.
 * Return: what the function returned; meaningless if the flight was stopped.
 */
u64 arch_glue_call(struct opalvm_flight *flight, const struct opalvm_call *call, u64 entry,
		   const u64 *args)
{
	bool irqs_off = call->flags & OPALVM_CALL_IRQS_OFF;
	unsigned long irqflags, cr4 = 0;
	u64 cet, ret;

	static_assert(offsetof(struct arch_flight, sp) == 0);
	static_assert(offsetof(struct arch_flight, flags) == 8);
	static_assert(offsetof(struct arch_flight, entry_flags) == 16);
	static_assert(offsetof(struct arch_flight, gs_base) == 24);
	static_assert(offsetof(struct arch_flight, gs_changed) == 32);

	/* whatever the firmware touches, the kernel fills in nothing */
	pagefault_disable();
	kernel_fpu_begin_mask(KFPU_387 | KFPU_MXCSR);
	firmware_restrict_branch_speculation_start();
	cet = endbr_off();
	if (irqs_off) {
		local_irq_save(irqflags);
		cr4 = lass_off();
	}

	note_state(&flight->arch);
	ret = opalvm_thunk_ms_x64(entry, args, flight->stack + OPALVM_STACK_SIZE,
				  &flight->arch);
	restore_state(&flight->arch);

	if (irqs_off) {
		lass_restore(cr4);
		local_irq_restore(irqflags);
	}
	endbr_restore(cet);
	firmware_restrict_branch_speculation_end();
	kernel_fpu_end();
	pagefault_enable();
	return ret;
}
