#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# hop.sh: hosts, or records in a normal boot, and goes into the next kernel
# (noefi) with the table, while calls are in progress. hop2.sh goes on there.
#
# From the kernel's command line: PLACEMENT, LOAD (l or s) and NEXT, the kernel
# in /boot; APPEND, more for its command line; DISK, where its root file system is
# if not in the initrd.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

PLACEMENT=${PLACEMENT:-identity}
LOAD=${LOAD:-l}
NEXT=${NEXT:-6.1}
INITRD=$WORK/initrd.img

loads()
{
	load placement="$PLACEMENT"
	grep -q efi=noruntime /proc/cmdline || return 0
	is "$(get state)" hosted
	is "$(get origin)" "$PLACEMENT"
	time_is_right
}

writes_a_variable()
{
	vars_mount
	var_write OpalvmHop 7 "from the first kernel"
	is "$(var_read OpalvmHop)" "from the first kernel"
}

# What the second stage compares with goes there in the initrd, or to its disk.
makes_the_initrd()
{
	mkdir -p "$WORK/stage/test"
	map > "$WORK/stage/test/first-map"
	for name in systab generation placement state; do
		get $name > "$WORK/stage/test/first-$name"
	done
	grep . "$EFI"/services/*/entry > "$WORK/stage/test/first-entries"
	cp "/boot/initrd-$NEXT.img" "$INITRD"
	if [ -n "${DISK-}" ]; then
		copies_to_the_disk
	else
		(cd "$WORK/stage" && find . -type f | cpio -o -H newc 2> /dev/null) >> "$INITRD"
	fi
}

copies_to_the_disk()
{
	modprobe -a virtio_pci virtio_blk ext4
	mount -t ext4 "$DISK" /mnt
	cp "$WORK"/stage/test/* /mnt/test/
	umount /mnt
}

loads_the_next_kernel()
{
	opalvm kexec "-$LOAD" "/boot/vmlinuz-$NEXT" --initrd="$INITRD" \
		--append="$(cat /test/append) noefi ${APPEND-}"
	is "$(cat /sys/kernel/kexec_loaded)" 1
	rm "$INITRD"
}

ktap_run \
	loads "$PLACEMENT: the module loads" \
	writes_a_variable "$PLACEMENT: a variable is written" \
	makes_the_initrd "$PLACEMENT: the map can be noted" \
	loads_the_next_kernel "$PLACEMENT: the tool loads kernel $NEXT with the table, -$LOAD"
# the end of this file is the last that is written before the kernel goes
exec > /dev/null 2>&1
keep_busy
opalvm kexec -e
