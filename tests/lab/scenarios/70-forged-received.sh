#!/bin/bash
# Forged Received lines as in the story, by zombies of four providers: "from [client's address] by NAME-SERVER of the sender's domain", the
# same with an MX and with the client's name, and a line that names only the MX. The MX asks MX, A and NS of the sender's domain.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/forged.sh
. "$(dirname "$0")/../forged.sh"
lab_open 70-forged-received
lab_site_mx
lab_networks avangard kabelwest sinonet azteca
lab_profile sinonet windows-xp
forged_dns
lab_dns
lab_postfix_mx mx "$LAB_ASK_SENDER"
lab_capture mx
send() {
    local site=$1 client=$2
    shift 2
    forged_send "$site" 192.0.2.25 "$client" "$@"
}
a=$(lab_net avangard 24)
send avangard "$a" "helo $(lab_ptr "$a")" anna@example.org "from [$a] by ns2.telco.example"
s=$(lab_net kabelwest 25)
send kabelwest "$s" "ehlo $(lab_ptr "$s")" bob@example.org "from $(lab_ptr "$s") (HELO $(lab_ptr "$s")) ([$s]) by mx1.telco.example with SMTP id 7F3A"
c=$(lab_net sinonet 26)
send sinonet "$c" "helo user-7f3a1" carla@example.org "from talk.example (unknown) by mx2.telco.example with ESMTP id 0C1D"
z=$(lab_net azteca 27)
send azteca "$z" "helo localhost" dave@example.org "from [$z] by ns1.telco.example with HTTP"
lab_save pcap
