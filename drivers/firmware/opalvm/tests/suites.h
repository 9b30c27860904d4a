/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The suites, each in the file of its name.
 */
#ifndef OPALVM_TESTS_SUITES_H
#define OPALVM_TESTS_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite opalvm_map_suite;
extern struct kunit_suite opalvm_wire_suite;
extern struct kunit_suite opalvm_golden_suite;
extern struct kunit_suite opalvm_opal_suite;
extern struct kunit_suite opalvm_opal_live_suite;
extern struct kunit_suite opalvm_space_suite;
extern struct kunit_suite opalvm_gate_suite;
extern struct kunit_suite opalvm_race_suite;
extern struct kunit_suite opalvm_trace_suite;
extern struct kunit_suite opalvm_handover_suite;
extern struct kunit_suite opalvm_efi_suite;
extern struct kunit_suite opalvm_efi_args_suite;
extern struct kunit_suite opalvm_rtas_suite;
extern struct kunit_suite opalvm_ppc64_suite;
extern struct kunit_suite opalvm_window_suite;
extern struct kunit_suite opalvm_chosen_suite;

#endif /* OPALVM_TESTS_SUITES_H */
