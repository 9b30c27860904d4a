// SPDX-License-Identifier: GPL-2.0
/*
 * Firmware memory of any bytes, in which the system table, the runtime services
 * table and the configuration tables are looked for.
 */
#include "fuzz.h"
#include "provider/efi.h"
#include "service/efi.h"

#define MAX_EXTENTS	8
#define IMAGE_PA	0x100000
#define IMAGE_MAX	0x4000

/* service/efi.c, which calls them, is not here */
const u16 opalvm_efi_entry_offset[OPALVM_EFI_NR_SERVICES] = {
	24, 32, 40, 48, 72, 80, 88, 56, 64, 96, 104, 112, 120, 128,
};

bool fuzz_efi_mem_attr;

/**
 * struct head - how the input starts; extents, then memory at IMAGE_PA follow
 * @nr_extents: of these
 * @flags: HEAD_*
 * @ram: of the image, by pages, what the kernel knows as its memory
 */
struct head {
	u8 nr_extents;
	u8 flags;
	u8 reserved[2];
	u32 ram;
};

#define HEAD_MEM_ATTR	1	/* the kernel found a memory attributes table */
#define HEAD_MOVED	2	/* SetVirtualAddressMap() was called */

/**
 * struct piece - an extent, in pages
 * @va: page of its virtual address
 * @pa: page from IMAGE_PA on
 * @pages: its size
 * @type: memory type
 * @attr: OPALVM_ATTR_*
 */
struct piece {
	u32 va;
	u8 pa;
	u8 pages;
	u8 type;
	u8 reserved;
	u64 attr;
};

static struct head head;
static struct input image;

/* Exactly as long as it is asked for; what the image has not is zero. */
void *memremap(u64 pa, size_t len, unsigned long flags)
{
	u8 *copy;
	size_t got = 0;

	(void)flags;
	CHECK(len && pa + len >= pa);
	if (len > 4 * IMAGE_MAX)
		return NULL;
	copy = calloc(1, len);
	if (pa >= IMAGE_PA && pa - IMAGE_PA < image.left) {
		got = min(len, image.left - (pa - IMAGE_PA));
		memcpy(copy, image.p + (pa - IMAGE_PA), got);
	}
	return copy;
}

int region_intersects(u64 pa, size_t len, unsigned long flags, unsigned long desc)
{
	u64 page = (pa - IMAGE_PA) / PAGE_SIZE;

	(void)len;
	(void)desc;
	return flags == IORESOURCE_SYSTEM_RAM && page < 32 && (head.ram >> page & 1) ?
	       REGION_INTERSECTS : REGION_DISJOINT;
}

static const struct opalvm_limits limits = {
	.max_extents = OPALVM_MAX_EXTENTS,
	.nr_va = 1,
	.va = { { 0x1000, U64_MAX } },
	.pa_last = U64_MAX,
	.max_size = U64_MAX,
};

static u64 memory(const struct opalvm_map *map)
{
	u64 size = 0;
	u32 i;

	for (i = 0; i < map->nr_extents; i++)
		size += map->extents[i].size;
	return size;
}

static void check_tables(const struct opalvm_map *map, const struct opalvm_map *before)
{
	bool attributes = true;
	u64 services = 0;
	u32 i;

	CHECK(map->systab && opalvm_map_find_pa(map, map->systab));
	CHECK(map->nr_entries <= OPALVM_EFI_NR_SERVICES && memory(map) == memory(before));
	for (i = 0; i < map->nr_entries; i++) {
		CHECK(map->entries[i].id < OPALVM_EFI_NR_SERVICES && map->entries[i].address);
		services |= BIT_ULL(map->entries[i].id);
	}
	CHECK(!(map->services & ~services));
	/* either no code is writable, or no table was believed and all of it is */
	for (i = 0; i < map->nr_extents; i++)
		attributes &= opalvm_extent_executable(&map->extents[i]) ==
			      (map->extents[i].type == EFI_RUNTIME_SERVICES_CODE) &&
			      opalvm_extent_writable(&map->extents[i]);
	CHECK(attributes || (fuzz_efi_mem_attr && !opalvm_map_find_wx(map, NULL)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = { data, len };
	struct opalvm_map *map = opalvm_map_alloc(OPALVM_FW_EFI, 64), *before;
	struct opalvm_why why = {};
	struct piece piece;
	int err;
	u32 i;

	take(&in, &head, sizeof(head));
	fuzz_efi_mem_attr = head.flags & HEAD_MEM_ATTR;
	map->flags = head.flags & HEAD_MOVED ? OPALVM_TABLE_SVAM_DONE : 0;
	for (i = 0; i < head.nr_extents % (MAX_EXTENTS + 1); i++) {
		take(&in, &piece, sizeof(piece));
		opalvm_map_add(map, &(struct opalvm_extent) {
			.va = (u64)piece.va << 12,
			.pa = IMAGE_PA + (piece.pa % 16 << 12),
			.size = piece.pages % 8 << 12,
			.attr = piece.attr,
			.type = piece.type,
		}, NULL);
	}
	image = in;
	if (opalvm_map_seal(map, &limits, NULL))
		goto out;
	before = opalvm_map_alloc(OPALVM_FW_EFI, 64);
	memcpy(before, map, sizeof(*map) + 64 * sizeof(map->extents[0]));
	err = opalvm_efi_read_tables(map, &why);
	if (err)
		check_why(err, &why);
	else
		check_tables(map, before);
	opalvm_map_seal(map, &limits, NULL);
	if (map->systab)
		opalvm_efi_is_uv(map);
	opalvm_map_free(before);
out:
	opalvm_map_free(map);
	return 0;
}

/* Right checksums for what looks like a table, in most inputs */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	size_t extents, at;

	if (seed % 4 == 1)
		tweak(data, size, seed / 8);
	else
		size = LLVMFuzzerMutate(data, size, max);
	extents = size ? data[0] % (MAX_EXTENTS + 1) : 0;
	at = sizeof(struct head) + extents * sizeof(struct piece);
	for (; seed % 8 && at + sizeof(efi_table_hdr_t) <= size; at += 8) {
		efi_table_hdr_t hdr;

		memcpy(&hdr, data + at, sizeof(hdr));
		if (hdr.signature != EFI_SYSTEM_TABLE_SIGNATURE &&
		    hdr.signature != 0x56524553544e5552ULL)
			continue;
		if (hdr.headersize > size - at || hdr.headersize < sizeof(hdr))
			hdr.headersize = min(size - at, (size_t)136);
		hdr.crc32 = 0;
		memcpy(data + at, &hdr, sizeof(hdr));
		hdr.crc32 = crc32_z(0, data + at, hdr.headersize);
		memcpy(data + at, &hdr, sizeof(hdr));
	}
	return size;
}
