// SPDX-License-Identifier: GPL-2.0
/*
 * opalvm trace: the module's trace events as they come. They go into an instance
 * of tracefs of this command's own, so that nobody else's tracing is disturbed.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <tracefs.h>
#include <unistd.h>

#include "interrupt.h"
#include "say.h"
#include "sysfs.h"
#include "tool.h"

#define SYSTEM		"opalvm"

/* seconds between looking for events */
#define PAUSE		0.1

struct request {
	bool json;
	char **command;		/* NULL: until interrupted */
};

struct tracing {
	const struct request *request;
	struct tep_handle *tep;
	struct tracefs_instance *instance;
};

static const char doc[] =
	"Print the module's trace events as they come: each call and how it ended, verdicts, what "
	"is mapped, and handovers.\v"
	"It ends when it is interrupted, or when COMMAND has ended. Each line has the time in "
	"seconds since boot, the CPU, the process, and the event. With --json, each event is a "
	"line of JSON. The tracing of others is not disturbed.";

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	(void)arg;
	switch (key) {
	case 'j':
		request->json = true;
		return 0;
	case ARGP_KEY_ARG:
		/* the rest belongs to the command */
		request->command = state->argv + state->next - 1;
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_text(struct tep_event *event, struct tep_record *record, const char *info,
		       int pid)
{
	printf("%llu.%06llu [%03d] %d %s: %s\n", record->ts / 1000000000,
	       record->ts / 1000 % 1000000, record->cpu, pid, event->name, info);
}

/* a field that is as long as it has to be: a string, or numbers */
static struct json_object *json_dynamic(struct tep_format_field *field, struct tep_record *record,
					struct tep_handle *tep)
{
	struct json_object *list;
	int len = 0, size = field->elementsize;
	char *data = tep_get_field_raw(NULL, field->event, field->name, record, &len, 0);

	if (!data)
		return NULL;
	if (field->flags & TEP_FIELD_IS_STRING)
		return json_object_new_string_len(data, strnlen(data, len));
	list = json_object_new_array();
	for (int at = 0; size > 0 && at + size <= len; at += size)
		json_object_array_add(list, json_object_new_uint64(tep_read_number(tep, data + at,
										   size)));
	return list;
}

static struct json_object *json_field(struct tep_format_field *field, struct tep_record *record,
				      struct tep_handle *tep)
{
	unsigned long long value;

	if (field->flags & (TEP_FIELD_IS_ARRAY | TEP_FIELD_IS_DYNAMIC))
		return json_dynamic(field, record, tep);
	if (tep_read_number_field(field, record->data, &value))
		return NULL;
	if (!(field->flags & TEP_FIELD_IS_SIGNED))
		return json_object_new_uint64(value);
	return json_object_new_int64(field->size == 4 ? (int32_t)value : (int64_t)value);
}

static void print_line(struct tep_event *event, struct tep_record *record, const char *info,
		       int pid)
{
	struct json_object *json = json_object_new_object();
	struct tep_format_field **fields = tep_event_fields(event);

	json_object_object_add(json, "time_ns", json_object_new_uint64(record->ts));
	json_object_object_add(json, "cpu", json_object_new_int(record->cpu));
	json_object_object_add(json, "pid", json_object_new_int(pid));
	json_object_object_add(json, "event", json_object_new_string(event->name));
	for (int i = 0; fields && fields[i]; i++)
		json_object_object_add(json, fields[i]->name,
				       json_field(fields[i], record, event->tep));
	json_object_object_add(json, "text", json_object_new_string(info));
	puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN));
	json_object_put(json);
	free(fields);
}

static int print_event(struct tep_event *event, struct tep_record *record, int cpu, void *context)
{
	const struct tracing *tracing = context;
	int pid = tep_data_pid(tracing->tep, record);
	struct trace_seq text;

	(void)cpu;
	trace_seq_init(&text);
	tep_print_event(tracing->tep, &text, record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&text);
	if (tracing->request->json)
		print_line(event, record, text.buffer, pid);
	else
		print_text(event, record, text.buffer, pid);
	trace_seq_destroy(&text);
	return 0;
}

static int say_missed(struct tep_event *event, struct tep_record *record, int cpu, void *context)
{
	(void)event;
	(void)record;
	(void)context;
	say("events of CPU %d are lost: they came too fast; trace for a shorter time", cpu);
	return 0;
}

/* what has come until now */
static int print_events(struct tracing *tracing)
{
	if (tracefs_iterate_raw_events(tracing->tep, tracing->instance, NULL, 0, print_event,
				       tracing) < 0)
		return fail(EXIT_FAILED, "the events cannot be read: %m; look at tracefs: "
			    "ls /sys/kernel/tracing");
	if (fflush(stdout))
		return fail(EXIT_FAILED, "cannot write the output: %m; is its reader gone?");
	return EXIT_OK;
}

static int start(pid_t *pid, char **command)
{
	posix_spawnattr_t attr;
	sigset_t none, pipe;
	int err;

	/* it is no affair of the command's what is held here */
	sigemptyset(&none);
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &pipe);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	err = posix_spawnp(pid, command[0], NULL, &attr, command, environ);
	posix_spawnattr_destroy(&attr);
	if (err)
		return fail(EXIT_FAILED, "cannot run %s: %s; name a program", command[0],
			    strerror(err));
	return EXIT_OK;
}

static int judge(int status, const char *name)
{
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return EXIT_OK;
	if (WIFSIGNALED(status))
		return fail(EXIT_FAILED, "%s was ended by signal %d; what it did is traced above",
			    name, WTERMSIG(status));
	return fail(EXIT_FAILED, "%s gave exit code %d; what it did is traced above", name,
		    WEXITSTATUS(status));
}

static int follow_command(struct tracing *tracing, char **command)
{
	int code = EXIT_OK, status = 0;
	bool ended = false;
	pid_t pid;

	code = start(&pid, command);
	if (code != EXIT_OK)
		return code;
	while (code == EXIT_OK && !ended) {
		/* an interrupt goes to the command as well; it is told of until its end */
		interrupt_wait(PAUSE);
		ended = waitpid(pid, &status, WNOHANG) == pid;
		code = print_events(tracing);
	}
	if (!ended)
		waitpid(pid, &status, 0);
	return code == EXIT_OK ? judge(status, command[0]) : code;
}

static int follow(struct tracing *tracing)
{
	bool ended = false;
	int code = EXIT_OK;

	if (tracing->request->command)
		return follow_command(tracing, tracing->request->command);
	while (code == EXIT_OK && !ended) {
		ended = interrupt_wait(PAUSE);
		code = print_events(tracing);
	}
	return code;
}

static int fail_tracefs(void)
{
	if (errno == EPERM || errno == EACCES)
		return fail(EXIT_FAILED, "tracing is not allowed here; run it as root, in a kernel "
			    "that is not locked down to confidentiality");
	return fail(EXIT_NOT_HERE, "there is no tracefs, or the module has no trace events; "
		    "use a kernel with CONFIG_EVENT_TRACING");
}

static int trace(const struct request *request)
{
	const char *const systems[] = { SYSTEM, NULL };
	struct tracing tracing = { .request = request };
	char name[sizeof(SYSTEM) + 16];
	int code;

	snprintf(name, sizeof(name), SYSTEM "-%d", getpid());
	errno = 0;
	if (!tracefs_tracing_dir())
		return fail_tracefs();
	tracing.instance = tracefs_instance_create(name);
	if (!tracing.instance)
		return fail_tracefs();
	tracing.tep = tracefs_local_events_system(NULL, systems);
	if (!tracing.tep || tracefs_event_enable(tracing.instance, SYSTEM, NULL)) {
		code = fail_tracefs();
	} else {
		tracefs_follow_missed_events(tracing.instance, say_missed, NULL);
		code = follow(&tracing);
	}
	tep_free(tracing.tep);
	tracefs_event_disable(tracing.instance, SYSTEM, NULL);
	tracefs_instance_destroy(tracing.instance);
	tracefs_instance_free(tracing.instance);
	return code;
}

int cmd_trace(int argc, char **argv)
{
	const struct argp argp = {
		.options = options, .parser = parse, .doc = doc,
		.args_doc = "[COMMAND [ARGUMENT...]]",
	};
	struct request request = { 0 };
	int code;

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &request);
	code = sysfs_ready();
	if (code != EXIT_OK)
		return code;
	/* whatever ends it, the instance is removed */
	interrupt_hold();
	signal(SIGPIPE, SIG_IGN);
	return trace(&request);
}
