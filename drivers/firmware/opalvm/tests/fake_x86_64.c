// SPDX-License-Identifier: GPL-2.0
#include <linux/io.h>
#include <linux/mm.h>
#include <asm/fpu/api.h>
#include <asm/processor-flags.h>
#include <asm/special_insns.h>
#include <asm/trap_pf.h>
#include <asm/trapnr.h>
#include <asm/tsc.h>

#include "fake.h"

#define USER_HOLE	0x00007abcdef01000ULL
#define KERNEL_HOLE	(GENMASK_ULL(63, 39) + 0x1234000)	/* below UEFI's window */
#define UNCANONICAL	BIT_ULL(62)

const struct fake_fault fake_faults[FAKE_NR_FAULTS] = {
	{ "read of an unmapped page", FAKE_LOAD, FAKE_UNMAPPED, X86_TRAP_PF, 0 },
	{ "read through NULL", FAKE_LOAD, FAKE_AT, X86_TRAP_PF, 0, 0 },
	{ "read in a hole of the user half", FAKE_LOAD, FAKE_AT, X86_TRAP_PF, 0, USER_HOLE },
	{ "read in a hole of the kernel half", FAKE_LOAD, FAKE_AT, X86_TRAP_PF, 0, KERNEL_HOLE },
	{ "write to an unmapped page", FAKE_STORE, FAKE_UNMAPPED, X86_TRAP_PF, X86_PF_WRITE },
	{ "write through NULL", FAKE_STORE, FAKE_AT, X86_TRAP_PF, X86_PF_WRITE, 0 },
	{ "write to code", FAKE_STORE, FAKE_IN_CODE, X86_TRAP_PF, X86_PF_WRITE | X86_PF_PROT },
	{ "write to read-only data", FAKE_STORE, FAKE_IN_RO, X86_TRAP_PF,
	  X86_PF_WRITE | X86_PF_PROT },
	{ "jump to an unmapped page", FAKE_JUMP, FAKE_UNMAPPED, X86_TRAP_PF, X86_PF_INSTR },
	{ "jump to NULL", FAKE_JUMP, FAKE_AT, X86_TRAP_PF, X86_PF_INSTR, 0 },
	{ "jump to a hole of the user half", FAKE_JUMP, FAKE_AT, X86_TRAP_PF, X86_PF_INSTR,
	  USER_HOLE },
	{ "jump to a hole of the kernel half", FAKE_JUMP, FAKE_AT, X86_TRAP_PF, X86_PF_INSTR,
	  KERNEL_HOLE },
	{ "jump to its own stack", FAKE_JUMP_STACK, FAKE_NOWHERE, X86_TRAP_PF,
	  X86_PF_INSTR | X86_PF_PROT },
	{ "jump to data", FAKE_JUMP, FAKE_IN_DATA, X86_TRAP_PF, X86_PF_INSTR | X86_PF_PROT },
	{ "jump to what is no address", FAKE_JUMP, FAKE_AT, X86_TRAP_GP, 0, UNCANONICAL },
	{ "read of what is no address", FAKE_FORBIDDEN, FAKE_NOWHERE, X86_TRAP_GP, 0 },
	{ "invalid opcode", FAKE_ILLEGAL, FAKE_NOWHERE, X86_TRAP_UD, 0 },
	{ "divide by zero", FAKE_DIVIDE, FAKE_NOWHERE, X86_TRAP_DE, 0 },
	{ "breakpoint", FAKE_BREAK, FAKE_NOWHERE, X86_TRAP_BP, 0 },
	{ "invalid opcode with interrupts off", FAKE_MASK_ILLEGAL, FAKE_NOWHERE, X86_TRAP_UD, 0 },
};

bool fake_trap_is(const struct opalvm_trap *trap, u32 nr)
{
	return trap->nr == nr;
}

bool fake_has_address(const struct opalvm_trap *trap)
{
	return trap->nr == X86_TRAP_PF;
}

const struct arch_facts fake_good_machine = {};

const struct arch_facts fake_bad_machines[] = {
	{ .xen_pv = true },
	{ .efi32 = true },
	{ .mem_encrypt = true },
	{ .uv = true },
	{ .shadow_stack = true },
};

const u32 fake_nr_bad_machines = ARRAY_SIZE(fake_bad_machines);

int fake_add_entries(struct fake *fake, u64 va, struct opalvm_why *why)
{
	int err = 0;
	u32 i;

	for (i = 0; i < FAKE_NR_SERVICES && !err; i++)
		err = opalvm_map_add_entry(fake->map, i, OPALVM_ENTRY_VA,
					   va + opalvm_fake_entries[i], why);
	return err;
}

/* The code; each service starts where the table of entries says. */
void fake_put_code(void *page)
{
	memcpy(page, opalvm_fake_code, opalvm_fake_code_end - opalvm_fake_code);
}

u64 fake_ticks_per_ms(void)
{
	return tsc_khz;
}

bool fake_irqs_on(u64 flags)
{
	return flags & X86_EFLAGS_IF;
}

void fake_expect_order(struct kunit *test, u64 flags)
{
	u32 mxcsr = 0;

	KUNIT_EXPECT_TRUE(test, fake_irqs_on(flags));
	KUNIT_EXPECT_FALSE(test, flags & (X86_EFLAGS_DF | X86_EFLAGS_AC));
	kernel_fpu_begin();
	asm volatile("stmxcsr %0" : "=m" (mxcsr));
	kernel_fpu_end();
	KUNIT_EXPECT_EQ(test, mxcsr, 0x1f80U);
}

/* The FPU is somebody's. */
int fake_call_where_it_cannot(struct fake *fake, struct opalvm_call *call)
{
	int err;

	kernel_fpu_begin();
	err = irq_fpu_usable() ? -EBUSY : opalvm_call_atomic(fake->gate, call);
	kernel_fpu_end();
	return err;
}

u64 fake_space_mark(const struct fake *fake)
{
	return __pa(fake->space->mm->pgd);
}

u64 fake_mark_in(u64 register_value)
{
	return register_value & CR3_ADDR_MASK;
}

bool fake_cpu_is_inside(const struct fake *fake)
{
	return fake_mark_in(__native_read_cr3()) == fake_space_mark(fake);
}
