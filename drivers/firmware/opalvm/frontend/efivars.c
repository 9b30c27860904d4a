// SPDX-License-Identifier: GPL-2.0
/*
 * EFI variables for Linux: operations for the kernel's efivars layer, and so
 * for efivarfs and efi_pstore.
 *
 * Nothing in that layer holds a reference on who registered the operations,
 * and whoever is bound to them calls through a NULL pointer after they have
 * gone. So they come off only when nobody is bound; and so that rmmod is
 * refused rather than surprised, this module holds a reference on itself while
 * operations are registered and efivarfs or efi_pstore is there. A module
 * notifier sees those two come and go. Without them, rmmod works at any time.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": efivars: " fmt

#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/efi.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../compat/efivars.h"
#include "../opalvm.h"
#include "../service/efi.h"
#include "efi.h"

/*
 * The operations.
 */

/* whose services they call: set while they are registered; they are told nothing else */
static struct opalvm_firmware *hosted;

static efi_status_t ops_get_variable(efi_char16_t *name, efi_guid_t *vendor, u32 *attr,
				     unsigned long *data_size, void *data)
{
	return opalvm_efi_get_variable(hosted, name, vendor, attr, data_size, data);
}

/* more names than any store has room for: whoever lists them would never end */
#define MAX_NAMES	4096

static efi_status_t ops_get_next_variable(unsigned long *name_size, efi_char16_t *name,
					  efi_guid_t *vendor)
{
	/* the kernel lists variables under a lock of its own */
	static unsigned int names;

	if (!name[0])
		names = 0;
	if (names++ > MAX_NAMES) {
		pr_notice_ratelimited("the firmware lists more than %u variables: no more are asked for\n",
				      MAX_NAMES);
		return EFI_NOT_FOUND;
	}
	return opalvm_efi_get_next_variable(hosted, name_size, name, vendor);
}

static efi_status_t ops_set_variable(efi_char16_t *name, efi_guid_t *vendor, u32 attr,
				     unsigned long data_size, void *data)
{
	return opalvm_efi_set_variable(hosted, name, vendor, attr, data_size, data);
}

static efi_status_t ops_set_variable_nonblocking(efi_char16_t *name, efi_guid_t *vendor,
						 u32 attr, unsigned long data_size, void *data)
{
	return opalvm_efi_set_variable_nonblocking(hosted, name, vendor, attr, data_size, data);
}

static efi_status_t ops_query_variable_info(u32 attr, u64 *storage, u64 *remaining,
					    u64 *max_size)
{
	return opalvm_efi_query_variable_info(hosted, attr, storage, remaining, max_size);
}

/*
 * Bytes of the store that are never filled: with less, some machines do not
 * boot any more. The number is the kernel's own, see efi_query_variable_store().
 */
#define MIN_RESERVE	5120

/* what the dummy needs to be larger than the store has room for, in bytes */
#define DUMMY_EXCESS	1024

#define STORED \
	(EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS)

static bool leaves_reserve(u64 remaining, unsigned long size)
{
	return remaining >= size && remaining - size >= MIN_RESERVE;
}

/*
 * Some firmware reclaims the space of deleted variables only when a write has
 * failed for want of space: make one fail. The name is the kernel's, which
 * deletes what may be left of it at boot.
 */
static efi_status_t reclaim(u64 remaining)
{
	static const efi_char16_t name[] = L"DUMMY";
	const efi_guid_t vendor = EFI_GUID(0x4424ac57, 0xbe4b, 0x47dd, 0x9e, 0x97,
					   0xed, 0x50, 0xf0, 0x9f, 0x92, 0xa9);
	size_t size = remaining + DUMMY_EXCESS;
	efi_status_t status;
	void *dummy;

	dummy = kvzalloc(size, GFP_KERNEL);
	if (!dummy)
		return EFI_OUT_OF_RESOURCES;
	status = opalvm_efi_set_variable(hosted, name, &vendor, STORED, size, dummy);
	kvfree(dummy);
	if (status == EFI_SUCCESS)
		opalvm_efi_set_variable(hosted, name, &vendor, STORED, 0, NULL);
	return EFI_SUCCESS;
}

static efi_status_t query_store_nonblocking(u32 attr, unsigned long size)
{
	u64 storage, remaining, max_size;
	efi_status_t status;

	status = opalvm_efi_query_variable_info_nonblocking(hosted, attr, &storage,
							    &remaining, &max_size);
	if (status != EFI_SUCCESS)
		return status;
	return leaves_reserve(remaining, size) ? EFI_SUCCESS : EFI_OUT_OF_RESOURCES;
}

/* May a variable of this size be written? Bytes, with the name. */
static efi_status_t ops_query_variable_store(u32 attr, unsigned long size, bool nonblocking)
{
	u64 storage, remaining, max_size;
	efi_status_t status;

	if (!(attr & EFI_VARIABLE_NON_VOLATILE))
		return EFI_SUCCESS;
	if (nonblocking)
		return query_store_nonblocking(attr, size);

	status = opalvm_efi_query_variable_info(hosted, attr, &storage, &remaining, &max_size);
	if (status != EFI_SUCCESS)
		return status;
	/* nothing reserved: booted with efi_no_storage_paranoia */
	if (leaves_reserve(remaining, size) || !efivar_reserved_space())
		return EFI_SUCCESS;

	/* a store that has ever so much room for something larger still will not reclaim */
	if (remaining > OPALVM_MAX_ARG_LEN - DUMMY_EXCESS)
		return EFI_OUT_OF_RESOURCES;
	status = reclaim(remaining);
	if (status != EFI_SUCCESS)
		return status;
	status = opalvm_efi_query_variable_info(hosted, attr, &storage, &remaining, &max_size);
	if (status != EFI_SUCCESS)
		return status;
	return leaves_reserve(remaining, size) ? EFI_SUCCESS : EFI_OUT_OF_RESOURCES;
}

static struct efivar_operations ops = {
	.get_variable = ops_get_variable,
	.get_next_variable = ops_get_next_variable,
	.query_variable_store = ops_query_variable_store,
	.query_variable_info = ops_query_variable_info,
};

static struct efivars efivars;

/*
 * Who is there that binds to them.
 */

enum { EFIVARFS, EFI_PSTORE, NR_BINDERS };

static const char *const binders[NR_BINDERS] = {
	[EFIVARFS] = "efivarfs",
	[EFI_PSTORE] = "efi_pstore",
};

/* what is built in and can bind to a module's operations: it never goes */
#define BUILT_IN \
	((IS_BUILTIN(CONFIG_EFIVAR_FS) && !OPALVM_COMPAT_EFIVARFS_TRUSTS ? BIT(EFIVARFS) : 0) | \
	 (IS_BUILTIN(CONFIG_EFI_VARS_PSTORE) && OPALVM_COMPAT_PSTORE_BINDS_LATE ? \
	  BIT(EFI_PSTORE) : 0))

/* protects the three below; taken by the module notifier, so never held over a module's loading */
static DEFINE_MUTEX(watch_lock);
static unsigned long present = BUILT_IN;	/* one bit for each of @binders */
static bool registered;
static bool held;				/* the reference on this module */

static int update_reference(void)
{
	bool wanted = registered && present;

	lockdep_assert_held(&watch_lock);
	if (wanted == held)
		return 0;
	if (wanted && !try_module_get(THIS_MODULE))
		return -EBUSY;
	if (!wanted)
		module_put(THIS_MODULE);
	held = wanted;
	return 0;
}

static int set_registered(bool value)
{
	int err;

	mutex_lock(&watch_lock);
	registered = value;
	err = update_reference();
	if (err)
		registered = false;
	mutex_unlock(&watch_lock);
	return err;
}

#ifdef CONFIG_MODULES
static int on_module_event(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct module *module = data;
	int err = 0;
	int i;

	for (i = 0; i < NR_BINDERS; i++)
		if (!strcmp(module->name, binders[i]))
			break;
	if (i == NR_BINDERS)
		return NOTIFY_DONE;

	mutex_lock(&watch_lock);
	if (event == MODULE_STATE_GOING)
		present &= ~BIT(i);
	else
		present |= BIT(i);
	err = update_reference();
	if (err)
		present &= ~BIT(i);
	mutex_unlock(&watch_lock);
	/* this module is going: the other one must not load until it has gone */
	return notifier_from_errno(err);
}

static struct notifier_block module_events = {
	.notifier_call = on_module_event,
};

/* Those that are loaded already. */
static void find_binders(void)
{
	int i;

	mutex_lock(&watch_lock);
	for (i = 0; i < NR_BINDERS; i++) {
		struct kobject *kobj = kset_find_obj(opalvm_modules(), binders[i]);
		const struct module *module;

		if (!kobj)
			continue;
		/* none: it is built in. On its way out: it may have been announced already. */
		module = container_of(kobj, struct module_kobject, kobj)->mod;
		if (module && module->state != MODULE_STATE_GOING)
			present |= BIT(i);
		kobject_put(kobj);
	}
	mutex_unlock(&watch_lock);
}

static int watch_binders(void)
{
	int err = register_module_notifier(&module_events);

	if (!err)
		find_binders();
	return err;
}

static void unwatch_binders(void)
{
	unregister_module_notifier(&module_events);
}
#else
static int watch_binders(void)
{
	return 0;
}

static void unwatch_binders(void)
{
}
#endif /* CONFIG_MODULES */

static void note_super(struct super_block *sb, void *found)
{
	*(bool *)found = true;
}

static bool efivarfs_mounted(void)
{
	struct file_system_type *type = get_fs_type(binders[EFIVARFS]);
	bool found = false;

	if (!type)
		return false;
	iterate_supers_type(type, note_super, &found);
	module_put(type->owner);
	return found;
}

/* Is anyone bound? If so, say what to do. */
static int in_use(void)
{
	unsigned long now = READ_ONCE(present);

	if (now & BIT(EFI_PSTORE)) {
		if (IS_BUILTIN(CONFIG_EFI_VARS_PSTORE))
			pr_warn("in use by efi_pstore, which is built in: they stay until reboot\n");
		else
			pr_warn("in use by efi_pstore: rmmod efi_pstore first\n");
		return -EBUSY;
	}
	/* asking for a file system that is not there would load it */
	if (!(now & BIT(EFIVARFS)))
		return 0;
	if (efivarfs_mounted()) {
		pr_warn("in use by efivarfs: umount it first\n");
		return -EBUSY;
	}
	if (OPALVM_COMPAT_EFIVARFS_TRUSTS) {
		pr_warn("in use by efivarfs: rmmod efivarfs first, this kernel would crash at its next mount\n");
		return -EBUSY;
	}
	return 0;
}

/*
 * On and off.
 */

/* serialises registering and unregistering; protects @ready, @hosted, @ops and @efivars */
static DEFINE_MUTEX(ops_lock);
static bool ready;	/* between opalvm_efivars_init() and opalvm_efivars_exit() */

/**
 * opalvm_efivars_register() - give Linux the EFI variables
 * @fw: the firmware
 *
 * Registers efivar_operations; nothing happens if they are registered. Writing
 * is left out, so that efivarfs mounts read-only, if the firmware cannot.
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if the kernel has operations of its own, which are left
 * alone, or calls the firmware itself; -EOPNOTSUPP if the firmware has no
 * variables; -ESHUTDOWN before opalvm_efivars_init() and after
 * opalvm_efivars_exit(); -EINTR.
 */
int opalvm_efivars_register(struct opalvm_firmware *fw)
{
	const u64 reads = BIT_ULL(OPALVM_EFI_GET_VARIABLE) |
			  BIT_ULL(OPALVM_EFI_GET_NEXT_VARIABLE_NAME);
	bool writes = fw->map->services & BIT_ULL(OPALVM_EFI_SET_VARIABLE);
	int err;

	if (!fw->gate)
		return -EBUSY;
	if ((fw->map->services & reads) != reads)
		return -EOPNOTSUPP;

	mutex_lock(&ops_lock);
	err = ready ? 0 : -ESHUTDOWN;
	if (err || hosted)
		goto out;
	err = set_registered(true);
	if (err)
		goto out;

	hosted = fw;
	ops.set_variable = writes ? ops_set_variable : NULL;
	ops.set_variable_nonblocking = writes ? ops_set_variable_nonblocking : NULL;
	opalvm_compat_efivars_prepare();
	err = opalvm_compat_efivars_register(&efivars, &ops);
	if (!err)
		goto out;

	hosted = NULL;
	set_registered(false);
	if (err == -EBUSY)
		pr_info("the kernel has operations of its own: variables stay with those\n");
out:
	mutex_unlock(&ops_lock);
	return err;
}

/**
 * opalvm_efivars_unregister() - take the EFI variables from Linux
 *
 * Nothing happens if they are not registered.
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if somebody is bound to them, after a line that says what
 * to do; -EINTR.
 */
int opalvm_efivars_unregister(void)
{
	int err = 0;

	mutex_lock(&ops_lock);
	if (!hosted)
		goto out;
	err = in_use();
	if (err)
		goto out;
	err = efivars_unregister(&efivars);
	if (err)
		goto out;
	/* nothing kept anybody from binding until then */
	if (in_use() && !opalvm_compat_efivars_register(&efivars, &ops)) {
		err = -EBUSY;
		goto out;
	}
	hosted = NULL;
	set_registered(false);
out:
	mutex_unlock(&ops_lock);
	return err;
}

/**
 * opalvm_efivars_registered() - does Linux have its EFI variables from here
 *
 * Context: any.
 * Return: true if so; nothing keeps the answer true.
 */
bool opalvm_efivars_registered(void)
{
	return READ_ONCE(hosted);
}

/**
 * opalvm_efivars_init() - register operations, or be ready for it
 * @fw: the firmware
 * @why: the reason if it fails
 *
 * Context: may sleep.
 * Return: 0 or the error of register_module_notifier().
 */
int opalvm_efivars_init(struct opalvm_firmware *fw, struct opalvm_why *why)
{
	int err = watch_binders();

	if (err)
		return opalvm_refuse(why, err, "modules cannot be watched");
	mutex_lock(&ops_lock);
	ready = true;
	mutex_unlock(&ops_lock);
	/* the kernel may have variables of its own: then they stay with those */
	if (fw->gate)
		opalvm_efivars_register(fw);
	return 0;
}

/**
 * opalvm_efivars_exit() - the end of what opalvm_efivars_init() began
 * @fw: the firmware
 *
 * Takes off the operations: nobody is bound to them, since this module would
 * hold a reference on itself.
 *
 * Context: may sleep.
 */
void opalvm_efivars_exit(struct opalvm_firmware *fw)
{
	mutex_lock(&ops_lock);
	ready = false;
	if (hosted) {
		/* interrupted only while it waits for an operation in progress */
		while (efivars_unregister(&efivars) == -EINTR)
			msleep(20);
		hosted = NULL;
		set_registered(false);
	}
	mutex_unlock(&ops_lock);
	unwatch_binders();
}
