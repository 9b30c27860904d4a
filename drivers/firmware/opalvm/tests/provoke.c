// SPDX-License-Identifier: GPL-2.0
/*
 * What cannot be part of a suite, because the kernel does not go on as it was:
 * "overflow" or "fault" written to /sys/module/opalvm_kunit/parameters/provoke.
 */
#include <linux/module.h>

#include "fake.h"

static const struct {
	const char *name;
	enum fake_service service;
} provocations[] = {
	{ "overflow", FAKE_RECURSE },	/* ends in a panic */
	{ "fault", FAKE_LOAD },		/* prints an oops if kprobes are disarmed */
};

static int provoke(const char *name, const struct kernel_param *param)
{
	static struct fake fake; /* one at a time: writes of parameters are serialised */
	struct opalvm_call call;
	int err = -EINVAL, after = -EINVAL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(provocations); i++) {
		if (sysfs_streq(name, provocations[i].name))
			break;
	}
	if (i == ARRAY_SIZE(provocations))
		return -EINVAL;
	if (arch_glue_contain_init(NULL))
		return -EBUSY;
	if (!fake_host(&fake, FAKE_HIGH_VA)) {
		err = fake_call(&fake, &call, provocations[i].service, 0, 0);
		after = fake_call(&fake, &call, FAKE_RETURN, 0, 0);
	}
	fake_unhost(&fake);
	arch_glue_contain_exit();
	pr_info("opalvm: provoked %s: error %d, the call after it: error %d\n",
		provocations[i].name, err, after);
	return 0;
}

static const struct kernel_param_ops provoke_ops = {
	.set = provoke,
};

module_param_cb(provoke, &provoke_ops, NULL, 0200);
MODULE_PARM_DESC(provoke, "make the fake firmware do what a suite cannot: overflow, fault");
