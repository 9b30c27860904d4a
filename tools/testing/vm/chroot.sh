#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# chroot.sh KERNEL: makes what building modules for KERNEL needs and prints its
# root directory: "/" for a kernel of the host's own release, else a small root
# of the kernel's suite with the compiler that its headers ask for.
#
# chroot.sh KERNEL command...: runs the command there, as root, in the current
# directory if that is in the cache. The cache is seen under its own name; the
# mounts vanish with the command.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"

[ $# -ge 1 ] || die "usage: chroot.sh KERNEL [command...], KERNEL one of: $KERNELS"
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
	local packages
	# The compiler may be asked for by its own name or by one "for the host".
	mapfile -t packages < <(apt_in "$suite" apt-cache depends --important "$headers" |
		grep -oE '(gcc-[0-9][a-z0-9-]*|linux-kbuild-.*|linux-compiler-gcc-.*)$' | sort -u)
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

# Mounts of our own must not be seen elsewhere; only those below a mount can be kept private.
mountpoint -q / ||
	die "in a chroot whose root is not a mount: leave it, mount --bind DIR DIR, and enter it again"

as_root=()
[ "$(id -u)" = 0 ] || as_root=(--map-root-user)
# objtool wants /proc, the compiler /dev/null.
# shellcheck disable=SC2016 # expanded by the inner shell
exec unshare "${as_root[@]}" --mount --pid --fork --kill-child bash -euc '
	root=$1 cache=$2 dir=$PWD
	shift 2
	mount --make-rprivate /
	mount --bind "$cache" "$root$cache"
	mount --rbind /dev "$root/dev"
	mount -t proc proc "$root/proc"
	case $dir in "$cache"*) ;; *) dir=/ ;; esac
	exec env -i PATH=/usr/sbin:/usr/bin LC_ALL=C.UTF-8 HOME=/root \
		chroot "$root" /usr/bin/env -C "$dir" "$@"
' chroot.sh "$root" "$OPALVM_CACHE" "$@"
