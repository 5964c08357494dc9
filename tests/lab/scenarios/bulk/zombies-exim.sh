#!/bin/bash
# 113 zombies of ten networks at an Exim MX. Eight of them are web scripts on hosting, confirmed names and Linux under them: the hard ones. Some
# are PCs behind business lines with a static name.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../../lib.sh"
OUT=$OUT/bulk
lab_open zombies-exim
lab_site_exim
lab_swarm_sites fernnetz brasnet bizline polnet -- avangard azteca -- bigcable silent2 -- skyrent ovalhost mobilecell
lab_dns
lab_exim_mx exim
lab_capture exim
lab_swarm 198.51.100.26 example.net 5 1400 <<'END'
fernnetz fernnetz 16 -
fernnetz brasnet 14 netbios,own-name-loose,own-name-correct
fernnetz bizline 7 netbios,localhost,nat-literal,bare-address
fernnetz polnet 16 -
avangard avangard 16 forged-received,random-host,library,recipient-domain
avangard azteca 12 own-name-correct,provider-mimic,many-recipients
bigcable bigcable 10 localhost,bare-address,nat-literal
bigcable silent2 8 random-host,own-literal,netbios
skyrent skyrent 4 web-script
skyrent ovalhost 4 web-script
skyrent mobilecell 6 own-name-loose,library
END
lab_save pcap.gz
