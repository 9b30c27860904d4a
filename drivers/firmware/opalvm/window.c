// SPDX-License-Identifier: GPL-2.0
/*
 * Windows: memory that a firmware asks for while it runs. It does so from a call,
 * in any context and with interrupts off, so that all there is to a window is
 * there before: nothing here allocates, waits or prints.
 *
 * A window is no part of the firmware's map: it goes with the kernel that mapped
 * it.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "opalvm.h"

static int refuse(struct opalvm_why *why, int err, const struct opalvm_extent *extent,
		  const char *reason)
{
	return opalvm_refuse(why, err, "window of %#llx bytes at %#llx -> %#llx: %s",
			     extent->size, extent->va, extent->pa, reason);
}

/*
 * The same memory at two addresses: what is read-only or executable at one of
 * them must not be writable at the other, nor be cached in another way.
 */
static const char *conflict(const struct opalvm_extent *extent,
			    const struct opalvm_extent *other)
{
	if (opalvm_extents_meet(extent, other))
		return "something is mapped there";
	if (!opalvm_extents_share(extent, other))
		return NULL;
	if (opalvm_extent_cache(extent) != opalvm_extent_cache(other))
		return "its memory is cached in another way elsewhere";
	if (opalvm_extent_writable(extent) && !opalvm_extent_writable(other))
		return "its memory is read-only elsewhere";
	if (opalvm_extent_executable(extent) && opalvm_extent_writable(other))
		return "its memory is writable elsewhere";
	return NULL;
}

static int check_conflicts(const struct opalvm_space *space, const struct opalvm_extent *extent,
			   struct opalvm_why *why)
{
	const struct opalvm_windows *windows = space->windows;
	const char *reason = NULL;
	u32 i;

	for (i = 0; i < space->map->nr_extents && !reason; i++)
		reason = conflict(extent, &space->map->extents[i]);
	for (i = 0; i < OPALVM_MAX_WINDOWS && !reason; i++)
		if (windows->list[i].mapped)
			reason = conflict(extent, &windows->list[i].extent);
	return reason ? refuse(why, -EINVAL, extent, reason) : 0;
}

/* What the extent alone tells. */
static int check(const struct opalvm_windows *windows, const struct opalvm_extent *extent,
		 struct opalvm_why *why)
{
	int err = opalvm_extent_check(extent, &windows->limits, why);

	if (err)
		return err;
	if (opalvm_extent_writable(extent) && opalvm_extent_executable(extent))
		return refuse(why, -EINVAL, extent, "writable and executable");
	if (extent->size > OPALVM_MAX_WINDOW_SIZE)
		return refuse(why, -ENOSPC, extent, "larger than a window can be");
	return windows->may_map(extent, why);
}

/* The one that was free for the longest time: a report may still name what it was. */
static struct opalvm_window *find_free(struct opalvm_windows *windows)
{
	struct opalvm_window *window;
	u32 i;

	for (i = 0; i < OPALVM_MAX_WINDOWS; i++) {
		window = &windows->list[(windows->next + i) % OPALVM_MAX_WINDOWS];
		if (!window->mapped)
			return window;
	}
	return NULL;
}

static int place(struct opalvm_space *space, const struct opalvm_flight *flight,
		 const struct opalvm_extent *extent, struct opalvm_why *why)
{
	struct opalvm_windows *windows = space->windows;
	struct opalvm_window *window;
	int err;

	lockdep_assert_held(&windows->lock);
	if (windows->closed)
		return refuse(why, -ESHUTDOWN, extent, "the firmware is let go of");
	err = check_conflicts(space, extent, why);
	if (err)
		return err;
	window = find_free(windows);
	if (!window)
		return refuse(why, -ENOSPC, extent, "all windows are in use");
	err = arch_glue_map_now(&space->arch, extent);
	if (err)
		return refuse(why, -ENOSPC, extent, err == -EEXIST ?
			      "the kernel has something there" : "no page tables are left");
	*window = (struct opalvm_window) {
		.extent = *extent,
		.mapped = true,
		.service = flight->service,
		.flight = flight,
		.call = flight->nr,
	};
	windows->next = window - windows->list + 1;
	return 0;
}

/**
 * opalvm_window_refused() - count a request that opalvm_window_map() is not asked for
 * @space: the space
 *
 * Context: As opalvm_window_map().
 */
void opalvm_window_refused(struct opalvm_space *space)
{
	struct opalvm_windows *windows = space->windows;
	unsigned long flags;

	raw_spin_lock_irqsave(&windows->lock, flags);
	windows->refused++;
	raw_spin_unlock_irqrestore(&windows->lock, flags);
}

/**
 * opalvm_window_map() - map more for the firmware
 * @flight: the call that asks, in progress on this CPU
 * @extent: what and where
 * @why: the reason if it is refused
 *
 * Context: Any, in the space as well. Nothing sleeps, allocates or prints.
 * Return: 0; -EINVAL or -ERANGE for what cannot be mapped so, -EPERM for memory
 *	   that is not the firmware's, -ENOSPC if there is no room, -ESHUTDOWN
 *	   after opalvm_windows_close(). After an error nothing has changed.
 */
int opalvm_window_map(const struct opalvm_flight *flight, const struct opalvm_extent *extent,
		      struct opalvm_why *why)
{
	struct opalvm_space *space = flight->gate->space;
	struct opalvm_windows *windows = space->windows;
	unsigned long flags;
	int err;

	err = check(windows, extent, why);
	if (err) {
		opalvm_window_refused(space);
		return err;
	}
	raw_spin_lock_irqsave(&windows->lock, flags);
	err = place(space, flight, extent, why);
	if (err)
		windows->refused++;
	else
		windows->mapped++;
	raw_spin_unlock_irqrestore(&windows->lock, flags);
	return err;
}

static void unmap(struct opalvm_space *space, struct opalvm_window *window)
{
	lockdep_assert_held(&space->windows->lock);
	arch_glue_unmap_now(&space->arch, window->extent.va, window->extent.size);
	window->mapped = false;
}

/**
 * opalvm_window_unmap() - undo what one opalvm_window_map() did
 * @space: the space
 * @va: virtual address of the window
 * @size: its bytes
 * @why: the reason if it is refused
 *
 * No CPU accesses the window any more when this returns.
 *
 * Context: As opalvm_window_map().
 * Return: 0, or -EINVAL if there is no such window.
 */
int opalvm_window_unmap(struct opalvm_space *space, u64 va, u64 size, struct opalvm_why *why)
{
	struct opalvm_windows *windows = space->windows;
	struct opalvm_window *window = NULL;
	unsigned long flags;
	u32 i;

	raw_spin_lock_irqsave(&windows->lock, flags);
	for (i = 0; i < OPALVM_MAX_WINDOWS && !window; i++)
		if (windows->list[i].mapped && windows->list[i].extent.va == va &&
		    windows->list[i].extent.size == size)
			window = &windows->list[i];
	if (window)
		unmap(space, window);
	raw_spin_unlock_irqrestore(&windows->lock, flags);
	return window ? 0 : opalvm_refuse(why, -EINVAL, "no window of %#llx bytes at %#llx",
					  size, va);
}

/* @flight: NULL: those of all calls */
static u32 drop(struct opalvm_space *space, const struct opalvm_flight *flight)
{
	struct opalvm_windows *windows = space->windows;
	u32 i, nr = 0;

	lockdep_assert_held(&windows->lock);
	for (i = 0; i < OPALVM_MAX_WINDOWS; i++) {
		struct opalvm_window *window = &windows->list[i];

		if (!window->mapped ||
		    (flight && (window->flight != flight || window->call != flight->nr)))
			continue;
		unmap(space, window);
		nr++;
	}
	return nr;
}

/**
 * opalvm_windows_drop() - a call was stopped: unmap what it had mapped
 * @flight: the call. If the firmware is lost with it, all windows go, and none
 *	    comes.
 *
 * Context: As opalvm_window_map().
 * Return: how many windows were unmapped.
 */
u32 opalvm_windows_drop(const struct opalvm_flight *flight)
{
	struct opalvm_space *space = flight->gate->space;
	struct opalvm_windows *windows = space->windows;
	unsigned long flags;
	u32 nr;

	if (!windows)
		return 0;
	raw_spin_lock_irqsave(&windows->lock, flags);
	windows->closed |= flight->lost;
	nr = drop(space, flight->lost ? NULL : flight);
	raw_spin_unlock_irqrestore(&windows->lock, flags);
	return nr;
}

/**
 * opalvm_windows_open() - let the firmware ask for windows
 * @space: the space
 * @may_map: as in struct opalvm_windows
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep; no call is in progress.
 * Return: 0 or -ENOMEM.
 */
int opalvm_windows_open(struct opalvm_space *space,
			int (*may_map)(const struct opalvm_extent *extent,
				       struct opalvm_why *why),
			struct opalvm_why *why)
{
	struct opalvm_windows *windows = kzalloc(sizeof(*windows), GFP_KERNEL);

	if (!windows || arch_glue_spares_add(&space->arch, OPALVM_WINDOW_TABLES)) {
		kfree(windows);
		return opalvm_refuse(why, -ENOMEM, "no memory for windows");
	}
	arch_glue_limits(&windows->limits);
	/* what is the kernel's is for @may_map to tell: an error of its own */
	windows->limits.is_ram = NULL;
	windows->may_map = may_map;
	raw_spin_lock_init(&windows->lock);
	space->windows = windows;
	return 0;
}

/**
 * opalvm_windows_close() - unmap all windows, and map no more
 * @space: the space
 *
 * Context: Any; no call is in progress that uses one.
 * Return: how many were left.
 */
u32 opalvm_windows_close(struct opalvm_space *space)
{
	struct opalvm_windows *windows = space->windows;
	unsigned long flags;
	u32 nr;

	if (!windows)
		return 0;
	raw_spin_lock_irqsave(&windows->lock, flags);
	windows->closed = true;
	nr = drop(space, NULL);
	raw_spin_unlock_irqrestore(&windows->lock, flags);
	return nr;
}
