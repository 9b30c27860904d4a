// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmdline.h"
#include "map.h"
#include "request.h"
#include "say.h"
#include "sysfs.h"
#include "tool.h"
#include "warn.h"

/* with 4 levels of page tables, the bits from 47 on are all the same */
static bool has_4_levels(uint64_t va)
{
	uint64_t high = va >> 47;

	return !high || high == UINT64_MAX >> 47;
}

static void warn_of_no5lvl(const struct request *request)
{
	struct extent *extents;
	int nr;

	if (!cmdline_has(request, "no5lvl") || extents_read(&extents, &nr) != EXIT_OK)
		return;
	for (int i = 0; i < nr; i++) {
		uint64_t last = extents[i].va + extents[i].pages * EXTENT_PAGE_SIZE - 1;

		if (has_4_levels(extents[i].va) && has_4_levels(last))
			continue;
		say("warning: a kernel with no5lvl cannot map the extent at 0x%" PRIx64
		    " and will refuse the map; leave no5lvl out", extents[i].va);
	}
	free(extents);
}

static void warn_of_lockdown(const struct request *request)
{
	char lockdown[SYSFS_TEXT];

	if (sysfs_text(lockdown, "/sys/kernel/security/lockdown") ||
	    !(strstr(lockdown, "[integrity]") || strstr(lockdown, "[confidentiality]")))
		return;
	if (request->how == 'l')
		say("warning: this kernel is locked down and will refuse -l; use -s");
	say("warning: this kernel is locked down, and a next one that is refuses the table in "
	    "its initrd; it takes what %s",
	    firmware_is_efi() ? "a kernel that calls EFI itself passes on with -s" :
	    "the firmware itself exports");
}

void warn_of(const struct request *request)
{
	/* only x86 has such kernels, and hosts EFI */
	if (firmware_is_efi())
		warn_of_no5lvl(request);
	warn_of_lockdown(request);
}
