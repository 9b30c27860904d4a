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

/* Those of this architecture, in the order in which they are tried. */
static const struct opalvm_provider *const providers[] = {
#ifdef CONFIG_X86_64
	&opalvm_efi_provider,
#endif
#ifdef CONFIG_PPC64
	&opalvm_opal_provider,
	&opalvm_rtas_provider,
#endif
	NULL
};

static struct opalvm_firmware firmware;

/* The first that this machine has. */
static int __init host_any(const struct opalvm_options *options, struct opalvm_why *why)
{
	const struct opalvm_provider *const *provider;
	int err = -ENXIO;

	for (provider = providers; *provider && err == -ENXIO; provider++) {
		firmware.provider = *provider;
		firmware.services = firmware.provider->services;
		firmware.nr_services = firmware.provider->nr_services;
		err = firmware.provider->host(&firmware, options, why);
	}
	if (err != -ENXIO)
		return err;
	firmware.provider = NULL;
	return opalvm_refuse(why, -ENODEV, "this machine has none that can be hosted");
}

static int __init frontends_init(struct opalvm_why *why)
{
	const struct opalvm_provider *provider = firmware.provider;
	int err;

	err = opalvm_sysfs_init(&firmware);
	if (err)
		return opalvm_refuse(why, err, "no memory for /sys/firmware/opalvm");
	err = opalvm_uevent_init(&firmware);
	if (err) {
		opalvm_refuse(why, err, "no device that changes are told of");
		goto err_sysfs;
	}
	err = opalvm_rtc_init(&firmware);
	if (err) {
		opalvm_refuse(why, err, "the clock cannot be registered");
		goto err_uevent;
	}
	err = opalvm_nvram_init(&firmware);
	if (err) {
		opalvm_refuse(why, err, "the NVRAM cannot be registered");
		goto err_rtc;
	}
	err = opalvm_chardev_init(&firmware);
	if (err) {
		opalvm_refuse(why, err, "/dev/opalvm cannot be made");
		goto err_nvram;
	}
	err = provider->frontends_init ? provider->frontends_init(&firmware, why) : 0;
	if (err)
		goto err_chardev;
	/* nobody depends on it, and nobody asks whether it is there */
	opalvm_debugfs_init(&firmware);
	return 0;

err_chardev:
	opalvm_chardev_exit();
err_nvram:
	opalvm_nvram_exit();
err_rtc:
	opalvm_rtc_exit();
err_uevent:
	opalvm_uevent_exit(&firmware);
err_sysfs:
	opalvm_sysfs_exit(&firmware);
	return err;
}

static void frontends_exit(void)
{
	opalvm_debugfs_exit();
	if (firmware.provider->frontends_exit)
		firmware.provider->frontends_exit(&firmware);
	opalvm_chardev_exit();
	opalvm_nvram_exit();
	opalvm_rtc_exit();
	opalvm_uevent_exit(&firmware);
	opalvm_sysfs_exit(&firmware);
}

static int __init opalvm_init(void)
{
	struct opalvm_options options = { .handover = handover };
	struct opalvm_why why = {};
	int err;

	options.assign = !strcmp(placement, "assigned");
	if (!options.assign && strcmp(placement, "identity")) {
		pr_err(OPALVM_NAME ": placement=%s: must be identity or assigned\n", placement);
		return -EINVAL;
	}
	err = opalvm_reboot_init(&firmware);
	if (err) {
		opalvm_refuse(&why, err, "reboots cannot be watched");
		goto err_why;
	}
	err = host_any(&options, &why);
	if (err)
		goto err_reboot;
	err = frontends_init(&why);
	if (err)
		goto err_host;
	pr_info(OPALVM_NAME ": %s: %s, %u extents, %u entry points\n", firmware.provider->name,
		firmware.gate ? "hosted" :
		"recorded for the next kernel: this one calls the services itself",
		firmware.map->nr_extents, firmware.map->nr_entries);
	return 0;

err_host:
	firmware.provider->unhost(&firmware);
err_reboot:
	opalvm_reboot_exit();
err_why:
	pr_err(OPALVM_NAME ": %s: %s (error %d)\n",
	       firmware.provider ? firmware.provider->name : "firmware", why.text, err);
	return err;
}

static void __exit opalvm_exit(void)
{
	frontends_exit();
	firmware.provider->unhost(&firmware);
	opalvm_reboot_exit();
}

module_init(opalvm_init);
module_exit(opalvm_exit);

MODULE_DESCRIPTION("Hosts firmware runtime services in an address space of their own");
MODULE_AUTHOR("The opalvm maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION(OPALVM_VERSION);
