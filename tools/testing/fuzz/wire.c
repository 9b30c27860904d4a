// SPDX-License-Identifier: GPL-2.0
/*
 * A handover table of any bytes. What is accepted is what a second reader, which
 * knows nothing but the format, reads; and it can be written again without a loss.
 */
#include "fuzz.h"

#define MAX_EXTENTS	64

static u32 get32(const u8 *p)
{
	u32 value;

	memcpy(&value, p, sizeof(value));
	return le32toh(value);
}

static u64 get64(const u8 *p)
{
	u64 value;

	memcpy(&value, p, sizeof(value));
	return le64toh(value);
}

/* The same as the table says, by the offsets of the format, and in its bounds */
static void check_same(const u8 *p, const struct opalvm_map *map)
{
	const u8 *record, *end = p + get64(p + 16);
	u32 n = get32(p + 28), i;

	for (p += get32(p + 12); n && get32(p) != map->firmware; n--)
		p += get64(p + 8);
	CHECK(n && p + get64(p + 8) <= end);
	end = p + get64(p + 8);
	CHECK(get32(p + 20) == map->nr_entries && get32(p + 28) == map->nr_extents);
	CHECK(!get32(p + 32));
	CHECK(map->flags == (get32(p + 36) & 1) && map->placement == get32(p + 40));
	CHECK(map->systab == get64(p + 48) && map->services == get64(p + 56));
	CHECK(map->quarantine == get64(p + 64));
	record = p + get32(p + 4);
	for (i = 0; i < map->nr_entries; i++, record += get32(p + 16))
		CHECK(map->entries[i].id == get32(record) &&
		      map->entries[i].kind == get32(record + 4) &&
		      map->entries[i].address == get64(record + 8));
	for (i = 0; i < map->nr_extents; i++, record += get32(p + 24))
		CHECK(map->extents[i].va == get64(record) &&
		      map->extents[i].pa == get64(record + 8) &&
		      map->extents[i].size == get64(record + 16) &&
		      map->extents[i].attr == get64(record + 24) &&
		      map->extents[i].type == get32(record + 32));
	CHECK(record <= end);
}

/* All that a table carries of a map */
static void check_equal(const struct opalvm_map *a, const struct opalvm_map *b)
{
	CHECK(a && b && opalvm_map_same(a, b, NULL));
	CHECK(a->placement == b->placement && a->flags == b->flags && a->systab == b->systab &&
	      a->services == b->services && a->quarantine == b->quarantine &&
	      a->nr_entries == b->nr_entries &&
	      !memcmp(a->entries, b->entries, a->nr_entries * sizeof(a->entries[0])));
}

static struct opalvm_map *read_map(const u8 *data, size_t len, u32 firmware)
{
	struct opalvm_why why = {};
	struct opalvm_map *map = opalvm_wire_read(data, len, firmware, MAX_EXTENTS, &why);

	if (IS_ERR(map)) {
		check_why(PTR_ERR(map), &why);
		return NULL;
	}
	CHECK(map->firmware == firmware && map->origin == OPALVM_ORIGIN_HANDOVER);
	CHECK(map->nr_extents <= MAX_EXTENTS && map->nr_entries <= OPALVM_MAX_ENTRIES);
	check_same(data, map);
	return map;
}

/* What was read, written, read and written again is the same, byte for byte. */
static void round_trip(const struct opalvm_wire_info *info,
		       const struct opalvm_map *const maps[], u32 nr)
{
	size_t size = opalvm_wire_size(maps, nr);
	u8 *first = malloc(size), *second = malloc(size);
	struct opalvm_map *again[OPALVM_MAX_TABLES];
	struct opalvm_wire_info info_again;
	u32 i;

	CHECK(opalvm_wire_write(first, size - 1, info, maps, nr) == -ENOSPC);
	CHECK(opalvm_wire_write(first, size, info, maps, nr) == (ssize_t)size);
	CHECK(!opalvm_wire_check(first, size, &info_again, NULL));
	CHECK(info->generation == info_again.generation && info->chain == info_again.chain &&
	      info->hop_count == info_again.hop_count &&
	      info->state_page == info_again.state_page &&
	      !strcmp(info->writer, info_again.writer));
	for (i = 0; i < nr; i++) {
		again[i] = read_map(first, size, maps[i]->firmware);
		check_equal(again[i], maps[i]);
	}
	CHECK(opalvm_wire_write(second, size, &info_again,
				(const struct opalvm_map *const *)again, nr) == (ssize_t)size);
	CHECK(!memcmp(first, second, size));
	for (i = 0; i < nr; i++)
		opalvm_map_free(again[i]);
	free(first);
	free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const u32 firmwares[] = { OPALVM_FW_EFI, OPALVM_FW_OPAL, OPALVM_FW_RTAS, 0, 99 };
	struct opalvm_map *maps[ARRAY_SIZE(firmwares)];
	struct opalvm_wire_info info;
	struct opalvm_why why = {};
	int err = opalvm_wire_check(data, len, &info, &why);
	u32 i, nr = 0;

	CHECK(opalvm_wire_check(data, len, NULL, NULL) == err);
	if (err)
		check_why(err, &why);
	for (i = 0; i < ARRAY_SIZE(firmwares); i++) {
		maps[nr] = read_map(data, len, firmwares[i]);
		CHECK(!err || !maps[nr]);
		nr += !!maps[nr];
	}
	if (!err) {
		CHECK(memchr(info.writer, 0, sizeof(info.writer)));
		for (i = 0; info.writer[i]; i++)
			CHECK(info.writer[i] >= ' ' && info.writer[i] <= '~');
		round_trip(&info, (const struct opalvm_map *const *)maps, nr);
	}
	for (i = 0; i < nr; i++)
		opalvm_map_free(maps[i]);
	return 0;
}

/*
 * A checksum is nothing that mutations find. Most inputs get the right one, and a
 * size that they have; the others, and the seeds, stay as they are.
 */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	struct opalvm_wire_header head;
	u32 crc;

	if (seed % 4 == 1)
		tweak(data, min(size, (size_t)256), seed / 8);
	else
		size = LLVMFuzzerMutate(data, size, max);
	if (size < sizeof(head) || seed % 8 == 0)
		return size;
	memcpy(&head, data, sizeof(head));
	memcpy(head.magic, OPALVM_WIRE_MAGIC, OPALVM_WIRE_MAGIC_LEN);
	if (seed % 16 != 1)
		head.version = htole32(OPALVM_WIRE_VERSION);
	if (le64toh(head.total_size) > size || le64toh(head.total_size) < sizeof(head))
		head.total_size = htole64(size);
	head.crc32 = 0;
	memcpy(data, &head, sizeof(head));
	crc = htole32(crc32_z(0, data, le64toh(head.total_size)));
	memcpy(data + offsetof(struct opalvm_wire_header, crc32), &crc, sizeof(crc));
	return size;
}
