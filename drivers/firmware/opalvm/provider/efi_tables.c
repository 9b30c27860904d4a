// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of a firmware: system table, runtime services table and the
 * configuration tables that matter to us (UEFI 2.10 chapter 4). They are read
 * at their physical addresses and checked before they are believed.
 */
#include <linux/crc32.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "provider/efi.h"
#include "service/efi.h"

#define RUNTIME_TABLE_SIGNATURE	0x56524553544e5552ULL	/* UEFI 2.10 section 4.5.1 */

/* headers and tables larger than these are not believed */
#define MAX_HEADER_SIZE		SZ_4K

/* the system table is looked for in so much of each extent of data */
#define MAX_SCAN		SZ_64M

#define MAX_CONFIG_TABLES	1024
#define MAX_ATTRIBUTES		OPALVM_MAX_EXTENTS

/*
 * A table's pointer can be anything. Memory is read and nothing else: the
 * firmware's own, or what the kernel knows as RAM or as ACPI tables.
 */
static bool is_memory(const struct opalvm_map *map, u64 pa, size_t len)
{
	const struct opalvm_extent *extent = opalvm_map_find_pa(map, pa);

	if (!pa || pa + len < pa)
		return false;
	if (extent)
		return len <= extent->size - (pa - extent->pa) &&
		       (extent->type == EFI_RUNTIME_SERVICES_CODE ||
			extent->type == EFI_RUNTIME_SERVICES_DATA);
	return region_intersects(pa, len, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	       REGION_INTERSECTS ||
	       region_intersects(pa, len, IORESOURCE_MEM, IORES_DESC_ACPI_TABLES) ==
	       REGION_INTERSECTS;
}

/*
 * Below, -ENOMEM says that something could not be looked at, and any other error
 * that it was, and is not what was looked for: a machine that is short of memory
 * must not be taken for one without protections.
 */

/* Read physical memory; -ENOMEM if it cannot be mapped. */
static int read_phys(u64 pa, void *to, size_t len)
{
	void *from = memremap(pa, len, MEMREMAP_WB);

	if (!from)
		return -ENOMEM;
	memcpy(to, from, len);
	memunmap(from);
	return 0;
}

/* Read memory of the firmware at a virtual address of the map. */
static int read_virt(const struct opalvm_map *map, u64 va, void *to, size_t len)
{
	const struct opalvm_extent *extent = opalvm_map_find_va(map, va);

	if (!extent || len > extent->size - (va - extent->va))
		return -ERANGE;
	return read_phys(extent->pa + (va - extent->va), to, len);
}

/* UEFI 2.10 section 4.2: the CRC is over HeaderSize bytes, itself taken as zero */
static bool header_valid(const void *table, size_t room, u64 signature, size_t least)
{
	const efi_table_hdr_t *hdr = table;
	const size_t crc_at = offsetof(efi_table_hdr_t, crc32);
	const u32 zero = 0;
	u32 crc;

	if (hdr->signature != signature || hdr->headersize < least ||
	    hdr->headersize > min_t(size_t, room, MAX_HEADER_SIZE))
		return false;
	crc = crc32_le(~0, table, crc_at);
	crc = crc32_le(crc, (const u8 *)&zero, sizeof(zero));
	crc = crc32_le(crc, table + crc_at + sizeof(zero),
		       hdr->headersize - crc_at - sizeof(zero));
	return ~crc == hdr->crc32;
}

/* Read the runtime services table that a system table points to; an ERR_PTR() if there is none. */
static void *runtime_table_get(const struct opalvm_map *map, u64 va)
{
	efi_table_hdr_t hdr;
	void *table;
	int err;

	err = read_virt(map, va, &hdr, sizeof(hdr));
	if (err)
		return ERR_PTR(err);
	if (hdr.signature != RUNTIME_TABLE_SIGNATURE ||
	    hdr.headersize < sizeof(hdr) || hdr.headersize > MAX_HEADER_SIZE)
		return ERR_PTR(-EBADMSG);
	table = kmalloc(hdr.headersize, GFP_KERNEL);
	if (!table)
		return ERR_PTR(-ENOMEM);
	err = read_virt(map, va, table, hdr.headersize);
	if (!err && !header_valid(table, hdr.headersize, RUNTIME_TABLE_SIGNATURE,
				  offsetof(efi_runtime_services_t, get_variable)))
		err = -EBADMSG;
	if (err) {
		kfree(table);
		return ERR_PTR(err);
	}
	return table;
}

/* 0 if it is the system table; @moved as for find_systab() */
static int check_systab(const struct opalvm_map *map, const void *p, size_t room, bool *moved)
{
	const efi_system_table_64_t *systab = p;
	void *runtime;

	if (room < sizeof(*systab) ||
	    !header_valid(p, room, EFI_SYSTEM_TABLE_SIGNATURE, sizeof(*systab)))
		return -EBADMSG;
	runtime = runtime_table_get(map, systab->runtime);
	if (!IS_ERR(runtime))
		kfree(runtime);
	else if (PTR_ERR(runtime) != -ENOMEM && moved)
		*moved = true;
	return PTR_ERR_OR_ZERO(runtime);
}

/*
 * The tables are aligned to 8 bytes. What is checked is a copy: the firmware's
 * memory is not ours to rely on.
 */
static int find_systab_in(const struct opalvm_map *map, const struct opalvm_extent *extent,
			  u64 *pa, bool *moved)
{
	u64 size = min_t(u64, extent->size, MAX_SCAN);
	void *mem = memremap(extent->pa, size, MEMREMAP_WB);
	void *copy = kmalloc(MAX_HEADER_SIZE, GFP_KERNEL);
	int err = mem && copy ? -ENOENT : -ENOMEM;
	u64 offset;

	for (offset = 0; err && err != -ENOMEM && offset < size; offset += sizeof(u64)) {
		size_t room = min_t(u64, size - offset, MAX_HEADER_SIZE);

		if (offset % PAGE_SIZE == 0)
			cond_resched();
		if (READ_ONCE(*(u64 *)(mem + offset)) != EFI_SYSTEM_TABLE_SIGNATURE)
			continue;
		memcpy(copy, mem + offset, room);
		err = check_systab(map, copy, room, moved);
		if (!err)
			*pa = extent->pa + offset;
	}
	kfree(copy);
	if (mem)
		memunmap(mem);
	return err;
}

/* @pa: where it is; @moved: one was found whose pointers are those of another placement */
static int find_systab(const struct opalvm_map *map, u64 *pa, bool *moved)
{
	int err = -ENOENT;
	u32 i;

	*moved = false;
	for (i = 0; i < map->nr_extents && err && err != -ENOMEM; i++)
		if (map->extents[i].type == EFI_RUNTIME_SERVICES_DATA)
			err = find_systab_in(map, &map->extents[i], pa, moved);
	return err;
}

static int systab_read(const struct opalvm_map *map, efi_system_table_64_t *systab)
{
	const struct opalvm_extent *extent = opalvm_map_find_pa(map, map->systab);

	/* what is not the firmware's own memory is not even looked at */
	if (!extent || extent->size - (map->systab - extent->pa) < sizeof(*systab))
		return -ERANGE;
	return read_phys(map->systab, systab, sizeof(*systab)) ?:
	       check_systab(map, systab, sizeof(*systab), NULL);
}

/* Find a configuration table by its GUID; @pa is 0 without it. */
static int config_table(const struct opalvm_map *map, efi_guid_t guid, u64 *pa)
{
	efi_system_table_64_t systab;
	efi_config_table_64_t entry;
	int err;
	u32 i;

	*pa = 0;
	err = systab_read(map, &systab);
	if (!err && systab.nr_tables > MAX_CONFIG_TABLES)
		return -EBADMSG;
	for (i = 0; !err && i < systab.nr_tables; i++) {
		err = read_virt(map, systab.tables + i * sizeof(entry), &entry, sizeof(entry));
		if (!err && !efi_guidcmp(entry.guid, guid)) {
			*pa = entry.table;
			return 0;
		}
	}
	return err ?: -ENOENT;
}

/**
 * opalvm_efi_is_uv() - is this the firmware of an SGI UV
 * @map: a map whose system table is known
 *
 * Context: Process context.
 * Return: 1 or 0; -ENOMEM.
 */
int opalvm_efi_is_uv(const struct opalvm_map *map)
{
	u64 pa;
	int err = config_table(map, UV_SYSTEM_TABLE_GUID, &pa);

	return err == -ENOMEM ? err : !err && pa;
}

/*
 * UEFI 2.10 section 4.6.2. All services are supported where there is no table.
 * It can lie in memory that the kernel took since: what does not look like it
 * is not it.
 */
static int supported_services(const struct opalvm_map *map, u64 *services)
{
	efi_rt_properties_table_t table;
	u64 pa;
	int err;

	*services = ~0ULL;
	err = config_table(map, EFI_RT_PROPERTIES_TABLE_GUID, &pa);
	if (!err && is_memory(map, pa, sizeof(table)))
		err = read_phys(pa, &table, sizeof(table));
	else if (!err)
		err = -ENOENT;
	if (!err && table.version == EFI_RT_PROPERTIES_TABLE_VERSION &&
	    table.length == sizeof(table))
		*services = table.runtime_services_supported;
	return err == -ENOMEM ? err : 0;
}

static bool apply_attribute(struct opalvm_map *map, const efi_memory_desc_t *desc)
{
	u64 protection = desc->attribute & (EFI_MEMORY_RO | EFI_MEMORY_XP);

	if (!desc->num_pages || desc->num_pages > U64_MAX >> EFI_PAGE_SHIFT)
		return false;
	if (desc->type == EFI_RUNTIME_SERVICES_CODE ? !protection :
						      desc->type != EFI_RUNTIME_SERVICES_DATA)
		return false;
	return !opalvm_map_protect(map, desc->phys_addr, desc->num_pages << EFI_PAGE_SHIFT,
				   protection, NULL);
}

/* A table can omit a driver: its memory counts as data then. */
static bool entries_are_code(const struct opalvm_map *map)
{
	const struct opalvm_extent *extent;
	u32 i;

	for (i = 0; i < map->nr_entries; i++) {
		extent = opalvm_map_find_va(map, map->entries[i].address);
		if (extent && !opalvm_extent_executable(extent))
			return false;
	}
	return true;
}

/*
 * UEFI 2.10 section 4.6.4; an error if it is not a table that can be believed.
 *
 * It stands in memory that the first kernel keeps, and that one after a kexec
 * may have lost. So all of it must make sense: each entry must lie in one
 * extent, and then no code may be left that is writable and executable.
 */
static int apply_attributes(struct opalvm_map *map)
{
	efi_memory_attributes_table_t head;
	bool believed = true;
	void *table;
	size_t size;
	u64 pa;
	u32 i;
	int err;

	if (!efi_enabled(EFI_MEM_ATTR))
		return -ENOENT;
	err = config_table(map, EFI_MEMORY_ATTRIBUTES_TABLE_GUID, &pa);
	if (err)
		return err;
	if (!is_memory(map, pa, sizeof(head)))
		return -ERANGE;
	err = read_phys(pa, &head, sizeof(head));
	if (err)
		return err;
	if (!head.version || head.version > 2 ||
	    head.desc_size < sizeof(efi_memory_desc_t) || head.desc_size > SZ_4K ||
	    !head.num_entries || head.num_entries > MAX_ATTRIBUTES)
		return -EBADMSG;
	size = (size_t)head.num_entries * head.desc_size;
	if (!is_memory(map, pa + sizeof(head), size))
		return -ERANGE;
	table = memremap(pa + sizeof(head), size, MEMREMAP_WB);
	if (!table)
		return -ENOMEM;
	for (i = 0; i < head.num_entries && believed; i++) {
		efi_memory_desc_t desc;

		memcpy(&desc, table + (size_t)i * head.desc_size, sizeof(desc));
		believed = apply_attribute(map, &desc);
	}
	memunmap(table);
	if (!believed || opalvm_map_find_wx(map, NULL))
		return -EBADMSG;
	if (entries_are_code(map))
		return 0;
	pr_info(OPALVM_NAME
		": efi: the memory attributes table has services in data: it is not used, code stays writable\n");
	return -EBADMSG;
}

/* Code is writable and executable, anything else is not executable. */
static void drop_attributes(struct opalvm_map *map)
{
	u32 i;

	for (i = 0; i < map->nr_extents; i++) {
		map->extents[i].attr &= ~(EFI_MEMORY_RO | EFI_MEMORY_XP);
		if (map->extents[i].type != EFI_RUNTIME_SERVICES_CODE)
			map->extents[i].attr |= EFI_MEMORY_XP;
	}
}

/**
 * opalvm_efi_read_entries() - read the entry points of a map
 * @map: a map whose system table is known; its entries are replaced
 * @why: the reason if it fails
 *
 * A service whose pointer is NULL, or that the table of this firmware is too
 * short for, has no entry. Whether the others lie in code of the firmware is
 * for opalvm_map_seal() to say.
 *
 * Context: Process context.
 * Return: 0 or a negative error.
 */
int opalvm_efi_read_entries(struct opalvm_map *map, struct opalvm_why *why)
{
	efi_system_table_64_t systab;
	void *runtime = NULL;
	u32 headersize, id;
	u64 address;
	int err;

	err = systab_read(map, &systab);
	if (!err) {
		runtime = runtime_table_get(map, systab.runtime);
		err = PTR_ERR_OR_ZERO(runtime);
	}
	if (err == -ENOMEM)
		return opalvm_refuse(why, err, "no memory to read the firmware's tables");
	if (err)
		return opalvm_refuse(why, -EBADMSG,
				     "the firmware's system table at %#llx is damaged",
				     map->systab);
	headersize = ((efi_table_hdr_t *)runtime)->headersize;
	map->nr_entries = 0;
	for (id = 0; id < OPALVM_EFI_NR_SERVICES && !err; id++) {
		u32 offset = opalvm_efi_entry_offset[id];

		if (offset + sizeof(address) > headersize)
			continue;
		/* these two are over then, and firmware does not move their pointers */
		if ((map->flags & OPALVM_TABLE_SVAM_DONE) &&
		    (id == OPALVM_EFI_SET_VIRTUAL_ADDRESS_MAP ||
		     id == OPALVM_EFI_CONVERT_POINTER))
			continue;
		memcpy(&address, runtime + offset, sizeof(address));
		if (address)
			err = opalvm_map_add_entry(map, id, OPALVM_ENTRY_VA, address, why);
	}
	kfree(runtime);
	return err;
}

static u64 services_with_entry(const struct opalvm_map *map)
{
	u64 services = 0;
	u32 i;

	for (i = 0; i < map->nr_entries; i++)
		services |= BIT_ULL(map->entries[i].id);
	return services;
}

/**
 * opalvm_efi_read_tables() - complete a map that was made of descriptors
 * @map: a sealed map; its system table, protections, entry points and supported
 *	 services are filled in, and it has to be sealed again
 * @why: the reason if it fails
 *
 * Context: Process context.
 * Return: 0 or a negative error.
 */
int opalvm_efi_read_tables(struct opalvm_map *map, struct opalvm_why *why)
{
	u64 supported;
	bool moved;
	int err;

	err = find_systab(map, &map->systab, &moved);
	if (err == -ENOMEM)
		goto err_memory;
	if (err && moved)
		return opalvm_refuse(why, -ENODEV,
				     "SetVirtualAddressMap moved the firmware: load with handover=FILE, a table that was saved before");
	if (err)
		return opalvm_refuse(why, -ENODEV,
				     "no EFI system table with a valid checksum in the firmware's memory");
	err = opalvm_efi_read_entries(map, why);
	if (err)
		return err;
	err = supported_services(map, &supported);
	if (err)
		goto err_memory;
	map->services = services_with_entry(map) & supported;
	err = apply_attributes(map);
	if (err == -ENOMEM)
		goto err_memory;
	if (err)
		drop_attributes(map);
	return 0;

err_memory:
	return opalvm_refuse(why, err, "no memory to read the firmware's tables");
}
