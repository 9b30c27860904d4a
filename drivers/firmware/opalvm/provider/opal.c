// SPDX-License-Identifier: GPL-2.0
/*
 * OPAL: the firmware of POWER machines without a hypervisor. The kernel calls it
 * itself, in real mode; here it is called with the MMU on, and contained.
 *
 * Of stock firmware there are two maps. The one that the next kernel gets is the
 * firmware's own, virtual == physical. The one that is realised has whole pages
 * of this kernel, and copies of the code in place of the code (opal_shadow.c).
 *
 * A firmware that exports its map (opal_v4.c) has but that one, and runs as it is.
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/printk.h>
#include <asm/opal.h>

#include "carrier/carrier.h"
#include "frontend/opal.h"
#include "provider/opal.h"
#include "service/opal.h"

/* the first word of skiboot, a trap: in its own endianness */
#define FIRST_WORD	0x7fe00008U

/**
 * struct opal_hosted - what is hosted beside the firmware's own map
 * @real: the map that is realised; NULL: the firmware's own
 * @shadow: the copies that it maps
 * @site: what the device tree tells; its symbols name the firmware's addresses
 * @services: the table of a firmware that exports its map
 */
struct opal_hosted {
	struct opalvm_map *real;
	struct opal_shadow shadow;
	struct opal_site site;
	struct opalvm_service services[OPALVM_OPAL_NR_SERVICES];
};

/* a machine has one OPAL */
static struct opal_hosted hosted;

/**
 * opalvm_opal_site() - what the device tree tells of the firmware that is hosted
 *
 * Context: Any, while it is hosted.
 */
const struct opal_site *opalvm_opal_site(void)
{
	return &hosted.site;
}

/* In any context: the list is a copy of ours. */
static bool name_address(u64 address, char *text, size_t len)
{
	struct opal_symbol symbol;
	u64 offset = address - hosted.site.base;

	if (address < hosted.site.base ||
	    !opalvm_opal_symbol_at(&hosted.site.symbols, offset, &symbol))
		return false;
	scnprintf(text, len, "%.*s+%#llx", (int)symbol.name_len, symbol.name,
		  offset - symbol.address);
	return true;
}

/* What only the kernel can tell: does this firmware have that call? */
static u64 services_find(bool v4)
{
	u64 services = 0;
	u32 i;

	for (i = 0; i < OPALVM_OPAL_NR_SERVICES; i++) {
		u32 token = opalvm_opal_services[i].token;

		if (opalvm_opal_tokens[token].verdict == OPALVM_OPAL_V4 && !v4)
			continue;
		if (opal_check_token(token) == OPALVM_OPAL_TOKEN_PRESENT)
			services |= BIT_ULL(i);
	}
	return services;
}

static int find_endianness(u64 base, bool *little, struct opalvm_why *why)
{
	const u32 *live = memremap(base, sizeof(*live), MEMREMAP_WB);
	u32 word;

	if (!live)
		return opalvm_refuse(why, -ENOMEM, "the firmware at %#llx cannot be read", base);
	word = be32_to_cpup((const __be32 *)live);
	memunmap((void *)live);
	*little = word == swab32(FIRST_WORD);
	if (*little || word == FIRST_WORD)
		return 0;
	return opalvm_refuse(why, -ENODEV, "the firmware at %#llx begins with %#010x: not skiboot",
			     base, word);
}

/* Pages of a kernel with larger ones do not matter to the next kernel. */
static int seal(struct opalvm_map *map, struct opalvm_why *why)
{
	struct opalvm_limits limits;

	arch_glue_limits(&limits);
	limits.granule = OPALVM_PAGE_SIZE;
	return opalvm_map_seal(map, &limits, why);
}

static int seal_real(struct opalvm_map *map, bool copies, struct opalvm_why *why)
{
	struct opalvm_limits limits;

	arch_glue_limits(&limits);
	if (copies)
		limits.is_ram = NULL;
	return opalvm_map_seal(map, &limits, why);
}

/*
 * A table is of this boot if it has the memory and the entry points that the tree
 * tells of, and the very extents that the firmware exports, if it does.
 */
static int check_offer(struct opalvm_map *map, const void *data, struct opalvm_why *why)
{
	const struct opalvm_map *own = data;
	struct opalvm_why difference = {};
	int err;
	u32 i;

	err = seal(map, why);
	if (err)
		return err;
	err = opalvm_map_same_memory(map, own, &difference);
	if (!err && own->placement == OPALVM_PLACEMENT_FIRMWARE &&
	    (map->placement != own->placement || !opalvm_map_same(map, own, &difference)))
		err = -EINVAL;
	if (err)
		return opalvm_refuse(why, err, "the handover table is of another boot: %s",
				     difference.text);
	for (i = 0; i < own->nr_entries; i++)
		if (opalvm_map_entry(map, own->entries[i].id) !=
		    opalvm_map_entry(own, own->entries[i].id))
			return opalvm_refuse(why, -EINVAL,
					     "the handover table names other entry points than the firmware: it is of another boot");
	return 0;
}

static int chain_get(struct opalvm_firmware *fw, const char *path, struct opalvm_offer *offer,
		     struct opalvm_why *why)
{
	struct opalvm_limits limits;
	const struct opalvm_search search = {
		.firmware = OPALVM_FW_OPAL,
		.path = path,
		.limits = &limits,
		.check = check_offer,
		.data = fw->map,
	};

	arch_glue_limits(&limits);
	limits.granule = OPALVM_PAGE_SIZE;
	return opalvm_chain_adopt(fw, &search, offer, why);
}

static int real_make(struct opal_hosted *host, const struct opalvm_map *map,
		     const struct opalvm_range *text, struct opalvm_why *why)
{
	struct opalvm_limits limits;
	bool little;
	int err;

	err = find_endianness(host->site.base, &little, why);
	if (err)
		return err;
	arch_glue_limits(&limits);
	host->real = opalvm_opal_realise(map, limits.granule, why);
	if (IS_ERR(host->real)) {
		err = PTR_ERR(host->real);
		host->real = NULL;
		return err;
	}
	err = seal_real(host->real, false, why) ?:
	      opalvm_opal_shadow_make(&host->shadow, host->real, text, little, why);
	if (!err) {
		err = seal_real(host->real, true, why);
		if (err)
			opalvm_opal_shadow_free(&host->shadow);
	}
	if (err) {
		opalvm_map_free(host->real);
		host->real = NULL;
	}
	return err;
}

static void real_free(struct opal_hosted *host)
{
	opalvm_map_free(host->real);
	host->real = NULL;
	opalvm_opal_shadow_free(&host->shadow);
}

/* The firmware is mapped, and can be called once this succeeded. */
static int hosted_begin(struct opalvm_firmware *fw, const struct opal_hosted *host,
			struct opalvm_why *why)
{
	fw->space->base = host->site.base;
	fw->space->name_address = name_address;
	return host->site.v4_entry ? opalvm_opal_v4_begin(fw, why) : 0;
}

static int map_take(struct opalvm_firmware *fw, struct opal_hosted *host,
		    struct opalvm_map *map, struct opalvm_why *why)
{
	int err;

	if (IS_ERR(map))
		return PTR_ERR(map);
	map->services = services_find(host->site.v4_entry);
	err = seal(map, why);
	if (!err) {
		fw->map = map;
		return 0;
	}
	opalvm_advise(why, OPALVM_WRONG_TREE);
	opalvm_map_free(map);
	return err;
}

/*
 * Ask the firmware for its map, hosted by what the tree tells of its memory.
 *
 * With the MMU on, it accesses devices where its map has them, which is not at
 * their physical addresses, whichever entry point it is called through: so no
 * other service is called before.
 */
static int map_ask(struct opalvm_firmware *fw, struct opal_hosted *host, struct opalvm_why *why)
{
	const struct opalvm_offer none = {};
	struct opalvm_map *memory = fw->map, *map;
	struct opalvm_limits limits;
	int err;

	arch_glue_limits(&limits);
	host->real = opalvm_opal_realise(memory, limits.granule, why);
	if (IS_ERR(host->real)) {
		err = PTR_ERR(host->real);
		goto out;
	}
	opalvm_chain_begin(fw);
	err = seal_real(host->real, false, why) ?: opalvm_host_map(fw, host->real, &none, why);
	if (err)
		goto out_real;
	err = hosted_begin(fw, host, why);
	map = err ? ERR_PTR(err) : opalvm_opal_v4_read_map(fw, &host->site, why);
	opalvm_unhost_map(fw);
	opalvm_opal_v4_end();
	err = map_take(fw, host, map, why);
out_real:
	opalvm_map_free(host->real);
out:
	host->real = NULL;
	opalvm_map_free(memory);
	if (err)
		fw->map = NULL;
	return err;
}

static int map_make(struct opalvm_firmware *fw, struct opal_hosted *host,
		    struct opalvm_range *text, struct opalvm_why *why)
{
	int err;

	err = map_take(fw, host, opalvm_opal_read_map(&host->site, text, why), why);
	if (!err && host->site.v4_entry)
		err = map_ask(fw, host, why);
	return err;
}

static void services_choose(struct opalvm_firmware *fw, struct opal_hosted *host)
{
	fw->services = opalvm_opal_services;
	fw->nr_services = OPALVM_OPAL_NR_SERVICES;
	if (!host->site.v4_entry)
		return;
	opalvm_opal_v4_services(host->services);
	fw->services = host->services;
}

/* Finds the OPAL of this machine and hosts it; after an error nothing is left behind. */
static int opal_host(struct opalvm_firmware *fw, const struct opalvm_options *options,
		     struct opalvm_why *why)
{
	struct opal_hosted *host = &hosted;
	struct opalvm_offer offer = {};
	struct opalvm_range text;
	struct arch_facts facts;
	int err;

	arch_glue_facts(&facts);
	err = opalvm_opal_site_read(&host->site, why) ?: arch_glue_can_host(&facts, why);
	if (err)
		goto err_site;
	services_choose(fw, host);
	err = map_make(fw, host, &text, why);
	if (err)
		goto err_site;
	err = chain_get(fw, options->handover, &offer, why);
	if (!err && !host->site.v4_entry)
		err = real_make(host, fw->map, &text, why);
	if (err)
		goto err_map;
	err = opalvm_host_map(fw, host->real ?: fw->map, &offer, why);
	if (err)
		goto err_real;
	err = hosted_begin(fw, host, why);
	if (err)
		goto err_hosted;
	if (host->site.v4_entry)
		opalvm_opal_v4_offer(fw);
	else
		pr_info(OPALVM_NAME
			": opal: traps stand for %u accesses to devices in %u KiB of code\n",
			host->shadow.nr_accesses,
			host->shadow.nr_chunks * (OPAL_CHUNK_SIZE / 1024));
	opalvm_report_wx(fw);
	return 0;

err_hosted:
	opalvm_unhost_map(fw);
err_real:
	real_free(host);
err_map:
	opalvm_map_free(fw->map);
	fw->map = NULL;
err_site:
	opalvm_opal_site_free(&host->site);
	return err;
}

static void opal_unhost(struct opalvm_firmware *fw)
{
	if (hosted.site.v4_entry)
		opalvm_opal_v4_leave(fw);
	opalvm_unhost_map(fw);
	opalvm_opal_v4_end();
	real_free(&hosted);
	opalvm_map_free(fw->map);
	fw->map = NULL;
	opalvm_opal_site_free(&hosted.site);
}

static void before_reboot(struct opalvm_firmware *fw, bool kexec)
{
	if (fw->gate && hosted.site.v4_entry)
		opalvm_opal_v4_leave(fw);
}

static int nvram_read(struct opalvm_firmware *fw, u32 offset, void *data, size_t len)
{
	return opalvm_opal_nvram_read(fw, data, len, offset);
}

static int nvram_write(struct opalvm_firmware *fw, u32 offset, const void *data, size_t len)
{
	return opalvm_opal_nvram_write(fw, data, len, offset);
}

/*
 * What is finished later writes to memory that a call which has returned has no
 * more: service/opal_async.c does that.
 */
static int call_by_name(struct opalvm_firmware *fw, struct opalvm_call *call)
{
	call->verdict = OPALVM_REFUSED;
	switch (call->service) {
	case OPALVM_OPAL_SENSOR_READ:
	case OPALVM_OPAL_SENSOR_READ_U64:
	case OPALVM_OPAL_FLASH_READ:
	case OPALVM_OPAL_FLASH_WRITE:
	case OPALVM_OPAL_FLASH_ERASE:
		return -EOPNOTSUPP;
	default:
		return opalvm_opal_call(fw, call);
	}
}

const struct opalvm_provider opalvm_opal_provider = {
	.name = "opal",
	.services = opalvm_opal_services,
	.nr_services = OPALVM_OPAL_NR_SERVICES,
	.error_bit = BIT_ULL(63),
	.host = opal_host,
	.unhost = opal_unhost,
	.call = call_by_name,
	.get_time = opalvm_opal_rtc_read,
	.set_time = opalvm_opal_rtc_write,
	.before_reboot = before_reboot,
	.nvram_size = opalvm_opal_nvram_size,
	.nvram_read = nvram_read,
	.nvram_write = nvram_write,
	.frontends_init = opalvm_opal_frontends_init,
	.frontends_exit = opalvm_opal_frontends_exit,
	.files = opalvm_opal_files,
	.nr_files = OPALVM_OPAL_NR_FILES,
};
