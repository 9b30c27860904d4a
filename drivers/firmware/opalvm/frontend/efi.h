/* SPDX-License-Identifier: GPL-2.0 */
/* What Linux sees of EFI alone: for the table in provider/efi.c. */
#ifndef OPALVM_FRONTEND_EFI_H
#define OPALVM_FRONTEND_EFI_H

#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/types.h>

struct kobj_attribute;
struct opalvm_firmware;
struct opalvm_why;

/**
 * opalvm_modules() - the modules that are loaded, by name
 *
 * What is built in is there if it has parameters.
 */
static inline struct kset *opalvm_modules(void)
{
#ifdef MODULE
	return THIS_MODULE->mkobj.kobj.kset;
#else
	return module_kset;
#endif
}

/* efivars.c */
int opalvm_efivars_init(struct opalvm_firmware *fw, struct opalvm_why *why);
void opalvm_efivars_exit(struct opalvm_firmware *fw);
int opalvm_efivars_register(struct opalvm_firmware *fw);
int opalvm_efivars_unregister(void);
bool opalvm_efivars_registered(void);

/* efi_dir.c */
int opalvm_efi_dir_init(struct opalvm_firmware *fw, struct opalvm_why *why);
void opalvm_efi_dir_exit(void);

/* efi_test.c */
int opalvm_efi_test_init(struct opalvm_firmware *fw, struct opalvm_why *why);
void opalvm_efi_test_exit(void);

/* reboot_efi.c */
void opalvm_efi_before_reboot(struct opalvm_firmware *fw, bool kexec);
void opalvm_efi_restart(struct opalvm_firmware *fw);

/* sysfs_efi.c */
#define OPALVM_EFI_NR_FILES	3
extern const struct kobj_attribute opalvm_efi_files[OPALVM_EFI_NR_FILES];

#endif /* OPALVM_FRONTEND_EFI_H */
