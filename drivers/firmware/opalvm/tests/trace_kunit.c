// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints: each event comes once, in order, and never inside of the space.
 * What they print is tested in a guest, by the programs that people use
 * (tools/testing/selftests/opalvm/trace.sh).
 */
#include <linux/tracepoint.h>

#include "fake.h"
#include "suites.h"
#include "trace.h"

enum event { CALL_ENTER, CALL_EXIT, VERDICT, MAP, UNMAP };

/**
 * struct seen - an event that came
 * @event: which one
 * @value: its service, or its virtual address
 * @verdict: of the call
 * @inside: it came inside of the space, or in the middle of a call
 */
struct seen {
	enum event event;
	u64 value;
	enum opalvm_verdict verdict;
	bool inside;
};

#define MAX_SEEN	16

static struct fake fake;
static struct seen seen[MAX_SEEN];
static u32 nr_seen;

static void see(enum event event, u64 value, enum opalvm_verdict verdict)
{
	if (nr_seen < MAX_SEEN)
		seen[nr_seen] = (struct seen) {
			.event = event, .value = value, .verdict = verdict,
			.inside = (fake.space && fake_cpu_is_inside(&fake)) ||
				  opalvm_flight_current(),
		};
	nr_seen++;
}

static void on_enter(void *data, const struct opalvm_gate *gate, const struct opalvm_call *call,
		     pid_t caller)
{
	see(CALL_ENTER, call->service, OPALVM_OK);
}

static void on_exit(void *data, const struct opalvm_gate *gate, const struct opalvm_call *call,
		    u64 ns)
{
	see(CALL_EXIT, call->service, call->verdict);
}

static void on_verdict(void *data, const struct opalvm_gate *gate,
		       const struct opalvm_call *call, const struct opalvm_flight *flight)
{
	see(VERDICT, call->service, call->verdict);
}

static void on_map(void *data, const struct opalvm_space *space,
		   const struct opalvm_extent *extent, bool mapped)
{
	see(mapped ? MAP : UNMAP, extent->va, OPALVM_OK);
}

static int watch(void)
{
	int err;

	nr_seen = 0;
	err = register_trace_opalvm_call_enter(on_enter, NULL);
	if (err)
		return err;
	return register_trace_opalvm_call_exit(on_exit, NULL) ?:
	       register_trace_opalvm_verdict(on_verdict, NULL) ?:
	       register_trace_opalvm_map(on_map, NULL);
}

static void unwatch(void)
{
	unregister_trace_opalvm_call_enter(on_enter, NULL);
	unregister_trace_opalvm_call_exit(on_exit, NULL);
	unregister_trace_opalvm_verdict(on_verdict, NULL);
	unregister_trace_opalvm_map(on_map, NULL);
	tracepoint_synchronize_unregister();
}

static int trace_init(struct kunit *test)
{
	int err;

	if (!IS_ENABLED(CONFIG_TRACEPOINTS))
		kunit_skip(test, "the kernel has no tracepoints");
	err = fake_host(&fake, FAKE_HIGH_VA);
	return err ?: watch();
}

static void trace_exit(struct kunit *test)
{
	if (IS_ENABLED(CONFIG_TRACEPOINTS)) {
		unwatch();
		fake_unhost(&fake);
	}
}

static void expect_seen(struct kunit *test, const struct seen *expected, u32 nr)
{
	u32 i;

	KUNIT_ASSERT_EQ(test, nr_seen, nr);
	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_EQ_MSG(test, seen[i].event, expected[i].event, "event %u", i);
		KUNIT_EXPECT_EQ_MSG(test, seen[i].value, expected[i].value, "event %u", i);
		KUNIT_EXPECT_EQ_MSG(test, seen[i].verdict, expected[i].verdict, "event %u", i);
		KUNIT_EXPECT_FALSE_MSG(test, seen[i].inside, "event %u", i);
	}
}

static void a_call_enters_and_exits(struct kunit *test)
{
	static const struct seen expected[] = {
		{ CALL_ENTER, FAKE_RETURN, OPALVM_OK },
		{ CALL_EXIT, FAKE_RETURN, OPALVM_OK },
		{ CALL_ENTER, FAKE_FLAGS, OPALVM_OK },
		{ CALL_EXIT, FAKE_FLAGS, OPALVM_OK },
	};
	struct opalvm_call calls[2] = {
		{ .service = FAKE_RETURN, .abi = FAKE_ABI },
		{ .service = FAKE_FLAGS, .abi = FAKE_ABI },
	};

	KUNIT_EXPECT_EQ(test, opalvm_batch(fake.gate, calls, ARRAY_SIZE(calls)), 0);
	expect_seen(test, expected, ARRAY_SIZE(expected));
}

static void an_atomic_call_enters_and_exits(struct kunit *test)
{
	static const struct seen expected[] = {
		{ CALL_ENTER, FAKE_RETURN, OPALVM_OK },
		{ CALL_EXIT, FAKE_RETURN, OPALVM_OK },
	};
	struct opalvm_call call = { .service = FAKE_RETURN, .abi = FAKE_ABI };

	KUNIT_EXPECT_EQ(test, opalvm_call_atomic(fake.gate, &call), 0);
	expect_seen(test, expected, ARRAY_SIZE(expected));
}

static void a_fault_has_a_verdict(struct kunit *test)
{
	static const struct seen expected[] = {
		{ CALL_ENTER, FAKE_ILLEGAL, OPALVM_OK },
		{ VERDICT, FAKE_ILLEGAL, OPALVM_FAULT },
		{ CALL_EXIT, FAKE_ILLEGAL, OPALVM_FAULT },
		{ VERDICT, FAKE_ILLEGAL, OPALVM_REFUSED },
	};
	struct opalvm_call call;

	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_ILLEGAL, 0, 0), -EIO);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_ILLEGAL, 0, 0), -ESHUTDOWN);
	expect_seen(test, expected, ARRAY_SIZE(expected));
}

static void a_service_that_is_not_has_a_verdict(struct kunit *test)
{
	static const struct seen expected[] = {
		{ VERDICT, FAKE_TABLE_SIZE, OPALVM_REFUSED },
	};
	struct opalvm_call call;

	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_TABLE_SIZE, 0, 0), -EINVAL);
	expect_seen(test, expected, ARRAY_SIZE(expected));
}

static void each_extent_is_mapped_and_removed(struct kunit *test)
{
	struct opalvm_extent *extents = fake.map->extents;
	struct seen expected[2 * FAKE_NR_EXTENTS];
	u32 i;

	for (i = 0; i < FAKE_NR_EXTENTS; i++) {
		expected[i] = (struct seen) { UNMAP, extents[FAKE_NR_EXTENTS - 1 - i].va };
		expected[FAKE_NR_EXTENTS + i] = (struct seen) { MAP, extents[i].va };
	}
	opalvm_space_remove(fake.space, extents, FAKE_NR_EXTENTS);
	KUNIT_EXPECT_EQ(test, opalvm_space_install(fake.space, extents, FAKE_NR_EXTENTS, NULL), 0);
	expect_seen(test, expected, ARRAY_SIZE(expected));
}

static struct kunit_case trace_cases[] = {
	KUNIT_CASE(a_call_enters_and_exits),
	KUNIT_CASE(an_atomic_call_enters_and_exits),
	KUNIT_CASE(a_fault_has_a_verdict),
	KUNIT_CASE(a_service_that_is_not_has_a_verdict),
	KUNIT_CASE(each_extent_is_mapped_and_removed),
	{}
};

struct kunit_suite opalvm_trace_suite = {
	.name = "opalvm_trace",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = trace_init,
	.exit = trace_exit,
	.test_cases = trace_cases,
};
