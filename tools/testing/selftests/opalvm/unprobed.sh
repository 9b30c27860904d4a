#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# unprobed.sh: kprobes are off, so that the die notifier alone meets a page
# fault of the firmware: with an oops in the log, which is provoked on purpose,
# and with the kernel unharmed.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

PROVOKE=/sys/module/opalvm_kunit/parameters/provoke

probes_are_off()
{
	insmod /test/kunit.ko
	insmod /opalvm/opalvm_kunit.ko
	echo 0 > /sys/kernel/debug/kprobes/enabled
	is "$(cat /sys/kernel/debug/kprobes/enabled)" 0
}

fault_is_contained()
{
	log_mark
	echo fault > $PROVOKE
	log_says "provoked fault: error -5, the call after it: error 0"
	log_says "read of an unmapped page at 0x0"
	dmesg | sed "1,/$(cat "$WORK/mark")/d" | grep "BUG: kernel NULL pointer dereference"
}

next_fault_is_contained()
{
	echo 1 > /sys/kernel/debug/kprobes/enabled
	log_mark
	echo fault > $PROVOKE
	log_says "provoked fault: error -5, the call after it: error 0"
	is "$(dmesg | sed "1,/$(cat "$WORK/mark")/d" | grep -c BUG:)" 0
}

ktap_run \
	probes_are_off "the tests load, and kprobes can be disarmed" \
	fault_is_contained "the die notifier contains a page fault, after the kernel's oops" \
	next_fault_is_contained "with the probe there is no oops"
