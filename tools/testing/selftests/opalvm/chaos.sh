#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# chaos.sh: random operations on all of the module's interfaces (with
# efi=noruntime): see chaos.c. LASTS is for how many seconds (60), SEED what they
# follow from (the time). What the kernel complains of fails the guest.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

KMEMLEAK=/sys/kernel/debug/kmemleak

set_up()
{
	load
	mkdir -p "$WORK/vars"
	vars_mount
	mount --bind "$(vars_dir)" "$WORK/vars"
}

# not in ktap_run, which keeps what is said until the end
random_operations()
{
	is "$ended" 0
}

nothing_is_left()
{
	# loading may have made the usual place for it since
	umount -a -t efivarfs
	rmmod efivarfs
	[ ! -e /sys/module/opalvm ] || rmmod opalvm
	gone
	[ -e $KMEMLEAK ] || return 0
	sleep 6
	echo scan > $KMEMLEAK
	is "$(cat $KMEMLEAK)" ""
}

loads_afterwards()
{
	load
	is "$(get state)" hosted
	unload
}

set_up 2>&1 | sed 's/^/# /'
ended=0
# shellcheck disable=SC2086 # no seed is none
/test/chaos "$KO" "$WORK" "${LASTS:-60}" ${SEED-} || ended=$?
ktap_run random_operations "the kernel survives random operations" \
	nothing_is_left "nothing is left" loads_afterwards "the module loads afterwards"
