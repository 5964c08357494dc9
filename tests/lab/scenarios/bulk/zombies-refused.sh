#!/bin/bash
# 112 zombies of ten networks at a strict MX: it looks at HELO, wants a name for each address, and asks a blocklist that has a third of them. Most are
# refused before DATA. Some go on all the same.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../../lib.sh"
OUT=$OUT/bulk
lab_open zombies-refused
lab_site_mx
lab_swarm_sites kabelnett uutel telespan silent3 -- avangard spectral -- resnet silent1 -- northcable southtel
for net in kabelnett uutel telespan avangard spectral resnet silent1 northcable southtel silent3; do
    for n in 15 17 21 24 28 31 33 37 41 46 49 52 55 59 63 66 69 73 77 81 84 88 91 95 99 102 105 108 112 117; do
        lab_listed "$(lab_net $net $n)"
    done
done
lab_dns
lab_postfix_mx mx "$LAB_ASK_SENDER" "smtpd_helo_required = yes" "smtpd_recipient_restrictions = reject_unauth_destination, reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname, reject_unknown_reverse_client_hostname, reject_rbl_client bl.example"
lab_capture mx
lab_swarm 192.0.2.25 example.org,example.com 5 1300 <<'END'
kabelnett kabelnett 15 -
kabelnett uutel 12 own-name-correct,random-host,provider-mimic,own-name-loose
kabelnett telespan 12 forged-received,own-name-loose,recipient-domain
avangard avangard 12 -
avangard spectral 10 netbios,library,own-name-correct
resnet resnet 12 own-name-loose,nat-literal,bare-address
resnet silent1 10 random-host,netbios,own-literal
northcable northcable 10 blind,own-name-correct,server-name
northcable southtel 11 many-recipients,own-name-loose,early
kabelnett silent3 8 random-host,provider-mimic
END
lab_save pcap.gz
