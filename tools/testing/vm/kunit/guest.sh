#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# guest.sh SUITES MODULE...: runs in the guest: loads the modules, which must
# bring so many suites, unloads them, and marks in the kernel log what
# kunit-parse.sh judges. What the kernel counted of the lines that ran it prints
# for coverage.sh. Wants /proc, /dev and, for leaks and lines, debugfs.

kmsg()
{
	echo "$*" > /dev/kmsg
}

suites=$1
shift
leaks=/sys/kernel/debug/kmemleak
failslab=/sys/kernel/debug/failslab
loaded=

# A test may want an allocation of its own to fail, quietly.
if [ -e $failslab ]; then
	echo N > $failslab/ignore-gfp-wait
	echo 0 > $failslab/verbose
fi

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
find /sys/kernel/debug/gcov -name '*.gcda' 2> /dev/null | while read -r file; do
	echo "gcda $(basename "$file") $(base64 -w 0 "$file")"
done
