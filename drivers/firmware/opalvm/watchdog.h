/* SPDX-License-Identifier: GPL-2.0 */
#ifndef OPALVM_WATCHDOG_H
#define OPALVM_WATCHDOG_H

#include "opalvm.h"

u32 opalvm_deadline_ms(const struct opalvm_gate *gate, u32 service);
void opalvm_watchdog_init(struct opalvm_flight *flight);
void opalvm_watchdog_exit(struct opalvm_flight *flight);
void opalvm_watchdog_start(struct opalvm_flight *flight);
void opalvm_watchdog_stop(struct opalvm_flight *flight);

#endif /* OPALVM_WATCHDOG_H */
