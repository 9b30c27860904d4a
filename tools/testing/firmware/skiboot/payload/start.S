/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What C cannot say: the first instructions, both entries of OPAL, interrupts,
 * and turning translation on and off. All of it runs at its real address.
 */

/* Works from either endian, and ends in little: as in Linux */
#define TO_LITTLE							\
	tdi	0,0,0x48;						\
	b	$+44;							\
	.long	0xa600607d;						\
	.long	0x01006b69;						\
	.long	0x00004039;						\
	.long	0x6401417d;						\
	.long	0x05009f42;						\
	.long	0xa602487d;						\
	.long	0x14004a39;						\
	.long	0xa6035a7d;						\
	.long	0xa6037b7d;						\
	.long	0x2400004c

#define MSR_LE	0x1
#define MSR_IRDR 0x30

	.section ".head","ax"
	.global _start
_start:
	TO_LITTLE
	/* r3: device tree, r8: OPAL base, r9: OPAL entry */
	bcl	20,31,1f
1:	mflr	%r12
	addis	%r2,%r12,(.TOC.-1b)@ha
	addi	%r2,%r2,(.TOC.-1b)@l
	addis	%r1,%r2,stack@toc@ha
	addi	%r1,%r1,stack@toc@l
	addis	%r1,%r1,1
	addi	%r1,%r1,-256
	li	%r0,0
	std	%r0,0(%r1)
	mr	%r4,%r8
	mr	%r5,%r9
	bl	main
	b	.

	.text
/* int64_t call_real(token, base, entry, args[6]): the ordinary entry */
	.global call_real
call_real:
	mflr	%r0
	std	%r0,16(%r1)
	mfcr	%r0
	stw	%r0,8(%r1)
	stdu	%r1,-64(%r1)
	std	%r2,24(%r1)
	mr	%r0,%r3
	mr	%r2,%r4
	mtspr	314,%r5			/* HSRR0 */
	mr	%r11,%r6
	mfmsr	%r12
	li	%r10,MSR_LE
	andc	%r12,%r12,%r10
	mtspr	315,%r12		/* HSRR1 */
	bcl	20,31,1f
1:	mflr	%r10
	addi	%r10,%r10,2f-1b
	mtlr	%r10
	ld	%r3,0(%r11)
	ld	%r4,8(%r11)
	ld	%r5,16(%r11)
	ld	%r6,24(%r11)
	ld	%r7,32(%r11)
	ld	%r8,40(%r11)
	hrfid
2:	TO_LITTLE
	ld	%r2,24(%r1)
	addi	%r1,%r1,64
	lwz	%r0,8(%r1)
	mtcr	%r0
	ld	%r0,16(%r1)
	mtlr	%r0
	blr

#define POISON(n) li %r##n,0x1000+n
#define UNPOISON(n) cmpdi %r##n,0x1000+n; bne 9f

/*
 * int64_t call_v4(token, entry, args[6], stack, uint64_t *bad): with all that
 * has to be preserved filled with values of our own. *bad is set to 1 if one
 * of them is another one at the return, and to 2 if the call ended in a fault.
 */
	.global call_v4
call_v4:
	mflr	%r0
	std	%r0,16(%r1)
	mfcr	%r0
	stw	%r0,8(%r1)
	stdu	%r1,-320(%r1)
	std	%r2,24(%r1)
	std	%r13,104(%r1)
	std	%r14,112(%r1)
	std	%r15,120(%r1)
	std	%r16,128(%r1)
	std	%r17,136(%r1)
	std	%r18,144(%r1)
	std	%r19,152(%r1)
	std	%r20,160(%r1)
	std	%r21,168(%r1)
	std	%r22,176(%r1)
	std	%r23,184(%r1)
	std	%r24,192(%r1)
	std	%r25,200(%r1)
	std	%r26,208(%r1)
	std	%r27,216(%r1)
	std	%r28,224(%r1)
	std	%r29,232(%r1)
	std	%r30,240(%r1)
	std	%r31,248(%r1)
	std	%r7,256(%r1)
	addis	%r10,%r2,gate_sp@toc@ha
	addi	%r10,%r10,gate_sp@toc@l
	std	%r1,0(%r10)
	mr	%r0,%r3
	mtctr	%r4
	mr	%r11,%r5
	mr	%r1,%r6
	POISON(13); POISON(14); POISON(15); POISON(16); POISON(17)
	POISON(18); POISON(19); POISON(20); POISON(21); POISON(22)
	POISON(23); POISON(24); POISON(25); POISON(26); POISON(27)
	POISON(28); POISON(29); POISON(30); POISON(31)
	lis	%r3,0x2242
	mtcr	%r3
	ld	%r3,0(%r11)
	ld	%r4,8(%r11)
	ld	%r5,16(%r11)
	ld	%r6,24(%r11)
	ld	%r7,32(%r11)
	ld	%r8,40(%r11)
	li	%r12,0
	mr	%r31,%r1
	mr	%r30,%r2
	bctrl
	/* r1 and r2 first: without r2 nothing is found */
	cmpd	%r1,%r31
	bne	8f
	cmpd	%r2,%r30
	bne	8f
	li	%r4,0
	mfcr	%r11
	rlwinm	%r11,%r11,0,8,19
	lis	%r12,0x0042
	cmpw	%r11,%r12
	bne	9f
	UNPOISON(13); UNPOISON(14); UNPOISON(15); UNPOISON(16); UNPOISON(17)
	UNPOISON(18); UNPOISON(19); UNPOISON(20); UNPOISON(21); UNPOISON(22)
	UNPOISON(23); UNPOISON(24); UNPOISON(25); UNPOISON(26); UNPOISON(27)
	UNPOISON(28); UNPOISON(29)
	b	gate_out
8:	mr	%r2,%r30
9:	li	%r4,1
gate_out:
	addis	%r10,%r2,gate_sp@toc@ha
	addi	%r10,%r10,gate_sp@toc@l
	ld	%r1,0(%r10)
	ld	%r5,256(%r1)
	std	%r4,0(%r5)
	ld	%r13,104(%r1)
	ld	%r14,112(%r1)
	ld	%r15,120(%r1)
	ld	%r16,128(%r1)
	ld	%r17,136(%r1)
	ld	%r18,144(%r1)
	ld	%r19,152(%r1)
	ld	%r20,160(%r1)
	ld	%r21,168(%r1)
	ld	%r22,176(%r1)
	ld	%r23,184(%r1)
	ld	%r24,192(%r1)
	ld	%r25,200(%r1)
	ld	%r26,208(%r1)
	ld	%r27,216(%r1)
	ld	%r28,224(%r1)
	ld	%r29,232(%r1)
	ld	%r30,240(%r1)
	ld	%r31,248(%r1)
	addi	%r1,%r1,320
	lwz	%r0,8(%r1)
	mtcr	%r0
	ld	%r0,16(%r1)
	mtlr	%r0
	blr
	/* Where an interrupt handler lands a call that is over */
	.global gate_fault
gate_fault:
	bcl	20,31,1f
1:	mflr	%r12
	addis	%r2,%r12,(.TOC.-1b)@ha
	addi	%r2,%r2,(.TOC.-1b)@l
	li	%r3,-999
	li	%r4,2
	b	gate_out

/* void set_msr(uint64_t msr) */
	.global set_msr
set_msr:
	mflr	%r0
	mtspr	26,%r0
	mtspr	27,%r3
	rfid

/* What the firmware calls: notes r2 and r13 before anything else */
	.global os_printf
os_printf:
0:	addis	%r11,%r12,(os_r2-0b)@ha
	addi	%r11,%r11,(os_r2-0b)@l
	std	%r2,0(%r11)
	std	%r13,8(%r11)
	std	%r1,16(%r11)
	addis	%r2,%r12,(.TOC.-0b)@ha
	addi	%r2,%r2,(.TOC.-0b)@l
	mflr	%r0
	std	%r0,16(%r1)
	stdu	%r1,-32(%r1)
	bl	os_printf_c
	addi	%r1,%r1,32
	ld	%r0,16(%r1)
	mtlr	%r0
	/* Whoever relies on our r2 is found out */
	li	%r2,0
	blr

/*
 * Interrupts come here from stubs that C writes (install_vectors), with
 * translation off and in little endian. SPRG0: r3, SPRG1: r1, SPRG2: LR, r3: the
 * frame, r1: the interrupt.
 */
	.global interrupt
interrupt:
	std	%r0,0(%r3)
	std	%r2,16(%r3)
	std	%r4,32(%r3)
	std	%r5,40(%r3)
	std	%r6,48(%r3)
	std	%r7,56(%r3)
	std	%r8,64(%r3)
	std	%r9,72(%r3)
	std	%r10,80(%r3)
	std	%r11,88(%r3)
	std	%r12,96(%r3)
	std	%r13,104(%r3)
	std	%r1,256(%r3)
	mfsprg1	%r4
	std	%r4,8(%r3)
	mfsprg0	%r4
	std	%r4,24(%r3)
	mfsprg2	%r4
	std	%r4,264(%r3)
	mfspr	%r4,26
	std	%r4,272(%r3)
	mfspr	%r4,27
	std	%r4,280(%r3)
	mfspr	%r4,19
	std	%r4,288(%r3)
	mfspr	%r4,18
	std	%r4,296(%r3)
	mfcr	%r4
	std	%r4,304(%r3)
	mfctr	%r4
	std	%r4,312(%r3)
	mfxer	%r4
	std	%r4,320(%r3)
	std	%r31,248(%r3)
	mr	%r31,%r3
	bcl	20,31,1f
1:	mflr	%r12
	addis	%r2,%r12,(.TOC.-1b)@ha
	addi	%r2,%r2,(.TOC.-1b)@l
	addis	%r1,%r2,int_stack@toc@ha
	addi	%r1,%r1,int_stack@toc@l
	addi	%r1,%r1,16384-256
	bl	interrupt_c
	mr	%r3,%r31
	ld	%r4,304(%r3)
	mtcr	%r4
	ld	%r4,312(%r3)
	mtctr	%r4
	ld	%r4,320(%r3)
	mtxer	%r4
	ld	%r4,264(%r3)
	mtlr	%r4
	ld	%r4,272(%r3)
	mtspr	26,%r4
	ld	%r4,280(%r3)
	mtspr	27,%r4
	ld	%r31,248(%r3)
	ld	%r0,0(%r3)
	ld	%r1,8(%r3)
	ld	%r2,16(%r3)
	ld	%r4,32(%r3)
	ld	%r5,40(%r3)
	ld	%r6,48(%r3)
	ld	%r7,56(%r3)
	ld	%r8,64(%r3)
	ld	%r9,72(%r3)
	ld	%r10,80(%r3)
	ld	%r11,88(%r3)
	ld	%r12,96(%r3)
	ld	%r13,104(%r3)
	ld	%r3,24(%r3)
	rfid

	.data
	.balign	8
gate_sp:
	.quad	0
	.global os_r2
os_r2:
	.quad	0, 0, 0
