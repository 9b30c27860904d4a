// SPDX-License-Identifier: GPL-2.0
/*
 * opalvm: host a firmware's runtime services in an address space of their own
 */
#include <linux/module.h>

#include "opalvm.h"

static char *placement = "identity";
module_param(placement, charp, 0400);
MODULE_PARM_DESC(placement,
		 "where EFI is mapped: identity (virtual == physical) or assigned (one SetVirtualAddressMap)");

static char *handover;
module_param(handover, charp, 0400);
MODULE_PARM_DESC(handover,
		 "file with the handover table of a kernel before this one (/opalvm.handover or /run/opalvm/handover)");

static struct opalvm_firmware efi_firmware;

static int __init opalvm_init(void)
{
	struct opalvm_why why = {};
	bool assign = !strcmp(placement, "assigned");
	int err;

	if (!assign && strcmp(placement, "identity")) {
		pr_err(OPALVM_NAME ": placement=%s: must be identity or assigned\n", placement);
		return -EINVAL;
	}
	err = opalvm_reboot_init(&efi_firmware);
	if (err) {
		opalvm_refuse(&why, err, "reboots cannot be watched");
		goto err_why;
	}
	err = opalvm_efivars_init();
	if (err) {
		opalvm_refuse(&why, err, "modules cannot be watched");
		goto err_reboot;
	}
	err = opalvm_efi_host(&efi_firmware, assign, handover, &why);
	if (err)
		goto err_efivars;
	err = opalvm_sysfs_init(&efi_firmware);
	if (err) {
		opalvm_refuse(&why, err, "no memory for /sys/firmware/opalvm");
		goto err_host;
	}
	err = opalvm_uevent_init(&efi_firmware);
	if (err) {
		opalvm_refuse(&why, err, "no device that changes are told of");
		goto err_sysfs;
	}
	/* the kernel may have variables of its own: then they stay with those */
	if (efi_firmware.gate)
		opalvm_efivars_register(&efi_firmware);
	pr_info(OPALVM_NAME ": efi: %s, %u extents, %u entry points\n",
		efi_firmware.gate ? "hosted" :
		"recorded for the next kernel: this one calls the services itself",
		efi_firmware.map->nr_extents, efi_firmware.map->nr_entries);
	return 0;

err_sysfs:
	opalvm_sysfs_exit(&efi_firmware);
err_host:
	opalvm_efi_unhost(&efi_firmware);
err_efivars:
	opalvm_efivars_exit();
err_reboot:
	opalvm_reboot_exit();
err_why:
	pr_err(OPALVM_NAME ": efi: %s (error %d)\n", why.text, err);
	return err;
}

static void __exit opalvm_exit(void)
{
	opalvm_uevent_exit(&efi_firmware);
	opalvm_sysfs_exit(&efi_firmware);
	opalvm_efivars_exit();
	opalvm_efi_unhost(&efi_firmware);
	opalvm_reboot_exit();
}

module_init(opalvm_init);
module_exit(opalvm_exit);

MODULE_DESCRIPTION("Hosts firmware runtime services in an address space of their own");
MODULE_AUTHOR("The opalvm maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION(OPALVM_VERSION);
