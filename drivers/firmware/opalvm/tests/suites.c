// SPDX-License-Identifier: GPL-2.0
/*
 * All suites in one module: KUnit takes one list from each.
 */
#include <linux/module.h>

#include "suites.h"

kunit_test_suites(&opalvm_map_suite,
		  &opalvm_wire_suite,
		  &opalvm_golden_suite,
		  &opalvm_space_suite,
		  &opalvm_gate_suite,
		  &opalvm_handover_suite,
		  &opalvm_efi_suite);

MODULE_DESCRIPTION("Unit tests of opalvm");
MODULE_LICENSE("GPL");
