#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kunit-parse.sh LOG: judge a console log of a KUnit run
#
# The log is read from the first "KTAP version 1" that is not indented up to
# "# KTAP end"; kunit/guest.sh writes both, and "1..N" for N suites. Prints the
# cases that did not pass and a count of the cases; fails when a case failed,
# when suites or cases are missing, or when the kernel complained meanwhile.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: ${0##*/} LOG" >&2; exit 2; }
[ -r "$1" ] || { echo "${0##*/}: cannot read $1" >&2; exit 2; }

awk '
function broken(why)
{
	print "ERROR: " why
	errors++
}

# A suite has ended, or the run has, in the middle of it
function end_of_cases(name)
{
	if (cases_planned == "")
		broken(name ": no plan for its cases")
	else if (cases != cases_planned)
		broken(name ": " cases " of " cases_planned " cases have a result")
	else if (cases == 0)
		broken(name ": no cases")
	cases_planned = ""
	cases = 0
	in_suite = 0
}

# Sets ok, number, name and comment from a result line
function result(line, at)
{
	ok = line !~ /^not ok/
	sub(/^(not )?ok /, "", line)
	number = line + 0
	sub(/^[0-9]+ (- )?/, "", line)
	comment = ""
	if (at = index(line, " # SKIP")) {
		comment = substr(line, at + 7)
		line = substr(line, 1, at - 1)
	}
	skip = at > 0
	name = line
}

{
	sub(/\r$/, "")
	sub(/^<[0-9]+>/, "")
	sub(/^\[ *[0-9]+\.[0-9]+\](\[ *[CT][0-9]+\])? /, "")
}

/^KTAP version 1$/ { started = 1; next }
!started { next }

/BUG:|WARNING:|Oops|UBSAN:|possible circular|Kernel panic|DEBUG_LOCKS_WARN/ ||
/suspicious RCU|inconsistent lock state|detected stall|unreferenced object|debug_locks: +0/ {
	broken($0)
}

ended { next }
/^# KTAP end$/ { ended = 1; next }

/^1\.\.[0-9]+$/ {
	if (suites_planned != "" && suites_planned != substr($0, 4))
		broken("a second plan: " $0)
	else
		suites_planned = substr($0, 4) + 0
}

/^    # Subtest: / {
	if (in_suite)
		end_of_cases(suite)
	in_suite = 1
	suite = substr($0, 16)
	cases_before = failed
}

/^    1\.\.[0-9]+$/ { cases_planned = substr($0, 8) + 0 }

/^        not ok [0-9]+ / { params = params "\n" $0 }

/^    (not )?ok [0-9]+ / {
	result(substr($0, 5))
	if (number != ++cases)
		broken(suite ": " name " has number " number ", not " cases)
	if (!ok) {
		failed++
		print "FAILED: " suite ": " name params
	} else if (skip) {
		skipped++
		print "skipped: " suite ": " name (comment == "" ? "" : ":" comment)
	} else {
		passed++
	}
	params = ""
}

/^(not )?ok [0-9]+ / {
	result($0)
	if (number != ++suites)
		broken("suite " name " has number " number ", not " suites)
	if (!in_suite || name != suite) {
		if (!ok)
			failed++
		print (ok ? "ERROR" : "FAILED") ": " name ": no case ran"
		errors++
	} else {
		end_of_cases(suite)
		if (!ok && failed == cases_before) {
			failed++
			print "FAILED: " name ": all its cases passed"
		}
	}
}

END {
	if (!started) {
		broken("no result: the log has no KTAP header")
	} else {
		if (in_suite)
			end_of_cases(suite)
		if (suites_planned == "")
			broken("no plan for the suites")
		else if (suites != suites_planned)
			broken(suites + 0 " of " suites_planned " suites have a result")
		else if (suites == 0)
			broken("no suites")
		if (!ended)
			broken("the run did not reach its end")
	}
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed || errors ? 1 : 0
}
' "$1"
