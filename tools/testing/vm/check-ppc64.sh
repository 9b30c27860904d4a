# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of check.sh
# What check.sh does on ppc64, with OPAL and RTAS: the jobs, and the sets that they
# make.

# What travels through the kernels: lines of a plan for opal_hops.sh
PPC64_HOPS="ppc64-6.12 chosen
ppc64-7.2 initrd
ppc64-6.1 chosen
ppc64-7.2 chosen
ppc64-6.12 initrd"

ppc64_build_tool()
{
	"$VM_DIR/tool.sh" ppc64-6.1
}

# ppc64_files OPTION: what guests need of the project, each behind OPTION
ppc64_files()
{
	local FILES=()
	package_files "$1" bookworm-ppc64el powerpc-ibm-utils nvram
	printf '%s\n' "$1" "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh" "${FILES[@]}" \
		"$1" "$("$VM_DIR/tool.sh" ppc64-6.1 2> /dev/null):usr/bin/opalvm"
}

# ppc64_guest NAME KERNEL MACHINE TEST [boot.sh options...]
ppc64_guest()
{
	local name=$1 kernel=$2 machine=$3 test=$4 files
	shift 4
	mapfile -t files < <(ppc64_files --file)
	"$VM_DIR/boot.sh" --kernel "$kernel" --machine "$machine" --module default \
		--test "$SELFTESTS/$test.sh" "${files[@]}" --timeout "$TIMEOUT" --log "$OUT/$name" "$@"
}

# opal NAME KERNEL MACHINE [boot.sh options...]: with NVRAM in a flash
opal()
{
	local name=$1 kernel=$2 machine=$3
	shift 3
	"$VM_DIR/pnor.sh" "$OUT/$name.pnor"
	ppc64_guest "$name" "$kernel" "$machine" opal --pnor "$OUT/$name.pnor" --append NVRAM=1 "$@"
	rm "$OUT/$name.pnor"
}

# ppc64_kunit NAME KERNEL: with a flash, for the tests of the machine's own OPAL
ppc64_kunit()
{
	"$VM_DIR/pnor.sh" "$OUT/$1.pnor"
	kunit "$1" "$2" --machine powernv9 --pnor "$OUT/$1.pnor"
	rm "$OUT/$1.pnor"
}

# tree NAME TEST KERNEL MACHINE [boot.sh options...]: device trees that are wrong
tree()
{
	local name=$1 test=$2 kernel=$3 machine=$4 files
	shift 4
	mapfile -t files < <(printf '%s\n' --file "$SELFTESTS/tree_helpers.sh:test/tree_helpers.sh" \
		--file "$(build_dir "$kernel" kunit)/drivers/firmware/opalvm/opalvm_tree.ko:test/tree.ko")
	ppc64_guest "$name" "$kernel" "$machine" "$test" "${files[@]}" "$@"
}

# opal_tree NAME KERNEL MACHINE [boot.sh options...]
opal_tree()
{
	local name=$1
	"$VM_DIR/pnor.sh" "$OUT/$name.pnor"
	tree "$name" opal_tree "${@:2}" --pnor "$OUT/$name.pnor"
	rm "$OUT/$name.pnor"
}

# v4_tree NAME KERNEL MACHINE [boot.sh options...]
v4_tree()
{
	local bios
	bios=$(ppc64_firmware)
	tree "$1" v4_tree "${@:2}" --bios "$bios"
}

# ppc64_firmware [--faulty]: an OPAL that exports its map
ppc64_firmware()
{
	"$OPALVM_SRC/tools/testing/firmware/skiboot/build.sh" "$@"
}

# opal_v4 NAME KERNEL MACHINE [boot.sh options...]
opal_v4()
{
	local name=$1 kernel=$2 machine=$3 bios
	shift 3
	bios=$(ppc64_firmware --faulty)
	ppc64_guest "$name" "$kernel" "$machine" opal_v4 --bios "$bios" "$@"
}

# hops_v4 NAME START MACHINE NUMBER [boot.sh options...]
hops_v4()
{
	local bios
	bios=$(ppc64_firmware)
	ppc64_hops "$@" --bios "$bios"
}

# ppc64_hops NAME START MACHINE NUMBER [boot.sh options...]: 6.12 stands in for 7.2
ppc64_hops()
{
	local name=$1 start=$2 machine=$3 number=$4 helpers=$SELFTESTS/hops_helpers.sh:test/hops_helpers.sh
	local counts files
	shift 4
	mkdir -p "$(dirname "$OUT/$name")"
	chain_plan "$number" 0 "$PPC64_HOPS" > "$OUT/$name.plan"
	if [ "${status[build-ppc64-7.2]-}" != passed ]; then
		sed -i 's/^ppc64-7.2 /ppc64-6.12 /' "$OUT/$name.plan"
		echo "SKIP: $name: no kernel ppc64-7.2"
	fi
	mapfile -t files < <(ppc64_files --file2)
	counts=$(ppc64_guest "$name" "$start" "$machine" opal_hops --chain "$OUT/$name.plan" \
		--test2 "$SELFTESTS/opal_hops.sh" --file "$helpers" --file2 "$helpers" "${files[@]}" \
		--timeout $((TIMEOUT + number * 60)) "$@")
	[ "${status[build-ppc64-7.2]-}" = passed ] || counts=${counts/ 0 skipped/ 1 skipped}
	echo "$counts"
}

# attack_ppc64 NAME KERNEL MACHINE: with what security.rst says of ppc64
attack_ppc64()
{
	ppc64_guest "$1" "$2" "$3" attack --file "$("$VM_DIR/program.sh" attack "$2"):usr/bin/attack"
	security_lines ppc64 "$OUT/$1.ktap"
}

# dev_ppc64 NAME KERNEL MACHINE
dev_ppc64()
{
	ppc64_guest "$1" "$2" "$3" dev --file "$("$VM_DIR/program.sh" dev "$2"):usr/bin/dev"
}

# crash_ppc64 NAME KERNEL MACHINE
crash_ppc64()
{
	local files
	mapfile -t files < <(ppc64_files --file2)
	ppc64_guest "$1" "$2" "$3" crash_ppc64 --kexec "$2" --test2 "$SELFTESTS/crash_ppc642.sh" \
		"${files[@]}" --mem 2G --append crashkernel=512M --allow-splat "$PANIC|Oops: Kernel access"
}

#
# The sets
#

ppc64_builds()
{
	local k
	start build-tool-ppc64 ppc64_build_tool
	start build-skiboot ppc64_firmware
	start build-skiboot-faulty ppc64_firmware --faulty
	for k in $PPC64_KERNELS; do
		start "build-$k" build_module "$k"
	done
	start kunit-build-ppc64-6.1 build_kunit ppc64-6.1
}

# The longest first.
ppc64_guests()
{
	after build-ppc64-6.12 hops-powernv9 ppc64_hops hops-powernv9 ppc64-6.1 powernv9 5
	after kunit-build-ppc64-6.1 kunit-ppc64-6.1 ppc64_kunit kunit-ppc64-6.1 ppc64-6.1
	after build-ppc64-6.12 hops-pseries ppc64_hops hops-pseries ppc64-6.1 pseries 5
	after build-ppc64-6.1 opal-powernv9 opal opal-powernv9 ppc64-6.1 powernv9
	after build-ppc64-6.12 opal-powernv10 opal opal-powernv10 ppc64-6.12 powernv10
	after build-ppc64-6.12 hops-v4 hops_v4 hops-v4 ppc64-6.1 powernv10 2 --smp 1
	after build-ppc64-6.1 opal-v4 opal_v4 opal-v4 ppc64-6.1 powernv9
	after build-ppc64-7.2 opal-7.2 opal opal-7.2 ppc64-7.2 powernv9
	after build-ppc64-6.1 rtas-6.1 ppc64_guest rtas-6.1 ppc64-6.1 pseries rtas
	after build-ppc64-6.12 rtas-6.12 ppc64_guest rtas-6.12 ppc64-6.12 pseries rtas
	after build-ppc64-7.2 rtas-7.2 ppc64_guest rtas-7.2 ppc64-7.2 pseries rtas
	after kunit-build-ppc64-6.1 tree-opal opal_tree tree-opal ppc64-6.1 powernv9
	after kunit-build-ppc64-6.1 tree-v4 v4_tree tree-v4 ppc64-6.1 powernv9
	after kunit-build-ppc64-6.1 tree-rtas tree tree-rtas rtas_tree ppc64-6.1 pseries
	after build-ppc64-6.1 seen-ppc64 ppc64_guest seen-ppc64 ppc64-6.1 pseries trace
	after build-ppc64-6.1 dev-ppc64 dev_ppc64 dev-ppc64 ppc64-6.1 pseries
	after build-ppc64-6.1 abi-opal ppc64_guest abi-opal ppc64-6.1 powernv9 abi "${ABI_FILES[@]}"
	after build-ppc64-6.1 abi-rtas ppc64_guest abi-rtas ppc64-6.1 pseries abi "${ABI_FILES[@]}"
	after build-ppc64-6.1 rtas-hash ppc64_guest rtas-hash ppc64-6.1 pseries rtas --append disable_radix
}

ppc64_rest()
{
	after opal-v4 faults-ppc64 check_faults ppc64 "$OUT/opal-v4.ktap"
}

ppc64_quick_builds()
{
	start build-ppc64-6.1 build_module ppc64-6.1
}

ppc64_quick_guests()
{
	:
}

ppc64_full()
{
	local kernel machine built
	# a kernel that takes long to build
	start full/build-debug build_debug ppc64-debug
	start full/kunit-build-debug build_kunit ppc64-debug
	wait_all
	after full/kunit-build-debug full/kunit-ppc64-debug once full/kunit-ppc64-debug ppc64-debug \
		ppc64_kunit full/kunit-ppc64-debug ppc64-debug
	after full/build-debug full/rtas-debug once full/rtas-debug ppc64-debug \
		ppc64_guest full/rtas-debug ppc64-debug pseries rtas
	for kernel in $PPC64_KERNELS; do
		after "build-$kernel" "full/hops-powernv10-$kernel" once "full/hops-powernv10-$kernel" \
			"$PPC64_KERNELS" ppc64_hops "full/hops-powernv10-$kernel" "$kernel" powernv10 5
		after "build-$kernel" "full/hops-v4-$kernel" once "full/hops-v4-$kernel" \
			"$PPC64_KERNELS" hops_v4 "full/hops-v4-$kernel" "$kernel" powernv9 5
	done
	# one CPU: this OPAL does not come up with more of QEMU's POWER10
	after build-ppc64-6.12 full/hops-v4-powernv10 once full/hops-v4-powernv10 "$PPC64_KERNELS" \
		hops_v4 full/hops-v4-powernv10 ppc64-6.1 powernv10 5 --smp 1
	for machine in powernv9 pseries; do
		after build-ppc64-6.1 "full/attack-$machine" once "full/attack-$machine" ppc64-6.1 \
			attack_ppc64 "full/attack-$machine" ppc64-6.1 "$machine"
		after build-ppc64-6.1 "full/crash-$machine" once "full/crash-$machine" ppc64-6.1 \
			crash_ppc64 "full/crash-$machine" ppc64-6.1 "$machine"
	done
	for kernel in ppc64-6.12 ppc64-7.2; do
		start "full/kunit-build-$kernel" build_kunit "$kernel"
		wait_all
		after "full/kunit-build-$kernel" "full/kunit-$kernel" once "full/kunit-$kernel" "$kernel" \
			ppc64_kunit "full/kunit-$kernel" "$kernel"
	done
	# the device trees that the short forms leave out
	for kernel in $PPC64_KERNELS; do
		built=full/kunit-build-$kernel
		[ "$kernel" != ppc64-6.1 ] || built=kunit-build-ppc64-6.1
		after "$built" "full/tree-opal-$kernel" once "full/tree-opal-$kernel" \
			"$kernel" opal_tree "full/tree-opal-$kernel" "$kernel" powernv9 --append ALL=1
		after "$built" "full/tree-rtas-$kernel" once "full/tree-rtas-$kernel" \
			"$kernel" tree "full/tree-rtas-$kernel" rtas_tree "$kernel" pseries --append ALL=1
		after "$built" "full/tree-v4-$kernel" once "full/tree-v4-$kernel" \
			"$kernel" v4_tree "full/tree-v4-$kernel" "$kernel" powernv9 --append ALL=1
	done
}

#
# The long runs: see soak.sh
#

ppc64_soak_builds()
{
	local k
	start build-tool-ppc64 ppc64_build_tool
	for k in $PPC64_KERNELS; do
		start "build-$k" build_module "$k"
	done
}

# ppc64_soak N: hops that begin with one kernel after the other
ppc64_soak()
{
	local starts
	read -r -a starts <<< "$PPC64_KERNELS"
	part build-ppc64-6.12 5 "hops-pseries-$1" "$PPC64_KERNELS" \
		ppc64_hops "${starts[$1 % ${#starts[@]}]}" pseries 10
}

ppc64_soak_whole()
{
	part build-ppc64-6.12 40 hops-pseries-whole "$PPC64_KERNELS" ppc64_hops ppc64-6.1 pseries 100
}
