// SPDX-License-Identifier: GPL-2.0
/*
 * All suites in one module: KUnit takes one list from each.
 */
#include <linux/module.h>

#include "suites.h"

/* for those that need the fake firmware, whose code is an architecture's, or the machine's own */
#ifdef CONFIG_X86_64
#define ON_X86_64(suites...)	suites
#else
#define ON_X86_64(suites...)
#endif
#ifdef CONFIG_PPC64
#define ON_PPC64(suites...)	suites
#else
#define ON_PPC64(suites...)
#endif

kunit_test_suites(&opalvm_map_suite,
		  &opalvm_wire_suite,
		  &opalvm_golden_suite,
		  &opalvm_opal_suite,
		  ON_X86_64(&opalvm_space_suite,
			    &opalvm_gate_suite,
			    &opalvm_handover_suite,
			    &opalvm_efi_suite)
		  ON_PPC64(&opalvm_opal_live_suite));

MODULE_DESCRIPTION("Unit tests of opalvm");
MODULE_LICENSE("GPL");
