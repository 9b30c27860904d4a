// SPDX-License-Identifier: GPL-2.0
/*
 * What only ppc64 has: a big-endian firmware on a stack of its own, which runs
 * in a copy of its code where `trap` stands for each cache-inhibited access.
 * Virtual addresses are physical ones, so that it can go on in real mode.
 */
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/smp.h>
#include <asm/cacheflush.h>
#include <asm/cputable.h>
#include <asm/interrupt.h>
#include <asm/pgtable.h>
#include <asm/reg.h>

#include "fake.h"
#include "suites.h"

#define TRAP_INSTRUCTION	0x7fe00008

/* its services, in the order of fake_code_ppc64.S */
enum be_token {
	BE_SUM,		/* return the sum of eight arguments */
	BE_LOAD,	/* return what is at the address in the first argument */
	BE_STORE,	/* write the second argument to the address in the first */
	BE_JUMP,	/* jump to the address in the first argument */
	BE_JUMP_STACK,	/* jump to the stack */
	BE_ILLEGAL,	/* illegal instruction */
	BE_BREAK,	/* trap */
	BE_FLAGS,	/* return MSR */
	BE_SP,		/* return r1 */
	BE_LDCIX,	/* access the sum of first and third argument */
	BE_LWZCIX,
	BE_LHZCIX,
	BE_LBZCIX,
	BE_STDCIX,	/* write the second argument there */
	BE_STWCIX,
	BE_STHCIX,
	BE_STBCIX,
};

extern const u32 opalvm_fake_be[], opalvm_fake_be_end[];

static struct fake fake;
static struct opalvm_map *live;
static struct page *text;	/* the code as the firmware has it; the space has a copy */
static struct page *device;	/* in no extent */

static u64 pa_of(enum fake_extent extent)
{
	return page_to_phys(fake.pages[extent]);
}

static bool is_cix(u32 instruction)
{
	u32 opcode = (instruction >> 1) & 0x3ff;

	return instruction >> 26 == 31 && (opcode & 0x31f) == (789 & 0x31f);
}

static void put_code(bool copy, void *page)
{
	u32 n = opalvm_fake_be_end - opalvm_fake_be, i;
	__be32 *code = page;

	for (i = 0; i < n; i++)
		code[i] = cpu_to_be32(copy && is_cix(opalvm_fake_be[i]) ? TRAP_INSTRUCTION :
				      opalvm_fake_be[i]);
	*(__be64 *)(page + FAKE_BE_STACK) = cpu_to_be64(pa_of(FAKE_DATA) + PAGE_SIZE - 512);
	flush_icache_range((unsigned long)page, (unsigned long)page + PAGE_SIZE);
}

static struct opalvm_map *make_map(u64 code_pa)
{
	struct opalvm_map *map = opalvm_map_alloc(OPALVM_FW_OPAL, FAKE_NR_EXTENTS);
	const struct opalvm_extent extents[] = {
		{ .va = page_to_phys(text), .pa = code_pa, .type = 5,
		  .attr = OPALVM_ATTR_WB | OPALVM_ATTR_RO },
		{ .va = pa_of(FAKE_DATA), .pa = pa_of(FAKE_DATA), .type = 6,
		  .attr = OPALVM_ATTR_WB | OPALVM_ATTR_XP },
		{ .va = pa_of(FAKE_RO), .pa = pa_of(FAKE_RO), .type = 7,
		  .attr = OPALVM_ATTR_WB | OPALVM_ATTR_XP | OPALVM_ATTR_RO },
		{ .va = pa_of(FAKE_UC), .pa = pa_of(FAKE_UC), .type = 11,
		  .attr = OPALVM_ATTR_UC | OPALVM_ATTR_XP },
	};
	struct opalvm_limits limits;
	int err = 0;
	u32 i;

	if (!map)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(extents) && !err; i++) {
		struct opalvm_extent extent = extents[i];

		extent.size = PAGE_SIZE;
		err = opalvm_map_add(map, &extent, NULL);
	}
	err = err ?: opalvm_map_add_entry(map, OPALVM_ENTRY_ID_COMMON, OPALVM_ENTRY_VA,
					  page_to_phys(text), NULL);
	map->services = GENMASK_ULL(FAKE_NR_SERVICES - 1, 0);
	arch_glue_limits(&limits);
	limits.is_ram = NULL;
	if (err || opalvm_map_seal(map, &limits, NULL)) {
		opalvm_map_free(map);
		return NULL;
	}
	return map;
}

static int host(void)
{
	int err = fake_prepare(&fake);

	text = alloc_page(GFP_KERNEL | __GFP_ZERO);
	device = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (err || !text || !device)
		return -ENOMEM;
	put_code(false, page_address(text));
	put_code(true, page_address(fake.pages[FAKE_CODE]));
	live = make_map(page_to_phys(text));
	fake.map = make_map(pa_of(FAKE_CODE));
	if (!live || !fake.map)
		return -ENOMEM;
	err = fake_realise(&fake);
	if (err)
		return err;
	fake.space->live = live;
	fake.space->base = page_to_phys(text);
	return 0;
}

static void unhost(void)
{
	fake_unhost(&fake);
	opalvm_map_free(live);
	live = NULL;
	if (text)
		__free_page(text);
	if (device)
		__free_page(device);
	text = NULL;
	device = NULL;
}

static int ppc64_init(struct kunit *test)
{
	return host();
}

static void ppc64_exit(struct kunit *test)
{
	unhost();
}

/* The row that all tokens are called through. */
#define SERVICE	FAKE_RETURN

static struct opalvm_call make_call(enum be_token token, u64 first, u64 second, u64 third)
{
	fake.services[SERVICE].token = token;
	return (struct opalvm_call) {
		.service = SERVICE,
		.abi = OPALVM_ABI_OPAL_BE,
		.nr_args = 3,
		.args = { OPALVM_VALUE(first), OPALVM_VALUE(second), OPALVM_VALUE(third) },
	};
}

static int be_call(struct opalvm_call *call, enum be_token token, u64 first, u64 second,
		   u64 third)
{
	*call = make_call(token, first, second, third);
	return opalvm_call(fake.gate, call);
}

static void expect_all_well(struct kunit *test)
{
	struct opalvm_call call;

	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, be_call(&call, BE_FLAGS, 0, 0, 0), 0);
	KUNIT_EXPECT_FALSE(test, call.ret & MSR_LE);
	fake_expect_order(test, call.ret | MSR_LE);
	KUNIT_EXPECT_EQ(test, fake.gate->busy, 0ULL);
	KUNIT_EXPECT_NULL(test, opalvm_flight_current());
	KUNIT_EXPECT_FALSE(test, fake_cpu_is_inside(&fake));
}

static void a_big_endian_firmware_is_called(struct kunit *test)
{
	struct opalvm_call call = {
		.service = SERVICE, .abi = OPALVM_ABI_OPAL_BE, .nr_args = ARCH_GLUE_MAX_ARGS,
	};
	u64 sum = 0;
	u32 i;

	fake.services[SERVICE].token = BE_SUM;
	for (i = 0; i < ARCH_GLUE_MAX_ARGS; i++) {
		call.args[i] = (struct opalvm_arg)OPALVM_VALUE(1ULL << (7 * i));
		sum += 1ULL << (7 * i);
	}
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), 0);
	KUNIT_EXPECT_EQ(test, call.ret, sum);
	KUNIT_EXPECT_EQ(test, be_call(&call, BE_SP, 0, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, ALIGN_DOWN(call.ret, PAGE_SIZE), pa_of(FAKE_DATA));
	expect_all_well(test);
}

static void big_endian_memory_is_shared(struct kunit *test)
{
	__be64 in = cpu_to_be64(0x1122334455667788), out = 0;
	struct opalvm_call call = make_call(BE_LOAD, 0, 0, 0);

	call.args[0] = (struct opalvm_arg)OPALVM_IN(&in, sizeof(in));
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), 0);
	KUNIT_EXPECT_EQ(test, call.ret, 0x1122334455667788ULL);
	call = make_call(BE_STORE, 0, 0xabcdef, 0);
	call.args[0] = (struct opalvm_arg)OPALVM_OUT(&out, sizeof(out));
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), 0);
	KUNIT_EXPECT_EQ(test, be64_to_cpu(out), 0xabcdefULL);
}

struct be_fault {
	const char *name;
	enum be_token token;
	enum fake_target target;
};

static const struct be_fault be_faults[] = {
	{ "read of an unmapped page", BE_LOAD, FAKE_UNMAPPED },
	{ "write to an unmapped page", BE_STORE, FAKE_UNMAPPED },
	{ "write to code", BE_STORE, FAKE_IN_CODE },
	{ "write to read-only data", BE_STORE, FAKE_IN_RO },
	{ "jump to an unmapped page", BE_JUMP, FAKE_UNMAPPED },
	{ "jump to data", BE_JUMP, FAKE_IN_DATA },
	{ "jump to its own stack", BE_JUMP_STACK, FAKE_NOWHERE },
	{ "read of what is no address", BE_LOAD, FAKE_AT },
	{ "illegal instruction", BE_ILLEGAL, FAKE_NOWHERE },
	{ "trap that stands for nothing", BE_BREAK, FAKE_NOWHERE },
};

static void be_fault_name(const struct be_fault *fault, char *name)
{
	strscpy(name, fault->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(be_fault, be_faults, be_fault_name);

static u64 address_of(enum fake_target target)
{
	switch (target) {
	case FAKE_AT:
		return 0x5a5a5a5a5a5a5a58;
	case FAKE_UNMAPPED:
		return page_to_phys(device);
	case FAKE_IN_CODE:
		return page_to_phys(text) + 0x10;
	case FAKE_IN_DATA:
		return pa_of(FAKE_DATA);
	case FAKE_IN_RO:
		return pa_of(FAKE_RO);
	default:
		return 0;
	}
}

/* Program interrupts have a stack of their own, and illegal instructions are such in a guest. */
static u32 trap_of(enum be_token token)
{
	if (token == BE_BREAK || (token == BE_ILLEGAL && !cpu_has_feature(CPU_FTR_HVMODE)))
		return INTERRUPT_PROGRAM;
	return OPALVM_TRAP_NESTED;
}

static void a_fault_on_a_stack_of_its_own_ends_the_call(struct kunit *test)
{
	const struct be_fault *fault = test->param_value;
	const struct opalvm_trap *trap = &fake.gate->sleeping->trap;
	u64 address = address_of(fault->target);
	struct opalvm_call call;

	KUNIT_EXPECT_EQ(test, be_call(&call, fault->token, address, 1, 0), -EIO);
	KUNIT_EXPECT_EQ(test, call.verdict, OPALVM_FAULT);
	KUNIT_EXPECT_EQ(test, trap->nr, trap_of(fault->token));
	if (fault->token == BE_JUMP)
		KUNIT_EXPECT_EQ(test, trap->ip, address);
	else if (fault->token != BE_JUMP_STACK)
		KUNIT_EXPECT_EQ(test, ALIGN_DOWN(trap->ip, PAGE_SIZE), (u64)page_to_phys(text));
	if (fault->token == BE_LOAD || fault->token == BE_STORE)
		KUNIT_EXPECT_EQ(test, trap->address, address);
	KUNIT_EXPECT_EQ(test, be_call(&call, BE_SUM, 0, 0, 0), -ESHUTDOWN);
	expect_all_well(test);
}

/* Cache-inhibited accesses: bytes, and whether it is a store. */
struct cix_case {
	const char *name;
	enum be_token token;
	u32 size;
	bool store;
};

static const struct cix_case cixes[] = {
	{ "ldcix", BE_LDCIX, 8, false },
	{ "lwzcix", BE_LWZCIX, 4, false },
	{ "lhzcix", BE_LHZCIX, 2, false },
	{ "lbzcix", BE_LBZCIX, 1, false },
	{ "stdcix", BE_STDCIX, 8, true },
	{ "stwcix", BE_STWCIX, 4, true },
	{ "sthcix", BE_STHCIX, 2, true },
	{ "stbcix", BE_STBCIX, 1, true },
};

static void cix_name(const struct cix_case *cix, char *name)
{
	strscpy(name, cix->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cix, cixes, cix_name);

#define OFFSET	0x340	/* of a register */

static const u8 pattern[8] = { 0x81, 2, 3, 4, 5, 6, 7, 0x88 };

/* What the first bytes of a big-endian u64 say. */
static u64 leading(const u8 *bytes, u32 size)
{
	u64 value = 0;
	u32 i;

	for (i = 0; i < size; i++)
		value = value << 8 | bytes[i];
	return value;
}

static void expect_access(struct kunit *test, const struct cix_case *cix, struct page *page)
{
	u8 *reg = page_address(page) + OFFSET, around[24];
	u64 value = 0xf1e2d3c4b5a69788;
	struct opalvm_call call;

	memset(reg - 8, 0x33, sizeof(around));
	memcpy(reg, pattern, sizeof(pattern));
	memcpy(around, reg - 8, sizeof(around));
	KUNIT_ASSERT_EQ(test, be_call(&call, cix->token, page_to_phys(page), value, OFFSET), 0);
	if (cix->store) {
		KUNIT_EXPECT_EQ(test, call.ret, 0ULL);
		KUNIT_EXPECT_EQ(test, leading(reg, cix->size),
				cix->size == 8 ? value : value & (BIT_ULL(8 * cix->size) - 1));
		memcpy(around + 8, reg, cix->size);
	} else {
		KUNIT_EXPECT_EQ(test, call.ret, leading(pattern, cix->size));
	}
	KUNIT_EXPECT_EQ(test, memcmp(around, reg - 8, sizeof(around)), 0);
}

static void an_access_to_a_mapped_device_is_made(struct kunit *test)
{
	expect_access(test, test->param_value, fake.pages[FAKE_UC]);
	KUNIT_EXPECT_EQ(test, fake.space->nr_misses, 0U);
	expect_all_well(test);
}

/* In a guest, the same instructions are not for its real mode either. */
static void an_access_elsewhere_goes_on_in_real_mode(struct kunit *test)
{
	const struct cix_case *cix = test->param_value;
	struct opalvm_call call;

	if (cpu_has_feature(CPU_FTR_HVMODE))
		expect_access(test, cix, device);
	else
		KUNIT_EXPECT_EQ(test, be_call(&call, cix->token, page_to_phys(device), 1, OFFSET),
				-EIO);
	KUNIT_ASSERT_EQ(test, fake.space->nr_misses, 1U);
	KUNIT_EXPECT_EQ(test, fake.space->misses[0].page,
			ALIGN_DOWN(page_to_phys(device) + OFFSET, OPALVM_PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, ALIGN_DOWN(fake.space->misses[0].ip, PAGE_SIZE),
			(u64)page_to_phys(text));
	KUNIT_EXPECT_EQ(test, fake.space->misses[0].count, 1ULL);
	expect_all_well(test);
}

/* What is mapped as memory, or only in part, is no device. */
static void an_access_beside_a_device_is_not_made(struct kunit *test)
{
	u8 *last = page_address(fake.pages[FAKE_UC]) + PAGE_SIZE - 4;
	struct opalvm_call call;

	memset(last, 0x33, 4);
	be_call(&call, BE_STDCIX, pa_of(FAKE_DATA), ~0ULL, 0);
	opalvm_quarantine_lift(fake.gate, ~0ULL, NULL);
	KUNIT_EXPECT_EQ(test, fake.space->nr_misses, 1U);
	if (!cpu_has_feature(CPU_FTR_HVMODE)) {
		be_call(&call, BE_STDCIX, pa_of(FAKE_UC), 0, PAGE_SIZE - 4);
		KUNIT_EXPECT_EQ(test, fake.space->nr_misses, 2U);
		KUNIT_EXPECT_NULL(test, memchr_inv(last, 0x33, 4));
	}
	expect_all_well(test);
}

static void misses_are_counted_by_page(struct kunit *test)
{
	const struct opalvm_miss *last = &fake.space->misses[OPALVM_MAX_MISSES - 1];
	u32 i;

	for (i = 0; i < OPALVM_MAX_MISSES + 4; i++) {
		opalvm_space_miss(fake.space, i * OPALVM_PAGE_SIZE + 8, i);
		opalvm_space_miss(fake.space, i * OPALVM_PAGE_SIZE + 16, 100 + i);
	}
	KUNIT_EXPECT_EQ(test, fake.space->nr_misses, (u32)OPALVM_MAX_MISSES);
	KUNIT_EXPECT_EQ(test, fake.space->misses[3].page, 3 * OPALVM_PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, fake.space->misses[3].ip, 3ULL);
	KUNIT_EXPECT_EQ(test, fake.space->misses[3].count, 2ULL);
	KUNIT_EXPECT_EQ(test, last->page, (OPALVM_MAX_MISSES - 1) * OPALVM_PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, last->count, 10ULL);
}

/* Real mode knows physical addresses: this is what RTAS gets. */
static void rtas_gets_a_physical_address(struct kunit *test)
{
	u8 block[64] = {};
	struct opalvm_call call = {
		.service = SERVICE, .abi = OPALVM_ABI_RTAS, .nr_args = 1,
		.args = { OPALVM_INOUT(block, sizeof(block)) },
	};

	fake.services[SERVICE].token = BE_SUM;
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), 0);
	KUNIT_EXPECT_LT(test, call.ret, (u64)PAGE_OFFSET);
	KUNIT_EXPECT_TRUE(test, opalvm_flight_owns(fake.gate->sleeping, (u64)__va(call.ret)));
}

/**
 * struct visitor - a call from another context
 * @call: the call
 * @tasklet: for softirqs
 * @done: it was made
 */
struct visitor {
	struct opalvm_call call;
	struct tasklet_struct tasklet;
	struct completion done;
};

static void visit(void *data)
{
	opalvm_call_atomic(fake.gate, data);
}

static void visit_softirq(struct tasklet_struct *tasklet)
{
	struct visitor *visitor = container_of(tasklet, struct visitor, tasklet);

	if (in_serving_softirq())
		visit(&visitor->call);
	complete(&visitor->done);
}

/* What came of it; then the visitor is as before. */
static void expect_result(struct kunit *test, struct visitor *visitor,
			  const struct opalvm_call *expected, const char *context)
{
	KUNIT_EXPECT_EQ_MSG(test, visitor->call.err, expected->err, "%s", context);
	if (!expected->err)
		KUNIT_EXPECT_EQ_MSG(test, visitor->call.ret, expected->ret, "%s", context);
	opalvm_quarantine_lift(fake.gate, ~0ULL, NULL);
	visitor->call.err = -ENODATA;
	visitor->call.ret = 0x123;
}

static void expect_visit(struct kunit *test, enum be_token token, u64 first, int err, u64 ret)
{
	struct visitor visitor = { .call = make_call(token, first, 0, 0) };
	const struct opalvm_call expected = { .err = err, .ret = ret };
	unsigned long flags;
	unsigned int cpu;

	visit(&visitor.call);
	expect_result(test, &visitor, &expected, "task");
	local_irq_save(flags);
	visit(&visitor.call);
	local_irq_restore(flags);
	expect_result(test, &visitor, &expected, "interrupts off");
	init_completion(&visitor.done);
	tasklet_setup(&visitor.tasklet, visit_softirq);
	tasklet_schedule(&visitor.tasklet);
	wait_for_completion(&visitor.done);
	tasklet_kill(&visitor.tasklet);
	expect_result(test, &visitor, &expected, "softirq");
	for_each_online_cpu(cpu) {
		smp_call_function_single(cpu, visit, &visitor.call, 1);
		expect_result(test, &visitor, &expected, "hard interrupt");
	}
}

static void any_context_can_call(struct kunit *test)
{
	expect_visit(test, BE_SUM, 42, 0, 42);
	expect_visit(test, BE_LDCIX, pa_of(FAKE_UC), 0, 0);
	expect_visit(test, BE_LOAD, page_to_phys(device), -EIO, 0);
	expect_visit(test, BE_ILLEGAL, 0, -EIO, 0);
	expect_all_well(test);
}

static int load_on(unsigned int cpu, u64 address)
{
	struct opalvm_call call = make_call(BE_LOAD, address, 0, 0);

	smp_call_function_single(cpu, visit, &call, 1);
	return call.err;
}

/* A CPU that was only visited keeps no translation. */
static void what_is_removed_here_is_gone_there(struct kunit *test)
{
	struct opalvm_extent extent = *opalvm_map_find_va(fake.map, pa_of(FAKE_RO));
	unsigned int here = get_cpu(), cpu;

	put_cpu();
	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(test, load_on(cpu, extent.va), 0);
	set_cpus_allowed_ptr(current, cpumask_of(here));
	opalvm_space_remove(fake.space, &extent, 1);
	for_each_online_cpu(cpu) {
		KUNIT_EXPECT_EQ_MSG(test, load_on(cpu, extent.va), -EIO, "CPU %u", cpu);
		KUNIT_ASSERT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), 0);
	}
	KUNIT_EXPECT_EQ(test, opalvm_space_install(fake.space, &extent, 1, NULL), 0);
	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(test, load_on(cpu, extent.va), 0);
}

static u64 leaf_size(u64 va)
{
	struct mm_struct *mm = fake.space->mm;
	pud_t *pud = pud_offset(p4d_offset(pgd_offset(mm, va), va), va);

	if (pud_leaf(*pud))
		return PUD_SIZE;
	return pmd_leaf(*pmd_offset(pud, va)) ? PMD_SIZE : PAGE_SIZE;
}

/* Nothing accesses what is mapped here: there is no such memory. */
static void large_extents_have_large_leaves(struct kunit *test)
{
	const u64 middle = 0x000f400000000000, pa = 0x0000200000000000;
	struct opalvm_extent extent = {
		.va = middle - SZ_2M - SZ_64K,
		.pa = pa - SZ_2M - SZ_64K,
		.size = SZ_64K + SZ_2M + SZ_1G + SZ_2M + SZ_64K,
		.attr = OPALVM_ATTR_UC | OPALVM_ATTR_XP,
	};
	struct arch_mapping found;
	struct opalvm_why why = {};

	KUNIT_ASSERT_EQ_MSG(test, opalvm_space_install(fake.space, &extent, 1, &why), 0, "%s",
			    why.text);
	KUNIT_EXPECT_EQ(test, leaf_size(extent.va), (u64)PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, leaf_size(middle - SZ_2M), (u64)SZ_2M);
	KUNIT_EXPECT_EQ(test, leaf_size(middle), (u64)SZ_1G);
	KUNIT_EXPECT_EQ(test, leaf_size(middle + SZ_1G), (u64)SZ_2M);
	KUNIT_EXPECT_EQ(test, leaf_size(middle + SZ_1G + SZ_2M), (u64)PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, arch_glue_read(&fake.space->arch, middle + 0x123450, &found));
	KUNIT_EXPECT_EQ(test, found.pa, pa + 0x123450);
	opalvm_space_remove(fake.space, &extent, 1);
	KUNIT_EXPECT_FALSE(test, arch_glue_read(&fake.space->arch, middle, &found));
	KUNIT_EXPECT_FALSE(test, arch_glue_read(&fake.space->arch, extent.va, &found));
	/* the same again, with other leaves */
	extent.pa += SZ_64K;
	KUNIT_ASSERT_EQ_MSG(test, opalvm_space_install(fake.space, &extent, 1, &why), 0, "%s",
			    why.text);
	KUNIT_EXPECT_EQ(test, leaf_size(middle), (u64)PAGE_SIZE);
	opalvm_space_remove(fake.space, &extent, 1);
}

#define CYCLES	30
#define MAX_TABLES	64

static void spaces_leave_nothing_behind(struct kunit *test)
{
	struct page *tables[MAX_TABLES], *table;
	u32 nr, i, left, fewest = MAX_TABLES;
	struct opalvm_call call;
	int cycle;

	for (cycle = 0; cycle < CYCLES; cycle++) {
		KUNIT_ASSERT_EQ(test, be_call(&call, BE_SUM, 0, 0, 0), 0);
		tables[0] = fake.space->arch.way_back;
		nr = 1;
		list_for_each_entry(table, &fake.space->arch.tables, lru) {
			KUNIT_ASSERT_LT(test, nr, (u32)MAX_TABLES);
			tables[nr++] = table;
		}
		KUNIT_ASSERT_GT(test, nr, 3U);
		unhost();
		/* others may have allocated one since, but not each time */
		for (i = 0, left = 0; i < nr; i++)
			left += page_count(tables[i]) > 0;
		fewest = min(fewest, left);
		KUNIT_ASSERT_EQ(test, host(), 0);
	}
	KUNIT_EXPECT_EQ_MSG(test, fewest, 0U, "pages of tables");
}

static struct kunit_case ppc64_cases[] = {
	KUNIT_CASE(a_big_endian_firmware_is_called),
	KUNIT_CASE(big_endian_memory_is_shared),
	KUNIT_CASE(rtas_gets_a_physical_address),
	KUNIT_CASE(misses_are_counted_by_page),
	KUNIT_CASE(large_extents_have_large_leaves),
	KUNIT_CASE(spaces_leave_nothing_behind),
	KUNIT_CASE_PARAM(an_access_to_a_mapped_device_is_made, cix_gen_params),
	KUNIT_CASE_PARAM(a_fault_on_a_stack_of_its_own_ends_the_call, be_fault_gen_params),
	KUNIT_CASE(any_context_can_call),
	KUNIT_CASE(what_is_removed_here_is_gone_there),
	KUNIT_CASE_PARAM(an_access_elsewhere_goes_on_in_real_mode, cix_gen_params),
	KUNIT_CASE(an_access_beside_a_device_is_not_made),
	{}
};

struct kunit_suite opalvm_ppc64_suite = {
	.name = "opalvm_ppc64",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = ppc64_init,
	.exit = ppc64_exit,
	.test_cases = ppc64_cases,
};
