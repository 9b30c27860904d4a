#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lockdown.sh: a kernel that is locked down, and then further (with
# efi=noruntime and a signed module), hosts what the firmware itself tells, and
# takes no table from a file. What IMA then asks of tables comes last.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/lockdown_helpers.sh"

TABLE=/opalvm.handover

makes_a_table()
{
	load
	cat $ROOT/handover > $TABLE
	unload
	load
	is "$(get origin)" handover
	unload
	load handover=$TABLE
	is "$(get origin)" handover
	unload
}

# Nobody has moved the firmware, so it is hosted without the table.
hosts_the_firmwares_map()
{
	load
	log_says "opalvm: efi: the firmware's own map is used: the handover table $TABLE $REFUSED"
	is "$(get state)" hosted
	is "$(get origin)" identity
	is "$(get hops)" 0
	time_is_right
}

refuses_deadlines()
{
	fails "not permitted" sh -c "echo 1 > $EFI/services/GetTime/deadline_ms"
	unload
}

tests=(makes_a_table "no lockdown: the table is taken")
for level in integrity confidentiality; do
	tests+=("locks_down $level" "the kernel is locked down to $level"
		"refuses_the_file $TABLE" "$level: handover= is refused with EPERM and the reason"
		hosts_the_firmwares_map "$level: the table is refused, the firmware's own map is hosted"
		refuses_deadlines "$level: deadlines cannot be set")
done
ktap_run "${tests[@]}"
