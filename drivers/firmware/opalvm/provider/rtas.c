// SPDX-License-Identifier: GPL-2.0
/*
 * RTAS: the firmware of POWER machines under a hypervisor. PAPR wants it called
 * in real mode, and what it does there with addresses cannot be known: but QEMU's
 * is five instructions that hand the arguments on to the hypervisor. They work
 * wherever they are, have no state, and the hypervisor sorts out who calls them
 * at the same time: so the kernel may go on to call them in real mode. RTAS of
 * any other kind is refused.
 *
 * There are two maps: the one that the next kernel gets, in pages of the size
 * that all kernels have, and the one that is realised, in pages of this one.
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/of.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "carrier/carrier.h"
#include "provider/rtas.h"
#include "service/rtas.h"

/* UEFI memory type of runtime code (UEFI 2.10 section 7.2) */
#define TYPE_CODE	5

/* no RTAS is larger */
#define MAX_SIZE	(64 * 1024 * 1024)

/* mr r4,r3; lis r3,0; ori r3,r3,H_RTAS; sc 1; blr, where H_RTAS is 0xf000 */
static const u32 shim[RTAS_SHIM_LEN] = {
	0x7c641b78, 0x3c600000, 0x6063f000, 0x44000022, 0x4e800020,
};

/**
 * struct rtas_hosted - what is hosted beside the map for the next kernel
 * @real: the map that is realised
 * @table: the services of this machine
 */
struct rtas_hosted {
	struct opalvm_map *real;
	struct opalvm_rtas_table *table;
};

/* a machine has one RTAS */
static struct rtas_hosted hosted;

/**
 * opalvm_rtas_read_cell() - read a property that has one cell
 * @value: its value, NULL if there is no such property
 * @len: bytes at @value
 * @name: its name
 * @cell: receives the cell
 * @why: the reason if it fails
 *
 * Context: Any; pure.
 * Return: 0 or -ENODEV.
 */
int opalvm_rtas_read_cell(const void *value, int len, const char *name, u32 *cell,
			  struct opalvm_why *why)
{
	__be32 raw;

	if (!value)
		return opalvm_refuse(why, -ENODEV, "/rtas in the device tree has no %s", name);
	if (len != sizeof(raw))
		return opalvm_refuse(why, -ENODEV, "%s in the device tree has %d bytes, not 4",
				     name, len);
	memcpy(&raw, value, sizeof(raw));
	*cell = be32_to_cpu(raw);
	return 0;
}

/**
 * opalvm_rtas_site_check() - can there be an RTAS as the device tree says
 * @site: what it says
 * @why: the reason if not
 *
 * Context: Any; pure.
 * Return: 0 or -ENODEV.
 */
int opalvm_rtas_site_check(const struct rtas_site *site, struct opalvm_why *why)
{
	const u32 code = RTAS_SHIM_LEN * sizeof(shim[0]);

	if (!site->base || site->size < code || site->size > MAX_SIZE ||
	    site->size - 1 > U32_MAX - site->base)
		return opalvm_refuse(why, -ENODEV,
				     "the device tree has RTAS of %u bytes at %#x: that cannot be",
				     site->size, site->base);
	if (site->entry < site->base || site->entry - site->base > site->size - code ||
	    site->entry % sizeof(shim[0]))
		return opalvm_refuse(why, -ENODEV,
				     "the entry point of RTAS, %#x, is not in its %u bytes at %#x",
				     site->entry, site->size, site->base);
	return 0;
}

/**
 * opalvm_rtas_shim_check() - is this the RTAS that can be hosted
 * @code: RTAS_SHIM_LEN instructions at its entry point
 * @why: the reason if not
 *
 * Context: Any; pure.
 * Return: 0 or -ENODEV.
 */
int opalvm_rtas_shim_check(const __be32 *code, struct opalvm_why *why)
{
	u32 i;

	for (i = 0; i < RTAS_SHIM_LEN; i++)
		if (be32_to_cpu(code[i]) != shim[i])
			return opalvm_refuse(why, -ENODEV,
					     "this RTAS does its work itself and has to be called in real mode, which is left to the kernel: only QEMU's (-machine pseries) can be hosted");
	return 0;
}

/**
 * opalvm_rtas_map_make() - make the map of RTAS
 * @site: what the device tree says, accepted by opalvm_rtas_site_check()
 * @granule: bytes of a page: the firmware's memory is rounded up to whole ones
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: the map, not sealed: it tells whether what was rounded up is the
 *	   firmware's; or an ERR_PTR().
 */
struct opalvm_map *opalvm_rtas_map_make(const struct rtas_site *site, u64 granule,
					struct opalvm_why *why)
{
	const u64 first = round_down((u64)site->base, granule);
	const struct opalvm_extent extent = {
		.va = first,
		.pa = first,
		.size = round_up((u64)site->base + site->size, granule) - first,
		.attr = OPALVM_ATTR_WB | OPALVM_ATTR_RO | OPALVM_ATTR_RUNTIME,
		.type = TYPE_CODE,
	};
	struct opalvm_map *map = opalvm_map_alloc(OPALVM_FW_RTAS, 1);
	int err;

	if (!map)
		return ERR_PTR(opalvm_refuse(why, -ENOMEM, "no memory for a map"));
	map->origin = OPALVM_ORIGIN_FIRMWARE;
	map->placement = OPALVM_PLACEMENT_IDENTITY;
	err = opalvm_map_add(map, &extent, why) ?:
	      opalvm_map_add_entry(map, OPALVM_ENTRY_ID_COMMON, OPALVM_ENTRY_PA, site->entry,
				   why);
	if (!err)
		return map;
	opalvm_map_free(map);
	return ERR_PTR(err);
}

/**
 * opalvm_rtas_check_offer() - is this map of this boot
 * @map: what a kernel before this one left; sealed afterwards
 * @own: what this kernel's device tree tells, sealed
 * @limits: what this kernel allows, in pages that all kernels have
 * @why: the reason if not
 *
 * Context: Any that limits->is_ram() allows.
 * Return: 0 or a negative error.
 */
int opalvm_rtas_check_offer(struct opalvm_map *map, const struct opalvm_map *own,
			    const struct opalvm_limits *limits, struct opalvm_why *why)
{
	struct opalvm_why difference = {};
	int err = opalvm_map_seal(map, limits, why);

	if (err)
		return err;
	if (!opalvm_map_same(map, own, &difference))
		return opalvm_refuse(why, -EINVAL, "the handover table is of another boot: %s",
				     difference.text);
	if (map->nr_entries != own->nr_entries ||
	    memcmp(map->entries, own->entries, own->nr_entries * sizeof(own->entries[0])))
		return opalvm_refuse(why, -EINVAL,
				     "the handover table names other entry points than the firmware: it is of another boot");
	return 0;
}

/* Pages of a kernel with larger ones do not matter to the next kernel. */
static void common_limits(struct opalvm_limits *limits)
{
	arch_glue_limits(limits);
	limits->granule = OPALVM_PAGE_SIZE;
}

static int check_offer(struct opalvm_map *map, const void *data, struct opalvm_why *why)
{
	struct opalvm_limits limits;

	common_limits(&limits);
	return opalvm_rtas_check_offer(map, data, &limits, why);
}

static int read_property(const struct device_node *node, const char *name, u32 *cell,
			 struct opalvm_why *why)
{
	int len = 0;
	const void *value = of_get_property(node, name, &len);

	return opalvm_rtas_read_cell(value, len, name, cell, why);
}

static int site_read(const struct device_node *node, struct rtas_site *site,
		     struct opalvm_why *why)
{
	int err;

	err = read_property(node, "linux,rtas-base", &site->base, why) ?:
	      read_property(node, "linux,rtas-entry", &site->entry, why) ?:
	      read_property(node, "rtas-size", &site->size, why) ?:
	      opalvm_rtas_site_check(site, why);
	if (err)
		opalvm_advise(why, OPALVM_WRONG_TREE);
	return err;
}

/* Has another call the token of a service? Then nobody knows what is called. */
static int check_token(const struct device_node *node, const struct opalvm_service *service,
		       struct opalvm_why *why)
{
	struct property *property;
	u32 token;

	for_each_property_of_node(node, property) {
		if (!property->value || !opalvm_rtas_is_call(property->name, property->length) ||
		    !strcmp(property->name, service->name) ||
		    opalvm_rtas_read_cell(property->value, property->length, property->name,
					  &token, why) ||
		    token != service->token)
			continue;
		return opalvm_refuse(why, -EINVAL, "%s and %s have the same token, %#x, in /rtas",
				     service->name, property->name, token);
	}
	return 0;
}

static int check_tokens(const struct device_node *node, const struct opalvm_rtas_table *table,
			struct opalvm_why *why)
{
	int err = 0;
	u32 i;

	for (i = 0; i < table->nr && !err; i++)
		if (!(table->services[i].flags & OPALVM_SERVICE_INTERNAL))
			err = check_token(node, &table->services[i], why);
	return err;
}

static struct opalvm_rtas_table *table_read(const struct device_node *node,
					    struct opalvm_why *why)
{
	struct opalvm_rtas_table *table = kzalloc(sizeof(*table), GFP_KERNEL);
	struct property *property;
	int err;

	if (!table)
		return ERR_PTR(opalvm_refuse(why, -ENOMEM, "no memory for a table of services"));
	for_each_property_of_node(node, property) {
		u32 token;

		if (!property->value || !opalvm_rtas_is_call(property->name, property->length))
			continue;
		if (!opalvm_rtas_read_cell(property->value, property->length, property->name,
					   &token, why))
			opalvm_rtas_table_add(table, property->name, token);
	}
	opalvm_rtas_table_finish(table);
	if (table->nr_dropped)
		pr_notice(OPALVM_NAME ": rtas: %u calls are left out: there is room for %u\n",
			  table->nr_dropped, OPALVM_MAX_SERVICES);
	if (opalvm_rtas_table_services(table))
		err = check_tokens(node, table, why);
	else
		err = opalvm_refuse(why, -ENODEV,
				    "the device tree lists no RTAS call that can be made");
	if (!err)
		return table;
	opalvm_advise(why, OPALVM_WRONG_TREE);
	kfree(table);
	return ERR_PTR(err);
}

static int code_check(const struct rtas_site *site, struct opalvm_why *why)
{
	const u32 size = RTAS_SHIM_LEN * sizeof(shim[0]);
	void *code;
	int err;

	/* where there is nothing, reading would be a machine check */
	if (region_intersects(site->entry, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) !=
	    REGION_INTERSECTS) {
		opalvm_refuse(why, -ENODEV, "the device tree has RTAS at %#x, where no memory is",
			      site->base);
		opalvm_advise(why, OPALVM_WRONG_TREE);
		return -ENODEV;
	}
	code = memremap(site->entry, size, MEMREMAP_WB);
	if (!code)
		return opalvm_refuse(why, -ENOMEM, "RTAS at %#x cannot be read", site->base);
	err = opalvm_rtas_shim_check(code, why);
	memunmap(code);
	return err;
}

static struct opalvm_map *map_get(const struct rtas_site *site,
				  const struct opalvm_limits *limits, struct opalvm_why *why)
{
	struct opalvm_map *map = opalvm_rtas_map_make(site, limits->granule, why);
	int err;

	if (IS_ERR(map))
		return map;
	map->services = opalvm_rtas_table_services(hosted.table);
	err = opalvm_map_seal(map, limits, why);
	if (!err)
		return map;
	opalvm_advise(why, OPALVM_WRONG_TREE);
	opalvm_map_free(map);
	return ERR_PTR(err);
}

/* Both maps. What is read there is the firmware's memory, and not the kernel's. */
static int maps_get(struct opalvm_firmware *fw, const struct rtas_site *site,
		    struct opalvm_why *why)
{
	struct opalvm_limits limits;
	int err;

	common_limits(&limits);
	fw->map = map_get(site, &limits, why);
	if (IS_ERR(fw->map)) {
		err = PTR_ERR(fw->map);
		goto err_map;
	}
	err = code_check(site, why);
	if (err)
		goto err_code;
	arch_glue_limits(&limits);
	hosted.real = map_get(site, &limits, why);
	if (!IS_ERR(hosted.real))
		return 0;
	err = PTR_ERR(hosted.real);
	hosted.real = NULL;

err_code:
	opalvm_map_free(fw->map);
err_map:
	fw->map = NULL;
	return err;
}

static void maps_put(struct opalvm_firmware *fw)
{
	opalvm_map_free(hosted.real);
	hosted.real = NULL;
	opalvm_map_free(fw->map);
	fw->map = NULL;
}

static int chain_get(struct opalvm_firmware *fw, const char *path, struct opalvm_offer *offer,
		     struct opalvm_why *why)
{
	struct opalvm_limits limits;
	const struct opalvm_search search = {
		.firmware = OPALVM_FW_RTAS,
		.path = path,
		.limits = &limits,
		.check = check_offer,
		.data = fw->map,
	};

	common_limits(&limits);
	return opalvm_chain_adopt(fw, &search, offer, why);
}

static int host_node(struct opalvm_firmware *fw, const struct device_node *node,
		     const char *path, struct opalvm_why *why)
{
	struct opalvm_offer offer = {};
	struct rtas_site site;
	int err;

	err = site_read(node, &site, why);
	if (err)
		return err;
	hosted.table = table_read(node, why);
	if (IS_ERR(hosted.table)) {
		err = PTR_ERR(hosted.table);
		hosted.table = NULL;
		return err;
	}
	fw->services = hosted.table->services;
	fw->nr_services = hosted.table->nr;
	err = maps_get(fw, &site, why);
	if (err)
		goto err_table;
	err = chain_get(fw, path, &offer, why) ?: opalvm_host_map(fw, hosted.real, &offer, why);
	if (!err)
		return 0;
	maps_put(fw);

err_table:
	fw->services = NULL;
	fw->nr_services = 0;
	kfree(hosted.table);
	hosted.table = NULL;
	return err;
}

static int rtas_host(struct opalvm_firmware *fw, const struct opalvm_options *options,
		     struct opalvm_why *why)
{
	struct device_node *node;
	struct arch_facts facts;
	int err;

	node = of_find_node_by_path("/rtas");
	if (!node)
		return -ENXIO;
	arch_glue_facts(&facts);
	err = arch_glue_can_host(&facts, why) ?: host_node(fw, node, options->handover, why);
	of_node_put(node);
	return err;
}

static void rtas_unhost(struct opalvm_firmware *fw)
{
	opalvm_unhost_map(fw);
	maps_put(fw);
	fw->services = NULL;
	fw->nr_services = 0;
	kfree(hosted.table);
	hosted.table = NULL;
}

static u32 nvram_size(struct opalvm_firmware *fw)
{
	struct device_node *node;
	u32 service, size = 0;

	if (opalvm_rtas_find(fw, "nvram-fetch", &service, NULL))
		return 0;
	node = of_find_node_by_type(NULL, "nvram");
	if (!node || read_property(node, "#bytes", &size, NULL))
		size = 0;
	of_node_put(node);
	return size;
}

const struct opalvm_provider opalvm_rtas_provider = {
	.name = "rtas",
	.error_bit = BIT_ULL(63),
	.host = rtas_host,
	.unhost = rtas_unhost,
	.call = opalvm_rtas_call_raw,
	.get_time = opalvm_rtas_get_time,
	.set_time = opalvm_rtas_set_time,
	.nvram_size = nvram_size,
	.nvram_read = opalvm_rtas_nvram_read,
	.nvram_write = opalvm_rtas_nvram_write,
};
