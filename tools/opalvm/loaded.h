/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which table was loaded, by its checksum, so that a later 'kexec -e' knows
 * whether it still holds. The record lies in /run: it ends with this kernel.
 */
#ifndef LOADED_H
#define LOADED_H

#include <stdint.h>

/* returns an exit code */
int loaded_write(uint32_t checksum);

/* 0, or a negative errno */
int loaded_read(uint32_t *checksum);

#endif /* LOADED_H */
