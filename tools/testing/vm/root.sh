#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# root.sh KERNEL: makes a guest's root for KERNEL: busybox, bash, and the few
# programs that tests of firmware and kexec need, with KERNEL's modules.
# Prints ROOT=, the tree, and CPIO=, the same as an initramfs: uncompressed, as
# unpacking is what an emulated CPU is slow at, and other archives can follow.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"

# The user-land is the oldest release's: it runs on every kernel here.
USERLAND=bookworm
PACKAGES=(bash busybox-static e2fsprogs kexec-tools kmod libjson-c5 libsmartcols1 libtracefs1
	trace-cmd util-linux)
# Only these programs, and the libraries they need, are taken.
PROGRAMS=(bash kmod kexec chattr lsattr taskset trace-cmd vmcore-dmesg)
LIBRARIES=(libjson-c.so.5 libsmartcols.so.1 libtracefs.so.1 libgcc_s.so.1 libz.so.1)
# Absent where the kernel has them built in.
MODULES=(ext4 crc32c_generic crc32c-cryptoapi loop virtio_blk virtio_console virtio_pci)

[ $# = 1 ] || die "usage: root.sh KERNEL, one of: $KERNELS $PPC64_KERNELS"
kernel=$1
info=$("$VM_DIR/kernel.sh" "$kernel")
release=$(value RELEASE "$info")
kernel_modules=$(value MODULES "$info")/lib/modules/$release
case $(kernel_arch "$kernel") in
amd64)
	triplet=x86_64-linux-gnu loader=ld-linux-x86-64.so.2
	PACKAGES+=(efibootmgr)
	PROGRAMS+=(efibootmgr)
	MODULES+=(efivarfs efi-pstore crc32c_intel rtc-cmos)
	;;
ppc64el)
	triplet=powerpc64le-linux-gnu loader=ld64.so.2
	USERLAND+=-ppc64el
	MODULES+=(crc32c-vpmsum ipmi_powernv powernv_flash rtc-generic opal-prd)
	;;
esac
# a kernel can be made of another configuration under the same release
key=$(cat "$0" "$VM_DIR/init" "$kernel_modules"/modules.{order,builtin} | sha256sum | cut -c1-8)

# The user-land, unpacked once for all kernels.
userland=$OPALVM_CACHE/guests/userland-$(sha256sum <<< "$USERLAND ${PACKAGES[*]}" | cut -c1-8)
make_userland()
{
	[ ! -e "$userland" ] || return 0
	lock userland
	if [ ! -e "$userland" ]; then
		apt_refresh "$USERLAND" || die "$USERLAND unreachable: look at $OPALVM_CACHE/apt/$USERLAND/update.log"
		rm -rf "$userland.tmp"
		step "fetching the guests' programs" apt_root "$USERLAND" "$userland.tmp" "${PACKAGES[@]}" ||
			die "the guests' programs cannot be fetched: see above"
		mv "$userland.tmp" "$userland"
	fi
	unlock userland
}

# copy_libraries FILE DIR: the libraries that it needs, and those need
copy_libraries()
{
	local lib
	for lib in $(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p'); do
		[ "$lib" != "$loader" ] || continue
		copy_library "$lib" "$2"
	done
}

copy_library()
{
	[ ! -e "$2/$1" ] || return 0
	cp -L "$userland/usr/lib/$triplet/$1" "$2/"
	copy_libraries "$2/$1" "$2"
}

copy_programs()
{
	local root=$1 libs=$1/usr/lib/$triplet p
	mkdir -p "$libs" "$root"/{usr/{bin,lib64},proc,sys,dev,tmp,run,mnt,root,etc,boot,test,opalvm}
	ln -s bin "$root/usr/sbin"
	ln -s usr/bin "$root/bin"
	ln -s usr/bin "$root/sbin"
	ln -s usr/lib "$root/lib"
	ln -s usr/lib64 "$root/lib64"
	cp "$userland/usr/bin/busybox" "$root/usr/bin/"
	cp -L "$userland/usr/lib/$triplet/$loader" "$root/usr/lib64/"
	for p in "${PROGRAMS[@]}"; do
		p=$(find "$userland"/usr/bin "$userland"/usr/sbin -name "$p" | head -1)
		cp "$p" "$root/usr/bin/"
		copy_libraries "$p" "$libs"
	done
	for p in "${LIBRARIES[@]}"; do
		copy_library "$p" "$libs"
	done
	for p in insmod modprobe rmmod lsmod modinfo depmod; do
		ln -s kmod "$root/usr/bin/$p"
	done
	echo "root::0:0:root:/root:/bin/bash" > "$root/etc/passwd"
	ln -s /proc/mounts "$root/etc/mtab"
	install -m 755 "$VM_DIR/init" "$root/init"
}

# A module and what it depends on, unpacked.
copy_module()
{
	local name=$1 to=$2 file deps dep
	file=$(grep -E "/${name//[-_]/[-_]}\\.ko(\\.xz|\\.zst)?\$" "$to.list" | head -1 || true)
	[ -n "$file" ] || return 0
	[ ! -e "$to/$name.ko" ] || return 0
	case $file in
	*.xz) xz -dc "$file" > "$to/$name.ko" ;;
	*.zst) zstd -qdc "$file" > "$to/$name.ko" ;;
	*) cp "$file" "$to/$name.ko" ;;
	esac
	deps=$(modinfo -F depends "$to/$name.ko")
	for dep in ${deps//,/ }; do
		copy_module "$dep" "$to"
	done
}

copy_modules()
{
	local root=$1 to=$1/lib/modules/$release m
	mkdir -p "$to"
	find "$kernel_modules" -name '*.ko*' > "$to.list"
	for m in "${MODULES[@]}"; do
		copy_module "$m" "$to"
	done
	rm "$to.list"
	cp "$kernel_modules"/modules.{order,builtin,builtin.modinfo} "$to/"
	depmod -b "$root" "$release"
}

pack()
{
	(cd "$1" && find . -mindepth 1 -print0 | sort -z | cpio -0 -o -H newc -R 0:0 --quiet) > "$2"
}

make_guest()
{
	copy_programs "$1/root"
	copy_modules "$1/root"
	pack "$1/root" "$1/root.cpio"
}

mkdir -p "$OPALVM_CACHE/guests"
make_userland
guest=$OPALVM_CACHE/guests/$kernel-$release-$key
if [ ! -e "$guest" ]; then
	lock "guest-$kernel"
	if [ ! -e "$guest" ]; then
		rm -rf "$guest.tmp"
		mkdir -p "$guest.tmp"
		step "making the guest root for $release" make_guest "$guest.tmp"
		mv "$guest.tmp" "$guest"
		prune_siblings "$guest" "$OPALVM_CACHE/guests/$kernel-[0-9]*"
	fi
	unlock "guest-$kernel"
fi
echo "ROOT=$guest/root"
echo "CPIO=$guest/root.cpio"
