#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo.sh: shows the module at work in a guest: hosts EFI in a kernel that
# leaves it alone, and again, with the same map, in kernels that come by kexec
# and know no EFI. With ARCH=ppc64, a stock OPAL, one that exports its map, and
# RTAS in three guests, before and after a kexec. The last line is "demo: N passed, N failed".
set -euo pipefail
. "$(dirname "$0")/lib.sh"

SELFTESTS=$OPALVM_SRC/tools/testing/selftests/opalvm
OUT=$OPALVM_CACHE/demo

# Where each hop goes
PLAN="6.1 noefi
6.1 noefi no5lvl pti=on
6.1 efi=noruntime"

# stage OPTION: what a kernel of the demo needs, as options of boot.sh
stage()
{
	local name
	for name in ktap_helpers demo_helpers; do
		printf '%s\n' "$1" "$SELFTESTS/$name.sh:test/$name.sh"
	done
	printf '%s\n' "$1" "$TOOL:usr/bin/opalvm"
	[ -z "${SCOM_READ-}" ] || printf '%s\n' "$1" "$SCOM_READ:usr/bin/scom_read"
}

# KTAP in a form for people: commands, what they print, and what it shows
readable()
{
	sed -u -n 's/\r$//
		s/^# \{0,1\}//p
		s/^ok [0-9]* \(.*\)/  ==> \1/p
		s/^not ok [0-9]* \(.*\)/  ==> FAILED: \1/p
		s/^opalvm-guest: up \(.*\)/\n--- Linux \1 is up/p'
}

# demo_x86_64 LOG
demo_x86_64()
{
	local options
	mapfile -t options < <(stage --file; stage --file2)
	echo "$PLAN" > "$OUT/plan"
	"$VM_DIR/boot.sh" --kernel 6.1 --module default --append efi=noruntime \
		--test "$SELFTESTS/demo.sh" --chain "$OUT/plan" --test2 "$SELFTESTS/demo2.sh" \
		"${options[@]}" --log "$1" > /dev/null
}

# demo_ppc64 LOG KERNEL [boot.sh options...]
demo_ppc64()
{
	local log=$1 kernel=$2 options
	shift 2
	mapfile -t options < <(stage --file; stage --file2)
	"$VM_DIR/boot.sh" --kernel "$kernel" --module default --append "NEXT=$kernel" \
		--test "$SELFTESTS/demo_ppc64.sh" --kexec "$kernel" --test2 "$SELFTESTS/demo_ppc64.sh" \
		"${options[@]}" --log "$log" "$@" > /dev/null
}

# shown FUNCTION [argument...]: runs a guest, and shows what it says meanwhile
shown()
{
	local guest log=$OUT/guest-${#logs[@]}
	: > "$log.ktap"
	logs+=("$log.ktap")
	"$1" "$log" "${@:2}" &
	guest=$!
	# boot.sh starts a new file
	tail -q -n +1 -s 0.2 --pid=$guest -F "$log.ktap" 2> /dev/null | readable
	wait $guest
}

# The last line: what the guest said, and at least one failure if it went wrong.
conclude()
{
	local passed=0 failed=0 p f rest log
	for log in "${logs[@]}"; do
		p=0 f=0
		read -r p rest f rest < <("$VM_DIR/ktap.sh" "$log" 2> /dev/null) || true
		passed=$((passed + ${p:-0}))
		failed=$((failed + ${f:-0}))
	done
	: "$rest"
	[ "$1" = 0 ] || [ "$failed" -gt 0 ] || failed=1
	say "all of it: $SECONDS s"
	echo "demo: $passed passed, $failed failed"
	exit $((failed > 0))
}

logs=()
arch=${ARCH:-x86_64}
unset ARCH
mkdir -p "$OUT"
trap 'conclude $?' EXIT
"$VM_DIR/deps.sh"
case $arch in
x86_64)
	TOOL=$("$VM_DIR/tool.sh" 6.1)
	"$VM_DIR/build.sh" 6.1 > /dev/null
	shown demo_x86_64
	;;
ppc64)
	TOOL=$("$VM_DIR/tool.sh" ppc64-6.1)
	SCOM_READ=$("$VM_DIR/prd.sh")
	for kernel in ppc64-6.1 ppc64-6.12; do
		"$VM_DIR/build.sh" "$kernel" > /dev/null
	done
	V4=$("$OPALVM_SRC/tools/testing/firmware/skiboot/build.sh")
	shown demo_ppc64 ppc64-6.1 --machine powernv9
	shown demo_ppc64 ppc64-6.12 --machine powernv10 --smp 1 --bios "$V4"
	shown demo_ppc64 ppc64-6.12 --machine pseries
	;;
*) die "ARCH=$arch: choose x86_64 or ppc64" ;;
esac
