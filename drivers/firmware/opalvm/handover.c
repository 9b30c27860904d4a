// SPDX-License-Identifier: GPL-2.0
/*
 * The map goes to the next kernel as a table of bytes (wire.c) that a carrier
 * brings there.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>

#include "carrier/carrier.h"
#include "opalvm.h"

/* where the initramfs has the table, and where it leaves it when it goes */
static const char *const default_paths[] = { "/opalvm.handover", "/run/opalvm/handover" };

static ssize_t fetch(const char *path, void **buf, struct opalvm_why *why)
{
	ssize_t size = -ENOENT;
	unsigned int i;

	if (path)
		return opalvm_initrd_fetch(path, buf, why);
	for (i = 0; i < ARRAY_SIZE(default_paths) && size == -ENOENT; i++)
		size = opalvm_initrd_fetch(default_paths[i], buf, why);
	return size;
}

/**
 * opalvm_handover_find() - find the table that a kernel before us left
 * @path: the file of the initrd carrier; NULL for the places where it usually is
 * @firmware: OPALVM_FW_*
 * @map: its map, not sealed
 * @info: what its head says
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOENT if there is no table, or another negative error if there
 *	   is one that cannot be used.
 */
int opalvm_handover_find(const char *path, u32 firmware, struct opalvm_map **map,
			 struct opalvm_wire_info *info, struct opalvm_why *why)
{
	void *buf;
	ssize_t size = fetch(path, &buf, why);
	int err;

	if (size < 0)
		return size;
	err = opalvm_wire_check(buf, size, info, why);
	if (!err) {
		*map = opalvm_wire_read(buf, size, firmware, OPALVM_MAX_EXTENTS, why);
		err = PTR_ERR_OR_ZERO(*map);
	}
	vfree(buf);
	return err;
}

/**
 * opalvm_handover_generation() - the generation of the table for the next kernel
 * @fw: the firmware
 *
 * Context: Any.
 * Return: a number that rises with each change of what the table says.
 */
u64 opalvm_handover_generation(const struct opalvm_firmware *fw)
{
	return fw->generation + (fw->gate ? READ_ONCE(fw->gate->changes) : 0);
}

/* The quarantine as it is, and the generation that goes with it. */
static u64 snapshot(const struct opalvm_firmware *fw)
{
	struct opalvm_gate *gate = fw->gate;
	u64 generation = fw->generation;

	if (!gate)
		return generation;
	raw_spin_lock_irq(&gate->lock);
	fw->map->quarantine = gate->quarantine;
	generation += gate->changes;
	raw_spin_unlock_irq(&gate->lock);
	return generation;
}

/**
 * opalvm_handover_write() - write the table for the next kernel
 * @fw: the firmware
 * @buf: where to; NULL to learn the size
 * @len: bytes at @buf
 *
 * Context: Process context, may sleep.
 * Return: the size of the table in bytes, or a negative error.
 */
ssize_t opalvm_handover_write(const struct opalvm_firmware *fw, void *buf, size_t len)
{
	static DEFINE_MUTEX(write_lock);	/* protects @fw->map->quarantine */
	const struct opalvm_map *maps[] = { fw->map };
	struct opalvm_wire_info info = { .hop_count = fw->hop_count };
	ssize_t size;

	if (!buf)
		return opalvm_wire_size(maps, ARRAY_SIZE(maps));
	mutex_lock(&write_lock);
	/* services that are refused here are refused there, too */
	info.generation = snapshot(fw);
	scnprintf(info.writer, sizeof(info.writer), "%s %s, %s", OPALVM_NAME, OPALVM_VERSION,
		  init_utsname()->release);
	size = opalvm_wire_write(buf, len, &info, maps, ARRAY_SIZE(maps));
	mutex_unlock(&write_lock);
	return size;
}
