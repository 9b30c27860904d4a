#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# parse-test.sh: does kunit-parse.sh see what is wrong with a log? Prints KTAP.
set -euo pipefail

parse=$(cd "$(dirname "$0")/.." && pwd)/kunit-parse.sh
dir=$(mktemp -d)
trap 'rm -r "$dir"' EXIT
number=0
failed=0

cat > "$dir/good" <<'END'
[    1.000000] WARNING: before the run
[    3.100000] KTAP version 1
[    3.100001] 1..2
[    3.200000] kunit: loading out-of-tree module taints kernel.
[    3.300000]     KTAP version 1
[    3.300000]     # Subtest: first
[    3.300000]     1..3
[    3.300000]     ok 1 one
[    3.300000]     ok 2 two
[    3.300000]     ok 3 three # SKIP no reason
[    3.300000] # first: pass:2 fail:0 skip:1 total:3
[    3.300000] ok 1 first
[    3.300000]     KTAP version 1
[    3.300000]     # Subtest: second
[    3.300000]     1..1
[    3.300000]         KTAP version 1
[    3.300000]         # Subtest: values
[    3.300000]         ok 1 value 2
[    3.300000]         ok 2 value 4
[    3.300000]     # values: pass:2 fail:0 skip:0 total:2
[    3.300000]     ok 1 values
[    3.300000] ok 2 second
[    3.400000] # KTAP end
END

# judged NAME RC COUNTS SED-SCRIPT: what becomes of the good log, so changed
judged()
{
	local name=$1 rc=0
	sed "$4" "$dir/good" > "$dir/log"
	"$parse" "$dir/log" > "$dir/out" || rc=$?
	number=$((number + 1))
	if [ "$rc" = "$2" ] && [ "$(tail -1 "$dir/out")" = "$3" ]; then
		echo "ok $number $name"
	else
		echo "not ok $number $name"
		sed 's/^/# /' "$dir/out"
		failed=1
	fi
}

echo "KTAP version 1"
echo "1..13"
judged "good log" 0 "3 passed, 0 failed, 1 skipped" ''
judged "carriage returns" 0 "3 passed, 0 failed, 1 skipped" 's/$/\r/'
judged "failed case" 1 "2 passed, 1 failed, 1 skipped" 's/ok 2 two/not &/; s/ok 1 first/not &/'
judged "failed value" 1 "2 passed, 1 failed, 1 skipped" 's/ok 2 value/not &/; s/ok 1 values/not &/; s/ok 2 second/not &/'
judged "suite failed alone" 1 "3 passed, 1 failed, 1 skipped" 's/ok 2 second/not &/'
judged "suite without cases" 1 "1 passed, 1 failed, 0 skipped" '/Subtest: first/,/ first:/d; s/ok 1 first/not &/'
judged "missing case" 1 "2 passed, 0 failed, 1 skipped" '/ok 2 two/d'
judged "missing suite" 1 "3 passed, 0 failed, 1 skipped" 's/1\.\.2/1..3/'
judged "no plan" 1 "3 passed, 0 failed, 1 skipped" '/1\.\.2/d'
# shellcheck disable=SC2016 # $d is sed's
judged "crash in a suite" 1 "2 passed, 0 failed, 0 skipped" '/ok 3 three/,$d'
judged "no end" 1 "3 passed, 0 failed, 1 skipped" '/KTAP end/d'
# shellcheck disable=SC2016
judged "no result" 1 "0 passed, 0 failed, 0 skipped" '2,$d'
judged "kernel complains" 1 "3 passed, 0 failed, 1 skipped" 's/# first:.*/BUG: KASAN: slab-out-of-bounds/'
exit $failed
