#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# debian.sh: what comes after hop.sh where the next kernel starts a Debian with
# systemd: its initramfs carries the table to the root file system. LOADED on the
# kernel's command line tells where the module was loaded: initramfs or root.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

TABLE=/run/opalvm/handover
HOOKS="/usr/share/initramfs-tools/scripts/init-bottom/opalvm
	/usr/lib/dracut/modules.d/90opalvm/opalvm-keep-table.sh"
LOADED=$(grep -o 'LOADED=[a-z]*' /proc/cmdline)
LOADED=${LOADED#*=}

systemd_runs()
{
	is "$(cat /proc/1/comm)" systemd
	grep -q ' / ext4 rw' /proc/mounts
	absent /sys/firmware/efi/runtime-map
	absent /opalvm.handover
}

# log_line TEXT: where in the kernel's log it is first
log_line()
{
	grep -nF -m 1 -- "$1" <<< "$(dmesg)" | cut -d: -f1
}

was_loaded()
{
	local hosted mounted
	hosted=$(log_line "opalvm: efi: hosted")
	mounted=$(log_line "EXT4-fs (vda): mounted filesystem")
	if [ "$LOADED" = initramfs ]; then
		at_most "$hosted" "$mounted"
	else
		at_least "$hosted" "$mounted"
	fi
}

table_is_kept()
{
	is "$(stat -c '%a %U' /run/opalvm)" "700 root"
	is "$(stat -c '%a %U' $TABLE)" "400 root"
	is "$(head -c 8 $TABLE)" OPALVMAP
}

hosts_with_the_table()
{
	is "$(get state)" hosted
	is "$(get origin)" handover
	is "$(get hops)" 1
	is "$(get quarantine)" ""
	map_is_identical
	time_is_right
}

tool_shows_it()
{
	opalvm status | grep "origin  *handover"
}

# systemd does where EFI was there when it began.
efivarfs_is_mounted()
{
	if [ "$LOADED" = initramfs ]; then
		grep " /sys/firmware/efi/efivars efivarfs rw" /proc/mounts
	else
		vars_mount
	fi
}

reads_the_variable()
{
	is "$(var_read OpalvmHop)" "from the first kernel"
}

loads_again()
{
	vars_umount
	unload
	modprobe opalvm
	hosts_with_the_table
	vars_mount
	reads_the_variable
}

remounts_read_only()
{
	mount -o remount,ro /
	grep -q ' / ext4 ro' /proc/mounts
	time_is_right
	mount -o remount,rw /
}

do_nothing_without_a_table()
{
	local hook
	mv /run/opalvm "$WORK/aside"
	for hook in $HOOKS; do
		sh "$hook"
		absent /run/opalvm
	done
	mv "$WORK/aside" /run/opalvm
}

tell_why_they_fail()
{
	local hook
	cp $TABLE /opalvm.handover
	mount -t tmpfs -o ro tmpfs /run/opalvm
	for hook in $HOOKS; do
		log_mark
		sh "$hook"
		log_is_one_line "opalvm: the handover table is not kept in /run ("
		log_says "Read-only file system"
	done
	umount /run/opalvm
	rm /opalvm.handover
}

# The module and efivarfs stay, for the way down.
ktap_run \
	systemd_runs "systemd runs on an ext4 disk, and the initramfs is gone" \
	was_loaded "$LOADED: the module was loaded there" \
	table_is_kept "$LOADED: the table is in /run, for root alone" \
	hosts_with_the_table "$LOADED: the module hosts with the table" \
	tool_shows_it "$LOADED: the tool shows where the map came from" \
	efivarfs_is_mounted "$LOADED: efivarfs is mounted, by systemd if it could" \
	reads_the_variable "$LOADED: the variable of the kernel before is read" \
	loads_again "$LOADED: the module unloads, and loads from the root file system with the table in /run" \
	remounts_read_only "$LOADED: the root file system can be remounted read-only" \
	do_nothing_without_a_table "without a table the hooks do nothing" \
	tell_why_they_fail "the hooks tell why a table cannot be kept, and the boot goes on"
