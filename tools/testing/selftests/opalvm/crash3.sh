#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# crash3.sh: the third part of crash.sh, in a normal boot after it: the kernel
# itself reads what the crash kernel kept.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

VARIABLE=OpalvmPanic-c2fd0e6e-3b5c-4f0e-9a57-0d5e0a0f5c11

reason_is_there()
{
	local panic
	case $HOW in
	nmi) panic="Kernel panic - not syncing: NMI: Not continuing" ;;
	idle) panic="Kernel panic - not syncing: sysrq triggered crash" ;;
	esac
	vars_mount
	# shellcheck disable=SC2002 # efivarfs cannot seek
	cat "$(vars_dir)/$VARIABLE" | tail -c +5 > "$WORK/reason"
	cat "$WORK/reason"
	grep -F "$panic" "$WORK/reason"
}

store_is_whole()
{
	at_least "$(find "$(vars_dir)" -type f | wc -l)" 20
	is "$(var_read OpalvmCrash)" "before the crash"
	var_write OpalvmCrash 7 "after it"
	is "$(var_read OpalvmCrash)" "after it"
}

no_crash_kernel()
{
	fails "this is no crash kernel" opalvm-panic
}

ktap_run reason_is_there "$HOW: the next boot finds the reason" \
	store_is_whole "$HOW: the variable store is whole" \
	no_crash_kernel "opalvm-panic does nothing where nothing crashed"
