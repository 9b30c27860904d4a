# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of test_tool.sh
# Tests of what is different on a terminal; sourced by test_tool.sh.

ESCAPE=$'\033'

# on_terminal ARGUMENT...: what the tool prints there, into $work/out
on_terminal() {
	script -qec "stty cols 40; ${OPALVM@Q} ${*@Q}" /dev/null < /dev/null > "$work/out" 2> "$work/err"
}

# coloured LINE: a line that begins so has a colour
coloured() {
	grep -q "^$ESCAPE\[3[0-9]m$1.*$ESCAPE\[0m" "$work/out" && return
	why "no colour for $1"
	return 1
}

plain() {
	grep -q "$ESCAPE" "$work/out" || return 0
	why "colours"
	return 1
}

test_colours_on_a_terminal() {
	export TERM=xterm
	put efi/services/GetTime/state quarantined
	on_terminal map && coloured 0x00000000ffc00000 && on_terminal services && coloured GetTime &&
		! grep -q "$ESCAPE.*SetVariable" "$work/out" && on_terminal doctor
	coloured note && coloured ok
}

test_no_colours_where_nobody_wants_them() {
	export TERM=xterm
	put efi/services/GetTime/state quarantined
	tool 0 map && plain && tool 0 services && plain && on_terminal map --json && plain || return
	NO_COLOR=1 on_terminal map && plain && TERM=dumb on_terminal map && plain || return
	NO_COLOR='' on_terminal map && coloured 0x00000000ffc00000
}

test_narrow_terminals_lose_nothing() {
	tool 0 services && cp "$work/out" "$work/wide" && TERM=dumb on_terminal services || return
	tr -d '\r' < "$work/out" | cmp -s - "$work/wide" && return
	why "another table on a narrow terminal"
	return 1
}

test_top_clears_the_terminal() {
	TERM=xterm on_terminal top -n 2 -d 0.1 && [ "$(grep -c "^$ESCAPE\[H$ESCAPE\[J" "$work/out")" = 2 ]
}

test_kexec_tells_that_it_takes_time() {
	on_terminal kexec -l "$work/kernel" &&
		grep -q "^opalvm: loading $work/kernel with the map" "$work/out" &&
		tool 0 kexec -l "$work/kernel" && [ ! -s "$work/err" ]
}
