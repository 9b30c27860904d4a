/* SPDX-License-Identifier: GPL-2.0 */
#ifndef OPALVM_ARGUMENTS_H
#define OPALVM_ARGUMENTS_H

#include "opalvm.h"

int opalvm_args_check(const struct opalvm_call *call);
int opalvm_args_fit(const struct opalvm_call *call, size_t len);
int opalvm_args_grow(struct opalvm_flight *flight, const struct opalvm_call *call);
void opalvm_args_fill(struct opalvm_flight *flight, const struct opalvm_call *call, u64 *args);
u32 opalvm_args_before(const struct opalvm_flight *flight, const struct opalvm_call *call,
		       u64 address);
enum opalvm_verdict opalvm_args_verdict(struct opalvm_flight *flight, struct opalvm_call *call);
void opalvm_args_take(struct opalvm_flight *flight, struct opalvm_call *call);

#endif /* OPALVM_ARGUMENTS_H */
