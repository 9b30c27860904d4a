// SPDX-License-Identifier: GPL-2.0
/*
 * The way down of EFI: a capsule that waits for it gets the reset that the
 * firmware asked for.
 */
#include <linux/printk.h>

#include "../opalvm.h"
#include "../service/efi.h"
#include "efi.h"

/**
 * opalvm_efi_before_reboot() - say what is lost
 * @fw: the firmware
 * @kexec: no reset of the machine follows
 *
 * Context: may sleep.
 */
void opalvm_efi_before_reboot(struct opalvm_firmware *fw, bool kexec)
{
	if (kexec && opalvm_efi_capsule_pending(fw))
		pr_warn(OPALVM_NAME
			": efi: a capsule waits for ResetSystem: this kexec loses it, reboot instead\n");
}

/**
 * opalvm_efi_restart() - reset through the firmware if a capsule waits for it
 * @fw: the firmware
 *
 * Context: any; devices are shut down.
 */
void opalvm_efi_restart(struct opalvm_firmware *fw)
{
	if (!opalvm_efi_capsule_pending(fw))
		return;
	pr_info(OPALVM_NAME ": efi: a capsule waits: resetting through the firmware\n");
	opalvm_efi_reset_system(fw, fw->capsule_reset_type, EFI_SUCCESS, 0, NULL);
	pr_err(OPALVM_NAME
	       ": efi: ResetSystem came back: the machine restarts without it, and the capsule may be lost\n");
}
