#!/bin/bash
# Topmost lines that honest servers write in many ways: localhost, a content filter, a submission server behind the same NAT as its user,
# webmail, a script, qmail, a mailbox of another provider as sender, a literal instead of a name. Sent by swaks as a relay of its own.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 74-honest-lines
lab_site_mx
lab_site_partner
lab_networks nordbank
lab_dns
lab_postfix_mx mx "$LAB_ASK_SENDER"
lab_capture mx
number=0
# send SENDER RECEIVED
send() {
    number=$((number + 1))
    printf 'Received: %s; Thu, 5 Mar 2026 10:0%s:00 +0100\nFrom: %s\nTo: anna@example.org\nSubject: letter %s\n' "$2" $number "$1" $number |
        cat - "$LAB_WORK/rest" | sed "s/NUMBER/$number/" |
        lab_in partner swaks --server 192.0.2.25 --ehlo relay.partner.example --from "$1" --to anna@example.org --data - >>"$LAB_WORK/swaks.log"
}
printf 'Date: Thu, 5 Mar 2026 10:00:00 +0100\nMessage-ID: <line.NUMBER@relay.partner.example>\n\nAll the best.\n' >"$LAB_WORK/rest"
send paul@partner.example "from localhost (localhost [127.0.0.1]) by relay.partner.example (Postfix) with ESMTP id 4F2A"
send paul@partner.example "from relay.partner.example ([203.0.113.10]) by localhost (relay.partner.example [127.0.0.1]) (amavisd-new, port 10024) with ESMTP id x1Y2"
send paul@partner.example "from laptop ([203.0.113.10]) by smtp.partner.example with ESMTPSA id 525A0001"
send paul@partner.example "from [203.0.113.10] by webmail.partner.example with HTTP"
send paul@partner.example "by relay.partner.example (Postfix, from userid 33) id 4F2B"
send paul@partner.example "from unknown (HELO pc7) (10.1.2.7) by relay.partner.example with SMTP"
send paul@webpost.example "from pc7.intern.partner.example (pc7.intern.partner.example [10.1.2.7]) by relay.partner.example (8.17.1/8.17.1) with ESMTP id 525A0002"
send paul@partner.example "from pc7 ([10.1.2.7]) by [203.0.113.10] with ESMTP"
# The bank's outer server: taken from its own MX, which is the MX of the sender's domain.
inner=$(lab_net nordbank 5) outer=$(lab_net nordbank 6)
lab_in nordbank swaks --local-interface "$outer" --server 192.0.2.25 --ehlo "$(lab_ptr "$outer")" --from desk@nordbank.example --to bob@example.org \
    --add-header "Received: from $(lab_ptr "$outer") ([$outer]) by $(lab_ptr "$inner") with ESMTPS id 9Z; Thu, 5 Mar 2026 10:09:00 +0100" >>"$LAB_WORK/swaks.log"
lab_save pcap
