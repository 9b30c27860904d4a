#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# opal_hops.sh: as hops.sh, for OPAL and RTAS. Line N of the plan is the kernel that
# hop N goes into, and what carries the table there: "ppc64-6.12 chosen" or
# "ppc64-6.12 initrd".
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/hops_helpers.sh"

# what is hosted
if [ -d /proc/device-tree/ibm,opal ]; then
	EFI=$ROOT/opal
else
	EFI=$ROOT/rtas
fi
DISK=/boot
FIRST=$DISK/first
TABLE=/opalvm.handover
PROPERTY=/proc/device-tree/chosen/opalvm,handover
MEMORY_BOUND=8192

disk_mount
hop=$(cat $DISK/hop 2> /dev/null || echo 0)
hops=$(wc -l < $DISK/plan)

# plan N: sets kernel and carrier
plan()
{
	read -r kernel carrier < <(sed -n "$1p" $DISK/plan)
}

see()
{
	mkdir -p "$1"
	map > "$1/map"
	get placement > "$1/placement"
	(cd "$EFI/services" && echo *) > "$1/services"
}

loads()
{
	load
	is "$(get state)" hosted
	is "$(get origin)" firmware
	is "$(get hops)" 0
	time_is_right
	see $FIRST
}

kernel_is_the_planned_one()
{
	is "$(uname -r | cut -d. -f1,2)" "${kernel#ppc64-}"
	if [ "$carrier" = chosen ]; then
		absent $TABLE
		[ -s "$PROPERTY" ]
	else
		# what the kernel before last left may be there as well: it has travelled less
		is "$(stat -c %a $TABLE)" 400
	fi
}

hosts()
{
	load
	is "$(get state)" hosted
	is "$(get origin)" handover
	is "$(get hops)" "$hop"
	is "$(get quarantine)" ""
}

map_is_identical()
{
	see "$WORK/now"
	diff -r $FIRST "$WORK/now"
}

loads_the_next_kernel()
{
	plan $((hop + 1))
	if [ "$carrier" = chosen ]; then
		kexec -l "$DISK/vmlinuz-$kernel" --initrd="$DISK/initrd-$kernel.img" \
			--append="$(cat /test/append)"
	else
		# without the module, its property is not there to be copied
		cp -r $ROOT "$WORK/sysfs"
		unload
		OPALVM_SYSFS=$WORK/sysfs opalvm kexec -l "$DISK/vmlinuz-$kernel" \
			--initrd="$DISK/initrd-$kernel.img" --append="$(cat /test/append)"
	fi
	is "$(cat /sys/kernel/kexec_loaded)" 1
	echo $((hop + 1)) > $DISK/hop
	umount $DISK
}

unloads()
{
	unload
	umount $DISK
}

if [ "$hop" = 0 ]; then
	name="start ($(uname -r)):"
	tests=(loads "$name the module loads")
else
	plan "$hop"
	name="hop $hop ($kernel, $carrier):"
	tests=(kernel_is_the_planned_one "$name the kernel is the planned one, and so is what carries the table"
		hosts "$name the module hosts with the table"
		map_is_identical "$name extents, placement and services are the same"
		time_is_right "$name the firmware's clock agrees with the kernel's"
		comes_again_with_the_same_table "$name the module comes again with the same table"
		"memory_does_not_shrink $kernel $carrier" "$name memory does not shrink")
fi
if [ "$hop" = "$hops" ]; then
	[ "$hops" -lt "$FLAT_HOPS" ] || tests+=(memory_is_flat "$name memory is flat over all hops")
	ktap_run "${tests[@]}" unloads "$name the module unloads"
	exit
fi
ktap_run "${tests[@]}" loads_the_next_kernel "$name the next kernel is loaded"
kexec -e
