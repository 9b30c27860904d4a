#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo.sh: shows the module at work in a guest: hosts EFI in a kernel that
# leaves it alone, and again, with the same map, in kernels that come by kexec
# and know no EFI. The last line is "demo: N passed, N failed".
set -euo pipefail
. "$(dirname "$0")/lib.sh"

SELFTESTS=$OPALVM_SRC/tools/testing/selftests/opalvm
OUT=$OPALVM_CACHE/demo
TOOL=$(build_dir tool host)

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
	printf '%s\n' "$1" "$TOOL/opalvm:usr/bin/opalvm"
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

run_guest()
{
	local options
	mapfile -t options < <(stage --file; stage --file2)
	echo "$PLAN" > "$OUT/plan"
	"$VM_DIR/boot.sh" --kernel 6.1 --module default --append efi=noruntime \
		--test "$SELFTESTS/demo.sh" --chain "$OUT/plan" --test2 "$SELFTESTS/demo2.sh" \
		"${options[@]}" --log "$OUT/guest" > /dev/null
}

# The last line: what the guest said, and at least one failure if it went wrong.
conclude()
{
	local passed=0 failed=0 rest
	read -r passed rest failed rest < <("$VM_DIR/ktap.sh" "$OUT/guest.ktap" 2> /dev/null) || true
	: "$rest"
	[ "$1" = 0 ] || [ "${failed:-0}" -gt 0 ] || failed=1
	say "all of it: $SECONDS s"
	echo "demo: ${passed:-0} passed, ${failed:-0} failed"
	exit $((failed > 0))
}

mkdir -p "$OUT"
: > "$OUT/guest.ktap"
trap 'conclude $?' EXIT
"$VM_DIR/deps.sh"
"$VM_DIR/build.sh" 6.1 > /dev/null
step "building the tool" make -s -C "$OPALVM_SRC/tools/opalvm" O="$TOOL"
run_guest &
guest=$!
# boot.sh starts a new file
tail -q -n +1 -s 0.2 --pid=$guest -F "$OUT/guest.ktap" 2> /dev/null | readable
wait $guest
