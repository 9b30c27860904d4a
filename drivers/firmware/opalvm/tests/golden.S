/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of tools/testing/golden: see golden_kunit.c.
 */
#include <linux/linkage.h>

#define GOLDEN(name, file) \
	SYM_DATA_START(opalvm_golden_##name) ; \
	.incbin file ; \
	SYM_DATA_END_LABEL(opalvm_golden_##name, SYM_L_GLOBAL, opalvm_golden_##name##_end)

	.section .rodata, "a"

GOLDEN(efi_identity, "efi-identity.bin")
GOLDEN(efi_assigned, "efi-assigned.bin")
GOLDEN(efi_recorded, "efi-recorded.bin")
GOLDEN(efi_quarantine, "efi-quarantine.bin")
GOLDEN(efi_hop, "efi-hop.bin")
GOLDEN(efi_extended, "efi-extended.bin")
GOLDEN(state_page, "state-page.bin")
