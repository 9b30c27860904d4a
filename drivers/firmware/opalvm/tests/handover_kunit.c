// SPDX-License-Identifier: GPL-2.0
/*
 * Which map is used of those that were left, and what the next kernel learns of
 * this one's end.
 */
#include <linux/delay.h>
#include <linux/workqueue.h>

#include "carrier/carrier.h"
#include "fake.h"
#include "suites.h"

#define CHAIN		0x0123456789abcdefULL
#define GENERATION	41

static struct fake fake;
static struct opalvm_state_page *page;

static int handover_init(struct kunit *test)
{
	int err = fake_host(&fake, FAKE_HIGH_VA);

	page = opalvm_state_create(OPALVM_FW_EFI, CHAIN, GENERATION, 0, 0);
	if (!err && page)
		fake.gate->state = page;
	return err ?: page ? 0 : -ENOMEM;
}

static void handover_exit(struct kunit *test)
{
	fake_unhost(&fake);
	opalvm_state_destroy(page);
}

static struct opalvm_state state_now(struct kunit *test)
{
	struct opalvm_state state = {};
	struct opalvm_why why = {};

	KUNIT_EXPECT_EQ_MSG(test, opalvm_wire_read_state(page->page, CHAIN, OPALVM_FW_EFI,
							 &state, &why), 0, "%s", why.text);
	return state;
}

static void the_better_of_two_maps(struct kunit *test)
{
	/* each is better than all behind it */
	static const struct opalvm_offer offers[] = {
		{ .live = true, .info = { .generation = 3, .hop_count = 1 } },
		{ .live = true, .info = { .generation = 2, .hop_count = 9 } },
		{ .info = { .generation = 7, .hop_count = 5 } },
		{ .info = { .generation = 7, .hop_count = 4 } },
		{ .info = { .generation = 6, .hop_count = U32_MAX } },
		{ .info = { .generation = 0, .hop_count = 0 } },
	};
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(offers); i++) {
		for (j = 0; j < ARRAY_SIZE(offers); j++)
			KUNIT_EXPECT_EQ(test, opalvm_offer_better(&offers[i], &offers[j]), i < j);
	}
}

/* The firmware itself looks at what the page says while it runs. */
static void a_call_in_progress_is_on_the_page(struct kunit *test)
{
	struct opalvm_call call;
	u64 next = page->sequence + 1;
	u64 in_flight = (unsigned long)page->page +
			next % OPALVM_STATE_SLOTS * OPALVM_STATE_SLOT_SIZE +
			sizeof(struct opalvm_wire_state) +
			offsetof(struct opalvm_wire_record, in_flight);

	KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_LOAD, in_flight, 0), 0);
	KUNIT_EXPECT_EQ(test, call.ret, BIT_ULL(FAKE_LOAD));
	KUNIT_EXPECT_EQ(test, state_now(test).in_flight, 0ULL);
	KUNIT_EXPECT_EQ(test, state_now(test).sequence, next + 1);
}

static void an_atomic_call_is_on_the_page(struct kunit *test)
{
	struct opalvm_call call = { .service = FAKE_RETURN, .abi = FAKE_ABI };
	u64 before = page->sequence;

	KUNIT_EXPECT_EQ(test, opalvm_call_atomic(fake.gate, &call), 0);
	KUNIT_EXPECT_EQ(test, state_now(test).sequence, before + 2);
	KUNIT_EXPECT_EQ(test, state_now(test).in_flight, 0ULL);
}

static void a_refused_call_is_not_on_the_page(struct kunit *test)
{
	struct opalvm_call call;
	u64 before = page->sequence;

	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_MISSING, 0, 0), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, page->sequence, before);
}

static void quarantine_is_on_the_page(struct kunit *test)
{
	struct opalvm_call call;
	struct opalvm_state state;

	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_ILLEGAL, 0, 0), -EIO);
	state = state_now(test);
	KUNIT_EXPECT_EQ(test, state.quarantine, BIT_ULL(FAKE_ILLEGAL));
	KUNIT_EXPECT_EQ(test, state.generation, GENERATION + 1ULL);

	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), 0);
	state = state_now(test);
	KUNIT_EXPECT_EQ(test, state.quarantine, 0ULL);
	KUNIT_EXPECT_EQ(test, state.generation, GENERATION + 2ULL);
}

/* What was in progress when a kernel ended did not end well. */
static void interrupted_services_are_spoiled(struct kunit *test)
{
	struct opalvm_call call;

	fake.services[FAKE_ILLEGAL].spoils = BIT_ULL(FAKE_ILLEGAL) | BIT_ULL(FAKE_SUM);
	fake.services[FAKE_ILLEGAL].spoils_for_good = BIT_ULL(FAKE_SUM);
	opalvm_quarantine_inherit(fake.gate, BIT_ULL(FAKE_LOOP), BIT_ULL(FAKE_ILLEGAL));
	KUNIT_EXPECT_EQ(test, fake.gate->quarantine,
			BIT_ULL(FAKE_LOOP) | BIT_ULL(FAKE_ILLEGAL) | BIT_ULL(FAKE_SUM));
	KUNIT_EXPECT_EQ(test, state_now(test).quarantine, fake.gate->quarantine);
	KUNIT_EXPECT_GT(test, state_now(test).generation, (u64)GENERATION);

	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), -EPERM);
	KUNIT_EXPECT_EQ(test, fake.gate->quarantine, BIT_ULL(FAKE_SUM));
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_SUM, 0, 0), -ESHUTDOWN);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), 0);
}

/* one that a deadline ends, where there are deadlines */
#define LONG_CALL	(ARCH_GLUE_DEADLINES ? FAKE_LOOP : FAKE_DELAY)
#define LONG_MS		3000

static void make_long_call(struct work_struct *work)
{
	struct opalvm_call call;

	fake_call(&fake, &call, LONG_CALL, LONG_MS * fake_ticks_per_ms(), 0);
}

/* A call that does not end does not hold up a reboot, and the next kernel knows. */
static void closing_gives_up(struct kunit *test)
{
	struct work_struct work;
	int tries;

	if (!ARCH_GLUE_DEADLINES && !fake_run_apart(&fake))
		kunit_skip(test, "needs two CPUs");
	fake.services[LONG_CALL].deadline_ms = LONG_MS;
	fake.gate->close_ms = 100;
	INIT_WORK_ONSTACK(&work, make_long_call);
	schedule_work(&work);
	for (tries = 0; tries < 100000 && !READ_ONCE(fake.gate->busy); tries++)
		usleep_range(100, 200);
	KUNIT_EXPECT_EQ(test, fake.gate->busy, BIT_ULL(LONG_CALL));

	opalvm_gate_close(fake.gate);
	KUNIT_EXPECT_EQ(test, fake.gate->busy, BIT_ULL(LONG_CALL));
	KUNIT_EXPECT_EQ(test, state_now(test).in_flight, BIT_ULL(LONG_CALL));
	flush_work(&work);
	destroy_work_on_stack(&work);
	KUNIT_EXPECT_EQ(test, state_now(test).in_flight, 0ULL);
}

/* Only reserved memory tells of a kernel before this one. */
static void memory_in_use_is_no_state_page(struct kunit *test)
{
	struct opalvm_state state = {};
	struct opalvm_why why = {};

	opalvm_state_write(page, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, opalvm_state_read(page->pa, CHAIN, OPALVM_FW_EFI, &state, &why),
			-EBUSY);
	KUNIT_EXPECT_STREQ(test, strstr(why.text, "memory of this kernel"),
			   "memory of this kernel");
	KUNIT_EXPECT_EQ(test, opalvm_state_read(page->pa + 8, CHAIN, OPALVM_FW_EFI, &state, NULL),
			-ERANGE);
	KUNIT_EXPECT_EQ(test, opalvm_state_read(~0xfffULL, CHAIN, OPALVM_FW_EFI, &state, NULL),
			-ERANGE);
}

/* One that cannot go on is replaced. */
static void a_lost_page_is_replaced(struct kunit *test)
{
	struct opalvm_state_page *other =
		opalvm_state_create(OPALVM_FW_EFI, CHAIN, GENERATION, page->pa, 7);

	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_FALSE(test, other->inherited);
	KUNIT_EXPECT_NE(test, other->pa, page->pa);
	opalvm_state_destroy(other);
}

static struct kunit_case handover_cases[] = {
	KUNIT_CASE(the_better_of_two_maps),
	KUNIT_CASE(a_call_in_progress_is_on_the_page),
	KUNIT_CASE(an_atomic_call_is_on_the_page),
	KUNIT_CASE(a_refused_call_is_not_on_the_page),
	KUNIT_CASE(quarantine_is_on_the_page),
	KUNIT_CASE(interrupted_services_are_spoiled),
	KUNIT_CASE(closing_gives_up),
	KUNIT_CASE(memory_in_use_is_no_state_page),
	KUNIT_CASE(a_lost_page_is_replaced),
	{}
};

struct kunit_suite opalvm_handover_suite = {
	.name = "opalvm_handover",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = handover_init,
	.exit = handover_exit,
	.test_cases = handover_cases,
};
