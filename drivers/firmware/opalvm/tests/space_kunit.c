// SPDX-License-Identifier: GPL-2.0
/*
 * A space is exactly its map: what is mapped, how, for whom and for how long.
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/smp.h>

#include "fake.h"
#include "suites.h"

static struct fake fake;

static int space_init(struct kunit *test)
{
	const u64 *va = test->param_value;

	return fake_host(&fake, va ? *va : FAKE_LOW_VA);
}

static void space_exit(struct kunit *test)
{
	fake_unhost(&fake);
}

static const u64 both_places[] = { FAKE_LOW_VA, FAKE_HIGH_VA };

static void place_name(const u64 *va, char *name)
{
	strscpy(name, *va == FAKE_LOW_VA ? FAKE_LOW_NAME : FAKE_HIGH_NAME, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(place, both_places, place_name);

static void extents_are_mapped_as_the_map_says(struct kunit *test)
{
	struct opalvm_why why = {};

	KUNIT_EXPECT_EQ_MSG(test, opalvm_space_verify(fake.space, fake.map->extents,
						      fake.map->nr_extents, &why), 0,
			    "%s", why.text);
}

static void protection_and_caching_reach_the_page_tables(struct kunit *test)
{
	static const struct {
		enum fake_extent extent;
		u64 protection;
		u64 cache;
	} cases[] = {
		{ FAKE_CODE, OPALVM_ATTR_RO, OPALVM_ATTR_WB },
		{ FAKE_DATA, OPALVM_ATTR_XP, OPALVM_ATTR_WB },
		{ FAKE_RO, OPALVM_ATTR_XP | OPALVM_ATTR_RO, OPALVM_ATTR_WB },
		{ FAKE_UC, OPALVM_ATTR_XP, OPALVM_ATTR_UC },
	};
	struct arch_mapping found;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		u64 va = fake_va(&fake, cases[i].extent);

		KUNIT_ASSERT_TRUE(test, arch_glue_read(&fake.space->arch, va, &found));
		KUNIT_EXPECT_EQ(test, found.pa, (u64)page_to_phys(fake.pages[cases[i].extent]));
		KUNIT_EXPECT_EQ(test, found.attr & (OPALVM_ATTR_RO | OPALVM_ATTR_XP),
				cases[i].protection);
		KUNIT_EXPECT_TRUE(test, found.attr & cases[i].cache);
		KUNIT_EXPECT_FALSE(test, found.user);
		KUNIT_EXPECT_FALSE(test, found.global);
	}
}

static void nothing_else_is_mapped(struct kunit *test)
{
	struct arch_mapping found;
	unsigned int i;

	for (i = 0; i < FAKE_NR_EXTENTS; i++) {
		u64 va = fake_va(&fake, i);

		KUNIT_EXPECT_FALSE(test, arch_glue_read(&fake.space->arch, va - 1, &found));
		KUNIT_EXPECT_FALSE(test,
				   arch_glue_read(&fake.space->arch, va + PAGE_SIZE, &found));
	}
}

static void verify_finds_each_difference(struct kunit *test)
{
	struct opalvm_extent extents[FAKE_NR_EXTENTS];
	const u32 nr = fake.map->nr_extents;
	const size_t size = nr * sizeof(extents[0]);

#define EXPECT_DIFFERENCE(change) do {						\
	memcpy(extents, fake.map->extents, size);				\
	change;									\
	KUNIT_EXPECT_EQ_MSG(test,						\
			    opalvm_space_verify(fake.space, extents, nr, NULL), \
			    -EUCLEAN, #change);					\
} while (0)

	KUNIT_ASSERT_EQ(test, nr, (u32)FAKE_NR_EXTENTS);
	EXPECT_DIFFERENCE(extents[0].pa += PAGE_SIZE);
	EXPECT_DIFFERENCE(extents[1].va += PAGE_SIZE);
	EXPECT_DIFFERENCE(extents[3].size += PAGE_SIZE);
	EXPECT_DIFFERENCE(extents[0].attr ^= OPALVM_ATTR_RO);
	EXPECT_DIFFERENCE(extents[1].attr ^= OPALVM_ATTR_RO);
	EXPECT_DIFFERENCE(extents[2].attr ^= OPALVM_ATTR_XP);
	EXPECT_DIFFERENCE(extents[1].attr ^= OPALVM_ATTR_WB | OPALVM_ATTR_UC);
	EXPECT_DIFFERENCE(extents[3].attr |= OPALVM_ATTR_WB);
#undef EXPECT_DIFFERENCE
}

static void verify_finds_an_extent_mapped_beyond_its_size(struct kunit *test)
{
	struct opalvm_extent larger = fake.map->extents[FAKE_NR_EXTENTS - 1];
	struct opalvm_extent more = larger;

	more.va += PAGE_SIZE;
	/* beside an extent of the map it may stand, but then the map is not all there is */
	KUNIT_ASSERT_EQ(test, opalvm_space_install(fake.space, &more, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, opalvm_space_verify(fake.space, &larger, 1, NULL), -EUCLEAN);
	opalvm_space_remove(fake.space, &more, 1);
	KUNIT_EXPECT_EQ(test, opalvm_space_verify(fake.space, &larger, 1, NULL), 0);
}

static void install_over_something_leaves_it_and_nothing_else(struct kunit *test)
{
	struct opalvm_extent extent = fake.map->extents[0];
	struct arch_mapping found;

	/* two pages below, and the third is the first extent's */
	extent.va -= 2 * PAGE_SIZE;
	extent.size = 3 * PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, opalvm_space_install(fake.space, &extent, 1, NULL), -EEXIST);
	KUNIT_EXPECT_FALSE(test, arch_glue_read(&fake.space->arch, extent.va, &found));
	KUNIT_EXPECT_FALSE(test,
			   arch_glue_read(&fake.space->arch, extent.va + PAGE_SIZE, &found));
	extents_are_mapped_as_the_map_says(test);
}

static void the_mm_is_nobody_elses(struct kunit *test)
{
	struct mm_struct *mm = fake.space->mm;

	KUNIT_EXPECT_EQ(test, atomic_read(&mm->mm_users), 1);
	KUNIT_EXPECT_EQ(test, mm->map_count, 0);
	KUNIT_EXPECT_TRUE(test, mm != current->mm);
#ifdef CONFIG_MEMCG
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(mm->owner));
#endif
	/* no executable is pinned: the file system it was on can go */
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(mm->exe_file));
}

static void look(void *inside)
{
	*(bool *)inside = fake_cpu_is_inside(&fake);
}

static void no_cpu_stays_inside_after_a_call(struct kunit *test)
{
	struct opalvm_call call;
	unsigned int cpu;
	bool inside;

	for_each_online_cpu(cpu) {
		fake_run_on(&fake, cpu);
		KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_SPACE, 0, 0), 0);
		KUNIT_EXPECT_EQ_MSG(test, fake_mark_in(call.ret), fake_space_mark(&fake),
				    "the call was elsewhere");
		inside = true;
		smp_call_function_single(cpu, look, &inside, 1);
		KUNIT_EXPECT_FALSE_MSG(test, inside, "CPU %u", cpu);
	}
}

static void a_removed_extent_is_gone_on_every_cpu(struct kunit *test)
{
	u64 va = fake_va(&fake, FAKE_DATA);
	struct opalvm_extent extent = *opalvm_map_find_va(fake.map, va);
	struct opalvm_call call;
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		fake_run_on(&fake, cpu);
		KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_LOAD, va, 0), 0);
	}
	opalvm_space_remove(fake.space, &extent, 1);
	for_each_online_cpu(cpu) {
		fake_run_on(&fake, cpu);
		KUNIT_EXPECT_EQ_MSG(test, fake_call(&fake, &call, FAKE_LOAD, va, 0), -EIO,
				    "CPU %u", cpu);
		KUNIT_ASSERT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), 0);
	}
}

#if ARCH_GLUE_TOUCHED
#define NR_PAGES	4

static void expect_touched(struct kunit *test, const struct opalvm_extent *extent,
			   u64 accessed, u64 dirty)
{
	struct opalvm_touched touched;

	opalvm_touched_get(fake.space, extent, &touched);
	KUNIT_EXPECT_EQ_MSG(test, touched.accessed, accessed, "extent %#llx", extent->va);
	KUNIT_EXPECT_EQ_MSG(test, touched.dirty, dirty, "extent %#llx", extent->va);
}

/* Nothing but what these are: the code that was run, and what it was told to touch. */
static void expect_touched_all(struct kunit *test, u64 code, u64 accessed, u64 dirty)
{
	u32 i;

	for (i = 0; i < FAKE_NR_EXTENTS; i++)
		expect_touched(test, &fake.map->extents[i],
			       i == FAKE_CODE ? code : i == FAKE_DATA ? accessed : 0,
			       i == FAKE_DATA ? dirty : 0);
}

static void what_is_touched_counts_and_nothing_else(struct kunit *test)
{
	u64 va = fake_va(&fake, FAKE_DATA);
	struct opalvm_call call;

	expect_touched_all(test, 0, 0, 0);
	KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), 0);
	expect_touched_all(test, 1, 0, 0);
	KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_LOAD, va, 0), 0);
	expect_touched_all(test, 1, 1, 0);
	KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_STORE, va, 1), 0);
	expect_touched_all(test, 1, 1, 1);
	extents_are_mapped_as_the_map_says(test);
}

static void one_page_of_an_extent_counts_as_one(struct kunit *test)
{
	struct page *pages = alloc_pages(GFP_KERNEL | __GFP_ZERO, get_order(NR_PAGES * PAGE_SIZE));
	struct opalvm_extent extent = fake.map->extents[FAKE_DATA];
	struct opalvm_call call;

	KUNIT_ASSERT_NOT_NULL(test, pages);
	/* behind the last one, and a page */
	extent.va = fake_va(&fake, FAKE_NR_EXTENTS - 1) + 2 * PAGE_SIZE;
	extent.pa = page_to_phys(pages);
	extent.size = NR_PAGES * PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, opalvm_space_install(fake.space, &extent, 1, NULL), 0);
	expect_touched(test, &extent, 0, 0);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_LOAD, extent.va + PAGE_SIZE, 0), 0);
	expect_touched(test, &extent, 1, 0);
	KUNIT_EXPECT_EQ(test, fake_call(&fake, &call, FAKE_STORE,
					extent.va + 3 * PAGE_SIZE, 1), 0);
	expect_touched(test, &extent, 2, 1);
	opalvm_space_remove(fake.space, &extent, 1);
	/* what is not mapped was not used */
	expect_touched(test, &extent, 0, 0);
	__free_pages(pages, get_order(NR_PAGES * PAGE_SIZE));
}

/* A CPU that remembers a translation would not tell again that it uses it. */
static void what_was_forgotten_is_seen_again_on_every_cpu(struct kunit *test)
{
	u64 va = fake_va(&fake, FAKE_DATA);
	struct opalvm_call call;
	unsigned int cpu;
	int round;

	for (round = 0; round < 2; round++) {
		for_each_online_cpu(cpu) {
			fake_run_on(&fake, cpu);
			opalvm_touched_clear(fake.space);
			expect_touched_all(test, 0, 0, 0);
			KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_STORE, va, 1), 0);
			expect_touched_all(test, 1, 1, 1);
			opalvm_touched_clear(fake.space);
			KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_LOAD, va, 0), 0);
			expect_touched_all(test, 1, 1, 0);
		}
	}
	extents_are_mapped_as_the_map_says(test);
}

static void an_atomic_call_is_seen_again(struct kunit *test)
{
	struct opalvm_call call = {
		.service = FAKE_STORE, .abi = FAKE_ABI, .nr_args = 2,
		.args = { OPALVM_VALUE(fake_va(&fake, FAKE_DATA)), OPALVM_VALUE(1) },
	};
	int round;

	for (round = 0; round < 2; round++) {
		KUNIT_ASSERT_EQ(test, opalvm_call_atomic(fake.gate, &call), 0);
		expect_touched_all(test, 1, 1, 1);
		opalvm_touched_clear(fake.space);
		expect_touched_all(test, 0, 0, 0);
	}
}
#endif /* ARCH_GLUE_TOUCHED */

static void many_spaces_come_and_go(struct kunit *test)
{
	struct opalvm_call call;
	int i;

	for (i = 0; i < 20; i++) {
		fake_unhost(&fake);
		KUNIT_ASSERT_EQ(test, fake_host(&fake, both_places[i % 2]), 0);
		KUNIT_ASSERT_EQ(test, fake_call(&fake, &call, FAKE_RETURN, 0, 0), 0);
	}
}

static void machines_that_cannot_host_are_refused(struct kunit *test)
{
	unsigned int i;

	KUNIT_EXPECT_EQ(test, arch_glue_can_host(&fake_good_machine, NULL), 0);
	for (i = 0; i < fake_nr_bad_machines; i++) {
		struct opalvm_why why = {};

		KUNIT_EXPECT_EQ(test, arch_glue_can_host(&fake_bad_machines[i], &why), -ENODEV);
		KUNIT_EXPECT_NE(test, why.text[0], '\0');
	}
}

static struct kunit_case space_cases[] = {
	KUNIT_CASE_PARAM(extents_are_mapped_as_the_map_says, place_gen_params),
	KUNIT_CASE_PARAM(protection_and_caching_reach_the_page_tables, place_gen_params),
	KUNIT_CASE_PARAM(nothing_else_is_mapped, place_gen_params),
	KUNIT_CASE_PARAM(verify_finds_each_difference, place_gen_params),
	KUNIT_CASE_PARAM(verify_finds_an_extent_mapped_beyond_its_size, place_gen_params),
	KUNIT_CASE_PARAM(install_over_something_leaves_it_and_nothing_else, place_gen_params),
	KUNIT_CASE(the_mm_is_nobody_elses),
	KUNIT_CASE_PARAM(no_cpu_stays_inside_after_a_call, place_gen_params),
	KUNIT_CASE_PARAM(a_removed_extent_is_gone_on_every_cpu, place_gen_params),
#if ARCH_GLUE_TOUCHED
	KUNIT_CASE_PARAM(what_is_touched_counts_and_nothing_else, place_gen_params),
	KUNIT_CASE_PARAM(one_page_of_an_extent_counts_as_one, place_gen_params),
	KUNIT_CASE_PARAM(what_was_forgotten_is_seen_again_on_every_cpu, place_gen_params),
	KUNIT_CASE_PARAM(an_atomic_call_is_seen_again, place_gen_params),
#endif
	KUNIT_CASE(many_spaces_come_and_go),
	KUNIT_CASE(machines_that_cannot_host_are_refused),
	{}
};

struct kunit_suite opalvm_space_suite = {
	.name = "opalvm_space",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = space_init,
	.exit = space_exit,
	.test_cases = space_cases,
};
