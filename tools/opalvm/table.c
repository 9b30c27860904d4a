// SPDX-License-Identifier: GPL-2.0
/*
 * The checks and the words are those of the module (wire.c). Whether the
 * addresses make sense is for the kernel that maps them.
 */
#include <endian.h>
#include <inttypes.h>
#include <linux/opalvm.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "say.h"
#include "sysfs.h"
#include "table.h"
#include "tool.h"

#define AGAIN		"; try again, and report it if it stays"
#define SAME_VERSION	"; use the tool and the module of the same version"

/* the checksum is computed with its own field zero */
static uint32_t checksum(const unsigned char *data, size_t len)
{
	const size_t at = offsetof(struct opalvm_wire_header, crc32);
	const unsigned char zero[sizeof(__le32)] = { 0 };
	const size_t behind = at + sizeof(zero);
	uint32_t crc;

	crc = crc32_z(0, data, at);
	crc = crc32_z(crc, zero, sizeof(zero));
	return crc32_z(crc, data + behind, len - behind);
}

/* what is inside is only for those who know the firmware and its flags */
static bool is_known(const struct opalvm_wire_table *table)
{
	uint32_t firmware = le32toh(table->firmware);

	return firmware >= OPALVM_FW_EFI && firmware <= OPALVM_FW_RTAS &&
	       !(le32toh(table->critical_flags) & ~OPALVM_CRITICAL_KNOWN);
}

static int check_inside(const struct opalvm_wire_table *table, uint64_t room, uint32_t nr)
{
	uint64_t entries = le32toh(table->entry_count);
	uint64_t entry_size = le32toh(table->entry_size);
	uint64_t extents = le32toh(table->extent_count);
	uint64_t extent_size = le32toh(table->extent_size);

	if (entry_size < sizeof(struct opalvm_wire_entry) ||
	    extent_size < sizeof(struct opalvm_wire_extent))
		return fail(EXIT_FAILED, "handover: table %u: entries of %" PRIu64 ", extents of %"
			    PRIu64 " bytes are too short" AGAIN, nr, entry_size, extent_size);
	/* neither product can wrap in 64 bits, but their sum can */
	if (entries * entry_size > room || extents * extent_size > room - entries * entry_size)
		return fail(EXIT_FAILED, "handover: table %u: %" PRIu64 " entries and %" PRIu64
			    " extents do not fit %" PRIu64 " bytes" AGAIN,
			    nr, entries, extents, room);
	return EXIT_OK;
}

static int check_firmware(const unsigned char *data, size_t left, uint32_t nr, size_t *size)
{
	struct opalvm_wire_table table;
	uint64_t header_size;

	if (left < sizeof(table))
		return fail(EXIT_FAILED, "handover: table %u is cut short" AGAIN, nr);
	memcpy(&table, data, sizeof(table));
	header_size = le32toh(table.header_size);
	*size = le64toh(table.total_size);
	if (header_size < sizeof(table) || header_size > *size || *size > left)
		return fail(EXIT_FAILED, "handover: table %u: sizes %" PRIu64
			    " and %zu do not fit %zu bytes" AGAIN, nr, header_size, *size, left);
	return is_known(&table) ? check_inside(&table, *size - header_size, nr) : EXIT_OK;
}

static int check_header(const struct opalvm_wire_header *header, size_t len)
{
	uint64_t total_size;
	uint32_t header_size;

	if (len < sizeof(*header))
		return fail(EXIT_FAILED, "handover: %zu bytes are too short" AGAIN, len);
	if (memcmp(header->magic, OPALVM_WIRE_MAGIC, OPALVM_WIRE_MAGIC_LEN))
		return fail(EXIT_FAILED, "handover: not a handover table" AGAIN);
	/* first, because another version may differ in all that follows */
	if (le32toh(header->version) != OPALVM_WIRE_VERSION)
		return fail(EXIT_FAILED, "handover: version %u, only %u is known here" SAME_VERSION,
			    le32toh(header->version), OPALVM_WIRE_VERSION);
	header_size = le32toh(header->header_size);
	total_size = le64toh(header->total_size);
	if (header_size < sizeof(*header) || header_size > total_size || total_size > len)
		return fail(EXIT_FAILED, "handover: sizes %u and %" PRIu64
			    " do not fit %zu bytes" AGAIN, header_size, total_size, len);
	if (le32toh(header->crc32) != checksum((const unsigned char *)header, total_size))
		return fail(EXIT_FAILED, "handover: wrong checksum" AGAIN);
	return EXIT_OK;
}

static int check(struct table *table)
{
	const struct opalvm_wire_header *header = table->data;
	uint32_t nr;
	size_t size = 0;
	size_t at;
	int code;

	code = check_header(header, table->len);
	if (code != EXIT_OK)
		return code;
	/* what stands behind the table is not part of it */
	table->len = le64toh(header->total_size);
	table->checksum = le32toh(header->crc32);
	table->state_page = le64toh(header->state_page);

	nr = le32toh(header->table_count);
	if (!nr)
		return fail(EXIT_FAILED,
			    "handover: no table for any firmware; the reason: dmesg | grep opalvm");
	if (nr > OPALVM_MAX_TABLES)
		return fail(EXIT_FAILED, "handover: %u tables, more than %u" SAME_VERSION,
			    nr, OPALVM_MAX_TABLES);
	at = le32toh(header->header_size);
	for (uint32_t i = 0; code == EXIT_OK && i < nr; i++) {
		code = check_firmware((unsigned char *)table->data + at, table->len - at, i, &size);
		at += size;
	}
	return code;
}

int table_read(struct table *table)
{
	int code;
	int err;

	err = sysfs_bytes(&table->data, &table->len, OPALVM_MAX_WIRE_SIZE, "handover");
	if (err)
		return fail_sysfs("handover", -err);
	code = check(table);
	if (code != EXIT_OK)
		table_free(table);
	return code;
}

void table_free(struct table *table)
{
	free(table->data);
	table->data = NULL;
}
