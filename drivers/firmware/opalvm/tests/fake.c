// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "fake.h"

static const struct {
	u64 attr;
	u32 type;
} extents[FAKE_NR_EXTENTS] = {
	[FAKE_CODE] = { OPALVM_ATTR_WB | OPALVM_ATTR_RO, 5 },
	[FAKE_DATA] = { OPALVM_ATTR_WB | OPALVM_ATTR_XP, 6 },
	[FAKE_RO] = { OPALVM_ATTR_WB | OPALVM_ATTR_XP | OPALVM_ATTR_RO, 6 },
	[FAKE_UC] = { OPALVM_ATTR_UC | OPALVM_ATTR_XP, 11 },
};

/* Faults are contained for a whole suite. */
int fake_suite_init(struct kunit_suite *suite)
{
	return arch_glue_contain_init(NULL);
}

void fake_suite_exit(struct kunit_suite *suite)
{
	arch_glue_contain_exit();
}

u64 fake_va(const struct fake *fake, enum fake_extent extent)
{
	return opalvm_map_find_pa(fake->map, page_to_phys(fake->pages[extent]))->va;
}

static int make_map(struct fake *fake, u64 va)
{
	struct opalvm_limits limits;
	struct opalvm_why why = {};
	int err = 0;
	u32 i;

	fake->map = opalvm_map_alloc(OPALVM_FW_EFI, FAKE_NR_EXTENTS);
	if (!fake->map)
		return -ENOMEM;
	for (i = 0; i < FAKE_NR_EXTENTS && !err; i++) {
		const struct opalvm_extent extent = {
			.va = va + 2 * i * PAGE_SIZE,
			.pa = page_to_phys(fake->pages[i]),
			.size = PAGE_SIZE,
			.attr = extents[i].attr,
			.type = extents[i].type,
		};

		err = opalvm_map_add(fake->map, &extent, &why);
	}
	err = err ?: fake_add_entries(fake, va, &why);
	fake->map->services =
		GENMASK_ULL((FAKE_OWN_ENTRIES ? FAKE_TABLE_SIZE : FAKE_NR_SERVICES) - 1, 0);

	/* its pages are the kernel's own, as no real firmware's may be */
	arch_glue_limits(&limits);
	limits.is_ram = NULL;
	return err ?: opalvm_map_seal(fake->map, &limits, &why);
}

/* Its memory and its services. On an error fake_unhost() cleans up. */
int fake_prepare(struct fake *fake)
{
	u32 i;

	*fake = (struct fake) {};
	for (i = 0; i < FAKE_NR_EXTENTS; i++) {
		fake->pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!fake->pages[i])
			return -ENOMEM;
	}
	for (i = 0; i < FAKE_TABLE_SIZE; i++) {
		fake->services[i].name = "Fake";
		fake->services[i].token = i;
		fake->services[i].deadline_ms = FAKE_DEADLINE;
		fake->services[i].not_while = GENMASK_ULL(FAKE_TABLE_SIZE - 1, 0);
		fake->services[i].spoils = BIT_ULL(i);
	}
	return 0;
}

/* Its space and its gate; the map is there. */
int fake_realise(struct fake *fake)
{
	struct opalvm_why why = {};

	fake->space = opalvm_space_create("fake", fake->map, &why);
	if (IS_ERR(fake->space)) {
		pr_err("fake: %s\n", why.text);
		return PTR_ERR(fake->space);
	}
	fake->gate = opalvm_gate_create(fake->space, fake->services, FAKE_TABLE_SIZE);
	if (IS_ERR(fake->gate))
		return PTR_ERR(fake->gate);
	fake->gate->error_bit = FAKE_ERROR;
	return 0;
}

/* On an error fake_unhost() cleans up. */
int fake_host(struct fake *fake, u64 va)
{
	int err = fake_prepare(fake);

	if (err)
		return err;
	fake_put_code(page_address(fake->pages[FAKE_CODE]));
	return make_map(fake, va) ?: fake_realise(fake);
}

void fake_unhost(struct fake *fake)
{
	u32 i;

	if (!IS_ERR_OR_NULL(fake->gate))
		opalvm_gate_destroy(fake->gate);
	if (!IS_ERR_OR_NULL(fake->space))
		opalvm_space_destroy(fake->space);
	opalvm_map_free(fake->map);
	for (i = 0; i < FAKE_NR_EXTENTS; i++) {
		if (fake->pages[i])
			__free_page(fake->pages[i]);
	}
	*fake = (struct fake) {};
}

/* From now on sleeping calls run on this CPU. */
void fake_run_on(struct fake *fake, unsigned int cpu)
{
	set_cpus_allowed_ptr(fake->space->worker->task, cpumask_of(cpu));
}

/*
 * From now on sleeping calls run on another CPU than this task, which they
 * would keep waiting where they run with interrupts off. False if there is none.
 */
bool fake_run_apart(struct fake *fake)
{
	unsigned int here = cpumask_first(cpu_online_mask);
	unsigned int there = cpumask_next(here, cpu_online_mask);

	if (there >= nr_cpu_ids)
		return false;
	set_cpus_allowed_ptr(current, cpumask_of(here));
	fake_run_on(fake, there);
	return true;
}

/* A sleeping call with two values. */
int fake_call(struct fake *fake, struct opalvm_call *call, enum fake_service service,
	      u64 first, u64 second)
{
	*call = (struct opalvm_call) {
		.service = service,
		.abi = FAKE_ABI,
		.nr_args = 2,
		.args = { OPALVM_VALUE(first), OPALVM_VALUE(second) },
	};
	return opalvm_call(fake->gate, call);
}
