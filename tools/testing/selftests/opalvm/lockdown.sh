#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lockdown.sh: a locked down kernel (with efi=noruntime and a signed module)
# hosts what the firmware itself tells, and takes no table from a file.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

LOCKDOWN=/sys/kernel/security/lockdown

makes_a_table()
{
	load
	cat $ROOT/handover > "$WORK/table"
	unload
	load handover="$WORK/table"
	is "$(get origin)" handover
	unload
}

locks_down()
{
	mount -t securityfs securityfs /sys/kernel/security
	echo integrity > $LOCKDOWN
	grep -qF '[integrity]' $LOCKDOWN
}

refuses_the_table()
{
	log_mark
	fails "not permitted" insmod "$KO" handover="$WORK/table"
	log_is_one_line "$WORK/table is refused: the kernel is locked down"
	gone
}

hosts_the_firmwares_map()
{
	load
	is "$(get state)" hosted
	is "$(get origin)" identity
	time_is_right
}

refuses_deadlines()
{
	fails "not permitted" sh -c "echo 1 > $EFI/services/GetTime/deadline_ms"
	unload
}

ktap_run \
	makes_a_table "without lockdown the table is taken" \
	locks_down "the kernel is locked down" \
	refuses_the_table "a table from a file is refused with EPERM and the reason" \
	hosts_the_firmwares_map "the firmware's own map is hosted" \
	refuses_deadlines "deadlines cannot be set"
