#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# packaged.sh SUITE PACKAGE PROGRAM: fetches PROGRAM as Debian ships it in PACKAGE, and
# prints the directory that has it, its libraries in lib/, and in lib/ as well the
# loader that runs it in any guest: lib/ld* --library-path lib ./PROGRAM
#
# SUITE is as apt.sh has it. What was fetched is kept, and used while SUITE has no
# newer one.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"

[ $# = 3 ] || die "usage: packaged.sh SUITE PACKAGE PROGRAM"
suite=$1 package=$2 program=$3
base=$OPALVM_CACHE/guests/$package-$suite

unpack_package()
{
	local packages
	mapfile -t packages < <(apt_closure "$suite" "$package")
	mkdir -p "$1/root" "$1/lib"
	apt_unpack "$suite" "$1/root" "${packages[@]}" || return 1
	cp "$(find "$1"/root/usr/{,s}bin "$1"/root/{,s}bin -name "$program" -print -quit 2> /dev/null)" "$1/"
	copy_libraries "$1/$program" "$1"
	rm -r "$1/root"
	echo "$version" > "$1/version"
}

# copy_libraries FILE DIR: what it needs, and what that needs
copy_libraries()
{
	local name found
	for name in $(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p'; readelf -lW "$1" |
		sed -n 's#.*program interpreter: .*/\(.*\)\]$#\1#p'); do
		[ ! -e "$2/lib/$name" ] || continue
		found=$(find "$2/root" -name "$name" -print -quit)
		[ -n "$found" ] || die "$program needs $name, which none of its packages has: mend packaged.sh"
		cp -L "$found" "$2/lib/"
		copy_libraries "$2/lib/$name" "$2"
	done
}

mkdir -p "$OPALVM_CACHE/guests"
lock "package-$package"
version=''
! apt_refresh "$suite" || version=$(apt_version "$suite" "$package")
[ -n "$version" ] || version=$(cat "$base"-*/version 2> /dev/null | tail -1)
[ -n "$version" ] || give_up "$suite" "it offers no $package: look at $OPALVM_CACHE/apt/$suite/update.log"
dir=$base-$version
if [ ! -e "$dir" ]; then
	rm -rf "$dir.tmp"
	step "fetching $package $version" unpack_package "$dir.tmp" ||
		give_up "$suite" "$package $version cannot be fetched: run again later"
	mv "$dir.tmp" "$dir"
	prune_siblings "$dir" "$base-*"
fi
unlock "package-$package"
echo "$dir"
