// SPDX-License-Identifier: GPL-2.0
/*
 * Update capsules (UEFI 2.10 section 8.5.3): the firmware gets a list of the
 * physical pages of copies that belong to nobody else.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/efi.h>
#include <linux/kmemleak.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pfn.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "../opalvm.h"
#include "efi.h"

static bool capsules_valid(const struct opalvm_capsule *capsules, u32 nr)
{
	u32 i;

	if (!capsules || !nr || nr > OPALVM_EFI_MAX_CAPSULES)
		return false;
	for (i = 0; i < nr; i++)
		if (!capsules[i].header || capsules[i].size < sizeof(*capsules[i].header))
			return false;
	return true;
}

/**
 * opalvm_efi_query_capsule_caps() - QueryCapsuleCapabilities (UEFI 2.10 section
 *                                   8.5.3.4)
 * @fw: the firmware
 * @capsules: the capsules; only their headers are looked at
 * @nr: how many, OPALVM_EFI_MAX_CAPSULES at most
 * @max_size: result: bytes that opalvm_efi_update_capsule() may be given
 * @reset_type: result: EFI_RESET_*, what makes them take effect
 *
 * Context: may sleep.
 * Return: as opalvm_efi_get_time().
 */
efi_status_t opalvm_efi_query_capsule_caps(struct opalvm_firmware *fw,
					   const struct opalvm_capsule *capsules, u32 nr,
					   u64 *max_size, int *reset_type)
{
	u64 pointers[OPALVM_EFI_MAX_CAPSULES];
	struct opalvm_call call = {
		.service = OPALVM_EFI_QUERY_CAPSULE_CAPS,
		.nr_args = 4,
		.args = {
			OPALVM_IN(pointers, nr * sizeof(*pointers)),
			OPALVM_VALUE(nr),
			OPALVM_OUT(max_size, sizeof(*max_size)),
			OPALVM_OUT(reset_type, sizeof(*reset_type)),
		},
	};
	efi_capsule_header_t *headers;
	efi_status_t status;
	u32 i;

	if (!capsules_valid(capsules, nr) || !max_size || !reset_type)
		return EFI_INVALID_PARAMETER;

	/* the gate copies the array, but not what it points to: never the caller's own memory */
	headers = kcalloc(nr, sizeof(*headers), GFP_KERNEL);
	if (!headers)
		return EFI_OUT_OF_RESOURCES;
	for (i = 0; i < nr; i++) {
		headers[i] = *capsules[i].header;
		pointers[i] = (uintptr_t)&headers[i];
	}

	status = opalvm_efi_call(fw, &call);
	kfree(headers);
	return status;
}

/* EFI_CAPSULE_BLOCK_DESCRIPTOR; length 0: continues at @address, or ends if that is 0 */
struct capsule_block {
	u64 length;
	u64 address;
};

#define BLOCKS_PER_PAGE		(PAGE_SIZE / sizeof(struct capsule_block))
/* the last descriptor of a page leads to the next page */
#define USED_PER_PAGE		(BLOCKS_PER_PAGE - 1)

/**
 * struct capsule_memory - what the firmware refers to
 * @data: the capsules; page by page in @list
 * @list: the scatter-gather list, whole pages
 * @nr: capsules in @data
 * @persistent: one of them is wanted after the next reset
 */
struct capsule_memory {
	void *data[OPALVM_EFI_MAX_CAPSULES];
	struct capsule_block *list;
	u32 nr;
	bool persistent;
};

static void capsule_memory_free(struct capsule_memory *mem)
{
	while (mem->nr)
		vfree(mem->data[--mem->nr]);
	vfree(mem->list);
}

/* Let it be until the machine resets: from now on only the firmware knows it. */
static void capsule_memory_keep(struct capsule_memory *mem)
{
	while (mem->nr)
		kmemleak_not_leak(mem->data[--mem->nr]);
	kmemleak_not_leak(mem->list);
}

static u64 page_address_of(const void *vmalloced)
{
	return PFN_PHYS((u64)vmalloc_to_pfn(vmalloced));
}

static int capsule_memory_fill(struct capsule_memory *mem,
			       const struct opalvm_capsule *capsules, u32 nr)
{
	size_t blocks = 0, pages, offset;
	u32 i;

	for (i = 0; i < nr; i++) {
		blocks += DIV_ROUND_UP(capsules[i].size, PAGE_SIZE);
		if (capsules[i].header->flags & EFI_CAPSULE_PERSIST_ACROSS_RESET)
			mem->persistent = true;
	}

	/* zeroed, so that it ends behind the last block whichever that is */
	pages = DIV_ROUND_UP(blocks, USED_PER_PAGE);
	mem->list = vzalloc(pages * PAGE_SIZE);
	if (!mem->list)
		return -ENOMEM;
	for (offset = 1; offset < pages; offset++)
		mem->list[offset * BLOCKS_PER_PAGE - 1].address =
			page_address_of(&mem->list[offset * BLOCKS_PER_PAGE]);

	blocks = 0;
	for (i = 0; i < nr; i++) {
		void *data = vmalloc(capsules[i].size);

		if (!data) {
			capsule_memory_free(mem);
			return -ENOMEM;
		}
		memcpy(data, capsules[i].header, capsules[i].size);
		mem->data[mem->nr++] = data;

		for (offset = 0; offset < capsules[i].size; offset += PAGE_SIZE) {
			struct capsule_block *block =
				&mem->list[blocks + blocks / USED_PER_PAGE];

			block->length = min_t(size_t, capsules[i].size - offset, PAGE_SIZE);
			block->address = page_address_of(data + offset);
			blocks++;
		}
	}
	return 0;
}

/* flags that mean nothing for a capsule that is gone after the call (UEFI 2.10 section 8.5.3) */
#define NEEDS_PERSISTENCE \
	(EFI_CAPSULE_POPULATE_SYSTEM_TABLE | EFI_CAPSULE_INITIATE_RESET)

static efi_status_t capsule_check(const struct opalvm_capsule *capsule)
{
	const efi_capsule_header_t *header = capsule->header;

	if (header->headersize < sizeof(*header) ||
	    header->headersize > header->imagesize || header->imagesize != capsule->size)
		return EFI_INVALID_PARAMETER;
	if ((header->flags & NEEDS_PERSISTENCE) &&
	    !(header->flags & EFI_CAPSULE_PERSIST_ACROSS_RESET))
		return EFI_INVALID_PARAMETER;
	/* it would reset the machine at once, with file systems mounted */
	if (header->flags & EFI_CAPSULE_INITIATE_RESET)
		return EFI_UNSUPPORTED;
	return EFI_SUCCESS;
}

/* serialises updates: what is pending takes one type of reset, and only one */
static DEFINE_MUTEX(capsule_lock);

static efi_status_t update_capsule(struct opalvm_firmware *fw,
				   const struct opalvm_capsule *capsules, u32 nr)
{
	u64 pointers[OPALVM_EFI_MAX_CAPSULES];
	struct opalvm_call call = {
		.service = OPALVM_EFI_UPDATE_CAPSULE,
		.nr_args = 3,
	};
	struct capsule_memory mem = {};
	efi_status_t status;
	int reset_type = 0;
	u64 max_size = 0;
	u64 total = 0;
	u32 i;

	lockdep_assert_held(&capsule_lock);

	if (!capsules_valid(capsules, nr))
		return EFI_INVALID_PARAMETER;
	for (i = 0; i < nr; i++) {
		status = capsule_check(&capsules[i]);
		if (status != EFI_SUCCESS)
			return status;
		total += capsules[i].size;
	}
	status = opalvm_efi_query_capsule_caps(fw, capsules, nr, &max_size, &reset_type);
	if (status != EFI_SUCCESS)
		return status;
	if (total > max_size)
		return EFI_OUT_OF_RESOURCES;
	if (capsule_memory_fill(&mem, capsules, nr))
		return EFI_OUT_OF_RESOURCES;
	if (mem.persistent && fw->capsule_pending && fw->capsule_reset_type != reset_type) {
		capsule_memory_free(&mem);
		return EFI_NOT_READY;
	}

	for (i = 0; i < nr; i++)
		pointers[i] = (uintptr_t)mem.data[i];
	call.args[0] = (struct opalvm_arg)OPALVM_IN(pointers, nr * sizeof(*pointers));
	call.args[1] = (struct opalvm_arg)OPALVM_VALUE(nr);
	call.args[2] = (struct opalvm_arg)OPALVM_VALUE(page_address_of(mem.list));
	status = opalvm_efi_call(fw, &call);

	if (call.verdict == OPALVM_FAULT || call.verdict == OPALVM_HANG) {
		pr_err("UpdateCapsule ended abnormally: %llu bytes stay allocated until the machine resets, since the firmware may still refer to them\n",
		       total);
		capsule_memory_keep(&mem);
	} else if (status == EFI_SUCCESS && mem.persistent) {
		fw->capsule_reset_type = reset_type;
		/* whoever sees that one is pending may read the type of reset */
		smp_store_release(&fw->capsule_pending, true);
		capsule_memory_keep(&mem);
	} else {
		capsule_memory_free(&mem);
	}
	return status;
}

/**
 * opalvm_efi_update_capsule() - UpdateCapsule (UEFI 2.10 section 8.5.3)
 * @fw: the firmware
 * @capsules: the capsules, in any kernel memory; not needed after the call
 * @nr: how many, OPALVM_EFI_MAX_CAPSULES at most
 *
 * The firmware works on copies in pages of their own. If a capsule has to
 * persist across reset they stay allocated until the machine resets, and
 * opalvm_efi_capsule_pending() tells so: a kexec would lose it.
 *
 * Context: may sleep.
 * Return: as opalvm_efi_get_time(); EFI_UNSUPPORTED also for a capsule that
 * resets the machine from within the call; EFI_OUT_OF_RESOURCES also if the
 * capsules are larger than the firmware takes; EFI_NOT_READY also if what is
 * pending takes another type of reset.
 */
efi_status_t opalvm_efi_update_capsule(struct opalvm_firmware *fw,
				       const struct opalvm_capsule *capsules, u32 nr)
{
	efi_status_t status;

	mutex_lock(&capsule_lock);
	status = update_capsule(fw, capsules, nr);
	mutex_unlock(&capsule_lock);
	return status;
}

/**
 * opalvm_efi_capsule_pending() - does a capsule wait for ResetSystem
 * @fw: the firmware
 *
 * Context: any.
 * Return: true if so; then @fw->capsule_reset_type is what the machine must be
 * reset with.
 */
bool opalvm_efi_capsule_pending(const struct opalvm_firmware *fw)
{
	/* pairs with the release in update_capsule() */
	return smp_load_acquire(&fw->capsule_pending);
}
