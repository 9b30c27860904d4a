// SPDX-License-Identifier: GPL-2.0
/*
 * Into a space, across into the firmware, and out again.
 *
 * The kernel lives in the upper quadrants, which translate in the same way
 * whatever the process is: so a CPU is inside a space for as long as PIDR has
 * the number of its mm, and that is while the firmware runs, with interrupts
 * hard disabled. No task ever uses the mm, and any context can enter it.
 */
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/uaccess.h>
#include <asm/hw_irq.h>
#include <asm/interrupt.h>
#include <asm/reg.h>

#include "opalvm.h"
#include "tables.h"

/**
 * arch_glue_enter() - the worker enters a space
 * @as: the space's tables
 *
 * Context: The space's worker. Returns with preemption off.
 */
void arch_glue_enter(struct arch_space *as)
{
	preempt_disable();
}

/**
 * arch_glue_leave() - the worker leaves a space
 * @as: the space's tables
 *
 * Context: The space's worker, after arch_glue_enter().
 */
void arch_glue_leave(struct arch_space *as)
{
	preempt_enable();
}

/**
 * arch_glue_enter_atomic() - enter a space from any context
 * @as: the space's tables
 * @visit: what to undo
 *
 * Context: Any. Returns with interrupts off if it succeeds.
 * Return: false in an NMI, which may have interrupted the firmware.
 */
bool arch_glue_enter_atomic(struct arch_space *as, struct arch_visit *visit)
{
	if (in_nmi())
		return false;
	local_irq_save(visit->irqflags);
	return true;
}

/**
 * arch_glue_leave_atomic() - undo arch_glue_enter_atomic()
 * @as: the space's tables
 * @visit: as it was filled in
 */
void arch_glue_leave_atomic(struct arch_space *as, struct arch_visit *visit)
{
	local_irq_restore(visit->irqflags);
}

/* How the firmware is entered: its MSR, and how it comes back. */
static void prepare(struct opalvm_flight *flight, enum opalvm_abi abi, u64 entry)
{
	const struct opalvm_gate *gate = flight->gate;
	u64 msr = mfmsr();

	static_assert(offsetof(struct arch_flight, sp) == 0);
	static_assert(offsetof(struct arch_flight, stack) == 8);
	static_assert(offsetof(struct arch_flight, entry) == 16);
	static_assert(offsetof(struct arch_flight, msr) == 24);
	static_assert(offsetof(struct arch_flight, token) == 32);
	static_assert(offsetof(struct arch_flight, base) == 40);
	static_assert(offsetof(struct arch_flight, way_back) == 48);
	static_assert(offsetof(struct arch_flight, kernel_msr) == 56);

	flight->arch = (struct arch_flight) {
		.stack = (u64)flight->stack + OPALVM_STACK_SIZE,
		.entry = entry,
		/* the kernel's own use of these units is not the firmware's */
		.msr = msr & ~(MSR_FP | MSR_VEC | MSR_VSX | MSR_TM),
		.kernel_msr = msr,
		.token = gate->services[flight->service].token,
		.base = gate->space->base,
	};
	if (abi == OPALVM_ABI_OPAL_BE || abi == OPALVM_ABI_RTAS) {
		flight->arch.msr &= ~MSR_LE;
		flight->arch.way_back = glue_way_back(&gate->space->arch);
	}
}

/**
 * arch_glue_call() - call a function of the firmware
 * @flight: the call in progress; its stack is used from the top
 * @call: its ABI
 * @entry: effective address of the function
 * @args: OPALVM_MAX_ARGS arguments, of which eight can be passed
 *
 * Context: In the space, preemption off. The firmware runs with interrupts
 *	    hard disabled: it uses its own ideas of what interrupts are.
 * Return: what the function returned; meaningless if the flight was stopped.
 */
u64 arch_glue_call(struct opalvm_flight *flight, const struct opalvm_call *call, u64 entry,
		   const u64 *args)
{
	unsigned long irqflags, pid;
	u64 ret;

	/* whatever the firmware touches, the kernel fills in nothing */
	pagefault_disable();
	local_irq_save(irqflags);
	hard_irq_disable();
	prepare(flight, call->abi, entry);
	pid = mfspr(SPRN_PID);
	mtspr(SPRN_PID, flight->gate->space->mm->context.id);
	isync();

	ret = opalvm_thunk(&flight->arch, args);
	/* before an interrupt comes whose handler calls the firmware */
	if (flight->verdict != OPALVM_OK && flight->gate->space->ended)
		flight->gate->space->ended(flight);

	/* what it returned through, and what it may have trapped with */
	srr_regs_clobbered();
	mtspr(SPRN_PID, pid);
	isync();
	local_irq_restore(irqflags);
	pagefault_enable();
	return ret;
}
