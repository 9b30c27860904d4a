/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all files of the tool share.
 */
#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>

/* exit codes, as in --help and in Documentation/admin-guide/opalvm.rst */
enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_HERE = 3,	/* not loaded, or this machine cannot host */
	EXIT_FOUND = 4,		/* audit, doctor: there is something to be mended */
};

/* commands: each takes its own argument vector and returns an exit code */
int cmd_status(int argc, char **argv);
int cmd_map(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_time(int argc, char **argv);
int cmd_services(int argc, char **argv);
int cmd_trace(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_symbols(int argc, char **argv);
int cmd_call(int argc, char **argv);
int cmd_kexec(int argc, char **argv);
int cmd_handover(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

/* options.c: the options of the commands that only show something */
struct options {
	const char *args_doc;	/* of the argument that may be given; NULL: none may */
	bool draws;		/* takes --svg */

	bool json;
	const char *svg;	/* NULL if not given */
	const char *arg;
};

void options_parse(int argc, char **argv, const char *doc, struct options *options);

/* of those that take nothing but --json */
bool options_json(int argc, char **argv, const char *doc);

struct json_object;
void print_json(struct json_object *json);

#endif /* TOOL_H */
