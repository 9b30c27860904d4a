# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of test_tool.sh
# Tests of 'opalvm top'; sourced by test_tool.sh.

# latency NAME CALLS [BUCKET COUNT]...: a line as debugfs has it
latency() {
	local line="$1 $2" i
	local -A counts=()

	shift 2
	while [ $# -gt 0 ]; do
		counts[$1]=$2
		shift 2
	done
	for ((i = 0; i < 32; i++)); do
		line+=" ${counts[$i]-0}"
	done
	echo "$line"
}

latencies() {
	root /sys/kernel/debug/opalvm/efi/latency "$@"
}

test_top_shows_all_calls_first() {
	latencies "$(latency GetTime 7 0 5 3 2)" "$(latency SetVariable 3 20 3)"
	tool 0 top -n 1 && shows "efi: 10 calls since the module was loaded" &&
		shows "GetTime 7 - 10.5 us - 1.5 us 2 us 16 us 2.5 ms" &&
		shows "SetVariable 3 - 4.5 us - 1.5 us 2.1 s 2.1 s 2.5 ms" &&
		! grep -q UpdateCapsule "$work/out" &&
		# what took the most time is first
		[ "$(awk 'NR == 3 { print $1 }' "$work/out")" = GetTime ]
}

test_top_json() {
	latencies "$(latency GetTime 7 0 5 3 2)"
	tool 0 top -n 1 --json && [ "$(wc -l < "$work/out")" = 1 ] &&
		json '.efi | length == 2' && json 'has("seconds") | not' &&
		json '.efi[0] == {name: "GetTime", calls: 7, total_ns: 10500, max_ns: 2500000,
			half_below_us: 2, most_below_us: 16}' &&
		json '.efi[1] | has("half_below_us") | not'
}

test_top_without_latencies() {
	tool 0 top -n 1 && shows "GetTime 7 - 10.5 us - 1.5 us - - 2.5 ms" || return
	mkdir -p "$OPALVM_ROOT/sys/kernel/debug/opalvm/efi"
	: > "$OPALVM_ROOT/sys/kernel/debug/opalvm/efi/latency"
	tool 0 top -n 1 && shows "GetTime 7 - 10.5 us - 1.5 us - - 2.5 ms"
}

# the second table is there once the file is
meanwhile() {
	local i

	for ((i = 0; i < 300; i++)); do
		[ ! -s "$work/out" ] || break
		sleep 0.1
	done
	"$@"
}

four_more() {
	service GetTime ok 0x7f000100 11 0 0 0
	latencies "$(latency GetTime 11 0 5 3 2 9 4)"
}

test_top_shows_what_happened_since() {
	latencies "$(latency GetTime 7 0 5 3 2)"
	meanwhile four_more &
	tool 0 top -n 2 -d 3 && wait && shows "efi: 4 calls in" && shows "GetTime 4 1." &&
		shows " 6 us 0.0% 1.5 us 1.0 ms 1.0 ms 2.5 ms" || return
	[ "$(grep -c '^SetVariable' "$work/out")" = 1 ] && return
	why "SetVariable was not called"
	return 1
}

test_top_when_counting_begins_anew() {
	: > "$work/out"
	meanwhile service GetTime ok 0x7f000100 2 0 0 0 &
	tool 0 top -n 2 -d 3 --json && wait && [ "$(wc -l < "$work/out")" = 2 ] || return
	sed -i 1d "$work/out"
	json '.efi == [{name: "GetTime", calls: 2, total_ns: 3000, max_ns: 2500000}]'
}

test_top_ends_when_interrupted() {
	local pid signal

	for signal in INT TERM; do
		: > "$work/out"
		# a shell that is not interactive has its background ignore SIGINT
		"$OPALVM" top -d 100 > "$work/out" 2> "$work/err" &
		pid=$!
		meanwhile kill -$signal $pid
		wait $pid || { why "SIG$signal gives $?"; return 1; }
		shows "since the module was loaded" || return
	done
}

test_top_of_damaged_latencies() {
	local line good

	good=$(latency GetTime 7 0 7)
	for line in "" "GetTime" "${good% 0}" "$good 0" "${good/ 7/ x}" "${good/ 7/ -7}" "${good/ 7/  7}"; do
		latencies "$(latency SetVariable 3)" "$line"
		tool 1 top -n 1 && says "latency: line 2 is damaged" || return
	done
	latencies "$(latency NoSuchService 3 1 3)" && tool 0 top -n 1
}

test_top_of_a_recorded_map() {
	recorded
	tool 3 top -n 1 && says "the running kernel calls the services itself"
}

test_top_with_wrong_numbers() {
	local number

	for number in 0 -1 x 1.5 "" 0x10000000000000000; do
		tool 2 top -n "$number" || return
	done
	for number in 0 -1 x "" 1s nan inf 86401; do
		tool 2 top -d "$number" || return
	done
	tool 2 top argument
}
