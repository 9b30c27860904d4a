// SPDX-License-Identifier: GPL-2.0
/*
 * opalvm handover: what the next kernel gets, what this one got, and what is in
 * a file.
 */
#include <endian.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <linux/opalvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "map.h"
#include "say.h"
#include "sysfs.h"
#include "table.h"
#include "tool.h"
#include "units.h"

static const char doc[] =
	"Show the table that carries the map from kernel to kernel, after it was checked.\v"
	"Without FILE: the table that the next kernel gets, and what this kernel was given. With "
	"FILE, that table alone, for which no module is needed. Sizes and checksum are checked; "
	"whether the addresses make sense is for the kernel that maps them.";

static const char *const firmware_names[] = {
	[OPALVM_FW_EFI] = "efi", [OPALVM_FW_OPAL] = "opal", [OPALVM_FW_RTAS] = "rtas",
};

static const char *const placements[] = {
	[OPALVM_PLACEMENT_IDENTITY] = "identity", [OPALVM_PLACEMENT_ASSIGNED] = "assigned",
	[OPALVM_PLACEMENT_FIRMWARE] = "firmware",
};

/* the bits of EFI_RT_PROPERTIES_TABLE (UEFI 2.10 section 4.6.2) */
static const char *const efi_services[] = {
	"GetTime", "SetTime", "GetWakeupTime", "SetWakeupTime", "GetVariable",
	"GetNextVariableName", "SetVariable", "SetVirtualAddressMap", "ConvertPointer",
	"GetNextHighMonotonicCount", "ResetSystem", "UpdateCapsule",
	"QueryCapsuleCapabilities", "QueryVariableInfo",
};

/* where a kernel finds what the one before it left; see parameter handover= */
static const char *const received[] = { "/opalvm.handover", "/run/opalvm/handover" };

#define NR(array)	(sizeof(array) / sizeof((array)[0]))

/* the name of @number, or the number */
static const char *name_of(const char *const names[], size_t nr, uint64_t number,
			   char text[UNITS_TEXT])
{
	if (number < nr && names[number])
		return names[number];
	return units_number(text, number);
}

static const char *service_name(const struct opalvm_wire_table *fw, uint64_t id,
				char text[UNITS_TEXT])
{
	bool is_efi = le32toh(fw->firmware) == OPALVM_FW_EFI;

	return name_of(efi_services, is_efi ? NR(efi_services) : 0, id, text);
}

static struct opalvm_wire_entry entry_at(const struct opalvm_wire_table *fw,
					 const unsigned char *inside, uint32_t nr)
{
	struct opalvm_wire_entry entry;

	memcpy(&entry, inside + (size_t)nr * le32toh(fw->entry_size), sizeof(entry));
	return entry;
}

static const char *kind_of(const struct opalvm_wire_entry *entry)
{
	return le32toh(entry->kind) == OPALVM_ENTRY_PA ? "physical" : "virtual";
}

/* the extents, to be freed */
static struct extent *extents_of(const struct opalvm_wire_table *fw, const unsigned char *inside)
{
	uint32_t nr = le32toh(fw->extent_count);
	struct extent *extents = calloc((size_t)nr + 1, sizeof(*extents));

	if (!extents)
		exit(fail(EXIT_FAILED, "no memory; try again when there is some"));
	inside += (size_t)le32toh(fw->entry_count) * le32toh(fw->entry_size);
	for (uint32_t i = 0; i < nr; i++) {
		struct opalvm_wire_extent wire;

		memcpy(&wire, inside + (size_t)i * le32toh(fw->extent_size), sizeof(wire));
		extents[i] = (struct extent) {
			.index = i, .va = le64toh(wire.va), .pa = le64toh(wire.pa),
			.pages = le64toh(wire.size) / EXTENT_PAGE_SIZE,
			.attr = le64toh(wire.attribute), .type = le32toh(wire.type),
		};
	}
	return extents;
}

static void print_entries(const struct opalvm_wire_table *fw, const unsigned char *inside)
{
	const char *const titles[] = { "ENTRY", "ADDRESS", "KIND", NULL };
	struct libscols_table *columns = columns_new(titles);
	char name[UNITS_TEXT], address[UNITS_TEXT];

	for (uint32_t i = 0; i < le32toh(fw->entry_count); i++) {
		struct opalvm_wire_entry entry = entry_at(fw, inside, i);
		const char *const cells[] = {
			service_name(fw, le32toh(entry.id), name),
			units_long_address(address, le64toh(entry.address)),
			kind_of(&entry),
		};

		columns_line(columns, TONE_PLAIN, cells);
	}
	columns_print(columns);
}

static void print_quarantine(const struct opalvm_wire_table *fw)
{
	uint64_t bits = le64toh(fw->quarantine);
	char text[UNITS_TEXT];

	printf("  quarantine    %s%s", tone_begin(bits ? TONE_BAD : TONE_PLAIN),
	       bits ? "" : "none");
	for (int i = 0; i < 64; i++) {
		if (bits >> i & 1)
			printf("%s%s", service_name(fw, i, text),
			       bits >> i >> 1 ? " " : "");
	}
	printf("%s\n", tone_end(bits ? TONE_BAD : TONE_PLAIN));
}

static void print_firmware(const struct table *table, uint32_t nr)
{
	struct opalvm_wire_table fw;
	const unsigned char *inside = table_firmware(table, nr, &fw);
	struct extent *extents;
	char text[UNITS_TEXT];

	printf("%s\n", name_of(firmware_names, NR(firmware_names), le32toh(fw.firmware), text));
	if (!inside) {
		printf("  not known here\n");
		return;
	}
	printf("  placement     %s\n",
	       name_of(placements, NR(placements), le32toh(fw.placement), text));
	if (fw.systab)
		printf("  system table  0x%" PRIx64 "\n", (uint64_t)le64toh(fw.systab));
	print_quarantine(&fw);
	print_entries(&fw, inside);
	extents = extents_of(&fw, inside);
	extents_print(extents, le32toh(fw.extent_count));
	free(extents);
}

/* the writer as text, which nobody else vouches for */
static const char *writer_of(const struct opalvm_wire_header *header,
			     char text[OPALVM_WIRE_WRITER_LEN + 1])
{
	for (int i = 0; i < OPALVM_WIRE_WRITER_LEN; i++) {
		unsigned char c = header->writer[i];

		text[i] = !c || (c >= ' ' && c < 0x7f) ? c : '?';
	}
	text[OPALVM_WIRE_WRITER_LEN] = '\0';
	return text;
}

static void print_header(const struct table *table, const char *name)
{
	const struct opalvm_wire_header *header = table->data;
	char writer[OPALVM_WIRE_WRITER_LEN + 1];

	printf("%s\n", name);
	printf("  writer        %s\n", writer_of(header, writer));
	printf("  version       %" PRIu32 ", %zu bytes, checksum 0x%08" PRIx32 " is right\n",
	       (uint32_t)le32toh(header->version), table->len, table->checksum);
	printf("  generation    %" PRIu64 "\n", (uint64_t)le64toh(header->generation));
	printf("  hops          %" PRIu32 "\n", (uint32_t)le32toh(header->hop_count));
	printf("  chain         0x%016" PRIx64 "\n", (uint64_t)le64toh(header->chain));
	if (table->state_page)
		printf("  state page    0x%" PRIx64 "\n", table->state_page);
}

static void add_name(struct json_object *json, const char *key, const char *name)
{
	json_object_object_add(json, key, json_object_new_string(name));
}

static struct json_object *json_firmware(const struct table *table, uint32_t nr)
{
	struct json_object *json = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct opalvm_wire_table fw;
	const unsigned char *inside = table_firmware(table, nr, &fw);
	struct extent *extents;
	char text[UNITS_TEXT];

	add_name(json, "firmware",
		 name_of(firmware_names, NR(firmware_names), le32toh(fw.firmware), text));
	json_object_object_add(json, "known", json_object_new_boolean(!!inside));
	if (!inside) {
		json_object_put(list);
		return json;
	}
	add_name(json, "placement",
		 name_of(placements, NR(placements), le32toh(fw.placement), text));
	json_object_object_add(json, "systab", json_address(le64toh(fw.systab)));
	json_object_object_add(json, "services", json_address(le64toh(fw.services)));
	json_object_object_add(json, "quarantine", json_address(le64toh(fw.quarantine)));
	for (uint32_t i = 0; i < le32toh(fw.entry_count); i++) {
		struct opalvm_wire_entry entry = entry_at(&fw, inside, i);
		struct json_object *one = json_object_new_object();

		add_name(one, "name", service_name(&fw, le32toh(entry.id), text));
		json_object_object_add(one, "address", json_address(le64toh(entry.address)));
		add_name(one, "kind", kind_of(&entry));
		json_object_array_add(list, one);
	}
	json_object_object_add(json, "entries", list);
	list = json_object_new_array();
	extents = extents_of(&fw, inside);
	for (uint32_t i = 0; i < le32toh(fw.extent_count); i++)
		json_object_array_add(list, extent_json(&extents[i]));
	free(extents);
	json_object_object_add(json, "extents", list);
	return json;
}

static struct json_object *json_header(const struct table *table, const char *name)
{
	const struct opalvm_wire_header *header = table->data;
	struct json_object *json = json_object_new_object();
	char writer[OPALVM_WIRE_WRITER_LEN + 1];

	add_name(json, "table", name);
	add_name(json, "writer", writer_of(header, writer));
	json_object_object_add(json, "version", json_object_new_int64(le32toh(header->version)));
	json_object_object_add(json, "bytes", json_object_new_uint64(table->len));
	json_object_object_add(json, "checksum", json_address(table->checksum));
	json_object_object_add(json, "generation",
			       json_object_new_uint64(le64toh(header->generation)));
	json_object_object_add(json, "hops", json_object_new_int64(le32toh(header->hop_count)));
	json_object_object_add(json, "chain", json_address(le64toh(header->chain)));
	json_object_object_add(json, "state_page", json_address(table->state_page));
	return json;
}

/* all of it: printed, or added to @json if that is not NULL */
static void show(const struct table *table, const char *name, struct json_object *json)
{
	struct json_object *list = json_object_new_array();
	struct json_object *whole = NULL;

	if (json) {
		whole = json_header(table, name);
		json_object_object_add(whole, "firmwares", list);
		json_object_object_add(json, "handover", whole);
	} else {
		json_object_put(list);
		print_header(table, name);
	}
	for (uint32_t i = 0; i < table_count(table); i++) {
		if (json)
			json_object_array_add(list, json_firmware(table, i));
		else
			print_firmware(table, i);
	}
}

static uint64_t chain_of(const struct table *table)
{
	const struct opalvm_wire_header *header = table->data;

	return le64toh(header->chain);
}

/* a table that the kernel before left in @name; whether this kernel's map goes on with it */
static int show_one_received(const char *name, uint64_t chain, struct json_object *list)
{
	struct table table;
	struct json_object *one;
	bool used;
	int code;

	code = table_read_name(&table, name);
	if (code != EXIT_OK)
		return code;
	used = chain_of(&table) == chain;
	if (list) {
		one = json_header(&table, name);
		json_object_object_add(one, "same_chain", json_object_new_boolean(used));
		json_object_array_add(list, one);
	} else {
		print_header(&table, name);
		if (!used)
			printf("next: %s is of another chain of kernels; remove it\n", name);
	}
	table_free(&table);
	return EXIT_OK;
}

static int show_received(uint64_t chain, struct json_object *json)
{
	char origin[SYSFS_TEXT], name[SYSFS_NAME];
	struct json_object *list = NULL;
	int code = EXIT_OK;
	int err;

	err = sysfs_text(origin, firmware_file(name, "origin"));
	if (err)
		return fail_sysfs(name, -err);
	if (json) {
		list = json_object_new_array();
		add_name(json, "origin", origin);
		json_object_object_add(json, "received", list);
	} else {
		printf("received\n  origin        %s\n", origin);
	}
	for (size_t i = 0; code == EXIT_OK && i < NR(received); i++) {
		if (!sysfs_absent(received[i]))
			code = show_one_received(received[i], chain, list);
	}
	return code;
}

static int show_ours(struct json_object *json)
{
	struct table table;
	uint64_t chain;
	int code;

	code = sysfs_ready();
	if (code == EXIT_OK)
		code = table_read(&table);
	if (code != EXIT_OK)
		return code;
	show(&table, "handed over", json);
	chain = chain_of(&table);
	table_free(&table);
	return show_received(chain, json);
}

static int show_file(const char *path, struct json_object *json)
{
	struct table table;
	int code = table_read_file(&table, path);

	if (code != EXIT_OK)
		return code;
	show(&table, path, json);
	table_free(&table);
	return EXIT_OK;
}

int cmd_handover(int argc, char **argv)
{
	struct options options = { .args_doc = "[FILE]" };
	struct json_object *json;
	int code;

	options_parse(argc, argv, doc, &options);
	json = options.json ? json_object_new_object() : NULL;
	code = options.arg ? show_file(options.arg, json) : show_ours(json);
	if (json && code == EXIT_OK)
		print_json(json);
	else
		json_object_put(json);
	return code;
}
