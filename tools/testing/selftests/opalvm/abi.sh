#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# abi.sh: what the module shows is what Documentation/ABI/testing says (with
# efi=noruntime; OPAL or RTAS). Its files are in /test/abi.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

PLACES=("$ROOT" /sys/module/opalvm/parameters /sys/kernel/debug/opalvm)

# patterns [FIRMWARE]: what the files speak of, as regular expressions; without what
# another firmware than this has
patterns()
{
	local what fw
	fw=$(basename "$(firmware_dir)")
	sed -n 's/^What:[[:space:]]*//p' /test/abi/* | while read -r what; do
		case $what in
		*/opalvm/"$fw"/* | */parameters/"$fw"_*) ;;
		*/opalvm/efi/* | */opalvm/opal/* | */opalvm/rtas/* | */parameters/efi_*) [ $# = 0 ] || continue ;;
		esac
		# shellcheck disable=SC2001 # several
		sed 's/[.*]/\\&/g; s/<firmware>/(efi|opal|rtas)/; s,/N/,/[0-9]+/,; s,/N$,/[0-9]+,; s,/NAME,/[^/]+,; s,/$,,' <<< "$what"
	done
}

firmware_dir()
{
	find "$ROOT" -mindepth 1 -maxdepth 1 -type d
}

# shown [options of find...]: what there is, directories and files
shown()
{
	find "${PLACES[@]}" "$@"
}

loads()
{
	load
	is "$(firmware_dir | wc -l)" 1
	patterns > "$WORK/known"
	patterns here > "$WORK/expected"
	shown > "$WORK/shown"
	at_least "$(wc -l < "$WORK/shown")" 50
}

all_is_documented()
{
	shown -type f > "$WORK/files"
	at_least "$(wc -l < "$WORK/files")" 50
	is "$(grep -vxEf "$WORK/known" "$WORK/files" || true)" ""
}

all_that_is_documented_is_there()
{
	local pattern place missing=''
	while read -r pattern; do
		for place in "${PLACES[@]}"; do
			[[ $pattern == "$place"/* ]] || continue
			grep -xE "$pattern" "$WORK/shown" > "$WORK/found" || missing+="$pattern"$'\n'
		done
	done < "$WORK/expected"
	is "$missing" ""
}

ktap_run loads "the module shows what it hosts" \
	all_is_documented "each file is in Documentation/ABI" \
	all_that_is_documented_is_there "each file of Documentation/ABI is there" \
	unload "the module unloads"
