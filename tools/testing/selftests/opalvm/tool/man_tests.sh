# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of test_tool.sh
# Tests of the man pages and of completion: what they say is what --help says.
# Sourced by test_tool.sh.

TOOL_SOURCE=$here/../../../../opalvm

# same NAME FILE NAME FILE: two lists, however sorted
same() {
	diff <(sort -u "$2") <(sort -u "$4") > "$work/err" && [ -s "$2" ] && return
	: > "$work/out"
	why "< $1, > $3"
	return 1
}

help_commands() {
	"$OPALVM" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# help_options COMMAND: the long ones, but those that all have
help_options() {
	"$OPALVM" "$1" --help | grep -oE -- '(^|, | )--[a-z-]+(=|  )' | grep -oE -- '--[a-z-]+' |
		grep -vxE -- '--(help|usage|version)'
}

# man_options COMMAND: those of its synopses
man_options() {
	sed -n "s/^\.It Nm Cm $1 //p" "$TOOL_SOURCE/man/opalvm.8" |
		grep -oE 'Fl -[a-z]+(-[a-z]+)*' | sed 's/Fl -/--/'
}

# completes WORD...: what can follow, when the last is being typed
completes() {
	(
		# shellcheck source=/dev/null
		. "$TOOL_SOURCE/opalvm.bash-completion"
		COMP_WORDS=(opalvm "$@") COMP_CWORD=$#
		_opalvm
		[ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}"
	)
}

test_man_pages_have_no_mistakes() {
	local page

	if ! command -v mandoc > /dev/null; then
		echo "# mandoc is not installed"
		return 1
	fi
	for page in opalvm.8 opalvm.4 opalvm-panic.8; do
		mandoc -T lint -W warning "$TOOL_SOURCE/man/$page" > "$work/out" 2> "$work/err" || {
			why "mistakes in $page"
			return 1
		}
		mandoc -T utf8 "$TOOL_SOURCE/man/$page" > "$work/out"
		[ "$(wc -l < "$work/out")" -gt 30 ] || return
	done
}

test_man_page_and_completion_have_all_commands() {
	help_commands > "$work/help"
	sed -n 's/^\.It Nm Cm \([a-z]*\).*/\1/p' "$TOOL_SOURCE/man/opalvm.8" > "$work/man"
	completes "" | grep -v '^-' > "$work/completion"
	same help "$work/help" "man page" "$work/man" &&
		same help "$work/help" completion "$work/completion" && [ "$(wc -l < "$work/help")" -ge 12 ]
}

test_man_page_and_completion_have_all_options() {
	local command

	for command in $(help_commands); do
		help_options "$command" > "$work/help"
		man_options "$command" > "$work/man"
		completes "$command" -- | grep -vxE -- '--(help|usage|version)' > "$work/completion"
		same "help of $command" "$work/help" "man page" "$work/man" &&
			same "help of $command" "$work/help" completion "$work/completion" || return
	done
}

test_every_command_is_tested_for_its_help() {
	local tested

	tested=$(sed -n '/^test_every_command_has_help/,/^}/s/.*for command in \(.*\); do/\1/p' "$here/test_tool.sh")
	help_commands > "$work/help"
	tr ' ' '\n' <<< "$tested call" > "$work/tested"
	same help "$work/help" tested "$work/tested"
}

test_man_page_has_all_variables_and_exit_codes() {
	"$OPALVM" --help | sed -n '/^Environment:/,$s/^  \([A-Z_]*\) .*/\1/p' > "$work/help"
	sed -n 's/^\.It Ev //p' "$TOOL_SOURCE/man/opalvm.8" > "$work/man"
	same help "$work/help" "man page" "$work/man" || return
	"$OPALVM" --help | sed -n '/^Exit codes:/,/^$/s/^  \([0-9]\) .*/\1/p' > "$work/help"
	sed -n '/^\.Sh EXIT/,/^\.Sh EXAMPLES/s/^\.It \([0-9]\)$/\1/p' "$TOOL_SOURCE/man/opalvm.8" > "$work/man"
	same help "$work/help" "man page" "$work/man"
}

test_man_page_has_all_parameters_of_the_module() {
	sed -n 's/^module_param\(_named\)\?(\([a-z_]*\),.*/\2/p' \
		"$here"/../../../../../drivers/firmware/opalvm/*.c > "$work/module"
	sed -n '/^\.Sh PARAMETERS/,/^\.Sh FILES/s/^\.It Cm //p' "$TOOL_SOURCE/man/opalvm.4" > "$work/man"
	same module "$work/module" "man page" "$work/man"
}

# is_completed WANTED WORD...
is_completed() {
	local wanted=$1 got

	shift
	got=$(completes "$@" | tr '\n' ' ')
	[ "${got% }" = "$wanted" ] && return
	why "$* gives '$got', not '$wanted'"
	return 1
}

test_completion_of_arguments() {
	mkdir "$work/files"
	: > "$work/files/one"
	is_completed "audit" a && is_completed "GetTime" call G && is_completed "" call GetTime --x &&
		is_completed "$work/files/one" map --svg "$work/files/" &&
		is_completed "$work/files/one" map --svg = "$work/files/" &&
		is_completed "$work/files/one" kexec -s "$work/files/" &&
		is_completed "$work/files/one" kexec -l vmlinuz --initrd "$work/files/" &&
		is_completed "$work/files/one" handover "$work/files/" &&
		is_completed "" top --delay "" && is_completed "" kexec --append "$work/files/" &&
		is_completed "" status "$work/files/"
}

test_install_has_man_pages_and_completion() {
	local name

	make -s -C "$TOOL_SOURCE" O="${OPALVM%/*}" install DESTDIR="$work/installed" PREFIX=/usr \
		> "$work/out" 2>&1 || { why "it cannot be installed"; return 1; }
	for name in sbin/opalvm sbin/opalvm-panic share/man/man8/opalvm.8 share/man/man8/opalvm-panic.8 share/man/man4/opalvm.4 \
		share/bash-completion/completions/opalvm; do
		[ -s "$work/installed/usr/$name" ] || { why "no $name"; return 1; }
	done
}
