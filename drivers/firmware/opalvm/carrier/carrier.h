/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the bytes of a handover table travel. A carrier has two functions:
 * fetch what a kernel before us published, and publish for the next one. For
 * the initrd the second is user space: it appends /sys/firmware/opalvm/handover
 * to the initrd that it loads.
 */
#ifndef OPALVM_CARRIER_H
#define OPALVM_CARRIER_H

#include "map.h"

ssize_t opalvm_initrd_fetch(const char *path, void **buf, struct opalvm_why *why);

#endif /* OPALVM_CARRIER_H */
