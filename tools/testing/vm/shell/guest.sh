#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# guest.sh: runs in the guest: a shell on the virtio console.
TERMINAL=/dev/hvc0

modprobe -qa virtio_pci virtio_console
# there is a node before there is a device
until { true > $TERMINAL; } 2> /dev/null; do
	sleep 0.1
done
cd /root || exit
stty -F $TERMINAL sane
echo "This is Linux $(uname -r) in a guest, with: $(cat /proc/cmdline)" > $TERMINAL
PS1='# ' setsid -c bash --norc -i <> $TERMINAL >&0 2>&0
# its last command does not matter
true
