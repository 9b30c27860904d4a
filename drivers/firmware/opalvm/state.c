// SPDX-License-Identifier: GPL-2.0
/*
 * The live state page: what has happened to a firmware since its table was
 * loaded with the next kernel, kept up to the moment at which this one ends.
 *
 * It is a page of this kernel's memory, unless a kernel before this one left
 * one that is reserved here: then that one goes on. The next kernel reads it
 * only where it is not memory of its own: a crash kernel is not given it, and
 * for others `opalvm kexec` reserves it on the command line.
 */
#include <linux/crash_dump.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "opalvm.h"

/* The page that a kernel before this one left */
static void *map_page(u64 pa, struct opalvm_why *why)
{
	struct opalvm_limits limits;
	void *page;

	arch_glue_limits(&limits);
	if (pa % OPALVM_STATE_PAGE_SIZE || pa > limits.pa_last - (OPALVM_STATE_PAGE_SIZE - 1))
		return ERR_PTR(opalvm_refuse(why, -ERANGE,
					     "no live state page can be at %#llx", pa));
	if (limits.is_ram(pa, OPALVM_STATE_PAGE_SIZE))
		return ERR_PTR(opalvm_refuse(why, -EBUSY,
					     "the live state page at %#llx is memory of this kernel",
					     pa));
	page = memremap(pa, OPALVM_STATE_PAGE_SIZE, MEMREMAP_WB);
	if (!page)
		return ERR_PTR(opalvm_refuse(why, -ENOMEM,
					     "the live state page at %#llx cannot be mapped", pa));
	return page;
}

/**
 * opalvm_state_read() - read what a kernel before this one left
 * @pa: physical address of its live state page
 * @chain: of the table that names it
 * @firmware: OPALVM_FW_*
 * @state: receives what it says
 * @why: the reason if it says nothing
 *
 * Context: Process context, may sleep.
 * Return: 0, -ERANGE if no such page can be, -EBUSY if this kernel uses it as
 *	   its own memory, -ENOMEM, or what opalvm_wire_read_state() returns.
 */
int opalvm_state_read(u64 pa, u64 chain, u32 firmware, struct opalvm_state *state,
		      struct opalvm_why *why)
{
	void *page = map_page(pa, why);
	int err;

	if (IS_ERR(page))
		return PTR_ERR(page);
	err = opalvm_wire_read_state(page, chain, firmware, state, why);
	memunmap(page);
	return err;
}

/* The panicked kernel's page is evidence: a crash kernel leaves it as it is. */
static bool inherit(struct opalvm_state_page *page, u64 pa)
{
	if (!pa || is_kdump_kernel())
		return false;
	page->page = map_page(pa, NULL);
	if (IS_ERR(page->page))
		return false;
	page->pa = pa;
	page->inherited = true;
	return true;
}

/*
 * Until the next kernel has reserved it, the page must not lie where kexec puts
 * that kernel: below 16 MiB neither a kernel nor its initrd is put, if opalvm
 * kexec is asked. A crash kernel has no such memory.
 */
static bool allocate(struct opalvm_state_page *page)
{
	unsigned long low = get_zeroed_page(GFP_KERNEL | GFP_DMA | __GFP_NOWARN);

	page->page = (void *)(low ?: get_zeroed_page(GFP_KERNEL));
	page->pa = page->page ? virt_to_phys(page->page) : 0;
	return page->page;
}

/**
 * opalvm_state_create() - get a live state page
 * @firmware: OPALVM_FW_*, whose page it is
 * @chain: of its table
 * @generation: of its table, before this kernel changed anything
 * @pa: the page that answered when the table was found, or 0
 * @sequence: of the last writing to that page
 *
 * Nothing is written before opalvm_state_write().
 *
 * Context: Process context, may sleep.
 * Return: the page, or NULL if there is no memory.
 */
struct opalvm_state_page *opalvm_state_create(u32 firmware, u64 chain, u64 generation, u64 pa,
					      u64 sequence)
{
	struct opalvm_state_page *page = kzalloc(sizeof(*page), GFP_KERNEL);

	if (!page)
		return NULL;
	if (!inherit(page, pa) && !allocate(page)) {
		kfree(page);
		return NULL;
	}
	page->firmware = firmware;
	page->chain = chain;
	page->generation = generation;
	page->sequence = sequence;
	return page;
}

/**
 * opalvm_state_destroy() - give a live state page back
 * @page: the page, or NULL
 *
 * An inherited one stays reserved, and says what it said last.
 *
 * Context: Process context, may sleep.
 */
void opalvm_state_destroy(struct opalvm_state_page *page)
{
	if (!page)
		return;
	if (page->inherited) {
		memunmap(page->page);
	} else {
		/* a table that is loaded already names it */
		memset(page->page, 0, OPALVM_STATE_PAGE_SIZE);
		free_page((unsigned long)page->page);
	}
	kfree(page);
}

/**
 * opalvm_state_write() - say what is true now
 * @page: the page
 * @changes: how often @quarantine changed in this kernel
 * @quarantine: services that are refused
 * @in_flight: services in progress
 *
 * Context: Any; the caller serialises.
 */
void opalvm_state_write(struct opalvm_state_page *page, u64 changes, u64 quarantine,
			u64 in_flight)
{
	const struct opalvm_state state = {
		.sequence = ++page->sequence,
		.generation = page->generation + changes,
		.quarantine = quarantine,
		.in_flight = in_flight,
	};

	opalvm_wire_write_state(page->page, page->chain, page->firmware, &state);
}
