#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# hop2.sh: what comes after hop.sh: a kernel with noefi that hosts the same
# firmware at the same addresses. From a normal boot, kexec tells it where EFI
# is, and it could host with less: only the table knows the protections.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

TABLE=/opalvm.handover

kernel_calls_nothing()
{
	grep -q noefi /proc/cmdline
	absent /sys/firmware/efi/runtime-map
}

kernel_has_no_efi()
{
	kernel_calls_nothing
	absent /sys/firmware/efi
}

table_arrived()
{
	is "$(head -c 8 $TABLE)" OPALVMAP
	is "$(stat -c %a $TABLE)" 400
}

# Where no module looks for it, and back
hide_table()
{
	mv $TABLE "$WORK/table"
}

show_table()
{
	mv "$WORK/table" $TABLE
}

needs_the_table()
{
	hide_table
	log_mark
	fails "No such device" insmod "$KO"
	log_is_one_line "no EFI memory map and no handover table"
	gone
	show_table
}

hosts_without_the_table()
{
	hide_table
	load
	is "$(get state)" hosted
	map | map_ranges > "$WORK/ours"
	map_ranges < /test/first-map | diff - "$WORK/ours"
	time_is_right
	unload
	show_table
}

hosts_with_the_table()
{
	load
	is "$(get state)" hosted
	is "$(get origin)" handover
	is "$(get hops)" 1
	is "$(get quarantine)" ""
	[ -d /sys/firmware/efi/efivars ]
}

reads_the_variable()
{
	vars_mount
	at_least "$(find "$(vars_dir)" -type f | wc -l)" 20
	is "$(var_read OpalvmHop)" "from the first kernel"
}

writes_another()
{
	var_write OpalvmHop2 7 "from the second kernel"
	is "$(var_read OpalvmHop2)" "from the second kernel"
	var_delete OpalvmHop2
	var_delete OpalvmHop
}

tool_shows_it()
{
	opalvm status | grep "origin  *handover"
}

unloads()
{
	vars_umount
	unload
	[ "$(cat /test/first-state)" = recorded ] || kernel_has_no_efi
}

# Where an initramfs keeps it for later
loads_from_run()
{
	mkdir -m 700 /run/opalvm
	mv $TABLE /run/opalvm/handover
	load
	is "$(get origin)" handover
	is "$(get hops)" 1
	map | diff /test/first-map -
	time_is_right
	unload
}

if [ "$(cat /test/first-state)" = recorded ]; then
	tests=(kernel_calls_nothing "after the hop: this kernel does not call EFI"
		hosts_without_the_table "after the hop: what kexec itself tells gives the same addresses")
else
	tests=(kernel_has_no_efi "after the hop: this kernel has no EFI"
		needs_the_table "after the hop: without a table, loading is refused with the reason")
fi
ktap_run "${tests[@]}" \
	table_arrived "after the hop: the table is there, for root alone" \
	hosts_with_the_table "after the hop: the module hosts with the table" \
	map_is_identical "after the hop: extents, entry points and system table are the same" \
	time_is_right "after the hop: GetTime agrees with the RTC" \
	reads_the_variable "after the hop: the variable of the kernel before is read" \
	writes_another "after the hop: variables are written and deleted" \
	tool_shows_it "after the hop: the tool shows where the map came from" \
	unloads "after the hop: the module unloads and leaves nothing" \
	loads_from_run "after the hop: the module finds the table in /run, too"
