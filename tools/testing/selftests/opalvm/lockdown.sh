#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lockdown.sh: a kernel that is locked down, and then further (with
# efi=noruntime and a signed module, and an unsigned one as /test/unsigned.ko),
# hosts what the firmware itself tells, and takes no table from a file.
# LEVEL=integrity or confidentiality on the kernel's command line, beside
# lockdown=: it is locked down from the start.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/lockdown_helpers.sh"

TABLE=/opalvm.handover

writes_a_table()
{
	load
	cat $ROOT/handover > $TABLE
	unload
}

makes_a_table()
{
	writes_a_table
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

refuses_calls()
{
	fails "locked down" opalvm call GetTime out:16 out:12
	is "$(get services/GetTime/refused)" 0
	time_is_right
	# one by one, or several
	dev locked
}

# Nothing that sysfs does not tell, and files that nobody can write.
tells_what_it_told()
{
	dev locked
	grep GetTime /sys/kernel/debug/opalvm/efi/latency
	fails "not permitted" cat /sys/kernel/debug/opalvm/efi/touched
}

refuses_efi_runtime()
{
	fails "not permitted" sh -c "exec 9<> /dev/efi_runtime"
}

# Whoever had it open still has.
locks_down_with_it_open()
{
	load
	exec 9<> /dev/efi_runtime
	/test/efi_test time 9
	locks_down "$1"
	is "$(/test/efi_test time 9 || true)" EPERM
	exec 9>&-
	unload
}

refuses_deadlines()
{
	fails "not permitted" sh -c "echo 1 > $EFI/services/GetTime/deadline_ms"
	is "$(get services/GetTime/deadline_ms)" 0
}

# What else is said tells addresses, and the module's own probe.
refusals()
{
	try_the_kernel 2>&1 | grep "not permitted"
}

is_as_without()
{
	refusals > "$WORK/with"
	unload
	refusals > "$WORK/without"
	cat "$WORK/without"
	at_least "$(wc -l < "$WORK/without")" 3
	diff "$WORK/without" "$WORK/with"
}

if [ -n "${LEVEL-}" ]; then
	levels=$LEVEL
	tests=("is_locked $LEVEL" "$LEVEL: the command line locks the kernel down"
		writes_a_table "$LEVEL: the module loads, and writes a table")
else
	levels="integrity confidentiality"
	tests=(makes_a_table "no lockdown: the table is taken"
		"locks_down_with_it_open integrity" "[lockdown-efi-runtime] the kernel is locked down to integrity, and who has /dev/efi_runtime open calls nothing")
fi
for level in $levels; do
	[ "$level" = integrity ] || [ -n "${LEVEL-}" ] ||
		tests+=("locks_down $level" "the kernel is locked down to $level")
	tests+=("refuses_the_file $TABLE" "[lockdown-table] $level: handover= is refused with EPERM and the reason"
		"refuses_unsigned /test/unsigned.ko" "[lockdown-module] $level: an unsigned module is refused"
		hosts_the_firmwares_map "[lockdown-table] $level: the table is refused, the firmware's own map is hosted"
		refuses_calls "[lockdown-calls] $level: services cannot be called"
		tells_what_it_told "$level: map and statistics are told through /dev/opalvm"
		refuses_efi_runtime "[lockdown-efi-runtime] $level: /dev/efi_runtime cannot be opened"
		refuses_deadlines "[lockdown-deadlines] $level: deadlines cannot be set"
		is_as_without "[lockdown-as-stock] $level: the kernel refuses what it refuses without the module")
done
ktap_run "${tests[@]}"
