# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables of boot.sh
# shellcheck disable=SC2054 # QEMU's arguments have commas
# The PC: what boot.sh asks of a machine. Results come through ttyS1.

QEMU=qemu-system-x86_64
# under load the emulated timer can miss the kernel's check of it
CONSOLE="console=ttyS0,115200 no_timer_check"

# Is Secure Boot on, and everything signed?
is_secure()
{
	[ "$firmware" = secure ] || [ "$firmware" = mok ]
}

# sign FILE: as the firmware of --firmware secure asks for it
sign()
{
	{
		openssl rsa -passin "pass:$SNAKEOIL_PIN" -in "$SNAKEOIL.key" -out "$work/key"
		sbsign --key "$work/key" --cert "$SNAKEOIL.pem" --output "$1" "$1"
	} > "$work/log" 2>&1 || { cat "$work/log" >&2; die "$1 cannot be signed: run deps.sh"; }
}

# put_image IMAGE FILE
put_image()
{
	cp "$1" "$2"
	is_secure || return 0
	# kexec takes no image with two signatures
	! sbverify --list "$2" 2> /dev/null | grep -q '^signature' || sbattach --remove "$2"
	sign "$2"
}

# attach_disk FILE: as /dev/vda
attach_disk()
{
	machine+=(-drive "if=none,id=disk,format=raw,file=$1" -device virtio-blk-pci,drive=disk)
}

choose_firmware()
{
	local code fresh=/usr/share/OVMF/OVMF_VARS_4M.fd
	case $firmware in
	plain) code=OVMF_CODE_4M.fd; machine+=(-machine q35,smm=off) ;;
	smm | secure | mok)
		code=OVMF_CODE_4M.secboot.fd
		[ "$firmware" != secure ] || fresh=/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd
		[ "$firmware" != mok ] || fresh=$(value VARS "$(run mok.sh)")
		machine+=(-machine q35,smm=on -global ICH9-LPC.disable_s3=1
			-global driver=cfi.pflash01,property=secure,value=on)
		;;
	none) machine+=(-machine q35); return ;;
	*) die "--firmware $firmware: choose plain, smm, secure, mok or none" ;;
	esac
	[ -e "/usr/share/OVMF/$code" ] || die "no /usr/share/OVMF/$code: run deps.sh"
	vars=${vars:-$work/vars}
	[ -e "$vars" ] || cp "$fresh" "$vars"
	machine+=(-drive "if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/$code"
		-drive "if=pflash,unit=1,format=raw,file=$vars")
}

# What QEMU loads itself it changes, so that no signature fits: for Secure Boot
# the firmware loads all of it as one signed program from a disk.
choose_boot()
{
	local stub=/usr/lib/systemd/boot/efi/linuxx64.efi.stub boot_dir=$work/esp/EFI/BOOT
	local uki=$boot_dir/BOOTX64.EFI
	if ! is_secure; then
		boot=(-kernel "$image" -initrd "$work/initrd" -append "$cmdline")
		return
	fi
	mkdir -p "$boot_dir"
	if [ "$firmware" = mok ]; then
		cp "$(value SHIM "$(run mok.sh)")" "$uki"
		# what shim goes into
		uki=$boot_dir/grubx64.efi
	fi
	printf %s "$cmdline" > "$work/cmdline"
	objcopy --add-section .cmdline="$work/cmdline" --change-section-vma .cmdline=0x30000 \
		--add-section .linux="$image" --change-section-vma .linux=0x2000000 \
		--add-section .initrd="$work/initrd" --change-section-vma .initrd=0x4000000 \
		"$stub" "$uki" || die "no $stub: run deps.sh"
	sign "$uki"
	boot=(-drive "if=none,id=esp,format=raw,readonly=on,file=fat:$work/esp"
		-device virtio-blk-pci,drive=esp)
}

# Even a working KVM is used only on demand: results must not depend on it.
choose_accel()
{
	case ${accel:-$([ "${OPALVM_KVM:-0}" = 1 ] && echo kvm || echo tcg)} in
	tcg | tcg,thread=single)
		# 7.2 patches its text under a vCPU that emulates it: an unexpected int3
		local thread=multi
		[[ " $kernel ${kexecs[*]-} " != *" 7.2 "* && $accel != *single ]] || thread=single
		machine+=(-accel "tcg,thread=$thread")
		;;
	kvm)
		[ "${OPALVM_KVM:-0}" = 1 ] || die "--accel kvm: set OPALVM_KVM=1 to allow it"
		machine+=(-accel kvm)
		;;
	*) die "--accel $accel: choose tcg; tcg,thread=single; or kvm" ;;
	esac
}

choose_machine()
{
	# why the debug kernel has no la57: see debug-kernel.sh
	if [ -z "$cpu" ]; then
		cpu=max
		[ "$kernel" != debug ] || cpu=max,la57=off
	fi
	# Now and then a guest hangs when its kernel takes the HPET for its clock, and QEMU
	# does nothing but run timers.
	machine+=(-machine hpet=off)
	machine+=(-cpu "$cpu" -nodefaults -display none -vga none -net none
		-serial "file:$log.console" -serial "file:$log.ktap")
	choose_firmware
	choose_accel
}
