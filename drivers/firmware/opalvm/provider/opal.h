/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the OPAL provider share. */
#ifndef OPALVM_PROVIDER_OPAL_H
#define OPALVM_PROVIDER_OPAL_H

#include "opalvm.h"

/**
 * struct opal_cells - a property that lists ranges of addresses, as it stands in the tree
 * @data: big-endian cells of 32 bits
 * @len: bytes at @data
 * @child_cells: cells of an address below the node: 0 for "reg", which has none
 * @address_cells: cells of an address beside the node
 * @size_cells: cells of a size
 *
 * One entry is an address below the node, the address of the same byte beside
 * the node, and a size (Devicetree Specification sections 2.3.6 and 2.3.8).
 */
struct opal_cells {
	const void *data;
	u32 len;
	u32 child_cells;
	u32 address_cells;
	u32 size_cells;
};

/**
 * struct opal_range - one entry of such a list
 * @child: its address below the node, 0 in "reg"
 * @address: its address beside the node
 * @size: bytes
 */
struct opal_range {
	u64 child;
	u64 address;
	u64 size;
};

/**
 * struct opal_symbols - the list of symbols that skiboot carries
 * @text: one line a symbol, as nm prints them, sorted by address
 * @len: bytes at @text
 */
struct opal_symbols {
	const char *text;
	size_t len;
};

/**
 * struct opal_symbol - one line of it
 * @address: relative to the start of the firmware
 * @name: not NUL-terminated
 * @name_len: bytes at @name
 */
struct opal_symbol {
	u64 address;
	const char *name;
	u32 name_len;
};

/* UEFI memory types (UEFI 2.10 section 7.2) */
#define OPAL_TYPE_CODE	5
#define OPAL_TYPE_DATA	6
#define OPAL_TYPE_MMIO	11

/* opal_area.c */

struct opal_vm_area;

/**
 * struct opal_memory - which of the machine's memory is whose
 * @all: all of it
 * @reserved: what firmware keeps for itself
 */
struct opal_memory {
	struct opalvm_map *all;
	struct opalvm_map *reserved;
};

int opalvm_opal_may_map(const struct opal_memory *memory, const struct opalvm_extent *extent,
			struct opalvm_why *why);

int opalvm_opal_area_extent(const struct opal_vm_area *area, u64 from,
			    struct opalvm_extent *extent, struct opalvm_why *why);

/* opal_symbols.c */
int opalvm_opal_symbols_check(struct opal_symbols *symbols, struct opalvm_why *why);
bool opalvm_opal_symbol_find(const struct opal_symbols *symbols, const char *name,
			     u64 *address);
bool opalvm_opal_symbol_at(const struct opal_symbols *symbols, u64 address,
			   struct opal_symbol *found);

/* opal_tree.c */
int opalvm_opal_cells_check(const struct opal_cells *cells, const char *what,
			    struct opalvm_why *why);
struct opal_range opalvm_opal_cells_get(const struct opal_cells *cells, u32 i);
int opalvm_opal_add_memory(struct opalvm_map *map, const struct opal_cells *ranges,
			   const char *names, u32 names_len, struct opalvm_why *why);
int opalvm_opal_add_ranges(struct opalvm_map *map, const struct opal_cells *cells,
			   const char *what, struct opalvm_why *why);
int opalvm_opal_add_registers(struct opalvm_map *map, const struct opal_cells *regs, u32 nr,
			      u64 size, const char *what, struct opalvm_why *why);
int opalvm_opal_add_behind(struct opalvm_map *map, const struct opal_cells *bus,
			   const struct opal_cells *cells, const char *what,
			   struct opalvm_why *why);
int opalvm_opal_protect_image(struct opalvm_map *map, u64 base,
			      const struct opal_symbols *symbols, struct opalvm_range *text,
			      struct opalvm_why *why);
struct opalvm_map *opalvm_opal_realise(const struct opalvm_map *map, u64 granule,
				       struct opalvm_why *why);

/* opal_shadow.c */

/**
 * struct opal_shadow - copies of the firmware's code
 * @chunks: pages, OPAL_CHUNK_SIZE bytes each
 * @nr_chunks: of these
 * @nr_accesses: instructions that stand for a trap there
 */
struct opal_shadow {
	void **chunks;
	u32 nr_chunks;
	u32 nr_accesses;
};

/* a copy is made of pieces that can be had from any machine's memory */
#define OPAL_CHUNK_SIZE		(64 * 1024)

bool opalvm_opal_is_access(u32 instruction);
u32 opalvm_opal_shadow_rewrite(void *text, size_t size, bool little);
int opalvm_opal_shadow_check(const void *copy, const void *live, size_t size, bool little,
			     u64 address, u32 *nr_accesses, struct opalvm_why *why);
int opalvm_opal_shadow_make(struct opal_shadow *shadow, struct opalvm_map *map,
			    const struct opalvm_range *text, bool little,
			    struct opalvm_why *why);
void opalvm_opal_shadow_free(struct opal_shadow *shadow);

/* opal_of.c */

/**
 * struct opal_site - what the running kernel's device tree tells of OPAL
 * @base: where the firmware is
 * @entry: its big-endian entry point
 * @v4_entry: the entry point of one that exports its map, or 0
 * @symbols: its symbols; a copy of ours
 */
struct opal_site {
	u64 base;
	u64 entry;
	u64 v4_entry;
	struct opal_symbols symbols;
};

int opalvm_opal_site_read(struct opal_site *site, struct opalvm_why *why);
void opalvm_opal_site_free(struct opal_site *site);
int opalvm_opal_memory_read(struct opal_memory *memory, struct opalvm_why *why);
void opalvm_opal_memory_free(struct opal_memory *memory);
struct opalvm_map *opalvm_opal_read_map(struct opal_site *site, struct opalvm_range *text,
					struct opalvm_why *why);
u32 opalvm_opal_nvram_size(struct opalvm_firmware *fw);

/* opal_v4.c */
int opalvm_opal_v4_begin(struct opalvm_firmware *fw, struct opalvm_why *why);
void opalvm_opal_v4_end(void);
void opalvm_opal_v4_offer(struct opalvm_firmware *fw);
void opalvm_opal_v4_leave(struct opalvm_firmware *fw);
struct opalvm_map *opalvm_opal_v4_read_map(struct opalvm_firmware *fw, const struct opal_site *site,
					   struct opalvm_why *why);

/* opal.c */
const struct opal_site *opalvm_opal_site(void);

#endif /* OPALVM_PROVIDER_OPAL_H */
