// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <json-c/json.h>
#include <stddef.h>
#include <stdio.h>

#include "units.h"

static const char *scale(char text[UNITS_TEXT], uint64_t value, unsigned int step,
			 const char *const units[], size_t nr)
{
	uint64_t unit = 1;
	size_t i = 0;

	while (i + 1 < nr && value / unit >= step) {
		unit *= step;
		i++;
	}
	if (value % unit)
		snprintf(text, UNITS_TEXT, "%.1f %s", (double)value / unit, units[i]);
	else
		snprintf(text, UNITS_TEXT, "%" PRIu64 " %s", value / unit, units[i]);
	return text;
}

const char *units_bytes(char text[UNITS_TEXT], uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };

	return scale(text, bytes, 1024, units, 5);
}

const char *units_time(char text[UNITS_TEXT], uint64_t ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };

	return scale(text, ns, 1000, units, 4);
}

const char *units_address(char text[UNITS_TEXT], uint64_t address)
{
	snprintf(text, UNITS_TEXT, "0x%" PRIx64, address);
	return text;
}

const char *units_long_address(char text[UNITS_TEXT], uint64_t address)
{
	snprintf(text, UNITS_TEXT, "0x%016" PRIx64, address);
	return text;
}

const char *units_number(char text[UNITS_TEXT], uint64_t number)
{
	snprintf(text, UNITS_TEXT, "%" PRIu64, number);
	return text;
}

struct json_object *json_address(uint64_t address)
{
	char text[UNITS_TEXT];

	return json_object_new_string(units_address(text, address));
}
