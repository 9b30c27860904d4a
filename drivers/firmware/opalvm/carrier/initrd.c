// SPDX-License-Identifier: GPL-2.0
/*
 * The initrd carrier: the table is a file, in the initramfs or where the
 * initramfs put it before it left.
 */
#include <linux/init.h>
#include <linux/types.h>
#include <linux/initrd.h>
#include <linux/kernel_read_file.h>
#include <linux/security.h>
#include <linux/vmalloc.h>

#include "carrier/carrier.h"

/*
 * What is no file, or too long for a table, is none, and what a security module
 * refuses is refused. All else tells of this moment, not of the file.
 */
static bool could_not_read(int err)
{
	return err != -EINVAL && err != -EFBIG && err != -EPERM && err != -EACCES;
}

/**
 * opalvm_initrd_fetch() - read a handover table from the file @offer->place
 * @search: what is looked for
 * @offer: receives the map, not sealed, and the head of the table
 * @why: the reason if it fails
 *
 * The table says what to map and execute at the kernel's privilege: a locked
 * down kernel takes none from an initrd, which nobody signed.
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOENT if there is no such file or no table of this firmware in
 *	   it, -EPERM if the kernel is locked down, or another negative error.
 */
int opalvm_initrd_fetch(const struct opalvm_search *search, struct opalvm_offer *offer,
			struct opalvm_why *why)
{
	void *buf = NULL;
	ssize_t size;
	int err;

	/* built into the kernel, we may come before it is unpacked */
	wait_for_initramfs();
	/* for security modules it is a policy: it decides what may be executed */
	size = kernel_read_file_from_path(offer->place, 0, &buf, OPALVM_MAX_WIRE_SIZE, NULL,
					  READING_POLICY);
	if (size == -ENOENT || size == -ENOTDIR)
		return -ENOENT;
	if (size < 0) {
		offer->unread = could_not_read(size);
		return opalvm_refuse(why, size, "the handover table %s cannot be read",
				     offer->place);
	}
	if (security_locked_down(LOCKDOWN_KEXEC))
		err = opalvm_refuse(why, -EPERM,
				    "the handover table %s is refused: the kernel is locked down, and nobody signed it",
				    offer->place);
	else
		err = opalvm_offer_decode(buf, size, search->firmware, offer, why);
	vfree(buf);
	return err;
}
