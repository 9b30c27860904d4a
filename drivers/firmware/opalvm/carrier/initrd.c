// SPDX-License-Identifier: GPL-2.0
/*
 * The initrd carrier: the table is a file, in the initramfs or where the
 * initramfs put it before it left.
 */
#include <linux/kernel_read_file.h>
#include <linux/limits.h>
#include <linux/security.h>
#include <linux/vmalloc.h>

#include "carrier/carrier.h"

/**
 * opalvm_initrd_fetch() - read a handover table from a file
 * @path: the file
 * @buf: its contents, to be freed with vfree()
 * @why: the reason if it fails
 *
 * The table says what to map and execute at the kernel's privilege: a locked
 * down kernel takes none from an initrd, which nobody signed.
 *
 * Context: Process context, may sleep.
 * Return: its size in bytes, -ENOENT if there is no such file, -EPERM if the
 *	   kernel is locked down, or another negative error.
 */
ssize_t opalvm_initrd_fetch(const char *path, void **buf, struct opalvm_why *why)
{
	ssize_t size;

	*buf = NULL;
	/* for security modules it is a policy: it decides what may be executed */
	size = kernel_read_file_from_path(path, 0, buf, OPALVM_MAX_WIRE_SIZE, NULL,
					  READING_POLICY);
	if (size == -ENOENT || size == -ENOTDIR)
		return -ENOENT;
	if (size < 0)
		return opalvm_refuse(why, size, "the handover table %s cannot be read (error %zd)",
				     path, size);
	if (security_locked_down(LOCKDOWN_KEXEC)) {
		vfree(*buf);
		*buf = NULL;
		return opalvm_refuse(why, -EPERM,
				     "the handover table %s is refused: the kernel is locked down, and nobody signed it",
				     path);
	}
	return size;
}
