#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo.sh: what tools/testing/vm/demo.sh shows of the first kernel.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/demo_helpers.sh"

INITRD=$WORK/initrd.img

# The map of this kernel goes along, to be compared with.
note_the_map()
{
	opalvm map > "$WORK/map.first"
	cp /boot/initrd-6.1.img "$INITRD"
	(cd "$WORK" && echo map.first | cpio -o -H newc 2> /dev/null) >> "$INITRD"
}

echo "KTAP version 1"
echo "1..8"
show "this kernel leaves EFI alone" "uname -r; grep -o efi=noruntime /proc/cmdline"
show "the module hosts EFI" "insmod $KO; dmesg | grep -o 'opalvm: efi: hosted.*'"
show "what is hosted" "opalvm status"
show "where the firmware is mapped" "opalvm map"
note_the_map
show "the firmware's clock" "opalvm time"
show "the variables, through the kernel's own efivarfs" \
	"modprobe efivarfs; mount -t efivarfs efivarfs $VARS; ls $VARS | wc -l; efibootmgr"
show "a variable is written" \
	"printf '\\7\\0\\0\\0%s' 'written before the kexec' > $VARS/$DEMO; tail -c +5 $VARS/$DEMO; echo"
show "the next kernel is loaded, without EFI, with the map" \
	"opalvm kexec -s /boot/vmlinuz-6.1 --initrd=$INITRD --append='$(cat /test/append) noefi'; cat /sys/kernel/kexec_loaded"
echo "# \$ opalvm kexec -e"
exec > /dev/null 2>&1
opalvm kexec -e
