// SPDX-License-Identifier: GPL-2.0
/*
 * The map takes the one road that every kernel and every kexec has: a file in
 * the initrd. The loading is kexec-tools' business.
 */
#include <argp.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "initrd.h"
#include "loaded.h"
#include "say.h"
#include "sysfs.h"
#include "table.h"
#include "tool.h"

/* a map that changes more often than this between loading and going is not at rest */
#define MAX_LOADS	3

struct request {
	char syscall;		/* 'l': kexec_load(), 's': kexec_file_load(), 0: load nothing */
	bool go;
	const char *kernel;
	const char *initrd;
	const char *append;
	char **extra;		/* for kexec, NULL-terminated */
	int nr_extra;
};

static const char doc[] =
	"Load the next kernel together with the map, so that it can host the same firmware.\v"
	"The map goes into a copy of the initrd, behind what is there, as the file "
	"opalvm.handover; without --initrd the initrd holds nothing else. What stands behind "
	"'--' is given to kexec as it is.\n"
	"\n"
	"-e alone goes into the kernel that was loaded last by this command, if the map has "
	"not changed since. As with 'kexec -e' nothing is shut down before; 'systemctl kexec' "
	"does that.\n"
	"\n"
	"Examples:\n"
	"  opalvm kexec -s /boot/vmlinuz --initrd=/boot/initrd.img \\\n"
	"      --append=\"$(cat /proc/cmdline)\"\n"
	"  opalvm kexec -e";

static const struct argp_option options[] = {
	{ "load", 'l', NULL, 0, "Load KERNEL through kexec_load()", 0 },
	{ "load-file", 's', NULL, 0, "Load KERNEL through kexec_file_load()", 0 },
	{ "initrd", 'i', "FILE", 0, "The initrd that the map is put behind", 0 },
	{ "append", 'a', "STRING", 0, "The command line of KERNEL", 0 },
	{ "exec", 'e', NULL, 0, "Go into the loaded kernel", 0 },
	{ 0 }
};

static void take_argument(struct request *request, char *arg, struct argp_state *state)
{
	if (state->quoted && state->next > state->quoted) {
		/* all that follows is kexec's */
		request->extra = state->argv + state->next - 1;
		request->nr_extra = state->argc - state->next + 1;
		state->next = state->argc;
	} else if (request->kernel) {
		argp_error(state, "one kernel, not also '%s'", arg);
	} else {
		request->kernel = arg;
	}
}

static void check_request(const struct request *request, struct argp_state *state)
{
	if (!request->syscall && !request->go)
		argp_error(state, "-l or -s with a kernel, or -e?");
	else if (request->syscall && !request->kernel)
		argp_error(state, "which kernel?");
	else if (!request->syscall &&
		 (request->kernel || request->initrd || request->append || request->extra))
		argp_error(state, "-e alone takes nothing; to load: -l or -s");
}

static error_t parse_kexec(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 'l':
	case 's':
		if (request->syscall && request->syscall != key)
			argp_error(state, "either -l or -s");
		request->syscall = key;
		return 0;
	case 'i':
		request->initrd = arg;
		return 0;
	case 'a':
		request->append = arg;
		return 0;
	case 'e':
		request->go = true;
		return 0;
	case ARGP_KEY_ARG:
		take_argument(request, arg, state);
		return 0;
	case ARGP_KEY_END:
		check_request(request, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int check_capsule(void)
{
	uint64_t pending;
	int err = sysfs_u64(&pending, FIRMWARE "/capsule_pending");

	if (err)
		return fail_sysfs(FIRMWARE "/capsule_pending", -err);
	if (pending)
		return fail(EXIT_FAILED,
			    "a capsule waits for a reset and a kexec would lose it; reboot first");
	return EXIT_OK;
}

static int fail_kexec(int err)
{
	if (err == ENOENT)
		return fail(EXIT_FAILED, "kexec is not installed; install kexec-tools");
	return fail(EXIT_FAILED, "cannot run kexec: %s; check kexec-tools", strerror(err));
}

static int run_kexec(char **argv)
{
	int status;
	pid_t pid;
	int err;

	fflush(stdout);
	err = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (err)
		return fail_kexec(err);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return fail_kexec(errno);
	}
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return EXIT_OK;
	return fail(EXIT_FAILED, "kexec failed; its own message stands above");
}

/* kexec -l -c or kexec -s -l, with the initrd behind @initrd_fd */
static int load_initrd(const struct request *request, int initrd_fd)
{
	char *initrd = NULL, *append = NULL;
	char **argv;
	int code;
	int n = 0;

	/* the name, six arguments of ours at most, and the terminator */
	argv = calloc(request->nr_extra + 8, sizeof(*argv));
	if (!argv || asprintf(&initrd, "--initrd=/proc/self/fd/%d", initrd_fd) < 0 ||
	    (request->append && asprintf(&append, "--append=%s", request->append) < 0)) {
		code = fail(EXIT_FAILED, "no memory; try again when there is some");
		goto out;
	}
	argv[n++] = "kexec";
	if (request->syscall == 's')
		argv[n++] = "-s";
	argv[n++] = "-l";
	if (request->syscall == 'l')
		argv[n++] = "-c";
	argv[n++] = (char *)request->kernel;
	argv[n++] = initrd;
	if (append)
		argv[n++] = append;
	for (int i = 0; i < request->nr_extra; i++)
		argv[n++] = request->extra[i];
	code = run_kexec(argv);
out:
	free(append);
	free(initrd);
	free(argv);
	return code;
}

static int load(const struct request *request, uint32_t *checksum)
{
	struct table table;
	int code;
	int fd;

	if (access(request->kernel, R_OK))
		return fail(EXIT_FAILED,
			    "cannot read the kernel %s: %m; name a file that root can read",
			    request->kernel);
	code = table_read(&table);
	if (code != EXIT_OK)
		return code;
	*checksum = table.checksum;
	code = initrd_make(request->initrd, &table, &fd);
	table_free(&table);
	if (code != EXIT_OK)
		return code;
	code = load_initrd(request, fd);
	close(fd);
	return code;
}

static int current_checksum(uint32_t *checksum)
{
	struct table table;
	int code = table_read(&table);

	if (code != EXIT_OK)
		return code;
	*checksum = table.checksum;
	table_free(&table);
	return EXIT_OK;
}

/* the table may change while a kernel is loaded: load until it did not */
static int load_current(const struct request *request)
{
	uint32_t loaded = 0, now = 0;
	int code;

	for (int i = 0; i < MAX_LOADS; i++) {
		code = load(request, &loaded);
		if (code == EXIT_OK)
			code = current_checksum(&now);
		if (code != EXIT_OK)
			return code;
		if (loaded == now)
			return request->go ? EXIT_OK : loaded_write(loaded);
	}
	return fail(EXIT_FAILED,
		    "the map changed with each of %d loads; try again when the firmware is at rest",
		    MAX_LOADS);
}

static int check_loaded(void)
{
	uint32_t loaded = 0, now = 0;
	int code;

	if (loaded_read(&loaded))
		return fail(EXIT_FAILED, "no kernel was loaded with the map; "
			    "load it: opalvm kexec -l KERNEL");
	code = current_checksum(&now);
	if (code != EXIT_OK)
		return code;
	if (loaded != now)
		return fail(EXIT_FAILED, "the map has changed since the kernel was loaded; "
			    "load it again: opalvm kexec -l KERNEL");
	return EXIT_OK;
}

int cmd_kexec(int argc, char **argv)
{
	const struct argp argp = {
		.options = options, .parser = parse_kexec, .doc = doc,
		.args_doc = "-l|-s KERNEL [-e] [-- KEXEC-ARGUMENT...]\n-e",
	};
	char *const go[] = { "kexec", "-e", NULL };
	struct request request = { 0 };
	int code;

	/* in order: only so is it known what stands behind "--" */
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &request);
	code = sysfs_ready();
	if (code == EXIT_OK)
		code = check_capsule();
	if (code == EXIT_OK)
		code = request.syscall ? load_current(&request) : check_loaded();
	if (code == EXIT_OK && request.go)
		code = run_kexec((char **)go);
	return code;
}
