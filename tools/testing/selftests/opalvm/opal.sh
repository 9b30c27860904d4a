#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# opal.sh: OPAL is hosted beside the kernel's own calls of it. NVRAM=1 on the
# kernel's command line: this machine has some.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

EFI=$ROOT/opal	# what is hosted
OPAL=/proc/device-tree/ibm,opal
CYCLES=${CYCLES:-5}

# cell PROPERTY: its number, which is big-endian
cell()
{
	echo "0x$(od -An -v -t x1 "$OPAL/$1" | tr -d ' \n')"
}

# returned JSON: what the firmware returned
returned()
{
	sed -n 's/.*"returned": *\([0-9]*\).*/\1/p' <<< "$1"
}

hosts()
{
	load
	is "$(get state)" hosted
	is "$(get origin)" firmware
	is "$(get hops)" 0
	is "$(get quarantine)" ""
}

# extent_of ADDRESS: the extent that has it
extent_of()
{
	local va pa pages attribute type
	while read -r va pa pages attribute type; do
		if (($1 >= va && $1 < va + pages * 4096)); then
			echo "$va $pa $pages $attribute $type"
			return
		fi
	done < <(map)
	echo "no extent has $1" >&2
	return 1
}

code_is_mapped_where_the_tree_says()
{
	local va pa pages attribute type
	read -r va pa pages attribute type < <(extent_of "$(cell opal-entry-address)")
	echo "$va $pa $pages $attribute $type"
	is "$va" "$pa"
	is "$((type))" 5
	is "$((attribute & MEMORY_XP))" 0
	is "$((attribute & MEMORY_RO))" "$MEMORY_RO"
}

nothing_is_writable_and_executable()
{
	local va pa pages attribute type
	while read -r va pa pages attribute type; do
		echo "$va $pa $pages $attribute $type"
		[ $((attribute & (MEMORY_XP | MEMORY_RO))) != 0 ]
	done < <(map)
}

clock_agrees()
{
	local clock
	clock=$(grep -l opalvm-rtc /sys/class/rtc/*/name)
	clock=$(cat "$(dirname "$clock")/since_epoch")
	at_least $(($(cat /sys/class/rtc/rtc0/since_epoch) - clock)) -2
	at_most $(($(cat /sys/class/rtc/rtc0/since_epoch) - clock)) 2
}

clock_can_be_set()
{
	local result
	local before
	before=$(cat /sys/class/rtc/rtc0/since_epoch)
	# 2033-05-18 03:33:20 in BCD; QEMU's BMC moves its clock to the other side
	result=$(opalvm call --json OPAL_RTC_WRITE 0x20330518 0x0333200000000000)
	is "$(returned "$result")" 0
	sleep 1
	time_is_right
	[ $(($(cat /sys/class/rtc/rtc0/since_epoch) - before)) -gt 86400 ] ||
		[ $((before - $(cat /sys/class/rtc/rtc0/since_epoch))) -gt 86400 ]
}

scom_is_read()
{
	local result
	result=$(opalvm call --json OPAL_XSCOM_READ 0 0xf000f out:8)
	echo "$result"
	is "$(returned "$result")" 0
	[[ $result != *'"0000000000000000"'* ]]
}

tokens_are_checked()
{
	is "$(returned "$(opalvm call --json OPAL_CHECK_TOKEN 3)")" 1
	is "$(returned "$(opalvm call --json OPAL_CHECK_TOKEN 999)")" 0
}

console_takes_a_line()
{
	local text=68656c6c6f2066726f6d207669727475616c206d6f64650a length result
	length=$(printf %016x $((${#text} / 2)))
	result=$(opalvm call --json OPAL_CONSOLE_WRITE 0 "inout:$length" "in:$text")
	echo "$result"
	is "$(returned "$result")" 0
}

reserved_calls_are_not_services()
{
	local name
	for name in OPAL_START_CPU OPAL_REINIT_CPUS OPAL_CEC_REBOOT OPAL_CEC_POWER_DOWN \
		OPAL_QUIESCE OPAL_HANDLE_HMI OPAL_SLW_SET_REG; do
		fails "no such service" opalvm call $name
	done
	absent $EFI/services/OPAL_REINIT_CPUS
}

nvram_is_the_kernels()
{
	local ours=/sys/bus/nvmem/devices/opalvm-nvram/nvmem
	if ! grep -q NVRAM=1 /proc/cmdline; then
		absent $ours
		return
	fi
	cmp "$ours" /dev/nvram
	nvram_tool_works $ours
	printf 'written by opalvm' | dd of=$ours bs=1 seek=4096 conv=notrunc 2> /dev/null
	is "$(dd if=$ours bs=1 skip=4096 count=17 2> /dev/null)" "written by opalvm"
	cmp "$ours" /dev/nvram
}

calls_are_counted()
{
	at_least "$(get services/OPAL_XSCOM_READ/calls)" 1
	at_least "$(get services/OPAL_RTC_READ/calls)" 1
	is "$(cat $EFI/services/*/faults | sort -u)" 0
	is "$(get quarantine)" ""
}

tool_shows_it()
{
	opalvm status
	opalvm status | grep "state  *hosted"
	opalvm map
	opalvm symbols opal_entry | grep "$(cell opal-entry-address | sed 's/0x0*/0x/')"
	opalvm services | grep OPAL_XSCOM_READ
	opalvm time
	opalvm top -n 1 | grep OPAL_XSCOM_READ
	opalvm handover | grep "checksum .* is right"
	opalvm doctor | tee "$WORK/doctor"
	grep "Nothing stands in the way" "$WORK/doctor"
	opalvm trace opalvm time | tee "$WORK/trace"
	grep "opalvm_call_exit: .*service=OPAL_RTC_READ verdict=ok" "$WORK/trace"
	opalvm map --svg "$WORK/map.svg"
	is "$(grep -c 'class="extent"' "$WORK/map.svg")" "$(map | wc -l)"
}

comes_and_goes()
{
	local i
	unload
	for ((i = 0; i < CYCLES; i++)); do
		load
		get time > /dev/null
		unload
	done
}

ktap_run \
	hosts "the module hosts OPAL" \
	code_is_mapped_where_the_tree_says "the code is mapped where the device tree says, to be executed" \
	nothing_is_writable_and_executable "nothing is writable and executable" \
	time_is_right "OPAL_RTC_READ agrees with the kernel's driver" \
	clock_agrees "so does the clock device" \
	scom_is_read "a chip's register is read" \
	tokens_are_checked "OPAL_CHECK_TOKEN tells what there is" \
	console_takes_a_line "the console takes a line" \
	reserved_calls_are_not_services "calls that would upset the machine are no services" \
	nvram_is_the_kernels "NVRAM is what the kernel sees, and Debian's nvram works on it" \
	tool_shows_it "the tool shows it" \
	clock_can_be_set "the clock can be set" \
	calls_are_counted "calls are counted, and none faulted" \
	comes_and_goes "the module comes and goes"
