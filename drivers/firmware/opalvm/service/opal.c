// SPDX-License-Identifier: GPL-2.0
/*
 * The OPAL calls as typed functions. What the firmware reads and writes through
 * pointers is big-endian, whatever it is built for.
 */
#include <linux/bcd.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/rtc.h>
#include <asm/byteorder.h>

#include "opalvm.h"
#include "service/opal.h"

/* what OPAL_TEST returns (opal_test_func() in skiboot's core/opal.c) */
#define TEST_ANSWER		0xfeedf00d

/* how often a busy firmware is asked, and how long it is given, in milliseconds */
#define BUSY_POLL_MS		10
#define BUSY_MS			10000

static const struct {
	s64 ret;
	int err;
} errors[] = {
	{ OPALVM_OPAL_SUCCESS, 0 },
	{ OPALVM_OPAL_PARAMETER, -EINVAL },
	{ OPALVM_OPAL_BUSY, -EBUSY },
	{ OPALVM_OPAL_BUSY_EVENT, -EBUSY },
	{ OPALVM_OPAL_UNSUPPORTED, -EOPNOTSUPP },
	{ OPALVM_OPAL_PERMISSION, -EPERM },
	{ -9, -ENOMEM },	/* OPAL_NO_MEM */
	{ OPALVM_OPAL_RESOURCE, -ENOSPC },
	{ OPALVM_OPAL_WRONG_STATE, -ENODEV },
	{ OPALVM_OPAL_ASYNC_COMPLETION, -EINPROGRESS },
	{ OPALVM_OPAL_EMPTY, -ENODATA },
	{ -33, -ETIMEDOUT },	/* OPAL_TIMEOUT */
};

/**
 * opalvm_opal_errno() - what a return value of OPAL is as an error of the kernel
 * @ret: what the firmware returned
 *
 * Context: Any; pure.
 * Return: 0, or a negative error: -EIO for all that has none of its own.
 */
int opalvm_opal_errno(s64 ret)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].ret == ret)
			return errors[i].err;
	return -EIO;
}

/**
 * opalvm_opal_call() - call OPAL
 * @fw: the firmware
 * @call: the call; its ABI is filled in, and its results are
 *
 * Context: May sleep.
 * Return: as opalvm_call(): 0 if the firmware returned; -ENODEV if it is only
 *	   recorded.
 */
int opalvm_opal_call(struct opalvm_firmware *fw, struct opalvm_call *call)
{
	call->verdict = OPALVM_REFUSED;
	if (!fw->gate)
		return -ENODEV;
	call->abi = opalvm_map_entry(fw->gate->space->map, OPALVM_ENTRY_ID_V4) ?
		    OPALVM_ABI_OPAL_V4 : OPALVM_ABI_OPAL_BE;
	return opalvm_call(fw->gate, call);
}

static bool is_busy(s64 ret)
{
	return ret == OPALVM_OPAL_BUSY || ret == OPALVM_OPAL_BUSY_EVENT;
}

/**
 * opalvm_opal_call_patiently() - call OPAL until it is not busy
 * @fw: the firmware
 * @call: the call, as for opalvm_opal_call(); no argument may be OPALVM_INOUT,
 *	  as it would change from one try to the next
 *
 * OPAL does not wait for its devices; where it tells that an event will bring
 * it on, it is given the time to see the event.
 *
 * Context: May sleep, for up to BUSY_MS.
 * Return: as opalvm_opal_call(), and -EBUSY if it stayed busy.
 */
int opalvm_opal_call_patiently(struct opalvm_firmware *fw, struct opalvm_call *call)
{
	u32 waited;
	int err;

	for (waited = 0; ; waited += BUSY_POLL_MS) {
		err = opalvm_opal_call(fw, call);
		if (err || !is_busy(call->ret))
			return err;
		if (waited >= BUSY_MS)
			return -EBUSY;
		if (call->ret == OPALVM_OPAL_BUSY_EVENT) {
			err = opalvm_opal_poll_events(fw, NULL);
			if (err)
				return err;
		}
		msleep(BUSY_POLL_MS);
	}
}

/* A call whose return value is nothing but success or failure. */
static int call_simply(struct opalvm_firmware *fw, struct opalvm_call *call)
{
	return opalvm_opal_call_patiently(fw, call) ?: opalvm_opal_errno(call->ret);
}

/**
 * opalvm_opal_test() - OPAL_TEST: does OPAL answer
 * @fw: the firmware
 *
 * Context: May sleep.
 * Return: 0, or a negative error. Here and from every function below: what the
 *	   firmware returned as opalvm_opal_errno() has it, or as
 *	   opalvm_opal_call_patiently(); -EIO also for an answer that makes no
 *	   sense.
 */
int opalvm_opal_test(struct opalvm_firmware *fw)
{
	struct opalvm_call call = {
		.service = OPALVM_OPAL_TEST,
		.nr_args = 1,
		.args = { OPALVM_VALUE(0) },
	};

	return opalvm_opal_call(fw, &call) ?: call.ret == TEST_ANSWER ? 0 : -EIO;
}

/**
 * opalvm_opal_check_token() - OPAL_CHECK_TOKEN: does OPAL have a call
 * @fw: the firmware
 * @token: its number
 * @present: result
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test().
 */
int opalvm_opal_check_token(struct opalvm_firmware *fw, u32 token, bool *present)
{
	struct opalvm_call call = {
		.service = OPALVM_OPAL_CHECK_TOKEN,
		.nr_args = 1,
		.args = { OPALVM_VALUE(token) },
	};
	int err = opalvm_opal_call(fw, &call);

	if (!err)
		*present = call.ret == OPALVM_OPAL_TOKEN_PRESENT;
	return err;
}

/**
 * opalvm_opal_poll_events() - OPAL_POLL_EVENTS: let OPAL look after its devices
 * @fw: the firmware
 * @events: result: what is pending, one bit an event; may be NULL
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test().
 */
int opalvm_opal_poll_events(struct opalvm_firmware *fw, u64 *events)
{
	__be64 pending = 0;
	struct opalvm_call call = {
		.service = OPALVM_OPAL_POLL_EVENTS,
		.nr_args = 1,
		.args = { OPALVM_OUT(&pending, sizeof(pending)) },
	};
	int err = opalvm_opal_call(fw, &call) ?: opalvm_opal_errno(call.ret);

	if (!err && events)
		*events = be64_to_cpu(pending);
	return err;
}

/**
 * opalvm_opal_decode_time() - a time of OPAL as the kernel has it
 * @ymd: century, year, month and day, two decimal digits each
 * @hmsm: hours, minutes, seconds in its upper bytes, in the same way
 * @time: result; not checked
 *
 * Context: Any; pure.
 */
void opalvm_opal_decode_time(u32 ymd, u64 hmsm, struct rtc_time *time)
{
	*time = (struct rtc_time) {
		.tm_year = bcd2bin(ymd >> 24) * 100 + bcd2bin(ymd >> 16 & 0xff) - 1900,
		.tm_mon = bcd2bin(ymd >> 8 & 0xff) - 1,
		.tm_mday = bcd2bin(ymd & 0xff),
		.tm_hour = bcd2bin(hmsm >> 56 & 0xff),
		.tm_min = bcd2bin(hmsm >> 48 & 0xff),
		.tm_sec = bcd2bin(hmsm >> 40 & 0xff),
		.tm_wday = -1,
	};
}

/**
 * opalvm_opal_encode_time() - a time of the kernel as OPAL has it
 * @time: a valid time of the years 0 to 9999
 * @ymd: result: as opalvm_opal_decode_time() takes it
 * @hmsm: result
 *
 * Context: Any; pure.
 */
void opalvm_opal_encode_time(const struct rtc_time *time, u32 *ymd, u64 *hmsm)
{
	u32 year = time->tm_year + 1900;

	*ymd = (u32)bin2bcd(year / 100) << 24 | (u32)bin2bcd(year % 100) << 16 |
	       (u32)bin2bcd(time->tm_mon + 1) << 8 | bin2bcd(time->tm_mday);
	*hmsm = (u64)bin2bcd(time->tm_hour) << 56 | (u64)bin2bcd(time->tm_min) << 48 |
		(u64)bin2bcd(time->tm_sec) << 40;
}

/**
 * opalvm_opal_rtc_read() - OPAL_RTC_READ
 * @fw: the firmware
 * @time: result: the time, without the day of the week
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test().
 */
int opalvm_opal_rtc_read(struct opalvm_firmware *fw, struct rtc_time *time)
{
	__be32 ymd = 0;
	__be64 hmsm = 0;
	struct opalvm_call call = {
		.service = OPALVM_OPAL_RTC_READ,
		.nr_args = 2,
		.args = {
			OPALVM_OUT(&ymd, sizeof(ymd)),
			OPALVM_OUT(&hmsm, sizeof(hmsm)),
		},
	};
	struct rtc_time found;
	int err = call_simply(fw, &call);

	if (err)
		return err;
	opalvm_opal_decode_time(be32_to_cpu(ymd), be64_to_cpu(hmsm), &found);
	if (rtc_valid_tm(&found))
		return -EIO;
	*time = found;
	return 0;
}

/**
 * opalvm_opal_rtc_write() - OPAL_RTC_WRITE
 * @fw: the firmware
 * @time: the time
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test(); -EINVAL for what is no time.
 */
int opalvm_opal_rtc_write(struct opalvm_firmware *fw, const struct rtc_time *time)
{
	struct rtc_time valid = *time;
	u32 ymd;
	u64 hmsm;

	if (rtc_valid_tm(&valid) || valid.tm_year > 9999 - 1900)
		return -EINVAL;
	opalvm_opal_encode_time(&valid, &ymd, &hmsm);
	return call_simply(fw, &(struct opalvm_call) {
		.service = OPALVM_OPAL_RTC_WRITE,
		.nr_args = 2,
		.args = { OPALVM_VALUE(ymd), OPALVM_VALUE(hmsm) },
	});
}

/**
 * opalvm_opal_console_write() - OPAL_CONSOLE_WRITE
 * @fw: the firmware
 * @terminal: the number of the console
 * @data: what is written
 * @len: bytes at @data; of more than OPALVM_OPAL_CONSOLE_MAX, these are written
 *
 * Context: May sleep.
 * Return: bytes written, which can be fewer; -EBUSY while there is no room, or
 *	   as opalvm_opal_test().
 */
ssize_t opalvm_opal_console_write(struct opalvm_firmware *fw, u32 terminal, const void *data,
				  size_t len)
{
	__be64 written = cpu_to_be64(min_t(size_t, len, OPALVM_OPAL_CONSOLE_MAX));
	struct opalvm_call call = {
		.service = OPALVM_OPAL_CONSOLE_WRITE,
		.nr_args = 3,
		.args = {
			OPALVM_VALUE(terminal),
			OPALVM_INOUT(&written, sizeof(written)),
			OPALVM_IN(data, min_t(size_t, len, OPALVM_OPAL_CONSOLE_MAX)),
		},
	};
	int err;

	if (!len)
		return 0;
	err = opalvm_opal_call(fw, &call) ?: opalvm_opal_errno(call.ret);
	if (err)
		return err;
	return be64_to_cpu(written) <= len ? be64_to_cpu(written) : -EIO;
}

/**
 * opalvm_opal_nvram_read() - OPAL_READ_NVRAM
 * @fw: the firmware
 * @data: result
 * @len: bytes to read
 * @offset: from where on
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test(); -EINVAL beyond the end.
 */
int opalvm_opal_nvram_read(struct opalvm_firmware *fw, void *data, size_t len, u64 offset)
{
	return call_simply(fw, &(struct opalvm_call) {
		.service = OPALVM_OPAL_READ_NVRAM,
		.nr_args = 3,
		.args = {
			OPALVM_OUT(data, len),
			OPALVM_VALUE(len),
			OPALVM_VALUE(offset),
		},
	});
}

/**
 * opalvm_opal_nvram_write() - OPAL_WRITE_NVRAM
 * @fw: the firmware
 * @data: what is written
 * @len: bytes at @data
 * @offset: from where on
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test(); -EINVAL beyond the end.
 */
int opalvm_opal_nvram_write(struct opalvm_firmware *fw, const void *data, size_t len,
			    u64 offset)
{
	return call_simply(fw, &(struct opalvm_call) {
		.service = OPALVM_OPAL_WRITE_NVRAM,
		.nr_args = 3,
		.args = {
			OPALVM_IN(data, len),
			OPALVM_VALUE(len),
			OPALVM_VALUE(offset),
		},
	});
}

/**
 * opalvm_opal_xscom_read() - OPAL_XSCOM_READ
 * @fw: the firmware
 * @chip: the number of the chip
 * @address: the register
 * @value: result
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test().
 */
int opalvm_opal_xscom_read(struct opalvm_firmware *fw, u32 chip, u64 address, u64 *value)
{
	__be64 found = 0;
	struct opalvm_call call = {
		.service = OPALVM_OPAL_XSCOM_READ,
		.nr_args = 3,
		.args = {
			OPALVM_VALUE(chip),
			OPALVM_VALUE(address),
			OPALVM_OUT(&found, sizeof(found)),
		},
	};
	int err = call_simply(fw, &call);

	if (!err)
		*value = be64_to_cpu(found);
	return err;
}

/**
 * opalvm_opal_xscom_write() - OPAL_XSCOM_WRITE
 * @fw: the firmware
 * @chip: the number of the chip
 * @address: the register
 * @value: what is written
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test().
 */
int opalvm_opal_xscom_write(struct opalvm_firmware *fw, u32 chip, u64 address, u64 value)
{
	return call_simply(fw, &(struct opalvm_call) {
		.service = OPALVM_OPAL_XSCOM_WRITE,
		.nr_args = 3,
		.args = {
			OPALVM_VALUE(chip),
			OPALVM_VALUE(address),
			OPALVM_VALUE(value),
		},
	});
}

/**
 * opalvm_opal_query_cpu_status() - OPAL_QUERY_CPU_STATUS
 * @fw: the firmware
 * @cpu: the number that the device tree gives the thread
 * @status: result: OPAL_THREAD_*
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test().
 */
int opalvm_opal_query_cpu_status(struct opalvm_firmware *fw, u32 cpu, u8 *status)
{
	return call_simply(fw, &(struct opalvm_call) {
		.service = OPALVM_OPAL_QUERY_CPU_STATUS,
		.nr_args = 2,
		.args = {
			OPALVM_VALUE(cpu),
			OPALVM_OUT(status, sizeof(*status)),
		},
	});
}

/**
 * opalvm_opal_find_vm_area() - OPAL_FIND_VM_AREA: what the firmware accesses
 * @fw: the firmware
 * @address: where the area before it ended, 0 for the first one
 * @area: result: as the firmware told it
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test(); -ENODATA if there are no more.
 */
int opalvm_opal_find_vm_area(struct opalvm_firmware *fw, u64 address, struct opal_vm_area *area)
{
	return call_simply(fw, &(struct opalvm_call) {
		.service = OPALVM_OPAL_FIND_VM_AREA,
		.nr_args = 2,
		.args = {
			OPALVM_VALUE(address),
			OPALVM_OUT(area, sizeof(*area)),
		},
	});
}

/**
 * opalvm_opal_register_os_ops() - OPAL_REGISTER_OS_OPS: what the firmware may call
 * @fw: the firmware
 * @ops: the functions, in the place of those before; NULL: none
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test(). 0: no CPU is in one of those before, nor will
 *	   any get there.
 */
int opalvm_opal_register_os_ops(struct opalvm_firmware *fw, const struct opal_os_ops *ops)
{
	return call_simply(fw, &(struct opalvm_call) {
		.service = OPALVM_OPAL_REGISTER_OS_OPS,
		.nr_args = 2,
		.args = {
			OPALVM_IN(ops, sizeof(*ops)),
			OPALVM_VALUE(ops ? sizeof(*ops) : 0),
		},
	});
}
