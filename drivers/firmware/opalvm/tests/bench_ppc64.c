// SPDX-License-Identifier: GPL-2.0
/*
 * What a call costs: reading /sys/module/opalvm_kunit/parameters/bench hosts the
 * machine's OPAL, and tells for each way to call it how many ticks of the timebase
 * a call takes.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <asm/opal.h>
#include <asm/time.h>

#include "../opalvm.h"
#include "../provider/opal.h"
#include "../service/opal.h"

#define CALLS		2000
#define CHIP_ID		0xf000f	/* XSCOM register of a chip: what it is */

static int kernel_token(struct opalvm_firmware *fw)
{
	return opal_check_token(OPAL_RTC_READ) ? 0 : -EIO;
}

static int kernel_register(struct opalvm_firmware *fw)
{
	__be64 value;

	return opal_xscom_read(0, CHIP_ID, &value) ? -EIO : 0;
}

static int hosted(struct opalvm_firmware *fw, struct opalvm_call *call)
{
	bool v4 = opalvm_map_entry(fw->space->map, OPALVM_ENTRY_ID_V4);

	call->abi = v4 ? OPALVM_ABI_OPAL_V4 : OPALVM_ABI_OPAL_BE;
	return opalvm_call_atomic(fw->gate, call);
}

static int hosted_token(struct opalvm_firmware *fw)
{
	struct opalvm_call call = {
		.service = OPALVM_OPAL_CHECK_TOKEN,
		.nr_args = 1,
		.args = { OPALVM_VALUE(OPAL_RTC_READ) },
	};

	return hosted(fw, &call);
}

static int hosted_register(struct opalvm_firmware *fw)
{
	__be64 value;
	struct opalvm_call call = {
		.service = OPALVM_OPAL_XSCOM_READ,
		.nr_args = 3,
		.args = {
			OPALVM_VALUE(0), OPALVM_VALUE(CHIP_ID),
			OPALVM_OUT(&value, sizeof(value)),
		},
	};

	return hosted(fw, &call);
}

static int worker_register(struct opalvm_firmware *fw)
{
	u64 value;

	return opalvm_opal_xscom_read(fw, 0, CHIP_ID, &value);
}

static const struct {
	const char *name;
	int (*call)(struct opalvm_firmware *fw);
} ways[] = {
	{ "kernel_check_token", kernel_token },
	{ "hosted_check_token", hosted_token },
	{ "kernel_xscom_read", kernel_register },
	{ "hosted_xscom_read", hosted_register },
	{ "worker_xscom_read", worker_register },
};

static int measure(struct opalvm_firmware *fw, u32 way, u64 *ticks)
{
	u64 before = mftb();
	int i, err;

	for (i = 0; i < CALLS; i++) {
		err = ways[way].call(fw);
		if (err)
			return err;
		if (i % 256 == 255)
			cond_resched();
	}
	*ticks = (mftb() - before) / CALLS;
	return 0;
}

static int bench(char *buffer, const struct kernel_param *param)
{
	struct opalvm_firmware fw = {
		.provider = &opalvm_opal_provider,
		.services = opalvm_opal_provider.services,
		.nr_services = opalvm_opal_provider.nr_services,
	};
	const struct opalvm_options options = {};
	struct opalvm_why why = {};
	int err, len = 0;
	u64 ticks;
	u32 i;

	err = fw.provider->host(&fw, &options, &why);
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(ways) && !err; i++) {
		err = measure(&fw, i, &ticks);
		if (!err)
			len += scnprintf(buffer + len, PAGE_SIZE - len, "%s %llu\n", ways[i].name,
					 ticks);
	}
	fw.provider->unhost(&fw);
	return err ?: len;
}

static const struct kernel_param_ops bench_ops = {
	.get = bench,
};

module_param_cb(bench, &bench_ops, NULL, 0400);
MODULE_PARM_DESC(bench, "ticks of the timebase for each way to call OPAL");
