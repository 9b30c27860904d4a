#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# v4_tree.sh: device trees that are wrong about the V4 interface of an OPAL that has
# it. ALL=1 on the command line: all there are.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"
. "$(dirname "$0")/tree_helpers.sh"

EFI=$ROOT/opal	# what is hosted
OPAL=/ibm,opal
P=opal-v4-le-entry-address
V4=$((0x$(hex $TREE$OPAL/$P)))
ENTRY=$((0x$(hex $TREE$OPAL/opal-entry-address)))
BASE=$((0x$(hex $TREE$OPAL/opal-base-address)))

hosts()
{
	load
	is "$(get state)" hosted
	is "$(get placement)" firmware
	is "$(opalvm call --json OPAL_XSCOM_READ 0 0xf000f out:8 |
		sed -n 's/.*"returned": *\([0-9]*\).*/\1/p')" 0
	is "$(get quarantine)" ""
	unload
}

entry_is_none()
{
	hostile "$OPAL has no $P" "remove $OPAL $P"
	hostile "$P of $OPAL is zero" "set $OPAL $P $(u64 0)"
	hostile "$P of $OPAL has 4 bytes, not 8" "set $OPAL $P $(u32 $V4)"
	too hostile "$P of $OPAL has 0 bytes, not 8" "set $OPAL $P -"
}

entry_is_elsewhere()
{
	# in the code, the other entry, data, the kernel, nowhere
	hostile "has no opal_v4_entry" "set $OPAL $P $(u64 $((V4 + 4)))"
	hostile "has no opal_v4_entry" "set $OPAL $P $(u64 $ENTRY)"
	too hostile "has no opal_v4_entry" "set $OPAL $P $(u64 $((BASE + 0x400000)))"
	too hostile "has no opal_v4_entry" "set $OPAL $P $(u64 $((0x10000000)))"
	hostile "has no opal_v4_entry" "set $OPAL $P $(u64 $((0xdead00000000)))"
	too hostile "has no opal_v4_entry" "set $OPAL $P $(u64 -1)"
}

interface_is_lost()
{
	hostile "the firmware has opal_v4_entry" "remove $OPAL ibm,opal-v4"
	too hostile "the firmware has opal_v4_entry" "remove $OPAL ibm,opal-v4" \
		"remove $OPAL $P"
}

ktap_run tree_opens "the device tree can be changed" \
	hosts "OPAL is hosted with the tree as it is" \
	entry_is_none "an entry point that is none is refused" \
	entry_is_elsewhere "one that is not the firmware's is refused" \
	interface_is_lost "such firmware is not taken for stock firmware" \
	hosts "OPAL is hosted with the tree as it was" \
	nothing_is_left "nothing is left"
