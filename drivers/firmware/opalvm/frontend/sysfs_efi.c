// SPDX-License-Identifier: GPL-2.0
/*
 * What /sys/firmware/opalvm/efi has that other firmware has not.
 */
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/sysfs.h>

#include "../opalvm.h"
#include "../service/efi.h"
#include "efi.h"
#include "sysfs.h"

static ssize_t systab_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%llx\n", to_fw(attr)->map->systab);
}

static ssize_t capsule_pending_show(struct kobject *kobj, struct kobj_attribute *attr,
				    char *buf)
{
	return sysfs_emit(buf, "%d\n", opalvm_efi_capsule_pending(to_fw(attr)));
}

static ssize_t efivars_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", opalvm_efivars_registered() ? "registered" : "none");
}

static ssize_t efivars_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *buf, size_t count)
{
	struct opalvm_firmware *fw = to_fw(attr);
	bool on;
	int err;

	err = opalvm_sysfs_check_writer(fw) ?: kstrtobool(buf, &on);
	if (!err)
		err = on ? opalvm_efivars_register(fw) : opalvm_efivars_unregister();
	return err ?: count;
}

const struct kobj_attribute opalvm_efi_files[OPALVM_EFI_NR_FILES] = {
	__ATTR_RO_MODE(systab, 0400),
	__ATTR_RO_MODE(capsule_pending, 0400),
	__ATTR_RW_MODE(efivars, 0600),
};
