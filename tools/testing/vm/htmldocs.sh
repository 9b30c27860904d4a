#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# htmldocs.sh [DIRECTORY]: makes the documentation, in DIRECTORY or in
# Documentation/output. Any warning fails it, and so does a source file with
# kernel-doc that no page shows. The last line is "N passed, N failed, N skipped",
# of pages.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/apt.sh"
. "$VM_DIR/debug-kernel/source.sh"

[ $# -le 1 ] || die "usage: htmldocs.sh [DIRECTORY]"
out=$(realpath -m "${1-$OPALVM_SRC/Documentation/output}")
pages=$OPALVM_SRC/Documentation

need()
{
	command -v sphinx-build > /dev/null || "$VM_DIR/deps.sh"
}

# kernel_abi.py looks for its script and the files beneath one directory
kernel_parts()
{
	local parts
	parts=$(source_part "$(source_version)" Documentation/sphinx scripts/kernel-doc scripts/get_abi.pl)
	ln -s "$parts/scripts" "$work/scripts"
	ln -s "$pages" "$work/Documentation"
	echo "$parts"
}

# Each file with a kernel-doc comment is named on a page.
all_are_shown()
{
	local file missing=()
	while read -r file; do
		grep -rqxF ".. kernel-doc:: $file" "$pages" --include='*.rst' || missing+=("$file")
	done < <(cd "$OPALVM_SRC" && grep -rlE '^/\*\*$' --include='*.[ch]' drivers arch-glue include | grep -v /tests/)
	[ ${#missing[@]} = 0 ] || die "no page shows ${missing[*]}: add them to Documentation/driver-api"
}

need
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
all_are_shown
parts=$(kernel_parts)
say "making the documentation in $out ..."
OPALVM_KERNEL_PARTS=$parts srctree=$work PYTHONDONTWRITEBYTECODE=1 \
	sphinx-build -q -E -W --keep-going -d "$work/doctrees" -b html "$pages" "$out" > "$work/log" 2>&1 ||
	{ cat "$work/log" >&2; die "the documentation has errors"; }
# kernel-doc's own
! grep -i warning "$work/log" >&2 || die "kernel-doc comments have errors"
echo "$(find "$out" -name '*.html' | wc -l) passed, 0 failed, 0 skipped"
