#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# fatal_efi.sh: the firmware does what cannot be contained: FAULT, from the
# kernel's command line. That must end in a panic that names it; the console is
# judged outside. Nothing comes after it.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/faulty_helpers.sh"
insmod "$KO"
ask "$FAULT"
