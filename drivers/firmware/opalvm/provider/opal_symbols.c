// SPDX-License-Identifier: GPL-2.0
/*
 * The list of symbols that skiboot carries and tells of in the device tree
 * (/ibm,opal/firmware/symbol-map): one line each, as nm prints them, with
 * addresses relative to its start. A list is checked once as a whole; the
 * functions that look something up rely on that.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "provider/opal.h"

/* "0000000000020000 T _stext": sixteen digits, a blank, a type, a blank, a name */
#define DIGITS		16
#define TYPE_AT		(DIGITS + 1)
#define NAME_AT		(TYPE_AT + 2)

/* a C++ name can be long, and skiboot has none */
#define MAX_NAME	255

/* skiboot has some 10000 symbols, and 6 MiB for all of its image */
#define MAX_SYMBOLS	200000
#define MAX_LEN		(6 * 1024 * 1024)

/* nothing of it is farther from its start */
#define MAX_ADDRESS	(6 * 1024 * 1024)

/* The line at *@at, without its end; *@at moves to the next one. */
static bool next_line(const struct opal_symbols *symbols, size_t *at, const char **line,
		      size_t *len)
{
	const char *end;

	if (*at >= symbols->len)
		return false;
	*line = symbols->text + *at;
	end = memchr(*line, '\n', symbols->len - *at);
	*len = end ? end - *line : symbols->len - *at;
	*at += *len + 1;
	return true;
}

static u32 digit(char c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

static bool parse(const char *line, size_t len, struct opal_symbol *symbol)
{
	u64 address = 0;
	u32 i;

	if (len <= NAME_AT || len > NAME_AT + MAX_NAME || line[DIGITS] != ' ' ||
	    !isalpha(line[TYPE_AT]) || line[TYPE_AT + 1] != ' ')
		return false;
	for (i = 0; i < DIGITS; i++) {
		if (!isxdigit(line[i]))
			return false;
		address = address << 4 | digit(line[i]);
	}
	for (i = NAME_AT; i < len; i++)
		if (!isascii(line[i]) || !isgraph(line[i]))
			return false;
	*symbol = (struct opal_symbol) {
		.address = address,
		.name = line + NAME_AT,
		.name_len = len - NAME_AT,
	};
	return true;
}

/**
 * opalvm_opal_symbols_check() - is this a list of symbols
 * @symbols: the list, which can be followed by empty lines and zeroes: they
 *	     are cut off
 * @why: the reason if not, with the line
 *
 * Context: Any; pure.
 * Return: 0; -ENOENT if there is no symbol; -EINVAL for a line that is none,
 *	   or one that is not in order; -ERANGE for an address that is not the
 *	   firmware's; -E2BIG.
 */
int opalvm_opal_symbols_check(struct opal_symbols *symbols, struct opalvm_why *why)
{
	struct opal_symbol symbol;
	size_t at = 0, len;
	const char *line;
	u64 before = 0;
	u32 nr = 0;

	if (symbols->len > MAX_LEN)
		return opalvm_refuse(why, -E2BIG, "the firmware's list of symbols has %zu bytes",
				     symbols->len);
	while (symbols->len && (!symbols->text[symbols->len - 1] ||
				symbols->text[symbols->len - 1] == '\n'))
		symbols->len--;
	if (!symbols->len)
		return opalvm_refuse(why, -ENOENT, "the firmware's list of symbols is empty");

	while (next_line(symbols, &at, &line, &len)) {
		if (++nr > MAX_SYMBOLS)
			return opalvm_refuse(why, -E2BIG,
					     "the firmware's list of symbols has more than %u",
					     MAX_SYMBOLS);
		if (!parse(line, len, &symbol))
			return opalvm_refuse(why, -EINVAL,
					     "line %u of the firmware's list of symbols is malformed",
					     nr);
		if (symbol.address < before)
			return opalvm_refuse(why, -EINVAL,
					     "line %u of the firmware's list of symbols is not in order",
					     nr);
		if (symbol.address > MAX_ADDRESS)
			return opalvm_refuse(why, -ERANGE,
					     "line %u of the firmware's list of symbols: %#llx is outside of the firmware",
					     nr, symbol.address);
		before = symbol.address;
	}
	return 0;
}

/**
 * opalvm_opal_symbol_find() - where a symbol is
 * @symbols: accepted by opalvm_opal_symbols_check()
 * @name: its name
 * @address: result: its address, relative to the start of the firmware
 *
 * Context: Any; pure; takes time in proportion to the list.
 * Return: whether there is such a symbol; of several, the first counts.
 */
bool opalvm_opal_symbol_find(const struct opal_symbols *symbols, const char *name,
			     u64 *address)
{
	struct opal_symbol symbol;
	size_t at = 0, len, name_len = strlen(name);
	const char *line;

	while (next_line(symbols, &at, &line, &len)) {
		if (len - NAME_AT != name_len || memcmp(line + NAME_AT, name, name_len) ||
		    !parse(line, len, &symbol))
			continue;
		*address = symbol.address;
		return true;
	}
	return false;
}

/**
 * opalvm_opal_symbol_at() - which symbol an address belongs to
 * @symbols: accepted by opalvm_opal_symbols_check()
 * @address: the address, relative to the start of the firmware
 * @found: result: the last symbol that is not behind it; the first of several
 *	   with the same address
 *
 * Context: Any; pure; takes time in proportion to the list.
 * Return: false if the address is before all symbols.
 */
bool opalvm_opal_symbol_at(const struct opal_symbols *symbols, u64 address,
			   struct opal_symbol *found)
{
	struct opal_symbol symbol;
	bool any = false;
	size_t at = 0, len;
	const char *line;

	while (next_line(symbols, &at, &line, &len)) {
		if (!parse(line, len, &symbol) || symbol.address > address)
			break;
		if (!any || symbol.address != found->address)
			*found = symbol;
		any = true;
	}
	return any;
}
