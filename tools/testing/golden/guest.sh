#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# guest.sh: runs in the guest for capture.sh: sends tables and a live state
# page as text.
set -euo pipefail
# shellcheck source=../selftests/opalvm/ktap_helpers.sh
. "$(dirname "$0")/ktap_helpers.sh"

# send NAME FILE
send()
{
	echo "golden-begin $1"
	base64 "$2"
	echo "golden-end"
}

# The page is the kernel's memory: /proc/kcore has it, as an ELF file whose
# program headers tell where.
state_page()
{
	local pa segment offset start size n
	pa=$(word $ROOT/handover 48 8)
	for ((n = 0; n < $(word /proc/kcore 56 2); n++)); do
		segment=$((64 + n * 56))
		offset=$(word /proc/kcore $((segment + 8)) 8)
		start=$(word /proc/kcore $((segment + 24)) 8)
		size=$(word /proc/kcore $((segment + 40)) 8)
		# -1: none, as in vmalloc space
		((start >= 0 && pa >= start && pa < start + size)) || continue
		dd if=/proc/kcore bs=4096 count=1 iflag=skip_bytes skip=$((offset + pa - start)) 2> /dev/null
		return
	done
	echo "no memory at $pa in /proc/kcore" >&2
	return 1
}

# Long enough to be broken off
write_slowly()
{
	{ printf '\007\0\0\0'; head -c 24000 /dev/urandom; } > "$WORK/value"
	dd if="$WORK/value" of="$(vars_dir)/OpalvmLong-$GUID" bs=64k conv=notrunc 2> /dev/null
}

load
table=$ROOT/handover
case $(cat /proc/cmdline) in
*noefi*) send efi-hop $table; exit ;;
*efi=noruntime*) send efi-identity $table ;;
*) send efi-recorded $table; exit ;;
esac

unload
load placement=assigned
send efi-assigned $table

vars_mount
echo 1 > $EFI/services/SetVariable/deadline_ms
fails "" write_slowly
is "$(get services/SetVariable/state)" spoiled
send efi-quarantine $table
state_page > "$WORK/page"
send state-page "$WORK/page"

opalvm kexec -s /boot/vmlinuz-6.1 --initrd=/boot/initrd-6.1.img --append="$(cat /test/append) noefi"
exec opalvm kexec -e > /dev/null 2>&1
