#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# hosted.sh: the kernel leaves EFI alone (efi=noruntime), and the module hosts
# it: first with placement=identity, then with placement=assigned. Wants
# iomem=relaxed as well, to compare with what the firmware told.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

SERVICES="ConvertPointer GetNextHighMonotonicCount GetNextVariableName GetTime
	GetVariable GetWakeupTime QueryCapsuleCapabilities QueryVariableInfo
	ResetSystem SetTime SetVariable SetVirtualAddressMap SetWakeupTime UpdateCapsule"

kernel_calls_nothing()
{
	grep -q 'efi=noruntime' /proc/cmdline
	gone
}

wrong_placement()
{
	log_mark
	fails "Invalid parameters" insmod "$KO" placement=foo
	log_is_one_line "placement=foo: must be identity or assigned"
	gone
}

loads()
{
	load placement="$1"
	log_says "opalvm: efi: hosted, $(map | wc -l) extents"
	is "$(log | grep -i error)" ""
}

describes_itself()
{
	is "$(get state)" hosted
	is "$(get origin)" "$1"
	is "$(get placement)" "$1"
	is "$(get hops)" 0
	is "$(get capsule_pending)" 0
	is "$(get quarantine)" ""
	at_least "$(get generation)" 1
}

is_for_root_alone()
{
	is "$(find "$ROOT" -type f ! -perm 400 ! -perm 600)" ""
	fails "ermission denied" su -s /bin/sh nobody -c "cat $EFI/time"
}

# The firmware's memory map, where the kernel was told that it is: struct
# efi_info in the boot parameters
firmware_ranges()
{
	local boot=/sys/kernel/boot_params/data info=$((0x1c0)) size i words type
	size=$(word $boot $((info + 8)) 4)
	# not in System RAM: with iomem=relaxed it can be read
	dd if=/dev/mem bs=4096 iflag=skip_bytes,count_bytes skip="$(word $boot $((info + 16)) 4)" \
		count="$(word $boot $((info + 20)) 4)" > "$WORK/memmap" 2> "$WORK/dd" ||
		{ cat "$WORK/dd" >&2; return 1; }
	read -r -d '' -a words < <(od -An -v -t x8 "$WORK/memmap") || true
	at_least ${#words[@]} 50 >&2
	for ((i = 0; i < ${#words[@]}; i += size / 8)); do
		# EFI_MEMORY_RUNTIME, but not on boot services
		((0x${words[i + 4]} < 0)) || continue
		type=$((0x${words[i]} & 0xffffffff))
		((type != 3 && type != 4)) || continue
		printf '%016x %016x %016x %x\n' $((0x${words[i + 1]})) \
			$((0x${words[i + 1]} + 0x${words[i + 3]} * 4096)) 0 $type
	done | merge_ranges
}

map_is_the_firmwares()
{
	firmware_ranges > "$WORK/firmware"
	at_least "$(wc -l < "$WORK/firmware")" 2
	# whatever the virtual addresses are
	map > "$WORK/map"
	while read -r _ pa pages attribute type; do
		echo "$pa $pa $pages $attribute $type"
	done < "$WORK/map" | map_ranges > "$WORK/ours"
	diff "$WORK/firmware" "$WORK/ours"
}

addresses_are_placed()
{
	local va pa pages attribute type
	map > "$WORK/map"
	while read -r va pa pages attribute type; do
		: "$attribute $type"
		if [ "$1" = identity ]; then
			is "$va" "$pa"
		else
			# -68 GiB to -4 GiB
			at_least $((va)) $((-68 << 30))
			at_most $((va + pages * 4096)) $((-4 << 30))
		fi
	done < "$WORK/map"
	sort "$WORK/map" > "$WORK/map-$1"
}

nothing_writable_and_executable()
{
	local va pa pages attribute type
	map > "$WORK/map"
	while read -r va pa pages attribute type; do
		((attribute & MEMORY_RO || attribute & MEMORY_XP)) ||
			{ echo "extent $va"; return 1; }
	done < "$WORK/map"
}

services_are_there()
{
	local name wanted entry
	is "$(echo "$EFI"/services/* | xargs -n 1 basename | xargs)" "$(xargs <<< "$SERVICES")"
	for name in $SERVICES; do
		case $name in
		SetVirtualAddressMap | ConvertPointer) wanted=internal ;;
		*) wanted=ok ;;
		esac
		echo "$name"
		is "$(get "services/$name/state")" "$wanted"
		is "$(get "services/$name/faults")" 0
		is "$(get "services/$name/hangs")" 0
		entry=$(get "services/$name/entry")
		[ "$wanted" = internal ] || is_executable "$entry"
	done
}

is_executable()
{
	local va pa pages attribute type
	while read -r va pa pages attribute type; do
		if (($1 >= va && $1 < va + pages * 4096)); then
			((!(attribute & MEMORY_XP)))
			return
		fi
	done < <(map)
	echo "$1 is in no extent"
	return 1
}

calls_are_counted()
{
	local before
	before=$(get services/GetTime/calls)
	get time
	get time
	is "$(get services/GetTime/calls)" $((before + 2))
	at_least "$(get services/GetTime/total_ns)" 1
}

stack_is_watched()
{
	at_least "$(get stack_used)" 1
	at_most "$(get stack_used)" 65535
}

tool_shows_it()
{
	[ -x /usr/bin/opalvm ]
	opalvm status | grep "state  *hosted"
	opalvm status --json | grep '"state": *"hosted"'
	opalvm time
	# all extents, then a line with their sum
	at_least "$(opalvm map | wc -l)" "$(map | wc -l)"
	opalvm services | grep GetTime
	opalvm top -n 1 | grep GetTime
	opalvm handover | grep "checksum .* is right"
	opalvm doctor | tee "$WORK/doctor"
	grep "Nothing stands in the way" "$WORK/doctor"
}

# what is found depends on the firmware
tool_audits_it()
{
	local rc=0
	opalvm audit --json > "$WORK/audit" || rc=$?
	[ $rc = 0 ] || is $rc 4
	is "$(grep -c '"findings"' "$WORK/audit")" "$(map | wc -l)"
	is "$(grep -c writable-executable "$WORK/audit")" 0
	rc=0
	opalvm audit --svg "$WORK/audit.svg" || rc=$?
	[ $rc = 0 ] || is $rc 4
	is "$(grep -c 'class="extent"' "$WORK/audit.svg")" "$(map | wc -l)"
}

tool_traces_it()
{
	opalvm trace opalvm time | tee "$WORK/trace"
	grep "opalvm_call_enter: .*service=GetTime " "$WORK/trace"
	grep "opalvm_call_exit: .*service=GetTime verdict=ok" "$WORK/trace"
	opalvm trace --json opalvm time > "$WORK/trace"
	grep '"event":"opalvm_call_exit".*"service":"GetTime","verdict":0,' "$WORK/trace"
	is "$(ls /sys/kernel/tracing/instances)" ""
}

efivarfs_mounts()
{
	is "$(get efivars)" registered
	vars_mount
	at_least "$(find "$(vars_dir)" -type f | wc -l)" 20
}

variables_are_written()
{
	var_write OpalvmTest 7 hello
	is "$(var_read OpalvmTest)" hello
	var_write OpalvmTest 7 other
	is "$(var_read OpalvmTest)" other
	# with EFI_VARIABLE_APPEND_WRITE
	var_write OpalvmTest 107 " and more"
	is "$(var_read OpalvmTest)" "other and more"
	var_delete OpalvmTest
	# and it is gone from the store, too
	umount "$(vars_dir)"
	mount -t efivarfs efivarfs "$(vars_dir)"
	absent "$(vars_dir)/OpalvmTest-$GUID"
}

large_variable()
{
	local text
	text=$(head -c 16000 /dev/zero | tr '\0' x)
	var_write OpalvmLarge 7 "$text"
	is "$(var_read OpalvmLarge | md5sum)" "$(printf %s "$text" | md5sum)"
	var_delete OpalvmLarge
}

efibootmgr_works()
{
	local entry
	efibootmgr | grep '^BootOrder: '
	efibootmgr -q -c -d /dev/vda -p 1 -L opalvm-test -l '\test.efi'
	entry=$(efibootmgr | sed -n 's/^Boot\([0-9A-F]*\).* opalvm-test.*/\1/p')
	is "${#entry}" 4
	efibootmgr -q -b "$entry" -B
	is "$(efibootmgr | grep opalvm-test)" ""
}

unload_is_refused()
{
	fails "is in use" rmmod opalvm
	log_mark
	fails "busy" sh -c "echo 0 > $EFI/efivars"
	log_is_one_line "efivarfs: umount it first"
	is "$(get efivars)" registered
	# and nothing broke
	get time
	var_write OpalvmTest 7 still
	is "$(var_read OpalvmTest)" still
	var_delete OpalvmTest
}

quarantine_is_empty()
{
	is "$(get quarantine)" ""
	fails "nvalid argument" sh -c "echo NoSuchService > $EFI/quarantine"
	is "$(cat "$EFI"/services/*/faults "$EFI"/services/*/hangs | sort -u)" 0
}

unloads()
{
	[ "$1" != assigned ] || cat "$ROOT/handover" > "$WORK/table"
	vars_umount
	unload
}

loads_again()
{
	load
	is "$(get origin)" identity
	map | sort | diff "$WORK/map-identity" -
	time_is_right
	unload
}

moved_firmware_needs_a_table()
{
	log_mark
	fails "No such device" insmod "$KO"
	log_is_one_line "load with handover=FILE, a table that was saved before"
	gone
	log_mark
	fails "No such device" insmod "$KO" placement=assigned
	log_is_one_line "load with handover=FILE, a table that was saved before"
	gone
}

loads_from_a_saved_table()
{
	load handover="$WORK/table"
	is "$(get origin)" handover
	is "$(get placement)" assigned
	is "$(get state)" hosted
	map | sort | diff "$WORK/map-assigned" -
	time_is_right
	vars_mount
	var_write OpalvmTest 7 again
	is "$(var_read OpalvmTest)" again
	var_delete OpalvmTest
	vars_umount
	unload
}

echo "nobody::65534:65534::/:/bin/sh" >> /etc/passwd

# A partition to make boot entries for
modprobe -q virtio_pci || true
modprobe -q virtio_blk || true
printf 'n\np\n1\n\n\nw\n' | fdisk /dev/vda > /dev/null 2>&1

tests=(kernel_calls_nothing "the kernel runs without EFI runtime services"
	wrong_placement "an unknown placement is refused with its name")
for p in identity assigned; do
	tests+=("loads $p" "$p: the module loads"
		"describes_itself $p" "$p: state, origin and placement are right"
		is_for_root_alone "$p: no file can be read by others"
		map_is_the_firmwares "$p: the map covers the firmware's runtime ranges and nothing else"
		"addresses_are_placed $p" "$p: virtual addresses are where the placement says"
		nothing_writable_and_executable "$p: nothing is writable and executable"
		services_are_there "$p: all services can be called, but for internal ones"
		time_is_right "$p: GetTime agrees with the RTC"
		calls_are_counted "$p: calls are counted"
		stack_is_watched "$p: the use of the firmware's stack is known"
		tool_shows_it "$p: the tool shows what is hosted"
		tool_audits_it "$p: the tool audits the map"
		tool_traces_it "$p: the tool prints calls as they come"
		efivarfs_mounts "$p: efivarfs mounts read-write and lists the variables"
		variables_are_written "$p: variables are written, read, appended to and deleted"
		large_variable "$p: a large variable comes back unchanged"
		efibootmgr_works "$p: efibootmgr creates and deletes an entry"
		unload_is_refused "$p: a mounted efivarfs keeps the module, with a reason"
		quarantine_is_empty "$p: nothing is in quarantine"
		"unloads $p" "$p: the module unloads and leaves nothing")
	[ "$p" != identity ] || tests+=(loads_again "identity: the module loads again")
done
tests+=(moved_firmware_needs_a_table "after assigned, loading without a table is refused with a reason"
	loads_from_a_saved_table "after assigned, the module loads from a saved table")
ktap_run "${tests[@]}"
