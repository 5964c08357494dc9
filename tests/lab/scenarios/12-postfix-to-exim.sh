#!/bin/bash
# A Postfix queue sends to an Exim MX: delivered mail, one recipient mistyped (550 Unrouteable address), one full (552).
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 12-postfix-to-exim
lab_site_exim
lab_site_partner
lab_dns
lab_exim_mx exim
lab_postfix_queue partner partner.example
lab_capture exim
lab_mail partner anna@partner.example --from "Anna Lang <anna@partner.example>" --to jane@example.net --subject "Holiday plans" --attach 25
lab_mail partner anna@partner.example --from "Anna Lang <anna@partner.example>" --to "karl@example.net, janne@example.net" --subject "Tickets" --html
lab_mail partner anna@partner.example --from "Anna Lang <anna@partner.example>" --to full@example.net --subject "Photos" --attach 3
lab_mail partner anna@partner.example --from "Anna Lang <anna@partner.example>" --to maria@example.net --subject "Photos" --attach 3
lab_save pcap
