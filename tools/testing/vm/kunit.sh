#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kunit.sh KERNEL: builds KUnit of 6.1 as a module for KERNEL, and prints the
# directory that holds kunit.ko, Module.symvers and include/. That directory is
# the value of OPALVM_KUNIT for a build of the module's tests:
#
#	OPALVM_KO=opalvm_kunit.ko build.sh --flavour kunit KERNEL \
#		OPALVM_KUNIT="$(kunit.sh KERNEL)"
#
# A kernel with KUnit of its own, as debug-kernel.sh makes it, has no need of
# this: there the value is "native".
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"
. "$VM_DIR/debug-kernel/source.sh"

[ $# = 1 ] || die "usage: kunit.sh KERNEL, one of: $KERNELS $PPC64_KERNELS"
kernel=$1

compile()
{
	local dir=$1 log=$2 rc=0
	(cd "$dir" && "$VM_DIR/chroot.sh" "$kernel" make -C "$headers" M="$dir" \
		${cross:+"CROSS_COMPILE=$cross"} -j"$(nproc)" modules) > "$log" 2>&1 || rc=$?
	# A skip is the chroot's, with its reason.
	[ "$rc" != "$EXIT_SKIP" ] || { cat "$log" >&2; exit "$EXIT_SKIP"; }
	! grep -iE 'warning:|error:|\*\*\* ' "$log" >&2 && [ "$rc" = 0 ]
}

make_kunit()
{
	local dir=$1 log=$OPALVM_CACHE/kunit/$kernel.log source
	source=$(source_part "$version" lib/kunit include/kunit)
	rm -rf "$dir"
	cp -r "$source" "$dir"
	cp "$VM_DIR/kunit/Kbuild" "$dir/"
	patch -s -p1 -d "$dir" < "$VM_DIR/kunit/out-of-tree.patch" > "$log" ||
		die "KUnit of $version has changed: mend kunit/out-of-tree.patch, look at $log"
	if ! step "building KUnit of $version for $kernel" compile "$dir" "$log"; then
		suite_moves "$suite" && skip "$kernel: KUnit does not build: look at $log"
		die "$kernel: KUnit does not build: look at $log"
	fi
	# Module.symvers names the module by the place it was built in.
	sed -i "s#\t$dir/#\t$final/#" "$dir/Module.symvers"
	(cd "$dir" && rm -r lib && find . -maxdepth 1 -type f ! -name kunit.ko ! -name Module.symvers -delete)
}

suite=$(kernel_suite "$kernel")
info=$("$VM_DIR/kernel.sh" "$kernel")
cross=$(kernel_cross "$kernel")
headers=$(value HEADERS "$info")
version=$(source_version)
hash=$(cat "$VM_DIR"/kunit/{Kbuild,out-of-tree.patch} - <<< "$version $info" | sha256sum | cut -c1-12)
final=$OPALVM_CACHE/kunit/$kernel-$hash

mkdir -p "$OPALVM_CACHE/kunit"
lock "kunit-$kernel"
if [ ! -e "$final" ]; then
	make_kunit "$final.tmp"
	mv "$final.tmp" "$final"
fi
echo "$final"
