#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh SECONDS [JOBS [TARGET...]]: fuzzes what reads maps and tables for SECONDS,
# with JOBS fuzzers at a time (1), and prints what ran, and of which code. The corpus
# stays in the cache, and the next run goes on with it; an input that finds something
# is kept there too, and fails this run and all later ones until it is mended. With
# TARGETs, only these are fuzzed. The last line is "N passed, N failed, N skipped",
# one for each target that ran.
set -euo pipefail
. "$(dirname "$0")/../vm/lib.sh"

FUZZ_DIR=$OPALVM_SRC/tools/testing/fuzz
TARGETS=(wire state map efi_memmap efi_tables opal_tree)
DIR=$OPALVM_CACHE/fuzz
BUILD=$(build_dir fuzz host)
# a heap block is used again soon, as all are small and short-lived
export ASAN_OPTIONS=quarantine_size_mb=4:malloc_context_size=8

if [[ $# -lt 1 || ! $1 =~ ^[0-9]+$ || ! ${2-1} =~ ^[1-9][0-9]*$ ]]; then
	die "usage: run.sh SECONDS [JOBS [TARGET...]]"
fi
jobs=${2-1}
chosen=("${@:3}")
for target in "${chosen[@]}"; do
	[[ " ${TARGETS[*]} " = *" $target "* ]] || die "no target $target: choose from ${TARGETS[*]}"
done
[ ${#chosen[@]} != 0 ] || chosen=("${TARGETS[@]}")
each=$((($1 * jobs + ${#chosen[@]} - 1) / ${#chosen[@]}))
[ "$each" -gt 0 ] || each=1

# how long an input may be: longer ones are slower and say nothing new
declare -A max_len=([wire]=4096 [state]=4120 [map]=1700 [efi_memmap]=2048 [efi_tables]=8192 [opal_tree]=2048)

# the inputs of a target: what earlier runs kept, seeds, and what once found something
inputs()
{
	local dir
	for dir in "$DIR/corpus/$1" "$DIR/crashes/$1" "$DIR/seeds/$1" "$FUZZ_DIR/seeds/$1"; do
		[ ! -d "$dir" ] || echo "$dir"
	done
}

build()
{
	make -s -C "$FUZZ_DIR" O="$BUILD/fuzz"
	make -s -C "$FUZZ_DIR" O="$BUILD/coverage" FLAVOUR=coverage
	rm -rf "$DIR/seeds"
	mkdir -p "$DIR/seeds" "$DIR/executions"
	"$BUILD/fuzz/seeds-bin" "$OPALVM_SRC/tools/testing/golden" "$DIR/seeds"
}

# fuzz TARGET
fuzz()
{
	local log=$DIR/$1.log dirs before ran rc=0
	mkdir -p "$DIR/corpus/$1" "$DIR/crashes/$1"
	mapfile -t dirs < <(inputs "$1")
	"$BUILD/fuzz/$1" -max_total_time="$each" -max_len="${max_len[$1]}" -timeout=20 -rss_limit_mb=1024 \
		-print_final_stats=1 -artifact_prefix="$DIR/crashes/$1/" "${dirs[@]}" > "$log" 2>&1 || rc=$?
	before=$(cat "$DIR/executions/$1" 2> /dev/null || echo 0)
	ran=$(sed -n 's/^stat::number_of_executed_units: //p' "$log")
	echo $((before + ${ran:-0})) > "$DIR/executions/$1"
	if [ "$rc" != 0 ]; then
		grep -aE 'CHECK failed|ERROR:|runtime error:|Test unit written' "$log" >&2 || tail -3 "$log" >&2
		echo "not ok $1: $ran executions, see $log"
		return 1
	fi
	echo "ok $1: $ran executions in $each s, $((before + ran)) in all runs, $(find "$DIR/corpus/$1" -type f | wc -l) inputs kept"
}

# What all inputs run of the code under test
coverage()
{
	local target dirs objects=() files
	rm -f "$BUILD/coverage/"*.profraw
	for target in "${TARGETS[@]}"; do
		mapfile -t dirs < <(inputs "$target")
		find "${dirs[@]}" -type f -print0 | LLVM_PROFILE_FILE=$BUILD/coverage/$target-%p.profraw \
			xargs -0 -n 2000 "$BUILD/coverage/$target"
		objects+=(-object "$BUILD/coverage/$target")
	done
	llvm-profdata merge -o "$BUILD/coverage/all" "$BUILD/coverage/"*.profraw
	files=$(make -s -C "$FUZZ_DIR" print-sources)
	# shellcheck disable=SC2086 # a list
	llvm-cov report "${objects[@]:1}" -instr-profile="$BUILD/coverage/all" -show-region-summary=0 $files
}

mkdir -p "$DIR"
lock fuzz
step "building the fuzzers" build
passed=0 failed=0 total=0
declare -A target_of=()

reap()
{
	local pid rc=0
	wait -n -p pid "${!target_of[@]}" || rc=$?
	unset "target_of[$pid]"
	if [ "$rc" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
}

for target in "${chosen[@]}"; do
	[ ${#target_of[@]} -lt "$jobs" ] || reap
	fuzz "$target" &
	target_of[$!]=$target
done
while [ ${#target_of[@]} -gt 0 ]; do
	reap
done
[ "$failed" != 0 ] || coverage
for target in "${TARGETS[@]}"; do
	total=$((total + $(cat "$DIR/executions/$target" 2> /dev/null || echo 0)))
done
echo "$total executions in all runs"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
