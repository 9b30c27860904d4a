#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# capture.sh DIRECTORY: makes in DIRECTORY what README tells of, with today's
# writer. Those that are here must stay as they are.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../vm/lib.sh"

[ $# = 1 ] || die "usage: capture.sh DIRECTORY"
dir=$1
mkdir -p "$dir"
[ ! "$dir" -ef "$HERE" ] || die "$dir has the golden ones: choose another directory"

HELPERS=$HERE/../selftests/opalvm/ktap_helpers.sh:test/ktap_helpers.sh
LOG=$OPALVM_CACHE/logs/golden

# guest [boot.sh options...]: runs guest.sh in it, and takes what that sends
guest()
{
	local name
	"$VM_DIR/boot.sh" --kernel 6.1 --module default --no-ktap --test "$HERE/guest.sh" \
		--file "$HELPERS" --log "$LOG" "$@"
	for name in $(tr -d '\r' < "$LOG.ktap" | sed -n 's/^golden-begin //p'); do
		tr -d '\r' < "$LOG.ktap" | sed -n "/^golden-begin $name\$/,/^golden-end\$/{/^golden-/!p}" |
			base64 -d > "$dir/$name.bin"
		echo "$dir/$name.bin"
	done
}

"$VM_DIR/deps.sh"
"$VM_DIR/build.sh" 6.1 > /dev/null
make -s -C "$OPALVM_SRC/tools/opalvm" O="$OPALVM_CACHE/golden-tool"
guest
guest --append efi=noruntime --kexec 6.1 --file "$OPALVM_CACHE/golden-tool/opalvm:usr/bin/opalvm" \
	--test2 "$HERE/guest.sh" --file2 "$HELPERS"
"$HERE/extend.pl" < "$dir/efi-quarantine.bin" > "$dir/efi-extended.bin"
echo "$dir/efi-extended.bin"
