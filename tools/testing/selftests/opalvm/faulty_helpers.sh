# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the tests of the firmware that misbehaves share
# (tools/testing/firmware/faulty-efi/). Sourced behind ktap_helpers.sh.

# Whose variables are requests
VENDOR=54554146544c4146554c544641554c54
# $GUID, as the firmware has it
TEST_VENDOR=4c41504f4d56504f414c564d4f50414c

# There are many faults, and starting a program is what an emulated CPU is slow
# at: these start none, or fewer.
log_mark()
{
	dmesg -c > /dev/null
}

log()
{
	dmesg | sed -n 's/^\[[^]]*\] //; /^opalvm: /p'
}

get()
{
	local value=
	read -r -d '' value < "$EFI/$1" || true
	echo "$value"
}

# utf16 TEXT: to $hex, with its NUL
utf16()
{
	local i byte
	hex=
	for ((i = 0; i < ${#1}; i++)); do
		printf -v byte '%02x00' "'${1:i:1}"
		hex+=$byte
	done
	hex+=0000
}

# get_variable NAME VENDOR [BYTES]: the result goes to $WORK/call
get_variable()
{
	local hex size
	utf16 "$1"
	printf -v size '%02x%02x000000000000' $((${3:-256} & 255)) $((${3:-256} >> 8))
	opalvm call GetVariable "in:$hex" "in:$2" out:4 "inout:$size" "out:${3:-256}" \
		> "$WORK/call" 2>&1
}

# ask FAULT[@SERVICE]
ask()
{
	get_variable "$1" $VENDOR
}

# later FAULT@SERVICE: the next call of SERVICE does it
later()
{
	ask "$1"
	[[ $(< "$WORK/call") == "returned  0x0 "* ]]
}

# call SERVICE: the firmware's, with arguments that it takes
call()
{
	local hex
	case $1 in
	GetTime) opalvm call GetTime out:16 null ;;
	GetWakeupTime) opalvm call GetWakeupTime out:1 out:1 out:16 ;;
	GetVariable) get_variable OpalvmNone $TEST_VENDOR ;;
	GetNextVariableName) opalvm call GetNextVariableName inout:0004000000000000 \
		"inout:$(printf '%02048d' 0)" inout:00000000000000000000000000000000 ;;
	QueryVariableInfo) opalvm call QueryVariableInfo 7 out:8 out:8 out:8 ;;
	SetVariable)
		utf16 OpalvmTest
		opalvm call SetVariable "in:$hex" in:$TEST_VENDOR 7 4 in:61626364
		;;
	esac > "$WORK/call" 2>&1
}

# cannot COMMAND...: it must fail
cannot()
{
	! "$@" || { echo "'$*' did not fail"; return 1; }
}

# is_drivers_code N: extent N is the driver's own code
is_drivers_code()
{
	local va pages entry
	read -r va < "$EFI/map/$1/virt_addr"
	read -r pages < "$EFI/map/$1/num_pages"
	read -r entry < "$EFI/services/GetVariable/entry"
	((entry >= va && entry < va + pages * 4096)) && return
	echo "extent $1 is not the driver's code"
	return 1
}

# saw FAULT RESULT: for the table in the documentation
saw()
{
	echo "fault: $1: $2"
}
