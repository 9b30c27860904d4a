#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# rtas_tree.sh: a node /rtas that is missing something, cut short, absurd, or at odds
# with itself (--machine pseries). RTAS is refused with one line, or hosted all the
# same where the rest is enough. ALL=1 on the command line: all there are.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/tree_helpers.sh"

EFI=$ROOT/rtas	# what is hosted
RTAS=$TREE/rtas
NVRAM=$(cd $TREE; echo vdevice/nvram@*)

BASE=$((0x$(hex $RTAS/linux,rtas-base)))
SIZE=$((0x$(hex $RTAS/rtas-size)))
POWER_OFF=$(hex $RTAS/power-off)

# no real address that anything has
NOWHERE=$((0xe0000000))
# memory that the kernel allocates from
KERNELS=$((0x10000000))

hosts_at_first()
{
	load
	map > "$WORK/first"
	(cd $EFI/services && echo *) > "$WORK/first-services"
	unload
}

a_cell_is_missing_or_cut_short()
{
	local p
	for p in linux,rtas-base linux,rtas-entry rtas-size; do
		hostile "/rtas in the device tree has no $p" "remove /rtas $p"
		too hostile "$p in the device tree has 0 bytes, not 4" "set /rtas $p -"
		hostile "$p in the device tree has 2 bytes, not 4" "set /rtas $p 0001"
		too hostile "$p in the device tree has 8 bytes, not 4" "set /rtas $p $(u32 $BASE $BASE)"
	done
}

# site BASE ENTRY SIZE: lines that say so
site()
{
	echo "set /rtas linux,rtas-base $(u32 "$1")"
	echo "set /rtas linux,rtas-entry $(u32 "$2")"
	echo "set /rtas rtas-size $(u32 "$3")"
}

# hostile_site TEXT BASE ENTRY SIZE
hostile_site()
{
	local lines
	mapfile -t lines < <(site "$2" "$3" "$4")
	hostile "$1" "${lines[@]}"
}

the_place_is_absurd()
{
	too hostile_site "that cannot be" 0 0 $SIZE
	hostile_site "that cannot be" $BASE $BASE 0
	too hostile_site "that cannot be" $BASE $BASE 19
	hostile_site "that cannot be" $BASE $BASE 0xffffffff
	too hostile_site "that cannot be" 0xfffff000 0xfffff000 0x2000
	too hostile_site "is not in its" $BASE $((BASE - 4)) $SIZE
	hostile_site "is not in its" $BASE $((BASE + SIZE)) $SIZE
	too hostile_site "is not in its" $BASE $((BASE + 2)) 0x1000
	too hostile_site "is not in its" $BASE 0 $SIZE
}

it_is_where_the_kernel_is()
{
	local kernels="holds memory of the running kernel"
	hostile_site "$kernels" $KERNELS $KERNELS $SIZE
	too hostile_site "$kernels" 0x10000 0x10000 $SIZE
	# what is RTAS, and what is behind it or before it
	hostile_site "$kernels" $BASE $BASE $((32 << 20))
	too hostile_site "$kernels" $((BASE - (32 << 20))) $BASE $((40 << 20))
	hostile_site "where no memory is" $NOWHERE $NOWHERE $SIZE
	too hostile_site "outside the virtual addresses for firmware" 0x1000 0x1000 $SIZE
}

other_code_is_left_alone()
{
	undo
	edit "set /rtas linux,rtas-entry $(u32 $((BASE + 4)))" "set /rtas rtas-size $(u32 0x100)"
	refused "has to be called in real mode" "only QEMU's (-machine pseries) can be hosted"
	undo
}

tokens_contradict_each_other()
{
	local text=" have the same token"
	hostile "get-time-of-day and power-off$text" "set /rtas get-time-of-day $POWER_OFF"
	hostile "nvram-fetch and some-call$text" "set /rtas some-call $(hex $RTAS/nvram-fetch)"
}

there_are_no_calls()
{
	local name lines=()
	load
	for name in "$EFI"/services/*; do
		[ "$(cat "$name/state")" != ok ] || lines+=("remove /rtas ${name##*/}")
	done
	unload
	at_least ${#lines[@]} 5
	hostile "no RTAS call that can be made" "${lines[@]}"
}

# A token that is none is no call; the others can be made.
a_call_is_missing()
{
	local value
	for value in - 0001 "$(u32 1 2)"; do
		edit "set /rtas get-time-of-day $value"
		load
		is "$(get state)" hosted
		absent $EFI/services/get-time-of-day
		fails "" cat $EFI/time
		get services/nvram-fetch/state
		unload
		undo
	done
	# one of which the firmware knows nothing
	edit "set /rtas get-time-of-day $(u32 0xdead)"
	load
	fails "" cat $EFI/time
	is "$(get services/get-time-of-day/state)" ok
	is "$(get quarantine)" ""
	unload
	undo
}

there_are_too_many_calls()
{
	local i lines=()
	for ((i = 0; i < 40; i++)); do
		lines+=("set /rtas some-call-$i $(u32 $((0x10000 + i)))")
	done
	edit "${lines[@]}"
	load
	log_says "calls are left out: there is room for 64"
	is "$(find $EFI/services -mindepth 1 -maxdepth 1 | wc -l)" 64
	is "$(get services/some-call-0/state)" internal
	time_is_right
	unload
	undo
}

nvram_is_left_out()
{
	local bytes
	for bytes in ffffffff 01000001; do
		edit "set /$NVRAM #bytes $bytes"
		load
		log_says "NVRAM of $((0x$bytes)) bytes cannot be, and is left out: $NEXT_STEP"
		absent /sys/bus/nvmem/devices/opalvm-nvram
		time_is_right
		unload
		undo
	done
	for bytes in 00000000 0000; do
		edit "set /$NVRAM #bytes $bytes"
		load
		absent /sys/bus/nvmem/devices/opalvm-nvram
		time_is_right
		unload
		undo
	done
}

there_is_no_rtas()
{
	edit "detach /rtas"
	refused "firmware" "this machine has none that can be hosted"
	undo
}

hosts_at_last()
{
	load
	time_is_right
	map | diff "$WORK/first" -
	(cd $EFI/services && echo *) | diff "$WORK/first-services" -
	[ -s /sys/bus/nvmem/devices/opalvm-nvram/nvmem ]
	unload
}

ktap_run tree_opens "the device tree can be changed" \
	hosts_at_first "RTAS is hosted with the tree as it is" \
	a_cell_is_missing_or_cut_short "an address or size that is missing or cut short is refused" \
	the_place_is_absurd "an absurd one is refused" \
	it_is_where_the_kernel_is "memory that is the kernel's, or none, is refused" \
	other_code_is_left_alone "code that is not QEMU's RTAS is refused" \
	tokens_contradict_each_other "a token that two calls have is refused" \
	there_are_no_calls "a list without calls that can be made is refused" \
	a_call_is_missing "RTAS is hosted without a call whose token is none" \
	there_are_too_many_calls "of too many calls some are left out" \
	nvram_is_left_out "NVRAM that cannot be is left out" \
	there_is_no_rtas "without the node there is nothing to host" \
	hosts_at_last "RTAS is hosted with the tree as it was" \
	nothing_is_left "nothing is left"
