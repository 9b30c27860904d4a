#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# hopstock.sh, hopstock2.sh: the kernel calls EFI itself, and plain kexec,
# without a table of ours, starts one that does not (efi=noruntime). What the
# stock kernels pass on is enough to host the firmware where it is.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

loads_the_next_kernel()
{
	absent "$EFI"
	kexec -s -l "/boot/vmlinuz-6.1" --initrd=/boot/initrd-6.1.img \
		--append="$(cat /test/append) efi=noruntime"
	is "$(cat /sys/kernel/kexec_loaded)" 1
}

ktap_run loads_the_next_kernel "plain kexec loads the next kernel"
sync
kexec -e
