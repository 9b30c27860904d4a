/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Across into the firmware and back. Two ways lead out: the firmware returns,
 * or an exception handler lands at opalvm_thunk_exit with rsp as this thunk
 * saved it (contain.c). Either way every register and flag that C relies on
 * comes from the kernel's stack, so it does not matter what the firmware did
 * to them.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>

#define FLIGHT_SP	0	/* struct arch_flight.sp */
#define FLIGHT_FLAGS	8	/* struct arch_flight.flags */
#define FLIGHT_ENTRY	16	/* struct arch_flight.entry_flags */
#define FLIGHT_GS	24	/* struct arch_flight.gs_base */
#define FLIGHT_CHANGED	32	/* struct arch_flight.gs_changed */

#define ARGS_SIZE	(12 * 8)	/* OPALVM_MAX_ARGS; the first four are home space */

	.text

/*
 * u64 opalvm_thunk_ms_x64(u64 entry, const u64 args[12], void *stack_top,
 *			   struct arch_flight *flight)
 *
 * The Microsoft x64 calling convention (UEFI 2.10 section 2.3.4): four
 * arguments in rcx, rdx, r8, r9, the others above 32 bytes of home space, the
 * stack aligned to 16 bytes at the call. stack_top is aligned to 16 bytes.
 */
SYM_FUNC_START(opalvm_thunk_ms_x64)
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushfq
	movq	(%rsp), %rax
	movq	%rax, FLIGHT_ENTRY(%rcx)
	pushq	%rcx
	movq	%rsp, FLIGHT_SP(%rcx)

	/* the way back lies above the firmware's frame */
	movq	%rsp, -8(%rdx)
	movq	%rcx, -16(%rdx)
	leaq	-(16 + ARGS_SIZE)(%rdx), %rsp

	movq	%rdi, %rax
	movq	%rsi, %r10
	.irp	n, 4, 5, 6, 7, 8, 9, 10, 11
	movq	(\n * 8)(%r10), %r11
	movq	%r11, (\n * 8)(%rsp)
	.endr
	movq	0(%r10), %rcx
	movq	8(%r10), %rdx
	movq	16(%r10), %r8
	movq	24(%r10), %r9
	ANNOTATE_RETPOLINE_SAFE
	call	*%rax
SYM_INNER_LABEL(opalvm_thunk_return, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	pushfq
	popq	%rdx
	movq	ARGS_SIZE(%rsp), %rcx
	movq	%rdx, FLIGHT_FLAGS(%rcx)
	movq	(ARGS_SIZE + 8)(%rsp), %rsp
SYM_INNER_LABEL(opalvm_thunk_exit, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	popq	%rdi

	/* without the right GS base no C runs, and no interrupt may come */
	movq	%rax, %rsi
	movl	$MSR_GS_BASE, %ecx
	rdmsr
	shlq	$32, %rdx
	orq	%rax, %rdx
	movq	FLIGHT_GS(%rdi), %rax
	cmpq	%rdx, %rax
	je	1f
	movq	$1, FLIGHT_CHANGED(%rdi)
	movq	%rax, %rdx
	shrq	$32, %rdx
	wrmsr
1:	movq	%rsi, %rax
	popfq
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	RET
SYM_FUNC_END(opalvm_thunk_ms_x64)
/* it switches stacks, which objtool cannot follow */
STACK_FRAME_NON_STANDARD opalvm_thunk_ms_x64

/* What page_fault_oops() becomes for a fault that was contained; no branch leads here. */
SYM_FUNC_START(opalvm_just_return)
	ANNOTATE_NOENDBR
	RET
SYM_FUNC_END(opalvm_just_return)
