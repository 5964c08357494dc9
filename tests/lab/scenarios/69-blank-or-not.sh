#!/bin/bash
# Nothing to read, to Exim over IPv4 and IPv6: tags and comments only, base64 of blanks, both by BDAT, each with hardly a header. And what
# looks alike and is not blank: a photo and a calendar entry without any text, one visible letter, and a blank body under a header of which
# only the Date is absent.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 69-blank-or-not
lab_site_exim
lab_site_tools
lab_site_partner
lab_dns
lab_exim_mx exim
lab_capture exim
send() { # SITE SERVER HELO: the message is on standard input
    { printf '%s\n' "S: EHLO $3" "S: MAIL FROM:<check@${3#*.}>" "S: RCPT TO:<jane@example.net>" "K: LAST"; cat; printf '%s\n' END Q; } |
        lab_in "$1" "$PY" "$LAB_CLIENTS/dialogue.py" "$2"
}
send tools 198.51.100.26 scan.tools.example <<'MAIL'
From: check@tools.example
Message-ID: <b1@tools.example>
Content-Type: text/html

<html><head><title>x</title><style>p { color: red }</style></head><!-- nothing here --><body><p>&nbsp;</p><br></body></html>
MAIL
send partner 2001:db8:51::26 relay.partner.example <<'MAIL'
Subject: 
Message-ID: <b2@partner.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

ICAgDQogDQoJDQo=
MAIL
send tools 198.51.100.26 scan.tools.example <<'MAIL'
From: check@tools.example
Message-ID: <n1@tools.example>
MIME-Version: 1.0
Content-Type: image/png; name="door.png"
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==
MAIL
send tools 198.51.100.26 scan.tools.example <<'MAIL'
From: check@tools.example
Message-ID: <n2@tools.example>
MIME-Version: 1.0
Content-Type: text/calendar; method=REQUEST

BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:7@tools.example
DTSTART:20260305T100000Z
SUMMARY:Meeting
END:VEVENT
END:VCALENDAR
MAIL
send tools 198.51.100.26 scan.tools.example <<'MAIL'
Message-ID: <n3@tools.example>

k
MAIL
send tools 198.51.100.26 scan.tools.example <<'MAIL'
From: check@tools.example
To: jane@example.net
Subject: please call me
Message-ID: <n4@tools.example>


MAIL
lab_save pcap
