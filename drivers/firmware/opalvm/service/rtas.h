/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The RTAS calls: which there are, which of them may be made, and how.
 */
#ifndef OPALVM_SERVICE_RTAS_H
#define OPALVM_SERVICE_RTAS_H

#include <linux/rtc.h>
#include <linux/types.h>

#include "opalvm.h"

/* cells of arguments and results together that one call has room for */
#define OPALVM_RTAS_MAX_CELLS	16

/* bytes of a name, with its NUL; the longest in PAPR has 34 */
#define OPALVM_RTAS_NAME_LEN	48

/* bytes that the buffer of one call has at most */
#define OPALVM_RTAS_MAX_BUFFER	4096

/* what RTAS returns (PAPR section 7.2.8) */
#define OPALVM_RTAS_SUCCESS		0
#define OPALVM_RTAS_HARDWARE		-1
#define OPALVM_RTAS_BUSY		-2
#define OPALVM_RTAS_PARAMETER		-3
#define OPALVM_RTAS_UNEXPECTED_STATE	-7
#define OPALVM_RTAS_ISOLATION		-9000
#define OPALVM_RTAS_NOT_AUTHORIZED	-9002
#define OPALVM_RTAS_DELAY_FIRST		9900	/* try again in a millisecond, */
#define OPALVM_RTAS_DELAY_LAST		9905	/* in 100 seconds */

/**
 * struct opalvm_rtas_rule - what is known of a call
 * @name: as PAPR spells it
 * @why: why it is never made from here; NULL: it may be made
 * @buffer: OPALVM_ARG_VALUE: all of its arguments are values. Otherwise the
 *          second one is the address of a buffer, the third its length, and this
 *          is what becomes of it.
 */
struct opalvm_rtas_rule {
	const char *name;
	const char *why;
	enum opalvm_arg_kind buffer;
};

/**
 * struct opalvm_rtas_table - the services of one machine
 * @nr: rows in use
 * @nr_dropped: calls that found no room
 * @services: sorted by token, then by name: the same in every kernel, in whatever
 *            order the device tree lists them. Calls that are never made from
 *            here are OPALVM_SERVICE_INTERNAL.
 * @names: what the rows' names point to
 */
struct opalvm_rtas_table {
	u32 nr;
	u32 nr_dropped;
	struct opalvm_service services[OPALVM_MAX_SERVICES];
	char names[OPALVM_MAX_SERVICES][OPALVM_RTAS_NAME_LEN];
};

/**
 * struct opalvm_rtas_block - the argument buffer of PAPR section 7.2.1
 * @token: the call
 * @nr_args: arguments
 * @nr_rets: results
 * @cells: the arguments, then the results, of which the first is the status
 */
struct opalvm_rtas_block {
	__be32 token;
	__be32 nr_args;
	__be32 nr_rets;
	__be32 cells[OPALVM_RTAS_MAX_CELLS];
};

/**
 * struct opalvm_rtas_call - one call
 * @name: the service
 * @nr_args: entries in use in @args
 * @nr_rets: entries in use in @rets, 1 at least
 * @args: the arguments; what stands for the buffer and its length is filled in
 * @rets: result: what the firmware returned; the first is the status
 * @data: what is in the buffer, for a service that has one
 * @len: bytes at @data, OPALVM_RTAS_MAX_BUFFER at most
 */
struct opalvm_rtas_call {
	const char *name;
	u32 nr_args;
	u32 nr_rets;
	u32 args[OPALVM_RTAS_MAX_CELLS];
	u32 rets[OPALVM_RTAS_MAX_CELLS];
	void *data;
	u32 len;
};

const struct opalvm_rtas_rule *opalvm_rtas_find_rule(const char *name);
bool opalvm_rtas_is_call(const char *name, int len);
void opalvm_rtas_table_add(struct opalvm_rtas_table *table, const char *name, u32 token);
void opalvm_rtas_table_finish(struct opalvm_rtas_table *table);
u64 opalvm_rtas_table_services(const struct opalvm_rtas_table *table);
u32 opalvm_rtas_delay_ms(s32 status);
int opalvm_rtas_errno(s32 status);
int opalvm_rtas_block_fill(struct opalvm_rtas_block *block, u32 token,
			   const struct opalvm_rtas_call *call);
void opalvm_rtas_block_take(const struct opalvm_rtas_block *block,
			    struct opalvm_rtas_call *call);
int opalvm_rtas_block_check(const void *block, size_t len);
int opalvm_rtas_decode_time(const u32 *cells, struct rtc_time *time);
void opalvm_rtas_encode_time(const struct rtc_time *time, u32 *cells);

int opalvm_rtas_find(const struct opalvm_firmware *fw, const char *name, u32 *service,
		     struct opalvm_why *why);
int opalvm_rtas_call(struct opalvm_firmware *fw, struct opalvm_rtas_call *call);
int opalvm_rtas_call_raw(struct opalvm_firmware *fw, struct opalvm_call *call);
int opalvm_rtas_get_time(struct opalvm_firmware *fw, struct rtc_time *time);
int opalvm_rtas_set_time(struct opalvm_firmware *fw, const struct rtc_time *time);
int opalvm_rtas_nvram_read(struct opalvm_firmware *fw, u32 offset, void *data, size_t len);
int opalvm_rtas_nvram_write(struct opalvm_firmware *fw, u32 offset, const void *data,
			    size_t len);

#endif /* OPALVM_SERVICE_RTAS_H */
