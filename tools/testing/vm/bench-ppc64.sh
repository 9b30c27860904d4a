#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bench-ppc64.sh: prints what a call of OPAL costs, in ticks of the timebase: made by
# the kernel in real mode, and hosted, with stock firmware and with one that exports
# its map. It judges nothing. QEMU makes hosted calls look dear: it forgets all
# translations at each change of PIDR, of which a call has two. The numbers are in
# ppc64.json in the cache, too.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

KERNEL=ppc64-6.1
OUT=$OPALVM_CACHE/bench
# the first run warms up
RUNS=4

# run_guest NAME [boot.sh options...]: "NAME WAY TICKS" for each run and way
run_guest()
{
	local name=$1
	shift
	cat > "$OUT/run" <<-END
		insmod /test/kunit.ko enable=0
		insmod /opalvm/opalvm_kunit.ko
		for ((i = 0; i < $RUNS; i++)); do
			sed "s/^/bench: /" /sys/module/opalvm_kunit/parameters/bench
		done
	END
	"$VM_DIR/boot.sh" --kernel "$KERNEL" --machine powernv9 --module kunit --no-ktap \
		--test "$OUT/run" --file "$kunit/kunit.ko:test/kunit.ko" --log "$OUT/$name" "$@"
	sed -n "s/\r\$//; s/^bench: /$name /p" "$OUT/$name.ktap"
}

# One object for each firmware: of each way the medians, and all
summary()
{
	jq -Rn --arg kernel "$1" '
		def median: sort | .[length / 2 | floor];
		reduce (inputs / " ") as [$fw, $way, $ticks] ({}; .[$fw][$way] += [$ticks | tonumber])
		| map_values(map_values(.[1:] | {median: median, all: .}))
		| {kernel: $kernel, unit: "ticks"} + .'
}

table()
{
	jq -r '
		["ticks a call, \(.kernel)", "median", "all"],
		(del(.kernel, .unit) | to_entries[] | .key as $fw | .value | to_entries[]
			| ["\($fw): \(.key)", .value.median, (.value.all | join(" "))]) | @tsv' |
		awk -F '\t' '{ printf "%-36s %9s   %s\n", $1, $2, $3 }'
}

mkdir -p "$OUT"
lock bench
"$VM_DIR/deps.sh"
kunit=$("$VM_DIR/kunit.sh" "$KERNEL")
OPALVM_KO=opalvm_kunit.ko "$VM_DIR/build.sh" --flavour kunit "$KERNEL" OPALVM_KUNIT="$kunit" > /dev/null
v4=$("$OPALVM_SRC/tools/testing/firmware/skiboot/build.sh")
{
	run_guest stock
	run_guest v4 --bios "$v4"
} > "$OUT/ticks"
summary "$(value RELEASE "$("$VM_DIR/kernel.sh" "$KERNEL")")" < "$OUT/ticks" > "$OUT/ppc64.json"
table < "$OUT/ppc64.json"
jq -r '
	def times($a; $b): $a / $b * 10 | round / 10;
	(.stock, .v4 | "hosted, a register is read in \(times(.hosted_xscom_read.median; .kernel_xscom_read.median)) times the ticks of the kernel"),
	(.stock | (("xscom_read", "lpc_read_4") as $call
		| "stock \($call), in times of a hosted call that accesses nothing: \(times(.["hosted_" + $call].median; .hosted_check_token.median)) with each access emulated, \(times(.["resumed_" + $call].median; .hosted_check_token.median)) resumed in real mode"))' \
	"$OUT/ppc64.json"
say "the numbers are in $OUT/ppc64.json"
