// SPDX-License-Identifier: GPL-2.0
/*
 * All suites in one module: KUnit takes one list from each. One a line: check.sh
 * counts those of an architecture.
 */
#include <linux/module.h>

#include "suites.h"

#ifdef CONFIG_X86_64
#define ON_X86_64(suite)	, suite
#define ON_PPC64(suite)
#else
#define ON_X86_64(suite)
#define ON_PPC64(suite)		, suite
#endif

kunit_test_suites(&opalvm_opal_suite,
		  &opalvm_map_suite,
		  &opalvm_wire_suite,
		  &opalvm_golden_suite,
		  &opalvm_space_suite,
		  &opalvm_gate_suite,
		  &opalvm_handover_suite
		  ON_X86_64(&opalvm_efi_suite)
		  ON_PPC64(&opalvm_opal_live_suite)
		  ON_PPC64(&opalvm_rtas_suite));

MODULE_DESCRIPTION("Unit tests of opalvm");
MODULE_LICENSE("GPL");
