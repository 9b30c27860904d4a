#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tool.sh KERNEL: builds tools/opalvm for KERNEL's architecture, and prints its
# path. For another one than the host's, the headers and libraries of the oldest
# release, as guests have it, are unpacked in the cache; the C library is the
# cross compiler's.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"

SUITE=bookworm
PACKAGES=(libjson-c-dev libjson-c5 libsmartcols-dev libsmartcols1 libtraceevent-dev libtraceevent1
	libtracefs-dev libtracefs1 zlib1g-dev zlib1g)

[ $# = 1 ] || die "usage: tool.sh KERNEL, one of: $KERNELS $PPC64_KERNELS"
arch=$(kernel_arch "$1")
cross=$(kernel_cross "$1")
lists=$SUITE-$arch
sysroot=$OPALVM_CACHE/sysroots/$lists-$(sha256sum <<< "${PACKAGES[*]}" | cut -c1-8)

unpack_sysroot()
{
	local link
	mkdir -p "$1/usr/lib"
	ln -s usr/lib "$1/lib"
	apt_unpack "$lists" "$1" "${PACKAGES[@]}" || return 1
	# links that are meant to be followed in a root of their own
	find "$1" -lname '/*' | while read -r link; do
		ln -sfn "$sysroot$(readlink "$link")" "$link"
	done
}

make_sysroot()
{
	[ ! -e "$sysroot" ] || return 0
	mkdir -p "$OPALVM_CACHE/sysroots"
	lock "sysroot-$lists"
	if [ ! -e "$sysroot" ]; then
		apt_refresh "$lists" || die "$lists unreachable: look at $OPALVM_CACHE/apt/$lists/update.log"
		rm -rf "$sysroot.tmp"
		step "fetching the tool's libraries for $arch" unpack_sysroot "$sysroot.tmp" ||
			die "the tool's libraries cannot be fetched: see above"
		mv "$sysroot.tmp" "$sysroot"
	fi
	unlock "sysroot-$lists"
}

args=()
out=$(build_dir tool host)
if [ -n "$cross" ]; then
	out=$(build_dir tool "$arch")
	make_sysroot
	export PKG_CONFIG_LIBDIR=$sysroot/usr/lib/${cross%-}/pkgconfig PKG_CONFIG_SYSROOT_DIR=$sysroot
	args=("CC=${cross}gcc")
fi
mkdir -p "$out"
lock "build-$(basename "$out")"
step "building the tool for $arch" make -s -C "$OPALVM_SRC/tools/opalvm" O="$out" ${args[@]+"${args[@]}"} >&2
echo "$out/opalvm"
