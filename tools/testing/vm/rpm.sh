#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# rpm.sh DIR: builds the packages of packaging/opalvm.spec, with Debian's rpmbuild, in
# the chroot in which deb.sh builds, and leaves them in DIR.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# = 1 ] || die "usage: rpm.sh DIR"
mkdir -p "$1"
dir=$(cd "$1" && pwd)
work=$(build_dir packages rpm)
version=$(sed -n 's/^#define OPALVM_VERSION[^"]*"\(.*\)".*/\1/p' "$OPALVM_SRC/drivers/firmware/opalvm/opalvm.h")

build()
{
	rm -rf "$work"
	mkdir -p "$work"/SOURCES
	tar -c -z -C "$OPALVM_SRC" --exclude='*.o' --exclude='*.ko' --exclude='*.mod*' --exclude='.*' \
		--transform "s#^#opalvm-$version/#" -f "$work/SOURCES/opalvm-$version.tar.gz" \
		COPYING Documentation Makefile README.md arch-glue dkms.conf drivers include tools
	cp "$OPALVM_SRC/packaging/opalvm.spec" "$work/"
	# its dependencies are those of Debian's packages, and it knows them by other names
	(cd "$work" && "$VM_DIR/enter.sh" "$root" rpmbuild -bb --nodeps --define "_topdir $work" \
		--define "opalvm_version $version" opalvm.spec) > "$work/log" 2>&1 ||
		{ tail -20 "$work/log" >&2; die "rpmbuild fails: see $work/log"; }
}

"$VM_DIR/deps.sh"
root=$("$VM_DIR/debian-root.sh" build)
mkdir -p "$OPALVM_CACHE/build"
lock "build-$(basename "$work")"
step "building RPM packages" build
rm -f "$dir"/opalvm*.rpm
cp "$work"/RPMS/*/*.rpm "$dir/"
echo "$(cd "$dir" && echo *.rpm) in $dir"
