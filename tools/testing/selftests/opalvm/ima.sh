#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ima.sh: what IMA's appraisal does with tables (with efi=noruntime, and the
# kernel in /boot/vmlinuz): whoever asks for a signature of initrds gets none
# with a table in it; a signature of the table is asked for as of a policy.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

POLICY=/sys/kernel/security/ima/policy
# only tables that belong to this user are appraised: the policy stays
SOMEBODY=4711

mine_and_theirs()
{
	load
	cat $ROOT/handover > "$WORK/table"
	unload
	cp "$WORK/table" "$WORK/theirs"
	chown $SOMEBODY "$WORK/theirs"
}

loads_a_kernel()
{
	load
	opalvm kexec "-$1" /boot/vmlinuz --initrd=/test/list --append=quiet
	is "$(cat /sys/kernel/kexec_loaded)" 1
	kexec -u
	unload
}

takes_the_table()
{
	load handover="$WORK/$1"
	is "$(get origin)" handover
	unload
}

sets_the_policy()
{
	[ -e $POLICY ] || mount -t securityfs securityfs /sys/kernel/security
	echo "appraise func=KEXEC_INITRAMFS_CHECK appraise_type=imasig" > $POLICY
	echo "appraise func=POLICY_CHECK fowner=$SOMEBODY appraise_type=imasig" > $POLICY
}

refuses_the_initrd()
{
	load
	fails "kexec_file_load failed: Permission denied" \
		opalvm kexec -s /boot/vmlinuz --initrd=/test/list --append=quiet
	is "$(cat /sys/kernel/kexec_loaded)" 0
	unload
}

refuses_the_table()
{
	log_mark
	fails "Permission denied" insmod "$KO" handover="$WORK/theirs"
	log_is_one_line "opalvm: efi: the handover table $WORK/theirs cannot be read (error -13)"
	gone
}

ktap_run \
	mine_and_theirs "a table is made" \
	"takes_the_table theirs" "no policy: the table is taken" \
	"loads_a_kernel s" "no policy: a kernel is loaded with the table, -s" \
	sets_the_policy "IMA is to appraise initrds and policies" \
	refuses_the_initrd "func=KEXEC_INITRAMFS_CHECK: no kernel is loaded with a table, -s" \
	"loads_a_kernel l" "func=KEXEC_INITRAMFS_CHECK: a kernel is loaded with the table, -l" \
	refuses_the_table "func=POLICY_CHECK: a table without a signature is refused with EACCES" \
	"takes_the_table table" "another table is taken"
