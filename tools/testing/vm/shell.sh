#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shell.sh: a guest to try things in: a stock kernel that leaves EFI alone, the
# module in /opalvm, the tool, and a kernel to kexec into in /boot; a root shell of
# it on this terminal, until that is left. What its kernel says goes
# into a file.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

LOG=$OPALVM_CACHE/logs/shell-$$
FILES=()

# for each of the two kernels
put()
{
	FILES+=(--file "$1:$2" --file2 "$1:$2")
}

"$VM_DIR/deps.sh"
TOOL=$("$VM_DIR/tool.sh" 6.1)
"$VM_DIR/build.sh" 6.1 > /dev/null
put "$TOOL" usr/bin/opalvm
say "'exit' turns it off; the kernel log goes to $LOG.console"
exec "$VM_DIR/boot.sh" --kernel 6.1 --module default --append efi=noruntime --no-ktap --terminal \
	--test "$VM_DIR/shell/guest.sh" --kexec 6.1 --test2 "$VM_DIR/shell/guest.sh" --hops 0 \
	"${FILES[@]}" --timeout 86400 --log "$LOG"
