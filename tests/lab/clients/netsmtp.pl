#!/usr/bin/perl
# A web shop's or a batch job's mail with Perl's Net::SMTP: netsmtp.pl SERVER SOURCE HELO SENDER RECIPIENT NUMBER
use strict;
use warnings;
use Net::SMTP;
use POSIX qw(strftime setlocale LC_TIME);
my ($server, $source, $helo, $sender, $to, $number) = @ARGV;
setlocale(LC_TIME, "C");
my $smtp = Net::SMTP->new($server, LocalAddr => $source, Hello => $helo) or die "no connection\n";
$smtp->mail($sender);
if ($smtp->to($to)) {
    $smtp->data("From: $sender\n", "To: $to\n", "Subject: Order $number\n", "Date: ", strftime("%a, %d %b %Y %H:%M:%S +0000\n", gmtime),
        "Message-ID: <order.$number\@$helo>\n", "\n", "Thank you for order $number.\n");
}
$smtp->quit;
