#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo.sh: what tools/testing/vm/demo.sh shows of the first kernel.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/demo_helpers.sh"

echo "KTAP version 1"
echo "1..8"
disk_mount
show "this kernel leaves EFI alone" "uname -r; grep -o efi=noruntime /proc/cmdline"
show "the module hosts EFI" "insmod $KO; dmesg | grep -o 'opalvm: efi: hosted.*'"
show "what is hosted" "opalvm status"
show "where the firmware is mapped" "opalvm map"
opalvm map > /boot/map.first
show "the firmware's clock" "opalvm time"
show "the variables, through the kernel's own efivarfs" \
	"modprobe efivarfs; mount -t efivarfs efivarfs $VARS; ls $VARS | wc -l; efibootmgr"
show "a variable is written" \
	"printf '\\7\\0\\0\\0%s' 'written before hop 1' > $VARS/$DEMO; tail -c +5 $VARS/$DEMO; echo"
show_kexec "the next kernel is loaded, without EFI, with the map" 1
