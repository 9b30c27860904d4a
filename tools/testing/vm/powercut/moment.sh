#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# moment.sh any|Large COUNT MS FLASH RESULTS: comes back MS milliseconds after so many
# changes of variables were begun, as a guest says in RESULTS; of large variables, once
# the change has reached FLASH.
set -euo pipefail

what=$1 count=$2 ms=$3 flash=$4 results=$5
case $what in
any) changes='(write|delete) ' ;;
Large) changes='write Large' ;;
esac

begun()
{
	grep -acE "^opalvm-cut: $changes" "$results" 2> /dev/null || true
}

while begun=$(begun) && [ "${begun:-0}" -lt "$count" ]; do
	sleep 0.02
done
if [ "$what" = Large ]; then
	written=$(stat -c %.Y "$flash")
	for ((i = 0; i < 100; i++)); do
		[ "$(stat -c %.Y "$flash")" = "$written" ] || break
		sleep 0.01
	done
fi
sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
