#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# overflow.sh: the firmware overflows its stack. That must end in a panic that
# names it; the console is judged outside. Nothing comes after it.
set -euo pipefail
insmod /test/kunit.ko
insmod /opalvm/opalvm_kunit.ko
echo overflow > /sys/module/opalvm_kunit/parameters/provoke
