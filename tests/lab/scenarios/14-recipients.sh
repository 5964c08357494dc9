#!/bin/bash
# Several recipients a message, aliases, the role addresses, a full mailbox: times in nanoseconds.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 14-recipients
lab_site_mx
lab_site_partner
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example
lab_capture mx --time-stamp-precision=nano
lab_mail partner anna@partner.example --from "Anna Lang <anna@partner.example>" --subject "Party" \
    --to "sales@example.org, info@example.org, greta@example.org, hugo@example.org, ines@example.com, jane@example.com, full@example.org"
lab_mail partner anna@partner.example --from "Anna Lang <anna@partner.example>" --to abuse@example.org --cc postmaster@example.org --subject "Complaint"
lab_save pcap
