# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables of boot.sh
# shellcheck disable=SC2054 # QEMU's arguments have commas
# 64-bit POWER: what boot.sh asks of a machine. Results come through hvc1: on
# powernv a virtio console, which needs nothing of the firmware under test while
# it sends, unlike hvc0; on pseries a second terminal.

QEMU=qemu-system-ppc64
CONSOLE="console=hvc0"
# QEMU warns of these
UNKNOWN_TO_TCG=cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off

put_image()
{
	cp "$1" "$2"
}

# attach_disk FILE: as /dev/vda. Each host bridge of powernv has one slot.
attach_disk()
{
	local bus=
	[[ $machine_name != powernv* ]] || bus=,bus=pcie.1
	machine+=(-drive "if=none,id=disk,format=raw,file=$1" -device "virtio-blk-pci,drive=disk$bus")
}

choose_boot()
{
	boot=(-kernel "$image" -initrd "$work/initrd" -append "$cmdline")
}

choose_machine()
{
	[ "${accel:-tcg}" = tcg ] || die "--accel $accel: there is only tcg"
	machine_name=${machine_name:-powernv9}
	case $machine_name in
	powernv*)
		# -nodefaults would take the BMC away, which turns the machine off
		machine+=(-machine "$machine_name" -display none -net none -serial "file:$log.console"
			-chardev "file,id=results,path=$log.ktap"
			-device virtio-serial-pci,bus=pcie.0 -device virtconsole,chardev=results)
		;;
	pseries*)
		# without SLOF, which takes longer than the kernel, but would have
		# formatted the NVRAM: any variable makes QEMU do it
		machine+=(-machine "pseries,x-vof=on,$UNKNOWN_TO_TCG${machine_name#pseries}"
			-prom-env 'auto-boot?=false' -nodefaults -display none -net none
			-serial "file:$log.console" -serial "file:$log.ktap")
		;;
	*) die "--machine $machine_name: choose powernv8, powernv9, powernv10 or pseries" ;;
	esac
	machine+=(-accel tcg,thread=multi ${cpu:+-cpu "$cpu"} ${bios:+-bios "$bios"})
	[ -z "$pnor" ] || machine+=(-drive "if=mtd,format=raw,file=$pnor")
	firmware=$machine_name
}
