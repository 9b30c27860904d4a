// SPDX-License-Identifier: GPL-2.0
/*
 * What a call costs: reading /sys/module/opalvm_kunit/parameters/bench hosts the
 * machine's OPAL, and tells for each way to call it how many ticks of the timebase
 * a call takes.
 *
 * Of stock firmware, each access to a device is a trap. "hosted": the handler makes
 * it, through an extent. "resumed": no extent has the device, and the rest of the call
 * runs in real mode.
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
#define LPC_IO		1
#define LPC_NOTHING	0x600	/* no device is there: reading it changes nothing */

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

	return hosted(fw, &call) ?: call.ret ? -EIO : 0;
}

/* Four bytes, which the firmware reads one by one. */
static int hosted_bytes(struct opalvm_firmware *fw)
{
	__be32 value;
	struct opalvm_call call = {
		.service = OPALVM_OPAL_LPC_READ,
		.nr_args = 5,
		.args = {
			OPALVM_VALUE(0), OPALVM_VALUE(LPC_IO), OPALVM_VALUE(LPC_NOTHING),
			OPALVM_OUT(&value, sizeof(value)), OPALVM_VALUE(sizeof(value)),
		},
	};

	return hosted(fw, &call) ?: call.ret ? -EIO : 0;
}

static int worker_register(struct opalvm_firmware *fw)
{
	u64 value;

	return opalvm_opal_xscom_read(fw, 0, CHIP_ID, &value);
}

static const struct way {
	const char *name;
	int (*call)(struct opalvm_firmware *fw);
	bool resumed;
} ways[] = {
	{ "kernel_check_token", kernel_token },
	{ "hosted_check_token", hosted_token },
	{ "kernel_xscom_read", kernel_register },
	{ "hosted_xscom_read", hosted_register },
	{ "resumed_xscom_read", hosted_register, .resumed = true },
	{ "worker_xscom_read", worker_register },
	{ "hosted_lpc_read_4", hosted_bytes },
	{ "resumed_lpc_read_4", hosted_bytes, .resumed = true },
};

/* As if what was a device were memory: then no extent covers one. And back. */
static void swap_devices(struct opalvm_space *space)
{
	u32 i;

	for (i = 0; i < space->map->nr_extents; i++)
		space->map->extents[i].attr ^= OPALVM_ATTR_UC | OPALVM_ATTR_WB;
}

static u64 misses(const struct opalvm_space *space)
{
	u64 count = 0;
	u32 i;

	for (i = 0; i < space->nr_misses; i++)
		count += space->misses[i].count;
	return count;
}

static int call_often(struct opalvm_firmware *fw, const struct way *way)
{
	int i, err;

	for (i = 0; i < CALLS; i++) {
		err = way->call(fw);
		if (err)
			return err;
		if (i % 256 == 255)
			cond_resched();
	}
	return 0;
}

static int measure(struct opalvm_firmware *fw, const struct way *way, u64 *ticks)
{
	u64 missed = misses(fw->space), before;
	int err;

	if (way->resumed)
		swap_devices(fw->space);
	before = mftb();
	err = call_often(fw, way);
	*ticks = (mftb() - before) / CALLS;
	if (way->resumed)
		swap_devices(fw->space);
	missed = misses(fw->space) - missed;
	/* was that what it is called? */
	if (!err && missed != (way->resumed ? CALLS : 0))
		err = -EIO;
	return err;
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
	bool shadow;
	u64 ticks;
	u32 i;

	err = fw.provider->host(&fw, &options, &why);
	if (err)
		return err;
	shadow = fw.space->live != fw.space->map;
	for (i = 0; i < ARRAY_SIZE(ways) && !err; i++) {
		if (ways[i].resumed && !shadow)
			continue;
		err = measure(&fw, &ways[i], &ticks);
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
