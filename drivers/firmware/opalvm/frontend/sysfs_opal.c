// SPDX-License-Identifier: GPL-2.0
/*
 * What /sys/firmware/opalvm/opal has that other firmware has not.
 */
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "../compat/sysfs.h"
#include "../opalvm.h"
#include "../provider/opal.h"
#include "opal.h"
#include "sysfs.h"

/* a line starts with so many digits of an address */
#define DIGITS	16

static ssize_t uncovered_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct opalvm_space *space = to_fw(attr)->space;
	struct opalvm_miss misses[OPALVM_MAX_MISSES];
	unsigned long flags;
	int len = 0;
	u32 i, nr;

	raw_spin_lock_irqsave(&space->miss_lock, flags);
	nr = space->nr_misses;
	memcpy(misses, space->misses, sizeof(misses));
	raw_spin_unlock_irqrestore(&space->miss_lock, flags);

	for (i = 0; i < nr; i++)
		len += sysfs_emit_at(buf, len, "0x%llx %llu 0x%llx\n", misses[i].page,
				     misses[i].count, misses[i].ip);
	return len;
}

static ssize_t windows_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct opalvm_firmware *fw = to_fw(attr);
	struct opalvm_window list[OPALVM_MAX_WINDOWS];
	int len = 0;
	u32 i;

	opalvm_space_windows(fw->space, list);
	for (i = 0; i < OPALVM_MAX_WINDOWS; i++)
		if (list[i].mapped)
			len += sysfs_emit_at(buf, len, "%u 0x%llx 0x%llx 0x%llx 0x%llx %s\n", i,
					     list[i].extent.va, list[i].extent.pa,
					     list[i].extent.size >> OPALVM_PAGE_SHIFT,
					     list[i].extent.attr,
					     fw->services[list[i].service].name);
	return len;
}

static ssize_t windows_mapped_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct opalvm_windows *windows = to_fw(attr)->space->windows;

	return sysfs_emit(buf, "%llu\n", windows ? READ_ONCE(windows->mapped) : 0);
}

static ssize_t windows_refused_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct opalvm_windows *windows = to_fw(attr)->space->windows;

	return sysfs_emit(buf, "%llu\n", windows ? READ_ONCE(windows->refused) : 0);
}

const struct kobj_attribute opalvm_opal_files[OPALVM_OPAL_NR_FILES] = {
	__ATTR_RO_MODE(uncovered, 0400),
	__ATTR_RO_MODE(windows, 0400),
	__ATTR_RO_MODE(windows_mapped, 0400),
	__ATTR_RO_MODE(windows_refused, 0400),
};

static ssize_t symbols_read(struct file *file, struct kobject *kobj,
			    OPALVM_COMPAT_BIN_ATTRIBUTE *attr, char *buf, loff_t off,
			    size_t count)
{
	return memory_read_from_buffer(buf, count, &off, attr->private, attr->size);
}

static struct bin_attribute symbols_file = {
	.attr = { .name = "symbols", .mode = 0400 },
	.read = symbols_read,
};

/* The list as the firmware has it, with addresses in place of distances. */
static char *symbols_make(const struct opal_symbols *symbols, u64 base, size_t *len)
{
	const char *end = symbols->text + symbols->len;
	const char *line, *next;
	size_t nr = 1;
	char *text;

	for (line = symbols->text; line < end; line++)
		nr += *line == '\n';
	/* for each line "0x" and its end, which the last may lack */
	*len = symbols->len + 3 * nr + 1;
	text = kvmalloc(*len, GFP_KERNEL);
	if (!text)
		return NULL;
	nr = 0;
	for (line = symbols->text; line < end; line = next + 1) {
		char digits[DIGITS + 1];
		u64 distance;

		next = memchr(line, '\n', end - line) ?: end;
		memcpy(digits, line, DIGITS);
		digits[DIGITS] = '\0';
		/* the list was checked when it was read */
		if (kstrtou64(digits, 16, &distance))
			continue;
		nr += scnprintf(text + nr, *len - nr, "0x%016llx%.*s\n",
				base + distance,
				(int)(next - line - DIGITS), line + DIGITS);
	}
	*len = nr;
	return text;
}

/**
 * opalvm_opal_frontends_init() - show the firmware's symbols
 * @fw: the firmware
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error.
 */
int opalvm_opal_frontends_init(struct opalvm_firmware *fw, struct opalvm_why *why)
{
	const struct opal_site *site = opalvm_opal_site();
	int err;

	sysfs_bin_attr_init(&symbols_file);
	symbols_file.private = symbols_make(&site->symbols, site->base, &symbols_file.size);
	if (!symbols_file.private)
		return opalvm_refuse(why, -ENOMEM, "no memory for the firmware's symbols");
	err = sysfs_create_bin_file(opalvm_sysfs_dir(fw), &symbols_file);
	if (!err)
		return 0;
	kvfree(symbols_file.private);
	return opalvm_refuse(why, err, "the firmware's symbols cannot be shown");
}

/**
 * opalvm_opal_frontends_exit() - undo opalvm_opal_frontends_init()
 * @fw: the firmware
 *
 * Context: Process context, may sleep.
 */
void opalvm_opal_frontends_exit(struct opalvm_firmware *fw)
{
	sysfs_remove_bin_file(opalvm_sysfs_dir(fw), &symbols_file);
	kvfree(symbols_file.private);
}
