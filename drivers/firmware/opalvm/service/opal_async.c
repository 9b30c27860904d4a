// SPDX-License-Identifier: GPL-2.0
/*
 * OPAL calls that can go on after they have returned: the firmware keeps the
 * pointer to the result, fills it in when its device has answered, and then
 * sends a message. The kernel receives the messages, and gives out the tokens
 * that tell them apart. So these calls get memory that stays where it is until
 * the message has come, instead of the gate's, which the next call uses again.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <asm/byteorder.h>
#include <asm/opal.h>

#include "opalvm.h"
#include "service/opal.h"

/* bytes that one call reads from flash: interrupts are off for as long as it takes */
#define FLASH_MAX	(64 * 1024)

/* Argument @at of @call is the token. */
static int call_and_wait(struct opalvm_firmware *fw, struct opalvm_call *call, u32 at)
{
	struct opal_msg msg;
	int token, err;

	token = opal_async_get_token_interruptible();
	if (token < 0)
		return -EINTR;
	call->args[at] = (struct opalvm_arg)OPALVM_VALUE(token);
	err = opalvm_opal_call_patiently(fw, call);
	if (!err && call->ret == OPALVM_OPAL_ASYNC_COMPLETION) {
		err = opal_async_wait_response(token, &msg);
		if (!err)
			call->ret = opal_get_async_rc(msg);
	}
	opal_async_release_token(token);
	return err;
}

/* After a call that did not end well, the firmware can still write there: for ever. */
static void result_free(void *result, size_t len, const struct opalvm_call *call, int err)
{
	if (!err || call->verdict == OPALVM_REFUSED)
		free_pages_exact(result, len);
}

/**
 * opalvm_opal_sensor_read() - OPAL_SENSOR_READ_U64 or OPAL_SENSOR_READ
 * @fw: the firmware
 * @handle: the number that the device tree gives the sensor
 * @value: result
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test(); -EINTR.
 */
int opalvm_opal_sensor_read(struct opalvm_firmware *fw, u32 handle, u64 *value)
{
	bool wide = fw->map->services & BIT_ULL(OPALVM_OPAL_SENSOR_READ_U64);
	__be64 *result = alloc_pages_exact(sizeof(*result), GFP_KERNEL | __GFP_ZERO);
	struct opalvm_call call = {
		.service = wide ? OPALVM_OPAL_SENSOR_READ_U64 : OPALVM_OPAL_SENSOR_READ,
		.verdict = OPALVM_REFUSED,
		.nr_args = 3,
		.args = {
			OPALVM_VALUE(handle),
			{},
			OPALVM_VALUE((u64)(uintptr_t)result),
		},
	};
	int err, ret;

	if (!result)
		return -ENOMEM;
	err = call_and_wait(fw, &call, 1);
	ret = err ?: opalvm_opal_errno(call.ret);
	if (!ret)
		*value = wide ? be64_to_cpu(*result) : be32_to_cpup((__be32 *)result);
	result_free(result, sizeof(*result), &call, err);
	return ret;
}

static int flash_read(struct opalvm_firmware *fw, u64 id, u64 offset, void *data, size_t len)
{
	void *result = alloc_pages_exact(len, GFP_KERNEL | __GFP_ZERO);
	struct opalvm_call call = {
		.service = OPALVM_OPAL_FLASH_READ,
		.verdict = OPALVM_REFUSED,
		.nr_args = 5,
		.args = {
			OPALVM_VALUE(id),
			OPALVM_VALUE(offset),
			OPALVM_VALUE((u64)(uintptr_t)result),
			OPALVM_VALUE(len),
		},
	};
	int err, ret;

	if (!result)
		return -ENOMEM;
	err = call_and_wait(fw, &call, 4);
	ret = err ?: opalvm_opal_errno(call.ret);
	if (!ret)
		memcpy(data, result, len);
	result_free(result, len, &call, err);
	return ret;
}

/**
 * opalvm_opal_flash_read() - OPAL_FLASH_READ
 * @fw: the firmware
 * @id: the number that the device tree gives the flash
 * @offset: from where on
 * @data: result
 * @len: bytes to read
 *
 * Context: May sleep.
 * Return: as opalvm_opal_test(); -EINTR. After an error some of @data may be
 *	   filled in.
 */
int opalvm_opal_flash_read(struct opalvm_firmware *fw, u64 id, u64 offset, void *data,
			   size_t len)
{
	size_t done, piece;
	int err;

	for (done = 0; done < len; done += piece) {
		piece = min_t(size_t, len - done, FLASH_MAX);
		err = flash_read(fw, id, offset + done, data + done, piece);
		if (err)
			return err;
	}
	return 0;
}
