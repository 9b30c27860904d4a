// SPDX-License-Identifier: GPL-2.0
/*
 * What efi_test.sh gives the ioctls of /dev/efi_runtime: addresses that are not the
 * caller's, nothing at all, and sizes that cannot be.
 *
 *	efi_test SERVICE	tells what was not as it should be, and fails
 *	efi_test time FD	GetTime of an open device; prints the name of the error
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <uchar.h>
#include <unistd.h>

#define ERROR(n)		(1ULL << 63 | (n))
#define SUCCESS			0ULL
#define INVALID_PARAMETER	ERROR(2)
#define UNSUPPORTED		ERROR(3)
#define BUFFER_TOO_SMALL	ERROR(5)
#define NOT_FOUND		ERROR(14)
#define UNTOUCHED		~0ULL	/* no status was written */

struct efi_time {
	uint16_t year;
	uint8_t month, day, hour, minute, second, pad1;
	uint32_t nanosecond;
	int16_t timezone;
	uint8_t daylight, pad2;
};

struct capability {
	uint32_t resolution, accuracy;
	uint8_t sets_to_zero;
};

/* all members are pointers, but for values of other sizes */
struct __attribute__((packed)) get_variable {
	uint64_t name, vendor, attr, size, data, status;
};

struct __attribute__((packed)) set_variable {
	uint64_t name, vendor;
	uint32_t attr;
	uint64_t size, data, status;
};

struct __attribute__((packed)) get_time {
	uint64_t time, cap, status;
};

struct __attribute__((packed)) set_time {
	uint64_t time, status;
};

struct __attribute__((packed)) get_wakeup {
	uint64_t enabled, pending, time, status;
};

struct __attribute__((packed)) set_wakeup {
	uint8_t enabled;
	uint64_t time, status;
};

struct __attribute__((packed)) get_next {
	uint64_t size, name, vendor, status;
};

struct __attribute__((packed)) query_info {
	uint32_t attr;
	uint64_t storage, remaining, max_size, status;
};

struct __attribute__((packed)) mono_count {
	uint64_t count, status;
};

struct __attribute__((packed)) query_caps {
	uint64_t headers, nr, max_size, reset_type, status;
};

struct __attribute__((packed)) reset {
	int32_t type;
	uint64_t reason, size, data;
};

#define GET_VARIABLE	_IOWR('p', 0x01, struct get_variable)
#define SET_VARIABLE	_IOW('p', 0x02, struct set_variable)
#define GET_TIME	_IOR('p', 0x03, struct get_time)
#define SET_TIME	_IOW('p', 0x04, struct set_time)
#define GET_WAKEUP	_IOR('p', 0x05, struct get_wakeup)
#define SET_WAKEUP	_IOW('p', 0x06, struct set_wakeup)
#define GET_NEXT	_IOWR('p', 0x07, struct get_next)
#define QUERY_INFO	_IOR('p', 0x08, struct query_info)
#define MONO_COUNT	_IOR('p', 0x09, struct mono_count)
#define QUERY_CAPS	_IOR('p', 0x0a, struct query_caps)
#define RESET		_IOW('p', 0x0b, struct reset)
#define MASK		_IOR('p', 0x0c, uint32_t)

#define KERNEL		0xffffffff81000000ULL	/* an address of the kernel's */
#define HUGE		(1ULL << 40)

static int fd;
static int failures;
static uint64_t status;
static char *edge;	/* where readable memory ends */

static const uint8_t vendor[16] = "opalvm-efi_test";
static const char16_t name[] = u"OpalvmEfiTest";
static const char value[] = "sixteen letters";

#define ADDRESS(x)	((uint64_t)(uintptr_t)(x))

static void __attribute__((format(printf, 2, 3))) check(bool right, const char *format, ...)
{
	va_list args;

	if (right)
		return;
	failures++;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

/* One ioctl: is the error, 0 for none, what it should be, and the status? */
static void expect(const char *what, unsigned long command, const void *argument, int error,
		   uint64_t wanted)
{
	int err;

	status = UNTOUCHED;
	err = ioctl(fd, command, argument) ? errno : 0;
	check(err == error, "%s: error %s instead of %s", what, strerrorname_np(err),
	      strerrorname_np(error));
	check(status == wanted, "%s: status %#llx instead of %#llx", what,
	      (unsigned long long)status, (unsigned long long)wanted);
}

/* A pointer in a structure, and what becomes of a call without it. */
struct member {
	const char *name;
	size_t offset;
	int error;
	uint64_t wanted;
	bool written;	/* only after the call */
};

#define MEMBER(type, nm, ...)	{ #nm, offsetof(struct type, nm), __VA_ARGS__ }

static void expect_members(unsigned long command, const void *argument,
			   const struct member *members, size_t nr, uint64_t success)
{
	const uint64_t bad[] = { KERNEL, ADDRESS(edge) };
	char copy[64], what[64];
	uint64_t nothing = 0;

	expect("nothing", command, NULL, EFAULT, UNTOUCHED);
	expect("kernel memory", command, (void *)KERNEL, EFAULT, UNTOUCHED);
	expect("the end of memory", command, edge - 1, EFAULT, UNTOUCHED);
	for (size_t i = 0; i < nr; i++) {
		memcpy(copy, argument, _IOC_SIZE(command));
		for (size_t j = 0; j < 2; j++) {
			snprintf(what, sizeof(what), "bad %s %zu", members[i].name, j);
			memcpy(copy + members[i].offset, &bad[j], sizeof(bad[j]));
			expect(what, command, copy, EFAULT,
			       members[i].written ? success : UNTOUCHED);
		}
		snprintf(what, sizeof(what), "no %s", members[i].name);
		memcpy(copy + members[i].offset, &nothing, sizeof(nothing));
		expect(what, command, copy, members[i].error, members[i].wanted);
	}
}

#define EXPECT_MEMBERS(command, argument, ...) \
	do { \
		static const struct member list[] = { __VA_ARGS__ }; \
		\
		expect_members(command, argument, list, sizeof(list) / sizeof(list[0]), SUCCESS); \
	} while (0)

static void set(const void *data, size_t size, int error, uint64_t wanted)
{
	struct set_variable arg = { ADDRESS(name), ADDRESS(vendor), 7, size, ADDRESS(data),
				    ADDRESS(&status) };

	expect("setting", SET_VARIABLE, &arg, error, wanted);
}

static void test_get_variable(void)
{
	static char16_t endless[4 << 20];
	char data[64] = "untouched";
	uint32_t attr = 0;
	uint64_t size = sizeof(data);
	const struct get_variable arg = { ADDRESS(name), ADDRESS(vendor), ADDRESS(&attr),
					  ADDRESS(&size), ADDRESS(data), ADDRESS(&status) };
	struct get_variable bad = arg;

	set(value, sizeof(value), 0, SUCCESS);
	size = 4;
	expect("too small", GET_VARIABLE, &arg, EINVAL, BUFFER_TOO_SMALL);
	check(size == sizeof(value), "size %llu", (unsigned long long)size);
	size = 0;
	expect("no room", GET_VARIABLE, &arg, EINVAL, BUFFER_TOO_SMALL);
	check(size == sizeof(value), "size %llu", (unsigned long long)size);
	bad.data = 0;
	size = 0;
	expect("neither room nor data", GET_VARIABLE, &bad, EINVAL, BUFFER_TOO_SMALL);
	check(!strcmp(data, "untouched") && !attr, "something was written");

	size = sizeof(data);
	expect("right", GET_VARIABLE, &arg, 0, SUCCESS);
	check(size == sizeof(value) && attr == 7 && !strcmp(data, value), "another value");

	size = sizeof(data);
	bad = arg;
	bad.data = ADDRESS(edge) - 8;
	expect("data past the end", GET_VARIABLE, &bad, EFAULT, SUCCESS);
	size = HUGE;
	expect("huge", GET_VARIABLE, &arg, ENOMEM, UNTOUCHED);
	size = sizeof(data);
	bad = arg;
	memset(edge - 64, 'x', 64);
	bad.name = ADDRESS(edge) - 64;
	expect("a name to the end", GET_VARIABLE, &bad, EFAULT, UNTOUCHED);
	memset(endless, 'x', sizeof(endless));
	bad.name = ADDRESS(endless);
	expect("an endless name", GET_VARIABLE, &bad, ENOMEM, UNTOUCHED);
	bad.name = ADDRESS(u"");
	expect("an empty name", GET_VARIABLE, &bad, EINVAL, NOT_FOUND);

	/* the size is what was found: still room */
	size = sizeof(data);
	EXPECT_MEMBERS(GET_VARIABLE, &arg,
		       MEMBER(get_variable, name, EINVAL, INVALID_PARAMETER, false),
		       MEMBER(get_variable, vendor, EINVAL, INVALID_PARAMETER, false),
		       MEMBER(get_variable, attr, 0, SUCCESS, true),
		       MEMBER(get_variable, size, EINVAL, INVALID_PARAMETER, false),
		       MEMBER(get_variable, data, EINVAL, INVALID_PARAMETER, true),
		       MEMBER(get_variable, status, EFAULT, UNTOUCHED, false));
	set(NULL, 0, 0, SUCCESS);
}

static void test_set_variable(void)
{
	const struct set_variable arg = { ADDRESS(name), ADDRESS(vendor), 7, sizeof(value),
					  ADDRESS(value), ADDRESS(&status) };
	struct set_variable bad = arg;

	bad.attr = 0x80000000;
	expect("an unknown attribute", SET_VARIABLE, &bad, EINVAL, INVALID_PARAMETER);
	bad = arg;
	bad.name = ADDRESS(u"");
	expect("an empty name", SET_VARIABLE, &bad, EINVAL, INVALID_PARAMETER);
	bad = arg;
	bad.size = HUGE;
	expect("huge", SET_VARIABLE, &bad, ENOMEM, UNTOUCHED);
	bad.size = 64;
	bad.data = ADDRESS(edge) - 8;
	expect("data past the end", SET_VARIABLE, &bad, EFAULT, UNTOUCHED);
	set(NULL, 0, EINVAL, NOT_FOUND);

	EXPECT_MEMBERS(SET_VARIABLE, &arg,
		       MEMBER(set_variable, name, EINVAL, INVALID_PARAMETER, false),
		       MEMBER(set_variable, vendor, EFAULT, UNTOUCHED, false),
		       MEMBER(set_variable, data, EFAULT, UNTOUCHED, false));
	set(NULL, 0, EINVAL, NOT_FOUND);
	/* what is not known is known to have been called */
	bad = arg;
	bad.status = 0;
	expect("no status", SET_VARIABLE, &bad, EFAULT, UNTOUCHED);
	set(NULL, 0, 0, SUCCESS);
}

static void test_get_time(void)
{
	struct capability cap = {};
	struct efi_time time = {};
	const struct get_time arg = { ADDRESS(&time), ADDRESS(&cap), ADDRESS(&status) };

	expect("right", GET_TIME, &arg, 0, SUCCESS);
	check(time.year >= 2000 && cap.resolution, "year %d, resolution %d", time.year,
	      cap.resolution);
	EXPECT_MEMBERS(GET_TIME, &arg,
		       MEMBER(get_time, time, EINVAL, INVALID_PARAMETER, true),
		       MEMBER(get_time, cap, 0, SUCCESS, true),
		       MEMBER(get_time, status, EFAULT, UNTOUCHED, false));
}

static void test_set_time(void)
{
	struct efi_time time = {};
	const struct get_time get = { ADDRESS(&time), 0, ADDRESS(&status) };
	const struct set_time arg = { ADDRESS(&time), ADDRESS(&status) };

	expect("getting", GET_TIME, &get, 0, SUCCESS);
	expect("right", SET_TIME, &arg, 0, SUCCESS);
	EXPECT_MEMBERS(SET_TIME, &arg,
		       MEMBER(set_time, time, EFAULT, UNTOUCHED, false),
		       MEMBER(set_time, status, EFAULT, UNTOUCHED, false));
	time.month = 13;
	expect("month 13", SET_TIME, &arg, EINVAL, INVALID_PARAMETER);
}

static void test_get_wakeup_time(void)
{
	struct efi_time time = {};
	uint8_t enabled = 7, pending = 7;
	const struct get_wakeup arg = { ADDRESS(&enabled), ADDRESS(&pending), ADDRESS(&time),
					ADDRESS(&status) };

	expect("right", GET_WAKEUP, &arg, 0, SUCCESS);
	check(enabled < 2 && pending < 2 && time.month, "enabled %d, pending %d", enabled,
	      pending);
	EXPECT_MEMBERS(GET_WAKEUP, &arg,
		       MEMBER(get_wakeup, enabled, EINVAL, INVALID_PARAMETER, true),
		       MEMBER(get_wakeup, pending, EINVAL, INVALID_PARAMETER, true),
		       MEMBER(get_wakeup, time, EINVAL, INVALID_PARAMETER, true),
		       MEMBER(get_wakeup, status, EFAULT, UNTOUCHED, false));
}

static void test_set_wakeup_time(void)
{
	struct efi_time time = {};
	const struct get_time get = { ADDRESS(&time), 0, ADDRESS(&status) };
	struct set_wakeup arg = { 1, ADDRESS(&time), ADDRESS(&status) };

	expect("getting", GET_TIME, &get, 0, SUCCESS);
	expect("right", SET_WAKEUP, &arg, 0, SUCCESS);
	EXPECT_MEMBERS(SET_WAKEUP, &arg,
		       MEMBER(set_wakeup, time, EINVAL, INVALID_PARAMETER, false),
		       MEMBER(set_wakeup, status, EFAULT, UNTOUCHED, false));
	time.month = 13;
	expect("month 13", SET_WAKEUP, &arg, EINVAL, INVALID_PARAMETER);
	arg.enabled = 0;
	arg.time = 0;
	expect("off", SET_WAKEUP, &arg, 0, SUCCESS);
}

static void test_get_next_variable_name(void)
{
	char16_t found[512] = u"";
	uint8_t guid[16] = {};
	uint64_t size = sizeof(found);
	const struct get_next arg = { ADDRESS(&size), ADDRESS(found), ADDRESS(guid),
				      ADDRESS(&status) };
	struct get_next bad = arg;
	int nr = 0, own = 0;

	set(value, sizeof(value), 0, SUCCESS);
	do {
		size = sizeof(found);
		status = UNTOUCHED;
		if (ioctl(fd, GET_NEXT, &arg))
			break;
		own += !memcmp(found, name, sizeof(name)) && !memcmp(guid, vendor, sizeof(guid));
	} while (nr++ < 1000);
	check(status == NOT_FOUND && nr > 20 && own == 1,
	      "%d variables, %d times the own one, then %#llx", nr, own,
	      (unsigned long long)status);
	set(NULL, 0, 0, SUCCESS);

	found[0] = 0;
	memset(guid, 0, sizeof(guid));
	size = 2;
	expect("too small", GET_NEXT, &arg, EINVAL, BUFFER_TOO_SMALL);
	check(size > 2 && !found[0], "size %llu", (unsigned long long)size);
	size = 0;
	expect("no room", GET_NEXT, &arg, EINVAL, INVALID_PARAMETER);
	size = 4;
	memcpy(found, name, sizeof(name));
	expect("less than the name", GET_NEXT, &arg, EINVAL, INVALID_PARAMETER);
	size = HUGE;
	expect("huge", GET_NEXT, &arg, ENOMEM, UNTOUCHED);
	memset(edge - 64, 0, 64);
	bad.name = ADDRESS(edge) - 64;
	size = 128;
	expect("room past the end", GET_NEXT, &bad, EFAULT, UNTOUCHED);
	memset(edge - 64, 'x', 64);
	size = 64;
	expect("a name to the end", GET_NEXT, &bad, EFAULT, UNTOUCHED);

	size = sizeof(found);
	found[0] = 0;
	EXPECT_MEMBERS(GET_NEXT, &arg,
		       MEMBER(get_next, size, EINVAL, INVALID_PARAMETER, false),
		       MEMBER(get_next, name, EINVAL, INVALID_PARAMETER, false),
		       MEMBER(get_next, vendor, EINVAL, INVALID_PARAMETER, false),
		       MEMBER(get_next, status, EFAULT, UNTOUCHED, false));
}

static void test_query_variable_info(void)
{
	uint64_t storage = 0, remaining = 0, max_size = 0;
	struct query_info arg = { 7, ADDRESS(&storage), ADDRESS(&remaining), ADDRESS(&max_size),
				  ADDRESS(&status) };

	expect("right", QUERY_INFO, &arg, 0, SUCCESS);
	check(storage >= remaining && remaining && max_size, "%llu of %llu, %llu at most",
	      (unsigned long long)remaining, (unsigned long long)storage,
	      (unsigned long long)max_size);
	EXPECT_MEMBERS(QUERY_INFO, &arg,
		       MEMBER(query_info, storage, EFAULT, SUCCESS, true),
		       MEMBER(query_info, remaining, EFAULT, SUCCESS, true),
		       MEMBER(query_info, max_size, EFAULT, SUCCESS, true),
		       MEMBER(query_info, status, EFAULT, UNTOUCHED, false));
	arg.attr = 0;
	expect("no attribute", QUERY_INFO, &arg, EINVAL, INVALID_PARAMETER);
}

static void test_get_next_high_monotonic_count(void)
{
	uint32_t count = 0, before;
	const struct mono_count arg = { ADDRESS(&count), ADDRESS(&status) };

	expect("right", MONO_COUNT, &arg, 0, SUCCESS);
	before = count;
	expect("again", MONO_COUNT, &arg, 0, SUCCESS);
	check(count == before + 1, "%u after %u", count, before);
	EXPECT_MEMBERS(MONO_COUNT, &arg,
		       MEMBER(mono_count, count, EINVAL, INVALID_PARAMETER, true),
		       MEMBER(mono_count, status, EFAULT, UNTOUCHED, false));
}

static void test_query_capsule_capabilities(void)
{
	uint32_t header[7] = {}, *headers[32];
	uint64_t max_size;
	int reset_type;
	const struct query_caps arg = { ADDRESS(headers), 1, ADDRESS(&max_size),
					ADDRESS(&reset_type), ADDRESS(&status) };
	struct query_caps bad = arg;

	for (int i = 0; i < 32; i++)
		headers[i] = header;
	/* this firmware knows no capsules at runtime */
	expect("one", QUERY_CAPS, &arg, EINVAL, UNSUPPORTED);
	bad.nr = 3;
	expect("three", QUERY_CAPS, &bad, EINVAL, UNSUPPORTED);
	bad.nr = 0;
	expect("none", QUERY_CAPS, &bad, EINVAL, INVALID_PARAMETER);
	bad.nr = 17;
	expect("many", QUERY_CAPS, &bad, ENOMEM, UNTOUCHED);
	bad.nr = ~0ULL;
	expect("endlessly many", QUERY_CAPS, &bad, ENOMEM, UNTOUCHED);
	EXPECT_MEMBERS(QUERY_CAPS, &arg,
		       MEMBER(query_caps, headers, EFAULT, UNTOUCHED, false),
		       MEMBER(query_caps, status, EFAULT, UNTOUCHED, false));
	headers[0] = NULL;
	expect("no header", QUERY_CAPS, &arg, EFAULT, UNTOUCHED);
	headers[0] = (uint32_t *)KERNEL;
	expect("a header of the kernel's", QUERY_CAPS, &arg, EFAULT, UNTOUCHED);
	headers[0] = (uint32_t *)(edge - 8);
	expect("a header past the end", QUERY_CAPS, &arg, EFAULT, UNTOUCHED);
}

/* None that is right: the machine would be gone. */
static void test_reset_system(void)
{
	struct reset bad = { -1, 0, 4, ADDRESS(value) };

	expect("an unknown type", RESET, &bad, EINVAL, UNTOUCHED);
	bad.size = 4097;
	expect("too much data", RESET, &bad, ENOMEM, UNTOUCHED);
	bad.size = HUGE;
	expect("huge", RESET, &bad, ENOMEM, UNTOUCHED);
	bad.size = 64;
	bad.data = ADDRESS(edge) - 8;
	expect("data past the end", RESET, &bad, EFAULT, UNTOUCHED);
	bad.data = KERNEL;
	expect("data of the kernel's", RESET, &bad, EFAULT, UNTOUCHED);
	bad.data = 0;
	expect("no data", RESET, &bad, EFAULT, UNTOUCHED);
	expect("nothing", RESET, NULL, EFAULT, UNTOUCHED);
}

static void test_supported_mask(void)
{
	uint32_t mask = 0;

	expect("right", MASK, &mask, 0, UNTOUCHED);
	check(mask == 0x3fff, "mask %#x", mask);
	expect("nothing", MASK, NULL, EFAULT, UNTOUCHED);
	expect("kernel memory", MASK, (void *)KERNEL, EFAULT, UNTOUCHED);
}

/* A firmware that has neither GetTime() nor GetNextHighMonotonicCount() */
static void test_missing(void)
{
	struct efi_time time = {};
	uint32_t count, mask = 0;
	const struct get_time get_time = { ADDRESS(&time), 0, ADDRESS(&status) };
	const struct mono_count mono_count = { ADDRESS(&count), ADDRESS(&status) };

	expect("the mask", MASK, &mask, 0, UNTOUCHED);
	check(mask == 0x3dfe, "mask %#x", mask);
	expect("GetTime", GET_TIME, &get_time, EINVAL, UNSUPPORTED);
	expect("GetNextHighMonotonicCount", MONO_COUNT, &mono_count, EINVAL, UNSUPPORTED);
	expect("without an address", GET_TIME, NULL, EFAULT, UNTOUCHED);
	test_set_variable();
}

/* Nor are there SetVirtualAddressMap() and ConvertPointer(). */
static void test_unknown(void)
{
	char argument[1024] = {};

	for (unsigned int nr = 0; nr < 256; nr++)
		expect("another size", _IOWR('p', nr, char[13]), argument, ENOTTY, UNTOUCHED);
	for (unsigned int nr = 0x0d; nr < 256; nr++)
		expect("another number", _IOWR('p', nr, char[32]), argument, ENOTTY, UNTOUCHED);
	expect("none", 0, argument, ENOTTY, UNTOUCHED);
}

static const struct {
	const char *name;
	void (*function)(void);
} tests[] = {
	{ "GetVariable", test_get_variable },
	{ "SetVariable", test_set_variable },
	{ "GetTime", test_get_time },
	{ "SetTime", test_set_time },
	{ "GetWakeupTime", test_get_wakeup_time },
	{ "SetWakeupTime", test_set_wakeup_time },
	{ "GetNextVariableName", test_get_next_variable_name },
	{ "QueryVariableInfo", test_query_variable_info },
	{ "GetNextHighMonotonicCount", test_get_next_high_monotonic_count },
	{ "QueryCapsuleCapabilities", test_query_capsule_capabilities },
	{ "ResetSystem", test_reset_system },
	{ "supported", test_supported_mask },
	{ "unknown", test_unknown },
	{ "missing", test_missing },
};

static int time_of(int device)
{
	struct efi_time time;
	const struct get_time arg = { ADDRESS(&time), 0, ADDRESS(&status) };

	if (ioctl(device, GET_TIME, &arg)) {
		printf("%s\n", strerrorname_np(errno));
		return 1;
	}
	printf("%d\n", time.year);
	return 0;
}

int main(int argc, char **argv)
{
	const size_t size = 4096;

	if (argc == 3 && !strcmp(argv[1], "time"))
		return time_of(atoi(argv[2]));
	fd = open("/dev/efi_runtime", O_RDWR);
	edge = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fd < 0 || edge == MAP_FAILED || mprotect(edge + size, size, PROT_NONE)) {
		perror("/dev/efi_runtime");
		return 1;
	}
	edge += size;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (argc != 2 || strcmp(argv[1], tests[i].name))
			continue;
		tests[i].function();
		return failures > 0;
	}
	fprintf(stderr, "usage: efi_test SERVICE|supported|unknown|missing, or efi_test time FD\n");
	return 2;
}
