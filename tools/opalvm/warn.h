/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the next kernel will not take, told before it is loaded.
 */
#ifndef WARN_H
#define WARN_H

struct request;

void warn_of(const struct request *request);

#endif /* WARN_H */
