#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What is in the initramfs is deleted at switch_root; /run stays: the handover
# table goes there. Sourced by dracut: never exits.

opalvm_keep_table()
{
	{ [ -d /run/opalvm ] || mkdir -m 0700 /run/opalvm; } &&
	(umask 0377 && cat /opalvm.handover > /run/opalvm/handover.new) &&
	mv /run/opalvm/handover.new /run/opalvm/handover
}

if [ -e /opalvm.handover ]; then
	opalvm_why=$(opalvm_keep_table 2>&1) ||
		echo "<3>opalvm: the handover table is not kept in /run ($opalvm_why): put opalvm into force_drivers in /etc/dracut.conf.d" > /dev/kmsg
	unset opalvm_why
fi
