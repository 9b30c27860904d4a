// SPDX-License-Identifier: GPL-2.0
/*
 * The way down: calls in progress end before the machine goes. What else a
 * firmware needs then is its provider's.
 */
#include <linux/err.h>
#include <linux/reboot.h>
#include <linux/string.h>

#include "opalvm.h"

/* kernel_kexec() gives this as its command; an ordinary reboot does not */
#define KEXEC_COMMAND	"kexec reboot"

static struct opalvm_firmware *firmware;
static struct sys_off_handler *restart_handler;

static int on_reboot(struct notifier_block *nb, unsigned long event, void *command)
{
	const struct opalvm_provider *provider = firmware->provider;

	if (provider && provider->before_reboot)
		provider->before_reboot(firmware, command && !strcmp(command, KEXEC_COMMAND));
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
	const struct opalvm_provider *provider = firmware->provider;

	if (provider && provider->restart)
		provider->restart(firmware);
	return NOTIFY_DONE;
}

/**
 * opalvm_reboot_init() - be told when the machine goes down
 * @fw: the firmware; it need not be found yet
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
