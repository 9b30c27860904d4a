// SPDX-License-Identifier: GPL-2.0
/*
 * What every provider does with the map it found: continue the chain of
 * kernels that the map travels through, and host or record it.
 */
#include <linux/err.h>
#include <linux/printk.h>
#include <linux/random.h>

#include "carrier/carrier.h"
#include "opalvm.h"
#include "trace.h"

/**
 * opalvm_chain_begin() - no kernel before this one left a map
 * @fw: the firmware; it is the first kernel's
 *
 * Context: Any.
 */
void opalvm_chain_begin(struct opalvm_firmware *fw)
{
	fw->hop_count = 0;
	fw->generation = 1;
	fw->chain = get_random_u64();
	fw->interrupted = 0;
}

/**
 * opalvm_chain_continue() - find the map that a kernel before this one left
 * @fw: the firmware; after an error it is as opalvm_chain_begin() left it
 * @search: what is looked for
 * @offer: receives what came with the map, for opalvm_host_map()
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: the map, sealed, or an ERR_PTR(): -ENOENT if there is none.
 */
struct opalvm_map *opalvm_chain_continue(struct opalvm_firmware *fw,
					 const struct opalvm_search *search,
					 struct opalvm_offer *offer, struct opalvm_why *why)
{
	int err;

	opalvm_chain_begin(fw);
	err = opalvm_handover_find(search, offer, why);
	if (err)
		return ERR_PTR(err);
	fw->hop_count = offer->info.hop_count + 1;
	if (offer->info.generation) {
		fw->generation = offer->info.generation;
		fw->chain = offer->info.chain;
	}
	fw->interrupted = offer->live ? offer->state.in_flight : 0;
	trace_opalvm_handover(fw, "find", fw->generation, 0);
	return offer->map;
}

/**
 * opalvm_chain_adopt() - go on with the history of the map that this kernel made itself
 * @fw: the firmware, with its map
 * @search: what is looked for
 * @offer: receives what came with the map of the kernel before, which is freed
 * @why: the reason if it fails
 *
 * For firmware that tells every kernel where it is: only the history and the
 * quarantine of a kernel before this one count. Without a file that was asked
 * for, a table that is refused is named in the log, and a new chain begins.
 *
 * Context: Process context, may sleep.
 * Return: 0, or a negative error if @search names a file that is of no use, or
 *	   what was found could not be looked at.
 */
int opalvm_chain_adopt(struct opalvm_firmware *fw, const struct opalvm_search *search,
		       struct opalvm_offer *offer, struct opalvm_why *why)
{
	struct opalvm_map *before = opalvm_chain_continue(fw, search, offer, why);
	int err;

	if (!IS_ERR(before)) {
		fw->map->origin = OPALVM_ORIGIN_HANDOVER;
		fw->map->quarantine = before->quarantine;
		opalvm_map_free(before);
		offer->map = NULL;
		return 0;
	}
	err = PTR_ERR(before);
	if (search->path || offer->unread)
		return err != -ENOENT ? err :
		       opalvm_refuse(why, err, "no handover table at %s", search->path);
	if (err != -ENOENT)
		pr_warn(OPALVM_NAME ": %s: the firmware's own map is used: %s\n",
			fw->provider->name, why->text);
	return 0;
}

static int realise(struct opalvm_firmware *fw, struct opalvm_map *real, struct opalvm_why *why)
{
	const struct opalvm_provider *provider = fw->provider;
	int err;

	err = arch_glue_contain_init(why);
	if (err)
		return err;
	fw->space = opalvm_space_create(provider->name, real, why);
	if (IS_ERR(fw->space)) {
		err = PTR_ERR(fw->space);
		goto err_contain;
	}
	fw->space->live = fw->map;
	fw->gate = opalvm_gate_create(fw->space, fw->services, fw->nr_services);
	if (IS_ERR(fw->gate)) {
		err = opalvm_refuse(why, PTR_ERR(fw->gate), "no memory for the gate");
		goto err_space;
	}
	fw->gate->error_bit = provider->error_bit;
	/* each call is noted on the page, if anybody will ever read it */
	fw->gate->state = ARCH_GLUE_KEEPS_PAGES ? fw->state : NULL;
	opalvm_quarantine_inherit(fw->gate, fw->map->quarantine, fw->interrupted);
	return 0;

err_space:
	fw->gate = NULL;
	opalvm_space_destroy(fw->space);
err_contain:
	fw->space = NULL;
	arch_glue_contain_exit();
	return err;
}

/**
 * opalvm_host_map() - host a firmware, or record it for the next kernel
 * @fw: the firmware, with @fw->map, which is what the next kernel gets
 * @real: what is mapped, sealed, with the services and entry points that are
 *	  called: @fw->map itself where the firmware runs as it is found. Has to
 *	  outlive the space. NULL: the kernel calls the firmware itself, which is
 *	  only recorded.
 * @offer: from opalvm_chain_continue(); all zero if the chain begins here
 * @why: the reason if it fails
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative error; then nothing is mapped, and the maps are the
 *	   caller's as before.
 */
int opalvm_host_map(struct opalvm_firmware *fw, struct opalvm_map *real,
		    const struct opalvm_offer *offer, struct opalvm_why *why)
{
	int err;

	fw->state = opalvm_state_create(fw->map->firmware, fw->chain, fw->generation,
					offer->live ? offer->info.state_page : 0,
					offer->state.sequence);
	if (!fw->state)
		return opalvm_refuse(why, -ENOMEM, "no memory for the live state page");
	if (!real) {
		opalvm_state_write(fw->state, 0, 0, 0);
		return 0;
	}
	err = realise(fw, real, why);
	if (err) {
		opalvm_state_destroy(fw->state);
		fw->state = NULL;
	}
	return err;
}

/**
 * opalvm_unhost_map() - undo opalvm_host_map()
 * @fw: the firmware; nobody calls it any more. The maps stay the caller's.
 *
 * Context: Process context, may sleep.
 */
void opalvm_unhost_map(struct opalvm_firmware *fw)
{
	if (fw->gate) {
		opalvm_gate_destroy(fw->gate);
		opalvm_space_destroy(fw->space);
		arch_glue_contain_exit();
		fw->gate = NULL;
		fw->space = NULL;
	}
	opalvm_state_destroy(fw->state);
	fw->state = NULL;
}

/**
 * opalvm_report_wx() - name the extents that are writable and executable
 * @fw: the firmware
 *
 * Context: Any.
 */
void opalvm_report_wx(const struct opalvm_firmware *fw)
{
	const struct opalvm_extent *extent = NULL;

	while ((extent = opalvm_map_find_wx(fw->map, extent)))
		pr_notice(OPALVM_NAME
			  ": %s: %llu KiB at %#llx are writable and executable: the firmware tells no better\n",
			  fw->provider->name, extent->size >> 10, extent->pa);
}
