/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/opalvm: call a firmware's services by name.
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

/* the number has no size: that is in the structure, which may grow */
#define OPALVM_DEV_CALL		_IO('o', 0xe0)

#endif /* _UAPI_LINUX_OPALVM_DEV_H */
