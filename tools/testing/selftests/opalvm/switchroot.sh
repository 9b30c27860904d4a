#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# switchroot.sh: loads in the initramfs; switchroot2.sh goes on after
# switch_root to a disk.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

loads()
{
	load
	is "$(get state)" hosted
	get time
}

ktap_run loads "the module loads in the initramfs"
