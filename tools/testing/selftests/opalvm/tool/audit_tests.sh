# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of test_tool.sh
# Tests of 'opalvm audit'; sourced by test_tool.sh.

# touched [LINE...]: what debugfs tells
touched() {
	root "/sys/kernel/debug/opalvm/$fw/touched" "$@"
}

# without what is writable and executable
narrow() {
	put efi/map/10/attribute 0x8000000000004001
}

test_audit_finds_nothing() {
	narrow
	touched "0 256 250 0" "1 1 1 1" "2 291 40 40" "10 1024 1000 3"
	tool 0 audit && [ ! -s "$work/err" ] && ! grep -q next: "$work/out" &&
		shows "0x000000007f000000 0x000000007f000000 1 MiB R-X 1000 KiB 0 B -" &&
		tool 0 audit --json && json '.touched_known and .called' &&
		json '[.efi[].findings] == [[], [], [], []]' &&
		json '.efi[3] | .index == 10 and .touched_pages == 1000 and .written_pages == 3'
}

test_audit_names_what_is_writable_and_executable() {
	touched "0 256 250 0" "1 1 1 1" "2 291 40 40" "10 1024 1000 3"
	tool 4 audit && shows "4 MiB RWX 3.9 MiB 12 KiB writable and executable" &&
		shows "next: writable and executable: what the firmware may write and execute" &&
		[ "$(grep -c next: "$work/out")" = 1 ] &&
		tool 4 audit --json && json '[.efi[].findings[]] == ["writable-executable"]' &&
		json '.efi[3].findings | length == 1' || return
	# either protection will do
	put efi/map/10/attribute 0x8000000000020001
	tool 0 audit && put efi/map/10/attribute 0x8000000000004001 && tool 0 audit
}

test_audit_names_what_was_never_touched() {
	narrow
	touched "0 256 250 0" "1 1 0 0" "2 291 40 40" "10 1024 1000 3"
	tool 4 audit && shows "4 KiB RW- 0 B 0 B never touched" &&
		shows "next: never touched: no call has read" && [ "$(grep -c next: "$work/out")" = 1 ] &&
		tool 4 audit -j && json '[.efi[].findings[]] == ["untouched"]'
}

test_audit_names_what_is_oversized() {
	narrow
	touched "0 256 250 0" "1 1 1 1" "2 291 35 0" "10 1024 1000 3"
	tool 4 audit && shows "1.1 MiB RW- 140 KiB 0 B oversized" && shows "next: oversized: " &&
		tool 4 audit -j && json '[.efi[].findings[]] == ["oversized"]' || return
	# less than an eighth, but little of it
	extent 2 0x7f200000 0x7f200000 0x40 0x6 0x8000000000004006
	touched "0 256 250 0" "1 1 1 1" "2 64 1 0" "10 1024 1000 3"
	tool 0 audit
}

test_audit_names_all_of_an_extent() {
	touched "0 256 250 0" "1 1 1 1" "2 291 40 40" "10 1024 0 0"
	tool 4 audit && shows "writable and executable, never touched" &&
		tool 4 audit -j && json '.efi[3].findings == ["writable-executable", "untouched"]'
}

test_audit_without_knowing_what_was_touched() {
	local name=$OPALVM_ROOT/sys/kernel/debug/opalvm/efi/touched

	narrow
	tool 0 audit && shows "1 MiB R-X - - -" &&
		shows "next: what was touched is not known here; it needs debugfs" &&
		tool 0 audit -j && json '.touched_known | not' && json '.efi[0] | has("touched_pages") | not' ||
		return
	# the file is there, and tells nothing
	touched && : > "$name" && tool 0 audit && shows "what was touched is not known here" &&
		tool 0 audit -j && json '.touched_known | not' || return
	# of some extents it tells
	touched "1 1 0 0" && tool 4 audit -j && json '.touched_known' &&
		json '[.efi[] | has("touched_pages")] == [false, true, false, false]'
}

test_audit_before_any_call() {
	local service

	narrow
	touched "0 256 0 0" "1 1 0 0" "2 291 0 0" "10 1024 0 0"
	for service in GetTime SetVariable; do
		put "efi/services/$service/calls" 0
	done
	tool 0 audit && shows "next: no service was called" && tool 0 audit -j && json '.called | not' &&
		json '[.efi[].findings[]] == []'
}

test_audit_of_a_recorded_map() {
	recorded
	tool 4 audit && shows "writable and executable" && shows "next: no service was called"
}

test_audit_with_damaged_lines() {
	local line

	for line in "" 0 "0 256 1" "0 256 1 1 " "0 256 1 1 1" "0 255 1 1" "3 256 1 1" "0 256 257 1" \
		"0 256 1 257" "x 256 1 1" "0 256 -1 1" " 0 256 1 1" "0  256 1 1"; do
		touched "1 1 0 0" "$line"
		tool 1 audit && says "touched: line 2 is damaged" || return
	done
}
