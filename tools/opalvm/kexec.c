// SPDX-License-Identifier: GPL-2.0
/*
 * The map takes the one road that every kernel and every kexec has: a file in
 * the initrd. The loading is kexec-tools' business. On POWER, it also passes on
 * the device tree, where the module puts the map itself.
 */
#include <argp.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmdline.h"
#include "initrd.h"
#include "loaded.h"
#include "request.h"
#include "say.h"
#include "sysfs.h"
#include "table.h"
#include "tool.h"
#include "warn.h"

/*
 * On x86 the live state page of a first kernel lies below. kexec_load() has to be
 * kept away from it; kexec_file_load() puts nothing of any size there.
 */
#define LOWEST		0x1000000
#define KEEP_ABOVE	"--mem-min=0x1000000"

/* a map that changes more often than this between loading and going is not at rest */
#define MAX_LOADS	3

static const char doc[] =
	"Load the next kernel together with the map, so that it can host the same firmware.\v"
	"The map goes into a copy of the initrd, behind what is there, as the file "
	"opalvm.handover; without --initrd the initrd holds nothing else. What stands behind "
	"'--' is given to kexec as it is.\n"
	"\n"
	"-e alone goes into the kernel that was loaded last by this command, and loads it "
	"again before if the map has changed since. As with 'kexec -e' nothing is shut down; "
	"'systemctl kexec' does that. -r only loads again, if that is needed.\n"
	"\n"
	"-p loads the kernel that a crash goes into, which can then host the firmware. Load it "
	"through -s, or, by default, -l.\n"
	"\n"
	"Examples:\n"
	"  opalvm kexec -s /boot/vmlinuz --initrd=/boot/initrd.img \\\n"
	"      --append=\"$(cat /proc/cmdline)\"\n"
	"  opalvm kexec -e";

static const struct argp_option options[] = {
	{ "load", 'l', NULL, 0, "Load KERNEL through kexec_load()", 0 },
	{ "load-file", 's', NULL, 0, "Load KERNEL through kexec_file_load()", 0 },
	{ "load-panic", 'p', NULL, 0, "Load KERNEL for a crash", 0 },
	{ "initrd", 'i', "FILE", 0, "The initrd that the map is put behind", 0 },
	{ "append", 'a', "STRING", 0, "The command line of KERNEL", 0 },
	{ "exec", 'e', NULL, 0, "Go into the loaded kernel", 0 },
	{ "reload", 'r', NULL, 0, "Load again what was loaded, if the map has changed", 0 },
	{ 0 }
};

/* an option that this command has as well; its value may be the next argument */
static bool take_known(struct request *request, char **args, int *i)
{
	const char *arg = args[*i];
	const struct {
		const char *name;
		const char **value;
	} known[] = {
		{ "--append", &request->append },
		{ "--command-line", &request->append },
		{ "--initrd", &request->initrd },
		{ "--ramdisk", &request->initrd },
	};

	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++) {
		size_t len = strlen(known[k].name);

		if (strncmp(arg, known[k].name, len))
			continue;
		if (arg[len] == '=')
			*known[k].value = arg + len + 1;
		else if (!arg[len] && args[*i + 1])
			*known[k].value = args[++*i];
		else
			continue;
		return true;
	}
	return false;
}

/* what stands behind "--" */
static void take_extra(struct request *request, char **args)
{
	request->extra = args;
	for (int i = 0; args[i]; i++) {
		if (!take_known(request, args, &i))
			request->extra[request->nr_extra++] = args[i];
	}
}

static void take_argument(struct request *request, char *arg, struct argp_state *state)
{
	if (state->quoted && state->next > state->quoted) {
		take_extra(request, state->argv + state->next - 1);
		state->next = state->argc;
	} else if (request->kernel) {
		argp_error(state, "one kernel, not also '%s'", arg);
	} else {
		request->kernel = arg;
	}
}

static void check_request(struct request *request, struct argp_state *state)
{
	if (request->panic && !request->how)
		request->how = 'l';
	if (!request->how && !request->go && !request->reload)
		argp_error(state, "-l or -s with a kernel, -e, or -r?");
	else if (request->reload && (request->how || request->panic))
		argp_error(state, "-r loads what was loaded: leave out -l, -s and -p");
	else if (request->panic && request->go)
		argp_error(state, "either -p or -e: only a crash goes into that kernel");
	else if (request->how && !request->kernel)
		argp_error(state, "which kernel?");
	else if (!request->how &&
		 (request->kernel || request->initrd || request->append || request->extra))
		argp_error(state, "-e and -r take nothing; to load: -l or -s");
}

static error_t parse_kexec(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 'l':
	case 's':
		if (request->how && request->how != key)
			argp_error(state, "either -l or -s");
		request->how = key;
		return 0;
	case 'p':
		request->panic = true;
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
	case 'r':
		request->reload = true;
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
	char name[SYSFS_NAME];
	uint64_t pending;
	int err;

	if (!firmware_is_efi())
		return EXIT_OK;
	err = sysfs_u64(&pending, firmware_file(name, "capsule_pending"));
	if (err)
		return fail_sysfs(name, -err);
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

static bool is_too_low(const struct request *request, uint64_t state_page)
{
	return firmware_is_efi() && request->how == 'l' && !request->panic &&
	       state_page && state_page < LOWEST;
}

/* kexec -l -c or kexec -s -l, with the initrd behind @initrd_fd */
static int load_initrd(const struct request *request, int initrd_fd, uint64_t state_page)
{
	char *initrd = NULL, *line = NULL, *append = NULL;
	char **argv;
	int code;
	int n = 0;

	/* the name, seven arguments of ours at most, and the terminator */
	argv = calloc(request->nr_extra + 9, sizeof(*argv));
	if (!argv || asprintf(&initrd, "--initrd=/proc/self/fd/%d", initrd_fd) < 0 ||
	    cmdline_make(&line, request, state_page) ||
	    (line && asprintf(&append, "--append=%s", line) < 0)) {
		code = fail(EXIT_FAILED, "no memory; try again when there is some");
		goto out;
	}
	argv[n++] = "kexec";
	if (request->how == 's')
		argv[n++] = "-s";
	argv[n++] = request->panic ? "-p" : "-l";
	if (request->how == 'l')
		argv[n++] = "-c";
	if (is_too_low(request, state_page))
		argv[n++] = KEEP_ABOVE;
	argv[n++] = (char *)request->kernel;
	argv[n++] = initrd;
	if (append)
		argv[n++] = append;
	for (int i = 0; i < request->nr_extra; i++)
		argv[n++] = request->extra[i];
	if (!request->panic)
		loaded_forget();
	code = run_kexec(argv);
out:
	free(append);
	free(line);
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
	code = load_initrd(request, fd, table.state_page);
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

	warn_of(request);
	if (isatty(STDERR_FILENO))
		say("loading %s with the map ...", request->kernel);
	for (int i = 0; i < MAX_LOADS; i++) {
		code = load(request, &loaded);
		if (code == EXIT_OK)
			code = current_checksum(&now);
		if (code != EXIT_OK)
			return code;
		if (loaded != now)
			continue;
		/* what is gone into at once, or by a crash alone, needs no record */
		if (request->go || request->panic)
			return EXIT_OK;
		return loaded_write(request, loaded);
	}
	return fail(EXIT_FAILED,
		    "the map changed with each of %d loads; try again when the firmware is at rest",
		    MAX_LOADS);
}

static int load_again(const struct request *request)
{
	const char *gone = NULL;

	if (access(request->kernel, R_OK))
		gone = request->kernel;
	else if (request->initrd && access(request->initrd, R_OK))
		gone = request->initrd;
	if (gone)
		return fail(EXIT_FAILED, "the map has changed since the kernel was loaded, and "
			    "%s cannot be read: %m; load another: opalvm kexec -l KERNEL", gone);
	printf("the map has changed since the kernel was loaded: loading it again\n");
	return load_current(request);
}

/* what is loaded now carries the map as it is now */
static int make_current(void)
{
	char any[SYSFS_TEXT];
	struct loaded loaded;
	uint32_t now = 0;
	int code;

	if (!sysfs_text(any, "/sys/kernel/kexec_loaded") && !strcmp(any, "0"))
		return fail(EXIT_FAILED,
			    "no kernel is loaded; load it: opalvm kexec -l KERNEL");
	code = loaded_read(&loaded);
	if (code != EXIT_OK)
		return code;
	code = current_checksum(&now);
	if (code == EXIT_OK && loaded.checksum != now)
		code = load_again(&loaded.request);
	loaded_free(&loaded);
	return code;
}

int cmd_kexec(int argc, char **argv)
{
	const struct argp argp = {
		.options = options, .parser = parse_kexec, .doc = doc,
		.args_doc = "-l|-s KERNEL [-e] [-- KEXEC-ARGUMENT...]\n"
			    "-p [-l|-s] KERNEL [-- KEXEC-ARGUMENT...]\n-e|-r",
	};
	char *const go[] = { "kexec", "-e", NULL };
	struct request request = { 0 };
	int code;

	/* in order: only so is it known what stands behind "--" */
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &request);
	code = sysfs_ready();
	/* a crash loses the capsule with or without a kernel that is loaded for it */
	if (code == EXIT_OK && !request.panic)
		code = check_capsule();
	if (code == EXIT_OK)
		code = request.how ? load_current(&request) : make_current();
	if (code == EXIT_OK && request.go)
		code = run_kexec((char **)go);
	return code;
}
