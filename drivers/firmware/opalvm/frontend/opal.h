/* SPDX-License-Identifier: GPL-2.0 */
/* What Linux sees of OPAL alone: for the table in provider/opal.c. */
#ifndef OPALVM_FRONTEND_OPAL_H
#define OPALVM_FRONTEND_OPAL_H

#include <linux/kobject.h>
#include <linux/sysfs.h>

struct opalvm_firmware;
struct opalvm_why;

/* sysfs_opal.c */
#define OPALVM_OPAL_NR_FILES	4
extern const struct kobj_attribute opalvm_opal_files[OPALVM_OPAL_NR_FILES];
int opalvm_opal_frontends_init(struct opalvm_firmware *fw, struct opalvm_why *why);
void opalvm_opal_frontends_exit(struct opalvm_firmware *fw);

#endif /* OPALVM_FRONTEND_OPAL_H */
