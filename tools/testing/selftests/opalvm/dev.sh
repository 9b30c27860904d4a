#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# dev.sh: what /dev/opalvm takes, and what it refuses (dev/dev.c); with a firmware
# that is hosted. On EFI that needs efi=noruntime.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

loads()
{
	load
	[ -c /dev/opalvm ]
}

# what was refused did no harm
still_works()
{
	dev call-works
	log
	is "$(cat $ROOT/*/quarantine)" ""
	unload
}

tests=(loads "the module loads")
while read -r name text; do
	tests+=("dev $name" "[$name] $text")
done < <(dev list)
ktap_run "${tests[@]}" still_works "afterwards calls work, and the module unloads"
