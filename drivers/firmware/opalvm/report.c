// SPDX-License-Identifier: GPL-2.0
/*
 * What the log says of a firmware that misbehaved: one line with service,
 * cause, place and next step. Addresses are told relative to the firmware's
 * own extents; others of the kernel half are not told.
 */
#include <linux/printk.h>

#include "report.h"

/* room for "extent 123 + 0xffffffffffffffff (some_function+0x1234)" and the like */
#define PLACE_LEN	96

/* room for two places, a cause and some words */
#define WHAT_LEN	(2 * PLACE_LEN + OPALVM_WORDS_LEN + 80)

/* Also if it is not mapped any more: that may be the fault, or have followed it. */
static bool describe_window(char place[PLACE_LEN], const struct opalvm_space *space,
			    u64 address)
{
	struct opalvm_window list[OPALVM_MAX_WINDOWS];
	int i, found = -1;

	opalvm_space_windows(space, list);
	for (i = 0; i < OPALVM_MAX_WINDOWS; i++)
		if (address - list[i].extent.va < list[i].extent.size &&
		    (found < 0 || list[i].mapped))
			found = i;
	if (found < 0)
		return false;
	scnprintf(place, PLACE_LEN, "window %d + %#llx", found,
		  address - list[found].extent.va);
	return true;
}

/* The numbers of extents are those that people see, of the firmware's own map. */
static void describe(char place[PLACE_LEN], const struct opalvm_space *space, u64 address)
{
	const struct opalvm_map *map = space->live;
	const struct opalvm_extent *extent = opalvm_map_find_va(map, address);
	char name[PLACE_LEN / 2];

	if (extent && space->name_address && opalvm_extent_executable(extent) &&
	    space->name_address(address, name, sizeof(name)))
		scnprintf(place, PLACE_LEN, "extent %td + %#llx (%s)", extent - map->extents,
			  address - extent->va, name);
	else if (extent)
		scnprintf(place, PLACE_LEN, "extent %td + %#llx", extent - map->extents,
			  address - extent->va);
	else if (describe_window(place, space, address))
		return;
	else if (address <= S64_MAX)
		scnprintf(place, PLACE_LEN, "%#llx", address);
	else
		scnprintf(place, PLACE_LEN, "an address of the kernel half");
}

static bool spoils_all(const struct opalvm_gate *gate, u32 service)
{
	u64 all = GENMASK_ULL(gate->nr_services - 1, 0);

	return (gate->services[service].spoils_for_good & all) == all;
}

/* What it did, and what can be done now. @lost: nothing. */
static void report(const struct opalvm_gate *gate, u32 service, bool lost, const char *what)
{
	const char *name = gate->services[service].name;

	if (lost || spoils_all(gate, service))
		pr_err(OPALVM_NAME ": %s: %s %s; this firmware is not called again until reboot\n",
		       gate->space->name, name, what);
	else if (gate->services[service].spoils_for_good)
		pr_err(OPALVM_NAME ": %s: %s %s; what it writes is refused until reboot\n",
		       gate->space->name, name, what);
	else
		pr_err(OPALVM_NAME ": %s: %s %s; to call it again, echo %s > /sys/firmware/opalvm/%s/quarantine\n",
		       gate->space->name, name, what, name, gate->space->name);
}

/**
 * opalvm_report_stop() - say that a call was stopped
 * @flight: the call, with its verdict and trap
 *
 * Context: Any.
 */
void opalvm_report_stop(const struct opalvm_flight *flight)
{
	const struct opalvm_gate *gate = flight->gate;
	const struct opalvm_trap *trap = &flight->trap;
	char where[PLACE_LEN], address[PLACE_LEN], cause[PLACE_LEN + 48], what[WHAT_LEN];
	char from[PLACE_LEN];

	describe(where, gate->space, trap->ip);
	describe(from, gate->space, trap->caller);
	if (flight->argument)
		scnprintf(address, sizeof(address), "the end of argument %u", flight->argument);
	else
		describe(address, gate->space, trap->address);
	arch_glue_describe(trap, address, cause, sizeof(cause));
	scnprintf(what, sizeof(what), "stopped at %s%s%s%s: %s", where,
		  trap->caller ? " (called from " : "", trap->caller ? from : "",
		  trap->caller ? ")" : "", flight->words[0] ? flight->words : cause);
	report(gate, flight->service, flight->lost, what);
}

/**
 * opalvm_report_overflow() - name the firmware in the panic that follows
 * @flight: the call whose stack overflowed
 * @ip: the firmware's instruction
 *
 * Context: Any; the kernel's stack of the double fault.
 */
void opalvm_report_overflow(const struct opalvm_flight *flight, u64 ip)
{
	const struct opalvm_gate *gate = flight->gate;
	char where[PLACE_LEN];

	describe(where, gate->space, ip);
	pr_emerg(OPALVM_NAME ": %s: %s overflowed the firmware's stack of %u KiB at %s\n",
		 gate->space->name, gate->services[flight->service].name,
		 OPALVM_STACK_SIZE / 1024, where);
}

/**
 * opalvm_report_lost_stack() - name the firmware in the panic that follows
 * @flight: the call that changed its stack pointer to one that leads nowhere
 * @ip: the firmware's instruction
 *
 * Context: Any; the kernel's stack of the double fault.
 */
void opalvm_report_lost_stack(const struct opalvm_flight *flight, u64 ip)
{
	const struct opalvm_gate *gate = flight->gate;
	char where[PLACE_LEN];

	describe(where, gate->space, ip);
	pr_emerg(OPALVM_NAME ": %s: %s lost its stack at %s\n",
		 gate->space->name, gate->services[flight->service].name, where);
}

/**
 * opalvm_report_suspect() - name the firmware in an oops that is the kernel's
 * @flight: the call that is in progress on this CPU
 *
 * Context: Any.
 */
void opalvm_report_suspect(const struct opalvm_flight *flight)
{
	const struct opalvm_gate *gate = flight->gate;
	char where[PLACE_LEN];

	describe(where, gate->space, opalvm_map_entry(gate->space->map, flight->service));
	pr_emerg(OPALVM_NAME ": %s: the kernel stumbled while %s, at %s, was in progress on this CPU\n",
		 gate->space->name, gate->services[flight->service].name, where);
}

/**
 * opalvm_report_state() - say what the firmware returned with that is wrong
 * @flight: the call that returned
 *
 * All of it is set right already. Each is told once: some firmware never gets
 * it right.
 *
 * Context: Any.
 */
void opalvm_report_state(const struct opalvm_flight *flight)
{
	struct opalvm_gate *gate = flight->gate;
	const char *what;

	while ((what = arch_glue_wrong_state(flight, &gate->told)))
		pr_notice(OPALVM_NAME ": %s: %s returned with %s: set right\n",
			  gate->space->name, gate->services[flight->service].name, what);
}

/**
 * opalvm_report_late() - say that a call passed a deadline that does not end it
 * @gate: the gate
 * @service: what is called
 * @ms: its deadline, in milliseconds
 *
 * Context: Any.
 */
void opalvm_report_late(const struct opalvm_gate *gate, u32 service, u32 ms)
{
	pr_warn(OPALVM_NAME ": %s: %s has not returned for %u ms; it is not stopped, because that could destroy what it writes\n",
		gate->space->name, gate->services[service].name, ms);
}

/**
 * opalvm_report_was_late() - say that a call returned behind its deadline
 * @gate: the gate
 * @service: what was called
 * @took_ms: how long it took, in milliseconds
 * @ms: its deadline, in milliseconds
 *
 * For calls that run with interrupts off, which nothing can watch.
 *
 * Context: Any.
 */
void opalvm_report_was_late(const struct opalvm_gate *gate, u32 service, u64 took_ms, u32 ms)
{
	const char *name = gate->services[service].name;

	pr_warn(OPALVM_NAME ": %s: %s took %llu ms, more than its %u ms; how often: /sys/firmware/opalvm/%s/services/%s/late\n",
		gate->space->name, name, took_ms, ms, gate->space->name, name);
}

/**
 * opalvm_report_overrun() - say that the firmware wrote beyond an argument
 * @gate: the gate
 * @service: what was called
 * @arg: which argument, the first is 0
 * @len: its length in bytes
 *
 * Context: Any.
 */
void opalvm_report_overrun(const struct opalvm_gate *gate, u32 service, u32 arg, size_t len)
{
	char what[WHAT_LEN];

	scnprintf(what, sizeof(what),
		  "wrote outside of argument %u (%zu bytes), its results are dropped",
		  arg + 1, len);
	report(gate, service, false, what);
}

/**
 * opalvm_report_size() - say that the firmware returned a size that cannot be
 * @gate: the gate
 * @service: what was called
 * @arg: which argument the size is of, the first is 0
 * @size: the size in bytes
 * @len: the length of the argument in bytes
 *
 * Context: Any.
 */
void opalvm_report_size(const struct opalvm_gate *gate, u32 service, u32 arg, u64 size,
			size_t len)
{
	char what[WHAT_LEN];

	scnprintf(what, sizeof(what),
		  "returned a size of %llu for argument %u of %zu bytes, its results are dropped",
		  size, arg + 1, len);
	report(gate, service, false, what);
}
