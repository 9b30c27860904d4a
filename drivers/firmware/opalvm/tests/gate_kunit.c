// SPDX-License-Identifier: GPL-2.0
/*
 * The gate: arguments reach the firmware and only what was agreed comes back;
 * whatever the firmware does, the caller gets an answer and the kernel goes on.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "fake.h"
#include "suites.h"

static struct fake fake;

static const u64 both_places[] = { FAKE_LOW_VA, FAKE_HIGH_VA };

static int gate_init(struct kunit *test)
{
	return fake_host(&fake, FAKE_HIGH_VA);
}

static void gate_exit(struct kunit *test)
{
	fake_unhost(&fake);
}

/* After whatever happened: the services work, the kernel's state is in order. */
static void expect_all_well(struct kunit *test)
{
	struct opalvm_call call;

	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, call.verdict, OPALVM_OK);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_FLAGS, 0, 0), 0);
	fake_expect_order(test, call.ret);
	KUNIT_EXPECT_EQ(test, fake.gate->busy, 0ULL);
	KUNIT_EXPECT_NULL(test, opalvm_flight_current());
}

static void all_arguments_arrive(struct kunit *test)
{
	struct opalvm_call call = {
		.service = FAKE_SUM, .abi = FAKE_ABI, .nr_args = ARCH_GLUE_MAX_ARGS,
	};
	u64 sum = 0;
	u32 i;

	for (i = 0; i < ARCH_GLUE_MAX_ARGS; i++) {
		call.args[i] = (struct opalvm_arg)OPALVM_VALUE(1ULL << (5 * i));
		sum += 1ULL << (5 * i);
	}
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), 0);
	KUNIT_EXPECT_EQ(test, call.ret, sum);
}

static void pointers_are_copied_both_ways(struct kunit *test)
{
	u64 in = 0x1122334455667788, out = 0;
	struct opalvm_call load = {
		.service = FAKE_LOAD, .abi = FAKE_ABI, .nr_args = 1,
		.args = { OPALVM_IN(&in, sizeof(in)) },
	};
	struct opalvm_call store = {
		.service = FAKE_STORE, .abi = FAKE_ABI, .nr_args = 2,
		.args = { OPALVM_OUT(&out, sizeof(out)), OPALVM_VALUE(0xabcdef) },
	};

	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &load), 0);
	KUNIT_EXPECT_EQ(test, load.ret, in);
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &store), 0);
	KUNIT_EXPECT_EQ(test, out, 0xabcdefULL);

	/* the firmware writes to what it may only read: the caller's stays */
	store.args[0] = (struct opalvm_arg)OPALVM_IN(&in, sizeof(in));
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &store), 0);
	KUNIT_EXPECT_EQ(test, in, 0x1122334455667788ULL);
}

static void an_out_argument_starts_as_zeroes(struct kunit *test)
{
	u64 out = ~0ULL;
	struct opalvm_call call = {
		.service = FAKE_LOAD, .abi = FAKE_ABI, .nr_args = 1,
		.args = { OPALVM_OUT(&out, sizeof(out)) },
	};

	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), 0);
	KUNIT_EXPECT_EQ(test, call.ret, 0ULL);
	KUNIT_EXPECT_EQ(test, out, 0ULL);
}

static void null_stays_null(struct kunit *test)
{
	struct opalvm_call call = {
		.service = FAKE_SUM, .abi = FAKE_ABI, .nr_args = 3,
		.args = { OPALVM_VALUE(7), OPALVM_IN(NULL, 16), OPALVM_OUT(NULL, 16) },
	};

	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), 0);
	KUNIT_EXPECT_EQ(test, call.ret, 7ULL);
}

static u64 address_of(enum fake_target target, u64 at)
{
	switch (target) {
	case FAKE_AT:
		return at;
	case FAKE_UNMAPPED:
		return fake_va(&fake, FAKE_DATA) + PAGE_SIZE;
	case FAKE_IN_CODE:
		return fake_va(&fake, FAKE_CODE) + 0x10;
	case FAKE_IN_DATA:
		return fake_va(&fake, FAKE_DATA);
	case FAKE_IN_RO:
		return fake_va(&fake, FAKE_RO);
	default:
		return 0;
	}
}

static void describe_fault(const struct fake_fault *fault, char *desc)
{
	strscpy(desc, fault->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(fault, fake_faults, describe_fault);

static void a_fault_ends_the_call_and_nothing_else(struct kunit *test)
{
	const struct fake_fault *fault = test->param_value;
	const struct opalvm_flight *flight;
	u64 address, untouched = 0x55aa55aa55aa55aa;
	struct opalvm_call call;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(both_places); i++) {
		/* the kernel reads a breakpoint's code, and KASAN knows no kernel code there */
		if (IS_ENABLED(CONFIG_KASAN) && fault->service == FAKE_BREAK &&
		    both_places[i] == FAKE_LOW_VA)
			continue;
		fake_unhost(&fake);
		KUNIT_ASSERT_EQ(test, fake_host(&fake, both_places[i]), 0);
		flight = fake.gate->sleeping;
		address = address_of(fault->target, fault->at);
		call = (struct opalvm_call) {
			.service = fault->service,
			.abi = FAKE_ABI,
			.nr_args = 3,
			.args = {
				OPALVM_VALUE(address),
				OPALVM_VALUE(1),
				OPALVM_INOUT(&untouched, sizeof(untouched)),
			},
		};
		KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), -EIO);
		KUNIT_EXPECT_EQ(test, call.verdict, OPALVM_FAULT);
		KUNIT_EXPECT_TRUE_MSG(test, fake_trap_is(&flight->trap, fault->trap), "trap %#x",
				      flight->trap.nr);
		KUNIT_EXPECT_EQ(test, flight->trap.error & fault->error, fault->error);
		if (fault->target != FAKE_NOWHERE && fake_has_address(&flight->trap))
			KUNIT_EXPECT_EQ(test, flight->trap.address, address);
		KUNIT_EXPECT_EQ(test, untouched, 0x55aa55aa55aa55aaULL);
		KUNIT_EXPECT_EQ(test, fake.gate->stats[fault->service].faults, 1ULL);

		/* this service is refused, others are not */
		KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), -ESHUTDOWN);
		KUNIT_EXPECT_EQ(test, call.verdict, OPALVM_REFUSED);
		KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), 0);
		expect_all_well(test);
	}
}

#if ARCH_GLUE_DEADLINES
static void a_hang_ends_at_the_deadline(struct kunit *test)
{
	struct opalvm_call call;

	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_LOOP, 0, 0), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, call.verdict, OPALVM_HANG);
	KUNIT_EXPECT_EQ(test, fake.gate->stats[FAKE_LOOP].hangs, 1ULL);
	KUNIT_EXPECT_EQ(test, fake.gate->stats[FAKE_LOOP].late, 0ULL);
	KUNIT_EXPECT_GE(test, fake.gate->stats[FAKE_LOOP].max_ns,
			(u64)FAKE_DEADLINE * NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_LOOP, 0, 0), -ESHUTDOWN);
	expect_all_well(test);
}

static void a_deadline_that_root_set_counts(struct kunit *test)
{
	struct opalvm_call call;

	fake.services[FAKE_LOOP].flags = OPALVM_SERVICE_NO_ABORT;
	fake.services[FAKE_LOOP].deadline_ms = 100 * MSEC_PER_SEC;
	fake.gate->deadline_ms[FAKE_LOOP] = 50;
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_LOOP, 0, 0), -ETIMEDOUT);
	KUNIT_EXPECT_LT(test, fake.gate->stats[FAKE_LOOP].max_ns, 50ULL * NSEC_PER_SEC);
	expect_all_well(test);
}

static void a_hang_with_interrupts_off_is_ended_by_another_cpu(struct kunit *test)
{
	static const u32 flags[] = { 0, OPALVM_SERVICE_RTC };
	struct opalvm_call call;
	unsigned int i;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		fake.services[FAKE_MASK_LOOP].flags = flags[i];
		KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_MASK_LOOP, 0, 0), -ETIMEDOUT);
		KUNIT_EXPECT_EQ(test, call.verdict, OPALVM_HANG);
		KUNIT_EXPECT_EQ(test, fake.gate->sleeping->trap.error, 1U);
		expect_all_well(test);
	}
}

static void processor_state_is_restored(struct kunit *test)
{
	const struct arch_flight *arch = &fake.gate->sleeping->arch;
	struct arch_flight before;
	struct opalvm_call call;
	u32 service;

	/* some of it is a CPU's own */
	fake_run_on(&fake, cpumask_first(cpu_online_mask));
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), 0);
	before = *arch;
	KUNIT_EXPECT_EQ(test, before.changed, 0U);
	for (service = FAKE_CR0; service <= FAKE_DR7; service++) {
		KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, service, 0, 0), 0);
		KUNIT_EXPECT_EQ_MSG(test, arch->changed, (u32)BIT(service - FAKE_CR0),
				    "service %u", service);
		expect_all_well(test);
		KUNIT_EXPECT_EQ(test, arch->changed, 0U);
		KUNIT_EXPECT_EQ(test, arch->cr0, before.cr0);
		KUNIT_EXPECT_EQ(test, arch->cr4, before.cr4);
		KUNIT_EXPECT_EQ(test, arch->efer, before.efer);
		KUNIT_EXPECT_EQ(test, arch->fs_base, before.fs_base);
		KUNIT_EXPECT_EQ(test, arch->gs_base, before.gs_base);
		KUNIT_EXPECT_EQ(test, arch->dr7, before.dr7);
	}
}
#endif

static void a_writer_is_never_ended_by_time(struct kunit *test)
{
	u64 *max_ns = &fake.gate->stats[FAKE_DELAY].max_ns;
	struct opalvm_call call;
	u64 ms;

	fake.services[FAKE_DELAY].flags = OPALVM_SERVICE_NO_ABORT;
	fake.services[FAKE_DELAY].deadline_ms = 10;
	/* an emulated machine's clocks can disagree */
	for (ms = 100; ms < 10000 && *max_ns < 20 * NSEC_PER_MSEC; ms *= 2)
		KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_DELAY,
						ms * fake_ticks_per_ms(), 0), 0);
	KUNIT_EXPECT_GE(test, *max_ns, 20ULL * NSEC_PER_MSEC);
	/* on POWER, the first of them is in the log */
	KUNIT_EXPECT_GE(test, fake.gate->stats[FAKE_DELAY].late, 1ULL);
	KUNIT_EXPECT_EQ(test, fake.gate->stats[FAKE_DELAY].hangs, 0ULL);
	expect_all_well(test);
}

static void a_call_within_its_deadline_is_left_alone(struct kunit *test)
{
	struct opalvm_call call;

	fake.services[FAKE_DELAY].deadline_ms = 20 * MSEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_DELAY, 10 * fake_ticks_per_ms(), 0), 0);
	KUNIT_EXPECT_EQ(test, fake.gate->stats[FAKE_DELAY].late, 0ULL);
	expect_all_well(test);
}

static void latencies_are_counted_in_powers_of_two(struct kunit *test)
{
	static const struct {
		u64 ns;
		u32 bucket;
	} cases[] = {
		{ 0, 0 }, { 999, 0 }, { 1000, 0 }, { 1999, 0 }, { 2000, 1 }, { 3999, 1 },
		{ 4000, 2 }, { 1023999, 9 }, { 1024000, 10 }, { (1000ULL << 31) - 1, 30 },
		{ 1000ULL << 31, 31 }, { 1000ULL << 32, 31 }, { U64_MAX, 31 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, opalvm_stats_latency(cases[i].ns), cases[i].bucket,
				    "%llu ns", cases[i].ns);
}

static void each_call_is_in_the_histogram(struct kunit *test)
{
	struct opalvm_stats stats;
	struct opalvm_call call;
	u32 i, last = 0;
	u64 sum = 0;

	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_DELAY,
						i * fake_ticks_per_ms(), 0), 0);
	opalvm_stats_get(fake.gate, FAKE_DELAY, &stats);
	KUNIT_EXPECT_EQ(test, stats.calls, 10ULL);
	for (i = 0; i < OPALVM_NR_LATENCIES; i++) {
		sum += stats.latency[i];
		if (stats.latency[i])
			last = i;
	}
	KUNIT_EXPECT_EQ(test, sum, stats.calls);
	KUNIT_EXPECT_EQ(test, last, opalvm_stats_latency(stats.max_ns));
	opalvm_stats_get(fake.gate, FAKE_RETURN, &stats);
	KUNIT_EXPECT_NULL(test, memchr_inv(&stats, 0, sizeof(stats)));
}

static void registers_and_flags_are_restored(struct kunit *test)
{
	struct opalvm_call call;

	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_CLOBBER, 0, 0), 0);
	expect_all_well(test);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_MASK, 0, 0), 0);
	expect_all_well(test);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_FPU, 0, 0), 0);
	expect_all_well(test);
}

#if ARCH_GLUE_DEADLINES /* the firmware runs with interrupts on */
static void interrupts_are_on_or_off_as_asked(struct kunit *test)
{
	struct opalvm_call call = { .service = FAKE_FLAGS, .abi = FAKE_ABI };

	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), 0);
	KUNIT_EXPECT_TRUE(test, fake_irqs_on(call.ret));
	call.flags = OPALVM_CALL_IRQS_OFF;
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), 0);
	KUNIT_EXPECT_FALSE(test, fake_irqs_on(call.ret));
	expect_all_well(test);
}

static void time_services_run_under_the_rtc_lock(struct kunit *test)
{
	struct opalvm_call call = { .service = FAKE_FLAGS, .abi = FAKE_ABI };

	fake.services[FAKE_FLAGS].flags = OPALVM_SERVICE_RTC;
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), 0);
	/* the lock of the kernel's RTC driver turns interrupts off, but not on RT */
	KUNIT_EXPECT_EQ(test, !(fake_irqs_on(call.ret)), !IS_ENABLED(CONFIG_PREEMPT_RT));
	fake.services[FAKE_FLAGS].flags = 0;
	expect_all_well(test);
}
#endif

#define BUFFER_LEN	100	/* not a multiple of anything */

static void an_overrun_is_found(struct kunit *test)
{
#if ARCH_GLUE_LINEAR_ARGS
	/* what no pattern catches would hit the kernel */
	static const s64 beyond[] = { 1, 3, 12, 64 };
#else
	static const s64 beyond[] = { 1, 3, 12, PAGE_SIZE, 1LL << 32 };
#endif
	u8 buffer[BUFFER_LEN];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(beyond); i++) {
		struct opalvm_call call = {
			.service = FAKE_FILL,
			.abi = FAKE_ABI,
			.nr_args = 2,
			.args = {
				OPALVM_OUT(buffer, sizeof(buffer)),
				OPALVM_VALUE(BUFFER_LEN + beyond[i]),
			},
		};

		memset(buffer, 0x77, sizeof(buffer));
		KUNIT_EXPECT_EQ_MSG(test, opalvm_call(fake.gate, &call), -EIO,
				    "%lld bytes beyond", beyond[i]);
		KUNIT_EXPECT_EQ(test, call.verdict, OPALVM_FAULT);
		KUNIT_EXPECT_NULL(test, memchr_inv(buffer, 0x77, sizeof(buffer)));
		expect_all_well(test);
	}
}

static void what_fits_is_no_overrun(struct kunit *test)
{
	u8 buffer[BUFFER_LEN] = {};
	struct opalvm_call call = {
		.service = FAKE_FILL,
		.abi = FAKE_ABI,
		.nr_args = 2,
		.args = { OPALVM_OUT(buffer, sizeof(buffer)), OPALVM_VALUE(sizeof(buffer)) },
	};

	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), 0);
	KUNIT_EXPECT_NULL(test, memchr_inv(buffer, 0x41, sizeof(buffer)));
}

/* FAKE_SIZE writes a size for the buffer in the fourth argument. */
static int call_size(u64 size, u64 status, u64 *bytes, u8 *buffer, struct opalvm_call *call)
{
	*call = (struct opalvm_call) {
		.service = FAKE_SIZE,
		.abi = FAKE_ABI,
		.nr_args = 4,
		.args = {
			OPALVM_INOUT(bytes, sizeof(*bytes)),
			OPALVM_VALUE(size),
			OPALVM_VALUE(status),
			OPALVM_OUT_SIZED(buffer, BUFFER_LEN, 0),
		},
	};
	*bytes = BUFFER_LEN;
	memset(buffer, 0x77, BUFFER_LEN);
	return opalvm_call(fake.gate, call);
}

static void a_returned_size_is_checked(struct kunit *test)
{
	static const u64 too_large[] = { BUFFER_LEN + 1, 1ULL << 32, 1ULL << 63, ~0ULL };
	struct opalvm_call call;
	u8 buffer[BUFFER_LEN];
	unsigned int i;
	u64 bytes;

	for (i = 0; i < ARRAY_SIZE(too_large); i++) {
		KUNIT_EXPECT_EQ(test, call_size(too_large[i], 0, &bytes, buffer, &call), -EIO);
		KUNIT_EXPECT_EQ(test, bytes, (u64)BUFFER_LEN);
		KUNIT_EXPECT_NULL(test, memchr_inv(buffer, 0x77, sizeof(buffer)));
		expect_all_well(test);
	}
	/* only so much comes back */
	KUNIT_EXPECT_EQ(test, call_size(10, 0, &bytes, buffer, &call), 0);
	KUNIT_EXPECT_EQ(test, bytes, 10ULL);
	KUNIT_EXPECT_NULL(test, memchr_inv(buffer, 0, 10));
	KUNIT_EXPECT_NULL(test, memchr_inv(buffer + 10, 0x77, sizeof(buffer) - 10));
}

static void a_larger_size_is_legal_where_the_buffer_was_too_small(struct kunit *test)
{
	struct opalvm_call call;
	u8 buffer[BUFFER_LEN];
	u64 bytes;

	KUNIT_EXPECT_EQ(test, call_size(5000, FAKE_ERROR, &bytes, buffer, &call),
			0);
	KUNIT_EXPECT_EQ(test, bytes, 5000ULL);
	KUNIT_EXPECT_NULL(test, memchr_inv(buffer, 0x77, sizeof(buffer)));
	expect_all_well(test);
}

static void arguments_that_cannot_be_passed_are_refused(struct kunit *test)
{
	u64 bytes = BUFFER_LEN + 1;
	u8 buffer[BUFFER_LEN];
	struct opalvm_call call = {
		.service = FAKE_RETURN,
		.abi = FAKE_ABI,
		.nr_args = 2,
		.args = { OPALVM_INOUT(&bytes, sizeof(bytes)),
			  OPALVM_OUT_SIZED(buffer, sizeof(buffer), 0) },
	};

	KUNIT_EXPECT_EQ_MSG(test, opalvm_call(fake.gate, &call), -EINVAL, "size before the call");
	call.args[1].size_arg = 3;
	KUNIT_EXPECT_EQ_MSG(test, opalvm_call(fake.gate, &call), -EINVAL, "no such argument");
	call.args[1].size_arg = 0;
	call.args[1].len = OPALVM_MAX_ARG_LEN + 1;
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), -E2BIG);
	call.nr_args = OPALVM_MAX_ARGS + 1;
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), -EINVAL);
	call = (struct opalvm_call) { .service = FAKE_TABLE_SIZE, .abi = FAKE_ABI };
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), -EINVAL);
	KUNIT_EXPECT_EQ(test, call.verdict, OPALVM_REFUSED);
}

static void a_missing_or_unsupported_service_is_never_called(struct kunit *test)
{
	struct opalvm_call call;

	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_MISSING, 0, 0), -EOPNOTSUPP);
	fake.map->services &= ~BIT_ULL(FAKE_LOOP);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_LOOP, 0, 0), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, fake.gate->stats[FAKE_LOOP].calls, 0ULL);
}

static void a_batch_goes_on_after_a_fault(struct kunit *test)
{
	struct opalvm_call calls[] = {
		{ .service = FAKE_RETURN, .abi = FAKE_ABI },
		{ .service = FAKE_ILLEGAL, .abi = FAKE_ABI },
		{ .service = FAKE_FLAGS, .abi = FAKE_ABI },
	};

	KUNIT_EXPECT_EQ(test, opalvm_batch(fake.gate, calls, ARRAY_SIZE(calls)), -EIO);
	KUNIT_EXPECT_EQ(test, calls[0].verdict, OPALVM_OK);
	KUNIT_EXPECT_EQ(test, calls[1].verdict, OPALVM_FAULT);
	KUNIT_EXPECT_EQ(test, calls[2].verdict, OPALVM_OK);
	expect_all_well(test);
}

static void a_service_spoils_what_its_row_says(struct kunit *test)
{
	struct opalvm_why why = {};
	struct opalvm_call call;

	fake.services[FAKE_ILLEGAL].spoils = BIT_ULL(FAKE_ILLEGAL) | BIT_ULL(FAKE_RETURN);
	fake.services[FAKE_ILLEGAL].spoils_for_good = BIT_ULL(FAKE_RETURN);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_ILLEGAL, 0, 0), -EIO);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), -ESHUTDOWN);
	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, &why), -EPERM);
	KUNIT_EXPECT_NE(test, why.text[0], '\0');
	KUNIT_EXPECT_EQ(test, fake.gate->quarantine, (u64)BIT_ULL(FAKE_RETURN));
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), -ESHUTDOWN);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_FLAGS, 0, 0), 0);
}

#ifdef CONFIG_PPC64 /* where the firmware runs with interrupts off */
static struct opalvm_flight *ended_flight;

static void ended_well(struct opalvm_flight *flight)
{
	ended_flight = flight;
	strscpy(flight->words, "said by the firmware", sizeof(flight->words));
}

static void ended_badly(struct opalvm_flight *flight)
{
	flight->lost = true;
}

/* Its flight is told of the end, and what it says of it is not kept for the next one. */
static void the_end_of_a_call_is_told(struct kunit *test)
{
	struct opalvm_call call;

	ended_flight = NULL;
	fake.space->ended = ended_well;
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), 0);
	KUNIT_EXPECT_PTR_EQ(test, ended_flight, (struct opalvm_flight *)NULL);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_ILLEGAL, 0, 0), -EIO);
	KUNIT_EXPECT_PTR_EQ(test, ended_flight, fake.gate->sleeping);
	KUNIT_EXPECT_STREQ(test, fake.gate->sleeping->words, "said by the firmware");
	KUNIT_EXPECT_EQ(test, fake.gate->quarantine, (u64)BIT_ULL(FAKE_ILLEGAL));
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), 0);
	KUNIT_EXPECT_STREQ(test, fake.gate->sleeping->words, "");
}

static void a_call_that_cannot_be_ended_spoils_everything(struct kunit *test)
{
	struct opalvm_call call;

	fake.space->ended = ended_badly;
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_ILLEGAL, 0, 0), -EIO);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), -ESHUTDOWN);
	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), -EPERM);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), -ESHUTDOWN);
}

static bool every_trap_is_a_warning(struct opalvm_flight *flight, u64 ip)
{
	return flight == fake.gate->sleeping && opalvm_map_find_va(fake.map, ip);
}

/* The firmware's own warning: it returns as if there were none. */
static void a_call_goes_on_behind_a_warning(struct kunit *test)
{
	struct opalvm_call call;

	fake.space->goes_on = every_trap_is_a_warning;
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_BREAK, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, call.verdict, OPALVM_OK);
	fake.space->goes_on = NULL;
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_BREAK, 0, 0), -EIO);
	expect_all_well(test);
}
#endif

static void a_quarantine_from_a_kernel_before_is_kept(struct kunit *test)
{
	fake.services[FAKE_ILLEGAL].spoils_for_good = BIT_ULL(FAKE_ILLEGAL) | BIT_ULL(FAKE_RETURN);
	fake.services[FAKE_FORBIDDEN].spoils_for_good = GENMASK_ULL(FAKE_TABLE_SIZE - 1, 0);

	/* a fault there: root there could have lifted it, and so can root here */
	opalvm_quarantine_inherit(fake.gate, BIT_ULL(FAKE_LOOP) | BIT_ULL(FAKE_RETURN), 0);
	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, fake.gate->quarantine, 0ULL);

	/* all that one service spoils for good: that is what happened */
	opalvm_quarantine_inherit(fake.gate, BIT_ULL(FAKE_ILLEGAL) | BIT_ULL(FAKE_RETURN) |
				  BIT_ULL(FAKE_LOOP), 0);
	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), -EPERM);
	KUNIT_EXPECT_EQ(test, fake.gate->quarantine, BIT_ULL(FAKE_ILLEGAL) | BIT_ULL(FAKE_RETURN));
}

/* No row says so: only that nothing is left tells of it. */
static void a_firmware_that_was_lost_stays_lost(struct kunit *test)
{
	u64 one = BIT_ULL(FAKE_LOOP), all = GENMASK_ULL(FAKE_TABLE_SIZE - 1, 0), lost;
	struct opalvm_gate *next[2];
	u32 i;

	raw_spin_lock_irq(&fake.gate->lock);
	opalvm_quarantine_apply_all(fake.gate);
	raw_spin_unlock_irq(&fake.gate->lock);
	lost = opalvm_quarantined(fake.gate);

	for (i = 0; i < ARRAY_SIZE(next); i++) {
		next[i] = opalvm_gate_create(fake.space, fake.services, FAKE_TABLE_SIZE);
		KUNIT_ASSERT_FALSE(test, IS_ERR(next[i]));
		opalvm_quarantine_inherit(next[i], i ? lost & ~one : lost, 0);
	}
	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(next[0], ~0ULL, NULL), -EPERM);
	KUNIT_EXPECT_EQ(test, opalvm_quarantined(next[0]), all);
	/* one service is left: each of the others can have been stopped alone */
	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(next[1], ~0ULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, opalvm_quarantined(next[1]), 0ULL);
	for (i = 0; i < ARRAY_SIZE(next); i++)
		opalvm_gate_destroy(next[i]);
}

static void the_stack_watermark_rises(struct kunit *test)
{
	struct opalvm_call call;
	u32 before;

	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), 0);
	before = opalvm_gate_stack_used(fake.gate);
	KUNIT_EXPECT_GT(test, before, 0U);
	KUNIT_EXPECT_LT(test, before, 4096U);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_DEEP, 0, 0), 0);
	KUNIT_EXPECT_GE(test, opalvm_gate_stack_used(fake.gate), 0x8000U);
}

static void call_from_interrupt(void *data)
{
	opalvm_call_atomic(fake.gate, data);
}

/* The interrupt can hit where the FPU is in use: try again. */
static int call_on(unsigned int cpu, struct opalvm_call *call)
{
	int tries;

	call->err = -EBUSY;
	for (tries = 0; tries < 1000 && call->err == -EBUSY; tries++) {
		if (tries)
			usleep_range(100, 200);
		smp_call_function_single(cpu, call_from_interrupt, call, 1);
	}
	return call->err;
}

static void atomic_calls_work_from_any_context(struct kunit *test)
{
	u64 in = 0x1234, out = 0;
	struct opalvm_call load = {
		.service = FAKE_LOAD, .abi = FAKE_ABI, .nr_args = 1,
		.args = { OPALVM_IN(&in, sizeof(in)) },
	};
	struct opalvm_call store = {
		.service = FAKE_STORE, .abi = FAKE_ABI, .nr_args = 2,
		.args = { OPALVM_OUT(&out, sizeof(out)), OPALVM_VALUE(0x4321) },
	};
	unsigned long flags;
	unsigned int cpu;
	int err;

	KUNIT_EXPECT_EQ(test, opalvm_call_atomic(fake.gate, &load), 0);
	KUNIT_EXPECT_EQ(test, load.ret, in);
	local_irq_save(flags);
	err = opalvm_call_atomic(fake.gate, &store);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, out, 0x4321ULL);
	for_each_online_cpu(cpu) {
		load.ret = 0;
		KUNIT_EXPECT_EQ(test, call_on(cpu, &load), 0);
		KUNIT_EXPECT_EQ(test, load.ret, in);
	}
	expect_all_well(test);
}

static void store_and_compare(void *failures)
{
	u64 mark = raw_smp_processor_id() + 1, out = 0;
	struct opalvm_call call = {
		.service = FAKE_STORE, .abi = FAKE_ABI, .nr_args = 2,
		.args = { OPALVM_OUT(&out, sizeof(out)), OPALVM_VALUE(mark) },
	};
	int i;

	for (i = 0; i < 200; i++) {
		out = 0;
		if (!opalvm_call_atomic(fake.gate, &call) && out != mark)
			atomic_inc(failures);
	}
}

static void atomic_calls_of_two_cpus_do_not_mix(struct kunit *test)
{
	atomic_t failures = ATOMIC_INIT(0);

	on_each_cpu(store_and_compare, &failures, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&failures), 0);
	KUNIT_EXPECT_GT(test, fake.gate->stats[FAKE_STORE].calls, 0ULL);
	expect_all_well(test);
}

static void an_atomic_call_that_faults_is_contained(struct kunit *test)
{
	struct opalvm_call call = { .service = FAKE_ILLEGAL, .abi = FAKE_ABI };
	struct opalvm_call load = {
		.service = FAKE_LOAD, .abi = FAKE_ABI, .nr_args = 1,
		.args = { OPALVM_VALUE(address_of(FAKE_UNMAPPED, 0)) },
	};
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, call_on(cpu, &call), -EIO);
		KUNIT_EXPECT_EQ(test, call_on(cpu, &load), -EIO);
		expect_all_well(test);
	}
}

static void an_atomic_call_never_waits(struct kunit *test)
{
	struct opalvm_call call = { .service = FAKE_RETURN, .abi = FAKE_ABI };
	u8 *large = kunit_kzalloc(test, OPALVM_ATOMIC_ARG_LEN + 1, GFP_KERNEL);
	unsigned long flags;

	KUNIT_ASSERT_NOT_NULL(test, large);
	/* something is in progress beside which it may not run */
	fake.gate->busy = BIT_ULL(FAKE_LOOP);
	KUNIT_EXPECT_EQ(test, opalvm_call_atomic(fake.gate, &call), -EBUSY);
	fake.services[FAKE_RETURN].not_while = 0;
	KUNIT_EXPECT_EQ(test, opalvm_call_atomic(fake.gate, &call), 0);
	fake.gate->busy = 0;

	/* the gate is being used at this moment */
	raw_spin_lock_irqsave(&fake.gate->lock, flags);
	call.err = opalvm_call_atomic(fake.gate, &call);
	raw_spin_unlock_irqrestore(&fake.gate->lock, flags);
	KUNIT_EXPECT_EQ(test, call.err, -EBUSY);

	KUNIT_EXPECT_EQ(test, fake_call_where_it_cannot(&fake, &call), -EBUSY);

	call.nr_args = 1;
	call.args[0] = (struct opalvm_arg)OPALVM_IN(large, OPALVM_ATOMIC_ARG_LEN + 1);
	KUNIT_EXPECT_EQ(test, opalvm_call_atomic(fake.gate, &call), -E2BIG);
	expect_all_well(test);
}

static void a_closed_gate_calls_only_for_last_words(struct kunit *test)
{
	struct opalvm_call call = { .service = FAKE_RETURN, .abi = FAKE_ABI };

	opalvm_gate_close(fake.gate);
	KUNIT_EXPECT_EQ(test, opalvm_call(fake.gate, &call), -ESHUTDOWN);
	KUNIT_EXPECT_EQ(test, opalvm_call_atomic(fake.gate, &call), 0);
}

/**
 * struct slow_call - a call in progress while the test goes on
 * @work: makes the call
 * @call: the call
 */
struct slow_call {
	struct work_struct work;
	struct opalvm_call call;
};

static void make_slow_call(struct work_struct *work)
{
	opalvm_call(fake.gate, &container_of(work, struct slow_call, work)->call);
}

static void closing_waits_for_the_call_in_progress(struct kunit *test)
{
	struct slow_call slow = {
		.call = {
			.service = FAKE_DELAY, .abi = FAKE_ABI, .nr_args = 1,
			.args = { OPALVM_VALUE(300 * fake_ticks_per_ms()) },
		},
	};
	int tries;

	if (!ARCH_GLUE_DEADLINES && !fake_run_apart(&fake))
		kunit_skip(test, "needs two CPUs");
	fake.services[FAKE_DELAY].deadline_ms = 100 * MSEC_PER_SEC;
	INIT_WORK_ONSTACK(&slow.work, make_slow_call);
	schedule_work(&slow.work);
	for (tries = 0; tries < 10000 && !READ_ONCE(fake.gate->busy); tries++)
		usleep_range(100, 200);
	KUNIT_EXPECT_EQ(test, READ_ONCE(fake.gate->busy), BIT_ULL(FAKE_DELAY));
	opalvm_gate_close(fake.gate);
	KUNIT_EXPECT_EQ(test, READ_ONCE(fake.gate->busy), 0ULL);
	flush_work(&slow.work);
	destroy_work_on_stack(&slow.work);
	KUNIT_EXPECT_EQ(test, slow.call.verdict, OPALVM_OK);
}

static void faults_on_other_stacks_are_not_ours(struct kunit *test)
{
	unsigned long here;

	KUNIT_EXPECT_NULL(test, opalvm_flight_find((unsigned long)&here));
	KUNIT_EXPECT_NULL(test,
			  opalvm_flight_find((unsigned long)fake.gate->sleeping->stack + 8));
}

static struct kunit_case gate_cases[] = {
	KUNIT_CASE(all_arguments_arrive),
	KUNIT_CASE(pointers_are_copied_both_ways),
	KUNIT_CASE(an_out_argument_starts_as_zeroes),
	KUNIT_CASE(null_stays_null),
	KUNIT_CASE(latencies_are_counted_in_powers_of_two),
	KUNIT_CASE(each_call_is_in_the_histogram),
	KUNIT_CASE(registers_and_flags_are_restored),
#if ARCH_GLUE_DEADLINES
	KUNIT_CASE(interrupts_are_on_or_off_as_asked),
	KUNIT_CASE(time_services_run_under_the_rtc_lock),
#endif
	KUNIT_CASE(what_fits_is_no_overrun),
	KUNIT_CASE(a_larger_size_is_legal_where_the_buffer_was_too_small),
	KUNIT_CASE(arguments_that_cannot_be_passed_are_refused),
	KUNIT_CASE(a_missing_or_unsupported_service_is_never_called),
	KUNIT_CASE(the_stack_watermark_rises),
	KUNIT_CASE(atomic_calls_work_from_any_context),
	KUNIT_CASE(atomic_calls_of_two_cpus_do_not_mix),
	KUNIT_CASE(an_atomic_call_never_waits),
	KUNIT_CASE(a_closed_gate_calls_only_for_last_words),
	KUNIT_CASE(closing_waits_for_the_call_in_progress),
	KUNIT_CASE(faults_on_other_stacks_are_not_ours),
	KUNIT_CASE(a_call_within_its_deadline_is_left_alone),
	KUNIT_CASE(a_writer_is_never_ended_by_time),
#if ARCH_GLUE_DEADLINES
	KUNIT_CASE(a_hang_ends_at_the_deadline),
	KUNIT_CASE(a_deadline_that_root_set_counts),
	KUNIT_CASE(a_hang_with_interrupts_off_is_ended_by_another_cpu),
	KUNIT_CASE(processor_state_is_restored),
#endif
	KUNIT_CASE(an_overrun_is_found),
	KUNIT_CASE(a_returned_size_is_checked),
	KUNIT_CASE(a_batch_goes_on_after_a_fault),
	KUNIT_CASE(a_service_spoils_what_its_row_says),
#ifdef CONFIG_PPC64
	KUNIT_CASE(the_end_of_a_call_is_told),
	KUNIT_CASE(a_call_that_cannot_be_ended_spoils_everything),
	KUNIT_CASE(a_call_goes_on_behind_a_warning),
#endif
	KUNIT_CASE(a_quarantine_from_a_kernel_before_is_kept),
	KUNIT_CASE(a_firmware_that_was_lost_stays_lost),
	KUNIT_CASE(an_atomic_call_that_faults_is_contained),
	KUNIT_CASE_PARAM(a_fault_ends_the_call_and_nothing_else, fault_gen_params),
	{}
};

struct kunit_suite opalvm_gate_suite = {
	.name = "opalvm_gate",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = gate_init,
	.exit = gate_exit,
	.test_cases = gate_cases,
};
