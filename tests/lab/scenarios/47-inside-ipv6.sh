#!/bin/bash
# A PC in the town hall's IPv6 network, HELO registry-pc, sends straight to seven outside servers: Postfix, Exim, and five others.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/sink.sh
. "$LAB_DIR/servers/sink.sh"
lab_open 47-inside-ipv6
lab_networks townhall bigmail-6 fern6
lab_site_mx
lab_site_exim
lab_dns
lab_postfix_mx mx
lab_exim_mx exim
lab_sink bigmail-6 2001:db8:b16:a::11 mail-v6-11.bigmail.example
lab_sink bigmail-6 2001:db8:b16:a::12 mail-v6-12.bigmail.example
lab_sink bigmail-6 2001:db8:b16:a::13 mail-v6-13.bigmail.example
lab_sink bigmail-6 2001:db8:b16:a::14 mail-v6-14.bigmail.example
lab_sink fern6 2001:db8:d006:16::5 dyn-6-16-5.ipv6.fernnetz6.example
lab_in townhall ip -6 route replace default via 2001:db8:700:1::1 src 2001:db8:700:1::12
lab_capture townhall
send() {
    lab_in townhall smtp-source -M registry-pc -f registry@townhall.example -t "$2" -l 900 -S "Your passport" "inet:[$1]:25"
}
send 2001:db8:2::25 anna@example.org
send 2001:db8:51::26 jane@example.net
send 2001:db8:b16:a::11 someone@bigmail.example
send 2001:db8:b16:a::12 somebody@bigmail.example
send 2001:db8:b16:a::13 anybody@bigmail.example
send 2001:db8:b16:a::14 nobody@bigmail.example
send 2001:db8:d006:16::5 family@fernnetz6.example
lab_save pcap
