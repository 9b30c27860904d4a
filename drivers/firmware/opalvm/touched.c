// SPDX-License-Identifier: GPL-2.0
/*
 * How much of its map a firmware really uses, as the CPU notes it in the page
 * tables, where it does.
 */
#include <linux/kthread.h>
#include <linux/sched.h>

#include "opalvm.h"

/**
 * opalvm_touched_get() - what of an extent was used
 * @space: the space
 * @extent: of the firmware's map, or of the space's
 * @touched: filled in
 *
 * Only with ARCH_GLUE_TOUCHED.
 *
 * Context: Process context, may sleep; nothing is mapped or removed meanwhile.
 */
void opalvm_touched_get(struct opalvm_space *space, const struct opalvm_extent *extent,
			struct opalvm_touched *touched)
{
	u64 va, next, end = extent->va + extent->size;
	struct arch_mapping found;

	*touched = (struct opalvm_touched) {};
	for (va = extent->va; va != end; va = next) {
		next = va + OPALVM_PAGE_SIZE;
		cond_resched();
		if (!arch_glue_read(&space->arch, va, &found))
			continue;
		next = min(ALIGN_DOWN(va, found.size) + found.size - 1, end - 1) + 1;
		if (found.accessed)
			touched->accessed += (next - va) >> OPALVM_PAGE_SHIFT;
		if (found.dirty)
			touched->dirty += (next - va) >> OPALVM_PAGE_SHIFT;
	}
}

/**
 * struct forgetting - forgets on the worker, beside which no call runs that may sleep
 * @work: runs on the space's worker
 * @space: the space
 */
struct forgetting {
	struct kthread_work work;
	struct opalvm_space *space;
};

static void forget(struct kthread_work *work)
{
	struct opalvm_space *space = container_of(work, struct forgetting, work)->space;
	const struct opalvm_map *map = space->map;
	u32 i;

	if (!ARCH_GLUE_TOUCHED)
		return;
	for (i = 0; i < map->nr_extents; i++)
		arch_glue_forget(&space->arch, map->extents[i].va, map->extents[i].size);
}

/**
 * opalvm_touched_clear() - forget what was used so far
 * @space: the space
 *
 * What later calls use is seen.
 *
 * Context: Process context, may sleep.
 */
void opalvm_touched_clear(struct opalvm_space *space)
{
	struct forgetting forgetting = { .space = space };

	might_sleep();
	kthread_init_work(&forgetting.work, forget);
	kthread_queue_work(space->worker, &forgetting.work);
	kthread_flush_work(&forgetting.work);
}
