#!/bin/bash
# Ordinary mail between two organisations: a Postfix queue sends what its users handed in, with attachments, to a Postfix MX.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 01-queue-mail
lab_site_mx
lab_site_partner
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example
lab_capture mx
anna="Anna Lang <anna@partner.example>"
lab_mail partner anna@partner.example --from "$anna" --to bob@example.org --subject "Meeting on Thursday"
lab_mail partner anna@partner.example --from "$anna" --to bob@example.org --cc carla@example.org --subject "Re: Angebot für März" --html
lab_mail partner anna@partner.example --from "$anna" --to jane@example.com --subject "Contract as PDF" --attach 60
lab_mail partner anna@partner.example --from "$anna" --to lindsay@example.org --subject "Minutes" --html --attach 20 --lines 40
lab_save pcap
