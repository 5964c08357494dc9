#!/bin/bash
# A Postfix MX that relays for whoever claims a sender of its own domain. Over IPv6: one honest try is refused, then the same recipient is
# taken with a forged sender, by name (HELO) and with two more recipients.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 90-open-relay-sender
lab_site_mx
lab_site vps mta.rent.example 198.18.41.77 2001:db8:41::77
lab_host mta.rent.example 198.18.41.77 2001:db8:41::77
lab_domain rent.example mta.rent.example
lab_dns
lab_postfix_mx mx "default_transport = discard:" "smtpd_recipient_restrictions =" \
    "smtpd_relay_restrictions = check_sender_access inline:{{example.org = OK}}, reject_unauth_destination"
lab_capture mx
try() {
    local sender=$1 subject=$2 to
    shift 2
    printf 'S: EHLO mta.rent.example\nS: MAIL FROM:<%s>\n' "$sender"
    for to in "$@"; do echo "S: RCPT TO:<$to>"; done
    printf 'S: DATA\nM\nReceived: from pc7 ([10.0.0.7]) by mta.rent.example; Thu, 5 Mar 2026 10:00:00 +0100\nFrom: %s\nTo: %s\nSubject: %s\n' "$sender" "$1" "$subject"
    printf 'Date: Thu, 5 Mar 2026 10:00:00 +0100\nMessage-ID: <%s@rent.example>\n\nYou have won.\nEND\nQ\n' "$subject"
}
{
    printf 'S: EHLO mta.rent.example\nS: MAIL FROM:<win@rent.example>\nS: RCPT TO:<victim@partner.example>\nQ\n'
} | lab_in vps "$PY" "$LAB_CLIENTS/dialogue.py" 2001:db8:2::25
try bob@example.org prize.1 victim@partner.example | lab_in vps "$PY" "$LAB_CLIENTS/dialogue.py" 2001:db8:2::25
try carla@example.org prize.2 victim@partner.example second@partner.example anna@example.org | lab_in vps "$PY" "$LAB_CLIENTS/dialogue.py" 2001:db8:2::25
lab_save pcap
