// SPDX-License-Identifier: GPL-2.0
/*
 * Write a handover table with one firmware, two entries and three extents to
 * standard output.
 *
 *	make_table [FIELD=VALUE...]
 *
 * FIELD is a field of struct opalvm_wire_header or, behind "table.", of struct
 * opalvm_wire_table. The checksum is computed last, so that a wrong field
 * alone is what a reader finds, unless crc32= is given. "cut=N" leaves out the
 * last N bytes, "extra=N" adds zero bytes; both leave the sizes as they are.
 * "flip=N" inverts the byte at N after all else.
 */
#include <endian.h>
#include <linux/opalvm.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define NR_ENTRIES	2
#define NR_EXTENTS	3
#define MAX_EXTRA	4096

static struct {
	struct opalvm_wire_header header;
	struct opalvm_wire_table table;
	struct opalvm_wire_entry entries[NR_ENTRIES];
	struct opalvm_wire_extent extents[NR_EXTENTS];
	char extra[MAX_EXTRA];
} image;

#define IMAGE_SIZE	(offsetof(typeof(image), extra))

#define HEADER(f)	{ #f, &image.header.f, sizeof(image.header.f) }
#define TABLE(f)	{ "table." #f, &image.table.f, sizeof(image.table.f) }

static const struct {
	const char *name;
	void *at;
	size_t size;
} fields[] = {
	HEADER(magic), HEADER(version), HEADER(header_size), HEADER(total_size), HEADER(crc32),
	HEADER(table_count), HEADER(generation), HEADER(hop_count), HEADER(state_page),
	HEADER(chain),
	TABLE(firmware), TABLE(header_size), TABLE(total_size), TABLE(entry_size),
	TABLE(entry_count), TABLE(extent_size), TABLE(extent_count), TABLE(critical_flags),
	TABLE(placement), TABLE(quarantine),
};

static void fill(void)
{
	memcpy(image.header.magic, OPALVM_WIRE_MAGIC, OPALVM_WIRE_MAGIC_LEN);
	image.header.version = htole32(OPALVM_WIRE_VERSION);
	image.header.header_size = htole32(sizeof(image.header));
	image.header.total_size = htole64(IMAGE_SIZE);
	image.header.table_count = htole32(1);
	image.header.generation = htole64(1);
	image.header.chain = htole64(0x0123456789abcdef);
	strcpy((char *)image.header.writer, "make_table");
	image.table.firmware = htole32(OPALVM_FW_EFI);
	image.table.header_size = htole32(sizeof(image.table));
	image.table.total_size = htole64(IMAGE_SIZE - sizeof(image.header));
	image.table.entry_size = htole32(sizeof(image.entries[0]));
	image.table.entry_count = htole32(NR_ENTRIES);
	image.table.extent_size = htole32(sizeof(image.extents[0]));
	image.table.extent_count = htole32(NR_EXTENTS);
	image.table.placement = htole32(OPALVM_PLACEMENT_IDENTITY);
	for (int i = 0; i < NR_EXTENTS; i++) {
		image.extents[i].va = htole64(0x7f000000 + i * 0x10000);
		image.extents[i].pa = image.extents[i].va;
		image.extents[i].size = htole64(0x1000);
	}
}

static void set(const char *name, size_t len, uint64_t value)
{
	uint64_t le = htole64(value);

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strlen(fields[i].name) == len && !memcmp(fields[i].name, name, len)) {
			memcpy(fields[i].at, &le, fields[i].size);
			return;
		}
	}
	fprintf(stderr, "make_table: no field %.*s\n", (int)len, name);
	exit(2);
}

int main(int argc, char **argv)
{
	unsigned char *bytes = (unsigned char *)&image;
	size_t size = IMAGE_SIZE, flip = SIZE_MAX;
	bool crc_given = false;

	fill();
	for (int i = 1; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		uint64_t value = equals ? strtoull(equals + 1, NULL, 0) : 0;

		if (!equals)
			return 2;
		if (!strncmp(argv[i], "cut=", 4))
			size -= value;
		else if (!strncmp(argv[i], "extra=", 6))
			size += value;
		else if (!strncmp(argv[i], "flip=", 5))
			flip = value;
		else
			set(argv[i], equals - argv[i], value);
		crc_given |= !strncmp(argv[i], "crc32=", 6);
	}
	if (size > sizeof(image))
		return 2;
	if (!crc_given)
		image.header.crc32 = htole32(crc32(0, bytes, size));
	if (flip < size)
		bytes[flip] ^= 0xff;
	return fwrite(bytes, 1, size, stdout) != size;
}
