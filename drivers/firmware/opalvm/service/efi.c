// SPDX-License-Identifier: GPL-2.0
/*
 * The EFI runtime services: what each may do to the others, and one typed
 * function for each that may be called.
 */
#include <linux/efi.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/ucs2_string.h>

#include "../opalvm.h"
#include "efi.h"

#define SERVICE(name)	BIT_ULL(OPALVM_EFI_##name)

#define ALL_SERVICES	GENMASK_ULL(OPALVM_EFI_NR_SERVICES - 1, 0)

/* the groups of table 8.1, "Rules for Reentry Into Runtime Services" (UEFI 2.10 section 8.1) */
#define TIME_GROUP \
	(SERVICE(GET_TIME) | SERVICE(SET_TIME) | \
	 SERVICE(GET_WAKEUP_TIME) | SERVICE(SET_WAKEUP_TIME))
#define VARIABLE_GROUP \
	(SERVICE(GET_VARIABLE) | SERVICE(GET_NEXT_VARIABLE_NAME) | \
	 SERVICE(SET_VARIABLE) | SERVICE(QUERY_VARIABLE_INFO) | \
	 SERVICE(UPDATE_CAPSULE) | SERVICE(QUERY_CAPSULE_CAPS) | \
	 SERVICE(GET_NEXT_HIGH_MONO_COUNT))
#define NOT_WHILE_RESETTING \
	(SERVICE(SET_VARIABLE) | SERVICE(UPDATE_CAPSULE) | SERVICE(SET_TIME) | \
	 SERVICE(SET_WAKEUP_TIME) | SERVICE(GET_NEXT_HIGH_MONO_COUNT))

/*
 * Whatever writes the variable store: time zone, alarm, monotonic count and
 * capsule address are variables in common firmware. A write that was cut short
 * may have left the store so that the next write destroys it, and from here it
 * cannot be told whether the store is protected: no writing until reboot.
 */
#define STORE_WRITERS \
	(SERVICE(SET_VARIABLE) | SERVICE(UPDATE_CAPSULE) | SERVICE(SET_TIME) | \
	 SERVICE(SET_WAKEUP_TIME) | SERVICE(GET_NEXT_HIGH_MONO_COUNT))

/* flash reclaim takes seconds; more than this is worth a warning, and the end of a read */
#define DEADLINE_MS	10000

#define READER(id, nm, fl, group) \
	[OPALVM_EFI_##id] = { \
		.name = nm, \
		.flags = (fl), \
		.deadline_ms = DEADLINE_MS, \
		.not_while = (group), \
		.spoils = SERVICE(id), \
	}

#define WRITER(id, nm, fl, group) \
	[OPALVM_EFI_##id] = { \
		.name = nm, \
		.flags = (fl) | OPALVM_SERVICE_NO_ABORT, \
		.deadline_ms = DEADLINE_MS, \
		.not_while = (group), \
		.spoils = STORE_WRITERS, \
		.spoils_for_good = STORE_WRITERS, \
	}

/* Indexed by enum opalvm_efi_service. */
const struct opalvm_service opalvm_efi_services[OPALVM_EFI_NR_SERVICES] = {
	READER(GET_TIME, "GetTime", OPALVM_SERVICE_RTC, TIME_GROUP),
	WRITER(SET_TIME, "SetTime", OPALVM_SERVICE_RTC, TIME_GROUP),
	READER(GET_WAKEUP_TIME, "GetWakeupTime", OPALVM_SERVICE_RTC, TIME_GROUP),
	WRITER(SET_WAKEUP_TIME, "SetWakeupTime", OPALVM_SERVICE_RTC, TIME_GROUP),
	READER(GET_VARIABLE, "GetVariable", 0, VARIABLE_GROUP),
	READER(GET_NEXT_VARIABLE_NAME, "GetNextVariableName", 0, VARIABLE_GROUP),
	WRITER(SET_VARIABLE, "SetVariable", 0, VARIABLE_GROUP),
	[OPALVM_EFI_SET_VIRTUAL_ADDRESS_MAP] = {
		.name = "SetVirtualAddressMap",
		.flags = OPALVM_SERVICE_INTERNAL | OPALVM_SERVICE_NO_ABORT,
		.deadline_ms = DEADLINE_MS,
		.not_while = ALL_SERVICES,
		/* some of the firmware's pointers are converted and some are not */
		.spoils = ALL_SERVICES,
		.spoils_for_good = ALL_SERVICES,
	},
	READER(CONVERT_POINTER, "ConvertPointer", OPALVM_SERVICE_INTERNAL,
	       SERVICE(CONVERT_POINTER)),
	WRITER(GET_NEXT_HIGH_MONO_COUNT, "GetNextHighMonotonicCount", 0, VARIABLE_GROUP),
	[OPALVM_EFI_RESET_SYSTEM] = {
		.name = "ResetSystem",
		/* not to return is what it is for */
		.flags = OPALVM_SERVICE_NO_ABORT,
		.deadline_ms = DEADLINE_MS,
		.not_while = NOT_WHILE_RESETTING,
		.spoils = SERVICE(RESET_SYSTEM),
	},
	WRITER(UPDATE_CAPSULE, "UpdateCapsule", 0, VARIABLE_GROUP),
	READER(QUERY_CAPSULE_CAPS, "QueryCapsuleCapabilities", 0, VARIABLE_GROUP),
	READER(QUERY_VARIABLE_INFO, "QueryVariableInfo", 0, VARIABLE_GROUP),
};

/*
 * Where EFI_RUNTIME_SERVICES holds each entry point, in bytes from its start
 * (UEFI 2.10 section 4.5.1). Indexed by enum opalvm_efi_service.
 */
const u16 opalvm_efi_entry_offset[OPALVM_EFI_NR_SERVICES] = {
	[OPALVM_EFI_GET_TIME] = offsetof(efi_runtime_services_t, get_time),
	[OPALVM_EFI_SET_TIME] = offsetof(efi_runtime_services_t, set_time),
	[OPALVM_EFI_GET_WAKEUP_TIME] = offsetof(efi_runtime_services_t, get_wakeup_time),
	[OPALVM_EFI_SET_WAKEUP_TIME] = offsetof(efi_runtime_services_t, set_wakeup_time),
	[OPALVM_EFI_GET_VARIABLE] = offsetof(efi_runtime_services_t, get_variable),
	[OPALVM_EFI_GET_NEXT_VARIABLE_NAME] = offsetof(efi_runtime_services_t, get_next_variable),
	[OPALVM_EFI_SET_VARIABLE] = offsetof(efi_runtime_services_t, set_variable),
	[OPALVM_EFI_SET_VIRTUAL_ADDRESS_MAP] =
		offsetof(efi_runtime_services_t, set_virtual_address_map),
	[OPALVM_EFI_CONVERT_POINTER] = offsetof(efi_runtime_services_t, convert_pointer),
	[OPALVM_EFI_GET_NEXT_HIGH_MONO_COUNT] =
		offsetof(efi_runtime_services_t, get_next_high_mono_count),
	[OPALVM_EFI_RESET_SYSTEM] = offsetof(efi_runtime_services_t, reset_system),
	[OPALVM_EFI_UPDATE_CAPSULE] = offsetof(efi_runtime_services_t, update_capsule),
	[OPALVM_EFI_QUERY_CAPSULE_CAPS] = offsetof(efi_runtime_services_t, query_capsule_caps),
	[OPALVM_EFI_QUERY_VARIABLE_INFO] = offsetof(efi_runtime_services_t, query_variable_info),
};

/*
 * What a caller of EFI makes of the end of a call. EFI_ABORTED is never made
 * up here: callers take it for an interrupted system call.
 */
static efi_status_t to_status(const struct opalvm_call *call, int err)
{
	switch (err) {
	case 0:
		return call->ret;
	case -EBUSY:
		return EFI_NOT_READY;
	case -EOPNOTSUPP:
		return EFI_UNSUPPORTED;
	case -EINVAL:
		return EFI_INVALID_PARAMETER;
	case -E2BIG:
	case -ENOMEM:
		return EFI_OUT_OF_RESOURCES;
	case -ESHUTDOWN:
		/* efivarfs tells "read-only file system", which is what it has become */
		if (call->service == OPALVM_EFI_SET_VARIABLE)
			return EFI_WRITE_PROTECTED;
		return EFI_DEVICE_ERROR;
	default:
		return EFI_DEVICE_ERROR;
	}
}

/**
 * opalvm_efi_call() - call a service that may sleep
 * @fw: the firmware
 * @call: the call; its calling convention is filled in
 *
 * Context: Process context, may sleep.
 * Return: what the firmware returned, or what a caller of EFI makes of the end
 *	   of the call (never EFI_ABORTED).
 */
efi_status_t opalvm_efi_call(struct opalvm_firmware *fw, struct opalvm_call *call)
{
	might_sleep();
	call->abi = OPALVM_ABI_MS_X64;
	call->verdict = OPALVM_REFUSED;
	if (!fw->gate)
		return EFI_NOT_READY;
	return to_status(call, opalvm_call(fw->gate, call));
}

static efi_status_t call_atomic(struct opalvm_firmware *fw, struct opalvm_call *call)
{
	call->abi = OPALVM_ABI_MS_X64;
	call->verdict = OPALVM_REFUSED;
	if (!fw->gate)
		return EFI_NOT_READY;
	return to_status(call, opalvm_call_atomic(fw->gate, call));
}

/* the size of a variable's name with its NUL, 0 if there is none in @room bytes */
static size_t name_size_within(const efi_char16_t *name, size_t room)
{
	size_t max = min_t(size_t, room, OPALVM_EFI_NAME_SIZE) / sizeof(*name);
	size_t len = ucs2_strnlen(name, max);

	return len < max ? (len + 1) * sizeof(*name) : 0;
}

/*
 * A size that the firmware wants is what callers allocate next: none is more
 * than any store has room for, and none is what was not enough just now.
 */
static bool wants_sensible_size(const struct opalvm_firmware *fw,
				const struct opalvm_call *call, u64 size, u64 had)
{
	if (call->ret != EFI_BUFFER_TOO_SMALL || (size > had && size <= OPALVM_EFI_DATA_SIZE))
		return true;
	pr_notice_ratelimited(OPALVM_NAME ": efi: %s wants %llu bytes where it had %llu: taken for an error\n",
			      fw->services[call->service].name, size, had);
	return false;
}

/**
 * opalvm_efi_get_time() - GetTime (UEFI 2.10 section 8.3)
 * @fw: the firmware
 * @time: result: the time, as the machine keeps it
 * @cap: result: what its clock is capable of; may be NULL
 *
 * Context: may sleep.
 * Return: what the firmware returned. In place of it, here and from every
 * function below: EFI_INVALID_PARAMETER for an argument that UEFI does not
 * allow; EFI_NOT_READY if the firmware is only recorded or busy;
 * EFI_UNSUPPORTED; EFI_OUT_OF_RESOURCES without memory for the arguments or if
 * they are too large; EFI_DEVICE_ERROR after a fault or a hang and for a
 * service in quarantine.
 */
efi_status_t opalvm_efi_get_time(struct opalvm_firmware *fw, efi_time_t *time,
				 efi_time_cap_t *cap)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_GET_TIME,
		.nr_args = 2,
		.args = {
			OPALVM_OUT(time, sizeof(*time)),
			OPALVM_OUT(cap, sizeof(*cap)),
		},
	};

	if (!time)
		return EFI_INVALID_PARAMETER;
	return opalvm_efi_call(fw, &call);
}

/**
 * opalvm_efi_set_time() - SetTime (UEFI 2.10 section 8.3)
 * @fw: the firmware
 * @time: the time
 *
 * Context: may sleep.
 * Return: as opalvm_efi_get_time().
 */
efi_status_t opalvm_efi_set_time(struct opalvm_firmware *fw, const efi_time_t *time)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_SET_TIME,
		.nr_args = 1,
		.args = {
			OPALVM_IN(time, sizeof(*time)),
		},
	};

	if (!time)
		return EFI_INVALID_PARAMETER;
	return opalvm_efi_call(fw, &call);
}

/**
 * opalvm_efi_get_wakeup_time() - GetWakeupTime (UEFI 2.10 section 8.3)
 * @fw: the firmware
 * @enabled: result: the alarm is set
 * @pending: result: the alarm has gone off and was not acknowledged
 * @time: result: when it goes off
 *
 * Context: may sleep.
 * Return: as opalvm_efi_get_time().
 */
efi_status_t opalvm_efi_get_wakeup_time(struct opalvm_firmware *fw, efi_bool_t *enabled,
					efi_bool_t *pending, efi_time_t *time)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_GET_WAKEUP_TIME,
		.nr_args = 3,
		.args = {
			OPALVM_OUT(enabled, sizeof(*enabled)),
			OPALVM_OUT(pending, sizeof(*pending)),
			OPALVM_OUT(time, sizeof(*time)),
		},
	};

	if (!enabled || !pending || !time)
		return EFI_INVALID_PARAMETER;
	return opalvm_efi_call(fw, &call);
}

/**
 * opalvm_efi_set_wakeup_time() - SetWakeupTime (UEFI 2.10 section 8.3)
 * @fw: the firmware
 * @enable: set the alarm, or take it back
 * @time: when it is to go off; may be NULL unless @enable
 *
 * Context: may sleep.
 * Return: as opalvm_efi_get_time().
 */
efi_status_t opalvm_efi_set_wakeup_time(struct opalvm_firmware *fw, efi_bool_t enable,
					const efi_time_t *time)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_SET_WAKEUP_TIME,
		.nr_args = 2,
		.args = {
			OPALVM_VALUE(!!enable),
			OPALVM_IN(time, sizeof(*time)),
		},
	};

	if (enable && !time)
		return EFI_INVALID_PARAMETER;
	return opalvm_efi_call(fw, &call);
}

/**
 * opalvm_efi_get_variable() - GetVariable (UEFI 2.10 section 8.2)
 * @fw: the firmware
 * @name: its name, NUL-terminated within OPALVM_EFI_NAME_SIZE bytes
 * @vendor: its GUID
 * @attr: result: its attributes; may be NULL
 * @data_size: bytes at @data; result: bytes that it has, also with
 *             EFI_BUFFER_TOO_SMALL
 * @data: result: its value; may be NULL if *@data_size is 0
 *
 * Context: may sleep.
 * Return: as opalvm_efi_get_time().
 */
efi_status_t opalvm_efi_get_variable(struct opalvm_firmware *fw, const efi_char16_t *name,
				     const efi_guid_t *vendor, u32 *attr,
				     unsigned long *data_size, void *data)
{
	enum { NAME, VENDOR, ATTR, SIZE, DATA, NR };
	struct opalvm_call call = {
		.service = OPALVM_EFI_GET_VARIABLE,
		.nr_args = NR,
	};
	efi_status_t status;
	size_t name_size;
	u64 size;

	if (!name || !vendor || !data_size || (*data_size && !data))
		return EFI_INVALID_PARAMETER;
	name_size = name_size_within(name, OPALVM_EFI_NAME_SIZE);
	if (!name_size)
		return EFI_INVALID_PARAMETER;

	size = *data_size;
	call.args[NAME] = (struct opalvm_arg)OPALVM_IN(name, name_size);
	call.args[VENDOR] = (struct opalvm_arg)OPALVM_IN(vendor, sizeof(*vendor));
	call.args[ATTR] = (struct opalvm_arg)OPALVM_OUT(attr, sizeof(*attr));
	call.args[SIZE] = (struct opalvm_arg)OPALVM_INOUT(&size, sizeof(size));
	call.args[DATA] = (struct opalvm_arg)OPALVM_OUT_SIZED(data, size, SIZE);

	status = opalvm_efi_call(fw, &call);
	if (call.verdict != OPALVM_OK)
		return status;
	if (!wants_sensible_size(fw, &call, size, *data_size))
		return EFI_DEVICE_ERROR;
	*data_size = size;
	return status;
}

/**
 * opalvm_efi_get_next_variable() - GetNextVariableName (UEFI 2.10 section 8.2)
 * @fw: the firmware
 * @name_size: bytes at @name; result: bytes that the name has, also with
 *             EFI_BUFFER_TOO_SMALL
 * @name: the name of the one before, "" for the first, NUL-terminated within
 *        *@name_size and OPALVM_EFI_NAME_SIZE bytes; result: the name
 * @vendor: the GUID of the one before; result: the GUID
 *
 * Context: may sleep.
 * Return: as opalvm_efi_get_time(); EFI_NOT_FOUND after the last one.
 */
efi_status_t opalvm_efi_get_next_variable(struct opalvm_firmware *fw,
					  unsigned long *name_size, efi_char16_t *name,
					  efi_guid_t *vendor)
{
	enum { SIZE, NAME, VENDOR, NR };
	struct opalvm_call call = {
		.service = OPALVM_EFI_GET_NEXT_VARIABLE_NAME,
		.nr_args = NR,
	};
	efi_status_t status;
	u64 size;

	if (!name_size || !name || !vendor || !name_size_within(name, *name_size))
		return EFI_INVALID_PARAMETER;

	size = *name_size;
	call.args[SIZE] = (struct opalvm_arg)OPALVM_INOUT(&size, sizeof(size));
	call.args[NAME] = (struct opalvm_arg)OPALVM_INOUT_SIZED(name, size, SIZE);
	call.args[VENDOR] = (struct opalvm_arg)OPALVM_INOUT(vendor, sizeof(*vendor));

	status = opalvm_efi_call(fw, &call);
	if (call.verdict != OPALVM_OK)
		return status;
	if (!wants_sensible_size(fw, &call, size, *name_size))
		return EFI_DEVICE_ERROR;
	if (status == EFI_SUCCESS && !name_size_within(name, *name_size)) {
		pr_notice_ratelimited(OPALVM_NAME ": efi: GetNextVariableName returned a name without an end: dropped\n");
		return EFI_DEVICE_ERROR;
	}
	*name_size = size;
	return status;
}

static efi_status_t set_variable(struct opalvm_firmware *fw, const efi_char16_t *name,
				 const efi_guid_t *vendor, u32 attr, unsigned long data_size,
				 const void *data, bool atomic)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_SET_VARIABLE,
		.nr_args = 5,
	};
	size_t name_size;

	if (!name || !vendor || (data_size && !data))
		return EFI_INVALID_PARAMETER;
	name_size = name_size_within(name, OPALVM_EFI_NAME_SIZE);
	if (!name_size)
		return EFI_INVALID_PARAMETER;

	call.args[0] = (struct opalvm_arg)OPALVM_IN(name, name_size);
	call.args[1] = (struct opalvm_arg)OPALVM_IN(vendor, sizeof(*vendor));
	call.args[2] = (struct opalvm_arg)OPALVM_VALUE(attr);
	call.args[3] = (struct opalvm_arg)OPALVM_VALUE(data_size);
	/* nothing to read: no buffer, whatever the pointer */
	call.args[4] = (struct opalvm_arg)OPALVM_IN(data_size ? data : NULL, data_size);

	return atomic ? call_atomic(fw, &call) : opalvm_efi_call(fw, &call);
}

/**
 * opalvm_efi_set_variable() - SetVariable (UEFI 2.10 section 8.2)
 * @fw: the firmware
 * @name: its name, NUL-terminated within OPALVM_EFI_NAME_SIZE bytes
 * @vendor: its GUID
 * @attr: its attributes
 * @data_size: bytes at @data; 0 deletes
 * @data: its value; may be NULL if @data_size is 0
 *
 * Context: may sleep, for seconds if the firmware reclaims flash.
 * Return: as opalvm_efi_get_time(), but EFI_WRITE_PROTECTED in quarantine.
 */
efi_status_t opalvm_efi_set_variable(struct opalvm_firmware *fw, const efi_char16_t *name,
				     const efi_guid_t *vendor, u32 attr,
				     unsigned long data_size, const void *data)
{
	return set_variable(fw, name, vendor, attr, data_size, data, false);
}

/**
 * opalvm_efi_set_variable_nonblocking() - SetVariable without waiting
 * @fw: the firmware
 * @name: its name, NUL-terminated within OPALVM_EFI_NAME_SIZE bytes
 * @vendor: its GUID
 * @attr: its attributes
 * @data_size: bytes at @data, OPALVM_ATOMIC_ARG_LEN at most; 0 deletes
 * @data: its value; may be NULL if @data_size is 0
 *
 * Context: any; never waits.
 * Return: as opalvm_efi_set_variable(); EFI_NOT_READY while the firmware is
 * busy.
 */
efi_status_t opalvm_efi_set_variable_nonblocking(struct opalvm_firmware *fw,
						 const efi_char16_t *name,
						 const efi_guid_t *vendor, u32 attr,
						 unsigned long data_size, const void *data)
{
	return set_variable(fw, name, vendor, attr, data_size, data, true);
}

static efi_status_t query_variable_info(struct opalvm_firmware *fw, u32 attr, u64 *storage,
					u64 *remaining, u64 *max_size, bool atomic)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_QUERY_VARIABLE_INFO,
		.nr_args = 4,
		.args = {
			OPALVM_VALUE(attr),
			OPALVM_OUT(storage, sizeof(*storage)),
			OPALVM_OUT(remaining, sizeof(*remaining)),
			OPALVM_OUT(max_size, sizeof(*max_size)),
		},
	};

	if (!storage || !remaining || !max_size)
		return EFI_INVALID_PARAMETER;
	return atomic ? call_atomic(fw, &call) : opalvm_efi_call(fw, &call);
}

/**
 * opalvm_efi_query_variable_info() - QueryVariableInfo (UEFI 2.10 section 8.2)
 * @fw: the firmware
 * @attr: attributes of the variables that are asked for
 * @storage: result: bytes in the store
 * @remaining: result: bytes free
 * @max_size: result: bytes that one variable may have
 *
 * Context: may sleep.
 * Return: as opalvm_efi_get_time().
 */
efi_status_t opalvm_efi_query_variable_info(struct opalvm_firmware *fw, u32 attr,
					    u64 *storage, u64 *remaining, u64 *max_size)
{
	return query_variable_info(fw, attr, storage, remaining, max_size, false);
}

/**
 * opalvm_efi_query_variable_info_nonblocking() - QueryVariableInfo without
 *                                                waiting
 * @fw: the firmware
 * @attr: attributes of the variables that are asked for
 * @storage: result: bytes in the store
 * @remaining: result: bytes free
 * @max_size: result: bytes that one variable may have
 *
 * Context: any; never waits.
 * Return: as opalvm_efi_get_time(); EFI_NOT_READY while the firmware is busy.
 */
efi_status_t opalvm_efi_query_variable_info_nonblocking(struct opalvm_firmware *fw, u32 attr,
							u64 *storage, u64 *remaining,
							u64 *max_size)
{
	return query_variable_info(fw, attr, storage, remaining, max_size, true);
}

/**
 * opalvm_efi_get_next_high_mono_count() - GetNextHighMonotonicCount (UEFI 2.10
 *                                         section 8.5.2)
 * @fw: the firmware
 * @count: result: the upper half of the count, raised by one
 *
 * Context: may sleep; writes the variable store.
 * Return: as opalvm_efi_get_time().
 */
efi_status_t opalvm_efi_get_next_high_mono_count(struct opalvm_firmware *fw, u32 *count)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_GET_NEXT_HIGH_MONO_COUNT,
		.nr_args = 1,
		.args = {
			OPALVM_OUT(count, sizeof(*count)),
		},
	};

	if (!count)
		return EFI_INVALID_PARAMETER;
	return opalvm_efi_call(fw, &call);
}

/**
 * opalvm_efi_reset_system() - ResetSystem (UEFI 2.10 section 8.5.1)
 * @fw: the firmware
 * @type: EFI_RESET_*
 * @reason: EFI_SUCCESS for a normal reset
 * @data_size: bytes at @data, OPALVM_ATOMIC_ARG_LEN at most
 * @data: a NUL-terminated string that may be followed by more; may be NULL if
 *        @data_size is 0
 *
 * Context: any; never waits. Nothing is synchronised or shut down first.
 * Return: only if the machine was not reset: as opalvm_efi_get_time(), and
 * EFI_DEVICE_ERROR if the firmware returned.
 */
efi_status_t opalvm_efi_reset_system(struct opalvm_firmware *fw, int type,
				     efi_status_t reason, unsigned long data_size,
				     const void *data)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_RESET_SYSTEM,
		.nr_args = 4,
		.args = {
			OPALVM_VALUE(type),
			OPALVM_VALUE(reason),
			OPALVM_VALUE(data_size),
			OPALVM_IN(data_size ? data : NULL, data_size),
		},
	};
	efi_status_t status;

	if (type < 0 || (data_size && !data))
		return EFI_INVALID_PARAMETER;
	status = call_atomic(fw, &call);
	/* it has no return value, so that whatever is found there means nothing */
	return call.verdict == OPALVM_OK ? EFI_DEVICE_ERROR : status;
}
