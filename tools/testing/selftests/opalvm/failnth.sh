#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# failnth.sh: failing allocations, each one in turn (with efi=noruntime, on a
# kernel that can make them fail). See failnth.c. Of all these, number FIRST (1) and
# each STEPth (1) from there.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

DEBUGFS=/sys/kernel/debug
KMEMLEAK=$DEBUGFS/kmemleak

set_up()
{
	local name
	[ -d $DEBUGFS/failslab ] || mount -t debugfs debugfs $DEBUGFS
	echo N > $DEBUGFS/failslab/ignore-gfp-wait
	echo N > $DEBUGFS/fail_page_alloc/ignore-gfp-wait
	echo N > $DEBUGFS/fail_page_alloc/ignore-gfp-highmem
	echo 0 > $DEBUGFS/fail_page_alloc/min-order
	# its traces would hide those of others
	for name in failslab fail_page_alloc fail_usercopy; do
		echo 0 > $DEBUGFS/$name/verbose
	done
	load
	cat "$ROOT/handover" > "$WORK/table"
}

# fail OPERATION...
fail()
{
	/test/failnth "$KO" "$WORK" "${FIRST:-1}" "${STEP:-1}" "$@"
}

# A mounted efivarfs would keep the module.
fail_variables()
{
	local rc=0
	load
	mkdir -p "$WORK/vars"
	vars_mount
	mount --bind "$(vars_dir)" "$WORK/vars"
	fail write-variable read-variable || rc=$?
	umount "$WORK/vars"
	vars_umount
	return $rc
}

nothing_is_left()
{
	[ ! -e /sys/module/opalvm ] || rmmod opalvm
	gone
	sleep 6
	echo scan > $KMEMLEAK
	is "$(cat $KMEMLEAK)" ""
}

works_afterwards()
{
	load
	time_is_right
	unload
}

ktap_run set_up "allocations can be made to fail" \
	"fail load load-handover load-found unload" "each failure is survived: loading, unloading" \
	"fail read-time read-handover read-entry write-quarantine write-deadline call-service" \
		"each failure is survived: files, and calls" \
	fail_variables "each failure is survived: variables" \
	nothing_is_left "nothing is left" works_afterwards "everything works afterwards"
