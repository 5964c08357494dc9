#!/bin/bash
# Dots and line ends that are no look-alike: lines that begin with dots, a line of one dot (stuffed), text whose lines end in LF alone, two
# dots between bare LFs, and look-alikes inside BDAT chunks, where nothing ends by a dot.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 83-dots
lab_site_mx
lab_site_office
lab_site_partner
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example
lab_capture mx
header() {
    printf 'Received: from ws4.office.example ([10.1.2.4]) by gw.office.example; Thu, 5 Mar 2026 10:00:00 +0100\r\n'
    printf 'From: boss@office.example\r\nTo: bob@example.org\r\nSubject: %s\r\nDate: Thu, 5 Mar 2026 10:00:00 +0100\r\n' "$1"
    printf 'Message-ID: <dots.%s@gw.office.example>\r\n\r\n' "$1"
}
hex() { od -An -v -tx1 | tr -d ' \n'; }
begin() { printf 'S: EHLO gw.office.example\nS: MAIL FROM:<boss@office.example>\nS: RCPT TO:<bob@example.org>\n'; }
# data SUBJECT TEXT: a message as these octets, in DATA.
data() {
    begin
    echo "S: DATA"
    echo "X: $({ header "$1"; printf '%b' "$2"; printf '\r\n.\r\n'; } | hex)"
    printf 'R\nQ\n'
}
# chunk SUBJECT TEXT: the same in one BDAT.
chunk() {
    local size
    { header "$1"; printf '%b' "$2"; } >"$LAB_WORK/chunk"
    size=$(stat -c %s "$LAB_WORK/chunk")
    begin
    echo "X: $({ printf 'BDAT %s LAST\r\n' "$size"; cat "$LAB_WORK/chunk"; } | hex)"
    printf 'R\nQ\n'
}
office() { lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25; }
data stuffed 'one\r\n..\r\n..two\r\n...\r\n.. \r\nMAIL FROM:<a@b.example>\r\nQUIT\r\nend' | office
data barelf 'one\ntwo\n\nRSET\nQUIT\nend\n' | office
data barelfdots 'one\n..\ntwo\n.. \n...\nDATA\nend' | office
data notalone 'one\n. \ntwo.\n\r\n.x\r\nthree .\r\nfour\r.\tx\rend' | office
chunk binary 'one\n.\nMAIL FROM:<a@b.example>\r\n.\r\nQUIT\r\n\r.\rRSET\r\n\n.\r\nDATA\r\nend\r\n' | office
{
    printf 'From: Paul <paul@partner.example>\nTo: anna@example.org\nSubject: dots\n\nA list:\n.\n..\n.\nMAIL FROM:<a@b.example>\nQUIT\n.\n'
} | lab_in partner sendmail -i -t -f paul@partner.example
lab_drain partner
lab_save pcap
