#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lockdownstock.sh: a stock kernel that its command line locks down (lockdown=
# and LEVEL, the same) does not load this module, for nobody signed it. A kernel
# that trusts who signed it: lockdown.sh, secureboot.sh.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/lockdown_helpers.sh"

refuses_the_module()
{
	# at boot the kernel said the like so often that it says no more for five seconds
	sleep 6
	refuses_unsigned "$KO"
	dmesg | grep "Lockdown: .*unsigned module loading is restricted"
	gone
}

refuses_the_module_with_a_table()
{
	: > "$WORK/table"
	fails "Operation not permitted" insmod "$KO" handover="$WORK/table"
	gone
}

# What lockdown.sh compares with
refuses_root()
{
	UNSIGNED=$KO try_the_kernel > "$WORK/said" 2>&1
	cat "$WORK/said"
	at_least "$(grep -c "not permitted" "$WORK/said")" 3
}

ktap_run "is_locked $LEVEL" "$LEVEL: the command line locks the kernel down" \
	refuses_the_module "[lockdown-module] $LEVEL: the module is refused by the kernel" \
	refuses_the_module_with_a_table "[lockdown-module] $LEVEL: so it is with a table" \
	refuses_root "$LEVEL: the kernel refuses root what it refuses locked down"
