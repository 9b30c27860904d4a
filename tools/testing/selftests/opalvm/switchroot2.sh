#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# switchroot2.sh: after switch_root: the module that was loaded in the
# initramfs goes on and keeps nothing of the new root file system in use.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

root_is_a_disk()
{
	grep -q ' / ext4 rw' /proc/mounts
}

still_hosts()
{
	is "$(get state)" hosted
	time_is_right
	vars_mount
	var_write OpalvmTest 7 "from the disk"
	is "$(var_read OpalvmTest)" "from the disk"
	var_delete OpalvmTest
	umount "$(vars_dir)"
}

remounts_read_only()
{
	sync
	mount -o remount,ro /
	grep -q ' / ext4 ro' /proc/mounts
	get time
}

loads_on_the_new_root()
{
	mount -o remount,rw /
	rmmod efivarfs
	unload
	load
	time_is_right
	mount -o remount,ro /
	get time
	unload
}

ktap_run \
	root_is_a_disk "the root file system is a disk" \
	still_hosts "after switch_root the module serves time and variables" \
	remounts_read_only "the root file system can be remounted read-only" \
	loads_on_the_new_root "the module loads and unloads on the new root, and does not keep it writable"
