#!/bin/bash
# Pipelining at a Postfix MX that does not offer it: an own client after EHLO, one after HELO, and swaks told to pipeline. A Postfix queue and
# swaks left alone send one command after the other there.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 87-unoffered-pipelining
lab_site_mx
lab_site_office
lab_site_partner
lab_dns
lab_postfix_mx mx "smtpd_discard_ehlo_keywords = pipelining"
lab_postfix_queue partner partner.example
lab_capture mx
letter() {
    printf 'M\nReceived: from ws4.office.example ([10.1.2.4]) by gw.office.example; Thu, 5 Mar 2026 10:00:00 +0100\nFrom: boss@office.example\n'
    printf 'To: bob@example.org\nSubject: in a hurry\nDate: Thu, 5 Mar 2026 10:00:00 +0100\nMessage-ID: <hurry.%s@gw.office.example>\n\nHello.\nEND\n' "$1"
}
for hello in EHLO HELO; do
    {
        printf 'S: %s gw.office.example\nG\nMAIL FROM:<boss@office.example>\nRCPT TO:<bob@example.org>\nRCPT TO:<carla@example.org>\nDATA\nEND\n' $hello
        letter $hello
        echo Q
    } | lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25
done
# Two replies to MAIL and RCPT are waited for, then DATA comes on time: pipelining all the same.
{
    printf 'S: EHLO gw.office.example\nG\nRSET\nMAIL FROM:<boss@office.example>\nRCPT TO:<bob@example.org>\nEND\nS: DATA\n'
    letter rset
    echo Q
} | lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25
lab_in office swaks --server 192.0.2.25 --ehlo gw.office.example --from boss@office.example --to dave@example.org --pipeline >"$LAB_WORK/swaks.log"
lab_in office swaks --server 192.0.2.25 --ehlo gw.office.example --from boss@office.example --to dave@example.org >"$LAB_WORK/swaks.log"
lab_mail partner anna@partner.example --from "Anna Lang <anna@partner.example>" --to erik@example.org --subject "No hurry"
lab_save pcap
