#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# opal_tree.sh: device trees that are missing something, cut short, absurd, or at
# odds with themselves. OPAL is refused with one line, or hosted all the same
# where the rest is enough. ALL=1 on the command line: all there are.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/tree_helpers.sh"

EFI=$ROOT/opal	# what is hosted
OPAL=/ibm,opal
FIRMWARE=$OPAL/firmware
XSCOM=$(cd $TREE; echo xscom@*)
PHB=$(cd $TREE; echo pciex@*)
PHB=${PHB%% *}
LPC=$(cd $TREE; echo lpcm-opb@*)
LPC_CHILD=$(cd "$TREE/$LPC"; echo lpc-controller@*)

BASE=$((0x$(hex $TREE$OPAL/opal-base-address)))
ENTRY=$((0x$(hex $TREE$OPAL/opal-entry-address)))
SYMBOLS=$(hex $TREE$FIRMWARE/symbol-map)
RANGES=$(hex $TREE/reserved-ranges)
NAMES=$(hex $TREE/reserved-names)

# no real address that anything has
NOWHERE=$((0xdead00000000))
# memory that the kernel allocates from
KERNELS=$((0x10000000))

name()
{
	printf '%s\0' "$1" | od -An -v -t x1 | tr -d ' \n'
}

# more ADDRESS SIZE: lines that reserve this for the firmware as well
more()
{
	echo "set / reserved-ranges $RANGES$(u64 "$1" "$2")"
	echo "set / reserved-names $NAMES$(name ibm,firmware-more)"
}

# hostile_ranges TEXT ADDRESS SIZE: one more range
hostile_ranges()
{
	local lines
	mapfile -t lines < <(more "$2" "$3")
	hostile "$1" "${lines[@]}"
}

hosts_at_first()
{
	load
	map > "$WORK/first"
	unload
}

base()
{
	local p=opal-base-address
	hostile "$OPAL has no $p" "remove $OPAL $p"
	hostile "$p of $OPAL has 4 bytes, not 8" "set $OPAL $p $(u32 $BASE)"
	too hostile "$p of $OPAL has 12 bytes, not 8" "set $OPAL $p $(u64 $BASE)00000000"
	too hostile "$p of $OPAL has 0 bytes, not 8" "set $OPAL $p -"
	hostile "$p of $OPAL is zero" "set $OPAL $p $(u64 0)"
	hostile "are not in the firmware" "set $OPAL $p $(u64 $NOWHERE)"
	too hostile "are not in the firmware" "set $OPAL $p $(u64 -1)"
	# its symbols are in reach, but name other places
	hostile "has no opal_entry" "set $OPAL $p $(u64 $((BASE - 0x10000)))" \
		"set / reserved-ranges $(u64 $((BASE - 0x10000)) 0x610000)${RANGES:32}"
}

# All of it at addresses where there is nothing to be read
nowhere()
{
	local lines
	mapfile -t lines < <(more $NOWHERE 0x600000)
	lines+=("set $OPAL opal-base-address $(u64 $NOWHERE)"
		"set $FIRMWARE symbol-map $(u64 $((NOWHERE + 0x180000)) 0x40000)")
	too hostile "not in memory that reserved-ranges has" "${lines[2]}" "${lines[3]}"
	hostile "not in memory that reserved-ranges has" "${lines[@]}"
}

entry()
{
	local p=opal-entry-address
	hostile "$OPAL has no $p" "remove $OPAL $p"
	too hostile "$p of $OPAL has 4 bytes" "set $OPAL $p $(u32 $ENTRY)"
	hostile "has no opal_entry" "set $OPAL $p $(u64 $((ENTRY + 4)))"
	too hostile "has no opal_entry" "set $OPAL $p $(u64 $((ENTRY + 1)))"
	too hostile "has no opal_entry" "set $OPAL $p $(u64 $KERNELS)"
	too hostile "has no opal_entry" "set $OPAL $p $(u64 -1)"
}

# Stock firmware is not one that exports its map.
v4_interface()
{
	local p=opal-v4-le-entry-address
	hostile "$OPAL has no $p" "set $OPAL ibm,opal-v4 -"
	hostile "has no opal_v4_entry" "set $OPAL ibm,opal-v4 -" "set $OPAL $p $(u64 $ENTRY)"
	too hostile "has no opal_v4_entry" "set $OPAL ibm,opal-v4 -" "set $OPAL $p $(u64 $NOWHERE)"
}

symbols()
{
	local none="no symbol-map of 16 bytes" place=$((0x${SYMBOLS:0:16})) len=$((0x${SYMBOLS:16}))
	hostile "$none" "remove $FIRMWARE symbol-map"
	too hostile "$none" "set $FIRMWARE symbol-map $(u64 $place)"
	too hostile "$none" "set $FIRMWARE symbol-map $SYMBOLS$(u64 0)"
	too hostile "has 0 bytes at" "set $FIRMWARE symbol-map $(u64 $place 0)"
	hostile "are not in the firmware" "set $FIRMWARE symbol-map $(u64 $place $((0x600000)))"
	too hostile "are not in the firmware" "set $FIRMWARE symbol-map $(u64 $place -1)"
	hostile "are not in the firmware" "set $FIRMWARE symbol-map $(u64 $KERNELS $len)"
	# other bytes of the firmware's
	hostile "line 1 of the firmware's list of symbols" \
		"set $FIRMWARE symbol-map $(u64 $((BASE + 0x20000)) $len)"
	# cut in a line
	too hostile "is malformed" "set $FIRMWARE symbol-map $(u64 $place 10)"
}

ranges()
{
	hostile "reserved-ranges: no list" "remove / reserved-ranges"
	too hostile "a list of 0 bytes" "set / reserved-ranges -"
	hostile "a list of $((${#RANGES} / 2 - 4)) bytes" "set / reserved-ranges ${RANGES:8}"
	hostile_ranges "nothing at 0x1000000" 0x1000000 0
	too hostile_ranges "wrap around" -4096 0x10000
	hostile_ranges "not made of whole pages" 0x1000800 0x1000
	too hostile_ranges "not made of whole pages" 0x1000000 0x1
	too hostile_ranges "overlap in PA" $BASE 0x10000
	hostile_ranges "overlap in PA" $((BASE + 0x5f0000)) 0x20000
	hostile_ranges "holds memory of the running kernel" $KERNELS 0x10000
	# the kernel's image
	too hostile_ranges "holds memory of the running kernel" 0x10000 0x10000
	hostile_ranges "MiB" $((1 << 50)) $((1 << 51))
	too hostile_ranges "outside the virtual addresses for firmware" $((1 << 52)) 0x10000
}

names()
{
	local other
	hostile "reserved-names 0 names" "remove / reserved-names"
	too hostile "reserved-names 0 names" "set / reserved-names -"
	# the end of the last one is missing; the last one is; there is one more
	too hostile "ranges, reserved-names" "set / reserved-names ${NAMES%00}"
	hostile "ranges, reserved-names" "set / reserved-ranges $RANGES$(u64 $NOWHERE 0x10000)"
	hostile "reserved-names more names" "set / reserved-names $NAMES$(name ibm,firmware-more)"
	# nothing is the firmware's: "ibm,xirmware-"
	other=${NAMES//6669726d77617265/7869726d77617265}
	hostile "not in memory that reserved-ranges has" "set / reserved-names $other"
}

registers()
{
	hostile "$XSCOM: no list of addresses" "remove /$XSCOM reg"
	too hostile "$XSCOM: a list of 0 bytes" "set /$XSCOM reg -"
	hostile "$XSCOM: a list of 12 bytes" "set /$XSCOM reg $(u32 1 2 3)"
	too hostile "$XSCOM: nothing at" "set /$XSCOM reg $(u64 $NOWHERE 0)"
	too hostile "$XSCOM: 0xffffffffffffffff bytes" "set /$XSCOM reg $(u64 $NOWHERE -1)"
	hostile "overlap in PA" "set /$XSCOM reg $(u64 $((BASE + 0x100000)) 0x10000)"
	too hostile "overlap in PA" "set /$XSCOM reg $(hex "$TREE/$PHB/reg")"
	hostile "holds memory of the running kernel" "set /$XSCOM reg $(u64 $KERNELS 0x1000)"
	hostile "MiB" "set /$XSCOM reg $(u64 $((1 << 50)) $((1 << 51)))"
	too hostile "outside the virtual addresses" "set /$XSCOM reg $(u64 0 $((1 << 62)))"
	hostile "$PHB: a list of 8 bytes" "set /$PHB reg $(u64 $NOWHERE)"
	hostile "addresses of 0 and 9 cells" "set / #address-cells $(u32 9)"
}

bus()
{
	hostile "$LPC: no list of addresses" "remove /$LPC ranges"
	too hostile "$LPC: a list of 4 bytes" "set /$LPC ranges $(u32 1)"
	hostile "$LPC: addresses of 9" "set /$LPC #address-cells $(u32 9)"
	too hostile "cells with sizes of 0" "set /$LPC #size-cells $(u32 0)"
	hostile "are not on its bus" "set /$LPC/$LPC_CHILD reg $(u32 0xfffff000 0x2000)"
	# its own bus has it twice
	too hostile "overlap in PA" "set /$LPC/$LPC_CHILD reg $(u32 0xffff0000 0x1000)"
	too hostile "$LPC_CHILD: a list of 4 bytes" "set /$LPC/$LPC_CHILD reg $(u32 0)"
}

# It is hosted, and its calls return what they should
works()
{
	local first
	log_mark
	load
	is "$(get state)" hosted
	time_is_right
	first=$(opalvm call OPAL_XSCOM_READ 0 0xf000f out:8 | sed -n 's/^argument 3  //p')
	echo "$first"
	[[ $first =~ ^[0-9a-f]{16}$ && $first != 0000000000000000 ]]
	is "$(get quarantine)" ""
}

# hosts_without LINE...: what no node tells of is accessed without the MMU, and counted
hosts_without()
{
	edit "$@"
	works
	at_least "$(wc -l < $EFI/uncovered)" 1
	unload
	undo
}

devices_missing()
{
	too hosts_without "set /$XSCOM status $(name disabled)"
	too hosts_without "set /$XSCOM compatible $(name none)"
	# it is told to be where it is not
	hosts_without "set /$XSCOM reg $(u64 $NOWHERE 0x10000)"
	hosts_without "set /$LPC compatible $(name none)"
}

nvram_is_left_out()
{
	local nvram=$OPAL/nvram bytes
	[ -s $TREE$nvram/#bytes ]
	for bytes in ffffffff 01000001; do
		edit "set $nvram #bytes $bytes"
		works
		log_says "NVRAM of $((0x$bytes)) bytes cannot be, and is left out: $NEXT_STEP"
		absent /sys/bus/nvmem/devices/opalvm-nvram
		unload
		undo
	done
	for bytes in 00000000 0000; do
		edit "set $nvram #bytes $bytes"
		works
		absent /sys/bus/nvmem/devices/opalvm-nvram
		unload
		undo
	done
}

hosts_at_last()
{
	works
	map | diff "$WORK/first" -
	is "$(get uncovered)" ""
	unload
}

ktap_run tree_opens "the device tree can be changed" \
	hosts_at_first "OPAL is hosted with the tree as it is" \
	base "a wrong address of the firmware is refused" \
	nowhere "what is not there is not read" \
	entry "a wrong entry point is refused" \
	v4_interface "an interface that the firmware does not have is refused" \
	symbols "a list of symbols that is none is refused" \
	ranges "wrong memory is refused" \
	names "memory of which the name is not known is refused" \
	registers "wrong registers are refused" \
	bus "so are those behind a wrong bus" \
	devices_missing "OPAL is hosted without a device that the tree does not tell of" \
	nvram_is_left_out "NVRAM that cannot be is left out" \
	hosts_at_last "OPAL is hosted with the tree as it was" \
	nothing_is_left "nothing is left"
