#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# events.sh: what happens to a whole machine happens while the firmware is
# called without a pause (with efi=noruntime and two CPUs): no call fails,
# nothing waits for ever, nothing leaks. The machine is turned off while calls
# are still made. EVENTS is how often each thing happens, 3 by default. What
# sysrq prints has call traces in it.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

EVENTS=${EVENTS:-3}
CPU1=/sys/devices/system/cpu/cpu1
KMEMLEAK=/sys/kernel/debug/kmemleak

# repeat NAME command...: until $WORK/stop is there; says if it ever fails
repeat()
{
	local name=$1 n=0
	shift
	: > "$WORK/busy.$name"
	until [ -e "$WORK/stop" ]; do
		"$@" > "$WORK/$name.out" 2>&1 ||
			{ echo "$name: call $n: $(tail -n 1 "$WORK/$name.out")" >> "$WORK/failed"; break; }
		n=$((n + 1))
	done
	rm "$WORK/busy.$name"
}

read_time()
{
	read -r _ < $EFI/time
}

call_by_name()
{
	opalvm call GetTime out:16 out:12
}

# The kernel may have efivarfs built in, which gives up at boot for want of EFI.
has_efivarfs()
{
	modprobe -q efivarfs || true
	grep -qw efivarfs /proc/filesystems
}

# "OpalvmEvents" and $GUID as the firmware has them
NAME=in:4f00700061006c0076006d004500760065006e00740073000000
VENDOR=in:4c41504f4d56504f414c564d4f50414c
TEXT="written all the time"

read_variables()
{
	if [ -e "$WORK/efivarfs" ]; then
		cat "$(vars_dir)"/Boot*
	else
		opalvm call GetVariable $NAME $VENDOR null inout:4000000000000000 out:64
	fi
}

write_variable()
{
	if [ -e "$WORK/efivarfs" ]; then
		var_write OpalvmEvents 7 "$TEXT"
	else
		opalvm call SetVariable $NAME $VENDOR 7 ${#TEXT} "in:$(printf %s "$TEXT" | od -An -v -t x1 | tr -d ' \n')"
	fi
}

mount_vars()
{
	if has_efivarfs; then
		vars_mount
		touch "$WORK/efivarfs"
	fi
	write_variable
}

umount_vars()
{
	[ ! -e "$WORK/efivarfs" ] || vars_umount
}

calls_start()
{
	rm -f "$WORK/stop" "$WORK/failed"
	repeat time read_time > /dev/null 2>&1 &
	repeat read read_variables > /dev/null 2>&1 &
	repeat write write_variable > /dev/null 2>&1 &
	repeat name call_by_name > /dev/null 2>&1 &
}

none_failed()
{
	absent "$WORK/failed" || { cat "$WORK/failed"; return 1; }
}

calls_stop()
{
	touch "$WORK/stop"
	# they are another subshell's
	while [ -n "$(find "$WORK" -name 'busy.*')" ]; do
		sleep 0.1
	done
	none_failed
}

# have_grown NAME-COUNT...: more calls of each than that have been made by now
have_grown()
{
	local was now
	for was in "$@"; do
		read -r now < "$EFI/services/${was%-*}/calls"
		[ "$now" -gt "${was#*-}" ] || return 1
	done
}

# What is called all the time is called now, too.
calls_go_on()
{
	local name now before=() i
	for name in GetTime GetVariable SetVariable; do
		read -r now < "$EFI/services/$name/calls"
		before+=("$name-$now")
	done
	for ((i = 0; i < 600; i++)); do
		[ ! -e "$WORK/failed" ] || break
		! have_grown "${before[@]}" || return 0
		sleep 0.1
	done
	none_failed
	echo "a minute ago there were as many calls: ${before[*]}"
	return 1
}

calls_are_made()
{
	load
	[ ! -e $KMEMLEAK ] || echo clear > $KMEMLEAK
	mount_vars
	calls_start
	calls_go_on
}

worker()
{
	# tasks that end meanwhile
	{ grep -lsx opalvm/efi /proc/[0-9]*/comm || true; } | cut -d/ -f3
}

# Its CPU goes under the worker.
cpu_goes_and_comes()
{
	local i pid
	pid=$(worker)
	at_least "$pid" 2
	for ((i = 0; i < EVENTS; i++)); do
		taskset -pc 1 "$pid"
		calls_go_on
		echo 0 > $CPU1/online
		is "$(cat $CPU1/online)" 0
		calls_go_on
		echo 1 > $CPU1/online
		calls_go_on
	done
	taskset -pc 0-1 "$pid"
}

# sleeps STATE LEVEL: as far as LEVEL of pm_test goes, and back at once
sleeps()
{
	local i
	echo 0 > /sys/module/suspend/parameters/pm_test_delay
	echo "$2" > /sys/power/pm_test
	for ((i = 0; i < EVENTS; i++)); do
		echo "$1" > /sys/power/state
		calls_go_on
	done
	echo none > /sys/power/pm_test
}

# All the way, through the firmware and back, with the clock's alarm. Nothing
# would wake QEMU from idling.
sleeps_and_wakes()
{
	grep -F "[deep]" /sys/power/mem_sleep
	echo 0 > /sys/class/rtc/rtc0/wakealarm
	echo +3 > /sys/class/rtc/rtc0/wakealarm
	echo mem > /sys/power/state
	calls_go_on
	time_is_right
}

# All but a few megabytes is in use, so that pages are reclaimed all the time.
memory_is_short()
{
	local i
	mkdir -p "$WORK/full"
	mount -t tmpfs -o size=100% tmpfs "$WORK/full"
	dd if=/dev/zero of="$WORK/full/file" bs=1M count=$(($(memory MemAvailable) / 1024 - 40)) 2> /dev/null
	for ((i = 0; i < EVENTS; i++)); do
		echo 3 > /proc/sys/vm/drop_caches
		[ ! -e /proc/sys/vm/compact_memory ] || echo 1 > /proc/sys/vm/compact_memory
		calls_go_on
	done
	umount "$WORK/full"
	calls_go_on
}

# Tasks, blocked tasks, memory, and where each CPU is: the last by an NMI, also
# in the middle of the firmware
sysrq_prints()
{
	local i key
	echo 1 > /proc/sys/kernel/sysrq
	for key in t w m l; do
		echo $key > /proc/sysrq-trigger
		calls_go_on
	done
	for ((i = 0; i < 10 * EVENTS; i++)); do
		echo l > /proc/sysrq-trigger
	done
	calls_go_on
}

calls_stop_and_nothing_is_off()
{
	calls_stop
	is "$(get quarantine)" ""
	is "$(cat "$EFI"/services/*/faults "$EFI"/services/*/hangs | sort -u)" 0
	read_variables > "$WORK/variables"
	[ ! -e "$WORK/efivarfs" ] || is "$(var_read OpalvmEvents)" "$TEXT"
	time_is_right
}

unloads_under_calls()
{
	local i
	umount_vars
	for ((i = 0; i < 3 * EVENTS; i++)); do
		rm -f "$WORK/stop"
		# they end with the module
		(while read -r _ < $EFI/time; do :; done) 2> /dev/null &
		(while cat "$EFI"/services/*/calls $ROOT/handover; do :; done) > /dev/null 2>&1 &
		(while call_by_name; do :; done) > /dev/null 2>&1 &
		sleep 0.2
		# an open /dev/opalvm refuses it for a moment
		until rmmod opalvm 2> /dev/null; do
			:
		done
		wait
		gone
		load
		time_is_right
	done
}

kmemleak_finds_nothing()
{
	# an object counts as leaked when nothing has referred to it for 5 s
	sleep 6
	echo scan > $KMEMLEAK
	is "$(cat $KMEMLEAK)" ""
}

goes_down_under_calls()
{
	mount_vars
	calls_start
	calls_go_on
}

tests=(calls_are_made "calls of all kinds are made at a time"
	cpu_goes_and_comes "the CPU of the worker goes and comes")
for level in freezer devices platform; do
	tests+=("sleeps freeze $level" "the machine goes to idle as far as: $level")
done
tests+=("sleeps mem core" "the machine goes to sleep as far as: core"
	sleeps_and_wakes "the machine sleeps until the alarm of its clock"
	memory_is_short "memory is short"
	sysrq_prints "sysrq prints tasks, memory and CPUs"
	calls_stop_and_nothing_is_off "every call returned, and nothing is in quarantine"
	unloads_under_calls "the module goes under calls, and comes again")
[ ! -e $KMEMLEAK ] || tests+=(kmemleak_finds_nothing "kmemleak finds nothing")
ktap_run "${tests[@]}" goes_down_under_calls "calls are made when the machine is turned off"
