// SPDX-License-Identifier: GPL-2.0
/*
 * The handover table says something else now: it is published again, and a
 * change uevent of the platform device "opalvm" tells whoever has loaded a
 * kernel with the old one, who may load it again.
 */
#include <linux/err.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/platform_device.h>
#include <linux/printk.h>
#include <linux/workqueue.h>

#include "../opalvm.h"

static struct opalvm_firmware *firmware;
static struct platform_device *device;

static void send(struct work_struct *work)
{
	char generation[sizeof("GENERATION=18446744073709551615")];
	char *env[] = { generation, NULL };

	if (opalvm_handover_publish(firmware))
		pr_warn(OPALVM_NAME ": the handover table for the next kernel is not up to date\n");
	snprintf(generation, sizeof(generation), "GENERATION=%llu",
		 opalvm_handover_generation(firmware));
	kobject_uevent_env(&device->dev.kobj, KOBJ_CHANGE, env);
}

static DECLARE_WORK(send_work, send);

/* Quarantine changes in any context. */
static void on_change(struct irq_work *work)
{
	schedule_work(&send_work);
}

static struct irq_work change_work;

static void listen(struct opalvm_gate *gate, struct irq_work *work)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&gate->lock, flags);
	gate->changed = work;
	raw_spin_unlock_irqrestore(&gate->lock, flags);
}

/**
 * opalvm_uevent_init() - publish the handover table, and tell of each change
 * @fw: the firmware; one that is only recorded does not change
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error.
 */
int opalvm_uevent_init(struct opalvm_firmware *fw)
{
	int err;

	if (!fw->gate)
		return 0;
	device = platform_device_register_simple(OPALVM_NAME, PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	err = opalvm_handover_publish(fw);
	if (err) {
		platform_device_unregister(device);
		return err;
	}
	firmware = fw;
	init_irq_work(&change_work, on_change);
	listen(fw->gate, &change_work);
	return 0;
}

/**
 * opalvm_uevent_exit() - undo opalvm_uevent_init()
 * @fw: the firmware
 *
 * Context: Process context, may sleep.
 */
void opalvm_uevent_exit(struct opalvm_firmware *fw)
{
	if (!fw->gate)
		return;
	listen(fw->gate, NULL);
	irq_work_sync(&change_work);
	cancel_work_sync(&send_work);
	opalvm_handover_withdraw();
	platform_device_unregister(device);
}
