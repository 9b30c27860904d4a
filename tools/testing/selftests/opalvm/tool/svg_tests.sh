# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of test_tool.sh
# Tests of 'opalvm map --svg' and 'opalvm audit --svg'; sourced by test_tool.sh.

# draws COMMAND CODE: its picture is that of the map
draws() {
	rm -f "$work/picture"
	tool "$2" "$1" --svg "$work/picture" && [ ! -s "$work/out" ] && [ ! -s "$work/err" ] &&
		tool 0 map --json && "$here/check_svg.py" "$work/picture" "$work/out" && return
	why "the picture of $1 is wrong"
	return 1
}

# many_extents SIZE...: in pages, with gaps between most
many_extents() {
	local n=0 va=4096 pages attributes=(0x4000 0x20008 0x24002 0x1)

	rm -r "$OPALVM_SYSFS/efi/map"
	for pages in "$@"; do
		extent $n "$(printf 0x%x $va)" "$(printf 0x%x $((va + (n % 3) * 4096)))" \
			"$(printf 0x%x "$pages")" $((n % 16)) "${attributes[n % 4]}"
		va=$((va + pages * 4096 + (n % 4) * (n % 5) * 65536))
		n=$((n + 1))
	done
}

test_svg_of_a_map() {
	draws map 0 && grep -q '>efi: its map' "$work/picture"
}

test_svg_of_an_audit() {
	root /sys/kernel/debug/opalvm/efi/touched "0 256 128 0" "1 1 0 0"
	draws audit 4 && grep -q '>50.0%<' "$work/picture" && grep -q '>never touched<' "$work/picture" &&
		grep -q '>writable and executable<' "$work/picture" &&
		# half of it is filled; what is not known is not
		[ "$(grep -c 'h75.00 v' "$work/picture")" = 1 ] && [ "$(grep -c ' h-' "$work/picture")" = 1 ]
}

test_svg_of_opal_and_rtas() {
	hosted_opal && draws map 0 && draws audit 0 && hosted_rtas && draws map 0
}

test_svg_of_many_extents() {
	# shellcheck disable=SC2046
	many_extents $(seq 1 300) && draws map 0 && draws audit 4 &&
		many_extents 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 && draws map 0 &&
		many_extents 1 4194304 1 && draws map 0 && many_extents 4194304 1 1099511627 && draws map 0
}

test_svg_of_addresses_at_both_ends() {
	extent 0 0x0 0x1000 0x1 0x5 0x20000
	extent 10 0xfffffffffffff000 0x0 0x1 0x6 0x4000
	draws map 0 && draws audit 0
}

test_svg_of_extents_that_are_not_sorted() {
	extent 10 0x1000 0x1000 0x10 0x5 0x4000
	draws map 0
}

test_svg_without_extents() {
	rm -r "$OPALVM_SYSFS"/efi/map/*
	draws map 0
}

test_svg_with_json() {
	tool 4 audit --svg "$work/picture" --json && json '.efi | length == 4' && [ -s "$work/picture" ]
}

test_svg_into_a_file_that_cannot_be() {
	tool 1 map --svg "$work/nowhere/picture" &&
		says "cannot write $work/nowhere/picture: No such file or directory; name another" &&
		tool 1 audit --svg /dev/full && grep -q "cannot write /dev/full: No space left" "$work/err" &&
		tool 2 status --svg "$work/picture" && tool 2 map --svg
}
