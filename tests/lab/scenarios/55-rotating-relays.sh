#!/bin/bash
# The story: Exim refuses a message of 1762 octets for want of a Message-ID (553), and within seconds the very same sender, recipient and
# size come from four other relays of other organisations.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 55-rotating-relays
lab_networks bizline kabelbiz clecnet rackfarm postwave
lab_site_exim
lab_dns
# shellcheck disable=SC2034,SC2016 # read by lab_exim_mx; Exim expands it
LAB_EXIM_DATA='${if def:h_Message-ID: {accept}{deny message = 553 Message-ID missing}}'
lab_exim_mx exim
lab_capture exim
relay() {
    lab_in "$1" "$PY" "$LAB_CLIENTS/envelope.py" 198.51.100.26 "$2" "$3" lindsay@talk21.test jane@example.net 1762 no-id
}
relay bizline 198.18.60.13 gateway.garage.example
relay kabelbiz 198.18.61.12 mail.winery.example
relay clecnet 198.18.62.10 mail.museum.example
relay rackfarm 198.18.72.11 mail.linuxclub.example
relay postwave 198.18.105.20 o20.outbound.postwave.example
lab_save pcap
