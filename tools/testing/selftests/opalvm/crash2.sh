#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# crash2.sh: the second part of crash.sh, in the crash kernel.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

hosts()
{
	load
	is "$(get state)" hosted
	is "$(get origin)" handover
	is "$(get placement)" identity
	time_is_right
}

at_rest()
{
	is "$(get quarantine)" ""
}

reader_is_refused()
{
	log_says "GetVariable was in progress when the kernel before this one ended"
	is "$(get quarantine)" GetVariable
	fails "these are refused: GetVariable" opalvm-panic
}

is_told()
{
	echo all > $EFI/quarantine
	is "$(get quarantine)" ""
}

keeps_the_reason()
{
	local panic
	case $HOW in
	nmi) panic="Kernel panic - not syncing: NMI: Not continuing" ;;
	idle) panic="Kernel panic - not syncing: sysrq triggered crash" ;;
	esac
	opalvm-panic > "$WORK/said"
	cat "$WORK/said"
	grep -F "$panic" "$WORK/said"
	# once more over the one that is there
	opalvm-panic | diff - "$WORK/said"
}

unloads()
{
	rmmod efivarfs
	unload
}

tests=(hosts "$HOW: the crash kernel hosts the firmware")
if [ "$HOW" = nmi ]; then
	tests+=(reader_is_refused "$HOW: the service that the panic hit is refused, and nothing is stored"
		is_told "$HOW: root allows it again")
else
	tests+=(at_rest "$HOW: nothing is refused")
fi
ktap_run "${tests[@]}" \
	keeps_the_reason "$HOW: the reason is kept in a variable" \
	unloads "$HOW: the module unloads and leaves nothing"
