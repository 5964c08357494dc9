#!/bin/bash
# The same at an Exim MX, over IPv6 and IPv4: the line names the client's address and an MX of the sender's domain, or only the MX. Exim looks
# MX, A and NS of the sender's domain up. The Message-IDs are no addr-spec in brackets.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/forged.sh
. "$(dirname "$0")/../forged.sh"
lab_open 72-forged-received-exim
lab_site_exim
lab_networks fern6 peninsula
forged_dns
lab_dns
lab_exim_mx exim "acl_smtp_mail = \${if eq{\${lookup dnsdb{>: a=\${lookup dnsdb{>: mxh=\$sender_address_domain}{\$value}{none}}}{\$value}{none}}\${lookup dnsdb{ns=\$sender_address_domain}{\$value}{none}}}{-}{accept}{accept}}"
lab_capture exim
six=$(lab_net fern6 24)
forged_send fern6 2001:db8:51::26 "$six" "ehlo $(lab_ptr "$six")" anna@example.net "from [IPv6:$six] by mx1.telco.example with ESMTP id 7F3A" "lisa.7F3A@talk.example"
six=$(lab_net fern6 25)
forged_send fern6 2001:db8:51::26 "$six" "helo localhost" bob@example.net "from lisa by ns1.telco.example with local" "<7F3B.talk.example>"
p=$(lab_net peninsula 26)
forged_send peninsula 198.51.100.26 "$p" "helo $(lab_ptr "$p")" carla@example.net "from [$p] (helo=$(lab_ptr "$p")) by ns2.telco.example with esmtp (Exim 4.96)" "[7F3C@talk.example]"
lab_save pcap
