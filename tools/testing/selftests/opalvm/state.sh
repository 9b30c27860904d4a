#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# state.sh: what happens after the next kernel was loaded, with efi=noruntime.
# state2.sh finds it there. HOW, from the kernel's command line:
#	live	a write is broken off, and plain kexec -e goes: the live state
#		page tells
#	reload	the same, and opalvm kexec -e goes: it loads the new table
#	crash	a panic in the middle of a write; wants crashkernel=
#	busy	services are called without a pause, and plain kexec -e goes
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

INITRD=$WORK/initrd.img

loads()
{
	load
	is "$(get state)" hosted
	is "$(get quarantine)" ""
	is "$(get in_flight)" ""
	vars_mount
	var_write OpalvmState 7 "from the first kernel"
}

loads_the_next_kernel()
{
	local load=-s append
	append="$(cat /test/append) noefi HOW=$HOW"
	[ "$HOW" != crash ] || { load="-p -s"; append+=" nr_cpus=1 reset_devices"; }
	mkdir -p "$WORK/stage/test"
	get generation > "$WORK/stage/test/generation"
	cp /boot/initrd-6.1.img "$INITRD"
	(cd "$WORK/stage" && find . -type f | cpio -o -H newc 2> /dev/null) >> "$INITRD"
	# shellcheck disable=SC2086 # one option or two
	opalvm kexec $load /boot/vmlinuz-6.1 --initrd="$INITRD" --append="$append"
}

# Long enough for a deadline, and to be met in the middle
write_slowly()
{
	{ printf '\007\0\0\0'; head -c 24000 /dev/urandom; } > "$WORK/value"
	dd if="$WORK/value" of="$(vars_dir)/OpalvmLong-$GUID" bs=64k conv=notrunc
}

# Root takes the risk that the documentation tells of.
breaks_off_a_write()
{
	# shellcheck disable=SC2016 # of the event
	uevent sh -c 'echo "$ACTION $SUBSYSTEM $DEVPATH $GENERATION"' > "$WORK/uevents" &
	sleep 1
	echo 1 > $EFI/services/SetVariable/deadline_ms
	fails "" write_slowly
	is "$(get services/SetVariable/state)" spoiled
	at_least "$(get generation)" $(($(cat "$WORK/stage/test/generation") + 1))
	get time
	sleep 1
	kill %%
	grep -x "change platform /devices/platform/opalvm $(get generation)" "$WORK/uevents"
}

calls_without_a_pause()
{
	local n=0
	(while :; do get time; done) > /dev/null 2>&1 &
	(while :; do cat "$(vars_dir)"/Boot*; done) > /dev/null 2>&1 &
	(while :; do var_write OpalvmBusy 7 "value $((n++))"; done) > /dev/null 2>&1 &
	until [ "$(get services/SetVariable/calls)" -gt 10 ]; do
		sleep 0.1
	done
}

tests=(loads "the module hosts" loads_the_next_kernel "$HOW: the next kernel is loaded")
case $HOW in
live | reload) tests+=(breaks_off_a_write "$HOW: a write is broken off at its deadline") ;;
busy) tests+=(calls_without_a_pause "$HOW: services are called without a pause") ;;
esac
ktap_run "${tests[@]}"
exec > /dev/null 2>&1
sync
case $HOW in
live | busy) kexec -e ;;
reload) opalvm kexec -e ;;
crash)
	write_slowly &
	until [ "$(get in_flight)" = SetVariable ]; do
		:
	done
	echo c > /proc/sysrq-trigger
	;;
esac
