# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The source package of 6.1, from which the debug kernel and KUnit are made, or that
# of another kernel. Sourced; needs lib.sh and apt.sh.

SOURCE_SUITE=bookworm
SOURCE_PACKAGE=linux-source-6.1

# source_of KERNEL: what follows is about the source of that one
source_of()
{
	local series=${1#ppc64-}
	SOURCE_SUITE=$(kernel_suite "$1")
	SOURCE_PACKAGE=linux-source-${series%-rt}
}

# source_version: the newest that the suite offers
source_version()
{
	apt_refresh "$SOURCE_SUITE" ||
		give_up "$SOURCE_SUITE" "suite unreachable: look at $OPALVM_CACHE/apt/$SOURCE_SUITE/update.log"
	apt_version "$SOURCE_SUITE" "$SOURCE_PACKAGE" | grep . ||
		give_up "$SOURCE_SUITE" "it offers no $SOURCE_PACKAGE: look at its package list"
}

fetch_source()
{
	apt_unpack "$SOURCE_SUITE" "$1" "$SOURCE_PACKAGE" || return 1
	mv "$1/usr/src/$SOURCE_PACKAGE.tar.xz" "$2"
}

# source_unpack VERSION DIR [PATH...]: the whole tree, or these parts of it
source_unpack()
{
	local version=$1 dir=$2 tarball=$OPALVM_CACHE/source/$SOURCE_PACKAGE-$1.tar.xz
	shift 2
	mkdir -p "$OPALVM_CACHE/source"
	lock source
	if [ ! -e "$tarball" ]; then
		rm -rf "$OPALVM_CACHE/source/"{"$SOURCE_PACKAGE"-*.tar.xz,tmp}
		mkdir "$OPALVM_CACHE/source/tmp"
		step "fetching $SOURCE_PACKAGE $version" fetch_source "$OPALVM_CACHE/source/tmp" "$tarball" ||
			give_up "$SOURCE_SUITE" "$SOURCE_PACKAGE $version cannot be fetched: run again later"
		rm -r "$OPALVM_CACHE/source/tmp"
	fi
	unlock source
	step "unpacking ${*:-$SOURCE_PACKAGE $version}" \
		tar -x -f "$tarball" -C "$dir" --strip-components=1 "${@/#/$SOURCE_PACKAGE/}"
}

# source_part VERSION PATH...: these parts in a directory of their own, which
# it prints and which stays
source_part()
{
	local version=$1 dir
	shift
	dir=$OPALVM_CACHE/source/$version-$(tr / . <<< "$*" | tr ' ' +)
	lock source-part
	if [ ! -e "$dir" ]; then
		mkdir -p "$dir.tmp"
		source_unpack "$version" "$dir.tmp" "$@"
		mv "$dir.tmp" "$dir"
	fi
	unlock source-part
	echo "$dir"
}
