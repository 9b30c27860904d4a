#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cycles.sh: load, call, unload, CYCLES times (with efi=noruntime), 100 by
# default: nothing may leak. A leak shows in each cycle, so a third of that is
# still told from noise. Where the kernel has kmemleak, that is asked instead.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

CYCLES=${CYCLES:-100}
WARM_UP=$((CYCLES / 10 + 1))
KMEMLEAK=/sys/kernel/debug/kmemleak

# cycles NUMBER
cycles()
{
	local i
	for ((i = 0; i < $1; i++)); do
		insmod "$KO"
		read -r _ < $EFI/time
		rmmod opalvm || { echo "cycle $i"; return 1; }
	done
	gone
}

# The objects of a slab cache
objects()
{
	sed -n "s/^$1 *\([0-9]*\) .*/\1/p" /proc/slabinfo
}

# All that is counted, one "name value" a line
count_all()
{
	local name
	settle
	echo "free $(free)"
	for name in Slab VmallocUsed PageTables Percpu KernelStack; do
		echo "$name $(memory $name)"
	done
	for name in mm_struct task_struct; do
		echo "$name $(objects $name)"
	done
	echo "vmalloc $(grep -vc unpurged /proc/vmallocinfo)"
	echo "tasks $(ps -o pid | wc -l)"
}

warm_up()
{
	cycles $WARM_UP
	[ ! -e $KMEMLEAK ] || echo clear > $KMEMLEAK
	count_all > "$WORK/before"
}

many_cycles()
{
	cycles "$CYCLES"
	count_all > "$WORK/after"
	paste "$WORK/before" "$WORK/after"
}

grown()
{
	echo $(($(sed -n "s/^$1 //p" "$WORK/after") - $(sed -n "s/^$1 //p" "$WORK/before")))
}

# Pages: one a cycle are 4 kB
memory_does_not_leak()
{
	at_most $((-$(grown free))) $((CYCLES * 4 * 3))
	at_most "$(grown Slab)" $((CYCLES * 4))
	at_most "$(grown PageTables)" $((CYCLES * 4 / 3))
	at_most "$(grown VmallocUsed)" $((CYCLES * 4 / 3))
	at_most "$(grown vmalloc)" $((CYCLES / 10))
	at_most "$(grown Percpu)" $((CYCLES / 3))
}

tasks_do_not_leak()
{
	at_most "$(grown mm_struct)" $((CYCLES / 3))
	at_most "$(grown task_struct)" $((CYCLES / 3))
	at_most "$(grown KernelStack)" $((CYCLES * 16 / 3))
	at_most "$(grown tasks)" 3
}

kmemleak_finds_nothing()
{
	# an object counts as leaked when nothing has referred to it for 5 s
	sleep 6
	echo scan > $KMEMLEAK
	is "$(cat $KMEMLEAK)" ""
}

tests=(warm_up "$WARM_UP cycles work" many_cycles "$CYCLES more cycles work")
if [ -e $KMEMLEAK ]; then
	tests+=(kmemleak_finds_nothing "kmemleak finds nothing")
else
	tests+=(memory_does_not_leak "no memory leaks" tasks_do_not_leak "no task and no mm leaks")
fi
ktap_run "${tests[@]}"
