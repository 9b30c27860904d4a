#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# check.sh [quick|full]: runs the project's tests: without an argument all that
# gate a change, "quick" a minute's worth of them, "full" the matrix of kernels
# and machines as well, which goes on where it was stopped. The last line is
# "N passed, N failed, N skipped"; fails if anything failed.
#
# Environment: ARCH         x86_64 or ppc64: only what concerns that (both)
#              OPALVM_JOBS  what runs at a time (2)
#              OPALVM_ONLY  a regular expression: builds, and jobs with such names
#              and that of the scripts here, see lib.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"
. "$VM_DIR/debug-kernel/source.sh"
. "$VM_DIR/jobs.sh"

MODULE=$OPALVM_SRC/drivers/firmware/opalvm
OUT=$OPALVM_CACHE/check
TOOL_TESTS=$(build_dir tool-tests host)

# What checkpatch says that is not true of this code. Several kernels are
# supported, in compat/ alone; an argv cannot be const; what user space sees or
# is made of has none of the kernel's macros and prints with those of C, and what
# runs on bare metal has symbols of its linker script. What stands for the kernel's
# headers has its typedefs and macros.
CHECKPATCH_KERNEL=LINUX_VERSION_CODE,CONSTANT_COMPARISON,AVOID_EXTERNS,STATIC_CONST_CHAR_ARRAY
CHECKPATCH_USER=BIT_MACRO,ARRAY_SIZE,PREFER_DEFINED_ATTRIBUTE_MACRO,SPLIT_STRING,CAMELCASE,MACRO_ARG_REUSE,AVOID_EXTERNS
CHECKPATCH_USER+=,NEW_TYPEDEFS,MACRO_ARG_PRECEDENCE

#
# What the jobs do
#

all_scripts()
{
	grep -lrE '^#!/bin/(ba)?sh|^# shellcheck shell' "$OPALVM_SRC"/{.ci,tools,arch-glue,drivers}
}

check_shell()
{
	local scripts
	mapfile -t scripts < <(all_scripts)
	[ ${#scripts[@]} -gt 10 ] || die "no scripts found in $OPALVM_SRC"
	shellcheck -x -P SCRIPTDIR "${scripts[@]}"
	echo "${#scripts[@]} passed, 0 failed, 0 skipped"
}

# checkpatch IGNORED DIRECTORY...: prints the number of files
checkpatch()
{
	local ignored=$1 dir files
	shift
	dir=$(source_part "$(source_version)" scripts/checkpatch.pl scripts/spelling.txt \
		scripts/const_structs.checkpatch)
	mapfile -t files < <(cd "$OPALVM_SRC" && find "$@" -name '*.[chS]')
	[ ${#files[@]} -gt 0 ] || die "no sources found in $*"
	(cd "$OPALVM_SRC" && perl "$dir/scripts/checkpatch.pl" --no-tree --strict --terse --show-types \
		--no-summary --ignore "$ignored" -f "${files[@]}" >&2) || return 1
	echo ${#files[@]}
}

check_style()
{
	local kernel user
	kernel=$(checkpatch "$CHECKPATCH_KERNEL" drivers arch-glue)
	user=$(checkpatch "$CHECKPATCH_USER" include/uapi tools)
	echo "$((kernel + user)) passed, 0 failed, 0 skipped"
}

check_tool()
{
	make -s -C "$SELFTESTS/tool" O="$TOOL_TESTS" all > /dev/null
	make -s -C "$SELFTESTS/tool" O="$TOOL_TESTS" check > "$OUT/tool.ktap" ||
		{ cat "$OUT/tool.ktap"; "$VM_DIR/ktap.sh" "$OUT/tool.ktap"; return 1; }
	"$VM_DIR/ktap.sh" "$OUT/tool.ktap"
}

check_parsers()
{
	"$VM_DIR/kunit/parse-test.sh"
}

build_debug()
{
	"$VM_DIR/debug-kernel.sh" "$1"
	"$VM_DIR/build.sh" "$1"
}

build_kunit()
{
	local kunit=native
	[[ $1 == *debug ]] || kunit=$("$VM_DIR/kunit.sh" "$1")
	OPALVM_KO=opalvm_kunit.ko "$VM_DIR/build.sh" --flavour kunit "$1" OPALVM_KUNIT="$kunit"
}

# kunit_guest NAME KERNEL [boot.sh options...]: all unit tests in a guest, not judged
kunit_guest()
{
	local name=$1 kernel=$2 part=0 suites modules=/opalvm/opalvm_kunit.ko options=()
	shift 2
	# the list of x86_64 stands before #else, that of ppc64 behind it
	[[ $kernel == ppc64-* ]] || part=1
	suites=$(awk -v part="$part" '/^#else/ { n = 1 } n != part && /&opalvm_[a-z0-9_]*_suite/' \
		"$MODULE/tests/suites.c" | wc -l)
	if [[ $kernel == *debug ]]; then
		options=(--file "$(find "$(value MODULES "$("$VM_DIR/kernel.sh" "$kernel")")/" -name kunit.ko):test/kunit.ko")
	else
		options=(--file "$("$VM_DIR/kunit.sh" "$kernel")/kunit.ko:test/kunit.ko")
	fi
	echo "sh /test/guest.sh $suites /test/kunit.ko $modules" > "$OUT/$name.run"
	"$VM_DIR/boot.sh" --kernel "$kernel" --module kunit --no-ktap --test "$OUT/$name.run" \
		--file "$VM_DIR/kunit/guest.sh:test/guest.sh" "${options[@]}" \
		--timeout $TIMEOUT --log "$OUT/$name" "$@"
}

# kunit NAME KERNEL [boot.sh options...]
kunit()
{
	kunit_guest "$@"
	"$VM_DIR/kunit-parse.sh" "$OUT/$1.console"
	[[ $2 != *debug ]] || locks_were_checked "$1"
}

# lockdep turns itself off at its first finding, and at any oops
locks_were_checked()
{
	grep -aqE 'debug_locks: +1[[:space:]]*$' "$OUT/$1.console" || die "lockdep was off at the end: see $OUT/$1.console"
}

check_clang()
{
	"$VM_DIR/clang.sh" "${1#full/clang-}"
}

# check_faults ARCH LOG...: is what the documentation says what these logs say?
check_faults()
{
	"$VM_DIR/faults.sh" --check "$@"
}

#
# The sets
#

static_checks()
{
	start shellcheck check_shell
	start checkpatch check_style
	start parsers check_parsers
	start tool check_tool
	start htmldocs "$VM_DIR/htmldocs.sh" "$OUT/html"
}

check_all()
{
	static_checks
	each builds
	each guests
	each rest
}

check_quick()
{
	each quick_builds
	each quick_guests
}

check_full()
{
	local series
	check_all
	each full
	for series in 6.1 6.12 6.12-rt 7.2; do
		start "full/clang-$series" once "full/clang-$series" "$series" check_clang "full/clang-$series"
	done
	wait_all
	say "for the tables of README.md: tools/testing/vm/matrix.py --update"
}

[ $# -le 1 ] || die "usage: check.sh [quick|full]"
begin
case ${1-} in
'') check_all ;;
quick) check_quick ;;
full) check_full ;;
*) die "usage: check.sh [quick|full]" ;;
esac
end
