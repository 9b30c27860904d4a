#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of the tool against made-up sysfs trees, with a kexec that only takes
# notes. Prints KTAP. 'make check' builds what it needs and runs it.
#
# OPALVM     the tool
# HELPERS    where make_table and fail_read.so are
# WRAP       a program to run the tool under, as
#            "valgrind -q --vgdb=no --leak-check=full --error-exitcode=99"
# ONLY       a regular expression: the tests with such names

here=$(dirname "$(readlink -f "$0")")
: "${OPALVM:?the tool to test}" "${HELPERS:?where the helpers are}"
for need in jq cpio setpriv python3 script; do
	if ! command -v $need > /dev/null; then
		printf 'KTAP version 1\n1..0 # SKIP %s is not installed\n' $need
		exit 4
	fi
done
read -ra wrap <<< "${WRAP-}"

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
# what runs without root must get in
chmod 755 "$work"

export OPALVM_SYSFS=$work/tree OPALVM_RUN=$work/run OPALVM_ROOT=$work/root
export TMPDIR=$work/tmp RECORD=$work/record
export ASAN_OPTIONS=verify_asan_link_order=0:$ASAN_OPTIONS
export LC_ALL=C
mkdir "$work/bin"
ln -s "$here/fake_kexec.sh" "$work/bin/kexec"
export PATH=$work/bin:$PATH

#
# a tree
#

# put NAME VALUE...: one value a line
put() {
	local name=$OPALVM_SYSFS/$1

	shift
	mkdir -p "${name%/*}"
	if [ $# -gt 0 ]; then
		printf '%s\n' "$@" > "$name"
	else
		: > "$name"
	fi
}

# extent N VA PA PAGES TYPE ATTRIBUTE
extent() {
	put "$fw/map/$1/virt_addr" "$2"
	put "$fw/map/$1/phys_addr" "$3"
	put "$fw/map/$1/num_pages" "$4"
	put "$fw/map/$1/type" "$5"
	put "$fw/map/$1/attribute" "$6"
}

# service NAME STATE ENTRY [CALLS FAULTS HANGS REFUSED]; ENTRY is "-": without the file
service() {
	local dir=$fw/services/$1

	put "$dir/state" "$2"
	[ "$3" = - ] || put "$dir/entry" "$3"
	[ $# -gt 3 ] || return
	put "$dir/deadline_ms" 10000
	put "$dir/calls" "$4"
	put "$dir/faults" "$5"
	put "$dir/hangs" "$6"
	put "$dir/refused" "$7"
	put "$dir/total_ns" $(($4 * 1500))
	put "$dir/max_ns" 2500000
}

# what a module shows that hosts a firmware, whichever: $1 with the placement $2
hosted_firmware() {
	fw=$1
	rm -rf "$OPALVM_SYSFS" "$OPALVM_RUN" "$OPALVM_ROOT" "$TMPDIR" "$RECORD"
	mkdir -p "$OPALVM_SYSFS" "$OPALVM_ROOT/sys/kernel/security" "$OPALVM_ROOT/proc" \
		"$TMPDIR" "$RECORD"
	echo 1 > "$OPALVM_ROOT/sys/kernel/kexec_loaded"
	echo "root=/dev/sda1 quiet" > "$OPALVM_ROOT/proc/cmdline"
	put version 0.1
	put "$fw/origin" "$2"
	put "$fw/state" hosted
	put "$fw/placement" "$2"
	put "$fw/hops" 0
	put "$fw/generation" 1
	put "$fw/quarantine"
	put "$fw/stack_used" 3120
	echo kernel > "$work/kernel"
	unset KEXEC_EXIT KEXEC_TOUCH FAIL_READ FAIL_READ_ERRNO
}

# what a module that hosts EFI shows
hosted() {
	hosted_firmware efi identity
	put efi/systab 0x7f9ee018
	put efi/capsule_pending 0
	put efi/time 2026-11-20T14:03:05
	put efi/efivars registered
	extent 0 0x7f000000 0x7f000000 0x100 0x5 0x800000000002000f
	extent 1 0x7f100000 0x7f100000 0x1 0x6 0x800000000000400f
	extent 2 0x7f200000 0x7f200000 0x123 0x6 0x8000000000004006
	extent 10 0xffc00000 0xffc00000 0x400 0xb 0x8000000000000001
	service GetTime ok 0x7f000100 7 0 0 0
	service SetVariable ok 0x7f000200 3 1 0 2
	service UpdateCapsule unsupported 0x7f000300 0 0 0 0
	service SetVirtualAddressMap internal 0x7f000400 0 0 0 0
	"$HELPERS/make_table" > "$OPALVM_SYSFS/handover"
}

# root NAME [LINE...]: a file of the running system
root() {
	local name=$OPALVM_ROOT$1

	shift
	mkdir -p "${name%/*}"
	printf '%s\n' "$@" > "$name"
}

# what one that hosts OPAL shows
hosted_opal() {
	hosted_firmware opal firmware
	put opal/uncovered
	put opal/symbols "0000000030000000 T __head" "0000000030000000 T _start" \
		"00000000300050a4 T opal_entry" "0000000030021f00 t lock" \
		"0000000030022000 T xscom_read" "0000000030024000 t lock" \
		"0000000030025000 T .rtc_read" "0000000030026000 D rtc_read" \
		"0000000031c30000 A _end"
	put opal/time 2026-11-20T14:03:05
	extent 0 0x30000000 0x30000000 0x140 0x5 0x8000000000020008
	extent 1 0x30140000 0x30140000 0x1ac0 0x6 0x8000000000004008
	extent 2 0x603fc00000000 0x603fc00000000 0x400000 0xb 0x8000000000004001
	service OPAL_CONSOLE_WRITE ok - 4 0 0 0
	service OPAL_RTC_READ ok 0x300050a4 7 0 0 0
	service OPAL_XSCOM_READ ok 0x0 2 1 0 1
	"$HELPERS/make_table" table.firmware=2 table.placement=3 > "$OPALVM_SYSFS/handover"
}

# what one that hosts RTAS shows
hosted_rtas() {
	hosted_firmware rtas firmware
	extent 0 0x3fff0000 0x3fff0000 0x1 0x5 0x8000000000000008
	service get-time-of-day ok 0x0 1 0 0 0
	"$HELPERS/make_table" table.firmware=3 table.placement=3 > "$OPALVM_SYSFS/handover"
}

# what it shows when the running kernel calls the services
recorded() {
	hosted
	rm -rf "$OPALVM_SYSFS/efi/services"
	put efi/origin kernel
	put efi/state recorded
	put efi/placement assigned
	put efi/efivars none
	service GetTime ok 0x7f000100
	service SetVariable ok 0x7f000200
}

#
# running and judging; a test fails if any of these does
#

# tool CODE ARGUMENT...: run the tool, expect the exit code
tool() {
	local want=$1 got

	shift
	"${wrap[@]}" "$OPALVM" "$@" > "$work/out" 2> "$work/err"
	got=$?
	[ "$got" = "$want" ] && return
	why "'opalvm $*' gave $got, not $want"
	return 1
}

# tool_not_root CODE ARGUMENT...: run it as somebody who is not root
tool_not_root() {
	local want=$1 other=() got

	shift
	[ "$(id -u)" != 0 ] || other=(setpriv --reuid 65534 --clear-groups)
	"${other[@]}" "$OPALVM" "$@" > "$work/out" 2> "$work/err"
	got=$?
	[ $got = "$want" ] && return
	why "'opalvm $*' gave $got, not $want"
	return 1
}

# why TEXT: what a person wants to know about a failure
why() {
	printf '# %s\n' "$1"
	sed 's/^/# out: /' "$work/out"
	sed 's/^/# err: /' "$work/err"
}

# says TEXT: one line on standard error, with the text in it, and nothing else
says() {
	if [ "$(wc -l < "$work/err")" = 1 ] && grep -qF -- "$1" "$work/err" &&
	   grep -q '^opalvm: .*; ' "$work/err" && [ ! -s "$work/out" ]; then
		return
	fi
	why "it does not say, in one line: $1"
	return 1
}

# shows TEXT: standard output has a line with the text, standard error has none;
# how wide a column is depends on what else is in it
shows() {
	if tr -s ' ' < "$work/out" > "$work/narrow" && [ ! -s "$work/err" ] &&
	   grep -qF -- "$(tr -s ' ' <<< "$1")" "$work/narrow"; then
		return
	fi
	why "it does not show: $1"
	return 1
}

# warns [TEXT...]: standard error has a line for each text, and nothing else
warns() {
	local text number=0

	for text in "$@"; do
		number=$((number + 1))
		if ! sed -n "${number}p" "$work/err" | grep '^opalvm: warning: .*; ' |
		   grep -qF -- "$text"; then
			why "warning $number is not: $text"
			return 1
		fi
	done
	[ "$(wc -l < "$work/err")" = $number ] && [ ! -s "$work/out" ] && return
	why "it does not warn in $number lines"
	return 1
}

# json FILTER: standard output is JSON for which the jq filter holds
json() {
	jq -e "$1" "$work/out" > "$work/jq" 2>&1 && return
	why "not so in JSON: $1"
	return 1
}

# ran ARGUMENT...: kexec ran once, with these; its initrd's name is "-"
ran() {
	local want

	want=$(printf '%s\n' "$@" --)
	if [ "$(sed 's|^--initrd=/proc/self/fd/[0-9]*$|--initrd=-|' "$RECORD/args")" = "$want" ]; then
		return
	fi
	why "kexec got: $(tr '\n' ' ' < "$RECORD/args")"
	return 1
}

ran_not() {
	[ ! -e "$RECORD/args" ] && return
	why "kexec got: $(tr '\n' ' ' < "$RECORD/args")"
	return 1
}

# nothing_left: no file is left in TMPDIR, and none was seen there from kexec
nothing_left() {
	[ -z "$(ls -A "$TMPDIR")" ] && [ ! -s "$RECORD/tmpdir" ] && return
	why "left in TMPDIR: $(ls -A "$TMPDIR") $(cat "$RECORD/tmpdir")"
	return 1
}

# carries BASE: kexec's initrd is BASE, zero bytes up to a multiple of four,
# four at least, and an archive with the table alone
carries() {
	local size at list

	size=$(stat -c %s "$1")
	at=$((size ? (size + 4 + 3) / 4 * 4 : 0))
	cmp -s -n "$size" "$1" "$RECORD/initrd" || { why "$1 is not in front"; return 1; }
	if [ "$(tail -c +$((size + 1)) "$RECORD/initrd" | head -c $((at - size)) |
		tr -d '\0' | wc -c)" != 0 ]; then
		why "no zero bytes behind $1"
		return 1
	fi
	if [ "$(tail -c +$((at + 1)) "$RECORD/initrd" | head -c 6)" != 070701 ]; then
		why "no archive at $at"
		return 1
	fi
	tail -c +$((at + 1)) "$RECORD/initrd" > "$work/archive"
	list=$(cpio --quiet -tv < "$work/archive" 2>> "$work/err" | awk '{ print $1, $NF }')
	if [ "$list" != "-r-------- opalvm.handover" ]; then
		why "cpio lists: $list"
		return 1
	fi
	cpio --quiet -i --to-stdout < "$work/archive" > "$work/unpacked" 2>> "$work/err"
	cmp -s "$work/unpacked" "$OPALVM_SYSFS/handover" && return
	why "the table is not what the archive holds"
	return 1
}

#
# tests: each name tells what would be broken
#

test_help_tells_exit_codes() {
	tool 0 --help && shows "3  not available here" && shows "OPALVM_SYSFS"
}

test_every_command_has_help() {
	local command

	for command in status map audit time services trace top symbols kexec handover doctor; do
		tool 0 "$command" --help && shows "Usage: opalvm $command" || return
	done
}

test_version_is_that_of_the_module() {
	local version

	version=$(sed -n 's/^#define OPALVM_VERSION[^"]*"\(.*\)"/\1/p' \
		"$here/../../../../../drivers/firmware/opalvm/opalvm.h")
	[ -n "$version" ] && tool 0 --version && shows "opalvm $version"
}

test_wrong_usage_gives_2() {
	tool 2 && tool 2 --nonsense && tool 2 nonsense && tool 2 status --nonsense &&
		tool 2 map argument && tool 2 symbols one two && tool 2 kexec && tool 2 kexec -l &&
		tool 2 kexec "$work/kernel" && tool 2 kexec -l -s "$work/kernel" &&
		tool 2 kexec -l "$work/kernel" another &&
		tool 2 kexec -e "$work/kernel" && tool 2 kexec -e --initrd=x &&
		tool 2 kexec -r "$work/kernel" && tool 2 kexec -r -s && tool 2 kexec -r -p &&
		tool 2 kexec -e -- -d && tool 2 kexec -e -- --append=x &&
		tool 2 kexec -p && tool 2 kexec -p -e && tool 2 kexec -p "$work/kernel" -e &&
		tool 2 kexec -p -l -s "$work/kernel" && ran_not
}

test_full_disk_is_an_error() {
	"$OPALVM" status > /dev/full 2> "$work/err"
	[ $? = 1 ] && grep -q "cannot write the output" "$work/err"
}

test_not_loaded_gives_3_and_the_step() {
	local command

	rm -rf "$OPALVM_SYSFS"
	for command in status map audit time services trace "top -n 1" symbols "symbols 0x1" handover "kexec -e" "kexec -l $work/kernel"; do
		# shellcheck disable=SC2086
		tool 3 $command && says "not loaded; load it: modprobe opalvm" || return
	done
}

test_nothing_hosted_gives_3() {
	rm -rf "$OPALVM_SYSFS/efi"
	tool 3 status && says "hosts no firmware; the reason: dmesg | grep opalvm"
}

test_opal_is_found() {
	hosted_opal
	tool 0 status && shows opal && shows "placement     firmware" &&
		shows "map           3 extents, 16.0 GiB" &&
		shows "calls         13 (1 faults, 0 hangs), 1 refused" &&
		! grep -qE "efi|EFI|system table|capsule|next:" "$work/out" &&
		tool 0 status --json && json '(keys - ["version", "next"]) == ["opal"]' &&
		json '.opal | .state == "hosted" and .placement == "firmware" and .calls == 13' &&
		json '.opal | [has("systab", "efivars", "capsule_pending")] | any | not' &&
		json '.opal.uncovered == []'
}

test_rtas_is_found() {
	hosted_rtas
	tool 0 status && shows rtas && shows "map           1 extents, 4 KiB" &&
		tool 0 map -j && json '.rtas | length == 1 and .[0].access == "RWX"' &&
		tool 0 services -j && json '.rtas[0].name == "get-time-of-day"' &&
		tool 1 time && says "rtas/time: the module does not show it"
}

test_other_firmware_is_named_in_errors_and_advice() {
	hosted_opal
	put opal/quarantine OPAL_RTC_READ
	tool 0 status && shows "echo SERVICE > /sys/firmware/opalvm/opal/quarantine" &&
		rm "$OPALVM_SYSFS/opal/hops" &&
		tool 1 status && says "opal/hops: the module does not show it" &&
		rm -r "$OPALVM_SYSFS/opal/map" && tool 1 map &&
		says "opal/map: the module does not show it" &&
		rm -r "$OPALVM_SYSFS/opal/services" && tool 1 services &&
		says "opal/services: the module does not show it"
}

test_map_of_opal() {
	hosted_opal
	tool 0 map &&
	shows "0x0000000030000000  0x0000000030000000    1.2 MiB  R-X  WB     Runtime Code" &&
	shows "0x0000000030140000  0x0000000030140000   26.8 MiB  RW-  WB     Runtime Data" &&
	shows "0x000603fc00000000  0x000603fc00000000     16 GiB  RW-  UC     MMIO"
}

test_services_of_opal_share_an_entry_point() {
	hosted_opal
	tool 0 services &&
		grep -qE '^OPAL_CONSOLE_WRITE +ok +- +10 s +4 ' "$work/out" &&
		grep -qE '^OPAL_RTC_READ +ok +0x00000000300050a4 +10 s +7 ' "$work/out" &&
		grep -qE '^OPAL_XSCOM_READ +ok +0x0000000000000000 +10 s +2 ' "$work/out" &&
		tool 0 services --json && json '.opal[0] | .calls == 4 and (has("entry") | not)' &&
		json '.opal[2].entry == "0x0"' || return
	put opal/services/OPAL_RTC_READ/entry nonsense
	tool 1 services && says "opal/services/OPAL_RTC_READ/entry: it holds no number"
}

test_time_of_opal() {
	hosted_opal
	tool 0 time --json && json '.opal.time == "2026-11-20T14:03:05"'
}

test_status_shows_uncovered_devices() {
	hosted_opal
	tool 0 status && shows "uncovered     none" || return
	put opal/uncovered "0x6030400001000 17 0x30021f40" "0x603fc00010000 1 0x30055000"
	tool 0 status && shows "uncovered     2 pages of devices" &&
		shows "    0x0006030400001000  17 accesses, from 0x30021f40" &&
		shows "    0x000603fc00010000  1 accesses, from 0x30055000" &&
		shows "next: the firmware accesses devices that no extent covers" &&
		shows "report the pages, so that an extent is added" &&
		shows "opalvm symbols 0x30021f40" &&
		tool 0 status --json && json '.next | length == 1' &&
		json '.opal.uncovered[0] == {address: "0x6030400001000", count: 17, ip: "0x30021f40"}' &&
		json '.opal.uncovered | length == 2' || return
	# not every OPAL is called in a way that needs it
	rm "$OPALVM_SYSFS/opal/uncovered"
	tool 0 status && ! grep -q uncovered "$work/out" &&
		tool 0 status --json && json '.opal | has("uncovered") | not'
}

test_status_shows_windows() {
	hosted_opal
	put opal/windows
	tool 0 status && ! grep -q window "$work/out" &&
		tool 0 status --json && json '.opal.windows == []' || return
	put opal/windows "0 0x4000030510000 0x30510000 0x10 0x8000000000004008 OPAL_TEST" \
		"7 0x603fc00780000 0x603fc00780000 0x10 0x8000000000024001 OPAL_XSCOM_READ"
	tool 0 status &&
		shows "  window 0      0x0004000030510000  0x0000000030510000     64 KiB  RW-  WB  OPAL_TEST" &&
		shows "  window 7      0x000603fc00780000  0x000603fc00780000     64 KiB  R--  UC  OPAL_XSCOM_READ" &&
		tool 0 status --json && json '.opal.windows | length == 2' &&
		json '.opal.windows[1] == {number: 7, virt_addr: "0x603fc00780000",
			phys_addr: "0x603fc00780000", num_pages: 16, attribute: "0x8000000000024001",
			access: "R--", cache: "UC", service: "OPAL_XSCOM_READ"}'
}

test_status_with_damaged_windows() {
	local line

	hosted_opal
	for line in "" 0 "0 0x1000 0x1000 0x1 0x8" "0 0x1000 0x1000 0x1 0x8 " \
		"0 0x1000 0x1000 0x1 0x8 OPAL_TEST more" "0 0x1000 0x1000 0xg 0x8 OPAL_TEST" \
		"0 0x1000 0x1000 0x1 0x8 $(printf 'O%.0s' {1..5000})"; do
		put opal/windows "0 0x1000 0x1000 0x1 0x8 OPAL_TEST" "$line"
		tool 1 status && says "opal/windows: line 2 is damaged" || return
	done
}

test_status_with_many_uncovered_devices() {
	hosted_opal
	seq -f "0x60304%07.0f000 17 0x30021f40" 3000 > "$OPALVM_SYSFS/opal/uncovered"
	tool 0 status --json && json '.opal.uncovered | length == 3000'
}

test_status_with_damaged_uncovered_devices() {
	local line

	hosted_opal
	for line in "" 0x1000 "0x1000 1" "0x1000 1 " "0x1000  1 0x2000" "0x1000 1 0x2000 3" \
		" 0x1000 1 0x2000" "0x1000 -1 0x2000" "0x1000 1 0xg" "nonsense 1 0x2000" \
		"0x10000000000000000 1 0x2000"; do
		put opal/uncovered "0x1000 1 0x2000" "$line" "0x3000 1 0x2000"
		tool 1 status && says "opal/uncovered: line 2 is damaged" || return
	done
	printf '0x1000 1 0x2000\0\n' > "$OPALVM_SYSFS/opal/uncovered"
	tool 1 status && says "opal/uncovered: it holds no text"
}

test_status_without_what_only_efi_has() {
	rm "$OPALVM_SYSFS"/efi/{systab,efivars,capsule_pending}
	tool 0 status && ! grep -qE "efivars|system table|capsule" "$work/out" || return
	put efi/systab nonsense
	tool 1 status && says "efi/systab: it holds no number"
}

test_not_root_is_said() {
	local file

	for file in version efi/state efi/map/0/virt_addr efi/services/GetTime/calls; do
		chmod 000 "$OPALVM_SYSFS/$file"
		tool_not_root 1 status &&
			says "$file: only root may read it; run the command as root" || return
		chmod 644 "$OPALVM_SYSFS/$file"
	done
}

test_status_shows_what_is_hosted() {
	tool 0 status && shows "opalvm 0.1" && shows "state         hosted" &&
		shows "origin        identity" && shows "placement     identity" &&
		shows "hops          0" && shows "system table  0x7f9ee018" &&
		shows "map           4 extents, 6.1 MiB" &&
		shows "calls         10 (1 faults, 0 hangs), 2 refused" &&
		shows "quarantine    none" && shows "efivars       registered" &&
		! shows "next:" > /dev/null
}

test_status_json() {
	tool 0 status --json && json '.version == "0.1"' &&
		json '.efi | .state == "hosted" and .hops == 0 and .systab == "0x7f9ee018"' &&
		json '.efi | .extents == 4 and .bytes == 6438912' &&
		json '.efi | .calls == 10 and .faults == 1 and .refused == 2' &&
		json '.efi.quarantine == [] and .efi.capsule_pending == false' &&
		json '.next == []'
}

test_status_recorded_says_why_calls_are_refused() {
	recorded
	tool 0 status && shows "next: the running kernel calls the services itself" &&
		shows "EBUSY" && shows "will be handed over: opalvm kexec" &&
		tool 0 status --json && json '.efi | .state == "recorded" and (has("calls") | not)' &&
		json '.next | length == 1'
}

test_status_says_how_to_lift_a_quarantine() {
	put efi/quarantine SetVariable GetTime
	tool 0 status && shows "quarantine    SetVariable GetTime" &&
		shows "to lift it: echo SERVICE > /sys/firmware/opalvm/efi/quarantine" &&
		tool 0 status --json && json '.efi.quarantine == ["SetVariable", "GetTime"]'
}

test_status_shows_what_is_in_progress() {
	put efi/in_flight
	tool 0 status && ! shows "in progress" > /dev/null &&
		tool 0 status --json && json '.efi.in_flight == []' || return
	put efi/in_flight SetVariable GetTime
	tool 0 status && shows "in progress   SetVariable GetTime" &&
		tool 0 status --json && json '.efi.in_flight == ["SetVariable", "GetTime"]'
}

test_status_without_calls_in_progress_to_read() {
	tool 0 status && ! shows "in progress" > /dev/null || return
	mkdir "$OPALVM_SYSFS/efi/in_flight"
	tool 1 status && says "efi/in_flight: "
}

test_kexec_of_efi_needs_to_know_of_capsules() {
	rm "$OPALVM_SYSFS/efi/capsule_pending"
	tool 1 kexec -l "$work/kernel" && ran_not &&
		says "efi/capsule_pending: the module does not show it"
}

test_status_warns_of_a_capsule() {
	put efi/capsule_pending 1
	tool 0 status && shows "next: a capsule waits" && tool 0 status -j &&
		json '.efi.capsule_pending'
}

test_status_says_when_efivars_are_missing() {
	put efi/efivars none
	tool 0 status && shows "echo 1 > /sys/firmware/opalvm/efi/efivars"
}

test_status_says_when_the_machine_goes_down() {
	put efi/state closed
	tool 0 status && shows "next: the machine goes down"
}

test_status_without_a_file_is_an_error() {
	rm "$OPALVM_SYSFS/efi/hops"
	tool 1 status && says "efi/hops: the module does not show it"
}

test_number_that_is_none_is_an_error() {
	local value

	for value in "" nonsense -1 0x1ffffffffffffffff "1 2"; do
		put efi/generation "$value"
		tool 1 status && says "efi/generation: it holds no number" || return
	done
}

test_map_table() {
	tool 0 map &&
	shows "0x000000007f000000  0x000000007f000000      1 MiB  R-X  WB     Runtime Code" &&
	shows "0x000000007f100000  0x000000007f100000      4 KiB  RW-  WB     Runtime Data" &&
	shows "0x000000007f200000  0x000000007f200000    1.1 MiB  RW-  WT     Runtime Data" &&
	shows "0x00000000ffc00000  0x00000000ffc00000      4 MiB  RWX  UC     MMIO" &&
	# 10 comes behind 2
	[ "$(awk 'NR == 5 { print $1 }' "$work/out")" = 0x00000000ffc00000 ]
}

test_map_json() {
	tool 0 map --json && json '.efi | length == 4' &&
		json '.efi[0] | .virt_addr == "0x7f000000" and .num_pages == 256' &&
		json '.efi[0] | .type == 5 and .attribute == "0x800000000002000f"' &&
		json '.efi[3] | .type_name == "MMIO" and .access == "RWX" and .cache == "UC"'
}

test_map_of_an_unknown_type() {
	put efi/map/0/type 0x80000001
	tool 0 map && shows "WB     0x80000001"
}

test_map_without_extents() {
	rm -rf "$OPALVM_SYSFS"/efi/map/*
	tool 0 map && [ ! -s "$work/out" ] && [ ! -s "$work/err" ] && tool 0 map -j && json '.efi == []'
}

test_map_with_a_missing_file_is_an_error() {
	rm "$OPALVM_SYSFS/efi/map/2/attribute"
	tool 1 map && says "efi/map/2/attribute: the module does not show it"
}

test_services_table() {
	tool 0 services &&
	grep -qE '^SetVariable +ok +0x000000007f000200 +10 s +3 +1 +0 +2 +1\.5 us +2\.5 ms$' \
		"$work/out" && shows unsupported && shows internal
}

test_services_with_the_default_deadline() {
	put efi/services/GetTime/deadline_ms 0
	tool 0 services && grep -qE '^GetTime .* default +7 ' "$work/out"
}

test_services_json() {
	tool 0 services --json && json '.efi | length == 4' &&
		json '.efi[] | select(.name == "SetVariable") |
		      .calls == 3 and .faults == 1 and .max_ns == 2500000'
}

test_services_of_a_recorded_map() {
	recorded
	tool 0 services && grep -qE '^GetTime +ok +0x000000007f000100( +-){7}$' "$work/out" &&
		tool 0 services -j && json '.efi[0] | has("calls") | not'
}

test_symbols_lists_all() {
	hosted_opal
	tool 0 symbols && [ ! -s "$work/err" ] &&
		sed 's/^0*/0x/' "$OPALVM_SYSFS/opal/symbols" | cmp - "$work/out" &&
		tool 0 symbols --json && json '.opal | length == 9' &&
		json '.opal[1] == {address: "0x30000000", type: "T", name: "_start"}'
}

# symbol ARGUMENT LINE...: exactly these lines are the answer
symbol() {
	local argument=$1

	shift
	tool 0 symbols "$argument" && [ "$(cat "$work/out")" = "$(printf '%s\n' "$@")" ] && return
	why "'symbols $argument' does not give $*"
	return 1
}

test_symbols_by_address() {
	hosted_opal
	symbol 0x30022040 xscom_read+0x40 && symbol 0x30022000 xscom_read+0x0 &&
		symbol 30021fff lock+0xff && symbol 0000000030000010 __head+0x10 &&
		symbol 0x31c2ffff rtc_read+0x1c09fff && symbol 0X31C30000 _end+0x0 &&
		tool 0 symbols -j 0x30022040 && json '.opal | length == 1' &&
		json '.opal[0] == {address: "0x30022000", type: "T", name: "xscom_read", offset: "0x40"}'
}

test_symbols_by_address_elsewhere() {
	local address

	hosted_opal
	for address in 0 0x2fffffff 0x31c30001 0xffffffffffffffff; do
		tool 1 symbols $address && says "no symbol is at 0x${address#0x}; " || return
	done
	put opal/symbols
	tool 1 symbols 0x30000000 && says "no symbol is at 0x30000000; "
}

test_symbols_by_an_address_that_is_none() {
	local address

	hosted_opal
	for address in 0x 0xg 3k 1,2 "0 1" 0x10000000000000000; do
		tool 2 symbols "$address" && says "'$address' is no address of 64 bits; " || return
	done
}

test_symbols_by_name() {
	hosted_opal
	symbol xscom_read "0x30022000 T xscom_read" &&
		symbol lock "0x30021f00 t lock" "0x30024000 t lock" &&
		symbol rtc_read "0x30025000 T .rtc_read" "0x30026000 D rtc_read" &&
		symbol .rtc_read "0x30025000 T .rtc_read" && symbol 0x30025004 .rtc_read+0x4 &&
		tool 0 symbols lock --json && json '[.opal[].address] == ["0x30021f00", "0x30024000"]' &&
		tool 1 symbols loc && says "no symbol 'loc'; the list: opalvm symbols" &&
		tool 1 symbols --json "" && says "no symbol ''; the list"
}

test_symbols_of_a_whole_firmware() {
	hosted_opal
	seq 805306368 16 806306368 | awk '{ printf "0x%x T function_%d\n", $1, NR }' \
		> "$OPALVM_SYSFS/opal/symbols"
	tool 0 symbols && [ "$(wc -l < "$work/out")" = 62501 ] &&
		symbol 0x30000018 function_2+0x8
}

test_symbols_of_firmware_that_tells_none() {
	tool 1 symbols && says "efi/symbols: the firmware tells no symbols" && hosted_opal &&
		rm "$OPALVM_SYSFS/opal/symbols" &&
		tool 1 symbols 0x30000000 && says "opal/symbols: the firmware tells no symbols" &&
		tool 1 symbols --json && says "opal/symbols: the firmware tells no symbols" &&
		put opal/symbols && tool 0 symbols && [ ! -s "$work/out" ] &&
		tool 0 symbols -j && json '.opal == []'
}

test_symbols_that_are_damaged() {
	local line

	hosted_opal
	for line in "" 0x2000 "0x2000 T" "0x2000 T " "0x2000  name" "0x2000 TT name" \
		"0x2000 T name more" " 0x2000 T name" "2000g T name" "-1 T name" \
		"0x10000000000000000 T name" "0xfff T not_in_order"; do
		put opal/symbols "0x1000 T a" "$line" "0x3000 T b"
		tool 1 symbols && says "opal/symbols: line 2 is damaged" &&
			tool 1 symbols a && says "opal/symbols: line 2 is damaged" || return
	done
	printf '0x1000 T a\0b\n' > "$OPALVM_SYSFS/opal/symbols"
	tool 1 symbols && says "opal/symbols: it holds no text" &&
		head -c 16777217 /dev/zero > "$OPALVM_SYSFS/opal/symbols" &&
		tool 1 symbols && says "opal/symbols: too many" || return
	# the newline at the end may be missing, and a prefix may be there
	printf '0x1000 T a' > "$OPALVM_SYSFS/opal/symbols"
	symbol a "0x1000 T a"
}

test_time() {
	tool 0 time && [ "$(cat "$work/out")" = 2026-11-20T14:03:05 ] &&
		tool 0 time --json && json '.efi.time == "2026-11-20T14:03:05"'
}

# time_fails ERRNO CODE TEXT
time_fails() {
	FAIL_READ=$(readlink -f "$OPALVM_SYSFS")/efi/time
	FAIL_READ_ERRNO=$1
	export FAIL_READ FAIL_READ_ERRNO
	"${wrap[@]}" env LD_PRELOAD="$HELPERS/fail_read.so" "$OPALVM" time \
		> "$work/out" 2> "$work/err"
	if [ $? != "$2" ]; then
		why "errno $1: the exit code is not $2"
		return 1
	fi
	says "efi/time: $3"
}

test_time_says_each_cause() {
	time_fails 5 1 "the firmware faulted" &&		# EIO
	time_fails 16 1 "the firmware is busy with another call" &&	# EBUSY
	time_fails 110 1 "the firmware hung" &&			# ETIMEDOUT
	time_fails 108 1 "the service is quarantined; how to lift it" &&	# ESHUTDOWN
	time_fails 95 1 "the firmware does not have this service" &&		# EOPNOTSUPP
	time_fails 1 1 "refused by lockdown" &&			# EPERM
	time_fails 19 3 "this machine cannot host the firmware" &&		# ENODEV
	time_fails 12 1 "Cannot allocate memory"		# no cause of its own
}

test_time_of_a_recorded_map_names_the_kernel() {
	recorded
	time_fails 16 1 "the running kernel calls the services itself"
}

test_kexec_load_runs_kexec_with_the_table() {
	tool 0 kexec -l "$work/kernel" --append="root=/dev/sda1 quiet" &&
		ran -l -c "$work/kernel" --initrd=- "--append=root=/dev/sda1 quiet" &&
		carries /dev/null && nothing_left
}

test_kexec_file_load_runs_kexec_with_the_table() {
	tool 0 kexec -s "$work/kernel" && ran -s -l "$work/kernel" --initrd=- &&
		carries /dev/null && nothing_left
}

test_kexec_passes_what_stands_behind_dashes() {
	tool 0 kexec -l "$work/kernel" -- --reuse-cmdline -d &&
		ran -l -c "$work/kernel" --initrd=- --reuse-cmdline -d
}

test_kexec_of_a_recorded_map() {
	recorded
	tool 0 kexec -l "$work/kernel" && carries /dev/null
}

test_kexec_initrd_is_private_and_not_writable() {
	tool 0 kexec -s "$work/kernel" && [ "$(cat "$RECORD/mode")" = 600 ] &&
		# O_RDONLY | O_LARGEFILE: kexec_file_load() gives ETXTBSY for a writable file
		[ "$(awk '{ print $2 % 10 }' "$RECORD/flags")" = 0 ]
}

test_kexec_appends_at_a_multiple_of_four() {
	local extra

	for extra in 0 1 2 3; do
		# an archive, whatever its length, may be followed by zero bytes
		head -c $((512 + extra)) /dev/zero > "$work/base"
		tool 0 kexec -l "$work/kernel" --initrd="$work/base" && carries "$work/base" ||
			return
	done
}

test_kexec_appends_to_every_compression() {
	local tool_name missing=

	echo something > "$work/something"
	for tool_name in cat gzip bzip2 xz "xz --format=lzma" lzop "lz4 -l" zstd; do
		if ! command -v "${tool_name%% *}" > /dev/null; then
			missing+=" ${tool_name%% *}"
			continue
		fi
		# shellcheck disable=SC2086
		(cd "$work" && echo something | cpio --quiet -o -H newc | $tool_name) \
			> "$work/base" 2> "$work/err"
		tool 0 kexec -l "$work/kernel" --initrd="$work/base" && carries "$work/base" ||
			return
	done
	[ -z "$missing" ] || echo "# not installed, not tried:$missing"
}

test_kexec_without_a_kernel_file() {
	tool 1 kexec -l "$work/nothing" &&
		says "cannot read the kernel $work/nothing: No such file or directory" && ran_not
}

test_kexec_without_an_initrd_file() {
	tool 1 kexec -l "$work/kernel" --initrd="$work/nothing" &&
		says "cannot read the initrd $work/nothing: No such file or directory" &&
		ran_not && nothing_left
}

test_kexec_with_a_directory_as_initrd() {
	tool 1 kexec -l "$work/kernel" --initrd="$work" && says "Is a directory" && ran_not &&
		nothing_left
}

test_kexec_refuses_while_a_capsule_waits() {
	put efi/capsule_pending 1
	tool 1 kexec -l "$work/kernel" && says "a capsule waits" &&
		tool 1 kexec -e && says "a capsule waits" && ran_not
}

test_kexec_without_a_table() {
	rm "$OPALVM_SYSFS/handover"
	tool 1 kexec -l "$work/kernel" && says "handover: the module does not show it" && ran_not
}

test_kexec_with_a_table_for_root_only() {
	chmod 000 "$OPALVM_SYSFS/handover"
	tool_not_root 1 kexec -l "$work/kernel" && says "handover: only root may read it" && ran_not
}

test_kexec_without_kexec() {
	rm "$work/bin/kexec"
	PATH=$work/bin "$OPALVM" kexec -l "$work/kernel" > "$work/out" 2> "$work/err"
	[ $? = 1 ] && says "kexec is not installed; install kexec-tools"
	local result=$?

	ln -s "$here/fake_kexec.sh" "$work/bin/kexec"
	nothing_left && return $result
}

test_kexec_that_fails_is_said() {
	export KEXEC_EXIT=255
	tool 1 kexec -l "$work/kernel" && says "kexec failed" && nothing_left &&
		[ ! -e "$OPALVM_RUN/loaded" ]
}

test_kexec_without_a_temporary_directory() {
	# not under a wrapper, which may want the directory for itself
	TMPDIR=$work/nowhere "$OPALVM" kexec -l "$work/kernel" > "$work/out" 2> "$work/err"
	[ $? = 1 ] &&
		says "cannot write an initrd in $work/nowhere" && ran_not
}

test_kexec_with_a_full_disk() {
	(
		# a limit on the size of files stands in for a full disk
		trap '' XFSZ
		head -c 65536 /dev/zero > "$work/base"
		ulimit -f 16
		tool 1 kexec -l "$work/kernel" --initrd="$work/base"
	) && says "cannot write an initrd" && ran_not && nothing_left
}

test_kexec_exec_after_load() {
	tool 0 kexec -l "$work/kernel" && rm "$RECORD/args" && tool 0 kexec -e && ran -e
}

test_kexec_load_and_exec_in_one_step() {
	tool 0 kexec -l "$work/kernel" -e &&
		ran -l -c "$work/kernel" --initrd=- -- -e
}

test_kexec_exec_without_load() {
	tool 1 kexec -e && says "no kernel was loaded with the map; load it" && ran_not
}

test_kexec_exec_after_a_load_in_one_step() {
	tool 0 kexec -l "$work/kernel" && tool 0 kexec -l "$work/kernel" -e && rm "$RECORD/args" &&
		tool 1 kexec -e && says "no kernel was loaded with the map" && ran_not
}

test_kexec_exec_when_no_kernel_is_loaded_any_more() {
	tool 0 kexec -l "$work/kernel" && change_map && rm "$RECORD/args" &&
		echo 0 > "$OPALVM_ROOT/sys/kernel/kexec_loaded" &&
		tool 1 kexec -e && says "no kernel is loaded; load it: opalvm kexec -l" && ran_not
}

test_kexec_exec_where_the_kernel_does_not_tell_what_is_loaded() {
	tool 0 kexec -l "$work/kernel" && rm "$RECORD/args" &&
		rm "$OPALVM_ROOT/sys/kernel/kexec_loaded" && tool 0 kexec -e && ran -e
}

# change_map [FIELD=VALUE...]: what is loaded carries another map from now on
change_map() {
	"$HELPERS/make_table" "${1-generation=2}" "${@:2}" > "$OPALVM_SYSFS/handover"
}

# loads_again ARGUMENT...: -e says that it loads again, with these, and goes
loads_again() {
	rm "$RECORD/args"
	(cd / && tool 0 kexec -e) &&
		[ "$(cat "$work/out")" = "the map has changed since the kernel was loaded: loading it again" ] &&
		[ ! -s "$work/err" ] && ran "$@" -- -e && return
	why "it does not load again"
	return 1
}

test_kexec_exec_of_an_outdated_map_loads_again() {
	local change

	for change in generation=2 table.quarantine=64; do
		hosted
		tool 0 kexec -l "$work/kernel" && change_map $change &&
			loads_again -l -c "$work/kernel" --initrd=- && carries /dev/null &&
			# which is noted, should kexec come back
			rm "$RECORD/args" && tool 0 kexec -e && ran -e && warns || return
	done
}

test_kexec_reload_loads_again_where_needed() {
	tool 0 kexec -l "$work/kernel" && rm "$RECORD/args" && tool 0 kexec --reload && ran_not &&
		change_map && tool 0 kexec -r && ran -l -c "$work/kernel" --initrd=- &&
		rm "$RECORD/args" && tool 0 kexec -r && ran_not
}

test_kexec_reload_without_load() {
	tool 1 kexec -r && says "no kernel was loaded with the map; load it" && ran_not
}

test_kexec_exec_loads_again_with_the_same_arguments() {
	local append=$'root=LABEL=a\\b "quoted" \'single\'\ttab\nline \xff/ {"how": "l"}'

	echo base > "$work/base"
	ln -sf kernel "$work/link"
	(cd "$work" && tool 0 kexec -s ./link --initrd base --append "$append" -- -d --x "a b" "") &&
		change_map &&
		# what the link names later is not what was loaded
		ln -sf /nonexistent "$work/link" &&
		loads_again -s -l "$work/kernel" --initrd=- "--append=$append" -d --x "a b" "" &&
		carries "$work/base"
}

test_kexec_exec_loads_again_until_the_map_is_at_rest() {
	tool 0 kexec -l "$work/kernel" && change_map || return
	"$HELPERS/make_table" generation=3 > "$work/newer"
	export KEXEC_TOUCH=$work/newer
	loads_again -l -c "$work/kernel" --initrd=- -- -l -c "$work/kernel" --initrd=- &&
		carries /dev/null
}

test_kexec_exec_does_not_go_when_loading_again_fails() {
	tool 0 kexec -l "$work/kernel" && change_map && rm "$RECORD/args" || return
	export KEXEC_EXIT=1
	tool 1 kexec -e && grep -q "^opalvm: kexec failed; " "$work/err" &&
		ran -l -c "$work/kernel" --initrd=-
}

test_kexec_exec_says_which_file_is_gone() {
	local file

	for file in kernel base; do
		hosted
		echo base > "$work/base"
		tool 0 kexec -l "$work/kernel" --initrd="$work/base" && rm "$RECORD/args" &&
			rm "$work/$file" || return
		# nobody needs it as long as the map is the same
		tool 0 kexec -e && ran -e && rm "$RECORD/args" && change_map &&
			tool 1 kexec -e && ran_not &&
			says "the map has changed since the kernel was loaded, and $work/$file cannot be read: No such file" ||
			return
	done
}

test_kexec_exec_of_an_outdated_map_refuses_while_a_capsule_waits() {
	tool 0 kexec -l "$work/kernel" && change_map && rm "$RECORD/args" &&
		put efi/capsule_pending 1 && tool 1 kexec -e && says "a capsule waits" && ran_not
}

test_kexec_record_is_for_root_alone() {
	mkdir -p "$OPALVM_RUN"
	echo victim > "$work/victim"
	for old in "ln -s $work/victim" "install -m 644 /dev/null"; do
		$old "$OPALVM_RUN/loaded"
		tool 0 kexec -l "$work/kernel" --append=secret || return
		if [ "$(stat -c '%F %a' "$OPALVM_RUN/loaded")" != "regular file 600" ]; then
			why "$(stat "$OPALVM_RUN/loaded")"
			return 1
		fi
		rm "$OPALVM_RUN/loaded"
	done
	[ "$(cat "$work/victim")" = victim ]
}

test_kexec_exec_with_a_damaged_record() {
	local record good='"checksum": 1, "how": "l", "kernel": "/k", "extra": []'

	tool 0 kexec -l "$work/kernel" && rm "$RECORD/args" || return
	for record in "" 0x12345678 nonsense 17 '[]' '{}' "{ $good" \
		"{ ${good/\"l\"/\"e\"} }" "{ ${good/\"l\"/\"\"} }" "{ ${good/\"l\"/1} }" \
		"{ ${good/\"\/k\"/1} }" "{ ${good/kernel/colonel} }" "{ ${good/[]/\"-d\"} }" \
		"{ ${good/[]/[null]} }" "{ ${good/extra/intra} }"; do
		printf %s "$record" > "$OPALVM_RUN/loaded"
		tool 1 kexec -e && ran_not &&
			says "$OPALVM_RUN/loaded does not tell what was loaded; load it again" &&
			continue
		echo "# with $record"
		return 1
	done
	# and that these records are damaged is what is wrong with them
	echo "{ $good }" > "$OPALVM_RUN/loaded"
	tool 1 kexec -e && says "/k cannot be read"
}

test_kexec_that_cannot_note_what_was_loaded() {
	OPALVM_RUN=$work/kernel/run tool 1 kexec -l "$work/kernel" &&
		says "cannot note what was loaded in $work/kernel/run: Not a directory" &&
		OPALVM_RUN=$work/kernel/run tool 0 kexec -l "$work/kernel" -e
}

test_kexec_panic_loads_a_crash_kernel_with_the_table() {
	echo base > "$work/base"
	tool 0 kexec -p "$work/kernel" --initrd="$work/base" --append=irqpoll -- -d &&
		ran -p -c "$work/kernel" --initrd=- --append=irqpoll -d &&
		carries "$work/base" && nothing_left && rm "$RECORD/args" &&
		tool 0 kexec --load-panic -l "$work/kernel" && ran -p -c "$work/kernel" --initrd=- &&
		rm "$RECORD/args" &&
		tool 0 kexec -p -s "$work/kernel" && ran -s -p "$work/kernel" --initrd=-
}

test_kexec_panic_is_not_what_exec_goes_into() {
	echo other > "$work/other"
	tool 0 kexec -p "$work/kernel" && [ ! -e "$OPALVM_RUN/loaded" ] &&
		tool 0 kexec -s "$work/other" && tool 0 kexec -p "$work/kernel" && change_map &&
		loads_again -s -l "$work/other" --initrd=-
}

test_kexec_panic_while_a_capsule_waits() {
	put efi/capsule_pending 1
	tool 0 kexec -p "$work/kernel" && ran -p -c "$work/kernel" --initrd=-
}

STATE_PAGE=0x7e123000
MEMMAP="memmap=4K\$$STATE_PAGE"

# appends LINE ARGUMENT...: with a live state page, and these arguments for the
# tool, kexec gets LINE as the command line; none at all if it is "-"
appends() {
	local line=$1

	shift
	change_map state_page=$STATE_PAGE
	rm -f "$RECORD/args"
	tool 0 kexec -s "$work/kernel" "$@" && carries /dev/null && warns || return
	[ "$(sed -n 's/^--append=//p' "$RECORD/args")" = "${line#-}" ] &&
		[ "$(grep -c '^--append' "$RECORD/args")" = "$([ "$line" = - ]; echo $?)" ] && return
	why "kexec got: $(tr '\n' ' ' < "$RECORD/args")"
	return 1
}

test_kexec_reserves_the_live_state_page() {
	appends "$MEMMAP" &&
	appends "$MEMMAP root=/dev/sda1 quiet" --append="root=/dev/sda1 quiet" &&
	appends "$MEMMAP quiet -- init's" --append="quiet -- init's" &&
	appends "$MEMMAP " --append=
}

test_kexec_reserves_the_live_state_page_once() {
	appends "$MEMMAP" --append="$MEMMAP" &&
	appends "a $MEMMAP b" --append="a $MEMMAP b" &&
	appends $'a\t'"$MEMMAP" --append=$'a\t'"$MEMMAP" &&
	# other words are no business of ours
	appends "$MEMMAP ${MEMMAP}0 x$MEMMAP memmap=4K\$0x1000" \
		--append="${MEMMAP}0 x$MEMMAP memmap=4K\$0x1000"
}

test_kexec_reserves_the_live_state_page_behind_a_reused_command_line() {
	appends "$MEMMAP" -- --reuse-cmdline &&
	echo "quiet $MEMMAP" > "$OPALVM_ROOT/proc/cmdline" &&
	appends "$MEMMAP a" --append=a && appends - -- --reuse-cmdline &&
	appends a --append=a -- --reuse-cmdline &&
	rm "$OPALVM_ROOT/proc/cmdline" && appends "$MEMMAP" -- --reuse-cmdline
}

test_kexec_exec_loads_again_with_another_live_state_page() {
	tool 0 kexec -l "$work/kernel" --append=quiet && change_map state_page=$STATE_PAGE &&
		loads_again -l -c "$work/kernel" --initrd=- "--append=$MEMMAP quiet"
}

# Tables of the day on which the format was made, and one of a later day
test_kexec_takes_golden_tables() {
	local table nr=0

	for table in "$here"/../../../golden/efi-*.bin; do
		cp "$table" "$OPALVM_SYSFS/handover"
		tool 0 kexec -s "$work/kernel" || return
		nr=$((nr + 1))
	done
	[ $nr -ge 6 ]
}

test_kexec_stays_above_a_low_live_state_page() {
	local low="memmap=4K\$0xabc000"

	change_map state_page=0xabc000
	tool 0 kexec -l "$work/kernel" &&
		ran -l -c --mem-min=0x1000000 "$work/kernel" --initrd=- "--append=$low" || return
	rm "$RECORD/args"
	tool 0 kexec -s "$work/kernel" &&
		ran -s -l "$work/kernel" --initrd=- "--append=$low" || return
	rm "$RECORD/args"
	tool 0 kexec -p "$work/kernel" && ran -p -c "$work/kernel" --initrd=- || return
	rm "$RECORD/args"
	change_map state_page=0x1000000
	tool 0 kexec -l "$work/kernel" &&
		ran -l -c "$work/kernel" --initrd=- "--append=memmap=4K\$0x1000000"
}

test_kexec_panic_does_not_reserve_the_live_state_page() {
	change_map state_page=$STATE_PAGE
	tool 0 kexec -p "$work/kernel" --append=irqpoll &&
		ran -p -c "$work/kernel" --initrd=- --append=irqpoll
}

test_kexec_takes_its_own_options_behind_dashes() {
	local name

	echo base > "$work/base"
	for name in --append --command-line; do
		appends "$MEMMAP b" --append=a -- -d "$name=b" -x &&
		appends "$MEMMAP b c" -- -d "$name" "b c" -x &&
		tool 0 kexec -l "$work/kernel" -- "$name" || return
		[ "$(tail -n 2 "$RECORD/args" | head -n 1)" = "$name" ] || return
	done
	for name in --initrd --ramdisk; do
		tool 0 kexec -l "$work/kernel" -- "$name=$work/base" && carries "$work/base" &&
		tool 0 kexec -l "$work/kernel" --initrd=/nonexistent -- "$name" "$work/base" &&
		carries "$work/base" || return
	done
}

test_kexec_passes_options_that_begin_like_its_own() {
	tool 0 kexec -l "$work/kernel" -- --appendix=1 --initrd2 x &&
		ran -l -c "$work/kernel" --initrd=- --appendix=1 --initrd2 x
}

test_kexec_warns_of_no5lvl() {
	local word=no5lvl warning="with no5lvl cannot map the extent at"

	extent 1 0xff11000000000000 0x1000 0x1 0x5 0xf
	extent 2 0x7ffffffff000 0x2000 0x1 0x5 0xf
	extent 10 0xffff800000000000 0x3000 0x1 0x5 0xf
	tool 0 kexec -l "$work/kernel" --append="quiet $word" &&
		warns "$warning 0xff11000000000000 " && carries /dev/null &&
		ran -l -c "$work/kernel" --initrd=- --append="quiet $word" || return
	# the last byte of one is beyond
	extent 2 0x7ffffffff000 0x2000 0x2 0x5 0xf
	extent 10 0x800000000000 0x3000 0x1 0x5 0xf
	tool 0 kexec -p -s "$work/kernel" -- --append "$word quiet" &&
		warns "$warning 0xff11000000000000 " "$warning 0x7ffffffff000 " \
			"$warning 0x800000000000 " || return
	echo "a $word b" > "$OPALVM_ROOT/proc/cmdline"
	tool 0 kexec -l "$work/kernel" -- --reuse-cmdline && warns "$warning" "$warning" "$warning" &&
		tool 0 kexec -l "$work/kernel" --append=" ${word}x  no${word} no5 " && warns
}

test_kexec_warns_of_no5lvl_only_where_it_matters() {
	tool 0 kexec -l "$work/kernel" --append=no5lvl && warns
}

test_kexec_without_extents_to_warn_of() {
	rm "$OPALVM_SYSFS/efi/map/2/virt_addr"
	tool 0 kexec -l "$work/kernel" --append=no5lvl &&
		says "efi/map/2/virt_addr: the module does not show it" && carries /dev/null
}

test_kexec_warns_of_lockdown() {
	local lockdown=$OPALVM_ROOT/sys/kernel/security/lockdown level
	local table="locked down, and a next one that is refuses the table"

	for level in "none [integrity] confidentiality" "none integrity [confidentiality]"; do
		echo "$level" > "$lockdown"
		tool 0 kexec -s "$work/kernel" && warns "$table" && carries /dev/null &&
			tool 0 kexec -l "$work/kernel" && warns "will refuse -l; use -s" "$table" &&
			tool 0 kexec -p "$work/kernel" && warns "will refuse -l; use -s" "$table" ||
			return
	done
	echo "[none] integrity confidentiality" > "$lockdown"
	tool 0 kexec -l "$work/kernel" && warns && rm "$lockdown" &&
		tool 0 kexec -l "$work/kernel" && warns
}

# What is x86's: words of the command line, a limit for kexec_load(), capsules
test_kexec_of_other_firmware() {
	local name

	echo base > "$work/base"
	for name in opal rtas; do
		"hosted_$name"
		extent 1 0xff11000000000000 0x1000 0x1 0x5 0xf
		change_map state_page=0xabc000
		tool 0 kexec -l "$work/kernel" --initrd="$work/base" --append="a no5lvl" -- -d &&
			warns && carries "$work/base" &&
			ran -l -c "$work/kernel" --initrd=- "--append=a no5lvl" -d || return
		rm "$RECORD/args"
		tool 0 kexec -e && ran -e && rm "$RECORD/args" &&
			tool 0 kexec -l "$work/kernel" && ran -l -c "$work/kernel" --initrd=- &&
			change_map generation=2 && loads_again -l -c "$work/kernel" --initrd=- &&
			rm "$RECORD/args" &&
			tool 0 kexec -p "$work/kernel" && ran -p -c "$work/kernel" --initrd=- ||
			return
	done
}

# as where there is no kexec_file_load()
test_kexec_of_other_firmware_passes_file_load_on() {
	hosted_opal
	export KEXEC_EXIT=1
	tool 1 kexec -s "$work/kernel" && says "kexec failed; its own message stands above" &&
		ran -s -l "$work/kernel" --initrd=-
}

test_kexec_of_other_firmware_takes_only_whole_tables() {
	hosted_opal
	"$HELPERS/make_table" table.firmware=2 table.extent_count=4 > "$OPALVM_SYSFS/handover"
	tool 1 kexec -l "$work/kernel" && ran_not &&
		says "handover: table 0: 2 entries and 4 extents do not fit 152 bytes"
}

test_kexec_of_other_firmware_warns_of_lockdown() {
	hosted_opal
	echo "none [integrity] confidentiality" > "$OPALVM_ROOT/sys/kernel/security/lockdown"
	tool 0 kexec -l "$work/kernel" &&
		warns "will refuse -l; use -s" "takes what the firmware itself exports"
}

test_kexec_loads_again_when_the_map_changes() {
	"$HELPERS/make_table" generation=2 > "$work/newer"
	export KEXEC_TOUCH=$work/newer
	tool 0 kexec -l "$work/kernel" -e && carries /dev/null &&
		ran -l -c "$work/kernel" --initrd=- -- -l -c "$work/kernel" --initrd=- -- -e
}

# refuses TEXT FIELD=VALUE...: a table made so is refused with the text
refuses() {
	local text=$1

	shift
	"$HELPERS/make_table" "$@" > "$OPALVM_SYSFS/handover" || return
	tool 1 kexec -l "$work/kernel" && says "$text" && ran_not && return
	echo "# with $*"
	return 1
}

test_table_with_a_wrong_header() {
	refuses "handover: not a handover table" magic=0 &&
	refuses "handover: version 2, only 1 is known here" version=2 &&
	refuses "handover: version 0, only 1" version=0 &&
	refuses "handover: sizes 95 and 320 do not fit 320 bytes" header_size=95 &&
	refuses "handover: sizes 321 and 320 do not fit" header_size=321 &&
	refuses "handover: sizes 4294967295 and" header_size=0xffffffff &&
	refuses "handover: sizes 96 and 0 do not fit" total_size=0 &&
	refuses "handover: sizes 96 and 321 do not fit" total_size=321 &&
	refuses "handover: sizes 96 and 18446744073709551615" total_size=0xffffffffffffffff &&
	refuses "handover: wrong checksum" crc32=0 &&
	refuses "handover: no table for any firmware" table_count=0 &&
	refuses "handover: table 1 is cut short" table_count=2 &&
	refuses "handover: 9 tables, more than 8" table_count=9
}

test_table_with_a_wrong_firmware() {
	refuses "handover: table 0: sizes 71 and 224 do not fit 224 bytes" table.header_size=71 &&
	refuses "handover: table 0: sizes 4294967295 and" table.header_size=0xffffffff &&
	refuses "handover: table 0: sizes 72 and 71" table.total_size=71 &&
	refuses "handover: table 0: sizes 72 and 225" table.total_size=225 &&
	refuses "handover: table 0: sizes 72 and 18446" table.total_size=0xffffffffffffffff &&
	refuses "handover: table 0: 2 entries and 3 extents do not fit 0" table.total_size=72 &&
	refuses "handover: table 0: entries of 15, extents of 40" table.entry_size=15 &&
	refuses "extents do not fit 152 bytes" table.entry_size=0xffffffff &&
	refuses "table 0: 4294967295 entries" table.entry_count=0xffffffff &&
	refuses "handover: table 0: entries of 16, extents of 39" table.extent_size=39 &&
	refuses "extents do not fit 152 bytes" table.extent_size=41 &&
	refuses "4294967295 extents do not fit" table.extent_count=0xffffffff &&
	# products that would wrap together
	refuses "do not fit" table.entry_count=0xffffffff table.entry_size=0xffffffff \
		table.extent_count=0xffffffff table.extent_size=0xffffffff
}

test_table_of_a_wrong_length() {
	refuses "do not fit 319 bytes" cut=1 && refuses "95 bytes are too short" cut=225 &&
		: > "$OPALVM_SYSFS/handover" && tool 1 kexec -l "$work/kernel" &&
		says "handover: 0 bytes are too short" && ran_not &&
		head -c 1048577 /dev/zero > "$OPALVM_SYSFS/handover" &&
		tool 1 kexec -l "$work/kernel" && says "handover: too many extents, or longer" &&
		ran_not
}

test_table_with_any_byte_damaged() {
	local size at

	size=$("$HELPERS/make_table" | wc -c)
	# under a wrapper each run takes long: a sample
	for ((at = 0; at < size; at += ${#wrap[@]} ? 37 : 1)); do
		"$HELPERS/make_table" flip=$at > "$OPALVM_SYSFS/handover"
		"${wrap[@]}" "$OPALVM" kexec -l "$work/kernel" > "$work/out" 2> "$work/err"
		if [ $? != 1 ] || [ -e "$RECORD/args" ]; then
			why "byte $at"
			return 1
		fi
	done
}

# takes FIELD=VALUE...: a table made so goes to the next kernel as it is
takes() {
	"$HELPERS/make_table" "$@" > "$OPALVM_SYSFS/handover" &&
		tool 0 kexec -l "$work/kernel" && carries /dev/null && return
	echo "# with $*"
	return 1
}

test_table_of_a_newer_writer() {
	# what is only for readers who know it, and bytes behind the last firmware
	takes table.firmware=99 table.entry_size=0 &&
	takes table.critical_flags=0x80000000 table.extent_size=0 &&
	takes extra=64 total_size=384
}

test_table_with_padding_goes_without_it() {
	"$HELPERS/make_table" > "$work/exact"
	cat "$work/exact" /dev/zero 2> /dev/null | head -c 4096 > "$OPALVM_SYSFS/handover"
	tool 0 kexec -l "$work/kernel" && cp "$work/exact" "$OPALVM_SYSFS/handover" &&
		carries /dev/null
}

for file in "$here"/*_tests.sh; do
	# shellcheck disable=SC1090
	. "$file"
done
mapfile -t tests < <(declare -F | sed -n 's/^declare -f test_/test_/p' | grep -E "${ONLY-}")
echo "KTAP version 1"
echo "1..${#tests[@]}"
failed=0
for i in "${!tests[@]}"; do
	hosted
	: > "$work/out"
	: > "$work/err"
	if ${tests[i]}; then
		echo "ok $((i + 1)) ${tests[i]#test_}"
	else
		echo "not ok $((i + 1)) ${tests[i]#test_}"
		failed=$((failed + 1))
	fi
done
echo "# pass:$((${#tests[@]} - failed)) fail:$failed skip:0 total:${#tests[@]}"
[ $failed = 0 ]
