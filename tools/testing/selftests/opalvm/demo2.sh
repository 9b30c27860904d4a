#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo2.sh: what tools/testing/vm/demo.sh shows of the kernels after each hop:
# much of the first, and that it is the same in the others.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/demo_helpers.sh"

disk_mount
hop=$(cat /boot/hop)
hops=$(wc -l < /boot/plan)
same="opalvm map | cmp - /boot/map.first && echo identical"
see="modprobe efivarfs; mount -t efivarfs efivarfs $VARS; cd $VARS; tail -c +5 $DEMO | grep 'before hop $hop'"

echo "KTAP version 1"
echo "1..$((hop == 1 ? 6 : 4))"
if [ "$hop" = 1 ]; then
	show "this kernel has no EFI" \
		"uname -r; grep -o noefi /proc/cmdline; ls -l /opalvm.handover; test ! -e /sys/firmware/efi/runtime"
	show "the module hosts the same firmware" "insmod $KO; opalvm status"
	show "at the same addresses" "opalvm map; $same"
	show "the firmware's clock" "opalvm time"
else
	show "this kernel is another one" "grep -o '$(hop_options "$hop")' /proc/cmdline"
	show "the same firmware at the same addresses" \
		"insmod $KO; opalvm status | grep hops; $same; opalvm time"
fi
if [ "$hop" -lt "$hops" ]; then
	next=$((hop + 1))
	show "the variable is still there, and another value is written" \
		"$see; chattr -i $DEMO; printf '\\7\\0\\0\\0%s' 'written before hop $next' > $DEMO"
	show_kexec "the next kernel is loaded" $next
fi
show "the variable is still there" "$see"
show "and can be deleted" "cd $VARS; chattr -i $DEMO; rm $DEMO; test ! -e $DEMO"
