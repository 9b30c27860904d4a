/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The OPAL calls as typed functions, and which of them may be called.
 */
#ifndef OPALVM_SERVICE_OPAL_H
#define OPALVM_SERVICE_OPAL_H

#include <linux/bits.h>
#include <linux/rtc.h>
#include <linux/types.h>

struct opalvm_call;
struct opalvm_firmware;
struct opalvm_service;
struct opalvm_why;

/*
 * The services, numbered as the bits of a handover table: a new one goes to the
 * end, and none ever leaves.
 */
enum opalvm_opal_service {
	OPALVM_OPAL_TEST,
	OPALVM_OPAL_CHECK_TOKEN,
	OPALVM_OPAL_POLL_EVENTS,
	OPALVM_OPAL_CONSOLE_WRITE,
	OPALVM_OPAL_CONSOLE_READ,
	OPALVM_OPAL_CONSOLE_WRITE_BUFFER_SPACE,
	OPALVM_OPAL_CONSOLE_FLUSH,
	OPALVM_OPAL_RTC_READ,
	OPALVM_OPAL_RTC_WRITE,
	OPALVM_OPAL_READ_NVRAM,
	OPALVM_OPAL_WRITE_NVRAM,
	OPALVM_OPAL_QUERY_CPU_STATUS,
	OPALVM_OPAL_XSCOM_READ,
	OPALVM_OPAL_XSCOM_WRITE,
	OPALVM_OPAL_LPC_READ,
	OPALVM_OPAL_LPC_WRITE,
	OPALVM_OPAL_SENSOR_READ,
	OPALVM_OPAL_SENSOR_READ_U64,
	OPALVM_OPAL_IPMI_SEND,
	OPALVM_OPAL_IPMI_RECV,
	OPALVM_OPAL_FLASH_READ,
	OPALVM_OPAL_FLASH_WRITE,
	OPALVM_OPAL_FLASH_ERASE,
	OPALVM_OPAL_PCI_CONFIG_READ_BYTE,
	OPALVM_OPAL_PCI_CONFIG_READ_HALF_WORD,
	OPALVM_OPAL_PCI_CONFIG_READ_WORD,
	OPALVM_OPAL_GET_EPOW_STATUS,
	OPALVM_OPAL_GET_DPO_STATUS,
	OPALVM_OPAL_GET_POWERCAP,
	OPALVM_OPAL_GET_POWER_SHIFT_RATIO,
	OPALVM_OPAL_SECVAR_GET,
	OPALVM_OPAL_SECVAR_GET_NEXT,
	OPALVM_OPAL_ADDR_TO_SYM,
	OPALVM_OPAL_SYM_TO_ADDR,
	OPALVM_OPAL_REPORT_TRAP,
	OPALVM_OPAL_FIND_VM_AREA,
	OPALVM_OPAL_REGISTER_OS_OPS,
	OPALVM_OPAL_NR_SERVICES
};

/* what becomes of a call of a token */
enum opalvm_opal_verdict {
	OPALVM_OPAL_UNKNOWN,	/* no call has that number */
	OPALVM_OPAL_ALLOWED,	/* a service */
	OPALVM_OPAL_V4,		/* a service of a firmware that exports its map */
	OPALVM_OPAL_REFUSED,	/* never made from here */
};

/**
 * struct opalvm_opal_token - one number of the OPAL API
 * @name: as skiboot's opal-api.h has it, without OPAL_
 * @verdict: what becomes of a call
 * @service: OPALVM_OPAL_*, if there is a service
 * @why: otherwise why not
 */
struct opalvm_opal_token {
	const char *name;
	enum opalvm_opal_verdict verdict;
	enum opalvm_opal_service service;
	const char *why;
};

#define OPALVM_OPAL_LAST_TOKEN	185

extern const struct opalvm_opal_token opalvm_opal_tokens[OPALVM_OPAL_LAST_TOKEN + 1];
extern const struct opalvm_service opalvm_opal_services[OPALVM_OPAL_NR_SERVICES];

/* what OPAL returns (skiboot's opal-api.h) */
#define OPALVM_OPAL_SUCCESS		0
#define OPALVM_OPAL_PARAMETER		-1
#define OPALVM_OPAL_BUSY		-2
#define OPALVM_OPAL_HARDWARE		-6
#define OPALVM_OPAL_UNSUPPORTED		-7
#define OPALVM_OPAL_PERMISSION		-8
#define OPALVM_OPAL_RESOURCE		-10
#define OPALVM_OPAL_BUSY_EVENT		-12
#define OPALVM_OPAL_WRONG_STATE		-14
#define OPALVM_OPAL_ASYNC_COMPLETION	-15
#define OPALVM_OPAL_EMPTY		-16

/* what OPAL_CHECK_TOKEN returns for a call that there is */
#define OPALVM_OPAL_TOKEN_PRESENT	1

/*
 * Of a firmware that exports its map (Documentation/firmware-guide/opal-v4.rst):
 * all numbers are big-endian.
 */

/**
 * struct opal_vm_area - addresses that the firmware accesses
 * @address: effective address
 * @length: bytes
 * @pa: real address of its first byte
 * @vm_flags: OPAL_VM_*
 */
struct opal_vm_area {
	__be64 address;
	__be64 length;
	__be64 pa;
	__be64 vm_flags;
};

#define OPAL_VM_READ	BIT_ULL(0)
#define OPAL_VM_WRITE	BIT_ULL(1)
#define OPAL_VM_EXEC	BIT_ULL(2)
#define OPAL_VM_IO	BIT_ULL(3)
#define OPAL_VM_KNOWN	(OPAL_VM_READ | OPAL_VM_WRITE | OPAL_VM_EXEC | OPAL_VM_IO)

/**
 * struct opal_trap_report - what a trap meant
 * @address: in: of the instruction
 * @flags: in: OPAL_TRAP_END_CALL
 * @severity: OPAL_TRAP_*
 * @symbol_address: of the symbol that contains @address, or 0
 * @symbol: its name
 * @message: for people; has the file and the line
 */
struct opal_trap_report {
	__be64 address;
	__be32 flags;
	__be32 severity;
	__be64 symbol_address;
	char symbol[64];
	char message[168];
};

/* the call that was interrupted on this CPU is over */
#define OPAL_TRAP_END_CALL	1

#define OPAL_TRAP_WARN		1	/* the call goes on behind the trap */
#define OPAL_TRAP_FATAL		2

/**
 * struct opal_os_ops - functions that the firmware may call
 * @os_printf: a line of its log
 * @os_vm_map: map more
 * @os_vm_unmap: undo that
 */
struct opal_os_ops {
	__be64 os_printf;
	__be64 os_vm_map;
	__be64 os_vm_unmap;
};

/* bytes that one call of the console takes at most */
#define OPALVM_OPAL_CONSOLE_MAX		4096

int opalvm_opal_token_service(u32 token, enum opalvm_opal_service *service,
			      struct opalvm_why *why);
void opalvm_opal_v4_services(struct opalvm_service services[OPALVM_OPAL_NR_SERVICES]);
int opalvm_opal_errno(s64 ret);
int opalvm_opal_call(struct opalvm_firmware *fw, struct opalvm_call *call);
int opalvm_opal_call_patiently(struct opalvm_firmware *fw, struct opalvm_call *call);

void opalvm_opal_decode_time(u32 ymd, u64 hmsm, struct rtc_time *time);
void opalvm_opal_encode_time(const struct rtc_time *time, u32 *ymd, u64 *hmsm);

int opalvm_opal_test(struct opalvm_firmware *fw);
int opalvm_opal_check_token(struct opalvm_firmware *fw, u32 token, bool *present);
int opalvm_opal_poll_events(struct opalvm_firmware *fw, u64 *events);
int opalvm_opal_rtc_read(struct opalvm_firmware *fw, struct rtc_time *time);
int opalvm_opal_rtc_write(struct opalvm_firmware *fw, const struct rtc_time *time);
ssize_t opalvm_opal_console_write(struct opalvm_firmware *fw, u32 terminal, const void *data,
				  size_t len);
int opalvm_opal_nvram_read(struct opalvm_firmware *fw, void *data, size_t len, u64 offset);
int opalvm_opal_nvram_write(struct opalvm_firmware *fw, const void *data, size_t len,
			    u64 offset);
int opalvm_opal_xscom_read(struct opalvm_firmware *fw, u32 chip, u64 address, u64 *value);
int opalvm_opal_xscom_write(struct opalvm_firmware *fw, u32 chip, u64 address, u64 value);
int opalvm_opal_query_cpu_status(struct opalvm_firmware *fw, u32 cpu, u8 *status);
int opalvm_opal_find_vm_area(struct opalvm_firmware *fw, u64 address, struct opal_vm_area *area);
int opalvm_opal_register_os_ops(struct opalvm_firmware *fw, const struct opal_os_ops *ops);

/* opal_async.c */
int opalvm_opal_sensor_read(struct opalvm_firmware *fw, u32 handle, u64 *value);
int opalvm_opal_flash_read(struct opalvm_firmware *fw, u64 id, u64 offset, void *data,
			   size_t len);

#endif /* OPALVM_SERVICE_OPAL_H */
