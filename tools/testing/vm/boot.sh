#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# boot.sh [options]: boots a guest, runs a test in it, and judges what it said.
usage()
{
	cat >&2 <<-END
	usage: boot.sh [options]
	  --kernel KERNEL      one of $KERNELS (default 6.1)
	                       $PPC64_KERNELS
	  --image FILE --initrd FILE   another kernel image, another root (a cpio)
	  --test SCRIPT        run with bash in the guest; prints KTAP
	  --no-ktap            judge the test by its exit code alone
	  --file SRC:DST       put a file into the guest (repeatable)
	  --module FLAVOUR     put what build.sh --flavour FLAVOUR made for each
	                       kernel into /opalvm/ ("default" without --flavour)
	  --kexec KERNEL       put a second stage into the guest, /boot/vmlinuz-KERNEL
	                       and /boot/initrd-KERNEL.img (repeatable)
	  --chain FILE         a plan of hops, a line each that starts with KERNEL: put
	                       it, as "plan", and a second stage for each kernel on
	                       an ext4 disk, /dev/vda, instead
	  --test2 SCRIPT       what runs in the second stage, or on the new root
	  --file2 SRC:DST      put a file there (repeatable)
	  --hops N             kernels that must come up after the first (default:
	                       as many as there are --kexec, or hops in the plan)
	  --switch-root        when the first test has passed, switch to an ext4
	                       disk that holds the same root, and run --test2 there
	  --firmware WHAT      plain: OVMF (default), smm: OVMF with SMM, none: SeaBIOS,
	                       secure: smm with Secure Boot on; kernels are signed,
	                       mok: the same, where their key is a machine owner's
	  --vars FILE          keep the variable store in FILE over boots
	  --machine NAME       of a ppc64 kernel: powernv9 (default), powernv10, powernv8,
	                       pseries; more of QEMU's options may follow a comma
	  --bios FILE          firmware for it, if not QEMU's own
	  --pnor FILE          flash for it, see pnor.sh; it keeps what is written
	  --append STRING      add to the kernel's command line
	  --smp N --mem SIZE --cpu MODEL   (2, 1G, all features)
	  --accel ACCEL        tcg; tcg,thread=single; kvm too if OPALVM_KVM=1 is set
	  --timeout SECONDS    (300)
	  --terminal           a virtio console on the terminal, of x86_64
	  --cut COMMAND        runs beside the guest, with the results' file as its
	                       last argument; at its end the guest loses its power
	  --allow-splat REGEX  console lines that do not count as a splat, and no
	                       panic on oops or warning
	  --log PREFIX         logs are PREFIX.console and PREFIX.ktap
	  --init-args STRING   arguments for init (after --)
	  --qemu-arg ARG       one more argument for QEMU (repeatable)
	END
	exit 1
}
set -euo pipefail
. "$(dirname "$0")/lib.sh"

SPLAT='BUG:|WARNING:|Oops|UBSAN:|KASAN:|KCSAN:|Kernel panic|general protection fault'
SPLAT+='|possible circular|possible recursive|possible irq lock inversion|inconsistent lock state|inconsistent \{'
SPLAT+='|suspicious RCU|Call Trace:|detected stall|self-detected|blocked for more than|unable to handle'
SPLAT+='|scheduling while atomic|Bad page state|unchecked MSR|kmemleak:.*new suspected|refcount_t:'

kernel=6.1 image='' initrd='' test='' test2='' ktap=1 module='' hops='' chain='' switch_root=0
firmware=plain vars='' append='' smp=2 mem=1G cpu='' accel='' timeout=300
machine_name='' bios='' pnor='' allow='' log='' init_args='' cut='' terminal=0
files=() files2=() kexecs=() qemu_args=()
while [ $# -gt 0 ]; do
	case $1 in
	--no-ktap) ktap=0; shift; continue ;;
	--switch-root) switch_root=1; shift; continue ;;
	--terminal) terminal=1; shift; continue ;;
	esac
	[ $# -ge 2 ] || usage
	case $1 in
	--kernel) kernel=$2 ;;
	--image) image=$2 ;;
	--initrd) initrd=$2 ;;
	--test) test=$2 ;;
	--test2) test2=$2 ;;
	--file) files+=("$2") ;;
	--file2) files2+=("$2") ;;
	--module) module=$2 ;;
	--kexec) kexecs+=("$2") ;;
	--chain) chain=$2 ;;
	--hops) hops=$2 ;;
	--firmware) firmware=$2 ;;
	--vars) vars=$2 ;;
	--machine) machine_name=$2 ;;
	--bios) bios=$2 ;;
	--pnor) pnor=$2 ;;
	--append) append=$2 ;;
	--smp) smp=$2 ;;
	--mem) mem=$2 ;;
	--cpu) cpu=$2 ;;
	--accel) accel=$2 ;;
	--timeout) timeout=$2 ;;
	--cut) cut=$2 ;;
	--allow-splat) allow=$2 ;;
	--log) log=$2 ;;
	--init-args) init_args=$2 ;;
	--qemu-arg) qemu_args+=("$2") ;;
	*) usage ;;
	esac
	shift 2
done

# Wherever this ends, nothing of it stays but the logs.
work=$(mktemp -d "${TMPDIR:-/tmp}/opalvm-boot.XXXXXX")
qemu='' cutter=''
clean_up()
{
	[ -z "$qemu" ] || kill "$qemu" 2>/dev/null || true
	[ -z "$cutter" ] || kill "$cutter" 2>/dev/null || true
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

mkdir -p "$OPALVM_CACHE/logs"
find "$OPALVM_CACHE/logs" -type f -mtime +7 -delete
log=${log:-$OPALVM_CACHE/logs/$kernel-$(date +%H%M%S)-$$}
mkdir -p "$(dirname "$log")"
rm -f "$log.console" "$log.ktap"

if [ "$(kernel_arch "$kernel")" = ppc64el ]; then
	. "$VM_DIR/machine-ppc64.sh"
else
	. "$VM_DIR/machine-x86_64.sh"
fi

# QEMU translates a program anew for each address that it runs at. Pages that thousands of
# processes ran from would have so many translations that the next kernel takes minutes
# to clear one of them.
base_append="$CONSOLE panic=-1 ignore_loglevel norandmaps"
[ -n "$allow" ] || base_append+=" oops=panic panic_on_warn=1"

# put_files DIR SRC:DST...
put_files()
{
	local dir=$1 f
	shift
	for f in "$@"; do
		[ -r "${f%%:*}" ] || die "--file $f: cannot read ${f%%:*}"
		install -D "${f%%:*}" "$dir/${f#*:}"
	done
}

# put_test DIR SCRIPT: and the command line that a test passes on with kexec.
put_test()
{
	mkdir -p "$1/test"
	echo "$base_append" > "$1/test/append"
	[ -z "$2" ] || install -m 755 "$2" "$1/test/run"
}

put_modules()
{
	local dir=$1 built
	[ -n "$module" ] || return 0
	built=$(build_dir "$2" "$module")/drivers/firmware/opalvm
	ls "$built"/*.ko > /dev/null 2>&1 || die "no module in $built: run build.sh --flavour $module $2"
	mkdir -p "$dir/opalvm"
	cp "$built"/*.ko "$dir/opalvm/"
}

pack()
{
	(cd "$1" && find . -mindepth 1 -print0 | cpio -0 -o -H newc -R 0:0 --quiet)
}

# Runs a script of this directory; its skip is ours.
run()
{
	local rc=0
	"$VM_DIR/$1" "${@:2}" || rc=$?
	[ "$rc" = 0 ] || exit "$rc"
}

# second_stage KERNEL: its root with the second test, as an initrd on stdout.
second_stage()
{
	local stage=$work/stage-$1 root
	root=$(run root.sh "$1")
	put_test "$stage" "$test2"
	put_files "$stage" ${files2[@]+"${files2[@]}"}
	put_modules "$stage" "$1"
	cat "$(value CPIO "$root")"
	pack "$stage"
}

# second_stages DIR: an image and an initrd for each kernel
second_stages()
{
	local k info
	mkdir -p "$1"
	for k in ${kexecs[@]+"${kexecs[@]}"}; do
		info=$(run kernel.sh "$k")
		put_image "$(value IMAGE "$info")" "$1/vmlinuz-$k"
		second_stage "$k" > "$1/initrd-$k.img"
	done
}

make_initrd()
{
	local stage=$work/stage
	put_test "$stage" "$test"
	put_files "$stage" ${files[@]+"${files[@]}"}
	put_modules "$stage" "$kernel"
	[ -n "$chain" ] || second_stages "$stage/boot"
	[ "$switch_root" = 0 ] || : > "$stage/test/switch-root"
	cat "$initrd" > "$work/initrd"
	pack "$stage" >> "$work/initrd"
}

# make_disk SIZE: a disk with what is in $work/disk-root
make_disk()
{
	truncate -s "$1" "$work/disk"
	mke2fs -q -t ext4 -E root_owner=0:0 -d "$work/disk-root" "$work/disk"
	attach_disk "$work/disk"
}

# make_root_disk ROOT: with the same root and the second test on it
make_root_disk()
{
	local stage=$work/disk-root
	cp -a "$1" "$stage"
	put_test "$stage" "$test2"
	put_files "$stage" ${files2[@]+"${files2[@]}"}
	put_modules "$stage" "$kernel"
	make_disk 96M
}

make_chain_disk()
{
	second_stages "$work/disk-root"
	cp "$chain" "$work/disk-root/plan"
	make_disk 512M
}

# The verdict comes from the markers and the console, never from QEMU.
judge()
{
	local ups last want=$1 splats rc=0
	ups=$(grep -ac '^opalvm-guest: up ' "$log.ktap" || true)
	last=$(grep -a '^opalvm-guest: ' "$log.ktap" | tail -1 || true)
	splats=$(grep -aE "$SPLAT" "$log.console" | { [ -z "$allow" ] && cat || grep -avE "$allow"; } || true)
	if [ -n "$splats" ]; then
		head -5 <<< "$splats" >&2
		die "the kernel complained: see $log.console"
	fi
	if [ -n "$cut" ]; then
		[ "$2" = "power cut" ] || die "the guest ended before its power was cut ($2, '$last'): see $log.console, $log.ktap"
		return 0
	fi
	case $last in
	"opalvm-guest: done 0") ;;
	"opalvm-guest: done "*)
		[ "$ktap" = 0 ] || "$VM_DIR/ktap.sh" "$log.ktap" >&2 || true
		die "the test exited with ${last##* }: see $log.ktap" ;;
	*)
		tail -n 3 "$log.console" >&2
		die "the guest ended after '${last:-no sign of life}' ($2): see $log.console, $log.ktap" ;;
	esac
	[ "$ups" -ge "$want" ] || die "$ups kernels came up instead of $want: see $log.ktap"
	[ "$ktap" = 1 ] || return 0
	"$VM_DIR/ktap.sh" "$log.ktap" || rc=$?
	[ "$rc" != 1 ] || die "KTAP says no: see $log.ktap"
	return "$rc"
}

# Kills QEMU once --cut tells to.
cut_power()
{
	local first rc=0
	# shellcheck disable=SC2086 # its arguments
	$cut "$log.ktap" &
	cutter=$!
	wait -n -p first "$qemu" "$cutter" || rc=$?
	[ "$first" = "$cutter" ] || return 0
	cutter=
	[ "$rc" = 0 ] || die "'$cut' failed: see above"
	end='power cut'
	# with timeout, which made a group of its own; the shell would tell who was killed
	{ kill -KILL -- "-$qemu"; wait "$qemu" || true; } 2> /dev/null
}

[ -n "$test" ] || ktap=0
if [ -n "$chain" ]; then
	[ -s "$chain" ] || die "--chain $chain: no hops in it"
	mapfile -t kexecs < <(cut -d' ' -f1 "$chain" | sort -u)
	hops=${hops:-$(wc -l < "$chain")}
fi
if [ -z "$image" ]; then
	info=$(run kernel.sh "$kernel")
	image=$(value IMAGE "$info")
fi
tree=''
if [ -z "$initrd" ]; then
	root=$(run root.sh "$kernel")
	initrd=$(value CPIO "$root")
	tree=$(value ROOT "$root")
fi
make_initrd

machine=()
choose_machine
hops=${hops:-${#kexecs[@]}}
if [ "$switch_root" = 1 ]; then
	[ -n "$tree" ] || die "--switch-root needs a root made here: leave out --initrd"
	make_root_disk "$tree"
	hops=$((hops + 1))
fi
[ -z "$chain" ] || make_chain_disk

cmdline="$base_append $append${init_args:+ -- $init_args}"
choose_boot

run_qemu()
{
	end="it stopped by itself"
	say "booting $(basename "$image") ($firmware, $smp CPUs) ..."
	local start=$SECONDS
	if [ "$terminal" = 1 ]; then
		timeout --foreground -k 5 "$timeout" "${qemu_command[@]}" -device virtio-serial-pci \
			-chardev stdio,id=terminal,signal=off -device virtconsole,chardev=terminal ||
			{ [ $? != 124 ] || end="no end within $timeout s"; }
	else
		timeout -k 5 "$timeout" "${qemu_command[@]}" < /dev/null &
		qemu=$!
		if [ -z "$cut" ]; then
			wait "$qemu" || { [ $? != 124 ] || end="no end within $timeout s"; }
		else
			cut_power
		fi
		qemu=
	fi
	say "booted and ran: $((SECONDS - start)) s; logs $log.{console,ktap}"
	[ -e "$log.ktap" ] || die "QEMU did not start: see above"
}

# A kernel without a line of ours in it may run into an instruction that another CPU is
# just patching, which QEMU's threads do not keep apart.
died_of_qemu()
{
	[ -z "$cut" ] && ! grep -aq '^opalvm-guest: ' "$log.ktap" && grep -aq 'Oops: int3:' "$log.console"
}

qemu_command=("$QEMU" "${machine[@]}" -smp "$smp" -m "$mem" -no-reboot -monitor none
	"${boot[@]}" ${qemu_args[@]+"${qemu_args[@]}"})
run_qemu
if died_of_qemu; then
	say "it died before anything of ours ran, of an instruction that was being patched: once more"
	mv "$log.console" "$log.first.console"
	run_qemu
fi
judge $((hops + 1)) "$end"
