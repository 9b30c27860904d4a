// SPDX-License-Identifier: GPL-2.0
/*
 * Everything at once on all CPUs: calls that sleep, calls that do not, faults,
 * and the quarantine being lifted. A kernel with KCSAN finds accesses that meet
 * here without a lock.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "fake.h"
#include "suites.h"

#define RUNS_MS		2000

static struct fake fake;

/**
 * struct racer - one of those who run at the same time
 * @run: one turn; false: what came back is wrong
 * @task: who does it
 * @turns: how often it was done
 * @busy: how often an atomic call found the gate in use
 * @wrong: how often it went wrong
 */
struct racer {
	bool (*run)(struct racer *racer);
	struct task_struct *task;
	u64 turns;
	u64 busy;
	u64 wrong;
};

/* Arguments that differ from turn to turn; returns what comes of them. */
static u64 prepare(const struct racer *racer, struct opalvm_call *call)
{
	u64 sum = 0;
	u32 i;

	*call = (struct opalvm_call) {
		.service = FAKE_SUM,
		.abi = FAKE_ABI,
		.nr_args = ARCH_GLUE_MAX_ARGS,
	};
	for (i = 0; i < ARCH_GLUE_MAX_ARGS; i++) {
		call->args[i].value = racer->turns * (i + 1);
		sum += call->args[i].value;
	}
	return sum;
}

static bool call_that_sleeps(struct racer *racer)
{
	struct opalvm_call call;
	u64 sum = prepare(racer, &call);

	return !opalvm_call(fake.gate, &call) && call.ret == sum;
}

static bool call_that_does_not(struct racer *racer)
{
	struct opalvm_call call;
	u64 sum = prepare(racer, &call);
	int err = opalvm_call_atomic(fake.gate, &call);

	if (err == -EBUSY)
		racer->busy++;
	return err ? err == -EBUSY : call.ret == sum;
}

static bool fault(struct racer *racer)
{
	struct opalvm_call call;
	int err = fake_call(&fake, &call, FAKE_ILLEGAL, 0, 0);

	return err == -EIO || err == -ESHUTDOWN;
}

static bool lift(struct racer *racer)
{
	u64 all = BIT_ULL(FAKE_ILLEGAL) | BIT_ULL(FAKE_SUM);

	/* each fault is told in the log */
	msleep(RUNS_MS / 20);
	opalvm_quarantine_lift(fake.gate, all, NULL);
	return !(opalvm_quarantined(fake.gate) & ~BIT_ULL(FAKE_ILLEGAL));
}

static bool look(struct racer *racer)
{
	usleep_range(1000, 2000);
	return opalvm_gate_stack_used(fake.gate) <= OPALVM_STACK_SIZE;
}

static int run(void *data)
{
	struct racer *racer = data;

	while (!kthread_should_stop()) {
		if (!racer->run(racer))
			racer->wrong++;
		racer->turns++;
		cond_resched();
	}
	return 0;
}

static void start(struct racer *racer, unsigned int cpu)
{
	racer->task = kthread_create(run, racer, "racer");
	if (IS_ERR(racer->task))
		return;
	kthread_bind(racer->task, cpu);
	wake_up_process(racer->task);
}

/* As for the gate itself: those who stop the racers know that they have stopped. */
static void race(struct racer *racers, u32 nr)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);
	u32 i;

	for (i = 0; i < nr; i++) {
		start(&racers[i], cpu);
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
	}
	msleep(RUNS_MS);
	for (i = 0; i < nr; i++) {
		if (!IS_ERR(racers[i].task))
			kthread_stop(racers[i].task);
	}
}

static void all_that_a_gate_offers_runs_at_once(struct kunit *test)
{
	struct racer racers[] = {
		{ .run = call_that_sleeps },
		{ .run = call_that_does_not },
		{ .run = call_that_sleeps },
		{ .run = call_that_does_not },
		{ .run = fault },
		{ .run = lift },
		{ .run = look },
		{ .run = fault },
	};
	const struct opalvm_stats *sums = &fake.gate->stats[FAKE_SUM];
	const struct opalvm_stats *faults = &fake.gate->stats[FAKE_ILLEGAL];
	u64 sum_turns = 0, busy = 0, fault_turns = 0;
	u32 i;

	fake.services[FAKE_SUM].not_while = 0;
	race(racers, ARRAY_SIZE(racers));
	for (i = 0; i < ARRAY_SIZE(racers); i++) {
		KUNIT_ASSERT_FALSE(test, IS_ERR(racers[i].task));
		KUNIT_EXPECT_EQ_MSG(test, racers[i].wrong, 0ULL, "racer %u", i);
		KUNIT_EXPECT_GT_MSG(test, racers[i].turns, 0ULL, "racer %u", i);
		if (racers[i].run == fault)
			fault_turns += racers[i].turns;
		else if (racers[i].run != lift && racers[i].run != look)
			sum_turns += racers[i].turns;
		busy += racers[i].busy;
	}
	/* nothing was counted twice, or not at all; who does not get the lock cannot count */
	KUNIT_EXPECT_EQ(test, sums->calls, sum_turns - busy);
	KUNIT_EXPECT_LE(test, sums->refused, busy);
	KUNIT_EXPECT_EQ(test, sums->faults, 0ULL);
	KUNIT_EXPECT_EQ(test, faults->calls + faults->refused, fault_turns);
	KUNIT_EXPECT_EQ(test, faults->faults, faults->calls);
	KUNIT_EXPECT_GT(test, faults->calls, 1ULL);
	KUNIT_EXPECT_EQ(test, fake.gate->busy, 0ULL);
}

#ifdef CONFIG_KCSAN
static u64 nobody_locks_this;

static bool planted_race(struct racer *racer)
{
	nobody_locks_this++;
	return true;
}

/* The job that reads the log wants to find this one there, and no other. */
static void a_race_is_found(struct kunit *test)
{
	struct racer racers[] = {
		{ .run = planted_race },
		{ .run = planted_race },
	};

	race(racers, ARRAY_SIZE(racers));
	KUNIT_EXPECT_GT(test, nobody_locks_this, 0ULL);
}
#endif

static int host(struct kunit *test)
{
	return fake_host(&fake, FAKE_HIGH_VA);
}

static void unhost(struct kunit *test)
{
	fake_unhost(&fake);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(all_that_a_gate_offers_runs_at_once),
#ifdef CONFIG_KCSAN
	KUNIT_CASE(a_race_is_found),
#endif
	{}
};

struct kunit_suite opalvm_race_suite = {
	.name = "opalvm_race",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = host,
	.exit = unhost,
	.test_cases = cases,
};
