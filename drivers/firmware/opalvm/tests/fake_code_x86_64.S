/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The code of the fake firmware (fake.h), in the Microsoft x64 calling
 * convention: arguments in rcx, rdx, r8, r9, then from 40(%rsp) on. It is data
 * to the kernel, and runs only as a copy in a space.
 */
#include <linux/linkage.h>
#include <asm/msr-index.h>
#include <asm/page_types.h>
#include <asm/processor-flags.h>

	.section .rodata, "a"

#define SERVICE(name) fake_##name:

	.balign	16
SYM_DATA_START(opalvm_fake_code)
SERVICE(return)
	xorl	%eax, %eax
	ret
SERVICE(sum)
	leaq	(%rcx, %rdx), %rax
	addq	%r8, %rax
	addq	%r9, %rax
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	addq	(40 + \n * 8)(%rsp), %rax
	.endr
	ret
SERVICE(store)
	movq	%rdx, (%rcx)
	xorl	%eax, %eax
	ret
SERVICE(load)
	movq	(%rcx), %rax
	ret
SERVICE(jump)
	jmp	*%rcx
SERVICE(jump_stack)
	jmp	*%rsp
SERVICE(illegal)
	ud2
SERVICE(forbidden)
	movabsq	$0x8000000000000000, %rax
	movq	(%rax), %rax
	ret
SERVICE(divide)
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	divl	%ecx
	ret
SERVICE(break)
	int3
	ret
SERVICE(loop)
	jmp	fake_loop
SERVICE(fill)
	pushq	%rdi
	movq	%rcx, %rdi
	movq	%rdx, %rcx
	movb	$0x41, %al
	cld
	rep stosb
	popq	%rdi
	xorl	%eax, %eax
	ret
SERVICE(size)
	movq	%rdx, (%rcx)
	movq	%r8, %rax
	ret
SERVICE(clobber)
	.irp	reg, rbx, rbp, rsi, rdi, r12, r13, r14, r15
	movq	$-1, %\reg
	.endr
	std
	pushfq
	orl	$0x40000, (%rsp)	/* AC */
	popfq
	xorl	%eax, %eax
	ret
SERVICE(mask)
	cli
	xorl	%eax, %eax
	ret
SERVICE(mask_illegal)
	cli
	std
	ud2
SERVICE(fpu)
	fldpi
	fldpi
	pushq	$0x1f80 & ~0x200	/* division by zero raises an exception */
	ldmxcsr	(%rsp)
	popq	%rax
	pcmpeqd	%xmm0, %xmm0
	movdqa	%xmm0, %xmm15
	xorl	%eax, %eax
	ret
SERVICE(deep)
	leaq	-0x8000(%rsp), %rax
	movq	%rax, (%rax)
	xorl	%eax, %eax
	ret
SERVICE(delay)
	movq	%rcx, %r8
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	addq	%rax, %r8
1:	pause
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	cmpq	%r8, %rax
	jb	1b
	xorl	%eax, %eax
	ret
SERVICE(space)
	movq	%cr3, %rax
	ret
SERVICE(flags)
	pushfq
	popq	%rax
	ret
SERVICE(recurse)
	call	fake_recurse
	ret
SERVICE(mask_loop)
	cli
	jmp	fake_loop
SERVICE(cr0)
	movq	%cr0, %rax
	xorl	$X86_CR0_WP, %eax
	movq	%rax, %cr0
	ret
SERVICE(cr3)
	movq	%cr3, %rax
	xorq	$X86_CR3_PWT, %rax
	movq	%rax, %cr3
	ret
SERVICE(cr4)
	movq	%cr4, %rax
	xorl	$X86_CR4_TSD, %eax
	movq	%rax, %cr4
	ret
SERVICE(efer)
	movl	$MSR_EFER, %ecx
	rdmsr
	xorl	$EFER_SCE, %eax
	wrmsr
	ret
SERVICE(fs)
	movl	$MSR_FS_BASE, %ecx
	rdmsr
	xorl	$PAGE_SIZE, %eax
	wrmsr
	ret
SERVICE(gs)
	cli
	movl	$MSR_GS_BASE, %ecx
	rdmsr
	xorl	$PAGE_SIZE, %eax
	wrmsr
	ret
SERVICE(dr7)
	movl	$0x402, %eax		/* the first one, for execution at DR0 */
	movq	%rax, %dr7
	ret
SYM_DATA_END_LABEL(opalvm_fake_code, SYM_L_GLOBAL, opalvm_fake_code_end)

	.balign	4
SYM_DATA_START(opalvm_fake_entries)
	.irp	name, return, sum, store, load, jump, jump_stack, illegal, forbidden
	.long	fake_\name - opalvm_fake_code
	.endr
	.irp	name, divide, break, loop, fill, size, clobber, mask, mask_illegal
	.long	fake_\name - opalvm_fake_code
	.endr
	.irp	name, fpu, deep, delay, space, flags, recurse
	.long	fake_\name - opalvm_fake_code
	.endr
	.irp	name, mask_loop, cr0, cr3, cr4, efer, fs, gs, dr7
	.long	fake_\name - opalvm_fake_code
	.endr
SYM_DATA_END(opalvm_fake_entries)

/*
 * A service of its own, for the end of a page: writes to where an argument is.
 * What and where is in the first bytes of the page after the next one.
 */
	.balign	16
SYM_DATA_START(opalvm_fake_overrun)
	/* the caller left room for the arguments in registers */
	movq	%rcx, 8(%rsp)
	movq	%rdx, 16(%rsp)
	movq	%r8, 24(%rsp)
	movq	%r9, 32(%rsp)
	leaq	(opalvm_fake_overrun_end + PAGE_SIZE)(%rip), %r10
	movq	(%r10), %rax		/* which argument */
	pushq	%rdi
	movq	16(%rsp, %rax, 8), %rdi
	addq	8(%r10), %rdi		/* bytes from its address */
	movq	16(%r10), %rcx		/* bytes to write */
	movb	$0x41, %al
	cld
	rep stosb
	popq	%rdi
	xorl	%eax, %eax
	ret
SYM_DATA_END_LABEL(opalvm_fake_overrun, SYM_L_GLOBAL, opalvm_fake_overrun_end)
