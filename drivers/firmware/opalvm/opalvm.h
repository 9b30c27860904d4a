/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The types that all files share, in the order of the flow: map (map.h),
 * space, gate, service, frontend.
 */
#ifndef OPALVM_H
#define OPALVM_H

#include <linux/bits.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>

#include "map.h"
#include "arch_glue.h"

#define OPALVM_NAME	"opalvm"
#define OPALVM_VERSION	"0.1"

/*
 * space.c
 */

/**
 * struct opalvm_miss - accesses to a device that no extent covers
 * @page: address of the page, a multiple of OPALVM_PAGE_SIZE
 * @ip: the instruction that made the first one
 * @count: how many there were
 */
struct opalvm_miss {
	u64 page;
	u64 ip;
	u64 count;
};

#define OPALVM_MAX_MISSES	16

struct opalvm_flight;

/**
 * struct opalvm_window - memory that the firmware asked for during a call
 * @extent: where it is, and how it is mapped
 * @mapped: it still is; otherwise the last that was mapped as this one
 * @service: the service that asked
 * @flight: its call
 * @call: which one of the calls of @flight
 */
struct opalvm_window {
	struct opalvm_extent extent;
	bool mapped;
	u32 service;
	const struct opalvm_flight *flight;
	u64 call;
};

#define OPALVM_MAX_WINDOWS	8

/* tables for them: each of 2 MiB or less needs six at most, at an address of any kind */
#define OPALVM_WINDOW_TABLES	(6 * OPALVM_MAX_WINDOWS)

/* more is looked through in no time that interrupts may be off for */
#define OPALVM_MAX_WINDOW_SIZE	(16ULL << 30)

/**
 * struct opalvm_windows - what a firmware has mapped beside its map
 * @limits: where it may be
 * @may_map: is this memory the firmware's to map? From any context; 0 or -EPERM
 *           with the reason
 * @lock: protects what follows, and the page tables of windows; raw and taken
 *        with interrupts off, because the firmware asks in any context
 * @closed: nothing is mapped any more
 * @next: where the search for a free one starts
 * @mapped: how many were
 * @refused: how many were not
 * @list: the windows
 */
struct opalvm_windows {
	struct opalvm_limits limits;
	int (*may_map)(const struct opalvm_extent *extent, struct opalvm_why *why);
	raw_spinlock_t lock;
	bool closed;
	u32 next;
	u64 mapped;
	u64 refused;
	struct opalvm_window list[OPALVM_MAX_WINDOWS];
};

/**
 * struct opalvm_space - the mm that realises a map
 * @name: the firmware's name, for messages: "efi"
 * @map: what is mapped; lives as long as the space
 * @live: the map that the firmware itself knows; another one than @map where
 *        that has changed copies of the firmware's code
 * @name_address: says in words which function an address is in, from any
 *                context; false if that is not known. NULL: nothing is known
 * @goes_on: a call has executed a trap: does it go on behind that? Called from
 *           the exception, in the space, with interrupts off; must not print.
 *           NULL: none does
 * @ended: a call was stopped and does not go on. Called on its CPU before anything
 *         else happens there, in the space, with interrupts off; must not
 *         print. NULL: nobody needs to know. Both: where the firmware runs with
 *         interrupts off (ppc64)
 * @windows: what the firmware had mapped since; NULL: it cannot have any
 * @base: for OPAL, where it was loaded: goes to r2 (OPAL API, "OPAL entry")
 * @mm: no task's mm, never visible in /proc; one reference of mm_users is ours
 * @worker: runs the calls that may sleep; the only task that uses @mm
 * @arch: the page tables below @mm->pgd
 * @miss_lock: protects what follows
 * @nr_misses: entries in use in @misses
 * @misses: which accesses had to be made without the MMU; when it is full,
 *          further pages are not told apart and count for the last one
 */
struct opalvm_space {
	const char *name;
	struct opalvm_map *map;
	const struct opalvm_map *live;
	bool (*name_address)(u64 address, char *text, size_t len);
	bool (*goes_on)(struct opalvm_flight *flight, u64 ip);
	void (*ended)(struct opalvm_flight *flight);
	struct opalvm_windows *windows;
	u64 base;
	struct mm_struct *mm;
	struct kthread_worker *worker;
	struct arch_space arch;
	raw_spinlock_t miss_lock;
	u32 nr_misses;
	struct opalvm_miss misses[OPALVM_MAX_MISSES];
};

struct opalvm_space *opalvm_space_create(const char *name, struct opalvm_map *map,
					 struct opalvm_why *why);
void opalvm_space_destroy(struct opalvm_space *space);
int opalvm_space_install(struct opalvm_space *space, const struct opalvm_extent *extents,
			 u32 nr, struct opalvm_why *why);
void opalvm_space_remove(struct opalvm_space *space, const struct opalvm_extent *extents,
			 u32 nr);
int opalvm_space_verify(struct opalvm_space *space, const struct opalvm_extent *extents,
			u32 nr, struct opalvm_why *why);
struct mm_struct *opalvm_space_mm_get(struct opalvm_why *why);
void opalvm_space_miss(struct opalvm_space *space, u64 address, u64 ip);
u32 opalvm_space_windows(const struct opalvm_space *space,
			 struct opalvm_window list[OPALVM_MAX_WINDOWS]);

/*
 * touched.c
 */

/**
 * struct opalvm_touched - what of an extent was used
 * @accessed: pages of OPALVM_PAGE_SIZE that were; all that an entry translates count
 *            if one of them was
 * @dirty: pages that were written
 */
struct opalvm_touched {
	u64 accessed;
	u64 dirty;
};

void opalvm_touched_get(struct opalvm_space *space, const struct opalvm_extent *extent,
			struct opalvm_touched *touched);
void opalvm_touched_clear(struct opalvm_space *space);

/*
 * window.c, where the architecture can map while a call is in progress
 */
int opalvm_windows_open(struct opalvm_space *space,
			int (*may_map)(const struct opalvm_extent *extent,
				       struct opalvm_why *why),
			struct opalvm_why *why);
u32 opalvm_windows_close(struct opalvm_space *space);
int opalvm_window_map(const struct opalvm_flight *flight, const struct opalvm_extent *extent,
		      struct opalvm_why *why);
void opalvm_window_refused(struct opalvm_space *space);
int opalvm_window_unmap(struct opalvm_space *space, u64 va, u64 size, struct opalvm_why *why);
u32 opalvm_windows_drop(const struct opalvm_flight *flight);

/*
 * state.c
 */

/**
 * struct opalvm_state_page - the live state page of a firmware
 * @page: OPALVM_STATE_PAGE_SIZE bytes
 * @pa: its physical address
 * @inherited: it is reserved memory that a kernel before this one left
 * @firmware: OPALVM_FW_*
 * @chain: of the firmware's table
 * @generation: of that table, before this kernel changed anything
 * @sequence: of the last writing; protected by the gate's lock once there is one
 */
struct opalvm_state_page {
	void *page;
	u64 pa;
	bool inherited;
	u32 firmware;
	u64 chain;
	u64 generation;
	u64 sequence;
};

struct opalvm_state_page *opalvm_state_create(u32 firmware, u64 chain, u64 generation, u64 pa,
					      u64 sequence);
void opalvm_state_destroy(struct opalvm_state_page *page);
void opalvm_state_write(struct opalvm_state_page *page, u64 changes, u64 quarantine,
			u64 in_flight);
int opalvm_state_read(u64 pa, u64 chain, u32 firmware, struct opalvm_state *state,
		      struct opalvm_why *why);

/*
 * gate.c
 */

/* how a call ended */
enum opalvm_verdict {
	OPALVM_OK,		/* the firmware returned */
	OPALVM_FAULT,		/* the firmware faulted, or broke the call's contract */
	OPALVM_HANG,		/* the firmware did not return before the deadline */
	OPALVM_REFUSED,		/* the firmware was not called */
};

/* how the firmware takes its arguments */
enum opalvm_abi {
	OPALVM_ABI_MS_X64,	/* UEFI 2.10 section 2.3.4 */
	OPALVM_ABI_OPAL_BE,	/* OPAL API: token in r0, base in r2, big-endian */
	OPALVM_ABI_OPAL_V4,	/* the same, little-endian, on the caller's stack */
	OPALVM_ABI_RTAS,	/* PAPR section 7.2: physical address of an argument block */
};

/* what an argument is */
enum opalvm_arg_kind {
	OPALVM_ARG_VALUE,	/* passed as it is */
	OPALVM_ARG_IN,		/* the firmware reads @len bytes at @ptr */
	OPALVM_ARG_OUT,		/* the firmware writes up to @len bytes to @ptr */
	OPALVM_ARG_INOUT,	/* both */
};

#define OPALVM_MAX_ARGS		12

/* the most that one argument may be long: a capsule's worth of list, a large variable */
#define OPALVM_MAX_ARG_LEN	(4 * 1024 * 1024)

/* what opalvm_call_atomic() has room for: it cannot allocate */
#define OPALVM_ATOMIC_ARG_LEN	4096

/**
 * struct opalvm_arg - one argument of a call
 * @kind: what it is
 * @size_arg: for OUT and INOUT: 1 + the index of the INOUT argument, a u64,
 *            that holds the number of bytes in the buffer before and after the
 *            call; 0: the firmware may write all of @len
 * @value: for VALUE
 * @ptr: for the others, the caller's kernel memory, or NULL to pass NULL; the
 *       firmware only ever sees a copy
 * @len: bytes at @ptr
 */
struct opalvm_arg {
	enum opalvm_arg_kind kind;
	u8 size_arg;
	u64 value;
	void *ptr;
	size_t len;
};

#define OPALVM_VALUE(v)		{ .kind = OPALVM_ARG_VALUE, .value = (v) }
#define OPALVM_IN(p, l)		{ .kind = OPALVM_ARG_IN, .ptr = (void *)(p), .len = (l) }
#define OPALVM_OUT(p, l)	{ .kind = OPALVM_ARG_OUT, .ptr = (p), .len = (l) }
#define OPALVM_INOUT(p, l)	{ .kind = OPALVM_ARG_INOUT, .ptr = (p), .len = (l) }
#define OPALVM_OUT_SIZED(p, l, arg) \
	{ .kind = OPALVM_ARG_OUT, .ptr = (p), .len = (l), .size_arg = (arg) + 1 }
#define OPALVM_INOUT_SIZED(p, l, arg) \
	{ .kind = OPALVM_ARG_INOUT, .ptr = (p), .len = (l), .size_arg = (arg) + 1 }

/* opalvm_call.flags */
#define OPALVM_CALL_IRQS_OFF	BIT(0)	/* run with interrupts off */

/**
 * struct opalvm_call - one call of one service
 * @service: its number: index of the firmware's service table
 * @abi: how it takes its arguments
 * @flags: OPALVM_CALL_*
 * @nr_args: arguments in use in @args
 * @args: the arguments
 * @ret: result: what the firmware returned, valid if @verdict is OPALVM_OK
 * @verdict: result: how the call ended
 * @err: result: 0 if @verdict is OPALVM_OK, otherwise why not, as returned by
 *       opalvm_call()
 */
struct opalvm_call {
	u32 service;
	enum opalvm_abi abi;
	u32 flags;
	u32 nr_args;
	struct opalvm_arg args[OPALVM_MAX_ARGS];
	u64 ret;
	enum opalvm_verdict verdict;
	int err;
};

/* opalvm_service.flags */
#define OPALVM_SERVICE_RTC	BIT(0)	/* shares the CMOS ports: holds rtc_lock */
#define OPALVM_SERVICE_NO_ABORT	BIT(1)	/* a deadline only warns, unless root set it */
#define OPALVM_SERVICE_INTERNAL	BIT(2)	/* never callable through an interface */

/**
 * struct opalvm_service - one row of a firmware's table of services
 * @name: as its specification spells it
 * @token: what the firmware knows it by, where all services have one entry point
 * @flags: OPALVM_SERVICE_*
 * @deadline_ms: how long a call may take, in milliseconds
 * @not_while: services that must not be in progress when this one is called
 * @spoils: services that are refused after this one ended abnormally, itself
 *          included, until root lifts the quarantine
 * @spoils_for_good: those of them that stay refused until reboot
 */
struct opalvm_service {
	const char *name;
	u32 token;
	u32 flags;
	u32 deadline_ms;
	u64 not_while;
	u64 spoils;
	u64 spoils_for_good;
};

/**
 * struct opalvm_trap - what stopped a call
 * @nr: the exception's vector, or OPALVM_TRAP_*
 * @error: its error code
 * @ip: the firmware's instruction
 * @address: for a page fault, what was touched
 * @caller: for a jump to where no code is, the code of the firmware that made
 *          it; 0: unknown
 */
struct opalvm_trap {
	u32 nr;
	u32 error;
	u64 ip;
	u64 address;
	u64 caller;
};

#define OPALVM_TRAP_DEADLINE	~0U	/* @error: interrupts were off */
/* a fault whose own cause the kernel's interrupt entry lost (ppc64) */
#define OPALVM_TRAP_NESTED	(~0U - 1)

/**
 * struct opalvm_buffer - memory that the firmware sees in place of a caller's
 * @base: pages with an unmapped page behind them
 * @size: bytes at @base, whole pages
 */
struct opalvm_buffer {
	void *base;
	size_t size;
};

/* what a firmware says of its fault: a function, a file, a line, a sentence */
#define OPALVM_WORDS_LEN	256

/**
 * struct opalvm_flight - a call in progress
 * @gate: its gate
 * @service: what is called
 * @task: who calls
 * @nr: of this call among those that were this flight's
 * @outer: the flight that this one interrupted on the same CPU, or NULL
 * @verdict: set by whoever stops the call
 * @trap: why it was stopped
 * @words: what the firmware itself says of that; empty: nothing
 * @argument: the argument, 1 is the first, that the firmware went beyond; 0: none
 * @lost: the firmware does not take the call for over, and cannot be called again
 * @may_abort: the deadline ends the call; otherwise it only warns
 * @watchdog: ends at the deadline, on the CPU that runs the call; like what follows,
 *            the sleeping flight's alone
 * @due: when that is, 0 where no time ends the call
 * @cpu: the CPU that runs the call
 * @guard: looks at @due from another CPU, in case @cpu takes no interrupts
 * @guard_cpu: which one
 * @stack: the firmware's stack, OPALVM_STACK_SIZE bytes with unmapped pages
 *         on both sides
 * @buffers: one for each argument
 * @arch: what the thunk needs in order to come back
 */
struct opalvm_flight {
	struct opalvm_gate *gate;
	u32 service;
	struct task_struct *task;
	u64 nr;
	struct opalvm_flight *outer;
	enum opalvm_verdict verdict;
	struct opalvm_trap trap;
	char words[OPALVM_WORDS_LEN];
	u32 argument;
	bool lost;
	bool may_abort;
	struct hrtimer watchdog;
	u64 due;
	unsigned int cpu;
	struct timer_list guard;
	unsigned int guard_cpu;
	void *stack;
	struct opalvm_buffer buffers[OPALVM_MAX_ARGS];
	struct arch_flight arch;
};

#define OPALVM_STACK_SIZE	(64 * 1024)

/* how long calls took, in powers of two of a microsecond */
#define OPALVM_NR_LATENCIES	32

/**
 * struct opalvm_stats - what happened to one service
 * @calls: calls that reached the firmware
 * @faults: of these, the ones that ended in a fault
 * @hangs: of these, the ones that ended at the deadline
 * @late: of these, the ones that returned behind their deadline
 * @refused: calls that did not reach the firmware
 * @total_ns: time spent in the firmware, in nanoseconds
 * @max_ns: the longest call, in nanoseconds
 * @latency: of @calls, those that took 2^n microseconds or more and less than twice
 *           that; the first has those below as well, the last those above
 */
struct opalvm_stats {
	u64 calls;
	u64 faults;
	u64 hangs;
	u64 late;
	u64 refused;
	u64 total_ns;
	u64 max_ns;
	u64 latency[OPALVM_NR_LATENCIES];
};

#define OPALVM_MAX_SERVICES	64

/**
 * struct opalvm_gate - the only way into a space
 * @space: where the firmware runs
 * @services: the firmware's table, indexed by service
 * @nr_services: its rows, OPALVM_MAX_SERVICES at most
 * @error_bit: the bit that a return value has which is an error; a size may
 *             then come back larger than its buffer, which is not copied
 * @lock: protects @busy, @atomic_busy, @quarantine, @spoiled, @changes,
 *        @closed, @deadline_ms, @stats, and what is written to @state; raw and
 *        taken with interrupts off, because it is taken from any context
 * @busy: services in progress
 * @atomic_busy: @atomic is in use
 * @quarantine: services that are refused
 * @spoiled: those of them that stay refused until reboot
 * @changes: how often @quarantine changed
 * @closed: the machine goes down: only opalvm_call_atomic() still calls, for
 *          a panic's last words and for ResetSystem
 * @close_ms: how long opalvm_gate_close() waits for calls in progress
 * @state: told of each change of @busy and @quarantine; NULL: nobody is
 * @changed: queued when @quarantine has changed; NULL: nobody is told
 * @deadline_ms: deadlines that root set, 0: as in the table
 * @told: what arch_glue_wrong_state() has told already
 * @sleeping: the flight of opalvm_call() and opalvm_batch(); used by
 *            @space->worker alone
 * @atomic: the flight of opalvm_call_atomic()
 * @stats: one for each service
 */
struct opalvm_gate {
	struct opalvm_space *space;
	const struct opalvm_service *services;
	u32 nr_services;
	u64 error_bit;
	raw_spinlock_t lock;
	u64 busy;
	bool atomic_busy;
	u64 quarantine;
	u64 spoiled;
	u64 changes;
	bool closed;
	u32 close_ms;
	struct opalvm_state_page *state;
	struct irq_work *changed;
	u32 deadline_ms[OPALVM_MAX_SERVICES];
	unsigned long told;
	struct opalvm_flight *sleeping;
	struct opalvm_flight *atomic;
	struct opalvm_stats stats[];
};

struct opalvm_gate *opalvm_gate_create(struct opalvm_space *space,
				       const struct opalvm_service *services, u32 nr_services);
void opalvm_gate_destroy(struct opalvm_gate *gate);
void opalvm_gate_close(struct opalvm_gate *gate);
void opalvm_gate_note(struct opalvm_gate *gate);
int opalvm_call(struct opalvm_gate *gate, struct opalvm_call *call);
int opalvm_batch(struct opalvm_gate *gate, struct opalvm_call *calls, u32 nr);
int opalvm_call_atomic(struct opalvm_gate *gate, struct opalvm_call *call);
struct opalvm_flight *opalvm_flight_current(void);
struct opalvm_flight *opalvm_flight_find(unsigned long sp);
bool opalvm_flight_owns(const struct opalvm_flight *flight, u64 va);
u32 opalvm_gate_stack_used(const struct opalvm_gate *gate);

/*
 * stats.c
 */
void opalvm_stats_add(struct opalvm_gate *gate, const struct opalvm_call *call, u64 ns,
		      bool late);
u32 opalvm_stats_latency(u64 ns);
void opalvm_stats_get(struct opalvm_gate *gate, u32 service, struct opalvm_stats *stats);

/*
 * quarantine.c
 */
void opalvm_quarantine_apply(struct opalvm_gate *gate, u32 service);
void opalvm_quarantine_apply_all(struct opalvm_gate *gate);
int opalvm_quarantine_lift(struct opalvm_gate *gate, u64 services, struct opalvm_why *why);
void opalvm_quarantine_inherit(struct opalvm_gate *gate, u64 services, u64 in_flight);
u64 opalvm_quarantined(struct opalvm_gate *gate);

/*
 * What is hosted: made by a provider, shown by the frontends.
 */

struct kobj_attribute;
struct opalvm_firmware;
struct rtc_time;
struct rtc_wkalrm;

/**
 * struct opalvm_options - what was asked for when the module was loaded
 * @assign: move EFI to the kernel half, if it was not moved yet
 * @handover: the file that can hold a table of a kernel before this one, or
 *            NULL for the usual places
 */
struct opalvm_options {
	bool assign;
	const char *handover;
};

/**
 * struct opalvm_provider - all that differs between one firmware and another
 * @name: "efi"; also its name in /sys/firmware/opalvm/
 * @services: its table of services; NULL: each machine has its own, which @host
 *            makes
 * @nr_services: rows in @services
 * @error_bit: for its gate, see there
 * @host: find the firmware of this machine and host or record it; -ENXIO,
 *        without a reason, if this machine has none of it
 * @unhost: undo @host; nobody calls the firmware any more
 * @call: call a service of a firmware that is hosted: opalvm_call() with the ABI
 *        that the firmware speaks
 * @get_time: read the machine's clock, of a firmware that is hosted; 0 or a
 *            negative error. NULL: there is no such service.
 * @set_time: set it. NULL: as above
 * @get_alarm: read its alarm, which wakes the machine; as @get_time. NULL: as above
 * @set_alarm: set it; no time: take it back. Not NULL where @get_alarm is not
 * @nvram_size: bytes of this machine's NVRAM; 0 if it has none. NULL: this
 *              firmware knows no NVRAM
 * @nvram_read: read some of it; 0 or a negative error
 * @nvram_write: write some of it; 0 or a negative error
 * @before_reboot: the machine goes down, and calls still get through; @kexec:
 *                 not through a reset. NULL: nothing to do
 * @restart: the machine is about to be reset; what comes back leaves that to
 *           the kernel. NULL: nothing to do
 * @frontends_init: what Linux sees of this firmware alone; comes last, after
 *                  the frontends that all have. NULL: nothing
 * @frontends_exit: undo @frontends_init; NULL if that is
 * @files: its own files in /sys/firmware/opalvm/<name>, whose functions get at
 *         the firmware with to_fw() (frontend/sysfs.h)
 * @nr_files: entries of @files
 */
struct opalvm_provider {
	const char *name;
	const struct opalvm_service *services;
	u32 nr_services;
	u64 error_bit;
	int (*host)(struct opalvm_firmware *fw, const struct opalvm_options *options,
		    struct opalvm_why *why);
	void (*unhost)(struct opalvm_firmware *fw);
	int (*call)(struct opalvm_firmware *fw, struct opalvm_call *call);
	int (*get_time)(struct opalvm_firmware *fw, struct rtc_time *time);
	int (*set_time)(struct opalvm_firmware *fw, const struct rtc_time *time);
	int (*get_alarm)(struct opalvm_firmware *fw, struct rtc_wkalrm *alarm);
	int (*set_alarm)(struct opalvm_firmware *fw, const struct rtc_time *time);
	u32 (*nvram_size)(struct opalvm_firmware *fw);
	int (*nvram_read)(struct opalvm_firmware *fw, u32 offset, void *data, size_t len);
	int (*nvram_write)(struct opalvm_firmware *fw, u32 offset, const void *data, size_t len);
	void (*before_reboot)(struct opalvm_firmware *fw, bool kexec);
	void (*restart)(struct opalvm_firmware *fw);
	int (*frontends_init)(struct opalvm_firmware *fw, struct opalvm_why *why);
	void (*frontends_exit)(struct opalvm_firmware *fw);
	const struct kobj_attribute *files;
	u32 nr_files;
};

/* provider/efi.c */
extern const struct opalvm_provider opalvm_efi_provider;

/* provider/opal.c */
extern const struct opalvm_provider opalvm_opal_provider;

/* provider/rtas.c */
extern const struct opalvm_provider opalvm_rtas_provider;

/**
 * struct opalvm_firmware - one firmware
 * @provider: what differs from other firmware; set before opalvm_provider.host()
 * @services: its table of services, OPALVM_MAX_SERVICES rows at most; set as
 *            @provider is, to that of the provider
 * @nr_services: rows in @services
 * @map: where it is, as the next kernel learns it; @space may realise another
 *       map, where the firmware runs in copies
 * @space: where it runs; NULL if it is only recorded, because the kernel
 *         calls it itself
 * @gate: how it is called; NULL if it is only recorded
 * @hop_count: kernels that the map has travelled through before this one
 * @generation: of the handover table that described it when it was found
 * @chain: random, the same in all kernels that the map travels through
 * @interrupted: services in progress when the kernel before ended
 * @state: its live state page
 * @capsule_reset_type: EFI_RESET_* that the pending capsules take effect with;
 *                      valid once @capsule_pending is seen through
 *                      opalvm_efi_capsule_pending()
 * @capsule_pending: an EFI capsule waits in memory for ResetSystem
 * @sysfs: its files
 */
struct opalvm_firmware {
	const struct opalvm_provider *provider;
	const struct opalvm_service *services;
	u32 nr_services;
	struct opalvm_map *map;
	struct opalvm_space *space;
	struct opalvm_gate *gate;
	u32 hop_count;
	u64 generation;
	u64 chain;
	u64 interrupted;
	struct opalvm_state_page *state;
	int capsule_reset_type;
	bool capsule_pending;
	struct opalvm_sysfs *sysfs;
};

/* handover.c */
u64 opalvm_handover_generation(const struct opalvm_firmware *fw);
ssize_t opalvm_handover_write(const struct opalvm_firmware *fw, void *buf, size_t len);
int opalvm_handover_publish(const struct opalvm_firmware *fw);
void opalvm_handover_withdraw(void);

/* hosting.c: for providers */
struct opalvm_offer;
struct opalvm_search;

void opalvm_chain_begin(struct opalvm_firmware *fw);
struct opalvm_map *opalvm_chain_continue(struct opalvm_firmware *fw,
					 const struct opalvm_search *search,
					 struct opalvm_offer *offer, struct opalvm_why *why);
int opalvm_chain_adopt(struct opalvm_firmware *fw, const struct opalvm_search *search,
		       struct opalvm_offer *offer, struct opalvm_why *why);
int opalvm_host_map(struct opalvm_firmware *fw, struct opalvm_map *real,
		    const struct opalvm_offer *offer, struct opalvm_why *why);
void opalvm_unhost_map(struct opalvm_firmware *fw);
void opalvm_report_wx(const struct opalvm_firmware *fw);

/* frontend/ */
int opalvm_reboot_init(struct opalvm_firmware *fw);
void opalvm_reboot_exit(void);
int opalvm_chardev_init(struct opalvm_firmware *fw);
void opalvm_chardev_exit(void);
int opalvm_rtc_init(struct opalvm_firmware *fw);
void opalvm_rtc_exit(void);
int opalvm_nvram_init(struct opalvm_firmware *fw);
void opalvm_nvram_exit(void);
int opalvm_sysfs_init(struct opalvm_firmware *fw);
void opalvm_sysfs_exit(struct opalvm_firmware *fw);
void opalvm_debugfs_init(struct opalvm_firmware *fw);
void opalvm_debugfs_exit(void);
int opalvm_uevent_init(struct opalvm_firmware *fw);
void opalvm_uevent_exit(struct opalvm_firmware *fw);

#endif /* OPALVM_H */
