#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# debian-root.sh build|guest: makes a Debian 12 by its own installer, once, and
# prints its root directory: with what building packages needs, or with what a
# guest needs to have dkms build and to boot: kernel, headers, systemd. Leave it as
# it is: work in a copy.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"

SUITE=bookworm
BUILD=(build-essential debhelper dh-dkms libjson-c-dev libsmartcols-dev libtraceevent-dev
	libtracefs-dev lintian pkg-config rpm zlib1g-dev)
GUEST=(dkms e2fsprogs initramfs-tools kexec-tools kmod libjson-c5 libsmartcols1 libtracefs1
	linux-headers-amd64 linux-image-amd64 openssl systemd-sysv udev zlib1g)

# Nobody reads here, and of the kernel's modules few have devices.
SMALL=(--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*')
SMALL_GUEST=(--dpkgopt='path-exclude=/usr/share/man/*'
	--dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/*'
	--dpkgopt='path-include=/lib/modules/*/kernel/drivers/block/virtio_blk.ko'
	--dpkgopt='path-include=/lib/modules/*/kernel/drivers/virtio/*'
	--dpkgopt='path-exclude=/lib/modules/*/kernel/net/*'
	--dpkgopt='path-exclude=/lib/modules/*/kernel/sound/*')

# An initramfs with all modules takes an emulated CPU long, and it would look at
# the host's disks.
# shellcheck disable=SC2016 # expanded by mmdebstrap's shell
INITRAMFS='d=$1/etc/initramfs-tools; mkdir -p $d/conf.d; echo MODULES=list > $d/conf.d/modules;
	echo FSTYPE=ext4 > $d/conf.d/root; printf "%s\n" virtio_pci virtio_blk ext4 > $d/modules'

[ $# = 1 ] || die "usage: debian-root.sh build|guest"
case $1 in
build) packages=("${BUILD[@]}") options=("${SMALL[@]}") ;;
guest) packages=("${GUEST[@]}") options=("${SMALL[@]}" "${SMALL_GUEST[@]}" "--essential-hook=$INITRAMFS") ;;
*) die "usage: debian-root.sh build|guest" ;;
esac

make_root()
{
	mmdebstrap --quiet --mode=root --variant=minbase --aptopt='APT::Install-Recommends "false"' \
		--include="$(IFS=,; echo "${packages[*]}")" "${options[@]}" \
		"$SUITE" "$1" "$OPALVM_CACHE/apt/$SUITE/sources.list" > "$root.log" 2>&1 ||
		{ tail -5 "$root.log" >&2; die "a Debian cannot be installed: see $root.log"; }
	mkdir -p "$1$OPALVM_CACHE"
}

[ "$(id -u)" = 0 ] || die "packages are installed in a root of their own: run this as root"
apt_refresh "$SUITE" || die "$SUITE unreachable: look at $OPALVM_CACHE/apt/$SUITE/update.log"
key=$(sha256sum < "$0" | cut -c1-8)
[ "$1" = build ] || key=$key-$(apt_version "$SUITE" linux-headers-amd64)
root=$OPALVM_CACHE/chroots/debian-$1-$key
mkdir -p "$OPALVM_CACHE/chroots"
lock "debian-root-$1"
if [ ! -e "$root" ]; then
	rm -rf "$root.tmp"
	step "installing a Debian to ${1/guest/boot}" make_root "$root.tmp"
	mv "$root.tmp" "$root"
	prune_siblings "$root" "$OPALVM_CACHE/chroots/debian-$1-[0-9a-f]*"
fi
echo "$root"
