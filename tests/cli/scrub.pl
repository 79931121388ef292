#!/usr/bin/perl
# Makes output the same in every run; setup.sh says what becomes what.
#
#     scrub.pl NUMBERS                  filters stdin
#     scrub.pl NUMBERS STDOUT STDERR    prints the first file, then each line of the second after "! "
#
# NUMBERS is a file that remembers which certificate number got which name: by its first twelve digits, as tables show
# no more. With SCRUB_TIMES set, times and dates are replaced too.
use strict;
use warnings;
use Sys::Hostname;

my ($remembered, $stdout, $stderr) = @ARGV;
my $actor = getpwuid($>) . '@' . hostname();
my $octets = '[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})';

my (@numbers, %name_of);
sub name_of {
    my $number = substr uc shift, 0, 12;
    $name_of{$number} //= do { push @numbers, $number; '<' . @numbers . '>' };
    return $name_of{$number};
}

# 20 octets with colons are a number when it was seen before, else a key identifier.
sub number_or_key {
    my $plain = uc(shift =~ tr/://dr);
    return $name_of{substr $plain, 0, 12} // '<keyid>';
}

# Folder and actor have another length on every machine, and so have the columns of a table.
sub without_machine {
    my $text = shift;
    my $replaced = ($text =~ s/\Q$ENV{T}\E/\$T/g) + ($text =~ s/\Q$actor\E/<actor>/g);
    $text =~ s/ {3,}/  /g if $replaced && $text !~ /^[\[{]/;
    return $text;
}

sub scrub {
    my $text = without_machine(shift);
    $text =~ s/\b(?:[0-9A-F]{64}|[0-9a-f]{64})\b/<sha256>/g;
    $text =~ s/\b$octets{31}(?![:0-9A-Fa-f])/<sha256>/g;
    $text =~ s/\b($octets{19})(?![:0-9A-Fa-f])/number_or_key($1)/ge;
    # One of openssl's own may be an octet shorter.
    $text =~ s/\b([0-9A-F]{38}(?:[0-9A-F]{2})?|[0-9a-f]{40}|[0-9A-F]{12})\b/name_of($1)/ge;
    $text =~ s/\b(key|with) [0-9A-F]{16}\b/$1 <key>/g;
    # On a terminal, some of its digits may be cut off.
    $text =~ s/(CN ?= ?rekey [\w.-]+) (?:[0-9A-F]{8}\b|[0-9A-F]{1,8}(?=\xe2\x80\xa6))/$1 <ca>/g;
    if ($ENV{SCRUB_TIMES}) {
        $text =~ s/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?/<time>/g;
        $text =~ s/\b\d{4}-\d\d-\d\d\b/<date>/g;
    }
    return $text;
}

sub content_of {
    open my $file, '<:raw', shift or return '';
    local $/ = undef;
    return <$file> // '';
}

name_of($_) for split ' ', content_of($remembered);
if (defined $stdout) {
    print scrub(content_of($stdout));
    print "! $_\n" for split /\n/, scrub(content_of($stderr));
} else {
    local $/ = undef;
    print scrub(<STDIN> // '');
}
open my $file, '>', $remembered or die "$remembered: $!\n";
print $file join("\n", @numbers);
close $file or die "$remembered: $!\n";
