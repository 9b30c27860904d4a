// SPDX-License-Identifier: GPL-2.0
/*
 * The firmware's NVRAM as a device of the nvmem class: root reads and writes
 * /sys/bus/nvmem/devices/opalvm-nvram/nvmem.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/nvmem-provider.h>
#include <linux/platform_device.h>
#include <linux/printk.h>
#include <linux/sizes.h>

#include "../opalvm.h"

/* no NVRAM is larger */
#define MAX_SIZE	SZ_16M

static struct platform_device *device;
static struct nvmem_device *nvmem;

static int read(void *priv, unsigned int offset, void *data, size_t len)
{
	struct opalvm_firmware *fw = priv;

	return fw->provider->nvram_read(fw, offset, data, len);
}

static int write(void *priv, unsigned int offset, void *data, size_t len)
{
	struct opalvm_firmware *fw = priv;

	return fw->provider->nvram_write(fw, offset, data, len);
}

/**
 * opalvm_nvram_init() - register the firmware's NVRAM
 * @fw: the firmware; nothing is registered if this machine has none of it, or
 *	if it is only recorded
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error.
 */
int opalvm_nvram_init(struct opalvm_firmware *fw)
{
	struct nvmem_config config = {
		.name = OPALVM_NAME "-nvram",
		.id = NVMEM_DEVID_NONE,
		.owner = THIS_MODULE,
		.root_only = true,
		.reg_read = read,
		.reg_write = write,
		.priv = fw,
		.word_size = 1,
		.stride = 1,
	};
	u32 size;
	int err;

	if (!fw->gate || !fw->provider->nvram_size)
		return 0;
	size = fw->provider->nvram_size(fw);
	if (size > MAX_SIZE)
		pr_warn(OPALVM_NAME
			": %s: NVRAM of %u bytes cannot be, and is left out: %s\n",
			fw->provider->name, size, OPALVM_WRONG_TREE);
	if (!size || size > MAX_SIZE)
		return 0;
	config.size = size;
	device = platform_device_register_simple(OPALVM_NAME "-nvram", PLATFORM_DEVID_NONE,
						 NULL, 0);
	if (IS_ERR(device)) {
		err = PTR_ERR(device);
		device = NULL;
		return err;
	}
	config.dev = &device->dev;
	nvmem = nvmem_register(&config);
	if (!IS_ERR(nvmem))
		return 0;
	err = PTR_ERR(nvmem);
	platform_device_unregister(device);
	device = NULL;
	return err;
}

/**
 * opalvm_nvram_exit() - undo opalvm_nvram_init()
 *
 * Context: Process context, may sleep.
 */
void opalvm_nvram_exit(void)
{
	if (!device)
		return;
	nvmem_unregister(nvmem);
	platform_device_unregister(device);
	device = NULL;
}
