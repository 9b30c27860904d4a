// SPDX-License-Identifier: GPL-2.0
/*
 * The memory descriptors of a firmware (UEFI 2.10 section 7.2) as a map.
 */
#include <linux/err.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "provider/efi.h"

/* far more than any machine has, and few enough to look at each */
#define MAX_DESCS	65536

static efi_memory_desc_t desc_get(const struct efi_descs *descs, u32 i)
{
	efi_memory_desc_t desc;

	memcpy(&desc, descs->first + (size_t)i * descs->size, sizeof(desc));
	return desc;
}

static bool is_boot_services(const efi_memory_desc_t *desc)
{
	return desc->type == EFI_BOOT_SERVICES_CODE || desc->type == EFI_BOOT_SERVICES_DATA;
}

/*
 * The kernel itself tags boot-services memory that it wants to keep with the
 * runtime attribute; the runtime services do not use it.
 */
static bool is_runtime(const efi_memory_desc_t *desc)
{
	return (desc->attribute & EFI_MEMORY_RUNTIME) && !is_boot_services(desc);
}

/**
 * opalvm_efi_descs_check() - can these be memory descriptors
 * @descs: the descriptors
 * @why: the reason if not
 *
 * Context: Any; pure.
 * Return: 0 or -EINVAL.
 */
int opalvm_efi_descs_check(const struct efi_descs *descs, struct opalvm_why *why)
{
	if (descs->size < sizeof(efi_memory_desc_t) || descs->size > SZ_4K)
		return opalvm_refuse(why, -EINVAL,
				     "the firmware's memory map has descriptors of %u bytes",
				     descs->size);
	if (!descs->nr || descs->nr > MAX_DESCS)
		return opalvm_refuse(why, -EINVAL,
				     "the firmware's memory map has %u descriptors", descs->nr);
	return 0;
}

/**
 * opalvm_efi_descs_virtual() - did a kernel before us place the firmware
 * @descs: descriptors that passed opalvm_efi_descs_check()
 *
 * Context: Any; pure.
 * Return: whether every runtime descriptor has a virtual address.
 */
bool opalvm_efi_descs_virtual(const struct efi_descs *descs)
{
	bool any = false;
	u32 i;

	for (i = 0; i < descs->nr; i++) {
		efi_memory_desc_t desc = desc_get(descs, i);

		if (!is_runtime(&desc))
			continue;
		if (!desc.virt_addr)
			return false;
		any = true;
	}
	return any;
}

static int desc_to_extent(const efi_memory_desc_t *desc, bool virtual,
			  struct opalvm_extent *extent, struct opalvm_why *why)
{
	if (!desc->num_pages || desc->num_pages > U64_MAX >> EFI_PAGE_SHIFT)
		return opalvm_refuse(why, -ERANGE,
				     "the firmware's memory map has a descriptor of %llu pages at %#llx",
				     desc->num_pages, desc->phys_addr);
	*extent = (struct opalvm_extent) {
		.va = virtual ? desc->virt_addr : desc->phys_addr,
		.pa = desc->phys_addr,
		.size = desc->num_pages << EFI_PAGE_SHIFT,
		.attr = desc->attribute & (EFI_MEMORY_UC | EFI_MEMORY_WC | EFI_MEMORY_WT |
					   EFI_MEMORY_WB | EFI_MEMORY_RUNTIME),
		.type = desc->type,
	};
	/* what the descriptor says of protection is what the memory can do */
	if (desc->type != EFI_RUNTIME_SERVICES_CODE)
		extent->attr |= EFI_MEMORY_XP;
	return 0;
}

/**
 * opalvm_efi_read_descs() - make a map of the runtime descriptors
 * @descs: descriptors that passed opalvm_efi_descs_check()
 * @virtual: take their virtual addresses; otherwise virtual == physical
 * @why: the reason if it fails
 *
 * All that carries the runtime attribute is taken, memory-mapped I/O and I/O
 * port space too. Code is writable and executable at first: only the memory
 * attributes table tells what is what inside of it.
 *
 * Context: Process context.
 * Return: the map, not sealed, with room for the memory attributes table to
 *	   split its extents, or an ERR_PTR().
 */
struct opalvm_map *opalvm_efi_read_descs(const struct efi_descs *descs, bool virtual,
					 struct opalvm_why *why)
{
	struct opalvm_map *map;
	u32 i;
	int err;

	map = opalvm_map_alloc(OPALVM_FW_EFI, OPALVM_MAX_EXTENTS);
	if (!map)
		return ERR_PTR(opalvm_refuse(why, -ENOMEM, "no memory for a map"));
	for (i = 0; i < descs->nr; i++) {
		efi_memory_desc_t desc = desc_get(descs, i);
		struct opalvm_extent extent;

		if (!is_runtime(&desc))
			continue;
		err = desc_to_extent(&desc, virtual, &extent, why) ?:
		      opalvm_map_add(map, &extent, why);
		if (err) {
			opalvm_map_free(map);
			return ERR_PTR(err);
		}
	}
	map->placement = virtual ? OPALVM_PLACEMENT_ASSIGNED : OPALVM_PLACEMENT_IDENTITY;
	map->flags = virtual ? OPALVM_TABLE_SVAM_DONE : 0;
	return map;
}

/**
 * opalvm_efi_add_boot_services() - add what is left of boot services memory
 * @map: a map that is not sealed
 * @descs: descriptors that passed opalvm_efi_descs_check()
 * @is_ram: does the kernel use this range as its own memory
 * @why: the reason if it fails
 *
 * There are firmwares that use it during SetVirtualAddressMap().
 *
 * Context: Process context.
 * Return: 0 or a negative error.
 */
int opalvm_efi_add_boot_services(struct opalvm_map *map, const struct efi_descs *descs,
				 bool (*is_ram)(u64 pa, u64 size), struct opalvm_why *why)
{
	u32 i;
	int err;

	for (i = 0; i < descs->nr; i++) {
		efi_memory_desc_t desc = desc_get(descs, i);
		struct opalvm_extent extent;

		if (!is_boot_services(&desc))
			continue;
		err = desc_to_extent(&desc, false, &extent, why);
		if (err)
			return err;
		if (is_ram(extent.pa, extent.size) || extent.va < CONFIG_DEFAULT_MMAP_MIN_ADDR)
			continue;
		if (desc.type == EFI_BOOT_SERVICES_CODE)
			extent.attr &= ~EFI_MEMORY_XP;
		err = opalvm_map_add(map, &extent, why);
		if (err)
			return err;
	}
	return 0;
}
