/* SPDX-License-Identifier: GPL-2.0 */
#ifndef OPALVM_FLIGHT_H
#define OPALVM_FLIGHT_H

#include "opalvm.h"

struct opalvm_flight *opalvm_flight_alloc(struct opalvm_gate *gate, size_t arg_len);
void opalvm_flight_free(struct opalvm_flight *flight);
void opalvm_flight_begin(struct opalvm_flight *flight);
void opalvm_flight_end(struct opalvm_flight *flight);
bool opalvm_flight_late(const struct opalvm_flight *flight, u32 ms);
u32 opalvm_flight_stack_used(const struct opalvm_flight *flight);

#endif /* OPALVM_FLIGHT_H */
