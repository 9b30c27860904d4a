/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A firmware of a page of code and some pages of data, for tests: its services
 * do what firmware must not do, on request.
 */
#ifndef OPALVM_TESTS_FAKE_H
#define OPALVM_TESTS_FAKE_H

#include <kunit/test.h>

#include "opalvm.h"

/* its services, in the order of fake_code.S */
enum fake_service {
	FAKE_RETURN,	/* return 0 */
	FAKE_SUM,	/* return the sum of twelve arguments */
	FAKE_STORE,	/* write the second argument to the address in the first */
	FAKE_LOAD,	/* return what is at the address in the first argument */
	FAKE_JUMP,	/* jump to the address in the first argument */
	FAKE_JUMP_STACK, /* jump to the stack */
	FAKE_UD,	/* invalid opcode */
	FAKE_GP,	/* touch an address that no CPU accepts */
	FAKE_DIVIDE,	/* divide by zero */
	FAKE_BREAK,	/* breakpoint */
	FAKE_LOOP,	/* never return */
	FAKE_FILL,	/* fill second-argument bytes at the first argument */
	FAKE_SIZE,	/* write the second argument to the u64 at the first, return the third */
	FAKE_CLOBBER,	/* destroy registers and flags that belong to the caller, return */
	FAKE_CLI,	/* return with interrupts off */
	FAKE_CLI_UD,	/* fault with interrupts off */
	FAKE_FPU,	/* leave the FPU in disorder */
	FAKE_DEEP,	/* use 32 KiB of stack */
	FAKE_DELAY,	/* return after first-argument cycles */
	FAKE_CR3,	/* return CR3 */
	FAKE_FLAGS,	/* return RFLAGS */
	FAKE_RECURSE,	/* call itself for ever */
	FAKE_NR_SERVICES,
	FAKE_MISSING = FAKE_NR_SERVICES,	/* in the table, without an entry point */
	FAKE_TABLE_SIZE
};

#define FAKE_ERROR	BIT_ULL(63)
#define FAKE_DEADLINE	200	/* milliseconds */

/* where it is: one half of the address space or the other */
#define FAKE_USER_VA	0x0000000123400000ULL
#define FAKE_KERNEL_VA	0xfffffffe12340000ULL

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

/* fake_code.S: the code, and where in it each service starts */
extern const u8 opalvm_fake_code[], opalvm_fake_code_end[];
extern const u32 opalvm_fake_entries[FAKE_NR_SERVICES];

int fake_suite_init(struct kunit_suite *suite);
void fake_suite_exit(struct kunit_suite *suite);
int fake_host(struct fake *fake, u64 va);
void fake_unhost(struct fake *fake);
u64 fake_va(const struct fake *fake, enum fake_extent extent);
void fake_run_on(struct fake *fake, unsigned int cpu);
int fake_call(struct fake *fake, struct opalvm_call *call, enum fake_service service,
	      u64 first, u64 second);

#endif /* OPALVM_TESTS_FAKE_H */
