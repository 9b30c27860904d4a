#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# powercut.sh LOG CUTS SEED [boot.sh options...]: kills QEMU so many times at
# random moments, while a guest writes variables through the module, and looks what
# has become of them: each has its old value or its new one, and no other has
# changed. First in the store, as it lies in the flash; then through the module of
# the next guest, which goes on writing. At last, the same judges are shown stores
# that were damaged on purpose.
#
# The results are in LOG.ktap, the flash and what the guests said in LOG.files.
# SEED settles what is written, and where the power is cut as far as the speed of
# the machine allows.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

SELFTESTS=$OPALVM_SRC/tools/testing/selftests/opalvm
OURS=4f50414c-564d-4f50-414c-564d4f50414c
# Which change the power is cut after the beginning of, counted from 1, and how long
# after, in ms. Large ones take about 100, half of what a guest needs for one more.
CHANGES=12 DELAY=200
LARGE_CHANGES=4 LARGE_DELAY=80

[ $# -ge 3 ] || die "usage: powercut.sh LOG CUTS SEED [boot.sh options...]"
log=$1 cuts=$2 seed=$3
shift 3
options=("$@")
dir=$log.files
store=$dir/vars
results=() number=0 inside=0

# boot N [boot.sh options...]
boot()
{
	"$VM_DIR/boot.sh" --kernel 6.1 --module default --no-ktap --test "$SELFTESTS/powercut.sh" \
		--file "$SELFTESTS/ktap_helpers.sh:test/ktap_helpers.sh" --vars "$store" --smp 1 \
		--timeout 600 --log "$dir/$1" ${options[@]+"${options[@]}"} "${@:2}"
}

# result NAME command...: what it prints becomes comments
result()
{
	local out ok='ok'
	out=$("${@:2}" 2>&1) || ok='not ok'
	number=$((number + 1))
	# shellcheck disable=SC2001 # each line
	[ -z "$out" ] || results+=("$(sed 's/^/# /' <<< "$out")")
	results+=("$ok $number $1")
	printf '%s\n' "${results[-1]}"
	[ "$ok" = ok ] || printf '%s\n' "$out"
}

# seen LOG: the variables that a guest found when it came up, NAME-GUID SUM a line,
# without volatile ones
seen()
{
	awk '$1 == "opalvm-cut:" && $2 == "has" && $3 % 2 { print $5, $4 }' "$1.ktap"
}

# stored FILE: the same, from a flash
stored()
{
	"$VM_DIR/powercut/varstore.pl" "$1" > "$dir/store" || return 1
	awk 'NF == 5 { print $5, $2 }' "$dir/store"
}

# allowed LOG: what may be there after the cut: NAME-GUID SUM a line, with a second
# sum where a change was not finished; "-" is none
allowed()
{
	local tag verb name sum pending='' new='' other
	declare -A value
	while read -r name sum; do
		value[$name]=$sum
	done < <(seen "$1")
	# what has no end of line was cut as well
	while read -r tag verb name sum; do
		[ "$tag" = opalvm-cut: ] || continue
		case $verb in
		write) pending=$name new=$sum ;;
		delete) pending=$name new=- ;;
		done) value[$pending]=$new pending='' ;;
		refused) pending='' ;;
		esac
	done < "$1.ktap"
	for name in "${!value[@]}" ${pending:+"$pending"}; do
		other=
		[ "$name" != "$pending" ] || other=$new
		echo "$name ${value[$name]--} $other"
	done | sort -u
}

# agree ALLOWED FOUND [restarted]: fails, and says why, unless all that is found is
# allowed. At its start, the firmware may change what is its own, but not lose it, and
# at any time it may note in VarErrorFlag that the store was full.
agree()
{
	awk -v ours="$OURS" -v restarted="${3-}" '
	function complain(what)
	{
		print what
		bad = 1
	}
	{ judged = index($1, ours) || !restarted && $1 !~ /^VarErrorFlag-/ }
	NR == FNR { allowed[$1] = $2 " " $3; next }
	$1 in allowed {
		split(allowed[$1], sum, " ")
		if (judged && sum[1] != $2 && sum[2] != $2)
			complain($1 " is neither old nor new")
		delete allowed[$1]
		next
	}
	judged { complain($1 " came from nowhere") }
	END {
		for (name in allowed)
			if (allowed[name] !~ /-/)
				complain(name " is lost")
		exit bad
	}' "$1" "$2"
}

store_agrees()
{
	stored "$1" > "$dir/found" && agree "$dir/allowed" "$dir/found" "${2-}"
}

# module_agrees N: with what was allowed after the cut before
module_agrees()
{
	seen "$dir/$1" > "$dir/found"
	agree "$dir/allowed" "$dir/found" restarted
}

# where_cut N: what was being done
where_cut()
{
	awk '$1 == "opalvm-cut:" && $2 ~ /^(write|delete)$/ { doing = $2 " of " $3; n++ }
		$1 == "opalvm-cut:" && $2 ~ /^(done|refused)$/ { doing = "" }
		END { print "after " n + 0 " changes were begun" (doing ? ", at the " doing : "") }' "$dir/$1.ktap"
	sed -n 's/^tail /the last entry of the flash: /p' "$dir/store"
}

# cut_off N: takes the power away from guest N: by turns at any time, and while the flash
# is written
cut_off()
{
	local moment
	RANDOM=$((seed + $1))
	if (($1 % 2)); then
		moment="Large $((1 + RANDOM % LARGE_CHANGES)) $((RANDOM % LARGE_DELAY)) $store"
	else
		moment="any $((1 + RANDOM % CHANGES)) $((RANDOM % DELAY)) $store"
	fi
	boot "$1" --append "efi=noruntime TRAFFIC=$((seed + $1))" \
		--cut "$VM_DIR/powercut/moment.sh $moment"
	[ "$1" = 1 ] || result "cut $(($1 - 1)): the next guest finds each variable old or new" module_agrees "$1"
	allowed "$dir/$1" > "$dir/allowed"
	result "cut $1: in the flash each variable is old or new" store_agrees "$store"
	results+=("# cut $1: $(where_cut "$1" | paste -sd';')")
	echo "${results[-1]}"
	grep -q '^tail whole' "$dir/store" || inside=$((inside + 1))
}

#
# What the judges must notice
#

# damage OFFSET BYTES: in a copy of the flash, as printf's format
damage()
{
	cp "$store" "$dir/damaged"
	# shellcheck disable=SC2059 # a format it is
	printf "$2" | dd of="$dir/damaged" bs=4k oflag=seek_bytes seek="$1" conv=notrunc status=none
}

# place NAME: of its data in the flash
place()
{
	awk -v name="$1-$OURS" '$5 == name { print $3 }' "$dir/store"
}

# noticed TEXT command...: it fails, and says so
noticed()
{
	local out
	! out=$("${@:2}" 2>&1) || { echo "nothing was noticed"; return 1; }
	[[ $out == *"$1"* ]] && return
	echo "noticed was '$out', not '$1'"
	return 1
}

prove()
{
	local header=$((60 + 2 * 7)) data larger erased
	result "undamaged, the flash is right" store_agrees "$store" restarted
	data=$(place Still1)
	larger=$(place Still2)
	damage $((data + 450)) X
	result "a byte that changed is noticed" noticed "Still1-$OURS is neither" store_agrees "$dir/damaged" restarted
	damage $((data - header + 2)) '\x3c'
	result "a variable that is gone is noticed" noticed "Still1-$OURS is lost" store_agrees "$dir/damaged" restarted
	damage $((data - header)) '\x00'
	result "a chain of variables that breaks off is noticed" noticed "neither a variable nor erased" \
		store_agrees "$dir/damaged" restarted
	erased=$(printf '\\xff%.0s' {1..10000})
	damage $((larger + 10000)) "$erased"
	result "a variable that was half written is noticed" noticed "Still2-$OURS is neither" \
		store_agrees "$dir/damaged" restarted
	store=$dir/damaged
	boot damaged --append efi=noruntime
	result "it is noticed through the module" noticed "Still2-$OURS is neither" module_agrees damaged
}

rm -rf "$dir"
mkdir -p "$dir"
say "seed $seed"
for ((n = 1; n <= cuts; n++)); do
	cut_off $n
done
echo "$inside of $cuts cuts left an entry of the flash unfinished"
boot $n --append efi=noruntime
result "cut $cuts: the next guest finds each variable old or new" module_agrees $n
prove

{
	echo "KTAP version 1"
	echo "1..$number"
	printf '%s\n' "${results[@]}"
} > "$log.ktap"
"$VM_DIR/ktap.sh" "$log.ktap"
