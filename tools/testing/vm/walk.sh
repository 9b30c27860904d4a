#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# walk.sh NAME [boot.sh options...]: looks at a guest's page tables through
# QEMU's monitor, before, while and after the module hosts the firmware. Logs
# are NAME.*. In brackets, the line of Documentation/admin-guide/security.rst
# that a check stands for.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/monitor.sh"

[ $# -ge 1 ] || die "usage: walk.sh NAME [boot.sh options...]"
name=$1
shift
failed=0 passed=0

# check "[line] what is true" FILE: no page is in FILE
check()
{
	if [ -s "$2" ]; then
		echo "not ok - $1"
		head -n 5 "$2" | sed 's/^/# /'
		failed=$((failed + 1))
	else
		echo "ok - $1"
		passed=$((passed + 1))
	fi
}

# pages FILE: what is mapped on the CPU, a page a line: virtual and physical
# address, and QEMU's letters: X is not executable, U user, W writable
pages()
{
	monitor "info tlb" | grep -E '^[0-9a-f]{16}: [0-9a-f]{16} [-A-Z]{9}$' | tr -d : > "$1"
	[ "$(wc -l < "$1")" -gt 1000 ] || die "too few pages to be true: see $1"
}

# The kernel's half, and the other one
kernels()
{
	grep -E '^f' "$1" || true
}

others()
{
	grep -vE '^f' "$1" || true
}

executable()
{
	grep -E ' -.{8}$' || true
}

writable_and_executable()
{
	grep -E ' -.{7}W$' || true
}

# extents: virtual address, physical address and its end, as the guest has them
extents()
{
	local va pa size
	sed -n 's/^# extent //p' "$name.ktap" | while read -r va pa size _; do
		printf '%016x %016x %016x\n' "$va" "$pa" $((pa + size * 4096))
	done
}

# extent_pages: each page of all extents
extent_pages()
{
	local va pa end
	extents | while read -r va pa end; do
		for ((va = 0x$va, pa = 0x$pa; pa < 0x$end; va += 4096, pa += 4096)); do
			printf '%016x %016x\n' $va $pa
		done
	done
}

# of_firmware: those whose memory is the firmware's; a large page is taken for
# its first one
of_firmware()
{
	awk 'NR == FNR { memory[$2] = 1; next } $2 in memory' "$name.extents" -
}

# kernel_tables WHEN: what the kernel and its tasks have mapped
kernel_tables()
{
	kernels "$name.$1" | of_firmware | executable > "$name.found"
	check "[kernel-wx] $1: the kernel can execute nothing of the firmware" "$name.found"
	kernels "$name.$1" | writable_and_executable > "$name.found"
	check "[kernel-wx] $1: nothing of the kernel is writable and executable" "$name.found"
	others "$name.$1" | of_firmware > "$name.found"
	check "[kernel-wx] $1: no task has the firmware mapped" "$name.found"
}

firmware_tables()
{
	grep -E 'U.$' "$name.firmware" > "$name.found" || true
	check "[space-user] no page is for user mode while the firmware runs" "$name.found"
	writable_and_executable < "$name.firmware" > "$name.found"
	check "[space-wx] no page is writable and executable while the firmware runs" "$name.found"
	others "$name.firmware" | cut -d' ' -f1,2 | diff - "$name.extents" > "$name.found" || true
	check "[space-extents] the extents, page by page, are all that is mapped below the kernel's half" \
		"$name.found"
}

# same_guards WHEN: write protection, NX, SMEP, SMAP and their like are bits of
# these registers
same_guards()
{
	diff "$name.before.guards" "$name.$1.guards" > "$name.found" || true
	check "[kernel-guards] $1: CR0, CR4 and EFER are as before" "$name.found"
}

# look NAME LOWEST HIGHEST: what is mapped where the CPU is between these
look()
{
	monitor_meet "$2" "$3"
	pages "$name.$1"
	monitor "info registers" | grep -oE '(CR0|CR4|EFER)=[0-9a-f]+' > "$name.$1.guards"
	monitor cont > /dev/null
}

# The guest goes on.
next()
{
	echo go >&"$GO"
}

# Programs are up there, so that the tables are a task's.
PROGRAMS=(0x500000000000 0x7fffffffffff)

watch()
{
	wait_for_line "# phase before" "$name.ktap"
	look before "${PROGRAMS[@]}"
	next
	wait_for_line "# phase hosted" "$name.ktap"
	extent_pages > "$name.extents"
	look hosted "${PROGRAMS[@]}"
	look firmware "0x$(sed -n '1s/ .*//p' "$name.extents")" "0x$(sed -n '$s/ .*//p' "$name.extents")"
	next
	wait_for_line "# phase after" "$name.ktap"
	look after "${PROGRAMS[@]}"
	next
}

# not the log of the job that this may be
rm -rf "$name".{files,extents,found,watch,ktap,console} "$name".{before,hosted,firmware,after}{,.guards}
mkdir "$name.files"
monitor_open "$name.files"
mkfifo "$name.files"/go.{in,out}
exec {GO}<> "$name.files/go.in"
watch > "$name.watch" 2>&1 &
watcher=$!
trap 'kill $watcher 2> /dev/null || true' EXIT
"$VM_DIR/boot.sh" --log "$name" --smp 1 "${MONITOR[@]}" \
	--qemu-arg -chardev --qemu-arg "pipe,id=go,path=$name.files/go" \
	--qemu-arg -device --qemu-arg pci-serial,chardev=go "$@"
wait $watcher || { cat "$name.watch" >&2; die "the tables were not seen: see $name.watch"; }
cat "$name.watch"
for when in before hosted after; do
	kernel_tables $when
done
firmware_tables
for when in hosted firmware after; do
	same_guards $when
done
echo "$((passed + $("$VM_DIR/ktap.sh" "$name.ktap" | sed -n 's/ passed.*//p'))) passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
