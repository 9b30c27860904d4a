// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/opalvm: call a firmware's services by name, and look at what is hosted
 * (include/uapi/linux/opalvm_dev.h).
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/opalvm_dev.h>

#include "../opalvm.h"

static_assert(sizeof(struct opalvm_dev_arg) == 24);
static_assert(offsetof(struct opalvm_dev_arg, value) == 8);
static_assert(sizeof(struct opalvm_dev_call) == 376);
static_assert(offsetof(struct opalvm_dev_call, service) == 8);
static_assert(offsetof(struct opalvm_dev_call, nr_args) == 72);
static_assert(offsetof(struct opalvm_dev_call, ret) == 80);
static_assert(offsetof(struct opalvm_dev_call, args) == 88);

static_assert(sizeof(struct opalvm_dev_batch) == 32);
static_assert(offsetof(struct opalvm_dev_batch, call_size) == 8);
static_assert(offsetof(struct opalvm_dev_batch, calls) == 16);
static_assert(offsetof(struct opalvm_dev_batch, nr_done) == 24);
static_assert(sizeof(struct opalvm_dev_list) == 24);
static_assert(offsetof(struct opalvm_dev_list, entry_size) == 8);
static_assert(offsetof(struct opalvm_dev_list, nr) == 12);
static_assert(offsetof(struct opalvm_dev_list, entries) == 16);
static_assert(sizeof(struct opalvm_dev_extent) == 56);
static_assert(offsetof(struct opalvm_dev_extent, accessed) == 32);
static_assert(offsetof(struct opalvm_dev_extent, type) == 48);
static_assert(sizeof(struct opalvm_dev_stats) == 376);
static_assert(offsetof(struct opalvm_dev_stats, calls) == 64);
static_assert(offsetof(struct opalvm_dev_stats, latency) == 120);
static_assert(OPALVM_DEV_NR_LATENCIES == OPALVM_NR_LATENCIES);

static_assert(OPALVM_DEV_MAX_ARGS == OPALVM_MAX_ARGS);
static_assert(OPALVM_DEV_VALUE == (int)OPALVM_ARG_VALUE);
static_assert(OPALVM_DEV_IN == (int)OPALVM_ARG_IN);
static_assert(OPALVM_DEV_OUT == (int)OPALVM_ARG_OUT);
static_assert(OPALVM_DEV_INOUT == (int)OPALVM_ARG_INOUT);
static_assert(OPALVM_DEV_OK == (int)OPALVM_OK);
static_assert(OPALVM_DEV_FAULT == (int)OPALVM_FAULT);
static_assert(OPALVM_DEV_HANG == (int)OPALVM_HANG);
static_assert(OPALVM_DEV_REFUSED == (int)OPALVM_REFUSED);

static struct opalvm_firmware *firmware;

static bool reads(const struct opalvm_dev_arg *arg)
{
	return arg->kind == OPALVM_DEV_IN || arg->kind == OPALVM_DEV_INOUT;
}

static bool writes(const struct opalvm_dev_arg *arg)
{
	return arg->kind == OPALVM_DEV_OUT || arg->kind == OPALVM_DEV_INOUT;
}

static int arg_get(const struct opalvm_dev_arg *arg, struct opalvm_arg *to)
{
	if (arg->kind > OPALVM_DEV_INOUT || arg->size_arg > OPALVM_MAX_ARGS)
		return -EINVAL;
	*to = (struct opalvm_arg) {
		.kind = arg->kind,
		.size_arg = arg->size_arg,
		.len = arg->len,
	};
	if (arg->kind == OPALVM_DEV_VALUE) {
		to->value = arg->value;
		return arg->len || arg->size_arg ? -EINVAL : 0;
	}
	if (!arg->value)
		return 0;
	if (!arg->len)
		return -EINVAL;
	if (arg->len > OPALVM_MAX_ARG_LEN)
		return -E2BIG;
	to->ptr = kvzalloc(arg->len, GFP_KERNEL_ACCOUNT);
	if (!to->ptr)
		return -ENOMEM;
	if (reads(arg) && copy_from_user(to->ptr, u64_to_user_ptr(arg->value), arg->len))
		return -EFAULT;
	return 0;
}

static int args_put(const struct opalvm_dev_call *from, const struct opalvm_call *call)
{
	u32 i;

	for (i = 0; i < call->nr_args; i++)
		if (writes(&from->args[i]) && call->args[i].ptr &&
		    copy_to_user(u64_to_user_ptr(from->args[i].value), call->args[i].ptr,
				 call->args[i].len))
			return -EFAULT;
	return 0;
}

static int find_service(const struct opalvm_dev_call *from, u32 *service)
{
	u32 i;

	if (strnlen(from->service, OPALVM_DEV_NAME_LEN) == OPALVM_DEV_NAME_LEN)
		return -EINVAL;
	for (i = 0; i < firmware->nr_services; i++)
		if (!strcmp(from->service, firmware->services[i].name))
			break;
	if (i == firmware->nr_services)
		return -EINVAL;
	if (firmware->services[i].flags & OPALVM_SERVICE_INTERNAL)
		return -EPERM;
	*service = i;
	return 0;
}

static int make_call(struct opalvm_dev_call *from)
{
	struct opalvm_call *call;
	u32 i;
	int err;

	if (from->flags || from->nr_args > OPALVM_MAX_ARGS)
		return -EINVAL;
	call = kzalloc(sizeof(*call), GFP_KERNEL);
	if (!call)
		return -ENOMEM;
	call->nr_args = from->nr_args;
	err = find_service(from, &call->service);
	for (i = 0; i < from->nr_args && !err; i++)
		err = arg_get(&from->args[i], &call->args[i]);
	if (!err) {
		err = firmware->provider->call(firmware, call);
		from->verdict = call->verdict;
		from->ret = call->verdict == OPALVM_OK ? call->ret : 0;
	}
	if (!err)
		err = args_put(from, call);
	for (i = 0; i < from->nr_args; i++)
		kvfree(call->args[i].ptr);
	kfree(call);
	return err;
}

/* The results stand before the arguments, which are the caller's. */
static int put_results(const struct opalvm_dev_call *from, void __user *to)
{
	const size_t first = offsetof(struct opalvm_dev_call, verdict);
	const size_t end = offsetof(struct opalvm_dev_call, args);

	return copy_to_user(to + first, (void *)from + first, end - first) ? -EFAULT : 0;
}

/*
 * A structure that begins with its size, as the caller knows it. @wanted: which it
 * must have; 0: any
 */
static int get_struct(void *to, size_t known, const void __user *from, u32 wanted)
{
	u32 size;

	if (get_user(size, (const u32 __user *)from))
		return -EFAULT;
	if (size < known || size > PAGE_SIZE || (wanted && size != wanted))
		return -EINVAL;
	return copy_struct_from_user(to, known, from, size);
}

static int call(void __user *to, u32 size)
{
	struct opalvm_dev_call *from = kzalloc(sizeof(*from), GFP_KERNEL);
	int err;

	if (!from)
		return -ENOMEM;
	err = get_struct(from, sizeof(*from), to, size);
	if (!err) {
		from->verdict = OPALVM_DEV_REFUSED;
		err = make_call(from);
		if (!err || err == -EIO || err == -ETIMEDOUT || err == -ESHUTDOWN)
			err = put_results(from, to) ?: err;
	}
	kfree(from);
	return err;
}

static int batch(struct opalvm_dev_batch __user *to)
{
	struct opalvm_dev_batch from;
	int err;
	u32 i;

	err = get_struct(&from, sizeof(from), to, 0);
	if (err)
		return err;
	if (from.flags || from.reserved || from.call_size < sizeof(struct opalvm_dev_call))
		return -EINVAL;
	if (from.nr_calls > OPALVM_DEV_MAX_CALLS)
		return -E2BIG;
	for (i = 0; i < from.nr_calls; i++) {
		err = fatal_signal_pending(current) ? -EINTR :
		      call(u64_to_user_ptr(from.calls + (u64)i * from.call_size),
			   from.call_size);
		if (err)
			break;
	}
	return put_user(i, &to->nr_done) ?: err;
}

/* What the caller knows beyond it is zero. */
static int put_entry(const struct opalvm_dev_list *list, u32 i, const void *entry, size_t known)
{
	void __user *to = u64_to_user_ptr(list->entries + (u64)i * list->entry_size);

	if (copy_to_user(to, entry, known) || clear_user(to + known, list->entry_size - known))
		return -EFAULT;
	return 0;
}

static int put_extent(const struct opalvm_dev_list *list, u32 i)
{
	const struct opalvm_extent *extent = &firmware->map->extents[i];
	struct opalvm_dev_extent entry = {
		.virt_addr = extent->va,
		.phys_addr = extent->pa,
		.num_pages = extent->size >> OPALVM_PAGE_SHIFT,
		.attribute = extent->attr,
		.accessed = OPALVM_DEV_UNKNOWN,
		.dirty = OPALVM_DEV_UNKNOWN,
		.type = extent->type,
	};
	struct opalvm_touched touched;

	if (ARCH_GLUE_TOUCHED && firmware->space) {
		opalvm_touched_get(firmware->space, extent, &touched);
		entry.accessed = touched.accessed;
		entry.dirty = touched.dirty;
	}
	return put_entry(list, i, &entry, sizeof(entry));
}

static int put_stats(const struct opalvm_dev_list *list, u32 i)
{
	struct opalvm_stats stats = {};
	struct opalvm_dev_stats entry;

	if (firmware->gate)
		opalvm_stats_get(firmware->gate, i, &stats);
	entry = (struct opalvm_dev_stats) {
		.calls = stats.calls,
		.faults = stats.faults,
		.hangs = stats.hangs,
		.late = stats.late,
		.refused = stats.refused,
		.total_ns = stats.total_ns,
		.max_ns = stats.max_ns,
	};
	strscpy(entry.service, firmware->services[i].name, sizeof(entry.service));
	memcpy(entry.latency, stats.latency, sizeof(entry.latency));
	return put_entry(list, i, &entry, sizeof(entry));
}

static int list(struct opalvm_dev_list __user *to, u32 nr, size_t known,
		int (*put)(const struct opalvm_dev_list *list, u32 i))
{
	struct opalvm_dev_list from;
	int err;
	u32 i;

	err = get_struct(&from, sizeof(from), to, 0);
	if (err)
		return err;
	if (from.flags || from.entry_size < known || from.entry_size > PAGE_SIZE)
		return -EINVAL;
	if (put_user(nr, &to->nr))
		return -EFAULT;
	if (from.nr < nr)
		return from.nr ? -ENOSPC : 0;
	for (i = 0; i < nr && !err; i++)
		err = put(&from, i);
	return err;
}

/* Services reach all of the machine. */
static int may_call(void)
{
	return security_locked_down(LOCKDOWN_EFI_TEST) ?: firmware->gate ? 0 : -EBUSY;
}

static long dev_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	void __user *to = (void __user *)argument;

	switch (command) {
	case OPALVM_DEV_CALL:
	case OPALVM_DEV_BATCH:
	case OPALVM_DEV_MAP:
	case OPALVM_DEV_STATS:
		break;
	default:
		return -ENOTTY;
	}
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	switch (command) {
	case OPALVM_DEV_CALL:
		return may_call() ?: call(to, 0);
	case OPALVM_DEV_BATCH:
		return may_call() ?: batch(to);
	case OPALVM_DEV_MAP:
		return list(to, firmware->map->nr_extents, sizeof(struct opalvm_dev_extent),
			    put_extent);
	default:
		return list(to, firmware->nr_services, sizeof(struct opalvm_dev_stats), put_stats);
	}
}

static const struct file_operations dev_ops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = dev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = OPALVM_NAME,
	.fops = &dev_ops,
	.mode = 0600,
};

/**
 * opalvm_chardev_init() - make /dev/opalvm
 * @fw: the firmware
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error.
 */
int opalvm_chardev_init(struct opalvm_firmware *fw)
{
	firmware = fw;
	return misc_register(&device);
}

/**
 * opalvm_chardev_exit() - remove /dev/opalvm
 *
 * Nobody has it open: an open file keeps the module.
 *
 * Context: Process context, may sleep.
 */
void opalvm_chardev_exit(void)
{
	misc_deregister(&device);
}
