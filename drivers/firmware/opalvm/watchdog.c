// SPDX-License-Identifier: GPL-2.0
/*
 * The deadline of a call that may sleep: a timer on the CPU that runs it, and
 * another one elsewhere, in case that CPU takes no interrupts.
 */
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>

#include "compat/compat.h"
#include "flight.h"
#include "opalvm.h"
#include "report.h"
#include "watchdog.h"

/* how often, and how long behind its deadline, a call is looked at from another CPU */
#define GUARD_MS	250

/* how soon a deadline is tried again that hit an interrupt, in microseconds */
#define RETRY_US	200

/**
 * opalvm_deadline_ms() - how long a call may take
 * @gate: the gate
 * @service: what is called
 *
 * Context: Any.
 * Return: milliseconds; 0: as long as it likes.
 */
u32 opalvm_deadline_ms(const struct opalvm_gate *gate, u32 service)
{
	return READ_ONCE(gate->deadline_ms[service]) ?: gate->services[service].deadline_ms;
}

/*
 * A call that keeps its CPU with interrupts off meets no deadline there. A timer
 * looks from another CPU: work might not run there, where a task waits in the
 * kernel for the CPU that hangs.
 */
static void set_guard(struct opalvm_flight *flight)
{
	struct timer_list *guard = &flight->guard;
	unsigned long flags;
	unsigned int cpu;

	raw_spin_lock_irqsave(&flight->gate->lock, flags);
	if (timer_pending(guard) && flight->guard_cpu == flight->cpu)
		timer_delete(guard);
	cpu = cpumask_any_but(cpu_online_mask, flight->cpu);
	if (!timer_pending(guard) && cpu < nr_cpu_ids) {
		flight->guard_cpu = cpu;
		guard->expires = jiffies + msecs_to_jiffies(GUARD_MS);
		add_timer_on(guard, cpu);
	}
	raw_spin_unlock_irqrestore(&flight->gate->lock, flags);
}

/* It goes on as long as it finds calls in progress: most calls do not even start it. */
static void on_guard(struct timer_list *guard)
{
	struct opalvm_flight *flight = container_of(guard, struct opalvm_flight, guard);

	if (!READ_ONCE(flight->due))
		return;
	if (opalvm_flight_late(flight, GUARD_MS))
		arch_glue_expire_on(READ_ONCE(flight->cpu));
	set_guard(flight);
}

static enum hrtimer_restart on_deadline(struct hrtimer *watchdog)
{
	struct opalvm_flight *flight = container_of(watchdog, struct opalvm_flight, watchdog);

	if (!flight->may_abort) {
		opalvm_report_late(flight->gate, flight->service,
				   opalvm_deadline_ms(flight->gate, flight->service));
		return HRTIMER_NORESTART;
	}
	if (opalvm_flight_current() == flight && arch_glue_expire(flight))
		return HRTIMER_NORESTART;
	hrtimer_forward_now(watchdog, ns_to_ktime(RETRY_US * NSEC_PER_USEC));
	return HRTIMER_RESTART;
}

/**
 * opalvm_watchdog_start() - the firmware is about to be called
 * @flight: the call
 *
 * Context: Preemption off, until opalvm_watchdog_stop().
 */
void opalvm_watchdog_start(struct opalvm_flight *flight)
{
	const struct opalvm_gate *gate = flight->gate;
	u32 limit = opalvm_deadline_ms(gate, flight->service);

	if (!ARCH_GLUE_DEADLINES || !limit)
		return;
	flight->may_abort = gate->deadline_ms[flight->service] ||
			    !(gate->services[flight->service].flags & OPALVM_SERVICE_NO_ABORT);
	flight->cpu = smp_processor_id();
	if (flight->may_abort) {
		WRITE_ONCE(flight->due, ktime_get_mono_fast_ns() + (u64)limit * NSEC_PER_MSEC);
		set_guard(flight);
	}
	hrtimer_start(&flight->watchdog, ms_to_ktime(limit), HRTIMER_MODE_REL_PINNED_HARD);
}

/**
 * opalvm_watchdog_stop() - the firmware returned, or was stopped
 * @flight: the call
 */
void opalvm_watchdog_stop(struct opalvm_flight *flight)
{
	if (!ARCH_GLUE_DEADLINES)
		return;
	WRITE_ONCE(flight->due, 0);
	hrtimer_cancel(&flight->watchdog);
}

/**
 * opalvm_watchdog_init() - prepare a flight that has deadlines
 * @flight: the flight
 *
 * Context: Any.
 */
void opalvm_watchdog_init(struct opalvm_flight *flight)
{
	if (!ARCH_GLUE_DEADLINES)
		return;
	hrtimer_setup(&flight->watchdog, on_deadline, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_PINNED_HARD);
	timer_setup(&flight->guard, on_guard, TIMER_PINNED | TIMER_IRQSAFE);
}

/**
 * opalvm_watchdog_exit() - undo opalvm_watchdog_init()
 * @flight: the flight; it is not used any more
 *
 * Context: Process context, may sleep.
 */
void opalvm_watchdog_exit(struct opalvm_flight *flight)
{
	if (!ARCH_GLUE_DEADLINES)
		return;
	timer_delete_sync(&flight->guard);
	/* it may have been set anew on another CPU than it is at its end on */
	synchronize_rcu();
}
