// SPDX-License-Identifier: GPL-2.0
/*
 * The way down: calls in progress end before the machine goes, and a capsule
 * that waits for it gets the reset that the firmware asked for.
 */
#include <linux/err.h>
#include <linux/printk.h>
#include <linux/reboot.h>

#include "opalvm.h"
#include "service/efi.h"

/* kernel_kexec() gives this as its command; an ordinary reboot does not */
#define KEXEC_COMMAND	"kexec reboot"

static struct opalvm_firmware *firmware;
static struct sys_off_handler *restart_handler;

static int on_reboot(struct notifier_block *nb, unsigned long event, void *command)
{
	if (opalvm_efi_capsule_pending(firmware) && command && !strcmp(command, KEXEC_COMMAND))
		pr_warn(OPALVM_NAME
			": efi: a capsule waits for ResetSystem: this kexec loses it, reboot instead\n");
	if (firmware->gate)
		opalvm_gate_close(firmware->gate);
	return NOTIFY_DONE;
}

static struct notifier_block reboot_notifier = {
	.notifier_call = on_reboot,
};

/* Devices are shut down by now. A kexec does not come here. */
static int on_restart(struct sys_off_data *data)
{
	if (!opalvm_efi_capsule_pending(firmware))
		return NOTIFY_DONE;
	pr_info(OPALVM_NAME ": efi: a capsule waits: resetting through the firmware\n");
	opalvm_efi_reset_system(firmware, firmware->capsule_reset_type, EFI_SUCCESS, 0, NULL);
	pr_err(OPALVM_NAME
	       ": efi: ResetSystem came back: the machine restarts without it, and the capsule may be lost\n");
	return NOTIFY_DONE;
}

/**
 * opalvm_reboot_init() - be told when the machine goes down
 * @fw: the firmware
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error.
 */
int opalvm_reboot_init(struct opalvm_firmware *fw)
{
	int err;

	firmware = fw;
	err = register_reboot_notifier(&reboot_notifier);
	if (err)
		return err;
	restart_handler = register_sys_off_handler(SYS_OFF_MODE_RESTART_PREPARE,
						   SYS_OFF_PRIO_DEFAULT, on_restart, NULL);
	if (IS_ERR(restart_handler)) {
		unregister_reboot_notifier(&reboot_notifier);
		return PTR_ERR(restart_handler);
	}
	return 0;
}

/**
 * opalvm_reboot_exit() - undo opalvm_reboot_init()
 *
 * Context: Process context, may sleep.
 */
void opalvm_reboot_exit(void)
{
	unregister_sys_off_handler(restart_handler);
	unregister_reboot_notifier(&reboot_notifier);
}
