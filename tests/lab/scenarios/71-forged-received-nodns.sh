#!/bin/bash
# The story's forged Received lines where the tap does not see DNS: port 25 only. Nothing but the line itself and the client's HELO tells.
# The Message-IDs are no addr-spec.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/forged.sh
. "$(dirname "$0")/../forged.sh"
lab_open 71-forged-received-nodns
lab_site_mx
lab_networks avangard bigcable brasnet
forged_dns
lab_dns
lab_postfix_mx mx "$LAB_ASK_SENDER"
lab_capture mx
a=$(lab_net avangard 34)
forged_send avangard 192.0.2.25 "$a" "helo $(lab_ptr "$a")" anna@example.org "from [$a] by ns2.telco.example" "<20260305.3A5F1>"
f=$(lab_net bigcable 35)
forged_send bigcable 192.0.2.25 "$f" "helo $(lab_ptr "$f")" bob@example.org "from $(lab_ptr "$f") ([$f]) by mx1.telco.example with SMTP id 7F3A" "<lisa@@talk.example>"
b=$(lab_net brasnet 36)
forged_send brasnet 192.0.2.25 "$b" "helo home" carla@example.org "from unknown (HELO home) ($b) by ns1.telco.example with SMTP" "<>"
only_smtp() {
    tcpdump -r "$1" -w "$1.smtp" port 25 2>/dev/null
    mv -- "$1.smtp" "$1"
}
LAB_AFTER=only_smtp
lab_save pcap
