// SPDX-License-Identifier: GPL-2.0
/*
 * The RTAS calls. Which there are is the machine's to say, by name: the table of
 * services is made of its device tree. Which of them are made from here is said
 * below: the kernel goes on to call RTAS beside us, and what it does for itself,
 * or what would take something from it, stays with it.
 *
 * A call has cells of 32 bits. A cell can be an address that nobody translates
 * or checks: where one is, the buffer is the kernel's own, and what is unknown
 * is not called.
 */
#include <linux/ctype.h>
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

/* why a call is never made from here */
#define DOWN		"ends the machine's work, which is the kernel's to do"
#define CPUS		"changes what CPUs do, which the kernel alone may decide"
#define IRQ		"changes interrupts, which are the kernel's"
#define PCI		"drives PCI, which is the kernel's"
#define MESSAGES	"takes messages that the kernel waits for"
#define DRIVER		"belongs to a driver of the kernel"
#define ADDRESS		"takes addresses that nobody translates"
#define KEEPS		"leaves an address in the firmware that outlives the call"
#define LAST		"tells of the call before it, which can be the kernel's"
#define ERRORS		"makes the machine fail"
#define UNKNOWN		"nothing is known of what it does"

/* where a call with a buffer has it, and its length */
#define BUFFER_ARG	1
#define LEN_ARG		2

/* how long a call is tried again while the firmware is busy, and once at most */
#define PATIENCE_MS	30000
#define MAX_DELAY_MS	1000

#define ALLOWED(nm)		{ .name = (nm) }
#define BUFFER(nm, kind)	{ .name = (nm), .buffer = OPALVM_ARG_##kind }
#define REFUSED(nm, reason)	{ .name = (nm), .why = (reason) }

static const struct opalvm_rtas_rule rules[] = {
	ALLOWED("display-character"),
	ALLOWED("get-power-level"),
	ALLOWED("get-sensor-state"),
	ALLOWED("get-time-of-day"),
	ALLOWED("ibm,get-config-addr-info"),
	ALLOWED("ibm,get-config-addr-info2"),
	ALLOWED("ibm,get-xive"),
	ALLOWED("ibm,query-interrupt-source-number"),
	ALLOWED("ibm,query-pe-dma-window"),
	ALLOWED("ibm,read-pci-config"),
	ALLOWED("ibm,read-slot-reset-state"),
	ALLOWED("ibm,read-slot-reset-state2"),
	ALLOWED("query-cpu-stopped-state"),
	ALLOWED("read-pci-config"),
	ALLOWED("set-time-for-power-on"),
	ALLOWED("set-time-of-day"),
	BUFFER("ibm,get-system-parameter", OUT),
	BUFFER("nvram-fetch", OUT),
	BUFFER("nvram-store", IN),
	REFUSED("check-exception", MESSAGES),
	REFUSED("event-scan", MESSAGES),
	REFUSED("freeze-time-base", CPUS),
	REFUSED("get-term-char", DRIVER),
	REFUSED("ibm,activate-firmware", DRIVER),
	REFUSED("ibm,change-msi", IRQ),
	REFUSED("ibm,close-errinjct", ERRORS),
	REFUSED("ibm,configure-bridge", PCI),
	REFUSED("ibm,configure-connector", DRIVER),
	REFUSED("ibm,configure-kernel-dump", KEEPS),
	REFUSED("ibm,configure-pe", PCI),
	REFUSED("ibm,create-pe-dma-window", PCI),
	REFUSED("ibm,display-message", ADDRESS),
	REFUSED("ibm,errinjct", ERRORS),
	REFUSED("ibm,get-dynamic-sensor-state", ADDRESS),
	REFUSED("ibm,get-indices", ADDRESS),
	REFUSED("ibm,get-vpd", ADDRESS),
	REFUSED("ibm,int-off", IRQ),
	REFUSED("ibm,int-on", IRQ),
	REFUSED("ibm,io-quiesce-ack", DRIVER),
	REFUSED("ibm,lpar-perftools", ADDRESS),
	REFUSED("ibm,manage-flash-image", DRIVER),
	REFUSED("ibm,manage-storage-preservation", DRIVER),
	REFUSED("ibm,nmi-interlock", CPUS),
	REFUSED("ibm,nmi-register", KEEPS),
	REFUSED("ibm,open-errinjct", ERRORS),
	REFUSED("ibm,open-sriov-allow-unfreeze", PCI),
	REFUSED("ibm,open-sriov-map-pe-number", PCI),
	REFUSED("ibm,os-term", DOWN),
	REFUSED("ibm,physical-attestation", ADDRESS),
	REFUSED("ibm,platform-dump", MESSAGES),
	REFUSED("ibm,power-off-ups", DOWN),
	REFUSED("ibm,remove-pe-dma-window", PCI),
	REFUSED("ibm,reset-pe-dma-window", PCI),
	REFUSED("ibm,reset-pe-dma-windows", PCI),
	REFUSED("ibm,scan-log-dump", MESSAGES),
	REFUSED("ibm,set-dynamic-indicator", DRIVER),
	REFUSED("ibm,set-eeh-option", PCI),
	REFUSED("ibm,set-slot-reset", PCI),
	REFUSED("ibm,set-system-parameter", DRIVER),
	REFUSED("ibm,set-tce-bypass", PCI),
	REFUSED("ibm,set-xive", IRQ),
	REFUSED("ibm,slot-error-detail", MESSAGES),
	REFUSED("ibm,suspend-me", DOWN),
	REFUSED("ibm,tune-dma-parms", PCI),
	REFUSED("ibm,update-flash-64-and-reboot", DOWN),
	REFUSED("ibm,update-nodes", DRIVER),
	REFUSED("ibm,update-properties", DRIVER),
	REFUSED("ibm,validate-flash-image", DRIVER),
	REFUSED("ibm,write-pci-config", PCI),
	REFUSED("power-off", DOWN),
	REFUSED("put-term-char", DRIVER),
	REFUSED("quiesce", DOWN),
	REFUSED("rtas-last-error", LAST),
	REFUSED("set-indicator", DRIVER),
	REFUSED("set-power-level", DRIVER),
	REFUSED("start-cpu", CPUS),
	REFUSED("stop-self", CPUS),
	REFUSED("system-reboot", DOWN),
	REFUSED("thaw-time-base", CPUS),
	REFUSED("write-pci-config", PCI),
};

/* properties of four bytes that tell of RTAS, and are no calls */
static const char *const not_calls[] = {
	"ibm,associativity-reference-points",
	"ibm,configure-kernel-dump-version",
	"ibm,display-line-length",
	"ibm,display-number-of-lines",
	"ibm,display-truncation-length",
	"ibm,flash-block-version",
	"ibm,form-feed",
	"ibm,max-associativity-domains",
	"ibm,phandle",
	"ibm,read-slot-reset-state-functions",
	"ibm,termno",
	"ibm,vpd-size",
	"name",
	"phandle",
	"power-on-max-latency",
	"rtas-display-device",
	"rtas-error-log-max",
	"rtas-event-scan-rate",
	"rtas-size",
	"rtas-version",
};

/**
 * opalvm_rtas_find_rule() - what is known of a call
 * @name: its name
 *
 * Context: Any; pure.
 * Return: the rule; for a name that is not known, one that refuses it.
 */
const struct opalvm_rtas_rule *opalvm_rtas_find_rule(const char *name)
{
	static const struct opalvm_rtas_rule unknown = REFUSED("unknown", UNKNOWN);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	return &unknown;
}

/* Can it be the name of a directory, and stand in a line of the log? */
static bool is_name(const char *name)
{
	size_t i;

	if (!isalnum(name[0]))
		return false;
	for (i = 0; name[i]; i++)
		if (!isalnum(name[i]) && !strchr(",-._+", name[i]))
			return false;
	return i < OPALVM_RTAS_NAME_LEN;
}

/**
 * opalvm_rtas_is_call() - does a property of the RTAS node stand for a call
 * @name: its name
 * @len: bytes of its value
 *
 * Context: Any; pure.
 */
bool opalvm_rtas_is_call(const char *name, int len)
{
	u32 i;

	if (len != sizeof(u32) || !is_name(name) || !strncmp(name, "linux,", 6))
		return false;
	for (i = 0; i < ARRAY_SIZE(not_calls); i++)
		if (!strcmp(not_calls[i], name))
			return false;
	return true;
}

static bool is_before(u32 token, const char *name, const struct opalvm_service *service)
{
	if (token != service->token)
		return token < service->token;
	return strcmp(name, service->name) < 0;
}

/**
 * opalvm_rtas_table_add() - add a call to the table
 * @table: the table; of too many calls, those with the lowest tokens stay
 * @name: its name, for which opalvm_rtas_is_call()
 * @token: its token
 *
 * Context: Any; pure.
 */
void opalvm_rtas_table_add(struct opalvm_rtas_table *table, const char *name, u32 token)
{
	struct opalvm_service *services = table->services;
	u32 at = table->nr;
	char *copy;

	while (at && is_before(token, name, &services[at - 1]))
		at--;
	if (table->nr == OPALVM_MAX_SERVICES) {
		table->nr_dropped++;
		if (at == OPALVM_MAX_SERVICES)
			return;
		/* the last one leaves, and its name makes room */
		copy = (char *)services[--table->nr].name;
	} else {
		copy = table->names[table->nr];
	}
	strscpy(copy, name, OPALVM_RTAS_NAME_LEN);
	memmove(&services[at + 1], &services[at], (table->nr - at) * sizeof(services[0]));
	table->nr++;
	services[at] = (struct opalvm_service) { .name = copy, .token = token };
	if (opalvm_rtas_find_rule(name)->why)
		services[at].flags = OPALVM_SERVICE_INTERNAL;
}

/**
 * opalvm_rtas_table_finish() - say what the services may do to each other
 * @table: the table; nothing is added any more
 *
 * One call at a time is allowed (PAPR section 7.2.3).
 *
 * Context: Any; pure.
 */
void opalvm_rtas_table_finish(struct opalvm_rtas_table *table)
{
	u32 i;

	for (i = 0; i < table->nr; i++) {
		table->services[i].not_while = GENMASK_ULL(table->nr - 1, 0);
		table->services[i].spoils = BIT_ULL(i);
	}
}

/**
 * opalvm_rtas_table_services() - which services may be called
 * @table: the table
 *
 * Context: Any; pure.
 * Return: a bit each.
 */
u64 opalvm_rtas_table_services(const struct opalvm_rtas_table *table)
{
	u64 services = 0;
	u32 i;

	for (i = 0; i < table->nr; i++)
		if (!(table->services[i].flags & OPALVM_SERVICE_INTERNAL))
			services |= BIT_ULL(i);
	return services;
}

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
