// SPDX-License-Identifier: GPL-2.0
/*
 * Windows: what a firmware asks for during a call is mapped as it asked, or
 * refused, and gone when it says so or when nobody else will.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>
#include <asm/cacheflush.h>
#include <asm/interrupt.h>
#include <asm/reg.h>

#include "fake.h"
#include "suites.h"

/* where windows are, in no table that the fake's extents have */
#define WINDOW_VA	0x0004000000000000ULL
/* the next of these, in another table of the highest level */
#define FAR		BIT_ULL(39)

#define PATTERN		0x0123456789abcdefULL

#define RW		(OPALVM_ATTR_WB | OPALVM_ATTR_XP)
#define RO		(OPALVM_ATTR_WB | OPALVM_ATTR_XP | OPALVM_ATTR_RO)
#define RX		(OPALVM_ATTR_WB | OPALVM_ATTR_RO)
#define IO		(OPALVM_ATTR_UC | OPALVM_ATTR_XP)

/* blr */
#define RETURN_INSTRUCTION	0x4e800020

static struct fake fake;
static struct page *page;	/* what windows show: two of them */
static u64 not_ours;		/* the firmware may not have it */
static struct opalvm_why why;	/* of the last answer */

static int may_map(const struct opalvm_extent *extent, struct opalvm_why *reason)
{
	return extent->pa == not_ours ? -EPERM : 0;
}

static void drop(struct opalvm_flight *flight)
{
	opalvm_windows_drop(flight);
}

static void drop_lost(struct opalvm_flight *flight)
{
	flight->lost = true;
	opalvm_windows_drop(flight);
}

static int host(void)
{
	int err = fake_host(&fake, FAKE_LOW_VA) ?: opalvm_windows_open(fake.space, may_map, NULL);

	if (!err)
		fake.space->ended = drop;
	return err;
}

static int window_init(struct kunit *test)
{
	page = alloc_pages(GFP_KERNEL | __GFP_ZERO, 1);
	if (!page)
		return -ENOMEM;
	*(u64 *)page_address(page) = PATTERN;
	not_ours = ~0ULL;
	return host();
}

static void window_exit(struct kunit *test)
{
	fake_unhost(&fake);
	if (page)
		__free_pages(page, 1);
	page = NULL;
}

/* What the firmware calls: on its stack, in the space, with interrupts hard off. */
static s64 os_map(u64 va, u64 pa, u64 size, u64 attr)
{
	const struct opalvm_extent extent = { .va = va, .pa = pa, .size = size, .attr = attr };

	if (mfmsr() & MSR_EE || mfspr(SPRN_PID) != fake_space_mark(&fake))
		return -ENOTRECOVERABLE;
	return opalvm_window_map(opalvm_flight_current(), &extent, &why);
}

static s64 os_unmap(u64 va, u64 size)
{
	return opalvm_window_unmap(fake.space, va, size, &why);
}

/* The row that calls with other tokens go through. */
#define SERVICE	FAKE_RETURN

/* @load: an address that is read behind the OS's function, or 0 */
static struct opalvm_call os_call(const struct opalvm_extent *extent, u64 load)
{
	fake.services[SERVICE].token = FAKE_TOKEN_OS_CALL;
	return (struct opalvm_call) {
		.service = SERVICE,
		.abi = FAKE_ABI,
		.nr_args = 6,
		.args = {
			OPALVM_VALUE((u64)os_map), OPALVM_VALUE(extent->va),
			OPALVM_VALUE(extent->pa), OPALVM_VALUE(extent->size),
			OPALVM_VALUE(extent->attr), OPALVM_VALUE(load),
		},
	};
}

static s64 answer(struct kunit *test, int err, const struct opalvm_call *call)
{
	KUNIT_EXPECT_EQ(test, err, 0);
	return call->ret;
}

static s64 map_extent(struct kunit *test, const struct opalvm_extent *extent)
{
	struct opalvm_call call = os_call(extent, 0);

	return answer(test, opalvm_call(fake.gate, &call), &call);
}

static s64 map(struct kunit *test, u64 va, u64 attr)
{
	const struct opalvm_extent extent = {
		.va = va, .pa = page_to_phys(page), .size = PAGE_SIZE, .attr = attr,
	};

	return map_extent(test, &extent);
}

static s64 unmap(struct kunit *test, u64 va, u64 size)
{
	const struct opalvm_extent none = {};
	struct opalvm_call call = os_call(&none, 0);

	call.args[0].value = (u64)os_unmap;
	call.args[1].value = va;
	call.args[2].value = size;
	return answer(test, opalvm_call(fake.gate, &call), &call);
}

static u32 nr_mapped(void)
{
	struct opalvm_window list[OPALVM_MAX_WINDOWS];

	return opalvm_space_windows(fake.space, list);
}

static u32 nr_tables(void)
{
	struct list_head *table;
	u32 nr = 0;

	list_for_each(table, &fake.space->arch.spares)
		nr++;
	return nr;
}

static u64 mapped_by_pmd(pmd_t *pmd)
{
	u64 i, bytes = 0;

	if (pmd_none(*pmd) || pmd_leaf(*pmd))
		return pmd_none(*pmd) ? 0 : PMD_SIZE;
	for (i = 0; i < PTRS_PER_PTE; i++)
		bytes += pte_none(*pte_offset_kernel(pmd, i << PAGE_SHIFT)) ? 0 : PAGE_SIZE;
	return bytes;
}

static u64 mapped_by_pud(pud_t *pud)
{
	u64 i, bytes = 0;

	if (pud_none(*pud) || pud_leaf(*pud))
		return pud_none(*pud) ? 0 : PUD_SIZE;
	for (i = 0; i < PTRS_PER_PMD; i++)
		bytes += mapped_by_pmd(pmd_offset(pud, i << PMD_SHIFT));
	return bytes;
}

/* All that the tables translate, wherever. */
static u64 mapped_bytes(void)
{
	struct mm_struct *mm = fake.space->mm;
	u64 i, j, bytes = 0;

	for (i = 0; i < PTRS_PER_PGD; i++) {
		p4d_t *p4d = p4d_offset(mm->pgd + i, 0);

		for (j = 0; !p4d_none(*p4d) && j < PTRS_PER_PUD; j++)
			bytes += mapped_by_pud(pud_offset(p4d, j << PUD_SHIFT));
	}
	return bytes;
}

/* The map, @windows bytes, and the page that returns from big-endian firmware. */
static void expect_nothing_else(struct kunit *test, u64 windows)
{
	struct opalvm_why difference = {};

	KUNIT_EXPECT_EQ_MSG(test, opalvm_space_verify(fake.space, fake.map->extents,
						      fake.map->nr_extents, &difference), 0,
			    "%s", difference.text);
	KUNIT_EXPECT_EQ(test, mapped_bytes(), (FAKE_NR_EXTENTS + 1) * PAGE_SIZE + windows);
}

static void expect_none(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, nr_mapped(), 0U);
	KUNIT_EXPECT_EQ(test, nr_tables(), (u32)OPALVM_WINDOW_TABLES);
	expect_nothing_else(test, 0);
}

static void expect_fault(struct kunit *test, enum fake_service service, u64 va, u32 nr, u32 error)
{
	const struct opalvm_trap *trap = &fake.gate->sleeping->trap;
	struct opalvm_call call;

	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, service, va, 1), -EIO);
	KUNIT_EXPECT_EQ(test, trap->nr, nr);
	if (nr == INTERRUPT_DATA_STORAGE) {
		KUNIT_EXPECT_EQ(test, trap->address, va);
		KUNIT_EXPECT_EQ(test, trap->error & error, error);
	} else {
		KUNIT_EXPECT_EQ(test, trap->ip, va);
	}
	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), 0);
}

static void a_window_is_mapped_used_and_unmapped(struct kunit *test)
{
	struct opalvm_call call;
	unsigned int cpu;
	u64 *word = page_address(page);

	for_each_online_cpu(cpu) {
		fake_run_on(&fake, cpu);
		KUNIT_ASSERT_EQ_MSG(test, map(test, WINDOW_VA, RW), 0LL, "%s", why.text);
		KUNIT_EXPECT_EQ(test, nr_mapped(), 1U);
		expect_nothing_else(test, PAGE_SIZE);
		KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_LOAD, WINDOW_VA, 0), 0);
		KUNIT_EXPECT_EQ(test, call.ret, PATTERN);
		KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_STORE, WINDOW_VA + 8, cpu), 0);
		KUNIT_EXPECT_EQ(test, word[1], (u64)cpu);
		KUNIT_ASSERT_EQ_MSG(test, unmap(test, WINDOW_VA, PAGE_SIZE), 0LL, "%s", why.text);
		expect_none(test);
		expect_fault(test, FAKE_LOAD, WINDOW_VA, INTERRUPT_DATA_STORAGE, DSISR_NOHPTE);
	}
	KUNIT_EXPECT_EQ(test, fake.space->windows->mapped, (u64)num_online_cpus());
	KUNIT_EXPECT_EQ(test, fake.space->windows->refused, 0ULL);
}

static void a_window_is_protected_as_it_says(struct kunit *test)
{
	const struct opalvm_extent io = {
		.va = WINDOW_VA, .pa = page_to_phys(fake.pages[FAKE_UC]), .size = PAGE_SIZE,
		.attr = IO,
	};
	struct arch_mapping found;
	struct opalvm_call call;

	KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA, RO), 0LL);
	expect_fault(test, FAKE_STORE, WINDOW_VA, INTERRUPT_DATA_STORAGE,
		     DSISR_PROTFAULT | DSISR_ISSTORE);
	expect_fault(test, FAKE_JUMP, WINDOW_VA, INTERRUPT_INST_STORAGE, 0);
	KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_LOAD, WINDOW_VA, 0), 0);
	KUNIT_EXPECT_EQ(test, call.ret, PATTERN);
	KUNIT_ASSERT_EQ(test, unmap(test, WINDOW_VA, PAGE_SIZE), 0LL);

	*(u32 *)page_address(page) = RETURN_INSTRUCTION;
	flush_icache_range((unsigned long)page_address(page),
			   (unsigned long)page_address(page) + 4);
	KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA, RX), 0LL);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_JUMP, WINDOW_VA, 0), 0);
	expect_fault(test, FAKE_STORE, WINDOW_VA, INTERRUPT_DATA_STORAGE,
		     DSISR_PROTFAULT | DSISR_ISSTORE);
	KUNIT_ASSERT_EQ(test, unmap(test, WINDOW_VA, PAGE_SIZE), 0LL);

	KUNIT_ASSERT_EQ_MSG(test, map_extent(test, &io), 0LL, "%s", why.text);
	KUNIT_ASSERT_TRUE(test, arch_glue_read(&fake.space->arch, WINDOW_VA, &found));
	KUNIT_EXPECT_EQ(test, found.attr & (IO | OPALVM_ATTR_RO | OPALVM_ATTR_WB), IO);
	KUNIT_EXPECT_FALSE(test, found.user);
	KUNIT_ASSERT_EQ(test, unmap(test, WINDOW_VA, PAGE_SIZE), 0LL);
	expect_none(test);
}

/**
 * struct poll - a call that reads from a window until that is gone
 * @work: makes the call
 * @call: the call
 */
struct poll {
	struct work_struct work;
	struct opalvm_call call;
};

static void make_poll(struct work_struct *work)
{
	opalvm_call(fake.gate, &container_of(work, struct poll, work)->call);
}

#define POLL_SECONDS	20

/* It has the translation, and nothing but the unmapping takes it away. */
static void a_cpu_that_is_inside_loses_a_window(struct kunit *test)
{
	const u64 *started = page_address(fake.pages[FAKE_DATA]);
	struct poll poll = {
		.call = {
			.service = SERVICE, .abi = FAKE_ABI, .nr_args = 3,
			.args = {
				OPALVM_VALUE(WINDOW_VA),
				OPALVM_VALUE(POLL_SECONDS * MSEC_PER_SEC * fake_ticks_per_ms()),
				OPALVM_VALUE(fake_va(&fake, FAKE_DATA)),
			},
		},
	};

	if (!fake_run_apart(&fake))
		kunit_skip(test, "one CPU");
	KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA, RO), 0LL);
	fake.services[SERVICE].token = FAKE_TOKEN_POLL;
	INIT_WORK_ONSTACK(&poll.work, make_poll);
	schedule_work(&poll.work);
	while (!READ_ONCE(*started) && work_busy(&poll.work))
		usleep_range(100, 200);
	msleep(20);
	KUNIT_EXPECT_EQ(test, opalvm_window_unmap(fake.space, WINDOW_VA, PAGE_SIZE, NULL), 0);
	flush_work(&poll.work);
	destroy_work_on_stack(&poll.work);
	KUNIT_EXPECT_EQ(test, poll.call.err, -EIO);
	KUNIT_EXPECT_EQ(test, fake.gate->sleeping->trap.nr, INTERRUPT_DATA_STORAGE);
	KUNIT_EXPECT_EQ(test, fake.gate->sleeping->trap.address, WINDOW_VA);
	expect_none(test);
}

static void ask_atomically(void *data)
{
	struct opalvm_call *call = data;

	opalvm_call_atomic(fake.gate, call);
}

static void any_context_can_ask(struct kunit *test)
{
	struct opalvm_extent extent = {
		.va = WINDOW_VA, .pa = page_to_phys(page), .size = PAGE_SIZE, .attr = RW,
	};
	struct opalvm_call call;
	unsigned long flags;
	unsigned int cpu;

	call = os_call(&extent, WINDOW_VA);
	local_irq_save(flags);
	ask_atomically(&call);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, call.err, 0);
	KUNIT_EXPECT_EQ(test, call.ret, PATTERN);
	for_each_online_cpu(cpu) {
		extent.va += FAR;
		call = os_call(&extent, extent.va);
		smp_call_function_single(cpu, ask_atomically, &call, 1);
		KUNIT_EXPECT_EQ(test, call.err, 0);
		KUNIT_EXPECT_EQ(test, call.ret, PATTERN);
	}
	KUNIT_EXPECT_EQ(test, nr_mapped(), 1 + num_online_cpus());
}

/**
 * struct refusal - what is not mapped
 * @name: for a person
 * @err: the answer
 * @extent: added to one that would be mapped: a page that is readable and writable
 * @fakes: it is memory of @page, one of the fake's extents
 * @page: which one
 */
struct refusal {
	const char *name;
	int err;
	struct opalvm_extent extent;
	bool fakes;
	enum fake_extent page;
};

static const struct refusal refusals[] = {
	{ "nothing", -EINVAL, { .size = -PAGE_SIZE } },
	{ "virtual address of no page", -EINVAL, { .va = 8 } },
	{ "physical address of no page", -EINVAL, { .pa = 8 } },
	{ "part of a page", -EINVAL, { .size = 8 } },
	{ "null pointers", -ERANGE, { .va = -WINDOW_VA } },
	{ "beyond the last address", -ERANGE, { .va = BIT_ULL(52) - WINDOW_VA } },
	{ "across the last address", -ERANGE,
	  { .va = BIT_ULL(52) - WINDOW_VA - PAGE_SIZE, .size = PAGE_SIZE } },
	{ "wrapping around", -ERANGE, { .va = -WINDOW_VA - PAGE_SIZE, .size = PAGE_SIZE } },
	{ "physical memory that cannot be", -ERANGE, { .pa = BIT_ULL(60) } },
	{ "kernel addresses", -ERANGE, { .va = PAGE_OFFSET - WINDOW_VA } },
	{ "writable and executable", -EINVAL, { .attr = -OPALVM_ATTR_XP } },
	{ "over an extent", -EINVAL, { .va = FAKE_LOW_VA - WINDOW_VA } },
	{ "up to an extent", -EINVAL,
	  { .va = FAKE_LOW_VA - PAGE_SIZE - WINDOW_VA, .size = PAGE_SIZE } },
	{ "too large", -ENOSPC, { .size = OPALVM_MAX_WINDOW_SIZE } },
	{ "code, writable", -EINVAL, {}, true, FAKE_CODE },
	{ "constants, writable", -EINVAL, {}, true, FAKE_RO },
	{ "data, executable", -EINVAL, { .attr = OPALVM_ATTR_RO - OPALVM_ATTR_XP }, true,
	  FAKE_DATA },
	{ "data, not cached", -EINVAL, { .attr = OPALVM_ATTR_UC - OPALVM_ATTR_WB }, true,
	  FAKE_DATA },
	{ "registers, cached", -EINVAL, {}, true, FAKE_UC },
};

static void refusal_name(const struct refusal *refusal, char *name)
{
	strscpy(name, refusal->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(refusal, refusals, refusal_name);

static void what_cannot_be_mapped_is_refused(struct kunit *test)
{
	const struct refusal *refusal = test->param_value;
	struct page *from = refusal->fakes ? fake.pages[refusal->page] : page;
	const struct opalvm_extent extent = {
		.va = WINDOW_VA + refusal->extent.va,
		.pa = page_to_phys(from) + refusal->extent.pa,
		.size = PAGE_SIZE + refusal->extent.size,
		.attr = RW + refusal->extent.attr,
	};

	why = (struct opalvm_why) {};
	KUNIT_EXPECT_EQ(test, map_extent(test, &extent), (s64)refusal->err);
	KUNIT_EXPECT_NE(test, why.text[0], '\0');
	KUNIT_EXPECT_EQ(test, fake.space->windows->refused, 1ULL);
	expect_none(test);
	/* the same, as it should be */
	KUNIT_EXPECT_EQ_MSG(test, map(test, WINDOW_VA, RW), 0LL, "%s", why.text);
}

static void what_is_not_the_firmwares_is_refused(struct kunit *test)
{
	not_ours = page_to_phys(page);
	KUNIT_EXPECT_EQ(test, map(test, WINDOW_VA, RW), (s64)-EPERM);
	expect_none(test);
}

static void windows_do_not_meet(struct kunit *test)
{
	const struct opalvm_extent larger = {
		.va = WINDOW_VA - PAGE_SIZE, .pa = page_to_phys(page), .size = 3 * PAGE_SIZE,
		.attr = RW,
	};

	KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA, RW), 0LL);
	KUNIT_EXPECT_EQ(test, map(test, WINDOW_VA, RW), (s64)-EINVAL);
	KUNIT_EXPECT_EQ(test, map_extent(test, &larger), (s64)-EINVAL);
	/* the same memory, in a way that both cannot be true */
	KUNIT_EXPECT_EQ(test, map(test, WINDOW_VA + FAR, RX), (s64)-EINVAL);
	KUNIT_EXPECT_EQ(test, map(test, WINDOW_VA + FAR, IO), (s64)-EINVAL);
	expect_nothing_else(test, PAGE_SIZE);
	/* what does not contradict, also side by side */
	KUNIT_EXPECT_EQ(test, map(test, WINDOW_VA + PAGE_SIZE, RO), (s64)0);
	expect_nothing_else(test, 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, map(test, WINDOW_VA - PAGE_SIZE, RW), (s64)-EINVAL);
	KUNIT_ASSERT_EQ(test, unmap(test, WINDOW_VA + PAGE_SIZE, PAGE_SIZE), 0LL);
	KUNIT_EXPECT_EQ(test, map(test, WINDOW_VA - PAGE_SIZE, RW), 0LL);
	expect_nothing_else(test, 2 * PAGE_SIZE);
}

static void what_is_no_window_is_not_unmapped(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA, RW), 0LL);
	KUNIT_EXPECT_EQ(test, unmap(test, WINDOW_VA, 2 * PAGE_SIZE), (s64)-EINVAL);
	KUNIT_EXPECT_EQ(test, unmap(test, WINDOW_VA + PAGE_SIZE, PAGE_SIZE), (s64)-EINVAL);
	KUNIT_EXPECT_EQ(test, unmap(test, FAKE_LOW_VA, PAGE_SIZE), (s64)-EINVAL);
	KUNIT_EXPECT_EQ(test, unmap(test, WINDOW_VA, 0), (s64)-EINVAL);
	expect_nothing_else(test, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, unmap(test, WINDOW_VA, PAGE_SIZE), 0LL);
	KUNIT_EXPECT_EQ(test, unmap(test, WINDOW_VA, PAGE_SIZE), (s64)-EINVAL);
	expect_none(test);
}

/* Where a window takes the most tables: across the end of those of each level. */
static u64 far_va(u32 i)
{
	return WINDOW_VA + 2 * i * FAR - PAGE_SIZE;
}

static void windows_are_used_up_and_come_back(struct kunit *test)
{
	struct opalvm_extent extent = { .size = 2 * PAGE_SIZE, .attr = RO };
	u32 i, round;

	extent.pa = page_to_phys(page);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < OPALVM_MAX_WINDOWS; i++) {
			extent.va = far_va(i + 100 * round);
			KUNIT_ASSERT_EQ_MSG(test, map_extent(test, &extent), 0LL, "%u: %s", i,
					    why.text);
		}
		KUNIT_EXPECT_EQ(test, nr_tables(), 0U);
		extent.va = far_va(i + 100 * round);
		KUNIT_EXPECT_EQ(test, map_extent(test, &extent), (s64)-ENOSPC);
		expect_nothing_else(test, OPALVM_MAX_WINDOWS * 2 * PAGE_SIZE);
		while (i--)
			KUNIT_EXPECT_EQ(test, unmap(test, far_va(i + 100 * round), 2 * PAGE_SIZE),
					0LL);
		expect_none(test);
	}
}

/* Nothing accesses what is mapped here: there is no such memory. */
static void a_window_of_too_many_tables_leaves_nothing(struct kunit *test)
{
	struct opalvm_extent extent = {
		.va = WINDOW_VA, .pa = 0x0000200000000000, .size = SZ_1G, .attr = IO,
	};

	KUNIT_EXPECT_EQ_MSG(test, map_extent(test, &extent), 0LL, "%s", why.text);
	KUNIT_EXPECT_EQ(test, nr_tables(), OPALVM_WINDOW_TABLES - 1U);
	expect_nothing_else(test, SZ_1G);
	KUNIT_EXPECT_EQ(test, unmap(test, WINDOW_VA, SZ_1G), 0LL);
	/* pages alone fit */
	extent.pa += SZ_64K;
	KUNIT_EXPECT_EQ(test, map_extent(test, &extent), (s64)-ENOSPC);
	expect_none(test);
	extent.size = SZ_2M;
	KUNIT_EXPECT_EQ_MSG(test, map_extent(test, &extent), 0LL, "%s", why.text);
	expect_nothing_else(test, SZ_2M);
}

static void a_stopped_call_loses_its_windows_alone(struct kunit *test)
{
	const struct opalvm_extent extent = {
		.va = WINDOW_VA + FAR, .pa = page_to_phys(page), .size = PAGE_SIZE, .attr = RW,
	};
	struct opalvm_call call;

	KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA, RW), 0LL);
	call = os_call(&extent, WINDOW_VA + 2 * FAR);
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), -EIO);
	KUNIT_EXPECT_EQ(test, fake.gate->sleeping->trap.address, WINDOW_VA + 2 * FAR);
	KUNIT_EXPECT_EQ(test, fake.space->windows->mapped, 2ULL);
	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), 0);
	expect_nothing_else(test, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_LOAD, WINDOW_VA, 0), 0);
	expect_fault(test, FAKE_LOAD, WINDOW_VA + FAR, INTERRUPT_DATA_STORAGE, DSISR_NOHPTE);
	/* a call that did not map it does not take it away either */
	expect_nothing_else(test, PAGE_SIZE);
}

static void a_lost_firmware_loses_all_windows(struct kunit *test)
{
	struct opalvm_call call;

	KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA, RW), 0LL);
	KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA + FAR, RW), 0LL);
	fake.space->ended = drop_lost;
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_ILLEGAL, 0, 0), -EIO);
	expect_none(test);
	KUNIT_EXPECT_TRUE(test, fake.space->windows->closed);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_SUM, 0, 0), -ESHUTDOWN);
}

static void what_is_left_is_unmapped_in_the_end(struct kunit *test)
{
	struct opalvm_call call;

	KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA, RW), 0LL);
	KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA + FAR, RO), 0LL);
	KUNIT_EXPECT_EQ(test, opalvm_windows_close(fake.space), 2U);
	expect_none(test);
	expect_fault(test, FAKE_LOAD, WINDOW_VA, INTERRUPT_DATA_STORAGE, DSISR_NOHPTE);
	KUNIT_EXPECT_EQ(test, map(test, WINDOW_VA, RW), (s64)-ESHUTDOWN);
	KUNIT_EXPECT_EQ(test, opalvm_windows_close(fake.space), 0U);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_SUM, 1, 2), 0);
}

static void a_space_can_go_with_windows_left(struct kunit *test)
{
	int i;

	for (i = 0; i < 10; i++) {
		KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA, RW), 0LL);
		KUNIT_ASSERT_EQ(test, map(test, FAKE_LOW_VA + PAGE_SIZE, RO), 0LL);
		fake_unhost(&fake);
		KUNIT_ASSERT_EQ(test, host(), 0);
		expect_none(test);
		expect_fault(test, FAKE_LOAD, WINDOW_VA, INTERRUPT_DATA_STORAGE, DSISR_NOHPTE);
	}
}

/* One beside an extent shares its tables, and leaves them. */
static void a_window_between_extents_leaves_them(struct kunit *test)
{
	KUNIT_ASSERT_EQ_MSG(test, map(test, FAKE_LOW_VA + PAGE_SIZE, RW), 0LL, "%s", why.text);
	KUNIT_EXPECT_EQ(test, nr_tables(), (u32)OPALVM_WINDOW_TABLES);
	expect_nothing_else(test, PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, unmap(test, FAKE_LOW_VA + PAGE_SIZE, PAGE_SIZE), 0LL);
	expect_none(test);
}

static void verify_finds_what_is_no_window(struct kunit *test)
{
	struct opalvm_extent more = {
		.va = WINDOW_VA + PAGE_SIZE, .pa = page_to_phys(page), .size = PAGE_SIZE,
		.attr = RW,
	};
	struct opalvm_window *window = &fake.space->windows->list[0];

	KUNIT_ASSERT_EQ(test, map(test, WINDOW_VA, RW), 0LL);
	expect_nothing_else(test, PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, arch_glue_map(&fake.space->arch, &more), 0);
	KUNIT_EXPECT_EQ(test, opalvm_space_verify(fake.space, fake.map->extents,
						  fake.map->nr_extents, NULL), -EUCLEAN);
	arch_glue_unmap(&fake.space->arch, more.va, more.size);
	expect_nothing_else(test, PAGE_SIZE);
	window->extent.attr ^= OPALVM_ATTR_RO;
	KUNIT_EXPECT_EQ(test, opalvm_space_verify(fake.space, fake.map->extents,
						  fake.map->nr_extents, NULL), -EUCLEAN);
	window->extent.attr ^= OPALVM_ATTR_RO;
	KUNIT_ASSERT_EQ(test, unmap(test, WINDOW_VA, PAGE_SIZE), 0LL);

	/* beside an extent: explained as a window, and not otherwise */
	KUNIT_ASSERT_EQ(test, map(test, FAKE_LOW_VA + PAGE_SIZE, RW), 0LL);
	expect_nothing_else(test, PAGE_SIZE);
	window = &fake.space->windows->list[1];
	window->mapped = false;
	KUNIT_EXPECT_EQ(test, opalvm_space_verify(fake.space, fake.map->extents,
						  fake.map->nr_extents, NULL), -EUCLEAN);
	window->mapped = true;
	KUNIT_EXPECT_EQ(test, unmap(test, FAKE_LOW_VA + PAGE_SIZE, PAGE_SIZE), 0LL);
	expect_none(test);
}

static struct kunit_case window_cases[] = {
	KUNIT_CASE(a_window_is_mapped_used_and_unmapped),
	KUNIT_CASE(a_window_is_protected_as_it_says),
	KUNIT_CASE(a_cpu_that_is_inside_loses_a_window),
	KUNIT_CASE(any_context_can_ask),
	KUNIT_CASE_PARAM(what_cannot_be_mapped_is_refused, refusal_gen_params),
	KUNIT_CASE(what_is_not_the_firmwares_is_refused),
	KUNIT_CASE(windows_do_not_meet),
	KUNIT_CASE(what_is_no_window_is_not_unmapped),
	KUNIT_CASE(windows_are_used_up_and_come_back),
	KUNIT_CASE(a_window_of_too_many_tables_leaves_nothing),
	KUNIT_CASE(a_stopped_call_loses_its_windows_alone),
	KUNIT_CASE(a_lost_firmware_loses_all_windows),
	KUNIT_CASE(what_is_left_is_unmapped_in_the_end),
	KUNIT_CASE(a_space_can_go_with_windows_left),
	KUNIT_CASE(a_window_between_extents_leaves_them),
	KUNIT_CASE(verify_finds_what_is_no_window),
	{}
};

struct kunit_suite opalvm_window_suite = {
	.name = "opalvm_window",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = window_init,
	.exit = window_exit,
	.test_cases = window_cases,
};
