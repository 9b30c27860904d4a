// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/opalvm: how long calls take, and what of its map the firmware
 * uses (Documentation/ABI/testing/debugfs-opalvm).
 */
#include <linux/capability.h>
#include <linux/debugfs.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "../opalvm.h"

static struct dentry *root;

static int latency_show(struct seq_file *file, void *unused)
{
	const struct opalvm_firmware *fw = file->private;
	struct opalvm_stats stats;
	u32 service, i;

	for (service = 0; fw->gate && service < fw->nr_services; service++) {
		opalvm_stats_get(fw->gate, service, &stats);
		if (!stats.calls)
			continue;
		seq_printf(file, "%s %llu", fw->services[service].name, stats.calls);
		for (i = 0; i < OPALVM_NR_LATENCIES; i++)
			seq_printf(file, " %llu", stats.latency[i]);
		seq_putc(file, '\n');
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(latency);

static int touched_show(struct seq_file *file, void *unused)
{
	const struct opalvm_firmware *fw = file->private;
	const struct opalvm_map *map = fw->map;
	struct opalvm_touched touched;
	u32 i;

	for (i = 0; i < map->nr_extents; i++) {
		opalvm_touched_get(fw->space, &map->extents[i], &touched);
		seq_printf(file, "%u %llu %llu %llu\n", i,
			   map->extents[i].size >> OPALVM_PAGE_SHIFT, touched.accessed,
			   touched.dirty);
	}
	return 0;
}

static int touched_open(struct inode *inode, struct file *file)
{
	return single_open(file, touched_show, inode->i_private);
}

static ssize_t touched_write(struct file *file, const char __user *buf, size_t count,
			     loff_t *pos)
{
	const struct opalvm_firmware *fw = file_inode(file)->i_private;
	u32 value;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = kstrtou32_from_user(buf, count, 0, &value);
	if (err)
		return err;
	if (value)
		return -EINVAL;
	opalvm_touched_clear(fw->space);
	return count;
}

static const struct file_operations touched_fops = {
	.owner = THIS_MODULE,
	.open = touched_open,
	.read = seq_read,
	.write = touched_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/**
 * opalvm_debugfs_init() - make /sys/kernel/debug/opalvm, if there is debugfs
 * @fw: the firmware
 *
 * Context: Process context, may sleep.
 */
void opalvm_debugfs_init(struct opalvm_firmware *fw)
{
	struct dentry *dir;

	root = debugfs_create_dir(OPALVM_NAME, NULL);
	dir = debugfs_create_dir(fw->provider->name, root);
	debugfs_create_file("latency", 0400, dir, fw, &latency_fops);
	if (ARCH_GLUE_TOUCHED && fw->space)
		debugfs_create_file("touched", 0600, dir, fw, &touched_fops);
}

/**
 * opalvm_debugfs_exit() - remove /sys/kernel/debug/opalvm
 *
 * Context: Process context, may sleep; waits for whoever is in one of the files.
 */
void opalvm_debugfs_exit(void)
{
	debugfs_remove(root);
}
