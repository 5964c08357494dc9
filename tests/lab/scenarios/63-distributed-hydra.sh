#!/bin/bash
# hydra's smtp-enum (RCPT) from rented hosts in ten networks, each with its part of the list: four names that do not exist, one that
# does, after which it connects anew, and four more.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 63-distributed-hydra
nets="ovalhost skyrent rackfarm nodeworks hostgarden bizline kabelbiz clecnet officenet oceania"
# shellcheck disable=SC2086 # one word a network
lab_networks $nets
lab_site_mx
lab_dns
lab_postfix_mx mx
lab_capture mx
i=0
for net in $nets; do
    { lab_subscribers $((220 + i * 8)) $((223 + i * 8)); lab_subscribers $i $i; lab_subscribers $((224 + i * 8)) $((227 + i * 8)); } >"$LAB_WORK/users"
    lab_in "$net" hydra -t 1 -L "$LAB_WORK/users" -p example.org smtp-enum://192.0.2.25/rcpt >>"$LAB_WORK/hydra.log" 2>&1 || true
    i=$((i + 1))
done
lab_save pcap.gz
