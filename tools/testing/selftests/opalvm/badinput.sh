#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# badinput.sh: handover tables that are damaged in one field each (with
# efi=noruntime). Each must be refused with its error and one line that names
# the cause, and nothing may be left. The tables are made from the module's own.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/table_helpers.sh"

# What insmod says of an error
declare -A MESSAGES=(
	[EINVAL]="Invalid parameters"
	[EBADMSG]="Bad message"
	[EPROTONOSUPPORT]="Protocol not supported"
	[EEXIST]="File exists"
	[ERANGE]="Numerical result out of range"
	[E2BIG]="Argument list too long"
)

ram_address()
{
	local range
	range=$(grep -m 1 'System RAM' <(tac /proc/iomem) | cut -d' ' -f1)
	echo $((0x${range%-*} + 0xfff & ~0xfff))
}

# Refused with this error and a line with this text
refused()
{
	local error=$1 text=$2
	log_mark
	fails "${MESSAGES[$error]}" insmod "$KO" handover="$BAD"
	log_is_one_line "$text"
	gone
	echo "$error:" "$(log)"
}

# damaged ERROR TEXT OFFSET BYTES VALUE...: these fields, with a right checksum
damaged()
{
	local error=$1 text=$2
	shift 2
	cp "$GOOD" "$BAD"
	while [ $# -gt 0 ]; do
		put "$1" "$2" "$3"
		shift 3
	done
	sign
	refused "$error" "$text"
}

good_table()
{
	load
	cat "$ROOT/handover" > "$GOOD"
	is "$(head -c 8 "$GOOD")" OPALVMAP
	is "$(word "$GOOD" 16 8)" "$(wc -c < "$GOOD")"
	unload
	# what sign() computes is what the module computes
	cp "$GOOD" "$BAD"
	sign
	cmp "$GOOD" "$BAD"
	grep -vc unpurged /proc/vmallocinfo > "$WORK/vmalloc"
}

magic()
{
	damaged EINVAL "not a handover table" 0 1 0
}

version()
{
	damaged EPROTONOSUPPORT "version 2, only 1 is known" 8 4 2
	damaged EPROTONOSUPPORT "version 0, only 1 is known" 8 4 0
}

header_size()
{
	damaged EINVAL "sizes 95 and" 12 4 95
	damaged EINVAL "sizes 4294967295 and" 12 4 0xffffffff
}

total_size()
{
	# what lies beyond cannot be signed: it is looked at first
	cp "$GOOD" "$BAD"
	put 16 8 $(($(wc -c < "$GOOD") + 1))
	refused EINVAL "do not fit"
	put 16 8 0
	refused EINVAL "do not fit"
	put 16 8 -1
	refused EINVAL "do not fit"
}

truncation()
{
	head -c $(($(wc -c < "$GOOD") - 1)) "$GOOD" > "$BAD"
	refused EINVAL "do not fit"
	head -c 20 "$GOOD" > "$BAD"
	refused EINVAL "20 bytes are too short"
	: > "$BAD"
	log_mark
	fails "ould not insert module" insmod "$KO" handover="$BAD"
	log_is_one_line "$BAD"
	gone
}

checksum()
{
	cp "$GOOD" "$BAD"
	put "$(extent 0 8)" 1 0x5a
	refused EBADMSG "wrong checksum"
	cp "$GOOD" "$BAD"
	put $CRC 4 0
	refused EBADMSG "wrong checksum"
}

counts()
{
	damaged E2BIG "9 tables, more than 8" 28 4 9
	damaged EINVAL "cut short" 28 4 2
	damaged EINVAL "do not fit" $((HEADER + 28)) 4 0xffffffff
	damaged EINVAL "do not fit" $((HEADER + 20)) 4 0xffffffff
	damaged EINVAL "too short" $((HEADER + 24)) 4 39
	damaged EINVAL "too short" $((HEADER + 16)) 4 15
}

critical_flag()
{
	damaged EPROTONOSUPPORT "unknown critical flags 0x80000000" $((HEADER + 32)) 4 0x80000000
}

placement()
{
	damaged EINVAL "unknown placement 7" $((HEADER + 40)) 4 7
}

overlap()
{
	local i
	# the last extent over the one before
	i=$(($(word "$GOOD" $((HEADER + 28)) 4) - 1))
	damaged EEXIST "overlap in VA" "$(extent $i 0)" 8 "$(word "$GOOD" "$(extent $((i - 1)) 0)" 8)"
	damaged EEXIST "overlap in PA" "$(extent $i 8)" 8 "$(word "$GOOD" "$(extent $((i - 1)) 8)" 8)"
}

wrap()
{
	damaged ERANGE "virtual addresses wrap around" "$(extent 0 0)" 8 -4096 "$(extent 0 16)" 8 0x3000
	damaged ERANGE "physical addresses wrap around" "$(extent 0 8)" 8 -4096 "$(extent 0 16)" 8 0x3000
}

shape()
{
	damaged EINVAL "not made of whole pages" "$(extent 0 0)" 1 1
	damaged EINVAL "not made of whole pages" "$(extent 0 8)" 1 1
	damaged EINVAL "not made of whole pages" "$(extent 0 16)" 1 1
	damaged EINVAL "empty" "$(extent 0 16)" 8 0
}

system_ram()
{
	damaged ERANGE "memory of the running kernel" "$(extent 0 8)" 8 "$(ram_address)" \
		"$(extent 0 16)" 8 0x1000
}

# Wherever the kernel is: its text, its data, its lowest page, the one that it
# keeps for the next kernel, and what it has set aside for a crash
kernel_memory()
{
	local range address
	for range in "Kernel code" "Kernel data" "System RAM" "Crash kernel"; do
		address=$(sed -n "s/^ *\([0-9a-f]*\)-.* : $range$/\1/p" /proc/iomem | sed -n 1p)
		[ -n "$address" ] || continue
		echo "$range: $address"
		damaged ERANGE "memory of the running kernel" \
			"$(extent 0 8)" 8 $(((0x$address + 0xfff) & ~0xfff)) "$(extent 0 16)" 8 0x1000
	done
	damaged ERANGE "memory of the running kernel" \
		"$(extent 0 8)" 8 "$(word "$GOOD" $STATE_PAGE 8)" "$(extent 0 16)" 8 0x1000
}

# The page that the table names is read before anybody can know what it is. It
# is written only if it answers.
state_page()
{
	local kind address before
	for kind in ram firmware unaligned wild; do
		case $kind in
		ram) address=$(ram_address) ;;
		firmware) address=$(word "$GOOD" "$(extent "$(data_extent)" 8)" 8) ;;
		unaligned) address=$(($(word "$GOOD" "$(extent 0 8)" 8) + 8)) ;;
		wild) address=-4096 ;;
		esac
		cp "$GOOD" "$BAD"
		put $STATE_PAGE 8 "$address"
		sign
		load handover="$BAD"
		log_says "what happened since is not known"
		is "$(get state)" hosted
		# it has one of its own
		before=$(word "$BAD" $STATE_PAGE 8)
		cat "$ROOT/handover" > "$WORK/now"
		[ "$(word "$WORK/now" $STATE_PAGE 8)" != "$before" ]
		time_is_right
		unload
	done
}

# Whole extents beyond number, in a table that is otherwise right
too_many_extents()
{
	local table=$((HEADER + TABLE + $(word "$GOOD" $((HEADER + 20)) 4) * ENTRY)) number=4097
	local bytes=$((number * EXTENT)) i
	tail -c +$((table + 1)) "$GOOD" | head -c $EXTENT > "$WORK/extents"
	for ((i = 1; i < number; i *= 2)); do
		cat "$WORK/extents" "$WORK/extents" > "$WORK/more"
		mv "$WORK/more" "$WORK/extents"
	done
	{ head -c $table "$GOOD"; head -c $bytes "$WORK/extents"; } > "$BAD"
	put 16 8 $((table + bytes))
	put $((HEADER + 8)) 8 $((table - HEADER + bytes))
	put $((HEADER + 28)) 4 $number
	sign
	refused E2BIG "$number extents"
}

beyond_physical_memory()
{
	damaged ERANGE "beyond the physical addresses" "$(extent 0 8)" 8 $((1 << 56))
}

kernel_addresses()
{
	local va text area
	# where this kernel put itself, not hashed
	echo 1 > /proc/sys/kernel/kptr_restrict
	text=$(sed -n 's/ T _text$//p' /proc/kallsyms)
	area=$(sed -n '1s/-.*//p' /proc/vmallocinfo)
	# text, direct map with four and five levels, modules, the first page
	for va in 0x"$text" "$area" 0xffffffff81000000 0xffff888000000000 0xff11000000000000 \
		0xffffffffc0000000 0; do
		damaged ERANGE "outside the virtual addresses for firmware" "$(extent 0 0)" 8 $((va))
	done
}

# An address that only five levels of page tables reach
far_address()
{
	local at
	at=$(extent "$(data_extent)" 0)
	if ! grep -qw la57 /proc/cpuinfo || grep -qw no5lvl /proc/cmdline; then
		damaged ERANGE "extent [0x4000000000000-" "$at" 8 $((1 << 50))
		return
	fi
	cp "$GOOD" "$BAD"
	put "$at" 8 $((1 << 50))
	sign
	# nobody calls it
	load handover="$BAD"
	map | grep "^0x4000000000000 "
	unload
}

entry_points()
{
	local first=$((HEADER + TABLE))
	damaged EINVAL "unknown kind 3" $((first + 4)) 4 3
	damaged EINVAL "zero" $((first + 8)) 8 0
	damaged ERANGE "outside every extent" $((first + 8)) 8 0x1234000
	damaged EEXIST "given twice" "$first" 4 "$(word "$GOOD" $((first + ENTRY)) 4)"
	# another address in the same code
	damaged EINVAL "of another boot" $((first + 8)) 8 $(($(word "$GOOD" $((first + 8)) 8) + 1))
}

system_table()
{
	damaged ERANGE "system table 0x1000: outside every extent" $((HEADER + 48)) 8 0x1000
}

writable_code()
{
	local at
	at=$(extent "$(code_extent)" 24)
	cp "$GOOD" "$BAD"
	put "$at" 8 $(($(word "$GOOD" "$at" 8) & ~MEMORY_RO))
	sign
	load handover="$BAD"
	log_says "writable and executable"
	is "$(get state)" hosted
	unload
}

parameters()
{
	log_mark
	fails "Invalid parameters" insmod "$KO" placement=
	log_is_one_line "placement=: must be identity or assigned"
	# what insmod says of ENOENT
	log_mark
	fails "nknown symbol" insmod "$KO" handover=/nonexistent/table
	log_is_one_line "no handover table at /nonexistent/table"
	gone
	# a directory is no file
	log_mark
	fails "ould not insert module" insmod "$KO" handover=/proc
	log_is_one_line "/proc"
	gone
}

nothing_is_left()
{
	local before
	before=$(cat "$WORK/vmalloc")
	sleep 1
	at_most "$(grep -vc unpurged /proc/vmallocinfo)" $((before + 2))
	gone
}

good_table_after_all()
{
	load handover="$GOOD"
	is "$(get origin)" handover
	is "$(get hops)" 1
	time_is_right
	unload
}

tests=(good_table "the module writes a table with a right size and checksum"
	checksum "a wrong checksum is refused"
	overlap "[table-overlap] extents that overlap are refused"
	system_ram "an extent in memory of the kernel is refused"
	kernel_memory "[table-ram] extents in the kernel's code, data and spare memory are refused"
	far_address "an address that only five levels reach is refused where there are four")
# QUICK leaves out what is refused in the same places, on slow kernels
[ -n "${QUICK-}" ] || tests+=(magic "a wrong magic is refused"
	version "an unknown version is refused"
	header_size "a wrong header size is refused"
	total_size "a wrong total size is refused"
	truncation "a table that was cut short is refused"
	too_many_extents "[table-counts] a table of too many extents is refused"
	state_page "[table-state-page] a live state page that is none is not used"
	counts "wrong counts and sizes of entries and extents are refused"
	critical_flag "an unknown critical flag is refused"
	placement "an unknown placement is refused"
	wrap "extents that wrap around are refused"
	shape "extents that are empty or not of whole pages are refused"
	beyond_physical_memory "an extent beyond physical memory is refused"
	entry_points "[table-entries] wrong entry points are refused"
	kernel_addresses "[table-kernel-va] virtual addresses of the kernel are refused"
	system_table "a system table outside of the map is refused"
	writable_code "[table-wx] code that is writable is accepted and reported"
	parameters "wrong parameters are refused with their name")
ktap_run "${tests[@]}" \
	nothing_is_left "refused tables leave nothing" \
	good_table_after_all "the good table is accepted afterwards"
