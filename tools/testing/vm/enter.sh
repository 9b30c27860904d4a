#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# enter.sh ROOT command...: runs the command in another root directory, as root,
# in the current directory if that is in the cache. The cache is seen under its
# own name; the mounts vanish with the command.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# -ge 2 ] || die "usage: enter.sh ROOT command..."

# Mounts of our own must not be seen elsewhere; only those below a mount can be kept private.
mountpoint -q / ||
	die "in a chroot whose root is not a mount: leave it, mount --bind DIR DIR, and enter it again"

as_root=()
[ "$(id -u)" = 0 ] || as_root=(--map-root-user)
# objtool wants /proc, the compiler /dev/null; make has a pipe in /tmp with the number of its
# process, which is the same here for each.
# shellcheck disable=SC2016 # expanded by the inner shell
exec unshare "${as_root[@]}" --mount --pid --fork --kill-child bash -euc '
	root=$1 cache=$2 dir=$PWD
	shift 2
	mount --make-rprivate /
	mount -t tmpfs tmp "$root/tmp"
	mkdir -p "$root$cache"
	mount --bind "$cache" "$root$cache"
	mount --rbind /dev "$root/dev"
	mount -t proc proc "$root/proc"
	case $dir in "$cache"*) ;; *) dir=/ ;; esac
	exec env -i PATH=/usr/sbin:/usr/bin LC_ALL=C.UTF-8 HOME=/root \
		chroot "$root" /usr/bin/env -C "$dir" "$@"
' enter.sh "$1" "$OPALVM_CACHE" "${@:2}"
