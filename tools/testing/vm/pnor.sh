#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# pnor.sh FILE: makes a flash image for powernv, with an erased partition for the
# NVRAM and the table that names it, which skiboot calls FFS. All numbers in it
# are big-endian, and of a header and of each entry all words have the XOR 0.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# = 1 ] || die "usage: pnor.sh FILE"
rm -f "$1"
python3 - "$1" <<-'END' || die "no flash image in $1: see above"
	import functools, struct, sys

	# what QEMU's flash has
	SIZE, BLOCK = 128 << 20, 4096
	TOPLEVEL, DATA, TABLE = 0xffffffff, 1, 3
	parts = [(b"part", 0, BLOCK, TABLE), (b"NVRAM", 0x10000, 0x90000, DATA)]

	def sealed(data):
	    words = struct.unpack(">%dI" % (len(data) // 4), data)
	    return data + struct.pack(">I", functools.reduce(lambda a, b: a ^ b, words))

	def entry(number, name, base, size, kind):
	    return sealed(struct.pack(">16s7I80x", name, base // BLOCK, size // BLOCK,
	                              TOPLEVEL, number, kind, 0, size))

	entries = [entry(n, *part) for n, part in enumerate(parts, 1)]
	header = sealed(struct.pack(">4s6I16x", b"PART", 1, 1, len(entries[0]), len(entries),
	                            BLOCK, SIZE // BLOCK))
	with open(sys.argv[1], "wb") as image:
	    image.write(header + b"".join(entries))
	    for _, base, size, kind in parts:
	        if kind == DATA:
	            image.seek(base)
	            image.write(b"\xff" * size)
	    image.truncate(SIZE)
END
