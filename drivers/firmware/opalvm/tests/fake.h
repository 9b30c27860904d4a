/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A firmware of a page of code and some pages of data, for tests: its services
 * do what firmware must not do, on request.
 */
#ifndef OPALVM_TESTS_FAKE_H
#define OPALVM_TESTS_FAKE_H

#include <kunit/test.h>

#include "opalvm.h"

#ifdef CONFIG_X86_64
#include "fake_x86_64.h"
#else
#include "fake_ppc64.h"
#endif

/* its services, in the order of fake_code_*.S */
enum fake_service {
	FAKE_RETURN,	/* return 0 */
	FAKE_SUM,	/* return the sum of ARCH_GLUE_MAX_ARGS arguments */
	FAKE_STORE,	/* write the second argument to the address in the first */
	FAKE_LOAD,	/* return what is at the address in the first argument */
	FAKE_JUMP,	/* jump to the address in the first argument */
	FAKE_JUMP_STACK, /* jump to the stack */
	FAKE_ILLEGAL,	/* invalid opcode */
	FAKE_FORBIDDEN,	/* make an access that no CPU makes */
	FAKE_DIVIDE,	/* divide by zero */
	FAKE_BREAK,	/* breakpoint */
	FAKE_LOOP,	/* never return */
	FAKE_FILL,	/* fill second-argument bytes at the first argument */
	FAKE_SIZE,	/* write the second argument to the u64 at the first, return the third */
	FAKE_CLOBBER,	/* destroy registers and flags that belong to the caller, return */
	FAKE_MASK,	/* return with interrupts off */
	FAKE_MASK_ILLEGAL, /* invalid opcode with interrupts off */
	FAKE_FPU,	/* leave the FPU in disorder */
	FAKE_DEEP,	/* use 32 KiB of stack */
	FAKE_DELAY,	/* return after first-argument ticks */
	FAKE_SPACE,	/* return the register that tells the space */
	FAKE_FLAGS,	/* return the flags */
	FAKE_RECURSE,	/* call itself for ever */
#ifdef CONFIG_X86_64
	FAKE_MASK_LOOP,	/* never return, with interrupts off */
	FAKE_CR0,	/* return with one bit of that register changed */
	FAKE_CR3,
	FAKE_CR4,
	FAKE_EFER,
	FAKE_FS,
	FAKE_GS,	/* with interrupts off, too */
	FAKE_DR7,	/* return with a breakpoint */
#endif
	FAKE_NR_SERVICES,
	FAKE_MISSING = FAKE_NR_SERVICES,	/* in the table, without an entry point */
	FAKE_TABLE_SIZE
};

#define FAKE_ERROR	BIT_ULL(63)
#define FAKE_DEADLINE	200	/* milliseconds */

/* its extents, each a page, with an unmapped page between them */
enum fake_extent { FAKE_CODE, FAKE_DATA, FAKE_RO, FAKE_UC, FAKE_NR_EXTENTS };

/**
 * struct fake - the fake firmware, hosted
 * @map: its map
 * @space: its space
 * @gate: its gate
 * @services: its table of services; a test may change a row
 * @pages: its memory, one page an extent
 */
struct fake {
	struct opalvm_map *map;
	struct opalvm_space *space;
	struct opalvm_gate *gate;
	struct opalvm_service services[FAKE_TABLE_SIZE];
	struct page *pages[FAKE_NR_EXTENTS];
};

/* what the firmware is made to touch */
enum fake_target {
	FAKE_NOWHERE,
	FAKE_AT,	/* an address that the row has */
	FAKE_UNMAPPED,	/* the page behind an extent */
	FAKE_IN_CODE,
	FAKE_IN_DATA,
	FAKE_IN_RO,
};

/**
 * struct fake_fault - one way to fault
 * @name: for a person
 * @service: what is called
 * @target: what it touches
 * @trap: number of the exception
 * @error: bits that its error code has
 * @at: for FAKE_AT
 */
struct fake_fault {
	const char *name;
	enum fake_service service;
	enum fake_target target;
	u32 trap;
	u32 error;
	u64 at;
};

/* fake_code_*.S: the code, and where in it each service starts */
extern const u8 opalvm_fake_code[], opalvm_fake_code_end[];
extern const u32 opalvm_fake_entries[FAKE_NR_SERVICES];

/* fake_*.c: what is an architecture's */
extern const struct fake_fault fake_faults[FAKE_NR_FAULTS];
extern const struct arch_facts fake_good_machine;
extern const struct arch_facts fake_bad_machines[];
extern const u32 fake_nr_bad_machines;
int fake_add_entries(struct fake *fake, u64 va, struct opalvm_why *why);
void fake_put_code(void *page);
u64 fake_ticks_per_ms(void);
bool fake_irqs_on(u64 flags);
void fake_expect_order(struct kunit *test, u64 flags);
int fake_call_where_it_cannot(struct fake *fake, struct opalvm_call *call);
bool fake_trap_is(const struct opalvm_trap *trap, u32 nr);
bool fake_has_address(const struct opalvm_trap *trap);
u64 fake_space_mark(const struct fake *fake);
u64 fake_mark_in(u64 register_value);
bool fake_cpu_is_inside(const struct fake *fake);

/* fake.c */
int fake_suite_init(struct kunit_suite *suite);
void fake_suite_exit(struct kunit_suite *suite);
int fake_prepare(struct fake *fake);
int fake_realise(struct fake *fake);
int fake_host(struct fake *fake, u64 va);
void fake_unhost(struct fake *fake);
u64 fake_va(const struct fake *fake, enum fake_extent extent);
void fake_run_on(struct fake *fake, unsigned int cpu);
bool fake_run_apart(struct fake *fake);
int fake_call(struct fake *fake, struct opalvm_call *call, enum fake_service service,
	      u64 first, u64 second);

#endif /* OPALVM_TESTS_FAKE_H */
