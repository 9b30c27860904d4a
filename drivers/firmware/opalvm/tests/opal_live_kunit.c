// SPDX-License-Identifier: GPL-2.0
/*
 * The OPAL of this machine, hosted: skipped where there is none. The kernel goes
 * on to call it in real mode beside us.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/rtc.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/opal.h>
#include <asm/smp.h>

#include "../opalvm.h"
#include "../provider/opal.h"
#include "../service/opal.h"
#include "suites.h"

/* XSCOM register of a chip: what it is */
#define CHIP_ID		0xf000f

/* calls of ours beside the kernel's own */
#define READS		20000

static struct opalvm_firmware fw;
static struct opalvm_why why;
static int host_err;

static int live_init(struct kunit *test)
{
	const struct opalvm_options options = {};

	fw = (struct opalvm_firmware) {
		.provider = &opalvm_opal_provider,
		.services = opalvm_opal_provider.services,
		.nr_services = opalvm_opal_provider.nr_services,
	};
	why = (struct opalvm_why) {};
	host_err = fw.provider->host(&fw, &options, &why);
	return 0;
}

static void live_exit(struct kunit *test)
{
	if (!host_err)
		fw.provider->unhost(&fw);
}

/* A machine without OPAL has nothing to test, one that refuses it fails. */
static void need_opal(struct kunit *test)
{
	if (host_err == -ENXIO)
		kunit_skip(test, "no OPAL");
	KUNIT_ASSERT_EQ_MSG(test, host_err, 0, "%s", why.text);
}

/* Every device that was accessed is in an extent. */
static void expect_no_misses(struct kunit *test)
{
	u32 i;

	for (i = 0; i < fw.space->nr_misses; i++)
		KUNIT_FAIL(test, "%#llx was accessed %llu times without the MMU, first at %#llx",
			   fw.space->misses[i].page, fw.space->misses[i].count,
			   fw.space->misses[i].ip);
}

static void it_answers(struct kunit *test)
{
	bool present;
	u32 i;

	need_opal(test);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, opalvm_opal_test(&fw), 0);
	KUNIT_ASSERT_EQ(test, opalvm_opal_check_token(&fw, OPAL_XSCOM_READ, &present), 0);
	KUNIT_EXPECT_TRUE(test, present);
	KUNIT_ASSERT_EQ(test, opalvm_opal_check_token(&fw, 46, &present), 0);
	KUNIT_EXPECT_FALSE(test, present);
	expect_no_misses(test);
}

static void nothing_is_writable_and_executable(struct kunit *test)
{
	need_opal(test);
	KUNIT_EXPECT_NULL(test, opalvm_map_find_wx(fw.map, NULL));
	KUNIT_EXPECT_NULL(test, opalvm_map_find_wx(fw.space->map, NULL));
}

static void registers_read_as_the_kernel_reads_them(struct kunit *test)
{
	u32 i, differ = 0;
	__be64 theirs;
	u64 ours;

	need_opal(test);
	for (i = 0; i < 200; i++) {
		KUNIT_ASSERT_EQ(test, opalvm_opal_xscom_read(&fw, 0, CHIP_ID, &ours), 0);
		KUNIT_ASSERT_EQ(test, opal_xscom_read(0, CHIP_ID, &theirs), (s64)OPAL_SUCCESS);
		differ += ours != be64_to_cpu(theirs);
	}
	KUNIT_EXPECT_EQ(test, differ, 0U);
	KUNIT_EXPECT_NE(test, ours, 0ULL);
	/* a register that is not there is an error, and does no harm */
	KUNIT_EXPECT_NE(test, opalvm_opal_xscom_read(&fw, 0x77, CHIP_ID, &ours), 0);
	expect_no_misses(test);
}

static void the_clock_can_be_read_and_set(struct kunit *test)
{
	struct rtc_time time;
	time64_t now;

	need_opal(test);
	KUNIT_ASSERT_EQ(test, opalvm_opal_rtc_read(&fw, &time), 0);
	now = rtc_tm_to_time64(&time);
	KUNIT_EXPECT_LT(test, abs(now - ktime_get_real_seconds()), 24LL * 60 * 60);
	KUNIT_EXPECT_EQ(test, opalvm_opal_rtc_write(&fw, &time), 0);
	KUNIT_ASSERT_EQ(test, opalvm_opal_rtc_read(&fw, &time), 0);
	KUNIT_EXPECT_LT(test, abs(now - rtc_tm_to_time64(&time)), 60LL);
	time.tm_mon = 12;
	KUNIT_EXPECT_EQ(test, opalvm_opal_rtc_write(&fw, &time), -EINVAL);
	expect_no_misses(test);
}

static void the_console_takes_a_line(struct kunit *test)
{
	static const char line[] = "\r\nwritten by OPAL with the MMU on\r\n";

	need_opal(test);
	KUNIT_EXPECT_EQ(test, opalvm_opal_console_write(&fw, 0, line, strlen(line)),
			(ssize_t)strlen(line));
	KUNIT_EXPECT_EQ(test, opalvm_opal_console_write(&fw, 77, line, strlen(line)),
			(ssize_t)-EINVAL);
	expect_no_misses(test);
}

static void events_and_cpus_can_be_asked_for(struct kunit *test)
{
	u64 events;
	u8 status = 0;
	u32 i;

	need_opal(test);
	for (i = 0; i < 100; i++)
		KUNIT_ASSERT_EQ(test, opalvm_opal_poll_events(&fw, &events), 0);
	KUNIT_EXPECT_EQ(test,
			opalvm_opal_query_cpu_status(&fw, get_hard_smp_processor_id(0), &status),
			0);
	KUNIT_EXPECT_EQ(test, status, (u8)OPAL_THREAD_STARTED);
	KUNIT_EXPECT_EQ(test, opalvm_opal_query_cpu_status(&fw, 0x7777, &status), -EINVAL);
	expect_no_misses(test);
}

static void flash_is_read(struct kunit *test)
{
	u8 *data = kunit_kzalloc(test, 4096, GFP_KERNEL);
	int err;

	need_opal(test);
	if (opal_check_token(OPAL_FLASH_READ) != OPALVM_OPAL_TOKEN_PRESENT)
		kunit_skip(test, "no flash");
	KUNIT_ASSERT_NOT_NULL(test, data);
	err = opalvm_opal_flash_read(&fw, 0, 0, data, 4096);
	if (err == -EINVAL)
		kunit_skip(test, "no flash");
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, opalvm_opal_flash_read(&fw, 0, 1ULL << 40, data, 4096), -EINVAL);
	expect_no_misses(test);
}

static void nvram_is_read_and_written(struct kunit *test)
{
	u8 before[64], after[64];
	u32 size;

	need_opal(test);
	size = fw.provider->nvram_size(&fw);
	if (!size)
		kunit_skip(test, "no NVRAM: give the machine a flash");
	KUNIT_ASSERT_EQ(test, opalvm_opal_nvram_read(&fw, before, sizeof(before), 0), 0);
	KUNIT_EXPECT_EQ(test, opalvm_opal_nvram_write(&fw, before, sizeof(before), 0), 0);
	KUNIT_EXPECT_EQ(test, opalvm_opal_nvram_read(&fw, after, sizeof(after), 0), 0);
	KUNIT_EXPECT_EQ(test, memcmp(before, after, sizeof(before)), 0);
	KUNIT_EXPECT_EQ(test, opalvm_opal_nvram_read(&fw, after, sizeof(after), size), -EINVAL);
	expect_no_misses(test);
}

static void pci_configuration_is_read(struct kunit *test)
{
	__be32 id = 0;
	struct opalvm_call call = {
		.service = OPALVM_OPAL_PCI_CONFIG_READ_WORD,
		.nr_args = 4,
		.args = {
			OPALVM_VALUE(0), OPALVM_VALUE(0), OPALVM_VALUE(0),
			OPALVM_OUT(&id, sizeof(id)),
		},
	};

	need_opal(test);
	KUNIT_ASSERT_EQ(test, opalvm_opal_call(&fw, &call), 0);
	KUNIT_ASSERT_EQ(test, call.ret, (u64)OPAL_SUCCESS);
	KUNIT_EXPECT_EQ_MSG(test, be32_to_cpu(id) & 0xffff, 0x1014U, "IBM's root port");
	expect_no_misses(test);
}

/* What no extent has is accessed all the same, and told of. */
static void a_device_without_an_extent_is_reached_without_the_mmu(struct kunit *test)
{
	struct opalvm_extent *window = NULL;
	u64 ours, theirs;
	u32 i;

	need_opal(test);
	if (fw.space->live == fw.space->map)
		kunit_skip(test, "the firmware tells what it accesses");
	KUNIT_ASSERT_EQ(test, opalvm_opal_xscom_read(&fw, 0, CHIP_ID, &theirs), 0);
	/* the largest is that of XSCOM: as if it were no device, it covers none */
	for (i = 0; i < fw.space->map->nr_extents; i++)
		if (!window || fw.space->map->extents[i].size > window->size)
			window = &fw.space->map->extents[i];
	window->attr ^= OPALVM_ATTR_UC | OPALVM_ATTR_WB;
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_EQ(test, opalvm_opal_xscom_read(&fw, 0, CHIP_ID, &ours), 0);
		KUNIT_EXPECT_EQ(test, ours, theirs);
	}
	window->attr ^= OPALVM_ATTR_UC | OPALVM_ATTR_WB;
	KUNIT_EXPECT_GE(test, fw.space->nr_misses, 1U);
	KUNIT_EXPECT_GE(test, fw.space->misses[0].count, 1ULL);
}

/**
 * struct rival - the kernel's own calls, on another CPU
 * @calls: how many came back well
 * @errors: how many did not
 */
struct rival {
	u64 calls;
	u64 errors;
};

/* Its clock and its console; the console's driver calls for each line. */
static int rival_thread(void *data)
{
	struct rival *rival = data;
	__be64 hmsm, events;
	__be32 ymd;
	s64 ret;

	while (!kthread_should_stop()) {
		ret = opal_rtc_read(&ymd, &hmsm);
		if (ret == OPAL_SUCCESS || ret == OPAL_BUSY || ret == OPAL_BUSY_EVENT)
			rival->calls++;
		else
			rival->errors++;
		if (opal_poll_events(&events))
			rival->errors++;
		if (rival->calls % 100 == 0)
			pr_info("opalvm: a line of the kernel's, after %llu calls\n",
				rival->calls);
		usleep_range(50, 100);
	}
	return 0;
}

static void the_kernels_own_calls_go_on(struct kunit *test)
{
	struct rival rival = {};
	struct task_struct *thread;
	u64 value, first;
	__be64 be_value;
	struct opalvm_call call;
	int i, bad = 0;

	need_opal(test);
	KUNIT_ASSERT_EQ(test, opalvm_opal_xscom_read(&fw, 0, CHIP_ID, &first), 0);
	thread = kthread_run(rival_thread, &rival, "opalvm_rival");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	for (i = 0; i < READS; i++) {
		call = (struct opalvm_call) {
			.service = OPALVM_OPAL_XSCOM_READ,
			.abi = opalvm_map_entry(fw.space->map, OPALVM_ENTRY_ID_V4) ?
			       OPALVM_ABI_OPAL_V4 : OPALVM_ABI_OPAL_BE,
			.nr_args = 3,
			.args = {
				OPALVM_VALUE(0), OPALVM_VALUE(CHIP_ID),
				OPALVM_OUT(&be_value, sizeof(be_value)),
			},
		};
		be_value = 0;
		value = opalvm_call_atomic(fw.gate, &call) || call.ret ? 0 : be64_to_cpu(be_value);
		bad += value != first;
		if (i % 64 == 63)
			cond_resched();
	}
	kthread_stop(thread);
	KUNIT_EXPECT_EQ(test, bad, 0);
	KUNIT_EXPECT_EQ(test, rival.errors, 0ULL);
	KUNIT_EXPECT_GT(test, rival.calls, 0ULL);
	expect_no_misses(test);
}

static struct kunit_case live_cases[] = {
	KUNIT_CASE(it_answers),
	KUNIT_CASE(nothing_is_writable_and_executable),
	KUNIT_CASE(registers_read_as_the_kernel_reads_them),
	KUNIT_CASE(the_clock_can_be_read_and_set),
	KUNIT_CASE(the_console_takes_a_line),
	KUNIT_CASE(events_and_cpus_can_be_asked_for),
	KUNIT_CASE(flash_is_read),
	KUNIT_CASE(nvram_is_read_and_written),
	KUNIT_CASE(pci_configuration_is_read),
	KUNIT_CASE(the_kernels_own_calls_go_on),
	KUNIT_CASE(a_device_without_an_extent_is_reached_without_the_mmu),
	{}
};

struct kunit_suite opalvm_opal_live_suite = {
	.name = "opalvm_opal_live",
	.init = live_init,
	.exit = live_exit,
	.test_cases = live_cases,
};
