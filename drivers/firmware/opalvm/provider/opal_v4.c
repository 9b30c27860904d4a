// SPDX-License-Identifier: GPL-2.0
/*
 * A firmware that exports its map (Documentation/firmware-guide/opal-v4.rst): the
 * map, what its traps mean, its log, and what it has mapped beside its map.
 *
 * What runs while a call is in progress, or has just been stopped, must not
 * print: the console is the firmware's, and the call can hold its locks.
 */
#include <linux/ctype.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "buffer.h"
#include "flight.h"
#include "provider/opal.h"
#include "service/opal.h"

/*
 * The log: lines wait in a ring until they can be printed.
 */

/* with the NUL, as long as the firmware's own get */
#define LINE_LEN	320
#define NR_LINES	64

#define LEVEL_WARNING	4
#define LEVEL_DEBUG	7

/* so many of the firmware's lines are printed in so many seconds */
#define BURST		200
#define BURST_SECONDS	5

/**
 * struct line - one line of the log
 * @level: as the kernel's levels
 * @text: NUL-terminated, printable, without a newline
 */
struct line {
	u32 level;
	char text[LINE_LEN];
};

static DEFINE_RAW_SPINLOCK(lines_lock);	/* protects what follows */
static struct line lines[NR_LINES];
static u32 first_line, nr_lines, nr_lost;

static void lines_wait(struct irq_work *work);
static DEFINE_IRQ_WORK(lines_waiting, lines_wait);

static void make_printable(char *text)
{
	for (; *text; text++)
		if (!isascii(*text) || !isprint(*text))
			*text = '?';
}

/* Any context: @text is up to @len bytes long, or ends with a NUL or a newline before. */
static void line_add(u32 level, const char *text, size_t len)
{
	unsigned long flags;
	struct line *line;
	size_t used = 0;

	raw_spin_lock_irqsave(&lines_lock, flags);
	if (nr_lines < NR_LINES) {
		line = &lines[(first_line + nr_lines++) % NR_LINES];
		line->level = level;
		for (; used < min_t(size_t, len, LINE_LEN - 1); used++) {
			if (!text[used] || text[used] == '\n')
				break;
			line->text[used] = text[used];
		}
		line->text[used] = '\0';
		make_printable(line->text);
	} else {
		nr_lost++;
	}
	raw_spin_unlock_irqrestore(&lines_lock, flags);
	irq_work_queue(&lines_waiting);
}

static bool line_take(struct line *line, u32 *lost)
{
	bool taken;

	raw_spin_lock_irq(&lines_lock);
	taken = nr_lines;
	if (taken) {
		*line = lines[first_line];
		first_line = (first_line + 1) % NR_LINES;
		nr_lines--;
	}
	*lost = nr_lost;
	nr_lost = 0;
	raw_spin_unlock_irq(&lines_lock);
	return taken;
}

static void lines_print(struct work_struct *work)
{
	static DEFINE_RATELIMIT_STATE(limit, BURST_SECONDS * HZ, BURST);
	struct line line;
	u32 lost;

	while (line_take(&line, &lost)) {
		if (lost)
			pr_warn(OPALVM_NAME ": opal: %u lines of the firmware's log are lost\n",
				lost);
		if (line.text[0] && __ratelimit(&limit))
			_printk(KERN_SOH "%u" OPALVM_NAME ": opal: %s\n", line.level, line.text);
	}
}

static DECLARE_WORK(lines_work, lines_print);

static void lines_wait(struct irq_work *work)
{
	schedule_work(&lines_work);
}

/* Nobody adds any more. */
static void lines_flush(void)
{
	irq_work_sync(&lines_waiting);
	flush_work(&lines_work);
}

/* How many bytes can be read there, of what the firmware can read itself. */
static size_t readable(const struct opalvm_flight *flight, u64 address)
{
	const struct opalvm_extent *extent;
	u64 offset = address - (u64)flight->stack;

	if (offset < OPALVM_STACK_SIZE)
		return OPALVM_STACK_SIZE - offset;
	extent = opalvm_map_find_va(flight->gate->space->map, address);
	if (!extent || opalvm_extent_cache(extent) != OPALVM_CACHE_WB)
		return 0;
	return extent->size - (address - extent->va);
}

/* The firmware calls this: on its stack, in the space, with interrupts hard disabled. */
static noinline notrace void os_printf(u64 level, const char *text)
{
	struct opalvm_flight *flight = opalvm_flight_current();

	if (flight)
		line_add(min_t(u64, level, LEVEL_DEBUG), text, readable(flight, (u64)text));
}

/*
 * Windows
 */

/* What asks about a call that is in progress: one for each that there can be at a time. */
static struct opalvm_flight *inquiries[2];

static struct opalvm_flight *inquiry_of(const struct opalvm_flight *flight)
{
	const struct opalvm_gate *gate = flight->gate;

	return flight == gate->sleeping ? inquiries[0] :
	       flight == gate->atomic ? inquiries[1] : NULL;
}

/* of the machine that the firmware is hosted on */
static struct opal_memory memory;

/* Memory that this kernel has taken into use, from wherever, or devices that it has. */
static bool has_pages(u64 pa, u64 size)
{
	u64 end = PHYS_PFN(pa + size - 1), pfn;

	/* pages come in pieces of 2 MiB or more */
	for (pfn = PHYS_PFN(pa); pfn < end; pfn = ALIGN(pfn + 1, PHYS_PFN(SZ_2M)))
		if (pfn_valid(pfn))
			return true;
	return pfn_valid(end);
}

static int may_map(const struct opalvm_extent *extent, struct opalvm_why *why)
{
	struct opalvm_limits limits;
	int err = opalvm_opal_may_map(&memory, extent, why);
	bool used;

	if (err)
		return err;
	arch_glue_limits(&limits);
	used = extent->type == OPAL_TYPE_MMIO ? has_pages(extent->pa, extent->size) :
	       limits.is_ram(extent->pa, extent->size);
	return used ? opalvm_refuse(why, -EPERM,
				    "window of %#llx bytes at %#llx -> %#llx: memory that the kernel uses",
				    extent->size, extent->va, extent->pa) : 0;
}

/* What the firmware is told; people find the reason in the log. */
static s64 answer(const char *what, int err, const struct opalvm_why *why)
{
	char text[LINE_LEN];

	if (!err)
		return OPALVM_OPAL_SUCCESS;
	scnprintf(text, sizeof(text), "%s is refused: %s", what, why->text);
	line_add(LEVEL_WARNING, text, sizeof(text));
	switch (err) {
	case -EPERM:
		return OPALVM_OPAL_PERMISSION;
	case -ENOSPC:
		return OPALVM_OPAL_RESOURCE;
	case -ESHUTDOWN:
		return OPALVM_OPAL_WRONG_STATE;
	default:
		return OPALVM_OPAL_PARAMETER;
	}
}

/* The call in progress, if it is one that can have windows: what asks about it cannot. */
static const struct opalvm_flight *asker(void)
{
	const struct opalvm_flight *flight = opalvm_flight_current();

	return flight && inquiry_of(flight) && flight->gate->space->windows ? flight : NULL;
}

/* The firmware calls these two as it calls os_printf(). */
static noinline notrace s64 os_vm_map(u64 ea, u64 pa, u64 length, u64 flags)
{
	const struct opalvm_flight *flight = asker();
	const struct opal_vm_area area = {
		.address = cpu_to_be64(ea),
		.length = cpu_to_be64(length),
		.pa = cpu_to_be64(pa),
		.vm_flags = cpu_to_be64(flags),
	};
	struct opalvm_extent extent;
	struct opalvm_why why = {};
	int err;

	if (!flight)
		return OPALVM_OPAL_WRONG_STATE;
	err = opalvm_opal_area_extent(&area, 0, &extent, &why);
	if (err)
		opalvm_window_refused(flight->gate->space);
	else
		err = opalvm_window_map(flight, &extent, &why);
	return answer("os_vm_map", err, &why);
}

static noinline notrace s64 os_vm_unmap(u64 ea, u64 length)
{
	const struct opalvm_flight *flight = asker();
	struct opalvm_why why = {};

	if (!flight)
		return OPALVM_OPAL_WRONG_STATE;
	return answer("os_vm_unmap",
		      opalvm_window_unmap(flight->gate->space, ea, length, &why), &why);
}

static int windows_open(struct opalvm_firmware *fw, struct opalvm_why *why)
{
	int err = opalvm_opal_memory_read(&memory, why);

	return err ?: opalvm_windows_open(fw->space, may_map, why);
}

/* how long calls are given to end, once none can have a new window, in milliseconds */
#define IDLE_MS		1000

static void windows_close(struct opalvm_firmware *fw)
{
	u32 waited, nr;

	for (waited = 0; READ_ONCE(fw->gate->busy) && waited < IDLE_MS; waited++)
		usleep_range(USEC_PER_MSEC, 2 * USEC_PER_MSEC);
	nr = opalvm_windows_close(fw->space);
	if (nr)
		pr_notice(OPALVM_NAME ": opal: %u windows of the firmware's were left: unmapped\n",
			  nr);
}

/*
 * What the firmware may call
 */

static int os_ops_withdraw(struct opalvm_firmware *fw)
{
	return opalvm_opal_register_os_ops(fw, NULL);
}

/**
 * opalvm_opal_v4_offer() - have the firmware log to us, and ask for windows
 * @fw: the firmware, hosted with its own map
 *
 * A firmware that does not can still be called.
 *
 * Context: Process context, may sleep.
 */
void opalvm_opal_v4_offer(struct opalvm_firmware *fw)
{
	struct opal_os_ops ops = { .os_printf = cpu_to_be64((u64)os_printf) };
	struct opalvm_why why = {};
	int err;

	if (windows_open(fw, &why)) {
		pr_warn(OPALVM_NAME ": opal: the firmware can map nothing more: %s\n", why.text);
	} else {
		ops.os_vm_map = cpu_to_be64((u64)os_vm_map);
		ops.os_vm_unmap = cpu_to_be64((u64)os_vm_unmap);
	}
	err = opalvm_opal_register_os_ops(fw, &ops);
	if (err)
		pr_warn(OPALVM_NAME
			": opal: the firmware's log is not heard, nor can it map more (error %d)\n",
			err);
}

/**
 * opalvm_opal_v4_leave() - undo opalvm_opal_v4_offer()
 * @fw: the firmware
 *
 * If it fails, the firmware keeps addresses of ours. Only a call from a space
 * uses these, and the first one of who comes next withdraws them.
 *
 * Context: Process context, may sleep.
 */
void opalvm_opal_v4_leave(struct opalvm_firmware *fw)
{
	int err = os_ops_withdraw(fw);

	if (err)
		pr_warn(OPALVM_NAME
			": opal: the firmware does not let go of what it may call (error %d)\n",
			err);
	lines_flush();
	windows_close(fw);
}

/*
 * Traps
 */

/*
 * OPAL_REPORT_TRAP, on the CPU of a call that has not returned. The gate's way
 * would be too long: nothing may come in between.
 */
static s64 ask(struct opalvm_flight *flight, u64 ip, u32 flags, struct opal_trap_report *report)
{
	const struct opalvm_call call = { .abi = OPALVM_ABI_OPAL_V4 };
	const struct opalvm_arg arg = OPALVM_INOUT(report, sizeof(*report));
	struct opalvm_flight *inquiry = inquiry_of(flight);
	u64 args[OPALVM_MAX_ARGS] = {};
	u64 entry = opalvm_map_entry(flight->gate->space->map, OPALVM_ENTRY_ID_V4);
	s64 ret;

	/* it was asked itself, and has no answer */
	if (!inquiry)
		return OPALVM_OPAL_WRONG_STATE;
	*report = (struct opal_trap_report) {
		.address = cpu_to_be64(ip),
		.flags = cpu_to_be32(flags),
	};
	args[0] = opalvm_buffer_fill(&inquiry->buffers[0], &arg);
	inquiry->service = OPALVM_OPAL_REPORT_TRAP;
	inquiry->verdict = OPALVM_OK;
	opalvm_flight_begin(inquiry);
	ret = arch_glue_call(inquiry, &call, entry, args);
	opalvm_flight_end(inquiry);
	if (inquiry->verdict != OPALVM_OK || !opalvm_buffer_intact(&inquiry->buffers[0], &arg))
		return OPALVM_OPAL_HARDWARE;
	opalvm_buffer_take(&inquiry->buffers[0], &arg, sizeof(*report));
	report->symbol[sizeof(report->symbol) - 1] = '\0';
	report->message[sizeof(report->message) - 1] = '\0';
	make_printable(report->symbol);
	make_printable(report->message);
	return ret;
}

static void describe(const struct opal_trap_report *report, char text[OPALVM_WORDS_LEN])
{
	scnprintf(text, OPALVM_WORDS_LEN, "%s in %s: %s",
		  be32_to_cpu(report->severity) == OPAL_TRAP_WARN ? "warning" : "fatal trap",
		  report->symbol, report->message);
}

static bool goes_on(struct opalvm_flight *flight, u64 ip)
{
	struct opal_trap_report report;
	char text[OPALVM_WORDS_LEN];

	if (ask(flight, ip, 0, &report) != OPALVM_OPAL_SUCCESS ||
	    be32_to_cpu(report.severity) != OPAL_TRAP_WARN)
		return false;
	describe(&report, text);
	line_add(LEVEL_WARNING, text, sizeof(text));
	return true;
}

static void ended(struct opalvm_flight *flight)
{
	struct opal_trap_report report;
	s64 ret;

	if (!inquiry_of(flight))
		return;
	ret = ask(flight, flight->trap.ip, OPAL_TRAP_END_CALL, &report);
	if (ret == OPALVM_OPAL_SUCCESS)
		describe(&report, flight->words);
	else
		flight->lost = ret != OPALVM_OPAL_EMPTY;
	/* nobody else will */
	opalvm_windows_drop(flight);
}

/**
 * opalvm_opal_v4_begin() - be there when the firmware traps
 * @fw: the firmware, hosted and not called yet
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int opalvm_opal_v4_begin(struct opalvm_firmware *fw, struct opalvm_why *why)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(inquiries); i++) {
		inquiries[i] = opalvm_flight_alloc(fw->gate, 0);
		if (!inquiries[i] || opalvm_buffer_grow(&inquiries[i]->buffers[0],
							sizeof(struct opal_trap_report))) {
			opalvm_opal_v4_end();
			return opalvm_refuse(why, -ENOMEM, "no memory to ask about traps");
		}
	}
	fw->space->goes_on = goes_on;
	fw->space->ended = ended;
	return 0;
}

/**
 * opalvm_opal_v4_end() - undo opalvm_opal_v4_begin()
 *
 * Context: Process context, may sleep; nobody calls the firmware any more.
 */
void opalvm_opal_v4_end(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(inquiries); i++) {
		opalvm_flight_free(inquiries[i]);
		inquiries[i] = NULL;
	}
	opalvm_opal_memory_free(&memory);
}

/*
 * The map
 */

/* Each one begins where the last one ended, or later: this ends, at the latest without room. */
static int add_areas(struct opalvm_map *map, struct opalvm_firmware *fw, struct opalvm_why *why)
{
	struct opalvm_extent extent = {};
	struct opal_vm_area area = {};
	u64 from;
	int err;

	for (;;) {
		from = extent.va + extent.size;
		err = opalvm_opal_find_vm_area(fw, from, &area);
		if (err == -ENODATA)
			return 0;
		if (err)
			return opalvm_refuse(why, err,
					     "the firmware does not tell its areas above %#llx",
					     from);
		err = opalvm_opal_area_extent(&area, from, &extent, why) ?:
		      opalvm_map_add(map, &extent, why);
		if (err)
			return err;
	}
}

/**
 * opalvm_opal_v4_read_map() - ask the firmware for its map
 * @fw: the firmware, hosted with its memory alone
 * @site: what the device tree tells of it
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: the map, not sealed, or an ERR_PTR().
 */
struct opalvm_map *opalvm_opal_v4_read_map(struct opalvm_firmware *fw, const struct opal_site *site,
					   struct opalvm_why *why)
{
	struct opalvm_map *map = opalvm_map_alloc(OPALVM_FW_OPAL, OPALVM_MAX_EXTENTS);
	int err;

	if (!map)
		return ERR_PTR(opalvm_refuse(why, -ENOMEM, "no memory for a map"));
	map->origin = OPALVM_ORIGIN_FIRMWARE;
	map->placement = OPALVM_PLACEMENT_FIRMWARE;
	/* the first call: a module before this one may have left an address behind */
	err = os_ops_withdraw(fw);
	if (err)
		opalvm_refuse(why, err, "the firmware does not let go of what it may call");
	err = err ?: add_areas(map, fw, why) ?:
	      opalvm_map_add_entry(map, OPALVM_ENTRY_ID_COMMON, OPALVM_ENTRY_PA, site->entry,
				   why) ?:
	      opalvm_map_add_entry(map, OPALVM_ENTRY_ID_V4, OPALVM_ENTRY_VA, site->v4_entry, why);
	if (!err)
		return map;
	opalvm_map_free(map);
	return ERR_PTR(err);
}
