#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# soak.sh [MINUTES]: what takes hours: chains of a hundred kernels, hundreds of cuts
# of the power, fuzzers. In parts, each of which is a cell like those of check.sh
# full: what passed with this tree and these kernels need not run again, so a run
# that was stopped, or whose time was up, is gone on with. With MINUTES, no part is
# started that would not end within them; those left are counted as skipped. The
# last line is "N passed, N failed, N skipped"; fails if anything failed.
#
# Environment: that of jobs.sh, and of the scripts here, see lib.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"

. "$VM_DIR/jobs.sh"

OUT=$OPALVM_CACHE/soak

# part BUILD MINUTES NAME KERNELS command...: runs what takes about so long once it
# has a place, if there is time, and the job BUILD, if it is not "", has passed. The
# command gets NAME as its first argument.
part()
{
	local build=$1 minutes=$2 name=$3 kernels=$4 command=$5
	shift 5
	[[ $name =~ ${OPALVM_ONLY-} ]] || return 0
	if [ ! -e "$(cell_file "$name" "$kernels")" ]; then
		wait_for_place
		if [ -n "$budget" ] && [ $((SECONDS / 60 + minutes)) -gt "$budget" ]; then
			say "$name: left for another time: takes about $minutes minutes"
			skipped=$((skipped + 1))
			return
		fi
		say "after $((SECONDS / 60))${budget:+ of $budget} minutes: $passed passed, $failed failed"
	fi
	after "${build:-none}" "$name" once "$name" "$kernels" "$command" "$name" "$@"
}

# What has no architecture. N is 1 to PIECES.
PIECES=10
any_soak()
{
	part "" 11 "fuzz-$1" "" fuzz_for 600
}

# fuzz_for NAME SECONDS
fuzz_for()
{
	"$OPALVM_SRC/tools/testing/fuzz/run.sh" "$2"
}

# A piece of each in turn, so that a run of any length has looked at everything.
soak()
{
	local n arch
	for ((n = 1; n <= PIECES; n++)); do
		any_soak "$n"
		for arch in $arches; do
			"${arch}_soak" "$n"
		done
	done
	for arch in $arches; do
		"${arch}_soak_whole"
	done
	wait_all
}

[[ $# -le 1 && ${1-} =~ ^[0-9]*$ ]] || die "usage: soak.sh [MINUTES]"
budget=${1-}
begin
each soak_builds
status[none]=passed
soak
end
