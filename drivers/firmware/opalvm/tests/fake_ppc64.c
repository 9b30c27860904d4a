// SPDX-License-Identifier: GPL-2.0
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <asm/cacheflush.h>
#include <asm/interrupt.h>
#include <asm/reg.h>
#include <asm/time.h>

#include "fake.h"

/* within the 52 bits, but no page tables are near */
#define LOW_HOLE	0x0005abcdef010000ULL
/* beyond the linear map, the vmalloc area and all others, the shadow of KASAN too */
#define KERNEL_HOLE	0xc00ff00000010000ULL

/* of more bits than a radix tree translates */
#define NO_ADDRESS	0x5a5a5a5a5a5a5a5aULL

/* on bare metal, an illegal instruction (Power ISA 3.0 book III section 7.5.17) */
#define H_EMUL_ASSIST	0xe40

const struct fake_fault fake_faults[FAKE_NR_FAULTS] = {
	{ "read of an unmapped page", FAKE_LOAD, FAKE_UNMAPPED, INTERRUPT_DATA_STORAGE,
	  DSISR_NOHPTE },
	{ "read through NULL", FAKE_LOAD, FAKE_AT, INTERRUPT_DATA_STORAGE, DSISR_NOHPTE, 0 },
	{ "read in a hole of low addresses", FAKE_LOAD, FAKE_AT, INTERRUPT_DATA_STORAGE,
	  DSISR_NOHPTE, LOW_HOLE },
	{ "read of what is no address", FAKE_LOAD, FAKE_AT, INTERRUPT_DATA_SEGMENT, 0, NO_ADDRESS },
	{ "write to what is no address", FAKE_STORE, FAKE_AT, INTERRUPT_DATA_SEGMENT, 0,
	  NO_ADDRESS },
	{ "read in a hole of the kernel", FAKE_LOAD, FAKE_AT, INTERRUPT_DATA_STORAGE,
	  DSISR_NOHPTE, KERNEL_HOLE },
	{ "write to an unmapped page", FAKE_STORE, FAKE_UNMAPPED, INTERRUPT_DATA_STORAGE,
	  DSISR_NOHPTE | DSISR_ISSTORE },
	{ "write through NULL", FAKE_STORE, FAKE_AT, INTERRUPT_DATA_STORAGE,
	  DSISR_NOHPTE | DSISR_ISSTORE, 0 },
	{ "write to code", FAKE_STORE, FAKE_IN_CODE, INTERRUPT_DATA_STORAGE,
	  DSISR_PROTFAULT | DSISR_ISSTORE },
	{ "write to read-only data", FAKE_STORE, FAKE_IN_RO, INTERRUPT_DATA_STORAGE,
	  DSISR_PROTFAULT | DSISR_ISSTORE },
	{ "jump to an unmapped page", FAKE_JUMP, FAKE_UNMAPPED, INTERRUPT_INST_STORAGE,
	  DSISR_NOHPTE },
	{ "jump to NULL", FAKE_JUMP, FAKE_AT, INTERRUPT_INST_STORAGE, DSISR_NOHPTE, 0 },
	{ "jump to a hole of low addresses", FAKE_JUMP, FAKE_AT, INTERRUPT_INST_STORAGE,
	  DSISR_NOHPTE, LOW_HOLE },
	{ "jump to what is no address", FAKE_JUMP, FAKE_AT, INTERRUPT_INST_SEGMENT, 0,
	  NO_ADDRESS & ~3ULL },
	{ "jump to a hole of the kernel", FAKE_JUMP, FAKE_AT, INTERRUPT_INST_STORAGE,
	  DSISR_NOHPTE, KERNEL_HOLE },
	{ "jump to its own stack", FAKE_JUMP_STACK, FAKE_NOWHERE, INTERRUPT_INST_STORAGE,
	  DSISR_NOEXEC_OR_G },
	{ "jump to data", FAKE_JUMP, FAKE_IN_DATA, INTERRUPT_INST_STORAGE, DSISR_NOEXEC_OR_G },
	{ "cache-inhibited load", FAKE_FORBIDDEN, FAKE_NOWHERE, INTERRUPT_PROGRAM },
	{ "illegal instruction", FAKE_ILLEGAL, FAKE_NOWHERE, INTERRUPT_PROGRAM },
	{ "trap", FAKE_BREAK, FAKE_NOWHERE, INTERRUPT_PROGRAM },
	{ "illegal instruction, not recoverable", FAKE_MASK_ILLEGAL, FAKE_NOWHERE,
	  INTERRUPT_PROGRAM },
};

bool fake_trap_is(const struct opalvm_trap *trap, u32 nr)
{
	if (nr == INTERRUPT_PROGRAM && trap->nr == H_EMUL_ASSIST)
		return true;
	/* QEMU's bare metal takes no notice of those bits */
	if (nr == INTERRUPT_DATA_SEGMENT && trap->nr == INTERRUPT_DATA_STORAGE)
		return true;
	if (nr == INTERRUPT_INST_SEGMENT && trap->nr == INTERRUPT_INST_STORAGE)
		return true;
	return trap->nr == nr;
}

bool fake_has_address(const struct opalvm_trap *trap)
{
	return trap->nr == INTERRUPT_DATA_STORAGE || trap->nr == INTERRUPT_INST_STORAGE ||
	       trap->nr == INTERRUPT_DATA_SEGMENT;
}

const struct arch_facts fake_good_machine = { .radix = true };

const struct arch_facts fake_bad_machines[] = { { .radix = false } };

const u32 fake_nr_bad_machines = ARRAY_SIZE(fake_bad_machines);

int fake_add_entries(struct fake *fake, u64 va, struct opalvm_why *why)
{
	return opalvm_map_add_entry(fake->map, OPALVM_ENTRY_ID_V4, OPALVM_ENTRY_VA, va, why);
}

void fake_put_code(void *page)
{
	memcpy(page, opalvm_fake_code, opalvm_fake_code_end - opalvm_fake_code);
	flush_icache_range((unsigned long)page, (unsigned long)page + PAGE_SIZE);
}

u64 fake_ticks_per_ms(void)
{
	return tb_ticks_per_sec / 1000;
}

bool fake_irqs_on(u64 flags)
{
	return flags & MSR_EE;
}

static void expect_kernels(struct kunit *test, u64 msr)
{
	const u64 on = MSR_RI | MSR_IR | MSR_DR | MSR_LE | MSR_SF | MSR_ME;

	KUNIT_EXPECT_EQ(test, msr & on, on);
	KUNIT_EXPECT_FALSE(test, msr & MSR_PR);
}

void fake_expect_order(struct kunit *test, u64 flags)
{
	expect_kernels(test, flags);
	KUNIT_EXPECT_FALSE(test, flags & (MSR_FP | MSR_VEC | MSR_VSX));
	KUNIT_EXPECT_FALSE(test, fake_irqs_on(flags));
	expect_kernels(test, mfmsr());
	KUNIT_EXPECT_TRUE(test, fake_irqs_on(mfmsr()));
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_FALSE(test, pagefault_disabled());
	KUNIT_EXPECT_FALSE(test, !preemptible() && IS_ENABLED(CONFIG_PREEMPT_COUNT));
}

/* What it interrupted could be the firmware. */
int fake_call_where_it_cannot(struct fake *fake, struct opalvm_call *call)
{
	unsigned long flags;
	int err;

	local_irq_save(flags);
	__preempt_count_add(NMI_OFFSET);
	err = opalvm_call_atomic(fake->gate, call);
	__preempt_count_sub(NMI_OFFSET);
	local_irq_restore(flags);
	return err;
}

u64 fake_space_mark(const struct fake *fake)
{
	return fake->space->mm->context.id;
}

u64 fake_mark_in(u64 register_value)
{
	return register_value;
}

bool fake_cpu_is_inside(const struct fake *fake)
{
	return fake_mark_in(mfspr(SPRN_PID)) == fake_space_mark(fake);
}
