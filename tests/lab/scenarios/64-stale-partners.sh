#!/bin/bash
# After a company has sent half of its people away, 13 organisations write to address lists of ten of which four are gone, and a newsletter's
# pool to 60 readers of which nine are gone: 61 unknown names within an hour, but no network has half of its own unknown.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 64-stale-partners
lab_networks bizline kabelbiz clecnet officenet ovalhost rackfarm hostgarden webpost postwave sendhaus nordbank college ministry bigmail-a bigmail-b bigmail-c
lab_site_mx
lab_dns
lab_postfix_mx mx
lab_capture mx
# circular SITE SOURCE SENDER FIRST-KNOWN COUNT FIRST-GONE COUNT: one message, known and gone readers mixed.
circular() {
    local helo
    helo=$(lab_hosts | awk -v a="$2" '$1 == a { print $5 == "-" ? $4 : $5 }')
    {
        printf '%s\n' "S: EHLO $helo" "S: MAIL FROM:<$3>"
        paste -d '\n' <(lab_subscribers "$4" $(($4 + $5 - 1))) <(lab_subscribers "$6" $(($6 + $7 - 1))) | sed '/^$/d; s/.*/S: RCPT TO:<&@example.org>/'
        printf '%s\n' "S: DATA" M "Received: from pc4 (pc4 [10.2.2.4]) by $helo; Thu, 5 Mar 2026 10:00:00 +0100" "From: <$3>" \
            "To: undisclosed-recipients:;" "Subject: Circular of ${3#*@}" "Date: Thu, 5 Mar 2026 10:00:00 +0100" "Message-ID: <circular.$4@${3#*@}>" \
            "" "Dear all, these are our news." END Q
    } | lab_in "$1" "$PY" "$LAB_CLIENTS/dialogue.py" 192.0.2.25 "$2"
}
i=0
for one in bizline:198.18.60.13 kabelbiz:198.18.61.12 clecnet:198.18.62.10 officenet:198.18.63.11 ovalhost:198.18.70.11 rackfarm:198.18.72.11 \
    hostgarden:198.18.74.11 webpost:198.18.104.14 postwave:198.18.105.20 sendhaus:198.18.106.22 nordbank:198.18.111.5 college:198.18.112.6 \
    ministry:198.18.113.7; do
    circular "${one%:*}" "${one#*:}" "news@${one%:*}.example" $((i * 6)) 6 $((220 + i * 4)) 4
    i=$((i + 1))
done
for j in 0 1 2; do
    one=(bigmail-a:198.18.100.14 bigmail-b:198.18.101.19 bigmail-c:198.18.102.31)
    circular "${one[j]%:*}" "${one[j]#*:}" club@bigmail.example $((80 + j * 17)) 17 $((280 + j * 3)) 3
done
lab_save pcap.gz
