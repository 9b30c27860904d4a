#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# all.sh: runs the tests that /test/list names in one guest, as subtests.
set -uo pipefail
cd "$(dirname "$0")" || exit 1

# line by line: what was said last is seen even if the guest dies
indent()
{
	local line
	while IFS= read -r line; do
		echo "    $line"
	done
}

mapfile -t tests < list
echo "KTAP version 1"
echo "1..${#tests[@]}"
failed=0
for ((i = 0; i < ${#tests[@]}; i++)); do
	if bash "./${tests[i]}.sh" 2>&1 | indent; then
		echo "ok $((i + 1)) ${tests[i]}"
	else
		echo "not ok $((i + 1)) ${tests[i]}"
		failed=$((failed + 1))
	fi
done
[ "$failed" = 0 ]
