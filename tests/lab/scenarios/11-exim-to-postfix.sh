#!/bin/bash
# Exim sends to a Postfix MX, with CHUNKING (BDAT), an attachment and two recipients.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 11-exim-to-postfix
lab_site_mx
lab_site_office
lab_dns
lab_postfix_mx mx
lab_exim_queue office
lab_capture mx
lab_in office "$PY" "$LAB_CLIENTS/compose.py" --from "The Boss <boss@office.example>" --to bob@example.org --subject "Numbers" --attach 40 \
    --message-id-host gw.office.example | lab_exim office -odf -f boss@office.example bob@example.org
lab_in office "$PY" "$LAB_CLIENTS/compose.py" --from "The Boss <boss@office.example>" --to "anna@example.org, dave@example.org" --subject "Lunch" \
    --message-id-host gw.office.example | lab_exim office -odf -f boss@office.example anna@example.org dave@example.org
lab_save pcap
