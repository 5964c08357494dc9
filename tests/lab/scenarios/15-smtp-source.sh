#!/bin/bash
# Postfix's load generator smtp-source: five connections at a time, 20 messages of 2 kB to one user, HELO and no EHLO.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 15-smtp-source
lab_site_mx
lab_site_office
lab_dns
lab_postfix_mx mx
lab_capture mx
lab_in office smtp-source -M gw.office.example -f boss@office.example -t anna@example.org -l 2000 -m 20 -s 5 -S "load test" inet:mx.example.org:25
lab_save pcap
