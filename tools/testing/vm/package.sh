#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# package.sh DIR: builds the packages of the tree, and the same of a higher version,
# installs them in a Debian 12, upgrades, installs headers of kernels that the module
# is not for, purges, and prints the counts. Leaves DIR/disk, an ext4 file system with
# the upgraded packages that runs the selftest package.sh, and DIR/image and DIR/initrd
# to boot it with.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"
. "$VM_DIR/systemd-test.sh"

SELFTESTS=$OPALVM_SRC/tools/testing/selftests/opalvm
# Linux 5.10 is too old; the other one would do, but cannot be built for.
OLD=5.10.0-99-amd64 BROKEN=7.2.99-broken-amd64

[ $# = 1 ] || die "usage: package.sh DIR"
rm -rf "$1"
mkdir -p "$1"
dir=$(cd "$1" && pwd)
tree=$dir/tree
log=$dir/log
out=$dir/out
tests=0

# In the Debian, as root; what it says is in $out, and in $log
inside()
{
	"$VM_DIR/enter.sh" "$tree" env DEBIAN_FRONTEND=noninteractive "$@" > "$out" 2>&1 || {
		tail -20 "$out" >&2
		die "'$*' fails"
	}
	cat "$out" >> "$log"
}

# says LINE: a regular expression for one that it said
says()
{
	grep -qxE "$1" "$out" || { cat "$out"; die "it does not say '$1'"; }
}

# test_that "what is true if it passes" command...
test_that()
{
	local what=$1 rc
	shift
	set +e
	(set -e; "$@") >> "$log" 2>&1
	rc=$?
	set -e
	[ "$rc" = 0 ] || { tail -20 "$log" >&2; die "not ok: $what: see $log"; }
	tests=$((tests + 1))
	say "ok: $what"
}

# put_debs old|new: where the Debian sees them
put_debs()
{
	rm -f "$tree"/root/*.deb
	cp "$dir/$1"/opalvm-{dkms,tools}_*.deb "$tree/root/"
}

# is_built_of VERSION: what dkms says, where modprobe looks, and who signed
is_built_of()
{
	inside dkms status
	says "opalvm/$1, $release, x86_64: installed"
	[ "$(grep -c '^opalvm/' "$out")" = 1 ] || die "and for another"
	inside modinfo -k "$release" -n opalvm
	says "/lib/modules/$release/updates/dkms/opalvm.ko"
	inside modinfo -k "$release" -F signer opalvm
	says "DKMS module signing key"
}

installs()
{
	put_debs old
	inside sh -c 'dpkg -i /root/*.deb'
	is_built_of "$version"
}

upgrades()
{
	put_debs new
	inside sh -c 'dpkg -i /root/*.deb'
	is_built_of "$newer"
	[ ! -e "$tree/usr/src/opalvm-$version" ] || die "the old sources are left"
}

# initramfs-tools was triggered: the module and what keeps the table are in there
is_in_the_initramfs()
{
	inside lsinitramfs "/boot/initrd.img-$release"
	says '.*/updates/dkms/opalvm.ko'
	says 'scripts/init-bottom/opalvm'
}

# headers_package RELEASE: as Debian's: calls the hooks when it is configured
headers_package()
{
	local release=$1 stage=$dir/headers
	rm -rf "$stage"
	mkdir -p "$stage/DEBIAN" "$stage/lib/modules/$release" "$stage/usr/src/linux-headers-$release/include"
	ln -s "/usr/src/linux-headers-$release" "$stage/lib/modules/$release/build"
	echo 'modules clean:; @echo "$@: no rule"; false' > "$stage/usr/src/linux-headers-$release/Makefile"
	cp "$tree/boot/config-"* "$stage/usr/src/linux-headers-$release/.config"
	cat > "$stage/DEBIAN/control" <<-END
		Package: linux-headers-$release
		Version: 1
		Architecture: all
		Maintainer: Nobody <nobody@localhost>
		Description: headers of a kernel that is not there
	END
	cat > "$stage/DEBIAN/postinst" <<-END
		#!/bin/sh
		set -e
		[ "\$1" != configure ] ||
			run-parts --report --exit-on-error --arg=$release /etc/kernel/header_postinst.d
	END
	chmod 755 "$stage/DEBIAN/postinst"
	dpkg-deb --root-owner-group --build "$stage" "$tree/root/headers.deb" > /dev/null
}

# is_not_blocked RELEASE WHY
is_not_blocked()
{
	headers_package "$1"
	inside dpkg -i /root/headers.deb
	says "opalvm: no module for $1: $2.*"
	# what the kernel's own package calls
	inside run-parts --report --exit-on-error --arg="$1" --regex '^dkms' /etc/kernel/postinst.d
	inside dpkg -s "linux-headers-$1"
	says 'Status: install ok installed'
	inside dkms status -k "$1"
	! grep '^opalvm/.*installed' "$out"
}

# What is there before is there afterwards, and nothing else
list()
{
	(cd "$tree" && find . -path ./proc -prune -o -path ./dev -prune -o ! -path './var/cache/*' \
		! -path './var/log/*' ! -path './var/lib/dpkg/*' ! -path './root/*' \
		! -path './var/lib/dkms/mok.*' ! -name 'modules.*' -print | sort)
}

purges()
{
	inside dpkg --purge "linux-headers-$OLD" "linux-headers-$BROKEN" opalvm-dkms opalvm-tools
	list > "$dir/after"
	diff "$dir/before" "$dir/after"
}

make_root_disk()
{
	put_test "$tree"
	install -m 755 "$SELFTESTS/package.sh" "$tree/test/run"
	install -m 644 "$SELFTESTS/ktap_helpers.sh" "$tree/test/"
	# what the guest has no use for
	rm -rf "$tree"/usr/lib/gcc/*/*/cc1* "$tree"/var/cache/apt "$tree"/var/lib/apt
	echo "LABEL=debian / ext4 defaults 0 1" > "$tree/etc/fstab"
	# an emulated CPU takes long to make another initramfs
	echo update_initramfs=no > "$tree/etc/initramfs-tools/update-initramfs.conf"
	touch "$tree/etc/.updated" "$tree/var/.updated"
	cp "$tree/boot/initrd.img-$release" "$dir/initrd"
	cp "$tree/boot/vmlinuz-$release" "$dir/image"
	truncate -s 1G "$dir/disk"
	mke2fs -q -t ext4 -L debian -d "$tree" "$dir/disk"
}

root=$("$VM_DIR/debian-root.sh" guest)
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' "$OPALVM_SRC/debian/changelog")
newer=$version.1
"$VM_DIR/deb.sh" "$dir/old" >&2
"$VM_DIR/deb.sh" "$dir/new" "$newer" >&2
release=$(basename "$root"/lib/modules/*)
cp -a "$root" "$tree"
list > "$dir/before"
test_that "the packages can be installed, and dkms builds for $release" installs
test_that "they can be upgraded, and dkms builds again" upgrades
test_that "the initramfs has what it needs" is_in_the_initramfs
cp -a "$tree" "$tree.guest"
test_that "$OLD is skipped, and its headers can be installed" \
	is_not_blocked "$OLD" "it is not for this kernel"
test_that "where building fails, headers can be installed" \
	is_not_blocked "$BROKEN" "building it failed"
test_that "nothing is left when they are purged" purges
rm -rf "$tree"
mv "$tree.guest" "$tree"
step "making a disk" make_root_disk
rm -rf "$tree"
echo "$tests passed, 0 failed, 0 skipped"
