# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of ktap_helpers.sh and of who sources this
# What hops.sh and opal_hops.sh share: whether anything grows over a chain of
# kernels. Sourced, after ktap_helpers.sh. Each hop adds a line to $MEMORY, on the
# disk; what the hop's line of the plan says is the last part of it.

# What a chain must not grow by: a small page for each hop, in kB. What visits
# differ by at random is more than that in a shorter chain.
FLAT_BOUND=4
# shellcheck disable=SC2034 # for those who source this
FLAT_HOPS=50
MEMORY=/boot/memory

# comes_again_with_the_same_table: memory is looked at after an unload, too
comes_again_with_the_same_table()
{
	unload
	hosts
}

# note_memory PLANNED: all in kB, but for the numbers of reserved ranges and of
# bytes of the table and of the command line
note_memory()
{
	settle
	echo "$(memory MemTotal) $(grep -ci reserved /proc/iomem || true)" \
		"$(wc -c < "$ROOT/handover") $(wc -c < /proc/cmdline)" \
		"$(free) $(memory Slab) $(memory VmallocUsed) $1" >> "$MEMORY"
}

# first_visit PATTERN: that of a line of the plan which begins so
first_visit()
{
	grep -m 1 -E "^([0-9]+ ){7}$1" "$MEMORY"
}

# memory_does_not_shrink PLANNED: since this kernel ran first in the chain, what
# hops leave behind would be missing. Since this line of the plan was first
# followed, what is not left to chance is the very same; a page of the total hangs
# on where the kernel was put.
memory_does_not_shrink()
{
	local planned=$* now first total total_first table table_first free free_first _
	note_memory "$planned"
	now=$(tail -1 "$MEMORY")
	echo "total reserved table cmdline free slab vmalloc"
	echo "$now"
	first=$(first_visit "$1 ")
	echo "$first, at first"
	read -r total _ table _ free _ <<< "$now"
	read -r total_first _ _ _ free_first _ <<< "$first"
	read -r _ _ table_first _ < "$MEMORY"
	at_least "$total" $((total_first - MEMORY_BOUND))
	at_least "$free" $((free_first - MEMORY_BOUND))
	is "$table" "$table_first"
	first=$(first_visit "$planned\$")
	is "$(cut -d' ' -f2-4 <<< "$now")" "$(cut -d' ' -f2-4 <<< "$first")"
}

# growth FIELD SIGN: kB by hop, as the slope of all visits, each seen from the
# average of its line of the plan
growth()
{
	awk -v field="$1" -v sign="$2" '
	{
		value = sign * $field
		for (i = 1; i <= 7; i++)
			$i = ""
		line[NR] = $0
		y[NR] = value
		n[$0]++
		sum_x[$0] += NR
		sum_y[$0] += value
	}
	END {
		for (i = 1; i <= NR; i++) {
			x = i - sum_x[line[i]] / n[line[i]]
			xx += x * x
			xy += x * (y[i] - sum_y[line[i]] / n[line[i]])
		}
		printf "%.2f\n", xy / xx
	}' "$MEMORY"
}

memory_is_flat()
{
	local what by failed=0
	cat "$MEMORY"
	for what in "total 1 -1" "free 5 -1" "slab 6 1" "vmalloc 7 1"; do
		# shellcheck disable=SC2086 # field and sign
		by=$(growth ${what#* })
		echo "${what%% *}: $by kB by hop"
		[ "$(echo "$by" | cut -d. -f1)" -lt $FLAT_BOUND ] || failed=1
	done
	[ "$failed" = 0 ]
}
