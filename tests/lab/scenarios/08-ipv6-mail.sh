#!/bin/bash
# The same kind of ordinary mail over IPv6.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 08-ipv6-mail
lab_site_mx
lab_site_partner
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example "smtp_address_preference = ipv6"
lab_capture mx
lab_mail partner anna@partner.example --from "Anna Lang <anna@partner.example>" --to bob@example.org --subject "Over the new protocol"
lab_mail partner anna@partner.example --from "Anna Lang <anna@partner.example>" --to paul@example.com --subject "With a plan" --html --attach 30
lab_save pcapng
