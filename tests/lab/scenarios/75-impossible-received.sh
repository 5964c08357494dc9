#!/bin/bash
# Received lines with addresses that cannot be, below a genuine line: written by swaks and an own client, and passed on by a Postfix
# queue (IPv4) and an Exim queue.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 75-impossible-received
lab_site_mx
lab_site_office
lab_site_partner
lab_site_news
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example
lab_exim_queue news
lab_capture mx
# letter HOST NUMBER RECEIVED...: a whole message whose lines below the first are forged.
letter() {
    local host=$1 number=$2 line
    shift 2
    for line in "$@"; do echo "Received: $line; Thu, 5 Mar 2026 09:5$number:00 +0100"; done
    printf 'From: Eve <eve@%s>\nTo: anna@example.org\nSubject: letter %s\n' "${host#*.}" "$number"
    printf 'Date: Thu, 5 Mar 2026 10:00:00 +0100\nMessage-ID: <letter.%s@%s>\n\nBuy now, pay later.\n' "$number" "$host"
}
TOP="from ws4.office.example ([10.1.2.4]) by gw.office.example with ESMTP id 4F2A"
swaks_send() { lab_in office swaks --server 192.0.2.25 --ehlo gw.office.example --from eve@office.example --to anna@example.org --data - >>"$LAB_WORK/swaks.log"; }
letter gw.office.example 1 "$TOP" "from mail.friend.example ([500.202.999.352]) by mx.friend.example with SMTP id x1" | swaks_send
letter gw.office.example 2 "$TOP" "from unknown (HELO friend.example) (300.1.2.3) by mx.friend.example with SMTP" | swaks_send
# Through a real relay: the forged line comes in with the message, the topmost one is the relay's own.
letter relay.partner.example 3 "from 000.000.000 by mail.friend.example with HTTP" | lab_in partner sendmail -t -f eve@partner.example
lab_drain partner
letter lists.news.example 4 "from friend.example (friend.example [0.12.13.14]) by mx.friend.example (8.14.4/8.14.4) with SMTP id q25" |
    lab_exim news -odf -t -f eve@news.example
dialogue() {
    printf 'S: EHLO gw.office.example\nS: MAIL FROM:<eve@office.example>\nS: RCPT TO:<anna@example.org>\nS: DATA\nM\n'
    cat
    printf 'END\nQ\n'
}
letter gw.office.example 5 "$TOP" "from mail.friend.example ([10.20.30]) by mx.friend.example with ESMTP id x5" | dialogue |
    lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25
letter gw.office.example 6 "$TOP" "from mail.friend.example ([10.20.30.40]) by mx.friend.example with ESMTP id x6" \
    "from pc ([192.168.1.256]) by mail.friend.example with ESMTP id x7" | dialogue | lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25
lab_save pcap
