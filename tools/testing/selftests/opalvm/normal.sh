#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# normal.sh: a normal boot, in which the kernel calls EFI itself. The module
# records the map for the next kernel and keeps out of the way.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

RUNTIME_MAP=/sys/firmware/efi/runtime-map

kernel_calls_efi()
{
	at_least "$(find $RUNTIME_MAP -mindepth 1 -maxdepth 1 | wc -l)" 1
	vars_mount
}

loads_recorded()
{
	load
	log_says "opalvm: efi: recorded for the next kernel: this one calls the services itself"
	is "$(get state)" recorded
	is "$(get origin)" kernel
	is "$(get placement)" assigned
	is "$(get hops)" 0
	is "$(get efivars)" none
}

map_is_the_kernels()
{
	map | map_ranges > "$WORK/ours"
	# boot services that the kernel keeps are not the firmware's
	extents $RUNTIME_MAP | grep -vE ' 0x[34]$' | map_ranges > "$WORK/kernel"
	at_least "$(wc -l < "$WORK/kernel")" 2
	diff "$WORK/kernel" "$WORK/ours"
}

calls_are_refused()
{
	fails "busy" cat $EFI/time
	fails "busy" sh -c "echo 1 > $EFI/efivars"
	fails "busy" sh -c "echo all > $EFI/quarantine"
	# what the kernel does itself is left to its own drivers
	absent /dev/efi_runtime
	is "$(grep -l opalvm-rtc /sys/class/rtc/*/name || true)" ""
	is "$(cat "$EFI"/services/*/calls | sort -u)" 0
	is "$(get efivars)" none
}

handover_is_readable()
{
	cat $ROOT/handover > "$WORK/table"
	is "$(head -c 8 "$WORK/table")" OPALVMAP
	is "$(word "$WORK/table" 16 8)" "$(wc -c < "$WORK/table")"
}

tool_shows_it()
{
	opalvm status | grep "state  *recorded"
	fails "the running kernel calls the services itself" opalvm time
}

kernel_goes_on()
{
	at_least "$(find "$(vars_dir)" -type f | wc -l)" 20
	var_write OpalvmTest 7 kernel
	is "$(var_read OpalvmTest)" kernel
	var_delete OpalvmTest
}

unloads()
{
	# with efivarfs mounted: it is not the module's
	unload
	kernel_goes_on
}

ktap_run \
	kernel_calls_efi "the kernel calls EFI itself" \
	loads_recorded "the module loads and records" \
	map_is_the_kernels "the map is the kernel's own runtime map" \
	calls_are_refused "calls are refused with EBUSY" \
	handover_is_readable "the table for the next kernel can be read" \
	tool_shows_it "the tool says why calls are refused" \
	kernel_goes_on "the kernel's own efivarfs goes on" \
	unloads "the module unloads beside the kernel's efivarfs and leaves nothing"
