#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# package.sh: runs in a Debian with systemd in which the packages are installed, in a
# first kernel and in one that "systemctl kexec" went into, where they are purged.
set -euo pipefail
. "$(dirname "$0")/ktap_helpers.sh"

KERNEL=/boot/vmlinuz-$(uname -r)
INITRD=/boot/initrd.img-$(uname -r)
RECORD=/run/opalvm/loaded

is_loaded_at_boot()
{
	is "$(cat /proc/1/comm)" systemd
	is "$(get state)" hosted
	is "$(modinfo -n opalvm)" "/lib/modules/$(uname -r)/updates/dkms/opalvm.ko"
	is "$(systemctl is-active systemd-modules-load)" active
	is "$(systemctl is-enabled opalvm-kexec)" enabled
	is "$(systemctl is-active opalvm-kexec)" active
	opalvm status | grep "state  *hosted"
}

checksum()
{
	grep -o '"checksum": *[0-9]*' $RECORD | grep -o '[0-9]*$'
}

# as if the map had changed since
outdate()
{
	sed -i 's/\("checksum": *\)[0-9]*/\11/' $RECORD
	is "$(checksum)" 1
}

loads_what_is_configured()
{
	is "$(cat /sys/kernel/kexec_loaded)" 0
	printf 'KEXEC_KERNEL=%s\nKEXEC_INITRD=%s\n' "$KERNEL" "$INITRD" > /etc/default/opalvm
	systemctl restart opalvm-kexec
	is "$(cat /sys/kernel/kexec_loaded)" 1
	grep "$INITRD" $RECORD
	# only kexec makes it load while it stops
	outdate
	systemctl stop opalvm-kexec
	is "$(checksum)" 1
	rm /etc/default/opalvm
	systemctl start opalvm-kexec
	is "$(checksum)" 1
}

# The kernel sends the event
reacts_to_a_change()
{
	local i sum=''
	udevadm trigger --action=change /sys/devices/platform/opalvm
	for ((i = 0; i < 600; i++)); do
		# none while it loads
		sum=$(checksum 2> /dev/null || true)
		[ -z "$sum" ] || [ "$sum" = 1 ] || break
		sleep 0.1
	done
	at_least "$sum" 2
	is "$(systemctl show -P Result opalvm-reload)" success
}

# What the next kernel compares with
notes_the_map()
{
	local name
	map > /test/first-map
	grep . "$EFI"/services/*/entry > /test/first-entries
	for name in systab generation placement; do
		get $name > /test/first-$name
	done
}

is_ready_to_go()
{
	outdate
	mkdir -p /run/systemd/system/opalvm-kexec.service.d
	printf '[Service]\nExecStopPost=cp %s /test/loaded\n' $RECORD \
		> /run/systemd/system/opalvm-kexec.service.d/test.conf
	systemctl daemon-reload
	echo "systemctl --no-block kexec" > "$WORK/end"
}

hosts_with_the_table()
{
	is "$(get state)" hosted
	is "$(get origin)" handover
	is "$(get hops)" 1
	map_is_identical
	time_is_right
}

was_loaded_again()
{
	grep -E '"checksum": *([02-9]|1[0-9])' /test/loaded
}

purges()
{
	dpkg --purge opalvm-dkms opalvm-tools
	absent "/lib/modules/$(uname -r)/updates/dkms/opalvm.ko"
	absent /var/lib/dkms/opalvm
	absent /usr/sbin/opalvm
	is "$(find /usr /etc /var/lib -name '*opalvm*' ! -name opalvm-test.service)" ""
	is "$(systemctl is-active opalvm-kexec || :)" inactive
	# what runs goes on
	time_is_right
	unload
	fails "not found" modprobe opalvm
}

if [ "$(get hops)" = 0 ]; then
	ktap_run \
		is_loaded_at_boot "the module is loaded at boot, and hosts" \
		loads_what_is_configured "the kernel that /etc/default/opalvm names is loaded with the map" \
		reacts_to_a_change "when the map changes, it is loaded again" \
		notes_the_map "the map can be noted" \
		is_ready_to_go "systemctl kexec can go"
else
	ktap_run \
		hosts_with_the_table "systemctl kexec handed the map over" \
		was_loaded_again "the kernel was loaded again on the way, as its map was outdated" \
		purges "the packages can be purged, and nothing is left"
fi
