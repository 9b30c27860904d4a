/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The map and its wire form: pure data and pure functions. Nothing here knows
 * the running kernel; what depends on it comes in through struct
 * opalvm_limits, so that the same code runs in the module, in KUnit and in
 * user space.
 */
#ifndef OPALVM_MAP_H
#define OPALVM_MAP_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/opalvm.h>

/* extents are made of pages of this size (UEFI 2.10 section 7.2), whatever the kernel uses */
#define OPALVM_PAGE_SHIFT	12
#define OPALVM_PAGE_SIZE	BIT_ULL(OPALVM_PAGE_SHIFT)

/* UEFI memory attribute bits (UEFI 2.10 section 7.2) */
#define OPALVM_ATTR_UC		BIT_ULL(0)
#define OPALVM_ATTR_WC		BIT_ULL(1)
#define OPALVM_ATTR_WT		BIT_ULL(2)
#define OPALVM_ATTR_WB		BIT_ULL(3)
#define OPALVM_ATTR_UCE		BIT_ULL(4)
#define OPALVM_ATTR_RP		BIT_ULL(13)
#define OPALVM_ATTR_XP		BIT_ULL(14)
#define OPALVM_ATTR_RO		BIT_ULL(17)
#define OPALVM_ATTR_RUNTIME	BIT_ULL(63)

/**
 * struct opalvm_why - the reason of a refusal, in words for a person
 * @text: one line without a newline; empty if there is nothing to say
 */
struct opalvm_why {
	char text[224];
};

__printf(3, 4)
int opalvm_refuse(struct opalvm_why *why, int err, const char *fmt, ...);
void opalvm_advise(struct opalvm_why *why, const char *step);

/* a device tree that cannot be is the firmware's fault, or that of who passed it on */
#define OPALVM_WRONG_TREE	"reboot without kexec; if it stays, report it"

/* how an extent is cached */
enum opalvm_cache {
	OPALVM_CACHE_WB,	/* write-back */
	OPALVM_CACHE_WT,	/* write-through */
	OPALVM_CACHE_WC,	/* write-combining */
	OPALVM_CACHE_UC,	/* uncached */
};

/**
 * struct opalvm_extent - one contiguous mapping
 * @va: virtual address
 * @pa: physical address
 * @size: bytes, a multiple of OPALVM_PAGE_SIZE as @va and @pa are
 * @attr: UEFI attribute bits; caching bits are what the memory is capable of
 * @type: UEFI memory type
 */
struct opalvm_extent {
	u64 va;
	u64 pa;
	u64 size;
	u64 attr;
	u32 type;
};

/**
 * struct opalvm_entry - one entry point
 * @id: the service
 * @kind: OPALVM_ENTRY_VA or OPALVM_ENTRY_PA
 * @address: the entry point
 */
struct opalvm_entry {
	u32 id;
	u32 kind;
	u64 address;
};

/* who chose the virtual addresses */
enum opalvm_origin {
	OPALVM_ORIGIN_KERNEL,	/* the running kernel, which calls the services itself */
	OPALVM_ORIGIN_IDENTITY,	/* nobody: virtual == physical */
	OPALVM_ORIGIN_ASSIGNED,	/* this module, by SetVirtualAddressMap() */
	OPALVM_ORIGIN_FIRMWARE,	/* the firmware */
	OPALVM_ORIGIN_HANDOVER,	/* a kernel before this one */
	OPALVM_NR_ORIGINS
};

/**
 * struct opalvm_map - what one firmware needs mapped, and where it is called
 * @firmware: OPALVM_FW_*
 * @origin: who chose the virtual addresses
 * @placement: OPALVM_PLACEMENT_*
 * @flags: OPALVM_TABLE_*
 * @systab: physical address of the EFI system table, or 0
 * @services: supported services, one bit each
 * @quarantine: services that were refused where the map comes from
 * @nr_entries: entries in use in @entries
 * @entries: the entry points; a map without any is legal
 * @capacity: room in @extents
 * @nr_extents: extents in use in @extents
 * @extents: sorted by virtual address once opalvm_map_seal() has accepted them
 */
struct opalvm_map {
	u32 firmware;
	enum opalvm_origin origin;
	u32 placement;
	u32 flags;
	u64 systab;
	u64 services;
	u64 quarantine;
	u32 nr_entries;
	struct opalvm_entry entries[OPALVM_MAX_ENTRIES];
	u32 capacity;
	u32 nr_extents;
	struct opalvm_extent extents[];
};

/**
 * struct opalvm_range - an inclusive range of addresses
 * @first: first address
 * @last: last address
 */
struct opalvm_range {
	u64 first;
	u64 last;
};

#define OPALVM_MAX_VA_RANGES	2

/**
 * struct opalvm_limits - what the running kernel and machine allow
 * @max_extents: extents that a map may have
 * @nr_va: ranges in use in @va
 * @va: where a firmware may be mapped
 * @pa_last: the last physical address of the machine
 * @user_va_last: the last address of the user half
 * @no_user_half: the firmware cannot use the user half (CR4.LASS on x86)
 * @granule: what addresses and sizes of extents must be multiples of: the kernel's page size
 * @max_size: bytes that all extents of a map may have together
 * @is_ram: does the range hold memory that the running kernel uses as its own;
 *          NULL: nothing does
 */
struct opalvm_limits {
	u32 max_extents;
	u32 nr_va;
	struct opalvm_range va[OPALVM_MAX_VA_RANGES];
	u64 pa_last;
	u64 user_va_last;
	bool no_user_half;
	u64 granule;
	u64 max_size;
	bool (*is_ram)(u64 pa, u64 size);
};

/* map.c */
struct opalvm_map *opalvm_map_alloc(u32 firmware, u32 capacity);
void opalvm_map_free(struct opalvm_map *map);
int opalvm_map_add(struct opalvm_map *map, const struct opalvm_extent *extent,
		   struct opalvm_why *why);
int opalvm_map_add_entry(struct opalvm_map *map, u32 id, u32 kind, u64 address,
			 struct opalvm_why *why);
int opalvm_map_seal(struct opalvm_map *map, const struct opalvm_limits *limits,
		    struct opalvm_why *why);
int opalvm_extent_check(const struct opalvm_extent *extent, const struct opalvm_limits *limits,
			struct opalvm_why *why);
bool opalvm_extents_meet(const struct opalvm_extent *a, const struct opalvm_extent *b);
bool opalvm_extents_share(const struct opalvm_extent *a, const struct opalvm_extent *b);
const struct opalvm_extent *opalvm_map_find_va(const struct opalvm_map *map, u64 va);
const struct opalvm_extent *opalvm_map_find_pa(const struct opalvm_map *map, u64 pa);
const struct opalvm_extent *opalvm_map_find_wx(const struct opalvm_map *map,
					       const struct opalvm_extent *after);
u64 opalvm_map_entry(const struct opalvm_map *map, u32 id);
bool opalvm_map_same(const struct opalvm_map *a, const struct opalvm_map *b,
		     struct opalvm_why *why);
int opalvm_map_same_memory(const struct opalvm_map *map, const struct opalvm_map *other,
			   struct opalvm_why *why);
bool opalvm_map_covers(const struct opalvm_map *map, const struct opalvm_extent *extent,
		       u64 *pa);
int opalvm_map_protect(struct opalvm_map *map, u64 pa, u64 size, u64 protection,
		       struct opalvm_why *why);

/**
 * opalvm_extent_writable() - may the firmware write to this extent
 * @extent: the extent
 */
static inline bool opalvm_extent_writable(const struct opalvm_extent *extent)
{
	return !(extent->attr & OPALVM_ATTR_RO);
}

/**
 * opalvm_extent_executable() - may the firmware execute this extent
 * @extent: the extent
 */
static inline bool opalvm_extent_executable(const struct opalvm_extent *extent)
{
	return !(extent->attr & OPALVM_ATTR_XP);
}

/**
 * opalvm_extent_cache() - how this extent is to be cached
 * @extent: the extent
 *
 * The firmware tells what the memory is capable of; the fastest of these is
 * chosen, and uncached where it says nothing, as for the registers of a
 * device.
 */
static inline enum opalvm_cache opalvm_extent_cache(const struct opalvm_extent *extent)
{
	if (extent->attr & OPALVM_ATTR_WB)
		return OPALVM_CACHE_WB;
	if (extent->attr & OPALVM_ATTR_WT)
		return OPALVM_CACHE_WT;
	if (extent->attr & OPALVM_ATTR_WC)
		return OPALVM_CACHE_WC;
	return OPALVM_CACHE_UC;
}

/* wire.c */

/**
 * struct opalvm_wire_info - what the head of a handover table says
 * @generation: raised with each change
 * @hop_count: kernels that the map has travelled through
 * @state_page: physical address of the live state page, or 0
 * @writer: who wrote it, NUL-terminated
 * @chain: random, the same in all kernels that the map travels through
 */
struct opalvm_wire_info {
	u64 generation;
	u32 hop_count;
	u64 state_page;
	char writer[OPALVM_WIRE_WRITER_LEN];
	u64 chain;
};

/**
 * struct opalvm_state - what the live state page says of one firmware
 * @sequence: raised with each writing
 * @generation: as in a table that is written at the same time
 * @quarantine: services that are refused, one bit each
 * @in_flight: services in progress, one bit each
 */
struct opalvm_state {
	u64 sequence;
	u64 generation;
	u64 quarantine;
	u64 in_flight;
};

size_t opalvm_wire_size(const struct opalvm_map *const maps[], u32 nr_maps);
ssize_t opalvm_wire_write(void *buf, size_t len, const struct opalvm_wire_info *info,
			  const struct opalvm_map *const maps[], u32 nr_maps);
int opalvm_wire_check(const void *buf, size_t len, struct opalvm_wire_info *info,
		      struct opalvm_why *why);
struct opalvm_map *opalvm_wire_read(const void *buf, size_t len, u32 firmware,
				    u32 max_extents, struct opalvm_why *why);
void opalvm_wire_write_state(void *page, u64 chain, u32 firmware,
			     const struct opalvm_state *state);
int opalvm_wire_read_state(const void *page, u64 chain, u32 firmware,
			   struct opalvm_state *state, struct opalvm_why *why);

#endif /* OPALVM_MAP_H */
