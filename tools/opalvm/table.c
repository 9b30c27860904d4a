// SPDX-License-Identifier: GPL-2.0
/*
 * The checks and the words are those of the module (wire.c). Whether the
 * addresses make sense is for the kernel that maps them.
 */
#include <endian.h>
#include <errno.h>
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

/* what is being checked, for messages */
static const char *what;

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
		return fail(EXIT_FAILED, "%s: table %u: entries of %" PRIu64 ", extents of %"
			    PRIu64 " bytes are too short" AGAIN, what, nr, entry_size, extent_size);
	/* neither product can wrap in 64 bits, but their sum can */
	if (entries * entry_size > room || extents * extent_size > room - entries * entry_size)
		return fail(EXIT_FAILED, "%s: table %u: %" PRIu64 " entries and %" PRIu64
			    " extents do not fit %" PRIu64 " bytes" AGAIN,
			    what, nr, entries, extents, room);
	return EXIT_OK;
}

static int check_firmware(const unsigned char *data, size_t left, uint32_t nr, size_t *size)
{
	struct opalvm_wire_table table;
	uint64_t header_size;

	if (left < sizeof(table))
		return fail(EXIT_FAILED, "%s: table %u is cut short" AGAIN, what, nr);
	memcpy(&table, data, sizeof(table));
	header_size = le32toh(table.header_size);
	*size = le64toh(table.total_size);
	if (header_size < sizeof(table) || header_size > *size || *size > left)
		return fail(EXIT_FAILED, "%s: table %u: sizes %" PRIu64
			    " and %zu do not fit %zu bytes" AGAIN,
			    what, nr, header_size, *size, left);
	return is_known(&table) ? check_inside(&table, *size - header_size, nr) : EXIT_OK;
}

static int check_header(const struct opalvm_wire_header *header, size_t len)
{
	uint64_t total_size;
	uint32_t header_size;

	if (len < sizeof(*header))
		return fail(EXIT_FAILED, "%s: %zu bytes are too short" AGAIN, what, len);
	if (memcmp(header->magic, OPALVM_WIRE_MAGIC, OPALVM_WIRE_MAGIC_LEN))
		return fail(EXIT_FAILED, "%s: not a handover table" AGAIN, what);
	/* first, because another version may differ in all that follows */
	if (le32toh(header->version) != OPALVM_WIRE_VERSION)
		return fail(EXIT_FAILED, "%s: version %u, only %u is known here" SAME_VERSION, what,
			    le32toh(header->version), OPALVM_WIRE_VERSION);
	header_size = le32toh(header->header_size);
	total_size = le64toh(header->total_size);
	if (header_size < sizeof(*header) || header_size > total_size || total_size > len)
		return fail(EXIT_FAILED, "%s: sizes %u and %" PRIu64
			    " do not fit %zu bytes" AGAIN, what, header_size, total_size, len);
	if (le32toh(header->crc32) != checksum((const unsigned char *)header, total_size))
		return fail(EXIT_FAILED, "%s: wrong checksum" AGAIN, what);
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
			    "%s: no table for any firmware; the reason: dmesg | grep opalvm", what);
	if (nr > OPALVM_MAX_TABLES)
		return fail(EXIT_FAILED, "%s: %u tables, more than %u" SAME_VERSION,
			    what, nr, OPALVM_MAX_TABLES);
	at = le32toh(header->header_size);
	for (uint32_t i = 0; code == EXIT_OK && i < nr; i++) {
		code = check_firmware((unsigned char *)table->data + at, table->len - at, i, &size);
		at += size;
	}
	return code;
}

/* @err is what reading gave */
static int check_read(struct table *table, const char *name, int err)
{
	int code;

	if (err)
		return fail_sysfs(name, -err);
	what = name;
	code = check(table);
	if (code != EXIT_OK)
		table_free(table);
	return code;
}

int table_read(struct table *table)
{
	return table_read_name(table, "handover");
}

int table_read_name(struct table *table, const char *name)
{
	return check_read(table, name, sysfs_bytes(&table->data, &table->len,
						   OPALVM_MAX_WIRE_SIZE, name));
}

int table_read_file(struct table *table, const char *path)
{
	int err = file_bytes(&table->data, &table->len, OPALVM_MAX_WIRE_SIZE, path);

	if (err == -ENOENT || err == -EISDIR)
		return fail(EXIT_FAILED, "%s: %s; name a file that holds a table",
			    path, strerror(-err));
	return check_read(table, path, err);
}

uint32_t table_count(const struct table *table)
{
	const struct opalvm_wire_header *header = table->data;

	return le32toh(header->table_count);
}

const unsigned char *table_firmware(const struct table *table, uint32_t nr,
				    struct opalvm_wire_table *firmware)
{
	const struct opalvm_wire_header *header = table->data;
	const unsigned char *at = (unsigned char *)table->data + le32toh(header->header_size);

	memcpy(firmware, at, sizeof(*firmware));
	while (nr--) {
		at += le64toh(firmware->total_size);
		memcpy(firmware, at, sizeof(*firmware));
	}
	return is_known(firmware) ? at + le32toh(firmware->header_size) : NULL;
}

void table_free(struct table *table)
{
	free(table->data);
	table->data = NULL;
}
