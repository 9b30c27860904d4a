#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# walk.sh: holds still before the module is loaded, while the firmware is called
# without a pause, and after it was unloaded (with efi=noruntime): vm/walk.sh
# looks at the page tables from outside, and says on a serial port when to go on.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

# the third port: the first two are the console and the results
port()
{
	local tty
	for tty in /sys/class/tty/ttyS*; do
		[[ $(readlink -f "$tty/device") != */pci* ]] || echo "/dev/${tty##*/}"
	done
}

# phase NAME: until the host has seen it; a program is running, too
phase()
{
	local runs
	(while :; do :; done) > /dev/null 2>&1 &
	runs=$!
	echo "# phase $1"
	read -r _ <&7
	kill $runs
}

hosts()
{
	load
	is "$(get state)" hosted
	vars_mount
	var_write OpalvmWalk 7 "read all the time"
}

# until it is killed
read_variable()
{
	local variable
	variable=$(vars_dir)/OpalvmWalk-$GUID
	while :; do
		read -r -N 64 _ < "$variable" || true
	done
}

unloads()
{
	var_delete OpalvmWalk
	vars_umount
	unload
}

PORT=$(port)
stty -F "$PORT" raw -echo
exec 7< "$PORT"
phase before
ktap_run hosts "the module hosts"
map | sed 's/^/# extent /'
read_variable > /dev/null 2>&1 &
reader=$!
phase hosted
kill $reader
wait
ktap_run unloads "the module unloads and leaves nothing"
phase after
