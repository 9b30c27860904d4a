/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * opalvm: the handover table, the one permanent ABI of the project.
 *
 * The table carries the map of each hosted firmware from one kernel to the
 * next. It is little-endian on every architecture. All sizes are in bytes and
 * all addresses are 64 bits wide.
 */
#ifndef _UAPI_LINUX_OPALVM_H
#define _UAPI_LINUX_OPALVM_H

#include <linux/types.h>

/**
 * DOC: Container
 *
 * A table starts with struct opalvm_wire_header. From @header_size on follow
 * @table_count firmware tables, each a struct opalvm_wire_table whose own
 * @total_size leads to the next one. Inside a firmware table, from its
 * @header_size on, stand @entry_count entries of @entry_size bytes and then
 * @extent_count extents of @extent_size bytes.
 *
 * A reader accepts headers, entries and extents that are longer than the ones
 * it knows and ignores their tails; it skips a table of a firmware that it
 * does not know. It refuses a table with a critical flag that it does not
 * know, and a container whose @version is higher than its own.
 */

/* "OPALVMAP", as it stands in memory */
#define OPALVM_WIRE_MAGIC		"OPALVMAP"
#define OPALVM_WIRE_MAGIC_LEN		8
/* raised only when old readers must refuse what new writers write */
#define OPALVM_WIRE_VERSION		1
#define OPALVM_WIRE_WRITER_LEN		32

/* the most that the module accepts; the format itself has no such limit */
#define OPALVM_MAX_EXTENTS		4096
#define OPALVM_MAX_ENTRIES		64
#define OPALVM_MAX_TABLES		8
#define OPALVM_MAX_WIRE_SIZE		(1024 * 1024)

/**
 * struct opalvm_wire_header - the head of a handover table
 * @magic: OPALVM_WIRE_MAGIC
 * @version: OPALVM_WIRE_VERSION
 * @header_size: size of this structure as written
 * @total_size: size of the whole container
 * @crc32: CRC-32 (IEEE 802.3) of @total_size bytes, this field taken as zero
 * @table_count: number of firmware tables
 * @generation: raised with each change of what the table says
 * @hop_count: kernels that the map has travelled through, 0 in the first one
 * @reserved: zero
 * @state_page: physical address of the live state page, 0 if there is none
 * @writer: name and version of the writer, NUL-terminated, for people
 * @chain: a random number that the first kernel chose; the same in all kernels
 *         that the map travels through
 */
struct opalvm_wire_header {
	__u8	magic[OPALVM_WIRE_MAGIC_LEN];
	__le32	version;
	__le32	header_size;
	__le64	total_size;
	__le32	crc32;
	__le32	table_count;
	__le64	generation;
	__le32	hop_count;
	__le32	reserved;
	__le64	state_page;
	__u8	writer[OPALVM_WIRE_WRITER_LEN];
	__le64	chain;
};

/* opalvm_wire_table.firmware */
#define OPALVM_FW_EFI			1
#define OPALVM_FW_OPAL			2
#define OPALVM_FW_RTAS			3

/* opalvm_wire_table.placement */
#define OPALVM_PLACEMENT_IDENTITY	1	/* virtual == physical */
#define OPALVM_PLACEMENT_ASSIGNED	2	/* set by SetVirtualAddressMap() */
#define OPALVM_PLACEMENT_FIRMWARE	3	/* exported by the firmware */

/* opalvm_wire_table.flags: a reader may ignore the ones that it does not know */
#define OPALVM_TABLE_SVAM_DONE		(1u << 0)	/* UEFI 2.10 section 8.4 */

/* opalvm_wire_table.critical_flags: none is defined by version 1 */
#define OPALVM_CRITICAL_KNOWN		0u

/**
 * struct opalvm_wire_table - the map of one firmware
 * @firmware: OPALVM_FW_*
 * @header_size: size of this structure as written
 * @total_size: size of this table with its entries and extents
 * @entry_size: size of one entry as written
 * @entry_count: number of entries
 * @extent_size: size of one extent as written
 * @extent_count: number of extents
 * @critical_flags: what a reader must understand to use the table
 * @flags: OPALVM_TABLE_*
 * @placement: OPALVM_PLACEMENT_*
 * @reserved: zero
 * @systab: physical address of the EFI system table (UEFI 2.10 section 4.3),
 *          0 for other firmware
 * @services: bit n set: service n is supported. EFI: the bits of
 *            EFI_RT_PROPERTIES_TABLE (UEFI 2.10 section 4.6.2)
 * @quarantine: bit n set: service n was refused when the table was written
 */
struct opalvm_wire_table {
	__le32	firmware;
	__le32	header_size;
	__le64	total_size;
	__le32	entry_size;
	__le32	entry_count;
	__le32	extent_size;
	__le32	extent_count;
	__le32	critical_flags;
	__le32	flags;
	__le32	placement;
	__le32	reserved;
	__le64	systab;
	__le64	services;
	__le64	quarantine;
};

/* opalvm_wire_entry.kind: which kind of address @address is */
#define OPALVM_ENTRY_VA			1
#define OPALVM_ENTRY_PA			2

/* opalvm_wire_entry.id of OPAL and RTAS, whose services share entry points */
#define OPALVM_ENTRY_ID_COMMON		0	/* OPAL: big-endian, on a stack of its own */
#define OPALVM_ENTRY_ID_V4		1	/* OPAL: little-endian, on the caller's stack */

/**
 * struct opalvm_wire_entry - where the firmware is called
 * @id: EFI: the service, numbered as in @services of struct opalvm_wire_table;
 *      others: OPALVM_ENTRY_ID_*
 * @kind: OPALVM_ENTRY_*
 * @address: its entry point
 */
struct opalvm_wire_entry {
	__le32	id;
	__le32	kind;
	__le64	address;
};

/**
 * struct opalvm_wire_extent - one contiguous mapping
 * @va: virtual address of its first byte, a multiple of 4096
 * @pa: physical address of its first byte, a multiple of 4096
 * @size: a multiple of 4096
 * @attribute: UEFI memory attribute bits (UEFI 2.10 section 7.2), for every
 *             firmware: caching (UC, WC, WT, WB, UCE) and protection (XP, RO,
 *             RP)
 * @type: UEFI memory type, for every firmware
 * @reserved: zero
 */
struct opalvm_wire_extent {
	__le64	va;
	__le64	pa;
	__le64	size;
	__le64	attribute;
	__le32	type;
	__le32	reserved;
};

/**
 * DOC: Live state page
 *
 * A table is frozen when a kernel is loaded; the live state page tells what
 * has happened since, up to the last moment. It is a page of 4096 bytes of RAM
 * with two slots, each a struct opalvm_wire_state with its records behind it.
 * A writer fills slot @sequence modulo 2, which is not the latest one, so that
 * one is whole at any moment. A reader takes, of the slots whose checksum is
 * right and whose @chain is that of the table, the one with the higher
 * @sequence, wherever it is.
 *
 * Slots and records may be longer than a reader knows, as in a table.
 */

/* "OPALVMST", as it stands in memory */
#define OPALVM_STATE_MAGIC		"OPALVMST"
#define OPALVM_STATE_VERSION		1
#define OPALVM_STATE_PAGE_SIZE		4096
#define OPALVM_STATE_SLOTS		2
#define OPALVM_STATE_SLOT_SIZE		(OPALVM_STATE_PAGE_SIZE / OPALVM_STATE_SLOTS)

/**
 * struct opalvm_wire_state - the head of a slot of the live state page
 * @magic: OPALVM_STATE_MAGIC
 * @version: OPALVM_STATE_VERSION, raised as that of a table
 * @header_size: size of this structure as written
 * @total_size: size of the slot as written, with its records
 * @crc32: CRC-32 (IEEE 802.3) of @total_size bytes, this field taken as zero
 * @record_size: size of one record as written
 * @record_count: number of records
 * @sequence: raised with each writing
 * @chain: as in the table that this page belongs to
 * @generation: as in a table that was written now
 */
struct opalvm_wire_state {
	__u8	magic[OPALVM_WIRE_MAGIC_LEN];
	__le32	version;
	__le32	header_size;
	__le32	total_size;
	__le32	crc32;
	__le32	record_size;
	__le32	record_count;
	__le64	sequence;
	__le64	chain;
	__le64	generation;
};

/**
 * struct opalvm_wire_record - what happens to one firmware
 * @firmware: OPALVM_FW_*
 * @reserved: zero
 * @quarantine: bit n set: service n is refused
 * @in_flight: bit n set: service n is in progress
 */
struct opalvm_wire_record {
	__le32	firmware;
	__le32	reserved;
	__le64	quarantine;
	__le64	in_flight;
};

#endif /* _UAPI_LINUX_OPALVM_H */
