#!/bin/bash
# Message-IDs that are no addr-spec in brackets, from four networks: by swaks and smtplib, and passed on by Postfix and Exim.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 78-malformed-message-id
lab_site_mx
lab_site_office
lab_site_partner
lab_site_news
lab_site_tools
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example
lab_exim_queue news
lab_capture mx
letter() {
    printf 'From: %s\nTo: %s\nSubject: hello\nDate: Thu, 5 Mar 2026 10:00:00 +0100\nMessage-ID: %s\n\nHow are you?\n' "$1" "$2" "$3"
}
for id in 20260305100000.12345 "<no-at-sign>" "<spaces in the@office.example>" "gustav@office.example" "<unclosed@office.example"; do
    letter gustav@office.example anna@example.org "$id" |
        lab_in office swaks --server 192.0.2.25 --ehlo gw.office.example --from gustav@office.example --to anna@example.org --data - >>"$LAB_WORK/swaks.log"
done
letter otto@tools.example bob@example.org "<@tools.example>" >"$LAB_WORK/letter"
lab_in tools "$PY" -c '
import smtplib, sys
with smtplib.SMTP("192.0.2.25", local_hostname="scan.tools.example") as s:
    s.sendmail("otto@tools.example", ["bob@example.org"], open(sys.argv[1]).read())' "$LAB_WORK/letter"
for id in "<two@at@partner.example>" "<>"; do
    letter frieda@partner.example carla@example.org "$id" | lab_in partner sendmail -t -f frieda@partner.example
done
lab_drain partner
letter emil@news.example dave@example.org "<nothing.behind@>" | lab_exim news -odf -t -f emil@news.example
lab_save pcap
