#!/bin/bash
# Received lines that look odd and are right: version numbers with dots, queue ids like addresses, IPv6, private and local addresses, names
# that begin with a number; through a Postfix queue and an Exim queue, and by swaks.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 76-odd-received
lab_site_mx
lab_site_office
lab_site_partner
lab_site_news
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example
lab_exim_queue news
lab_capture mx
letter() {
    local host=$1 number=$2 line
    shift 2
    for line in "$@"; do echo "Received: $line; Thu, 5 Mar 2026 09:5$number:00 +0100"; done
    printf 'From: Paul <paul@%s>\nTo: anna@example.org\nSubject: odd lines %s\n' "${host#*.}" "$number"
    printf 'Date: Thu, 5 Mar 2026 10:00:00 +0100\nMessage-ID: <odd.%s@%s>\n\nSee you tomorrow.\n' "$number" "$host"
}
TOP="from ws4.office.example ([10.1.2.4]) by gw.office.example with ESMTP id 1234.567.890.999"
swaks_send() { lab_in office swaks --server 192.0.2.25 --ehlo gw.office.example --from paul@office.example --to anna@example.org --data - >>"$LAB_WORK/swaks.log"; }
letter gw.office.example 1 "$TOP" \
    "from AM6P191MB0123.EURP191.PROD.friend.example (2603:10a6:209:73::12) by AM6P191MB0456.EURP191.PROD.friend.example (2603:10a6:209:8b::9) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.7452.49" \
    "from AM6P191MB0456.EURP191.PROD.friend.example ([fe80::85a7:c2b1:1a9a:70fd]) by AM6P191MB0456.EURP191.PROD.friend.example ([fe80::85a7:c2b1:1a9a:70fd%5]) with mapi id 15.20.7452.049" | swaks_send
letter gw.office.example 2 "$TOP" \
    "by 2002:a05:6000:1a8b:b0:341:b3c3:6fb4 with SMTP id bv11csp1234567wrb" \
    "from 7.friend.example (7.friend.example. [203.0.113.77]) by mx.friend.example with ESMTPS id 999.300.400.500" \
    "from [10.0.0.255] (unknown [10.255.255.254]) by 300.friend.example (Postfix 3.7.11.256) with ESMTPSA id 4F2B" | swaks_send
letter relay.partner.example 3 "from localhost (localhost [127.0.0.1]) by relay.partner.example (8.17.1/8.17.1/Debian-2+deb12u2) with ESMTP id 525A0001 (version=4.300.1.2)" \
    "from 192.168.256.example (192.168.256.example [10.0.0.7]) by domino1.partner.example (Lotus Domino Release 8.5.3FP6.999) with ESMTP id 2026030510000000-1234" |
    lab_in partner sendmail -t -f paul@partner.example
lab_drain partner
letter lists.news.example 4 "from [IPv6:2001:db8::1] (helo=[172.31.255.255]) by lists.news.example with esmtpsa (TLS1.3) tls TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 (Exim 4.96.2.1.300)" \
    "from webmail.news.example ([::ffff:192.168.0.9]) by lists.news.example with HTTP (Roundcube 1.600.3.4)" |
    lab_exim news -odf -t -f paul@news.example
lab_save pcap
