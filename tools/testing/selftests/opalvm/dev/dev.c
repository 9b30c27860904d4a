// SPDX-License-Identifier: GPL-2.0
/*
 * What /dev/opalvm takes, and what it refuses:
 *
 *	dev list	names of tests, and what is true if they pass, one a line
 *	dev NAME	this test; says what is wrong
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/opalvm_dev.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX_ENTRIES	4096
#define ROOM		0x10000		/* for any structure, and its page size */
#define UNTOUCHED	0xa5
#define MAX_LEN		(4 * 1024 * 1024)

static int device;
static int failures;
static const char *firmware;

/* what a call needs that works on each firmware */
static unsigned char buffers[2][64];
static unsigned char rtas_block[11 * 4] = { [11] = 8 };

static void expect_at(int line, unsigned long command, void *argument, int wanted)
{
	int err = ioctl(device, command, argument) ? errno : 0;

	if (err == wanted)
		return;
	printf("line %d: %s instead of %s\n", line, err ? strerrorname_np(err) : "0",
	       wanted ? strerrorname_np(wanted) : "0");
	failures++;
}

#define expect(command, argument, wanted)	expect_at(__LINE__, command, argument, wanted)

static void check_at(int line, bool is_true, const char *what)
{
	if (is_true)
		return;
	printf("line %d: not %s\n", line, what);
	failures++;
}

#define check(is_true)	check_at(__LINE__, is_true, #is_true)

/* Memory that ends @len bytes before pages that nobody may access. */
static void *at_the_end(size_t len, int protection)
{
	char *pages = mmap(NULL, 2 * ROOM, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || mprotect(pages + ROOM, ROOM, PROT_NONE)) {
		perror("mmap");
		exit(1);
	}
	return pages + ROOM - len;
}

static struct opalvm_dev_arg memory(uint32_t kind, void *address, uint64_t len)
{
	return (struct opalvm_dev_arg) {
		.kind = kind, .value = (uintptr_t)address, .len = len,
	};
}

static struct opalvm_dev_call good_call(void)
{
	struct opalvm_dev_call call = { .size = sizeof(call), .verdict = UNTOUCHED };

	if (!strcmp(firmware, "efi")) {
		strcpy((char *)call.service, "GetTime");
		call.args[call.nr_args++] = memory(OPALVM_DEV_OUT, buffers[0], 16);
		call.args[call.nr_args++] = memory(OPALVM_DEV_OUT, buffers[1], 12);
	} else if (!strcmp(firmware, "opal")) {
		strcpy((char *)call.service, "OPAL_XSCOM_READ");
		call.args[call.nr_args++].value = 0;
		call.args[call.nr_args++].value = 0xf000f;
		call.args[call.nr_args++] = memory(OPALVM_DEV_OUT, buffers[0], 8);
	} else {
		strcpy((char *)call.service, "get-time-of-day");
		call.args[call.nr_args++] = memory(OPALVM_DEV_INOUT, rtas_block,
						   sizeof(rtas_block));
	}
	return call;
}

/* The argument of a good call that is memory. */
static struct opalvm_dev_arg *memory_of(struct opalvm_dev_call *call)
{
	return &call->args[call->nr_args - 1];
}

static void call_works(void)
{
	struct opalvm_dev_call call = good_call();

	expect(OPALVM_DEV_CALL, &call, 0);
	check(call.verdict == OPALVM_DEV_OK);
	check(call.ret == 0);
}

/* A structure of @known bytes at @good, of each size that is none. */
static void sizes(unsigned long command, const void *good, size_t known)
{
	static const uint32_t bad[] = { 0, 1, 4, 0x7fffffff, 0x80000000, 0xffffffff };
	uint32_t *structure = at_the_end(ROOM, PROT_READ | PROT_WRITE);
	uint32_t size;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		memcpy(structure, good, known);
		*structure = bad[i];
		expect(command, structure, EINVAL);
	}
	for (size = known - 1; size > known - 9; size--) {
		memcpy(structure, good, known);
		*structure = size;
		expect(command, structure, EINVAL);
	}
	memcpy(structure, good, known);
	*structure = getpagesize() + 1;
	expect(command, structure, EINVAL);

	/* one of a later version, that wants nothing of that */
	memset(structure, 0, ROOM);
	memcpy(structure, good, known);
	*structure = known + 8;
	expect(command, structure, 0);
	memcpy(structure, good, known);
	*structure = getpagesize();
	expect(command, structure, 0);
	/* and that wants something */
	memcpy(structure, good, known);
	((char *)structure)[known] = 1;
	*structure = known + 8;
	expect(command, structure, E2BIG);
}

/* A structure that is not there, in part or whole, or cannot be written. */
static void faults(unsigned long command, const void *good, size_t known)
{
	char *structure = at_the_end(known - 1, PROT_READ | PROT_WRITE);

	expect(command, NULL, EFAULT);
	expect(command, (void *)(uintptr_t)-4096L, EFAULT);
	expect(command, at_the_end(0, PROT_READ), EFAULT);
	expect(command, at_the_end(2, PROT_READ), EFAULT);
	memcpy(structure, good, known - 1);
	expect(command, structure, EFAULT);

	structure = at_the_end(ROOM, PROT_READ | PROT_WRITE);
	memcpy(structure, good, known);
	mprotect(structure, ROOM, PROT_READ);
	expect(command, structure, EFAULT);
}

static void call_sizes(void)
{
	struct opalvm_dev_call call = good_call();

	sizes(OPALVM_DEV_CALL, &call, sizeof(call));
}

static void call_faults(void)
{
	struct opalvm_dev_call call = good_call();
	struct opalvm_dev_arg *arg = memory_of(&call);
	void *read_only = at_the_end(ROOM, PROT_READ | PROT_WRITE);

	faults(OPALVM_DEV_CALL, &call, sizeof(call));
	memcpy(read_only, (void *)(uintptr_t)arg->value, arg->len);
	mprotect(read_only, ROOM, PROT_READ);
	arg->value = (uintptr_t)at_the_end(1, PROT_READ | PROT_WRITE);
	expect(OPALVM_DEV_CALL, &call, EFAULT);
	arg->value = (uintptr_t)read_only;
	expect(OPALVM_DEV_CALL, &call, EFAULT);
	arg->kind = OPALVM_DEV_IN;
	arg->value = (uintptr_t)-4096L;
	expect(OPALVM_DEV_CALL, &call, EFAULT);
}

static void call_flags(void)
{
	for (int bit = 0; bit < 32; bit++) {
		struct opalvm_dev_call call = good_call();

		call.flags = 1U << bit;
		expect(OPALVM_DEV_CALL, &call, EINVAL);
		check(call.verdict == UNTOUCHED);
	}
}

static void call_arguments(void)
{
	static const uint32_t counts[] = { OPALVM_DEV_MAX_ARGS + 1, 0x80000000, 0xffffffff };
	static const uint32_t kinds[] = { 4, 0x100, 0x80000000, 0xffffffff };
	static const uint32_t size_args[] = { OPALVM_DEV_MAX_ARGS + 1, 0x100, 0xffffffff };
	static const uint64_t lengths[] = { MAX_LEN + 1, 1ULL << 32, 1ULL << 63, ~0ULL };
	struct opalvm_dev_call call;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		call = good_call();
		call.nr_args = counts[i];
		expect(OPALVM_DEV_CALL, &call, EINVAL);
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		call = good_call();
		memory_of(&call)->kind = kinds[i];
		expect(OPALVM_DEV_CALL, &call, EINVAL);
	}
	for (size_t i = 0; i < ARRAY_SIZE(size_args); i++) {
		call = good_call();
		memory_of(&call)->size_arg = size_args[i];
		expect(OPALVM_DEV_CALL, &call, EINVAL);
	}
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		call = good_call();
		memory_of(&call)->len = lengths[i];
		expect(OPALVM_DEV_CALL, &call, E2BIG);
	}
	call = good_call();
	memory_of(&call)->len = 0;
	expect(OPALVM_DEV_CALL, &call, EINVAL);
	/* a value has no length */
	call = good_call();
	memory_of(&call)->kind = OPALVM_DEV_VALUE;
	expect(OPALVM_DEV_CALL, &call, EINVAL);
}

static void call_names(void)
{
	struct opalvm_dev_call call = good_call();

	memset(call.service, 0, sizeof(call.service));
	expect(OPALVM_DEV_CALL, &call, EINVAL);
	strcpy((char *)call.service, "NoSuchService");
	expect(OPALVM_DEV_CALL, &call, EINVAL);
	/* no end */
	memset(call.service, 'A', sizeof(call.service));
	expect(OPALVM_DEV_CALL, &call, EINVAL);
}

#define NR_CALLS	3

static struct opalvm_dev_batch good_batch(struct opalvm_dev_call calls[NR_CALLS])
{
	for (int i = 0; i < NR_CALLS; i++)
		calls[i] = good_call();
	return (struct opalvm_dev_batch) {
		.size = sizeof(struct opalvm_dev_batch),
		.call_size = sizeof(struct opalvm_dev_call),
		.nr_calls = NR_CALLS, .calls = (uintptr_t)calls, .nr_done = UNTOUCHED,
	};
}

static void batch_works(void)
{
	struct opalvm_dev_call calls[NR_CALLS];
	struct opalvm_dev_batch batch = good_batch(calls);

	expect(OPALVM_DEV_BATCH, &batch, 0);
	check(batch.nr_done == NR_CALLS);
	for (int i = 0; i < NR_CALLS; i++)
		check(calls[i].verdict == OPALVM_DEV_OK && !calls[i].ret);
	batch = good_batch(calls);
	batch.nr_calls = 0;
	expect(OPALVM_DEV_BATCH, &batch, 0);
	check(batch.nr_done == 0);
	check(calls[0].verdict == UNTOUCHED);
}

static void batch_ends(void)
{
	struct opalvm_dev_call calls[NR_CALLS];
	struct opalvm_dev_batch batch = good_batch(calls);
	struct opalvm_dev_call *end;

	calls[1].nr_args = OPALVM_DEV_MAX_ARGS + 1;
	expect(OPALVM_DEV_BATCH, &batch, EINVAL);
	check(batch.nr_done == 1);
	check(calls[0].verdict == OPALVM_DEV_OK);
	check(calls[1].verdict == UNTOUCHED);
	check(calls[2].verdict == UNTOUCHED);

	/* calls of the size that was said, all of them */
	batch = good_batch(calls);
	calls[2].size += 8;
	expect(OPALVM_DEV_BATCH, &batch, EINVAL);
	check(batch.nr_done == 2);

	end = at_the_end(2 * sizeof(*end), PROT_READ | PROT_WRITE);
	batch = good_batch(calls);
	memcpy(end, calls, 2 * sizeof(*end));
	batch.calls = (uintptr_t)end;
	expect(OPALVM_DEV_BATCH, &batch, EFAULT);
	check(batch.nr_done == 2);
	check(end[1].verdict == OPALVM_DEV_OK);

	batch = good_batch(calls);
	batch.calls = 0;
	expect(OPALVM_DEV_BATCH, &batch, EFAULT);
	check(batch.nr_done == 0);
	batch = good_batch(calls);
	batch.calls = -8ULL;
	expect(OPALVM_DEV_BATCH, &batch, EFAULT);
	check(batch.nr_done == 0);
}

static void batch_counts(void)
{
	static const uint32_t counts[] = { OPALVM_DEV_MAX_CALLS + 1, 0x80000000, 0xffffffff };
	static struct opalvm_dev_call most[OPALVM_DEV_MAX_CALLS];
	struct opalvm_dev_call calls[NR_CALLS];
	struct opalvm_dev_batch batch;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		batch = good_batch(calls);
		batch.nr_calls = counts[i];
		expect(OPALVM_DEV_BATCH, &batch, E2BIG);
		check(batch.nr_done == UNTOUCHED);
		check(calls[0].verdict == UNTOUCHED);
	}
	batch = good_batch(calls);
	for (int i = 0; i < OPALVM_DEV_MAX_CALLS; i++)
		most[i] = good_call();
	batch.calls = (uintptr_t)most;
	batch.nr_calls = OPALVM_DEV_MAX_CALLS;
	expect(OPALVM_DEV_BATCH, &batch, 0);
	check(batch.nr_done == OPALVM_DEV_MAX_CALLS);
	check(most[OPALVM_DEV_MAX_CALLS - 1].verdict == OPALVM_DEV_OK);
}

static void batch_fields(void)
{
	static const uint32_t call_sizes[] = {
		0, sizeof(struct opalvm_dev_call) - 1, sizeof(struct opalvm_dev_call) + 8,
		0xffffffff,
	};
	struct opalvm_dev_call calls[NR_CALLS];
	struct opalvm_dev_batch batch;

	for (int bit = 0; bit < 32; bit++) {
		batch = good_batch(calls);
		batch.flags = 1U << bit;
		expect(OPALVM_DEV_BATCH, &batch, EINVAL);
		batch = good_batch(calls);
		batch.reserved = 1U << bit;
		expect(OPALVM_DEV_BATCH, &batch, EINVAL);
	}
	for (size_t i = 0; i < ARRAY_SIZE(call_sizes); i++) {
		batch = good_batch(calls);
		batch.call_size = call_sizes[i];
		expect(OPALVM_DEV_BATCH, &batch, EINVAL);
	}
	check(calls[0].verdict == UNTOUCHED);
}

static void batch_sizes(void)
{
	struct opalvm_dev_call calls[NR_CALLS];
	struct opalvm_dev_batch batch = good_batch(calls);

	sizes(OPALVM_DEV_BATCH, &batch, sizeof(batch));
}

static void batch_faults(void)
{
	struct opalvm_dev_call calls[NR_CALLS];
	struct opalvm_dev_batch batch = good_batch(calls);

	faults(OPALVM_DEV_BATCH, &batch, sizeof(batch));
}

/* the two ioctls that give a list */
static const struct {
	unsigned long command;
	uint32_t entry_size;
} lists[] = {
	{ OPALVM_DEV_MAP, sizeof(struct opalvm_dev_extent) },
	{ OPALVM_DEV_STATS, sizeof(struct opalvm_dev_stats) },
};

static struct opalvm_dev_list good_list(int which, void *entries, uint32_t nr)
{
	return (struct opalvm_dev_list) {
		.size = sizeof(struct opalvm_dev_list), .entry_size = lists[which].entry_size,
		.nr = nr, .entries = (uintptr_t)entries,
	};
}

static uint32_t number_of(int which)
{
	struct opalvm_dev_list list = good_list(which, NULL, 0);

	expect(lists[which].command, &list, 0);
	check(list.nr > 0 && list.nr <= MAX_ENTRIES);
	return list.nr;
}

static void *entries_of(int which, uint32_t *nr)
{
	void *entries = calloc(MAX_ENTRIES, lists[which].entry_size);
	struct opalvm_dev_list list = good_list(which, entries, MAX_ENTRIES);

	expect(lists[which].command, &list, 0);
	*nr = list.nr;
	return entries;
}

/* A number in a file of the firmware's in sysfs. */
static uint64_t sysfs(const char *directory, const char *entry, const char *name)
{
	char path[256], value[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/firmware/opalvm/%s/%s/%s/%s", firmware, directory,
		 entry, name);
	file = fopen(path, "r");
	check(file && fgets(value, sizeof(value), file));
	if (file)
		fclose(file);
	return strtoull(value, NULL, 0);
}

static void map_works(void)
{
	struct opalvm_dev_extent *extents;
	uint32_t nr;

	extents = entries_of(0, &nr);
	for (uint32_t i = 0; i < nr; i++) {
		const struct opalvm_dev_extent *extent = &extents[i];
		char number[16];

		snprintf(number, sizeof(number), "%u", i);
		check(extent->virt_addr == sysfs("map", number, "virt_addr"));
		check(extent->phys_addr == sysfs("map", number, "phys_addr"));
		check(extent->num_pages == sysfs("map", number, "num_pages"));
		check(extent->attribute == sysfs("map", number, "attribute"));
		check(extent->type == sysfs("map", number, "type"));
		check(!extent->reserved);
		if (strcmp(firmware, "efi")) {
			check(extent->accessed == OPALVM_DEV_UNKNOWN);
			check(extent->dirty == OPALVM_DEV_UNKNOWN);
		} else {
			check(extent->accessed <= extent->num_pages);
			check(extent->dirty <= extent->num_pages);
		}
	}
}

static void stats_work(void)
{
	struct opalvm_dev_call call = good_call();
	struct opalvm_dev_stats *stats;
	bool found = false;
	uint32_t nr;

	expect(OPALVM_DEV_CALL, &call, 0);
	stats = entries_of(1, &nr);
	for (uint32_t i = 0; i < nr; i++) {
		const char *name = (const char *)stats[i].service;
		uint64_t sum = 0;

		for (int n = 0; n < OPALVM_DEV_NR_LATENCIES; n++)
			sum += stats[i].latency[n];
		check(sum == stats[i].calls);
		check(stats[i].max_ns <= stats[i].total_ns);
		check(stats[i].calls == sysfs("services", name, "calls"));
		check(stats[i].total_ns == sysfs("services", name, "total_ns"));
		check(stats[i].faults == sysfs("services", name, "faults"));
		check(stats[i].hangs == sysfs("services", name, "hangs"));
		check(stats[i].late == sysfs("services", name, "late"));
		check(stats[i].refused == sysfs("services", name, "refused"));
		check(stats[i].max_ns == sysfs("services", name, "max_ns"));
		found |= !strcmp(name, (char *)call.service) && stats[i].calls > 0;
	}
	check(found);
}

/* What is left of memory that nobody was to write. */
static bool untouched(const unsigned char *bytes, size_t len)
{
	while (len && bytes[len - 1] == UNTOUCHED)
		len--;
	return !len;
}

static void list_rooms(void)
{
	for (int i = 0; i < (int)ARRAY_SIZE(lists); i++) {
		uint32_t nr = number_of(i), size = lists[i].entry_size;
		/* room for exactly those that there are, each with eight bytes more */
		unsigned char *entries = at_the_end((size_t)nr * (size + 8),
						    PROT_READ | PROT_WRITE);
		struct opalvm_dev_list list;

		check((size_t)nr * (size + 8) <= ROOM);
		memset(entries, UNTOUCHED, (size_t)nr * (size + 8));
		if (nr > 1) {
			list = good_list(i, entries, nr - 1);
			expect(lists[i].command, &list, ENOSPC);
			check(list.nr == nr);
			check(untouched(entries, (size_t)nr * (size + 8)));
		}
		list = good_list(i, entries, 0xffffffff);
		expect(lists[i].command, &list, 0);
		check(list.nr == nr);
		check(untouched(entries + (size_t)nr * size, (size_t)nr * 8));
		list = good_list(i, entries, nr);
		list.entry_size += 8;
		expect(lists[i].command, &list, 0);
		for (uint32_t n = 0; n < nr; n++)
			check(!memcmp(entries + n * (size + 8) + size, "\0\0\0\0\0\0\0\0", 8));
		/* and with no room for the last of these */
		list = good_list(i, entries + 1, nr);
		list.entry_size += 8;
		expect(lists[i].command, &list, EFAULT);
	}
}

static void list_fields(void)
{
	for (int i = 0; i < (int)ARRAY_SIZE(lists); i++) {
		const uint32_t entry_sizes[] = {
			0, 1, lists[i].entry_size - 1, getpagesize() + 1, 0x80000000, 0xffffffff,
		};
		struct opalvm_dev_list list;

		for (int bit = 0; bit < 32; bit++) {
			list = good_list(i, NULL, 0);
			list.flags = 1U << bit;
			expect(lists[i].command, &list, EINVAL);
		}
		for (size_t n = 0; n < ARRAY_SIZE(entry_sizes); n++) {
			list = good_list(i, NULL, 0);
			list.entry_size = entry_sizes[n];
			expect(lists[i].command, &list, EINVAL);
		}
		list = good_list(i, NULL, 0);
		sizes(lists[i].command, &list, sizeof(list));
	}
}

static void list_faults(void)
{
	for (int i = 0; i < (int)ARRAY_SIZE(lists); i++) {
		struct opalvm_dev_list list = good_list(i, NULL, 0);

		faults(lists[i].command, &list, sizeof(list));
		list = good_list(i, NULL, MAX_ENTRIES);
		expect(lists[i].command, &list, EFAULT);
		list = good_list(i, (void *)-8L, MAX_ENTRIES);
		expect(lists[i].command, &list, EFAULT);
		list = good_list(i, at_the_end(ROOM, PROT_READ), MAX_ENTRIES);
		expect(lists[i].command, &list, EFAULT);
	}
}

static void unknown(void)
{
	struct opalvm_dev_call call = good_call();

	expect(_IO('o', 0xdf), &call, ENOTTY);
	expect(_IO('o', 0xe4), &call, ENOTTY);
	expect(_IO('p', 0xe0), &call, ENOTTY);
	expect(_IOWR('o', 0xe0, struct opalvm_dev_call), &call, ENOTTY);
	expect(0, &call, ENOTTY);
}

static void capability(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = {};
	struct opalvm_dev_call calls[NR_CALLS];
	struct opalvm_dev_batch batch = good_batch(calls);
	struct opalvm_dev_list list;

	check(!syscall(SYS_capset, &header, none));
	expect(OPALVM_DEV_CALL, &calls[0], EPERM);
	expect(OPALVM_DEV_BATCH, &batch, EPERM);
	for (int i = 0; i < (int)ARRAY_SIZE(lists); i++) {
		list = good_list(i, NULL, 0);
		expect(lists[i].command, &list, EPERM);
		check(list.nr == 0);
	}
	check(calls[0].verdict == UNTOUCHED);
}

/* In a kernel that is locked down. */
static void locked(void)
{
	struct opalvm_dev_call calls[NR_CALLS];
	struct opalvm_dev_batch batch = good_batch(calls);

	expect(OPALVM_DEV_CALL, &calls[0], EPERM);
	expect(OPALVM_DEV_BATCH, &batch, EPERM);
	check(batch.nr_done == UNTOUCHED);
	check(calls[0].verdict == UNTOUCHED);
	map_works();
	for (int i = 0; i < (int)ARRAY_SIZE(lists); i++)
		check(number_of(i) > 0);
}

/* without a text: not of those that all kernels pass */
static const struct {
	const char *name;
	void (*run)(void);
	const char *text;
} tests[] = {
	{ "call-works", call_works, "a call works" },
	{ "call-sizes", call_sizes, "a call of another size is refused, or of a later version" },
	{ "call-faults", call_faults, "a call and its memory have to be the caller's" },
	{ "call-flags", call_flags, "a call has no flags" },
	{ "call-arguments", call_arguments, "arguments that make no sense are refused" },
	{ "call-names", call_names, "a service has to be there" },
	{ "batch-works", batch_works, "several calls work" },
	{ "batch-ends", batch_ends, "several calls end at the first error" },
	{ "batch-counts", batch_counts, "256 calls are the most" },
	{ "batch-fields", batch_fields, "a batch has no flags, and calls of one size" },
	{ "batch-sizes", batch_sizes, "a batch of another size is refused" },
	{ "batch-faults", batch_faults, "a batch has to be the caller's" },
	{ "map-works", map_works, "the map is that in sysfs" },
	{ "stats-work", stats_work, "the statistics are those in sysfs" },
	{ "list-rooms", list_rooms, "a list takes the room that it has" },
	{ "list-fields", list_fields, "a list has no flags, and entries of a size" },
	{ "list-faults", list_faults, "a list has to be the caller's" },
	{ "unknown", unknown, "other commands are not known" },
	{ "capability", capability, "without CAP_SYS_ADMIN there is nothing" },
	{ "locked", locked, NULL },
};

int main(int argc, char **argv)
{
	static const char *const firmwares[] = { "efi", "opal", "rtas" };
	bool list = argc == 2 && !strcmp(argv[1], "list");
	char path[64];

	device = open("/dev/opalvm", O_RDWR);
	if (device < 0 && !list) {
		perror("/dev/opalvm");
		return 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(firmwares); i++) {
		snprintf(path, sizeof(path), "/sys/firmware/opalvm/%s", firmwares[i]);
		if (!access(path, F_OK))
			firmware = firmwares[i];
	}
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		if (list && tests[i].text) {
			printf("%s %s\n", tests[i].name, tests[i].text);
		} else if (argc == 2 && !strcmp(argv[1], tests[i].name)) {
			tests[i].run();
			return failures != 0;
		}
	}
	if (!list)
		fprintf(stderr, "usage: dev list | dev NAME\n");
	return !list;
}
