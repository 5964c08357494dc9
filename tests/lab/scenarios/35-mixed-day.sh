#!/bin/bash
# Good and bad at the same time at one MX: queue mail, a bounce, a call-out, a prober of the story and two spam engines.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 35-mixed-day
lab_site_mx
lab_site_partner
lab_site_office
lab_site dial 90.adsl.dial.example 100.64.7.90
lab_site cable cable.example 100.64.9.31
lab_addr cable 100.64.9.32
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example
lab_capture mx
anna="Anna Lang <anna@partner.example>"
good() {
    lab_mail partner anna@partner.example --from "$anna" --to bob@example.org --subject "First of the day" --attach 8
    lab_mail partner "" --from "Mail Delivery System <MAILER-DAEMON@partner.example>" --to lindsay@example.org --subject "Undelivered Mail Returned to Sender"
    lab_mail partner anna@partner.example --from "$anna" --to "carla@example.org, karla@example.org" --subject "With a mistyped name" --html
    lab_mail partner anna@partner.example --from "$anna" --to jane@example.com --subject "Last of the day"
}
prober() {
    lab_in dial "$PY" "$LAB_CLIENTS/prober.py" 192.0.2.25 100.64.7.90 liturgical.com info@liturgical.com zora@example.org anna@example.org \
        zacharias@example.org zeno@example.org bob@example.org full@example.org zita@example.org zenzi@example.org zoltan@example.org >/dev/null
}
callout() {
    printf '%s\n' "S: EHLO gw.office.example" "S: MAIL FROM:<>" "S: RCPT TO:<$1@example.org>" Q |
        lab_in office "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25
}
zombie() { lab_in cable "$PY" "$LAB_CLIENTS/zombie.py" 192.0.2.25 "$@"; }
good &
waiting=$!
prober &
waiting+=" $!"
callout anna
zombie 100.64.9.31 polite localhost dave@example.org
callout nosuch
zombie 100.64.9.32 blind MSHOME erik@example.org
# shellcheck disable=SC2086 # two process ids
wait $waiting
lab_save pcap.gz
