// SPDX-License-Identifier: GPL-2.0
/*
 * A firmware that exports its map (Documentation/firmware-guide/opal-v4.rst).
 */
#include <linux/err.h>

#include "provider/opal.h"
#include "service/opal.h"

/* Each one begins where the last one ended, or later: this ends, at the latest without room. */
static int add_areas(struct opalvm_map *map, struct opalvm_firmware *fw, struct opalvm_why *why)
{
	struct opalvm_extent extent = {};
	struct opal_vm_area area = {};
	u64 from;
	int err;

	for (;;) {
		from = extent.va + extent.size;
		err = opalvm_opal_find_vm_area(fw, from, &area);
		if (err == -ENODATA)
			return 0;
		if (err)
			return opalvm_refuse(why, err,
					     "the firmware does not tell its areas above %#llx (error %d)",
					     from, err);
		err = opalvm_opal_area_extent(&area, from, &extent, why) ?:
		      opalvm_map_add(map, &extent, why);
		if (err)
			return err;
	}
}

/**
 * opalvm_opal_v4_read_map() - ask the firmware for its map
 * @fw: the firmware, hosted with its memory alone
 * @site: what the device tree tells of it
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: the map, not sealed, or an ERR_PTR().
 */
struct opalvm_map *opalvm_opal_v4_read_map(struct opalvm_firmware *fw, const struct opal_site *site,
					   struct opalvm_why *why)
{
	struct opalvm_map *map = opalvm_map_alloc(OPALVM_FW_OPAL, OPALVM_MAX_EXTENTS);
	int err;

	if (!map)
		return ERR_PTR(opalvm_refuse(why, -ENOMEM, "no memory for a map"));
	map->origin = OPALVM_ORIGIN_FIRMWARE;
	map->placement = OPALVM_PLACEMENT_FIRMWARE;
	err = add_areas(map, fw, why) ?:
	      opalvm_map_add_entry(map, OPALVM_ENTRY_ID_COMMON, OPALVM_ENTRY_PA, site->entry,
				   why) ?:
	      opalvm_map_add_entry(map, OPALVM_ENTRY_ID_V4, OPALVM_ENTRY_VA, site->v4_entry, why);
	if (!err)
		return map;
	opalvm_map_free(map);
	return ERR_PTR(err);
}
