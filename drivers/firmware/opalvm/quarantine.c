// SPDX-License-Identifier: GPL-2.0
/*
 * What stays usable after a firmware misbehaved. The rules are columns of the
 * firmware's table of services; here they are only applied.
 */
#include <linux/printk.h>

#include "opalvm.h"

/**
 * opalvm_quarantine_apply() - refuse what a service spoiled
 * @gate: its gate
 * @service: the service that ended abnormally
 *
 * Context: Any; @gate->lock is held.
 */
void opalvm_quarantine_apply(struct opalvm_gate *gate, u32 service)
{
	lockdep_assert_held(&gate->lock);
	gate->quarantine |= gate->services[service].spoils;
	gate->spoiled |= gate->services[service].spoils_for_good;
	gate->changes++;
}

/**
 * opalvm_quarantine_restore() - refuse what a kernel before us refused
 * @gate: the gate
 * @services: one bit a service
 *
 * A kexec does not reset the firmware: where all that a service spoils for good
 * is refused, it was spoiled for good.
 *
 * Context: Process context.
 */
void opalvm_quarantine_restore(struct opalvm_gate *gate, u64 services)
{
	unsigned long flags;
	u32 i;

	raw_spin_lock_irqsave(&gate->lock, flags);
	gate->quarantine |= services;
	for (i = 0; i < gate->nr_services; i++) {
		u64 spoiled = gate->services[i].spoils_for_good;

		if ((services & BIT_ULL(i)) && (services & spoiled) == spoiled)
			gate->spoiled |= spoiled;
	}
	raw_spin_unlock_irqrestore(&gate->lock, flags);
}

/**
 * opalvm_quarantine_lift() - allow services again
 * @gate: the gate
 * @services: one bit a service
 * @why: the reason if it is refused
 *
 * Of several services those are lifted that can be.
 *
 * Context: Process context.
 * Return: 0, or -EPERM if one of them stays refused until reboot.
 */
int opalvm_quarantine_lift(struct opalvm_gate *gate, u64 services, struct opalvm_why *why)
{
	unsigned long flags;
	u64 kept;

	raw_spin_lock_irqsave(&gate->lock, flags);
	kept = services & gate->quarantine & gate->spoiled;
	gate->quarantine &= ~services | gate->spoiled;
	gate->changes++;
	raw_spin_unlock_irqrestore(&gate->lock, flags);

	if (!kept)
		return 0;
	return opalvm_refuse(why, -EPERM,
			     "%s stays refused until reboot: the state of what it writes is unknown",
			     gate->services[__ffs64(kept)].name);
}
