// SPDX-License-Identifier: GPL-2.0
/*
 * A space: an mm of its own in which a firmware's map is real.
 *
 * mm_alloc() is not exported. Loaded as a module, we take the mm that the
 * kernel makes for every execve(): a user-mode helper is started, and a binary
 * format of ours, asked to load its program, keeps the fresh mm and refuses to
 * load. The mm was never any task's: no instruction ran in it, no executable
 * is pinned by it, and /proc never showed it.
 */
#include <linux/binfmts.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/umh.h>

#include "opalvm.h"
#include "compat/compat.h"
#include "trace.h"

#ifdef MODULE

#ifndef CONFIG_MODULE_UNLOAD
#error "opalvm counts who uses its binary format: it needs CONFIG_MODULE_UNLOAD"
#endif

/**
 * struct donation - an mm on its way from an execve() to us
 * @donor: the task that calls execve()
 * @mm: its new mm, or NULL if it did not come so far
 */
struct donation {
	struct task_struct *donor;
	struct mm_struct *mm;
};

/* the one that is under way; every execve() of the machine looks at it meanwhile */
static struct donation donation;
static DEFINE_MUTEX(donation_lock);	/* protects @donation and @format_owner */

/*
 * Whoever is inside the format holds a reference on its owner. This module
 * cannot be the owner: its own count never falls to zero while it loads, and
 * the format has to be gone, with nobody inside, before it has loaded.
 */
static struct module format_owner = { .name = OPALVM_NAME "_mm" };

static int take_mm(struct linux_binprm *bprm)
{
	if (READ_ONCE(donation.donor) != current)
		return -ENOEXEC;
	mmget(bprm->mm);
	donation.mm = bprm->mm;
	return -ECANCELED;
}

static struct linux_binfmt format = {
	.module = &format_owner,
	.load_binary = take_mm,
};

static void format_add(void)
{
	lockdep_assert_held(&donation_lock);
	atomic_set(&format_owner.refcnt, 1);
	format_owner.state = MODULE_STATE_LIVE;
	insert_binfmt(&format);
}

/* An execve() that is inside goes on to the next format: wait before that is lost. */
static void format_remove(void)
{
	lockdep_assert_held(&donation_lock);
	WRITE_ONCE(format_owner.state, MODULE_STATE_GOING);
	/* try_module_get() looks at the state with preemption off */
	synchronize_rcu();
	while (atomic_read(&format_owner.refcnt) > 1)
		usleep_range(100, 200);
	unregister_binfmt(&format);
}

static int donor_starts(struct subprocess_info *info, struct cred *new)
{
	WRITE_ONCE(donation.donor, current);
	return 0;
}

static int donate(const char *program)
{
	char *argv[2] = { (char *)program };
	char *envp[1] = {};
	struct subprocess_info *info;

	info = call_usermodehelper_setup(program, argv, envp, GFP_KERNEL,
					 donor_starts, NULL, NULL);
	if (!info)
		return -ENOMEM;
	return call_usermodehelper_exec(info, UMH_WAIT_EXEC);
}

/* Any program will do, it never runs; these exist early and late in a boot. */
static const char *const donor_programs[] = { "/proc/1/exe", "/sbin/init", "/init", "/bin/sh" };

/**
 * opalvm_space_mm_get() - get an mm that no task uses
 * @why: the reason if there is none
 *
 * Context: Process context, may sleep.
 * Return: the mm, with one reference that mmput() drops, or an ERR_PTR().
 */
struct mm_struct *opalvm_space_mm_get(struct opalvm_why *why)
{
	struct mm_struct *mm;
	unsigned int i;
	int err = 0;

	might_sleep();
	mutex_lock(&donation_lock);
	donation = (struct donation) {};
	format_add();
	for (i = 0; i < ARRAY_SIZE(donor_programs) && !donation.mm; i++)
		err = donate(donor_programs[i]);
	format_remove();
	mm = donation.mm;
	mutex_unlock(&donation_lock);

	if (!mm) {
		err = err ?: -ENOEXEC;
		opalvm_refuse(why, err,
			      "no address space: user-mode helpers are disabled or none of /proc/1/exe, /sbin/init, /init, /bin/sh can be executed");
		return ERR_PTR(err);
	}
#ifdef CONFIG_MEMCG
	/* the donor ends now; nobody is charged for this mm */
	WRITE_ONCE(mm->owner, NULL);
#endif
	return mm;
}

#else /* !MODULE */

struct mm_struct *opalvm_space_mm_get(struct opalvm_why *why)
{
	struct mm_struct *mm = mm_alloc();

	if (!mm) {
		opalvm_refuse(why, -ENOMEM, "no memory for an address space");
		return ERR_PTR(-ENOMEM);
	}
#ifdef CONFIG_MEMCG
	WRITE_ONCE(mm->owner, NULL);
#endif
	return mm;
}

#endif /* MODULE */

/**
 * struct strip_work - empties a fresh mm of what execve() put there
 * @work: runs on the space's worker
 * @mm: the mm
 * @err: result
 */
struct strip_work {
	struct kthread_work work;
	struct mm_struct *mm;
	int err;
};

static void strip(struct kthread_work *work)
{
	struct strip_work *strip = container_of(work, struct strip_work, work);

	kthread_use_mm(strip->mm);
	strip->err = vm_munmap(0, TASK_SIZE_MAX);
	kthread_unuse_mm(strip->mm);
}

static int space_strip(struct opalvm_space *space, struct opalvm_why *why)
{
	struct strip_work strip_work = { .mm = space->mm };

	kthread_init_work(&strip_work.work, strip);
	kthread_queue_work(space->worker, &strip_work.work);
	kthread_flush_work(&strip_work.work);
	if (!strip_work.err && !space->mm->map_count)
		return 0;
	return opalvm_refuse(why, strip_work.err ?: -EBUSY,
			     "the new address space could not be emptied: %d mappings are left",
			     space->mm->map_count);
}

/*
 * Compare what the page tables say of one page with what its extent says. @next:
 * the first page that another entry translates.
 */
static int verify_page(struct opalvm_space *space, const struct opalvm_extent *extent,
		       u64 offset, u64 *next, struct opalvm_why *why)
{
	static const u64 cache_attr[] = {
		[OPALVM_CACHE_WB] = OPALVM_ATTR_WB,
		[OPALVM_CACHE_WT] = OPALVM_ATTR_WT,
		[OPALVM_CACHE_WC] = OPALVM_ATTR_WC,
		[OPALVM_CACHE_UC] = OPALVM_ATTR_UC,
	};
	const u64 protection = OPALVM_ATTR_RO | OPALVM_ATTR_XP;
	struct arch_mapping found;
	const char *what;

	if (!arch_glue_read(&space->arch, extent->va + offset, &found))
		what = "is not mapped";
	else if (found.pa != extent->pa + offset)
		what = "is mapped to another address";
	else if ((found.attr & protection) != (extent->attr & protection))
		what = "has another protection";
	else if (!(found.attr & cache_attr[opalvm_extent_cache(extent)]))
		what = "is cached in another way";
	else if (found.user)
		what = "is accessible to user mode";
	else if (found.global)
		what = "is global";
	else
		what = NULL;
	if (!what) {
		*next = offset + found.size - ((extent->va + offset) & (found.size - 1));
		return 0;
	}
	return opalvm_refuse(why, -EUCLEAN, "page %#llx of extent %#llx %s",
			     extent->va + offset, extent->va, what);
}

/**
 * opalvm_space_windows() - what the firmware has mapped beside its map
 * @space: the space
 * @list: filled in: all windows, those as well that are not mapped
 *
 * Context: Any.
 * Return: how many of them are mapped.
 */
u32 opalvm_space_windows(const struct opalvm_space *space,
			 struct opalvm_window list[OPALVM_MAX_WINDOWS])
{
	struct opalvm_windows *windows = space->windows;
	unsigned long flags;
	u32 i, nr = 0;

	if (!windows) {
		memset(list, 0, OPALVM_MAX_WINDOWS * sizeof(*list));
		return 0;
	}
	raw_spin_lock_irqsave(&windows->lock, flags);
	memcpy(list, windows->list, sizeof(windows->list));
	raw_spin_unlock_irqrestore(&windows->lock, flags);
	for (i = 0; i < OPALVM_MAX_WINDOWS; i++)
		nr += list[i].mapped;
	return nr;
}

static bool in_window(struct opalvm_space *space, u64 va)
{
	struct opalvm_window list[OPALVM_MAX_WINDOWS];
	u32 i;

	opalvm_space_windows(space, list);
	for (i = 0; i < OPALVM_MAX_WINDOWS; i++)
		if (list[i].mapped && va - list[i].extent.va < list[i].extent.size)
			return true;
	return false;
}

/* A page just outside of an extent: not mapped, or by what is known to be there. */
static bool explained(struct opalvm_space *space, u64 va)
{
	struct arch_mapping found;

	return !arch_glue_read(&space->arch, va, &found) ||
	       opalvm_map_find_va(space->map, va) || in_window(space, va);
}

static int verify_ends(struct opalvm_space *space, const struct opalvm_extent *extents,
		       u32 nr, u32 i, struct opalvm_why *why)
{
	u64 end = extents[i].va + extents[i].size;
	bool below = i && extents[i - 1].va + extents[i - 1].size == extents[i].va;
	bool above = i + 1 < nr && extents[i + 1].va == end;

	if ((below || explained(space, extents[i].va - 1)) && (above || explained(space, end)))
		return 0;
	return opalvm_refuse(why, -EUCLEAN, "extent %#llx is mapped beyond its size",
			     extents[i].va);
}

static int verify_extent(struct opalvm_space *space, const struct opalvm_extent *extents,
			 u32 nr, u32 i, struct opalvm_why *why)
{
	u64 offset, next;
	int err;

	err = verify_ends(space, extents, nr, i, why);
	for (offset = 0; !err && offset < extents[i].size; offset = next) {
		err = verify_page(space, &extents[i], offset, &next, why);
		cond_resched();
	}
	return err;
}

/**
 * opalvm_space_verify() - compare the page tables with a list of extents
 * @space: the space
 * @extents: what should be mapped, sorted by virtual address
 * @nr: entries of @extents
 * @why: the first difference
 *
 * Every entry is looked at, and the pages just outside of each extent, which
 * must not be mapped unless they belong to its neighbour in the list, to the
 * space's map or to a window. Windows are looked at in the same way.
 *
 * Context: Process context; no call changes the windows.
 * Return: 0 or -EUCLEAN.
 */
int opalvm_space_verify(struct opalvm_space *space, const struct opalvm_extent *extents,
			u32 nr, struct opalvm_why *why)
{
	struct opalvm_window list[OPALVM_MAX_WINDOWS];
	u32 i;
	int err;

	for (i = 0; i < nr; i++) {
		err = verify_extent(space, extents, nr, i, why);
		if (err)
			return err;
	}
	opalvm_space_windows(space, list);
	for (i = 0; i < OPALVM_MAX_WINDOWS; i++) {
		err = list[i].mapped ? verify_extent(space, &list[i].extent, 1, 0, why) : 0;
		if (err)
			return err;
	}
	return 0;
}

/**
 * opalvm_space_remove() - remove extents
 * @space: the space
 * @extents: what is mapped, in part or whole
 * @nr: entries of @extents
 *
 * Context: Process context; no call is in progress.
 */
void opalvm_space_remove(struct opalvm_space *space, const struct opalvm_extent *extents,
			 u32 nr)
{
	while (nr--) {
		arch_glue_unmap(&space->arch, extents[nr].va, extents[nr].size);
		trace_opalvm_map(space, &extents[nr], false);
	}
}

/**
 * opalvm_space_install() - map extents and verify them
 * @space: the space
 * @extents: accepted by opalvm_map_seal()
 * @nr: entries of @extents
 * @why: the reason if it fails
 *
 * Context: Process context; no call is in progress.
 * Return: 0 or a negative error; then none of @extents is mapped.
 */
int opalvm_space_install(struct opalvm_space *space, const struct opalvm_extent *extents,
			 u32 nr, struct opalvm_why *why)
{
	u32 i;
	int err;

	for (i = 0; i < nr; i++) {
		err = arch_glue_map(&space->arch, &extents[i]);
		if (err) {
			opalvm_refuse(why, err, "extent %#llx could not be mapped",
				      extents[i].va);
			opalvm_space_remove(space, extents, i);
			return err;
		}
		trace_opalvm_map(space, &extents[i], true);
	}
	err = opalvm_space_verify(space, extents, nr, why);
	if (err)
		opalvm_space_remove(space, extents, nr);
	return err;
}

/**
 * opalvm_space_miss() - note an access to a device that no extent covers
 * @space: the space
 * @address: what was accessed
 * @ip: the firmware's instruction
 *
 * Context: Any.
 */
void opalvm_space_miss(struct opalvm_space *space, u64 address, u64 ip)
{
	u64 page = ALIGN_DOWN(address, OPALVM_PAGE_SIZE);
	struct opalvm_miss *miss;
	unsigned long flags;
	u32 i;

	raw_spin_lock_irqsave(&space->miss_lock, flags);
	for (i = 0; i < space->nr_misses && space->misses[i].page != page; i++)
		;
	if (i == OPALVM_MAX_MISSES)
		i--;
	miss = &space->misses[i];
	if (i == space->nr_misses) {
		*miss = (struct opalvm_miss) { .page = page, .ip = ip };
		space->nr_misses++;
	}
	miss->count++;
	raw_spin_unlock_irqrestore(&space->miss_lock, flags);
}

/**
 * opalvm_space_create() - make a space and map a firmware into it
 * @name: the firmware's name, for messages and for the worker
 * @map: accepted by opalvm_map_seal(); must outlive the space
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: the space or an ERR_PTR().
 */
struct opalvm_space *opalvm_space_create(const char *name, struct opalvm_map *map,
					 struct opalvm_why *why)
{
	struct opalvm_space *space;
	int err;

	might_sleep();
	space = kzalloc(sizeof(*space), GFP_KERNEL);
	if (!space)
		return ERR_PTR(opalvm_refuse(why, -ENOMEM, "no memory for an address space"));
	space->name = name;
	space->map = map;
	space->live = map;
	raw_spin_lock_init(&space->miss_lock);

	space->mm = opalvm_space_mm_get(why);
	if (IS_ERR(space->mm)) {
		err = PTR_ERR(space->mm);
		goto err_free;
	}
	space->worker = kthread_run_worker(0, OPALVM_NAME "/%s", name);
	if (IS_ERR(space->worker)) {
		err = PTR_ERR(space->worker);
		opalvm_refuse(why, err, "the worker could not be started");
		goto err_mm;
	}
	err = space_strip(space, why);
	if (err)
		goto err_worker;
	err = arch_glue_space_init(&space->arch, space->mm);
	if (err) {
		opalvm_refuse(why, err, "the new address space is not empty");
		goto err_worker;
	}
	err = opalvm_space_install(space, map->extents, map->nr_extents, why);
	if (err)
		goto err_arch;
	return space;

err_arch:
	arch_glue_space_exit(&space->arch);
err_worker:
	kthread_destroy_worker(space->worker);
err_mm:
	mmput(space->mm);
err_free:
	kfree(space);
	return ERR_PTR(err);
}

/**
 * opalvm_space_destroy() - unmap a firmware and free its space
 * @space: from opalvm_space_create(); its gate is gone already
 *
 * Context: Process context, may sleep.
 */
void opalvm_space_destroy(struct opalvm_space *space)
{
	might_sleep();
	kthread_flush_worker(space->worker);
	arch_glue_space_exit(&space->arch);
	kthread_destroy_worker(space->worker);
	mmput(space->mm);
	kfree(space->windows);
	kfree(space);
}
