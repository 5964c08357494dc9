#!/bin/bash
# Look-alikes of the end of data with ordinary text behind: programs that are careless with line ends, at Postfix.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 82-lookalikes
lab_site_mx
lab_site_office
lab_dns
lab_postfix_mx mx
lab_capture mx
for form in lf.lf lf.crlf cr.cr crlf.cr; do
    lab_in office "$PY" "$LAB_CLIENTS/lookalike.py" 192.0.2.25 gw.office.example boss@office.example carla@example.org $form
done
lab_save pcap
