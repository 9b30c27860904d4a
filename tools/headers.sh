#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# headers.sh: prints the directory to build the module against: of the running
# kernel, or, where nobody has its headers, as in a container, of Debian's kernel.
# What is missing is installed.
set -euo pipefail

deps=$(dirname "$0")/testing/vm/deps.sh
running=$(uname -r)

fail()
{
	echo "no kernel headers for $running: install them, or set KERNELDIR" >&2
	exit 1
}

# headers_of META: the package that it stands for, if it is installed
headers_of()
{
	dpkg-query -W -f '${Depends}' "$1" 2> /dev/null | grep -o 'linux-headers-[^ ,]*'
}

if [ ! -e "/lib/modules/$running/build/Makefile" ]; then
	command -v dpkg > /dev/null || fail
	case $(dpkg --print-architecture) in
	amd64) meta=linux-headers-amd64 ;;
	ppc64el) meta=linux-headers-powerpc64le ;;
	*) fail ;;
	esac
	headers=$(headers_of $meta) || "$deps" "linux-headers-$running" 2> /dev/null || {
		"$deps" $meta
		headers=$(headers_of $meta)
	}
fi
if [ -e "/lib/modules/$running/build/Makefile" ]; then
	echo "/lib/modules/$running/build"
elif [ -e "/usr/src/${headers:-none}/Makefile" ]; then
	echo "no kernel headers for $running: building for ${headers#linux-headers-}" >&2
	echo "/usr/src/$headers"
else
	fail
fi
