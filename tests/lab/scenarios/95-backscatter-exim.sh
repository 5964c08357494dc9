#!/bin/bash
# Both sides at an Exim MX: it accepts every recipient and its reports go to forged senders in 14 domains; and jane, whose name was
# forged elsewhere, gets 18 reports from six Postfix servers that do the same.
# Options: --home-net 198.51.100.0/24,2001:db8:51::/64 --local-domain example.net
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/backscatter.sh
. "$(dirname "$0")/../backscatter.sh"
lab_open 95-backscatter-exim
lab_site_exim
for ((i = 1; i <= 6; i++)); do bouncer "far$i" "mail.far$i.example" "198.18.8$i.25" "far$i.example"; done
lab_site hoster mx.hoster.example 198.18.43.25
lab_host mx.hoster.example 198.18.43.25
for ((i = 1; i <= 14; i++)); do lab_domain victim$i.example mx.hoster.example; done
lab_networks avangard kabelwest
lab_dns
for ((i = 1; i <= 6; i++)); do bouncer_postfix "far$i" "far$i.example"; done
lab_postfix_queue hoster hoster.example "inet_interfaces = all" "mydestination = $(printf 'victim%s.example ' {1..14})"
bouncer_exim exim example.net
lab_capture exim
for ((i = 1; i <= 14; i++)); do
    spam_run kabelwest "$(lab_net kabelwest $((20 + i % 3)))" 198.51.100.26 "lisa$i@victim$i.example" \
        "from mail.victim$i.example (HELO victim$i) (000.000.000) by mail.victim$i.example with SMTP id 8$i" "gone$i@example.net"
done
for ((i = 1; i <= 6; i++)); do
    client=$(lab_net avangard $((40 + i)))
    spam_run avangard "$client" "198.18.8$i.25" jane@example.net "from [$client] by ns2.telco.example" "one@far$i.example" "two@far$i.example" "three@far$i.example"
done
for ((i = 1; i <= 6; i++)); do lab_drain "far$i"; done
sleep 2
lab_save pcap.gz
