#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# pstore.sh: efi_pstore keeps the log of a kernel that goes down (with efi=noruntime and
# printk.always_kmsg_dump=1), and the next boot, with STAGE=2, has it.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

MARKER="opalvm-pstore: written by the boot before"

binds()
{
	load
	modprobe efi-pstore
	grep -xE 'efi(_pstore)?' /sys/module/pstore/parameters/backend
	mount -t pstore pstore /mnt
	is "$(ls /mnt)" ""
}

# The guest turns itself off after this, and the module is asked for the last time.
says_something()
{
	grep -x Y /sys/module/printk/parameters/always_kmsg_dump
	echo "$MARKER" > /dev/kmsg
}

reads_what_was_said()
{
	load
	modprobe efi-pstore
	mount -t pstore pstore /mnt
	ls -l /mnt
	at_least "$(cat /mnt/* | grep -c "$MARKER")" 1
}

erases_it()
{
	vars_mount
	at_least "$(find "$(vars_dir)" -name 'dump-type0-*' | wc -l)" 1
	umount "$(vars_dir)"
	rm /mnt/*
	vars_mount
	is "$(find "$(vars_dir)" -name 'dump-type0-*')" ""
	is "$(get quarantine)" ""
}

unloads()
{
	umount /mnt
	rmmod efi_pstore
	vars_umount
	unload
}

if [ "${STAGE-}" = 2 ]; then
	ktap_run reads_what_was_said "the log of the boot before is there" \
		erases_it "it is erased" unloads "the module unloads"
else
	ktap_run binds "efi_pstore binds, and has nothing" says_something "the kernel says something"
fi
