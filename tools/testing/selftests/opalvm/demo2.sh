#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo2.sh: what tools/testing/vm/demo.sh shows of the second kernel.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/demo_helpers.sh"

echo "KTAP version 1"
echo "1..6"
show "this kernel has no EFI" \
	"uname -r; grep -o noefi /proc/cmdline; ls -l /opalvm.handover; test ! -e /sys/firmware/efi/runtime"
show "the module hosts the same firmware" "insmod $KO; opalvm status"
show "at the same addresses" "opalvm map; opalvm map | cmp - /map.first && echo identical"
show "the firmware's clock" "opalvm time"
show "the variable is still there" \
	"modprobe efivarfs; mount -t efivarfs efivarfs $(vars_dir); tail -c +5 $(vars_dir)/$DEMO | grep 'before the kexec'"
show "and can be deleted" \
	"chattr -i $(vars_dir)/$DEMO; rm $(vars_dir)/$DEMO; test ! -e $(vars_dir)/$DEMO"
