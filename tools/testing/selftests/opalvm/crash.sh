#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# crash.sh: the kernel panics with the map in a crash kernel (with
# efi=noruntime unknown_nmi_panic crashkernel=). crash2.sh keeps the reason
# there, crash3.sh finds it in the boot after that. HOW, from the kernel's
# command line:
#	nmi	while the firmware reads a variable, on the CPU that is in the
#		firmware, by an NMI, which comes from outside
#	idle	while the firmware is at rest, by sysrq
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

loads()
{
	load
	is "$(get state)" hosted
	vars_mount
	var_write OpalvmCrash 7 "before the crash"
	is "$(get quarantine)" ""
}

loads_the_crash_kernel()
{
	opalvm kexec -p -s /boot/vmlinuz-6.1 --initrd=/boot/initrd-6.1.img \
		--append="$(cat /test/append) noefi HOW=$HOW nr_cpus=1 reset_devices"
	is "$(cat /sys/kernel/kexec_crash_loaded)" 1
}

ktap_run loads "the module hosts" \
	loads_the_crash_kernel "$HOW: a crash kernel is loaded with the map"
case $HOW in
nmi)
	map | sed 's/^/# extent /'
	echo "# reading variables"
	variable=$(vars_dir)/OpalvmCrash-$GUID
	while :; do
		read -r -N 64 _ < "$variable" || true
	done
	;;
idle)
	exec > /dev/null 2>&1
	echo c > /proc/sysrq-trigger
	;;
esac
