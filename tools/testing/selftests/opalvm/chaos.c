// SPDX-License-Identifier: GPL-2.0
/*
 * chaos KO WORK-DIRECTORY SECONDS [SEED]: does what anybody with root may do with
 * the module's interfaces, right and wrong, at random and in several threads. What
 * it finds shows in the kernel log; that the kernel survives is the test.
 *
 * What each thread does follows from SEED and its number alone. Not so how threads
 * interleave, what time it is, and so how far each one gets. The number of the
 * operation is printed each PROGRESS operations, before they are done: to replay
 * a crash, run with the same seed.
 *
 * Never done is what would end the machine by right: ResetSystem, UpdateCapsule, and
 * an address of our own choice where the firmware takes a pointer.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/kexec.h>
#include <linux/opalvm.h>
#include <linux/opalvm_dev.h>

#define THREADS		4
#define PROGRESS	16
#define MAX_FILES	512
#define MAX_BYTES	8192
#define GUID		"4f50414c-564d-4f50-414c-564d4f50414c"

static const char *ko, *work;
static uint64_t seed;
static time_t end;
static char *files[MAX_FILES];
static size_t nr_files;
static uint8_t table[65536];
static size_t table_len;

/**
 * struct thread - one of those that do something
 * @number: its number
 * @state: of its random numbers
 * @done: operations
 * @refused: those that gave an error
 */
struct thread {
	unsigned int number;
	uint64_t state;
	unsigned long done;
	unsigned long refused;
};

/* xorshift64*: the same on every machine */
static uint64_t any(struct thread *t)
{
	t->state ^= t->state >> 12;
	t->state ^= t->state << 25;
	t->state ^= t->state >> 27;
	return t->state * 0x2545f4914f6cdd1dULL;
}

static uint64_t below(struct thread *t, uint64_t limit)
{
	return any(t) % limit;
}

/* small ones are likely, and so are those at the ends of types */
static uint64_t any_number(struct thread *t)
{
	switch (below(t, 4)) {
	case 0:
		return below(t, 20);
	case 1:
		return below(t, 1 << 16);
	case 2:
		return (1ULL << below(t, 64)) - below(t, 3);
	default:
		return any(t);
	}
}

static size_t any_bytes(struct thread *t, void *to, size_t max)
{
	size_t len = below(t, 8) ? below(t, 64) : below(t, max + 1), i;

	if (len > max)
		len = max;
	for (i = 0; i < len; i++)
		((uint8_t *)to)[i] = any(t);
	return len;
}

/* Words that the files know, and what is like them */
static size_t any_text(struct thread *t, char *to, size_t max)
{
	static const char *const words[] = {
		"all", "0", "1", "on", "off", "10000", "-1", "18446744073709551616", "0x10",
		"GetTime", "SetVariable", "GetVariable", "SetTime", "ResetSystem", "", " ", "\n",
		"QueryVariableInfo", "none", "claim", "release", "y", "n", "all all",
	};
	const char *word = words[below(t, sizeof(words) / sizeof(words[0]))];

	if (!below(t, 3))
		return any_bytes(t, to, max);
	return snprintf(to, max, "%s%s", word, below(t, 2) ? "\n" : "");
}

static const char *in_work(char *to, size_t len, const char *name, unsigned int number)
{
	snprintf(to, len, "%s/%s-%u", work, name, number);
	return to;
}

static int result(long ret)
{
	return ret < 0 ? -errno : 0;
}

/*
 * The operations
 */

static int do_write(struct thread *t)
{
	char text[MAX_BYTES];
	int fd, err;
	size_t len;

	fd = open(files[below(t, nr_files)], O_WRONLY | O_CLOEXEC | O_NONBLOCK);
	len = any_text(t, text, sizeof(text));
	if (fd < 0)
		return -errno;
	err = result(below(t, 4) ? write(fd, text, len) :
				   pwrite(fd, text, len, any_number(t) >> 1));
	close(fd);
	return err;
}

static int do_read(struct thread *t)
{
	int fd = open(files[below(t, nr_files)], O_RDONLY | O_CLOEXEC | O_NONBLOCK), err;
	uint64_t offset = any_number(t) >> 1, len = below(t, MAX_BYTES);
	char bytes[MAX_BYTES];

	if (fd < 0)
		return -errno;
	err = result(below(t, 2) ? read(fd, bytes, len) : pread(fd, bytes, len, offset));
	close(fd);
	return err;
}

/* Reads the table in pieces, as slowly as it likes */
static int do_read_table(struct thread *t)
{
	int fd = open("/sys/firmware/opalvm/handover", O_RDONLY | O_CLOEXEC);
	uint64_t pieces = below(t, 20);
	char bytes[MAX_BYTES];
	ssize_t got = 0;

	if (fd < 0)
		return -errno;
	while (pieces-- && got >= 0)
		got = pread(fd, bytes, below(t, sizeof(bytes)), below(t, 2048));
	close(fd);
	return result(got);
}

static const char *const services[] = {
	"GetTime", "SetTime", "GetWakeupTime", "SetWakeupTime", "GetVariable",
	"GetNextVariableName", "SetVariable", "SetVirtualAddressMap", "ConvertPointer",
	"GetNextHighMonotonicCount", "QueryCapsuleCapabilities", "QueryVariableInfo",
	"", "GetTim", "gettime",
	"GetTimeGetTimeGetTimeGetTimeGetTimeGetTimeGetTimeGetTimeGetTimeG",
};

/* What the arguments of a call are in right order: v value, i in, o out, b both */
static const char *const signatures[] = {
	"oo", "i", "ooo", "vi", "iiobo", "bbb", "iivvi", "", "", "o", "vvoo", "vooo",
	"", "", "", "",
};

static int do_call(struct thread *t)
{
	static __thread uint8_t memory[OPALVM_DEV_MAX_ARGS][MAX_BYTES];
	size_t service = below(t, sizeof(services) / sizeof(services[0]));
	const char *signature = signatures[service];
	struct opalvm_dev_call call = { .size = sizeof(call) };
	bool wild = !below(t, 3);
	int fd, err;
	uint32_t i;

	memcpy(call.service, services[service],
	       strnlen(services[service], sizeof(call.service)));
	call.nr_args = wild ? below(t, 14) : strlen(signature);
	for (i = 0; i < OPALVM_DEV_MAX_ARGS; i++) {
		struct opalvm_dev_arg *arg = &call.args[i];

		any_bytes(t, memory[i], sizeof(memory[i]));
		arg->kind = wild ? below(t, 5) :
			    i >= strlen(signature) || signature[i] == 'v' ? OPALVM_DEV_VALUE :
			    signature[i] == 'i' ? OPALVM_DEV_IN :
			    signature[i] == 'o' ? OPALVM_DEV_OUT : OPALVM_DEV_INOUT;
		/* nothing that could be a pointer to anything */
		arg->value = arg->kind ? (uintptr_t)memory[i] : below(t, 4096);
		arg->len = arg->kind ? 1 + below(t, 600) : 0;
		if (wild && !below(t, 6))
			arg->size_arg = any_number(t);
		if (arg->kind && wild && !below(t, 6))
			arg->len = any_number(t);
		if (arg->kind && wild && !below(t, 6))
			arg->value = any_number(t);
	}
	if (!below(t, 20))
		call.size = any_number(t);
	if (!below(t, 20))
		call.flags = any_number(t);
	fd = open("/dev/opalvm", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = result(ioctl(fd, below(t, 10) ? OPALVM_DEV_CALL : (unsigned long)any(t),
			   below(t, 20) ? (uintptr_t)&call : any(t)));
	close(fd);
	return err;
}

static int do_variable(struct thread *t)
{
	char path[4096], bytes[MAX_BYTES];
	size_t len = any_bytes(t, bytes, 2048);
	uint64_t what = below(t, 5);
	int fd, err;

	if (below(t, 4) && len >= 4)
		memcpy(bytes, "\7\0\0\0", 4);
	snprintf(path, sizeof(path), "%s/vars/Chaos%u-%s", work, (unsigned int)below(t, 6),
		 below(t, 10) ? GUID : "x");
	if (!what)
		return result(unlink(path));
	fd = open(path, (what == 1 ? O_RDONLY : O_RDWR | O_CREAT) | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	switch (what) {
	case 1:
		err = result(pread(fd, bytes, sizeof(bytes), below(t, 3)));
		break;
	case 2:
		err = result(ftruncate(fd, any_number(t) >> 1));
		break;
	default:
		err = result(write(fd, bytes, len));
	}
	close(fd);
	return err;
}

static int load(const char *parameters)
{
	int fd = open(ko, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = result(syscall(SYS_finit_module, fd, parameters, 0));
	close(fd);
	return err;
}

static uint32_t crc32(const uint8_t *p, size_t len)
{
	uint32_t crc = ~0U;
	int bit;

	while (len--) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

/* A table that was changed in some places, mostly with a right checksum */
static void make_table(struct thread *t, const char *path)
{
	uint8_t copy[sizeof(table)];
	size_t len = below(t, 8) ? table_len : below(t, table_len + 1);
	const size_t crc_at = offsetof(struct opalvm_wire_header, crc32);
	uint64_t changes = below(t, 4);
	uint32_t crc;
	int fd;

	memcpy(copy, table, table_len);
	while (changes--)
		copy[below(t, table_len)] = any(t);
	if (below(t, 8) && len > crc_at + 4) {
		memset(copy + crc_at, 0, 4);
		crc = crc32(copy, len);
		memcpy(copy + crc_at, &crc, 4);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (write(fd, copy, len) < 0)
		perror(path);
	close(fd);
}

static int do_load(struct thread *t)
{
	char path[4096], parameters[8192], text[64];

	switch (below(t, 6)) {
	case 0:
		return load("");
	case 1:
		return load("placement=identity");
	case 2:
		any_text(t, text, sizeof(text) - 1);
		text[sizeof(text) - 1] = '\0';
		snprintf(parameters, sizeof(parameters), "%s=%s",
			 below(t, 2) ? "placement" : "handover", text);
		return load(parameters);
	default:
		in_work(path, sizeof(path), "table", t->number);
		make_table(t, path);
		snprintf(parameters, sizeof(parameters), "handover=%s", path);
		return load(parameters);
	}
}

static int do_unload(struct thread *t)
{
	/* waiting would be for the others, which may never close a file */
	(void)t;
	return result(syscall(SYS_delete_module, "opalvm", O_NONBLOCK));
}

/* Segments of nothing that any machine could boot; what was loaded is dropped again */
static int do_kexec(struct thread *t)
{
	static char nothing[4096];
	struct kexec_segment segments[4];
	unsigned long i, nr = below(t, 5);
	char path[4096];
	int fd, err;

	if (below(t, 2)) {
		for (i = 0; i < nr && i < 4; i++)
			segments[i] = (struct kexec_segment) {
				.buf = nothing,
				.bufsz = below(t, sizeof(nothing)),
				.mem = (void *)(any_number(t) & ~0xfffUL),
				.memsz = below(t, 16) << 12,
			};
		err = result(syscall(SYS_kexec_load, any_number(t), nr, segments,
				     below(t, 2) ? 0UL : any_number(t)));
	} else {
		fd = open(in_work(path, sizeof(path), "table", t->number), O_RDONLY | O_CLOEXEC);
		err = result(syscall(SYS_kexec_file_load, fd, below(t, 2) ? fd : -1, below(t, 3),
				     "x", any_number(t) & 7));
		if (fd >= 0)
			close(fd);
	}
	syscall(SYS_kexec_load, 0UL, 0UL, NULL, 0UL);
	return err;
}

static const struct {
	const char *name;
	int (*run)(struct thread *t);
	unsigned int weight;
} operations[] = {
	{ "write", do_write, 28 },
	{ "read", do_read, 24 },
	{ "read-table", do_read_table, 5 },
	{ "call", do_call, 24 },
	{ "variable", do_variable, 10 },
	{ "kexec", do_kexec, 3 },
	{ "load", do_load, 5 },
	{ "unload", do_unload, 1 },
};

static void *work_on(void *data)
{
	struct thread *t = data;
	char line[80];
	unsigned int i;
	uint64_t pick;
	int len;

	while (time(NULL) < end) {
		if (t->done % PROGRESS == 0) {
			len = snprintf(line, sizeof(line), "# %u %lu\n", t->number, t->done);
			if (write(STDOUT_FILENO, line, len) != len)
				break;
		}
		pick = below(t, 100);
		for (i = 0; pick >= operations[i].weight; i++)
			pick -= operations[i].weight;
		t->done++;
		t->refused += operations[i].run(t) < 0;
	}
	return NULL;
}

static int note_file(const char *path, const struct stat *stat, int type, struct FTW *where)
{
	(void)stat;
	(void)where;
	if (type == FTW_F && nr_files < MAX_FILES)
		files[nr_files++] = strdup(path);
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
	static const char *const roots[] = {
		"/sys/firmware/opalvm", "/sys/module/opalvm/parameters", "/sys/kernel/debug/opalvm",
		"/sys/class/misc/opalvm/",
	};
	struct thread threads[THREADS] = {};
	pthread_t ids[THREADS];
	unsigned long refused = 0, done = 0;
	ssize_t got;
	size_t i;
	int fd;

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: chaos KO WORK-DIRECTORY SECONDS [SEED]\n");
		return 1;
	}
	ko = argv[1];
	work = argv[2];
	seed = argc > 4 ? strtoull(argv[4], NULL, 0) : (uint64_t)time(NULL);
	end = time(NULL) + strtoul(argv[3], NULL, 10);
	printf("# seed %llu\n", (unsigned long long)seed);
	fflush(stdout);

	/* the files there are at the start: which they are is the same each time */
	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		nftw(roots[i], note_file, 16, FTW_PHYS);
	qsort(files, nr_files, sizeof(files[0]), compare);
	fd = open("/sys/firmware/opalvm/handover", O_RDONLY | O_CLOEXEC);
	got = fd < 0 ? -1 : read(fd, table, sizeof(table));
	if (!nr_files || got <= 0) {
		fprintf(stderr, "the module is not loaded\n");
		return 1;
	}
	close(fd);
	table_len = got;

	for (i = 0; i < THREADS; i++) {
		threads[i].number = i;
		threads[i].state = (seed + 1) * 0x9e3779b97f4a7c15ULL + i * 0xbf58476d1ce4e5b9ULL;
		if (pthread_create(&ids[i], NULL, work_on, &threads[i])) {
			perror("pthread_create");
			return 1;
		}
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(ids[i], NULL);
		done += threads[i].done;
		refused += threads[i].refused;
	}
	printf("# %zu files, %lu operations, %lu of them refused\n", nr_files, done, refused);
	/* both must have happened, or nothing was tried */
	return done > 100 && refused && refused < done ? 0 : 1;
}
