#!/bin/bash
# The prober of the story: dead address 550, live address 250, DATA 354, a lone dot 250, the next one; 552 is a hit too.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 20-prober-story
lab_site_mx
lab_site dial 83-97.adsl.dial.example 100.64.7.97
lab_dns
lab_postfix_mx mx
lab_capture mx
lab_in dial "$PY" "$LAB_CLIENTS/prober.py" 192.0.2.25 100.64.7.97 liturgical.com info@liturgical.com alan@example.org anna@example.org \
    barbara@example.org bob@example.org charles@example.org full@example.org diana@example.org erik@example.org edgar@example.org frank@example.org \
    fiona@example.org
lab_save pcap
