# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A test in a guest whose first process is systemd. Sourced.

# put_test ROOT: has systemd run ROOT/test/run, with its output to the second serial
# port. When it has passed, it may leave the command that ends this boot in
# /run/opalvm-test/end; otherwise the guest is turned off.
put_test()
{
	local unit
	mkdir -p "$1/test" "$1/etc/systemd/journald.conf.d"
	# a log on the disk would keep it from being mounted read-only
	printf '[Journal]\nStorage=volatile\n' > "$1/etc/systemd/journald.conf.d/volatile.conf"
	# there is no dbus, and nobody to log in
	for unit in systemd-logind getty-static serial-getty@ttyS0; do
		ln -s /dev/null "$1/etc/systemd/system/$unit.service"
	done
	cat > "$1/test/guest" <<-'END'
		#!/bin/bash
		stty -F /dev/ttyS1 raw -echo
		exec > /dev/ttyS1 2>&1 < /dev/null
		# firmware wrote here too, without ending its line
		echo
		echo "opalvm-guest: up $(uname -r)"
		rc=0
		bash /test/run || rc=$?
		end=/run/opalvm-test/end
		if [ $rc = 0 ] && [ -e $end ]; then
			exec $(cat $end)
		fi
		echo "opalvm-guest: done $rc"
		exec systemctl --no-block poweroff
	END
	chmod 755 "$1/test/guest"
	cat > "$1/etc/systemd/system/opalvm-test.service" <<-END
		[Service]
		Type=oneshot
		ExecStart=/test/guest
	END
	mkdir -p "$1/etc/systemd/system/multi-user.target.wants"
	ln -s ../opalvm-test.service "$1/etc/systemd/system/multi-user.target.wants/"
}
