// SPDX-License-Identifier: GPL-2.0
/*
 * failnth KO WORK-DIRECTORY FIRST STEP [OPERATION...]: for each operation, lets the
 * first allocation or copy from or to user space fail that the kernel makes for
 * it, then the second, and so on, until it is done without a failure. Each time
 * it must fail with an error that says so, or get along; the kernel log must tell
 * why a load failed; nothing may be left; and without a failure it works.
 *
 * Of all these it takes number FIRST, and each STEPth from there. Needs
 * CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC and their files in debugfs set up. Prints
 * KTAP.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/opalvm_dev.h>

#define EFI	"/sys/firmware/opalvm/efi"
/* LINUX_EFI_CRASH_GUID: efivarfs makes what it does not know immutable, but not these */
#define GUID	"cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0"

static const char *ko, *work;
static int nth_fd, log_fd;

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

/* A file in the work directory, or of the variables */
static const char *in_work(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", work, name);
	return path;
}

/*
 * The operations: 0 or a negative errno. They take nothing from the C library
 * that fails by itself.
 */

static int load_with(const char *parameters)
{
	int fd = open(ko, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return err;
}

static int load(void)
{
	return load_with("");
}

static int load_handover(void)
{
	static char parameters[4096 + 16];

	snprintf(parameters, sizeof(parameters), "handover=%s", in_work("table"));
	return load_with(parameters);
}

static int unload(void)
{
	return syscall(SYS_delete_module, "opalvm", O_NONBLOCK) ? -errno : 0;
}

static int read_file(const char *path)
{
	static char text[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	do {
		got = read(fd, text, sizeof(text));
	} while (got > 0);
	if (got < 0)
		err = -errno;
	close(fd);
	return err;
}

static int write_file(const char *path, int flags, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0600), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, data, len) != (ssize_t)len)
		err = errno ? -errno : -EIO;
	close(fd);
	return err;
}

/* Where the module finds a table by itself */
#define FOUND	"/opalvm.handover"

static int put_table(void)
{
	return symlink(in_work("table"), FOUND) && errno != EEXIST ? -errno : 0;
}

/* To be loaded without it would be to forget what it says. */
static int unload_found(void)
{
	int fd = open("/sys/firmware/opalvm/efi/origin", O_RDONLY | O_CLOEXEC), err;
	char origin[16] = "";
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = read(fd, origin, sizeof(origin) - 1);
	close(fd);
	unlink(FOUND);
	err = unload();
	return got < 0 || strcmp(origin, "handover\n") ? -ENOENT : err;
}

static int read_time(void)
{
	return read_file(EFI "/time");
}

static int read_handover(void)
{
	return read_file("/sys/firmware/opalvm/handover");
}

static int read_entry(void)
{
	return read_file(EFI "/services/GetTime/entry");
}

static int write_quarantine(void)
{
	return write_file(EFI "/quarantine", 0, "all\n", 4);
}

static int write_deadline(void)
{
	return write_file(EFI "/services/GetTime/deadline_ms", 0, "10000\n", 6);
}

static int write_variable(void)
{
	static const char value[] = "\7\0\0\0value";

	return write_file(in_work("vars/OpalvmFaults-" GUID), O_CREAT, value, sizeof(value) - 1);
}

static int read_variable(void)
{
	return read_file(in_work("vars/OpalvmFaults-" GUID));
}

static int call_service(void)
{
	unsigned char time[16], caps[12];
	struct opalvm_dev_call call = {
		.size = sizeof(call),
		.service = "GetTime",
		.nr_args = 2,
		.args = {
			{ OPALVM_DEV_OUT, 0, (unsigned long)time, sizeof(time) },
			{ OPALVM_DEV_OUT, 0, (unsigned long)caps, sizeof(caps) },
		},
	};
	int fd = open("/dev/opalvm", O_RDWR | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = ioctl(fd, OPALVM_DEV_CALL, &call) ? -errno : 0;
	close(fd);
	return err;
}

/**
 * struct operation - what is done again and again
 * @name: its name
 * @run: does it
 * @before: what comes before it each time
 * @after: what comes after it each time, if it worked
 */
static const struct operation {
	const char *name;
	int (*run)(void);
	int (*before)(void);
	int (*after)(void);
} operations[] = {
	{ "load", load, NULL, unload },
	{ "load-handover", load_handover, NULL, unload },
	{ "load-found", load, put_table, unload_found },
	{ "unload", unload, load, NULL },
	{ "read-time", read_time, NULL, NULL },
	{ "read-handover", read_handover, NULL, NULL },
	{ "read-entry", read_entry, NULL, NULL },
	{ "write-quarantine", write_quarantine, NULL, NULL },
	{ "write-deadline", write_deadline, NULL, NULL },
	{ "write-variable", write_variable, NULL, NULL },
	{ "read-variable", read_variable, NULL, NULL },
	{ "call-service", call_service, NULL, NULL },
};

static bool needs_module(const struct operation *op)
{
	return !op->after && !op->before;
}

static bool loaded(void)
{
	return !access("/sys/module/opalvm", F_OK);
}

/* Lines of the module in the kernel log since the last time; the last error in @error */
static int log_lines(char *error, size_t len)
{
	static char line[8192];
	int errors = 0;
	ssize_t got;
	char *text;

	error[0] = '\0';
	while ((got = read(log_fd, line, sizeof(line) - 1)) > 0 || (got < 0 && errno == EPIPE)) {
		if (got < 0)
			continue;
		line[got] = '\0';
		text = strstr(line, ";opalvm: ");
		if (!text || !strstr(text, "(error "))
			continue;
		text[strcspn(text, "\n")] = '\0';
		snprintf(error, len, "%s", text + 1);
		errors++;
	}
	return errors;
}

/* what may come of a failure: of memory, of a copy, or of either one in a write */
static bool clear_error(int err)
{
	return err == -ENOMEM || err == -EFAULT || err == -EAGAIN || err == -ENOSPC ||
	       err == -EIO || err == -EINTR;
}

static int set_nth(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	return pwrite(nth_fd, text, len, 0) == len ? 0 : -errno;
}

static unsigned int get_nth(void)
{
	char text[16] = "";

	/* a copy counts as well: that of the last one is then ours */
	if (pread(nth_fd, text, sizeof(text) - 1, 0) < 0)
		return 1;
	return strtoul(text, NULL, 10);
}

static bool complain(const struct operation *op, unsigned int nth, const char *what, int err)
{
	printf("# %s, failure %u: %s (%s)\n", op->name, nth, what, strerror(-err));
	return false;
}

/* One operation with one failure; *@left is what was left to count at its end. */
static bool step(const struct operation *op, unsigned int nth, unsigned int *left, int *result)
{
	char error[256];
	int err, lines;

	err = op->before ? op->before() : 0;
	if (err)
		return complain(op, nth, "what comes before fails", err);
	log_lines(error, sizeof(error));
	err = set_nth(nth);
	if (err)
		return complain(op, nth, "fail-nth cannot be written", err);
	errno = 0;
	err = op->run();
	*left = get_nth();
	set_nth(0);
	*result = err;
	lines = log_lines(error, sizeof(error));

	if (lines)
		printf("# %s, failure %u: %s\n", op->name, nth, error);
	if (err && *left)
		return complain(op, nth, "fails without a failure", err);
	if (err && !clear_error(err))
		return complain(op, nth, "an error that says something else", err);
	if (lines > 1)
		return complain(op, nth, "more than one line tells why", err);
	if (lines && strstr(error, ":  (error"))
		return complain(op, nth, "the line that tells why is empty", err);
	if (err && op->after && loaded())
		return complain(op, nth, "the module is there after a load that failed", err);
	if (err && op->run == unload) {
		/* a copy of its arguments failed: it was not unloaded */
		err = loaded() ? unload() : 0;
		if (err)
			return complain(op, nth, "cannot be unloaded later", err);
	}
	if (!*result && op->after) {
		err = op->after();
		if (err)
			return complain(op, nth, "what comes after fails", err);
	}
	return true;
}

#define MAX_WRONG	20

static bool walk(const struct operation *op, unsigned int first, unsigned int stride)
{
	unsigned int nth = first, left = 0, failed = 0, survived = 0, wrong = 0;
	int err = 0, result = 0;

	if (needs_module(op) && !loaded())
		err = load();
	if (err)
		return complain(op, 0, "the module does not load", err);
	for (;; nth += stride) {
		if (!step(op, nth, &left, &result) && ++wrong == MAX_WRONG)
			break;
		if (left)
			break;
		failed += !!result;
		survived += !result;
	}
	printf("# %s: %u allocations and copies, %u failures made it fail, %u did not\n", op->name,
	       nth - left, failed, survived);
	/* without a failure, once more */
	err = op->before ? op->before() : 0;
	if (!err)
		err = op->run();
	if (!err && op->after)
		err = op->after();
	return err ? complain(op, 0, "fails afterwards", err) : !wrong;
}

static bool asked_for(const struct operation *op, char **names)
{
	char **name;

	for (name = names; *name; name++)
		if (!strcmp(*name, op->name))
			return true;
	return !*names;
}

int main(int argc, char **argv)
{
	const size_t nr = sizeof(operations) / sizeof(operations[0]);
	unsigned int first, stride, number = 0, failed = 0, wanted = 0;
	size_t i;
	bool ok;

	first = argc < 5 ? 0 : strtoul(argv[3], NULL, 10);
	stride = argc < 5 ? 0 : strtoul(argv[4], NULL, 10);
	if (!first || !stride) {
		fprintf(stderr, "usage: failnth KO WORK-DIRECTORY FIRST STEP [OPERATION...]\n");
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	ko = argv[1];
	work = argv[2];
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		die("/proc/thread-self/fail-nth");
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd < 0 || lseek(log_fd, 0, SEEK_END) < 0)
		die("/dev/kmsg");
	for (i = 0; i < nr; i++)
		wanted += asked_for(&operations[i], argv + 5);
	printf("KTAP version 1\n1..%u\n", wanted);
	for (i = 0; i < nr; i++) {
		if (!asked_for(&operations[i], argv + 5))
			continue;
		if (loaded() && !needs_module(&operations[i]) && unload())
			die("unload");
		ok = walk(&operations[i], first, stride);
		printf("%sok %u %s\n", ok ? "" : "not ", ++number, operations[i].name);
		failed += !ok;
	}
	if (loaded())
		unload();
	return !!failed;
}
