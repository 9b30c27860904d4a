/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is ppc64's about the fake firmware: it is called as OPAL is, through
 * one entry point, which is little-endian and stays on the caller's stack.
 */
#ifndef OPALVM_TESTS_FAKE_PPC64_H
#define OPALVM_TESTS_FAKE_PPC64_H

#define FAKE_ABI	OPALVM_ABI_OPAL_V4

/* where it is put: low, and near the end of what a radix tree translates */
#define FAKE_LOW_VA	0x0000000123400000ULL
#define FAKE_HIGH_VA	0x000f123400000000ULL
#define FAKE_LOW_NAME	"low addresses"
#define FAKE_HIGH_NAME	"high addresses"

/* the token tells the service */
#define FAKE_OWN_ENTRIES	0

/* rows of fake_faults */
#define FAKE_NR_FAULTS		21

/* tokens of services that no row has: a test puts them into one */

/* call the function in the first argument with the four behind it */
#define FAKE_TOKEN_OS_CALL	22
/* write to the third argument, then read from the first for second-argument ticks */
#define FAKE_TOKEN_POLL		23

/* where the code of the big-endian one has the address of its stack */
#define FAKE_BE_STACK	4088

#endif /* OPALVM_TESTS_FAKE_PPC64_H */
