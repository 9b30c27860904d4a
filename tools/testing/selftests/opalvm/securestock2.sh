#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# securestock2.sh: what comes after secureboot.sh with a stock kernel: this one
# cannot read the firmware's variables (efi=noruntime), and so it knows none of
# the keys that are in there.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/lockdown_helpers.sh"

knows_no_key_of_the_firmware()
{
	grep -q 'keyring *\.builtin_trusted_keys: 1$' /proc/keys
	grep -q 'keyring *\.platform: empty$' /proc/keys
}

refuses_the_module()
{
	fails "Key was rejected by service" insmod "$KO"
}

ktap_run \
	locked_by_secure_boot "after the hop: Secure Boot locks this kernel down, too" \
	knows_no_key_of_the_firmware "after the hop: the kernel has no keys but its own" \
	refuses_the_module "after the hop: a module signed with a key of the firmware is refused by the kernel"
