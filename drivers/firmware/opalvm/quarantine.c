// SPDX-License-Identifier: GPL-2.0
/*
 * What stays usable after a firmware misbehaved. The rules are columns of the
 * firmware's table of services; here they are only applied.
 */
#include <linux/irq_work.h>
#include <linux/printk.h>

#include "opalvm.h"

/* The table for the next kernel says something else now. */
static void changed(struct opalvm_gate *gate)
{
	gate->changes++;
	opalvm_gate_note(gate);
	if (gate->changed)
		irq_work_queue(gate->changed);
}

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
	changed(gate);
}

/**
 * opalvm_quarantine_apply_all() - refuse all services until reboot
 * @gate: the gate
 *
 * Context: Any; @gate->lock is held.
 */
void opalvm_quarantine_apply_all(struct opalvm_gate *gate)
{
	lockdep_assert_held(&gate->lock);
	gate->spoiled = GENMASK_ULL(gate->nr_services - 1, 0);
	gate->quarantine |= gate->spoiled;
	changed(gate);
}

/* A kexec does not reset the firmware: what was spoiled for good still is. */
static void restore(struct opalvm_gate *gate, u64 services)
{
	u64 all = GENMASK_ULL(gate->nr_services - 1, 0);
	u32 i;

	gate->quarantine |= services;
	/* nothing was left to call: opalvm_quarantine_apply_all(), whatever the rows say */
	if (services && !(gate->space->map->services & ~services)) {
		gate->quarantine = all;
		gate->spoiled = all;
	}
	for (i = 0; i < gate->nr_services; i++) {
		u64 spoiled = gate->services[i].spoils_for_good;

		if ((services & BIT_ULL(i)) && (services & spoiled) == spoiled)
			gate->spoiled |= spoiled;
	}
}

/**
 * opalvm_quarantine_inherit() - go on where a kernel before this one ended
 * @gate: the gate, that nobody has called yet
 * @services: what was refused there, one bit a service
 * @in_flight: what was in progress there when it ended: never finished
 *
 * Context: Process context.
 */
void opalvm_quarantine_inherit(struct opalvm_gate *gate, u64 services, u64 in_flight)
{
	unsigned long flags;
	u32 i;

	raw_spin_lock_irqsave(&gate->lock, flags);
	restore(gate, services);
	opalvm_gate_note(gate);
	for (i = 0; i < gate->nr_services; i++) {
		if (in_flight & BIT_ULL(i))
			opalvm_quarantine_apply(gate, i);
	}
	raw_spin_unlock_irqrestore(&gate->lock, flags);

	for (i = 0; i < gate->nr_services; i++) {
		if (in_flight & BIT_ULL(i))
			pr_warn(OPALVM_NAME
				": %s: %s was in progress when the kernel before this one ended: as after a fault, see %s/quarantine\n",
				gate->space->name, gate->services[i].name, gate->space->name);
	}
}

/**
 * opalvm_quarantined() - which services are refused
 * @gate: the gate
 *
 * Context: Any.
 * Return: one bit a service.
 */
u64 opalvm_quarantined(struct opalvm_gate *gate)
{
	unsigned long flags;
	u64 services;

	raw_spin_lock_irqsave(&gate->lock, flags);
	services = gate->quarantine;
	raw_spin_unlock_irqrestore(&gate->lock, flags);
	return services;
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
	changed(gate);
	raw_spin_unlock_irqrestore(&gate->lock, flags);

	if (!kept)
		return 0;
	return opalvm_refuse(why, -EPERM,
			     "%s stays refused until reboot: the state of what it writes is unknown",
			     gate->services[__ffs64(kept)].name);
}
