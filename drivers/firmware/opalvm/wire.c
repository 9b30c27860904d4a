// SPDX-License-Identifier: GPL-2.0
/*
 * The wire form of maps: see include/uapi/linux/opalvm.h. A table may start at
 * any byte of a file and its parts at any byte of the table, so each structure
 * is copied out before it is looked at.
 */
#include <linux/build_bug.h>
#include <linux/crc32.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include <asm/byteorder.h>

#include "map.h"

/* The format is what kernels of different years have in common: it must not move */
#define WIRE_AT(type, field, offset) \
	static_assert(offsetof(struct opalvm_wire_##type, field) == (offset))

WIRE_AT(header, magic, 0);
WIRE_AT(header, version, 8);
WIRE_AT(header, header_size, 12);
WIRE_AT(header, total_size, 16);
WIRE_AT(header, crc32, 24);
WIRE_AT(header, table_count, 28);
WIRE_AT(header, generation, 32);
WIRE_AT(header, hop_count, 40);
WIRE_AT(header, reserved, 44);
WIRE_AT(header, state_page, 48);
WIRE_AT(header, writer, 56);
WIRE_AT(header, chain, 88);
static_assert(sizeof(struct opalvm_wire_header) == 96);

WIRE_AT(table, firmware, 0);
WIRE_AT(table, header_size, 4);
WIRE_AT(table, total_size, 8);
WIRE_AT(table, entry_size, 16);
WIRE_AT(table, entry_count, 20);
WIRE_AT(table, extent_size, 24);
WIRE_AT(table, extent_count, 28);
WIRE_AT(table, critical_flags, 32);
WIRE_AT(table, flags, 36);
WIRE_AT(table, placement, 40);
WIRE_AT(table, reserved, 44);
WIRE_AT(table, systab, 48);
WIRE_AT(table, services, 56);
WIRE_AT(table, quarantine, 64);
static_assert(sizeof(struct opalvm_wire_table) == 72);

WIRE_AT(entry, id, 0);
WIRE_AT(entry, kind, 4);
WIRE_AT(entry, address, 8);
static_assert(sizeof(struct opalvm_wire_entry) == 16);

WIRE_AT(extent, va, 0);
WIRE_AT(extent, pa, 8);
WIRE_AT(extent, size, 16);
WIRE_AT(extent, attribute, 24);
WIRE_AT(extent, type, 32);
WIRE_AT(extent, reserved, 36);
static_assert(sizeof(struct opalvm_wire_extent) == 40);

WIRE_AT(state, magic, 0);
WIRE_AT(state, version, 8);
WIRE_AT(state, header_size, 12);
WIRE_AT(state, total_size, 16);
WIRE_AT(state, crc32, 20);
WIRE_AT(state, record_size, 24);
WIRE_AT(state, record_count, 28);
WIRE_AT(state, sequence, 32);
WIRE_AT(state, chain, 40);
WIRE_AT(state, generation, 48);
static_assert(sizeof(struct opalvm_wire_state) == 56);

WIRE_AT(record, firmware, 0);
WIRE_AT(record, reserved, 4);
WIRE_AT(record, quarantine, 8);
WIRE_AT(record, in_flight, 16);
static_assert(sizeof(struct opalvm_wire_record) == 24);

/* A flag that this code does not know may be untrue by the time it is written again */
#define TABLE_FLAGS_KNOWN	OPALVM_TABLE_SVAM_DONE

/* The checksum of @size bytes, the one itself, which stands at @at, taken as zero */
static u32 checksum(const void *buf, size_t size, size_t at)
{
	static const u8 zero[sizeof(__le32)];
	const size_t behind = at + sizeof(zero);
	u32 crc;

	crc = crc32_le(~0, buf, at);
	crc = crc32_le(crc, zero, sizeof(zero));
	crc = crc32_le(crc, buf + behind, size - behind);
	return ~crc;
}

/* @size covers at least the header */
static u32 container_crc(const void *buf, size_t size)
{
	return checksum(buf, size, offsetof(struct opalvm_wire_header, crc32));
}

static size_t table_size(const struct opalvm_map *map)
{
	return sizeof(struct opalvm_wire_table) +
	       map->nr_entries * sizeof(struct opalvm_wire_entry) +
	       map->nr_extents * sizeof(struct opalvm_wire_extent);
}

/**
 * opalvm_wire_size() - how long a handover table will be
 * @maps: the maps that it is to carry
 * @nr_maps: their number
 *
 * Context: any.
 * Return: bytes.
 */
size_t opalvm_wire_size(const struct opalvm_map *const maps[], u32 nr_maps)
{
	size_t size = sizeof(struct opalvm_wire_header);
	u32 i;

	for (i = 0; i < nr_maps; i++)
		size += table_size(maps[i]);
	return size;
}

static void *write_table(void *p, const struct opalvm_map *map)
{
	const struct opalvm_wire_table head = {
		.firmware = cpu_to_le32(map->firmware),
		.header_size = cpu_to_le32(sizeof(head)),
		.total_size = cpu_to_le64(table_size(map)),
		.entry_size = cpu_to_le32(sizeof(struct opalvm_wire_entry)),
		.entry_count = cpu_to_le32(map->nr_entries),
		.extent_size = cpu_to_le32(sizeof(struct opalvm_wire_extent)),
		.extent_count = cpu_to_le32(map->nr_extents),
		.flags = cpu_to_le32(map->flags),
		.placement = cpu_to_le32(map->placement),
		.systab = cpu_to_le64(map->systab),
		.services = cpu_to_le64(map->services),
		.quarantine = cpu_to_le64(map->quarantine),
	};
	u32 i;

	memcpy(p, &head, sizeof(head));
	p += sizeof(head);

	for (i = 0; i < map->nr_entries; i++) {
		const struct opalvm_wire_entry entry = {
			.id = cpu_to_le32(map->entries[i].id),
			.kind = cpu_to_le32(map->entries[i].kind),
			.address = cpu_to_le64(map->entries[i].address),
		};

		memcpy(p, &entry, sizeof(entry));
		p += sizeof(entry);
	}

	for (i = 0; i < map->nr_extents; i++) {
		const struct opalvm_wire_extent extent = {
			.va = cpu_to_le64(map->extents[i].va),
			.pa = cpu_to_le64(map->extents[i].pa),
			.size = cpu_to_le64(map->extents[i].size),
			.attribute = cpu_to_le64(map->extents[i].attr),
			.type = cpu_to_le32(map->extents[i].type),
		};

		memcpy(p, &extent, sizeof(extent));
		p += sizeof(extent);
	}
	return p;
}

/**
 * opalvm_wire_write() - write maps as a handover table
 * @buf: receives the table
 * @len: bytes at @buf
 * @info: what its head is to say
 * @maps: the maps, at most one for each firmware
 * @nr_maps: their number
 *
 * Context: any.
 * Return: bytes written, which is opalvm_wire_size(); -E2BIG for more maps
 * than a reader accepts; -ENOSPC if @len is too small, with @buf untouched.
 */
ssize_t opalvm_wire_write(void *buf, size_t len, const struct opalvm_wire_info *info,
			  const struct opalvm_map *const maps[], u32 nr_maps)
{
	struct opalvm_wire_header head = {
		.version = cpu_to_le32(OPALVM_WIRE_VERSION),
		.header_size = cpu_to_le32(sizeof(head)),
		.table_count = cpu_to_le32(nr_maps),
		.generation = cpu_to_le64(info->generation),
		.hop_count = cpu_to_le32(info->hop_count),
		.state_page = cpu_to_le64(info->state_page),
		.chain = cpu_to_le64(info->chain),
	};
	void *p = buf;
	size_t size;
	u32 i;

	if (nr_maps > OPALVM_MAX_TABLES)
		return -E2BIG;
	size = opalvm_wire_size(maps, nr_maps);
	if (size > len)
		return -ENOSPC;

	memcpy(head.magic, OPALVM_WIRE_MAGIC, OPALVM_WIRE_MAGIC_LEN);
	memcpy(head.writer, info->writer, strnlen(info->writer, sizeof(head.writer) - 1));
	head.total_size = cpu_to_le64(size);
	memcpy(p, &head, sizeof(head));
	p += sizeof(head);
	for (i = 0; i < nr_maps; i++)
		p = write_table(p, maps[i]);

	head.crc32 = cpu_to_le32(container_crc(buf, size));
	memcpy(buf, &head, sizeof(head));
	return size;
}

static bool known_firmware(u32 firmware)
{
	return firmware == OPALVM_FW_EFI || firmware == OPALVM_FW_OPAL ||
	       firmware == OPALVM_FW_RTAS;
}

/* What every table says of itself, and of what follows it if this code understands that */
static int check_table(const void *p, size_t left, u32 nr, struct opalvm_wire_table *head,
		       struct opalvm_why *why)
{
	u64 size, room, entries, extents;

	if (left < sizeof(*head))
		return opalvm_refuse(why, -EINVAL, "handover: table %u is cut short", nr);
	memcpy(head, p, sizeof(*head));

	size = le64_to_cpu(head->total_size);
	room = le32_to_cpu(head->header_size);
	if (room < sizeof(*head) || room > size || size > left)
		return opalvm_refuse(why, -EINVAL,
				     "handover: table %u: sizes %llu and %llu do not fit %zu bytes",
				     nr, room, size, left);
	room = size - room;

	if (!known_firmware(le32_to_cpu(head->firmware)) ||
	    le32_to_cpu(head->critical_flags) & ~OPALVM_CRITICAL_KNOWN)
		return 0;

	if (le32_to_cpu(head->entry_size) < sizeof(struct opalvm_wire_entry) ||
	    le32_to_cpu(head->extent_size) < sizeof(struct opalvm_wire_extent))
		return opalvm_refuse(why, -EINVAL,
				     "handover: table %u: entries of %u, extents of %u bytes are too short",
				     nr, le32_to_cpu(head->entry_size),
				     le32_to_cpu(head->extent_size));

	/* neither product can wrap in 64 bits, but their sum can */
	entries = (u64)le32_to_cpu(head->entry_count) * le32_to_cpu(head->entry_size);
	extents = (u64)le32_to_cpu(head->extent_count) * le32_to_cpu(head->extent_size);
	if (entries > room || extents > room - entries)
		return opalvm_refuse(why, -EINVAL,
				     "handover: table %u: %u entries and %u extents do not fit %llu bytes",
				     nr, le32_to_cpu(head->entry_count),
				     le32_to_cpu(head->extent_count), room);
	return 0;
}

/* The writer's name ends up in the log: no newline or escape sequence may */
static void read_writer(char *to, const u8 *from)
{
	u32 i;

	for (i = 0; i < OPALVM_WIRE_WRITER_LEN - 1 && from[i]; i++)
		to[i] = isascii(from[i]) && isprint(from[i]) ? from[i] : '?';
	to[i] = '\0';
}

/**
 * opalvm_wire_check() - is this a handover table that can be read
 * @buf: the table, in memory that nobody else changes meanwhile
 * @len: bytes at @buf; those behind the table's own size are ignored, as a
 *       carrier may have padded it
 * @info: receives what the head says; may be NULL
 * @why: receives the reason of a refusal; may be NULL
 *
 * Checks the container and that all tables lie in it. What a map claims is
 * left to opalvm_map_seal().
 *
 * Context: any; takes time in proportion to @len.
 * Return: 0, or
 * -EINVAL: not a handover table, or a size in it is wrong;
 * -EPROTONOSUPPORT: its version is not known;
 * -EBADMSG: its checksum is wrong;
 * -E2BIG: more than OPALVM_MAX_TABLES tables;
 * -EEXIST: two tables for one firmware.
 */
int opalvm_wire_check(const void *buf, size_t len, struct opalvm_wire_info *info,
		      struct opalvm_why *why)
{
	struct opalvm_wire_header head;
	struct opalvm_wire_table table;
	u32 i, version, header_size, table_count, firmware;
	u32 seen = 0;
	size_t left;
	u64 size;
	int ret;

	if (len < sizeof(head))
		return opalvm_refuse(why, -EINVAL, "handover: %zu bytes are too short", len);
	memcpy(&head, buf, sizeof(head));
	if (memcmp(head.magic, OPALVM_WIRE_MAGIC, OPALVM_WIRE_MAGIC_LEN))
		return opalvm_refuse(why, -EINVAL, "handover: not a handover table");

	/* first, because another version may differ in all that follows */
	version = le32_to_cpu(head.version);
	if (version != OPALVM_WIRE_VERSION)
		return opalvm_refuse(why, -EPROTONOSUPPORT,
				     "handover: version %u, only %u is known here",
				     version, OPALVM_WIRE_VERSION);

	header_size = le32_to_cpu(head.header_size);
	size = le64_to_cpu(head.total_size);
	if (header_size < sizeof(head) || header_size > size || size > len)
		return opalvm_refuse(why, -EINVAL,
				     "handover: sizes %u and %llu do not fit %zu bytes",
				     header_size, size, len);
	if (container_crc(buf, size) != le32_to_cpu(head.crc32))
		return opalvm_refuse(why, -EBADMSG, "handover: wrong checksum");

	table_count = le32_to_cpu(head.table_count);
	if (table_count > OPALVM_MAX_TABLES)
		return opalvm_refuse(why, -E2BIG, "handover: %u tables, more than %u",
				     table_count, OPALVM_MAX_TABLES);

	buf += header_size;
	left = size - header_size;
	for (i = 0; i < table_count; i++) {
		ret = check_table(buf, left, i, &table, why);
		if (ret)
			return ret;
		firmware = le32_to_cpu(table.firmware);
		if (known_firmware(firmware)) {
			if (seen & (1U << firmware))
				return opalvm_refuse(why, -EEXIST,
						     "handover: two tables for firmware %u",
						     firmware);
			seen |= 1U << firmware;
		}
		buf += le64_to_cpu(table.total_size);
		left -= le64_to_cpu(table.total_size);
	}

	if (info) {
		info->generation = le64_to_cpu(head.generation);
		info->hop_count = le32_to_cpu(head.hop_count);
		info->state_page = le64_to_cpu(head.state_page);
		info->chain = le64_to_cpu(head.chain);
		read_writer(info->writer, head.writer);
	}
	return 0;
}

/* @buf has been checked; returns the table of @firmware with its head in @head */
static const void *find_table(const void *buf, u32 firmware, struct opalvm_wire_table *head)
{
	struct opalvm_wire_header container;
	u32 i;

	/* the inside of other tables has not been checked */
	if (!known_firmware(firmware))
		return NULL;

	memcpy(&container, buf, sizeof(container));
	buf += le32_to_cpu(container.header_size);
	for (i = 0; i < le32_to_cpu(container.table_count); i++) {
		memcpy(head, buf, sizeof(*head));
		if (le32_to_cpu(head->firmware) == firmware)
			return buf;
		buf += le64_to_cpu(head->total_size);
	}
	return NULL;
}

/* @p: the entries and extents of @head */
static int read_table(struct opalvm_map *map, const struct opalvm_wire_table *head,
		      const void *p, struct opalvm_why *why)
{
	struct opalvm_wire_entry wire_entry;
	struct opalvm_wire_extent wire_extent;
	u32 i;
	int ret;

	map->origin = OPALVM_ORIGIN_HANDOVER;
	map->placement = le32_to_cpu(head->placement);
	map->flags = le32_to_cpu(head->flags) & TABLE_FLAGS_KNOWN;
	map->systab = le64_to_cpu(head->systab);
	map->services = le64_to_cpu(head->services);
	map->quarantine = le64_to_cpu(head->quarantine);

	for (i = 0; i < le32_to_cpu(head->entry_count); i++) {
		memcpy(&wire_entry, p, sizeof(wire_entry));
		ret = opalvm_map_add_entry(map, le32_to_cpu(wire_entry.id),
					   le32_to_cpu(wire_entry.kind),
					   le64_to_cpu(wire_entry.address), why);
		if (ret)
			return ret;
		p += le32_to_cpu(head->entry_size);
	}

	for (i = 0; i < le32_to_cpu(head->extent_count); i++) {
		struct opalvm_extent extent;

		memcpy(&wire_extent, p, sizeof(wire_extent));
		extent = (struct opalvm_extent) {
			.va = le64_to_cpu(wire_extent.va),
			.pa = le64_to_cpu(wire_extent.pa),
			.size = le64_to_cpu(wire_extent.size),
			.attr = le64_to_cpu(wire_extent.attribute),
			.type = le32_to_cpu(wire_extent.type),
		};
		ret = opalvm_map_add(map, &extent, why);
		if (ret)
			return ret;
		p += le32_to_cpu(head->extent_size);
	}
	return 0;
}

/**
 * opalvm_wire_read() - read the map of one firmware from a handover table
 * @buf: the table, in memory that nobody else changes meanwhile
 * @len: bytes at @buf
 * @firmware: OPALVM_FW_*
 * @max_extents: extents that the map may have
 * @why: receives the reason of a refusal; may be NULL
 *
 * Includes opalvm_wire_check(). The map's origin is OPALVM_ORIGIN_HANDOVER.
 * Nothing that it claims can be relied upon before opalvm_map_seal().
 *
 * Context: may sleep.
 * Return: the map, to be freed with opalvm_map_free(); or an ERR_PTR: what
 * opalvm_wire_check(), opalvm_map_add() and opalvm_map_add_entry() return, and
 * -ENOENT: there is no table of @firmware;
 * -EPROTONOSUPPORT: it has a critical flag that is not known;
 * -EINVAL: its placement is not known;
 * -E2BIG: it has more than @max_extents extents;
 * -ENOMEM.
 */
struct opalvm_map *opalvm_wire_read(const void *buf, size_t len, u32 firmware,
				    u32 max_extents, struct opalvm_why *why)
{
	struct opalvm_wire_table head;
	struct opalvm_map *map;
	const void *table;
	u32 critical, placement, nr_extents;
	int ret;

	ret = opalvm_wire_check(buf, len, NULL, why);
	if (ret)
		return ERR_PTR(ret);

	table = find_table(buf, firmware, &head);
	if (!table)
		return ERR_PTR(opalvm_refuse(why, -ENOENT, "handover: no table for firmware %u",
					     firmware));

	critical = le32_to_cpu(head.critical_flags) & ~OPALVM_CRITICAL_KNOWN;
	if (critical)
		return ERR_PTR(opalvm_refuse(why, -EPROTONOSUPPORT,
					     "handover: firmware %u: unknown critical flags %#x",
					     firmware, critical));

	placement = le32_to_cpu(head.placement);
	if (placement < OPALVM_PLACEMENT_IDENTITY || placement > OPALVM_PLACEMENT_FIRMWARE)
		return ERR_PTR(opalvm_refuse(why, -EINVAL,
					     "handover: firmware %u: unknown placement %u",
					     firmware, placement));

	nr_extents = le32_to_cpu(head.extent_count);
	if (nr_extents > max_extents)
		return ERR_PTR(opalvm_refuse(why, -E2BIG,
					     "handover: firmware %u: %u extents, more than %u",
					     firmware, nr_extents, max_extents));

	map = opalvm_map_alloc(firmware, nr_extents);
	if (!map)
		return ERR_PTR(opalvm_refuse(why, -ENOMEM, "handover: no memory for the map"));

	ret = read_table(map, &head, table + le32_to_cpu(head.header_size), why);
	if (ret) {
		opalvm_map_free(map);
		return ERR_PTR(ret);
	}
	return map;
}

static u32 slot_crc(const void *slot, size_t size)
{
	return checksum(slot, size, offsetof(struct opalvm_wire_state, crc32));
}

/**
 * opalvm_wire_write_state() - write what is true now to the live state page
 * @page: OPALVM_STATE_PAGE_SIZE bytes
 * @chain: as in the table that names the page
 * @firmware: OPALVM_FW_*, the only firmware that is told of
 * @state: what is true; its sequence is one more than that of the last writing
 *
 * Whoever reads the page at any moment finds this writing or the last one.
 *
 * Context: any; the caller serialises writings.
 */
void opalvm_wire_write_state(void *page, u64 chain, u32 firmware,
			     const struct opalvm_state *state)
{
	const struct opalvm_wire_record record = {
		.firmware = cpu_to_le32(firmware),
		.quarantine = cpu_to_le64(state->quarantine),
		.in_flight = cpu_to_le64(state->in_flight),
	};
	struct opalvm_wire_state head = {
		.version = cpu_to_le32(OPALVM_STATE_VERSION),
		.header_size = cpu_to_le32(sizeof(head)),
		.total_size = cpu_to_le32(sizeof(head) + sizeof(record)),
		.record_size = cpu_to_le32(sizeof(record)),
		.record_count = cpu_to_le32(1),
		.sequence = cpu_to_le64(state->sequence),
		.chain = cpu_to_le64(chain),
		.generation = cpu_to_le64(state->generation),
	};
	void *slot = page + state->sequence % OPALVM_STATE_SLOTS * OPALVM_STATE_SLOT_SIZE;

	memcpy(head.magic, OPALVM_STATE_MAGIC, OPALVM_WIRE_MAGIC_LEN);
	memcpy(slot, &head, sizeof(head));
	memcpy(slot + sizeof(head), &record, sizeof(record));
	head.crc32 = cpu_to_le32(slot_crc(slot, sizeof(head) + sizeof(record)));
	memcpy(slot, &head, sizeof(head));
}

/* Is this slot whole, and of this chain? */
static bool check_slot(const void *slot, u64 chain, struct opalvm_wire_state *head)
{
	u64 header_size, total_size, record_size;

	memcpy(head, slot, sizeof(*head));
	if (memcmp(head->magic, OPALVM_STATE_MAGIC, OPALVM_WIRE_MAGIC_LEN) ||
	    le32_to_cpu(head->version) != OPALVM_STATE_VERSION)
		return false;
	header_size = le32_to_cpu(head->header_size);
	total_size = le32_to_cpu(head->total_size);
	record_size = le32_to_cpu(head->record_size);
	if (header_size < sizeof(*head) || record_size < sizeof(struct opalvm_wire_record) ||
	    total_size > OPALVM_STATE_SLOT_SIZE || header_size > total_size ||
	    le32_to_cpu(head->record_count) > (total_size - header_size) / record_size)
		return false;
	return slot_crc(slot, total_size) == le32_to_cpu(head->crc32) &&
	       le64_to_cpu(head->chain) == chain;
}

static bool find_record(const void *slot, const struct opalvm_wire_state *head, u32 firmware,
			struct opalvm_wire_record *record)
{
	u32 i;

	slot += le32_to_cpu(head->header_size);
	for (i = 0; i < le32_to_cpu(head->record_count); i++) {
		memcpy(record, slot, sizeof(*record));
		if (le32_to_cpu(record->firmware) == firmware)
			return true;
		slot += le32_to_cpu(head->record_size);
	}
	return false;
}

/**
 * opalvm_wire_read_state() - read the latest writing of a live state page
 * @page: OPALVM_STATE_PAGE_SIZE bytes that nobody else changes meanwhile
 * @chain: as in the table that names the page
 * @firmware: OPALVM_FW_*
 * @state: receives what it says
 * @why: receives the reason if it says nothing; may be NULL
 *
 * Context: any.
 * Return: 0; -ENODATA if neither slot is whole and of @chain: the page was
 * overwritten, or is another table's; -ENOENT if it says nothing of @firmware.
 */
int opalvm_wire_read_state(const void *page, u64 chain, u32 firmware,
			   struct opalvm_state *state, struct opalvm_why *why)
{
	struct opalvm_wire_record record;
	struct opalvm_wire_state head, latest;
	const void *slot, *latest_slot = NULL;
	u32 i;

	for (i = 0; i < OPALVM_STATE_SLOTS; i++) {
		slot = page + i * OPALVM_STATE_SLOT_SIZE;
		if (!check_slot(slot, chain, &head))
			continue;
		if (latest_slot && le64_to_cpu(head.sequence) < le64_to_cpu(latest.sequence))
			continue;
		latest = head;
		latest_slot = slot;
	}
	if (!latest_slot)
		return opalvm_refuse(why, -ENODATA,
				     "the live state page was overwritten, or is of another boot");
	if (!find_record(latest_slot, &latest, firmware, &record))
		return opalvm_refuse(why, -ENOENT,
				     "the live state page says nothing of firmware %u", firmware);

	*state = (struct opalvm_state) {
		.sequence = le64_to_cpu(latest.sequence),
		.generation = le64_to_cpu(latest.generation),
		.quarantine = le64_to_cpu(record.quarantine),
		.in_flight = le64_to_cpu(record.in_flight),
	};
	return 0;
}
