// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/firmware/efi, where the kernel has none because it was told of no EFI
 * (noefi, kexec): programs take it for the sign of EFI, and mount efivarfs there.
 */
#include <linux/efi.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "../opalvm.h"
#include "efi.h"

static struct kobject *dir;

/* who installs boot loaders asks for it */
static ssize_t fw_platform_size_show(struct kobject *kobj, struct kobj_attribute *attr,
				     char *buf)
{
	return sysfs_emit(buf, "64\n");
}

static const struct kobj_attribute fw_platform_size = __ATTR_RO_MODE(fw_platform_size, 0400);

/**
 * opalvm_efi_dir_init() - make /sys/firmware/efi
 * @fw: the firmware; nothing is made if it is only recorded, or if the kernel
 *	has the directory
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error.
 */
int opalvm_efi_dir_init(struct opalvm_firmware *fw, struct opalvm_why *why)
{
	int err;

	if (!fw->gate || efi_enabled(EFI_BOOT))
		return 0;
	dir = kobject_create_and_add("efi", firmware_kobj);
	if (!dir)
		return opalvm_refuse(why, -ENOMEM, "no memory for /sys/firmware/efi");
	err = sysfs_create_file(dir, &fw_platform_size.attr);
	if (!err)
		err = sysfs_create_mount_point(dir, "efivars");
	if (!err)
		return 0;
	kobject_put(dir);
	dir = NULL;
	return opalvm_refuse(why, err, "no memory for /sys/firmware/efi");
}

/**
 * opalvm_efi_dir_exit() - remove what opalvm_efi_dir_init() made
 *
 * efivarfs is not mounted there: it would keep the module.
 *
 * Context: Process context, may sleep.
 */
void opalvm_efi_dir_exit(void)
{
	if (!dir)
		return;
	sysfs_remove_mount_point(dir, "efivars");
	kobject_put(dir);
	dir = NULL;
}
