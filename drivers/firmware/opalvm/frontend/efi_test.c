// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/efi_runtime, and /dev/efi_test if asked for: the ioctls of the kernel's
 * own efi_test driver, which fwts tests firmware with.
 *
 * What a caller leaves out (NULL) is left out of the firmware's call, so that
 * it is the firmware that is tested. It sees copies of all else.
 */
#include <linux/capability.h>
#include <linux/efi.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/kobject.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../opalvm.h"
#include "../service/efi.h"
#include "efi.h"

static bool efi_test;
module_param(efi_test, bool, 0400);
MODULE_PARM_DESC(efi_test, "make /dev/efi_test as well as /dev/efi_runtime (N)");

/*
 * The structures of drivers/firmware/efi/test/efi_test.h, which no header
 * exports.
 */

struct get_variable {
	efi_char16_t __user *name;
	efi_guid_t __user *vendor;
	u32 __user *attr;
	u64 __user *data_size;
	void __user *data;
	efi_status_t __user *status;
} __packed;

struct set_variable {
	efi_char16_t __user *name;
	efi_guid_t __user *vendor;
	u32 attr;
	u64 data_size;
	void __user *data;
	efi_status_t __user *status;
} __packed;

struct get_next_variable {
	u64 __user *name_size;
	efi_char16_t __user *name;
	efi_guid_t __user *vendor;
	efi_status_t __user *status;
} __packed;

struct query_variable_info {
	u32 attr;
	u64 __user *storage;
	u64 __user *remaining;
	u64 __user *max_size;
	efi_status_t __user *status;
} __packed;

struct get_time {
	efi_time_t __user *time;
	efi_time_cap_t __user *cap;
	efi_status_t __user *status;
} __packed;

struct set_time {
	efi_time_t __user *time;
	efi_status_t __user *status;
} __packed;

struct get_wakeup_time {
	efi_bool_t __user *enabled;
	efi_bool_t __user *pending;
	efi_time_t __user *time;
	efi_status_t __user *status;
} __packed;

struct set_wakeup_time {
	efi_bool_t enabled;
	efi_time_t __user *time;
	efi_status_t __user *status;
} __packed;

struct get_next_high_mono_count {
	u32 __user *count;
	efi_status_t __user *status;
} __packed;

struct query_capsule_caps {
	efi_capsule_header_t __user * __user *headers;
	u64 nr;
	u64 __user *max_size;
	s32 __user *reset_type;
	efi_status_t __user *status;
} __packed;

struct reset_system {
	s32 type;
	efi_status_t reason;
	u64 data_size;
	void __user *data;
} __packed;

#define GET_VARIABLE			_IOWR('p', 0x01, struct get_variable)
#define SET_VARIABLE			_IOW('p', 0x02, struct set_variable)
#define GET_TIME			_IOR('p', 0x03, struct get_time)
#define SET_TIME			_IOW('p', 0x04, struct set_time)
#define GET_WAKEUP_TIME			_IOR('p', 0x05, struct get_wakeup_time)
#define SET_WAKEUP_TIME			_IOW('p', 0x06, struct set_wakeup_time)
#define GET_NEXT_VARIABLE		_IOWR('p', 0x07, struct get_next_variable)
#define QUERY_VARIABLE_INFO		_IOR('p', 0x08, struct query_variable_info)
#define GET_NEXT_HIGH_MONO_COUNT	_IOR('p', 0x09, struct get_next_high_mono_count)
#define QUERY_CAPSULE_CAPS		_IOR('p', 0x0a, struct query_capsule_caps)
#define RESET_SYSTEM			_IOW('p', 0x0b, struct reset_system)
#define GET_SUPPORTED_MASK		_IOR('p', 0x0c, u32)

static_assert(GET_VARIABLE == 0xc0307001);
static_assert(SET_VARIABLE == 0x402c7002);
static_assert(GET_TIME == 0x80187003);
static_assert(SET_TIME == 0x40107004);
static_assert(GET_WAKEUP_TIME == 0x80207005);
static_assert(SET_WAKEUP_TIME == 0x40117006);
static_assert(GET_NEXT_VARIABLE == 0xc0207007);
static_assert(QUERY_VARIABLE_INFO == 0x80247008);
static_assert(GET_NEXT_HIGH_MONO_COUNT == 0x80107009);
static_assert(QUERY_CAPSULE_CAPS == 0x8028700a);
static_assert(RESET_SYSTEM == 0x401c700b);
static_assert(GET_SUPPORTED_MASK == 0x8004700c);

static struct opalvm_firmware *firmware;

/* A status is told as it is; to the ioctl, all but success is EINVAL. */
static int put_status(efi_status_t status, efi_status_t __user *to)
{
	if (put_user(status, to))
		return -EFAULT;
	return status == EFI_SUCCESS ? 0 : -EINVAL;
}

/* A copy of @size bytes; NULL of nothing. */
static void *get_data(const void __user *from, u64 size)
{
	if (!size)
		return NULL;
	if (size > OPALVM_MAX_ARG_LEN)
		return ERR_PTR(-ENOMEM);
	return vmemdup_user(from, size);
}

/* bytes that a name has with its NUL */
static int get_name_size(const efi_char16_t __user *from, size_t *size)
{
	efi_char16_t c;

	for (*size = 0; *size < OPALVM_MAX_ARG_LEN; from++) {
		if (get_user(c, from))
			return -EFAULT;
		*size += sizeof(c);
		if (!c)
			return 0;
	}
	return -ENOMEM;
}

/*
 * A copy of a name, or of @room bytes that begin with it if those are more; NULL
 * of none. What is read twice can change: it ends where it ended at first.
 */
static efi_char16_t *get_name(const efi_char16_t __user *from, u64 room, size_t *len)
{
	efi_char16_t *name;
	size_t size;
	int err;

	*len = 0;
	if (!from)
		return NULL;
	err = get_name_size(from, &size);
	if (err)
		return ERR_PTR(err);
	*len = max_t(u64, room, size);
	name = get_data(from, max_t(u64, room, size));
	if (!IS_ERR(name))
		name[size / sizeof(*name) - 1] = 0;
	return name;
}

static int make_get_variable(const struct get_variable *from, efi_char16_t *name, size_t name_size,
			     u8 *data, u64 size)
{
	enum { NAME, VENDOR, ATTR, SIZE, DATA, NR };
	u64 room = size;
	efi_guid_t vendor;
	u32 attr = 0;
	struct opalvm_call call = {
		.service = OPALVM_EFI_GET_VARIABLE,
		.nr_args = NR,
		.args = {
			[NAME] = OPALVM_IN(name, name_size),
			[VENDOR] = OPALVM_IN(from->vendor ? &vendor : NULL, sizeof(vendor)),
			[ATTR] = OPALVM_OUT(from->attr ? &attr : NULL, sizeof(attr)),
			[SIZE] = OPALVM_INOUT(from->data_size ? &size : NULL, sizeof(size)),
			/* never nothing: a buffer without room is not the same as none */
			[DATA] = OPALVM_OUT_SIZED(data, max_t(u64, size, 1), SIZE),
		},
	};
	efi_status_t status;
	int err;

	if (from->vendor && copy_from_user(&vendor, from->vendor, sizeof(vendor)))
		return -EFAULT;
	status = opalvm_efi_call(firmware, &call);
	err = put_status(status, from->status);
	if (status == EFI_BUFFER_TOO_SMALL && from->data_size && put_user(size, from->data_size))
		return -EFAULT;
	if (err)
		return err;
	if (size > room)
		return -EINVAL;
	if ((data && copy_to_user(from->data, data, size)) ||
	    (from->attr && put_user(attr, from->attr)) ||
	    (from->data_size && put_user(size, from->data_size)))
		return -EFAULT;
	return 0;
}

static int do_get_variable(void __user *argument)
{
	struct get_variable from;
	efi_char16_t *name;
	size_t name_size;
	u8 *data = NULL;
	u64 size = 0;
	int err;

	if (copy_from_user(&from, argument, sizeof(from)))
		return -EFAULT;
	if (from.data_size && get_user(size, from.data_size))
		return -EFAULT;
	if (size > OPALVM_MAX_ARG_LEN)
		return -ENOMEM;
	name = get_name(from.name, 0, &name_size);
	if (IS_ERR(name))
		return PTR_ERR(name);
	if (from.data_size && from.data) {
		data = kvzalloc(max_t(u64, size, 1), GFP_KERNEL_ACCOUNT);
		if (!data) {
			kvfree(name);
			return -ENOMEM;
		}
	}
	err = make_get_variable(&from, name, name_size, data, size);
	kvfree(data);
	kvfree(name);
	return err;
}

static int do_set_variable(void __user *argument)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_SET_VARIABLE,
		.nr_args = 5,
	};
	struct set_variable from;
	efi_char16_t *name;
	efi_guid_t vendor;
	size_t name_size;
	void *data;
	int err;

	if (copy_from_user(&from, argument, sizeof(from)) ||
	    copy_from_user(&vendor, from.vendor, sizeof(vendor)))
		return -EFAULT;
	name = get_name(from.name, 0, &name_size);
	if (IS_ERR(name))
		return PTR_ERR(name);
	data = get_data(from.data, from.data_size);
	if (IS_ERR(data)) {
		kvfree(name);
		return PTR_ERR(data);
	}

	call.args[0] = (struct opalvm_arg)OPALVM_IN(name, name_size);
	call.args[1] = (struct opalvm_arg)OPALVM_IN(&vendor, sizeof(vendor));
	call.args[2] = (struct opalvm_arg)OPALVM_VALUE(from.attr);
	call.args[3] = (struct opalvm_arg)OPALVM_VALUE(from.data_size);
	call.args[4] = (struct opalvm_arg)OPALVM_IN(data, from.data_size);
	err = put_status(opalvm_efi_call(firmware, &call), from.status);
	kvfree(data);
	kvfree(name);
	return err;
}

static int make_get_next_variable(const struct get_next_variable *from, efi_char16_t *name,
				  size_t len, u64 size)
{
	enum { SIZE, NAME, VENDOR, NR };
	u64 room = size;
	efi_guid_t vendor;
	struct opalvm_call call = {
		.service = OPALVM_EFI_GET_NEXT_VARIABLE_NAME,
		.nr_args = NR,
		.args = {
			[SIZE] = OPALVM_INOUT(from->name_size ? &size : NULL, sizeof(size)),
			[NAME] = OPALVM_INOUT(name, len),
			[VENDOR] = OPALVM_INOUT(from->vendor ? &vendor : NULL, sizeof(vendor)),
		},
	};
	efi_status_t status;
	int err;

	if (from->vendor && copy_from_user(&vendor, from->vendor, sizeof(vendor)))
		return -EFAULT;
	if (from->name_size)
		call.args[NAME].size_arg = SIZE + 1;
	status = opalvm_efi_call(firmware, &call);
	err = put_status(status, from->status);
	if (status == EFI_BUFFER_TOO_SMALL && from->name_size && put_user(size, from->name_size))
		return -EFAULT;
	if (err)
		return err;
	if ((name && copy_to_user(from->name, name, room)) ||
	    (from->name_size && put_user(size, from->name_size)) ||
	    (from->vendor && copy_to_user(from->vendor, &vendor, sizeof(vendor))))
		return -EFAULT;
	return 0;
}

static int do_get_next_variable(void __user *argument)
{
	struct get_next_variable from;
	efi_char16_t *name;
	u64 size = 0;
	size_t len;
	int err;

	if (copy_from_user(&from, argument, sizeof(from)))
		return -EFAULT;
	if (from.name_size && get_user(size, from.name_size))
		return -EFAULT;
	/* who asks how much room the first one needs has none */
	name = get_name(from.name, size, &len);
	if (IS_ERR(name))
		return PTR_ERR(name);
	err = make_get_next_variable(&from, name, len, size);
	kvfree(name);
	return err;
}

static int do_query_variable_info(void __user *argument)
{
	u64 storage = 0, remaining = 0, max_size = 0;
	struct query_variable_info from;
	efi_status_t status;
	int err;

	if (copy_from_user(&from, argument, sizeof(from)))
		return -EFAULT;
	status = opalvm_efi_query_variable_info(firmware, from.attr, &storage, &remaining,
						&max_size);
	err = put_status(status, from.status);
	if (err)
		return err;
	if (put_user(storage, from.storage) || put_user(remaining, from.remaining) ||
	    put_user(max_size, from.max_size))
		return -EFAULT;
	return 0;
}

static int do_get_time(void __user *argument)
{
	efi_time_cap_t cap = {};
	efi_time_t time = {};
	struct opalvm_call call = {
		.service = OPALVM_EFI_GET_TIME,
		.nr_args = 2,
	};
	struct get_time from;
	int err;

	if (copy_from_user(&from, argument, sizeof(from)))
		return -EFAULT;
	call.args[0] = (struct opalvm_arg)OPALVM_OUT(from.time ? &time : NULL, sizeof(time));
	call.args[1] = (struct opalvm_arg)OPALVM_OUT(from.cap ? &cap : NULL, sizeof(cap));
	err = put_status(opalvm_efi_call(firmware, &call), from.status);
	if (err)
		return err;
	if ((from.cap && (put_user(cap.resolution, &from.cap->resolution) ||
			  put_user(cap.accuracy, &from.cap->accuracy) ||
			  put_user(cap.sets_to_zero, &from.cap->sets_to_zero))) ||
	    (from.time && copy_to_user(from.time, &time, sizeof(time))))
		return -EFAULT;
	return 0;
}

static int do_set_time(void __user *argument)
{
	struct set_time from;
	efi_time_t time;

	if (copy_from_user(&from, argument, sizeof(from)) ||
	    copy_from_user(&time, from.time, sizeof(time)))
		return -EFAULT;
	return put_status(opalvm_efi_set_time(firmware, &time), from.status);
}

static int do_get_wakeup_time(void __user *argument)
{
	efi_bool_t enabled = 0, pending = 0;
	efi_time_t time = {};
	struct opalvm_call call = {
		.service = OPALVM_EFI_GET_WAKEUP_TIME,
		.nr_args = 3,
	};
	struct get_wakeup_time from;
	int err;

	if (copy_from_user(&from, argument, sizeof(from)))
		return -EFAULT;
	call.args[0] = (struct opalvm_arg)OPALVM_OUT(from.enabled ? &enabled : NULL,
						     sizeof(enabled));
	call.args[1] = (struct opalvm_arg)OPALVM_OUT(from.pending ? &pending : NULL,
						     sizeof(pending));
	call.args[2] = (struct opalvm_arg)OPALVM_OUT(from.time ? &time : NULL, sizeof(time));
	err = put_status(opalvm_efi_call(firmware, &call), from.status);
	if (err)
		return err;
	if ((from.enabled && put_user(enabled, from.enabled)) ||
	    (from.pending && put_user(pending, from.pending)) ||
	    (from.time && copy_to_user(from.time, &time, sizeof(time))))
		return -EFAULT;
	return 0;
}

static int do_set_wakeup_time(void __user *argument)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_SET_WAKEUP_TIME,
		.nr_args = 2,
	};
	struct set_wakeup_time from;
	efi_time_t time;

	if (copy_from_user(&from, argument, sizeof(from)))
		return -EFAULT;
	if (from.time && copy_from_user(&time, from.time, sizeof(time)))
		return -EFAULT;
	call.args[0] = (struct opalvm_arg)OPALVM_VALUE(from.enabled);
	call.args[1] = (struct opalvm_arg)OPALVM_IN(from.time ? &time : NULL, sizeof(time));
	return put_status(opalvm_efi_call(firmware, &call), from.status);
}

static int do_get_next_high_mono_count(void __user *argument)
{
	struct opalvm_call call = {
		.service = OPALVM_EFI_GET_NEXT_HIGH_MONO_COUNT,
		.nr_args = 1,
	};
	struct get_next_high_mono_count from;
	u32 count = 0;
	int err;

	if (copy_from_user(&from, argument, sizeof(from)))
		return -EFAULT;
	call.args[0] = (struct opalvm_arg)OPALVM_OUT(from.count ? &count : NULL, sizeof(count));
	err = put_status(opalvm_efi_call(firmware, &call), from.status);
	if (err)
		return err;
	return from.count && put_user(count, from.count) ? -EFAULT : 0;
}

static int do_query_capsule_caps(void __user *argument)
{
	efi_capsule_header_t headers[OPALVM_EFI_MAX_CAPSULES] = {};
	struct opalvm_capsule capsules[OPALVM_EFI_MAX_CAPSULES];
	efi_capsule_header_t __user *header;
	struct query_capsule_caps from;
	int reset_type = 0, err;
	efi_status_t status;
	u64 max_size = 0;
	u32 i;

	if (copy_from_user(&from, argument, sizeof(from)))
		return -EFAULT;
	if (from.nr > OPALVM_EFI_MAX_CAPSULES)
		return -ENOMEM;
	for (i = 0; i < from.nr; i++) {
		if (get_user(header, &from.headers[i]) ||
		    copy_from_user(&headers[i], header, sizeof(headers[i])))
			return -EFAULT;
		capsules[i] = (struct opalvm_capsule) { &headers[i], sizeof(headers[i]) };
	}
	status = opalvm_efi_query_capsule_caps(firmware, capsules, from.nr, &max_size,
					       &reset_type);
	err = put_status(status, from.status);
	if (err)
		return err;
	if (put_user(max_size, from.max_size) || put_user(reset_type, from.reset_type))
		return -EFAULT;
	return 0;
}

/* The machine is gone, or it was not reset. */
static int do_reset_system(void __user *argument)
{
	struct reset_system from;
	void *data;

	if (copy_from_user(&from, argument, sizeof(from)))
		return -EFAULT;
	if (from.data_size > OPALVM_ATOMIC_ARG_LEN)
		return -ENOMEM;
	data = get_data(from.data, from.data_size);
	if (IS_ERR(data))
		return PTR_ERR(data);
	opalvm_efi_reset_system(firmware, from.type, from.reason, from.data_size, data);
	kvfree(data);
	return -EINVAL;
}

static int do_get_supported_mask(void __user *argument)
{
	return put_user((u32)firmware->map->services, (u32 __user *)argument);
}

/* Services reach all of the machine. */
static int may_call(int error)
{
	int err = security_locked_down(LOCKDOWN_EFI_TEST);

	if (err)
		return err;
	return capable(CAP_SYS_ADMIN) ? 0 : error;
}

static int dev_open(struct inode *inode, struct file *file)
{
	return may_call(-EACCES);
}

static long dev_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	void __user *from = (void __user *)argument;
	/* whoever opened it may have given it away */
	int err = may_call(-EPERM);

	if (err)
		return err;
	switch (command) {
	case GET_VARIABLE:
		return do_get_variable(from);
	case SET_VARIABLE:
		return do_set_variable(from);
	case GET_TIME:
		return do_get_time(from);
	case SET_TIME:
		return do_set_time(from);
	case GET_WAKEUP_TIME:
		return do_get_wakeup_time(from);
	case SET_WAKEUP_TIME:
		return do_set_wakeup_time(from);
	case GET_NEXT_VARIABLE:
		return do_get_next_variable(from);
	case QUERY_VARIABLE_INFO:
		return do_query_variable_info(from);
	case GET_NEXT_HIGH_MONO_COUNT:
		return do_get_next_high_mono_count(from);
	case QUERY_CAPSULE_CAPS:
		return do_query_capsule_caps(from);
	case RESET_SYSTEM:
		return do_reset_system(from);
	case GET_SUPPORTED_MASK:
		return do_get_supported_mask(from);
	}
	return -ENOTTY;
}

static const struct file_operations dev_ops = {
	.owner = THIS_MODULE,
	.open = dev_open,
	.unlocked_ioctl = dev_ioctl,
};

static struct miscdevice devices[] = {
	{ .name = "efi_runtime" },
	{ .name = "efi_test" },
};

static unsigned long made;	/* one bit for each of @devices */

/* Drivers that make a device of such a name have that name themselves. */
static bool name_taken(const char *name)
{
	struct kobject *module;

	if (IS_BUILTIN(CONFIG_EFI_TEST) && !strcmp(name, "efi_test"))
		return true;
	module = kset_find_obj(opalvm_modules(), name);
	kobject_put(module);
	return module;
}

/**
 * opalvm_efi_test_init() - make the devices
 * @fw: the firmware; nothing is made if it is only recorded, as the kernel's
 *	own driver does that
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error.
 */
int opalvm_efi_test_init(struct opalvm_firmware *fw, struct opalvm_why *why)
{
	size_t nr = efi_test ? ARRAY_SIZE(devices) : 1, i;
	int err;

	if (!fw->gate)
		return 0;
	firmware = fw;
	for (i = 0; i < nr; i++) {
		if (name_taken(devices[i].name)) {
			pr_notice(OPALVM_NAME ": efi: the module %s is loaded: /dev/%s is left to it\n",
				  devices[i].name, devices[i].name);
			continue;
		}
		devices[i].minor = MISC_DYNAMIC_MINOR;
		devices[i].fops = &dev_ops;
		devices[i].mode = 0600;
		err = misc_register(&devices[i]);
		if (err) {
			opalvm_efi_test_exit();
			return opalvm_refuse(why, err, "/dev/%s cannot be made", devices[i].name);
		}
		made |= BIT(i);
	}
	return 0;
}

/**
 * opalvm_efi_test_exit() - remove what opalvm_efi_test_init() made
 *
 * Nobody has them open: an open file keeps the module.
 *
 * Context: Process context, may sleep.
 */
void opalvm_efi_test_exit(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(devices); i++)
		if (made & BIT(i))
			misc_deregister(&devices[i]);
	made = 0;
}
