#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# program.sh NAME KERNEL: builds tools/testing/selftests/opalvm/NAME/NAME.c for
# guests of KERNEL's architecture, and prints the program's path.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# = 2 ] || die "usage: program.sh NAME KERNEL, one of: $KERNELS $PPC64_KERNELS"
out=$(build_dir "$1" "$(kernel_arch "$2")")
mkdir -p "$out"
"$(kernel_cross "$2")gcc" -O2 -Wall -Wextra -Werror -static -I"$OPALVM_SRC/include/uapi" \
	-o "$out/$1.$BASHPID" "$OPALVM_SRC/tools/testing/selftests/opalvm/$1/$1.c"
# another guest may be given it right now
mv "$out/$1.$BASHPID" "$out/$1"
echo "$out/$1"
