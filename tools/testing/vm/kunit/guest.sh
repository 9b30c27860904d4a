#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest.sh SUITES MODULE...: runs in the guest: loads the modules, which must
# bring so many suites, unloads them, and marks in the kernel log what
# kunit-parse.sh judges. Wants /proc, /dev and, for leaks, debugfs.

kmsg()
{
	echo "$*" > /dev/kmsg
}

suites=$1
shift
leaks=/sys/kernel/debug/kmemleak
loaded=

# Every line counts: no limit to their rate.
[ ! -e /proc/sys/kernel/printk_devkmsg ] || echo on > /proc/sys/kernel/printk_devkmsg

kmsg "KTAP version 1"
kmsg "1..$suites"
# What was leaked before is none of ours.
[ ! -e $leaks ] || echo clear > $leaks
for module; do
	if insmod "$module"; then
		loaded="$(basename "$module" .ko) $loaded"
	else
		kmsg "# WARNING: $module cannot be loaded"
	fi
done
for module in $loaded; do
	rmmod "$module" || kmsg "# WARNING: $module cannot be unloaded"
done
if [ -e $leaks ]; then
	# An object counts as leaked when nothing has referred to it for 5 s.
	sleep 6
	echo scan > $leaks
	head -40 $leaks | while IFS= read -r line; do
		kmsg "# $line"
	done
fi
[ ! -e /proc/lockdep_stats ] || kmsg "#$(grep debug_locks /proc/lockdep_stats)"
kmsg "# KTAP end"
