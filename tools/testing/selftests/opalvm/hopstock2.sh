#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# hopstock2.sh: the second half of hopstock.sh
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

hosts_where_the_first_kernel_placed_it()
{
	absent /opalvm.handover
	load
	is "$(get state)" hosted
	is "$(get origin)" handover
	is "$(get placement)" assigned
	at_least "$(map | wc -l)" 3
	# the EFI window of the kernel half
	map | while read -r va _; do
		at_least $((va)) $((-68 << 30))
		at_most $((va)) $((-4 << 30))
	done
}

services_work()
{
	[[ $(get time) =~ ^20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T ]]
	is "$(get quarantine)" ""
}

ktap_run \
	hosts_where_the_first_kernel_placed_it "the map that stock kernels pass on is hosted" \
	services_work "the firmware is called there"
