#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# conflicts.sh: a normal boot, in which the module records the map, and a kexec
# that brings it to the next kernel twice: in a table, and, by the kernel's own
# means, in the EFI memory map. conflicts2.sh goes on there.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

loads_the_next_kernel()
{
	load
	is "$(get state)" recorded
	opalvm kexec -s /boot/vmlinuz-6.1 --initrd=/boot/initrd-6.1.img \
		--append="$(cat /test/append) efi=noruntime"
	is "$(cat /sys/kernel/kexec_loaded)" 1
}

ktap_run loads_the_next_kernel "the next kernel is loaded with the table"
exec > /dev/null 2>&1
opalvm kexec -e
