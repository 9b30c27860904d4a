# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What every script here shares: the cache, its locks, messages, the kernels.
#
# Exit codes: 0 done, 1 failed, 4 skipped for a reason that was printed
# (KSFT_SKIP: only a kernel of a suite that moves may be skipped).

VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
OPALVM_CACHE=${OPALVM_CACHE:-$HOME/.cache/opalvm}
OPALVM_SRC=$(cd "${OPALVM_SRC:-$VM_DIR/../../..}" && pwd)
# Hours after which the suites are asked for newer packages.
OPALVM_REFRESH_HOURS=${OPALVM_REFRESH_HOURS:-24}
EXIT_SKIP=4

mkdir -p "$OPALVM_CACHE/locks"
OPALVM_CACHE=$(cd "$OPALVM_CACHE" && pwd)
export OPALVM_CACHE OPALVM_SRC OPALVM_REFRESH_HOURS
export LC_ALL=C.UTF-8

# All messages go to stderr: stdout carries results (paths).
say()
{
	printf 'vm: %s\n' "$*" >&2
}

# One line: the cause, then the next step.
die()
{
	printf 'vm: error: %s\n' "$*" >&2
	exit 1
}

skip()
{
	printf 'vm: SKIP: %s\n' "$*" >&2
	exit "$EXIT_SKIP"
}

# step "what it does" command...: one line at the start, the time at the end.
# Not in a condition, the command has errexit, and ends the script where it fails.
step()
{
	local what=$1 start=${EPOCHREALTIME/./} rc ms
	shift
	say "$what ..."
	"$@"
	rc=$?
	ms=$(( (${EPOCHREALTIME/./} - start) / 1000 ))
	[ "$rc" = 0 ] || { say "$what: failed after $((ms / 1000)) s"; return "$rc"; }
	say "$what: $((ms / 1000)).$((ms % 1000 / 100)) s"
}

# lock NAME: held until unlock NAME or the end of this script. Every script
# locks only what it makes itself, so locks nest in the order of the calls.
declare -A VM_LOCKS=()
lock()
{
	local fd
	exec {fd}>"$OPALVM_CACHE/locks/$1"
	VM_LOCKS[$1]=$fd
	flock -n "$fd" && return
	say "waiting for another run to finish with $1 ..."
	flock "$fd"
}

unlock()
{
	local fd=${VM_LOCKS[$1]}
	exec {fd}>&-
	unset "VM_LOCKS[$1]"
}

# The kernels tests run on. A name stays when the package version moves.
# shellcheck disable=SC2034 # read by the scripts that source this file
KERNELS="6.1 6.12 6.12-rt 7.2"
# The same for 64-bit POWER: 64K pages, and 4K in the newer two.
# shellcheck disable=SC2034
PPC64_KERNELS="ppc64-6.1 ppc64-6.12 ppc64-7.2"

# The newest series the module is written for: a newer one may be too new.
# shellcheck disable=SC2034
NEWEST_SERIES=7.2

# The host's own release, "" outside Debian: its apt entries are the model for all other suites.
# shellcheck disable=SC2034
HOST_SUITE=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")

kernel_suite()
{
	case ${1#ppc64-} in
	6.1 | debug | kcsan-debug) echo bookworm ;;
	6.12 | 6.12-rt) echo trixie ;;
	7.2) echo sid ;;
	*) die "unknown kernel '$1': choose one of $KERNELS $PPC64_KERNELS" ;;
	esac
}

# Debian's name of the architecture that a kernel is for.
kernel_arch()
{
	case $1 in
	ppc64-*) echo ppc64el ;;
	*) echo amd64 ;;
	esac
}

# The name of the package lists that a kernel is in: see apt.sh
kernel_lists()
{
	case $1 in
	ppc64-*) echo "$(kernel_suite "$1")-ppc64el" ;;
	*) kernel_suite "$1" ;;
	esac
}

# What comes before the names of the compiler and its tools.
kernel_cross()
{
	case $1 in
	ppc64-*) echo powerpc64le-linux-gnu- ;;
	esac
}

# What the name of a kernel's packages ends in.
kernel_flavour()
{
	case $1 in
	ppc64-*) echo powerpc64le ;;
	*-rt) echo rt-amd64 ;;
	*) echo amd64 ;;
	esac
}

# Firmware with Secure Boot on, here, trusts this key: no secret, and so is its password.
# shellcheck disable=SC2034
SNAKEOIL=/usr/share/ovmf/PkKek-1-snakeoil SNAKEOIL_PIN=snakeoil

# build_dir KERNEL FLAVOUR: where build.sh builds. Trees share the cache, and
# must not inherit each other's objects.
build_dir()
{
	echo "$OPALVM_CACHE/build/$1-$2-$(sha256sum <<< "$OPALVM_SRC" | cut -c1-8)"
}

# A suite that moves may be unreachable, or in pieces, without our fault.
suite_moves()
{
	[ "$1" = sid ]
}

# give_up SUITE REASON: a skip where the suite moves, an error elsewhere.
give_up()
{
	suite_moves "$1" && skip "$1: $2"
	die "$1: $2"
}

# value NAME TEXT: of a line NAME=VALUE.
value()
{
	sed -n "s/^$1=//p" <<< "$2"
}

# prune_siblings KEEP PATTERN: what newer packages replaced a week ago.
prune_siblings()
{
	find "$(dirname "$2")" -ignore_readdir_race -maxdepth 1 -path "$2" ! -path "$1" -mtime +7 -exec rm -rf {} +
}

# fresh FILE: written within the refresh time?
fresh()
{
	[ -e "$1" ] && [ -z "$(find -L "$1" -maxdepth 0 -mmin +$((OPALVM_REFRESH_HOURS * 60)))" ]
}
