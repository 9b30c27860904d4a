/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's efivars layer, as it differs between kernels.
 */
#ifndef OPALVM_COMPAT_EFIVARS_H
#define OPALVM_COMPAT_EFIVARS_H

#include <linux/efi.h>
#include <linux/kobject.h>
#include <linux/notifier.h>
#include <linux/version.h>

/*
 * Since 6.8 a mount of efivarfs waits for changes of the operations, on a list
 * whose lock a kernel without EFI leaves zeroed; to PREEMPT_RT this is a lock
 * that is held, for ever. Nobody uses the list before there are operations.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
static inline void opalvm_compat_efivars_prepare(void)
{
	if (!efi_enabled(EFI_BOOT) && !efivar_is_available())
		BLOCKING_INIT_NOTIFIER_HEAD(&efivar_ops_nh);
}
#else
static inline void opalvm_compat_efivars_prepare(void) { }
#endif

/*
 * Before 6.3 efivarfs registers only if there are operations with a kobject
 * when it is loaded; once loaded it never asks again, and a mount after the
 * operations have gone dereferences NULL.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define OPALVM_COMPAT_EFIVARFS_TRUSTS	1

static inline int opalvm_compat_efivars_register(struct efivars *efivars,
						 const struct efivar_operations *ops)
{
	return efivars_register(efivars, ops, firmware_kobj);
}
#else
#define OPALVM_COMPAT_EFIVARFS_TRUSTS	0

static inline int opalvm_compat_efivars_register(struct efivars *efivars,
						 const struct efivar_operations *ops)
{
	return efivars_register(efivars, ops);
}
#endif

/*
 * Since 6.8 efi_pstore binds when root writes its parameter, too; before, only
 * when it is loaded, so that a built-in one never finds a module's operations.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define OPALVM_COMPAT_PSTORE_BINDS_LATE	1
#else
#define OPALVM_COMPAT_PSTORE_BINDS_LATE	0
#endif

#endif /* OPALVM_COMPAT_EFIVARS_H */
