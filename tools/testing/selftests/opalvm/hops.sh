#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# hops.sh: a chain of kernels. Each hosts the firmware with the table of the one
# before, at the same addresses, and goes into the next one while calls are in
# progress. This same script runs in all of them; what they know of each other
# is on the disk: the plan, the number of the hop, what the first kernel saw.
#
# Line N of the plan is the kernel that hop N goes into, how it is loaded, and
# its options: "6.12 -s noefi no5lvl". PLACEMENT is on the first kernel's
# command line.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/hops_helpers.sh"

PLACEMENT=${PLACEMENT:-identity}
DISK=/boot
FIRST=$DISK/first
TABLE=/opalvm.handover
# What visits of one kernel may differ by, in kB: paging options alone make up 2000
MEMORY_BOUND=3072

disk_mount
hop=$(cat $DISK/hop 2> /dev/null || echo 0)
hops=$(wc -l < $DISK/plan)

# plan N: sets kernel, load and options
plan()
{
	read -r kernel load options < <(sed -n "$1p" $DISK/plan)
}

#
# The first kernel
#

loads()
{
	load placement="$PLACEMENT"
	is "$(get hops)" 0
	if ! grep -q efi=noruntime /proc/cmdline; then
		is "$(get state)" recorded
		return
	fi
	is "$(get state)" hosted
	is "$(get placement)" "$PLACEMENT"
	time_is_right
}

# What must be the same in all kernels
see()
{
	mkdir -p "$1"
	map > "$1/map"
	grep . "$EFI"/services/*/entry > "$1/entries"
	get systab > "$1/systab"
	get placement > "$1/placement"
}

notes_the_map()
{
	see $FIRST
}

#
# The kernels that follow
#

kernel_is_the_planned_one()
{
	local option
	is "$(uname -r | grep -o rt || true)" "$(grep -o rt <<< "$kernel" || true)"
	is "$(uname -r | cut -d. -f1,2)" "${kernel%-rt}"
	for option in $options; do
		grep -qw -- "$option" /proc/cmdline
	done
	absent /sys/firmware/efi/runtime-map
	has no5lvl $((! $(grep -cw la57 /proc/cpuinfo)))
	has pti=on "$(dmesg | grep -c 'page tables isolation: enabled')"
}

# has OPTION TRUTH: whether what the option says is so
has()
{
	is "$(($2 > 0)) $1" "$(grep -cw -- "$1" <<< "$options" || true) $1"
}

hosts()
{
	is "$(stat -c %a $TABLE)" 400
	load
	is "$(get state)" hosted
	is "$(get origin)" handover
	is "$(get hops)" "$hop"
	is "$(get quarantine)" ""
}

# The page that the table names is kept from this kernel by one option; pages of
# kernels before are not.
state_page_is_reserved_once()
{
	local page
	page=$(word $TABLE 48 8)
	is "$(grep -o 'memmap=[^ ]*' /proc/cmdline)" "$([ "$page" = 0 ] || printf "memmap=4K\$0x%x" "$page")"
}

map_is_identical()
{
	see "$WORK/now"
	diff -r $FIRST "$WORK/now"
}

# The variables of the two kernels before are there, and no older one
reads_variables()
{
	is "$(var_read OpalvmHop$((hop - 1)))" "from hop $((hop - 1))"
	is "$(find "$(vars_dir)" -name 'OpalvmHop*' | wc -l)" $((hop > 1 ? 2 : 1))
	[ "$hop" = 1 ] || var_delete OpalvmHop$((hop - 2))
}

#
# What all of them do
#

writes_a_variable()
{
	[ "$hop" -gt 0 ] || vars_mount
	var_write "OpalvmHop$hop" 7 "from hop $hop"
	is "$(var_read "OpalvmHop$hop")" "from hop $hop"
}

loads_the_next_kernel()
{
	plan $((hop + 1))
	opalvm kexec "$load" "$DISK/vmlinuz-$kernel" --initrd="$DISK/initrd-$kernel.img" \
		--append="$(cat /test/append) $options"
	is "$(cat /sys/kernel/kexec_loaded)" 1
	echo $((hop + 1)) > $DISK/hop
	umount $DISK
}

unloads()
{
	vars_umount
	unload
	umount $DISK
}

if [ "$hop" = 0 ]; then
	name="start ($(uname -r)):"
	tests=(loads "$name the module loads"
		notes_the_map "$name the map can be noted")
else
	plan "$hop"
	name="hop $hop ($kernel $options, $load):"
	tests=(kernel_is_the_planned_one "$name the kernel is the planned one"
		hosts "$name the module hosts with the table"
		comes_again_with_the_same_table "$name the module comes again with the same table"
		state_page_is_reserved_once "$name the live state page is reserved, and no other"
		map_is_identical "$name extents, entry points, system table and placement are the same"
		time_is_right "$name GetTime agrees with the RTC"
		vars_mount "$name the variables are there"
		reads_variables "$name the variable of the kernel before is read")
fi
tests+=(writes_a_variable "$name a variable is written")
[ "$hop" = 0 ] || tests+=("memory_does_not_shrink $kernel $load $options" "$name memory does not shrink")
if [ "$hop" = "$hops" ]; then
	[ "$hops" -lt "$FLAT_HOPS" ] || tests+=(memory_is_flat "$name memory is flat over all hops")
	ktap_run "${tests[@]}" unloads "$name the module unloads"
	exit
fi
ktap_run "${tests[@]}" loads_the_next_kernel "$name the next kernel is loaded"
# the end of this file is the last that is written before the kernel goes
exec > /dev/null 2>&1
keep_busy
opalvm kexec -e
