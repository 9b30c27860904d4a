// SPDX-License-Identifier: GPL-2.0
/*
 * The efi carrier: a kernel that calls EFI itself has placed it with
 * SetVirtualAddressMap(), and kexec passes its memory map, virtual addresses
 * included, in the way a boot loader passes the firmware's.
 */
#include <linux/err.h>

#include "carrier/carrier.h"
#include "provider/efi.h"

/**
 * opalvm_efi_fetch() - make a map of what a stock kernel passed
 * @search: what is looked for
 * @offer: receives the map; it has no table, so the head of one stays zero
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOENT if no kernel has placed the firmware, or another negative
 *	   error.
 */
int opalvm_efi_fetch(const struct opalvm_search *search, struct opalvm_offer *offer,
		     struct opalvm_why *why)
{
	const struct efi_site *site = search->data;
	struct opalvm_map *map;
	int err;

	if (search->firmware != OPALVM_FW_EFI || !site->descs.first ||
	    !opalvm_efi_descs_virtual(&site->descs))
		return -ENOENT;
	map = opalvm_efi_read_descs(&site->descs, true, why);
	if (IS_ERR(map))
		return PTR_ERR(map);
	/* nothing is read through descriptors that make no sense */
	err = opalvm_map_seal(map, search->limits, why) ?: opalvm_efi_read_tables(map, why);
	if (err) {
		opalvm_map_free(map);
		return err;
	}
	map->origin = OPALVM_ORIGIN_HANDOVER;
	offer->map = map;
	return 0;
}
