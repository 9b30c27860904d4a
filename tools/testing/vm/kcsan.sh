#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kcsan.sh LOG [FUNCTION]: prints a console log without the data races that are
# the kernel's own: neither function that made an access, nor who called that one,
# is the module's; nor is the clock that is meant to be read while it is set. With FUNCTION
# the race that a test has planted there must have been found, and is left out too. Says on
# standard error how many of each there were.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# = 1 ] || [ $# = 2 ] || die "usage: kcsan.sh LOG [FUNCTION]"
[ -r "$1" ] || die "cannot read $1"

awk -v planted="${2-}" '
function judge()
{
	if (planted != "" && title ~ ("[ /]" planted "( |$|\r)"))
		found++
	else if (frames ~ /\[opalvm/ && title !~ /[ \/]ktime_get_mono_fast_ns /)
		ours = ours report
	else
		others++
	report = ""
}

# What others say meanwhile is in between, and stays.
function text(line)
{
	sub(/^\[ *[0-9]+\.[0-9]+\](\[ *[CT][0-9]+\])? /, "", line)
	return line
}

{ line = text($0) }

line ~ /^BUG: KCSAN: / {
	inside = 1
	title = line
	frames = report = ""
}

!inside { print; next }

{ report = report $0 "\n" }

# "read to 0x... of 8 bytes by task 1 on cpu 0:", and its frames
line ~ / bytes by .*:\r?$/ { left = 2; next }
left > 0 { frames = frames line "\n"; left-- }

line ~ /^=====/ { judge(); inside = 0 }

END {
	if (inside)
		judge()
	printf "%s", ours
	printf "races: %d of the module, %d planted, %d of the kernel alone\n",
		split(ours, unused, "BUG: KCSAN: ") - (ours != ""), found, others > "/dev/stderr"
	if (planted != "" && !found) {
		print "the race in " planted " was not found: this kernel looks for none" > "/dev/stderr"
		exit 1
	}
}
' "$1"
