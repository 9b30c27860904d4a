#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# efi_test.sh: /dev/efi_runtime (with efi=noruntime): who has it, and what its ioctls
# make of bad arguments, see efi_test/efi_test.c. /test/stock.ko is the kernel's own driver of
# the same ioctls.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/table_helpers.sh"

SERVICES="GetVariable SetVariable GetTime SetTime GetWakeupTime SetWakeupTime GetNextVariableName
	QueryVariableInfo GetNextHighMonotonicCount QueryCapsuleCapabilities ResetSystem"

makes_one()
{
	absent /dev/efi_runtime
	load
	is "$(stat -c '%F %a %u' /dev/efi_runtime)" "character special file 600 0"
	absent /dev/efi_test
	is "$(cat /sys/module/opalvm/parameters/efi_test)" N
	unload
	absent /dev/efi_runtime
}

makes_both()
{
	load efi_test=1
	is "$(stat -c '%F %a %u' /dev/efi_test)" "character special file 600 0"
	[ -c /dev/efi_runtime ]
	unload
	absent /dev/efi_test
}

leaves_a_name_that_is_taken()
{
	insmod /test/stock.ko
	stat -c %t:%T /dev/efi_test > "$WORK/stock"
	load efi_test=1
	log_says "opalvm: efi: the module efi_test is loaded: /dev/efi_test is left to it"
	stat -c %t:%T /dev/efi_test | diff "$WORK/stock" -
	[ -c /dev/efi_runtime ]
	unload
	stat -c %t:%T /dev/efi_test | diff "$WORK/stock" -
	rmmod efi_test
}

keeps_the_module()
{
	load
	exec 9<> /dev/efi_runtime
	fails "is in use" rmmod opalvm
	/test/efi_test time 9
	exec 9>&-
}

# Bad arguments reach no firmware, or only as what UEFI knows to refuse.
takes_no_nonsense()
{
	/test/efi_test "$1"
	is "$(get quarantine)" ""
	is "$(cat "$EFI"/services/*/faults "$EFI"/services/*/hangs | sort -u)" 0
}

# A table that leaves two of them out
tells_what_is_missing()
{
	cat $ROOT/handover > "$GOOD"
	unload
	cp "$GOOD" "$BAD"
	put $((HEADER + 56)) 8 $((0x3dfe))
	sign
	load handover="$BAD"
	is "$(get services/GetTime/state)" unsupported
	/test/efi_test missing
	# without the time there is no clock
	is "$(grep -l opalvm-rtc /sys/class/rtc/*/name || true)" ""
}

tests=(makes_one "/dev/efi_runtime is there for root alone, while the module is"
	makes_both "/dev/efi_test as well, if asked for"
	leaves_a_name_that_is_taken "not if another driver has the name"
	keeps_the_module "an open device keeps the module")
for service in $SERVICES supported unknown; do
	tests+=("takes_no_nonsense $service" "$service: no bad argument does harm")
done
ktap_run "${tests[@]}" \
	tells_what_is_missing "a service that the firmware does not have is an error" \
	unload "the module unloads and leaves nothing"
