// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/firmware/opalvm: what is hosted, how it does, and what root may change.
 *
 * The directories are plain kobjects, whose release is the core's; files know
 * their firmware, extent or service because each has an attribute of its own.
 * So nothing of this module outlives the removal of the files.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/err.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rtc.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/vmalloc.h>

#include "../compat/sysfs.h"
#include "../opalvm.h"
#include "sysfs.h"

/**
 * struct snapshot - the handover table as one reader sees it
 * @reader: its open file; compared, never used
 * @data: the table
 * @len: bytes at @data
 */
struct snapshot {
	const struct file *reader;
	void *data;
	size_t len;
};

/* readers of the handover table that can be in the middle of it at the same time */
#define MAX_READERS	4

/**
 * struct opalvm_sysfs - the files of one firmware
 * @fw: the firmware
 * @dirs: the directories, newest first
 * @own: the directory of this firmware
 * @handover: the file "handover"
 * @lock: one reader at a time
 * @snapshots: of the latest readers
 * @oldest: the one that makes room
 */
struct opalvm_sysfs {
	struct opalvm_firmware *fw;
	struct list_head dirs;
	struct kobject *own;
	struct bin_attribute handover;
	struct mutex lock;	/* protects what follows */
	struct snapshot snapshots[MAX_READERS];
	u32 oldest;
};

/**
 * struct dir - one directory
 * @list: in opalvm_sysfs.dirs
 * @kobj: the directory
 * @nr: entries in use in @files
 * @files: what is in it
 */
struct dir {
	struct list_head list;
	struct kobject *kobj;
	u32 nr;
	struct opalvm_sysfs_file files[];
};

/**
 * opalvm_sysfs_check_writer() - may this file be written now
 * @fw: its firmware
 *
 * Mode 0600 keeps others from opening; this, root's open files from being used
 * by others.
 *
 * Context: any.
 * Return: 0, -EPERM, or -EBUSY if the firmware is only recorded.
 */
int opalvm_sysfs_check_writer(const struct opalvm_firmware *fw)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return fw->gate ? 0 : -EBUSY;
}

/*
 * /sys/firmware/opalvm
 */

static ssize_t version_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", OPALVM_VERSION);
}

static const struct kobj_attribute root_files[] = {
	__ATTR_RO_MODE(version, 0400),
};

static int snapshot_take(struct opalvm_firmware *fw, struct snapshot *snapshot)
{
	ssize_t len = opalvm_handover_write(fw, NULL, 0);
	void *data;

	if (len < 0)
		return len;
	data = kvmalloc(len, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	len = opalvm_handover_write(fw, data, len);
	if (len < 0) {
		kvfree(data);
		return len;
	}
	kvfree(snapshot->data);
	snapshot->data = data;
	snapshot->len = len;
	return 0;
}

/*
 * A table that takes several reads must not change between them. There is no
 * telling when a file is closed: the latest few readers are remembered, and
 * one that was pushed out has to start again.
 */
static struct snapshot *snapshot_of(struct opalvm_sysfs *sysfs, const struct file *reader,
				    bool start)
{
	struct snapshot *snapshot = NULL;
	u32 i;
	int err;

	lockdep_assert_held(&sysfs->lock);
	for (i = 0; i < MAX_READERS; i++)
		if (sysfs->snapshots[i].reader == reader)
			snapshot = &sysfs->snapshots[i];
	if (!start)
		return snapshot ?: ERR_PTR(-EAGAIN);

	if (!snapshot) {
		snapshot = &sysfs->snapshots[sysfs->oldest];
		sysfs->oldest = (sysfs->oldest + 1) % MAX_READERS;
	}
	snapshot->reader = NULL;
	err = snapshot_take(sysfs->fw, snapshot);
	if (err)
		return ERR_PTR(err);
	snapshot->reader = reader;
	return snapshot;
}

static ssize_t handover_read(struct file *file, struct kobject *kobj,
			     OPALVM_COMPAT_BIN_ATTRIBUTE *attr, char *buf, loff_t off,
			     size_t count)
{
	struct opalvm_sysfs *sysfs = attr->private;
	struct snapshot *snapshot;
	ssize_t ret;

	mutex_lock(&sysfs->lock);
	snapshot = snapshot_of(sysfs, file, !off);
	if (IS_ERR(snapshot))
		ret = PTR_ERR(snapshot);
	else
		ret = memory_read_from_buffer(buf, count, &off, snapshot->data, snapshot->len);
	mutex_unlock(&sysfs->lock);
	return ret;
}

/*
 * /sys/firmware/opalvm/<firmware>
 */

static ssize_t origin_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	static const char *const origins[OPALVM_NR_ORIGINS] = {
		[OPALVM_ORIGIN_KERNEL] = "kernel",
		[OPALVM_ORIGIN_IDENTITY] = "identity",
		[OPALVM_ORIGIN_ASSIGNED] = "assigned",
		[OPALVM_ORIGIN_FIRMWARE] = "firmware",
		[OPALVM_ORIGIN_HANDOVER] = "handover",
	};

	return sysfs_emit(buf, "%s\n", origins[to_fw(attr)->map->origin]);
}

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct opalvm_gate *gate = to_fw(attr)->gate;

	if (!gate)
		return sysfs_emit(buf, "recorded\n");
	return sysfs_emit(buf, "%s\n", READ_ONCE(gate->closed) ? "closed" : "hosted");
}

static ssize_t placement_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	switch (to_fw(attr)->map->placement) {
	case OPALVM_PLACEMENT_IDENTITY:
		return sysfs_emit(buf, "identity\n");
	case OPALVM_PLACEMENT_ASSIGNED:
		return sysfs_emit(buf, "assigned\n");
	default:
		return sysfs_emit(buf, "firmware\n");
	}
}

static ssize_t hops_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", to_fw(attr)->hop_count);
}

static ssize_t generation_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", opalvm_handover_generation(to_fw(attr)));
}

static ssize_t stack_used_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct opalvm_gate *gate = to_fw(attr)->gate;

	return sysfs_emit(buf, "%u\n", gate ? opalvm_gate_stack_used(gate) : 0);
}

static ssize_t emit_services(const struct opalvm_firmware *fw, u64 services, char *buf)
{
	int len = 0;
	u32 i;

	for (i = 0; i < fw->nr_services; i++)
		if (services & BIT_ULL(i))
			len += sysfs_emit_at(buf, len, "%s\n", fw->services[i].name);
	return len;
}

static ssize_t in_flight_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct opalvm_firmware *fw = to_fw(attr);

	return emit_services(fw, fw->gate ? READ_ONCE(fw->gate->busy) : 0, buf);
}

static ssize_t quarantine_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct opalvm_firmware *fw = to_fw(attr);

	return emit_services(fw, fw->gate ? opalvm_quarantined(fw->gate) : 0, buf);
}

/* The services that a word names: one, or all of them; 0: it is not one. */
static u64 services_named(const struct opalvm_firmware *fw, const char *word)
{
	u32 i;

	if (sysfs_streq(word, "all"))
		return GENMASK_ULL(fw->nr_services - 1, 0);
	for (i = 0; i < fw->nr_services; i++)
		if (sysfs_streq(word, fw->services[i].name))
			return BIT_ULL(i);
	return 0;
}

static ssize_t quarantine_store(struct kobject *kobj, struct kobj_attribute *attr,
				const char *buf, size_t count)
{
	struct opalvm_firmware *fw = to_fw(attr);
	struct opalvm_why why = {};
	u64 services;
	int err;

	err = opalvm_sysfs_check_writer(fw);
	if (err)
		return err;
	services = services_named(fw, buf);
	if (!services)
		return -EINVAL;
	err = opalvm_quarantine_lift(fw->gate, services, &why);
	if (err) {
		pr_warn("%s: %s\n", fw->provider->name, why.text);
		return err;
	}
	return count;
}

static ssize_t time_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct opalvm_firmware *fw = to_fw(attr);
	struct rtc_time time;
	int err;

	if (!fw->gate)
		return -EBUSY;
	if (!fw->provider->get_time)
		return -EOPNOTSUPP;
	err = fw->provider->get_time(fw, &time);
	if (err)
		return err;
	return sysfs_emit(buf, "%04d-%02d-%02dT%02d:%02d:%02d\n", time.tm_year + 1900,
			  time.tm_mon + 1, time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec);
}

static const struct kobj_attribute firmware_files[] = {
	__ATTR_RO_MODE(origin, 0400),
	__ATTR_RO_MODE(state, 0400),
	__ATTR_RO_MODE(placement, 0400),
	__ATTR_RO_MODE(hops, 0400),
	__ATTR_RO_MODE(generation, 0400),
	__ATTR_RO_MODE(in_flight, 0400),
	__ATTR_RW_MODE(quarantine, 0600),
	__ATTR_RO_MODE(stack_used, 0400),
	__ATTR_RO_MODE(time, 0400),
};

/*
 * /sys/firmware/opalvm/<firmware>/map/<number>, in the format of
 * /sys/firmware/efi/runtime-map: kexec's tools read both.
 */

static const struct opalvm_extent *to_extent(struct kobj_attribute *attr)
{
	const struct opalvm_sysfs_file *file = to_file(attr);

	return &file->fw->map->extents[file->index];
}

static ssize_t virt_addr_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%llx\n", to_extent(attr)->va);
}

static ssize_t phys_addr_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%llx\n", to_extent(attr)->pa);
}

static ssize_t num_pages_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%llx\n", to_extent(attr)->size >> OPALVM_PAGE_SHIFT);
}

static ssize_t type_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%x\n", to_extent(attr)->type);
}

static ssize_t attribute_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%llx\n", to_extent(attr)->attr);
}

static const struct kobj_attribute extent_files[] = {
	__ATTR_RO_MODE(virt_addr, 0400),
	__ATTR_RO_MODE(phys_addr, 0400),
	__ATTR_RO_MODE(num_pages, 0400),
	__ATTR_RO_MODE(type, 0400),
	__ATTR_RO_MODE(attribute, 0400),
};

/*
 * /sys/firmware/opalvm/<firmware>/services/<name>
 */

static ssize_t service_state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct opalvm_sysfs_file *file = to_file(attr);
	const struct opalvm_firmware *fw = file->fw;
	u64 service = BIT_ULL(file->index);
	const char *state = "ok";

	if (fw->services[file->index].flags & OPALVM_SERVICE_INTERNAL)
		state = "internal";
	else if (!(fw->map->services & service))
		state = "unsupported";
	else if (fw->gate && (opalvm_quarantined(fw->gate) & service))
		state = READ_ONCE(fw->gate->spoiled) & service ? "spoiled" : "quarantined";
	return sysfs_emit(buf, "%s\n", state);
}

/* EFI has an entry point for each service; others have one for all. */
static u64 entry_of(const struct opalvm_map *map, u32 service)
{
	if (map->firmware == OPALVM_FW_EFI)
		return opalvm_map_entry(map, service);
	return opalvm_map_entry(map, OPALVM_ENTRY_ID_V4) ?:
	       opalvm_map_entry(map, OPALVM_ENTRY_ID_COMMON);
}

static ssize_t entry_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct opalvm_sysfs_file *file = to_file(attr);

	return sysfs_emit(buf, "0x%llx\n", entry_of(file->fw->map, file->index));
}

static ssize_t deadline_ms_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct opalvm_sysfs_file *file = to_file(attr);
	const struct opalvm_gate *gate = file->fw->gate;

	return sysfs_emit(buf, "%u\n", gate ? READ_ONCE(gate->deadline_ms[file->index]) : 0);
}

static ssize_t deadline_ms_store(struct kobject *kobj, struct kobj_attribute *attr,
				 const char *buf, size_t count)
{
	const struct opalvm_sysfs_file *file = to_file(attr);
	struct opalvm_gate *gate = file->fw->gate;
	unsigned long flags;
	u32 ms;
	int err;

	/*
	 * A chosen deadline stops privileged code at a chosen instruction: the
	 * same power over the firmware as calling it at will.
	 */
	err = opalvm_sysfs_check_writer(file->fw) ?:
	      security_locked_down(LOCKDOWN_EFI_TEST) ?: kstrtou32(buf, 0, &ms);
	if (err)
		return err;

	raw_spin_lock_irqsave(&gate->lock, flags);
	gate->deadline_ms[file->index] = ms;
	raw_spin_unlock_irqrestore(&gate->lock, flags);
	return count;
}

static ssize_t stat_show(const struct opalvm_sysfs_file *file, size_t offset, char *buf)
{
	struct opalvm_gate *gate = file->fw->gate;
	struct opalvm_stats stats = {};

	if (gate)
		opalvm_stats_get(gate, file->index, &stats);
	return sysfs_emit(buf, "%llu\n", *(u64 *)((void *)&stats + offset));
}

#define STAT_SHOW(name) \
static ssize_t name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf) \
{ \
	return stat_show(to_file(attr), offsetof(struct opalvm_stats, name), buf); \
}

STAT_SHOW(calls)
STAT_SHOW(faults)
STAT_SHOW(hangs)
STAT_SHOW(late)
STAT_SHOW(refused)
STAT_SHOW(total_ns)
STAT_SHOW(max_ns)

static const struct kobj_attribute service_files[] = {
	__ATTR(state, 0400, service_state_show, NULL),
	__ATTR_RO_MODE(entry, 0400),
	__ATTR_RW_MODE(deadline_ms, 0600),
	__ATTR_RO_MODE(calls, 0400),
	__ATTR_RO_MODE(faults, 0400),
	__ATTR_RO_MODE(hangs, 0400),
	__ATTR_RO_MODE(late, 0400),
	__ATTR_RO_MODE(refused, 0400),
	__ATTR_RO_MODE(total_ns, 0400),
	__ATTR_RO_MODE(max_ns, 0400),
};

/*
 * Making and removing.
 */

static struct dir *make_dir(struct opalvm_sysfs *sysfs, struct kobject *parent,
			    const char *name, u32 room)
{
	struct dir *dir = kzalloc(struct_size(dir, files, room), GFP_KERNEL);

	if (!dir)
		return ERR_PTR(-ENOMEM);
	dir->kobj = kobject_create_and_add(name, parent);
	if (!dir->kobj) {
		kfree(dir);
		return ERR_PTR(-ENOMEM);
	}
	list_add(&dir->list, &sysfs->dirs);
	return dir;
}

/* There is room for them. */
static int add_files(struct opalvm_sysfs *sysfs, struct dir *dir,
		     const struct kobj_attribute *attrs, u32 nr, u32 index)
{
	u32 i;
	int err;

	for (i = 0; i < nr; i++) {
		struct opalvm_sysfs_file *file = &dir->files[dir->nr++];

		file->attr = attrs[i];
		file->fw = sysfs->fw;
		file->index = index;
		sysfs_attr_init(&file->attr.attr);
		err = sysfs_create_file(dir->kobj, &file->attr.attr);
		if (err)
			return err;
	}
	return 0;
}

/* What it made before it failed is left to remove_all(). */
static struct kobject *add_dir(struct opalvm_sysfs *sysfs, struct kobject *parent,
			       const char *name, const struct kobj_attribute *attrs, u32 nr,
			       u32 index)
{
	struct dir *dir = make_dir(sysfs, parent, name, nr);
	int err;

	if (IS_ERR(dir))
		return ERR_CAST(dir);
	err = add_files(sysfs, dir, attrs, nr, index);
	return err ? ERR_PTR(err) : dir->kobj;
}

static void remove_all(struct opalvm_sysfs *sysfs)
{
	struct dir *dir, *next;
	u32 i;

	list_for_each_entry_safe(dir, next, &sysfs->dirs, list) {
		/* waits for whoever is in one of its files */
		kobject_del(dir->kobj);
		kobject_put(dir->kobj);
		kfree(dir);
	}
	for (i = 0; i < MAX_READERS; i++)
		kvfree(sysfs->snapshots[i].data);
}

static int add_map(struct opalvm_sysfs *sysfs, struct kobject *parent)
{
	struct kobject *map = add_dir(sysfs, parent, "map", NULL, 0, 0);
	char name[16];
	u32 i;

	if (IS_ERR(map))
		return PTR_ERR(map);
	for (i = 0; i < sysfs->fw->map->nr_extents; i++) {
		struct kobject *extent;

		snprintf(name, sizeof(name), "%u", i);
		extent = add_dir(sysfs, map, name, extent_files, ARRAY_SIZE(extent_files), i);
		if (IS_ERR(extent))
			return PTR_ERR(extent);
	}
	return 0;
}

static int add_services(struct opalvm_sysfs *sysfs, struct kobject *parent)
{
	const struct opalvm_firmware *fw = sysfs->fw;
	struct kobject *services = add_dir(sysfs, parent, "services", NULL, 0, 0);
	u32 i;

	if (IS_ERR(services))
		return PTR_ERR(services);
	for (i = 0; i < fw->nr_services; i++) {
		struct kobject *service;

		service = add_dir(sysfs, services, fw->services[i].name, service_files,
				  ARRAY_SIZE(service_files), i);
		if (IS_ERR(service))
			return PTR_ERR(service);
	}
	return 0;
}

static int add_handover(struct opalvm_sysfs *sysfs, struct kobject *root)
{
	struct bin_attribute *handover = &sysfs->handover;

	sysfs_bin_attr_init(handover);
	handover->attr.name = "handover";
	handover->attr.mode = 0400;
	handover->private = sysfs;
	handover->read = handover_read;
	return sysfs_create_bin_file(root, handover);
}

static struct kobject *add_firmware(struct opalvm_sysfs *sysfs, struct kobject *root)
{
	const struct opalvm_provider *provider = sysfs->fw->provider;
	struct dir *dir = make_dir(sysfs, root, provider->name,
				   ARRAY_SIZE(firmware_files) + provider->nr_files);
	int err;

	if (IS_ERR(dir))
		return ERR_CAST(dir);
	err = add_files(sysfs, dir, firmware_files, ARRAY_SIZE(firmware_files), 0) ?:
	      add_files(sysfs, dir, provider->files, provider->nr_files, 0);
	return err ? ERR_PTR(err) : dir->kobj;
}

static int add_all(struct opalvm_sysfs *sysfs)
{
	struct kobject *root, *fw;

	root = add_dir(sysfs, firmware_kobj, OPALVM_NAME, root_files, ARRAY_SIZE(root_files), 0);
	if (IS_ERR(root))
		return PTR_ERR(root);
	fw = add_firmware(sysfs, root);
	if (IS_ERR(fw))
		return PTR_ERR(fw);
	sysfs->own = fw;
	return add_map(sysfs, fw) ?: add_services(sysfs, fw) ?: add_handover(sysfs, root);
}

/**
 * opalvm_sysfs_dir() - the directory of a firmware
 * @fw: the firmware
 *
 * Context: Any, between opalvm_sysfs_init() and opalvm_sysfs_exit().
 */
struct kobject *opalvm_sysfs_dir(const struct opalvm_firmware *fw)
{
	return fw->sysfs->own;
}

/**
 * opalvm_sysfs_init() - make /sys/firmware/opalvm
 * @fw: the firmware, with its map; hosted or only recorded
 *
 * All files are root's alone and hold one value each. From here on root can
 * write to those of the provider.
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM or the error of sysfs; then nothing of it is left.
 */
int opalvm_sysfs_init(struct opalvm_firmware *fw)
{
	struct opalvm_sysfs *sysfs;
	int err;

	sysfs = kzalloc(sizeof(*sysfs), GFP_KERNEL);
	if (!sysfs)
		return -ENOMEM;
	sysfs->fw = fw;
	INIT_LIST_HEAD(&sysfs->dirs);
	mutex_init(&sysfs->lock);

	err = add_all(sysfs);
	if (err) {
		remove_all(sysfs);
		kfree(sysfs);
		return err;
	}
	fw->sysfs = sysfs;
	return 0;
}

/**
 * opalvm_sysfs_exit() - remove /sys/firmware/opalvm
 * @fw: the firmware
 *
 * Context: may sleep; waits for whoever reads or writes one of the files, and
 * so for the firmware.
 */
void opalvm_sysfs_exit(struct opalvm_firmware *fw)
{
	remove_all(fw->sysfs);
	kfree(fw->sysfs);
	fw->sysfs = NULL;
}
