// SPDX-License-Identifier: GPL-2.0
/*
 * All suites in one module: KUnit takes one list from each. One a line: check.sh
 * counts those of an architecture.
 */
#include <linux/module.h>

#include "suites.h"

#ifdef CONFIG_X86_64
kunit_test_suites(&opalvm_opal_suite,
		  &opalvm_map_suite,
		  &opalvm_wire_suite,
		  &opalvm_golden_suite,
		  &opalvm_space_suite,
		  &opalvm_gate_suite,
		  &opalvm_race_suite,
		  &opalvm_trace_suite,
		  &opalvm_handover_suite,
		  &opalvm_efi_suite,
		  &opalvm_efi_args_suite);
#else
kunit_test_suites(&opalvm_opal_suite,
		  &opalvm_map_suite,
		  &opalvm_wire_suite,
		  &opalvm_golden_suite,
		  &opalvm_space_suite,
		  &opalvm_gate_suite,
		  &opalvm_race_suite,
		  &opalvm_trace_suite,
		  &opalvm_handover_suite,
		  &opalvm_opal_live_suite,
		  &opalvm_rtas_suite,
		  &opalvm_window_suite,
		  &opalvm_ppc64_suite,
		  &opalvm_chosen_suite);
#endif

MODULE_DESCRIPTION("Unit tests of opalvm");
MODULE_LICENSE("GPL");
