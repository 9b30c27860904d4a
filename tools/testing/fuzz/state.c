// SPDX-License-Identifier: GPL-2.0
/*
 * A live state page of any bytes; and a writing to it that is broken off at any
 * byte, which must leave the one before it or be whole.
 */
#include "fuzz.h"

#define SLOT	OPALVM_STATE_SLOT_SIZE

/**
 * struct scenario - what precedes the page in the input
 * @chain: the table's
 * @quarantine: what is written
 * @firmware: whose record is read
 * @cut: bytes that are still written
 */
struct scenario {
	u64 chain;
	u64 quarantine;
	u32 firmware;
	u32 cut;
};

/* What a second reader makes of a slot: its sequence, or 0 if it is none */
static bool slot_valid(const u8 *slot, u64 chain, struct opalvm_wire_state *head)
{
	u8 copy[SLOT];
	u64 header, total, record, nr;

	memcpy(head, slot, sizeof(*head));
	header = le32toh(head->header_size);
	total = le32toh(head->total_size);
	record = le32toh(head->record_size);
	nr = le32toh(head->record_count);
	if (memcmp(head->magic, OPALVM_STATE_MAGIC, sizeof(head->magic)) ||
	    le32toh(head->version) != 1 || header < sizeof(*head) || total > SLOT ||
	    record < sizeof(struct opalvm_wire_record) || header > total ||
	    header + nr * record > total || le64toh(head->chain) != chain)
		return false;
	memcpy(copy, slot, total);
	memset(copy + offsetof(struct opalvm_wire_state, crc32), 0, sizeof(head->crc32));
	return crc32_z(0, copy, total) == le32toh(head->crc32);
}

static void check_read(const u8 *page, const struct scenario *scenario,
		       const struct opalvm_state *state, int err)
{
	struct opalvm_wire_state head, latest = {};
	const u8 *slot = NULL, *record;
	u32 i;

	for (i = 0; i < OPALVM_STATE_SLOTS; i++) {
		if (!slot_valid(page + i * SLOT, scenario->chain, &head) ||
		    (slot && le64toh(head.sequence) < le64toh(latest.sequence)))
			continue;
		slot = page + i * SLOT;
		latest = head;
	}
	CHECK((err == -ENODATA) == !slot);
	if (err)
		return;
	record = slot + le32toh(latest.header_size);
	for (i = 0; i < le32toh(latest.record_count); i++, record += le32toh(latest.record_size)) {
		struct opalvm_wire_record found;

		memcpy(&found, record, sizeof(found));
		if (le32toh(found.firmware) != scenario->firmware)
			continue;
		CHECK(state->sequence == le64toh(latest.sequence) &&
		      state->generation == le64toh(latest.generation) &&
		      state->quarantine == le64toh(found.quarantine) &&
		      state->in_flight == le64toh(found.in_flight));
		return;
	}
	CHECK(!"nothing there to be read");
}

/* The bytes that opalvm_wire_write_state() writes, in their order, up to @cut */
static void write_part(u8 *page, const struct scenario *scenario,
		       const struct opalvm_state *state)
{
	u8 whole[OPALVM_STATE_PAGE_SIZE];
	const size_t head = sizeof(struct opalvm_wire_state);
	const size_t size = head + sizeof(struct opalvm_wire_record);
	size_t at = state->sequence % OPALVM_STATE_SLOTS * SLOT;
	size_t cut = scenario->cut % (size + head + 1);
	u8 unsigned_head[sizeof(struct opalvm_wire_state)];

	memcpy(whole, page, sizeof(whole));
	opalvm_wire_write_state(whole, scenario->chain, scenario->firmware, state);
	/* nothing else is written */
	CHECK(!memcmp(whole + SLOT - at, page + SLOT - at, SLOT));
	CHECK(!memcmp(whole + at + size, page + at + size, SLOT - size));

	memcpy(unsigned_head, whole + at, head);
	memset(unsigned_head + offsetof(struct opalvm_wire_state, crc32), 0, sizeof(u32));
	memcpy(page + at, unsigned_head, min(cut, head));
	if (cut > head)
		memcpy(page + at + head, whole + at + head, min(cut, size) - head);
	if (cut > size)
		memcpy(page + at, whole + at, cut - size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = { data, len };
	struct scenario scenario;
	struct opalvm_state before, next, now;
	struct opalvm_why why = {};
	struct opalvm_wire_state head;
	u8 *page = malloc(OPALVM_STATE_PAGE_SIZE), *other;
	int err;

	take(&in, &scenario, sizeof(scenario));
	take(&in, page, OPALVM_STATE_PAGE_SIZE);
	err = opalvm_wire_read_state(page, scenario.chain, scenario.firmware, &before, &why);
	if (err)
		check_why(err, &why);
	check_read(page, &scenario, &before, err);

	/* a page of ours: its latest writing is in the slot for its sequence */
	next = (struct opalvm_state) {
		.sequence = err ? 1 : before.sequence + 1,
		.generation = err ? 0 : before.generation + 1,
		.quarantine = scenario.quarantine,
		.in_flight = ~scenario.quarantine,
	};
	if (err) {
		before = (struct opalvm_state) {};
		opalvm_wire_write_state(page, scenario.chain, scenario.firmware, &before);
		memset(page + SLOT, 0, SLOT);
	} else {
		opalvm_wire_write_state(page, scenario.chain, scenario.firmware, &before);
		/* nor is there half a slot, which a part of the next writing could mend */
		other = page + next.sequence % OPALVM_STATE_SLOTS * SLOT;
		if (!slot_valid(other, scenario.chain, &head))
			memset(other, 0, SLOT);
	}
	if (!next.sequence) {
		free(page);
		return 0;
	}
	write_part(page, &scenario, &next);
	CHECK(!opalvm_wire_read_state(page, scenario.chain, scenario.firmware, &now, NULL));
	CHECK(!memcmp(&now, &before, sizeof(now)) || !memcmp(&now, &next, sizeof(now)));
	opalvm_wire_write_state(page, scenario.chain, scenario.firmware, &next);
	CHECK(!opalvm_wire_read_state(page, scenario.chain, scenario.firmware, &now, NULL));
	CHECK(!memcmp(&now, &next, sizeof(now)));
	free(page);
	return 0;
}

/* Right checksums for most inputs, and mostly the chain that is asked for */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	struct scenario *scenario = (struct scenario *)data;
	struct opalvm_wire_state head;
	u8 *slot;
	u32 crc;

	size = LLVMFuzzerMutate(data, size, max);
	for (slot = data + sizeof(*scenario); slot + SLOT <= data + size; slot += SLOT) {
		seed = seed * 1103515245 + 12345;
		if (seed >> 16 & 7) {
			memcpy(&head, slot, sizeof(head));
			memcpy(head.magic, OPALVM_STATE_MAGIC, sizeof(head.magic));
			head.version = htole32(OPALVM_STATE_VERSION);
			if (seed >> 20 & 7)
				memcpy(&head.chain, &scenario->chain, sizeof(head.chain));
			if (le32toh(head.total_size) > SLOT)
				head.total_size = htole32(SLOT - (seed >> 24));
			head.crc32 = 0;
			memcpy(slot, &head, sizeof(head));
			crc = htole32(crc32_z(0, slot, le32toh(head.total_size)));
			memcpy(slot + offsetof(struct opalvm_wire_state, crc32), &crc, sizeof(crc));
		}
	}
	return size;
}
