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

stays_so_after_loading_again()
{
	vars_umount
	unload
	load
	is "$(get services/SetVariable/state)" spoiled
	unload
}

ktap_run \
	table_is_as_loaded "$HOW: the table is the one that was loaded" \
	hosts "$HOW: the module hosts, and knows what happened since" \
	writes_are_refused "$HOW: variables are not written, for good" \
	the_rest_works "$HOW: what is not spoiled works" \
	stays_so_after_loading_again "$HOW: loading the module again does not change that"
