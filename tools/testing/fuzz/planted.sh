#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# planted.sh [SECONDS]: can the fuzzers find anything? Changes one check in a copy
# of the code under test, fuzzes it for SECONDS (20) at most with nothing but the
# seeds, and wants a finding; so with each line of "planted". The last line is
# "N passed, N failed, N skipped".
set -euo pipefail
. "$(dirname "$0")/../vm/lib.sh"

FUZZ_DIR=$OPALVM_SRC/tools/testing/fuzz
seconds=${1-20}
[[ $# -le 1 && $seconds =~ ^[1-9][0-9]*$ ]] || die "usage: planted.sh [SECONDS]"
export ASAN_OPTIONS=quarantine_size_mb=4:malloc_context_size=8
work=$(mktemp -d "${TMPDIR:-/tmp}/opalvm-planted.XXXXXX")
trap 'rm -rf "$work"' EXIT

plant()
{
	local target=$1 file=$2 change=$3 code=$work/opalvm
	rm -rf "$code" "$work/corpus"
	rm -f "$work/${target:?}"
	mkdir "$work/corpus"
	cp -r "$OPALVM_SRC/drivers/firmware/opalvm" "$code"
	sed -i "$change" "$code/$file"
	! cmp -s "$code/$file" "$OPALVM_SRC/drivers/firmware/opalvm/$file" ||
		die "$file has nothing to change for: $change; mend tools/testing/fuzz/planted"
	make -s -C "$FUZZ_DIR" O="$work" SRC="$code" "$work/$target"
	! "$work/$target" -max_total_time="$seconds" -max_len=8192 -artifact_prefix="$work/" \
		"$work/corpus" "$work/seeds/$target" > "$work/log" 2>&1 &&
		grep -aoE -m 1 'CHECK failed.*|ERROR: AddressSanitizer: [a-z-]*|runtime error: .*' "$work/log"
}

make -s -C "$FUZZ_DIR" O="$work" "$work/seeds-bin"
mkdir -p "$work/seeds"
"$work/seeds-bin" "$OPALVM_SRC/tools/testing/golden" "$work/seeds"
passed=0 failed=0
while read -r target file change; do
	start=$SECONDS
	if found=$(plant "$target" "$file" "$change"); then
		passed=$((passed + 1))
		echo "ok $target, $file, $change: $found ($((SECONDS - start)) s with the build)"
	else
		failed=$((failed + 1))
		echo "not ok $target, $file, $change: nothing found in $seconds s"
	fi
done < <(grep -v '^#' "$FUZZ_DIR/planted")
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
