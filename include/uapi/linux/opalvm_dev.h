/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/opalvm: call a firmware's services by name, and look at what is hosted.
 *
 * Each structure begins with its size, as the caller knows it: that is its version.
 * It may grow. What a caller has beyond what the module knows must be zero; what the
 * module gives beyond what it knows is zero.
 *
 * All need CAP_SYS_ADMIN; calls are refused by a kernel that is locked down.
 */
#ifndef _UAPI_LINUX_OPALVM_DEV_H
#define _UAPI_LINUX_OPALVM_DEV_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* opalvm_dev_arg.kind */
#define OPALVM_DEV_VALUE	0	/* passed as it is */
#define OPALVM_DEV_IN		1	/* the firmware reads memory */
#define OPALVM_DEV_OUT		2	/* the firmware writes memory */
#define OPALVM_DEV_INOUT	3	/* both */

/**
 * struct opalvm_dev_arg - one argument, as the firmware's specification has it
 * @kind: OPALVM_DEV_*
 * @size_arg: for OUT and INOUT: 1 + the index of the INOUT argument, 8 bytes of
 *            the machine's endianness, that holds the number of bytes in the
 *            buffer before and after the call; 0: all of @len may be written
 * @value: the value; for the others the address of the memory, or 0 for NULL
 * @len: bytes at that address, 4 MiB at most; 0 for a value
 */
struct opalvm_dev_arg {
	__u32	kind;
	__u32	size_arg;
	__u64	value;
	__u64	len;
};

#define OPALVM_DEV_MAX_ARGS	12
#define OPALVM_DEV_NAME_LEN	64

/* opalvm_dev_call.verdict */
#define OPALVM_DEV_OK		0	/* the firmware returned */
#define OPALVM_DEV_FAULT	1	/* it faulted, or broke the call's contract */
#define OPALVM_DEV_HANG		2	/* it did not return before the deadline */
#define OPALVM_DEV_REFUSED	3	/* it was not called */

/**
 * struct opalvm_dev_call - OPALVM_DEV_CALL
 * @size: of this structure, as the caller knows it
 * @flags: none is defined: 0
 * @service: name of the service, NUL-terminated, as in
 *           /sys/firmware/opalvm/<firmware>/services
 * @nr_args: arguments in use in @args
 * @verdict: result: OPALVM_DEV_*
 * @ret: result: what the firmware returned, if @verdict is OPALVM_DEV_OK
 * @args: EFI: as in UEFI. OPAL: as in the OPAL API, addresses as memory, what
 *        is there in big-endian. RTAS: one INOUT, the argument buffer of PAPR
 *        section 7.2.1, in which the token is filled in.
 *
 * Errors of the ioctl: EPERM without CAP_SYS_ADMIN or if the kernel is locked
 * down, EFAULT, EINVAL for a size, name, flag, kind or length that makes no
 * sense, E2BIG if a longer structure has something beyond what this kernel
 * knows, or for too much memory, ENOMEM, EBUSY if the kernel itself runs these
 * services, and those of the call: EIO, ETIMEDOUT, ESHUTDOWN, EOPNOTSUPP. The
 * caller's memory is written only if the ioctl returns 0; @verdict is written
 * with EIO, ETIMEDOUT and ESHUTDOWN too.
 */
struct opalvm_dev_call {
	__u32			size;
	__u32			flags;
	__u8			service[OPALVM_DEV_NAME_LEN];
	__u32			nr_args;
	__u32			verdict;
	__u64			ret;
	struct opalvm_dev_arg	args[OPALVM_DEV_MAX_ARGS];
};

#define OPALVM_DEV_MAX_CALLS	256

/**
 * struct opalvm_dev_batch - OPALVM_DEV_BATCH: several calls, one after the other
 * @size: of this structure, as the caller knows it
 * @flags: none is defined: 0
 * @call_size: the size in each call
 * @nr_calls: how many there are, OPALVM_DEV_MAX_CALLS at most
 * @calls: address of an array of struct opalvm_dev_call, @call_size bytes each
 * @nr_done: result: how many calls succeeded
 * @reserved: 0
 *
 * It ends at the first call that OPALVM_DEV_CALL would give an error for, with that
 * error: those before it have their results, it is as after OPALVM_DEV_CALL, and
 * those behind it were not tried. An error that the firmware returns is a result as
 * any other. Calls of others can come in between.
 *
 * Errors of the ioctl: those of OPALVM_DEV_CALL, EINVAL for a size, flag or reserved
 * field, E2BIG for too many calls, EINTR if the caller is killed. @nr_done is written
 * in all cases but EINVAL, E2BIG and EFAULT for this structure itself.
 */
struct opalvm_dev_batch {
	__u32	size;
	__u32	flags;
	__u32	call_size;
	__u32	nr_calls;
	__u64	calls;
	__u32	nr_done;
	__u32	reserved;
};

/**
 * struct opalvm_dev_list - OPALVM_DEV_MAP, OPALVM_DEV_STATS
 * @size: of this structure, as the caller knows it
 * @flags: none is defined: 0
 * @entry_size: bytes of an entry, as the caller knows it
 * @nr: entries that there is room for; result: how many there are
 * @entries: address of an array of struct opalvm_dev_extent, or opalvm_dev_stats
 *
 * With 0 in @nr, only the number is asked for.
 *
 * Errors of the ioctl: EPERM without CAP_SYS_ADMIN, EFAULT, EINVAL for a size or flag
 * that makes no sense, E2BIG if a longer structure has something beyond what this
 * kernel knows, ENOSPC if there is too little room: then @nr is written and nothing
 * else.
 */
struct opalvm_dev_list {
	__u32	size;
	__u32	flags;
	__u32	entry_size;
	__u32	nr;
	__u64	entries;
};

/* what this machine does not tell */
#define OPALVM_DEV_UNKNOWN	(~0ULL)

/**
 * struct opalvm_dev_extent - an extent of the map, as in sysfs; its number is its place
 * @virt_addr: virtual address
 * @phys_addr: physical address
 * @num_pages: its size, in pages of 4096 bytes
 * @attribute: UEFI's attribute bits
 * @accessed: pages that the firmware used, or OPALVM_DEV_UNKNOWN
 * @dirty: pages that it wrote, or OPALVM_DEV_UNKNOWN
 * @type: UEFI's memory type
 * @reserved: 0
 */
struct opalvm_dev_extent {
	__u64	virt_addr;
	__u64	phys_addr;
	__u64	num_pages;
	__u64	attribute;
	__u64	accessed;
	__u64	dirty;
	__u32	type;
	__u32	reserved;
};

#define OPALVM_DEV_NR_LATENCIES	32

/**
 * struct opalvm_dev_stats - what was counted of a service
 * @service: its name, NUL-terminated
 * @calls: calls that reached the firmware
 * @faults: of these, the ones that ended in a fault
 * @hangs: of these, the ones that ended at the deadline
 * @late: of these, the ones that returned behind their deadline
 * @refused: calls that did not reach the firmware
 * @total_ns: time spent in the firmware, in nanoseconds
 * @max_ns: the longest call, in nanoseconds
 * @latency: of @calls, those that took 2^n microseconds or more and less than twice
 *           that; the first has those below as well, the last those above
 */
struct opalvm_dev_stats {
	__u8	service[OPALVM_DEV_NAME_LEN];
	__u64	calls;
	__u64	faults;
	__u64	hangs;
	__u64	late;
	__u64	refused;
	__u64	total_ns;
	__u64	max_ns;
	__u64	latency[OPALVM_DEV_NR_LATENCIES];
};

/* the numbers have no size: that is in the structures, which may grow */
#define OPALVM_DEV_CALL		_IO('o', 0xe0)	/* struct opalvm_dev_call */
#define OPALVM_DEV_BATCH	_IO('o', 0xe1)	/* struct opalvm_dev_batch */
#define OPALVM_DEV_MAP		_IO('o', 0xe2)	/* struct opalvm_dev_list */
#define OPALVM_DEV_STATS	_IO('o', 0xe3)	/* struct opalvm_dev_list */

#endif /* _UAPI_LINUX_OPALVM_DEV_H */
