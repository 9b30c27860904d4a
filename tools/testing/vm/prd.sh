#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# prd.sh: builds tools/testing/selftests/opalvm/prd for guests on 64-bit POWER, and
# prints the program's path.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

out=$(build_dir prd ppc64el)
mkdir -p "$out"
"$(kernel_cross ppc64-6.1)gcc" -O2 -Wall -Wextra -Werror -static -o "$out/scom_read" \
	"$OPALVM_SRC/tools/testing/selftests/opalvm/prd/scom_read.c"
echo "$out/scom_read"
