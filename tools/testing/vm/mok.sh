#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# mok.sh: makes what a PC has whose owner enrolled a key of his own, and prints
#   VARS  a variable store with Secure Boot on and Microsoft's keys, as machines are
#         sold, and with the snakeoil key as machine owner key
#   SHIM  the loader that Microsoft signed, and that trusts that key
# Nobody has to confirm anything: the store is written while no machine runs.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"

# the newest Debian that has a virt-fw-vars, whose Python can be used here
TOOL_SUITE=trixie TOOL=(python3-virt-firmware python3-importlib-resources python3-pefile)
SHIM_SUITE=bookworm
# of shim's variables
GUID=605dab50-e046-4300-abb6-3dd810dd8b23

final=$OPALVM_CACHE/firmware/mok-$(cat "$0" "$SNAKEOIL.pem" | sha256sum | cut -c1-8)

make_files()
{
	local dir=$1
	mkdir -p "$dir/unpacked"
	apt_unpack "$TOOL_SUITE" "$dir/unpacked" "${TOOL[@]}" || die "virt-fw-vars cannot be fetched: see above"
	apt_unpack "$SHIM_SUITE" "$dir/unpacked" shim-signed || die "shim cannot be fetched: see above"
	PYTHONPATH=$dir/unpacked/usr/lib/python3/dist-packages python3 -m virt.firmware.vars \
		--input /usr/share/OVMF/OVMF_VARS_4M.ms.fd --output "$dir/vars" \
		--add-mok "$GUID" "$SNAKEOIL.pem" > "$dir/log" 2>&1 ||
		{ cat "$dir/log" >&2; die "the key cannot be enrolled: see above"; }
	mv "$dir/unpacked/usr/lib/shim/shimx64.efi.signed" "$dir/shim"
	rm -r "$dir/unpacked"
}

mkdir -p "$OPALVM_CACHE/firmware"
lock mok
if [ ! -e "$final" ]; then
	apt_refresh "$TOOL_SUITE" || die "$TOOL_SUITE unreachable: run again later"
	apt_refresh "$SHIM_SUITE" || die "$SHIM_SUITE unreachable: run again later"
	rm -rf "$final.tmp"
	step "enrolling a machine owner key" make_files "$final.tmp"
	mv "$final.tmp" "$final"
	prune_siblings "$final" "$OPALVM_CACHE/firmware/mok-*"
fi
echo "VARS=$final/vars"
echo "SHIM=$final/shim"
