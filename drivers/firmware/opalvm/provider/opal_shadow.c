// SPDX-License-Identifier: GPL-2.0
/*
 * Shadow text: stock skiboot accesses devices with the cache-inhibited
 * instructions of Power ISA 3.0 book III section 5.4.1, which are invalid while
 * the MMU translates. The space has copies of its code in which each of these
 * is a trap; who handles the trap reads the original from the code in memory,
 * which stays as it is, for the kernel's own calls.
 *
 * Of data, skiboot has two kinds among its code: tables of branches, which hold
 * distances of less than its own size and are read; and the traceback tables of
 * the ABI, which nothing reads and whose words begin with 0x00 or 0x80. Neither
 * can look like one of these instructions, which begin with 0x7c to 0x7f, so
 * that what is read from a copy is true.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/byteorder.h>
#include <asm/cacheflush.h>

#include "provider/opal.h"

/* "trap", as it is in either endianness */
#define TRAP_WORD	0x7fe00008U

/* Extended opcodes: lwzcix, lhzcix, lbzcix, ldcix, stwcix, sthcix, stbcix, stdcix. */
static const u16 accesses[] = { 789, 821, 853, 885, 917, 949, 981, 1013 };

/**
 * opalvm_opal_is_access() - is this a cache-inhibited access
 * @instruction: the instruction
 *
 * Context: Any; pure.
 */
bool opalvm_opal_is_access(u32 instruction)
{
	u32 i;

	/* primary opcode 31, without the bit that these forms do not have */
	if (instruction >> 26 != 31 || (instruction & 1))
		return false;
	for (i = 0; i < ARRAY_SIZE(accesses); i++)
		if ((instruction >> 1 & 0x3ff) == accesses[i])
			return true;
	return false;
}

static u32 get(const void *text, size_t offset, bool little)
{
	__le32 le;
	__be32 be;

	if (little) {
		memcpy(&le, text + offset, sizeof(le));
		return le32_to_cpu(le);
	}
	memcpy(&be, text + offset, sizeof(be));
	return be32_to_cpu(be);
}

static void put(void *text, size_t offset, bool little, u32 instruction)
{
	__le32 le = cpu_to_le32(instruction);
	__be32 be = cpu_to_be32(instruction);

	if (little)
		memcpy(text + offset, &le, sizeof(le));
	else
		memcpy(text + offset, &be, sizeof(be));
}

/**
 * opalvm_opal_shadow_rewrite() - replace each cache-inhibited access by a trap
 * @text: code
 * @size: bytes at @text, a multiple of 4
 * @little: it is little-endian
 *
 * Context: Any; pure.
 * Return: how many there were.
 */
u32 opalvm_opal_shadow_rewrite(void *text, size_t size, bool little)
{
	size_t offset;
	u32 nr = 0;

	for (offset = 0; offset + sizeof(u32) <= size; offset += sizeof(u32)) {
		if (!opalvm_opal_is_access(get(text, offset, little)))
			continue;
		put(text, offset, little, TRAP_WORD);
		nr++;
	}
	return nr;
}

/**
 * opalvm_opal_shadow_check() - is a copy what it has to be, instruction by instruction
 * @copy: the copy
 * @live: the firmware's code
 * @size: bytes of both, a multiple of 4
 * @little: they are little-endian
 * @address: of @live, for messages
 * @nr_accesses: raised by the number of traps that stand for an access
 * @why: the first difference
 *
 * Context: Any; pure.
 * Return: 0, or -EUCLEAN if an instruction differs that is not an access with
 *	   a trap in its place, or if an access was left as it is.
 */
int opalvm_opal_shadow_check(const void *copy, const void *live, size_t size, bool little,
			     u64 address, u32 *nr_accesses, struct opalvm_why *why)
{
	size_t offset;

	for (offset = 0; offset + sizeof(u32) <= size; offset += sizeof(u32)) {
		u32 ours = get(copy, offset, little);
		u32 theirs = get(live, offset, little);
		bool access = opalvm_opal_is_access(theirs);

		if (ours != (access ? TRAP_WORD : theirs))
			return opalvm_refuse(why, -EUCLEAN,
					     "the copy of the firmware's code has %#010x at %#llx in place of %#010x",
					     ours, address + offset, theirs);
		*nr_accesses += access;
	}
	return 0;
}

/* One more copy, of what the firmware has at @pa now. */
static int chunk_make(struct opal_shadow *shadow, bool little, struct opalvm_extent *piece,
		      struct opalvm_why *why)
{
	void *copy = (void *)__get_free_pages(GFP_KERNEL, get_order(OPAL_CHUNK_SIZE));
	void *live;
	int err;

	if (!copy)
		return opalvm_refuse(why, -ENOMEM, "no memory for a copy of the firmware's code");
	shadow->chunks[shadow->nr_chunks++] = copy;
	live = memremap(piece->pa, piece->size, MEMREMAP_WB);
	if (!live)
		return opalvm_refuse(why, -ENOMEM, "the firmware's code at %#llx cannot be read",
				     piece->pa);
	memcpy(copy, live, piece->size);
	opalvm_opal_shadow_rewrite(copy, piece->size, little);
	flush_icache_range((unsigned long)copy, (unsigned long)copy + piece->size);
	err = opalvm_opal_shadow_check(copy, live, piece->size, little, piece->pa,
				       &shadow->nr_accesses, why);
	memunmap(live);
	piece->pa = virt_to_phys(copy);
	return err;
}

/* Extent @i becomes pieces: the first in its place, the others at the map's end. */
static int extent_make(struct opal_shadow *shadow, bool little, struct opalvm_map *map, u32 i,
		       struct opalvm_why *why)
{
	const struct opalvm_extent whole = map->extents[i];
	u64 offset;
	int err;

	if (opalvm_extent_writable(&whole))
		return opalvm_refuse(why, -EINVAL,
				     "the firmware's code at %#llx is writable: no copy of it would stay true",
				     whole.pa);
	for (offset = 0; offset < whole.size; offset += OPAL_CHUNK_SIZE) {
		struct opalvm_extent piece = whole;

		piece.va += offset;
		piece.pa += offset;
		piece.size = min_t(u64, OPAL_CHUNK_SIZE, whole.size - offset);
		err = chunk_make(shadow, little, &piece, why);
		if (err)
			return err;
		if (offset)
			err = opalvm_map_add(map, &piece, why);
		else
			map->extents[i] = piece;
		if (err)
			return err;
	}
	return 0;
}

static bool is_code(const struct opalvm_extent *extent, const struct opalvm_range *text)
{
	return opalvm_extent_executable(extent) && extent->pa <= text->last &&
	       extent->pa + extent->size - 1 >= text->first;
}

/**
 * opalvm_opal_shadow_make() - put copies in place of the firmware's code
 * @shadow: filled in
 * @map: what will be mapped, sealed, with room for one more extent for each
 *	 OPAL_CHUNK_SIZE of code
 * @text: where the code is, in physical addresses; of what is executable there,
 *	  nothing may be writable
 * @little: it is little-endian
 * @why: the reason if it fails
 *
 * The extents of the code get the physical addresses of the copies; virtually
 * they stay where they are.
 *
 * Context: Process context, may sleep.
 * Return: 0, and @map is to be sealed again; or a negative error, then nothing
 *	   is left to free, and @map is good for nothing but opalvm_map_free().
 */
int opalvm_opal_shadow_make(struct opal_shadow *shadow, struct opalvm_map *map,
			    const struct opalvm_range *text, bool little,
			    struct opalvm_why *why)
{
	u32 nr = map->nr_extents, nr_chunks = 0;
	int err = 0;
	u32 i;

	*shadow = (struct opal_shadow) {};
	for (i = 0; i < nr; i++)
		if (is_code(&map->extents[i], text))
			nr_chunks += DIV_ROUND_UP_ULL(map->extents[i].size, OPAL_CHUNK_SIZE);
	if (!nr_chunks)
		return opalvm_refuse(why, -ENOENT, "no code between %#llx and %#llx",
				     text->first, text->last);
	shadow->chunks = kcalloc(nr_chunks, sizeof(*shadow->chunks), GFP_KERNEL);
	if (!shadow->chunks)
		return opalvm_refuse(why, -ENOMEM, "no memory for copies of the firmware's code");
	for (i = 0; i < nr && !err; i++)
		if (is_code(&map->extents[i], text))
			err = extent_make(shadow, little, map, i, why);
	if (err)
		opalvm_opal_shadow_free(shadow);
	return err;
}

/**
 * opalvm_opal_shadow_free() - free the copies
 * @shadow: from opalvm_opal_shadow_make(), or all zero; nothing maps it any more
 *
 * Context: Process context, may sleep.
 */
void opalvm_opal_shadow_free(struct opal_shadow *shadow)
{
	while (shadow->nr_chunks)
		free_pages((unsigned long)shadow->chunks[--shadow->nr_chunks],
			   get_order(OPAL_CHUNK_SIZE));
	kfree(shadow->chunks);
	*shadow = (struct opal_shadow) {};
}
