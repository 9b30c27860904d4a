#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# rtas.sh: the RTAS of QEMU is hosted (--machine pseries) beside a kernel that
# goes on to call it. With disable_radix on the command line it cannot be, and
# says why. CALLS is how often the clock is read beside the kernel, 500 by
# default.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

# shellcheck disable=SC2034 # the firmware of get and map
EFI=$ROOT/rtas
NODE=/proc/device-tree/rtas
CALLS=${CALLS:-500}

# properties of four bytes that are no calls
NOT_CALLS="ibm,associativity-reference-points phandle rtas-error-log-max
	rtas-event-scan-rate rtas-size linux,rtas-base linux,rtas-entry"

# calls that have to be there, and never may be made
REFUSED="power-off system-reboot start-cpu stop-self ibm,os-term ibm,suspend-me
	check-exception event-scan ibm,nmi-register ibm,configure-connector
	ibm,write-pci-config set-indicator"

# calls that have to be there, and can be made
ALLOWED="get-time-of-day set-time-of-day nvram-fetch nvram-store display-character
	query-cpu-stopped-state ibm,get-system-parameter ibm,read-pci-config"

# cell FILE: the number in a property
cell()
{
	echo $((0x$(od -An -v -t x1 "$1" | tr -d ' \n')))
}

loads()
{
	load "$@"
	log_says "opalvm: rtas: hosted, 1 extents, 1 entry points"
	is "$(log | grep -i error)" ""
}

describes_itself()
{
	is "$(get state)" hosted
	is "$(get origin)" firmware
	is "$(get placement)" identity
	is "$(get hops)" 0
	is "$(get quarantine)" ""
	at_least "$(get generation)" 1
	is "$(find "$ROOT" -type f ! -perm 400 ! -perm 600)" ""
}

map_is_the_device_trees()
{
	local base size first pages va pa found attribute type
	base=$(cell $NODE/linux,rtas-base)
	size=$(cell $NODE/rtas-size)
	first=$((base / 4096 * 4096))
	pages=$(((base + size + 4095) / 4096 - first / 4096))
	is "$(map | wc -l)" 1
	map > "$WORK/map"
	read -r va pa found attribute type < "$WORK/map"
	is $((va)) $first
	is $((pa)) $first
	is $((found)) $pages
	is $((type)) 5
	# to be read and executed
	is $((attribute & (MEMORY_RO | MEMORY_XP))) "$MEMORY_RO"
}

services_are_the_device_trees()
{
	local name
	for name in "$NODE"/*; do
		[ "$(stat -c %s "$name")" = 4 ] || continue
		name=${name##*/}
		[[ " $(xargs <<< "$NOT_CALLS") " == *" $name "* ]] || echo "$name"
	done | sort > "$WORK/calls"
	find "$EFI/services" -mindepth 1 -maxdepth 1 | sed 's#.*/##' | sort > "$WORK/services"
	diff "$WORK/calls" "$WORK/services"
}

services_are_refused_or_not()
{
	local name
	for name in $REFUSED; do
		is "$name $(get "services/$name/state")" "$name internal"
	done
	for name in $ALLOWED; do
		is "$name $(get "services/$name/state")" "$name ok"
	done
}

calls_are_counted()
{
	local before
	before=$(get services/get-time-of-day/calls)
	get time
	get time
	is "$(get services/get-time-of-day/calls)" $((before + 2))
	at_least "$(get services/get-time-of-day/total_ns)" 1
}

# cells NUMBER...: as they stand in an argument buffer
cells()
{
	printf %08x "$@"
}

# results NR-ARGS SERVICE NUMBER...: calls it with the arguments, and places for
# results, and prints the buffer as it is left, a number a line
results()
{
	local nr_args=$1 service=$2 line
	shift 2
	line=$(opalvm call "$service" "inout:$(cells 0 "$nr_args" $(($# - nr_args)) "$@")" |
		sed -n 's/^argument 1  //p')
	while [ -n "$line" ]; do
		echo $((0x${line:0:8}))
		line=${line:8}
	done
}

calls_by_name()
{
	local cells
	mapfile -t cells < <(results 0 get-time-of-day 0 0 0 0 0 0 0 0)
	is "${#cells[@]}" 11
	# the token is the machine's
	is "${cells[0]}" "$(cell $NODE/get-time-of-day)"
	is "${cells[3]}" 0
	is "${cells[*]:4:3}" "$(date -u '+%Y %-m %-d')"
	mapfile -t cells < <(results 1 query-cpu-stopped-state 0 9 9)
	# QEMU says of an idle CPU that it is stopped
	[[ "${cells[4]} ${cells[5]}" == "0 "[02] ]]
	mapfile -t cells < <(results 1 query-cpu-stopped-state 1000 9 9)
	is "${cells[4]}" $((-3 & 0xffffffff))
}

calls_are_refused_by_name()
{
	local name block
	block=$(cells 0 0 1 0)
	for name in $REFUSED; do
		fails "not callable from here" opalvm call "$name" "inout:$block"
		is "$(get "services/$name/calls")" 0
	done
	# addresses are nobody's to choose
	fails "" opalvm call nvram-fetch "inout:$(cells 0 3 2 0 0 16 0 0)"
	# what is no argument buffer
	fails "" opalvm call get-time-of-day
	fails "" opalvm call get-time-of-day 0
	fails "" opalvm call get-time-of-day "inout:$(cells 0 0)"
	fails "" opalvm call get-time-of-day "inout:$(cells 0 0 8 0)"
	fails "" opalvm call get-time-of-day "inout:$(cells 0 16 1 0)"
	fails "" opalvm call get-time-of-day "in:$block"
	is "$(get services/nvram-fetch/calls)" 0
	is "$(get quarantine)" ""
}

read_beside_the_kernel()
{
	local i epoch now least most
	while [ ! -e "$WORK/stop" ]; do
		read -r epoch < /sys/class/rtc/rtc0/since_epoch || echo fails >> "$WORK/wrong"
		: "$epoch"
		cat /dev/nvram > /dev/null || echo fails >> "$WORK/wrong"
	done &
	for ((i = 0; i < CALLS; i++)); do
		TZ=UTC printf -v least '%(%FT%T)T' $((EPOCHSECONDS - 3))
		read -r now < "$EFI/time"
		TZ=UTC printf -v most '%(%FT%T)T' $((EPOCHSECONDS + 3))
		[[ ! $now < $least && ! $now > $most ]] || echo "$least $now $most" >> "$WORK/wrong"
	done
	: > "$WORK/stop"
	wait
	absent "$WORK/wrong" || { head "$WORK/wrong"; return 1; }
}

# The device of the clock class that is ours
clock()
{
	local dir
	for dir in /sys/class/rtc/rtc*; do
		[[ $(cat "$dir/name") != *opalvm-rtc ]] || echo "${dir##*/}"
	done
}

# near A B: at most three seconds apart
near()
{
	at_most $(($1 - $2)) 3
	at_least $(($1 - $2)) -3
}

clock_is_read()
{
	is "$(clock | wc -l)" 1
	near "$(cat "/sys/class/rtc/$(clock)/since_epoch")" "$(cat /sys/class/rtc/rtc0/since_epoch)"
}

clock_is_set()
{
	local before later
	before=$EPOCHSECONDS
	later=$((before + 100 * 86400))
	date -s "@$later" > /dev/null
	hwclock -u -w -f "/dev/$(clock)"
	near "$(cat /sys/class/rtc/rtc0/since_epoch)" $later
	date -s "@$before" > /dev/null
	hwclock -u -w -f "/dev/$(clock)"
	near "$(cat /sys/class/rtc/rtc0/since_epoch)" "$before"
	time_is_right
}

NVRAM=/sys/bus/nvmem/devices/opalvm-nvram/nvmem

nvram_is_the_kernels()
{
	local size
	size=$(cell "$(echo /proc/device-tree/vdevice/nvram@*)/#bytes")
	is "$(stat -c %s $NVRAM)" "$size"
	cmp $NVRAM /dev/nvram
	at_least "$(tr -d '\0' < $NVRAM | wc -c)" 10
	# any place, any length
	dd if=$NVRAM bs=1 skip=4090 count=13 of="$WORK/ours" 2> /dev/null
	dd if=/dev/nvram bs=1 skip=4090 count=13 of="$WORK/kernels" 2> /dev/null
	cmp "$WORK/ours" "$WORK/kernels"
	at_least "$(get services/nvram-fetch/calls)" 16
}

# The last bytes, in the free space at the end
nvram_is_written()
{
	local at
	at=$(($(stat -c %s $NVRAM) - 5000))
	tail -c 5000 $NVRAM > "$WORK/before"
	head -c 5000 /dev/urandom > "$WORK/random"
	dd if="$WORK/random" of=$NVRAM oflag=seek_bytes seek=$at bs=5000 conv=notrunc 2> /dev/null
	tail -c 5000 /dev/nvram | cmp - "$WORK/random"
	tail -c 5000 $NVRAM | cmp - "$WORK/random"
	dd if="$WORK/before" of=$NVRAM oflag=seek_bytes seek=$at bs=5000 conv=notrunc 2> /dev/null
	cmp $NVRAM /dev/nvram
	at_least "$(get services/nvram-store/calls)" 4
}

nothing_is_wrong()
{
	is "$(get quarantine)" ""
	is "$(cat "$EFI"/services/*/faults "$EFI"/services/*/hangs | sort -u)" 0
	at_least "$(get stack_used)" 1
}

loads_from_a_table()
{
	map > "$WORK/first-map"
	cat "$ROOT/handover" > "$WORK/table"
	unload
	loads handover="$WORK/table"
	is "$(get origin)" handover
	is "$(get hops)" 1
	map | diff "$WORK/first-map" -
	time_is_right
	unload
}

wrong_tables_are_refused()
{
	head -c 100 "$WORK/table" > "$WORK/wrong-table"
	log_mark
	fails "" insmod "$KO" handover="$WORK/wrong-table"
	is "$(log | wc -l)" 1
	log_says "rtas: "
	gone
	log_mark
	fails "" insmod "$KO" handover=/nowhere
	log_is_one_line "no handover table at /nowhere"
	gone
}

ten_times()
{
	local i
	for ((i = 0; i < 10; i++)); do
		insmod "$KO"
		read -r _ < "$EFI/time"
		rmmod opalvm
	done
	gone
}

refused_without_radix()
{
	log_mark
	fails "No such device" insmod "$KO"
	log_is_one_line "radix is needed"
	gone
}

if grep -q disable_radix /proc/cmdline; then
	ktap_run refused_without_radix "with a hash table for an MMU, loading is refused with a reason"
	exit
fi
ktap_run loads "the module loads" \
	describes_itself "state, origin and placement are right, for root alone" \
	map_is_the_device_trees "the map is what the device tree says" \
	services_are_the_device_trees "the services are the calls that the device tree lists" \
	services_are_refused_or_not "calls that are the kernel's are internal, the others can be made" \
	time_is_right "get-time-of-day agrees with the kernel's clock" \
	calls_are_counted "calls are counted" \
	calls_by_name "calls by name, with an argument buffer, come back" \
	calls_are_refused_by_name "calls that are not safe are refused, whatever the buffer" \
	read_beside_the_kernel "$CALLS calls beside a kernel that calls RTAS are all right" \
	clock_is_read "the clock is a device, and agrees with the kernel's" \
	clock_is_set "the clock is set through its device" \
	nvram_is_the_kernels "the NVRAM is a device, and reads as /dev/nvram does" \
	nvram_is_written "the NVRAM is written" \
	"nvram_tool_works $NVRAM" "Debian's nvram works on it" \
	nothing_is_wrong "nothing is in quarantine" \
	loads_from_a_table "the module loads from a saved table" \
	wrong_tables_are_refused "wrong tables are refused with a reason" \
	ten_times "the module loads and unloads ten times, and leaves nothing"
