// SPDX-License-Identifier: GPL-2.0
/*
 * The RTAS calls and how they are made. A call has cells of 32 bits. A cell can be
 * an address that nobody translates or checks: where one is, the buffer is the
 * kernel's own.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/rtc.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/rtas.h>

#include "service/rtas.h"

/* where a call with a buffer has it, and its length */
#define BUFFER_ARG	1
#define LEN_ARG		2

/* how long a call is tried again while the firmware is busy, and once at most */
#define PATIENCE_MS	30000
#define MAX_DELAY_MS	1000

/**
 * opalvm_rtas_delay_ms() - is a call to be made again
 * @status: what it returned
 *
 * Context: Any; pure.
 * Return: in how many milliseconds; 0: it is over.
 */
u32 opalvm_rtas_delay_ms(s32 status)
{
	u32 ms = 1;

	if (status == OPALVM_RTAS_BUSY)
		return ms;
	if (status < OPALVM_RTAS_DELAY_FIRST || status > OPALVM_RTAS_DELAY_LAST)
		return 0;
	while (status-- > OPALVM_RTAS_DELAY_FIRST)
		ms *= 10;
	return ms;
}

/**
 * opalvm_rtas_errno() - what Linux calls a status
 * @status: what a call returned
 *
 * Context: Any; pure.
 * Return: 0 or a negative error.
 */
int opalvm_rtas_errno(s32 status)
{
	if (opalvm_rtas_delay_ms(status))
		return -EBUSY;
	if (status >= 0)
		return 0;
	switch (status) {
	case OPALVM_RTAS_PARAMETER:
		return -EINVAL;
	case OPALVM_RTAS_UNEXPECTED_STATE:
		return -EAGAIN;
	case OPALVM_RTAS_ISOLATION:
		return -EFAULT;
	case OPALVM_RTAS_NOT_AUTHORIZED:
		return -EACCES;
	default:
		return -EIO;
	}
}

/**
 * opalvm_rtas_block_fill() - write the argument buffer of a call
 * @block: filled in
 * @token: of the service
 * @call: the call
 *
 * Context: Any; pure.
 * Return: 0, or -EINVAL if no such call can be.
 */
int opalvm_rtas_block_fill(struct opalvm_rtas_block *block, u32 token,
			   const struct opalvm_rtas_call *call)
{
	u32 i;

	if (!call->nr_rets || call->nr_args > OPALVM_RTAS_MAX_CELLS ||
	    call->nr_rets > OPALVM_RTAS_MAX_CELLS - call->nr_args)
		return -EINVAL;
	*block = (struct opalvm_rtas_block) {
		.token = cpu_to_be32(token),
		.nr_args = cpu_to_be32(call->nr_args),
		.nr_rets = cpu_to_be32(call->nr_rets),
	};
	for (i = 0; i < call->nr_args; i++)
		block->cells[i] = cpu_to_be32(call->args[i]);
	return 0;
}

/**
 * opalvm_rtas_block_take() - read what a call returned
 * @block: its argument buffer
 * @call: the call that it was filled from; receives the results
 *
 * Context: Any; pure.
 */
void opalvm_rtas_block_take(const struct opalvm_rtas_block *block,
			    struct opalvm_rtas_call *call)
{
	u32 i;

	for (i = 0; i < call->nr_rets; i++)
		call->rets[i] = be32_to_cpu(block->cells[call->nr_args + i]);
}

/**
 * opalvm_rtas_block_check() - is this an argument buffer
 * @block: what somebody says to be one, at any address
 * @len: bytes at @block
 *
 * Context: Any; pure.
 * Return: 0 or -EINVAL.
 */
int opalvm_rtas_block_check(const void *block, size_t len)
{
	const size_t head = offsetof(struct opalvm_rtas_block, cells);
	struct opalvm_rtas_block copy = {};
	u32 nr_args, nr_rets;

	if (len < head || len > sizeof(copy))
		return -EINVAL;
	memcpy(&copy, block, len);
	nr_args = be32_to_cpu(copy.nr_args);
	nr_rets = be32_to_cpu(copy.nr_rets);
	if (!nr_rets || nr_args > OPALVM_RTAS_MAX_CELLS ||
	    nr_rets > OPALVM_RTAS_MAX_CELLS - nr_args)
		return -EINVAL;
	return len < head + (nr_args + nr_rets) * sizeof(copy.cells[0]) ? -EINVAL : 0;
}

/* year, month, day, hour, minute, second: what set-time-of-day begins with */
#define TIME_CELLS	6

/**
 * opalvm_rtas_decode_time() - what get-time-of-day returned
 * @cells: year, month, day, hour, minute, second
 * @time: the time; written only if it is one
 *
 * Context: Any; pure.
 * Return: 0, or -EIO if that is no time.
 */
int opalvm_rtas_decode_time(const u32 *cells, struct rtc_time *time)
{
	struct rtc_time found = {};
	u32 i;

	for (i = 0; i < TIME_CELLS; i++)
		if (cells[i] > 9999)
			return -EIO;
	found.tm_year = (int)cells[0] - 1900;
	found.tm_mon = (int)cells[1] - 1;
	found.tm_mday = cells[2];
	found.tm_hour = cells[3];
	found.tm_min = cells[4];
	found.tm_sec = cells[5];
	if (rtc_valid_tm(&found))
		return -EIO;
	/* the day of the week */
	rtc_time64_to_tm(rtc_tm_to_time64(&found), time);
	return 0;
}

/**
 * opalvm_rtas_encode_time() - what set-time-of-day is told
 * @time: the time
 * @cells: year, month, day, hour, minute, second
 *
 * Context: Any; pure.
 */
void opalvm_rtas_encode_time(const struct rtc_time *time, u32 *cells)
{
	cells[0] = time->tm_year + 1900;
	cells[1] = time->tm_mon + 1;
	cells[2] = time->tm_mday;
	cells[3] = time->tm_hour;
	cells[4] = time->tm_min;
	cells[5] = time->tm_sec;
}

/**
 * opalvm_rtas_find() - find a service by its name
 * @fw: the firmware
 * @name: the name
 * @service: receives its number
 * @why: the reason if it cannot be called
 *
 * Context: Any.
 * Return: 0, -EOPNOTSUPP if this machine has no such call, or -EPERM if it is
 *	   never made from here.
 */
int opalvm_rtas_find(const struct opalvm_firmware *fw, const char *name, u32 *service,
		     struct opalvm_why *why)
{
	u32 i;

	for (i = 0; i < fw->nr_services; i++)
		if (!strcmp(fw->services[i].name, name))
			break;
	if (i == fw->nr_services)
		return opalvm_refuse(why, -EOPNOTSUPP, "this machine has no RTAS call %s", name);
	if (fw->services[i].flags & OPALVM_SERVICE_INTERNAL)
		return opalvm_refuse(why, -EPERM, "%s is not called from here: it %s", name,
				     opalvm_rtas_find_rule(name)->why);
	*service = i;
	return 0;
}

static void call_init(struct opalvm_call *to, u32 service, struct opalvm_rtas_block *block)
{
	*to = (struct opalvm_call) {
		.service = service,
		.abi = OPALVM_ABI_RTAS,
		.nr_args = 1,
		.args = { OPALVM_INOUT(block, sizeof(*block)) },
	};
}

/*
 * The address of the buffer is a cell, too: memory below 4 GiB. The kernel has
 * some for its own calls, which others use as well.
 */
static int call_with_buffer(struct opalvm_gate *gate, struct opalvm_call *call,
			    const struct opalvm_rtas_rule *rule,
			    const struct opalvm_rtas_call *from)
{
	struct opalvm_rtas_block *block = call->args[0].ptr;
	int err;

	static_assert(OPALVM_RTAS_MAX_BUFFER <= RTAS_DATA_BUF_SIZE);

	block->cells[BUFFER_ARG] = cpu_to_be32(virt_to_phys(rtas_data_buf));
	block->cells[LEN_ARG] = cpu_to_be32(from->len);
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		spin_lock(&rtas_data_buf_lock);
		if (rule->buffer == OPALVM_ARG_IN)
			memcpy(rtas_data_buf, from->data, from->len);
		else
			memset(rtas_data_buf, 0, from->len);
		err = opalvm_call_atomic(gate, call);
		if (!err && rule->buffer == OPALVM_ARG_OUT)
			memcpy(from->data, rtas_data_buf, from->len);
		spin_unlock(&rtas_data_buf_lock);
		if (err == -EBUSY)
			usleep_range(50, 100);
	} while (err == -EBUSY);
	return err;
}

static int check_buffer(const struct opalvm_rtas_rule *rule, const struct opalvm_rtas_call *call)
{
	if (rule->buffer == OPALVM_ARG_VALUE)
		return call->data ? -EINVAL : 0;
	if (!call->data || call->nr_args <= LEN_ARG || call->len > OPALVM_RTAS_MAX_BUFFER)
		return -EINVAL;
	return 0;
}

/* Once, whatever the firmware says. */
static int call_once(struct opalvm_firmware *fw, u32 service, struct opalvm_rtas_call *from)
{
	const struct opalvm_rtas_rule *rule = opalvm_rtas_find_rule(from->name);
	struct opalvm_rtas_block block;
	struct opalvm_call call;
	int err;

	err = check_buffer(rule, from) ?:
	      opalvm_rtas_block_fill(&block, fw->services[service].token, from);
	if (err)
		return err;
	call_init(&call, service, &block);
	err = from->data ? call_with_buffer(fw->gate, &call, rule, from) :
			   opalvm_call(fw->gate, &call);
	if (!err)
		opalvm_rtas_block_take(&block, from);
	return err;
}

/**
 * opalvm_rtas_call() - call a service by its name
 * @fw: the firmware
 * @call: the call; its results are filled in if the firmware returned
 *
 * While the firmware says that it is busy, the call is made again, for half a
 * minute at most.
 *
 * Context: Process context, may sleep.
 * Return: 0, or a negative error: that of opalvm_rtas_find(), opalvm_call() or
 *	   opalvm_rtas_errno(), -EINVAL for arguments that the call cannot have,
 *	   -EINTR if the caller is being killed.
 */
int opalvm_rtas_call(struct opalvm_firmware *fw, struct opalvm_rtas_call *call)
{
	u32 service, ms, waited = 0;
	int err;

	might_sleep();
	if (!fw->gate)
		return -EBUSY;
	err = opalvm_rtas_find(fw, call->name, &service, NULL);
	if (err)
		return err;
	for (;;) {
		err = call_once(fw, service, call);
		if (err)
			return err;
		ms = min_t(u32, opalvm_rtas_delay_ms(call->rets[0]), MAX_DELAY_MS);
		if (!ms || waited >= PATIENCE_MS)
			return opalvm_rtas_errno(call->rets[0]);
		if (fatal_signal_pending(current))
			return -EINTR;
		fsleep(ms * USEC_PER_MSEC);
		waited += ms;
	}
}

/**
 * opalvm_rtas_call_raw() - call a service with an argument buffer
 * @fw: the firmware
 * @call: the call, with one INOUT argument: the buffer, in which the token is
 *	  filled in. Its calling convention is filled in, too.
 *
 * Context: Process context, may sleep.
 * Return: as opalvm_call(); -EOPNOTSUPP for a call that takes the address of a
 *	   buffer, -EINVAL for what is no argument buffer.
 */
int opalvm_rtas_call_raw(struct opalvm_firmware *fw, struct opalvm_call *call)
{
	const struct opalvm_service *service = &fw->services[call->service];
	struct opalvm_arg *arg = &call->args[0];
	struct opalvm_rtas_block block = {};
	struct opalvm_call inner;
	int err;

	call->verdict = OPALVM_REFUSED;
	if (opalvm_rtas_find_rule(service->name)->buffer != OPALVM_ARG_VALUE)
		return -EOPNOTSUPP;
	if (call->nr_args != 1 || arg->kind != OPALVM_ARG_INOUT || !arg->ptr ||
	    opalvm_rtas_block_check(arg->ptr, arg->len))
		return -EINVAL;
	/* one of full size: a call that has more results than it is told writes them, too */
	memcpy(&block, arg->ptr, arg->len);
	block.token = cpu_to_be32(service->token);
	call_init(&inner, call->service, &block);
	err = opalvm_call(fw->gate, &inner);
	call->verdict = inner.verdict;
	call->ret = inner.ret;
	if (!err)
		memcpy(arg->ptr, &block, arg->len);
	return err;
}

/**
 * opalvm_rtas_get_time() - get-time-of-day (PAPR section 7.3.3.1)
 * @fw: the firmware
 * @time: result: the time
 *
 * Context: Process context, may sleep.
 * Return: as opalvm_rtas_call(); -EIO if the firmware tells no time.
 */
int opalvm_rtas_get_time(struct opalvm_firmware *fw, struct rtc_time *time)
{
	/* status, the time, nanoseconds */
	struct opalvm_rtas_call call = { .name = "get-time-of-day", .nr_rets = 8 };

	return opalvm_rtas_call(fw, &call) ?: opalvm_rtas_decode_time(&call.rets[1], time);
}

/**
 * opalvm_rtas_set_time() - set-time-of-day (PAPR section 7.3.3.2)
 * @fw: the firmware
 * @time: the time
 *
 * Context: Process context, may sleep.
 * Return: as opalvm_rtas_call().
 */
int opalvm_rtas_set_time(struct opalvm_firmware *fw, const struct rtc_time *time)
{
	/* the time, nanoseconds */
	struct opalvm_rtas_call call = { .name = "set-time-of-day", .nr_args = 7, .nr_rets = 1 };

	opalvm_rtas_encode_time(time, call.args);
	return opalvm_rtas_call(fw, &call);
}

/* A piece of the NVRAM; the firmware may do less than it is asked for. */
static int nvram_piece(struct opalvm_firmware *fw, const char *name, u32 offset, void *data,
		       size_t len)
{
	struct opalvm_rtas_call call = {
		.name = name,
		.nr_args = 3,
		.nr_rets = 2,
		.args = { offset },
		.data = data,
		.len = min_t(size_t, len, OPALVM_RTAS_MAX_BUFFER),
	};
	int err = opalvm_rtas_call(fw, &call);

	if (err)
		return err;
	if (!call.rets[1] || call.rets[1] > call.len)
		return -EIO;
	return call.rets[1];
}

static int nvram_pieces(struct opalvm_firmware *fw, const char *name, u32 offset, void *data,
			size_t len)
{
	int done;

	for (; len; len -= done) {
		done = nvram_piece(fw, name, offset, data, len);
		if (done < 0)
			return done;
		offset += done;
		data += done;
	}
	return 0;
}

/**
 * opalvm_rtas_nvram_read() - nvram-fetch (PAPR section 7.3.1.1)
 * @fw: the firmware
 * @offset: where in the NVRAM
 * @data: result: what is there
 * @len: bytes at @data
 *
 * Context: Process context, may sleep.
 * Return: as opalvm_rtas_call(); -EIO if the firmware reads nothing.
 */
int opalvm_rtas_nvram_read(struct opalvm_firmware *fw, u32 offset, void *data, size_t len)
{
	return nvram_pieces(fw, "nvram-fetch", offset, data, len);
}

/**
 * opalvm_rtas_nvram_write() - nvram-store (PAPR section 7.3.1.2)
 * @fw: the firmware
 * @offset: where in the NVRAM
 * @data: what is to be there
 * @len: bytes at @data
 *
 * Context: Process context, may sleep.
 * Return: as opalvm_rtas_nvram_read().
 */
int opalvm_rtas_nvram_write(struct opalvm_firmware *fw, u32 offset, const void *data,
			    size_t len)
{
	return nvram_pieces(fw, "nvram-store", offset, (void *)data, len);
}
