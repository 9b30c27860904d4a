#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# deb.sh DIR [VERSION]: builds the packages in a chroot of Debian 12, has lintian
# look at them, and leaves them in DIR. With VERSION they get that number, for tests of
# upgrades, and are not looked at.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# = 1 ] || [ $# = 2 ] || die "usage: deb.sh DIR [VERSION]"
mkdir -p "$1"
dir=$(cd "$1" && pwd)
version=${2-}
work=$(build_dir packages "${version:-deb}")

# A newer entry above the others
set_version()
{
	local name=$1 file=$work/opalvm/debian/changelog
	{
		sed "1s/(.*)/($name)/" "$file"
		echo
		cat "$file"
	} > "$work/changelog"
	mv "$work/changelog" "$file"
}

copy_tree()
{
	rm -rf "$work"
	mkdir -p "$work/opalvm"
	rsync -a --delete --exclude='/.*' --exclude='*.o' --exclude='*.ko' --exclude='*.mod*' \
		--exclude='.*.cmd' --exclude=Module.symvers --exclude=modules.order \
		--exclude=/deb --exclude=/rpm "$OPALVM_SRC/" "$work/opalvm/"
	[ -z "$version" ] || set_version "$version"
}

# run NAME command...: in the chroot; prints what was said if it fails
run()
{
	local name=$1 log=$work/$1.log
	shift
	(cd "$work/opalvm" && "$VM_DIR/enter.sh" "$root" "$@") > "$log" 2>&1 && return
	tail -20 "$log" >&2
	die "$name fails: see $log"
}

build()
{
	copy_tree
	run build dpkg-buildpackage --no-sign
}

check()
{
	run lintian sh -c 'lintian --allow-root --fail-on error,warning --tag-display-limit 0 ../*.changes'
	! grep '^[EW]:' "$work/lintian.log" || die "lintian complains: see above"
}

"$VM_DIR/deps.sh"
root=$("$VM_DIR/debian-root.sh" build)
mkdir -p "$OPALVM_CACHE/build"
lock "build-$(basename "$work")"
step "building packages${version:+ $version}" build
[ -n "$version" ] || step "lintian" check
rm -f "$dir"/opalvm*.{deb,dsc,changes,buildinfo,tar.xz}
cp "$work"/opalvm*.{deb,dsc,changes,buildinfo,tar.xz} "$dir/"
echo "$(cd "$dir" && echo *.deb) in $dir$([ -n "$version" ] || echo '; lintian has no complaint')"
