#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# attack.sh: what those who may not can do with the module (with efi=noruntime
# on x86). In brackets, the line of Documentation/admin-guide/security.rst that
# a test stands for.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

ATTACK=/usr/bin/attack
SERVICE=GetTime
CALL="$ATTACK call 9 GetTime out own out own"
if [ "$(uname -m)" != x86_64 ]; then
	# what is hosted
	EFI=$ROOT/rtas SERVICE=get-time-of-day
	[ ! -d /proc/device-tree/ibm,opal ] || EFI=$ROOT/opal SERVICE=OPAL_RTC_READ
	CALL="$ATTACK call 9 $SERVICE out own out own"
fi

echo "nobody::65534:65534::/:/bin/sh" >> /etc/passwd
chmod 755 "$WORK"

# user COMMAND: as a user who is nobody
user()
{
	su -s /bin/bash nobody -c "$1"
}

# userns COMMAND: as root of a user namespace of that user's own
userns()
{
	su -s /bin/bash nobody -c "unshare -Urm bash -c '$1'"
}

# Kernel and modules, debugfs, devices: all but processes
all_files()
{
	find /sys /dev -type f -o -type c 2> /dev/null | grep -v '^/sys/kernel/slab/' | sort
}

makes_files()
{
	all_files > "$WORK/before"
	load
	all_files > "$WORK/after"
	sort "$WORK/before" "$WORK/before" "$WORK/after" | uniq -u > "$WORK/files"
	at_least "$(grep -c "^$EFI/" "$WORK/files")" 30
	grep -x /dev/opalvm "$WORK/files"
	grep "^/sys/module/opalvm/" "$WORK/files"
}

user_opens_no_file_of_a_firmware()
{
	grep -E "^$ROOT/|^/dev/(opalvm|efi_)|/parameters/" "$WORK/files" > "$WORK/closed"
	at_least "$(wc -l < "$WORK/closed")" 30
	user "while read -r f; do for how in '<' '>>'; do
		eval \"true \$how \\\"\$f\\\"\" 2> /dev/null && echo \"\$f \$how\"; done; done < $WORK/closed" > "$WORK/open" || true
	is "$(cat "$WORK/open")" ""
}

# Each address that the module deals in, in hexadecimal without zeros in front
addresses()
{
	{
		map | xargs -n 5 | cut -d' ' -f1,2 | tr ' ' '\n'
		cat "$EFI"/services/*/entry
		[ ! -e "$EFI/systab" ] || get systab
		cat /sys/module/opalvm/sections/.text /sys/module/opalvm/sections/.data
		sed -n 's/^\(0x[0-9a-f]*\)-.* opalvm.*/\1/p' /proc/vmallocinfo
		printf '%#x\n' "$(od -An -v -t u8 -j 48 -N 8 "$ROOT/handover" | xargs)"
	} | sed 's/^0x0*//' | grep -E '^.{6}' | sort -u
}

# What others can read in files that come with the module, and in those of the
# kernel that speak of it
readable()
{
	user "while read -r f; do cat \"\$f\" 2> /dev/null && echo \"\$f\" >&3; done < $WORK/files
		grep -hsE 'opalvm|firmware' /proc/kallsyms
		cat /proc/{modules,iomem,ioports,interrupts,vmallocinfo,devices,misc,timer_list,kcore} 2> /dev/null" \
		3> "$WORK/read-files" || true
}

user_reads_no_address()
{
	addresses > "$WORK/addresses"
	at_least "$(wc -l < "$WORK/addresses")" 4
	echo 1 > /proc/sys/kernel/kptr_restrict
	readable > "$WORK/readable"
	cat "$WORK/read-files"
	at_least "$(wc -l < "$WORK/read-files")" 5
	at_least "$(wc -l < "$WORK/readable")" 50
	is "$(grep -aiFf "$WORK/addresses" "$WORK/readable" | head)" ""
	is "$(grep -aiE 'ffff[0-9a-f]{12}|c0000[0-9a-f]{11}' "$WORK/readable" | head)" ""
	# and root's own view has them: the search finds what is there
	cat "$EFI"/map/*/virt_addr | grep -iFf "$WORK/addresses" | head -n 1
}

user_reads_no_log()
{
	echo 1 > /proc/sys/kernel/dmesg_restrict
	fails "not permitted" user dmesg
	fails "denied" user "cat /sys/kernel/debug/*"
}

user_calls_nothing()
{
	local numbers name
	fails "only root may read it" user "opalvm call $SERVICE out:16 out:12"
	numbers=$(stat -c '%t %T' /dev/opalvm)
	# shellcheck disable=SC2086 # two numbers
	fails "ermission denied" user "mknod /tmp/opalvm c $(printf '%d %d' 0x${numbers% *} 0x${numbers#* })"
	for name in insmod rmmod; do
		fails "not permitted" user "$name $KO"
	done
}

# One that root opened and left
open_device_is_no_leave()
{
	exec 9<> /dev/opalvm
	# RTAS wants another argument
	[ "$SERVICE" = get-time-of-day ] || is "$($CALL)" 0
	is "$(user "$CALL" || true)" EPERM
	is "$(userns "$CALL" || true)" EPERM
	# shellcheck disable=SC2086 # its words
	is "$($ATTACK drop $CALL || true)" EPERM
	exec 9>&-
}

open_files_are_no_leave()
{
	local file
	while read -r file; do
		exec 8>> "$file"
		fails "not permitted" user "echo 1 >&8"
		fails "not permitted" userns "echo 1 >&8"
		fails "not permitted" $ATTACK drop bash -c "echo 1 >&8"
		exec 8>&-
		echo "$file"
	# one of each name
	done < <(find "$EFI" -type f -perm -200 | awk -F / '!seen[$NF]++')
	is "$(get quarantine)" ""
}

root_of_a_namespace_has_nothing()
{
	is "$(userns "id -u")" 0
	userns "while read -r f; do for how in \"<\" \">>\"; do
		eval \"true \$how \$f\" 2> /dev/null && echo \"\$f \$how\"; done; done < $WORK/closed" > "$WORK/open" || true
	is "$(cat "$WORK/open")" ""
	fails "only root may read it" userns "opalvm status"
	fails "not permitted" userns "insmod $KO"
	fails "not permitted" userns "dmesg"
}

root_of_a_namespace_mounts_nothing()
{
	local type
	modprobe -q efivarfs || true
	# what it may mount shows that the test can fail
	userns "mount -t tmpfs tmpfs /mnt"
	for type in efivarfs debugfs tracefs securityfs; do
		grep -qw $type /proc/filesystems || continue
		fails "" userns "mount -t $type $type /mnt"
		echo $type
	done
}

root_without_capabilities_changes_nothing()
{
	$ATTACK drop cat "$EFI/state"
	fails "not permitted" $ATTACK drop bash -c "echo all > $EFI/quarantine"
	fails "for want of CAP_SYS_ADMIN" $ATTACK drop opalvm call $SERVICE out:16 out:12
	fails "not permitted" $ATTACK drop rmmod "$(sed -n '1s/ .*//p' /proc/modules)"
	fails "not permitted" $ATTACK drop insmod "$KO"
}

internal_services_are_nobodys()
{
	local name
	exec 9<> /dev/opalvm
	for name in SetVirtualAddressMap ConvertPointer; do
		is "$($ATTACK call 9 $name || true)" EPERM
		is "$(get services/$name/calls)" 0
	done
	exec 9>&-
}

# As the kernel's own driver, it is not even opened without the capability.
open_efi_runtime_is_no_leave()
{
	fails "ermission denied" $ATTACK drop bash -c "exec 9<> /dev/efi_runtime"
	exec 9<> /dev/efi_runtime
	/test/efi_test time 9
	is "$(user "/test/efi_test time 9" || true)" EPERM
	is "$(userns "/test/efi_test time 9" || true)" EPERM
	is "$($ATTACK drop /test/efi_test time 9 || true)" EPERM
	exec 9>&-
}

# The rest of what its ioctls are given is in efi_test.sh.
root_calls_through_efi_runtime()
{
	local service
	for service in GetTime GetVariable SetVariable ResetSystem; do
		/test/efi_test $service
	done
	is "$(get quarantine)" ""
}

# The firmware is given copies: no address of the caller's, nor of the kernel
kernel_memory_is_no_argument()
{
	local text address
	text=0x$(sed -n 's/ T _text$//p' /proc/kallsyms)
	exec 9<> /dev/opalvm
	for address in "$text" "0x$(sed -n '1s/^0x\([0-9a-f]*\)-.*/\1/p' /proc/vmallocinfo)" 0x1000; do
		is "$($ATTACK call 9 GetTime out "$address" out 0 || true)" EFAULT
		is "$($ATTACK call 9 GetTime in "$address" out 0 || true)" EFAULT
		echo "$address"
	done
	exec 9>&-
	time_is_right
}

# A value is passed as it is: here a number of bytes that is too small
root_calls_anything()
{
	opalvm call GetNextVariableName inout:0000000000000000 null null | tee "$WORK/said"
	grep "returned  0x8" "$WORK/said"
	is "$(get services/GetNextVariableName/faults)" 0
}

user_reads_variables_slowly()
{
	local before began ms calls
	vars_mount
	var_write OpalvmAttack 7 "read in a loop"
	fails "" user "echo 1 > $(vars_dir)/OpalvmAttack-$GUID"
	fails "permission denied" user "mount -t efivarfs efivarfs /mnt"
	before=$(get services/GetVariable/calls)
	began=${EPOCHREALTIME/./}
	user "for ((i = 0; i < 200; i++)); do read -r -N 64 _ < $(vars_dir)/OpalvmAttack-$GUID; done" || true
	ms=$(((${EPOCHREALTIME/./} - began) / 1000))
	calls=$(($(get services/GetVariable/calls) - before))
	echo "$calls calls in $ms ms"
	# one for the size, and one for the value
	at_least $calls 400
	# the kernel lets a user read 100 times in each second that begins
	at_most $calls $((2 * 100 * (ms / 1000 + 2)))
	var_delete OpalvmAttack
	vars_umount
}

# The clock is a device of the rtc class, and those tell anybody the time.
user_reads_the_clock()
{
	local clock before
	clock=$(grep -l opalvm /sys/class/rtc/*/name | xargs dirname)
	before=$(cat "$EFI"/services/*/calls | awk '{ n += $1 } END { print n }')
	user "cat $clock/since_epoch"
	at_least "$(cat "$EFI"/services/*/calls | awk '{ n += $1 } END { print n }')" $((before + 1))
	fails "denied" user "echo 1 > $clock/since_epoch"
	fails "denied" user "hwclock -r -f /dev/${clock##*/}"
}

user_reads_the_table_in_the_tree()
{
	user "cat /proc/device-tree/chosen/opalvm,handover" | cmp - "$ROOT/handover"
	is "$(od -An -v -t x8 "$ROOT/handover" | grep -E ' c00' || true)" ""
	# where the firmware is, the tree tells as well
	if [ -d /proc/device-tree/rtas ]; then
		user "cat /proc/device-tree/rtas/linux,rtas-base" | od -t x1
	else
		user "cat /proc/device-tree/ibm,opal/opal-base-address" | od -t x1
	fi
}

user_looks_at_names_for_nothing()
{
	local before
	vars_mount
	before=$(cat "$EFI"/services/*/calls | xargs)
	user "ls -l $(vars_dir)" | tail -n 1
	user "ls -lR $ROOT /sys/module/opalvm" > /dev/null 2>&1 || true
	is "$(cat "$EFI"/services/*/calls | xargs)" "$before"
	vars_umount
}

nothing_is_left()
{
	is "$(get quarantine)" ""
	is "$(cat "$EFI"/services/*/faults "$EFI"/services/*/hangs | sort -u)" 0
	unload
}

tests=(makes_files "the module loads and makes files"
	user_opens_no_file_of_a_firmware "[user-files] others open no file of the module"
	user_reads_no_address "[user-addresses] others read no address"
	user_reads_no_log "[user-log] others read neither log nor debugfs"
	user_calls_nothing "[user-calls] others call nothing, and load nothing"
	open_device_is_no_leave "[open-device] an open /dev/opalvm gives no leave"
	open_files_are_no_leave "[open-files] open files give no leave"
	root_of_a_namespace_has_nothing "[userns-files] root of a user namespace is one of the others"
	root_of_a_namespace_mounts_nothing "[userns-mounts] root of a user namespace mounts nothing of it"
	root_without_capabilities_changes_nothing "[root-no-caps] root without capabilities changes nothing")
tests+=(user_reads_the_clock "[user-clock] others read the clock, and do not set it")
if [ "$(uname -m)" = x86_64 ]; then
	tests+=(internal_services_are_nobodys "[internal-services] services that are internal are called for nobody"
		kernel_memory_is_no_argument "[kernel-pointers] no address of the kernel is taken as an argument"
		root_calls_anything "[root-calls] root calls a service with any value"
		open_efi_runtime_is_no_leave "[open-efi-runtime] whoever has /dev/efi_runtime open calls nothing"
		root_calls_through_efi_runtime "[root-efi-runtime] root calls as through efi_test, and bad arguments do no harm"
		user_reads_variables_slowly "[user-rate] others read variables 100 times a second"
		user_looks_at_names_for_nothing "[user-names] looking at names and sizes calls nothing")
else
	tests+=(user_reads_the_table_in_the_tree "[tree-table] others read the table in the device tree")
fi
ktap_run "${tests[@]}" nothing_is_left "nothing was spoiled, and nothing is left"
