#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# time.sh: firmware and kernel reach one clock through the same two ports. Both
# read it at the same time (with efi=noruntime), CALLS times, 20000 by default:
# neither may ever see a wrong time.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

CALLS=${CALLS:-20000}
RTC=/sys/class/rtc/rtc0/since_epoch
export TZ=UTC

# The chip may be this much away from the kernel's clock, which is set from it.
TOLERANCE=3

# watch_rtc: reads the kernel's driver until the file "stop" is there
watch_rtc()
{
	local epoch n=0
	while [ ! -e "$WORK/stop" ]; do
		read -r epoch < $RTC || { echo "the RTC driver fails" > "$WORK/rtc-wrong"; return; }
		((epoch >= EPOCHSECONDS - TOLERANCE && epoch <= EPOCHSECONDS + TOLERANCE)) ||
			echo "the RTC driver says $epoch at $EPOCHSECONDS" >> "$WORK/rtc-wrong"
		n=$((n + 1))
	done
	echo $n > "$WORK/rtc-reads"
}

read_beside_the_driver()
{
	local i now least most watcher wrong=0 last=
	rm -f "$WORK"/{stop,rtc-wrong,rtc-reads}
	watch_rtc &
	watcher=$!
	for ((i = 0; i < CALLS; i++)); do
		printf -v least '%(%FT%T)T' $((EPOCHSECONDS - TOLERANCE))
		read -r now < $EFI/time || { echo "call $i failed"; wrong=1; break; }
		printf -v most '%(%FT%T)T' $((EPOCHSECONDS + TOLERANCE))
		if [[ $now < $least || $now > $most || $now < $last ]]; then
			echo "call $i: $now is not between $least and $most, or less than $last"
			wrong=$((wrong + 1))
			((wrong < 10)) || break
		fi
		last=$now
	done
	: > "$WORK/stop"
	wait "$watcher"
	echo "$i calls beside $(cat "$WORK/rtc-reads") of the driver"
	is "$wrong" 0
}

driver_was_right()
{
	absent "$WORK/rtc-wrong" || { head "$WORK/rtc-wrong"; return 1; }
	# it was there all the time
	at_least "$(cat "$WORK/rtc-reads")" $((CALLS / 20))
}

no_call_was_lost()
{
	at_least "$(get services/GetTime/calls)" "$CALLS"
	is "$(get services/GetTime/faults)" 0
	is "$(get services/GetTime/hangs)" 0
	is "$(get services/GetTime/refused)" 0
	is "$(get quarantine)" ""
}

ktap_run load "the module loads" \
	time_is_right "GetTime agrees with the RTC" \
	read_beside_the_driver "$CALLS calls of GetTime beside a busy RTC driver are all right" \
	driver_was_right "the RTC driver reads no wrong time beside GetTime" \
	no_call_was_lost "every call reached the firmware and came back" \
	unload "the module unloads and leaves nothing"
