#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# secureboot.sh: a normal boot with Secure Boot on, which locks the kernel down.
# A signed module records the map, and the next kernel is loaded with it; it
# must be signed, too. secureboot2.sh or securestock2.sh goes on there.
#
# From the kernel's command line: NEXT, the kernel in /boot.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/lockdown_helpers.sh"

NEXT=${NEXT:-6.1}
INITRD=$WORK/initrd.img

records()
{
	load
	log_is_one_line "opalvm: efi: recorded for the next kernel: this one calls the services itself"
	is "$(get state)" recorded
}

kexec_load_is_refused()
{
	fails "kexec_load failed: Permission denied" opalvm kexec -l "/boot/vmlinuz-$NEXT"
	is "$(cat /sys/kernel/kexec_loaded)" 0
}

# The initrd of the next kernel also holds what that one needs to go on.
makes_the_initrd()
{
	cp "/boot/initrd-$NEXT.img" "$INITRD"
	(cd / && printf 'boot\nboot/%s\n' "vmlinuz-$NEXT" "initrd-$NEXT.img" |
		sort -u | cpio -o -H newc 2> /dev/null) >> "$INITRD"
}

loads_the_next_kernel()
{
	opalvm kexec -s "/boot/vmlinuz-$NEXT" --initrd="$INITRD" \
		--append="$(cat /test/append) NEXT=$NEXT efi=noruntime"
	is "$(cat /sys/kernel/kexec_loaded)" 1
	rm "$INITRD"
}

ktap_run \
	locked_by_secure_boot "Secure Boot locks the kernel down to integrity" \
	refuses_the_unsigned_module "an unsigned module is refused by the kernel" \
	records "the signed module records the map" \
	kexec_load_is_refused "kexec_load(), opalvm kexec -l, is refused by the kernel" \
	makes_the_initrd "the next kernel's initrd can be made" \
	loads_the_next_kernel "the tool loads a signed kernel with the table, -s"
sync
exec > /dev/null 2>&1
opalvm kexec -e
