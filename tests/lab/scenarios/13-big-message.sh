#!/bin/bash
# One message with an attachment of 220 kB: windows and delayed acknowledgements of a longer transfer.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 13-big-message
lab_site_mx
lab_site_partner
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example
lab_capture mx
lab_mail partner anna@partner.example --from "Anna Lang <anna@partner.example>" --to bob@example.org --subject "The brochure" --attach 220
lab_save pcap
