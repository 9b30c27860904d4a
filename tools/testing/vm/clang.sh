#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# clang.sh SERIES: compiles the module and its unit tests with clang, within sources of
# Linux SERIES (6.1, 6.12, 6.12-rt, 7.2) that are configured for clang, for x86_64 and, but
# with PREEMPT_RT, for ppc64le.
# Any warning in a file of ours fails it, with W=1. Debian's kernels are built with gcc, and
# their headers cannot be used with clang. Of all this nothing stays but the compiler.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"
. "$VM_DIR/debug-kernel/source.sh"

# The compiler of this suite does for all series.
CLANG_SUITE=trixie CLANG=19
PACKAGES=(bash bc bison bzip2 coreutils dash diffutils findutils flex gawk grep gzip make perl python3 sed tar
	xz-utils kmod libelf-dev libc6-dev libssl-dev zlib1g-dev "clang-$CLANG" "lld-$CLANG" "llvm-$CLANG")

make_root()
{
	local root=$OPALVM_CACHE/chroots/$CLANG_SUITE-clang-$CLANG
	lock chroot-clang
	if [ ! -e "$root" ]; then
		apt_refresh "$CLANG_SUITE" || give_up "$CLANG_SUITE" "suite unreachable"
		rm -rf "$root.tmp"
		mkdir -p "$root.tmp$OPALVM_CACHE"
		step "making a $CLANG_SUITE root with clang $CLANG" apt_root "$CLANG_SUITE" "$root.tmp" "${PACKAGES[@]}"
		chmod 1777 "$root.tmp/tmp"
		mv "$root.tmp" "$root"
	fi
	unlock chroot-clang
	echo "$root"
}

# compile ARCH CONFIG [arguments of scripts/config...]
compile()
{
	local arch=$1 config=$2 out=$dir/$1 log=$dir/$1.log make cross=
	[ "$arch" = x86_64 ] || cross=powerpc64le-linux-gnu-
	make=("$VM_DIR/enter.sh" "$root" make -C "$src" O="$out" ARCH="$arch" LLVM="/usr/lib/llvm-$CLANG/bin/" \
		CROSS_COMPILE="$cross" -j"$(nproc)")
	mkdir "$out"
	{
		"${make[@]}" "$config" &&
		"$src/scripts/config" --file "$out/.config" -m OPALVM -m KUNIT -e OF_DYNAMIC -e NVMEM "${@:3}" &&
		"${make[@]}" olddefconfig &&
		grep -x CONFIG_CC_IS_CLANG=y "$out/.config" && grep -x CONFIG_OPALVM=m "$out/.config" &&
		"${make[@]}" W=1 drivers/firmware/opalvm/ &&
		"$src/scripts/config" --file "$out/.config" -d OPALVM -m OPALVM_KUNIT_TEST &&
		"${make[@]}" W=1 olddefconfig drivers/firmware/opalvm/
	} > "$log" 2>&1 || { tail -20 "$log" >&2; return 1; }
	[ -e "$out/drivers/firmware/opalvm/opalvm.o" ] || die "no opalvm.o for $arch: see what $0 does"
	[ -e "$out/drivers/firmware/opalvm/opalvm_kunit.o" ] || die "no opalvm_kunit.o for $arch: see what $0 does"
	! grep -E 'drivers/firmware/opalvm/.*(warning|error):' "$log" >&2
}

[ $# = 1 ] || die "usage: clang.sh SERIES, one of 6.1 6.12 6.12-rt 7.2"
source_of "$1"
version=$(source_version)
root=$(make_root)
dir=$OPALVM_CACHE/clang-$1 src=$OPALVM_CACHE/clang-$1/src
lock "clang-$1"
rm -rf "$dir"
mkdir -p "$src"
source_unpack "$version" "$src"
"$OPALVM_SRC/tools/in-tree.sh" "$src" >&2
case $1 in
*-rt)
	step "compiling for x86_64" compile x86_64 x86_64_defconfig -e EXPERT -e PREEMPT_RT
	grep -qx CONFIG_PREEMPT_RT=y "$dir/x86_64/.config" || die "$1: no PREEMPT_RT: see what $0 configures"
	;;
*)
	step "compiling for x86_64" compile x86_64 x86_64_defconfig
	step "compiling for ppc64le" compile powerpc ppc64le_defconfig
	;;
esac
rm -rf "$dir"
