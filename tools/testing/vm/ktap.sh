#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ktap.sh LOG...: judges KTAP. Counts results that have no subtests; a parent
# counts only when it fails although no subtest did. Prints one line for each
# log. Fails on a failed test, on a plan that is not kept, without a plan, and
# without any result. Exits with 4 when every test was skipped.
set -euo pipefail

[ $# -ge 1 ] || { echo "usage: ktap.sh LOG..." >&2; exit 1; }

judge()
{
	awk '
	function complain(what)
	{
		print "ktap: " what > "/dev/stderr"
		failed++
	}

	# A block of results at this depth has ended.
	function close_block(depth)
	{
		if (depth + 1 in count)
			close_block(depth + 1)
		if (!(depth in count))
			return
		if (depth in plan) {
			if (plan[depth] != count[depth])
				complain("plan says " plan[depth] " results, but there are " count[depth])
		} else if (depth == 0 && count[depth] > 0) {
			complain("results without a plan")
		}
		delete plan[depth]
		delete count[depth]
		delete bad[depth]
	}

	function open_block(depth)
	{
		if (depth in count)
			return
		count[depth] = 0
		bad[depth] = 0
	}

	{ sub(/\r$/, "") }
	{
		match($0, /^ */)
		depth = int(RLENGTH / 4)
		line = substr($0, RLENGTH + 1)
	}
	line ~ /^K?TAP version/ {
		close_block(depth)
		open_block(depth)
		next
	}
	line ~ /^1\.\.[0-9]+/ {
		if (depth in plan)
			close_block(depth)
		open_block(depth)
		split(substr(line, 4), word, " ")
		plan[depth] = word[1] + 0
		if (plan[depth] == 0 && line ~ /# *SKIP/)
			skipped++
		next
	}
	line ~ /^Bail out!/ { complain(line); next }
	line ~ /^(not )?ok( |$)/ {
		open_block(depth)
		count[depth]++
		fails = line ~ /^not ok/ && line !~ /# *SKIP/
		if (depth + 1 in count) {
			known = bad[depth + 1]
			close_block(depth + 1)
			if (fails && !known)
				complain(line)
			results++
		} else {
			results++
			if (line ~ /# *SKIP/)
				skipped++
			else if (fails)
				complain(line)
			else
				passed++
		}
		if (fails)
			bad[depth] = 1
	}
	END {
		close_block(0)
		if (!results && !skipped)
			complain("no result at all")
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed ? 1 : !passed && skipped ? 4 : 0
	}' "$1"
}

worst=0
for log in "$@"; do
	rc=0
	[ -r "$log" ] || { echo "ktap: cannot read $log" >&2; exit 1; }
	[ $# = 1 ] || printf '%s: ' "$log"
	judge "$log" || rc=$?
	case $rc,$worst in
	1,*) worst=1 ;;
	4,0) worst=4 ;;
	esac
done
exit "$worst"
