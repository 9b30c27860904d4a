#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kselftest.sh KERNEL: builds the selftests of efivarfs and of the rtc class that come
# with KERNEL's source, and prints the directory that has them.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"
. "$VM_DIR/debug-kernel/source.sh"

# What they are made of
PARTS=(tools/testing/selftests/{efivarfs,rtc,kselftest.h,kselftest_harness.h})

[ $# = 1 ] || die "usage: kselftest.sh KERNEL, one of: $KERNELS"
source_of "$1"
version=$(source_version)
source=$(source_part "$version" "${PARTS[@]}")/tools/testing/selftests
out=$(build_dir kselftest "$version")

build()
{
	local program
	rm -rf "$out.tmp"
	cp -r "$source/efivarfs" "$out.tmp"
	for program in efivarfs/create-read efivarfs/open-unlink rtc/rtctest; do
		gcc -O2 -static -D_GNU_SOURCE -I"$source" -o "$out.tmp/$(basename $program)" \
			"$source/$program.c" -pthread > "$out.log" 2>&1 ||
			die "$program of $SOURCE_PACKAGE does not build: see $out.log"
	done
	mv "$out.tmp" "$out"
}

lock "build-$(basename "$out")"
[ -d "$out" ] || step "building selftests of $SOURCE_PACKAGE" build
unlock "build-$(basename "$out")"
echo "$out"
