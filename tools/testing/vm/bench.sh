#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bench.sh: prints what a hop costs: the time from "kexec -e" until the next
# kernel's user space is up, and with a hop until the module hosts there. Both
# kinds take turns in one guest, and the clock is the host's. It judges nothing:
# an emulated machine's times say little, their difference more. The numbers are
# in bench.json in the cache, too. With ARCH=ppc64: see bench-ppc64.sh.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

arch=${ARCH:-x86_64}
unset ARCH
case $arch in
x86_64) ;;
ppc64) exec "$VM_DIR/bench-ppc64.sh" ;;
*) die "ARCH=$arch: choose x86_64 or ppc64" ;;
esac

SELFTESTS=$OPALVM_SRC/tools/testing/selftests/opalvm
OUT=$OPALVM_CACHE/bench
TOOL=$(build_dir tool host)
RUNS=5

plan()
{
	local i
	for ((i = 0; i < RUNS; i++)); do
		echo "6.1 plain"
		echo "6.1 hop"
	done
}

run_guest()
{
	local where options=()
	for where in --file --file2; do
		options+=("$where" "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh"
			"$where" "$TOOL/opalvm:usr/bin/opalvm")
	done
	plan > "$OUT/plan"
	"$VM_DIR/boot.sh" --kernel 6.1 --module default --append efi=noruntime --no-ktap \
		--test "$SELFTESTS/bench.sh" --test2 "$SELFTESTS/bench.sh" --chain "$OUT/plan" \
		"${options[@]}" --timeout 1200 --log "$OUT/guest"
}

# The guest's marks, each with the time at which it was seen here, in us
stamp()
{
	local line
	while IFS= read -r line; do
		[[ $line != "bench: "* ]] || echo "${EPOCHREALTIME/./} ${line%$'\r'}"
	done
}

# "NAME US" for each thing that was timed
durations()
{
	awk '
	$3 == "go" { go = $1 }
	$3 == "up" && $4 == "plain" { print "plain", $1 - go }
	$3 == "up" && $4 == "hop" { print "hop_up", $1 - go }
	$3 == "hosting" { print "hop", $1 - go; print "module", $4 }
	$3 == "loaded" { print "load_" $4, $5 }' "$OUT/marks"
}

# One object of all durations, in seconds
summary()
{
	jq -Rn --arg kernel "$1" --argjson runs $RUNS '
		def seconds: . / 1000 | round / 1000;
		def median: sort | .[length / 2 | floor];
		reduce (inputs / " ") as [$name, $us] ({}; .[$name] += [$us | tonumber])
		| if any(.plain, .hop_up, .hop, .module, .load_plain, .load_hop; length != $runs) then
			error("not \($runs) of each: \(.)") else . end
		| {kernel: $kernel, unit: "s",
			extra: ((.hop | median) - (.plain | median) | seconds)}
		+ map_values({median: median | seconds, all: map(seconds)})'
}

table()
{
	jq -r '
		def row($what; $name): [$what, .[$name].median, (.[$name].all | join(" "))];
		["seconds, \(.kernel)", "median", "all"],
		row("plain kexec, until user space is up"; "plain"),
		row("hop, until user space is up"; "hop_up"),
		row("hop, until the module hosts"; "hop"),
		row("  what loading it takes of that"; "module"),
		row("before, kexec -s -l"; "load_plain"),
		row("before, opalvm kexec -s"; "load_hop") | @tsv' |
		awk -F '\t' '{ printf "%-36s %7s   %s\n", $1, $2, $3 }'
}

mkdir -p "$OUT"
lock bench
: > "$OUT/guest.ktap"
"$VM_DIR/deps.sh"
"$VM_DIR/build.sh" 6.1 > /dev/null
step "building the tool" make -s -C "$OPALVM_SRC/tools/opalvm" O="$TOOL"
run_guest &
guest=$!
# boot.sh starts a new file
tail -q -n +1 -s 0.2 --pid=$guest -F "$OUT/guest.ktap" 2> /dev/null | stamp > "$OUT/marks"
wait $guest
durations | summary "$(value RELEASE "$("$VM_DIR/kernel.sh" 6.1)")" > "$OUT/bench.json" ||
	die "marks are missing: see $OUT/marks"
table < "$OUT/bench.json"
jq -r '"a hop takes \(.extra) s longer than a plain kexec (\(.extra / .plain.median * 1000 | round / 10) %)"' \
	"$OUT/bench.json"
say "the numbers are in $OUT/bench.json"
