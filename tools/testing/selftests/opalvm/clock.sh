#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# clock.sh: the firmware's clock as a device of the rtc class (with efi=noruntime).
# RTCTEST=1: the kernel's own rtctest on it, too, which takes minutes (/test/kselftest,
# see tools/testing/vm/kselftest.sh).
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

appears()
{
	is "$(cat /sys/class/rtc/rtc0/name)" "$(cat /sys/class/rtc/*/name)"
	load
	CLOCK=$(basename "$(dirname "$(grep -l opalvm-rtc /sys/class/rtc/*/name)")")
	echo "$CLOCK" | tee "$WORK/clock"
	# the first one sets the system's clock, and stays the kernel's
	[ "$CLOCK" != rtc0 ]
	[ -c "/dev/$CLOCK" ]
	is "$(stat -c %a "/dev/$CLOCK")" 600
}

clock()
{
	cat "/sys/class/rtc/$(cat "$WORK/clock")/$1"
}

# GetTime and GetWakeupTime as they are, in hexadecimal
firmware_time()
{
	opalvm call --json GetTime out:16 null | sed -n 's/.*"\([0-9a-f]\{32\}\)".*/\1/p'
}

alarm_is_enabled()
{
	opalvm call --json GetWakeupTime out:1 out:1 out:16 | sed -n 's/.*"\([0-9a-f]\{2\}\)".*/\1/p' | head -n 1
}

agrees()
{
	at_most "$(($(cat /sys/class/rtc/rtc0/since_epoch) - $(clock since_epoch)))" 1
	at_least "$(($(cat /sys/class/rtc/rtc0/since_epoch) - $(clock since_epoch)))" -1
}

is_set()
{
	local zone before
	before=$(clock since_epoch)
	zone=$(firmware_time | cut -c 25-)
	is ${#zone} 8
	date -u -s @2000000000
	hwclock -u -w -f "/dev/$(cat "$WORK/clock")"
	at_least "$(clock since_epoch)" 2000000000
	at_most "$(clock since_epoch)" 2000000060
	agrees
	# Linux knows nothing of these
	is "$(firmware_time | cut -c 25-)" "$zone"
	date -u -s "@$before"
	hwclock -u -w -f "/dev/$(cat "$WORK/clock")"
	agrees
}

alarm_is_set()
{
	local clock
	clock=/sys/class/rtc/$(cat "$WORK/clock")
	is "$(alarm_is_enabled)" 00
	echo +1000 > "$clock/wakealarm"
	is "$(alarm_is_enabled)" 01
	echo 0 > "$clock/wakealarm"
	is "$(alarm_is_enabled)" 00
	fails "" sh -c "echo +9999999 > $clock/wakealarm"
	is "$(alarm_is_enabled)" 00
}

# who waits at the device
alarm_is_told()
{
	local name when
	name=$(cat "$WORK/clock")
	exec 9< "/dev/$name"
	echo +3 > "/sys/class/rtc/$name/wakealarm"
	when=$(clock wakealarm)
	# a number of events, and that it was the alarm (RTC_AF and RTC_IRQF)
	is "$(timeout 60 dd bs=8 count=1 <&9 2> "$WORK/dd" | od -An -v -t x8 | xargs)" 00000000000001a0
	exec 9<&-
	at_least "$(clock since_epoch)" "$when"
	is "$(clock wakealarm)" ""
}

machine_wakes()
{
	grep -F "[deep]" /sys/power/mem_sleep
	echo 0 > /sys/class/rtc/rtc0/wakealarm
	echo +3 > "/sys/class/rtc/$(cat "$WORK/clock")/wakealarm"
	echo mem > /sys/power/state
	agrees
	echo 0 > "/sys/class/rtc/$(cat "$WORK/clock")/wakealarm"
}

# It is the machine's, and outlives the module.
unloads_with_an_alarm()
{
	echo +1000 > "/sys/class/rtc/$(cat "$WORK/clock")/wakealarm"
	is "$(get quarantine)" ""
	unload
	absent "/dev/$(cat "$WORK/clock")"
	load
	is "$(alarm_is_enabled)" 01
	echo 0 > "/sys/class/rtc/$(cat "$WORK/clock")/wakealarm"
	unload
}

# None of its tests fails, and none is skipped but those that want an interrupt each
# second.
rtctest_passes()
{
	/test/kselftest/rtctest "/dev/$(cat "$WORK/clock")" > "$WORK/rtctest" 2>&1 || true
	cat "$WORK/rtctest"
	is "$(grep -c '^not ok' "$WORK/rtctest" || true)" 0
	at_least "$(grep -c '^ok' "$WORK/rtctest")" 7
	is "$(grep -iE 'skip.*alarm' "$WORK/rtctest" || true)" ""
}

tests=(appears "a clock appears beside the kernel's own"
	agrees "it agrees with the kernel's"
	is_set "it is set, and the time zone stays"
	alarm_is_set "its alarm is set and taken back; one that cannot be is refused"
	alarm_is_told "who waits for the alarm is told"
	machine_wakes "the alarm wakes the machine")
[ -z "${RTCTEST-}" ] || tests+=(rtctest_passes "rtctest passes")
ktap_run "${tests[@]}" unloads_with_an_alarm "the module unloads while an alarm is set"
