// SPDX-License-Identifier: GPL-2.0
/* A memory map of any descriptors, as a firmware or a kernel before this one passes it. */
#include "fuzz.h"
#include "provider/efi.h"

#define MAX_EXTENTS	OPALVM_MAX_EXTENTS

/**
 * struct head - how the input starts; descriptors follow
 * @size: bytes from one to the next
 * @virtual: take their virtual addresses
 * @ram_first: the kernel's memory
 * @ram_last: its end
 */
struct head {
	u32 size;
	u32 virtual;
	u64 ram_first;
	u64 ram_last;
};

static struct head head;

static bool is_ram(u64 pa, u64 size)
{
	return pa <= head.ram_last && pa + size - 1 >= head.ram_first;
}

static bool is_runtime(const efi_memory_desc_t *desc)
{
	return desc->attribute >> 63 && desc->type != 3 && desc->type != 4;
}

/* Each runtime descriptor became an extent, in the order in which they stand. */
static void check_extents(const struct efi_descs *descs, const struct opalvm_map *map)
{
	bool any = false, placed = true;
	u32 i, nr = 0;

	for (i = 0; i < descs->nr; i++) {
		const struct opalvm_extent *e = &map->extents[nr];
		efi_memory_desc_t desc;

		memcpy(&desc, descs->first + (size_t)i * descs->size, sizeof(desc));
		if (!is_runtime(&desc))
			continue;
		CHECK(nr++ < map->nr_extents);
		CHECK(e->pa == desc.phys_addr && e->type == desc.type);
		CHECK(e->va == (head.virtual & 1 ? desc.virt_addr : desc.phys_addr));
		CHECK(desc.num_pages < 1ULL << 52 && desc.num_pages * 4096 == e->size);
		CHECK(opalvm_extent_executable(e) == (e->type == 5) && opalvm_extent_writable(e));
		any = true;
		placed &= desc.virt_addr != 0;
	}
	CHECK(nr == map->nr_extents);
	CHECK(opalvm_efi_descs_virtual(descs) == (any && placed));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = { data, len };
	struct opalvm_why why = {};
	struct opalvm_map *map;
	struct efi_descs descs;
	void *copy;
	u32 i, nr;
	int err;

	take(&in, &head, sizeof(head));
	descs = (struct efi_descs) {
		.size = head.size,
		.nr = head.size ? in.left / head.size : 0,
	};
	/* exactly what they say, in memory of its own */
	copy = malloc((size_t)descs.nr * descs.size);
	memcpy(copy, in.p, (size_t)descs.nr * descs.size);
	descs.first = copy;
	err = opalvm_efi_descs_check(&descs, &why);
	if (err) {
		check_why(err, &why);
		goto out;
	}
	map = opalvm_efi_read_descs(&descs, head.virtual & 1, &why);
	if (IS_ERR(map)) {
		check_why(PTR_ERR(map), &why);
		goto out;
	}
	check_extents(&descs, map);
	nr = map->nr_extents;
	err = opalvm_efi_add_boot_services(map, &descs, is_ram, &why);
	if (err)
		check_why(err, &why);
	for (i = nr; i < map->nr_extents; i++)
		CHECK((map->extents[i].type == 3 || map->extents[i].type == 4) &&
		      map->extents[i].va == map->extents[i].pa &&
		      map->extents[i].va >= CONFIG_DEFAULT_MMAP_MIN_ADDR &&
		      !is_ram(map->extents[i].pa, map->extents[i].size));
	opalvm_map_free(map);
out:
	free(copy);
	return 0;
}
