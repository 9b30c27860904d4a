#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# failnth.sh: failing allocations, each one in turn (with efi=noruntime, on a
# kernel that can make them fail). See failnth.c. STEP leaves out all but each
# STEPth (1), OPERATIONS all but these.
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
	mkdir -p "$WORK/vars"
	vars_mount
	is "$(vars_dir)" "$WORK/efivars" || true
	mount --bind "$(vars_dir)" "$WORK/vars"
}

each_failure()
{
	# shellcheck disable=SC2086 # a list
	/test/failnth "$KO" "$WORK" "${STEP:-1}" ${OPERATIONS-}
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

ktap_run set_up "allocations can be made to fail" each_failure "each failure is survived" \
	nothing_is_left "nothing is left" works_afterwards "everything works afterwards"
