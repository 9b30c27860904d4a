#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# coverage.sh LOG OBJECTS FILE.c...: how much of each FILE.c the unit tests ran:
# LOG is what guest.sh printed, OBJECTS the directory that the module was built
# in. Prints the lines that never ran, and fails if there are any.
set -euo pipefail
. "$(dirname "$0")/../lib.sh"

[ $# -ge 3 ] || die "usage: coverage.sh LOG OBJECTS FILE.c..."
log=$1 objects=$2
shift 2
dir=$(mktemp -d)
trap 'rm -r "$dir"' EXIT

# coverage FILE: what gcov makes of it goes to FILE.gcov
coverage()
{
	local name=${1%.c} data
	data=$(sed -n "s/^gcda $name.gcda \([^[:space:]]*\).*/\1/p" "$log")
	[ -n "$data" ] || die "$1: $log has no counts: does the kernel have CONFIG_GCOV_KERNEL?"
	base64 -d <<< "$data" > "$dir/$name.gcda"
	cp "$objects/$name.gcno" "$dir/"
	(cd "$dir" && gcov-12 "$name.gcda") > "$dir/log" 2>&1 || true
	grep -qE '^ *[0-9#=]+\*?: *[1-9]' "$dir/$1.gcov" ||
		{ cat "$dir/log" >&2; die "$1: gcov cannot read the counts: build and run the unit tests again"; }
}

passed=0 failed=0
for file; do
	coverage "$file"
	ran=$(grep -cE '^ *[0-9]+\*?:' "$dir/$file.gcov" || true)
	never=$(grep -cE '^ *[#=]{5}:' "$dir/$file.gcov" || true)
	echo "$file: $((100 * ran / (ran + never)))%: $ran of $((ran + never)) lines ran"
	sed -nE "s/^ *[#=]{5}: *([0-9]+):/not ok $file:\1: never ran:/p" "$dir/$file.gcov"
	if [ "$never" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
