// SPDX-License-Identifier: GPL-2.0
/*
 * The page tables of a space.
 *
 * The tables are our own, in both halves of the address space, and hang below
 * the mm's top level. There are no VMAs: what is mapped is what stands in the
 * map, nothing can be faulted in, and nothing is accounted to anybody.
 *
 * The top level is written entry by entry and not by set_pgd(): with page
 * table isolation that would copy the entry, with NX, to the table that user
 * mode runs on.
 *
 * The kernel half (UEFI's window, -68 GiB to -4 GiB) lies below the last slot
 * of the top level together with the kernel's text, modules and fixmap. That
 * slot gets a private copy of the kernel's tables in which the window's
 * entries are ours.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/ioport.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <asm/pgtable.h>
#include <asm/processor.h>

#include "opalvm.h"
#include "tables.h"

#define SLOTS		512
#define TOP_LEVEL	(pgtable_l5_enabled() ? 5 : 4)
#define PUD_LEVEL	3

/* 32 MiB of page tables; firmware maps a few GiB where it owns a PCI segment */
#define MAX_MAPPED	SZ_16G

/* pages between two looks at the scheduler */
#define BREATH		4096

/* below the last slot of the top level: UEFI's window */
#define PUD_FIRST	444
#define PUD_LAST	507

/* upper entries allow everything; the leaves restrict */
#define TABLE_BITS	(_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED)

static unsigned int slot_of(u64 va, int level)
{
	return (va >> (PAGE_SHIFT + 9 * (level - 1))) % SLOTS;
}

static u64 *table_below(u64 entry)
{
	return __va(entry & PTE_PFN_MASK);
}

static u64 *table_alloc(struct arch_space *as)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (!page)
		return NULL;
	list_add(&page->lru, &as->tables);
	return page_address(page);
}

/*
 * CPUs that come back to this mm compare this count with the one that they
 * left with, and flush. No CPU is inside the mm when its tables change: every
 * visit ends with leaving it.
 */
static void tables_changed(struct arch_space *as)
{
	atomic64_inc(&as->mm->context.tlb_gen);
}

/* The kernel adds entries here while it runs: modules and fixmap. */
static void kernel_half_sync(struct arch_space *as)
{
	unsigned int i;

	for (i = PUD_LAST + 1; i < SLOTS; i++) {
		if (as->pud[i] != READ_ONCE(as->kernel_pud[i]))
			WRITE_ONCE(as->pud[i], as->kernel_pud[i]);
	}
}

static int kernel_half_init(struct arch_space *as)
{
	u64 *top = (u64 *)as->mm->pgd;
	u64 *p4d = NULL, *kernel_p4d;
	unsigned int i;

	as->kernel_pud = table_below(top[SLOTS - 1]);
	if (TOP_LEVEL == 5) {
		kernel_p4d = as->kernel_pud;
		as->kernel_pud = table_below(kernel_p4d[SLOTS - 1]);
		p4d = table_alloc(as);
		if (!p4d)
			return -ENOMEM;
		memcpy(p4d, kernel_p4d, PAGE_SIZE);
	}
	for (i = PUD_FIRST; i <= PUD_LAST; i++) {
		if (as->kernel_pud[i])
			return -EBUSY;
	}
	as->pud = table_alloc(as);
	if (!as->pud)
		return -ENOMEM;
	memcpy(as->pud, as->kernel_pud, PAGE_SIZE);
	if (p4d)
		p4d[SLOTS - 1] = __pa(as->pud) | TABLE_BITS;

	as->top_511 = top[SLOTS - 1];
	WRITE_ONCE(top[SLOTS - 1], __pa(p4d ?: as->pud) | TABLE_BITS);
	return 0;
}

static bool in_kernel_half(u64 va)
{
	return va > S64_MAX;
}

/* The last-level entry of @va, or NULL. */
static u64 *leaf_get(struct arch_space *as, u64 va)
{
	u64 *table = (u64 *)as->mm->pgd;
	u64 *below;
	int level;

	for (level = TOP_LEVEL; level > 1; level--) {
		u64 *entry = &table[slot_of(va, level)];

		if (!*entry) {
			below = table_alloc(as);
			if (!below)
				return NULL;
			WRITE_ONCE(*entry, __pa(below) | TABLE_BITS);
		}
		table = table_below(*entry);
	}
	return &table[slot_of(va, 1)];
}

static u64 cache_bits(enum opalvm_cache cache)
{
	switch (cache) {
	case OPALVM_CACHE_WB:
		return cachemode2protval(_PAGE_CACHE_MODE_WB);
	case OPALVM_CACHE_WT:
		return cachemode2protval(_PAGE_CACHE_MODE_WT);
	case OPALVM_CACHE_WC:
		return cachemode2protval(_PAGE_CACHE_MODE_WC);
	case OPALVM_CACHE_UC:
		break;
	}
	return cachemode2protval(_PAGE_CACHE_MODE_UC);
}

/* Never USER, never GLOBAL; the CPU sets ACCESSED and DIRTY when it uses them. */
static u64 leaf_bits(const struct opalvm_extent *extent)
{
	u64 bits = _PAGE_PRESENT | cache_bits(opalvm_extent_cache(extent));

	if (opalvm_extent_writable(extent))
		bits |= _PAGE_RW;
	if (!opalvm_extent_executable(extent))
		bits |= _PAGE_NX & __supported_pte_mask;
	return bits;
}

/**
 * arch_glue_limits() - what this kernel and machine allow a map to be
 * @limits: filled in
 *
 * Context: Any.
 */
void arch_glue_limits(struct opalvm_limits *limits)
{
	*limits = (struct opalvm_limits) {
		.max_extents = OPALVM_MAX_EXTENTS,
		.nr_va = 2,
		.va = {
			{ CONFIG_DEFAULT_MMAP_MIN_ADDR, TASK_SIZE_MAX - 1 },
			{ GLUE_KERNEL_HALF_FIRST, GLUE_KERNEL_HALF_LAST },
		},
		.pa_last = BIT_ULL(boot_cpu_data.x86_phys_bits) - 1,
		.user_va_last = TASK_SIZE_MAX - 1,
		.no_user_half = native_read_cr4() & GLUE_CR4_LASS,
		.granule = PAGE_SIZE,
		.max_size = MAX_MAPPED,
		.is_ram = glue_is_ram,
	};
}

static bool is_used_page(u64 pa)
{
	unsigned long pfn = PHYS_PFN(pa);

	return pfn_valid(pfn) && !PageReserved(pfn_to_page(pfn));
}

/**
 * glue_is_ram() - does this range hold memory that the kernel uses as its own
 * @pa: physical address
 * @size: bytes
 *
 * Context: Process context.
 */
bool glue_is_ram(u64 pa, u64 size)
{
	u64 at, step = BIT_ULL(SECTION_SIZE_BITS);

	if (region_intersects(pa, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) !=
	    REGION_DISJOINT)
		return true;
	/* memory that was added later can stand below another resource */
	for (at = pa; at - pa < size; at = ALIGN_DOWN(at, step) + step) {
		if (is_used_page(at))
			return true;
	}
	return is_used_page(pa + size - 1);
}

/**
 * arch_glue_space_init() - take over the page tables of an empty mm
 * @as: filled in
 * @mm: an mm without any VMA
 *
 * Context: Process context.
 * Return: 0, or -EBUSY if something is mapped there that we did not map.
 */
int arch_glue_space_init(struct arch_space *as, struct mm_struct *mm)
{
	u64 *top = (u64 *)mm->pgd;
	unsigned int i;

	for (i = 0; i < SLOTS / 2; i++) {
		if (top[i])
			return -EBUSY;
	}
	*as = (struct arch_space) { .mm = mm };
	INIT_LIST_HEAD(&as->tables);
	/* whoever emptied it left its CPU in it lazily */
	glue_evict(mm);
	return 0;
}

/**
 * arch_glue_space_exit() - detach and free the page tables
 * @as: the space's tables; no CPU is inside the mm, and none enters it again
 *
 * The mm is as it was at arch_glue_space_init() afterwards.
 *
 * Context: Process context.
 */
void arch_glue_space_exit(struct arch_space *as)
{
	u64 *top = (u64 *)as->mm->pgd;
	struct page *page, *next;
	unsigned int i;

	for (i = 0; i < SLOTS / 2; i++) {
		if (top[i])
			WRITE_ONCE(top[i], 0);
	}
	if (as->top_511)
		WRITE_ONCE(top[SLOTS - 1], as->top_511);
	tables_changed(as);
	glue_evict(as->mm);

	list_for_each_entry_safe(page, next, &as->tables, lru) {
		list_del(&page->lru);
		__free_page(page);
	}
}

/**
 * arch_glue_map() - install one extent
 * @as: the space's tables
 * @extent: accepted by opalvm_map_seal() under arch_glue_limits()
 *
 * Context: Process context; no call is in progress.
 * Return: 0, -ENOMEM, -EBUSY if the kernel itself uses UEFI's window, or
 *	   -EEXIST if something is mapped there already. On an error nothing of
 *	   the extent is installed.
 */
int arch_glue_map(struct arch_space *as, const struct opalvm_extent *extent)
{
	u64 bits = leaf_bits(extent);
	u64 offset;
	int err;

	might_sleep();
	if (in_kernel_half(extent->va) && !as->pud) {
		err = kernel_half_init(as);
		if (err)
			return err;
	}
	for (offset = 0; offset < extent->size; offset += PAGE_SIZE) {
		u64 *leaf = leaf_get(as, extent->va + offset);

		if (!leaf || *leaf) {
			arch_glue_unmap(as, extent->va, offset);
			return leaf ? -EEXIST : -ENOMEM;
		}
		WRITE_ONCE(*leaf, (extent->pa + offset) | bits);
		if (PHYS_PFN(offset) % BREATH == 0)
			cond_resched();
	}
	tables_changed(as);
	return 0;
}

/* Walk to the leaf of @va without allocating; the bits of all levels combined. */
static bool walk(const struct arch_space *as, u64 va, u64 *leaf, u64 **where)
{
	u64 *table = (u64 *)as->mm->pgd;
	u64 all = ~0ULL, nx = 0;
	int level;

	for (level = TOP_LEVEL; ; level--) {
		u64 *slot = &table[slot_of(va, level)];
		u64 entry = READ_ONCE(*slot);

		if (!(entry & _PAGE_PRESENT))
			return false;
		nx |= entry & _PAGE_NX;
		all &= entry;
		if (level == 1) {
			*leaf = (entry & ~(u64)(_PAGE_RW | _PAGE_USER)) |
				(all & (_PAGE_RW | _PAGE_USER)) | nx;
			*where = slot;
			return true;
		}
		if (entry & _PAGE_PSE)
			return false;
		table = table_below(entry);
	}
}

/**
 * arch_glue_unmap() - remove what is installed in a range
 * @as: the space's tables
 * @va: virtual address, page-aligned
 * @size: bytes, whole pages
 *
 * Context: Process context; no call is in progress.
 */
void arch_glue_unmap(struct arch_space *as, u64 va, u64 size)
{
	u64 offset, leaf, *where;

	for (offset = 0; offset < size; offset += PAGE_SIZE) {
		if (walk(as, va + offset, &leaf, &where))
			WRITE_ONCE(*where, 0);
		if (PHYS_PFN(offset) % BREATH == 0)
			cond_resched();
	}
	tables_changed(as);
}

/**
 * arch_glue_read() - read one mapping back from the page tables
 * @as: the space's tables
 * @va: virtual address
 * @found: filled in
 *
 * Context: Any.
 * Return: whether a page of 4 KiB is mapped there.
 */
bool arch_glue_read(const struct arch_space *as, u64 va, struct arch_mapping *found)
{
	static const struct {
		enum opalvm_cache cache;
		u64 attr;
	} caches[] = {
		{ OPALVM_CACHE_WB, OPALVM_ATTR_WB },
		{ OPALVM_CACHE_WT, OPALVM_ATTR_WT },
		{ OPALVM_CACHE_WC, OPALVM_ATTR_WC },
		{ OPALVM_CACHE_UC, OPALVM_ATTR_UC },
	};
	u64 leaf, *where;
	unsigned int i;

	if (!walk(as, va, &leaf, &where))
		return false;
	*found = (struct arch_mapping) {
		.pa = (leaf & PTE_PFN_MASK) + offset_in_page(va),
		.size = PAGE_SIZE,
		.user = leaf & _PAGE_USER,
		.global = leaf & _PAGE_GLOBAL,
		.accessed = leaf & _PAGE_ACCESSED,
		.dirty = leaf & _PAGE_DIRTY,
	};
	if (!(leaf & _PAGE_RW))
		found->attr |= OPALVM_ATTR_RO;
	if (leaf & _PAGE_NX)
		found->attr |= OPALVM_ATTR_XP;
	for (i = 0; i < ARRAY_SIZE(caches); i++) {
		if ((leaf & _PAGE_CACHE_MASK) == cache_bits(caches[i].cache))
			found->attr |= caches[i].attr;
	}
	return true;
}

/**
 * arch_glue_forget() - forget what was used so far
 * @as: the space's tables
 * @va: virtual address of an extent
 * @size: its bytes
 *
 * Whatever a call that begins later uses is seen.
 *
 * Context: The space's worker, outside of the space.
 */
void arch_glue_forget(struct arch_space *as, u64 va, u64 size)
{
	u64 offset, leaf, *where;

	for (offset = 0; offset < size; offset += PAGE_SIZE) {
		if (walk(as, va + offset, &leaf, &where)) {
			/* a CPU may set one of them right now */
			clear_bit(_PAGE_BIT_ACCESSED, (unsigned long *)where);
			clear_bit(_PAGE_BIT_DIRTY, (unsigned long *)where);
		}
		if (PHYS_PFN(offset) % BREATH == 0)
			cond_resched();
	}
	/* the next visits find none of these translations in the TLB */
	tables_changed(as);
	glue_evict(as->mm);
}

/**
 * glue_is_mapped() - is anything mapped at an address, a page of any size
 * @as: the space's tables
 * @va: virtual address
 *
 * Context: Any.
 */
bool glue_is_mapped(const struct arch_space *as, u64 va)
{
	const u64 *table = (u64 *)as->mm->pgd;
	unsigned int unused = 63 - __VIRTUAL_MASK_SHIFT;
	int level;

	/* the CPU accepts only addresses whose upper bits are all equal */
	if (((s64)(va << unused) >> unused) != (s64)va)
		return false;
	for (level = TOP_LEVEL; ; level--) {
		u64 entry = READ_ONCE(table[slot_of(va, level)]);

		if (!(entry & _PAGE_PRESENT))
			return false;
		if (level == 1 || (entry & _PAGE_PSE))
			return true;
		table = table_below(entry);
	}
}

/**
 * glue_sync() - bring the copied part of the kernel half up to date
 * @as: the space's tables
 *
 * Context: Any; before each visit.
 */
void glue_sync(struct arch_space *as)
{
	if (as->pud)
		kernel_half_sync(as);
}
