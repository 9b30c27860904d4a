#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# build.sh: a UEFI runtime driver that misbehaves on request (faulty.c), as an
# option ROM. Prints its path, for QEMU: -device pci-testdev,romfile=PATH
#
# What was built is kept in the cache until the sources or the compiler change.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../../vm/lib.sh
. "$here/../../vm/lib.sh"

EFI_INCLUDE=/usr/include/efi EFI_LIB=/usr/lib
SOURCES=("$here/faulty.c" "$here/rom.S")

[ -e "$EFI_LIB/crt0-efi-x86_64.o" ] || die "no $EFI_LIB/crt0-efi-x86_64.o: run deps.sh"

cache=$OPALVM_CACHE/firmware/faulty-efi
key=$({
	cat "${SOURCES[@]}" "$here/build.sh" "$EFI_LIB/crt0-efi-x86_64.o"
	gcc --version
	ld --version
} | sha256sum | cut -c1-16)
out=$cache/$key

build()
{
	local tmp=$out.tmp
	rm -rf "$tmp"
	mkdir -p "$tmp"
	gcc -c -O2 -Wall -Wextra -Wno-unused-parameter -Werror -ffreestanding -fpic -fshort-wchar \
		-fvisibility=hidden -fno-stack-protector -fcf-protection=none -fno-jump-tables \
		-fno-tree-loop-distribute-patterns -fno-asynchronous-unwind-tables \
		-mno-red-zone -mgeneral-regs-only -DGNU_EFI_USE_MS_ABI -maccumulate-outgoing-args \
		-I "$EFI_INCLUDE" -I "$EFI_INCLUDE/x86_64" -o "$tmp/faulty.o" "$here/faulty.c"
	ld -shared -Bsymbolic -nostdlib -znocombreloc -znoexecstack -T "$EFI_LIB/elf_x86_64_efi.lds" \
		-o "$tmp/faulty.so" "$EFI_LIB/crt0-efi-x86_64.o" "$tmp/faulty.o" "$EFI_LIB/libgnuefi.a"
	# nothing but what gnu-efi itself brings may need to be relocated
	! readelf -rW "$tmp/faulty.o" | grep -E 'R_X86_64_(64|GOT|REX_GOT)' ||
		die "faulty.c holds addresses that SetVirtualAddressMap would leave behind: see above"
	objcopy -j .text -j .data -j .dynamic -j .dynsym -j '.rel*' -j '.rela*' -j .reloc \
		--target efi-rtdrv-x86_64 "$tmp/faulty.so" "$tmp/faulty.efi"
	gcc -c -DDRIVER="\"$tmp/faulty.efi\"" -o "$tmp/rom.o" "$here/rom.S"
	objcopy -O binary -j .rom "$tmp/rom.o" "$tmp/faulty.rom"
	mv "$tmp" "$out"
	prune_siblings "$out" "$cache/????????????????"
}

lock faulty-efi
[ -e "$out/faulty.rom" ] || step "building the driver that misbehaves" build
unlock faulty-efi
echo "$out/faulty.rom"
