// SPDX-License-Identifier: GPL-2.0
/*
 * The gate: the only way into a space.
 *
 * A call is admitted (is the service there, allowed, and may it run beside
 * what is in progress?), its arguments are copied to guarded buffers, the
 * firmware is called on a stack of its own with a deadline, and what it left
 * is checked before the caller gets any of it.
 *
 * Lock order: @lock of struct opalvm_gate is a leaf, but for timers. rtc_lock is taken inside
 * the space, or before it on PREEMPT_RT, where it can sleep. The FPU comes
 * last.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/mc146818rtc.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "arguments.h"
#include "flight.h"
#include "compat/compat.h"
#include "opalvm.h"
#include "report.h"
#include "trace.h"
#include "watchdog.h"

/* how long opalvm_gate_close() waits for calls, and how often it looks, in milliseconds */
#define CLOSE_MS	30000
#define CLOSE_POLL_MS	20

/**
 * opalvm_gate_stack_used() - the deepest that the firmware has used its stacks
 * @gate: the gate
 *
 * Context: Any.
 * Return: bytes, OPALVM_STACK_SIZE at most.
 */
u32 opalvm_gate_stack_used(const struct opalvm_gate *gate)
{
	return max(opalvm_flight_stack_used(gate->sleeping),
		   opalvm_flight_stack_used(gate->atomic));
}

/**
 * opalvm_gate_note() - what is in progress or refused has changed
 * @gate: the gate
 *
 * Context: Any; @gate->lock is held.
 */
void opalvm_gate_note(struct opalvm_gate *gate)
{
	lockdep_assert_held(&gate->lock);
	if (gate->state)
		opalvm_state_write(gate->state, gate->changes, gate->quarantine, gate->busy);
}

/* A call that does not reach the firmware. */
static int refuse(const struct opalvm_gate *gate, struct opalvm_call *call, int err)
{
	call->verdict = OPALVM_REFUSED;
	call->err = err;
	trace_opalvm_verdict(gate, call, NULL);
	return err;
}

/* May this service be called now? On success it is busy until land(). */
static int admit(struct opalvm_gate *gate, struct opalvm_call *call, bool atomic)
{
	const struct opalvm_map *map = gate->space->map;
	u64 service = BIT_ULL(call->service);

	lockdep_assert_held(&gate->lock);
	if (!(map->services & service))
		return -EOPNOTSUPP;
	if ((gate->closed && !atomic) || (gate->quarantine & service))
		return -ESHUTDOWN;
	if (gate->busy & gate->services[call->service].not_while)
		return -EBUSY;
	if (atomic && gate->atomic_busy)
		return -EBUSY;
	gate->busy |= service;
	if (atomic)
		gate->atomic_busy = true;
	opalvm_gate_note(gate);
	return 0;
}

/* Which of the map's entry points a call goes through. */
static u32 entry_id(const struct opalvm_call *call)
{
	switch (call->abi) {
	case OPALVM_ABI_MS_X64:
		return call->service;
	case OPALVM_ABI_OPAL_V4:
		return OPALVM_ENTRY_ID_V4;
	default:
		return OPALVM_ENTRY_ID_COMMON;
	}
}

/* Where the call goes. */
static int resolve(const struct opalvm_gate *gate, const struct opalvm_call *call, u64 *entry)
{
	if (call->service >= gate->nr_services || !(ARCH_GLUE_ABIS & BIT(call->abi)))
		return -EINVAL;
	*entry = opalvm_map_entry(gate->space->map, entry_id(call));
	return *entry ? 0 : -EOPNOTSUPP;
}

/* Call the firmware. In the space; the CPU does not change until we are back. */
static void fly(struct opalvm_flight *flight, struct opalvm_call *call, u64 entry, bool atomic)
{
	u64 args[OPALVM_MAX_ARGS] = {};

	opalvm_args_fill(flight, call, args);
	preempt_disable();
	flight->service = call->service;
	flight->nr++;
	flight->verdict = OPALVM_OK;
	flight->words[0] = '\0';
	flight->argument = 0;
	flight->lost = false;
	opalvm_flight_begin(flight);
	if (!atomic)
		opalvm_watchdog_start(flight);

	call->ret = arch_glue_call(flight, call, entry, args);

	if (!atomic)
		opalvm_watchdog_stop(flight);
	opalvm_flight_end(flight);
	preempt_enable();
}

/* The service is over: count, and refuse from now on what it spoiled. */
static void land(struct opalvm_flight *flight, struct opalvm_call *call, u64 ns, bool atomic)
{
	struct opalvm_gate *gate = flight->gate;
	bool stopped = flight->verdict != OPALVM_OK, lost = flight->lost, late, first_late;
	u32 limit = opalvm_deadline_ms(gate, call->service);
	unsigned long flags;

	call->verdict = stopped ? flight->verdict : opalvm_args_verdict(flight, call);
	call->err = call->verdict == OPALVM_OK ? 0 :
		    call->verdict == OPALVM_HANG ? -ETIMEDOUT : -EIO;

	if (stopped) {
		flight->argument = opalvm_args_before(flight, call, flight->trap.address);
		opalvm_report_stop(flight);
	} else {
		opalvm_report_state(flight);
	}
	if (call->verdict == OPALVM_OK)
		opalvm_args_take(flight, call);
	else
		trace_opalvm_verdict(gate, call, flight);
	late = !stopped && limit && ns > (u64)limit * NSEC_PER_MSEC;

	/* from here on the flight can be somebody else's */
	raw_spin_lock_irqsave(&gate->lock, flags);
	first_late = late && !gate->stats[call->service].late;
	opalvm_stats_add(gate, call, ns, late);
	if (stopped && lost)
		opalvm_quarantine_apply_all(gate);
	else if (call->verdict != OPALVM_OK)
		opalvm_quarantine_apply(gate, call->service);
	gate->busy &= ~BIT_ULL(call->service);
	if (atomic)
		gate->atomic_busy = false;
	opalvm_gate_note(gate);
	raw_spin_unlock_irqrestore(&gate->lock, flags);

	trace_opalvm_call_exit(gate, call, ns);
	/* it was told of already where that is possible */
	if (first_late && (atomic || !ARCH_GLUE_DEADLINES))
		opalvm_report_was_late(gate, call->service, ns / NSEC_PER_MSEC, limit);
}

static bool shares_rtc(const struct opalvm_gate *gate, const struct opalvm_call *call)
{
	return gate->services[call->service].flags & OPALVM_SERVICE_RTC;
}

/**
 * struct sleeping_call - a burst of calls on its way to the worker
 * @work: runs on the space's worker
 * @gate: the gate
 * @calls: the calls
 * @nr: entries of @calls
 * @caller: whose they are
 */
struct sleeping_call {
	struct kthread_work work;
	struct opalvm_gate *gate;
	struct opalvm_call *calls;
	u32 nr;
	pid_t caller;
};

/* A call from another context can be in progress: it is short, wait for it. */
static int admit_sleeping(struct opalvm_gate *gate, struct opalvm_call *call)
{
	int err;

	for (;;) {
		raw_spin_lock_irq(&gate->lock);
		err = admit(gate, call, false);
		if (err && err != -EBUSY)
			gate->stats[call->service].refused++;
		raw_spin_unlock_irq(&gate->lock);
		if (err != -EBUSY)
			return err;
		usleep_range(50, 100);
	}
}

static void visit(struct opalvm_gate *gate, struct opalvm_call *call, u64 entry)
{
	arch_glue_enter(&gate->space->arch);
	fly(gate->sleeping, call, entry, false);
	arch_glue_leave(&gate->space->arch);
}

/* Firmware and kernel reach the CMOS clock through the same index port. */
static void visit_with_rtc(struct opalvm_gate *gate, struct opalvm_call *call, u64 entry)
{
	unsigned long flags;

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		spin_lock(&rtc_lock);
		visit(gate, call, entry);
		spin_unlock(&rtc_lock);
		return;
	}
	arch_glue_enter(&gate->space->arch);
	spin_lock_irqsave(&rtc_lock, flags);
	fly(gate->sleeping, call, entry, false);
	spin_unlock_irqrestore(&rtc_lock, flags);
	arch_glue_leave(&gate->space->arch);
}

static void call_sleeping(struct opalvm_gate *gate, struct opalvm_call *call, pid_t caller)
{
	struct opalvm_flight *flight = gate->sleeping;
	u64 entry, before;
	int err;

	err = resolve(gate, call, &entry) ?: opalvm_args_check(call) ?:
	      opalvm_args_grow(flight, call) ?: admit_sleeping(gate, call);
	if (err) {
		refuse(gate, call, err);
		return;
	}
	trace_opalvm_call_enter(gate, call, caller);
	before = ktime_get_mono_fast_ns();
	if (shares_rtc(gate, call))
		visit_with_rtc(gate, call, entry);
	else
		visit(gate, call, entry);
	land(flight, call, ktime_get_mono_fast_ns() - before, false);
}

static void call_work(struct kthread_work *work)
{
	struct sleeping_call *sleeping = container_of(work, struct sleeping_call, work);
	u32 i;

	for (i = 0; i < sleeping->nr; i++) {
		call_sleeping(sleeping->gate, &sleeping->calls[i], sleeping->caller);
		cond_resched();
	}
}

/**
 * opalvm_batch() - call several services, one after the other
 * @gate: the gate
 * @calls: the calls; their results are filled in
 * @nr: entries of @calls
 *
 * All of them are tried; a call that fails does not stop the ones behind it.
 *
 * Context: Process context, may sleep.
 * Return: 0, or the error of the first call that has one (see opalvm_call()).
 */
int opalvm_batch(struct opalvm_gate *gate, struct opalvm_call *calls, u32 nr)
{
	struct sleeping_call sleeping = {
		.gate = gate, .calls = calls, .nr = nr, .caller = task_pid_nr(current),
	};
	u32 i;

	might_sleep();
	kthread_init_work(&sleeping.work, call_work);
	kthread_queue_work(gate->space->worker, &sleeping.work);
	kthread_flush_work(&sleeping.work);
	for (i = 0; i < nr; i++) {
		if (calls[i].err)
			return calls[i].err;
	}
	return 0;
}

/**
 * opalvm_call() - call a service
 * @gate: the gate
 * @call: the call; its results are filled in
 *
 * Context: Process context, may sleep.
 * Return: 0 if the firmware returned (what it returned is in @call->ret),
 *	   -EIO if it faulted or wrote where it may not, -ETIMEDOUT if it did
 *	   not return in time, -ESHUTDOWN if the service is in quarantine or
 *	   the machine goes down, -EOPNOTSUPP if there is no such service,
 *	   -E2BIG or -EINVAL for arguments that cannot be passed, -ENOMEM. With
 *	   an error the caller's memory is as it was.
 */
int opalvm_call(struct opalvm_gate *gate, struct opalvm_call *call)
{
	return opalvm_batch(gate, call, 1);
}

static int admit_atomic(struct opalvm_gate *gate, struct opalvm_call *call)
{
	unsigned long flags;
	int err;

	if (!raw_spin_trylock_irqsave(&gate->lock, flags))
		return -EBUSY;
	err = admit(gate, call, true);
	if (err)
		gate->stats[call->service].refused++;
	raw_spin_unlock_irqrestore(&gate->lock, flags);
	return err;
}

static void abandon_atomic(struct opalvm_gate *gate, struct opalvm_call *call)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&gate->lock, flags);
	gate->busy &= ~BIT_ULL(call->service);
	gate->atomic_busy = false;
	opalvm_gate_note(gate);
	gate->stats[call->service].refused++;
	raw_spin_unlock_irqrestore(&gate->lock, flags);
}

static bool visit_atomic(struct opalvm_gate *gate, struct opalvm_call *call, u64 entry)
{
	struct arch_visit arch_visit;

	if (!arch_glue_enter_atomic(&gate->space->arch, &arch_visit))
		return false;
	fly(gate->atomic, call, entry, true);
	arch_glue_leave_atomic(&gate->space->arch, &arch_visit);
	return true;
}

static bool visit_atomic_with_rtc(struct opalvm_gate *gate, struct opalvm_call *call, u64 entry)
{
	unsigned long flags;
	bool visited;

	/* the lock can sleep there, and the context may not */
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return false;
	if (!spin_trylock_irqsave(&rtc_lock, flags))
		return false;
	visited = visit_atomic(gate, call, entry);
	spin_unlock_irqrestore(&rtc_lock, flags);
	return visited;
}

/**
 * opalvm_call_atomic() - call a service from any context
 * @gate: the gate
 * @call: the call; its results are filled in. No argument may be longer than
 *	  OPALVM_ATOMIC_ARG_LEN.
 *
 * Never waits for another call. The firmware runs with interrupts off, so that no deadline can
 * end the call.
 *
 * Context: Any.
 * Return: As opalvm_call(), and -EBUSY if a call is in progress beside which
 *	   this one may not run, or where the firmware cannot be entered (in an
 *	   NMI, while the FPU is in use, for time services on PREEMPT_RT).
 */
int opalvm_call_atomic(struct opalvm_gate *gate, struct opalvm_call *call)
{
	u64 entry, before;
	bool visited;
	int err;

	err = resolve(gate, call, &entry) ?: opalvm_args_check(call) ?:
	      opalvm_args_fit(call, OPALVM_ATOMIC_ARG_LEN) ?: admit_atomic(gate, call);
	if (err)
		return refuse(gate, call, err);

	trace_opalvm_call_enter(gate, call, task_pid_nr(current));
	before = ktime_get_mono_fast_ns();
	visited = shares_rtc(gate, call) ? visit_atomic_with_rtc(gate, call, entry) :
					   visit_atomic(gate, call, entry);
	if (!visited) {
		abandon_atomic(gate, call);
		return refuse(gate, call, -EBUSY);
	}
	land(gate->atomic, call, ktime_get_mono_fast_ns() - before, true);
	return call->err;
}

/**
 * opalvm_gate_create() - make the gate of a space
 * @space: the space
 * @services: the firmware's table of services
 * @nr_services: its rows, OPALVM_MAX_SERVICES at most
 *
 * Context: Process context, may sleep.
 * Return: the gate or an ERR_PTR().
 */
struct opalvm_gate *opalvm_gate_create(struct opalvm_space *space,
				       const struct opalvm_service *services, u32 nr_services)
{
	struct opalvm_gate *gate;

	might_sleep();
	if (nr_services > OPALVM_MAX_SERVICES)
		return ERR_PTR(-EINVAL);
	gate = kzalloc(struct_size(gate, stats, nr_services), GFP_KERNEL);
	if (!gate)
		return ERR_PTR(-ENOMEM);
	gate->space = space;
	gate->services = services;
	gate->nr_services = nr_services;
	gate->close_ms = CLOSE_MS;
	raw_spin_lock_init(&gate->lock);
	gate->sleeping = opalvm_flight_alloc(gate, 0);
	gate->atomic = opalvm_flight_alloc(gate, OPALVM_ATOMIC_ARG_LEN);
	if (!gate->sleeping || !gate->atomic) {
		opalvm_gate_destroy(gate);
		return ERR_PTR(-ENOMEM);
	}
	opalvm_watchdog_init(gate->sleeping);
	return gate;
}

/**
 * opalvm_gate_destroy() - free a gate
 * @gate: the gate; nobody calls through it any more
 *
 * Context: Process context, may sleep.
 */
void opalvm_gate_destroy(struct opalvm_gate *gate)
{
	if (gate->sleeping && gate->atomic)
		opalvm_watchdog_exit(gate->sleeping);
	opalvm_flight_free(gate->sleeping);
	opalvm_flight_free(gate->atomic);
	kfree(gate);
}

/**
 * opalvm_gate_close() - the machine goes down: let calls end, admit no more
 * @gate: the gate
 *
 * Calls through opalvm_call_atomic() stay possible. A call that does not end
 * within @gate->close_ms does not hold up the reboot.
 *
 * Context: Process context, may sleep.
 */
void opalvm_gate_close(struct opalvm_gate *gate)
{
	unsigned int waited;
	u64 busy;

	might_sleep();
	raw_spin_lock_irq(&gate->lock);
	gate->closed = true;
	raw_spin_unlock_irq(&gate->lock);

	for (waited = 0; ; waited += CLOSE_POLL_MS) {
		busy = READ_ONCE(gate->busy);
		if (!busy)
			return;
		if (waited >= gate->close_ms)
			break;
		/* by the clock: jiffies stand still while a call keeps the CPU that counts them */
		usleep_range(CLOSE_POLL_MS * USEC_PER_MSEC, (CLOSE_POLL_MS + 1) * USEC_PER_MSEC);
	}
	pr_err(OPALVM_NAME ": %s: %s did not return within %u ms: going down without it\n",
	       gate->space->name, gate->services[__ffs64(busy)].name, gate->close_ms);
}
