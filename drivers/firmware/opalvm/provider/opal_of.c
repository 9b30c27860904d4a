// SPDX-License-Identifier: GPL-2.0
/*
 * The running kernel's device tree, as far as it is about OPAL. What its lists
 * mean is opal_tree.c's.
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "provider/opal.h"

/* what skiboot has room for, from its base to its heap (include/mem-map.h) */
#define IMAGE_SIZE	(6 * 1024 * 1024)

static int read_address(const struct device_node *node, const char *name, u64 *address,
			struct opalvm_why *why)
{
	int len = 0;
	const void *value = of_get_property(node, name, &len);
	__be64 raw;

	if (!value)
		return opalvm_refuse(why, -ENODEV, "device tree: %pOF has no %s", node, name);
	if (len != sizeof(raw))
		return opalvm_refuse(why, -EINVAL, "device tree: %s of %pOF has %d bytes, not 8",
				     name, node, len);
	memcpy(&raw, value, sizeof(raw));
	*address = be64_to_cpu(raw);
	if (!*address)
		return opalvm_refuse(why, -EINVAL, "device tree: %s of %pOF is zero", name, node);
	return 0;
}

/* Can it be read? Where there is nothing, that would be a machine check. */
static bool is_memory(u64 pa, u64 size)
{
	return region_intersects(pa, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	       REGION_INTERSECTS;
}

/* Is it memory that the tree reserves for the firmware? */
static bool is_reserved(const struct opalvm_map *map, u64 pa, u64 size)
{
	const struct opalvm_extent *extent = opalvm_map_find_pa(map, pa);

	return extent && size <= extent->size - (pa - extent->pa) && is_memory(pa, size);
}

/* The firmware's own list can change; our copy is checked once. */
static int copy_symbols(struct opal_symbols *symbols, u64 pa, u64 len, struct opalvm_why *why)
{
	void *from = memremap(pa, len, MEMREMAP_WB);
	void *text = from ? kvmalloc(len, GFP_KERNEL) : NULL;

	if (text)
		memcpy(text, from, len);
	if (from)
		memunmap(from);
	if (!text)
		return opalvm_refuse(why, -ENOMEM, "the firmware's list of symbols cannot be read");
	*symbols = (struct opal_symbols) { .text = text, .len = len };
	return opalvm_opal_symbols_check(symbols, why);
}

static int read_symbols(struct opal_site *site, const struct opalvm_map *map,
			struct opalvm_why *why)
{
	struct device_node *node = of_find_node_by_path("/ibm,opal/firmware");
	u64 place[2];
	int err;

	err = node ? of_property_read_variable_u64_array(node, "symbol-map", place,
							 ARRAY_SIZE(place), ARRAY_SIZE(place)) :
		     -ENOENT;
	of_node_put(node);
	if (err < 0)
		return opalvm_refuse(why, -ENODEV,
				     "device tree: no symbol-map of 16 bytes in /ibm,opal/firmware: what is the firmware's code is not known");
	if (place[0] < site->base || place[0] - site->base >= IMAGE_SIZE || !place[1] ||
	    place[1] > IMAGE_SIZE - (place[0] - site->base))
		return opalvm_refuse(why, -ERANGE,
				     "device tree: symbol-map has %llu bytes at %#llx, which are not in the firmware",
				     place[1], place[0]);
	if (!is_reserved(map, place[0], place[1]))
		return opalvm_refuse(why, -ERANGE,
				     "device tree: the firmware's symbols at %#llx are not in memory that reserved-ranges has for it",
				     place[0]);
	return copy_symbols(&site->symbols, place[0], place[1], why);
}

/**
 * opalvm_opal_site_read() - where the device tree has OPAL
 * @site: filled in, but for its symbols
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENXIO without OPAL, or another negative error.
 */
int opalvm_opal_site_read(struct opal_site *site, struct opalvm_why *why)
{
	struct device_node *node = of_find_node_by_path("/ibm,opal");
	int err;

	*site = (struct opal_site) {};
	if (!node)
		return -ENXIO;
	err = read_address(node, "opal-base-address", &site->base, why) ?:
	      read_address(node, "opal-entry-address", &site->entry, why);
	if (!err && of_property_read_bool(node, "ibm,opal-v4"))
		err = read_address(node, "opal-v4-le-entry-address", &site->v4_entry, why);
	of_node_put(node);
	if (err)
		opalvm_advise(why, OPALVM_WRONG_TREE);
	return err;
}

/**
 * opalvm_opal_site_free() - free what opalvm_opal_read_map() took
 * @site: what it filled in
 *
 * Context: Process context, may sleep.
 */
void opalvm_opal_site_free(struct opal_site *site)
{
	kvfree(site->symbols.text);
	site->symbols = (struct opal_symbols) {};
}

/**
 * opalvm_opal_nvram_size() - how much NVRAM this machine has
 * @fw: the firmware
 *
 * Context: Process context.
 * Return: bytes, 0 without NVRAM.
 */
u32 opalvm_opal_nvram_size(struct opalvm_firmware *fw)
{
	struct device_node *node = of_find_compatible_node(NULL, NULL, "ibm,opal-nvram");
	u32 size = 0;

	if (node)
		of_property_read_u32(node, "#bytes", &size);
	of_node_put(node);
	return size;
}

static struct opal_cells get_reg(struct device_node *node)
{
	struct opal_cells cells = {
		.address_cells = of_n_addr_cells(node),
		.size_cells = of_n_size_cells(node),
	};
	int len = 0;

	cells.data = of_get_property(node, "reg", &len);
	cells.len = len;
	return cells;
}

static struct opal_cells get_ranges(struct device_node *node)
{
	struct opal_cells cells = { .address_cells = of_n_addr_cells(node) };
	int len = 0;

	of_property_read_u32(node, "#address-cells", &cells.child_cells);
	of_property_read_u32(node, "#size-cells", &cells.size_cells);
	cells.data = of_get_property(node, "ranges", &len);
	cells.len = len;
	return cells;
}

static int add_reserved(struct opalvm_map *map, struct opalvm_why *why)
{
	struct device_node *root = of_find_node_by_path("/");
	struct opal_cells ranges = { .address_cells = 2, .size_cells = 2 };
	const char *names;
	int len = 0, names_len = 0;
	int err;

	ranges.data = of_get_property(root, "reserved-ranges", &len);
	ranges.len = len;
	names = of_get_property(root, "reserved-names", &names_len);
	err = opalvm_opal_add_memory(map, &ranges, names, names_len, why);
	of_node_put(root);
	return err;
}

/* A table of whose memory is whose has no more rows: machines have some tens. */
#define MAX_MEMORY	1024

static int read_reserved(struct opalvm_map *map, struct opalvm_why *why)
{
	struct device_node *root = of_find_node_by_path("/");
	struct opal_cells ranges = { .address_cells = 2, .size_cells = 2 };
	int len = 0, err;

	ranges.data = of_get_property(root, "reserved-ranges", &len);
	ranges.len = len;
	err = opalvm_opal_add_ranges(map, &ranges, "reserved-ranges", why);
	of_node_put(root);
	return err;
}

static int read_all(struct opalvm_map *map, struct opalvm_why *why)
{
	struct device_node *node = NULL;
	struct opal_cells reg;
	int err = 0;

	for_each_node_by_type(node, "memory") {
		reg = get_reg(node);
		err = opalvm_opal_add_ranges(map, &reg, node->full_name, why);
		if (err)
			break;
	}
	of_node_put(node);
	return err;
}

/**
 * opalvm_opal_memory_read() - which of this machine's memory is whose
 * @memory: filled in; also after an error to be freed with
 *	    opalvm_opal_memory_free()
 * @why: the reason if it fails
 *
 * All memory counts that the machine has, whatever this kernel uses of it: a
 * crash kernel must not give away what it is there to save.
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error.
 */
int opalvm_opal_memory_read(struct opal_memory *memory, struct opalvm_why *why)
{
	memory->all = opalvm_map_alloc(OPALVM_FW_OPAL, MAX_MEMORY);
	memory->reserved = opalvm_map_alloc(OPALVM_FW_OPAL, MAX_MEMORY);
	if (!memory->all || !memory->reserved)
		return opalvm_refuse(why, -ENOMEM, "no memory for the list of memory");
	return read_all(memory->all, why) ?: read_reserved(memory->reserved, why);
}

/**
 * opalvm_opal_memory_free() - free what opalvm_opal_memory_read() took
 * @memory: what it filled in
 *
 * Context: Process context, may sleep.
 */
void opalvm_opal_memory_free(struct opal_memory *memory)
{
	opalvm_map_free(memory->all);
	opalvm_map_free(memory->reserved);
	*memory = (struct opal_memory) {};
}

/*
 * The devices that skiboot drives in the services of service/opal_tokens.c, and
 * that it tells of. The controllers of interrupts (XIVE, PSI) are not among
 * them, nor are the accelerators: skiboot accesses these in calls that are never
 * made from here. What it accesses without a node in the tree is accessed
 * without the MMU.
 */
static const struct opal_device {
	const char *compatible;
	u32 nr_regs;
	u64 size;
} devices[] = {
	/* a window of registers for each chip */
	{ "ibm,xscom", 1, 0 },
	/*
	 * The registers of a PCI host bridge; the next range is of its
	 * interrupts. The tree leaves out half of them, with the root port's
	 * configuration (PHB_RC_CONFIG_BASE in skiboot's phb4-regs.h).
	 */
	{ "ibm,ioda3-phb", 1, SZ_8K },
};

static int add_devices(struct opalvm_map *map, const struct opal_device *device,
		       struct opalvm_why *why)
{
	struct device_node *node = NULL;
	struct opal_cells reg;
	int err = 0;

	for_each_compatible_node(node, NULL, device->compatible) {
		if (!of_device_is_available(node))
			continue;
		reg = get_reg(node);
		err = opalvm_opal_add_registers(map, &reg, device->nr_regs, device->size,
						node->full_name, why);
		if (err)
			break;
	}
	of_node_put(node);
	return err;
}

/* Below a bus for LPC: its own controllers with "reg", and LPC itself with "ranges". */
static int add_lpc_bus(struct opalvm_map *map, struct device_node *bus, struct opalvm_why *why)
{
	struct opal_cells ranges = get_ranges(bus), cells;
	struct device_node *node = NULL;
	u32 before = map->nr_extents;
	int err = 0;

	for_each_child_of_node(bus, node) {
		cells = of_find_property(node, "ranges", NULL) ? get_ranges(node) : get_reg(node);
		if (!cells.data)
			continue;
		err = opalvm_opal_cells_check(&ranges, bus->full_name, why) ?:
		      opalvm_opal_add_behind(map, &ranges, &cells, node->full_name, why);
		if (err)
			break;
	}
	of_node_put(node);
	if (err || map->nr_extents > before)
		return err;
	/* nothing tells what is behind: all of its window */
	cells = get_reg(bus);
	return opalvm_opal_add_registers(map, &cells, 1, 0, bus->full_name, why);
}

static int add_lpc(struct opalvm_map *map, struct opalvm_why *why)
{
	struct device_node *bus = NULL;
	int err = 0;

	for_each_compatible_node(bus, NULL, "ibm,power9-lpcm-opb") {
		err = add_lpc_bus(map, bus, why);
		if (err)
			break;
	}
	of_node_put(bus);
	return err;
}

/*
 * An entry point is where the firmware's own list has it. One that exports its map
 * must not be taken for stock firmware: it looks for its devices elsewhere.
 */
static int check_entry(const struct opal_site *site, const char *property, u64 entry,
		       const char *symbol, struct opalvm_why *why)
{
	u64 offset, place = 0;

	if (opalvm_opal_symbol_find(&site->symbols, symbol, &offset))
		place = site->base + offset;
	if (place == entry)
		return 0;
	if (!entry)
		return opalvm_refuse(why, -EINVAL,
				     "device tree: the firmware has %s at %#llx, and /ibm,opal no ibm,opal-v4",
				     symbol, place);
	return opalvm_refuse(why, -EINVAL,
			     "device tree: %s is %#llx, where the firmware has no %s", property,
			     entry, symbol);
}

/* The code is read, and the entry points are where the firmware has them. */
static int check_image(const struct opalvm_map *map, const struct opal_site *site,
		       struct opalvm_why *why)
{
	u32 i;

	for (i = 0; i < map->nr_extents; i++)
		if (!opalvm_extent_writable(&map->extents[i]) &&
		    !is_memory(map->extents[i].pa, map->extents[i].size))
			return opalvm_refuse(why, -ERANGE,
					     "device tree: the firmware at %#llx is not in memory",
					     site->base);
	return check_entry(site, "opal-entry-address", site->entry, "opal_entry", why) ?:
	       check_entry(site, "opal-v4-le-entry-address", site->v4_entry, "opal_v4_entry", why);
}

static int fill(struct opalvm_map *map, struct opal_site *site, struct opalvm_range *text,
		struct opalvm_why *why)
{
	int err;
	u32 i;

	err = add_reserved(map, why) ?:
	      read_symbols(site, map, why) ?:
	      opalvm_opal_protect_image(map, site->base, &site->symbols, text, why) ?:
	      check_image(map, site, why);
	/* one that exports its map accesses none before it has told where */
	for (i = 0; i < ARRAY_SIZE(devices) && !err && !site->v4_entry; i++)
		err = add_devices(map, &devices[i], why);
	if (!err && !site->v4_entry)
		err = add_lpc(map, why);
	err = err ?:
	      opalvm_map_add_entry(map, OPALVM_ENTRY_ID_COMMON, OPALVM_ENTRY_PA, site->entry, why);
	if (!err && site->v4_entry)
		err = opalvm_map_add_entry(map, OPALVM_ENTRY_ID_V4, OPALVM_ENTRY_VA,
					   site->v4_entry, why);
	return err;
}

/**
 * opalvm_opal_read_map() - make the map that the device tree tells of
 * @site: from opalvm_opal_site_read(); its symbols are filled in, also after an
 *	  error to be freed with opalvm_opal_site_free()
 * @text: result: where the code of its services is
 * @why: the reason if it fails
 *
 * Of a firmware that exports its map it is what that takes to ask for it: the
 * memory.
 *
 * Context: Process context, may sleep.
 * Return: the map, not sealed, or an ERR_PTR().
 */
struct opalvm_map *opalvm_opal_read_map(struct opal_site *site, struct opalvm_range *text,
					struct opalvm_why *why)
{
	struct opalvm_map *map = opalvm_map_alloc(OPALVM_FW_OPAL, OPALVM_MAX_EXTENTS);
	int err;

	if (!map)
		return ERR_PTR(opalvm_refuse(why, -ENOMEM, "no memory for a map"));
	map->origin = OPALVM_ORIGIN_FIRMWARE;
	map->placement = OPALVM_PLACEMENT_IDENTITY;
	err = fill(map, site, text, why);
	if (!err)
		return map;
	if (err != -ENOMEM)
		opalvm_advise(why, OPALVM_WRONG_TREE);
	opalvm_map_free(map);
	return ERR_PTR(err);
}
