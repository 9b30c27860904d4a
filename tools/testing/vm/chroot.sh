#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# chroot.sh KERNEL: makes what building modules for KERNEL needs and prints its
# root directory: "/" for a kernel of the host's own release, else a small root
# of the kernel's suite with the compiler that its headers ask for.
#
# chroot.sh KERNEL command...: runs the command there, see enter.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"

[ $# -ge 1 ] || die "usage: chroot.sh KERNEL [command...], KERNEL one of: $KERNELS $PPC64_KERNELS"
kernel=$1
shift
suite=$(kernel_suite "$kernel")
info=$("$VM_DIR/kernel.sh" "$kernel")
release=$(value RELEASE "$info")
gcc=$(value GCC "$info")
headers=linux-headers-$release

# The packages marked essential are taken for granted by all others.
PACKAGES=(bash coreutils dash diffutils findutils grep gzip mawk perl-base sed tar
	make sparse libelf-dev libc6-dev)

make_root()
{
	local packages wanted='linux-kbuild-.*'
	# The compiler may be asked for by its own name or by one "for the host",
	# which is not this one where it is a cross compiler.
	[ -n "$(kernel_cross "$kernel")" ] || wanted+='|gcc-[0-9][a-z0-9-]*|linux-compiler-gcc-.*'
	mapfile -t packages < <(apt_in "$(kernel_lists "$kernel")" apt-cache depends --important "$headers" |
		grep -oE "($wanted)\$" | sort -u)
	apt_root "$suite" "$1" "${PACKAGES[@]}" "$gcc" "${packages[@]}"
}

root=/
if [ "$suite" != "$HOST_SUITE" ]; then
	root=$OPALVM_CACHE/chroots/$suite-$gcc
	if [ ! -e "$root" ]; then
		lock "chroot-$suite"
		if [ ! -e "$root" ]; then
			apt_refresh "$suite" || give_up "$suite" "suite unreachable"
			rm -rf "$root.tmp"
			mkdir -p "$root.tmp$OPALVM_CACHE"
			step "making a $suite root with $gcc" make_root "$root.tmp" ||
				give_up "$suite" "the packages for a build root do not fit together: run again later"
			chmod 1777 "$root.tmp/tmp"
			mv "$root.tmp" "$root"
		fi
		unlock "chroot-$suite"
	fi
fi

if [ $# = 0 ]; then
	echo "$root"
	exit
fi
[ "$root" != / ] || exec "$@"

exec "$VM_DIR/enter.sh" "$root" "$@"
