/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For commands that run until they are interrupted, which is no failure.
 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/* from now on, SIGINT and SIGTERM only end a wait */
void interrupt_hold(void);

/* true if there was one before so many seconds have passed */
bool interrupt_wait(double seconds);

#endif /* INTERRUPT_H */
