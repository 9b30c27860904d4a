#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# faulty_efi2.sh: what comes after faulty_efi.sh: the same firmware at the same
# addresses, and what it spoiled stays so.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/faulty_helpers.sh"

hosts()
{
	load
	is "$(get state)" hosted
	is "$(get origin)" handover
	is "$(get hops)" 1
}

writes_stay_refused()
{
	is "$(get services/SetVariable/state)" spoiled
	cannot call SetVariable
	call GetVariable
	call GetTime
}

a_fault_is_contained()
{
	log_mark
	cannot ask read-null
	log_is_one_line "GetVariable stopped at extent "
	is "$(get services/GetVariable/state)" quarantined
	echo GetVariable > $EFI/quarantine
	call GetVariable
}

ktap_run \
	hosts "after the hop: the module hosts with the table" \
	map_is_identical "after the hop: extents, entry points and system table are the same" \
	writes_stay_refused "after the hop: variables are still not written, all else works" \
	a_fault_is_contained "after the hop: a fault is contained" \
	unload "after the hop: the module unloads and leaves nothing"
