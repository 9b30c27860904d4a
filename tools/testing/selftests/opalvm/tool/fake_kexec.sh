#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Stands in for kexec: notes its arguments in $RECORD/args, one a line, a line
# "--" behind each run, and keeps the initrd as $RECORD/initrd.
#
# KEXEC_EXIT         exit with this code
# KEXEC_TOUCH        copy this file over $OPALVM_SYSFS/handover once, as a map
#                    that changes does

for arg in "$@"; do
	printf '%s\n' "$arg"
	case $arg in
	--initrd=*)
		initrd=${arg#--initrd=}
		cat "$initrd" > "$RECORD/initrd" || exit 1
		ls -A "$TMPDIR" > "$RECORD/tmpdir"
		stat -L -c %a "$initrd" > "$RECORD/mode"
		# writable through no descriptor of the process that passed it on?
		grep -h '^flags:' "/proc/self/fdinfo/${initrd##*/}" > "$RECORD/flags"
		;;
	esac
done >> "$RECORD/args"
echo -- >> "$RECORD/args"

if [ -n "$KEXEC_TOUCH" ] && [ -e "$KEXEC_TOUCH" ]; then
	mv "$KEXEC_TOUCH" "$OPALVM_SYSFS/handover"
fi
exit "${KEXEC_EXIT:-0}"
