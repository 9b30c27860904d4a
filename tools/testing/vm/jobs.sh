# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of those who source this, and for them
# What check.sh and soak.sh share: jobs and their results, cells that need not run
# again, and what the jobs do on each architecture. Sourced, after lib.sh and
# apt.sh; results and logs are in $OUT.
#
# Environment: ARCH         x86_64 or ppc64: only what concerns that (both)
#              OPALVM_JOBS  what runs at a time (2)
#              OPALVM_ONLY  a regular expression: builds, and jobs with such names

SELFTESTS=$OPALVM_SRC/tools/testing/selftests/opalvm
TOOL=$(build_dir tool host)
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

#
# Jobs: each has a log, whose last line of counts is its result
#

passed=0 failed=0 skipped=0
declare -A job_name=() job_start=() status=()

# may_skip JOB: only what needs a kernel, or fwts, of a suite that moves
may_skip()
{
	[[ $1 == *7.2* || $1 == *fwts* ]]
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
	mkdir -p "$(dirname "$OUT/results/$name")"
	echo "$TREE_HASH $p $f $s" > "$OUT/results/$name"
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

# Waits until one more can run.
wait_for_place()
{
	while [ ${#job_name[@]} -ge "$JOBS" ]; do
		reap
	done
}

# start NAME command...
start()
{
	local name=$1
	shift
	[[ $name =~ ${OPALVM_ONLY-} || $name == *build-* ]] || return 0
	wait_for_place
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

# What a cell of the matrix depends on
tree_hash()
{
	(cd "$OPALVM_SRC" && find drivers arch-glue include tools -type f ! -name '*.o' ! -name '*.ko' \
		! -name '*.mod*' ! -name '.*' | sort | xargs sha256sum | sha256sum | cut -c1-16)
}

# cell_file NAME KERNELS: is there if it passed with this tree and these kernels
cell_file()
{
	local kernel
	echo "$OUT/cells/$TREE_HASH/$(basename "$1")-$(for kernel in $2; do
		"$VM_DIR/kernel.sh" "$kernel" || true
	done | sha256sum | cut -c1-8)"
}

# once NAME KERNELS command NAME...: passes at once if it passed before
once()
{
	local name=$1 done_file
	done_file=$(cell_file "$name" "$2")
	shift 2
	if [ -e "$done_file" ]; then
		cat "$done_file"
		return
	fi
	"$@" | tee "$OUT/$name.cell"
	mkdir -p "$(dirname "$done_file")"
	tail -1 "$OUT/$name.cell" > "$done_file"
}

#
# What several sets need
#

build_tool()
{
	make -s -C "$OPALVM_SRC/tools/opalvm" O="$TOOL"
}

# With --sparse: W=1 as well, and no warning
build_module()
{
	"$VM_DIR/build.sh" --sparse "$1"
}

# directory_files OPTION DIRECTORY WHERE: adds all its files, each behind boot.sh's
# OPTION, to FILES
directory_files()
{
	local file
	while read -r file; do
		FILES+=("$1" "$2/$file:$3/$file")
	done < <(cd "$2" && find . -type f -printf '%P\n')
}

# package_files OPTION SUITE PACKAGE PROGRAM: the same with a program of Debian's
package_files()
{
	local dir
	dir=$("$VM_DIR/packaged.sh" "${@:2}")
	directory_files "$1" "$dir" "$4"
}

# chain_plan NUMBER SKIPPED LINES: a plan of so many hops, which begins so many
# lines into LINES and goes round
chain_plan()
{
	awk -v n="$1" -v at="$2" '{ line[NR - 1] = $0 }
		END { for (i = 0; i < n; i++) print line[(at + i) % NR] }' <<< "$3"
}

# security_lines ARCH LOG...: the lines of security.rst for ARCH are those that tests
# which passed stand for
security_lines()
{
	local arch=$1 rst=$OPALVM_SRC/Documentation/admin-guide/security.rst
	shift
	diff <(sed -n "s/^\`\`\([a-z-]*\)\`\` : .*$arch.*/\1/p" "$rst" | sort) \
		<(sed -n '/# SKIP/d; s/^ *ok [-0-9]* *\[\([a-z-]*\)\] .*/\1/p' "$@" | sort -u) ||
		die "of $arch, < is a line of $rst that no test in $* stands for, > a test without a line"
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

# Whoever else runs jobs would build where these guests take their modules from.
begin()
{
	"$VM_DIR/deps.sh"
	mkdir -p "$OUT"
	lock check
	TREE_HASH=$(tree_hash)
	echo "$TREE_HASH" > "$OUT/tree"
}

# The last line is for those who judge by it.
end()
{
	say "all of it: $SECONDS s"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ]
}

. "$VM_DIR/check-x86_64.sh"
. "$VM_DIR/check-ppc64.sh"

