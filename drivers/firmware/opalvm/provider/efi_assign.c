// SPDX-License-Identifier: GPL-2.0
/*
 * placement=assigned: one SetVirtualAddressMap() to addresses in UEFI's window
 * of the kernel half (UEFI 2.10 section 8.4). It can be called once between
 * two resets of the machine, so it is never called by default.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "provider/efi.h"
#include "service/efi.h"

static int compare_pa(const void *a, const void *b)
{
	const struct opalvm_extent *x = a, *y = b;

	return x->pa < y->pa ? -1 : x->pa > y->pa;
}

/*
 * Extents that are neighbours physically stay neighbours: an image of the
 * firmware can reach over several. Each such run keeps its offset in a page of
 * 2 MiB, as the kernel's own placement does.
 */
static int place(struct opalvm_map *map, const struct opalvm_range *window,
		 struct opalvm_why *why)
{
	struct opalvm_extent *extents = map->extents;
	u64 top = window->last + 1;
	u32 first, last, i;

	sort(extents, map->nr_extents, sizeof(*extents), compare_pa, NULL);
	for (first = 0; first < map->nr_extents; first = last + 1) {
		u64 pa = extents[first].pa, size = extents[first].size;
		u64 va;

		for (last = first; last + 1 < map->nr_extents &&
		     extents[last + 1].pa == pa + size; last++)
			size += extents[last + 1].size;
		if (size > top - window->first || top - window->first - size < 2 * PMD_SIZE)
			return opalvm_refuse(why, -ERANGE,
					     "%llu bytes at %#llx do not fit into the EFI window of the kernel half: use placement=identity",
					     size, pa);
		va = ALIGN_DOWN(top - size, PMD_SIZE) + pa % PMD_SIZE;
		if (va > top - size)
			va -= PMD_SIZE;
		for (i = first; i <= last; i++)
			extents[i].va = va + (extents[i].pa - pa);
		top = va;
	}
	return 0;
}

static struct opalvm_map *map_copy(const struct opalvm_map *map)
{
	struct opalvm_map *copy = opalvm_map_alloc(map->firmware, OPALVM_MAX_EXTENTS);

	if (!copy)
		return NULL;
	copy->origin = map->origin;
	copy->systab = map->systab;
	copy->services = map->services;
	copy->quarantine = map->quarantine;
	copy->nr_extents = map->nr_extents;
	memcpy(copy->extents, map->extents, map->nr_extents * sizeof(map->extents[0]));
	return copy;
}

/* What SetVirtualAddressMap() is told, in descriptors of the firmware's size. */
static void *descs_make(const struct opalvm_map *map, const struct efi_descs *like, size_t *size)
{
	void *descs = kvcalloc(map->nr_extents, like->size, GFP_KERNEL);
	u32 i;

	if (!descs)
		return NULL;
	for (i = 0; i < map->nr_extents; i++) {
		efi_memory_desc_t *desc = descs + (size_t)i * like->size;

		desc->type = map->extents[i].type;
		desc->phys_addr = map->extents[i].pa;
		desc->virt_addr = map->extents[i].va;
		desc->num_pages = map->extents[i].size >> EFI_PAGE_SHIFT;
		desc->attribute = map->extents[i].attr | EFI_MEMORY_RUNTIME;
	}
	*size = (size_t)map->nr_extents * like->size;
	return descs;
}

static int set_virtual_address_map(struct opalvm_gate *gate, const struct opalvm_map *map,
				   const struct efi_descs *like, struct opalvm_why *why)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_SET_VIRTUAL_ADDRESS_MAP,
		.abi = OPALVM_ABI_MS_X64,
		.flags = OPALVM_CALL_IRQS_OFF,
		.nr_args = 4,
	};
	size_t size;
	void *descs = descs_make(map, like, &size);
	int err;

	if (!descs)
		return opalvm_refuse(why, -ENOMEM, "no memory for SetVirtualAddressMap");
	call.args[0] = (struct opalvm_arg)OPALVM_VALUE(size);
	call.args[1] = (struct opalvm_arg)OPALVM_VALUE(like->size);
	call.args[2] = (struct opalvm_arg)OPALVM_VALUE(like->version);
	call.args[3] = (struct opalvm_arg)OPALVM_IN(descs, size);
	err = opalvm_call(gate, &call);
	kvfree(descs);
	if (call.verdict == OPALVM_REFUSED && err != -EOPNOTSUPP)
		return opalvm_refuse(why, -EBUSY,
				     "SetVirtualAddressMap could not be called (error %d)", err);
	if (err == -EOPNOTSUPP)
		return opalvm_refuse(why, err,
				     "the firmware has no SetVirtualAddressMap: use placement=identity");
	if (err)
		return opalvm_refuse(why, err,
				     "SetVirtualAddressMap ended abnormally: the firmware is refused until reboot");
	if (call.ret != EFI_SUCCESS)
		return opalvm_refuse(why, -EOPNOTSUPP,
				     "SetVirtualAddressMap returned %#llx: use placement=identity",
				     call.ret);
	return 0;
}

/* What is mapped besides the firmware's two placements while it moves. */
static struct opalvm_map *boot_services_get(const struct opalvm_map *map,
					    const struct efi_descs *descs,
					    const struct opalvm_limits *limits,
					    struct opalvm_why *why)
{
	struct opalvm_map *boot = opalvm_map_alloc(OPALVM_FW_EFI, OPALVM_MAX_EXTENTS);
	int err;

	if (!boot)
		return ERR_PTR(opalvm_refuse(why, -ENOMEM, "no memory for a map"));
	err = descs->first ?
	      opalvm_efi_add_boot_services(boot, descs, limits->is_ram, why) : 0;
	if (!err && boot->nr_extents)
		err = opalvm_map_seal(boot, limits, why);
	if (err) {
		opalvm_map_free(boot);
		return ERR_PTR(err);
	}
	return boot;
}

/**
 * opalvm_efi_assign() - move a firmware to addresses in the kernel half
 * @fw: a hosted firmware with identity placement, that nobody calls yet;
 *	@fw->map is replaced
 * @descs: its descriptors; without any (@descs->first is NULL) only their size
 *	   and version count
 * @why: the reason if it fails
 *
 * During the call the firmware is mapped at both places, and so is what is
 * left of boot services memory.
 *
 * Context: Process context, may sleep.
 * Return: 0, or -EIO or -ETIMEDOUT if nothing of the firmware can be used until
 *	   reboot; after any other error it is still where it was.
 */
int opalvm_efi_assign(struct opalvm_firmware *fw, const struct efi_descs *descs,
		      struct opalvm_why *why)
{
	struct opalvm_space *space = fw->space;
	struct opalvm_limits limits;
	struct opalvm_map *boot, *moved, *old = fw->map;
	int err;

	arch_glue_limits(&limits);
	boot = boot_services_get(old, descs, &limits, why);
	if (IS_ERR(boot))
		return PTR_ERR(boot);
	moved = map_copy(old);
	if (!moved) {
		err = opalvm_refuse(why, -ENOMEM, "no memory for a map");
		goto err_boot;
	}
	err = place(moved, &limits.va[1], why) ?: opalvm_map_seal(moved, &limits, why);
	if (err)
		goto err_moved;
	err = opalvm_space_install(space, boot->extents, boot->nr_extents, why);
	if (err)
		goto err_moved;
	err = opalvm_space_install(space, moved->extents, moved->nr_extents, why);
	if (err)
		goto err_installed_boot;
	err = set_virtual_address_map(fw->gate, moved, descs, why);
	if (err)
		goto err_installed;

	moved->placement = OPALVM_PLACEMENT_ASSIGNED;
	moved->flags |= OPALVM_TABLE_SVAM_DONE;
	moved->origin = OPALVM_ORIGIN_ASSIGNED;
	moved->services &= ~(BIT_ULL(OPALVM_EFI_SET_VIRTUAL_ADDRESS_MAP) |
			     BIT_ULL(OPALVM_EFI_CONVERT_POINTER));
	err = opalvm_efi_read_entries(moved, why) ?: opalvm_map_seal(moved, &limits, why);
	if (err) {
		/* it has moved for good, and nothing of it can be called */
		moved->nr_entries = 0;
		moved->services = 0;
		err = -EIO;
	}
	opalvm_space_remove(space, boot->extents, boot->nr_extents);
	opalvm_space_remove(space, old->extents, old->nr_extents);
	space->map = moved;
	space->live = moved;
	fw->map = moved;
	opalvm_map_free(old);
	opalvm_map_free(boot);
	return err;

err_installed:
	opalvm_space_remove(space, moved->extents, moved->nr_extents);
err_installed_boot:
	opalvm_space_remove(space, boot->extents, boot->nr_extents);
err_moved:
	opalvm_map_free(moved);
err_boot:
	opalvm_map_free(boot);
	return err;
}
