/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver as a PCI option ROM, from which UEFI firmware loads it before it
 * boots anything (PCI Firmware Specification 3.3, chapter 5, and UEFI 2.10,
 * section 14.4.2). For QEMU's pci-testdev.
 */
#define UNIT	512

	.section .rom, "a"
rom:
	.short	0xaa55
	.short	(rom_end - rom) / UNIT
	.long	0x0ef1		/* this is UEFI's */
	.short	12		/* a driver of runtime services */
	.short	0x8664		/* for x86-64 */
	.short	0		/* not compressed */
	.balign	4, 0
	.org	rom + 0x16
	.short	driver - rom
	.short	pcir - rom
	.balign	4, 0
pcir:
	.ascii	"PCIR"
	.short	0x1b36, 0x0005	/* pci-testdev */
	.short	0
	.short	pcir_end - pcir
	.byte	3		/* revision */
	.byte	0, 0, 0xff	/* class */
	.short	(rom_end - rom) / UNIT
	.short	0
	.byte	3		/* UEFI */
	.byte	0x80		/* the last image */
	.short	(rom_end - rom) / UNIT
	.short	0, 0
pcir_end:
	.balign	16, 0
driver:
	.incbin	DRIVER
	.balign	UNIT, 0
rom_end:
