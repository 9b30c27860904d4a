/* SPDX-License-Identifier: GPL-2.0 */
/* Of <linux/efi.h>, what reading a firmware's tables needs (UEFI 2.10 chapters 4 and 7) */
#ifndef OPALVM_FUZZ_SHIM_EFI_H
#define OPALVM_FUZZ_SHIM_EFI_H

#include "shim.h"

#define EFI_PAGE_SHIFT			12

#define EFI_BOOT_SERVICES_CODE		3
#define EFI_BOOT_SERVICES_DATA		4
#define EFI_RUNTIME_SERVICES_CODE	5
#define EFI_RUNTIME_SERVICES_DATA	6

#define EFI_MEMORY_UC			BIT_ULL(0)
#define EFI_MEMORY_WC			BIT_ULL(1)
#define EFI_MEMORY_WT			BIT_ULL(2)
#define EFI_MEMORY_WB			BIT_ULL(3)
#define EFI_MEMORY_XP			BIT_ULL(14)
#define EFI_MEMORY_RO			BIT_ULL(17)
#define EFI_MEMORY_RUNTIME		BIT_ULL(63)

typedef unsigned long efi_status_t;
typedef u8 efi_bool_t;
typedef u16 efi_char16_t;
typedef struct { u8 b[16]; } __attribute__((aligned(4))) efi_guid_t;
typedef struct { u8 unused[16]; } efi_time_t;
typedef struct { u8 unused[12]; } efi_time_cap_t;
typedef struct { u8 unused[28]; } efi_capsule_header_t;

#define EFI_GUID(a, b, c, d...) ((efi_guid_t){ { \
	(a) & 0xff, ((a) >> 8) & 0xff, ((a) >> 16) & 0xff, ((a) >> 24) & 0xff, \
	(b) & 0xff, ((b) >> 8) & 0xff, (c) & 0xff, ((c) >> 8) & 0xff, d } })
#define UV_SYSTEM_TABLE_GUID \
	EFI_GUID(0x3b13a7d4, 0x633e, 0x11dd, 0x93, 0xec, 0xda, 0x25, 0x56, 0xd8, 0x95, 0x93)
#define EFI_RT_PROPERTIES_TABLE_GUID \
	EFI_GUID(0xeb66918a, 0x7eef, 0x402a, 0x84, 0x2e, 0x93, 0x1d, 0x21, 0xc3, 0x8a, 0xe9)
#define EFI_MEMORY_ATTRIBUTES_TABLE_GUID \
	EFI_GUID(0xdcfa911d, 0x26eb, 0x469f, 0xa2, 0x20, 0x38, 0xb7, 0xdc, 0x46, 0x12, 0x20)

static inline int efi_guidcmp(efi_guid_t a, efi_guid_t b)
{
	return memcmp(&a, &b, sizeof(a));
}

typedef struct {
	u32 type;
	u32 pad;
	u64 phys_addr;
	u64 virt_addr;
	u64 num_pages;
	u64 attribute;
} efi_memory_desc_t;

typedef struct {
	u64 signature;
	u32 revision;
	u32 headersize;
	u32 crc32;
	u32 reserved;
} efi_table_hdr_t;

#define EFI_SYSTEM_TABLE_SIGNATURE	0x5453595320494249ULL

typedef struct {
	efi_table_hdr_t hdr;
	u64 fw_vendor;
	u32 fw_revision;
	u32 pad;
	u64 console[6];
	u64 runtime;
	u64 boottime;
	u32 nr_tables;
	u32 pad2;
	u64 tables;
} __attribute__((packed)) efi_system_table_64_t;

typedef struct {
	efi_table_hdr_t hdr;
	u64 get_time, set_time, get_wakeup_time, set_wakeup_time;
	u64 set_virtual_address_map, convert_pointer;
	u64 get_variable, get_next_variable, set_variable;
	u64 get_next_high_mono_count, reset_system;
	u64 update_capsule, query_capsule_caps, query_variable_info;
} efi_runtime_services_t;

typedef struct {
	efi_guid_t guid;
	u64 table;
} __attribute__((packed)) efi_config_table_64_t;

#define EFI_RT_PROPERTIES_TABLE_VERSION	1

typedef struct {
	u16 version;
	u16 length;
	u32 runtime_services_supported;
} efi_rt_properties_table_t;

typedef struct {
	u32 version;
	u32 num_entries;
	u32 desc_size;
	u32 reserved;
} efi_memory_attributes_table_t;

#define EFI_MEM_ATTR			10
extern bool fuzz_efi_mem_attr;
#define efi_enabled(feature)		((feature) == EFI_MEM_ATTR && fuzz_efi_mem_attr)

#endif /* OPALVM_FUZZ_SHIM_EFI_H */
