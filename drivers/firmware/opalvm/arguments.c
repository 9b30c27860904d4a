// SPDX-License-Identifier: GPL-2.0
/*
 * The arguments of a call: what may be passed, how it gets to the firmware, and
 * what of it comes back.
 */
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "arguments.h"
#include "buffer.h"
#include "report.h"

/**
 * opalvm_args_check() - can these arguments be passed
 * @call: the call
 *
 * Context: Any.
 * Return: 0, -EINVAL or -E2BIG.
 */
int opalvm_args_check(const struct opalvm_call *call)
{
	u32 i;

	if (call->nr_args > ARCH_GLUE_MAX_ARGS)
		return -EINVAL;
	for (i = 0; i < call->nr_args; i++) {
		const struct opalvm_arg *arg = &call->args[i];
		const struct opalvm_arg *size;
		u64 bytes;

		if (arg->kind == OPALVM_ARG_VALUE || !arg->ptr)
			continue;
		if (arg->len > OPALVM_MAX_ARG_LEN)
			return -E2BIG;
		if (!arg->size_arg)
			continue;
		if (arg->size_arg > call->nr_args)
			return -EINVAL;
		size = &call->args[arg->size_arg - 1];
		if (size->kind != OPALVM_ARG_INOUT || !size->ptr || size->len != sizeof(u64))
			return -EINVAL;
		memcpy(&bytes, size->ptr, sizeof(bytes));
		if (bytes > arg->len)
			return -EINVAL;
	}
	return 0;
}

/**
 * opalvm_args_fit() - is there room for all that is memory
 * @call: the call
 * @len: bytes of room for each
 *
 * Context: Any.
 * Return: 0 or -E2BIG.
 */
int opalvm_args_fit(const struct opalvm_call *call, size_t len)
{
	u32 i;

	for (i = 0; i < call->nr_args; i++) {
		const struct opalvm_arg *arg = &call->args[i];

		if (arg->kind != OPALVM_ARG_VALUE && arg->ptr && arg->len > len)
			return -E2BIG;
	}
	return 0;
}

/**
 * opalvm_args_grow() - make room for all that is memory
 * @flight: whose buffers are used
 * @call: the call
 *
 * Context: Process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int opalvm_args_grow(struct opalvm_flight *flight, const struct opalvm_call *call)
{
	u32 i;

	for (i = 0; i < call->nr_args; i++) {
		const struct opalvm_arg *arg = &call->args[i];

		if (arg->kind == OPALVM_ARG_VALUE || !arg->ptr)
			continue;
		if (opalvm_buffer_grow(&flight->buffers[i], arg->len))
			return -ENOMEM;
	}
	return 0;
}

/**
 * opalvm_args_fill() - what the firmware is passed
 * @flight: whose buffers are used
 * @call: the call
 * @args: all zero; values and addresses of copies are filled in
 *
 * Context: Any.
 */
void opalvm_args_fill(struct opalvm_flight *flight, const struct opalvm_call *call, u64 *args)
{
	u32 i;

	for (i = 0; i < call->nr_args; i++) {
		if (call->args[i].kind == OPALVM_ARG_VALUE)
			args[i] = call->args[i].value;
		else if (call->args[i].ptr)
			args[i] = opalvm_buffer_fill(&flight->buffers[i], &call->args[i]);
		if (args[i] && call->args[i].kind != OPALVM_ARG_VALUE &&
		    call->abi == OPALVM_ABI_RTAS)
			args[i] = virt_to_phys((void *)(uintptr_t)args[i]);
	}
}

/**
 * opalvm_args_before() - did the firmware run into the page behind an argument
 * @flight: whose buffers are used
 * @call: the call
 * @address: what it touched
 *
 * Context: Any.
 * Return: the argument, from 1; 0: it did not.
 */
u32 opalvm_args_before(const struct opalvm_flight *flight, const struct opalvm_call *call,
		       u64 address)
{
	u32 i;

	for (i = 0; i < call->nr_args; i++)
		if (call->args[i].kind != OPALVM_ARG_VALUE && call->args[i].ptr &&
		    opalvm_buffer_ends_at(&flight->buffers[i], address))
			return i + 1;
	return 0;
}

/**
 * opalvm_args_verdict() - the firmware returned: is what it left what was agreed
 * @flight: whose buffers are used; told which argument is not
 * @call: the call
 *
 * Context: Any.
 * Return: OPALVM_OK, or OPALVM_FAULT, of which the log was told.
 */
enum opalvm_verdict opalvm_args_verdict(struct opalvm_flight *flight, struct opalvm_call *call)
{
	struct opalvm_gate *gate = flight->gate;
	u32 i;

	for (i = 0; i < call->nr_args; i++) {
		struct opalvm_arg *arg = &call->args[i];
		struct opalvm_arg *size;
		u64 bytes;

		if (arg->kind == OPALVM_ARG_VALUE || !arg->ptr)
			continue;
		if (!opalvm_buffer_intact(&flight->buffers[i], arg)) {
			flight->argument = i + 1;
			opalvm_report_overrun(gate, call->service, i, arg->len);
			return OPALVM_FAULT;
		}
		if (!arg->size_arg || (call->ret & gate->error_bit))
			continue;
		size = &call->args[arg->size_arg - 1];
		bytes = opalvm_buffer_u64(&flight->buffers[arg->size_arg - 1], size);
		if (bytes > arg->len) {
			opalvm_report_size(gate, call->service, i, bytes, arg->len);
			return OPALVM_FAULT;
		}
	}
	return OPALVM_OK;
}

/**
 * opalvm_args_take() - give the caller what the firmware left
 * @flight: whose buffers are used
 * @call: the call, whose verdict is OPALVM_OK
 *
 * Context: Any.
 */
void opalvm_args_take(struct opalvm_flight *flight, struct opalvm_call *call)
{
	struct opalvm_gate *gate = flight->gate;
	bool failed = call->ret & gate->error_bit;
	u32 i;

	for (i = 0; i < call->nr_args; i++) {
		struct opalvm_arg *arg = &call->args[i];
		u64 bytes = arg->len;

		if (!arg->ptr || (arg->kind != OPALVM_ARG_OUT && arg->kind != OPALVM_ARG_INOUT))
			continue;
		if (arg->size_arg) {
			if (failed)
				continue;
			bytes = min(bytes,
				    opalvm_buffer_u64(&flight->buffers[arg->size_arg - 1],
						      &call->args[arg->size_arg - 1]));
		}
		opalvm_buffer_take(&flight->buffers[i], arg, bytes);
	}
}
