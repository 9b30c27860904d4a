// SPDX-License-Identifier: GPL-2.0
/*
 * A change uevent of the platform device "opalvm" tells that the handover
 * table says something else now: whoever has loaded a kernel with the old one
 * may load it again.
 */
#include <linux/err.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/platform_device.h>
#include <linux/workqueue.h>

#include "../opalvm.h"

static struct opalvm_firmware *firmware;
static struct platform_device *device;

static void send(struct work_struct *work)
{
	char generation[sizeof("GENERATION=18446744073709551615")];
	char *env[] = { generation, NULL };

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
 * opalvm_uevent_init() - tell user space of each change of the handover table
 * @fw: the firmware; one that is only recorded does not change
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error.
 */
int opalvm_uevent_init(struct opalvm_firmware *fw)
{
	if (!fw->gate)
		return 0;
	device = platform_device_register_simple(OPALVM_NAME, PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
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
	platform_device_unregister(device);
}
