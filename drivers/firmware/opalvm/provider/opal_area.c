// SPDX-License-Identifier: GPL-2.0
/*
 * What a firmware that exports its map tells of it (OPAL_FIND_VM_AREA in
 * Documentation/firmware-guide/opal-v4.rst): one area after the other, each of
 * which becomes an extent. And what it may ask for beside them. Nothing of it is
 * believed.
 */
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <asm/byteorder.h>

#include "provider/opal.h"
#include "service/opal.h"

/* no address of the firmware's, effective or real, is above it */
#define ADDRESS_END	BIT_ULL(52)

static int refuse_area(struct opalvm_why *why, const struct opalvm_extent *extent, u64 flags,
		       const char *reason)
{
	return opalvm_refuse(why, -EINVAL,
			     "the firmware's area of %#llx bytes at %#llx -> %#llx (flags %#llx): %s",
			     extent->size, extent->va, extent->pa, flags, reason);
}

static const char *find_fault(const struct opalvm_extent *extent, u64 flags, u64 from)
{
	if (!extent->size)
		return "empty";
	if ((extent->va | extent->pa | extent->size) & (SZ_64K - 1))
		return "not made of 64 KiB";
	if (extent->size > ADDRESS_END || extent->va > ADDRESS_END - extent->size ||
	    extent->pa > ADDRESS_END - extent->size)
		return "ends above 2^52";
	if (extent->va < from)
		return "not behind the one before it";
	if (flags & ~OPAL_VM_KNOWN)
		return "unknown flags";
	if (!(flags & OPAL_VM_READ))
		return "not readable";
	if ((flags & OPAL_VM_EXEC) && (flags & (OPAL_VM_WRITE | OPAL_VM_IO)))
		return "executable, and writable or a device";
	return NULL;
}

/**
 * opalvm_opal_area_extent() - an area as an extent
 * @area: as the firmware filled it in
 * @from: where the area before it ended
 * @extent: filled in
 * @why: the reason if it is refused
 *
 * Flags that are not known must not be mapped: there may be more to them than
 * the others tell.
 *
 * Context: Any; pure.
 * Return: 0, or -EINVAL for an area that no firmware may have.
 */
int opalvm_opal_area_extent(const struct opal_vm_area *area, u64 from,
			    struct opalvm_extent *extent, struct opalvm_why *why)
{
	u64 flags = be64_to_cpu(area->vm_flags);
	const char *fault;

	*extent = (struct opalvm_extent) {
		.va = be64_to_cpu(area->address),
		.pa = be64_to_cpu(area->pa),
		.size = be64_to_cpu(area->length),
		.attr = OPALVM_ATTR_RUNTIME,
	};
	fault = find_fault(extent, flags, from);
	if (fault)
		return refuse_area(why, extent, flags, fault);

	extent->attr |= flags & OPAL_VM_IO ? OPALVM_ATTR_UC : OPALVM_ATTR_WB;
	if (!(flags & OPAL_VM_WRITE))
		extent->attr |= OPALVM_ATTR_RO;
	if (!(flags & OPAL_VM_EXEC))
		extent->attr |= OPALVM_ATTR_XP;
	extent->type = flags & OPAL_VM_IO ? OPAL_TYPE_MMIO :
		       flags & OPAL_VM_EXEC ? OPAL_TYPE_CODE : OPAL_TYPE_DATA;
	return 0;
}

/**
 * opalvm_opal_may_map() - may the firmware have this mapped, beside its areas
 * @memory: whose memory is whose
 * @extent: from opalvm_opal_area_extent()
 * @why: the reason if it may not
 *
 * What firmware has reserved, as memory; and what is no memory of the machine, as
 * registers.
 *
 * Context: Any; pure.
 * Return: 0; -EPERM for any other memory, -EINVAL for memory as registers and
 *	   registers as memory.
 */
int opalvm_opal_may_map(const struct opal_memory *memory, const struct opalvm_extent *extent,
			struct opalvm_why *why)
{
	bool io = extent->type == OPAL_TYPE_MMIO, own;
	u64 pa;
	u32 i;

	own = opalvm_map_covers(memory->reserved, extent, &pa);
	for (i = 0; i < memory->all->nr_extents && !own; i++)
		if (opalvm_extents_share(&memory->all->extents[i], extent))
			return opalvm_refuse(why, -EPERM,
					     "window of %#llx bytes at %#llx -> %#llx: memory that the firmware has not reserved",
					     extent->size, extent->va, extent->pa);
	if (io == own)
		return opalvm_refuse(why, -EINVAL,
				     "window of %#llx bytes at %#llx -> %#llx: %s",
				     extent->size, extent->va, extent->pa,
				     own ? "memory as registers" : "registers as memory");
	return 0;
}
