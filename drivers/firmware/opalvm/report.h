/* SPDX-License-Identifier: GPL-2.0 */
#ifndef OPALVM_REPORT_H
#define OPALVM_REPORT_H

#include "opalvm.h"

void opalvm_report_stop(const struct opalvm_flight *flight);
void opalvm_report_overflow(const struct opalvm_flight *flight, u64 ip);
void opalvm_report_lost_stack(const struct opalvm_flight *flight, u64 ip);
void opalvm_report_suspect(const struct opalvm_flight *flight);
void opalvm_report_state(const struct opalvm_flight *flight);
void opalvm_report_late(const struct opalvm_gate *gate, u32 service, u32 ms);
void opalvm_report_was_late(const struct opalvm_gate *gate, u32 service, u64 took_ms, u32 ms);
void opalvm_report_overrun(const struct opalvm_gate *gate, u32 service, u32 arg, size_t len);
void opalvm_report_size(const struct opalvm_gate *gate, u32 service, u32 arg, u64 size,
			size_t len);

#endif /* OPALVM_REPORT_H */
