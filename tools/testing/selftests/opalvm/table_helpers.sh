# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the tests share that damage handover tables: $BAD is made from $GOOD, one
# field of it is changed, and its checksum is made right again. Sourced behind
# ktap_helpers.sh.

# Offsets in include/uapi/linux/opalvm.h
# shellcheck disable=SC2034 # for those who source this
GENERATION=32 HOP_COUNT=40 STATE_PAGE=48
HEADER=96
TABLE=72
ENTRY=16
EXTENT=40
CRC=24

GOOD=$WORK/good
BAD=$WORK/bad

# put OFFSET BYTES VALUE: little-endian, into $BAD
put()
{
	local i text=
	for ((i = 0; i < $2; i++)); do
		text+=$(printf '\\x%02x' $((($3 >> (8 * i)) & 255)))
	done
	# shellcheck disable=SC2059 # the bytes are the format
	printf "$text" | dd of="$BAD" bs=1 seek="$1" conv=notrunc 2> /dev/null
}

# The checksum of what stands there, so that another field is what is wrong.
sign()
{
	put $CRC 4 0
	put $CRC 4 $((0x$(crc32 "$BAD" | cut -d' ' -f1)))
}

# extent N FIELD-OFFSET: where it is
extent()
{
	local entries
	entries=$(word "$GOOD" $((HEADER + 20)) 4)
	echo $((HEADER + TABLE + entries * ENTRY + $1 * EXTENT + $2))
}

# The first extent of code, by number
code_extent()
{
	local i=0
	while (($(word "$GOOD" "$(extent $i 32)" 4) != 5)); do
		i=$((i + 1))
	done
	while (($(word "$GOOD" "$(extent $i 24)" 8) & MEMORY_XP)); do
		i=$((i + 1))
	done
	echo $i
}

# The first extent of data, by number: it has no entry point
data_extent()
{
	local i=0
	while (($(word "$GOOD" "$(extent $i 32)" 4) != 6)); do
		i=$((i + 1))
	done
	echo $i
}
