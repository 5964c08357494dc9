#!/bin/bash
# Message-IDs that are right although they look odd: quoted, domain literal, no dot, underscore, folded, a comment, other spellings of the
# field's name; from outside. And messages without any from hosts of home_net.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 79-odd-message-id
lab_site_mx
lab_site_office
lab_site_partner
lab_site_news
lab_networks acme
lab_dns
lab_postfix_mx mx
lab_postfix_queue partner partner.example
lab_exim_queue news
lab_capture mx
# letter FROM TO FIELD: the field of the Message-ID as it is to be written.
letter() {
    printf 'From: %s\nTo: %s\nSubject: hello\nDate: Thu, 5 Mar 2026 10:00:00 +0100\n%b\n\nHow are you?\n' "$1" "$2" "$3"
}
LONG=$(printf 'x%.0s' {1..180})
# shellcheck disable=SC2016 # the dollar is a part of the id
for id in 'Message-ID: <"a b"@office.example>' 'Message-ID: <4711@[10.1.2.4]>' 'Message-ID: <4711@[IPv6:2001:db8::4]>' 'Message-ID: <4711@server>' \
    'Message-ID: <_x.$y#z!{|}~@my_host.office_example>' "message-id:\n <$LONG@office.example>" 'MESSAGE-ID:<4712@office.example>' \
    'Message-Id : <4713@office.example>' 'Message-ID: <4714@office.example> (added by the mailer)' 'Message-ID: <"quoted\\"quote"@office.example>'; do
    letter clara@office.example anna@example.org "$id" |
        lab_in office swaks --server 192.0.2.25 --ehlo gw.office.example --from clara@office.example --to anna@example.org --data - >>"$LAB_WORK/swaks.log"
done
letter clara@partner.example bob@example.org 'Message-ID: <"folded and\n quoted"@partner.example>' | lab_in partner sendmail -t -f clara@partner.example
lab_drain partner
letter clara@news.example carla@example.org "Message-ID:\n\t<$LONG@\n news.example>" | lab_exim news -odf -t -f clara@news.example
for host in nas1 ups-keller; do
    printf 'From: %s@acme.example\nTo: anna@example.org\nSubject: backup of %s\nDate: Thu, 5 Mar 2026 03:00:00 +0100\n\nThe backup is complete.\n' $host $host >"$LAB_WORK/letter"
    address=$(lab_hosts | awk -v n="$host.intern.acme.example" '$5 == n || $4 == n { print $1; exit }')
    lab_in acme swaks --local-interface "$address" --server 192.0.2.25 --ehlo $host.intern.acme.example --from $host@acme.example \
        --to anna@example.org --data - <"$LAB_WORK/letter" >>"$LAB_WORK/swaks.log"
done
lab_save pcap
