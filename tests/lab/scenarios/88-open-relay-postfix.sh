#!/bin/bash
# A Postfix MX whose mynetworks are the whole world: a tester (swaks) and a spammer on a rented host (smtp-source, five messages with
# four recipients each) get outside recipients accepted, and the mail goes out on the same wire.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 88-open-relay-postfix
lab_site_mx
lab_site_partner
lab_site_tools
lab_site vps mta.rent.example 198.18.41.77
lab_host mta.rent.example 198.18.41.77
lab_domain rent.example mta.rent.example
lab_dns
lab_postfix_mx mx "mynetworks = 0.0.0.0/0"
lab_postfix_queue partner partner.example "inet_interfaces = all"
lab_capture mx
lab_in tools swaks --server 192.0.2.25 --ehlo scan.tools.example --from test@tools.example --to sesame@partner.example >"$LAB_WORK/swaks.log"
lab_in vps smtp-source -m 5 -r 4 -M mta.rent.example -f sale@rent.example -t victim@partner.example 192.0.2.25:25
lab_drain mx
lab_save pcap
