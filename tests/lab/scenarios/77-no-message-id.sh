#!/bin/bash
# Messages without Message-ID from four networks: curl, Python's smtplib, swaks, and a Postfix relay that adds nothing to its clients' mail.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 77-no-message-id
lab_site_mx
lab_site_office
lab_site_partner
lab_site_news
lab_site_tools
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example "local_header_rewrite_clients =" "always_add_missing_headers = no"
lab_capture mx
letter() {
    printf 'From: %s\nTo: %s\nSubject: %s\nDate: Thu, 5 Mar 2026 10:00:00 +0100\n\nThe nightly report is ready.\n' "$1" "$2" "$3"
}
for to in anna bob; do
    letter report@office.example $to@example.org "report for $to" >"$LAB_WORK/letter"
    lab_in office curl -sS --crlf --mail-from report@office.example --mail-rcpt $to@example.org -T "$LAB_WORK/letter" smtp://192.0.2.25/gw.office.example
done
letter report@news.example carla@example.org "report three" >"$LAB_WORK/letter"
lab_in news "$PY" -c '
import smtplib, sys
with smtplib.SMTP("192.0.2.25", local_hostname="lists.news.example") as s:
    s.sendmail("report@news.example", ["carla@example.org"], open(sys.argv[1]).read())' "$LAB_WORK/letter"
letter report@tools.example dave@example.org "report four" |
    lab_in tools swaks --server 192.0.2.25 --ehlo scan.tools.example --from report@tools.example --to dave@example.org --data - >"$LAB_WORK/swaks.log"
letter report@partner.example erik@example.org "report five" |
    lab_in partner swaks --server 127.0.0.1 --ehlo printer.partner.example --from report@partner.example --to erik@example.org --data - >"$LAB_WORK/swaks.log"
lab_drain partner
lab_save pcap
