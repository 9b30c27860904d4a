#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lkdtm.sh: the kernel's own attacks on itself end as before while the firmware
# is hosted and called, and after the module was unloaded: none succeeds, and
# containment swallows none (with efi=noruntime and lkdtm.ko in /test). Each
# provokes an oops, that ends a task.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

DIRECT=/sys/kernel/debug/provoke-crash/DIRECT
ATTACKS="EXEC_DATA EXEC_STACK EXEC_KMALLOC EXEC_VMALLOC EXEC_RODATA EXEC_USERSPACE EXEC_NULL
	ACCESS_USERSPACE ACCESS_NULL WRITE_RO WRITE_RO_AFTER_INIT WRITE_KERN"

# ended ATTACK: how, without addresses. KASAN speaks only once a boot.
ended()
{
	local mark="opalvm-test: mark $RANDOM$RANDOM"
	echo "$mark" > /dev/kmsg
	bash -c "echo $1 > $DIRECT" 2> /dev/null || true
	dmesg | sed "1,/$mark/d" | grep -v KASAN |
		sed -n 's/^\[[^]]*\] //; /^opalvm/d; /BUG: \|#PF: \|tried to\|FAIL\|Oops: /{s/0x[0-9a-f]*\|[0-9a-f]\{16\}/X/g; s/ \[#[0-9]*\].*//; s/(X) .*/X/; p}'
}

all_end()
{
	local attack
	for attack in $ATTACKS; do
		echo "$attack"
		ended "$attack"
	done > "$WORK/$1"
	cat "$WORK/$1"
	is "$(grep FAIL "$WORK/$1" || true)" ""
	is "$(grep -c '^BUG: ' "$WORK/$1")" "$(wc -w <<< "$ATTACKS")"
}

end_as_before()
{
	all_end "$1" > /dev/null
	diff "$WORK/before" "$WORK/$1"
}

hosts()
{
	load
	is "$(get state)" hosted
	# until the module goes
	(while read -r _ < $EFI/time; do :; done) > /dev/null 2>&1 &
}

still_hosts()
{
	time_is_right
	is "$(get quarantine)" ""
	unload
}

insmod /test/lkdtm.ko
ktap_run "all_end before" "each of $(wc -w <<< "$ATTACKS") attacks ends in an oops" \
	hosts "the module hosts, and the firmware is called" \
	"end_as_before hosted" "[kernel-guards] attacks end as before while the firmware is hosted" \
	still_hosts "the firmware is hosted all the same, and the module unloads" \
	"end_as_before after" "[kernel-guards] attacks end as before after that"
