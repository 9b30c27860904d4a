#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# debug-kernel.sh debug|kcsan-debug|ppc64-debug: builds a small 6.1 kernel that has KUnit as
# a module and checks memory, locks and contexts, and prints what kernel.sh prints:
#   VERSION  the source package's version
#   RELEASE  what uname -r says
#   IMAGE    the bootable image
#   MODULES  the directory that holds lib/modules, with kunit.ko
#   HEADERS  the directory to build against
#   GCC      the package with the compiler it was built with
#
# Boot that of x86_64 on a CPU without la57 (QEMU: -cpu max,la57=off): while this
# kernel counts the CPU's features it forgets for a moment that it uses five
# levels, and KASAN then takes an interrupt's memory for wild.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"
. "$VM_DIR/debug-kernel/source.sh"

GCC=gcc-12
# Raise it when this script makes something else of the same fragments.
REVISION=1

[ $# = 1 ] || die "usage: debug-kernel.sh debug|kcsan-debug|ppc64-debug"
kernel=$1
cross=$(kernel_cross "$kernel")
# A line of a later fragment replaces one of an earlier.
case $kernel in
debug)
	arch=x86 image=arch/x86/boot/bzImage
	fragments=(x86_64 userland checks sleep trust)
	;;
kcsan-debug)
	arch=x86 image=arch/x86/boot/bzImage
	fragments=(x86_64 userland checks sleep kcsan)
	;;
ppc64-debug)
	arch=powerpc image=vmlinux
	fragments=(userland checks ppc64)
	;;
*) die "unknown kernel '$kernel': choose debug, kcsan-debug or ppc64-debug" ;;
esac
fragments=("${fragments[@]/#/$VM_DIR/debug-kernel/}")
fragments=("${fragments[@]/%/.config}")

# make_in DIR LOG target...
make_in()
{
	local dir=$1 log=$2
	shift 2
	make -s -C "$dir" ARCH="$arch" CROSS_COMPILE="$cross" CC="$cross$GCC" HOSTCC="$GCC" LOCALVERSION= \
		KBUILD_BUILD_USER=opalvm KBUILD_BUILD_HOST=opalvm \
		-j"$(nproc)" "$@" > "$log" 2>&1 < /dev/null && return
	grep -E 'error|Error|\*\*\*' "$log" | head >&2
	die "the debug kernel does not build: look at $log"
}

configure()
{
	local src=$1 log=$2 line missing=()
	cat "${fragments[@]}" > "$src/all.config"
	make_in "$src" "$log" KCONFIG_ALLCONFIG=all.config allnoconfig
	while read -r line; do
		case $line in
		CONFIG_*=n) grep -q "^${line%=n}=" "$src/.config" && missing+=("$line") ;;
		CONFIG_*) grep -qxF "$line" "$src/.config" || missing+=("$line") ;;
		esac
	done < <(awk -F= '/^CONFIG_/ { last[$1] = $0 } END { for (name in last) print last[name] }' \
		"$src/all.config")
	[ ${#missing[@]} = 0 ] ||
		die "the fragments ask for what this kernel cannot have: mend ${missing[*]}"
}

# What a build of a module reads: scripts, headers, makefiles, the config.
strip_tree()
{
	local src=$1 dir=$2
	(
		cd "$src"
		{
			printf '%s\n' Makefile .config Module.symvers
			# to sign a module, for tests of lockdown
			find tools/objtool/objtool certs/signing_key.pem certs/signing_key.x509 2> /dev/null || true
			find "arch/$arch" -maxdepth 1 -name 'Makefile*'
			find scripts include "arch/$arch/include" ! -type d \
				! -name '*.o' ! -name '.*.cmd' \
				! -path 'include/dt-bindings/*' ! -path 'scripts/kconfig/*' \
				! -path 'scripts/dtc/*' ! -path 'include/config/*'
			printf '%s\n' include/config/auto.conf include/config/kernel.release
		} | tar -c --no-recursion -T -
	) | tar -x -C "$dir"
	# modules are for the same architecture and compiler
	sed -i "s/^ARCH[[:space:]]*?=.*/ARCH := $arch/; s/^\(CC[[:space:]]*= .*\)gcc$/\1$GCC/" "$dir/Makefile"
}

build_kernel()
{
	local dir=$1 src=$1/src log=$1/build.log
	mkdir -p "$src"
	source_unpack "$version" "$src"
	# The key is made here and guards nothing: a short one boots sooner.
	sed -i 's/4096/2048/' "$src/certs/default_x509.genkey"
	configure "$src" "$log"
	step "building it ($(nproc) processors)" make_in "$src" "$log" "${image##*/}" modules
	make_in "$src" "$log" INSTALL_MOD_PATH="$dir/usr" modules_install
	ln -s usr/lib "$dir/lib"
	rm -f "$dir"/lib/modules/*/{build,source}
	mv "$src/$image" "$dir/vmlinuz"
	# what loads it has no use for symbols
	[ "$image" != vmlinux ] || "${cross}strip" "$dir/vmlinuz"
	mkdir "$dir/headers"
	strip_tree "$src" "$dir/headers"
	cat > "$dir/info" <<-END
		VERSION=$version
		RELEASE=$(cat "$src/include/config/kernel.release")
		IMAGE=$final/vmlinuz
		MODULES=$final
		HEADERS=$final/headers
		GCC=$GCC${cross:+-${cross%-}}
	END
	rm -r "$src" "$log"
}

version=$(source_version)
hash=$(cat "${fragments[@]}" - <<< "$REVISION" | sha256sum | cut -c1-12)
final=$OPALVM_CACHE/kernels/$kernel-$version-$hash

mkdir -p "$OPALVM_CACHE/kernels"
lock "kernel-$kernel"
if [ ! -e "$final" ]; then
	# what an interrupted run left
	rm -rf "$OPALVM_CACHE/kernels/$kernel"-*.tmp
	mkdir "$final.tmp"
	say "making the $kernel kernel of $SOURCE_PACKAGE $version ..."
	build_kernel "$final.tmp"
	mv "$final.tmp" "$final"
	say "making the $kernel kernel: $SECONDS s"
fi
cat "$final/info"
