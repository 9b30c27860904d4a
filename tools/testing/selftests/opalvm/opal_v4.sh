#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# opal_v4.sh: an OPAL that exports its map is hosted as it is. It is the one that
# faults on demand: tools/testing/firmware/skiboot/build.sh --faulty.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

EFI=$ROOT/opal	# what is hosted
OPAL=/proc/device-tree/ibm,opal
CYCLES=${CYCLES:-5}

# OPAL_TEST with one of these does it (include/opal-v4-faulty.h in its source)
FAULTY=$((0x56344654 << 32))
WARN=1 ASSERT=2 LOAD=3 STORE_TEXT=4 STORE_RODATA=5 EXEC_DATA=6 LOG=9 MAP=10
MAP_GONE=11 LOCKED=12 TRY_LOCK=13 REAL_ONLY=14 WARN_LOCKED=17
MAP_KEEP=18 MAP_DROP=19 MAP_WRITE=20 MAP_MANY=21 MAP_IO=22 MAP_OS=23 MAP_TEXT=24

SUCCESS=0
# as they are printed: -1, -8, -10
PARAMETER=18446744073709551615
PERMISSION=18446744073709551608
RESOURCE=18446744073709551606

# windows that there can be
WINDOWS=8

ASSERTED="assert failed at core/opal-v4-faulty.c:"

# cell PROPERTY: its number, which is big-endian
cell()
{
	echo "0x$(od -An -v -t x1 "$OPAL/$1" | tr -d ' \n')"
}

# call NAME [ARGUMENT...]: prints what the firmware returned
call()
{
	opalvm call --json "$@" | tee "$WORK/call" | sed -n 's/.*"returned": *\([0-9]*\).*/\1/p'
}

# wrote: the last bytes that the last call wrote
wrote()
{
	sed -n 's/^ *"\([0-9a-f]*\)",\?$/\1/p' "$WORK/call" | tail -1
}

# hex TEXT: its bytes and a NUL
hex()
{
	printf '%s' "$1" | od -An -v -t x1 | tr -d ' \n'
	echo 00
}

hosts()
{
	load
	is "$(get state)" hosted
	is "$(get origin)" firmware
	is "$(get placement)" firmware
	is "$(get hops)" 0
	is "$(get quarantine)" ""
	is "$(get uncovered)" ""
}

# extents_are TYPE ATTRIBUTES: there are some of the type, all with these of RO and XP
extents_are()
{
	local va pa pages attribute type n=0
	while read -r va pa pages attribute type; do
		[ $((type)) = "$1" ] || continue
		echo "$va $pa $pages $attribute $type"
		is $((attribute & (MEMORY_RO | MEMORY_XP))) "$2"
		n=$((n + 1))
	done < <(map)
	at_least $n 1
}

code_is_read_only()
{
	extents_are 5 "$MEMORY_RO"
}

devices_are_not_executed()
{
	extents_are 11 "$MEMORY_XP"
}

# Of XSCOM: bit 51 is set
an_extent_is_elsewhere()
{
	local va pa pages attribute type n=0
	while read -r va pa pages attribute type; do
		[ $((va)) != $((pa)) ] || continue
		echo "$va $pa $pages $attribute $type"
		is $((va)) $((pa | 1 << 51))
		n=$((n + 1))
	done < <(map)
	is $n 1
}

# The chip's number is in the register, and its kind in the device tree
scom_is_read()
{
	local first
	is "$(call OPAL_XSCOM_READ 0 0xf000f out:8)" $SUCCESS
	first=$(wrote)
	echo "$first"
	[ "$first" != 0000000000000000 ]
	# the kernel's own way, in real mode, where it shows registers
	if [ -e /sys/kernel/debug/powerpc/scom ]; then
		is "$(dd if=/sys/kernel/debug/powerpc/scom/00000000/access bs=8 skip=$((0xf000f)) \
			count=1 2> /dev/null | od -An -v -t x1 | tr -d ' \n')" "$first"
	fi
	is "$(call OPAL_XSCOM_READ 0 0xf000f out:8)" $SUCCESS
	is "$(wrote)" "$first"
}

symbols_are_found()
{
	local address
	is "$(call OPAL_SYM_TO_ADDR "in:$(hex opal_v4_entry)" out:8)" $SUCCESS
	address=$(wrote)
	is $((16#$address)) $(($(cell opal-v4-le-entry-address)))
	is "$(call OPAL_ADDR_TO_SYM "0x$address" out:64 64 0)" $SUCCESS
	[[ $(wrote) == "$(hex opal_v4_entry)"* ]]
	opalvm symbols opal_v4_entry | grep "$(cell opal-v4-le-entry-address | sed 's/0x0*/0x/')"
}

# The firmware's own calls are no services of anybody's.
internal_calls_are_refused()
{
	local name
	for name in OPAL_REPORT_TRAP OPAL_FIND_VM_AREA OPAL_REGISTER_OS_OPS; do
		is "$(get services/$name/state)" internal
		fails "" opalvm call $name
	done
}

# faulty N: has the firmware do it, and prints what it returned
faulty()
{
	call OPAL_TEST $((FAULTY | $1))
}

# log_says_soon TEXT: lines of the firmware's are printed later
log_says_soon()
{
	local i
	for ((i = 0; i < 20; i++)); do
		! grep -qF -- "$1" <<< "$(log)" || return 0
		sleep 0.1
	done
	log_says "$1"
}

its_log_is_printed()
{
	log_mark
	is "$(faulty $LOG)" $SUCCESS
	log_says_soon "FAULTY: a line at level 7"
	is "$(log | grep -c 'opal: .*FAULTY: a line at level [0-7]$')" 8
	# each at its level, of which dmesg shows numbers
	dmesg -r | sed "1,/$(cat "$WORK/mark")/d" | grep -q '^<[0-9]*3>.*opal: .*a line at level 3$'
}

a_warning_is_logged_and_passed()
{
	log_mark
	is "$(faulty $WARN)" $SUCCESS
	log_says_soon "opal: warning in opal_v4_faulty: warning at core/opal-v4-faulty.c:"
	is "$(faulty $WARN_LOCKED)" $SUCCESS
	is "$(get quarantine)" ""
}

# windows_are MAPPED REFUSED: so many, since the module was loaded, and none is left
windows_are()
{
	is "$(get windows_mapped)" "$1"
	is "$(get windows_refused)" "$2"
	is "$(get windows)" ""
}

more_is_mapped_and_unmapped()
{
	windows_are 0 0
	is "$(faulty $MAP)" $SUCCESS
	windows_are 1 0
	is "$(faulty $MAP_IO)" $SUCCESS
	windows_are 2 0
}

# It stays until the firmware undoes it, and is no part of what the next kernel gets.
a_window_stays_after_its_call()
{
	local number va pa pages attribute service
	cp $ROOT/handover "$WORK/handover"
	map > "$WORK/map"
	is "$(faulty $MAP_KEEP)" $SUCCESS
	read -r number va pa pages attribute service < <(get windows)
	is "$(get windows | wc -l)" 1
	is $((va)) $((pa | 1 << 50))
	is $((pages)) 16
	is $((attribute & (MEMORY_RO | MEMORY_XP))) "$MEMORY_XP"
	is "$service" OPAL_TEST
	opalvm status | grep "window $number .*OPAL_TEST"
	map | diff "$WORK/map" -
	cmp $ROOT/handover "$WORK/handover"
	# the same again is over what is there
	log_mark
	is "$(faulty $MAP_KEEP)" "$PARAMETER"
	log_says_soon "os_vm_map is refused: window of 0x10000 bytes at $va -> $pa: something is mapped there"
	is "$(faulty $MAP_DROP)" $SUCCESS
	is "$(faulty $MAP_DROP)" "$PARAMETER"
	windows_are 3 1
}

memory_of_the_kernel_is_refused()
{
	log_mark
	is "$(faulty $MAP_OS)" "$PERMISSION"
	log_says_soon "os_vm_map is refused: window of 0x10000 bytes at 0x4000000000000 -> 0x0: memory that the firmware has not reserved"
	windows_are 3 2
}

code_cannot_be_written_elsewhere()
{
	log_mark
	is "$(faulty $MAP_TEXT)" "$PARAMETER"
	log_says_soon "its memory is read-only elsewhere"
	windows_are 3 3
}

windows_are_limited()
{
	local i
	for i in 1 2 3; do
		log_mark
		is "$(faulty $MAP_MANY)" "$RESOURCE"
		log_says_soon "all windows are in use"
		windows_are $((3 + i * WINDOWS)) $((3 + i))
	done
}

# saw FAULT RESULT: for the table in the documentation
saw()
{
	echo "fault: $1: $2"
}

# stops N FAULT TEXT: a call that ends so is stopped, the service refused, and no other
stops()
{
	local file report
	for file in /proc/sys/kernel/tainted /proc/sys/kernel/oops_count; do
		[ ! -e $file ] || cat $file
	done > "$WORK/before"
	log_mark
	fails "the firmware faulted" opalvm call OPAL_TEST $((FAULTY | $1))
	log_says_soon "opal: OPAL_TEST stopped at extent "
	log_says "$3"
	report=$(log | sed -n 's/.*OPAL_TEST stopped at extent [^:]*: \(.*\); to call it again.*/\1/p')
	log_says "echo OPAL_TEST > /sys/firmware/opalvm/opal/quarantine"
	is "$(get quarantine)" OPAL_TEST
	is "$(get services/OPAL_TEST/state)" quarantined
	fails "" opalvm call OPAL_TEST 0
	for file in /proc/sys/kernel/tainted /proc/sys/kernel/oops_count; do
		[ ! -e $file ] || cat $file
	done | diff "$WORK/before" -
	# others go on, ours and the kernel's own
	time_is_right
	is "$(call OPAL_XSCOM_READ 0 0xf000f out:8)" $SUCCESS
	echo OPAL_TEST > $EFI/quarantine
	is "$(call OPAL_TEST 0)" $((0xfeedf00d))
	# where, and in which line of its source, differs from build to build
	report=${report% at *}
	saw "$2" "EIO; $report; the service is refused until it is lifted"
}

# The report says what the firmware said.
stops_at_an_assertion()
{
	stops $ASSERT assertion "fatal trap in opal_v4_faulty: $ASSERTED"
}

# It held a lock: that is dropped.
stops_with_a_lock()
{
	stops $LOCKED assertion-with-lock "fatal trap in opal_v4_faulty: $ASSERTED"
	is "$(faulty $TRY_LOCK)" $SUCCESS
}

# The report names the window, which went with the call.
stops_at_a_window()
{
	stops $MAP_WRITE write-window "write to a protected page at window "
	is "$(get windows)" ""
	stops $MAP_GONE read-former-window "read of an unmapped page at window "
	is "$(get windows)" ""
}

calls_are_counted()
{
	is "$(get services/OPAL_TEST/faults)" 9
	is "$(cat $EFI/services/*/faults | sort -n | tail -2 | head -1)" 0
	is "$(cat $EFI/services/*/hangs | sort -u)" 0
	at_least "$(get services/OPAL_XSCOM_READ/calls)" 1
	at_most "$(get stack_used)" 16384
}

tool_shows_it()
{
	opalvm status
	opalvm status | grep "placement  *firmware"
	opalvm map
	opalvm services | grep OPAL_XSCOM_READ
}

comes_and_goes()
{
	local i
	unload
	for ((i = 0; i < CYCLES; i++)); do
		load
		get time > /dev/null
		# the firmware logs to the module that is there
		is "$(call OPAL_TEST $i)" $((0xfeedf00d))
		log_says_soon "Test function called with arg 0x$i"
		# one that is left does not matter
		is "$(faulty $MAP_KEEP)" $SUCCESS
		log_mark
		unload
		log_says "opal: 1 windows of the firmware's were left: unmapped"
	done
}

ktap_run \
	hosts "the module hosts OPAL with the map that it exports" \
	code_is_read_only "code is read-only" \
	devices_are_not_executed "registers are not executable" \
	an_extent_is_elsewhere "XSCOM is not at its physical address" \
	time_is_right "OPAL_RTC_READ agrees with the kernel's driver" \
	scom_is_read "a chip's register is read" \
	symbols_are_found "symbols and addresses are found" \
	internal_calls_are_refused "calls that are the module's cannot be made" \
	its_log_is_printed "the firmware's log is printed, at its levels" \
	a_warning_is_logged_and_passed "a warning is logged, and the call goes on" \
	more_is_mapped_and_unmapped "a call has more mapped, uses it and has it unmapped" \
	a_window_stays_after_its_call "a window stays, and is not handed over" \
	memory_of_the_kernel_is_refused "memory of the kernel is refused" \
	code_cannot_be_written_elsewhere "code is not to be written through a window" \
	windows_are_limited "windows are limited, and can be had again" \
	stops_at_an_assertion "an assertion that fails ends its service alone" \
	"stops $LOAD read-user-hole unmapped" "so does a load from nowhere" \
	"stops $STORE_TEXT write-code _stext+0x0" "so does a store to code" \
	"stops $STORE_RODATA write-constant protected" "so does a store to a constant" \
	"stops $EXEC_DATA exec-data execution" "so does a jump to data" \
	"stops $REAL_ONLY undefined illegal" "so does an instruction that is for real mode only" \
	stops_at_a_window "so does a store to a window that is read-only, or a load from a former one" \
	stops_with_a_lock "so does an assertion with a lock held, which is dropped" \
	calls_are_counted "calls and faults are counted" \
	tool_shows_it "the tool shows it" \
	comes_and_goes "the module comes and goes"
