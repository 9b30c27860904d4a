#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# build.sh [--sparse] [--flavour NAME] KERNEL [NAME=VALUE|target...]: builds
# the modules for KERNEL in a copy of the tree, and prints opalvm.ko's path.
#
# Any warning fails it. --sparse checks every file with sparse as well. Another
# flavour is another copy: two flavours of one kernel can be built at a time.
# The rest of the line goes to make.
#
# Environment: OPALVM_SRC  the tree to build, if not the one this file is in
#              OPALVM_KO   the module to print, if not opalvm.ko
set -euo pipefail
. "$(dirname "$0")/lib.sh"

flavour=default
make_args=()
while [ $# -gt 0 ]; do
	case $1 in
	--sparse) make_args+=(C=2 "CF=-D__CHECK_ENDIAN__ -Wsparse-error") ;;
	--flavour) flavour=$2; shift ;;
	-*) die "unknown option $1: see the head of $0" ;;
	*) break ;;
	esac
	shift
done
[ $# -ge 1 ] || die "usage: build.sh [--sparse] [--flavour NAME] KERNEL [make args], KERNEL one of: $KERNELS $PPC64_KERNELS"
kernel=$1
shift
make_args+=("$@")

suite=$(kernel_suite "$kernel")
info=$("$VM_DIR/kernel.sh" "$kernel")
cross=$(kernel_cross "$kernel")
release=$(value RELEASE "$info")
headers=$(value HEADERS "$info")

build=$(build_dir "$kernel" "$flavour")
module=$build/drivers/firmware/opalvm
log=$build/log

copy_tree()
{
	local d dirs=()
	for d in drivers arch-glue include tools/testing/golden; do
		[ ! -d "$OPALVM_SRC/$d" ] || dirs+=("$OPALVM_SRC/./$d")
	done
	[ -d "$OPALVM_SRC/drivers/firmware/opalvm" ] ||
		die "no drivers/firmware/opalvm in $OPALVM_SRC: set OPALVM_SRC to a tree that has it"
	mkdir -p "$build"
	# Objects of another kernel release, or newer headers, are worthless.
	if [ "$(cat "$build/headers" 2>/dev/null)" != "$headers" ]; then
		rm -rf "${build:?}"/*
		echo "$headers" > "$build/headers"
	fi
	# Keep the objects, for the next build; take no objects along.
	rsync -aR --delete --exclude='*.o' --exclude='*.o.d' --exclude='*.gcno' --exclude='*.ko' \
		--exclude='*.mod' --exclude='*.mod.c' --exclude='.*' --exclude='Module.symvers' \
		--exclude='modules.order' "${dirs[@]}" "$build/"
}

# A build that fails or warns leaves no objects: unchanged files would be
# silent the next time.
compile()
{
	local rc=0
	rm -f "$module"/*.ko
	(cd "$build" && "$VM_DIR/chroot.sh" "$kernel" make -C "$headers" M="$module" -j"$(nproc)" \
		${cross:+"CROSS_COMPILE=$cross"} W=1 "${make_args[@]}" modules) > "$log" 2>&1 || rc=$?
	if grep -nE '(^|[^[:alnum:]_])(warning|error):|^WARNING: modpost|^ERROR: modpost|\*\*\* ' "$log" \
		> "$build/complaints"; then
		rc=1
	elif grep -n "specified, but .* is not available" "$log" > "$build/complaints"; then
		rc=1
	fi
	[ "$rc" = 0 ] && return
	if [ -s "$build/complaints" ]; then
		head -40 "$build/complaints" | sed "s#$build/##" >&2
	else
		tail -20 "$log" >&2
	fi
	cp "$log" "$build.log"
	rm -rf "${build:?}"
	return 1
}

# A moving suite may have gone beyond what the module is written for.
too_new()
{
	suite_moves "$suite" || return
	[ "$(printf '%s\n' "$NEWEST_SERIES" "${release%%[-+]*}" | sort -V | tail -1)" != "$NEWEST_SERIES" ] &&
		[[ $release != "$NEWEST_SERIES".* ]]
}

mkdir -p "$OPALVM_CACHE/build"
"$VM_DIR/chroot.sh" "$kernel" > /dev/null
lock "build-$(basename "$build")"
copy_tree
if ! step "building for $release" compile; then
	! too_new || skip "$kernel: $suite is at $release, newer than $NEWEST_SERIES, and does not build: see $build.log"
	die "$kernel: the build for $release fails or warns: see $build.log"
fi
ko=$module/${OPALVM_KO:-opalvm.ko}
[ -e "$ko" ] || die "$kernel: the build made no $(basename "$ko"): see $log"
echo "$ko"
