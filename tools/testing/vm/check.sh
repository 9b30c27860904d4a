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

SELFTESTS=$OPALVM_SRC/tools/testing/selftests/opalvm
MODULE=$OPALVM_SRC/drivers/firmware/opalvm
OUT=$OPALVM_CACHE/check
TOOL=$(build_dir tool host) TOOL_TESTS=$(build_dir tool-tests host)
JOBS=${OPALVM_JOBS:-2}
# Under load a guest may need long; nothing here is about speed.
TIMEOUT=900

# The kernel's makefiles have an ARCH of their own.
case ${ARCH-} in
'') arches="x86_64 ppc64" ;;
x86_64 | ppc64) arches=$ARCH ;;
*) die "ARCH=$ARCH: choose x86_64 or ppc64" ;;
esac
unset ARCH

# What checkpatch says that is not true of this code. Several kernels are
# supported, in compat/ alone; an argv cannot be const; what user space sees or
# is made of has none of the kernel's macros and prints with those of C, and what
# runs on bare metal has symbols of its linker script. What stands for the kernel's
# headers has its typedefs and macros.
CHECKPATCH_KERNEL=LINUX_VERSION_CODE,CONSTANT_COMPARISON,AVOID_EXTERNS,STATIC_CONST_CHAR_ARRAY
CHECKPATCH_USER=BIT_MACRO,ARRAY_SIZE,PREFER_DEFINED_ATTRIBUTE_MACRO,SPLIT_STRING,CAMELCASE,MACRO_ARG_REUSE,AVOID_EXTERNS
CHECKPATCH_USER+=,NEW_TYPEDEFS,MACRO_ARG_PRECEDENCE

#
# Jobs: each has a log, whose last line of counts is its result
#

passed=0 failed=0 skipped=0
declare -A job_name=() job_start=() status=()

# may_skip JOB: only what needs a kernel of a suite that moves
may_skip()
{
	[[ $1 == *7.2* ]]
}

# finish NAME EXIT-CODE SECONDS: counts it and prints a line
finish()
{
	local name=$1 rc=$2 log=$OUT/$1.log p=0 f=0 s=0 counts
	counts=$(grep -aE '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -1 || true)
	[ -z "$counts" ] || read -r p _ f _ s _ <<< "$counts"
	case $rc in
	# a check that counts nothing is one; none counted is none made
	0)
		if [ -z "$counts" ]; then
			p=1
		elif [ $((p + f + s)) = 0 ]; then
			f=1
		fi
		;;
	"$EXIT_SKIP")
		if ! may_skip "$name"; then
			f=$((f + 1))
		elif [ "$s" = 0 ]; then
			s=1
		fi
		;;
	*) [ "$f" -gt 0 ] || f=1 ;;
	esac
	passed=$((passed + p))
	failed=$((failed + f))
	skipped=$((skipped + s))
	status[$name]=passed
	[ "$rc" != "$EXIT_SKIP" ] || status[$name]=skipped
	[ "$f" = 0 ] || status[$name]=failed
	say "$name: $p passed, $f failed, $s skipped ($3 s)"
	if [ "$s" -gt 0 ]; then
		grep -ahE 'SKIP' "$log" | sed 's/^/vm:   /' >&2 || true
	fi
	if [ "$f" -gt 0 ]; then
		grep -ahE '^ *not ok|^FAILED|^ERROR|rror:|^ktap:|WARNING|CHECK:' "$log" | head -20 | sed 's/^/vm:   /' >&2 || true
		say "  see $log"
	fi
}

# Waits for the end of one job.
reap()
{
	local pid rc=0
	wait -n -p pid "${!job_name[@]}" || rc=$?
	finish "${job_name[$pid]}" "$rc" $((SECONDS - job_start[$pid]))
	unset "job_name[$pid]"
}

wait_all()
{
	while [ ${#job_name[@]} -gt 0 ]; do
		reap
	done
}

# start NAME command...
start()
{
	local name=$1
	shift
	[[ $name =~ ${OPALVM_ONLY-} || $name == *build-* ]] || return 0
	while [ ${#job_name[@]} -ge "$JOBS" ]; do
		reap
	done
	say "$name ..."
	mkdir -p "$(dirname "$OUT/$name")"
	(set -e; "$@") > "$OUT/$name.log" 2>&1 < /dev/null &
	job_name[$!]=$name
	job_start[$!]=$SECONDS
}

# after JOB NAME command...: starts it if the job, which is over, passed
after()
{
	local job=$1 name=$2
	shift
	[[ $name =~ ${OPALVM_ONLY-} ]] || return 0
	case ${status[$job]-} in
	passed) start "$@"; return ;;
	skipped) echo "SKIP: $job was skipped" > "$OUT/$name.log"; finish "$name" "$EXIT_SKIP" 0 ;;
	*) echo "error: $job failed" > "$OUT/$name.log"; finish "$name" 1 0 ;;
	esac
}

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

build_tool()
{
	make -s -C "$OPALVM_SRC/tools/opalvm" O="$TOOL"
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

# With --sparse: W=1 as well, and no warning
build_module()
{
	"$VM_DIR/build.sh" --sparse "$1"
}

build_kunit()
{
	local kunit=native
	[ "$1" = debug ] || kunit=$("$VM_DIR/kunit.sh" "$1")
	OPALVM_KO=opalvm_kunit.ko "$VM_DIR/build.sh" --flavour kunit "$1" OPALVM_KUNIT="$kunit"
}

# kunit NAME KERNEL [boot.sh options...]: all unit tests in a guest
kunit()
{
	local name=$1 kernel=$2 part=0 suites modules=/opalvm/opalvm_kunit.ko options=()
	shift 2
	# the list of x86_64 stands before #else, that of ppc64 behind it
	[[ $kernel == ppc64-* ]] || part=1
	suites=$(awk -v part="$part" '/^#else/ { n = 1 } n != part && /&opalvm_[a-z0-9_]*_suite/' \
		"$MODULE/tests/suites.c" | wc -l)
	if [ "$kernel" = debug ]; then
		options=(--file "$(find "$(value MODULES "$("$VM_DIR/kernel.sh" debug)")/" -name kunit.ko):test/kunit.ko")
	else
		options=(--file "$("$VM_DIR/kunit.sh" "$kernel")/kunit.ko:test/kunit.ko")
	fi
	echo "sh /test/guest.sh $suites /test/kunit.ko $modules" > "$OUT/$name.run"
	"$VM_DIR/boot.sh" --kernel "$kernel" --module kunit --no-ktap --test "$OUT/$name.run" \
		--file "$VM_DIR/kunit/guest.sh:test/guest.sh" "${options[@]}" \
		--timeout $TIMEOUT --log "$OUT/$name" "$@"
	"$VM_DIR/kunit-parse.sh" "$OUT/$name.console"
	[ "$kernel" != debug ] || locks_were_checked "$name"
}

# lockdep turns itself off at its first finding, and at any oops
locks_were_checked()
{
	grep -aqE 'debug_locks: +1[[:space:]]*$' "$OUT/$1.console" || die "lockdep was off at the end: see $OUT/$1.console"
}

# What a cell of the matrix depends on
tree_hash()
{
	(cd "$OPALVM_SRC" && find drivers arch-glue include tools -type f ! -name '*.o' ! -name '*.ko' \
		! -name '*.mod*' ! -name '.*' | sort | xargs sha256sum | sha256sum | cut -c1-16)
}

# once NAME KERNELS command NAME...: passes at once if it passed before with this
# tree and these kernels
once()
{
	local name=$1 kernels=$2 kernel done_file
	shift 2
	done_file=$OUT/cells/$TREE_HASH/$(basename "$name")-$(for kernel in $kernels; do
		"$VM_DIR/kernel.sh" "$kernel" || true
	done | sha256sum | cut -c1-8)
	if [ -e "$done_file" ]; then
		cat "$done_file"
		return
	fi
	"$@" | tee "$OUT/$name.cell"
	mkdir -p "$(dirname "$done_file")"
	tail -1 "$OUT/$name.cell" > "$done_file"
}

. "$VM_DIR/check-x86_64.sh"
. "$VM_DIR/check-ppc64.sh"

#
# The sets
#

static_checks()
{
	start shellcheck check_shell
	start checkpatch check_style
	start parsers check_parsers
	start tool check_tool
}

# each PART: of each architecture, all at a time
each()
{
	local arch
	for arch in $arches; do
		"${arch}_$1"
	done
	wait_all
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
	check_all
	each full
}

[ $# -le 1 ] || die "usage: check.sh [quick|full]"
"$VM_DIR/deps.sh"
mkdir -p "$OUT"
lock check
TREE_HASH=$(tree_hash)
case ${1-} in
'') check_all ;;
quick) check_quick ;;
full) check_full ;;
*) die "usage: check.sh [quick|full]" ;;
esac
say "all of it: $SECONDS s"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
