// SPDX-License-Identifier: GPL-2.0
/*
 * The page tables of a space: trees of our own below the mm's top level, with
 * no VMA and no limit but the 52 bits that a radix tree translates. Nothing of
 * this is known to the kernel's memory management; before the mm goes, the top
 * level is as empty as it came.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>
#include <linux/smp.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/cacheflush.h>
#include <asm/cputable.h>
#include <asm/mmu_context.h>
#include <asm/pgalloc.h>
#include <asm/page.h>
#include <asm/ppc-opcode.h>
#include <asm/reg.h>
#include <asm/tlbflush.h>

#include "opalvm.h"
#include "tables.h"

/* a radix tree translates 52 bits (Power ISA 3.0 book III section 6.7.10) */
#define VA_LAST		(BIT_ULL(52) - 1)

/* nothing is mapped where a null pointer leads */
#define VA_FIRST	SZ_64K

/* leaves that are written before others may run */
#define BREATH		1024

/* where the running kernel's image is: no kernel is larger */
#define MAX_IMAGE	SZ_64M

/* what all extents of a map may have together: some chips' register windows have terabytes */
#define MAX_SIZE	BIT_ULL(48)

/*
 * mtspr SRR0,r15; mtspr SRR1,r14; rfid: from a big-endian firmware back into
 * the thunk, from real mode as well.
 */
static const u32 way_back[] = { 0x7dfa03a6, 0x7ddb03a6, 0x4c000024 };

/* Memory that the kernel allocates from, or its own image. */
static bool is_ram(u64 pa, u64 size)
{
	u64 pfn, end = PHYS_PFN(pa + size - 1);

	if (pa < kernstart_addr + MAX_IMAGE && kernstart_addr < pa + size)
		return true;
	for (pfn = PHYS_PFN(pa); pfn <= end; pfn++) {
		if (!pfn_valid(pfn))
			/* memory comes in sections: nothing before the next one */
			pfn = ALIGN(pfn + 1, PAGES_PER_SECTION) - 1;
		else if (!PageReserved(pfn_to_page(pfn)))
			return true;
	}
	return false;
}

/**
 * arch_glue_limits() - where a firmware may be mapped
 * @limits: filled in
 *
 * Context: Any.
 */
void arch_glue_limits(struct opalvm_limits *limits)
{
	*limits = (struct opalvm_limits) {
		.max_extents = OPALVM_MAX_EXTENTS,
		.nr_va = 1,
		.va = { { VA_FIRST, VA_LAST } },
		.pa_last = PTE_RPN_MASK | (PAGE_SIZE - 1),
		.user_va_last = VA_LAST,
		.granule = PAGE_SIZE,
		.max_size = MAX_SIZE,
		.is_ram = is_ram,
	};
}

/* Where the firmware returns to with r14 and r15 as the thunk set them. */
u64 glue_way_back(const struct arch_space *as)
{
	return page_to_phys(as->way_back);
}

static void *table_alloc(struct arch_space *as)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (!page)
		return NULL;
	list_add(&page->lru, &as->tables);
	return page_address(page);
}

/* the largest table below the top level, whatever the kernel's page size */
#define TABLE_SIZE	(sizeof(u64) << RADIX_PUD_INDEX_SIZE)

/**
 * struct arch_spare - a table for what is mapped while calls are in progress
 * @list: in @spares or @spares_used of struct arch_space
 * @table: TABLE_SIZE bytes; all zero while it is a spare one
 * @parent: the entry that points to it
 */
struct arch_spare {
	struct list_head list;
	void *table;
	u64 *parent;
};

/* @parent: the entry that will point to it */
static void *spare_take(struct arch_space *as, void *parent)
{
	struct arch_spare *spare = list_first_entry_or_null(&as->spares, struct arch_spare, list);

	if (!spare)
		return NULL;
	spare->parent = parent;
	/* the newest first: a table comes before the one that points to it */
	list_move(&spare->list, &as->spares_used);
	return spare->table;
}

static void *table_get(struct arch_space *as, void *parent, bool spare)
{
	return spare ? spare_take(as, parent) : table_alloc(as);
}

/* What was written must be seen by the MMU before anything that relies on it. */
static void tables_changed(struct arch_space *as)
{
	asm volatile("ptesync" : : : "memory");
	radix__flush_all_mm(as->mm);
}

/* what tlbie invalidates (Power ISA 3.0 book III section 5.9.3.3) */
#define RIC_TLB		0	/* translations */
#define RIC_ALL		2	/* and what was read of upper tables */
#define IS_PID		PPC_BIT(53)

/* an address that nothing is at, in a page of 64 KiB, as tlbie wants to know its size */
#define NOWHERE		(((VA_LAST) & PPC_BITMASK(0, 51)) | 5UL << PPC_BITLSHIFT(58))

static __always_inline void invalidate(u64 rb, u64 pid, const int ric)
{
	register u64 r4 asm("r4") = rb;
	register u64 r5 asm("r5") = pid << PPC_BITLSHIFT(31);

	/* clang does not know it by its name */
	asm volatile("ptesync; .long %2"
		     : : "r" (r4), "r" (r5), "i" (PPC_RAW_TLBIE_5(4, 5, ric, 1, 1)) : "memory");
}

/*
 * The same for all CPUs in a context where the kernel's own function cannot be
 * called: it looks at which CPUs it knows to be in the mm, and may warn, or
 * interrupt the others and wait for them. With the workarounds of its
 * fixup_tlbie_pid() (arch/powerpc/mm/book3s64/radix_tlb.c).
 */
static void tables_changed_now(struct arch_space *as)
{
	u64 pid = as->mm->context.id;

	invalidate(IS_PID, pid, RIC_ALL);
	if (cpu_has_feature(CPU_FTR_P9_TLBIE_ERAT_BUG))
		invalidate(IS_PID, 0, RIC_TLB);
	if (cpu_has_feature(CPU_FTR_P9_TLBIE_STQ_BUG))
		invalidate(NOWHERE, pid, RIC_TLB);
	asm volatile("eieio; tlbsync; ptesync" : : : "memory");
}

static pgprot_t protection(const struct opalvm_extent *extent)
{
	bool x = opalvm_extent_executable(extent);
	pgprot_t prot;

	if (opalvm_extent_writable(extent))
		prot = x ? PAGE_KERNEL_X : PAGE_KERNEL;
	else
		prot = x ? PAGE_KERNEL_ROX : PAGE_KERNEL_RO;
	switch (opalvm_extent_cache(extent)) {
	case OPALVM_CACHE_WB:
		return prot;
	case OPALVM_CACHE_WC:
		return pgprot_noncached_wc(prot);
	default:
		return pgprot_noncached(prot);
	}
}

/**
 * struct spot - the entry that translates an address, of whatever level
 * @pud: set if it is one of these
 * @pmd: or of these
 * @pte: or of these
 * @size: bytes that the entry translates
 */
struct spot {
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;
	u64 size;
};

/* The entry for @va that translates at most @room bytes, if @pa can be there. */
static int spot_get(struct arch_space *as, u64 va, u64 pa, u64 room, bool spare,
		    struct spot *spot)
{
	p4d_t *p4d = p4d_offset(pgd_offset(as->mm, va), va);
	pud_t *pud;
	pmd_t *pmd;
	void *table;

	*spot = (struct spot) {};
	if (p4d_none(*p4d)) {
		table = table_get(as, p4d, spare);
		if (!table)
			return -ENOMEM;
		p4d_populate(as->mm, p4d, table);
	}
	pud = pud_offset(p4d, va);
	if (!((va | pa) & ~PUD_MASK) && room >= PUD_SIZE && pud_none(*pud)) {
		spot->pud = pud;
		spot->size = PUD_SIZE;
		return 0;
	}
	if (pud_none(*pud)) {
		table = table_get(as, pud, spare);
		if (!table)
			return -ENOMEM;
		pud_populate(as->mm, pud, table);
	} else if (pud_leaf(*pud)) {
		return -EEXIST;
	}
	pmd = pmd_offset(pud, va);
	if (!((va | pa) & ~PMD_MASK) && room >= PMD_SIZE && pmd_none(*pmd)) {
		spot->pmd = pmd;
		spot->size = PMD_SIZE;
		return 0;
	}
	if (pmd_none(*pmd)) {
		table = table_get(as, pmd, spare);
		if (!table)
			return -ENOMEM;
		pmd_populate_kernel(as->mm, pmd, table);
	} else if (pmd_leaf(*pmd)) {
		return -EEXIST;
	}
	spot->pte = pte_offset_kernel(pmd, va);
	spot->size = PAGE_SIZE;
	return pte_none(*spot->pte) ? 0 : -EEXIST;
}

/* The entry that translates @va; false if none does. */
static bool spot_find(const struct arch_space *as, u64 va, struct spot *spot)
{
	p4d_t *p4d;

	*spot = (struct spot) {};
	if (va > VA_LAST)
		return false;
	p4d = p4d_offset(pgd_offset(as->mm, va), va);
	if (p4d_none(READ_ONCE(*p4d)))
		return false;
	spot->pud = pud_offset(p4d, va);
	spot->size = PUD_SIZE;
	if (pud_none(READ_ONCE(*spot->pud)))
		return false;
	if (pud_leaf(READ_ONCE(*spot->pud)))
		return true;
	spot->pmd = pmd_offset(spot->pud, va);
	spot->pud = NULL;
	spot->size = PMD_SIZE;
	if (pmd_none(READ_ONCE(*spot->pmd)))
		return false;
	if (pmd_leaf(READ_ONCE(*spot->pmd)))
		return true;
	spot->pte = pte_offset_kernel(spot->pmd, va);
	spot->pmd = NULL;
	spot->size = PAGE_SIZE;
	return !pte_none(READ_ONCE(*spot->pte));
}

static pte_t spot_read(const struct spot *spot)
{
	if (spot->pud)
		return pud_pte(READ_ONCE(*spot->pud));
	if (spot->pmd)
		return pmd_pte(READ_ONCE(*spot->pmd));
	return READ_ONCE(*spot->pte);
}

static void spot_write(const struct spot *spot, pte_t pte)
{
	if (spot->pud)
		WRITE_ONCE(*spot->pud, pte_pud(pte));
	else if (spot->pmd)
		WRITE_ONCE(*spot->pmd, pte_pmd(pte));
	else
		WRITE_ONCE(*spot->pte, pte);
}

/**
 * arch_glue_map() - install one extent
 * @as: the space's tables
 * @extent: accepted by opalvm_map_seal() under arch_glue_limits()
 *
 * Leaves of 1 GiB and 2 MiB are used where they fit.
 *
 * Context: Process context; no call is in progress.
 * Return: 0, -ENOMEM, or -EEXIST if something is mapped there already. On an
 *	   error nothing of the extent is installed.
 */
int arch_glue_map(struct arch_space *as, const struct opalvm_extent *extent)
{
	pgprot_t prot = protection(extent);
	u64 offset, n = 0;
	struct spot spot;
	int err;

	might_sleep();
	for (offset = 0; offset < extent->size; offset += spot.size) {
		u64 pa = extent->pa + offset;

		err = spot_get(as, extent->va + offset, pa, extent->size - offset, false, &spot);
		if (err) {
			arch_glue_unmap(as, extent->va, offset);
			return err;
		}
		spot_write(&spot, pfn_pte(PHYS_PFN(pa), prot));
		if (++n % BREATH == 0)
			cond_resched();
	}
	tables_changed(as);
	return 0;
}

/**
 * arch_glue_unmap() - remove what is installed in a range
 * @as: the space's tables
 * @va: virtual address of an extent
 * @size: bytes of it, as they were installed
 *
 * Context: Process context; no call is in progress.
 */
void arch_glue_unmap(struct arch_space *as, u64 va, u64 size)
{
	u64 end = va + size, n = 0;
	struct spot spot;

	for (; va < end; va = ALIGN_DOWN(va, spot.size) + spot.size) {
		if (spot_find(as, va, &spot))
			spot_write(&spot, __pte(0));
		if (++n % BREATH == 0)
			cond_resched();
	}
	tables_changed(as);
}

/**
 * arch_glue_map_now() - install one extent while calls are in progress
 * @as: the space's tables
 * @extent: as for arch_glue_map()
 *
 * Takes spare tables, and gives back those that it does not need in the end.
 *
 * Context: Any, in the space as well; the caller serialises this and
 *	    arch_glue_unmap_now().
 * Return: as arch_glue_map(); -ENOMEM if there are not enough spare tables.
 */
int arch_glue_map_now(struct arch_space *as, const struct opalvm_extent *extent)
{
	pgprot_t prot = protection(extent);
	struct spot spot;
	u64 offset;
	int err;

	for (offset = 0; offset < extent->size; offset += spot.size) {
		u64 pa = extent->pa + offset;

		err = spot_get(as, extent->va + offset, pa, extent->size - offset, true, &spot);
		if (err) {
			arch_glue_unmap_now(as, extent->va, offset);
			return err;
		}
		spot_write(&spot, pfn_pte(PHYS_PFN(pa), prot));
	}
	asm volatile("ptesync" : : : "memory");
	return 0;
}

/**
 * arch_glue_unmap_now() - remove what arch_glue_map_now() installed
 * @as: the space's tables
 * @va: virtual address of an extent
 * @size: its bytes
 *
 * No CPU translates through it any more when this returns, nor reads a table
 * that is spare again.
 *
 * Context: As arch_glue_map_now().
 */
void arch_glue_unmap_now(struct arch_space *as, u64 va, u64 size)
{
	struct arch_spare *spare, *next;
	u64 end = va + size;
	struct spot spot;
	LIST_HEAD(empty);

	for (; va < end; va = ALIGN_DOWN(va, spot.size) + spot.size)
		if (spot_find(as, va, &spot))
			spot_write(&spot, __pte(0));
	list_for_each_entry_safe(spare, next, &as->spares_used, list) {
		if (memchr_inv(spare->table, 0, TABLE_SIZE))
			continue;
		WRITE_ONCE(*spare->parent, 0);
		list_move(&spare->list, &empty);
	}
	tables_changed_now(as);
	list_splice(&empty, &as->spares);
}

/**
 * arch_glue_read() - read one mapping back from the page tables
 * @as: the space's tables
 * @va: virtual address
 * @found: filled in
 *
 * Context: Any.
 * Return: whether something of the firmware's is mapped there.
 */
bool arch_glue_read(const struct arch_space *as, u64 va, struct arch_mapping *found)
{
	struct spot spot;
	pte_t pte;
	u64 bits;

	if (!spot_find(as, va, &spot) || (va & PAGE_MASK) == glue_way_back(as))
		return false;
	pte = spot_read(&spot);
	bits = pte_val(pte);
	*found = (struct arch_mapping) {
		.pa = (bits & PTE_RPN_MASK) + (va & (spot.size - 1)),
		.size = spot.size,
		.user = !(bits & _PAGE_PRIVILEGED),
	};
	if (!(bits & _PAGE_WRITE))
		found->attr |= OPALVM_ATTR_RO;
	if (!(bits & _PAGE_EXEC))
		found->attr |= OPALVM_ATTR_XP;
	switch (bits & _PAGE_CACHE_CTL) {
	case 0:
		found->attr |= OPALVM_ATTR_WB;
		break;
	case _PAGE_TOLERANT:
		found->attr |= OPALVM_ATTR_WC;
		break;
	case _PAGE_NON_IDEMPOTENT:
		/* there is no write-through */
		found->attr |= OPALVM_ATTR_UC | OPALVM_ATTR_WT;
		break;
	}
	return true;
}

/* Whoever used the mm last left its CPU in it lazily: the kernel's own tables instead. */
static void evict(void *info)
{
	struct mm_struct *mm = info;

	if (mfspr(SPRN_PID) == mm->context.id) {
		mtspr(SPRN_PID, 0);
		isync();
	}
}

static bool is_empty(struct mm_struct *mm)
{
	unsigned long i;

	for (i = 0; i < PTRS_PER_PGD; i++)
		if (pgd_val(mm->pgd[i]))
			return false;
	return true;
}

static int way_back_init(struct arch_space *as)
{
	struct opalvm_extent extent = { .size = PAGE_SIZE };
	__be32 *code;
	u32 i;
	int err;

	as->way_back = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!as->way_back)
		return -ENOMEM;
	code = page_address(as->way_back);
	for (i = 0; i < ARRAY_SIZE(way_back); i++)
		code[i] = cpu_to_be32(way_back[i]);
	flush_icache_range((unsigned long)code, (unsigned long)code + sizeof(way_back));
	extent.va = glue_way_back(as);
	extent.pa = extent.va;
	extent.attr = OPALVM_ATTR_WB | OPALVM_ATTR_RO;
	err = arch_glue_map(as, &extent);
	if (err)
		__free_page(as->way_back);
	return err;
}

static void free_spares(struct list_head *spares)
{
	struct arch_spare *spare, *next;

	list_for_each_entry_safe(spare, next, spares, list) {
		list_del(&spare->list);
		kfree(spare->table);
		kfree(spare);
	}
}

/**
 * arch_glue_spares_add() - have spare tables
 * @as: the space's tables
 * @nr: how many more
 *
 * They are freed with the others.
 *
 * Context: Process context, may sleep; nobody takes one.
 * Return: 0 or -ENOMEM.
 */
int arch_glue_spares_add(struct arch_space *as, u32 nr)
{
	struct arch_spare *spare;

	while (nr--) {
		spare = kzalloc(sizeof(*spare), GFP_KERNEL);
		if (!spare)
			return -ENOMEM;
		/* aligned to its size, as every power of two is */
		spare->table = kzalloc(TABLE_SIZE, GFP_KERNEL);
		if (!spare->table) {
			kfree(spare);
			return -ENOMEM;
		}
		list_add(&spare->list, &as->spares);
	}
	return 0;
}

static void free_tables(struct arch_space *as)
{
	struct page *page, *next;

	free_spares(&as->spares);
	free_spares(&as->spares_used);
	list_for_each_entry_safe(page, next, &as->tables, lru) {
		list_del(&page->lru);
		__free_page(page);
	}
}

/* Detach the tables; no CPU translates through them afterwards. */
static void detach(struct arch_space *as)
{
	unsigned long i;

	for (i = 0; i < PTRS_PER_PGD; i++) {
		if (pgd_val(as->mm->pgd[i]))
			p4d_clear(p4d_offset(as->mm->pgd + i, 0));
	}
	tables_changed(as);
	free_tables(as);
}

/**
 * arch_glue_space_init() - prepare an empty mm
 * @as: filled in
 * @mm: an mm that no task uses and in which nothing is mapped
 *
 * Context: Process context, may sleep.
 * Return: 0, -EBUSY if something is mapped, or -ENOMEM.
 */
int arch_glue_space_init(struct arch_space *as, struct mm_struct *mm)
{
	int err;

	might_sleep();
	if (!is_empty(mm))
		return -EBUSY;
	*as = (struct arch_space) { .mm = mm };
	INIT_LIST_HEAD(&as->tables);
	INIT_LIST_HEAD(&as->spares);
	INIT_LIST_HEAD(&as->spares_used);
	on_each_cpu(evict, mm, 1);
	mm_context_add_copro(mm);
	err = way_back_init(as);
	if (!err)
		return 0;
	detach(as);
	mm_context_remove_copro(mm);
	return err;
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
	detach(as);
	mm_context_remove_copro(as->mm);
	__free_page(as->way_back);
}
