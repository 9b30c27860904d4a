/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sysfs, as it differs between kernels.
 */
#ifndef OPALVM_COMPAT_SYSFS_H
#define OPALVM_COMPAT_SYSFS_H

#include <linux/sysfs.h>
#include <linux/version.h>

/* what the callbacks of a binary attribute are given is constant since 6.17 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define OPALVM_COMPAT_BIN_ATTRIBUTE	const struct bin_attribute
#else
#define OPALVM_COMPAT_BIN_ATTRIBUTE	struct bin_attribute
#endif

#endif /* OPALVM_COMPAT_SYSFS_H */
