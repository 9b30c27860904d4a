// SPDX-License-Identifier: GPL-2.0
/*
 * Where the map of EFI comes from, and whether it can be hosted here:
 *
 *	the kernel calls EFI itself	its map is recorded for the next kernel
 *	a kernel before us left a map	that map, as it is
 *	efi=noruntime			the firmware's memory map
 */
#include <linux/dmi.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/printk.h>

#include "carrier/carrier.h"
#include "frontend/efi.h"
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

static int seal(struct opalvm_map *map, const struct efi_site *site, struct opalvm_why *why)
{
	struct opalvm_limits limits = site->limits;
	bool moves = site->assign && !(map->flags & OPALVM_TABLE_SVAM_DONE);

	/* that one call is made with LASS off */
	limits.no_user_half = site->lass && !moves;
	return opalvm_map_seal(map, &limits, why);
}

static int refuse_nothing(struct opalvm_why *why)
{
	return opalvm_refuse(why, -ENODEV,
			     "no EFI memory map and no handover table: boot with EFI, or start this kernel with `opalvm kexec`");
}

/* The memory map as it stands there; nothing is read through descriptors that make no sense. */
static struct opalvm_map *map_from_descs(const struct efi_site *site, bool virtual,
					 struct opalvm_why *why)
{
	struct opalvm_map *map;
	int err;

	if (!site->descs.first)
		return ERR_PTR(refuse_nothing(why));
	map = opalvm_efi_read_descs(&site->descs, virtual, why);
	if (IS_ERR(map))
		return map;
	err = seal(map, site, why) ?: opalvm_efi_read_tables(map, why) ?: seal(map, site, why);
	if (!err)
		return map;
	opalvm_map_free(map);
	return ERR_PTR(err);
}

/* Does the map name the entry points that the firmware itself names? */
static int check_entries(struct opalvm_map *map, struct opalvm_why *why)
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

/* Where this kernel was told what the firmware's memory is: is it the same? */
static int check_memory(const struct opalvm_map *map, const struct efi_site *site,
			struct opalvm_why *why)
{
	struct opalvm_why difference = {};
	struct opalvm_map *own;
	int err;

	if (!site->descs.first)
		return 0;
	own = opalvm_efi_read_descs(&site->descs, false, why);
	if (IS_ERR(own))
		return PTR_ERR(own);
	err = opalvm_map_same_memory(map, own, &difference);
	opalvm_map_free(own);
	if (err)
		opalvm_refuse(why, err, "the handover table is of another boot: %s",
			      difference.text);
	return err;
}

/* Nothing that a kernel before us says is believed; the firmware must agree. */
static int check_offer(struct opalvm_map *map, const void *data, struct opalvm_why *why)
{
	const struct efi_site *site = data;

	return seal(map, site, why) ?: check_entries(map, why) ?: seal(map, site, why) ?:
	       check_memory(map, site, why);
}

/* A map that a kernel before us left; -ENOENT if none did. */
static struct opalvm_map *map_from_before(struct opalvm_firmware *fw, const struct efi_site *site,
					  const char *path, struct opalvm_offer *offer,
					  struct opalvm_why *why)
{
	const struct opalvm_search search = {
		.firmware = OPALVM_FW_EFI,
		.path = path,
		.limits = &site->limits,
		.check = check_offer,
		.data = site,
	};

	return opalvm_chain_continue(fw, &search, offer, why);
}

/*
 * A firmware that nobody has moved was not hosted before this kernel either,
 * as kexec passes its own memory map only with the addresses of a kernel that
 * calls it: a table that was refused is of no use to it.
 */
static struct opalvm_map *map_get(struct opalvm_firmware *fw, const struct efi_site *site,
				  const char *path, struct opalvm_offer *offer,
				  struct opalvm_why *why)
{
	struct opalvm_why own = {};
	struct opalvm_map *map;
	int err;

	if (efi_enabled(EFI_RUNTIME_SERVICES)) {
		opalvm_chain_begin(fw);
		map = map_from_descs(site, opalvm_efi_descs_virtual(&site->descs), why);
		if (!IS_ERR(map))
			map->origin = OPALVM_ORIGIN_KERNEL;
		return map;
	}
	map = map_from_before(fw, site, path, offer, why);
	if (!IS_ERR(map))
		return map;
	err = PTR_ERR(map);
	if (path || offer->unread)
		return err != -ENOENT ? map :
		       ERR_PTR(opalvm_refuse(why, err, "no handover table at %s", path));

	map = map_from_descs(site, false, &own);
	if (IS_ERR(map)) {
		if (err != -ENOENT)
			return ERR_PTR(err);
		*why = own;
		return map;
	}
	if (err != -ENOENT)
		pr_warn(OPALVM_NAME ": efi: the firmware's own map is used: %s\n", why->text);
	map->origin = OPALVM_ORIGIN_IDENTITY;
	return map;
}

/* What only the map tells of this machine. */
static int check_machine(const struct opalvm_map *map, bool assign, struct opalvm_why *why)
{
	struct arch_facts uv = {};
	u32 i;
	int err;

	err = opalvm_efi_is_uv(map);
	if (err < 0)
		return opalvm_refuse(why, err, "no memory to read the firmware's tables");
	uv.uv = err;
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

static int efi_host(struct opalvm_firmware *fw, const struct opalvm_options *options,
		    struct opalvm_why *why)
{
	struct efi_site site = { .assign = options->assign };
	struct opalvm_offer offer = {};
	struct arch_facts facts;
	bool assign;
	void *mem;
	int err;

	arch_glue_facts(&facts);
	err = arch_glue_can_host(&facts, why);
	if (err)
		return err;
	err = descs_get(&site.descs, &mem, why);
	if (err && err != -ENOENT)
		return err;
	arch_glue_limits(&site.limits);
	site.lass = site.limits.no_user_half;
	fw->map = map_get(fw, &site, options->handover, &offer, why);
	if (IS_ERR(fw->map)) {
		err = PTR_ERR(fw->map);
		fw->map = NULL;
		goto out;
	}
	assign = options->assign && !(fw->map->flags & OPALVM_TABLE_SVAM_DONE);
	err = check_machine(fw->map, assign, why);
	if (err)
		goto err_map;
	err = opalvm_host_map(fw, fw->map->origin == OPALVM_ORIGIN_KERNEL ? NULL : fw->map,
			      &offer, why);
	if (err)
		goto err_map;
	if (fw->gate && assign) {
		err = opalvm_efi_assign(fw, &site.descs, why);
		/* what is left is a firmware that refuses every call */
		if (err == -EIO || err == -ETIMEDOUT) {
			pr_err(OPALVM_NAME ": efi: %s\n", why->text);
			err = 0;
		}
		if (err)
			goto err_host;
	}
	opalvm_report_wx(fw);
	goto out;

err_host:
	opalvm_unhost_map(fw);
err_map:
	opalvm_map_free(fw->map);
	fw->map = NULL;
out:
	if (mem)
		memunmap(mem);
	return err;
}

static void efi_unhost(struct opalvm_firmware *fw)
{
	opalvm_unhost_map(fw);
	opalvm_map_free(fw->map);
	fw->map = NULL;
}

/* A capsule's list of blocks has addresses that nobody would translate. */
static int efi_call(struct opalvm_firmware *fw, struct opalvm_call *call)
{
	call->verdict = OPALVM_REFUSED;
	if (call->service == OPALVM_EFI_UPDATE_CAPSULE ||
	    call->service == OPALVM_EFI_QUERY_CAPSULE_CAPS)
		return -EOPNOTSUPP;
	call->abi = OPALVM_ABI_MS_X64;
	return opalvm_call(fw->gate, call);
}

static int efi_frontends_init(struct opalvm_firmware *fw, struct opalvm_why *why)
{
	int err;

	err = opalvm_efi_dir_init(fw, why);
	if (err)
		return err;
	err = opalvm_efivars_init(fw, why);
	if (err)
		goto err_dir;
	err = opalvm_efi_test_init(fw, why);
	if (err)
		goto err_efivars;
	return 0;

err_efivars:
	opalvm_efivars_exit(fw);
err_dir:
	opalvm_efi_dir_exit();
	return err;
}

static void efi_frontends_exit(struct opalvm_firmware *fw)
{
	opalvm_efi_test_exit();
	opalvm_efivars_exit(fw);
	opalvm_efi_dir_exit();
}

const struct opalvm_provider opalvm_efi_provider = {
	.name = "efi",
	.services = opalvm_efi_services,
	.nr_services = OPALVM_EFI_NR_SERVICES,
	.error_bit = BIT_ULL(63),
	.host = efi_host,
	.unhost = efi_unhost,
	.call = efi_call,
	.get_time = opalvm_efi_read_time,
	.set_time = opalvm_efi_write_time,
	.get_alarm = opalvm_efi_read_alarm,
	.set_alarm = opalvm_efi_write_alarm,
	.before_reboot = opalvm_efi_before_reboot,
	.restart = opalvm_efi_restart,
	.frontends_init = efi_frontends_init,
	.frontends_exit = efi_frontends_exit,
	.files = opalvm_efi_files,
	.nr_files = OPALVM_EFI_NR_FILES,
};
