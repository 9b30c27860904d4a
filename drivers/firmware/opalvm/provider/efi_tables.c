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

/* Read physical memory; false if it cannot be mapped. */
static bool read_phys(u64 pa, void *to, size_t len)
{
	void *from = memremap(pa, len, MEMREMAP_WB);

	if (!from)
		return false;
	memcpy(to, from, len);
	memunmap(from);
	return true;
}

/* Read memory of the firmware at a virtual address of the map. */
static bool read_virt(const struct opalvm_map *map, u64 va, void *to, size_t len)
{
	const struct opalvm_extent *extent = opalvm_map_find_va(map, va);

	if (!extent || len > extent->size - (va - extent->va))
		return false;
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

/* Read the runtime services table that a system table points to. */
static void *runtime_table_get(const struct opalvm_map *map, u64 va)
{
	efi_table_hdr_t hdr;
	void *table;

	if (!read_virt(map, va, &hdr, sizeof(hdr)) ||
	    hdr.signature != RUNTIME_TABLE_SIGNATURE ||
	    hdr.headersize < sizeof(hdr) || hdr.headersize > MAX_HEADER_SIZE)
		return NULL;
	table = kmalloc(hdr.headersize, GFP_KERNEL);
	if (!table)
		return NULL;
	if (!read_virt(map, va, table, hdr.headersize) ||
	    !header_valid(table, hdr.headersize, RUNTIME_TABLE_SIGNATURE,
			  offsetof(efi_runtime_services_t, get_variable))) {
		kfree(table);
		return NULL;
	}
	return table;
}

static bool is_systab(const struct opalvm_map *map, const void *p, size_t room, bool *moved)
{
	const efi_system_table_64_t *systab = p;
	void *runtime;

	if (room < sizeof(*systab) ||
	    !header_valid(p, room, EFI_SYSTEM_TABLE_SIGNATURE, sizeof(*systab)))
		return false;
	runtime = runtime_table_get(map, systab->runtime);
	kfree(runtime);
	if (!runtime && moved)
		*moved = true;
	return runtime;
}

/*
 * The tables are aligned to 8 bytes. What is checked is a copy: the firmware's
 * memory is not ours to rely on.
 */
static u64 find_systab_in(const struct opalvm_map *map, const struct opalvm_extent *extent,
			  bool *moved)
{
	u64 size = min_t(u64, extent->size, MAX_SCAN);
	void *mem = memremap(extent->pa, size, MEMREMAP_WB);
	void *copy = kmalloc(MAX_HEADER_SIZE, GFP_KERNEL);
	u64 offset, pa = 0;

	for (offset = 0; mem && copy && offset < size && !pa; offset += sizeof(u64)) {
		size_t room = min_t(u64, size - offset, MAX_HEADER_SIZE);

		if (offset % PAGE_SIZE == 0)
			cond_resched();
		if (READ_ONCE(*(u64 *)(mem + offset)) != EFI_SYSTEM_TABLE_SIGNATURE)
			continue;
		memcpy(copy, mem + offset, room);
		if (is_systab(map, copy, room, moved))
			pa = extent->pa + offset;
	}
	kfree(copy);
	if (mem)
		memunmap(mem);
	return pa;
}

/* @moved: a system table was found whose pointers are those of another placement */
static u64 find_systab(const struct opalvm_map *map, bool *moved)
{
	u64 pa;
	u32 i;

	*moved = false;
	for (i = 0; i < map->nr_extents; i++) {
		if (map->extents[i].type != EFI_RUNTIME_SERVICES_DATA)
			continue;
		pa = find_systab_in(map, &map->extents[i], moved);
		if (pa)
			return pa;
	}
	return 0;
}

static bool systab_read(const struct opalvm_map *map, efi_system_table_64_t *systab)
{
	const struct opalvm_extent *extent = opalvm_map_find_pa(map, map->systab);

	/* what is not the firmware's own memory is not even looked at */
	return extent && extent->size - (map->systab - extent->pa) >= sizeof(*systab) &&
	       read_phys(map->systab, systab, sizeof(*systab)) &&
	       is_systab(map, systab, sizeof(*systab), NULL);
}

/* Find a configuration table by its GUID; 0 if there is none. */
static u64 config_table(const struct opalvm_map *map, efi_guid_t guid)
{
	efi_system_table_64_t systab;
	efi_config_table_64_t entry;
	u32 i;

	if (!systab_read(map, &systab) || systab.nr_tables > MAX_CONFIG_TABLES)
		return 0;
	for (i = 0; i < systab.nr_tables; i++) {
		if (!read_virt(map, systab.tables + i * sizeof(entry), &entry, sizeof(entry)))
			return 0;
		if (!efi_guidcmp(entry.guid, guid))
			return entry.table;
	}
	return 0;
}

/**
 * opalvm_efi_is_uv() - is this the firmware of an SGI UV
 * @map: a map whose system table is known
 *
 * Context: Process context.
 */
bool opalvm_efi_is_uv(const struct opalvm_map *map)
{
	return config_table(map, UV_SYSTEM_TABLE_GUID);
}

/*
 * UEFI 2.10 section 4.6.2. All services are supported where there is no table.
 * It can lie in memory that the kernel took since: what does not look like it
 * is not it.
 */
static u64 supported_services(const struct opalvm_map *map)
{
	u64 pa = config_table(map, EFI_RT_PROPERTIES_TABLE_GUID);
	efi_rt_properties_table_t table;

	if (!is_memory(map, pa, sizeof(table)) || !read_phys(pa, &table, sizeof(table)) ||
	    table.version != EFI_RT_PROPERTIES_TABLE_VERSION || table.length != sizeof(table))
		return ~0ULL;
	return table.runtime_services_supported;
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

/*
 * UEFI 2.10 section 4.6.4; false if it is not a table that can be believed.
 *
 * It stands in memory that the first kernel keeps, and that one after a kexec
 * may have lost. So all of it must make sense: each entry must lie in one
 * extent, and then no code may be left that is writable and executable.
 */
static bool apply_attributes(struct opalvm_map *map)
{
	u64 pa = efi_enabled(EFI_MEM_ATTR) ?
		 config_table(map, EFI_MEMORY_ATTRIBUTES_TABLE_GUID) : 0;
	efi_memory_attributes_table_t head;
	bool believed = true;
	void *table;
	size_t size;
	u32 i;

	if (!is_memory(map, pa, sizeof(head)) || !read_phys(pa, &head, sizeof(head)) ||
	    !head.version || head.version > 2 ||
	    head.desc_size < sizeof(efi_memory_desc_t) || head.desc_size > SZ_4K ||
	    !head.num_entries || head.num_entries > MAX_ATTRIBUTES)
		return false;
	size = (size_t)head.num_entries * head.desc_size;
	if (!is_memory(map, pa + sizeof(head), size))
		return false;
	table = memremap(pa + sizeof(head), size, MEMREMAP_WB);
	if (!table)
		return false;
	for (i = 0; i < head.num_entries && believed; i++) {
		efi_memory_desc_t desc;

		memcpy(&desc, table + (size_t)i * head.desc_size, sizeof(desc));
		believed = apply_attribute(map, &desc);
	}
	memunmap(table);
	return believed && !opalvm_map_find_wx(map, NULL);
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
	int err = 0;

	if (systab_read(map, &systab))
		runtime = runtime_table_get(map, systab.runtime);
	if (!runtime)
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
	bool moved;
	int err;

	map->systab = find_systab(map, &moved);
	if (!map->systab && moved)
		return opalvm_refuse(why, -ENODEV,
				     "SetVirtualAddressMap moved the firmware: load with handover=FILE, a table that was saved before");
	if (!map->systab)
		return opalvm_refuse(why, -ENODEV,
				     "no EFI system table with a valid checksum in the firmware's memory");
	err = opalvm_efi_read_entries(map, why);
	if (err)
		return err;
	map->services = services_with_entry(map) & supported_services(map);
	if (!apply_attributes(map))
		drop_attributes(map);
	return 0;
}
