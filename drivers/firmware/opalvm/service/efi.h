/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The EFI runtime services as typed functions.
 */
#ifndef OPALVM_SERVICE_EFI_H
#define OPALVM_SERVICE_EFI_H

#include <linux/efi.h>
#include <linux/types.h>

struct opalvm_call;
struct opalvm_firmware;
struct opalvm_service;
struct rtc_time;
struct rtc_wkalrm;

/*
 * The services, numbered as the bits of RuntimeServicesSupported in
 * EFI_RT_PROPERTIES_TABLE (UEFI 2.10 section 4.6.2).
 */
enum opalvm_efi_service {
	OPALVM_EFI_GET_TIME,
	OPALVM_EFI_SET_TIME,
	OPALVM_EFI_GET_WAKEUP_TIME,
	OPALVM_EFI_SET_WAKEUP_TIME,
	OPALVM_EFI_GET_VARIABLE,
	OPALVM_EFI_GET_NEXT_VARIABLE_NAME,
	OPALVM_EFI_SET_VARIABLE,
	OPALVM_EFI_SET_VIRTUAL_ADDRESS_MAP,
	OPALVM_EFI_CONVERT_POINTER,
	OPALVM_EFI_GET_NEXT_HIGH_MONO_COUNT,
	OPALVM_EFI_RESET_SYSTEM,
	OPALVM_EFI_UPDATE_CAPSULE,
	OPALVM_EFI_QUERY_CAPSULE_CAPS,
	OPALVM_EFI_QUERY_VARIABLE_INFO,
	OPALVM_EFI_NR_SERVICES
};

/* bytes that the name of a variable may have, with its NUL */
#define OPALVM_EFI_NAME_SIZE	1024

/* bytes that a variable is believed to have */
#define OPALVM_EFI_DATA_SIZE	(1024 * 1024)

/* capsules that one UpdateCapsule() may carry */
#define OPALVM_EFI_MAX_CAPSULES	16

/**
 * struct opalvm_capsule - one capsule in kernel memory
 * @header: EFI_CAPSULE_HEADER, followed by the rest of the capsule
 * @size: bytes at @header, header included
 */
struct opalvm_capsule {
	const efi_capsule_header_t *header;
	size_t size;
};

extern const struct opalvm_service opalvm_efi_services[OPALVM_EFI_NR_SERVICES];
extern const u16 opalvm_efi_entry_offset[OPALVM_EFI_NR_SERVICES];

efi_status_t opalvm_efi_call(struct opalvm_firmware *fw, struct opalvm_call *call);

efi_status_t opalvm_efi_get_time(struct opalvm_firmware *fw, efi_time_t *time,
				 efi_time_cap_t *cap);
efi_status_t opalvm_efi_set_time(struct opalvm_firmware *fw, const efi_time_t *time);
efi_status_t opalvm_efi_get_wakeup_time(struct opalvm_firmware *fw, efi_bool_t *enabled,
					efi_bool_t *pending, efi_time_t *time);
efi_status_t opalvm_efi_set_wakeup_time(struct opalvm_firmware *fw, efi_bool_t enable,
					const efi_time_t *time);
efi_status_t opalvm_efi_get_variable(struct opalvm_firmware *fw, const efi_char16_t *name,
				     const efi_guid_t *vendor, u32 *attr,
				     unsigned long *data_size, void *data);
efi_status_t opalvm_efi_get_next_variable(struct opalvm_firmware *fw,
					  unsigned long *name_size, efi_char16_t *name,
					  efi_guid_t *vendor);
efi_status_t opalvm_efi_set_variable(struct opalvm_firmware *fw, const efi_char16_t *name,
				     const efi_guid_t *vendor, u32 attr,
				     unsigned long data_size, const void *data);
efi_status_t opalvm_efi_set_variable_nonblocking(struct opalvm_firmware *fw,
						 const efi_char16_t *name,
						 const efi_guid_t *vendor, u32 attr,
						 unsigned long data_size, const void *data);
efi_status_t opalvm_efi_query_variable_info(struct opalvm_firmware *fw, u32 attr,
					    u64 *storage, u64 *remaining, u64 *max_size);
efi_status_t opalvm_efi_query_variable_info_nonblocking(struct opalvm_firmware *fw, u32 attr,
							u64 *storage, u64 *remaining,
							u64 *max_size);
efi_status_t opalvm_efi_get_next_high_mono_count(struct opalvm_firmware *fw, u32 *count);
efi_status_t opalvm_efi_query_capsule_caps(struct opalvm_firmware *fw,
					   const struct opalvm_capsule *capsules, u32 nr,
					   u64 *max_size, int *reset_type);
efi_status_t opalvm_efi_update_capsule(struct opalvm_firmware *fw,
				       const struct opalvm_capsule *capsules, u32 nr);
bool opalvm_efi_capsule_pending(const struct opalvm_firmware *fw);
efi_status_t opalvm_efi_reset_system(struct opalvm_firmware *fw, int type,
				     efi_status_t reason, unsigned long data_size,
				     const void *data);

/* efi_time.c */
int opalvm_efi_read_time(struct opalvm_firmware *fw, struct rtc_time *time);
int opalvm_efi_write_time(struct opalvm_firmware *fw, const struct rtc_time *time);
int opalvm_efi_read_alarm(struct opalvm_firmware *fw, struct rtc_wkalrm *alarm);
int opalvm_efi_write_alarm(struct opalvm_firmware *fw, const struct rtc_time *time);

#endif /* OPALVM_SERVICE_EFI_H */
