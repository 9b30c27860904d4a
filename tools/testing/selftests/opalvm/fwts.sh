#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# fwts.sh: fwts (/fwts, see tools/testing/vm/packaged.sh) on the module (with
# efi=noruntime, or in a kernel that a hop led to), or with DRIVER=stock on the
# kernel's own driver, /test/stock.ko. TIMES=N: stress tests of so many rounds, of a
# sixteenth where they write.
#
# The counts are those of the kernel's own driver, in a guest whose clock is not near
# midnight: OVMF takes no alarm of more than a day ahead, and each of those tests
# would be skipped. fwts itself is content when all is skipped.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

DEVICE=/dev/efi_runtime
[ "${DRIVER-}" != stock ] || DEVICE=/dev/efi_test

gets_the_driver()
{
	[ -d /sys/firmware/efi ] || grep -q noefi /proc/cmdline
	if [ "${DRIVER-}" = stock ]; then
		insmod /test/stock.ko
	else
		load
		is "$(get state)" hosted
	fi
	[ -c $DEVICE ]
	[ -d /sys/firmware/efi ]
}

# fwts_run NAME OPTIONS...: its counts go to $WORK/NAME.counts
fwts_run()
{
	local name=$1
	shift
	packaged fwts --results-output="$WORK/$name.log" "$name" "$@" > "$WORK/$name.out" 2>&1 || true
	grep -E '^(FAILED|WARNING|ABORTED|ERROR)' "$WORK/$name.log" || true
	grep -hE '^[0-9]+ passed, ' "$WORK/$name.log" | tail -n 1 | tee "$WORK/$name.counts"
}

# has_counts NAME PASSED SKIPPED [OPTIONS...]
has_counts()
{
	local name=$1 least=$2 most=$3 passed failed warned aborted skipped
	shift 3
	fwts_run "$name" "$@"
	read -r passed _ failed _ warned _ aborted _ skipped _ < "$WORK/$name.counts"
	at_least "$passed" "$least"
	is "$failed failed, $warned warnings, $aborted aborted" "0 failed, 0 warnings, 0 aborted"
	at_most "$skipped" "$most"
}

has_sum()
{
	cat "$WORK"/*.counts | awk '{ p += $1; f += $3; s += $9 } END { print p, f, s }' > "$WORK/sum"
	cat "$WORK/sum"
	read -r passed failed skipped < "$WORK/sum"
	at_least "$passed" 76
	is "$failed" 0
	at_most "$skipped" 19
}

firmware_is_well()
{
	[ "${DRIVER-}" != stock ] || return 0
	is "$(get quarantine)" ""
	is "$(cat "$EFI"/services/*/faults "$EFI"/services/*/hangs | sort -u)" 0
	unload
}

options=()
[ -z "${TIMES-}" ] || options=("--uefi-get-var-multiple=$TIMES" "--uefi-query-var-multiple=$TIMES"
	"--uefi-set-var-multiple=$((TIMES / 16))")
ktap_run gets_the_driver "$DEVICE is there, and /sys/firmware/efi" \
	"has_counts uefirttime 35 4" "fwts uefirttime: at least 35 pass, none fails, at most 4 are skipped" \
	"has_counts uefirtvariable 26 4 ${options[*]}" "fwts uefirtvariable: at least 26 pass, none fails, at most 4 are skipped" \
	"has_counts uefirtmisc 3 11" "fwts uefirtmisc: at least 3 pass, none fails, at most 11 are skipped" \
	"has_counts uefirtauthvar 12 0" "fwts uefirtauthvar: at least 12 pass, none fails, none is skipped" \
	has_sum "fwts: at least 76 pass, none fails, at most 19 are skipped" \
	firmware_is_well "nothing is in quarantine, and the module unloads"
