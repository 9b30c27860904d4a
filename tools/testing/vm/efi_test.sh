#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# efi_test.sh: builds the kernel's own efi_test driver, which Debian leaves out, from
# the source of 6.1 for Debian's kernel 6.1, and prints the module's path.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"
. "$VM_DIR/debug-kernel/source.sh"

KERNEL=6.1
headers=$(value HEADERS "$("$VM_DIR/kernel.sh" "$KERNEL")")
source=$(source_part "$(source_version)" drivers/firmware/efi/test)
out=$(build_dir efi_test "$KERNEL")

build()
{
	cp "$source"/drivers/firmware/efi/test/*.[ch] "$out/"
	echo "obj-m := efi_test.o" > "$out/Kbuild"
	"$VM_DIR/chroot.sh" "$KERNEL" make -C "$headers" M="$out" modules > "$out/log" 2>&1 ||
		die "efi_test does not build for $KERNEL: see $out/log"
}

mkdir -p "$out"
lock "build-$(basename "$out")"
[ "$out/efi_test.ko" -nt "$headers/Makefile" ] || step "building efi_test for $KERNEL" build
echo "$out/efi_test.ko"
