/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a map travels to the next kernel. A carrier is two functions: one
 * publishes the map, one fetches what a kernel before this one published. Who
 * publishes is not always this module:
 *
 *	initrd	opalvm kexec: /sys/firmware/opalvm/handover behind the initrd
 *	efi	a kernel that calls EFI itself: the memory map, in boot_params
 *	chosen	this module: a property of the device tree, which kexec copies
 */
#ifndef OPALVM_CARRIER_H
#define OPALVM_CARRIER_H

#include "opalvm.h"

/**
 * struct opalvm_search - what is looked for
 * @firmware: OPALVM_FW_*
 * @path: only the file of this name counts; NULL: whatever is found
 * @limits: what this kernel allows a map to be
 * @check: is the map this machine's, and can it be hosted here? Leaves it sealed.
 * @data: for @check, and for the carrier that is the firmware's own
 */
struct opalvm_search {
	u32 firmware;
	const char *path;
	const struct opalvm_limits *limits;
	int (*check)(struct opalvm_map *map, const void *data, struct opalvm_why *why);
	const void *data;
};

/**
 * struct opalvm_offer - a map that a kernel before this one left
 * @place: where it was found, for messages
 * @map: the map
 * @info: what the head of its table says; all zero where it came without one
 * @live: its live state page answers
 * @state: what that page says
 * @unread: there is one, or may be, but it could not be looked at: what it would
 *          have said is not known, which is no reason to do without it
 */
struct opalvm_offer {
	const char *place;
	struct opalvm_map *map;
	struct opalvm_wire_info info;
	bool live;
	struct opalvm_state state;
	bool unread;
};

int opalvm_initrd_fetch(const struct opalvm_search *search, struct opalvm_offer *offer,
			struct opalvm_why *why);
int opalvm_chosen_fetch(const struct opalvm_search *search, struct opalvm_offer *offer,
			struct opalvm_why *why);
int opalvm_chosen_publish(const void *table, size_t len);
void opalvm_chosen_withdraw(void);
int opalvm_efi_fetch(const struct opalvm_search *search, struct opalvm_offer *offer,
		     struct opalvm_why *why);

/* handover.c */
int opalvm_offer_decode(const void *table, size_t len, u32 firmware, struct opalvm_offer *offer,
			struct opalvm_why *why);
bool opalvm_offer_better(const struct opalvm_offer *a, const struct opalvm_offer *b);
int opalvm_handover_find(const struct opalvm_search *search, struct opalvm_offer *best,
			 struct opalvm_why *why);

#endif /* OPALVM_CARRIER_H */
