#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# secureboot2.sh: what comes after secureboot.sh: first a kernel that got the
# map in two ways, in a table and in the EFI memory map (efi=noruntime), then one
# that has the table alone (noefi).
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/lockdown_helpers.sh"

TABLE=/opalvm.handover

# What the kernel before passed is accepted: that one was locked down, and kexec
# brings it here with a kernel that is signed.
takes_the_memory_map()
{
	[ -e $TABLE ]
	load
	log_says "opalvm: handover: the map from $TABLE is not used: the handover table $TABLE $REFUSED"
	log_says "opalvm: efi: hosted"
	is "$(get state)" hosted
	is "$(get origin)" handover
	is "$(get placement)" assigned
	is "$(get hops)" 1
	time_is_right
}

loads_the_next_kernel()
{
	# the map is still that of the kernel before
	opalvm kexec -s "/boot/vmlinuz-$NEXT" --initrd="/boot/initrd-$NEXT.img" \
		--append="$(cat /test/append) noefi"
	is "$(cat /sys/kernel/kexec_loaded)" 1
}

takes_the_table()
{
	load
	is "$(get origin)" handover
	is "$(get hops)" 2
	time_is_right
	unload
}

if ! grep -q noefi /proc/cmdline; then
	ktap_run \
		locked_by_secure_boot "after the hop: Secure Boot locks this kernel down, too" \
		refuses_the_unsigned_module "after the hop: an unsigned module is refused by the kernel" \
		takes_the_memory_map "integrity: the table is refused, the map in the EFI memory map is hosted" \
		unload "integrity: the module unloads" \
		"refuses_the_file $TABLE" "integrity: handover= is refused with EPERM and the reason" \
		"locks_down confidentiality" "the kernel is locked down further" \
		"refuses_the_file $TABLE" "confidentiality: handover= is refused with EPERM and the reason" \
		takes_the_memory_map "confidentiality: the table is refused, the map in the EFI memory map is hosted" \
		loads_the_next_kernel "confidentiality: the tool loads a signed kernel with the table, -s"
	sync
	exec > /dev/null 2>&1
	opalvm kexec -e
fi

ktap_run \
	"is_locked none" "after two hops: the kernel does not know of Secure Boot" \
	takes_the_table "no lockdown: the table is taken" \
	"locks_down integrity" "the kernel is locked down" \
	"refuses_all $TABLE" "integrity: with the table alone, loading fails with EPERM and the reason" \
	"refuses_the_file $TABLE" "integrity: handover= is refused with EPERM and the reason" \
	"locks_down confidentiality" "the kernel is locked down further" \
	"refuses_all $TABLE" "confidentiality: with the table alone, loading fails with EPERM and the reason" \
	"refuses_the_file $TABLE" "confidentiality: handover= is refused with EPERM and the reason"
