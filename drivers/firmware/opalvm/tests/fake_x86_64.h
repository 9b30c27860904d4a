/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is x86_64's about the fake firmware: it is called as EFI is.
 */
#ifndef OPALVM_TESTS_FAKE_X86_64_H
#define OPALVM_TESTS_FAKE_X86_64_H

#define FAKE_ABI	OPALVM_ABI_MS_X64

/* where it is put: one half of the address space or the other */
#define FAKE_LOW_VA	0x0000000123400000ULL
#define FAKE_HIGH_VA	0xfffffffe12340000ULL
#define FAKE_LOW_NAME	"user half"
#define FAKE_HIGH_NAME	"kernel half"

/* each service has an entry point of its own */
#define FAKE_OWN_ENTRIES	1

/* rows of fake_faults */
#define FAKE_NR_FAULTS		20

#endif /* OPALVM_TESTS_FAKE_X86_64_H */
