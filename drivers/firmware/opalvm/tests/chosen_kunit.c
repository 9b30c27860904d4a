// SPDX-License-Identifier: GPL-2.0
/*
 * What a kernel before this one left in the device tree, and what is believed of
 * it. The last test locks the kernel down, which nothing undoes: this suite stands
 * behind all others.
 */
#include <linux/err.h>
#include <linux/kconfig.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/security.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/umh.h>

#include "carrier/carrier.h"
#include "suites.h"

#define CHAIN		0x0123456789abcdefULL
#define GENERATION	41
#define HOPS		6
#define QUARANTINE	(BIT_ULL(3) | BIT_ULL(40))

static struct opalvm_why why;

/* One that lies nowhere: nothing is mapped by what such a table says. */
static struct opalvm_map *make_map(void)
{
	const struct opalvm_extent extent = {
		.va = 0xdead00000000, .pa = 0xdead00000000, .size = 0x10000, .type = 5,
		.attr = OPALVM_ATTR_WB | OPALVM_ATTR_RUNTIME,
	};
	struct opalvm_map *map = opalvm_map_alloc(OPALVM_FW_RTAS, 1);

	if (!map)
		return NULL;
	map->placement = OPALVM_PLACEMENT_IDENTITY;
	map->quarantine = QUARANTINE;
	if (!opalvm_map_add(map, &extent, NULL) &&
	    !opalvm_map_add_entry(map, OPALVM_ENTRY_ID_COMMON, OPALVM_ENTRY_PA, extent.pa, NULL))
		return map;
	opalvm_map_free(map);
	return NULL;
}

static int leave(u64 state_page)
{
	const struct opalvm_wire_info info = {
		.generation = GENERATION, .hop_count = HOPS, .chain = CHAIN,
		.state_page = state_page,
	};
	struct opalvm_map *map = make_map();
	const struct opalvm_map *maps[] = { map };
	ssize_t len = map ? opalvm_wire_size(maps, 1) : 0;
	void *table = map ? kzalloc(len, GFP_KERNEL) : NULL;
	int err = -ENOMEM;

	if (table)
		err = opalvm_wire_write(table, len, &info, maps, 1) == len ?
		      opalvm_chosen_publish(table, len) : -EINVAL;
	kfree(table);
	opalvm_map_free(map);
	return err;
}

static int accept(struct opalvm_map *map, const void *data, struct opalvm_why *why)
{
	return 0;
}

static int find(struct opalvm_offer *offer)
{
	struct opalvm_limits limits;
	const struct opalvm_search search = {
		.firmware = OPALVM_FW_RTAS, .limits = &limits, .check = accept,
	};

	arch_glue_limits(&limits);
	return opalvm_handover_find(&search, offer, &why);
}

static void expect_found(struct kunit *test, struct opalvm_offer *offer)
{
	KUNIT_ASSERT_EQ_MSG(test, find(offer), 0, "%s", why.text);
	KUNIT_EXPECT_STREQ(test, offer->place, "/chosen in the device tree");
	KUNIT_EXPECT_EQ(test, offer->info.generation, (u64)GENERATION);
	KUNIT_EXPECT_EQ(test, offer->info.hop_count, (u32)HOPS);
	KUNIT_EXPECT_EQ(test, offer->info.chain, CHAIN);
	KUNIT_EXPECT_EQ(test, offer->map->quarantine, QUARANTINE);
	KUNIT_EXPECT_FALSE(test, offer->live);
	opalvm_map_free(offer->map);
}

static void chosen_exit(struct kunit *test)
{
	opalvm_chosen_withdraw();
}

static void what_was_left_is_found(struct kunit *test)
{
	struct opalvm_offer offer;

	KUNIT_EXPECT_EQ(test, find(&offer), -ENOENT);
	KUNIT_ASSERT_EQ(test, leave(0), 0);
	expect_found(test, &offer);
	opalvm_chosen_withdraw();
	KUNIT_EXPECT_EQ(test, find(&offer), -ENOENT);
}

static struct opalvm_state_page *create_page(void)
{
	return opalvm_state_create(OPALVM_FW_RTAS, CHAIN, GENERATION + 1, 0, 0);
}

#define MAX_TRIES	256

/*
 * A live state page behind all that the kernel's image may have: what the kernel has
 * freed of that is allocated as well, and taken for the kernel's own.
 */
static struct opalvm_state_page *create_high_page(void)
{
	static struct opalvm_state_page *low[MAX_TRIES];
	struct opalvm_state_page *page = create_page();
	u32 nr = 0;

	while (page && page->pa < kernstart_addr + SZ_64M && nr < MAX_TRIES) {
		low[nr++] = page;
		page = create_page();
	}
	while (nr)
		opalvm_state_destroy(low[--nr]);
	return page;
}

/* Even one that would answer: no kernel can have kept it. */
static void a_state_page_is_not_read(struct kunit *test)
{
	struct opalvm_state_page *page = create_high_page();
	struct opalvm_state state = {};
	struct opalvm_offer offer;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, page);
	opalvm_state_write(page, 0, 0, 0);
	/* as memory is that the kernel leaves alone */
	SetPageReserved(pfn_to_page(PHYS_PFN(page->pa)));
	err = opalvm_state_read(page->pa, CHAIN, OPALVM_FW_RTAS, &state, &why);
	KUNIT_EXPECT_EQ_MSG(test, err, 0, "%s", why.text);
	err = leave(page->pa);
	KUNIT_EXPECT_EQ(test, err, 0);
	if (!err)
		expect_found(test, &offer);
	ClearPageReserved(pfn_to_page(PHYS_PFN(page->pa)));
	opalvm_state_destroy(page);
}

static int lock_down(void)
{
	char script[] = "mount -t securityfs none /sys/kernel/security; "
			"echo integrity > /sys/kernel/security/lockdown";
	char *argv[] = { "/bin/sh", "-c", script, NULL };
	char *envp[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };

	return call_usermodehelper(argv[0], argv, envp, UMH_WAIT_PROC);
}

/* A quarantine is not forgotten because nobody signed it. */
static void lockdown_hides_nothing(struct kunit *test)
{
	struct opalvm_offer offer;
	int err;

	if (!IS_ENABLED(CONFIG_SECURITY_LOCKDOWN_LSM))
		kunit_skip(test, "this kernel cannot be locked down");
	err = lock_down();
	KUNIT_ASSERT_EQ(test, security_locked_down(LOCKDOWN_KEXEC), -EPERM);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_ASSERT_EQ(test, leave(0), 0);
	expect_found(test, &offer);
}

static struct kunit_case chosen_cases[] = {
	KUNIT_CASE(what_was_left_is_found),
	KUNIT_CASE(a_state_page_is_not_read),
	KUNIT_CASE(lockdown_hides_nothing),
	{}
};

struct kunit_suite opalvm_chosen_suite = {
	.name = "opalvm_chosen",
	.exit = chosen_exit,
	.test_cases = chosen_cases,
};
