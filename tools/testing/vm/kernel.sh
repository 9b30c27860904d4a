#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernel.sh KERNEL: fetches and unpacks image, modules and headers of the
# newest package, and prints where they are, one NAME=VALUE a line:
#   VERSION  the package's version
#   RELEASE  what uname -r says
#   IMAGE    the bootable image
#   MODULES  the directory that holds lib/modules
#   HEADERS  the directory to build against
#   GCC      the package with the compiler its headers ask for
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"

[ $# = 1 ] || die "usage: kernel.sh KERNEL, one of: $KERNELS $PPC64_KERNELS"
kernel=$1
[[ $kernel != *debug ]] || exec "$VM_DIR/debug-kernel.sh" "$kernel"
suite=$(kernel_suite "$kernel")
lists=$(kernel_lists "$kernel")
flavour=$(kernel_flavour "$kernel")
cross=$(kernel_cross "$kernel")
link=$OPALVM_CACHE/kernels/$kernel

# Debian's headers name each other by absolute paths: make them true here.
# The paths hold in the chroots too, where the cache keeps its own name.
relocate_headers()
{
	local dir=$1 final=$2 headers=$3
	sed -i "s#/usr/src/#$final/usr/src/#g" "$dir/usr/src/$headers/Makefile"
}

# Where a suite omits the script that tells make whether sparse is usable,
# sparse is switched off silently: supply the check.
supply_checker_valid()
{
	local common
	common=$(echo "$1"/usr/src/*-common*)
	grep -q checker-valid.sh "$common/Makefile" || return 0
	[ ! -e "$common/scripts/checker-valid.sh" ] || return 0
	install -m 755 "$VM_DIR/checker-valid.sh" "$common/scripts/"
}

# The programs that build modules run here: those of another architecture are
# replaced by this one's of the same version.
fetch_kbuild()
{
	local dir=$1 kbuild
	[ "$lists" != "$suite" ] || return 0
	apt_refresh "$suite" || return 1
	kbuild=$(basename "$dir"/usr/lib/linux-kbuild-*)
	rm -r "$dir/usr/lib/$kbuild"
	apt_unpack "$suite" "$dir" "$kbuild=$version"
}

unpack_kernel()
{
	local dir=$1 final=$2 release headers gcc image
	shift 2
	apt_unpack "$lists" "$dir" "$@" || return 1
	fetch_kbuild "$dir" || return 1
	[ -d "$dir/lib/modules" ] || ln -s usr/lib "$dir/lib"
	release=$(basename "$dir"/lib/modules/*)
	headers=linux-headers-$release
	mkdir -p "$dir/boot"
	image=$(cd "$dir" && find boot "lib/modules/$release" -maxdepth 1 -name 'vmlinu[xz]*' -print -quit)
	[ -n "$image" ] || die "$kernel: no image in $*: the package has changed, mend kernel.sh"
	gcc=$(grep -o 'gcc-[0-9]*' <<< "$*-$(apt_in "$lists" apt-cache depends "$headers")" | head -1)
	gcc+=${cross:+-${cross%-}}
	relocate_headers "$dir" "$final" "$headers"
	supply_checker_valid "$dir"
	cat > "$dir/info" <<-END
		VERSION=$version
		RELEASE=$release
		IMAGE=$final/$image
		MODULES=$final
		HEADERS=$final/usr/src/$headers
		GCC=$gcc
	END
}

fetch_kernel()
{
	local final tmp names
	final=$link-$version
	if [ ! -e "$final" ]; then
		mapfile -t names < <(apt_closure "$lists" "linux-image-$flavour" "linux-headers-$flavour" |
			grep -E '^linux-(image|modules|binary|base|headers|kbuild)-[0-9]' | grep -v unsigned)
		tmp=$final.tmp
		rm -rf "$tmp"
		mkdir -p "$tmp"
		step "fetching kernel $kernel: $version of $suite" unpack_kernel "$tmp" "$final" "${names[@]}" ||
			give_up "$suite" "linux-image-$flavour $version cannot be fetched: run again later"
		mv "$tmp" "$final"
	fi
	ln -sfn "$(basename "$final")" "$link.new"
	mv -T "$link.new" "$link"
}

mkdir -p "$OPALVM_CACHE/kernels"
lock "kernel-$kernel"
apt_refresh "$lists" || give_up "$suite" "suite unreachable: look at $OPALVM_CACHE/apt/$lists/update.log"
if [ ! -e "$link/info" ] || [ "$OPALVM_CACHE/apt/$lists/updated" -nt "$link/checked" ]; then
	version=$(apt_version "$lists" "linux-image-$flavour")
	[ -n "$version" ] || give_up "$suite" "it offers no linux-image-$flavour: look at its package list"
	fetch_kernel
	touch "$link/checked"
	prune_siblings "$link-$version" "$link-[0-9]*"
	say "kernel $kernel is $version"
fi
cat "$link/info"
