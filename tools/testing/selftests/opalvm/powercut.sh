#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# powercut.sh: tells which variables there are. With TRAFFIC=SEED on the command
# line, it then creates, rewrites and deletes some until the machine loses its
# power, and tells the host of each change before and after.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

# Those that are rewritten, some more often, and those that must stay as they are.
NAMES=(Large0 Large1 Large0 Large1 Middle0 Middle1 Middle2 Small0 Small1 Small2)
declare -A STILL=([Still0]=1 [Still1]=900 [Still2]=20000)

LETTERS=abcdefghijklmnopqrstuvwxyz

# What is told is with the host before this comes back.
tell()
{
	echo "opalvm-cut: $*"
	stty raw -echo <&1
}

tell_all()
{
	local sum path attributes
	md5sum "$(vars_dir)"/* > "$WORK/sums"
	while read -r sum path; do
		IFS= read -r -d '' -N 1 attributes < "$path"
		printf 'opalvm-cut: has %d %s %s\n' "'$attributes" "$sum" "${path##*/}"
	done < "$WORK/sums"
	tell listed
}

# changes command...: what comes of it; when the store is full, nothing does
changes()
{
	if "$@" 2> "$WORK/error"; then
		tell "done"
		return
	fi
	grep -q 'No space left' "$WORK/error" || { cat "$WORK/error"; return 1; }
	tell refused
}

# write NAME SEQUENCE SIZE: a value that no other write has
write()
{
	local file sum text words
	file=$(vars_dir)/$1-$GUID
	printf -v words "%s, $1, $2; " "$TRAFFIC"
	printf -v text '%*s' $(($3 / ${#words} + 1)) ''
	text=${LETTERS:$2 % 26:1}${text// /$words}
	printf '\7\0\0\0%s' "${text:0:$3}" > "$WORK/value"
	read -r sum _ < <(md5sum "$WORK/value")
	[ ! -e "$file" ] || chattr -i "$file"
	tell write "${file##*/}" "$sum"
	changes dd if="$WORK/value" of="$file" bs=64k conv=notrunc status=none
}

delete()
{
	local file
	file=$(vars_dir)/$1-$GUID
	chattr -i "$file"
	tell delete "${file##*/}"
	changes rm "$file"
}

load
vars_mount
tell_all
[ -n "${TRAFFIC-}" ] || exit 0

for name in "${!STILL[@]}"; do
	[ -e "$(vars_dir)/$name-$GUID" ] || write "$name" 0 "${STILL[$name]}"
done
RANDOM=$TRAFFIC
for ((i = 1; ; i++)); do
	name=${NAMES[RANDOM % ${#NAMES[@]}]}
	case $name in
	Large*) size=$((8000 + RANDOM % 22000)) ;;
	Middle*) size=$((300 + RANDOM % 6000)) ;;
	Small*) size=$((1 + RANDOM % 60)) ;;
	esac
	# a file that could not be written is there, and empty
	if ((RANDOM % 5 == 0)) && [ -s "$(vars_dir)/$name-$GUID" ]; then
		delete "$name"
	else
		write "$name" "$i" "$size"
	fi
done
