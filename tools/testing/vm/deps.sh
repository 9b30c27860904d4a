#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# deps.sh [PACKAGE...]: installs what the scripts here need from the host's own
# release, or these packages: only what is missing, so a second run does nothing.
set -euo pipefail

PACKAGES=(
	# the tool, and the module for the host release's kernel
	bc bison flex gcc gcc-12 libc6-dev libelf-dev libelf1 libjson-c-dev libsmartcols-dev libssl3
	libtraceevent-dev libtracefs-dev make pkg-config sparse zlib1g-dev
	# the same for 64-bit POWER
	gcc-12-powerpc64le-linux-gnu gcc-powerpc64le-linux-gnu libc6-dev-ppc64el-cross
	# the debug kernel
	libssl-dev openssl
	# other kernels and roots
	ca-certificates debian-archive-keyring cpio e2fsprogs kmod mawk mmdebstrap mount patch rsync
	util-linux xz-utils zstd
	# guests
	binutils gnu-efi ovmf qemu-system-ppc qemu-system-x86 sbsigntool systemd-boot-efi
	# fuzzers
	clang libclang-rt-dev llvm
	# the documentation, and the test of its tutorial
	python3-pexpect python3-sphinx
	# the scripts themselves
	jq mandoc perl python3 python3-cryptography shellcheck
)
[ $# = 0 ] || PACKAGES=("$@")
# elsewhere the build itself tells what is missing
command -v dpkg-query > /dev/null || exit 0

missing=()
for p in "${PACKAGES[@]}"; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q ' installed$' || missing+=("$p")
done
[ ${#missing[@]} -gt 0 ] || exit 0

sudo=()
if [ "$(id -u)" != 0 ]; then
	command -v sudo > /dev/null || {
		echo "vm: error: not root and no sudo: install by hand: ${missing[*]}" >&2
		exit 1
	}
	sudo=(sudo)
fi

install_missing()
{
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends "${missing[@]}"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "vm: installing ${missing[*]} ..." >&2
start=$SECONDS
# The lists may be missing or too old: then, and only then, fetch them.
install_missing > "$log" 2>&1 || {
	"${sudo[@]}" apt-get update -q >> "$log" 2>&1
	install_missing >> "$log" 2>&1
} || {
	tail -5 "$log" >&2
	echo "vm: error: apt could not install the packages above: mend apt, run again" >&2
	exit 1
}
echo "vm: installed ${#missing[@]} packages: $((SECONDS - start)) s" >&2
