#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# test.sh [machine...]: boots the firmware, as it is and faulty, with a kernel of
# our own (payload/) that calls it with translation on, and checks what it says.
# The machines are those of qemu-system-ppc64; powernv9 and powernv10 if none is
# given. Prints TAP of the payload, and a line for each boot to stderr.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../../vm/lib.sh
. "$here/../../vm/lib.sh"

CROSS=powerpc64le-linux-gnu-
BOOT_SECONDS=120
[ $# -gt 0 ] || set -- powernv9 powernv10

command -v qemu-system-ppc64 > /dev/null ||
	die "no qemu-system-ppc64: apt-get install qemu-system-ppc"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# No libc, no interrupts, no vector registers: the firmware does not use them
# either. The warning is about what it is: one piece, mapped as a whole.
"${CROSS}gcc" -O1 -mcpu=power8 -mlittle-endian -mabi=elfv2 -ffreestanding -fno-builtin -nostdlib \
	-static -fno-pic -fno-stack-protector -msoft-float -mno-vsx -mno-altivec -Wall -Werror \
	-Wl,-T,"$here/payload/payload.lds" -Wl,--build-id=none -Wl,--no-warn-rwx-segments \
	-o "$work/payload.elf" "$here/payload/start.S" "$here/payload/main.c"
"${CROSS}objcopy" -O binary "$work/payload.elf" "$work/payload"

# boot MACHINE LID: one CPU; with two, powernv10 of qemu 7.2 stops before the
# payload with any skiboot
boot()
{
	timeout "$BOOT_SECONDS" qemu-system-ppc64 -M "$1" -m 2G -smp 1 -bios "$2" \
		-kernel "$work/payload" -display none -net none -serial stdio -monitor none \
		< /dev/null 2>&1 | tr -d '\r' > "$work/log" || true
	grep -a -E '^(ok |not ok |# |1\.\.|Bail)' "$work/log" || true
	grep -a -q '^1\.\.' "$work/log" && grep -a -q -x '# failed 0' "$work/log"
}

failed=0
for kind in "" --faulty; do
	lid=$("$here/build.sh" $kind)
	for machine in "$@"; do
		start=$SECONDS
		if boot "$machine" "$lid"; then
			say "$machine${kind:+ }$kind: $(grep -a -c '^ok' "$work/log") tests passed: $((SECONDS - start)) s"
		else
			tail -5 "$work/log" >&2
			say "$machine${kind:+ }$kind: failed"
			failed=1
		fi
	done
done
exit $failed
