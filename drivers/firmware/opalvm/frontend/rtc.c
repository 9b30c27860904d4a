// SPDX-License-Identifier: GPL-2.0
/*
 * The firmware's clock as a device of the rtc class.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/rtc.h>

#include "../opalvm.h"

static struct platform_device *device;

static struct opalvm_firmware *to_fw(struct device *dev)
{
	return dev_get_drvdata(dev);
}

static int read_time(struct device *dev, struct rtc_time *time)
{
	return to_fw(dev)->provider->get_time(to_fw(dev), time);
}

static int set_time(struct device *dev, struct rtc_time *time)
{
	return to_fw(dev)->provider->set_time(to_fw(dev), time);
}

static const struct rtc_class_ops ops = {
	.read_time = read_time,
	.set_time = set_time,
};

/* Nobody else ends the device's resources while the module is there. */
static int add_clock(struct device *dev)
{
	struct rtc_device *rtc;
	int err;

	if (!devres_open_group(dev, &device, GFP_KERNEL))
		return -ENOMEM;
	rtc = devm_rtc_allocate_device(dev);
	if (IS_ERR(rtc))
		return PTR_ERR(rtc);
	rtc->ops = &ops;
	rtc->range_min = RTC_TIMESTAMP_BEGIN_1900;
	rtc->range_max = RTC_TIMESTAMP_END_9999;
	clear_bit(RTC_FEATURE_ALARM, rtc->features);
	clear_bit(RTC_FEATURE_UPDATE_INTERRUPT, rtc->features);
	err = devm_rtc_register_device(rtc);
	if (!err)
		devres_close_group(dev, &device);
	return err;
}

/**
 * opalvm_rtc_init() - register the firmware's clock
 * @fw: the firmware; nothing is registered if it has no clock that can be set,
 *	or is only recorded
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error.
 */
int opalvm_rtc_init(struct opalvm_firmware *fw)
{
	int err;

	if (!fw->gate || !fw->provider->set_time)
		return 0;
	device = platform_device_register_simple(OPALVM_NAME "-rtc", PLATFORM_DEVID_NONE,
						 NULL, 0);
	if (IS_ERR(device)) {
		err = PTR_ERR(device);
		device = NULL;
		return err;
	}
	platform_set_drvdata(device, fw);
	err = add_clock(&device->dev);
	if (err)
		opalvm_rtc_exit();
	return err;
}

/**
 * opalvm_rtc_exit() - undo opalvm_rtc_init()
 *
 * Context: Process context, may sleep.
 */
void opalvm_rtc_exit(void)
{
	if (!device)
		return;
	devres_release_group(&device->dev, &device);
	platform_device_unregister(device);
	device = NULL;
}
