#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# varstore.pl FILE: prints what a flash with OVMF's variables holds that an operating
# system can see, as the firmware would find it at its next start, a line each:
#
#	ATTRIBUTES MD5 OFFSET SIZE NAME-GUID
#
# with the sum over attributes and data, as efivarfs gives them, and the place of
# the data in FILE. Then a line that tells how far the last write had come: "tail
# whole", "tail header" if its header is not valid yet, or "tail data". Fails, with
# one line, on what no loss of power can leave behind.
#
# UEFIExtract of the package uefitool-cli reads this format too, but takes an entry
# without valid data for a variable, and one that is about to be replaced for none:
# just what a cut leaves behind.
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use Encode qw(decode encode);

# The firmware volume's header says where the store begins; its own header has a
# GUID, the size, and two bytes of state. A variable's has 60 bytes.
my $STORE_GUID = pack('VvvC8', 0xaaf32c78, 0x947b, 0x439a,
		      0xa1, 0x80, 0x2e, 0x14, 0x4e, 0xc3, 0x77, 0x92);
my ($STORE_HEADER, $HEADER) = (28, 60);
# Bits of a variable's state are cleared one after the other: its header is
# written, and its data; a newer one is about to be written, or it is deleted.
my ($HEADER_ONLY, $ADDED, $IN_TRANSITION, @DELETED) = (0x7f, 0x3f, 0x3e, 0x3d, 0x3c);
my $RUNTIME = 4;

sub fail
{
	print STDERR "varstore: $ARGV[0]: @_\n";
	exit 1;
}

sub guid
{
	my ($d1, $d2, $d3, @d4) = unpack('VvvC8', shift);

	return sprintf('%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x', $d1, $d2, $d3, @d4);
}

die "usage: varstore.pl FILE\n" if @ARGV != 1;
open(my $file, '<:raw', $ARGV[0]) or fail("cannot be read: $!");
my $flash = do { local $/; <$file> };

my ($signature, $header_size) = unpack('x40 a4 x4 v', $flash);
fail('is no firmware volume') if $signature ne '_FVH';
my $sum = 0;
$sum += $_ foreach unpack("v" . $header_size / 2, $flash);
fail("its header's checksum is wrong") if $sum & 0xffff;
my ($store_guid, $size, $format, $health) = unpack("x$header_size a16 V C2", $flash);
fail('has no variable store') if $store_guid ne $STORE_GUID;
fail(sprintf('its store is not formatted and healthy: %02x %02x', $format, $health))
	if $format != 0x5a || $health != 0xfe;

my ($at, $end) = ($header_size + $STORE_HEADER, $header_size + $size);
fail('its store is larger than it') if $end > length($flash);
my (%found, %old);
my $tail = 'whole';
while ($at + $HEADER <= $end) {
	my ($start, $state, $attributes, $name_size, $data_size, $vendor) =
		unpack("x$at v C x V x28 V2 a16", $flash);
	last if $start != 0x55aa;

	# what the firmware asks before it believes the sizes
	if ($state == 0xff || grep { $_ == 0xffffffff } $attributes, $name_size, $data_size) {
		$tail = 'header';
		$at += $HEADER;
		next;
	}
	$tail = $state == $HEADER_ONLY ? 'data' : 'whole';
	my $data_at = $at + $HEADER + $name_size;
	my $next = $data_at + $data_size + 3 & ~3;
	fail("the variable at $at goes beyond the end") if $next > $end;
	fail(sprintf('the variable at %d has the state %02x', $at, $state))
		if !grep { $_ == $state } $HEADER_ONLY, $ADDED, $IN_TRANSITION, @DELETED;

	# of its name and its data any part may be there, and the firmware looks at none of it
	if ($state == $HEADER_ONLY) {
		$at = $next;
		next;
	}
	my $name = decode('UTF-16LE', substr($flash, $at + $HEADER, $name_size));
	fail("the variable at $at has no name that ends") if $name !~ s/\0$//;
	my $key = encode('UTF-8', $name) . '-' . guid($vendor);
	my $line = sprintf('%d %s %d %d', $attributes,
			   md5_hex(pack('V', $attributes) . substr($flash, $data_at, $data_size)),
			   $data_at, $data_size);
	if ($attributes & $RUNTIME) {
		if ($state == $ADDED) {
			fail("$key is there twice") if $found{$key};
			$found{$key} = $line;
		} elsif ($state == $IN_TRANSITION) {
			$old{$key} = $line;
		}
	}
	$at = $next;
}
# of one more header, its first byte may have been written
fail("$at is neither a variable nor erased") if substr($flash, $at, $end - $at) !~ /^\xaa?\xff*$/;

%found = (%old, %found);
print "$found{$_} $_\n" foreach sort keys %found;
print "tail $tail\n";
