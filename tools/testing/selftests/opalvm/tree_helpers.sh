# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the tests share that change the device tree under the module, with
# opalvm_tree.ko (tests/tree.c). Sourced behind ktap_helpers.sh.

EDIT=/sys/module/opalvm_tree/parameters/edit
# shellcheck disable=SC2034 # for those who source this
TREE=/proc/device-tree
NEXT_STEP="reboot without kexec; if it stays, report it"

tree_opens()
{
	insmod /test/tree.ko
	vmalloc > "$WORK/vmalloc"
}

# vmalloc: the kernel addresses that are the module's, or those of functions that get them
# for it, and how often; what the rest of the kernel has, comes and goes
vmalloc()
{
	awk '$3 ~ /opalvm|module|memremap|ioremap|vmap/ { print $3 }' /proc/vmallocinfo | sort | uniq -c
}

# hex FILE: its bytes
hex()
{
	od -An -v -t x1 "$1" | tr -d ' \n'
}

# u32 NUMBER..., u64 NUMBER...: as they stand in the tree
u32()
{
	printf %08x "$@"
}

u64()
{
	printf %016x "$@"
}

# edit LINE...: see tests/tree.c
edit()
{
	local line
	for line in "$@"; do
		echo "$line" > $EDIT || { echo "cannot: ${line:0:200}"; return 1; }
	done
}

undo()
{
	edit undo
}

# refused TEXT: one line says so and what to do, and nothing is left
refused()
{
	local text
	log_mark
	fails "" insmod "$KO"
	text=$(log)
	echo "$text"
	[[ $text == "opalvm: "*"$1"*": ${2-$NEXT_STEP} (error -"*")" ]] || { echo "not: $1"; return 1; }
	is "$(wc -l <<< "$text")" 1
	absent "$ROOT"
	absent /sys/module/opalvm
}

# hostile TEXT LINE...: the module is refused with the tree changed so
hostile()
{
	local text=$1
	shift
	undo
	edit "$@"
	refused "$text"
	undo
}

# too COMMAND...: only if ALL=1 is on the command line, as it is much like others
all=$(grep -c ALL=1 /proc/cmdline || true)
too()
{
	[ "$all" = 0 ] || "$@"
}

nothing_is_left()
{
	sleep 1
	vmalloc > "$WORK/vmalloc-now"
	is "$(awk 'NR == FNR { before[$2] = $1; next } $1 > before[$2]' "$WORK/vmalloc" "$WORK/vmalloc-now")" ""
	gone
	rmmod opalvm_tree
}
