// SPDX-License-Identifier: GPL-2.0
/*
 * Whether this machine can host, and how a firmware that faults or hangs is
 * stopped: the trapped registers are rewritten so that the exception returns
 * to the end of the thunk.
 *
 * Page faults are met by a kprobe on page_fault_oops(), before the kernel
 * prints an oops, taints itself, or panics because it was told to. Without
 * that probe, and for all other exceptions, the die notifier meets them.
 */
#include <linux/cc_platform.h>
#include <linux/efi.h>
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <asm/apic.h>
#include <asm/debugreg.h>
#include <asm/irq_regs.h>
#include <asm/msr.h>
#include <asm/nmi.h>
#include <asm/ptrace.h>
#include <asm/trap_pf.h>
#include <asm/trapnr.h>

#include "opalvm.h"
#include "compat/compat.h"
#include "flight.h"
#include "report.h"
#include "tables.h"
#include "thunk.h"

static bool probed;

/**
 * arch_glue_facts() - what this machine is
 * @facts: filled in, except @facts->uv, which only the firmware's tables tell
 *
 * Context: Process context.
 */
void arch_glue_facts(struct arch_facts *facts)
{
	u64 cet = 0;

	if (native_read_cr4() & GLUE_CR4_CET)
		rdmsrq(MSR_IA32_S_CET, cet);
	*facts = (struct arch_facts) {
		.xen_pv = boot_cpu_has(X86_FEATURE_XENPV),
		.efi32 = efi_enabled(EFI_BOOT) && !efi_enabled(EFI_64BIT),
		.mem_encrypt = cc_platform_has(CC_ATTR_MEM_ENCRYPT),
		.shadow_stack = cet & CET_SHSTK_EN,
	};
}

/**
 * arch_glue_can_host() - can such a machine host
 * @facts: the machine
 * @why: the reason if not
 *
 * Context: Any; pure.
 * Return: 0 or -ENODEV.
 */
int arch_glue_can_host(const struct arch_facts *facts, struct opalvm_why *why)
{
	if (facts->xen_pv)
		return opalvm_refuse(why, -ENODEV,
				     "a Xen PV guest does not own its page tables: load it in an HVM or PVH guest");
	if (facts->efi32)
		return opalvm_refuse(why, -ENODEV,
				     "the firmware is 32-bit EFI: only 64-bit EFI can be hosted");
	if (facts->mem_encrypt)
		return opalvm_refuse(why, -ENODEV,
				     "memory encryption (SME, SEV or TDX) is on: the kernel's own EFI support is needed");
	if (facts->uv)
		return opalvm_refuse(why, -ENODEV,
				     "an SGI UV firmware needs the kernel's own EFI support: boot without noefi and efi=noruntime");
	if (facts->shadow_stack)
		return opalvm_refuse(why, -ENODEV,
				     "supervisor shadow stacks are on: a firmware fault could not be contained");
	return 0;
}

/* Virtual addresses that a space may use: nothing of the kernel is there. */
static bool is_foreign(u64 va)
{
	return va < TASK_SIZE_MAX ||
	       (va >= GLUE_KERNEL_HALF_FIRST && va <= GLUE_KERNEL_HALF_LAST);
}

/*
 * Is this where the kernel has, or may once have had, something? A jump to a
 * hole between its regions, or to the memory that the firmware was given, is
 * the firmware's, whatever its stack tells.
 */
static bool is_kernels(const struct opalvm_flight *flight, u64 va)
{
	return !is_foreign(va) && !opalvm_flight_owns(flight, va) &&
	       (va >= __START_KERNEL_map || (va >= VMALLOC_START && va <= VMALLOC_END) ||
		glue_is_mapped(&flight->gate->space->arch, va));
}

static bool is_firmware_code(const struct opalvm_flight *flight, u64 ip)
{
	struct arch_mapping found;

	return is_foreign(ip) &&
	       arch_glue_read(&flight->gate->space->arch, ip, &found) &&
	       !(found.attr & OPALVM_ATTR_XP);
}

/*
 * Whoever called, or jumped, to where no code is: what stands on top of the
 * stack is the firmware's, or the way back into the thunk. In a jump of the
 * kernel's own, from an exception on this stack, it would be kernel text.
 */
static u64 caller_of(const struct opalvm_flight *flight, const struct pt_regs *regs)
{
	u64 top = (u64)flight->stack + OPALVM_STACK_SIZE, caller;

	if (regs->sp > top - sizeof(caller))
		return 0;
	caller = *(const u64 *)regs->sp;
	return caller == (u64)opalvm_thunk_return || is_firmware_code(flight, caller) ?
	       caller : 0;
}

/* The flight that these registers belong to, or NULL: not ours, hands off. */
static struct opalvm_flight *flight_of(struct pt_regs *regs, bool fetch, u64 address)
{
	struct opalvm_flight *flight;

	if (user_mode(regs))
		return NULL;
	flight = opalvm_flight_find(regs->sp);
	if (!flight)
		return NULL;
	if (is_firmware_code(flight, regs->ip))
		return flight;
	if (fetch && address == regs->ip &&
	    (!is_kernels(flight, address) || caller_of(flight, regs)))
		return flight;
	return NULL;
}

static void land(struct opalvm_flight *flight, struct pt_regs *regs,
		 enum opalvm_verdict verdict, const struct opalvm_trap *trap)
{
	u64 caller = is_firmware_code(flight, regs->ip) ? 0 : caller_of(flight, regs);

	flight->verdict = verdict;
	flight->trap = *trap;
	flight->trap.ip = regs->ip;
	flight->trap.caller = caller == (u64)opalvm_thunk_return ? 0 : caller;

	/* interrupts come back with the return from the exception */
	regs->flags = flight->arch.entry_flags;
	regs->sp = flight->arch.sp;
	regs->ip = (unsigned long)opalvm_thunk_exit;
	regs->ax = 0;
}

/* A #GP tells no address: it may have been a jump to one that no CPU accepts. */
static bool claim(struct pt_regs *regs, const struct opalvm_trap *trap)
{
	bool fetch = (trap->nr == X86_TRAP_PF && (trap->error & X86_PF_INSTR)) ||
		     trap->nr == X86_TRAP_GP;
	struct opalvm_flight *flight =
		flight_of(regs, fetch, trap->nr == X86_TRAP_PF ? trap->address : regs->ip);

	if (!flight)
		return false;
	land(flight, regs, OPALVM_FAULT, trap);
	return true;
}

static void name_firmware(const struct pt_regs *regs)
{
	const struct opalvm_flight *flight = opalvm_flight_current();

	if (!flight)
		return;
	if (regs->sp - (unsigned long)flight->stack + PAGE_SIZE < 2 * PAGE_SIZE)
		opalvm_report_overflow(flight, regs->ip);
	else if (is_firmware_code(flight, regs->ip))
		opalvm_report_lost_stack(flight, regs->ip);
}

static int on_die(struct notifier_block *nb, unsigned long event, void *data)
{
	struct die_args *args = data;
	struct opalvm_trap trap = { .nr = args->trapnr, .error = args->err };

	if (!args->regs)
		return NOTIFY_DONE;
	switch (event) {
	case DIE_OOPS:
		/* page faults come here without a notification before, and hardly more */
		trap.nr = X86_TRAP_PF;
		trap.address = native_read_cr2();
		break;
	case DIE_TRAP:
		/* ring 0 has nowhere to land without a stack: the panic gets a name */
		if (args->trapnr == X86_TRAP_DF) {
			name_firmware(args->regs);
			return NOTIFY_DONE;
		}
		break;
	case DIE_DEBUG:
		/* breakpoints are the kernel's own; single steps in firmware are not */
		if (!(*(unsigned long *)args->err & DR_STEP))
			return NOTIFY_DONE;
		trap.nr = X86_TRAP_DB;
		trap.error = 0;
		break;
	case DIE_GPF:
	case DIE_INT3:
		break;
	default:
		return NOTIFY_DONE;
	}
	if (claim(args->regs, &trap))
		return NOTIFY_STOP;
	/* nobody else knows that it may be the firmware's doing */
	if (event == DIE_OOPS && opalvm_flight_current())
		opalvm_report_suspect(opalvm_flight_current());
	return NOTIFY_DONE;
}

static struct notifier_block die_notifier = {
	.notifier_call = on_die,
	.priority = INT_MAX,
};

/* page_fault_oops(regs, error_code, address) */
static int on_page_fault_oops(struct kprobe *probe, struct pt_regs *regs)
{
	struct pt_regs *trapped = (struct pt_regs *)regs->di;
	struct opalvm_trap trap = {
		.nr = X86_TRAP_PF,
		.error = regs->si,
		.address = regs->dx,
	};

	if (!claim(trapped, &trap))
		return 0;
	regs->ip = (unsigned long)opalvm_just_return;
	return 1;
}

/* Its presence tells kprobes that a handler changes where execution goes on. */
static void after_page_fault_oops(struct kprobe *probe, struct pt_regs *regs,
				  unsigned long flags)
{
}

static struct kprobe page_fault_probe = {
	.symbol_name = "page_fault_oops",
	.pre_handler = on_page_fault_oops,
	.post_handler = after_page_fault_oops,
};

/* CPUs that an NMI was sent to */
static struct cpumask asked;

/*
 * The kernel returns from an NMI through a copy of the frame that the registers
 * end with, which stands behind them (entry_64.S). It copies once more if
 * another NMI came meanwhile: so both are changed. Where no copy is found,
 * nothing is: that other NMI has changed it, or this kernel does it otherwise.
 * With FRED, there is none.
 */
static void land_from_nmi(struct opalvm_flight *flight, struct pt_regs *regs)
{
	struct {
		unsigned long general[offsetof(struct pt_regs, ip) / sizeof(long)];
		unsigned long frame[5];
		unsigned long copy[5];
	} *nmi = (void *)regs;
	const struct opalvm_trap deadline = {
		.nr = OPALVM_TRAP_DEADLINE,
		.error = !(regs->flags & X86_EFLAGS_IF),
	};
	bool copies = !opalvm_compat_fred();

	static_assert(offsetof(typeof(*nmi), copy) == sizeof(*regs));

	/* the call goes on, and is tried again */
	if (copies && memcmp(nmi->copy, nmi->frame, sizeof(nmi->copy)))
		return;
	land(flight, regs, OPALVM_HANG, &deadline);
	/* here the GS base may be wrong still: they come back at the end of the thunk */
	regs->flags &= ~X86_EFLAGS_IF;
	if (copies)
		memcpy(nmi->copy, nmi->frame, sizeof(nmi->copy));
}

static int on_nmi(unsigned int type, struct pt_regs *regs)
{
	struct opalvm_flight *flight;

	if (!cpumask_test_and_clear_cpu(smp_processor_id(), &asked))
		return NMI_DONE;
	flight = flight_of(regs, false, 0);
	if (flight && opalvm_flight_late(flight, 0))
		land_from_nmi(flight, regs);
	return NMI_HANDLED;
}

/**
 * arch_glue_expire_on() - stop a call whose deadline has passed on another CPU
 * @cpu: the CPU; nothing happens if the firmware itself does not run there
 *
 * Context: Any.
 */
void arch_glue_expire_on(unsigned int cpu)
{
	cpumask_set_cpu(cpu, &asked);
	apic->send_IPI(cpu, NMI_VECTOR);
}

/**
 * arch_glue_contain_init() - start to contain faults of firmware
 * @why: the reason if it cannot
 *
 * Context: Process context; before the first call.
 * Return: 0 or a negative error.
 */
int arch_glue_contain_init(struct opalvm_why *why)
{
	int err = register_die_notifier(&die_notifier);

	if (!err) {
		err = register_nmi_handler(NMI_LOCAL, on_nmi, 0, OPALVM_NAME);
		if (err)
			unregister_die_notifier(&die_notifier);
	}
	if (err)
		return opalvm_refuse(why, err, "cannot watch for faults of the firmware");
	probed = !register_kprobe(&page_fault_probe);
	if (!probed)
		pr_info(OPALVM_NAME
			": no kprobe on page_fault_oops: a page fault of the firmware will print an oops before it is contained\n");
	return 0;
}

/**
 * arch_glue_contain_exit() - stop to contain faults of firmware
 *
 * Context: Process context; after the last call.
 */
void arch_glue_contain_exit(void)
{
	if (probed)
		unregister_kprobe(&page_fault_probe);
	/* a probe is used once: the next registration finds it clean */
	page_fault_probe.addr = NULL;
	page_fault_probe.flags = 0;
	unregister_nmi_handler(NMI_LOCAL, OPALVM_NAME);
	unregister_die_notifier(&die_notifier);
}

/**
 * arch_glue_expire() - stop a call whose deadline has passed
 * @flight: the call, in progress on this CPU
 *
 * Context: Hard interrupt.
 * Return: false if the interrupt did not hit the firmware itself: try again.
 */
bool arch_glue_expire(struct opalvm_flight *flight)
{
	static const struct opalvm_trap deadline = { .nr = OPALVM_TRAP_DEADLINE };
	struct pt_regs *regs = get_irq_regs();

	if (!regs || flight_of(regs, false, 0) != flight)
		return false;
	land(flight, regs, OPALVM_HANG, &deadline);
	return true;
}

/**
 * arch_glue_wrong_state() - what the firmware changed and must not
 * @flight: a call that returned
 * @told: what was told before, a bit each
 *
 * Context: Any.
 * Return: what, in words, which is told now, or NULL: nothing, or nothing new.
 */
const char *arch_glue_wrong_state(const struct opalvm_flight *flight, unsigned long *told)
{
	unsigned long flags = flight->arch.flags ^ flight->arch.entry_flags;
	u32 changed = flight->arch.changed;
	const struct {
		bool wrong;
		const char *what;
	} states[] = {
		{ flags & X86_EFLAGS_IF, "the interrupt flag changed" },
		{ flags & X86_EFLAGS_DF, "the direction flag set" },
		{ flags & X86_EFLAGS_AC, "the alignment check flag changed" },
		{ flags & X86_EFLAGS_NT, "the nested task flag changed" },
		{ changed & GLUE_CHANGED_CR0, "CR0 changed" },
		{ changed & GLUE_CHANGED_CR3, "CR3 changed" },
		{ changed & GLUE_CHANGED_CR4, "CR4 changed" },
		{ changed & GLUE_CHANGED_EFER, "EFER changed" },
		{ changed & GLUE_CHANGED_FS, "the FS base changed" },
		{ changed & GLUE_CHANGED_GS, "the GS base changed" },
		{ changed & GLUE_CHANGED_DR7, "DR7 changed" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		if (states[i].wrong && !test_and_set_bit(i, told))
			return states[i].what;
	}
	return NULL;
}

/**
 * arch_glue_describe() - say in words what stopped a call
 * @trap: what stopped it
 * @address: the address that was touched, in words
 * @text: filled in
 * @len: bytes at @text
 *
 * Context: Any.
 */
void arch_glue_describe(const struct opalvm_trap *trap, const char *address, char *text,
			size_t len)
{
	static const char *const names[] = {
		[X86_TRAP_DE] = "#DE", [X86_TRAP_DB] = "#DB", [X86_TRAP_BP] = "#BP",
		[X86_TRAP_OF] = "#OF", [X86_TRAP_BR] = "#BR", [X86_TRAP_UD] = "#UD",
		[X86_TRAP_TS] = "#TS", [X86_TRAP_NP] = "#NP", [X86_TRAP_SS] = "#SS",
		[X86_TRAP_GP] = "#GP", [X86_TRAP_MF] = "#MF", [X86_TRAP_AC] = "#AC",
		[X86_TRAP_XF] = "#XM",
	};
	const char *name = trap->nr < ARRAY_SIZE(names) ? names[trap->nr] : NULL;

	if (trap->nr == X86_TRAP_PF)
		scnprintf(text, len, "#PF, %s %s page at %s",
			  trap->error & X86_PF_INSTR ? "execution of" :
			  trap->error & X86_PF_WRITE ? "write to" : "read of",
			  trap->error & X86_PF_PROT ? "a protected" : "an unmapped", address);
	else if (trap->nr == OPALVM_TRAP_DEADLINE)
		scnprintf(text, len, "it did not return before its deadline%s",
			  trap->error ? ", with interrupts off" : "");
	else if (name)
		scnprintf(text, len, "%s, error code %#x", name, trap->error);
	else
		scnprintf(text, len, "exception %u, error code %#x", trap->nr, trap->error);
}
