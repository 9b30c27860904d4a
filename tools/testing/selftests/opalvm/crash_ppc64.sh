#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# crash_ppc64.sh: the kernel panics beside OPAL or RTAS, with the map in a crash
# kernel (with crashkernel=). crash_ppc642.sh finds itself there.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

KERNEL=$(basename /boot/vmlinuz-*)

hosts()
{
	load
	is "$(cat $ROOT/*/state)" hosted
	cat $ROOT/*/time
}

# Resetting the host bridges of powernv takes QEMU longer than the watchdogs wait.
loads_the_crash_kernel()
{
	opalvm kexec -p "/boot/$KERNEL" --initrd="/boot/${KERNEL/vmlinuz/initrd}.img" \
		--append="$(cat /test/append) nr_cpus=1 noirqdistrib reset_devices irqpoll nowatchdog"
	is "$(cat /sys/kernel/kexec_crash_loaded)" 1
}

ktap_run hosts "the module hosts" \
	loads_the_crash_kernel "a crash kernel is loaded with the map"
exec > /dev/null 2>&1
# someone is in the firmware, or was a moment ago
(while read -r _ < "$(echo $ROOT/*/time)"; do :; done) &
sleep 1
echo c > /proc/sysrq-trigger
