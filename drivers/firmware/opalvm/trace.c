// SPDX-License-Identifier: GPL-2.0
/*
 * What the tracepoints of trace.h tell of a call.
 */
#include <linux/mm.h>

#include "opalvm.h"

/* An address that was passed as a value is the kernel's affair. */
static bool is_kernel_address(u64 value)
{
	const void *p = (const void *)(uintptr_t)value;

	return virt_addr_valid(p) || is_vmalloc_addr(p);
}

/* Returns which arguments are memory. */
static u32 opalvm_trace_args(const struct opalvm_call *call, u64 *args)
{
	u32 i, memory = 0;

	for (i = 0; i < call->nr_args; i++) {
		const struct opalvm_arg *arg = &call->args[i];
		bool is_value = arg->kind == OPALVM_ARG_VALUE;

		if (is_value && !is_kernel_address(arg->value)) {
			args[i] = arg->value;
		} else {
			args[i] = is_value || !arg->ptr ? 0 : arg->len;
			memory |= BIT(i);
		}
	}
	return memory;
}

static const char *opalvm_trace_service(const struct opalvm_gate *gate,
					const struct opalvm_call *call)
{
	return call->service < gate->nr_services ? gate->services[call->service].name : "?";
}

/* What stopped a call; NULL: nothing did. */
static const struct opalvm_trap *opalvm_trace_trap(const struct opalvm_flight *flight)
{
	return flight && flight->verdict != OPALVM_OK ? &flight->trap : NULL;
}

/* Where: the extent, as sysfs numbers them, and how far into it. */
static int opalvm_trace_place(const struct opalvm_gate *gate, const struct opalvm_trap *trap,
			      u64 *offset)
{
	const struct opalvm_map *map = gate->space->live;
	const struct opalvm_extent *extent = trap ? opalvm_map_find_va(map, trap->ip) : NULL;

	*offset = extent ? trap->ip - extent->va : 0;
	return extent ? extent - map->extents : -1;
}

#define CREATE_TRACE_POINTS
#include "trace.h"
