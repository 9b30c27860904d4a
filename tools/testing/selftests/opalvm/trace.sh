#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# trace.sh: what a user sees of calls with trace-cmd and in debugfs; with a firmware
# that is hosted. On EFI that needs efi=noruntime. "run:" is before commands that
# Documentation/admin-guide/tracing.rst has, too.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

TRACEFS=/sys/kernel/tracing
DEBUGFS=/sys/kernel/debug/opalvm
EVENTS="opalvm_call_enter opalvm_call_exit opalvm_handover opalvm_map opalvm_verdict"

# since 6.14 the events of a module can be asked for before it is loaded
knows_modules()
{
	is "$(printf '%s\n' 6.14 "$(uname -r)" | sort -V | head -1)" 6.14 > /dev/null 2>&1
}

run()
{
	echo "run: $*"
	"$@"
}

# Before it is loaded
map_is_traced()
{
	echo ':mod:opalvm' > $TRACEFS/set_event
	load
	grep opalvm_map: $TRACEFS/trace > "$WORK/trace"
	is "$(grep -c ' mapped=1 ' "$WORK/trace")" "$(find $ROOT/*/map -mindepth 1 -maxdepth 1 | wc -l)"
	while read -r va pa pages attribute _; do
		grep "mapped=1 virt_addr=$va phys_addr=$pa num_pages=$pages attribute=$attribute" "$WORK/trace"
	done < <(map)
	echo > $TRACEFS/set_event
	unload
}

loads()
{
	load
	[ -d "$EFI" ]
}

events_are_there()
{
	run trace-cmd list -e opalvm | tee "$WORK/list"
	# shellcheck disable=SC2086 # one a line
	diff <(printf 'opalvm:%s\n' $EVENTS) <(grep '^opalvm:' "$WORK/list" | sort)
}

# record COMMAND...: what trace-cmd saw meanwhile, in $WORK/trace
record()
{
	run trace-cmd record -q -o "$WORK/trace.dat" -e opalvm "$@" > "$WORK/said" 2>&1 ||
		{ cat "$WORK/said"; return 1; }
	run trace-cmd report -q -i "$WORK/trace.dat" | grep opalvm_ > "$WORK/trace"
	cat "$WORK/trace"
}

# saw TEXT...: one event that has all of these, as extended regular expressions
saw()
{
	local found
	found=$(cat "$WORK/trace")
	while [ $# -gt 0 ]; do
		found=$(grep -E -- "$1" <<< "$found") || { echo "no event with $1"; return 1; }
		shift
	done
}

a_call_is_traced()
{
	record cat "$EFI/time"
	saw "opalvm_call_enter:" "firmware=$FIRMWARE service=$CLOCK caller=[1-9][0-9]* args=[0-9 ]+ memory=0x[1-9a-f][0-9a-f]*$"
	saw "opalvm_call_exit:" "firmware=$FIRMWARE service=$CLOCK verdict=ok status=(0x)?0 ns=[1-9][0-9]*$"
	is "$(grep -c opalvm_call_enter: "$WORK/trace")" "$(grep -c opalvm_call_exit: "$WORK/trace")"
	is "$(grep opalvm_verdict: "$WORK/trace")" ""
}

the_handover_is_traced()
{
	record cp $ROOT/handover "$WORK/table"
	saw "opalvm_handover:" "firmware=$FIRMWARE action=write" " size=$(stat -c %s "$WORK/table")$"
}

# The last argument is a value, and the kernel's address of something.
addresses_are_hidden()
{
	local address
	address=$(sed -n 's/^\([0-9a-f]*\) . _text$/\1/p' /proc/kallsyms)
	record opalvm call QueryVariableInfo "0x$address" out:8 out:8 out:8
	saw "opalvm_call_enter:" "service=QueryVariableInfo .* args=0 8 8 8 memory=0xf$"
	is "$(grep -i "$address" "$WORK/trace")" ""
	# another value is shown
	record opalvm call QueryVariableInfo 7 out:8 out:8 out:8
	saw "opalvm_call_enter:" "service=QueryVariableInfo .* args=7 8 8 8 memory=0xe$"
}

# GetTime is told to write where nothing is mapped.
a_fault_has_a_verdict()
{
	record opalvm call GetTime 0x1000 null
	saw "opalvm_call_enter:" "args=4096 0 memory=0x2$"
	saw "opalvm_verdict:" "service=GetTime verdict=fault err=-5 vector=14 error_code=0x2 extent=[0-9]+ offset=0x[0-9a-f]+ argument=0$"
	saw "opalvm_call_exit:" "service=GetTime verdict=fault status=(0x)?0 "
	record opalvm call GetTime out:16 out:12
	saw "opalvm_verdict:" "service=GetTime verdict=refused err=-108 vector=-3 error_code=(0x)?0 extent=-1 offset=(0x)?0 argument=0$"
	is "$(grep opalvm_call_ "$WORK/trace")" ""
	echo GetTime > "$EFI/quarantine"
}

latencies_add_up()
{
	local name count sum rest
	run cat "$DEBUGFS/$FIRMWARE/latency" | tee "$WORK/latency"
	at_least "$(grep -c "^$CLOCK " "$WORK/latency")" 1
	grep -v '^run:' "$WORK/latency" | while read -r name count rest; do
		is "$(wc -w <<< "$rest")" 32
		sum=$((${rest// /+}))
		is "$sum" "$count"
		is "$(get "services/$name/calls")" "$count"
	done
	is "$(stat -c %a "$DEBUGFS/$FIRMWARE/latency")" 400
}

# touched: lines that are the map's
touched()
{
	cat "$DEBUGFS/$FIRMWARE/touched" > "$WORK/touched"
	diff <(map | cut -d' ' -f3 | while read -r pages; do echo $((pages)); done | awk '{ print NR - 1, $1 }') \
		<(cut -d' ' -f1,2 "$WORK/touched")
	awk '$3 > $2 || $4 > $2 { print; bad = 1 } END { exit bad }' "$WORK/touched"
	cat "$WORK/touched"
}

# sum COLUMN
sum()
{
	awk -v c="$1" '{ n += $c } END { print n + 0 }' "$WORK/touched"
}

# Of hundreds of pages, a call uses some and writes fewer.
what_is_used_counts()
{
	touched
	at_least "$(sum 3)" 1
	run sh -c "echo 0 > $DEBUGFS/$FIRMWARE/touched"
	touched > /dev/null
	is "$(sum 3) $(sum 4)" "0 0"
	get time
	run cat "$DEBUGFS/$FIRMWARE/touched"
	touched > /dev/null
	at_least "$(sum 3)" 1
	at_most "$(sum 3)" $(($(sum 2) / 2))
	at_most "$(sum 4)" "$(sum 3)"
	is "$(stat -c %a "$DEBUGFS/$FIRMWARE/touched")" 600
	fails "nvalid argument" sh -c "echo 1 > $DEBUGFS/$FIRMWARE/touched"
	fails "nvalid argument" sh -c "echo x > $DEBUGFS/$FIRMWARE/touched"
}

what_is_used_is_not_known()
{
	absent "$DEBUGFS/$FIRMWARE/touched"
}

unloads()
{
	unload
	absent $DEBUGFS
	absent $TRACEFS/events/opalvm
}

# The service that tells the time
case $(uname -m) in
x86_64) FIRMWARE=efi CLOCK=GetTime ;;
*)
	FIRMWARE=rtas CLOCK=get-time-of-day
	[ ! -d /proc/device-tree/ibm,opal ] || FIRMWARE=opal CLOCK=OPAL_RTC_READ
	;;
esac
EFI=$ROOT/$FIRMWARE

tests=()
! knows_modules || tests+=(map_is_traced "extents are traced while the module loads")
tests+=(loads "the module loads"
	events_are_there "trace-cmd lists the events"
	a_call_is_traced "trace-cmd records a call"
	the_handover_is_traced "trace-cmd records that the table is written")
[ $FIRMWARE != efi ] || tests+=(addresses_are_hidden "addresses of the kernel are not told, values are"
	a_fault_has_a_verdict "trace-cmd records a fault and what is refused after it")
tests+=(latencies_add_up "latencies add up to the calls")
if [ $FIRMWARE = efi ]; then
	tests+=(what_is_used_counts "what a call uses counts, and what was forgotten does not")
else
	tests+=(what_is_used_is_not_known "nothing is told of what is not known")
fi
ktap_run "${tests[@]}" unloads "nothing is left"
