// SPDX-License-Identifier: GPL-2.0
/*
 * opalvm: shows the firmware that the opalvm module hosts, and takes its map
 * across kexec.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "tool.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "status",	cmd_status },
	{ "map",	cmd_map },
	{ "audit",	cmd_audit },
	{ "time",	cmd_time },
	{ "services",	cmd_services },
	{ "trace",	cmd_trace },
	{ "top",	cmd_top },
	{ "symbols",	cmd_symbols },
	{ "call",	cmd_call },
	{ "kexec",	cmd_kexec },
	{ "handover",	cmd_handover },
	{ "doctor",	cmd_doctor },
};

const char *argp_program_version = "opalvm " TOOL_VERSION;

static const char doc[] =
	"Show the firmware that the opalvm module hosts, and take its map across kexec.\v"
	"Commands:\n"
	"  status     what is hosted, and what to do when something is off\n"
	"  map        the memory that the firmware needs mapped\n"
	"  audit      extents that allow the firmware more than it needs\n"
	"  time       the firmware's clock\n"
	"  services   the firmware's services and what happened to them\n"
	"  trace      what is called, as it comes\n"
	"  top        which services are called, and what time they take\n"
	"  symbols    the firmware's symbols, and names for addresses in it\n"
	"  call       call a service by its name\n"
	"  kexec      load the next kernel together with the map\n"
	"  handover   the table that carries the map from kernel to kernel\n"
	"  doctor     whether this machine can host, and what stands in the way\n"
	"\n"
	"'opalvm COMMAND --help' tells more.\n"
	"\n"
	"Exit codes:\n"
	"  0  done\n"
	"  1  it failed; one line on standard error tells why\n"
	"  2  wrong usage\n"
	"  3  not available here: the module is not loaded, or cannot host\n"
	"  4  done, and there is something to be mended: audit, doctor\n"
	"\n"
	"Environment:\n"
	"  NO_COLOR      no colours, even on a terminal\n"
	"  TMPDIR        where 'kexec' makes its initrd, instead of /tmp\n"
	"  OPALVM_SYSFS  for tests: the tree to use instead of /sys/firmware/opalvm\n"
	"  OPALVM_RUN    for tests: the directory to use instead of /run/opalvm\n"
	"  OPALVM_ROOT   for tests: where to look for all else of /proc and /sys, instead of /";

static error_t parse_command(int key, char *arg, struct argp_state *state)
{
	int *first = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_ARG:
		/* the rest belongs to the command */
		*first = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which command?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int run(int argc, char **argv)
{
	const char *name = argv[0];
	char *title;
	int code;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name))
			continue;
		if (asprintf(&title, "opalvm %s", name) < 0)
			return fail(EXIT_FAILED, "no memory; try again when there is some");
		argv[0] = title;
		code = commands[i].run(argc, argv);
		free(title);
		return code;
	}
	return fail(EXIT_USAGE, "no command '%s'; the list: opalvm --help", name);
}

int main(int argc, char **argv)
{
	const struct argp argp = {
		.parser = parse_command, .args_doc = "COMMAND [OPTION...]", .doc = doc,
	};
	int first = 0;
	int code;

	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &first);
	code = run(argc - first, argv + first);
	if (fclose(stdout) && code == EXIT_OK)
		code = fail(EXIT_FAILED, "cannot write the output: %m; is its disk full?");
	return code;
}
