// SPDX-License-Identifier: GPL-2.0
/*
 * Whether this machine can host, and how a firmware that faults is stopped: the
 * trapped registers are rewritten so that the exception returns to the end of
 * the thunk.
 *
 * Big-endian OPAL runs on a stack of its own, at addresses that the kernel's
 * interrupt entry takes for a corrupted stack pointer: it traps there (tdgei
 * r1), and what arrives here is that trap, on an emergency stack, with the
 * firmware's SRR0 and SRR1 in r11 and r12. The registers that it interrupted
 * are lost: such a call can be ended, but not resumed. A `trap` instruction of
 * the firmware arrives with all registers, and can be.
 *
 * Nothing here prints: the console calls OPAL, whose locks the firmware may hold.
 */
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <asm/cputable.h>
#include <asm/debug.h>
#include <asm/interrupt.h>
#include <asm/mmu.h>
#include <asm/ptrace.h>
#include <asm/reg.h>

#include "opalvm.h"
#include "report.h"
#include "tables.h"

/* on bare metal, an illegal instruction (Power ISA 3.0 book III section 7.5.17) */
#define H_EMUL_ASSIST	0xe40

/* what the interrupt adds to MSR in SRR1 (Power ISA 3.0 book III section 7.5) */
#define SRR1_STATUS	0x783f0000UL

/**
 * arch_glue_facts() - what this machine is
 * @facts: filled in
 *
 * Context: Process context.
 */
void arch_glue_facts(struct arch_facts *facts)
{
	*facts = (struct arch_facts) { .radix = radix_enabled() };
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
	if (!facts->radix)
		return opalvm_refuse(why, -ENODEV,
				     "the MMU uses a hash table: radix is needed, on POWER9 or later and without disable_radix");
	return 0;
}

static bool is_low(u64 address)
{
	return address < PAGE_OFFSET;
}

/* Is this stack pointer the firmware's own, or the one that it was given? */
static bool is_firmwares_stack(const struct opalvm_flight *flight, u64 sp)
{
	return is_low(sp) || opalvm_flight_find(sp) == flight;
}

/*
 * The flight that these registers belong to, or NULL: not ours, hands off. What
 * stopped it is filled in.
 */
static struct opalvm_flight *flight_of(const struct pt_regs *regs, bool trap,
				       struct opalvm_trap *cause)
{
	struct opalvm_flight *flight = opalvm_flight_current();

	if (!flight || flight->task != current || user_mode(regs))
		return NULL;
	cause->nr = TRAP(regs);
	cause->ip = regs->nip;
	cause->address = regs->dar;
	cause->error = regs->dsisr;
	/* the kernel executes nothing down there */
	if (is_low(regs->nip))
		return flight;
	if (!is_firmwares_stack(flight, regs->gpr[1]))
		return NULL;
	/* it jumped to where the kernel half has no code */
	if (cause->nr == INTERRUPT_INST_STORAGE || cause->nr == INTERRUPT_INST_SEGMENT)
		return flight;
	/* the trap in the kernel's interrupt entry */
	if (trap && is_low(regs->gpr[1]) && is_low(regs->gpr[11])) {
		cause->ip = regs->gpr[11];
		cause->address = mfspr(SPRN_DAR);
		cause->error = mfspr(SPRN_DSISR);
		cause->nr = OPALVM_TRAP_NESTED;
		return flight;
	}
	return NULL;
}

static void land(struct opalvm_flight *flight, struct pt_regs *regs,
		 const struct opalvm_trap *cause)
{
	flight->verdict = OPALVM_FAULT;
	flight->trap = *cause;
	regs->gpr[1] = flight->arch.sp;
	regs->gpr[3] = 0;
	regs_set_return_ip(regs, (unsigned long)opalvm_thunk_exit);
	regs_set_return_msr(regs, flight->arch.kernel_msr);
}

/*
 * Cache-inhibited accesses (Power ISA 3.0 book III section 5.4.1), which are
 * forbidden while the MMU translates: extended opcode, bytes, store or load.
 */
static const struct cix {
	u16 opcode;
	u8 size;
	bool store;
} cixes[] = {
	{ 789, 4, false }, { 821, 2, false }, { 853, 1, false }, { 885, 8, false },
	{ 917, 4, true }, { 949, 2, true }, { 981, 1, true }, { 1013, 8, true },
};

static const struct cix *find_cix(u32 instruction)
{
	u32 i;

	if (instruction >> 26 != 31 || (instruction & 1))
		return NULL;
	for (i = 0; i < ARRAY_SIZE(cixes); i++)
		if (((instruction >> 1) & 0x3ff) == cixes[i].opcode)
			return &cixes[i];
	return NULL;
}

/* The registers of @cix's device are mapped: access them as the firmware wants to. */
static void access(const struct cix *cix, u64 address, unsigned long *reg, bool little)
{
	u64 value = *reg;

	if (cix->store) {
		switch (cix->size) {
		case 1:
			asm volatile("sync; stb%X0 %1,%0" : "=m" (*(u8 *)address) : "r" (value));
			break;
		case 2:
			value = little ? (u16)value : swab16(value);
			asm volatile("sync; sth%X0 %1,%0" : "=m" (*(u16 *)address) : "r" (value));
			break;
		case 4:
			value = little ? (u32)value : swab32(value);
			asm volatile("sync; stw%X0 %1,%0" : "=m" (*(u32 *)address) : "r" (value));
			break;
		case 8:
			value = little ? value : swab64(value);
			asm volatile("sync; std%X0 %1,%0" : "=m" (*(u64 *)address) : "r" (value));
			break;
		}
		return;
	}
	switch (cix->size) {
	case 1:
		asm volatile("sync; lbz%X1 %0,%1" : "=r" (value) : "m" (*(u8 *)address));
		break;
	case 2:
		asm volatile("sync; lhz%X1 %0,%1" : "=r" (value) : "m" (*(u16 *)address));
		value = little ? value : swab16(value);
		break;
	case 4:
		asm volatile("sync; lwz%X1 %0,%1" : "=r" (value) : "m" (*(u32 *)address));
		value = little ? value : swab32(value);
		break;
	case 8:
		asm volatile("sync; ld%X1 %0,%1" : "=r" (value) : "m" (*(u64 *)address));
		value = little ? value : swab64(value);
		break;
	}
	*reg = value;
}

/* The instruction that the firmware has there, whatever the space has in its place. */
static bool live_instruction(const struct opalvm_space *space, u64 ip, bool little,
			     u32 *instruction)
{
	const struct opalvm_extent *extent = opalvm_map_find_va(space->live, ip);
	u32 raw;

	if (!extent || !opalvm_extent_executable(extent) || (ip & 3))
		return false;
	raw = *(u32 *)__va(extent->pa + (ip - extent->va));
	*instruction = little ? le32_to_cpu((__force __le32)raw) :
				be32_to_cpu((__force __be32)raw);
	return true;
}

static bool is_mapped_device(const struct opalvm_space *space, u64 address, u32 size)
{
	const struct opalvm_extent *extent = opalvm_map_find_va(space->map, address);

	return extent && opalvm_extent_cache(extent) == OPALVM_CACHE_UC &&
	       size <= extent->size - (address - extent->va) &&
	       !(address & (size - 1));
}

/* A trap with which the firmware warns, and behind which it goes on. */
static bool warns(struct opalvm_flight *flight, struct pt_regs *regs)
{
	struct opalvm_space *space = flight->gate->space;

	if (!space->goes_on || !space->goes_on(flight, regs->nip))
		return false;
	regs_add_return_ip(regs, 4);
	return true;
}

/*
 * A trap that stands for a cache-inhibited access. One to a device that is
 * mapped is made here; for another, the rest of the call runs in real mode,
 * with the firmware's own text, which is at the same address.
 */
static bool resume(struct pt_regs *regs)
{
	struct opalvm_flight *flight = opalvm_flight_current();
	struct opalvm_space *space;
	const struct cix *cix;
	bool little = regs->msr & MSR_LE;
	u32 instruction, ra;
	u64 address;

	if (!flight || flight->task != current || user_mode(regs) || !is_low(regs->nip))
		return false;
	space = flight->gate->space;
	if (space->live == space->map)
		return warns(flight, regs);
	if (!live_instruction(space, regs->nip, little, &instruction))
		return false;
	cix = find_cix(instruction);
	if (!cix)
		return false;
	ra = (instruction >> 16) & 31;
	address = (ra ? regs->gpr[ra] : 0) + regs->gpr[(instruction >> 11) & 31];
	if (is_mapped_device(space, address, cix->size)) {
		access(cix, address, &regs->gpr[(instruction >> 21) & 31], little);
		regs_add_return_ip(regs, 4);
	} else {
		opalvm_space_miss(space, address, regs->nip);
		regs_set_return_msr(regs, regs->msr & ~(MSR_IR | MSR_DR | SRR1_STATUS));
	}
	return true;
}

static bool claim(struct pt_regs *regs, bool trap)
{
	struct opalvm_trap cause = {};
	struct opalvm_flight *flight = flight_of(regs, trap, &cause);

	if (!flight)
		return false;
	land(flight, regs, &cause);
	return true;
}

static int on_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct die_args *args = data;

	if (!args->regs)
		return NOTIFY_DONE;
	switch (event) {
	case DIE_BPT:
		if (resume(args->regs))
			return NOTIFY_STOP;
		return claim(args->regs, true) ? NOTIFY_STOP : NOTIFY_DONE;
	case DIE_OOPS:
		return claim(args->regs, false) ? NOTIFY_STOP : NOTIFY_DONE;
	default:
		return NOTIFY_DONE;
	}
}

static struct notifier_block die_notifier = {
	.notifier_call = on_event,
	.priority = INT_MAX,
};

#ifdef CONFIG_DEBUGGER
/*
 * The hooks of the kernel's debuggers come before the kernel prints anything of
 * a fault. By the die notifier's turn it has: through OPAL, on the firmware's
 * stack, of which OPAL in real mode understands no address.
 */
static int (*next_fault_handler)(struct pt_regs *regs);
static int (*next_debugger)(struct pt_regs *regs);

static int on_page_fault(struct pt_regs *regs)
{
	return claim(regs, false) || (next_fault_handler && next_fault_handler(regs));
}

static int on_die(struct pt_regs *regs)
{
	return claim(regs, false) || (next_debugger && next_debugger(regs));
}

static void hooks_add(void)
{
	next_fault_handler = __debugger_fault_handler;
	next_debugger = __debugger;
	smp_wmb();	/* the hooks call what was there before */
	WRITE_ONCE(__debugger_fault_handler, on_page_fault);
	WRITE_ONCE(__debugger, on_die);
}

static void passed(void *unused)
{
}

/* A debugger that was started since replaced them. */
static void hooks_remove(void)
{
	cmpxchg(&__debugger_fault_handler, on_page_fault, next_fault_handler);
	cmpxchg(&__debugger, on_die, next_debugger);
	/* whoever has read them already, with interrupts off, is through afterwards */
	on_each_cpu(passed, NULL, 1);
	synchronize_rcu();
}
#else
static void hooks_add(void)
{
	pr_info(OPALVM_NAME
		": this kernel has no CONFIG_DEBUGGER: a fault of the firmware will print an oops before it is contained\n");
}

static void hooks_remove(void)
{
}
#endif

/*
 * A fault at an address that no page table translates passes by the hooks and
 * is printed at once: here it has not been yet. The probed function, of (regs,
 * signal), returns to its caller, which returns from the exception.
 */
static int on_bad_page_fault(struct kprobe *kprobe, struct pt_regs *regs)
{
	if (!claim((struct pt_regs *)regs->gpr[3], false))
		return 0;
	regs_set_return_ip(regs, regs->link);
	return 1;
}

/* Its presence tells kprobes that a handler changes where execution goes on. */
static void after_probe(struct kprobe *kprobe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe probe;
static bool probed;

static bool probe_add(const char *symbol)
{
	/* as new: a probe is used once */
	probe = (struct kprobe) {
		.symbol_name = symbol,
		.pre_handler = on_bad_page_fault,
		.post_handler = after_probe,
	};
	probed = !register_kprobe(&probe);
	return probed;
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

	if (err)
		return opalvm_refuse(why, err, "cannot watch for faults of the firmware");
	hooks_add();
	/*
	 * A kernel that is radix alone calls the first from one place, and has it
	 * inlined there: in the second, which looks for a fixup before that. No fixup
	 * is for an instruction of the firmware.
	 */
	if (!probe_add("__bad_page_fault") && !probe_add("bad_page_fault"))
		pr_info(OPALVM_NAME
			": no kprobe on bad_page_fault: some faults of the firmware will print an oops before they are contained\n");
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
		unregister_kprobe(&probe);
	hooks_remove();
	unregister_die_notifier(&die_notifier);
}

/**
 * arch_glue_expire() - stop a call whose deadline has passed
 * @flight: the call, in progress on this CPU
 *
 * Context: Hard interrupt.
 * Return: false: interrupts never hit the firmware.
 */
bool arch_glue_expire(struct opalvm_flight *flight)
{
	return false;
}

/**
 * arch_glue_wrong_state() - what the firmware changed and must not
 * @flight: a call that returned
 * @told: what was told before
 *
 * Context: Any.
 * Return: NULL: the thunk sets MSR as it was, and nothing of it is the firmware's.
 */
const char *arch_glue_wrong_state(const struct opalvm_flight *flight, unsigned long *told)
{
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
	switch (trap->nr) {
	case OPALVM_TRAP_NESTED:
		scnprintf(text, len, "a fault on its own stack, last data access at %s", address);
		break;
	case INTERRUPT_DATA_STORAGE:
	case INTERRUPT_DATA_SEGMENT:
		scnprintf(text, len, "%s %s page at %s",
			  trap->error & DSISR_ISSTORE ? "write to" : "read of",
			  trap->error & DSISR_PROTFAULT ? "a protected" : "an unmapped", address);
		break;
	case INTERRUPT_INST_STORAGE:
	case INTERRUPT_INST_SEGMENT:
		scnprintf(text, len, "execution where there is no code");
		break;
	case INTERRUPT_PROGRAM:
	case H_EMUL_ASSIST:
		scnprintf(text, len, "a trap or an illegal instruction");
		break;
	default:
		scnprintf(text, len, "exception %#x", trap->nr);
	}
}
