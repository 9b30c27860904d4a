// SPDX-License-Identifier: GPL-2.0
/*
 * A call in progress: its stack and buffers, and how an exception finds it.
 */
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

#include "buffer.h"
#include "flight.h"

/* what an unused part of a firmware's stack holds */
#define STACK_PATTERN	0x5a5a5a5a5a5a5a5aULL

/* the innermost call in progress on this CPU */
static DEFINE_PER_CPU(struct opalvm_flight *, current_flight);

/**
 * opalvm_flight_current() - the innermost call in progress on this CPU
 *
 * Context: Any in which the CPU cannot change.
 * Return: the flight or NULL.
 */
struct opalvm_flight *opalvm_flight_current(void)
{
	return raw_cpu_read(current_flight);
}

/**
 * opalvm_flight_owns() - is an address in memory that a call gave the firmware
 * @flight: the call
 * @va: virtual address
 *
 * Context: Any.
 */
bool opalvm_flight_owns(const struct opalvm_flight *flight, u64 va)
{
	unsigned int i;

	if (va - (unsigned long)flight->stack < OPALVM_STACK_SIZE)
		return true;
	for (i = 0; i < OPALVM_MAX_ARGS; i++) {
		if (va - (unsigned long)flight->buffers[i].base < flight->buffers[i].size)
			return true;
	}
	return false;
}

/**
 * opalvm_flight_find() - the call that a stack pointer belongs to
 * @sp: the stack pointer of an exception on this CPU
 *
 * Context: Any in which the CPU cannot change.
 * Return: the flight, or NULL if @sp is not on its stack.
 */
struct opalvm_flight *opalvm_flight_find(unsigned long sp)
{
	struct opalvm_flight *flight = opalvm_flight_current();
	unsigned long bottom;

	if (!flight || flight->task != current)
		return NULL;
	bottom = (unsigned long)flight->stack;
	return sp >= bottom && sp < bottom + OPALVM_STACK_SIZE ? flight : NULL;
}

/**
 * opalvm_flight_begin() - the current task's call starts on this CPU
 * @flight: the call
 *
 * Context: Preemption off until opalvm_flight_end().
 */
void opalvm_flight_begin(struct opalvm_flight *flight)
{
	flight->task = current;
	flight->outer = raw_cpu_read(current_flight);
	raw_cpu_write(current_flight, flight);
}

/**
 * opalvm_flight_end() - the call that opalvm_flight_begin() started is over
 * @flight: the call
 */
void opalvm_flight_end(struct opalvm_flight *flight)
{
	raw_cpu_write(current_flight, flight->outer);
}

/**
 * opalvm_flight_late() - should time have ended a call
 * @flight: the call
 * @ms: this long ago, in milliseconds
 *
 * Context: Any, also an NMI.
 */
bool opalvm_flight_late(const struct opalvm_flight *flight, u32 ms)
{
	u64 due = READ_ONCE(flight->due);

	return due && ktime_get_mono_fast_ns() >= due + (u64)ms * NSEC_PER_MSEC;
}

/**
 * opalvm_flight_free() - free a flight that was never, or is no longer, used
 * @flight: the flight, or NULL
 *
 * Context: Process context, may sleep.
 */
void opalvm_flight_free(struct opalvm_flight *flight)
{
	unsigned int i;

	if (!flight)
		return;
	for (i = 0; i < OPALVM_MAX_ARGS; i++)
		opalvm_buffer_free(&flight->buffers[i]);
	vfree(flight->stack);
	kfree(flight);
}

/**
 * opalvm_flight_alloc() - make a flight
 * @gate: its gate
 * @arg_len: bytes that each argument has room for from the start
 *
 * The stack is like a task's: each vmalloc() area, and so the one below, ends
 * with an unmapped page.
 *
 * Context: Process context, may sleep.
 * Return: the flight or NULL.
 */
struct opalvm_flight *opalvm_flight_alloc(struct opalvm_gate *gate, size_t arg_len)
{
	struct opalvm_flight *flight = kzalloc(sizeof(*flight), GFP_KERNEL);
	unsigned int i;

	if (!flight)
		return NULL;
	flight->gate = gate;
	flight->stack = vmalloc(OPALVM_STACK_SIZE);
	if (!flight->stack)
		goto err;
	memset64(flight->stack, STACK_PATTERN, OPALVM_STACK_SIZE / sizeof(u64));
	for (i = 0; i < OPALVM_MAX_ARGS && arg_len; i++) {
		if (opalvm_buffer_grow(&flight->buffers[i], arg_len))
			goto err;
	}
	return flight;
err:
	opalvm_flight_free(flight);
	return NULL;
}

/**
 * opalvm_flight_stack_used() - the deepest that its stack was used
 * @flight: the flight
 *
 * Context: Any.
 * Return: bytes, OPALVM_STACK_SIZE at most.
 */
u32 opalvm_flight_stack_used(const struct opalvm_flight *flight)
{
	const u64 *word = flight->stack;
	const u64 *top = flight->stack + OPALVM_STACK_SIZE;

	while (word < top && READ_ONCE(*word) == STACK_PATTERN)
		word++;
	return (void *)top - (void *)word;
}
