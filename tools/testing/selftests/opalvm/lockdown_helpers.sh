# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the tests of lockdown share: how a kernel is locked down, and what the
# module then says of tables. Sourced, after ktap_helpers.sh.

LOCKDOWN=/sys/kernel/security/lockdown
REFUSED="is refused: the kernel is locked down, and nobody signed it"

mkdir -p "$WORK"
[ -e $LOCKDOWN ] || mount -t securityfs securityfs /sys/kernel/security

# is_locked LEVEL
is_locked()
{
	grep -qF "[$1]" $LOCKDOWN || { cat $LOCKDOWN; return 1; }
}

# A kernel can be locked down further, never less.
locks_down()
{
	echo "$1" > $LOCKDOWN
	is_locked "$1"
}

locked_by_secure_boot()
{
	is_locked integrity
	dmesg | grep "Secure boot enabled"
	dmesg | grep "Kernel is locked down from EFI Secure Boot"
}

refuses_the_unsigned_module()
{
	fails "Key was rejected by service" insmod /test/unsigned.ko
}

# refuses_the_file FILE: one that the user names is an order
refuses_the_file()
{
	log_mark
	fails "Operation not permitted" insmod "$KO" handover="$1"
	log_is_one_line "opalvm: efi: the handover table $1 $REFUSED (error -1)"
	gone
}

# refuses_all TABLE: there is no other map than the one in this table
refuses_all()
{
	log_mark
	fails "Operation not permitted" insmod "$KO"
	log_is_one_line "opalvm: efi: the handover table $1 $REFUSED (error -1)"
	gone
}

# refuses_unsigned MODULE: because the kernel is locked down
refuses_unsigned()
{
	fails "Operation not permitted" insmod "$1"
}

# What the kernel itself refuses root, with its errors
try_the_kernel()
{
	dd if=/dev/mem of=/dev/null bs=16 count=1 || true
	dd if=/dev/zero of=/dev/mem bs=16 count=1 || true
	dd if=/proc/kcore of=/dev/null bs=16 count=1 || true
	kexec -c -l /boot/vmlinuz || true
	insmod "${UNSIGNED:-/test/unsigned.ko}" || true
	cat /sys/kernel/debug/kprobes/list || true
	echo 1 > /sys/kernel/debug/kprobes/enabled || true
}
