#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# faulty_efi.sh: a firmware that misbehaves on request, before and after
# SetVirtualAddressMap. Whatever it does, its caller gets an answer, the kernel
# goes on, and the log tells what happened. At the end, a kexec: see
# faulty_efi2.sh. From the command line: NEXT, the kernel in /boot; FULL=1, to try
# all faults in both placements, not only what differs by where things are.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/faulty_helpers.sh"

# What ends a call that does not return, in milliseconds
LIMIT=200

hosts()
{
	load placement="$1"
	is "$(get state)" hosted
	is "$(get placement)" "$1"
	cat /proc/sys/kernel/tainted > "$WORK/tainted"
	call GetVariable
	echo $LIMIT > $EFI/services/GetVariable/deadline_ms
	echo $LIMIT > $EFI/services/GetTime/deadline_ms
}

# What a test before left behind when it failed
lift()
{
	local refused
	read -r refused < $EFI/quarantine || true
	[ -z "$refused" ] || echo all > $EFI/quarantine
}

# stopped SERVICE FAULT COMMAND...: it fails, and the log says so in one line; sets $error and $report
stopped()
{
	local service=$1 fault=$2 rc=0
	shift 2
	log_mark
	"$@" || rc=$?
	[ "$rc" != 0 ] || { echo "the call did not fail"; cat "$WORK/call"; return 1; }
	case $(< "$WORK/call") in
	*"the firmware faulted"*) error=EIO ;;
	*"the firmware hung"*) error=ETIMEDOUT ;;
	*) cat "$WORK/call"; return 1 ;;
	esac
	report=$(log)
	echo "$report"
	[[ $report != *$'\n'* ]] || { echo "more than one line"; return 1; }
	report=${report#opalvm: efi: "$service" }
	[[ $report == *"; to call it again, echo $service > /sys/firmware/opalvm/efi/quarantine" ||
		$report == *"; what it writes is refused until reboot" ]]
	report=${report%%; to call*}
}

# refused SERVICE: and nothing else
refused()
{
	local other=GetWakeupTime
	is "$(get quarantine)" "$1"
	is "$(get "services/$1/state")" quarantined
	cannot call "$1"
	[ "$1" != $other ] || other=GetVariable
	call $other
	echo "$1" > $EFI/quarantine
	is "$(get quarantine)" ""
	call "$1"
}

# contained SERVICE FAULT KIND: KIND is a pattern for what the log says of the cause
contained()
{
	local service=$1 fault=$2 error report
	lift
	if [ "$service" = GetVariable ]; then
		stopped "$service" "$fault" ask "$fault"
	else
		later "$fault@$service"
		stopped "$service" "$fault" call "$service"
	fi
	# shellcheck disable=SC2053 # it is a pattern
	[[ ${report#*: } == $3 ]] || { echo "the report does not say '$3'"; return 1; }
	[[ $report =~ extent\ ([0-9]+)\ \+\ 0x[0-9a-f]+\)?: ]] || { echo "no extent is named"; return 1; }
	is_drivers_code "${BASH_REMATCH[1]}"
	refused "$service"
	report=${report#*: }
	report=${report% at *}
	saw "$fault" "$error; $report; $service is refused until it is lifted"
}

# set_right FAULT TEXT: the call returns, and what it changed is as it was
set_right()
{
	lift
	log_mark
	later "$1@QueryVariableInfo"
	call QueryVariableInfo
	if [ "$2" = "" ]; then
		is "$(log)" ""
		saw "$1" "the caller sees nothing of it"
	else
		[ "$PLACEMENT" != identity ] || log_is_one_line "QueryVariableInfo returned with $2: set right"
		saw "$1" "the call succeeds; with $2, which is set right and told once"
	fi
	is "$(get quarantine)" ""
	call QueryVariableInfo
}

# The firmware has interrupts off while the base is wrong.
set_right_gs()
{
	log_mark
	later gs-base@QueryVariableInfo
	call QueryVariableInfo
	[ "$1" != identity ] || log_says "QueryVariableInfo returned with the GS base changed: set right"
	is "$(get quarantine)" ""
	call QueryVariableInfo
	saw gs-base "the call succeeds; with the GS base changed, which is set right and told once"
}

has_a_variable()
{
	vars_mount
	var_write OpalvmTest 7 "$(printf %096d 7)"
}

# spoilt FAULT BYTES KIND: results of GetVariable, for somebody with so much room
spoilt()
{
	lift
	local error report
	later "$1@GetVariable"
	stopped GetVariable "$1" get_variable OpalvmTest $TEST_VENDOR "$2"
	# shellcheck disable=SC2053 # it is a pattern
	[[ $report == $3 ]] || { echo "the report does not say '$3'"; return 1; }
	refused GetVariable
	report=${report#stopped at *: }
	saw "$1" "$error; ${report% at an address*}; GetVariable is refused until it is lifted"
}

# spoilt_file FAULT KIND: of a read from efivarfs; KIND with _ for blanks
spoilt_file()
{
	lift
	set -- "$1" "${2//_/ }"
	log_mark
	later "$1@GetVariable"
	fails "" var_read OpalvmTest
	log_says "$2"
	[ "$(get quarantine)" = "" ] || echo GetVariable > $EFI/quarantine
	later "none@GetVariable"
	at_least "$(var_read OpalvmTest | wc -c)" 96
	saw "$1" "EIO; $2"
}

an_empty_variable()
{
	later size-zero@GetVariable
	get_variable OpalvmTest $TEST_VENDOR
	grep '^argument 4  0000000000000000$' "$WORK/call"
	is "$(get quarantine)" ""
	saw size-zero "the variable is empty; nothing tells that this is wrong"
}

# answered FAULT STATUS: the status is the caller's to judge
answered()
{
	later "$1@GetVariable"
	get_variable OpalvmTest $TEST_VENDOR
	grep "^returned  $2 " "$WORK/call"
	is "$(get quarantine)" ""
	saw "$1" "the caller gets the status $2"
}

# listed FAULT [KIND]: efivarfs mounts in spite of it
listed()
{
	set -- "$1" "$(tr _ ' ' <<< "${2-}")"
	vars_umount
	later "$1@GetNextVariableName"
	log_mark
	vars_mount
	later none@GetNextVariableName
	saw "$1" "listing the variables ends$([ -z "$2" ] || echo "; $2")"
	[ -z "$2" ] || log_says "$2"
	is "$(get quarantine)" ""
	vars_umount
	vars_mount
	at_least "$(var_read OpalvmTest | wc -c)" 96
}

# What the kernel was tainted by; 7.2 warns once where it looks at the FPU state of a
# kernel thread (CONFIG_X86_DEBUG_FPU)
tainted()
{
	local by
	by=$(cat /proc/sys/kernel/tainted)
	[[ $(uname -r) != 7.* ]] || by=$((by & ~512))
	echo "$by"
}

leaves()
{
	vars_umount
	for s in GetVariable GetTime; do
		echo 0 > "$EFI/services/$s/deadline_ms"
	done
	is "$(tainted)" "$(cat "$WORK/tainted")"
	unload
	is "$(grep -c opalvm /proc/vmallocinfo)" 0
}

write_fault_spoils_writes()
{
	local error report
	later read-null@SetVariable
	stopped SetVariable read-null call SetVariable
	[[ $report == *"; what it writes is refused until reboot" ]]
	is "$(get services/SetVariable/state)" spoiled
	fails "not permitted" sh -c "echo all > $EFI/quarantine"
	cannot call SetVariable
	call GetVariable
	call GetTime
	saw "read-null@SetVariable" "$error; writing variables is refused until reboot, all else works"
}

loads_the_next_kernel()
{
	mkdir -p "$WORK/stage/test"
	map > "$WORK/stage/test/first-map"
	for name in systab generation placement; do
		get $name > "$WORK/stage/test/first-$name"
	done
	grep . "$EFI"/services/*/entry > "$WORK/stage/test/first-entries"
	cp "/boot/initrd-$NEXT.img" "$WORK/initrd.img"
	(cd "$WORK/stage" && find . -type f | cpio -o -H newc 2> /dev/null) >> "$WORK/initrd.img"
	opalvm kexec -s "/boot/vmlinuz-$NEXT" --initrd="$WORK/initrd.img" \
		--append="$(cat /test/append) noefi"
}

# A fault in each line: SERVICE NAME KIND
CONTAINED="GetVariable read-null #PF, read of an unmapped page at 0x0
GetVariable write-null #PF, write to an unmapped page at 0x0
GetVariable exec-null #PF, execution of an unmapped page at 0x0
GetVariable read-user-hole #PF, read of an unmapped page at 0x600000000000
GetVariable write-user-hole #PF, write to an unmapped page at 0x600000000000
GetVariable exec-user-hole #PF, execution of an unmapped page at 0x600000000000
GetVariable read-kernel-hole #PF, read of an unmapped page at an address of the kernel half
GetVariable write-kernel-hole #PF, write to an unmapped page at an address of the kernel half
GetVariable exec-kernel-hole #PF, execution of an unmapped page at an address of the kernel half
GetVariable write-code #PF, write to a protected page at extent *
GetVariable exec-data #PF, execution of a protected page at extent *
GetVariable exec-stack #PF, execution of a protected page at an address of the kernel half
GetVariable write-kernel-readonly #PF, write to a protected page at an address of the kernel half
GetVariable exec-kernel-data #PF, execution of a protected page at an address of the kernel half
GetVariable read-non-canonical #GP, error code 0x0
GetVariable exec-non-canonical #GP, error code 0x0
GetVariable stack-segment #[GS][PS], error code 0x0
GetVariable no-such-segment #GP, error code 0xfff8
GetVariable undefined #UD, error code 0x0
GetVariable divide #DE, error code 0x0
GetVariable breakpoint #BP, error code 0x0
GetVariable single-step #DB, error code 0x0
GetVariable overflow-trap #OF, error code 0x0
GetVariable x87 #MF, error code 0x0
GetVariable loop it did not return before its deadline
GetVariable loop-irqs-off it did not return before its deadline, with interrupts off
GetVariable halt-irqs-off it did not return before its deadline, with interrupts off
GetTime loop it did not return before its deadline, with interrupts off
GetTime read-null #PF, read of an unmapped page at 0x0
GetWakeupTime undefined #UD, error code 0x0
GetNextVariableName write-code #PF, write to a protected page at extent *
QueryVariableInfo divide #DE, error code 0x0"

# Results in 96 bytes: FAULT BYTES-OF-ROOM KIND
SPOILT="overrun-byte 250 wrote outside of argument 5 (250 bytes), its results are dropped
overrun-page 256 stopped at *: #PF, write to an unmapped page at the end of argument 5
overrun-4g 256 stopped at *: #PF, write to an unmapped page at an address of the kernel half
overrun-4g-steps 256 stopped at *: #PF, write to an unmapped page at the end of argument 5
underrun-byte 256 wrote outside of argument 5 (256 bytes), its results are dropped"

# FAULT and what is told of it
SET_RIGHT="registers
fpu
irqs-off the interrupt flag changed
direction-flag the direction flag set
alignment-flag the alignment check flag changed
nested-task-flag the nested task flag changed
cr0-write-protect CR0 changed
cr3 CR3 changed
cr4 CR4 changed
efer EFER changed
fs-base the FS base changed
dr7 DR7 changed
alignment"

# Of the second placement, what takes another way there
SHORT=" read-null exec-null read-kernel-hole write-code exec-data read-non-canonical undefined
loop loop-irqs-off overrun-page cr3 gs-base "

# is_tried PLACEMENT FAULT
is_tried()
{
	[ "$1" = identity ] || [ -n "${FULL-}" ] || [[ $SHORT =~ [[:space:]]$2[[:space:]] ]]
}

# row TABLE N: that line of the table, as words
row()
{
	sed -n "$2p" <<< "${!1}"
}

contained_row()
{
	local service fault kind
	read -r service fault kind < <(row CONTAINED "$1")
	contained "$service" "$fault" "$kind"
}

spoilt_row()
{
	local fault bytes kind
	read -r fault bytes kind < <(row SPOILT "$1")
	spoilt "$fault" "$bytes" "$kind"
}

set_right_row()
{
	local fault text
	read -r fault text < <(row SET_RIGHT "$2")
	PLACEMENT=$1 set_right "$fault" "$text"
}

tests=()
for p in identity assigned; do
	tests+=("hosts $p" "$p: the module hosts a firmware that misbehaves")
	n=0
	while read -r service fault _; do
		n=$((n + 1))
		! is_tried $p "$fault" || tests+=("contained_row $n" "$p: $fault in $service is contained")
	done <<< "$CONTAINED"
	n=0
	while read -r fault _; do
		n=$((n + 1))
		! is_tried $p "$fault" || tests+=("set_right_row $p $n" "$p: $fault is set right")
	done <<< "$SET_RIGHT"
	tests+=("set_right_gs $p" "$p: gs-base is set right"
		has_a_variable "$p: a variable is written")
	n=0
	while read -r fault _; do
		n=$((n + 1))
		! is_tried $p "$fault" || tests+=("spoilt_row $n" "$p: $fault is found, and the results dropped")
	done <<< "$SPOILT"
	# where things are is nothing to the rest
	[ "$p" = identity ] || [ -n "${FULL-}" ] || break
	tests+=("spoilt_file size-beyond returned_a_size_of" "$p: a size beyond the buffer is found"
		"spoilt_file size-huge returned_a_size_of" "$p: a size of 2^63 is found"
		"spoilt_file too-small-shrinks GetVariable_wants_0_bytes" "$p: too small, but for nothing"
		"spoilt_file too-small-huge GetVariable_wants_9223372036854775808_bytes" "$p: too small for 2^63"
		an_empty_variable "$p: a size of 0"
		"answered status-unknown 0x8000000000001234" "$p: an unknown error"
		"answered status-warning 0x1234" "$p: an unknown warning"
		"answered status-aborted 0x8000000000000015" "$p: EFI_ABORTED"
		"listed next-unterminated GetNextVariableName_returned_a_name_without_an_end" "$p: a name without an end"
		"listed next-same" "$p: the same name again and again"
		"listed next-cycle" "$p: two names in turns"
		"listed next-endless the_firmware_lists_more_than" "$p: a new name each time")
	[ "$p" = identity ] || break
	tests+=(leaves "$p: nothing is left but the next kernel's work")
done
ktap_run "${tests[@]}" \
	write_fault_spoils_writes "a fault in SetVariable: variables are not written until reboot" \
	loads_the_next_kernel "the next kernel is loaded"
exec > /dev/null 2>&1
exec opalvm kexec -e
