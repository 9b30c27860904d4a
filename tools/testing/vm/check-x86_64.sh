# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of check.sh
# What check.sh does on x86_64, with EFI: the jobs, and the sets that they make.

# The kernel leaves EFI to the module, and lets tests read what the firmware told.
HOSTED="efi=noruntime iomem=relaxed"

# Programs for guests
PROGRAMS=$(build_dir programs host)

. "$VM_DIR/monitor.sh"

# What the kernel says of the panic that state.sh provokes
PANIC='sysrq triggered crash|Call Trace:'

# The way of chains of kernels: lines of a plan for hops.sh. From a kernel that
# calls EFI itself, 7.2 is reached with -l: see "Invalid kind" in opalvm.rst.
HOPS="6.12 -s noefi no5lvl
7.2 -s efi=noruntime pti=on
6.1 -s noefi nopti
6.12 -l efi=noruntime pti=on
7.2 -l noefi no5lvl
6.1 -l efi=noruntime
6.12-rt -s noefi nopti"

# What the kernel says of an NMI that nothing explains, where that is a panic
NMI_PANIC='Kernel panic - not syncing: NMI: Not continuing'

# What the kernel says of the page fault that unprobed.sh provokes
OOPS='BUG: kernel NULL pointer dereference|Oops: |Call Trace:|unable to handle|#PF'

# What abi.sh compares with
ABI_FILES=()
for file in "$OPALVM_SRC"/Documentation/ABI/testing/*; do
	ABI_FILES+=(--file "$file:test/abi/${file##*/}")
done

# guest NAME KERNEL TESTS [boot.sh options...]: TESTS are selftests, run one
# after the other in one guest
guest()
{
	local name=$1 kernel=$2 tests=$3 dir=$OUT/$1.files options=() test
	shift 3
	rm -rf "$dir"
	mkdir -p "$dir"
	tr ' ' '\n' <<< "$tests" > "$dir/list"
	truncate -s 8M "$dir/disk"
	for test in ktap_helpers table_helpers lockdown_helpers $tests; do
		options+=(--file "$SELFTESTS/$test.sh:test/$test.sh")
	done
	"$VM_DIR/boot.sh" --kernel "$kernel" --module default --test "$SELFTESTS/all.sh" \
		--file "$dir/list:test/list" "${options[@]}" "${GUEST_TOOL[@]}" \
		--qemu-arg -drive --qemu-arg "if=none,id=disk,format=raw,file=$dir/disk" \
		--qemu-arg -device --qemu-arg virtio-blk-pci,drive=disk \
		--timeout "$TIMEOUT" --log "$OUT/$name" "$@"
	grep -qa 'reboot: Power down' "$OUT/$name.console" ||
		die "the guest did not turn off: see $OUT/$name.console"
}

# The tool, for a guest and for its second stage
GUEST_TOOL=(--file "$TOOL/opalvm:usr/bin/opalvm")
GUEST_TOOL2=(--file2 "$TOOL/opalvm:usr/bin/opalvm")

# hop NAME FROM TO APPEND [boot.sh options...]
hop()
{
	local name=$1 from=$2 to=$3 append=$4 helpers=$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh
	shift 4
	"$VM_DIR/boot.sh" --kernel "$from" --module default --test "$SELFTESTS/hop.sh" --file "$helpers" \
		--kexec "$to" --test2 "$SELFTESTS/hop2.sh" --file2 "$helpers" \
		"${GUEST_TOOL[@]}" "${GUEST_TOOL2[@]}" --append "NEXT=$to $append" \
		--timeout "$TIMEOUT" --log "$OUT/$name" "$@"
}

# hops NAME START NUMBER SKIPPED APPEND [boot.sh options...]: a chain of NUMBER
# kernels that begins SKIPPED lines into HOPS. 6.12 stands in for 7.2.
hops()
{
	local name=$1 start=$2 number=$3 skipped=$4 append=$5 counts where helper options=()
	shift 5
	mkdir -p "$(dirname "$OUT/$name")"
	chain_plan "$number" "$skipped" "$HOPS" > "$OUT/$name.plan"
	for where in --file --file2; do
		for helper in ktap_helpers hops_helpers; do
			options+=("$where" "$SELFTESTS/$helper.sh:test/$helper.sh")
		done
	done
	if [ "${status[build-7.2]-}" != passed ]; then
		sed -i 's/^7.2 /6.12 /' "$OUT/$name.plan"
		echo "SKIP: $name: no kernel 7.2"
	fi
	counts=$("$VM_DIR/boot.sh" --kernel "$start" --module default --chain "$OUT/$name.plan" \
		--test "$SELFTESTS/hops.sh" --test2 "$SELFTESTS/hops.sh" "${options[@]}" \
		"${GUEST_TOOL[@]}" "${GUEST_TOOL2[@]}" --append "$append" \
		--timeout $((TIMEOUT + number * 60)) --log "$OUT/$name" "$@")
	[ "${status[build-7.2]-}" = passed ] || counts=${counts/ 0 skipped/ 1 skipped}
	echo "$counts"
}

# hop_stock NAME KERNEL: a hop by the stock kernel's means alone
hop_stock()
{
	local helpers=$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh
	"$VM_DIR/boot.sh" --kernel "$2" --module default --test "$SELFTESTS/hopstock.sh" --file "$helpers" \
		--kexec "$2" --test2 "$SELFTESTS/hopstock2.sh" --file2 "$helpers" \
		--timeout "$TIMEOUT" --log "$OUT/$1"
}

# two_stages NAME TEST [boot.sh options...]: TEST, and TEST2 behind a kexec
two_stages()
{
	local name=$1 test=$2 helper options=()
	shift 2
	for helper in ktap_helpers table_helpers; do
		options+=(--file "$SELFTESTS/$helper.sh:test/$helper.sh"
			--file2 "$SELFTESTS/$helper.sh:test/$helper.sh")
	done
	"$VM_DIR/boot.sh" --kernel 6.1 --module default --test "$SELFTESTS/$test.sh" \
		--kexec 6.1 --test2 "$SELFTESTS/${test}2.sh" "${options[@]}" "${GUEST_TOOL[@]}" \
		"${GUEST_TOOL2[@]}" --timeout "$TIMEOUT" --log "$OUT/$name" "$@"
}

switch_root()
{
	local helpers=$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh
	"$VM_DIR/boot.sh" --kernel "$2" --module default --switch-root --append efi=noruntime \
		--test "$SELFTESTS/switchroot.sh" --file "$helpers" \
		--test2 "$SELFTESTS/switchroot2.sh" --file2 "$helpers" \
		--timeout "$TIMEOUT" --log "$OUT/$1"
}

# debian NAME GENERATOR WHERE: a hop into a Debian with systemd, made by debian.sh
debian()
{
	local name=$1 dir=$OUT/$1.files
	"$VM_DIR/debian.sh" "$2" "$3" "$dir"
	"$VM_DIR/boot.sh" --kernel 6.1 --module default --test "$SELFTESTS/hop.sh" \
		--file "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh" "${GUEST_TOOL[@]}" \
		--file "$(value IMAGE "$("$VM_DIR/kernel.sh" 6.1)"):boot/vmlinuz-debian" \
		--file "$dir/initrd:boot/initrd-debian.img" --hops 1 --smp 1 \
		--append "efi=noruntime NEXT=debian LOAD=s DISK=/dev/vda APPEND=\"root=LABEL=debian ro systemd.show_status=no LOADED=$3\"" \
		--qemu-arg -drive --qemu-arg "if=none,id=disk,format=raw,file=$dir/disk" \
		--qemu-arg -device --qemu-arg virtio-blk-pci,drive=disk \
		--timeout "$TIMEOUT" --log "$OUT/$name"
	went_down_cleanly "$OUT/$name.console" "$dir/disk"
	rm "$dir/disk"
}

# package NAME: the packages, in a Debian 12 made by its own installer
package()
{
	local name=$1 dir=$OUT/$1.files
	"$VM_DIR/package.sh" "$dir" > "$OUT/$name.counts"
	"$VM_DIR/boot.sh" --kernel 6.1 --image "$dir/image" --initrd "$dir/initrd" --hops 1 --smp 1 \
		--test "$SELFTESTS/package.sh" \
		--append "efi=noruntime root=LABEL=debian ro systemd.show_status=no" \
		--qemu-arg -drive --qemu-arg "if=none,id=disk,format=raw,file=$dir/disk" \
		--qemu-arg -device --qemu-arg virtio-blk-pci,drive=disk \
		--timeout "$TIMEOUT" --log "$OUT/$name" >> "$OUT/$name.counts"
	went_down_cleanly "$OUT/$name.console" "$dir/disk"
	rm "$dir/disk"
	sum_counts "$OUT/$name.counts"
}

# went_down_cleanly CONSOLE DISK
went_down_cleanly()
{
	grep -qa 'reboot: Power down' "$1" || die "the guest did not turn off: see $1"
	! dumpe2fs -h "$2" 2> /dev/null | grep needs_recovery || die "$2 was in use at the end: see $1"
	e2fsck -fn "$2" > /dev/null || die "$2 is damaged: run e2fsck -fn on it"
}

# of the attributes 7, and of what events.sh writes all the time
EVENTS_SUM=$(printf '\007\0\0\0written all the time' | md5sum | cut -d' ' -f1)

# events NAME KERNEL APPEND [boot.sh options...]: what sysrq prints is no splat.
# Memory is soon short. What was written to the last has lost nothing.
events()
{
	local name=$1 kernel=$2 append=$3 dir=$OUT/$1.files
	shift 3
	rm -rf "$dir"
	mkdir -p "$dir"
	"$VM_DIR/boot.sh" --kernel "$kernel" --module default --test "$SELFTESTS/events.sh" \
		--file "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh" "${GUEST_TOOL[@]}" --mem 768M \
		--allow-splat 'Call Trace:' --append "efi=noruntime oops=panic panic_on_warn=1 $append" \
		--vars "$dir/vars" --timeout "$TIMEOUT" --log "$OUT/$name" "$@"
	grep -qa 'reboot: Power down' "$OUT/$name.console" ||
		die "the guest did not turn off: see $OUT/$name.console"
	"$VM_DIR/powercut/varstore.pl" "$dir/vars" > "$dir/store"
	grep -qx 'tail whole' "$dir/store" || die "a write was cut off when the guest turned off: see $dir/store"
	grep -q " $EVENTS_SUM .* OpalvmEvents-4f50414c-564d-4f50-414c-564d4f50414c$" "$dir/store" ||
		die "OpalvmEvents is not what was written: see $dir/store"
}

# attack NAME KERNEL [boot.sh options...]
attack()
{
	local name=$1 kernel=$2
	shift 2
	guest "$name" "$kernel" attack --append efi=noruntime \
		--file "$("$VM_DIR/program.sh" attack "$kernel"):usr/bin/attack" \
		--file "$("$VM_DIR/program.sh" efi_test "$kernel"):test/efi_test" "$@"
}

# seen NAME KERNEL: what is seen of calls, and /dev/opalvm. Tracing patches instructions;
# the threads of QEMU do not keep those apart: 6.12 may then die of it as well.
seen()
{
	local accel=()
	[[ $2 != 6.12* ]] || accel=(--accel "tcg,thread=single")
	guest "$1" "$2" "trace dev" --append efi=noruntime "${accel[@]}" \
		--file "$("$VM_DIR/program.sh" dev "$2"):usr/bin/dev"
}

# Alarms that fwts sets in an hour must not be tomorrow's: see fwts.sh
MORNING=(--qemu-arg -rtc --qemu-arg base=2026-06-15T10:00:00)

# fwts NAME KERNEL [boot.sh options...]
fwts()
{
	local name=$1 kernel=$2 FILES=()
	shift 2
	package_files --file sid fwts fwts
	guest "$name" "$kernel" fwts --append efi=noruntime "${FILES[@]}" "${MORNING[@]}" "$@"
}

# fwts_stock NAME: what it makes of the kernel's own driver, in a normal boot
fwts_stock()
{
	fwts "$1" 6.1 --append DRIVER=stock --file "$("$VM_DIR/efi_test.sh"):test/stock.ko"
}

# consumers NAME KERNEL [boot.sh options...]: what others make of EFI services
consumers()
{
	local name=$1 kernel=$2 FILES=()
	shift 2
	directory_files --file "$("$VM_DIR/kselftest.sh" "$kernel")" test/kselftest
	package_files --file bookworm efivar efivar
	package_files --file bookworm systemd-boot bootctl
	guest "$name" "$kernel" "efivarfs clock programs" --append efi=noruntime --smp 1 \
		"${FILES[@]}" "${MORNING[@]}" "$@"
}

# pstore NAME KERNEL: two boots with the same variables
pstore()
{
	local name=$1 stage dir=$OUT/$1.files
	rm -rf "$dir"
	mkdir -p "$dir"
	for stage in 1 2; do
		"$VM_DIR/boot.sh" --kernel "$2" --module default --test "$SELFTESTS/pstore.sh" \
			--file "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh" --vars "$dir/vars" \
			--append "efi=noruntime printk.always_kmsg_dump=1 STAGE=$stage" \
			--timeout "$TIMEOUT" --log "$OUT/$name-$stage" >> "$dir/counts"
	done
	sum_counts "$dir/counts"
}

# efi_test NAME
efi_test()
{
	guest "$1" 6.1 efi_test --append efi=noruntime \
		--file "$("$VM_DIR/program.sh" efi_test 6.1):test/efi_test" \
		--file "$("$VM_DIR/efi_test.sh"):test/stock.ko"
}

# fwts_hop NAME KERNEL: fwts in a kernel with noefi
fwts_hop()
{
	local name=$1 kernel=$2 helpers=$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh FILES=()
	package_files --file2 sid fwts fwts
	"$VM_DIR/boot.sh" --kernel 6.1 --module default --test "$SELFTESTS/hop.sh" --file "$helpers" \
		--kexec "$kernel" --test2 "$SELFTESTS/fwts.sh" --file2 "$helpers" "${FILES[@]}" \
		"${MORNING[@]}" "${GUEST_TOOL[@]}" --append "efi=noruntime NEXT=$kernel" \
		--timeout "$TIMEOUT" --log "$OUT/$name"
}

# walk NAME KERNEL: page tables, seen from outside
walk()
{
	"$VM_DIR/walk.sh" "$OUT/$1" --kernel "$2" --module default --test "$SELFTESTS/walk.sh" \
		--file "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh" --append efi=noruntime \
		--timeout "$TIMEOUT"
}

# provoke NAME TEST [boot.sh options...]: a test that needs the fake firmware of
# the unit tests, and upsets the kernel
provoke()
{
	local name=$1 test=$2
	shift 2
	"$VM_DIR/boot.sh" --kernel 6.1 --module kunit --test "$SELFTESTS/$test.sh" \
		--file "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh" \
		--file "$("$VM_DIR/kunit.sh" 6.1)/kunit.ko:test/kunit.ko" \
		--timeout "$TIMEOUT" --log "$OUT/$name" "$@"
}

# faulty_efi NAME KERNEL [APPEND]: a firmware that misbehaves, and a hop with it
faulty_efi()
{
	local name=$1 kernel=$2 append=${3-} rom helper options=()
	mkdir -p "$(dirname "$OUT/$name")"
	rom=$("$OPALVM_SRC/tools/testing/firmware/faulty-efi/build.sh")
	# before it looks for who takes it, 7.2 warns of a floating point error in a kernel thread
	[ "$kernel" != 7.2 ] || options=(--allow-splat 'at x86_task_fpu|Call Trace:')
	for helper in ktap_helpers faulty_helpers; do
		options+=(--file "$SELFTESTS/$helper.sh:test/$helper.sh"
			--file2 "$SELFTESTS/$helper.sh:test/$helper.sh")
	done
	"$VM_DIR/boot.sh" --kernel "$kernel" --module default --test "$SELFTESTS/faulty_efi.sh" \
		--kexec "$kernel" --test2 "$SELFTESTS/faulty_efi2.sh" "${options[@]}" \
		"${GUEST_TOOL[@]}" "${GUEST_TOOL2[@]}" --append "efi=noruntime NEXT=$kernel $append" \
		--qemu-arg -device --qemu-arg "pci-testdev,romfile=$rom" \
		--timeout "$TIMEOUT" --log "$OUT/$name"
}

# What no software contains, each with what the log has to tell before the panic
FATAL="recursion overflowed the firmware's stack of 64 KiB
lost-stack lost its stack
jump-kernel-text was in progress on this CPU"

# fatal_efi NAME: for each, a boot that ends in a panic
fatal_efi()
{
	local name=$1 rom fault words line console
	rom=$("$OPALVM_SRC/tools/testing/firmware/faulty-efi/build.sh")
	while read -r fault words; do
		console=$OUT/$name-$fault.console
		! "$VM_DIR/boot.sh" --kernel 6.1 --module default --test "$SELFTESTS/fatal_efi.sh" \
			--file "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh" \
			--file "$SELFTESTS/faulty_helpers.sh:test/faulty_helpers.sh" \
			"${GUEST_TOOL[@]}" --append "efi=noruntime FAULT=$fault" --smp 1 \
			--qemu-arg -device --qemu-arg "pci-testdev,romfile=$rom" \
			--timeout "$TIMEOUT" --log "${console%.console}" || die "the machine survived $fault"
		line=$(grep -aE "opalvm: efi: .*GetVariable.*extent [0-9]+ " "$console" | grep -aF "$words") ||
			die "nothing names the firmware: see $console"
		grep -a 'Kernel panic' "$console" || die "no panic: see $console"
		! grep -a 'opalvm-guest: done' "${console%.console}.ktap" || die "the guest went on: see $console"
		line=$(sed -E 's/.*opalvm: efi: //; s/extent [0-9]+ \+ 0x[0-9a-f]+/an extent/' <<< "$line" | head -1)
		echo "# fault: $fault: panic; the log says: $line"
	done <<< "$FATAL"
	echo "$(wc -l <<< "$FATAL") passed, 0 failed, 0 skipped"
}

# The oops is wanted; the test says so.
provoke_fault()
{
	provoke "$1" unprobed --allow-splat "$OOPS"
}

# A panic is the end that is wanted, and it must tell whose stack it was.
provoke_overflow()
{
	! provoke "$1" overflow || die "the machine survived a stack overflow"
	grep -a '^\[.*opalvm: .*overflow' "$OUT/$1.console" || die "nothing names the firmware: see $OUT/$1.console"
	grep -a 'Kernel panic' "$OUT/$1.console" || die "no panic: see $OUT/$1.console"
	! grep -a 'opalvm-guest: done' "$OUT/$1.ktap" || die "the guest went on: see $OUT/$1.ktap"
	echo "1 passed, 0 failed, 0 skipped"
}

# crash NAME HOW: a panic, the crash kernel after it, and the boot after that
crash()
{
	local name=$1 how=$2 dir=$OUT/$1.files file pid options=()
	local helpers=$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh
	local panic=$OPALVM_SRC/tools/opalvm/opalvm-panic:usr/bin/opalvm-panic
	rm -rf "$dir"
	mkdir -p "$dir"
	for file in "$helpers" "$panic"; do
		options+=(--file "$file" --file2 "$file")
	done
	monitor_open "$dir"
	rm -f "$OUT/$name.ktap"
	crash_from_outside "$name" "$how" > "$OUT/$name.monitor" 2>&1 &
	pid=$!
	trap 'kill $pid 2> /dev/null || true' EXIT
	"$VM_DIR/boot.sh" --kernel 6.1 --module default --vars "$dir/vars" --smp 1 \
		--test "$SELFTESTS/crash.sh" --kexec 6.1 --test2 "$SELFTESTS/crash2.sh" \
		"${options[@]}" "${GUEST_TOOL[@]}" "${GUEST_TOOL2[@]}" "${MONITOR[@]}" \
		--append "efi=noruntime HOW=$how crashkernel=256M oops=panic unknown_nmi_panic" \
		--allow-splat "$PANIC|$NMI_PANIC" --timeout "$TIMEOUT" --log "$OUT/$name" > "$dir/counts"
	wait $pid
	# the function's own variable is gone at the end
	trap - EXIT
	"$VM_DIR/boot.sh" --kernel 6.1 --module default --vars "$dir/vars" \
		--test "$SELFTESTS/crash3.sh" --file "$helpers" --file "$panic" \
		--append "HOW=$how" --timeout "$TIMEOUT" --log "$OUT/$name-after" >> "$dir/counts"
	sum_counts "$dir/counts"
}

# crash_from_outside NAME HOW: an NMI, when the CPU is in the firmware
crash_from_outside()
{
	[ "$2" = nmi ] || return 0
	wait_for_line "# reading variables" "$OUT/$1.ktap"
	# where OVMF is; programs and the kernel are above
	monitor_meet 0x100000 0xffffffff
	monitor nmi
	monitor cont
}

# sum_counts FILE: lines of counts as one
sum_counts()
{
	awk '{ p += $1; f += $3; s += $5 } END { print p " passed, " f " failed, " s " skipped" }' "$1"
}

# sign_module KERNEL FILE: for a kernel that is locked down. The debug kernel has
# its own key built in; a stock one trusts those of the firmware.
sign_module()
{
	local headers key=$SNAKEOIL.key certificate=$SNAKEOIL.pem
	headers=$(value HEADERS "$("$VM_DIR/kernel.sh" "$1")")
	if [ "$1" = debug ]; then
		key=$headers/certs/signing_key.pem
		certificate=$headers/certs/signing_key.x509
	fi
	KBUILD_SIGN_PIN=$SNAKEOIL_PIN "$headers/scripts/sign-file" sha256 "$key" "$certificate" \
		"$(module_of "$1")" "$2"
}

module_of()
{
	echo "$(build_dir "$1" default)/drivers/firmware/opalvm/opalvm.ko"
}

# secure NAME KERNEL TEST2 HOPS [boot.sh options...]: a normal boot with Secure
# Boot on, and so many hops, with a signed module
secure()
{
	local name=$1 kernel=$2 test2=$3 hops=$4 file options=()
	shift 4
	sign_module "$kernel" "$OUT/$name.ko"
	for file in "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh" \
		"$SELFTESTS/lockdown_helpers.sh:test/lockdown_helpers.sh" \
		"$OUT/$name.ko:opalvm/opalvm.ko" "$(module_of "$kernel"):test/unsigned.ko"; do
		options+=(--file "$file" --file2 "$file")
	done
	"$VM_DIR/boot.sh" --kernel "$kernel" --firmware secure --kexec "$kernel" --hops "$hops" \
		--test "$SELFTESTS/secureboot.sh" --test2 "$SELFTESTS/$test2.sh" "${options[@]}" \
		"${GUEST_TOOL[@]}" "${GUEST_TOOL2[@]}" --append "NEXT=$kernel" \
		--mem 2G --timeout "$TIMEOUT" --log "$OUT/$name" "$@"
}

# debug_guest NAME TESTS [boot.sh options...]: with the module signed
debug_guest()
{
	local name=$1 tests=$2 image
	shift 2
	image=$(value IMAGE "$("$VM_DIR/kernel.sh" debug)")
	sign_module debug "$OUT/$name.ko"
	guest "$name" debug "$tests" --mem 2G \
		--file "$OUT/$name.ko:test/signed.ko" --file "$image:boot/vmlinuz" \
		--file "$(module_of debug):test/unsigned.ko" \
		--file "$("$VM_DIR/program.sh" dev debug):usr/bin/dev" \
		--file "$("$VM_DIR/program.sh" efi_test debug):test/efi_test" \
		--append "efi=noruntime KO=/test/signed.ko CYCLES=20 QUICK=1" "$@"
	# an oops that a test provokes turns lockdep off
	[[ " $* " == *" --allow-splat "* ]] || locks_were_checked "$name"
}

# build_program NAME: builds a program for the guests
build_program()
{
	mkdir -p "$PROGRAMS"
	gcc -std=gnu11 -Wall -Wextra -Werror -O2 -g -D_GNU_SOURCE -static -pthread \
		-I"$OPALVM_SRC/include/uapi" -o "$PROGRAMS/$1.$BASHPID" "$SELFTESTS/$1.c"
	# another guest may be given it right now
	mv "$PROGRAMS/$1.$BASHPID" "$PROGRAMS/$1"
}

# program_guest NAME TEST APPEND [boot.sh options...]: TEST.sh with its program TEST on
# the debug kernel. What it prints goes out at once: a crash ends it.
program_guest()
{
	local name=$1 test=$2 append=$3
	shift 3
	build_program "$test"
	"$VM_DIR/boot.sh" --kernel debug --module default --test "$SELFTESTS/$test.sh" \
		--file "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh" \
		--file "$PROGRAMS/$test:test/$test" --mem 2G --append "efi=noruntime $append" \
		--timeout "$TIMEOUT" --log "$OUT/$name" "$@"
	locks_were_checked "$name"
}

# locked_line NAME LEVEL: locked down from the start
locked_line()
{
	debug_guest "$1" lockdown --smp 1 \
		--append "efi=noruntime KO=/test/signed.ko lockdown=$2 LEVEL=$2"
}

# debug_events NAME
debug_events()
{
	sign_module debug "$OUT/$1.ko"
	events "$1" debug "KO=/test/signed.ko EVENTS=1" --mem 2G --file "$OUT/$1.ko:test/signed.ko"
}

# lkdtm NAME: oopses that are wanted; the test says so
lkdtm()
{
	local name=$1 modules
	modules=$(value MODULES "$("$VM_DIR/kernel.sh" debug)")
	debug_guest "$name" lkdtm --file "$(find "$modules/" -name lkdtm.ko):test/lkdtm.ko" \
		--allow-splat "$OOPS|KASAN|general protection fault"
}

# The kernel's own races fail no test: see kcsan.sh
KCSAN_BOOT=(--mem 2G --allow-splat 'BUG: KCSAN: ' --append "efi=noruntime kcsan.early_enable=1")

# kcsan_kunit NAME: all unit tests, with a look for data races
kcsan_kunit()
{
	kunit_guest "$1" kcsan-debug "${KCSAN_BOOT[@]}"
	"$VM_DIR/kcsan.sh" "$OUT/$1.console" planted_race > "$OUT/$1.own"
	"$VM_DIR/kunit-parse.sh" "$OUT/$1.own"
	locks_were_checked "$1"
}

no_races()
{
	"$VM_DIR/kcsan.sh" "$OUT/$1.console" > "$OUT/$1.own"
	! grep -a 'BUG: KCSAN: ' "$OUT/$1.own" || die "data races of the module: see $OUT/$1.own"
}

# kcsan_guest NAME TESTS: as guest
kcsan_guest()
{
	guest "$1" kcsan-debug "$2" "${KCSAN_BOOT[@]}"
	no_races "$1"
}

# kcsan_chaos NAME: random operations
kcsan_chaos()
{
	program_guest "$1" chaos "LASTS=120 kcsan.early_enable=1" --kernel kcsan-debug \
		--allow-splat 'BUG: KCSAN: '
	no_races "$1"
}

# What the unit tests ran of the code that knows no kernel
check_coverage()
{
	"$VM_DIR/kunit/coverage.sh" "$OUT/kunit-debug.ktap" \
		"$(build_dir debug kunit)/drivers/firmware/opalvm" wire.c map.c
}

# check_security JOB...: the lines of security.rst for x86_64, and what these jobs tested
check_security()
{
	local job logs=()
	for job in "$@"; do
		[ "${status[$job]-}" = passed ] || die "$job did not pass: it tests lines of security.rst"
		# of a job without a guest of its own, its log has the results as well
		logs+=("$OUT/$job.ktap" "$OUT/$job.log")
	done
	security_lines x86_64 "${logs[@]}"
	echo "$(grep -c '^``.* : .*x86_64' "$OPALVM_SRC/Documentation/admin-guide/security.rst") passed, 0 failed, 0 skipped"
}

# in_tree NAME: opalvm in a kernel's own sources: built, and part of a kernel that runs
in_tree()
{
	local name=$1 built file options=()
	built=$("$VM_DIR/in-tree.sh")
	for file in "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh" "$(value EFIVARFS "$built"):test/efivarfs.ko"; do
		options+=(--file "$file" --file2 "$file")
	done
	"$VM_DIR/boot.sh" --kernel 6.1 --image "$(value IMAGE "$built")" --kexec 6.1 \
		--test "$SELFTESTS/builtin.sh" --test2 "$SELFTESTS/builtin.sh" "${options[@]}" \
		"${GUEST_TOOL[@]}" "${GUEST_TOOL2[@]}" --file "$(value IMAGE "$built"):boot/vmlinuz-builtin" \
		--append efi=noruntime --timeout "$TIMEOUT" --log "$OUT/$name"
}

# cell NAME KERNEL FIRMWARE MACHINE
cell()
{
	local name=$1 kernel=$2 firmware=$3 machine=$4 options=() append=
	case $machine in
	la57) ;;
	no5lvl) append=no5lvl ;;
	nopti) append=nopti ;;
	pti) append=pti=on ;;
	1cpu) options=(--smp 1) ;;
	4cpus) options=(--smp 4) ;;
	esac
	guest "$name" "$kernel" hosted --append "$HOSTED $append" --firmware "$firmware" "${options[@]}"
}

# powercut NAME CUTS SEED [boot.sh options...]
powercut()
{
	"$VM_DIR/powercut.sh" "$OUT/$1" "${@:2}"
}

# failing_allocations NAME PARAMETERS: vmalloc() tells with a trace that it failed, and the
# kernel warns where it has no memory for the fields of a module's trace events
failing_allocations()
{
	program_guest "$1" failnth "$2" --timeout 7200 --allow-splat 'Call Trace:|event_define_fields'
}

# check_tutorial: the tutorial does all of it by itself, with what is in the cache by now
check_tutorial()
{
	"$VM_DIR/tutorial.py" > "$OUT/tutorial.ktap" || { "$VM_DIR/ktap.sh" "$OUT/tutorial.ktap"; return 1; }
	"$VM_DIR/ktap.sh" "$OUT/tutorial.ktap"
}

#
# The sets
#

# 6.1 is where most is tested, the others only as far as they differ.
x86_64_builds()
{
	local k
	start build-tool build_tool
	start build-6.1 build_module 6.1
	start kunit-build-6.1 build_kunit 6.1
	for k in 6.12 6.12-rt 7.2; do
		start "build-$k" build_module "$k"
	done
	start build-debug build_debug debug
	start kunit-build-debug build_kunit debug
}

# The longest first.
x86_64_guests()
{
	local k
	after kunit-build-debug kunit-debug kunit kunit-debug debug --append efi=noruntime --mem 2G
	after build-debug debug debug_guest debug cycles
	after build-debug locked-debug debug_guest locked-debug "ima lockdown" --smp 1
	start fuzz "$OPALVM_SRC/tools/testing/fuzz/run.sh" 30
	start planted "$OPALVM_SRC/tools/testing/fuzz/planted.sh" 20
	after build-6.1 hops hops hops 6.1 6 0 efi=noruntime
	after build-6.1 stress-6.1 guest stress-6.1 6.1 "badinput time" --append efi=noruntime
	after kunit-build-6.1 kunit-6.1 kunit kunit-6.1 6.1 --append efi=noruntime
	after kunit-build-6.1 fault provoke_fault fault
	after kunit-build-6.1 overflow provoke_overflow overflow
	after build-6.1 faulty-efi faulty_efi faulty-efi 6.1
	after build-6.1 fatal-efi fatal_efi fatal-efi
	after build-6.1 powercut powercut powercut 3 "$RANDOM"
	after build-6.1 hosted-6.1 guest hosted-6.1 6.1 "abi hosted" --append "$HOSTED" \
		"${ABI_FILES[@]}"
	after build-6.1 tutorial check_tutorial
	after build-6.1 normal-6.1 guest normal-6.1 6.1 normal
	after build-6.1 switch-root-6.1 switch_root switch-root-6.1 6.1
	after build-6.1 hop-identity hop hop-identity 6.1 6.1 "efi=noruntime PLACEMENT=identity LOAD=l"
	after build-6.1 hop-assigned hop hop-assigned 6.1 6.1 "efi=noruntime PLACEMENT=assigned LOAD=s"
	after build-6.1 hop-normal hop hop-normal 6.1 6.1 "LOAD=l"
	after build-6.1 hop-stock hop_stock hop-stock 6.1
	after build-6.1 conflicts two_stages conflicts conflicts
	after build-6.1 state-live two_stages state-live state --append "efi=noruntime HOW=live"
	after build-6.1 state-reload two_stages state-reload state --append "efi=noruntime HOW=reload"
	after build-6.1 state-crash two_stages state-crash state \
		--append "efi=noruntime HOW=crash crashkernel=256M oops=panic" --allow-splat "$PANIC" \
		--file2 "$OPALVM_SRC/tools/opalvm/opalvm-panic:usr/bin/opalvm-panic"
	after build-6.1 state-busy two_stages state-busy state --append "efi=noruntime HOW=busy"
	after build-6.1 crash crash crash nmi
	after build-6.1 walk walk walk 6.1
	after build-6.1 attack attack attack 6.1
	after build-6.1 seen seen seen 6.1
	after build-6.1 fwts-6.1 fwts fwts-6.1 6.1
	after build-6.1 consumers-6.1 consumers consumers-6.1 6.1
	after build-6.1 efi-test efi_test efi-test
	after build-6.1 initramfs-tools debian initramfs-tools initramfs-tools initramfs
	after build-6.1 dracut debian dracut dracut initramfs
	after build-6.1 package package package
	after build-6.1 secure-6.1 secure secure-6.1 6.1 securestock2 1
	for k in 6.12 6.12-rt 7.2; do
		after "build-$k" "hosted-$k" guest "hosted-$k" "$k" hosted --append "$HOSTED"
	done
}

# What looks at the results of others.
x86_64_rest()
{
	after attack security check_security attack walk stress-6.1 state-live locked-debug
	after faulty-efi faults-x86_64 check_faults x86_64 "$OUT/faulty-efi.ktap" "$OUT/fatal-efi.log"
	after kunit-debug coverage check_coverage
}

x86_64_quick_builds()
{
	start build-6.1 build_module 6.1
	start kunit-build-6.1 build_kunit 6.1
}

x86_64_quick_guests()
{
	after kunit-build-6.1 kunit-6.1 kunit kunit-6.1 6.1 --append efi=noruntime
}

# full_hops WHAT START ...: as for hops
full_hops()
{
	local name=full/hops-$1-$2
	shift
	after "build-$1" "$name" once "$name" "$KERNELS" hops "$name" "$@"
}

x86_64_full()
{
	local kernel firmware machine name
	for kernel in $KERNELS; do
		for firmware in plain smm; do
			for machine in la57 no5lvl nopti pti 1cpu 4cpus; do
				name=full/$kernel-$firmware-$machine
				after "build-$kernel" "$name" once "$name" "$kernel" \
					cell "$name" "$kernel" "$firmware" "$machine"
			done
		done
	done
	after build-debug full/chaos once full/chaos debug program_guest full/chaos chaos LASTS=300
	after build-debug full/failnth once full/failnth debug failing_allocations full/failnth STEP=97
	after build-6.1 full/powercut once full/powercut 6.1 powercut full/powercut 20 "$RANDOM"
	full_hops identity-smm 6.12 6 1 efi=noruntime --firmware smm
	full_hops assigned-plain 7.2 6 2 "efi=noruntime PLACEMENT=assigned"
	full_hops assigned-smm 6.12-rt 6 4 "efi=noruntime PLACEMENT=assigned" --firmware smm
	full_hops long 6.1 20 0 efi=noruntime
	full_hops normal 6.1 3 4 ""
	full_hops normal 6.12 3 2 ""
	full_hops normal 7.2 3 0 ""
	after build-6.1 full/crash-idle once full/crash-idle 6.1 crash full/crash-idle idle
	for name in integrity confidentiality; do
		after build-debug "full/locked-$name" once "full/locked-$name" debug \
			locked_line "full/locked-$name" "$name"
		after build-6.1 "full/stock-$name" once "full/stock-$name" 6.1 \
			guest "full/stock-$name" 6.1 lockdownstock --append "efi=noruntime lockdown=$name LEVEL=$name"
	done
	after build-6.1 full/secure-mok once full/secure-mok 6.1 \
		secure full/secure-mok 6.1 securestock2 1 --firmware mok
	after build-6.1 full/initramfs-tools-late once full/initramfs-tools-late 6.1 \
		debian full/initramfs-tools-late initramfs-tools root
	after build-debug full/secure-debug once full/secure-debug debug \
		secure full/secure-debug debug secureboot2 2 --smp 1
	after build-debug full/debug once full/debug debug debug_guest full/debug badinput
	after build-tool full/in-tree once full/in-tree 6.1 in_tree full/in-tree
	after build-debug full/lkdtm once full/lkdtm debug lkdtm full/lkdtm
	start full/build-kcsan build_debug kcsan-debug
	start full/kunit-build-kcsan build_kunit kcsan-debug
	wait_all
	after full/kunit-build-kcsan full/kcsan-kunit once full/kcsan-kunit kcsan-debug \
		kcsan_kunit full/kcsan-kunit
	after full/build-kcsan full/kcsan-guest once full/kcsan-guest kcsan-debug \
		kcsan_guest full/kcsan-guest cycles
	after full/build-kcsan full/kcsan-chaos once full/kcsan-chaos kcsan-debug \
		kcsan_chaos full/kcsan-chaos
	after build-debug full/events-debug once full/events-debug debug debug_events full/events-debug
	for kernel in 6.1 6.12 7.2; do
		after "build-$kernel" "full/events-$kernel" once "full/events-$kernel" "$kernel" \
			events "full/events-$kernel" "$kernel" EVENTS=20
		after "build-$kernel" "full/walk-$kernel" once "full/walk-$kernel" "$kernel" \
			walk "full/walk-$kernel" "$kernel"
	done
	for kernel in 6.12 6.12-rt 7.2; do
		after "build-$kernel" "full/attack-$kernel" once "full/attack-$kernel" "$kernel" \
			attack "full/attack-$kernel" "$kernel"
		after "build-$kernel" "full/seen-$kernel" once "full/seen-$kernel" "$kernel" \
			seen "full/seen-$kernel" "$kernel"
	done
	for kernel in $KERNELS; do
		name=full/fwts-$kernel
		after "build-$kernel" "$name" once "$name" "$kernel" fwts "$name" "$kernel" \
			--append "efi=noruntime TIMES=4096"
		name=full/consumers-$kernel
		after "build-$kernel" "$name" once "$name" "$kernel" consumers "$name" "$kernel" \
			--append "efi=noruntime RTCTEST=1"
		name=full/pstore-$kernel
		after "build-$kernel" "$name" once "$name" "$kernel" pstore "$name" "$kernel"
		name=full/fwts-hop-$kernel
		after "build-$kernel" "$name" once "$name" "$kernel" fwts_hop "$name" "$kernel"
	done
	after build-6.1 full/fwts-stock once full/fwts-stock 6.1 fwts_stock full/fwts-stock
	for kernel in 6.12 6.12-rt 7.2; do
		start "full/kunit-build-$kernel" build_kunit "$kernel"
		wait_all
		after "full/kunit-build-$kernel" "full/kunit-$kernel" once "full/kunit-$kernel" "$kernel" \
			kunit "full/kunit-$kernel" "$kernel" --append efi=noruntime
	done
	for kernel in 6.12 6.12-rt 7.2; do
		after "build-$kernel" "full/faulty-efi-$kernel" once "full/faulty-efi-$kernel" "$kernel" \
			faulty_efi "full/faulty-efi-$kernel" "$kernel" FULL=1
	done
	for kernel in 6.12 7.2; do
		after "build-$kernel" "full/hop-6.1-$kernel" once "full/hop-6.1-$kernel" "6.1 $kernel" \
			hop "full/hop-6.1-$kernel" 6.1 "$kernel" "efi=noruntime PLACEMENT=assigned LOAD=s"
	done
}

#
# The long runs: see soak.sh
#

x86_64_soak_builds()
{
	local k
	start build-tool build_tool
	for k in $KERNELS debug; do
		start "build-$k" build_module "$k"
	done
}

# x86_64_soak N: of the cuts of the power, of which there are 200, of the hops, of
# random operations, and of failing allocations
x86_64_soak()
{
	local firmware=plain placement=identity
	(($1 % 3)) || firmware=smm
	(($1 % 2)) || placement=assigned
	part build-6.1 8 "powercut-$1" 6.1 powercut 20 "$RANDOM" --firmware $firmware
	part build-6.1 8 "hops-$1" "$KERNELS" hops 6.1 10 "$1" \
		"efi=noruntime PLACEMENT=$placement" --firmware $firmware
	part build-debug 10 "chaos-$1" debug program_guest chaos LASTS=300
	part build-debug 45 "failnth-$1" debug failing_allocations "FIRST=$1 STEP=$PIECES"
}

x86_64_soak_whole()
{
	part build-6.1 30 hops-whole "$KERNELS" hops 6.1 50 0 efi=noruntime
}
