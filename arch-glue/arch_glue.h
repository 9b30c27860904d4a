/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an architecture supplies: whether this machine can host, the page
 * tables of a space, the way in and out of it, the thunk, and the landing of
 * a firmware that faulted or hung. It knows no firmware beyond the call ABI.
 */
#ifndef ARCH_GLUE_H
#define ARCH_GLUE_H

#include <linux/types.h>

struct mm_struct;
struct pt_regs;
struct opalvm_call;
struct opalvm_extent;
struct opalvm_flight;
struct opalvm_limits;
struct opalvm_trap;
struct opalvm_why;

/*
 * The architecture's own header declares:
 *	struct arch_facts	what arch_glue_can_host() decides by
 *	struct arch_space	the page tables of one space
 *	struct arch_flight	what the thunk needs in order to come back
 *	struct arch_visit	what arch_glue_enter() changed on this CPU
 *	ARCH_GLUE_ABIS		which enum opalvm_abi arch_glue_call() speaks, a bit each
 *	ARCH_GLUE_MAX_ARGS	how many arguments a call can have
 *	ARCH_GLUE_DEADLINES	can a call be ended by time: then there are
 *				arch_glue_expire() and arch_glue_expire_on()
 *	ARCH_GLUE_LINEAR_ARGS	must arguments be in the linear map
 *	ARCH_GLUE_KEEPS_PAGES	can the next kernel be told to leave a page alone
 *	ARCH_GLUE_TOUCHED	does the page table tell what was used: then there is
 *				arch_glue_forget()
 */
#ifdef CONFIG_X86_64
#include "x86_64/glue.h"
#else
#include "ppc64/glue.h"
#endif

/**
 * struct arch_mapping - one address as the page tables have it
 * @pa: physical address
 * @size: bytes that the entry translates, all in the same way
 * @attr: OPALVM_ATTR_XP and OPALVM_ATTR_RO as all levels together have them,
 *        and each caching attribute that the entry's bits stand for (on a CPU
 *        without some cache mode, two can share their bits)
 * @user: user mode could access it
 * @global: it would survive a change of address space in the TLB
 * @accessed: with ARCH_GLUE_TOUCHED: a CPU used the entry since it was installed, or
 *            since arch_glue_forget()
 * @dirty: the same: it wrote
 */
struct arch_mapping {
	u64 pa;
	u64 size;
	u64 attr;
	bool user;
	bool global;
	bool accessed;
	bool dirty;
};

/* contain.c: can this machine host, and who stops a firmware */
void arch_glue_facts(struct arch_facts *facts);
int arch_glue_can_host(const struct arch_facts *facts, struct opalvm_why *why);
int arch_glue_contain_init(struct opalvm_why *why);
void arch_glue_contain_exit(void);
bool arch_glue_expire(struct opalvm_flight *flight);
void arch_glue_expire_on(unsigned int cpu);
const char *arch_glue_wrong_state(const struct opalvm_flight *flight, unsigned long *told);
void arch_glue_describe(const struct opalvm_trap *trap, const char *address, char *text,
			size_t len);

/* tables.c: the page tables of a space */
void arch_glue_limits(struct opalvm_limits *limits);
int arch_glue_space_init(struct arch_space *as, struct mm_struct *mm);
void arch_glue_space_exit(struct arch_space *as);
int arch_glue_map(struct arch_space *as, const struct opalvm_extent *extent);
void arch_glue_unmap(struct arch_space *as, u64 va, u64 size);
bool arch_glue_read(const struct arch_space *as, u64 va, struct arch_mapping *found);
void arch_glue_forget(struct arch_space *as, u64 va, u64 size);
/* where the firmware may ask for more (window.c): ppc64 */
int arch_glue_spares_add(struct arch_space *as, u32 nr);
int arch_glue_map_now(struct arch_space *as, const struct opalvm_extent *extent);
void arch_glue_unmap_now(struct arch_space *as, u64 va, u64 size);

/* call.c: in, across and out */
void arch_glue_enter(struct arch_space *as);
void arch_glue_leave(struct arch_space *as);
bool arch_glue_enter_atomic(struct arch_space *as, struct arch_visit *visit);
void arch_glue_leave_atomic(struct arch_space *as, struct arch_visit *visit);
u64 arch_glue_call(struct opalvm_flight *flight, const struct opalvm_call *call, u64 entry,
		   const u64 *args);

#endif /* ARCH_GLUE_H */
