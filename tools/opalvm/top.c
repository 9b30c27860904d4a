// SPDX-License-Identifier: GPL-2.0
/*
 * opalvm top: which services are called, and what time they take.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "columns.h"
#include "interrupt.h"
#include "say.h"
#include "services.h"
#include "sysfs.h"
#include "tool.h"
#include "units.h"

/* of durations: number n counts calls of 2^n us to less than 2^(n+1), 0 all below 2 us */
#define NR_LATENCIES	32

#define DEFAULT_DELAY	2.0
#define MAX_DELAY	86400.0

struct request {
	bool json;
	uint64_t number;	/* of screens, 0: until interrupted */
	double delay;		/* between them, in seconds */
};

/* what a service did, since the module was loaded or in an interval */
struct row {
	char name[SERVICE_NAME];
	uint64_t calls;
	uint64_t total_ns;
	uint64_t max_ns;		/* always since it was loaded */
	bool has_latency;
	uint64_t latency[NR_LATENCIES];
};

struct sample {
	struct row *rows;
	int nr;
	struct timespec time;
};

static const char doc[] =
	"Show which services are called, and what time they take.\v"
	"The first table is about all calls since the module was loaded, each one after it about "
	"those since the one before, until the command is interrupted. Services that were not "
	"called are left out; the one that took the most time is first. Of half of the calls, "
	"and of 99 in 100, it is told what they stayed below, where debugfs is mounted and the "
	"module tells. LONGEST is that of all calls.\n"
	"\n"
	"With --json, each table is one line.";

static const struct argp_option options[] = {
	{ "number", 'n', "NUMBER", 0, "End after NUMBER tables", 0 },
	{ "delay", 'd', "SECONDS", 0, "Wait so long between tables (2)", 0 },
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;
	char *end;

	switch (key) {
	case 'n':
		if (!parse_u64(&request->number, arg) || !request->number)
			argp_error(state, "'%s' is no number of tables", arg);
		return 0;
	case 'd':
		request->delay = strtod(arg, &end);
		if (end == arg || *end || !(request->delay > 0 && request->delay <= MAX_DELAY))
			argp_error(state, "'%s' is no number of seconds", arg);
		return 0;
	case 'j':
		request->json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is not expected", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void sample_free(struct sample *sample)
{
	free(sample->rows);
	sample->rows = NULL;
}

static struct row *find(const struct sample *sample, const char *name)
{
	for (int i = 0; i < sample->nr; i++) {
		if (!strcmp(sample->rows[i].name, name))
			return &sample->rows[i];
	}
	return NULL;
}

/* "NAME CALLS N0 ... N31"; a service that is not in the tree is left out */
static bool parse_latency(struct sample *sample, char *line)
{
	const char *name = strsep(&line, " ");
	struct row *row = find(sample, name);
	uint64_t numbers[1 + NR_LATENCIES];

	for (int i = 0; i < 1 + NR_LATENCIES; i++) {
		const char *number = strsep(&line, " ");

		if (!number || !parse_u64(&numbers[i], number))
			return false;
	}
	if (row) {
		row->has_latency = true;
		memcpy(row->latency, numbers + 1, sizeof(row->latency));
	}
	return !line;
}

static int read_latency(struct sample *sample)
{
	struct sysfs_lines lines;
	char name[SYSFS_NAME];
	int code = EXIT_OK;
	int err;

	err = sysfs_lines(&lines, debug_file(name, "latency"));
	/* not mounted, a module that does not have it, or locked down */
	if (err == -ENOENT || err == -EPERM)
		return EXIT_OK;
	if (err)
		return fail_sysfs(name, -err);
	for (size_t i = 0; code == EXIT_OK && i < lines.nr; i++) {
		if (!parse_latency(sample, lines.lines[i]))
			code = fail_line(name, i);
	}
	sysfs_lines_free(&lines);
	return code;
}

static int sample_read(struct sample *sample)
{
	struct service *services;
	int code;

	clock_gettime(CLOCK_MONOTONIC, &sample->time);
	code = services_read(&services, &sample->nr);
	if (code != EXIT_OK)
		return code;
	sample->rows = calloc(sample->nr + 1, sizeof(*sample->rows));
	if (!sample->rows)
		code = fail(EXIT_FAILED, "no memory; try again when there is some");
	for (int i = 0; code == EXIT_OK && i < sample->nr; i++) {
		struct row *row = &sample->rows[i];

		strcpy(row->name, services[i].name);
		row->calls = services[i].calls;
		row->total_ns = services[i].total_ns;
		row->max_ns = services[i].max_ns;
	}
	free(services);
	if (code == EXIT_OK)
		code = read_latency(sample);
	if (code != EXIT_OK)
		sample_free(sample);
	return code;
}

/* what a module that was loaded again counts begins anew */
static void subtract(struct row *row, const struct row *before)
{
	if (!before || before->calls > row->calls)
		return;
	row->calls -= before->calls;
	row->total_ns -= before->total_ns;
	for (int i = 0; i < NR_LATENCIES; i++)
		row->latency[i] -= before->latency[i];
}

static int by_time(const void *a, const void *b)
{
	const struct row *row = a, *other = b;

	if (row->total_ns != other->total_ns)
		return row->total_ns > other->total_ns ? -1 : 1;
	return strcmp(row->name, other->name);
}

/* what happened between @before and @now: those that were called */
static int difference(struct sample *between, const struct sample *before,
		      const struct sample *now)
{
	*between = (struct sample) { .rows = calloc(now->nr + 1, sizeof(*between->rows)) };
	if (!between->rows)
		return fail(EXIT_FAILED, "no memory; try again when there is some");
	for (int i = 0; i < now->nr; i++) {
		struct row *row = &between->rows[between->nr];

		*row = now->rows[i];
		subtract(row, find(before, row->name));
		between->nr += row->calls > 0;
	}
	qsort(between->rows, between->nr, sizeof(*between->rows), by_time);
	return EXIT_OK;
}

/* the microseconds that so many of the calls stayed below, 0 if that is not known */
static uint64_t stayed_below(const struct row *row, unsigned int percent)
{
	uint64_t all = 0, seen = 0;

	for (int i = 0; i < NR_LATENCIES; i++)
		all += row->latency[i];
	for (int i = 0; row->has_latency && all && i < NR_LATENCIES; i++) {
		seen += row->latency[i];
		if (seen * 100 >= all * percent)
			return 2ULL << i;
	}
	return 0;
}

static const char *below_text(char text[UNITS_TEXT], const struct row *row,
			      unsigned int percent)
{
	uint64_t us = stayed_below(row, percent);

	return us ? units_time(text, us * 1000) : "-";
}

static void print_rows(const struct sample *sample, double seconds)
{
	const char *const titles[] = {
		"SERVICE", ">CALLS", ">PER SECOND", ">TIME", ">BUSY", ">MEAN", ">HALF BELOW",
		">99% BELOW", ">LONGEST", NULL
	};
	struct libscols_table *columns = columns_new(titles);
	char text[7][UNITS_TEXT], rate[UNITS_TEXT], busy[UNITS_TEXT];

	for (int i = 0; i < sample->nr; i++) {
		const struct row *row = &sample->rows[i];
		const char *const cells[] = {
			row->name, units_number(text[0], row->calls), seconds > 0 ? rate : "-",
			units_time(text[1], row->total_ns), seconds > 0 ? busy : "-",
			units_time(text[2], row->total_ns / row->calls),
			below_text(text[3], row, 50), below_text(text[4], row, 99),
			units_time(text[5], row->max_ns),
		};

		snprintf(rate, sizeof(rate), "%.1f", row->calls / seconds);
		snprintf(busy, sizeof(busy), "%.1f%%", row->total_ns / seconds / 1e7);
		columns_line(columns, TONE_PLAIN, cells);
	}
	columns_print(columns);
}

/* @seconds since the table before, 0 for the first one */
static void print_screen(const struct sample *sample, double seconds)
{
	uint64_t calls = 0;

	if (isatty(STDOUT_FILENO))
		printf("\033[H\033[J");
	else if (seconds > 0)
		printf("\n");
	for (int i = 0; i < sample->nr; i++)
		calls += sample->rows[i].calls;
	if (seconds > 0)
		printf("%s: %" PRIu64 " calls in %.1f s\n", firmware(), calls, seconds);
	else
		printf("%s: %" PRIu64 " calls since the module was loaded\n", firmware(), calls);
	print_rows(sample, seconds);
}

static void print_line(const struct sample *sample, double seconds)
{
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();
	char text[UNITS_TEXT];

	for (int i = 0; i < sample->nr; i++) {
		const struct row *row = &sample->rows[i];
		struct json_object *one = json_object_new_object();

		json_object_object_add(one, "name", json_object_new_string(row->name));
		json_object_object_add(one, "calls", json_object_new_uint64(row->calls));
		json_object_object_add(one, "total_ns", json_object_new_uint64(row->total_ns));
		json_object_object_add(one, "max_ns", json_object_new_uint64(row->max_ns));
		if (stayed_below(row, 50)) {
			json_object_object_add(one, "half_below_us",
					       json_object_new_uint64(stayed_below(row, 50)));
			json_object_object_add(one, "most_below_us",
					       json_object_new_uint64(stayed_below(row, 99)));
		}
		json_object_array_add(list, one);
	}
	snprintf(text, sizeof(text), "%.3f", seconds);
	if (seconds > 0)
		json_object_object_add(json, "seconds", json_object_new_double_s(seconds, text));
	json_object_object_add(json, firmware(), list);
	puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN));
	json_object_put(json);
}

static double seconds_between(const struct timespec *from, const struct timespec *to)
{
	return to->tv_sec - from->tv_sec + (to->tv_nsec - from->tv_nsec) / 1e9;
}

static int show(const struct request *request, const struct sample *before,
		const struct sample *now)
{
	double seconds = before->rows ? seconds_between(&before->time, &now->time) : 0;
	struct sample between;
	int code = difference(&between, before, now);

	if (code != EXIT_OK)
		return code;
	if (request->json)
		print_line(&between, seconds);
	else
		print_screen(&between, seconds);
	sample_free(&between);
	if (fflush(stdout))
		return fail(EXIT_FAILED, "cannot write the output: %m; is its disk full?");
	return EXIT_OK;
}

static int run(const struct request *request)
{
	struct sample before = { 0 }, now;
	int code = EXIT_OK;

	for (uint64_t i = 0; !request->number || i < request->number; i++) {
		if (i && interrupt_wait(request->delay))
			break;
		code = sample_read(&now);
		if (code != EXIT_OK)
			break;
		code = show(request, &before, &now);
		sample_free(&before);
		before = now;
		if (code != EXIT_OK)
			break;
	}
	sample_free(&before);
	return code;
}

int cmd_top(int argc, char **argv)
{
	const struct argp argp = { .options = options, .parser = parse, .doc = doc };
	struct request request = { .delay = DEFAULT_DELAY };
	char state[SYSFS_TEXT], name[SYSFS_NAME];
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &request);
	code = sysfs_ready();
	if (code != EXIT_OK)
		return code;
	if (!sysfs_text(state, firmware_file(name, "state")) && !strcmp(state, "recorded"))
		return fail(EXIT_NOT_HERE, "the running kernel calls the services itself, and "
			    "nothing is counted; more: opalvm status");
	interrupt_hold();
	return run(&request);
}
