// SPDX-License-Identifier: GPL-2.0
/*
 * The firmware's clock as a device of the rtc class.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm_wakeup.h>
#include <linux/rtc.h>
#include <linux/workqueue.h>

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

/*
 * The alarm's interrupt, if there is one, is the machine's, and goes to another
 * driver. Whoever waits for it here is told by this work, which looks at the clock.
 */

#define POLL_SOON	(HZ / 10)
/* jiffies do not count what is slept through */
#define POLL_LATER	(60 * HZ)

static struct rtc_device *clock;
static time64_t alarm;	/* written only while @alarm_work does not run */

static void on_alarm(struct work_struct *work);
static DECLARE_DELAYED_WORK(alarm_work, on_alarm);

static void wait_for_alarm(time64_t now)
{
	time64_t seconds = alarm - now - 1;

	queue_delayed_work(system_freezable_wq, &alarm_work, seconds <= 0 ? POLL_SOON :
			   min_t(time64_t, seconds * HZ, POLL_LATER));
}

static void on_alarm(struct work_struct *work)
{
	struct rtc_time time;

	/* without a clock there is nothing to wait for */
	if (read_time(&device->dev, &time))
		return;
	if (rtc_tm_to_time64(&time) < alarm)
		wait_for_alarm(rtc_tm_to_time64(&time));
	else
		rtc_update_irq(clock, 1, RTC_IRQF | RTC_AF);
}

static int read_alarm(struct device *dev, struct rtc_wkalrm *to)
{
	return to_fw(dev)->provider->get_alarm(to_fw(dev), to);
}

static int write_alarm(struct device *dev, const struct rtc_time *time)
{
	cancel_delayed_work_sync(&alarm_work);
	return to_fw(dev)->provider->set_alarm(to_fw(dev), time);
}

static int set_alarm(struct device *dev, struct rtc_wkalrm *to)
{
	struct rtc_time now;
	int err;

	err = read_time(dev, &now) ?: write_alarm(dev, to->enabled ? &to->time : NULL);
	if (err || !to->enabled)
		return err;
	alarm = rtc_tm_to_time64(&to->time);
	wait_for_alarm(rtc_tm_to_time64(&now));
	return 0;
}

/* It is enabled by setting it. */
static int enable_alarm(struct device *dev, unsigned int enable)
{
	return enable ? 0 : write_alarm(dev, NULL);
}

static const struct rtc_class_ops ops = {
	.read_time = read_time,
	.set_time = set_time,
	.read_alarm = read_alarm,
	.set_alarm = set_alarm,
	.alarm_irq_enable = enable_alarm,
};

static bool has_alarm(struct opalvm_firmware *fw)
{
	struct rtc_wkalrm now;

	return fw->provider->get_alarm && !fw->provider->get_alarm(fw, &now);
}

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
	if (has_alarm(to_fw(dev)))
		device_init_wakeup(dev, true);
	else
		clear_bit(RTC_FEATURE_ALARM, rtc->features);
	clear_bit(RTC_FEATURE_UPDATE_INTERRUPT, rtc->features);
	/* the work that waits for an alarm may come upon it a last time */
	get_device(&rtc->dev);
	clock = rtc;
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
	struct rtc_time now;
	int err;

	if (!fw->gate || !fw->provider->set_time ||
	    fw->provider->get_time(fw, &now) == -EOPNOTSUPP)
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
	cancel_delayed_work_sync(&alarm_work);
	if (clock)
		put_device(&clock->dev);
	clock = NULL;
	platform_device_unregister(device);
	device = NULL;
}
