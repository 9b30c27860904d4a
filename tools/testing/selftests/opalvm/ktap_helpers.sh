# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the guest tests share: results as KTAP, and the module's files. Sourced.
# A test script ends with
#
#	ktap_run FUNCTION "what is true if it passes" FUNCTION "..." ...
#
# Each function runs in a subshell with errexit: the first command that fails
# fails it. Its output becomes comments. What a later test needs goes to $WORK.

KO=${KO:-/opalvm/opalvm.ko}
ROOT=/sys/firmware/opalvm
EFI=$ROOT/efi
WORK=/run/opalvm-test
GUID=4f50414c-564d-4f50-414c-564d4f50414c
export LC_ALL=C
mkdir -p "$WORK"
# what <(...) stands for
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd

# Where a test failed, but not what failed in a substitution
ktap_where()
{
	[ "$BASH_SUBSHELL" -gt 1 ] || echo "line $1: $2" >&2
}

# pairs of a function and its name; the function may have arguments
ktap_run()
{
	local number=0 failed=0 rc out
	echo "KTAP version 1"
	echo "1..$(($# / 2))"
	set +e
	out=$(set -e; false; echo "errexit is ignored")
	set -e
	if [ -n "$out" ]; then
		echo "Bail out! ktap_run stands in a condition, where bash stops no test"
		return 1
	fi
	while [ $# -gt 0 ]; do
		number=$((number + 1))
		set +e
		# shellcheck disable=SC2086 # its arguments
		out=$(set -eE; trap 'ktap_where "$LINENO" "$BASH_COMMAND"' ERR; $1 2>&1)
		rc=$?
		set -e
		[ "$rc" = 0 ] || failed=$((failed + 1))
		# shellcheck disable=SC2001 # each line
		[ -z "$out" ] || sed 's/^/# /' <<< "$out"
		if [ "$rc" = 0 ]; then
			echo "ok $number $2"
		else
			echo "not ok $number $2"
		fi
		shift 2
	done
	[ "$failed" = 0 ]
}

# is VALUE WANTED
is()
{
	[ "$1" = "$2" ] && return
	echo "'$1' instead of '$2'" >&2
	return 1
}

# at_least VALUE LIMIT, at_most VALUE LIMIT
at_least()
{
	[ "$1" -ge "$2" ] && return
	echo "$1 is less than $2" >&2
	return 1
}

at_most()
{
	[ "$1" -le "$2" ] && return
	echo "$1 is more than $2" >&2
	return 1
}

# absent PATH
absent()
{
	[ ! -e "$1" ] && return
	echo "$1 is there" >&2
	return 1
}

# fails TEXT command...: it must fail, and say so
fails()
{
	local text=$1 out
	shift
	if out=$("$@" 2>&1); then
		echo "'$*' did not fail"
		return 1
	fi
	[[ $out == *"$text"* ]] && return
	echo "'$*' says '$out' instead of '$text'"
	return 1
}

# From here on log_says and log_is_one_line look at the kernel log.
log_mark()
{
	local mark="opalvm-test: mark $RANDOM$RANDOM"
	echo "$mark" > "$WORK/mark"
	echo "$mark" > /dev/kmsg
}

log()
{
	dmesg | sed "1,/$(cat "$WORK/mark")/d" | sed -n 's/^\[[^]]*\] //; /^opalvm: /p' |
		sed '/: loading out-of-tree module /d; /: module verification failed: /d'
}

log_says()
{
	grep -qF -- "$1" <<< "$(log)" && return
	echo "the log does not say '$1', but:"
	log
	return 1
}

# one line of the module that tells why, and nothing else
log_is_one_line()
{
	is "$(log | wc -l)" 1 || { log; return 1; }
	log_says "$1"
}

get()
{
	cat "$EFI/$1"
}

# shellcheck disable=SC2120 # its arguments are optional
load()
{
	log_mark
	insmod "$KO" "$@"
}

unload()
{
	rmmod opalvm
	gone
}

# Nothing of the module is left.
gone()
{
	absent "$ROOT"
	absent /sys/module/opalvm
	is "$(cat /proc/[0-9]*/comm 2> /dev/null | grep '^opalvm')" ""
}

map()
{
	extents $EFI/map
}

# to what hop.sh noted in the kernel before
map_is_identical()
{
	map | diff /test/first-map -
	grep . "$EFI"/services/*/entry | diff /test/first-entries -
	is "$(get systab)" "$(cat /test/first-systab)"
	is "$(get placement)" "$(cat /test/first-placement)"
	at_least "$(get generation)" "$(cat /test/first-generation)"
}

# extents DIRECTORY: one a line: va pa pages attribute type. The kernel's own
# runtime-map looks the same.
extents()
{
	local n file value line dir=$1
	for ((n = 0; ; n++)); do
		[ -e "$dir/$n" ] || break
		line=
		for file in virt_addr phys_addr num_pages attribute type; do
			read -r value < "$dir/$n/$file"
			line+="$value "
		done
		echo "${line% }"
	done
	at_least "$n" 1
}

# map_ranges < map: "pa end va-pa type", neighbours that continue each other as one
map_ranges()
{
	local va pa pages attribute type
	while read -r va pa pages attribute type; do
		: "$attribute"
		printf '%016x %016x %016x %x\n' $((pa)) $((pa + pages * 4096)) $((va - pa)) $((type))
	done | merge_ranges
}

merge_ranges()
{
	sort | awk '
	$1 == end && $3 == delta && $4 == type { end = $2; next }
	NR > 1 { print start, end, delta, type }
	{ start = $1; end = $2; delta = $3; type = $4 }
	END { if (NR) print start, end, delta, type }'
}

# Bits of an extent's attribute
# shellcheck disable=SC2034 # for those who source this
MEMORY_RO=$((0x20000)) MEMORY_XP=$((0x4000))

# word FILE OFFSET BYTES: a number in it
word()
{
	od -An -v -t "u$3" -j "$2" -N "$3" "$1" | xargs
}

# GetTime reads the chip that the kernel's RTC driver reads.
time_is_right()
{
	local before now after i
	for i in 1 2 3; do
		before=$(rtc)
		now=$(get time)
		after=$(rtc)
		echo "$before <= $now <= $after ($i)"
		[[ ! $now < $before && ! $now > $after ]] && return
		# the driver answers from its own reading, up to a second ago
		sleep 0.3
	done
	return 1
}

rtc()
{
	local epoch
	read -r epoch < /sys/class/rtc/rtc0/since_epoch
	TZ=UTC printf '%(%FT%T)T\n' "$epoch"
}

# Where efivarfs is, or is to be: without EFI there is no place of its own.
vars_dir()
{
	if [ -d /sys/firmware/efi/efivars ]; then
		echo /sys/firmware/efi/efivars
	else
		mkdir -p "$WORK/efivars"
		echo "$WORK/efivars"
	fi
}

vars_mount()
{
	modprobe efivarfs
	mount -t efivarfs efivarfs "$(vars_dir)"
	grep -q ' efivarfs rw' /proc/mounts
}

vars_umount()
{
	umount "$(vars_dir)"
	rmmod efivarfs
}

# var_write NAME ATTRIBUTES TEXT: the attributes in octal, 7 for the usual ones
var_write()
{
	local file
	file=$(vars_dir)/$1-$GUID
	[ ! -e "$file" ] || chattr -i "$file"
	# in one write
	printf "\\$2\\0\\0\\0%s" "$3" > "$WORK/value"
	dd if="$WORK/value" of="$file" bs=64k conv=notrunc 2> "$WORK/dd" || { cat "$WORK/dd"; return 1; }
}

var_read()
{
	# through a pipe: GNU's tail would seek, and efivarfs cannot
	# shellcheck disable=SC2002
	cat "$(vars_dir)/$1-$GUID" | tail -c +5
}

var_delete()
{
	local file
	file=$(vars_dir)/$1-$GUID
	chattr -i "$file"
	rm "$file"
	absent "$file"
}

# packaged PROGRAM ARGUMENTS...: one that tools/testing/vm/packaged.sh fetched
packaged()
{
	local program=$1 loader
	shift
	loader=$(echo "/$program"/lib/ld*)
	"$loader" --library-path "/$program/lib" "/$program/$program" "$@"
}

# nvram_tool_works FILE: Debian's nvram, on POWER, on what /dev/nvram shows as well
nvram_tool_works()
{
	local file=$1 tool partition
	tool=(packaged nvram "--nvram-file=$file" "--nvram-size=$(stat -c %s "$file")")
	cat "$file" > "$WORK/nvram"
	"${tool[@]}" --partitions | tee "$WORK/partitions"
	# the one for variables that an OS sets, if there is one
	partition=$(grep -oE 'common|system' "$WORK/partitions" | head -n 1)
	packaged nvram --partitions | diff "$WORK/partitions" -
	"${tool[@]}" -p "$partition" --update-config opalvm-test=written
	is "$("${tool[@]}" -p "$partition" --print-config=opalvm-test)" written
	is "$(packaged nvram -p "$partition" --print-config=opalvm-test)" written
	cat "$WORK/nvram" > "$file"
	cmp "$file" /dev/nvram
	fails "" "${tool[@]}" -p "$partition" --print-config=opalvm-test
}

# The disk that boot.sh --chain makes
disk_mount()
{
	local i
	modprobe -q virtio_pci
	modprobe -q virtio_blk
	modprobe -q ext4
	for ((i = 0; i < 50; i++)); do
		[ ! -b /dev/vda ] || break
		sleep 0.1
	done
	mount -t ext4 /dev/vda /boot
}

# Someone is always calling when the kernel goes.
keep_busy()
{
	while :; do
		read -r _ < $EFI/time || break
	done > /dev/null 2>&1 &
	while :; do
		var_write OpalvmBusy 7 "$RANDOM" || break
	done > /dev/null 2>&1 &
	sleep 1
}

# Memory is comparable afterwards.
settle()
{
	sync
	echo 3 > /proc/sys/vm/drop_caches
	sleep 2
	echo 3 > /proc/sys/vm/drop_caches
}

# memory NAME: a line of /proc/meminfo, in kB
memory()
{
	sed -n "s/^$1: *\([0-9]*\) kB/\1/p" /proc/meminfo
}

# Free pages, with those that each CPU keeps at hand, in kB
free()
{
	echo $(($(memory MemFree) + 4 * $(awk '$1 == "count:" { n += $2 } END { print n }' /proc/zoneinfo)))
}
