#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# crash_ppc642.sh: the second half of crash_ppc64.sh: the crash kernel hosts the
# same firmware, and reads of the one that crashed.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

hosts()
{
	load
	is "$(cat $ROOT/*/state)" hosted
	is "$(cat $ROOT/*/origin)" handover
	is "$(cat $ROOT/*/hops)" 1
	is "$(cat $ROOT/*/quarantine)" ""
	cat $ROOT/*/time
}

nvram_is_read()
{
	local nvram=/sys/bus/nvmem/devices/opalvm-nvram/nvmem
	if [ ! -e $nvram ]; then
		echo "this machine has none"
		return
	fi
	at_least "$(wc -c < $nvram)" 1024
}

reason_is_known()
{
	vmcore-dmesg /proc/vmcore > "$WORK/dmesg"
	tail -n 3 "$WORK/dmesg"
	grep "sysrq: Trigger a crash" "$WORK/dmesg"
}

ktap_run hosts "the crash kernel hosts the firmware" \
	nvram_is_read "NVRAM can be read there" \
	reason_is_known "the crashed kernel's last words are there" \
	unload "the module unloads and leaves nothing"
