#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# in-tree.sh KSRC: puts the module into a kernel's sources, where CONFIG_OPALVM is y
# or m. What was put there before is replaced.
set -euo pipefail

fail()
{
	echo "in-tree: $*" >&2
	exit 1
}

[ -n "${1-}" ] || fail "where are the kernel's sources? make in-tree KSRC=DIR"
ksrc=$(cd "$1" && pwd) || exit 1
[ -e "$ksrc/drivers/firmware/Kconfig" ] || fail "no drivers/firmware/Kconfig in $ksrc: KSRC= names a kernel's sources"
cd "$(dirname "$0")/.."

# What is newer is copied; objects are not
put()
{
	rsync -a --delete --exclude='*.o' --exclude='.*' --exclude='*.ko' --exclude='*.mod' \
		--exclude='*.mod.c' --exclude=Module.symvers --exclude=modules.order "$@"
}

# once LINE FILE: behind what is there; Kconfig ends with "endmenu"
once()
{
	! grep -qxF "$1" "$2" || return 0
	if [ "$(tail -n 1 "$2")" = endmenu ]; then
		sed -i '$d' "$2"
		printf '%s\nendmenu\n' "$1" >> "$2"
	else
		echo "$1" >> "$2"
	fi
}

to=$ksrc/drivers/firmware/opalvm
mkdir -p "$to/arch-glue" "$ksrc/tools/testing/golden"
put --exclude=/arch-glue drivers/firmware/opalvm/ "$to/"
put arch-glue/ "$to/arch-glue/"
put tools/testing/golden/ "$ksrc/tools/testing/golden/"
put include/uapi/linux/opalvm*.h "$ksrc/include/uapi/linux/"
put Documentation/ABI/testing/* "$ksrc/Documentation/ABI/testing/"
once 'source "drivers/firmware/opalvm/Kconfig"' "$ksrc/drivers/firmware/Kconfig"
# shellcheck disable=SC2016 # of make
for name in OPALVM OPALVM_KUNIT_TEST; do
	once "obj-\$(CONFIG_$name) += opalvm/" "$ksrc/drivers/firmware/Makefile"
done
echo "opalvm is in $ksrc: set CONFIG_OPALVM"
