# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the parts of the demo share. Sourced behind ktap_helpers.sh.

# shellcheck disable=SC2034 # for those who source this
VARS=$(vars_dir) DEMO=OpalvmDemo-$GUID
number=0

# show TEXT COMMANDS: shows the commands and what they print, and whether it
# went well: the first that fails ends it
show()
{
	local rc=0
	number=$((number + 1))
	echo "# "
	echo "# \$ $2"
	bash -euo pipefail -c "$2" 2>&1 | sed 's/^/#   /' || rc=1
	if [ "$rc" = 0 ]; then
		echo "ok $number $1"
	else
		echo "not ok $number $1"
	fi
}

# hop_options N: of the kernel that hop N goes into
hop_options()
{
	sed -n "$1s/^[^ ]* //p" /boot/plan
}

# show_kexec TEXT N: loads the kernel of hop N and goes into it
show_kexec()
{
	show "$1" "opalvm kexec -s /boot/vmlinuz-6.1 --initrd=/boot/initrd-6.1.img --append='$(cat /test/append) $(hop_options "$2")'; cat /sys/kernel/kexec_loaded"
	echo "$2" > /boot/hop
	umount /boot
	echo "# \$ opalvm kexec -e"
	# nothing is written to the port any more
	exec > /dev/null 2>&1
	opalvm kexec -e
}
