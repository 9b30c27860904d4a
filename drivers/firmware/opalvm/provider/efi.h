/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the EFI provider share. */
#ifndef OPALVM_PROVIDER_EFI_H
#define OPALVM_PROVIDER_EFI_H

#include <linux/efi.h>

#include "opalvm.h"

/**
 * struct efi_descs - memory descriptors as the firmware wrote them
 * @first: the first of them
 * @nr: how many
 * @size: from one to the next, in bytes; newer firmware can have longer ones
 * @version: their format, for SetVirtualAddressMap()
 */
struct efi_descs {
	const void *first;
	u32 nr;
	u32 size;
	u32 version;
};

/**
 * struct efi_site - what this kernel has to do with the firmware
 * @descs: its memory descriptors; none where @descs.first is NULL
 * @limits: where it may be mapped
 * @lass: the user half can only be called to move away from it
 * @assign: that is what is asked for
 *
 * What opalvm_search.data points to in a search for EFI.
 */
struct efi_site {
	struct efi_descs descs;
	struct opalvm_limits limits;
	bool lass;
	bool assign;
};

/* efi_memmap.c */
int opalvm_efi_descs_check(const struct efi_descs *descs, struct opalvm_why *why);
struct opalvm_map *opalvm_efi_read_descs(const struct efi_descs *descs, bool virtual,
					 struct opalvm_why *why);
bool opalvm_efi_descs_virtual(const struct efi_descs *descs);
int opalvm_efi_add_boot_services(struct opalvm_map *map, const struct efi_descs *descs,
				 bool (*is_ram)(u64 pa, u64 size), struct opalvm_why *why);

/* efi_tables.c */
int opalvm_efi_read_tables(struct opalvm_map *map, struct opalvm_why *why);
int opalvm_efi_read_entries(struct opalvm_map *map, struct opalvm_why *why);
int opalvm_efi_is_uv(const struct opalvm_map *map);

/* efi_assign.c */
int opalvm_efi_assign(struct opalvm_firmware *fw, const struct efi_descs *descs,
		      struct opalvm_why *why);

#endif /* OPALVM_PROVIDER_EFI_H */
