#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# checker-valid.sh CHECKER [flags]: prints 1 when the checker understands what
# the kernel's headers are written in, 0 otherwise. The kernel has a script of
# this name that Debian's kernel header packages leave out.
command -v "$1" > /dev/null || exit 1

source=$(mktemp --suffix=.c)
trap 'rm -f "$source"' EXIT
cat > "$source" <<'END'
static inline int value(const int *q)
{
	__typeof_unqual__(*q) v = *q;

	return v;
}
END

# The checker exits with 0 after an error: judge by what it says.
if "$@" "$source" 2>&1 | grep -q error; then
	echo 0
else
	echo 1
fi
