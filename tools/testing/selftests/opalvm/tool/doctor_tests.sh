# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # variables of test_tool.sh
# Tests of 'opalvm doctor'; sourced by test_tool.sh.

RELEASE=6.1.0-test
MODULES=/lib/modules/$RELEASE

# a machine on which the module hosts EFI, with nothing to remark on
healthy() {
	local version

	version=$("$OPALVM" --version)
	put version "${version#opalvm }"
	root /proc/sys/kernel/osrelease $RELEASE
	root /proc/sys/kernel/arch x86_64
	root /proc/cpuinfo "flags		: fpu vme nx" "MMU		: Radix" \
		"machine		: CHRP IBM pSeries (emulated by qemu)"
	root /proc/cmdline "root=/dev/sda1 efi=noruntime"
	root /sys/firmware/efi/fw_platform_size 64
	root /sys/kernel/security/lockdown "[none] integrity confidentiality"
	root /sys/kernel/kexec_loaded 0
	root /sys/module/module/parameters/sig_enforce N
	root /boot/config-$RELEASE CONFIG_MODULES=y CONFIG_EFI=y CONFIG_KPROBES=y CONFIG_KEXEC=y \
		CONFIG_PPC_RADIX_MMU=y "# CONFIG_STATIC_USERMODEHELPER is not set"
	root $MODULES/modules.dep "kernel/fs/ext4/ext4.ko: kernel/lib/crc16.ko" "updates/opalvm.ko:"
	root $MODULES/updates/opalvm.ko "ELF"
}

# the same before the module is loaded
unloaded() {
	healthy
	rm -r "$OPALVM_SYSFS"
}

power() {
	unloaded
	root /proc/sys/kernel/arch ppc64le
	mkdir -p "$OPALVM_ROOT/proc/device-tree/ibm,opal"
}

# finds CODE CHECK RESULT TEXT: that check, and it alone, is no "ok"
finds() {
	# without the module there is no map to hand over, either
	# shellcheck disable=SC2016
	local others='.check != $check and .check != "loss" and .check != "module"'

	tool "$1" doctor --json &&
		jq -e --arg check "$2" --arg result "$3" --arg text "$4" \
			'.checks[] | select(.check == $check) | .result == $result and
			 (.says | contains($text)) and (.next != "" or .result == "ok")' \
			"$work/out" > "$work/jq" &&
		jq -e --arg check "$2" "[.checks[] | select($others) | .result] | unique == [\"ok\"]" \
			"$work/out" > "$work/jq" && [ ! -s "$work/err" ] && return
	why "$2 is not $3 with '$4', and it alone"
	return 1
}

test_doctor_of_a_machine_that_hosts() {
	healthy
	tool 0 doctor && shows "ok root run by root" && shows "ok kernel Linux $RELEASE on x86-64" &&
		shows "ok firmware efi is hosted" && shows "ok module loaded" &&
		shows "ok quarantine nothing is in quarantine" &&
		shows "ok loss a kexec by opalvm kexec would lose nothing" &&
		shows "Nothing stands in the way." && ! grep -q next: "$work/out" &&
		tool 0 doctor --json && json '.can_host and ([.checks[].result] | unique == ["ok"])' &&
		json '[.checks[].next] | unique == [""]'
}

test_doctor_of_a_machine_that_could_host() {
	unloaded
	tool 0 doctor && shows "Nothing stands in the way." &&
		shows "ok firmware EFI is there, and this kernel leaves its services alone" &&
		shows "note module not loaded, but there for this kernel" && shows "next: modprobe opalvm" &&
		shows "note loss a kexec would lose the firmware"
}

test_doctor_says_what_to_do_below_each_line() {
	unloaded
	rm "$OPALVM_ROOT$MODULES/modules.dep"
	mkdir "$OPALVM_ROOT$MODULES/build"
	tool 4 doctor && grep -A1 '^stops *module *there is none for this kernel' "$work/out" |
		tail -n 1 | grep -q '^ *next: where the source of opalvm is: make && make install$' &&
		shows "Nothing can be hosted here as it is: what stops it, above: 1." || return
	rmdir "$OPALVM_ROOT$MODULES/build"
	tool 4 doctor && shows "next: install the headers of this kernel, then"
}

test_doctor_without_root() {
	healthy
	tool_not_root 4 doctor && shows "stops root not run by root" && shows "next: run it as root"
}

test_doctor_of_kernels() {
	healthy && root /proc/sys/kernel/osrelease 6.0.9-x && tool 4 doctor &&
		shows "stops kernel Linux 6.0.9-x is older than 6.1" &&
		root /proc/sys/kernel/osrelease 5.10.0 && tool 4 doctor && shows "older than 6.1" &&
		root /proc/sys/kernel/osrelease 7.2.9 && tool 0 doctor && shows "ok kernel Linux 7.2.9" &&
		root /proc/sys/kernel/osrelease 7.3.0 && tool 0 doctor &&
		shows "note kernel Linux 7.3.0 is newer than those" &&
		root /proc/sys/kernel/osrelease 10.0.0 && tool 0 doctor && shows "is newer than those" &&
		root /proc/sys/kernel/osrelease $RELEASE && root /proc/sys/kernel/arch aarch64 &&
		finds 4 kernel stops "neither x86-64 nor 64-bit POWER"
}

test_doctor_of_machines() {
	healthy && root /sys/hypervisor/type xen && root /sys/hypervisor/guest_type HVM && tool 0 doctor &&
		root /sys/hypervisor/guest_type PV && finds 4 machine stops "Xen PV" || return
	hosted && healthy && mkdir -p "$OPALVM_ROOT/proc/sgi_uv" && finds 4 machine stops "SGI UV" || return
	hosted && healthy && root /proc/cpuinfo "flags		: fpu tdx_guest vme" &&
		finds 4 machine stops "memory encryption" || return
	hosted && healthy && root /proc/cmdline "mem_encrypt=on efi=noruntime" &&
		finds 4 machine stops "memory encryption" || return
	power && root /proc/cpuinfo "MMU		: Hash" && finds 4 machine stops "hash table"
}

test_doctor_of_firmware() {
	unloaded && rm -r "$OPALVM_ROOT/sys/firmware/efi" && finds 4 firmware stops "knows of no EFI" &&
		root /run/opalvm/handover x && finds 0 firmware ok "left its map: /run/opalvm/handover" ||
		return
	unloaded && rm "$OPALVM_ROOT/run/opalvm/handover" &&
		root /sys/firmware/efi/fw_platform_size 32 && finds 4 firmware stops "32-bit EFI" || return
	power && finds 0 firmware ok "OPAL is there" && rm -r "$OPALVM_ROOT/proc/device-tree" &&
		finds 4 firmware stops "neither OPAL nor RTAS" &&
		mkdir -p "$OPALVM_ROOT/proc/device-tree/rtas" &&
		finds 0 firmware ok "the RTAS of QEMU" &&
		root /proc/cpuinfo "machine : CHRP IBM,9009" &&
		finds 4 firmware stops "this RTAS does its work itself"
}

test_doctor_tells_who_calls_efi() {
	local line says="note firmware this kernel calls EFI itself: opalvm only records"

	unloaded
	for line in "quiet" "efi=debug" "efi=noruntime,runtime" "xnoefi noefi0" "xefi=noruntime" "efi="; do
		root /proc/cmdline "$line"
		tool 0 doctor && shows "$says" || return
	done
	for line in noefi "a noefi b" "efi=noruntime" "efi=debug,noruntime" "efi=runtime efi=noruntime"; do
		root /proc/cmdline "$line"
		tool 0 doctor && shows "leaves its services alone" || return
	done
	# PREEMPT_RT leaves them alone unless told otherwise
	root /sys/kernel/realtime 1
	root /proc/cmdline quiet
	tool 0 doctor && shows "leaves its services alone" &&
		root /proc/cmdline efi=runtime && tool 0 doctor && shows "$says"
}

test_doctor_of_a_module_that_does_not_fit() {
	healthy && put version 0.0 && finds 0 module note "the tool is of another version" || return
	hosted && healthy && rm -r "$OPALVM_SYSFS/efi" && finds 4 module stops "hosts no firmware"
}

test_doctor_of_signatures() {
	unloaded && root /sys/module/module/parameters/sig_enforce Y &&
		finds 4 signature stops "Secure Boot is off, but the kernel takes signed modules alone" &&
		root /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c &&
		printf '\6\0\0\0\1' > "$OPALVM_ROOT/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c" &&
		finds 4 signature stops "Secure Boot is on, and the kernel takes" &&
		root $MODULES/updates/opalvm.ko "~Module signature appended~" &&
		finds 0 signature ok "the module is signed" &&
		root $MODULES/modules.dep "updates/opalvm.ko.xz: x.ko.xz" &&
		finds 0 signature note "as it is compressed" &&
		put version 0.1 && put efi/state hosted && finds 0 signature ok "the module was accepted"
}

test_doctor_of_configurations() {
	local option

	unloaded && gzip -c "$OPALVM_ROOT/boot/config-$RELEASE" > "$work/config.gz" &&
		rm "$OPALVM_ROOT/boot/config-$RELEASE" && finds 0 config note "is not known" &&
		cp "$work/config.gz" "$OPALVM_ROOT/proc/config.gz" && finds 0 config ok "what is needed" ||
		return
	for option in EFI:stops KPROBES:note KEXEC:note; do
		unloaded
		sed -i "s/^CONFIG_${option%:*}=.*/# CONFIG_${option%:*} is not set/" \
			"$OPALVM_ROOT/boot/config-$RELEASE"
		finds "$([ "${option#*:}" = note ]; echo $(($? * 4)))" config "${option#*:}" "built without" ||
			return
	done
	power && root /boot/config-$RELEASE CONFIG_MODULES=y && finds 4 config stops CONFIG_PPC_RADIX_MMU
}

test_doctor_of_helpers() {
	unloaded && root /boot/config-$RELEASE CONFIG_MODULES=y CONFIG_EFI=y CONFIG_KPROBES=y \
		CONFIG_KEXEC_FILE=y CONFIG_STATIC_USERMODEHELPER=y \
		'CONFIG_STATIC_USERMODEHELPER_PATH="/sbin/helper"' && finds 4 helper stops "one program alone"
}

test_doctor_of_lockdown() {
	healthy && root /sys/kernel/security/lockdown "none [integrity] confidentiality" &&
		finds 0 lockdown note "the kernel is locked down" &&
		root /sys/kernel/security/lockdown "none integrity [confidentiality]" &&
		finds 0 lockdown note "the kernel is locked down" &&
		rm "$OPALVM_ROOT/sys/kernel/security/lockdown" && finds 0 lockdown ok "not locked down"
}

test_doctor_of_kexec() {
	healthy && root /proc/sys/kernel/kexec_load_disabled 1 &&
		finds 0 kexec note "loading kernels was switched off" || return
	if [ -z "$(PATH=/usr/sbin:/sbin type -P kexec)" ]; then
		rm "$OPALVM_ROOT/proc/sys/kernel/kexec_load_disabled"
		PATH=$work "$OPALVM" doctor > "$work/out" 2> "$work/err" && shows "note kexec kexec is not installed" || return
	fi
}

test_doctor_tells_what_a_kexec_would_lose() {
	healthy && put efi/capsule_pending 1 && finds 0 loss note "lose an update capsule" &&
		put efi/capsule_pending 0 && root /sys/kernel/kexec_loaded 1 &&
		tool 0 doctor && shows "note loss a kernel is loaded, but not by opalvm kexec" &&
		tool 0 kexec -l "$work/kernel" && finds 0 loss ok "would lose nothing" || return
	hosted_opal && healthy && put opal/windows "0 0x4000030510000 0x30510000 0x10 0x8 OPAL_TEST" &&
		tool 0 doctor && shows "note loss a kexec would lose the windows"
}

test_doctor_of_quarantine() {
	healthy && put efi/quarantine SetVariable GetTime &&
		finds 0 quarantine note "refused after a fault or a hang: SetVariable GetTime" &&
		json '.checks[] | select(.check == "quarantine") | .next | contains("opalvm/efi/quarantine")'
}
