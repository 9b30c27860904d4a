#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# faults.sh [--check] ARCH LOG... [ARCH LOG...]: what a user sees of each fault of
# a firmware, from the lines "# fault: NAME: WHAT" of the tests' logs.
#
# Writes Documentation/admin-guide/faults.rst. With --check, it only compares:
# each ARCH's column must be what the logs say, no more and no less.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

TABLE=$OPALVM_SRC/Documentation/admin-guide/faults.rst
ARCHES=(x86_64 ppc64)
NONE="not tested"

# faults LOG...: NAME and WHAT, with a tab between. What differs in one test's runs is told in all its forms.
faults()
{
	sed -En 's/\r$//; s/^ *# fault: ([^:]*): (.*)/\1\t\2/p' "$@" | awk -F '\t' '
	!($1 in what) { order[++n] = $1; what[$1] = $2; next }
	index("; or " what[$1] "; or ", "; or " $2 "; or ") == 0 { what[$1] = what[$1] "; or " $2 }
	END { for (i = 1; i <= n; i++) print order[i] "\t" what[order[i]] }'
}

# column ARCH: the same, of the table
column()
{
	awk -v arch="$1" -v none="$NONE" '
	/^   \* - / { name = substr($0, 8); at = 0; next }
	/^     - / && name != "" {
		at++
		if (name == "fault" && $0 == "     - " arch)
			mine = at
		else if (name != "fault" && at == mine && $0 != "     - " none)
			print name "\t" substr($0, 8)
	}' "$TABLE"
}

check()
{
	local arch=$1 n
	shift
	faults "$@" > "$work/seen"
	n=$(wc -l < "$work/seen")
	[ "$n" -gt 0 ] || die "no faults in $*: the tests print '# fault: NAME: WHAT'"
	diff <(column "$arch" | sort) <(sort "$work/seen") ||
		die "$TABLE is not what the tests saw (>): run faults.sh with the logs of both architectures"
	echo "$n passed, 0 failed, 0 skipped"
}

head_of_table()
{
	cat <<-END
	.. SPDX-License-Identifier: GPL-2.0
	.. Written by tools/testing/vm/faults.sh from the logs of the tests; do not edit

	====================================
	Faults of a firmware, and their ends
	====================================

	What a caller and the log see when a firmware does what it should not. Each line
	was provoked and seen: on x86_64 in the runtime services of OVMF, with a driver that
	misbehaves on request (tools/testing/firmware/faulty-efi), before and after
	SetVirtualAddressMap(); on ppc64 in an OPAL that does
	(tools/testing/firmware/skiboot). The names are those of the tests.

	Where a row ends in a panic, the fault cannot be contained: all that is left is that
	the log names the service. Else, what the columns do not tell stays as it was: the
	kernel goes on, without a taint, other services work, and a kexec hands over a map
	as ever. How a service is allowed again, and what more cannot be contained, with
	what happens then, is in Documentation/admin-guide/containment.rst.

	.. list-table::
	   :header-rows: 1

	   * - fault
	END
	printf '     - %s\n' "${ARCHES[@]}"
}

# rows FILE...: a file of faults() for each of ARCHES
rows()
{
	local name arch what
	while IFS= read -r name; do
		echo "   * - $name"
		for arch in "${ARCHES[@]}"; do
			what=$(awk -F '\t' -v name="$name" '$1 == name { print $2 }' "$work/$arch")
			echo "     - ${what:-$NONE}"
		done
	done < <(cut -f1 "${ARCHES[@]/#/$work/}" | awk '!seen[$0]++')
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "${1-}" = --check ]; then
	shift
	[ $# -ge 2 ] || die "usage: faults.sh --check ARCH LOG..."
	check "$@"
	exit
fi
arch=
declare -A logs=()
for word in "$@"; do
	case $word in
	x86_64 | ppc64) arch=$word ;;
	*) logs[$arch]+="$word"$'\n' ;;
	esac
done
for arch in "${ARCHES[@]}"; do
	[ -n "${logs[$arch]-}" ] || die "no logs of $arch: faults.sh x86_64 LOG... ppc64 LOG..."
	mapfile -t files < <(printf %s "${logs[$arch]}")
	faults "${files[@]}" > "$work/$arch"
	[ -s "$work/$arch" ] || die "no faults in ${files[*]}"
done
{ head_of_table; rows; } > "$work/table"
cp "$work/table" "$TABLE"
say "$TABLE is written"
