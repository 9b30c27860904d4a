// SPDX-License-Identifier: GPL-2.0
/*
 * Which of the maps that kernels before this one left is used here, and the
 * table for the next kernel.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/utsname.h>

#include "carrier/carrier.h"
#include "opalvm.h"
#include "trace.h"

/* Where kernels leave maps, in the order in which they are looked for. */
static const struct {
	const char *place;
	int (*fetch)(const struct opalvm_search *search, struct opalvm_offer *offer,
		     struct opalvm_why *why);
	int (*publish)(const void *table, size_t len);
	void (*withdraw)(void);
} places[] = {
	/* where the initramfs has the table, and where it leaves it when it goes */
	{ "/opalvm.handover", opalvm_initrd_fetch },
	{ "/run/opalvm/handover", opalvm_initrd_fetch },
#ifdef CONFIG_X86_64
	{ "the EFI memory map", opalvm_efi_fetch },
#else
	{ "/chosen in the device tree", opalvm_chosen_fetch, opalvm_chosen_publish,
	  opalvm_chosen_withdraw },
#endif
};

/**
 * opalvm_offer_decode() - take the map of a firmware out of a table
 * @table: the table
 * @len: bytes at @table
 * @firmware: OPALVM_FW_*
 * @offer: receives the map, not sealed, and the head of the table
 * @why: the reason if it fails
 *
 * Context: Any that can allocate memory.
 * Return: 0, -ENOENT if there is no map of this firmware in it, or another
 *	   negative error.
 */
int opalvm_offer_decode(const void *table, size_t len, u32 firmware, struct opalvm_offer *offer,
			struct opalvm_why *why)
{
	int err = opalvm_wire_check(table, len, &offer->info, why);
	struct opalvm_map *map;

	if (err)
		return err;
	map = opalvm_wire_read(table, len, firmware, OPALVM_MAX_EXTENTS, why);
	if (IS_ERR(map))
		return PTR_ERR(map);
	offer->map = map;
	return 0;
}

/**
 * opalvm_offer_better() - which of two maps is to be used
 * @a: one that passed all checks
 * @b: another one
 *
 * A table whose live state page answers is of this boot for certain, and as new
 * as can be. Otherwise the higher generation has seen more, and of two with the
 * same one, the one that travelled farther is the later.
 *
 * Context: Any; pure.
 * Return: whether @a is better than @b.
 */
bool opalvm_offer_better(const struct opalvm_offer *a, const struct opalvm_offer *b)
{
	if (a->live != b->live)
		return a->live;
	if (a->info.generation != b->info.generation)
		return a->info.generation > b->info.generation;
	return a->info.hop_count > b->info.hop_count;
}

/* What happened after the table was written; only reserved memory can tell. */
static int ask_state_page(u32 firmware, struct opalvm_offer *offer, struct opalvm_why *why)
{
	const struct opalvm_wire_info *info = &offer->info;
	int err;

	/* where none can be kept, whoever wrote the table made the address up */
	if (!ARCH_GLUE_KEEPS_PAGES || !info->state_page)
		return 0;
	err = opalvm_state_read(info->state_page, info->chain, firmware, &offer->state, why);
	if (err == -ENOMEM)
		return err;
	if (err) {
		pr_info(OPALVM_NAME ": handover: %s: %s: what happened since is not known\n",
			offer->place, why->text);
		return 0;
	}
	/* a page that lags behind its table was not written by who wrote that */
	offer->live = offer->state.generation >= info->generation;
	if (!offer->live)
		pr_info(OPALVM_NAME
			": handover: %s: the live state page is of generation %llu, the table of %llu: it is not used\n",
			offer->place, offer->state.generation, info->generation);
	return 0;
}

static int look(u32 nr, const struct opalvm_search *search, struct opalvm_offer *offer,
		struct opalvm_why *why)
{
	int err;

	offer->place = search->path ?: places[nr].place;
	err = places[nr].fetch(search, offer, why);
	if (!err)
		err = search->check(offer->map, search->data, why);
	if (!err && offer->info.hop_count == U32_MAX)
		err = opalvm_refuse(why, -EINVAL, "handover: %u hops", offer->info.hop_count);
	if (!err)
		err = ask_state_page(search->firmware, offer, why);
	if (err) {
		opalvm_map_free(offer->map);
		offer->map = NULL;
	}
	/* that tells nothing of the map */
	if (err == -ENOMEM)
		offer->unread = true;
	return err;
}

static void tell_refused(const char *place, const struct opalvm_why *why, int err)
{
	pr_warn(OPALVM_NAME ": handover: the map from %s is not used: %s (error %d)\n", place,
		why->text, err);
}

/* One table that went two ways. */
static bool is_same(const struct opalvm_offer *a, const struct opalvm_offer *b)
{
	return a->info.chain == b->info.chain && a->info.generation == b->info.generation &&
	       a->info.hop_count == b->info.hop_count && a->live == b->live &&
	       a->map->quarantine == b->map->quarantine && opalvm_map_same(a->map, b->map, NULL);
}

static void tell_loser(const struct opalvm_offer *loser, const struct opalvm_offer *winner)
{
	if (is_same(loser, winner)) {
		pr_info(OPALVM_NAME ": handover: the maps from %s and %s agree\n", winner->place,
			loser->place);
		return;
	}
	pr_notice(OPALVM_NAME
		  ": handover: the map from %s (generation %llu, %u hops) is not used: that from %s (generation %llu, %u hops%s) is newer\n",
		  loser->place, loser->info.generation, loser->info.hop_count, winner->place,
		  winner->info.generation, winner->info.hop_count, winner->live ? ", live" : "");
}

/* Keeps the better of the two in @best. */
static void compare(struct opalvm_offer *best, struct opalvm_offer *offer)
{
	if (best->map && !opalvm_offer_better(offer, best)) {
		tell_loser(offer, best);
		opalvm_map_free(offer->map);
		return;
	}
	if (best->map) {
		tell_loser(best, offer);
		opalvm_map_free(best->map);
	}
	*best = *offer;
}

/*
 * All that is found is compared; what is not used is named in the log. One that
 * could not be looked at might be the best: without it, a quarantine could be lost.
 */
static int find_best(const struct opalvm_search *search, struct opalvm_offer *best,
		     struct opalvm_why *why)
{
	const char *refused = NULL;
	int err, ret = -ENOENT;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct opalvm_offer offer = {};
		struct opalvm_why reason = {};

		err = look(i, search, &offer, &reason);
		if (offer.unread) {
			opalvm_map_free(best->map);
			*best = (struct opalvm_offer) { .unread = true };
			return opalvm_refuse(why, err, "%s: load the module again", reason.text);
		}
		if (!err) {
			compare(best, &offer);
		} else if (err != -ENOENT) {
			if (refused)
				tell_refused(refused, why, ret);
			refused = places[i].place;
			*why = reason;
			ret = err;
		}
	}
	if (!best->map)
		return ret;
	if (refused)
		tell_refused(refused, why, ret);
	return 0;
}

/**
 * opalvm_handover_find() - find the map that a kernel before this one left
 * @search: what is looked for
 * @best: the best of those that can be used, its map sealed
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOENT if there is none, or another negative error if there is
 *	   one but none that can be used. @best->unread then says that there may
 *	   be one, which could not be looked at.
 */
int opalvm_handover_find(const struct opalvm_search *search, struct opalvm_offer *best,
			 struct opalvm_why *why)
{
	int err;

	*best = (struct opalvm_offer) {};
	/* a file that somebody names is an order */
	err = search->path ? look(0, search, best, why) : find_best(search, best, why);
	if (!err && best->live) {
		best->info.generation = best->state.generation;
		best->map->quarantine = best->state.quarantine;
	}
	return err;
}

/**
 * opalvm_handover_generation() - the generation of the table for the next kernel
 * @fw: the firmware
 *
 * Context: Any.
 * Return: a number that rises with each change of what the table says.
 */
u64 opalvm_handover_generation(const struct opalvm_firmware *fw)
{
	return fw->generation + (fw->gate ? READ_ONCE(fw->gate->changes) : 0);
}

/* The quarantine as it is, and the generation that goes with it. */
static u64 snapshot(const struct opalvm_firmware *fw)
{
	struct opalvm_gate *gate = fw->gate;
	u64 generation = fw->generation;

	if (!gate)
		return generation;
	raw_spin_lock_irq(&gate->lock);
	fw->map->quarantine = gate->quarantine;
	generation += gate->changes;
	raw_spin_unlock_irq(&gate->lock);
	return generation;
}

/**
 * opalvm_handover_write() - write the table for the next kernel
 * @fw: the firmware
 * @buf: where to; NULL to learn the size
 * @len: bytes at @buf
 *
 * Context: Process context, may sleep.
 * Return: the size of the table in bytes, or a negative error.
 */
ssize_t opalvm_handover_write(const struct opalvm_firmware *fw, void *buf, size_t len)
{
	static DEFINE_MUTEX(write_lock);	/* protects @fw->map->quarantine */
	const struct opalvm_map *maps[] = { fw->map };
	struct opalvm_wire_info info = {
		.hop_count = fw->hop_count,
		.chain = fw->chain,
		.state_page = ARCH_GLUE_KEEPS_PAGES ? fw->state->pa : 0,
	};
	ssize_t size;

	if (!buf)
		return opalvm_wire_size(maps, ARRAY_SIZE(maps));
	mutex_lock(&write_lock);
	/* services that are refused here are refused there, too */
	info.generation = snapshot(fw);
	scnprintf(info.writer, sizeof(info.writer), "%s %s, %s", OPALVM_NAME, OPALVM_VERSION,
		  init_utsname()->release);
	size = opalvm_wire_write(buf, len, &info, maps, ARRAY_SIZE(maps));
	mutex_unlock(&write_lock);
	trace_opalvm_handover(fw, "write", info.generation, size);
	return size;
}

/**
 * opalvm_handover_publish() - put the table where the next kernel finds it
 * @fw: the firmware
 *
 * Where a carrier is filled by others, as the initrd by `opalvm kexec`, there
 * is nothing to do.
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error.
 */
int opalvm_handover_publish(const struct opalvm_firmware *fw)
{
	ssize_t len = opalvm_handover_write(fw, NULL, 0);
	void *table = kvmalloc(len, GFP_KERNEL);
	int err = 0;
	u32 i;

	if (!table)
		return -ENOMEM;
	len = opalvm_handover_write(fw, table, len);
	for (i = 0; i < ARRAY_SIZE(places) && len > 0 && !err; i++)
		if (places[i].publish) {
			err = places[i].publish(table, len);
			trace_opalvm_handover(fw, "publish", opalvm_handover_generation(fw),
					      err ?: len);
		}
	kvfree(table);
	return len < 0 ? len : err;
}

/**
 * opalvm_handover_withdraw() - undo opalvm_handover_publish()
 *
 * Context: Process context, may sleep.
 */
void opalvm_handover_withdraw(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (places[i].withdraw)
			places[i].withdraw();
}
