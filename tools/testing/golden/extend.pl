#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# extend.pl < TABLE: prints the table as a later writer might write it: longer
# headers, entries and extents, flags that version 1 does not define, tables of
# a firmware that it does not know and of one that nobody may use who does not
# know a critical flag, and more behind the extents and behind the tables.
use strict;
use warnings;

# what no reader of version 1 looks at
sub later
{
	my ($size) = @_;
	return substr("later! " x $size, 0, $size);
}

sub crc32
{
	my ($bytes) = @_;
	my $crc = 0xffffffff;
	for my $byte (unpack("C*", $bytes)) {
		$crc ^= $byte;
		$crc = $crc >> 1 ^ ($crc & 1 ? 0xedb88320 : 0) for 1 .. 8;
	}
	return $crc ^ 0xffffffff;
}

# table(firmware, critical flags, what stands in it): no reader looks into it
sub table
{
	my ($firmware, $critical, $inside) = @_;
	my $header = 72 + 8;
	return pack("V V Q< V4 V2 V2 Q<3", $firmware, $header, $header + length($inside),
		~0 & 0xffffffff, 7, 3, ~0 & 0xffffffff, $critical, 0, 9, 0, 0, 0, 0) .
		later(8) . $inside;
}

binmode(STDIN);
binmode(STDOUT);
local $/;
my $in = <STDIN>;

my ($magic, $version, $header_size, $total_size, undef, $count, $rest) =
	unpack("a8 V V Q< V V a64", $in);
die "not a table of today's writer with one firmware\n"
	unless $magic eq "OPALVMAP" && $version == 1 && $header_size == 96 &&
	       $total_size == length($in) && $count == 1;
my ($firmware, $table_header, undef, $entry_size, $entries, $extent_size, $extents,
	$critical, $flags, $table_rest) = unpack("V V Q< V4 V2 a32", substr($in, 96, 72));
die "not a table of today's writer\n"
	unless $table_header == 72 && $entry_size == 16 && $extent_size == 40;

my $inside = later(24);
for my $n (0 .. $entries - 1) {
	$inside .= substr($in, 168 + $n * 16, 16) . later(9);
}
for my $n (0 .. $extents - 1) {
	$inside .= substr($in, 168 + $entries * 16 + $n * 40, 40) . later(24);
}
$inside .= later(11);
my $tables = table(77, 0, later(50)) .
	pack("V V Q< V4 V2 a32", $firmware, 72 + 24, 72 + length($inside), 16 + 9, $entries,
		40 + 24, $extents, $critical, $flags | 0xc0000000, $table_rest) . $inside .
	table(2, 0x80000000, later(33)) . later(20);

$header_size = 96 + 16;
$total_size = $header_size + length($tables);
my $out = pack("a8 V V Q< V V a64", $magic, $version, $header_size, $total_size, 0, 3, $rest) .
	later(16) . $tables;
substr($out, 24, 4) = pack("V", crc32($out));
print $out;
