// SPDX-License-Identifier: GPL-2.0
/*
 * What attack.sh cannot do itself:
 *
 *	attack call FD SERVICE [in|out ADDRESS|own]...	through /dev/opalvm, open as FD
 *	attack drop COMMAND...				without any capability, ever
 *
 * A call prints the name of its error, or what the service returned.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/opalvm_dev.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

/* each argument that is memory has this many bytes */
#define LEN	16

static int call(int argc, char **argv)
{
	struct opalvm_dev_call call = { .size = sizeof(call) };
	char own[OPALVM_DEV_MAX_ARGS][LEN] = {};

	strncpy((char *)call.service, argv[3], sizeof(call.service) - 1);
	for (int i = 4; i + 1 < argc && call.nr_args < OPALVM_DEV_MAX_ARGS; i += 2) {
		struct opalvm_dev_arg *arg = &call.args[call.nr_args++];

		arg->kind = strcmp(argv[i], "in") ? OPALVM_DEV_OUT : OPALVM_DEV_IN;
		arg->value = strcmp(argv[i + 1], "own") ? strtoull(argv[i + 1], NULL, 0) :
							  (uintptr_t)own[call.nr_args - 1];
		arg->len = arg->value ? LEN : 0;
	}
	if (ioctl(atoi(argv[2]), OPALVM_DEV_CALL, &call)) {
		printf("%s\n", strerrorname_np(errno));
		return 1;
	}
	printf("%#llx\n", (unsigned long long)call.ret);
	return 0;
}

static int drop(char **argv)
{
	/* one that the kernel does not know ends them */
	for (int cap = 0; !prctl(PR_CAPBSET_DROP, cap, 0, 0, 0); cap++)
		;
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc >= 4 && !strcmp(argv[1], "call"))
		return call(argc, argv);
	if (argc >= 3 && !strcmp(argv[1], "drop"))
		return drop(argv);
	fprintf(stderr, "usage: attack call FD SERVICE [in|out ADDRESS|own]...\n"
		"       attack drop COMMAND...\n");
	return 2;
}
