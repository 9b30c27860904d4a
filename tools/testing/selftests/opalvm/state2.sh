#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# state2.sh: the second half of state.sh: what happened after this kernel was
# loaded is known here.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/table_helpers.sh"

LOADED=/opalvm.handover

table_is_as_loaded()
{
	local loaded now
	loaded=$(cat /test/generation)
	now=$(word $LOADED $GENERATION 8)
	if [ "$HOW" = reload ]; then
		at_least "$now" $((loaded + 1))
	else
		is "$now" "$loaded"
	fi
}

hosts()
{
	load
	is "$(get state)" hosted
	is "$(get origin)" handover
	is "$(get hops)" 1
	at_least "$(get generation)" $(($(cat /test/generation) + 1))
	[ "$HOW" != crash ] ||
		log_says "SetVariable was in progress when the kernel before this one ended"
}

# The gate was closed behind the last call.
nothing_was_cut_off()
{
	load
	is "$(get state)" hosted
	is "$(get origin)" handover
	is "$(get quarantine)" ""
	is "$(get in_flight)" ""
	vars_mount
	[[ $(var_read OpalvmBusy) =~ ^"value "[0-9]+$ ]]
	var_write OpalvmNew 7 text
	is "$(var_read OpalvmNew)" text
	is "$(var_read OpalvmState)" "from the first kernel"
	time_is_right
	vars_umount
	unload
}

writes_are_refused()
{
	is "$(get services/SetVariable/state)" spoiled
	fails "not permitted" sh -c "echo all > $EFI/quarantine"
	vars_mount
	fails "" var_write OpalvmNew 7 text
}

the_rest_works()
{
	is "$(get services/GetVariable/state)" ok
	is "$(var_read OpalvmState)" "from the first kernel"
	time_is_right
}

page_is_on_the_command_line()
{
	local address
	address=$(printf '%#x' "$(word $LOADED $STATE_PAGE 8)")
	echo "$address"
	# everybody can read that
	grep -F "memmap=4K\$$address" /proc/cmdline
	is "$(stat -c %a /proc/cmdline)" 444
}

# Not even the reason of the crash is written.
reason_is_not_kept()
{
	load
	fails "SetVariable" opalvm-panic
	fails "not permitted" sh -c "echo all > $EFI/quarantine"
	fails "SetVariable" opalvm-panic
	is "$(get services/SetVariable/calls)" 0
	unload
}

# This kernel has noefi, and knows no other map than the table.
devices_can_be_mapped()
{
	local i=0
	cp $LOADED "$GOOD"
	# flash: memory-mapped I/O in UEFI's words
	while (($(word "$GOOD" "$(extent $i 32)" 4) != 11)); do
		i=$((i + 1))
	done
	cp $LOADED "$BAD"
	put "$(extent $i 8)" 8 0xfed00000
	put "$(extent $i 16)" 8 0x1000
	sign
	load handover="$BAD"
	is "$(get "map/$i/phys_addr")" 0xfed00000
	time_is_right
	unload
}

stays_so_after_loading_again()
{
	vars_umount
	unload
	load
	is "$(get services/SetVariable/state)" spoiled
	unload
}

tests=(table_is_as_loaded "$HOW: the table is the one that was loaded")
if [ "$HOW" = busy ]; then
	ktap_run "${tests[@]}" nothing_was_cut_off "$HOW: no call was cut off, and everything works"
	exit
fi
tests+=(hosts "$HOW: the module hosts, and knows what happened since"
	writes_are_refused "$HOW: variables are not written, for good"
	the_rest_works "$HOW: what is not spoiled works"
	stays_so_after_loading_again "$HOW: loading the module again does not change that")
[ "$HOW" != live ] ||
	tests+=(page_is_on_the_command_line "[user-command-line] the command line has the live state page"
		devices_can_be_mapped "[table-devices] with noefi, a table can name devices")
[ "$HOW" != crash ] ||
	tests+=(reason_is_not_kept "$HOW: the reason of the crash is not kept, and opalvm-panic says why")
ktap_run "${tests[@]}"
