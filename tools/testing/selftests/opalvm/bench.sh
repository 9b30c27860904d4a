#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bench.sh: goes from kernel to kernel, by plain kexec or with the map as the
# plan says, and marks what tools/testing/vm/bench.sh takes the time of. BENCH on
# the command line is how this kernel was reached: plain, hop, or nothing.
set -euo pipefail
# what comes first is timed: only what a hop needs
case ${BENCH-} in
plain) echo "bench: up plain" ;;
hop)
	echo "bench: up hop"
	start=${EPOCHREALTIME/./}
	insmod /opalvm/opalvm.ko
	echo "bench: hosting $((${EPOCHREALTIME/./} - start))"
	;;
esac
. "$(dirname "$0")/ktap_helpers.sh"

disk_mount
hop=$(cat /boot/hop 2> /dev/null || echo 0)
# a plain kexec has brought no table
case ${BENCH-} in
plain) insmod "$KO" handover=/boot/table ;;
'') insmod "$KO" ;;
esac
is "$(get state)" hosted
is "$(get hops)" "$hop"
time_is_right

hop=$((hop + 1))
read -r kernel kind < <(sed -n "${hop}p" /boot/plan) || exit 0
echo $hop > /boot/hop
next=("/boot/vmlinuz-$kernel" "--initrd=/boot/initrd-$kernel.img"
	"--append=$(cat /test/append) noefi BENCH=$kind")
sync
start=${EPOCHREALTIME/./}
if [ "$kind" = hop ]; then
	opalvm kexec -s "${next[@]}"
	go=(opalvm kexec -e)
else
	cat $ROOT/handover > /boot/table
	unload
	kexec -s -l "${next[@]}"
	go=(kexec -e)
fi
echo "bench: loaded $kind $((${EPOCHREALTIME/./} - start))"
umount /boot
# this closes the port, which waits until all is sent
exec > /dev/null 2>&1
echo "bench: go" > /dev/ttyS1
"${go[@]}"
