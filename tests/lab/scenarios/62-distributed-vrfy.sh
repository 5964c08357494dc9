#!/bin/bash
# A harvest at Exim by VRFY, two names a session, three sessions from different hosts of each of eleven networks, IPv4 and IPv6. The
# last network asks by RCPT. Of 67 names 66 do not exist.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 62-distributed-vrfy
nets="ovalhost skyrent rackfarm nodeworks hostgarden bizline kabelbiz clecnet oceania townhall"
# shellcheck disable=SC2086 # one word a network
lab_networks $nets officenet
lab_site_exim
lab_dns
lab_exim_mx exim
lab_capture exim
i=0
for net in $nets; do
    for host in 11 14 17; do
        source=$(lab_net "$net" $host) server=198.51.100.26
        [[ $source != *:* ]] || server=2001:db8:51::26
        {
            echo "S: EHLO $(lab_ptr "$source")"
            lab_subscribers $i $((i + 1)) | sed 's/.*/S: VRFY &@example.net/'
            echo Q
        } | lab_in "$net" "$PY" "$LAB_CLIENTS/dialogue.py" $server "$source"
        i=$((i + 2))
    done
done
for host in 11 14; do
    {
        echo "S: EHLO $(lab_ptr 198.18.63.$host)"
        echo "S: MAIL FROM:<info@officenet.example>"
        lab_subscribers $i $((i + 2)) | sed 's/.*/S: RCPT TO:<&@example.net>/'
        [ $host = 11 ] || echo "S: RCPT TO:<jane@example.net>"
        echo Q
    } | lab_in officenet "$PY" "$LAB_CLIENTS/dialogue.py" 198.51.100.26 198.18.63.$host
    i=$((i + 3))
done
lab_save pcap.gz
