#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# debian.sh GENERATOR WHERE DIR: makes a Debian 12 with systemd for a guest, in
# which "make install" has put opalvm. GENERATOR makes its initramfs, which is
# initramfs-tools or dracut. WHERE the module is loaded: initramfs, or root: then
# it is installed after the initramfs was made. Leaves DIR/initrd and DIR/disk,
# an ext4 file system that runs the selftest debian.sh and turns the guest off.
set -Eeuo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"
. "$VM_DIR/systemd-test.sh"
trap 'die "making a Debian: $BASH_COMMAND fails: see above"' ERR

SUITE=bookworm
KERNEL=6.1
# The packages marked essential are taken for granted by all others.
PACKAGES=(base-files base-passwd bash coreutils cpio dash diffutils e2fsprogs findutils grep gzip
	hostname init-system-helpers kexec-tools kmod libc-bin libjson-c5 libsmartcols1 libtracefs1
	login mawk mount perl-base sed systemd-sysv tar udev usr-is-merged util-linux zstd)
INITRAMFS_TOOLS=(busybox initramfs-tools initramfs-tools-core klibc-utils libklibc)
DRACUT=(dracut dracut-core)
# An initramfs with all modules takes an emulated CPU long.
MODULES=(crypto lib fs/efivarfs fs/ext4 fs/jbd2 fs/mbcache.ko drivers/block/virtio_blk.ko
	drivers/virtio)
SELFTESTS=$OPALVM_SRC/tools/testing/selftests/opalvm

usage="usage: debian.sh initramfs-tools|dracut initramfs|root DIR"
[ $# = 3 ] || die "$usage"
generator=$1 where=$2 dir=$3
[[ $where =~ ^(initramfs|root)$ ]] || die "$usage"
case $generator in
initramfs-tools) packages=("${INITRAMFS_TOOLS[@]}") ;;
dracut) packages=("${DRACUT[@]}") ;;
*) die "$usage" ;;
esac
info=$("$VM_DIR/kernel.sh" "$KERNEL")
release=$(value RELEASE "$info")
headers=$(value HEADERS "$info")
key=$release-$(cat "$0" "$VM_DIR/systemd-test.sh" | sha256sum | cut -c1-8)
base=$OPALVM_CACHE/guests/debian-$key
system=$OPALVM_CACHE/guests/debian-$generator-$key
tree=$dir/tree

# What maintainer scripts would have made.
configure()
{
	mkdir -p "$1$OPALVM_CACHE"
	cp "$1/usr/share/base-passwd/passwd.master" "$1/etc/passwd"
	cp "$1/usr/share/base-passwd/group.master" "$1/etc/group"
	echo "LABEL=debian / ext4 defaults 0 1" > "$1/etc/fstab"
	echo debian > "$1/etc/hostname"
	"$VM_DIR/enter.sh" "$1" ldconfig
	"$VM_DIR/enter.sh" "$1" systemd-sysusers
	"$VM_DIR/enter.sh" "$1" systemd-machine-id-setup
	# they have mode 0, and we may not be root
	chmod 600 "$1"/etc/{,g}shadow
	put_test "$1"
}

make_base()
{
	apt_root "$SUITE" "$1" "${PACKAGES[@]}" || die "the packages of $SUITE cannot be fetched: see above"
	configure "$1"
}

make_system()
{
	local modules to=$1/lib/modules/$release
	modules=$(value MODULES "$info")/lib/modules/$release
	cp -a "$base" "$1"
	apt_unpack "$SUITE" "$1" "${packages[@]}" || die "$generator cannot be fetched: see above"
	mkdir -p "$to"
	(cd "$modules" && cp -a --parents modules.{order,builtin,builtin.modinfo} "${MODULES[@]/#/kernel/}" "$to/")
	depmod -b "$1" "$release"
	cp "$(dirname "$(value IMAGE "$info")")/config-$release" "$1/boot/"
	# it would look at the host's disks
	[ "$generator" = dracut ] || echo FSTYPE=ext4 > "$1/etc/initramfs-tools/conf.d/root"
}

# once WHAT DIRECTORY FUNCTION
once()
{
	[ ! -e "$2" ] || return 0
	apt_refresh "$SUITE" || die "$SUITE unreachable: look at $OPALVM_CACHE/apt/$SUITE/update.log"
	rm -rf "$2.tmp"
	step "$1" "$3" "$2.tmp"
	mv "$2.tmp" "$2"
}

# In a copy of the sources, as "make install" builds where it is
install_opalvm()
{
	local copy
	copy=$(build_dir "$KERNEL" install)
	mkdir -p "$copy"
	lock "build-$(basename "$copy")"
	rsync -a --delete --exclude='.*' --exclude='*.o' --exclude='*.ko' --exclude='*.mod*' \
		--exclude=Module.symvers --exclude=modules.order "$OPALVM_SRC/" "$copy/"
	make -s -j"$(nproc)" -C "$copy" install KERNELDIR="$headers" \
		DESTDIR="$tree" INSTALL_MOD_PATH="$tree" > "$dir/install.log" 2>&1 ||
		{ tail -5 "$dir/install.log" >&2; die "make install fails: see $dir/install.log"; }
	unlock "build-$(basename "$copy")"
}

generate()
{
	local make=(dracut --force --kver "$release")
	[ "$generator" = dracut ] || make=(update-initramfs -c -k "$release")
	"$VM_DIR/enter.sh" "$tree" "${make[@]}" > "$dir/initrd.log" 2>&1 ||
		{ tail -5 "$dir/initrd.log" >&2; die "${make[0]} fails: see $dir/initrd.log"; }
	cp "$tree/boot/initrd.img-$release" "$dir/initrd"
}

make_initrd()
{
	if [ "$where" = root ]; then
		make -s -C "$OPALVM_SRC/tools/initramfs" install DESTDIR="$tree" > "$dir/install.log"
		generate
		install_opalvm
		echo opalvm > "$tree/etc/modules-load.d/opalvm.conf"
		return
	fi
	install_opalvm
	if [ "$generator" = dracut ]; then
		echo 'force_drivers+=" opalvm "' > "$tree/etc/dracut.conf.d/opalvm.conf"
	else
		echo opalvm >> "$tree/etc/initramfs-tools/modules"
	fi
	generate
}

make_disk()
{
	local as_root=()
	[ "$(id -u)" = 0 ] || as_root=(unshare --map-root-user)
	# newer than all else: nothing is to be brought up to date at boot
	touch "$tree/etc/.updated" "$tree/var/.updated"
	install -m 755 "$SELFTESTS/debian.sh" "$tree/test/run"
	install -m 644 "$SELFTESTS/ktap_helpers.sh" "$tree/test/"
	truncate -s 512M "$dir/disk"
	"${as_root[@]}" mke2fs -q -t ext4 -L debian -E root_owner=0:0 -d "$tree" "$dir/disk"
}

mkdir -p "$OPALVM_CACHE/guests"
lock debian
once "making a Debian with systemd" "$base" make_base
once "making one with $generator" "$system" make_system
prune_siblings "$base" "$OPALVM_CACHE/guests/debian-[0-9]*"
prune_siblings "$system" "$OPALVM_CACHE/guests/debian-$generator-[0-9]*"
unlock debian

rm -rf "$dir"
mkdir -p "$dir"
cp -a "$system" "$tree"
step "$generator: making an initramfs" make_initrd
step "$generator: making a disk" make_disk
rm -rf "$tree"
