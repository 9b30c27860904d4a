/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Across into the firmware and back. Two ways lead out: the firmware returns,
 * or an exception handler lands at opalvm_thunk_exit with r1 as this thunk
 * saved it (contain.c). Either way every register that C relies on comes from
 * the kernel's stack, so it does not matter what the firmware did to them.
 *
 * The firmware is entered by rfid, which changes MSR together with the address.
 * One of the other endianness returns through a few instructions of its own
 * (tables.c) that expect r14 and r15, which the firmware has to preserve (64-bit
 * ELF ABI, section 2.2.1).
 */
#include <asm/ppc_asm.h>
#include <asm/reg.h>

/* struct arch_flight */
#define FLIGHT_SP		0
#define FLIGHT_STACK		8
#define FLIGHT_ENTRY		16
#define FLIGHT_MSR		24
#define FLIGHT_TOKEN		32
#define FLIGHT_BASE		40
#define FLIGHT_WAY_BACK		48
#define FLIGHT_KERNEL_MSR	56

/* our frame on the kernel's stack: back chain, CR, LR, TOC, then r13 to r31 */
#define FRAME_CR		8
#define FRAME_TOC		24
#define FRAME_GPRS		32
#define FRAME_SIZE		192

/* the frame that the firmware is called from: header, eight words for its arguments, ours */
#define CALLER_FLIGHT		96
#define CALLER_SIZE		112

	.text

/*
 * u64 opalvm_thunk(struct arch_flight *flight, const u64 args[8])
 *
 * Interrupts are hard disabled; flight->stack is aligned to 16 bytes.
 */
_GLOBAL(opalvm_thunk)
	mflr	r0
	std	r0,16(r1)
	stdu	r1,-FRAME_SIZE(r1)
	mfcr	r0
	std	r0,FRAME_CR(r1)
	std	r2,FRAME_TOC(r1)
	.irp	n,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	std	\n,(FRAME_GPRS + (\n - 13) * 8)(r1)
	.endr
	std	r1,FLIGHT_SP(r3)

	/* the way back lies above the firmware's frame */
	ld	r11,FLIGHT_STACK(r3)
	li	r0,0
	stdu	r0,-CALLER_SIZE(r11)
	std	r3,CALLER_FLIGHT(r11)
	mr	r1,r11

	ld	r0,FLIGHT_TOKEN(r3)
	ld	r2,FLIGHT_BASE(r3)
	ld	r12,FLIGHT_ENTRY(r3)
	ld	r11,FLIGHT_WAY_BACK(r3)
	ld	r14,FLIGHT_KERNEL_MSR(r3)
	ld	r16,FLIGHT_MSR(r3)
	mr	r17,r4
	bcl	20,31,$+4
1:	mflr	r15
	addi	r15,r15,(2f - 1b)
	cmpdi	r11,0

	ld	r3,0(r17)
	ld	r4,8(r17)
	ld	r5,16(r17)
	ld	r6,24(r17)
	ld	r7,32(r17)
	ld	r8,40(r17)
	ld	r9,48(r17)
	ld	r10,56(r17)
	bne	3f
	mr	r11,r15
3:	mtlr	r11
	mtspr	SPRN_SRR0,r12
	mtspr	SPRN_SRR1,r16
	rfid

	/* it may have left anything in MSR */
2:	ld	r4,CALLER_FLIGHT(r1)
	ld	r1,FLIGHT_SP(r4)
	ld	r0,FLIGHT_KERNEL_MSR(r4)
	mtmsrd	r0
	.globl	opalvm_thunk_exit
opalvm_thunk_exit:
	ld	r2,FRAME_TOC(r1)
	ld	r0,FRAME_CR(r1)
	mtcr	r0
	.irp	n,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	ld	\n,(FRAME_GPRS + (\n - 13) * 8)(r1)
	.endr
	addi	r1,r1,FRAME_SIZE
	ld	r0,16(r1)
	mtlr	r0
	blr

	.section .note.GNU-stack,"",@progbits
