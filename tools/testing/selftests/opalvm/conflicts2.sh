#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# conflicts2.sh: what conflicts.sh left, and tables made from it: the module
# uses the best of what can be used, and names the rest in the log.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/table_helpers.sh"

FIRST=/opalvm.handover
SECOND=/run/opalvm/handover
STOCK="the EFI memory map"

# The page is the first kernel's; whoever reads a copy without it goes by numbers.
takes_the_table()
{
	load
	is "$(get origin)" handover
	is "$(get hops)" 1
	log_says "the map from $STOCK (generation 0, 0 hops) is not used: that from $FIRST (generation 1, 0 hops, live) is newer"
	unload
	mkdir -m 700 /run/opalvm
	cp $FIRST "$WORK/live"
	cp $FIRST "$BAD"
	put $STATE_PAGE 8 0
	sign
	cp "$BAD" "$GOOD"
}

# table PLACE OFFSET BYTES VALUE...: the good one with these fields
table()
{
	local place=$1
	shift
	cp "$GOOD" "$BAD"
	while [ $# -gt 0 ]; do
		put "$1" "$2" "$3"
		shift 3
	done
	sign
	cp "$BAD" "$place"
}

# takes GENERATION HOPS: loads, and is in this kernel what the table says
takes()
{
	load
	is "$(get state)" hosted
	is "$(get generation)" "$1"
	is "$(get hops)" "$2"
	time_is_right
	unload
}

takes_the_stock_map()
{
	takes 1 1
	is "$(log | grep -c "is not used")" "$1"
}

higher_generation_wins()
{
	table $FIRST $GENERATION 8 5 $HOP_COUNT 4 9
	table $SECOND $GENERATION 8 6 $HOP_COUNT 4 2
	takes 6 3
	log_says "the map from $FIRST (generation 5, 9 hops) is not used: that from $SECOND (generation 6, 2 hops) is newer"
	log_says "the map from $STOCK (generation 0, 0 hops) is not used"
	table $FIRST $GENERATION 8 7
	takes 7 1
	log_says "the map from $SECOND (generation 6, 2 hops) is not used: that from $FIRST (generation 7, 0 hops) is newer"
}

higher_hop_count_wins()
{
	table $FIRST $GENERATION 8 5 $HOP_COUNT 4 2
	table $SECOND $GENERATION 8 5 $HOP_COUNT 4 3
	takes 5 4
	log_says "the map from $FIRST (generation 5, 2 hops) is not used: that from $SECOND (generation 5, 3 hops) is newer"
}

live_page_wins()
{
	table $FIRST $GENERATION 8 100
	cp "$WORK/live" $SECOND
	takes 1 1
	log_says "that from $SECOND (generation 1, 0 hops, live) is newer"
}

damaged_loses()
{
	table $FIRST $GENERATION 8 3
	cp "$GOOD" "$BAD"
	put "$(extent 0 8)" 1 0x5a
	cp "$BAD" $SECOND
	takes 3 1
	log_says "the map from $SECOND is not used: handover: wrong checksum"
}

stale_entry_points_lose()
{
	local first=$((HEADER + TABLE))
	table $FIRST $GENERATION 8 9 $((first + 8)) 8 $(($(word "$GOOD" $((first + 8)) 8) + 16))
	rm $SECOND
	takes_the_stock_map 1
	log_says "the map from $FIRST is not used: the handover table names other entry points than the firmware: it is of another boot"
}

stale_memory_loses()
{
	local nr
	nr=$(data_extent)
	table $FIRST "$(extent "$nr" 0)" 8 $(($(word "$GOOD" "$(extent "$nr" 0)" 8) + 4096)) \
		"$(extent "$nr" 8)" 8 $(($(word "$GOOD" "$(extent "$nr" 8)" 8) + 4096)) \
		"$(extent "$nr" 16)" 8 $(($(word "$GOOD" "$(extent "$nr" 16)" 8) - 4096))
	takes_the_stock_map 1
	log_says "the map from $FIRST is not used: the handover table is of another boot: the firmware's memory at"
}

all_damaged()
{
	head -c 100 "$GOOD" > $FIRST
	echo "no table" > $SECOND
	takes_the_stock_map 2
	log_says "the map from $FIRST is not used: handover: sizes"
	log_says "the map from $SECOND is not used: handover: 9 bytes are too short"
}

# The kernel reads no file that is open for writing: it is there, but not known.
unread_refuses()
{
	local place
	for place in $FIRST $SECOND; do
		cp "$GOOD" $FIRST
		cp "$GOOD" $SECOND
		log_mark
		fails "Text file busy" insmod "$KO" 9>> "$place"
		log_is_one_line "the handover table $place cannot be read: load the module again"
		gone
		takes 1 1
	done
}

no_table()
{
	rm -f $FIRST $SECOND
	takes_the_stock_map 0
}

a_named_file_is_an_order()
{
	cp "$GOOD" $FIRST
	head -c 100 "$GOOD" > "$WORK/named"
	log_mark
	fails "Invalid parameters" insmod "$KO" handover="$WORK/named"
	log_is_one_line "handover: sizes"
	gone
}

ktap_run \
	takes_the_table "a table and a stock map: the table is used" \
	higher_generation_wins "two tables: the higher generation is used, wherever it is" \
	higher_hop_count_wins "two tables of one generation: the one that travelled farther is used" \
	live_page_wins "a table whose live state page answers is used before any other" \
	damaged_loses "a good table and a damaged one: the good one is used" \
	stale_entry_points_lose "a table with other entry points is stale: the stock map is used" \
	stale_memory_loses "a table with other memory is stale: the stock map is used" \
	all_damaged "no table is good: the stock map is used" \
	unread_refuses "a table that cannot be read: no other is used in its place" \
	no_table "no table: the stock map is used" \
	a_named_file_is_an_order "handover=FILE: no other is used in its place"
