/* SPDX-License-Identifier: GPL-2.0 */
/* What the files that every firmware has share with those that only one has. */
#ifndef OPALVM_FRONTEND_SYSFS_H
#define OPALVM_FRONTEND_SYSFS_H

#include <linux/container_of.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "../opalvm.h"

/**
 * struct opalvm_sysfs_file - one file
 * @attr: its attribute
 * @fw: its firmware
 * @index: the extent or the service that it is about
 */
struct opalvm_sysfs_file {
	struct kobj_attribute attr;
	struct opalvm_firmware *fw;
	u32 index;
};

/**
 * to_file() - the file that a show or store function is called for
 * @attr: its attribute
 */
static inline struct opalvm_sysfs_file *to_file(struct kobj_attribute *attr)
{
	return container_of(attr, struct opalvm_sysfs_file, attr);
}

/**
 * to_fw() - the firmware that a show or store function is called for
 * @attr: the attribute of the file
 */
static inline struct opalvm_firmware *to_fw(struct kobj_attribute *attr)
{
	return to_file(attr)->fw;
}

struct kobject *opalvm_sysfs_dir(const struct opalvm_firmware *fw);
int opalvm_sysfs_check_writer(const struct opalvm_firmware *fw);

#endif /* OPALVM_FRONTEND_SYSFS_H */
