# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What both halves of the demo share. Sourced behind ktap_helpers.sh.

# shellcheck disable=SC2034 # for those who source this
VARS=/sys/firmware/efi/efivars DEMO=OpalvmDemo-$GUID
number=0

# show TEXT COMMANDS: shows the commands and what they print, and whether it
# went well: the first that fails ends it
show()
{
	local rc=0
	number=$((number + 1))
	echo "# "
	echo "# \$ $2"
	bash -euo pipefail -c "$2" 2>&1 | sed 's/^/#   /' || rc=1
	if [ "$rc" = 0 ]; then
		echo "ok $number $1"
	else
		echo "not ok $number $1"
	fi
}
