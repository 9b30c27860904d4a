// SPDX-License-Identifier: GPL-2.0
/*
 * What stock skiboot tells: lists of addresses, names and symbols of any bytes;
 * and one that exports its map: an area of any bytes.
 */
#include "fuzz.h"
#include "provider/opal.h"
#include "service/opal.h"

#define MAX_EXTENTS	64

/**
 * struct head - how the input starts; what follows is cut into five parts
 * @cells: of child, address and size, of each of the three lists, four bits each
 * @nr: how many registers count
 * @flags: HEAD_*
 * @lens: bytes of the three lists and of the names; the rest are symbols
 * @base: where the firmware is
 * @size: bytes that each register has at least
 * @area: an area
 */
struct head {
	u16 cells[3];
	u8 nr;
	u8 flags;
	u16 lens[4];
	u64 base;
	u64 size;
	u64 from;
	struct opal_vm_area area;
};

#define HEAD_NO_NAMES	1
#define HEAD_LITTLE	2

/* shadow text is not made here */
void *memremap(u64 pa, size_t len, unsigned long flags)
{
	(void)pa;
	(void)len;
	(void)flags;
	return NULL;
}

/* Part of the input as memory of its own */
static void *part(struct input *in, size_t len, size_t *got)
{
	u8 *copy;

	*got = min(len, in->left);
	copy = malloc(*got);
	take(in, copy, *got);
	return copy;
}

static struct opal_cells cells_part(struct input *in, u16 cells, u16 len)
{
	size_t got;
	void *data = part(in, len, &got);

	return (struct opal_cells) {
		.data = data, .len = got,
		.child_cells = cells & 15, .address_cells = cells >> 4 & 15,
		.size_cells = cells >> 8 & 15,
	};
}

static void check(int err, const struct opalvm_why *why)
{
	if (err)
		check_why(err, why);
}

static void check_symbols(struct opal_symbols *symbols)
{
	struct opal_symbol symbol, again;
	struct opalvm_why why = {};
	u64 address;
	char *name;
	int err = opalvm_opal_symbols_check(symbols, &why);

	if (err) {
		check_why(err, &why);
		symbols->len = 0;
		return;
	}
	for (address = 0; address < 0x700000; address += 0x10000) {
		if (!opalvm_opal_symbol_at(symbols, address, &symbol))
			continue;
		CHECK(symbol.address <= address && symbol.name_len);
		CHECK(symbol.name >= symbols->text &&
		      symbol.name + symbol.name_len <= symbols->text + symbols->len);
		CHECK(opalvm_opal_symbol_at(symbols, symbol.address, &again) &&
		      again.address == symbol.address);
		name = strndup(symbol.name, symbol.name_len);
		CHECK(opalvm_opal_symbol_find(symbols, name, &again.address));
		free(name);
	}
}

/* All code is read-only, and what is said to be it can be executed. */
static bool code_is_right(const struct opalvm_map *map, const struct opalvm_range *text)
{
	const struct opalvm_extent *e = opalvm_map_find_pa(map, text->first);

	return !opalvm_map_find_wx(map, NULL) && e && opalvm_extent_executable(e) &&
	       e->pa == text->first && e->size - 1 == text->last - text->first;
}

/* In pages of 64 KiB there is all that there was, at the same addresses. */
static void realise(struct opalvm_map *map)
{
	static const struct opalvm_limits limits = {
		.max_extents = MAX_EXTENTS, .nr_va = 1, .va = { { 0, U64_MAX >> 1 } },
		.pa_last = U64_MAX, .max_size = U64_MAX,
	};
	struct opalvm_why why = {};
	struct opalvm_map *real;
	u32 i;

	if (opalvm_map_seal(map, &limits, NULL))
		return;
	real = opalvm_opal_realise(map, SZ_64K, &why);
	if (IS_ERR(real)) {
		check_why(PTR_ERR(real), &why);
		return;
	}
	for (i = 0; i < real->nr_extents; i++)
		CHECK(!((real->extents[i].va | real->extents[i].size) % SZ_64K) &&
		      real->extents[i].va == real->extents[i].pa);
	CHECK(!opalvm_map_seal(real, &limits, NULL));
	for (i = 0; i < map->nr_extents; i++) {
		const struct opalvm_extent *e = &map->extents[i];
		const struct opalvm_extent *r = opalvm_map_find_va(real, e->va);

		CHECK(r && r->attr == e->attr && r->type == e->type);
		CHECK(e->va + e->size <= r->va + r->size);
	}
	opalvm_map_free(real);
}

static void check_area(const struct head *head)
{
	struct opalvm_extent e;
	struct opalvm_why why = {};
	int err = opalvm_opal_area_extent(&head->area, head->from, &e, &why);

	check(err, &why);
	if (!err)
		CHECK(e.va >= head->from && e.size && e.va + e.size <= BIT_ULL(52) &&
		      e.pa + e.size <= BIT_ULL(52) &&
		      !(opalvm_extent_executable(&e) && opalvm_extent_writable(&e)));
}

/* After the rewriting, no access is left, and the check says so. */
static void check_shadow(const void *text, size_t len, bool little)
{
	void *copy = malloc(len);
	u32 nr = 0, made;

	len &= ~3;
	memcpy(copy, text, len);
	made = opalvm_opal_shadow_rewrite(copy, len, little);
	CHECK(!opalvm_opal_shadow_check(copy, text, len, little, 0, &nr, NULL));
	CHECK(nr == made && !opalvm_opal_shadow_rewrite(copy, len, little));
	CHECK(!made == !memcmp(copy, text, len));
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = { data, len };
	struct opalvm_map *map = opalvm_map_alloc(OPALVM_FW_OPAL, MAX_EXTENTS);
	struct opal_cells lists[3];
	struct opalvm_range text;
	struct opal_symbols symbols;
	struct opalvm_why why = {};
	size_t names_len;
	struct head head;
	char *names;
	u32 i, nr;

	take(&in, &head, sizeof(head));
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		lists[i] = cells_part(&in, head.cells[i], head.lens[i]);
	names = part(&in, head.lens[3], &names_len);
	symbols.text = part(&in, in.left, &symbols.len);

	check_area(&head);
	check_shadow(symbols.text, symbols.len, head.flags & HEAD_LITTLE);
	check_symbols(&symbols);
	check(opalvm_opal_add_memory(map, &lists[0], head.flags & HEAD_NO_NAMES ? NULL : names,
				     names_len, &why), &why);
	nr = map->nr_extents;
	check(opalvm_opal_add_registers(map, &lists[1], head.nr, head.size, "fuzz", &why), &why);
	check(opalvm_opal_add_behind(map, &lists[1], &lists[2], "fuzz", &why), &why);
	for (i = nr; i < map->nr_extents; i++)
		CHECK(!opalvm_extent_executable(&map->extents[i]));
	if (symbols.len && !opalvm_opal_protect_image(map, head.base, &symbols, &text, &why))
		CHECK(code_is_right(map, &text));
	realise(map);

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		free((void *)lists[i].data);
	free(names);
	free((void *)symbols.text);
	opalvm_map_free(map);
	return 0;
}
