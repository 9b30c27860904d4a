#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# programs.sh: what Debian's programs make of the module (with efi=noruntime, or in a
# kernel that a hop led to): efivar in /efivar, bootctl in /bootctl, see
# tools/testing/vm/packaged.sh. efibootmgr has its test in hosted.sh.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

GLOBAL=8be4df61-93ca-11d2-aa0d-00e098032b8c
LOADER=4a67b082-0a4c-41cf-b6c7-440b29bb8c4f

# bytes NAME: a variable's value, in hexadecimal; efivarfs cannot seek
bytes()
{
	# shellcheck disable=SC2002
	cat "$(vars_dir)/$1" | tail -c +5 | od -An -v -t x1 | xargs
}

are_ready()
{
	load
	vars_mount
	is "$(vars_dir)" /sys/firmware/efi/efivars
}

efivar_works()
{
	echo "from efivar" > "$WORK/data"
	at_least "$(packaged efivar --list | tee "$WORK/list" | wc -l)" 20
	packaged efivar --name "$GUID-OpalvmEfivar" --write --fromfile="$WORK/data" --attributes 7
	is "$(packaged efivar --name "$GUID-OpalvmEfivar" --print-decimal | wc -l)" 1
	is "$(var_read OpalvmEfivar)" "from efivar"
	packaged efivar --list | grep -x "$GUID-OpalvmEfivar"
	var_delete OpalvmEfivar
}

# What it says of firmware and Secure Boot is in variables.
bootctl_works()
{
	packaged bootctl --no-pager status > "$WORK/bootctl" 2>&1 || true
	cat "$WORK/bootctl"
	grep "Secure Boot: disabled (setup)" "$WORK/bootctl"
	grep "Boot into FW: supported" "$WORK/bootctl"
	packaged bootctl reboot-to-firmware true
	is "$(bytes "OsIndications-$GLOBAL")" "01 00 00 00 00 00 00 00"
	is "$(packaged bootctl reboot-to-firmware)" active
	packaged bootctl reboot-to-firmware false
	# it is for boot loaders that say who they are
	printf '\7\0\0\0o\0p\0a\0l\0\0\0' > "$(vars_dir)/LoaderInfo-$LOADER"
	packaged bootctl set-timeout 7
	is "$(bytes "LoaderConfigTimeout-$LOADER")" "37 00 00 00"
	packaged bootctl set-timeout ""
	absent "$(vars_dir)/LoaderConfigTimeout-$LOADER"
}

efi_pstore_binds()
{
	modprobe efi-pstore
	grep -xE 'efi(_pstore)?' /sys/module/pstore/parameters/backend
	mount -t pstore pstore /mnt
	umount /mnt
	fails "is in use" rmmod opalvm
	rmmod efi_pstore
}

# What Linux has of it needs no service: the kernel reads the table.
esrt_is_the_kernels()
{
	if [ -e /sys/firmware/efi/config_table ] &&
		grep -qi ESRT /sys/firmware/efi/systab; then
		[ -d /sys/firmware/efi/esrt ]
	else
		absent /sys/firmware/efi/esrt
	fi
}

unloads()
{
	is "$(get quarantine)" ""
	vars_umount
	unload
}

ktap_run are_ready "efivarfs is where all look for it" \
	efivar_works "efivar lists, writes and reads" \
	bootctl_works "bootctl reads and writes" \
	efi_pstore_binds "efi_pstore binds, and keeps the module" \
	esrt_is_the_kernels "the ESRT is there if the kernel found one, and not otherwise" \
	unloads "nothing is in quarantine, and the module unloads"
