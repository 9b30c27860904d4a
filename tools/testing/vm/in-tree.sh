#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# in-tree.sh: puts the module into the sources of Linux 6.1 with "make in-tree", builds
# it there outside of the tree (O=), as a module and as part of a small kernel, and
# prints that kernel's IMAGE= and its EFIVARFS=. A second run builds what has changed.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"
. "$VM_DIR/debug-kernel/source.sh"

GCC=gcc-12
FRAGMENTS=(x86_64 userland in-tree)

FRAGMENTS=("${FRAGMENTS[@]/#/$VM_DIR/debug-kernel/}")
FRAGMENTS=("${FRAGMENTS[@]/%/.config}")

version=$(source_version)
dir=$OPALVM_CACHE/in-tree
src=$dir/linux-$version out=$dir/out-$version

unpack()
{
	rm -rf "$dir"
	mkdir -p "$src.tmp" "$out"
	source_unpack "$version" "$src.tmp"
	mv "$src.tmp" "$src"
}

# kernel_make LOG target...: any warning of ours fails it, and the build goes on
# with what is not yet built the next time
kernel_make()
{
	local log=$dir/$1
	shift
	make -s -C "$src" O="$out" CC="$GCC" HOSTCC="$GCC" LOCALVERSION= KBUILD_BUILD_USER=opalvm \
		KBUILD_BUILD_HOST=opalvm -j"$(nproc)" "$@" > "$log" 2>&1 < /dev/null ||
		{ grep -E 'error|Error|\*\*\*' "$log" | head >&2; die "it does not build: look at $log"; }
	! grep -E 'drivers/firmware/opalvm/.*(warning|error):' "$log" >&2 || die "it builds with warnings: see above"
}

# configure y|m
configure()
{
	cat "${FRAGMENTS[@]}" - <<< "CONFIG_OPALVM=$1" > "$out/all.config"
	kernel_make config.log KCONFIG_ALLCONFIG="$out/all.config" allnoconfig
	grep -qx "CONFIG_OPALVM=$1" "$out/.config" || die "CONFIG_OPALVM=$1 cannot be: mend its Kconfig"
}

build_kernel()
{
	configure y
	kernel_make kernel.log bzImage modules
	[ -e "$out/drivers/firmware/opalvm/built-in.a" ] || die "the kernel is without opalvm"
	cp "$out/arch/x86/boot/bzImage" "$dir/vmlinuz"
	cp "$out/fs/efivarfs/efivarfs.ko" "$dir/"
}

# With the symbols of the kernel that is there by now
build_module()
{
	configure m
	kernel_make warnings.log W=1 drivers/firmware/opalvm/
	kernel_make module.log modules
	modinfo -F vermagic "$out/drivers/firmware/opalvm/opalvm.ko" > /dev/null || die "the build made no module"
}

mkdir -p "$dir"
lock in-tree
[ -e "$src" ] || unpack
make -s -C "$OPALVM_SRC" in-tree KSRC="$src" >&2
step "building a kernel with opalvm as part of it" build_kernel
step "building opalvm in the kernel's tree, as a module" build_module
echo "IMAGE=$dir/vmlinuz"
echo "EFIVARFS=$dir/efivarfs.ko"
