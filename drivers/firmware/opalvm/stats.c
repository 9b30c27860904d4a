// SPDX-License-Identifier: GPL-2.0
/*
 * What is counted of each service.
 */
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/time64.h>

#include "opalvm.h"

/**
 * opalvm_stats_latency() - where the histogram counts a call
 * @ns: how long it took, in nanoseconds
 *
 * Context: Any; pure.
 */
u32 opalvm_stats_latency(u64 ns)
{
	u64 us = ns / NSEC_PER_USEC;

	return us ? min(ilog2(us), OPALVM_NR_LATENCIES - 1) : 0;
}

/**
 * opalvm_stats_add() - a call that reached the firmware is over
 * @gate: the gate
 * @call: the call, with its verdict
 * @ns: how long it took, in nanoseconds
 * @late: it returned behind its deadline
 *
 * Context: Any; @gate->lock is held.
 */
void opalvm_stats_add(struct opalvm_gate *gate, const struct opalvm_call *call, u64 ns,
		      bool late)
{
	struct opalvm_stats *stats = &gate->stats[call->service];

	lockdep_assert_held(&gate->lock);
	stats->calls++;
	stats->faults += call->verdict == OPALVM_FAULT;
	stats->hangs += call->verdict == OPALVM_HANG;
	stats->late += late;
	stats->total_ns += ns;
	stats->max_ns = max(stats->max_ns, ns);
	stats->latency[opalvm_stats_latency(ns)]++;
}

/**
 * opalvm_stats_get() - what was counted of a service so far
 * @gate: the gate
 * @service: the service
 * @stats: filled in, all of one moment
 *
 * Context: Any but an NMI.
 */
void opalvm_stats_get(struct opalvm_gate *gate, u32 service, struct opalvm_stats *stats)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&gate->lock, flags);
	*stats = gate->stats[service];
	raw_spin_unlock_irqrestore(&gate->lock, flags);
}
