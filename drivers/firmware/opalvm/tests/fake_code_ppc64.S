/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The code of the fake firmware (fake.h): a common entry point that takes the
 * service's number in r0, then functions of the 64-bit ELF ABI, version 2. It is
 * data to the kernel, and runs only as a copy in a space.
 */
#include <linux/linkage.h>
#include <asm/ppc_asm.h>
#include <asm/reg.h>

#include "fake_ppc64.h"

	.section .rodata, "a"

#define SERVICE(name) fake_##name:

	.balign	16
SYM_DATA_START(opalvm_fake_code)
	/* r12 is the entry point, as for every function called through a pointer */
	sldi	r0,r0,2
	addi	r11,r12,(1f - opalvm_fake_code)
	add	r11,r11,r0
	mtctr	r11
	bctr
1:
	.irp	name, return, sum, store, load, jump, jump_stack, illegal, forbidden
	b	fake_\name
	.endr
	.irp	name, divide, break, loop, fill, size, clobber, mask, mask_illegal
	b	fake_\name
	.endr
	.irp	name, fpu, deep, delay, space, flags, recurse
	b	fake_\name
	.endr
	.irp	name, os_call, poll
	b	fake_\name
	.endr
SERVICE(return)
	li	r3,0
	blr
SERVICE(sum)
	.irp	n, 4, 5, 6, 7, 8, 9, 10
	add	r3,r3,\n
	.endr
	blr
SERVICE(store)
	std	r4,0(r3)
	li	r3,0
	blr
SERVICE(load)
	ld	r3,0(r3)
	blr
SERVICE(jump)
	mtctr	r3
	bctr
SERVICE(jump_stack)
	mtctr	r1
	bctr
SERVICE(illegal)
	.long	0
SERVICE(forbidden)
	/* cache-inhibited accesses are for real mode */
	.long	0x7c601eea	/* ldcix r3,0,r3 */
	blr
SERVICE(divide)
	/* divides nothing: that is no exception here; a floating-point instruction is one */
	fadd	0,0,0
	blr
SERVICE(break)
	trap
	blr
SERVICE(loop)
	b	fake_loop
SERVICE(fill)
	mtctr	r4
	li	r5,0x41
	addi	r3,r3,-1
2:	stbu	r5,1(r3)
	bdnz	2b
	li	r3,0
	blr
SERVICE(size)
	std	r4,0(r3)
	mr	r3,r5
	blr
SERVICE(clobber)
	li	r0,-1
	.irp	n, 2, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	mr	\n,r0
	.endr
	mtcr	r0
	mtxer	r0
	li	r3,0
	blr
SERVICE(mask)
	/* interrupts are off already: an exception is not to be recovered from */
	li	r3,0
	mtmsrd	r3,1
	blr
SERVICE(mask_illegal)
	li	r3,0
	mtmsrd	r3,1
	li	r2,-1
	li	r13,-1
	.long	0
SERVICE(fpu)
	mfmsr	r3
	ori	r3,r3,MSR_FP
	mtmsrd	r3
	li	r3,0
	blr
SERVICE(deep)
	lis	r4,-1
	ori	r4,r4,0x8000
	stdux	r3,r1,r4
	li	r3,0
	sub	r1,r1,r4
	blr
SERVICE(delay)
	mftb	r4
	add	r4,r4,r3
3:	mftb	r5
	cmpld	r5,r4
	blt	3b
	li	r3,0
	blr
SERVICE(space)
	mfspr	r3,SPRN_PID
	blr
SERVICE(flags)
	mfmsr	r3
	blr
SERVICE(recurse)
	mflr	r0
	std	r0,16(r1)
	stdu	r1,-32(r1)
	bl	fake_recurse
	addi	r1,r1,32
	blr
SERVICE(os_call)
	/* what that returns is returned, but for a load from the sixth argument */
	mflr	r0
	std	r0,16(r1)
	stdu	r1,-48(r1)
	std	r8,40(r1)
	mr	r12,r3
	mtctr	r12
	mr	r3,r4
	mr	r4,r5
	mr	r5,r6
	mr	r6,r7
	bctrl
	ld	r4,40(r1)
	cmpdi	r4,0
	beq	4f
	ld	r3,0(r4)
4:	addi	r1,r1,48
	ld	r0,16(r1)
	mtlr	r0
	blr
SERVICE(poll)
	mftb	r6
	add	r6,r6,r4
	std	r6,0(r5)
5:	ld	r7,0(r3)
	mftb	r7
	cmpld	r7,r6
	blt	5b
	li	r3,0
	blr
SYM_DATA_END_LABEL(opalvm_fake_code, SYM_L_GLOBAL, opalvm_fake_code_end)

/*
 * Another firmware's (ppc64_kunit.c), big-endian: assembled as the kernel's own
 * code, its words are swapped when it is copied. Its stack is where the word at
 * FAKE_BE_STACK bytes from its beginning says; r2 is its beginning.
 */
	.balign	16
SYM_DATA_START(opalvm_fake_be)
	ld	r11,FAKE_BE_STACK(r2)
	std	r1,0(r11)
	mflr	r12
	std	r12,8(r11)
	mr	r1,r11
	bcl	20,31,$+4
1:	mflr	r11
	sldi	r0,r0,2
	add	r11,r11,r0
	addi	r11,r11,(2f - 1b)
	mtctr	r11
	bctrl
	ld	r12,8(r1)
	mtlr	r12
	ld	r1,0(r1)
	blr
2:
	.irp	name, sum, load, store, jump, jump_stack, illegal, break, flags, sp
	b	be_\name
	.endr
	.irp	name, ldcix, lwzcix, lhzcix, lbzcix, stdcix, stwcix, sthcix, stbcix
	b	be_\name
	.endr
be_sum:
	.irp	n, 4, 5, 6, 7, 8, 9, 10
	add	r3,r3,\n
	.endr
	blr
be_load:
	ld	r3,0(r3)
	blr
be_store:
	std	r4,0(r3)
	li	r3,0
	blr
be_jump:
	mtctr	r3
	bctr
be_jump_stack:
	mtctr	r1
	bctr
be_illegal:
	.long	0
be_break:
	trap
	blr
be_flags:
	mfmsr	r3
	blr
be_sp:
	mr	r3,r1
	blr
	/* accesses at the first argument + the third; the second is what a store stores */
	.irp	size, d, wz, hz, bz
be_l\size\()cix:
	.machine push
	.machine power9
	l\size\()cix	r3,r3,r5
	.machine pop
	blr
	.endr
	.irp	size, d, w, h, b
be_st\size\()cix:
	add	r3,r3,r5
	.machine push
	.machine power9
	st\size\()cix	r4,0,r3
	.machine pop
	li	r3,0
	blr
	.endr
SYM_DATA_END_LABEL(opalvm_fake_be, SYM_L_GLOBAL, opalvm_fake_be_end)
