// SPDX-License-Identifier: GPL-2.0
/*
 * Each argument of each EFI service is attacked: a firmware that writes outside of
 * it is told from the others by service and argument, and the caller's memory is as
 * it was.
 */
#include <linux/efi.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "fake.h"
#include "service/efi.h"
#include "suites.h"

/* where an entry point leads: to the end of the page of code */
#define NOP	0x90

extern const u8 opalvm_fake_overrun[], opalvm_fake_overrun_end[];

/**
 * struct overrun - what the firmware does in the next call
 * @arg: where it writes, the first argument is 0
 * @offset: bytes from there
 * @len: bytes
 */
struct overrun {
	u64 arg;
	s64 offset;
	u64 len;
};

/* what the firmware is given: the memory of a caller that has nothing to do with it */
struct caller {
	efi_char16_t name[8];
	efi_guid_t vendor;
	u32 attr;
	unsigned long size;
	u8 data[24];
	efi_time_t time;
	efi_time_cap_t cap;
	efi_bool_t enabled;
	efi_bool_t pending;
	u64 storage;
	u64 remaining;
	u64 max_size;
	u32 count;
	efi_capsule_header_t capsule;
	int reset_type;
};

static const struct caller template = {
	.name = { 'V', 'i', 'c', 't', 'i', 'm' },
	.attr = 7,
	.size = sizeof(template.data),
	.data = { [0 ... 23] = 0x77 },
	.time = { .year = 2000, .month = 1, .day = 1 },
	.capsule = { .headersize = sizeof(efi_capsule_header_t),
		     .imagesize = sizeof(efi_capsule_header_t) },
};

static struct fake fake;
static struct opalvm_service services[OPALVM_EFI_NR_SERVICES];
static struct opalvm_firmware fw;
static struct caller caller;

static int args_init(struct kunit *test)
{
	size_t len = opalvm_fake_overrun_end - opalvm_fake_overrun;
	u8 *code;
	u32 i;
	int err;

	err = fake_host(&fake, FAKE_HIGH_VA);
	if (err)
		return err;
	/* no call is made of its own services: from each of them to the one here */
	code = page_address(fake.pages[FAKE_CODE]);
	memset(code, NOP, PAGE_SIZE);
	memcpy(code + PAGE_SIZE - len, opalvm_fake_overrun, len);

	/* each attack is to find its service open */
	memcpy(services, opalvm_efi_services, sizeof(services));
	for (i = 0; i < OPALVM_EFI_NR_SERVICES; i++)
		services[i].spoils_for_good = 0;
	opalvm_gate_destroy(fake.gate);
	fake.gate = opalvm_gate_create(fake.space, services, OPALVM_EFI_NR_SERVICES);
	if (IS_ERR(fake.gate))
		return PTR_ERR(fake.gate);
	fake.gate->error_bit = BIT_ULL(63);
	fw = (struct opalvm_firmware) {
		.map = fake.map, .space = fake.space, .gate = fake.gate,
		.services = services, .nr_services = OPALVM_EFI_NR_SERVICES,
	};
	return 0;
}

static void args_exit(struct kunit *test)
{
	fake_unhost(&fake);
}

/*
 * The calls
 */

static efi_status_t get_time(void)
{
	return opalvm_efi_get_time(&fw, &caller.time, &caller.cap);
}

static efi_status_t set_time(void)
{
	return opalvm_efi_set_time(&fw, &caller.time);
}

static efi_status_t get_wakeup_time(void)
{
	return opalvm_efi_get_wakeup_time(&fw, &caller.enabled, &caller.pending, &caller.time);
}

static efi_status_t set_wakeup_time(void)
{
	return opalvm_efi_set_wakeup_time(&fw, true, &caller.time);
}

static efi_status_t get_variable(void)
{
	return opalvm_efi_get_variable(&fw, caller.name, &caller.vendor, &caller.attr,
				       &caller.size, caller.data);
}

static efi_status_t get_next_variable(void)
{
	caller.size = sizeof(caller.name);
	return opalvm_efi_get_next_variable(&fw, &caller.size, caller.name, &caller.vendor);
}

static efi_status_t set_variable(void)
{
	return opalvm_efi_set_variable(&fw, caller.name, &caller.vendor, caller.attr,
				       sizeof(caller.data), caller.data);
}

static efi_status_t set_variable_nonblocking(void)
{
	return opalvm_efi_set_variable_nonblocking(&fw, caller.name, &caller.vendor, caller.attr,
						   sizeof(caller.data), caller.data);
}

static efi_status_t next_high_mono_count(void)
{
	return opalvm_efi_get_next_high_mono_count(&fw, &caller.count);
}

static efi_status_t reset_system(void)
{
	return opalvm_efi_reset_system(&fw, EFI_RESET_COLD, EFI_SUCCESS, sizeof(caller.data),
				       caller.data);
}

/* As opalvm_efi_update_capsule() makes it, which asks the firmware something before. */
static efi_status_t update_capsule(void)
{
	u64 pointers[1] = { (uintptr_t)&caller.capsule };
	struct opalvm_call call = {
		.service = OPALVM_EFI_UPDATE_CAPSULE,
		.nr_args = 3,
		.args = {
			OPALVM_IN(pointers, sizeof(pointers)), OPALVM_VALUE(1), OPALVM_VALUE(0),
		},
	};

	return opalvm_efi_call(&fw, &call);
}

static efi_status_t query_capsule_caps(void)
{
	const struct opalvm_capsule capsule = {
		.header = &caller.capsule, .size = sizeof(caller.capsule),
	};

	return opalvm_efi_query_capsule_caps(&fw, &capsule, 1, &caller.max_size,
					     &caller.reset_type);
}

static efi_status_t query_variable_info(void)
{
	return opalvm_efi_query_variable_info(&fw, caller.attr, &caller.storage,
					      &caller.remaining, &caller.max_size);
}

static efi_status_t query_variable_info_nonblocking(void)
{
	return opalvm_efi_query_variable_info_nonblocking(&fw, caller.attr, &caller.storage,
							  &caller.remaining, &caller.max_size);
}

/**
 * struct victim - an argument that is a pointer
 * @service: the service
 * @call: calls it
 * @arg: the argument, the first is 0
 * @len: its length in bytes
 * @atomic: the call does not sleep
 */
struct victim {
	u32 service;
	efi_status_t (*call)(void);
	u32 arg;
	size_t len;
	bool atomic;
};

#define NAME_LEN	(7 * sizeof(efi_char16_t))

static const struct victim victims[] = {
	{ OPALVM_EFI_GET_TIME, get_time, 0, sizeof(efi_time_t) },
	{ OPALVM_EFI_GET_TIME, get_time, 1, sizeof(efi_time_cap_t) },
	{ OPALVM_EFI_SET_TIME, set_time, 0, sizeof(efi_time_t) },
	{ OPALVM_EFI_GET_WAKEUP_TIME, get_wakeup_time, 0, sizeof(efi_bool_t) },
	{ OPALVM_EFI_GET_WAKEUP_TIME, get_wakeup_time, 1, sizeof(efi_bool_t) },
	{ OPALVM_EFI_GET_WAKEUP_TIME, get_wakeup_time, 2, sizeof(efi_time_t) },
	{ OPALVM_EFI_SET_WAKEUP_TIME, set_wakeup_time, 1, sizeof(efi_time_t) },
	{ OPALVM_EFI_GET_VARIABLE, get_variable, 0, NAME_LEN },
	{ OPALVM_EFI_GET_VARIABLE, get_variable, 1, sizeof(efi_guid_t) },
	{ OPALVM_EFI_GET_VARIABLE, get_variable, 2, sizeof(u32) },
	{ OPALVM_EFI_GET_VARIABLE, get_variable, 3, sizeof(u64) },
	{ OPALVM_EFI_GET_VARIABLE, get_variable, 4, sizeof(template.data) },
	{ OPALVM_EFI_GET_NEXT_VARIABLE_NAME, get_next_variable, 0, sizeof(u64) },
	{ OPALVM_EFI_GET_NEXT_VARIABLE_NAME, get_next_variable, 1, sizeof(template.name) },
	{ OPALVM_EFI_GET_NEXT_VARIABLE_NAME, get_next_variable, 2, sizeof(efi_guid_t) },
	{ OPALVM_EFI_SET_VARIABLE, set_variable, 0, NAME_LEN },
	{ OPALVM_EFI_SET_VARIABLE, set_variable, 1, sizeof(efi_guid_t) },
	{ OPALVM_EFI_SET_VARIABLE, set_variable, 4, sizeof(template.data) },
	{ OPALVM_EFI_SET_VARIABLE, set_variable_nonblocking, 0, NAME_LEN, true },
	{ OPALVM_EFI_SET_VARIABLE, set_variable_nonblocking, 1, sizeof(efi_guid_t), true },
	{ OPALVM_EFI_SET_VARIABLE, set_variable_nonblocking, 4, sizeof(template.data), true },
	{ OPALVM_EFI_GET_NEXT_HIGH_MONO_COUNT, next_high_mono_count, 0, sizeof(u32) },
	{ OPALVM_EFI_RESET_SYSTEM, reset_system, 3, sizeof(template.data), true },
	{ OPALVM_EFI_UPDATE_CAPSULE, update_capsule, 0, sizeof(u64) },
	{ OPALVM_EFI_QUERY_CAPSULE_CAPS, query_capsule_caps, 0, sizeof(u64) },
	{ OPALVM_EFI_QUERY_CAPSULE_CAPS, query_capsule_caps, 2, sizeof(u64) },
	{ OPALVM_EFI_QUERY_CAPSULE_CAPS, query_capsule_caps, 3, sizeof(u32) },
	{ OPALVM_EFI_QUERY_VARIABLE_INFO, query_variable_info, 1, sizeof(u64) },
	{ OPALVM_EFI_QUERY_VARIABLE_INFO, query_variable_info, 2, sizeof(u64) },
	{ OPALVM_EFI_QUERY_VARIABLE_INFO, query_variable_info, 3, sizeof(u64) },
	{ OPALVM_EFI_QUERY_VARIABLE_INFO, query_variable_info_nonblocking, 1, sizeof(u64), true },
	{ OPALVM_EFI_QUERY_VARIABLE_INFO, query_variable_info_nonblocking, 2, sizeof(u64), true },
	{ OPALVM_EFI_QUERY_VARIABLE_INFO, query_variable_info_nonblocking, 3, sizeof(u64), true },
};

/* All services that have a pointer and may be called are in the list. */
static void no_service_is_left_out(struct kunit *test)
{
	u64 expected = GENMASK_ULL(OPALVM_EFI_NR_SERVICES - 1, 0), found = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(victims); i++)
		found |= BIT_ULL(victims[i].service);
	for (i = 0; i < OPALVM_EFI_NR_SERVICES; i++)
		if (opalvm_efi_services[i].flags & OPALVM_SERVICE_INTERNAL)
			expected &= ~BIT_ULL(i);
	KUNIT_EXPECT_EQ(test, found, expected);
}

static void attack(struct kunit *test, const struct victim *victim, s64 offset, u64 len)
{
	struct opalvm_flight *flight = victim->atomic ? fake.gate->atomic : fake.gate->sleeping;
	struct overrun *overrun = page_address(fake.pages[FAKE_DATA]);
	const char *name = services[victim->service].name;
	u64 faults = fake.gate->stats[victim->service].faults;
	struct caller before;

	*overrun = (struct overrun) { .arg = victim->arg, .offset = offset, .len = len };
	memcpy(&caller, &template, sizeof(caller));
	memcpy(&before, &caller, sizeof(before));
	if (victim->call == get_next_variable)
		before.size = sizeof(before.name);
	KUNIT_EXPECT_EQ_MSG(test, victim->call(), EFI_DEVICE_ERROR, "%s, argument %u: %llu at %lld",
			    name, victim->arg + 1, len, offset);
	KUNIT_EXPECT_EQ_MSG(test, flight->argument, victim->arg + 1, "%s: %llu at %lld",
			    name, len, offset);
	KUNIT_EXPECT_EQ(test, fake.gate->stats[victim->service].faults, faults + 1);
	KUNIT_EXPECT_TRUE(test, fake.gate->quarantine & BIT_ULL(victim->service));
	KUNIT_EXPECT_EQ_MSG(test, memcmp(&caller, &before, sizeof(caller)), 0, "%s, argument %u",
			    name, victim->arg + 1);
	KUNIT_EXPECT_EQ(test, opalvm_quarantine_lift(fake.gate, ~0ULL, NULL), 0);
}

static void an_overrun_of_any_argument_is_named(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(victims); i++) {
		const struct victim *victim = &victims[i];

		attack(test, victim, -1, 1);
		attack(test, victim, victim->len, 1);
		attack(test, victim, victim->len, PAGE_SIZE);
		attack(test, victim, victim->len, SZ_4G);
		attack(test, victim, 0, SZ_4G);
	}
}

/* What a firmware may do is not taken for an attack. */
static void what_fits_is_allowed(struct kunit *test)
{
	struct overrun *overrun = page_address(fake.pages[FAKE_DATA]);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(victims); i++) {
		const struct victim *victim = &victims[i];
		u64 faults = fake.gate->stats[victim->service].faults;

		/* sizes and pointers that are nonsense are another test's */
		*overrun = (struct overrun) { .arg = victim->arg, .offset = 0, .len = 0 };
		memcpy(&caller, &template, sizeof(caller));
		victim->call();
		KUNIT_EXPECT_EQ_MSG(test, fake.gate->stats[victim->service].faults, faults, "%s",
				    services[victim->service].name);
	}
	KUNIT_EXPECT_EQ(test, fake.gate->quarantine, 0ULL);
}

static struct kunit_case args_cases[] = {
	KUNIT_CASE(no_service_is_left_out),
	KUNIT_CASE(an_overrun_of_any_argument_is_named),
	KUNIT_CASE(what_fits_is_allowed),
	{}
};

struct kunit_suite opalvm_efi_args_suite = {
	.name = "opalvm_efi_args",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = args_init,
	.exit = args_exit,
	.test_cases = args_cases,
};
