#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo_ppc64.sh: what tools/testing/vm/demo.sh shows of OPAL and RTAS, in the first
# kernel and in the one that comes by kexec.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/demo_helpers.sh"

PROPERTY=/proc/device-tree/chosen/opalvm,handover
LINE=$(printf 'hello from a call with the MMU on\n' | od -An -v -t x1 | tr -d ' \n')
LENGTH=$(printf %016x $((${#LINE} / 2)))
# token, no arguments, eight results
BLOCK=$(printf %08x 0 0 8 0 0 0 0 0 0 0 0)

show_opal()
{
	show "a line on the firmware's console" \
		"opalvm call OPAL_CONSOLE_WRITE 0 inout:$LENGTH in:$LINE"
	show "a chip's register, as the kernel's own call reads it" \
		"modprobe opal-prd; opalvm call OPAL_XSCOM_READ 0 0xf000f out:8; scom_read 0 0xf000f; opalvm call OPAL_XSCOM_READ 0 0xf000f out:8 | grep \$(scom_read 0 0xf000f)"
}

show_rtas()
{
	show "a call by its name" \
		"opalvm call get-time-of-day inout:$BLOCK"
}

echo "KTAP version 1"
if [ -d /proc/device-tree/ibm,opal ]; then
	firmware=opal tests=2
else
	firmware=rtas tests=1
fi
if [ ! -e $PROPERTY ]; then
	echo "1..$((tests + 5))"
	show "the module hosts ${firmware^^}" "uname -r; insmod $KO; dmesg | grep -o 'opalvm: $firmware: hosted.*'"
	show "what is hosted" "opalvm status"
	show "where the firmware is mapped" "opalvm map"
	show "the firmware's clock" "opalvm time; cat /sys/class/rtc/rtc0/time"
	show_$firmware
	show "the next kernel is loaded: the map is in its device tree" \
		"kexec -l /boot/vmlinuz-$NEXT --initrd=/boot/initrd-$NEXT.img --append='$(cat /test/append) NEXT=$NEXT'; ls -l $PROPERTY"
	echo "# \$ kexec -e"
	exec > /dev/null 2>&1
	kexec -e
fi
echo "1..$((tests + 2))"
show "the module hosts the same firmware" "uname -r; insmod $KO; opalvm status | grep -A8 'origin  *handover'"
show "the firmware's clock" "opalvm time"
show_$firmware
