#!/bin/bash
# Smuggling into Postfix 3.7: look-alikes of the end of data with a second message behind. It takes LF.LF, LF.CRLF and CRLF.LF for the
# end and the second message for a real one; the other forms stay text.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 80-smuggling-postfix
lab_site_mx
lab_site_office
lab_dns
lab_postfix_mx mx
lab_capture mx
smuggle() { lab_in office "$PY" "$LAB_CLIENTS/lookalike.py" 192.0.2.25 gw.office.example boss@office.example bob@example.org "$@"; }
smuggle lf.lf mail
smuggle lf.crlf mail
smuggle crlf.lf helo
smuggle cr.cr mail
smuggle crlf.cr rset
smuggle lf.cr mail
smuggle cr.lf mail
smuggle cr.crlf quit
lab_save pcap
