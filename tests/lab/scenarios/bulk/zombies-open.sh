#!/bin/bash
# 135 zombies of twelve networks, dynamic pools and two without names, at an MX that takes whatever comes to its users.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../../lib.sh"
OUT=$OUT/bulk
lab_open zombies-open
lab_site_mx
lab_swarm_sites avangard brasnet sinonet azteca -- southtel polnet siamnet -- kabelwest bigcable silent1 -- telespan halfname
lab_dns
lab_postfix_mx mx "$LAB_ASK_SENDER"
lab_capture mx
lab_swarm 192.0.2.25 example.org,example.com 5 1500 <<'END'
avangard avangard 16 -
avangard brasnet 16 -
avangard sinonet 16 -
avangard azteca 10 netbios,own-name-correct,library
southtel southtel 12 own-name-loose,forged-received,random-host
southtel polnet 10 localhost,bare-address,netbios
southtel siamnet 10 blind,early,own-name-loose
kabelwest kabelwest 12 nat-literal,recipient-domain,many-recipients
kabelwest bigcable 9 own-name-correct,provider-mimic,server-name
kabelwest silent1 9 netbios,random-host,own-literal
telespan telespan 8 library,own-literal
telespan halfname 7 random-host,own-name-correct
END
lab_save pcap.gz
