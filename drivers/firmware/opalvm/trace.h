/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints, of the system opalvm (Documentation/admin-guide/tracing.rst).
 *
 * All are outside of the space, on the kernel's own stack, and see its own state:
 * what they call may do what it likes. None tells an address of the kernel's.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM opalvm

#if !defined(OPALVM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define OPALVM_TRACE_H

#include <linux/tracepoint.h>

#include "compat/trace.h"
#include "opalvm.h"

TRACE_DEFINE_ENUM(OPALVM_OK);
TRACE_DEFINE_ENUM(OPALVM_FAULT);
TRACE_DEFINE_ENUM(OPALVM_HANG);
TRACE_DEFINE_ENUM(OPALVM_REFUSED);

#define show_opalvm_verdict(verdict)			\
	__print_symbolic(verdict,			\
			 { OPALVM_OK, "ok" },		\
			 { OPALVM_FAULT, "fault" },	\
			 { OPALVM_HANG, "hang" },	\
			 { OPALVM_REFUSED, "refused" })

/*
 * A call goes to the firmware. @args: values, and for memory its length in bytes;
 * @memory: bit n is set if argument n is memory.
 */
TRACE_EVENT(opalvm_call_enter,
	    TP_PROTO(const struct opalvm_gate *gate, const struct opalvm_call *call, pid_t caller),
	    TP_ARGS(gate, call, caller),
	    TP_STRUCT__entry(__string(firmware, gate->space->name)
			     __string(service, gate->services[call->service].name)
			     __field(pid_t, caller)
			     __field(u32, nr_args)
			     __field(u32, memory)
			     __dynamic_array(u64, args, call->nr_args)),
	    TP_fast_assign(opalvm_compat_assign_str(firmware, gate->space->name);
			   opalvm_compat_assign_str(service, gate->services[call->service].name);
			   __entry->caller = caller;
			   __entry->nr_args = call->nr_args;
			   __entry->memory = opalvm_trace_args(call, __get_dynamic_array(args));),
	    TP_printk("firmware=%s service=%s caller=%d args=%s memory=%#x",
		      __get_str(firmware), __get_str(service), __entry->caller,
		      __print_array(__get_dynamic_array(args), __entry->nr_args, 8),
		      __entry->memory));

/* It is over, after @ns nanoseconds. @status: what the firmware returned, if @verdict is ok */
TRACE_EVENT(opalvm_call_exit,
	    TP_PROTO(const struct opalvm_gate *gate, const struct opalvm_call *call, u64 ns),
	    TP_ARGS(gate, call, ns),
	    TP_STRUCT__entry(__string(firmware, gate->space->name)
			     __string(service, gate->services[call->service].name)
			     __field(u32, verdict)
			     __field(u64, status)
			     __field(u64, ns)),
	    TP_fast_assign(opalvm_compat_assign_str(firmware, gate->space->name);
			   opalvm_compat_assign_str(service, gate->services[call->service].name);
			   __entry->verdict = call->verdict;
			   __entry->status = call->verdict == OPALVM_OK ? call->ret : 0;
			   __entry->ns = ns;),
	    TP_printk("firmware=%s service=%s verdict=%s status=%#llx ns=%llu",
		      __get_str(firmware), __get_str(service),
		      show_opalvm_verdict(__entry->verdict), __entry->status, __entry->ns));

/*
 * A call did not end well, or was not made. @vector: the exception, -1: the deadline,
 * -2: a fault on the firmware's own stack, -3: none, the call was refused or its
 * results were. @offset: of the instruction, in @extent of the map; -1: in none.
 * @argument: the one that the firmware went beyond, from 1; 0: none.
 */
TRACE_EVENT(opalvm_verdict,
	    TP_PROTO(const struct opalvm_gate *gate, const struct opalvm_call *call,
		     const struct opalvm_flight *flight),
	    TP_ARGS(gate, call, flight),
	    TP_STRUCT__entry(__string(firmware, gate->space->name)
			     __string(service, opalvm_trace_service(gate, call))
			     __field(u32, verdict)
			     __field(int, err)
			     __field(int, vector)
			     __field(u32, error_code)
			     __field(int, extent)
			     __field(u64, offset)
			     __field(u32, argument)),
	    TP_fast_assign(const struct opalvm_trap *trap = opalvm_trace_trap(flight);

			   opalvm_compat_assign_str(firmware, gate->space->name);
			   opalvm_compat_assign_str(service, opalvm_trace_service(gate, call));
			   __entry->verdict = call->verdict;
			   __entry->err = call->err;
			   __entry->vector = trap ? (int)trap->nr : -3;
			   __entry->error_code = trap ? trap->error : 0;
			   __entry->extent = opalvm_trace_place(gate, trap, &__entry->offset);
			   __entry->argument = flight ? flight->argument : 0;),
	    TP_printk("firmware=%s service=%s verdict=%s err=%d vector=%d error_code=%#x extent=%d offset=%#llx argument=%u",
		      __get_str(firmware), __get_str(service),
		      show_opalvm_verdict(__entry->verdict), __entry->err, __entry->vector,
		      __entry->error_code, __entry->extent, __entry->offset, __entry->argument));

/* An extent was mapped into the space, or removed from it; as in sysfs. */
TRACE_EVENT(opalvm_map,
	    TP_PROTO(const struct opalvm_space *space, const struct opalvm_extent *extent,
		     bool mapped),
	    TP_ARGS(space, extent, mapped),
	    TP_STRUCT__entry(__string(firmware, space->name)
			     __field(bool, mapped)
			     __field(u64, virt_addr)
			     __field(u64, phys_addr)
			     __field(u64, num_pages)
			     __field(u64, attribute)),
	    TP_fast_assign(opalvm_compat_assign_str(firmware, space->name);
			   __entry->mapped = mapped;
			   __entry->virt_addr = extent->va;
			   __entry->phys_addr = extent->pa;
			   __entry->num_pages = extent->size >> OPALVM_PAGE_SHIFT;
			   __entry->attribute = extent->attr;),
	    TP_printk("firmware=%s mapped=%d virt_addr=%#llx phys_addr=%#llx num_pages=%#llx attribute=%#llx",
		      __get_str(firmware), __entry->mapped, __entry->virt_addr,
		      __entry->phys_addr, __entry->num_pages, __entry->attribute));

/*
 * A table for this kernel was found, or one for the next was written or published.
 * @size: its bytes, or a negative error; 0: it was found
 */
TRACE_EVENT(opalvm_handover,
	    TP_PROTO(const struct opalvm_firmware *fw, const char *action, u64 generation,
		     ssize_t size),
	    TP_ARGS(fw, action, generation, size),
	    TP_STRUCT__entry(__string(firmware, fw->provider->name)
			     __string(action, action)
			     __field(u64, generation)
			     __field(u32, hop_count)
			     __field(s64, size)),
	    TP_fast_assign(opalvm_compat_assign_str(firmware, fw->provider->name);
			   opalvm_compat_assign_str(action, action);
			   __entry->generation = generation;
			   __entry->hop_count = fw->hop_count;
			   __entry->size = size;),
	    TP_printk("firmware=%s action=%s generation=%llu hop_count=%u size=%lld",
		      __get_str(firmware), __get_str(action), __entry->generation,
		      __entry->hop_count, __entry->size));

#endif /* OPALVM_TRACE_H */

/* this file, found through -I */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
