#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# efivarfs.sh: the kernel's own selftest of efivarfs, of the kernel's own version
# (/test/kselftest, see tools/testing/vm/kselftest.sh), on the module's variables (with
# efi=noruntime).
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

KSELFTEST=/test/kselftest

mounts()
{
	load
	vars_mount
	grep " /sys/firmware/efi/efivars efivarfs rw" /proc/mounts
}

passes_in_full()
{
	local cases
	cases=$(grep -c '^run_test test_' $KSELFTEST/efivarfs.sh)
	at_least "$cases" 8
	(cd $KSELFTEST && bash efivarfs.sh) > "$WORK/efivarfs" 2>&1 || echo "it failed with $?"
	grep -A 2 -E '^(running|.*(could|failed|should))|FAIL' "$WORK/efivarfs" || true
	is "$(grep -c '\[PASS\]' "$WORK/efivarfs")" "$cases"
	is "$(grep -c '\[FAIL\]' "$WORK/efivarfs" || true)" 0
}

leaves_nothing()
{
	is "$(find "$(vars_dir)" -name 'test_*')" ""
	is "$(get quarantine)" ""
	vars_umount
	unload
}

ktap_run mounts "efivarfs is mounted on the module's variables" \
	passes_in_full "the kernel's selftest of efivarfs passes, each case" \
	leaves_nothing "it leaves nothing, and the module unloads"
