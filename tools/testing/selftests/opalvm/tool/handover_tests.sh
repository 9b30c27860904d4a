# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of test_tool.sh
# Tests of 'opalvm handover'; sourced by test_tool.sh.

GOLDEN=$here/../../../golden

# left NAME [FIELD=VALUE...]: the kernel before left a table there
left() {
	local name=$OPALVM_ROOT$1

	shift
	mkdir -p "${name%/*}"
	"$HELPERS/make_table" "$@" > "$name"
}

test_handover_shows_what_the_next_kernel_gets() {
	tool 0 handover && shows "handed over" && shows "writer make_table" &&
		shows "version 1, 320 bytes, checksum 0x" && shows "is right" &&
		shows "chain 0x0123456789abcdef" && shows "placement identity" &&
		shows "quarantine none" && ! grep -q "state page" "$work/out" &&
		shows "0x000000007f010000 0x000000007f010000 4 KiB RWX UC Reserved" &&
		shows "received" && shows "origin identity" || return
	change_map generation=7 hop_count=3 state_page=0x7e123000 table.quarantine=65
	tool 0 handover && shows "generation 7" && shows "hops 3" && shows "state page 0x7e123000" &&
		shows "quarantine GetTime SetVariable"
}

test_handover_json() {
	change_map generation=7 hop_count=3 state_page=0x7e123000 table.quarantine=65
	tool 0 handover --json && json '.origin == "identity" and .received == []' &&
		json '.handover | .generation == 7 and .hops == 3 and .state_page == "0x7e123000"' &&
		json '.handover | .bytes == 320 and .version == 1 and .chain == "0x123456789abcdef"' &&
		json '.handover.firmwares[0] | .firmware == "efi" and .known and .placement == "identity"' &&
		json '.handover.firmwares[0] | .quarantine == "0x41" and (.entries | length == 2)' &&
		json '.handover.firmwares[0].extents | length == 3 and .[1].virt_addr == "0x7f010000"'
}

test_handover_shows_what_was_received() {
	put efi/origin handover
	left /run/opalvm/handover generation=6 hop_count=2
	tool 0 handover && shows "origin handover" && shows "/run/opalvm/handover" &&
		shows "generation 6" && ! grep -q next: "$work/out" &&
		tool 0 handover -j && json '.received | length == 1' &&
		json '.received[0] | .table == "/run/opalvm/handover" and .hops == 2 and .same_chain' ||
		return
	left /opalvm.handover chain=5
	tool 0 handover && shows "next: /opalvm.handover is of another chain of kernels; remove it" &&
		tool 0 handover -j && json '[.received[].same_chain] == [false, true]'
}

test_handover_with_a_damaged_table_from_before() {
	left /run/opalvm/handover crc32=1
	tool 1 handover && grep -q "^opalvm: /run/opalvm/handover: wrong checksum; " "$work/err" &&
		tool 1 handover --json && says "/run/opalvm/handover: wrong checksum"
}

test_handover_of_a_file_needs_no_module() {
	rm -rf "$OPALVM_SYSFS"
	"$HELPERS/make_table" table.firmware=2 table.placement=3 > "$work/file"
	tool 3 handover && tool 0 handover "$work/file" && shows "$work/file" && shows opal &&
		shows "placement firmware" && ! grep -q received "$work/out" &&
		tool 0 handover -j "$work/file" && json 'keys == ["handover"]' &&
		json '.handover.firmwares[0] | .firmware == "opal" and .entries[0].name == "0"'
}

test_handover_of_golden_tables() {
	local table nr=0

	for table in "$GOLDEN"/efi-*.bin; do
		tool 0 handover "$table" && shows "GetNextHighMonotonicCount" && shows "0x" &&
			tool 0 handover --json "$table" && json '.handover.firmwares[] | select(.known) | .extents | length > 9' ||
			return
		nr=$((nr + 1))
	done
	[ $nr -ge 6 ] && tool 0 handover "$GOLDEN/efi-quarantine.bin" && ! grep -q "quarantine *none" "$work/out"
}

test_handover_of_a_wrong_file() {
	tool 1 handover "$work/nowhere" && says "$work/nowhere: No such file or directory; name a file" &&
		tool 1 handover "$work" && says "$work: Is a directory; name a file" &&
		tool 1 handover "$GOLDEN/state-page.bin" && says "state-page.bin: not a handover table" &&
		"$HELPERS/make_table" cut=1 > "$work/file" &&
		tool 1 handover "$work/file" && says "$work/file: sizes 96 and 320 do not fit 319 bytes" &&
		"$HELPERS/make_table" flip=200 > "$work/file" && tool 1 handover -j "$work/file" &&
		says "$work/file: wrong checksum" && : > "$work/file" && tool 1 handover "$work/file" &&
		says "0 bytes are too short" && tool 2 handover "$work/file" "$work/file"
}

test_handover_of_a_newer_writer() {
	"$HELPERS/make_table" table.firmware=99 table.entry_size=0 > "$work/file"
	tool 0 handover "$work/file" && shows "99" && shows "not known here" &&
		tool 0 handover -j "$work/file" && json '.handover.firmwares == [{firmware: "99", known: false}]'
}

test_handover_with_a_writer_that_is_no_text() {
	"$HELPERS/make_table" > "$work/file"
	printf '\33[31m\377' | dd of="$work/file" bs=1 seek=56 conv=notrunc 2> /dev/null
	# the checksum is right, as that of a writer with bad intentions
	"$HELPERS/make_table" crc32="0x$(python3 -c '
import sys, zlib
data = bytearray(open(sys.argv[1], "rb").read())
data[24:28] = bytes(4)
print("%x" % zlib.crc32(data))' "$work/file")" > "$work/right"
	dd if="$work/right" of="$work/file" bs=1 skip=24 seek=24 count=4 conv=notrunc 2> /dev/null
	tool 0 handover "$work/file" && shows "writer ?[31m?" && tool 0 handover -j "$work/file"
}
