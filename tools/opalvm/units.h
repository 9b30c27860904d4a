/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UNITS_H
#define UNITS_H

#include <stdint.h>

#define UNITS_TEXT	32

/* "64 KiB", "3.2 MiB" */
const char *units_bytes(char text[UNITS_TEXT], uint64_t bytes);

/* "812 ns", "1.2 ms" */
const char *units_time(char text[UNITS_TEXT], uint64_t ns);

/* "0x7f9ee018" */
const char *units_address(char text[UNITS_TEXT], uint64_t address);

/* all digits of it: "0x000000007f9ee018" */
const char *units_long_address(char text[UNITS_TEXT], uint64_t address);

const char *units_number(char text[UNITS_TEXT], uint64_t number);

/* an address in JSON */
struct json_object;
struct json_object *json_address(uint64_t address);

#endif /* UNITS_H */
