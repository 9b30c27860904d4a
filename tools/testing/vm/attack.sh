#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# attack.sh KERNEL: builds tools/testing/selftests/opalvm/attack for guests of
# KERNEL's architecture, and prints the program's path.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# = 1 ] || die "usage: attack.sh KERNEL, one of: $KERNELS $PPC64_KERNELS"
out=$(build_dir attack "$(kernel_arch "$1")")
mkdir -p "$out"
"$(kernel_cross "$1")gcc" -O2 -Wall -Wextra -Werror -static -I"$OPALVM_SRC/include/uapi" \
	-o "$out/attack" "$OPALVM_SRC/tools/testing/selftests/opalvm/attack/attack.c"
echo "$out/attack"
