# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# QEMU's monitor, for tests that look at a guest from outside. Sourced; needs
# lib.sh. monitor_open DIR comes first, "${MONITOR[@]}" is for boot.sh.

# monitor_open DIR: pipes in DIR, and the options with which QEMU opens them
monitor_open()
{
	rm -f "$1"/monitor.{in,out}
	mkfifo "$1"/monitor.{in,out}
	# shellcheck disable=SC2034,SC2054 # for who sources this; QEMU's have commas
	MONITOR=(--qemu-arg -chardev --qemu-arg "pipe,id=monitor,path=$1/monitor"
		--qemu-arg -mon --qemu-arg chardev=monitor,mode=control)
	exec {MONITOR_TO}<> "$1/monitor.in" {MONITOR_FROM}<> "$1/monitor.out"
	echo '{"execute": "qmp_capabilities"}' >&"$MONITOR_TO"
}

# monitor COMMAND: what a person would type there, and the answer
monitor()
{
	printf '{"execute": "human-monitor-command", "id": "asked", "arguments": {"command-line": "%s"}}\n' \
		"$1" >&"$MONITOR_TO"
	# events come between; those behind it are of no interest
	timeout 300 grep -a -m 1 '"id": "asked"' <&"$MONITOR_FROM" |
		sed 's/^{"return": "//; s/", "id": "asked"}.*//; s/\\r\\n/\n/g'
}

# wait_for_line TEXT FILE: the guest says so within some minutes
wait_for_line()
{
	local i
	for ((i = 0; i < 3000; i++)); do
		! grep -qasF -- "$1" "$2" || return 0
		sleep 0.2
	done
	die "the guest never said '$1': see $2"
}

# monitor_meet LOWEST HIGHEST: stops the guest's first CPU at an instruction in
# this range, within some thousand tries
monitor_meet()
{
	local i rip
	for ((i = 0; i < 3000; i++)); do
		monitor stop > /dev/null
		rip=$(monitor "info registers" | sed -n 's/^RIP=\([0-9a-f]*\) .*/\1/p')
		((0x$rip < $1 || 0x$rip > $2)) || { echo "met at 0x$rip, at try $i"; return; }
		monitor cont > /dev/null
		sleep 0.0$((RANDOM % 9 + 1))
	done
	die "the guest was never between $1 and $2"
}
