// SPDX-License-Identifier: GPL-2.0
/*
 * opalvm call: one service by its name.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <linux/opalvm_dev.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "say.h"
#include "tool.h"

#define DEVICE	"/dev/opalvm"

struct request {
	struct opalvm_dev_call call;
	bool json;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ 0 }
};

static const char doc[] =
	"Call a service of the firmware by its name, as in 'opalvm services', with arguments as "
	"its specification has them. Nothing else stands between: a wrong argument can make the "
	"firmware destroy what it stores.\v"
	"An ARGUMENT is one of\n"
	"  NUMBER      a value, decimal or 0x...\n"
	"  in:HEX      memory that the firmware reads, as hexadecimal digits\n"
	"  out:LEN     LEN bytes that it writes; they are printed\n"
	"  inout:HEX   memory that it reads and writes; printed as it is left\n"
	"  null        no memory\n"
	"\n"
	"For example, register 0xf000f of chip 0, with OPAL:\n"
	"  opalvm call OPAL_XSCOM_READ 0 0xf000f out:8";

static void *allocate(size_t len)
{
	void *memory = calloc(1, len ? len : 1);

	if (!memory)
		exit(fail(EXIT_FAILED, "no memory for an argument of %zu bytes; pass less", len));
	return memory;
}

static bool parse_number(const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return *text >= '0' && *text <= '9' && !*end && !errno;
}

static uint8_t digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static bool parse_hex(const char *text, struct opalvm_dev_arg *arg)
{
	size_t digits = strlen(text);
	uint8_t *bytes;

	if (!digits || digits % 2 || strspn(text, "0123456789abcdefABCDEF") != digits)
		return false;
	bytes = allocate(digits / 2);
	for (size_t i = 0; i < digits; i++)
		bytes[i / 2] = bytes[i / 2] << 4 | digit(text[i]);
	arg->value = (uintptr_t)bytes;
	arg->len = digits / 2;
	return true;
}

static bool parse_arg(const char *text, struct opalvm_dev_arg *arg)
{
	uint64_t len;

	*arg = (struct opalvm_dev_arg) { .kind = OPALVM_DEV_VALUE };
	if (parse_number(text, &len)) {
		arg->value = len;
		return true;
	}
	arg->kind = OPALVM_DEV_IN;
	if (!strcmp(text, "null"))
		return true;
	if (!strncmp(text, "in:", 3))
		return parse_hex(text + 3, arg);
	if (!strncmp(text, "inout:", 6)) {
		arg->kind = OPALVM_DEV_INOUT;
		return parse_hex(text + 6, arg);
	}
	if (strncmp(text, "out:", 4) || !parse_number(text + 4, &len) || !len)
		return false;
	arg->kind = OPALVM_DEV_OUT;
	arg->value = (uintptr_t)allocate(len);
	arg->len = len;
	return true;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct request *request = state->input;
	struct opalvm_dev_call *call = &request->call;

	switch (key) {
	case 'j':
		request->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!state->arg_num) {
			if (strlen(text) >= sizeof(call->service))
				argp_error(state, "no service has a name as long as '%s'", text);
			strcpy((char *)call->service, text);
			return 0;
		}
		if (call->nr_args == OPALVM_DEV_MAX_ARGS)
			argp_error(state, "more than %d arguments", OPALVM_DEV_MAX_ARGS);
		if (!parse_arg(text, &call->args[call->nr_args++]))
			argp_error(state, "'%s' is no argument", text);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which service?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int make_call(struct opalvm_dev_call *call)
{
	const char *service = (const char *)call->service;
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	int err;

	if (fd < 0 && errno == ENOENT)
		return fail(EXIT_NOT_HERE, DEVICE " is not there; modprobe opalvm");
	if (fd < 0)
		return fail_sysfs(DEVICE, errno);
	call->size = sizeof(*call);
	err = ioctl(fd, OPALVM_DEV_CALL, call) ? errno : 0;
	close(fd);
	switch (err) {
	case 0:
		return EXIT_OK;
	case EINVAL:
		return fail(EXIT_FAILED,
			    "%s: no such service, or not with such arguments; "
			    "the services: opalvm services", service);
	case EPERM:
		return fail(EXIT_FAILED,
			    "%s: not callable from here: reserved, locked down, "
			    "or for want of CAP_SYS_ADMIN", service);
	case EBUSY:
		return fail(EXIT_FAILED, "%s: the running kernel calls the services itself",
			    service);
	default:
		return fail_sysfs(service, err);
	}
}

static bool comes_back(const struct opalvm_dev_arg *arg)
{
	return (arg->kind == OPALVM_DEV_OUT || arg->kind == OPALVM_DEV_INOUT) && arg->value;
}

static char *to_hex(const struct opalvm_dev_arg *arg)
{
	const uint8_t *bytes = (const uint8_t *)(uintptr_t)arg->value;
	char *text = allocate(2 * arg->len + 1);

	for (size_t i = 0; i < arg->len; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	return text;
}

static void print_results(const struct opalvm_dev_call *call)
{
	char *text;

	printf("returned  0x%" PRIx64 " (%" PRId64 ")\n", (uint64_t)call->ret, (int64_t)call->ret);
	for (uint32_t i = 0; i < call->nr_args; i++) {
		if (!comes_back(&call->args[i]))
			continue;
		text = to_hex(&call->args[i]);
		printf("argument %" PRIu32 "  %s\n", i + 1, text);
		free(text);
	}
}

static void print_results_json(const struct opalvm_dev_call *call)
{
	struct json_object *json = json_object_new_object();
	struct json_object *args = json_object_new_array();
	char *text;

	for (uint32_t i = 0; i < call->nr_args; i++) {
		if (!comes_back(&call->args[i])) {
			json_object_array_add(args, NULL);
			continue;
		}
		text = to_hex(&call->args[i]);
		json_object_array_add(args, json_object_new_string(text));
		free(text);
	}
	json_object_object_add(json, "service", json_object_new_string((char *)call->service));
	json_object_object_add(json, "returned", json_object_new_uint64(call->ret));
	json_object_object_add(json, "arguments", args);
	print_json(json);
}

int cmd_call(int argc, char **argv)
{
	const struct argp argp = {
		.options = options, .parser = parse, .args_doc = "SERVICE [ARGUMENT...]",
		.doc = doc,
	};
	struct request request = { 0 };
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &request);
	code = make_call(&request.call);
	if (code == EXIT_OK && request.json)
		print_results_json(&request.call);
	else if (code == EXIT_OK)
		print_results(&request.call);
	for (uint32_t i = 0; i < request.call.nr_args; i++)
		if (request.call.args[i].kind != OPALVM_DEV_VALUE)
			free((void *)(uintptr_t)request.call.args[i].value);
	return code;
}
