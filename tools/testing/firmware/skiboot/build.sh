#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# build.sh [--faulty] [--check]: an OPAL with the V4 interface, which is
# Documentation/firmware-guide/opal-v4.rst: skiboot as in Debian's source
# package of qemu, with the patches next to this script. Prints the path of
# skiboot.lid, for qemu-system-ppc64 -bios.
#
# --faulty: the one that faults on demand, see include/opal-v4-faulty.h in it
# --check: also run skiboot's own unit tests
#
# What was built is kept in the cache until the patches, the source or the
# compiler change.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../../vm/lib.sh
. "$here/../../vm/lib.sh"
# shellcheck source=../../vm/apt.sh
. "$here/../../vm/apt.sh"

SOURCE_SUITE=bookworm
SOURCE_PACKAGE=qemu
SOURCE_PATH=roms/skiboot
CROSS=powerpc64le-linux-gnu-

cache=$OPALVM_CACHE/firmware/skiboot
faulty=0
check=n
while [ $# -gt 0 ]; do
	case $1 in
	--faulty) faulty=1 ;;
	--check) check=y ;;
	*) die "unknown argument '$1': see the head of $0" ;;
	esac
	shift
done

for tool in "${CROSS}gcc" make patch xz; do
	command -v "$tool" > /dev/null ||
		die "no $tool: apt-get install gcc-powerpc64le-linux-gnu make patch xz-utils"
done

fetch_source()
{
	local d=$cache/apt tmp=$cache/source.tmp
	# The suite's private lists have binary packages only: these have sources.
	local apt=(apt-get -o "Dir::Etc::SourceList=$d/sources.list" -o "Dir::State::Lists=$d/lists")

	mkdir -p "$d/lists/partial"
	rm -rf "$tmp"
	mkdir "$tmp"
	sed 's/^deb /deb-src /' "$OPALVM_CACHE/apt/$SOURCE_SUITE/sources.list" > "$d/sources.list"
	apt_in "$SOURCE_SUITE" "${apt[@]}" update > "$tmp/log" 2>&1 ||
		{ tail -3 "$tmp/log" >&2; return 1; }
	(cd "$tmp" && apt_in "$SOURCE_SUITE" "${apt[@]}" --tar-only --download-only \
		source "$SOURCE_PACKAGE" >> log 2>&1) ||
		{ tail -3 "$tmp/log" >&2; return 1; }
	mkdir "$tmp/tree"
	tar -x -f "$tmp/${SOURCE_PACKAGE}"_*.orig.tar.xz -C "$tmp/tree" --no-same-owner \
		--strip-components=3 --wildcards "*/$SOURCE_PATH"
	[ -e "$tmp/tree/skiboot.lds.S" ] || return 1
	# The same bytes for the same source, whenever it was fetched
	tar -c -C "$tmp/tree" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner . |
		xz -1 > "$tmp/skiboot.tar.xz"
	mv "$tmp/skiboot.tar.xz" "$cache/skiboot.tar.xz"
	rm -rf "$tmp"
}

unpack()
{
	local p

	rm -rf "$1"
	mkdir -p "$1"
	tar -x -f "$cache/skiboot.tar.xz" -C "$1"
	for p in "$here"/patches/*.patch; do
		patch -d "$1" -p1 -s --no-backup-if-mismatch < "$p" ||
			{ say "${p##*/} does not apply"; return 1; }
	done
}

skiboot_make()
{
	make -C "$work" -j"$(nproc)" CROSS="$CROSS" LITTLE_ENDIAN=1 GIT_DIR=0 \
		VERSION="$version" FAULTY="$faulty" "$@" > "$log" 2>&1 ||
		{ grep -E 'rror|assert|\*\*\*' "$log" | tail -5 >&2; say "the log is $log"; return 1; }
}

# The files that the patches touch are built into most of these.
run_checks()
{
	local valgrind=1

	command -v valgrind > /dev/null || valgrind=0
	skiboot_make USE_VALGRIND="$valgrind" core-check hw-check
	say "unit tests passed: $(sed -n 's,.*RUN-TEST.*/\(run-\)\?,,p' "$log" | sort | xargs)"
}

mkdir -p "$cache"
lock skiboot
if [ ! -e "$cache/skiboot.tar.xz" ]; then
	apt_refresh "$SOURCE_SUITE" ||
		die "$SOURCE_SUITE is unreachable: look at $OPALVM_CACHE/apt/$SOURCE_SUITE/update.log"
	step "fetching the source of skiboot" fetch_source
fi

key=$({
	sha256sum < "$cache/skiboot.tar.xz"
	cat "$here"/patches/*.patch "$here/build.sh"
	"${CROSS}gcc" --version
	echo "$faulty"
} | sha256sum | cut -c1-16)
version=opal-v4-$key
out=$cache/$key
work=$cache/build-$faulty
log=$cache/build-$faulty.log

if [ ! -e "$out/skiboot.lid" ] || [ "$check" = y ]; then
	step "unpacking and patching skiboot" unpack "$work"
fi
if [ ! -e "$out/skiboot.lid" ]; then
	step "building skiboot$([ "$faulty" = 0 ] || echo ' (faulty)')" skiboot_make skiboot.lid
	mkdir -p "$out.tmp"
	cp "$work/skiboot.lid" "$work/skiboot.elf" "$out.tmp"
	rm -rf "$out"
	mv "$out.tmp" "$out"
	prune_siblings "$out" "$cache/????????????????"
fi
[ "$check" = n ] || step "running skiboot's unit tests" run_checks
unlock skiboot

echo "$out/skiboot.lid"
