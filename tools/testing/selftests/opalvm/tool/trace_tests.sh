# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of test_tool.sh
# Tests of 'opalvm trace', which needs a kernel with the module: what it prints
# is tested in guests. Sourced by test_tool.sh.

# a kernel that hosts nothing has no events of this name
test_trace_without_events() {
	tool 3 trace true && says "there is no tracefs, or the module has no trace events" &&
		tool 3 trace --json true && says "there is no tracefs" &&
		[ -z "$(find /sys/kernel/tracing/instances -name 'opalvm-*' 2> /dev/null)" ]
}

test_trace_leaves_the_commands_options_alone() {
	tool 3 trace ls --nonsense && tool 3 trace -j -- ls -l && tool 2 trace --nonsense ls
}
