#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# builtin.sh: runs where opalvm is part of the kernel (CONFIG_OPALVM=y), in a first
# kernel, which loads itself again with the map, and in the one after it.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

FIRST=/test/first-map

is_part_of_the_kernel()
{
	is "$(grep '^opalvm ' /proc/modules || :)" ""
	absent /opalvm/opalvm.ko
	grep -x 'CONFIG_OPALVM=y' <<< "$(zcat /proc/config.gz)"
}

hosts()
{
	is "$(get state)" hosted
	is "$(get origin)" "$1"
	is "$(get hops)" "$2"
	is "$(get quarantine)" ""
	time_is_right
}

# no helper process donated it
has_its_own_mm()
{
	is "$(dmesg | grep 'no address space' || :)" ""
	grep -x 'opalvm/efi' <<< "$(cat /proc/[0-9]*/comm 2> /dev/null)"
}

serves_variables()
{
	insmod /test/efivarfs.ko
	mount -t efivarfs efivarfs "$(vars_dir)"
	var_write OpalvmBuiltin 7 "from the first kernel"
	is "$(var_read OpalvmBuiltin)" "from the first kernel"
}

still_has_the_variable()
{
	insmod /test/efivarfs.ko
	mount -t efivarfs efivarfs "$(vars_dir)"
	is "$(var_read OpalvmBuiltin)" "from the first kernel"
}

loads_itself()
{
	local initrd=$WORK/initrd.img name
	mkdir -p "$WORK/stage/test"
	map > "$WORK/stage/$FIRST"
	for name in systab generation placement; do
		get $name > "$WORK/stage/test/first-$name"
	done
	grep . "$EFI"/services/*/entry > "$WORK/stage/test/first-entries"
	cp /boot/initrd-6.1.img "$initrd"
	(cd "$WORK/stage" && find . -type f | cpio -o -H newc 2> /dev/null) >> "$initrd"
	opalvm kexec -s /boot/vmlinuz-builtin --initrd="$initrd" \
		--append="$(cat /test/append) efi=noruntime"
	is "$(cat /sys/kernel/kexec_loaded)" 1
}

if [ -e $FIRST ]; then
	ktap_run \
		is_part_of_the_kernel "after the hop: opalvm is part of the kernel" \
		"hosts handover 1" "after the hop: it hosts with the table in the initramfs" \
		map_is_identical "after the hop: the map is the same" \
		still_has_the_variable "after the hop: the variable is read"
	exit
fi
ktap_run \
	is_part_of_the_kernel "opalvm is part of the kernel" \
	"hosts identity 0" "it hosts" \
	has_its_own_mm "it has an address space of its own" \
	serves_variables "EFI variables are written and read" \
	loads_itself "the tool loads the same kernel with the table"
sync
exec > /dev/null 2>&1
opalvm kexec -e
