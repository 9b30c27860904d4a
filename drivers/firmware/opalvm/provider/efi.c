// SPDX-License-Identifier: GPL-2.0
/*
 * Where the map of EFI comes from, and whether it can be hosted here:
 *
 *	the kernel calls EFI itself	its map is recorded for the next kernel
 *	a kernel before us left a table	that map, as it is
 *	efi=noruntime			the firmware's memory map
 */
#include <linux/dmi.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/printk.h>

#include "provider/efi.h"
#include "service/efi.h"

/* Firmware that does not work where virtual == physical. */
static const struct dmi_system_id no_identity[] = {
	{ .ident = "Apple", .matches = { DMI_MATCH(DMI_SYS_VENDOR, "Apple Inc.") } },
	{ .ident = "Apple", .matches = { DMI_MATCH(DMI_SYS_VENDOR, "Apple Computer, Inc.") } },
	{}
};

/* The memory map that this kernel booted with, mapped by @mem if it was not. */
static int descs_get(struct efi_descs *descs, void **mem, struct opalvm_why *why)
{
	*mem = NULL;
	*descs = (struct efi_descs) {
		.first = efi.memmap.map,
		.nr = efi.memmap.nr_map,
		.size = efi.memmap.desc_size,
		.version = efi.memmap.desc_version,
	};
	if (!efi_enabled(EFI_BOOT) || !efi.memmap.phys_map) {
		*descs = (struct efi_descs) {
			.size = sizeof(efi_memory_desc_t),
			.version = EFI_MEMORY_DESCRIPTOR_VERSION,
		};
		return -ENOENT;
	}
	if (opalvm_efi_descs_check(descs, why))
		return -EINVAL;
	if (descs->first)
		return 0;
	*mem = memremap(efi.memmap.phys_map, (size_t)descs->nr * descs->size, MEMREMAP_WB);
	if (!*mem)
		return opalvm_refuse(why, -ENOMEM, "the firmware's memory map cannot be read");
	descs->first = *mem;
	return 0;
}

/* The memory map as it stands there; try the addresses of a kernel before us first. */
static struct opalvm_map *map_from_descs(const struct efi_descs *descs, bool kernel_calls,
					 const struct opalvm_limits *limits,
					 struct opalvm_why *why)
{
	bool virtual = opalvm_efi_descs_virtual(descs);
	struct opalvm_map *map;
	int err;

	for (;; virtual = false) {
		map = opalvm_efi_read_descs(descs, virtual, why);
		if (IS_ERR(map))
			return map;
		/* nothing is read through descriptors that make no sense */
		err = opalvm_map_seal(map, limits, why) ?:
		      opalvm_efi_read_tables(map, why);
		if (!err)
			break;
		opalvm_map_free(map);
		if (!virtual)
			return ERR_PTR(err);
	}
	map->origin = kernel_calls ? OPALVM_ORIGIN_KERNEL :
		      virtual ? OPALVM_ORIGIN_HANDOVER : OPALVM_ORIGIN_IDENTITY;
	return map;
}

/* A table says where everything is; the firmware must agree. */
static int check_handover(struct opalvm_map *map, struct opalvm_why *why)
{
	u32 nr_entries = map->nr_entries;
	struct opalvm_entry entries[OPALVM_MAX_ENTRIES];
	int err;

	memcpy(entries, map->entries, sizeof(entries));
	err = opalvm_efi_read_entries(map, why);
	if (err)
		return err;
	if (map->nr_entries != nr_entries ||
	    memcmp(entries, map->entries, nr_entries * sizeof(entries[0])))
		return opalvm_refuse(why, -EINVAL,
				     "the handover table names other entry points than the firmware: it is of another boot");
	return 0;
}

static int refuse_nothing(struct opalvm_why *why)
{
	return opalvm_refuse(why, -ENODEV,
			     "no EFI memory map and no handover table: boot with EFI, or start this kernel with `opalvm kexec`");
}

static struct opalvm_map *map_get(struct opalvm_firmware *fw, const char *handover,
				  const struct efi_descs *descs,
				  const struct opalvm_limits *limits, struct opalvm_why *why)
{
	const bool kernel_calls = efi_enabled(EFI_RUNTIME_SERVICES);
	struct opalvm_wire_info info;
	struct opalvm_map *map;
	int err;

	if (!kernel_calls) {
		err = opalvm_handover_find(handover, OPALVM_FW_EFI, &map, &info, why);
		if (!err && info.hop_count == U32_MAX) {
			opalvm_map_free(map);
			err = opalvm_refuse(why, -EINVAL, "handover: %u hops", info.hop_count);
		}
		if (!err) {
			fw->hop_count = info.hop_count + 1;
			fw->generation = info.generation;
			return map;
		}
		if (err != -ENOENT)
			return ERR_PTR(err);
		if (handover)
			return ERR_PTR(opalvm_refuse(why, err, "no handover table at %s",
						     handover));
	}
	if (!descs->first)
		return ERR_PTR(refuse_nothing(why));
	map = map_from_descs(descs, kernel_calls, limits, why);
	if (!IS_ERR(map))
		fw->generation = 1;
	return map;
}

/* What only the map tells of this machine. */
static int check_machine(const struct opalvm_map *map, bool assign, struct opalvm_why *why)
{
	const struct arch_facts uv = { .uv = opalvm_efi_is_uv(map) };
	u32 i;
	int err;

	err = arch_glue_can_host(&uv, why);
	if (err)
		return err;
	for (i = 0; i < map->nr_extents; i++) {
		if (map->extents[i].va < CONFIG_DEFAULT_MMAP_MIN_ADDR)
			return opalvm_refuse(why, -ENODEV,
					     "the firmware has a runtime extent at %#llx, below mmap_min_addr",
					     map->extents[i].va);
	}
	if (map->placement == OPALVM_PLACEMENT_IDENTITY && !assign &&
	    dmi_check_system(no_identity))
		return opalvm_refuse(why, -ENODEV,
				     "this firmware does not work at its physical addresses: use placement=assigned");
	return 0;
}

static void report_wx(const struct opalvm_map *map)
{
	const struct opalvm_extent *extent = NULL;

	while ((extent = opalvm_map_find_wx(map, extent)))
		pr_notice(OPALVM_NAME
			  ": efi: %llu KiB at %#llx are writable and executable: the firmware tells no better\n",
			  extent->size >> 10, extent->pa);
}

static int host(struct opalvm_firmware *fw, struct opalvm_why *why)
{
	int err;

	err = arch_glue_contain_init(why);
	if (err)
		return err;
	fw->space = opalvm_space_create(fw->name, fw->map, why);
	if (IS_ERR(fw->space)) {
		err = PTR_ERR(fw->space);
		goto err_contain;
	}
	fw->gate = opalvm_gate_create(fw->space, fw->services, fw->nr_services);
	if (IS_ERR(fw->gate)) {
		err = opalvm_refuse(why, PTR_ERR(fw->gate), "no memory for the gate");
		goto err_space;
	}
	fw->gate->error_bit = BIT_ULL(63);
	opalvm_quarantine_restore(fw->gate, fw->map->quarantine);
	return 0;

err_space:
	fw->gate = NULL;
	opalvm_space_destroy(fw->space);
err_contain:
	fw->space = NULL;
	arch_glue_contain_exit();
	return err;
}

static void unhost(struct opalvm_firmware *fw)
{
	if (!fw->gate)
		return;
	opalvm_gate_destroy(fw->gate);
	opalvm_space_destroy(fw->space);
	arch_glue_contain_exit();
	fw->gate = NULL;
	fw->space = NULL;
}

/**
 * opalvm_efi_host() - find the EFI firmware of this machine and host it
 * @fw: filled in. Where the kernel calls EFI itself, only the map is.
 * @assign: move it to the kernel half if it was not moved yet
 * @handover: the file that can hold a table of a kernel before us, or NULL for
 *	      the usual places
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error; then nothing is mapped or left behind.
 */
int opalvm_efi_host(struct opalvm_firmware *fw, bool assign, const char *handover,
		    struct opalvm_why *why)
{
	struct opalvm_limits limits;
	struct arch_facts facts;
	struct efi_descs descs;
	bool lass;
	void *mem;
	int err;

	fw->name = "efi";
	fw->services = opalvm_efi_services;
	fw->nr_services = OPALVM_EFI_NR_SERVICES;
	fw->hop_count = 0;

	arch_glue_facts(&facts);
	err = arch_glue_can_host(&facts, why);
	if (err)
		return err;
	err = descs_get(&descs, &mem, why);
	if (err && err != -ENOENT)
		return err;
	arch_glue_limits(&limits);
	/* the one call from physical addresses is made with LASS off */
	lass = limits.no_user_half;
	limits.no_user_half = lass && !assign;
	fw->map = map_get(fw, handover, &descs, &limits, why);
	if (IS_ERR(fw->map)) {
		err = PTR_ERR(fw->map);
		fw->map = NULL;
		goto out;
	}
	assign &= !(fw->map->flags & OPALVM_TABLE_SVAM_DONE);
	limits.no_user_half = lass && !assign;
	err = opalvm_map_seal(fw->map, &limits, why);
	if (!err && fw->hop_count)
		err = check_handover(fw->map, why) ?: opalvm_map_seal(fw->map, &limits, why);
	if (err)
		goto err_map;
	err = check_machine(fw->map, assign, why);
	if (err)
		goto err_map;
	if (fw->map->origin != OPALVM_ORIGIN_KERNEL) {
		err = host(fw, why);
		if (err)
			goto err_map;
		if (assign) {
			err = opalvm_efi_assign(fw, &descs, why);
			/* what is left is a firmware that refuses every call */
			if (err == -EIO || err == -ETIMEDOUT) {
				pr_err(OPALVM_NAME ": efi: %s\n", why->text);
				err = 0;
			}
			if (err)
				goto err_host;
		}
	}
	report_wx(fw->map);
	goto out;

err_host:
	unhost(fw);
err_map:
	opalvm_map_free(fw->map);
	fw->map = NULL;
out:
	if (mem)
		memunmap(mem);
	return err;
}

/**
 * opalvm_efi_unhost() - unmap the firmware and forget it
 * @fw: from opalvm_efi_host(); nobody calls it any more
 *
 * Context: Process context, may sleep.
 */
void opalvm_efi_unhost(struct opalvm_firmware *fw)
{
	unhost(fw);
	opalvm_map_free(fw->map);
	fw->map = NULL;
}
