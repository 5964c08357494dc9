#!/bin/bash
# Spam engines that do not listen: two send everything at once after the greeting, one speaks before the greeting.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 31-zombies-blind
lab_site_mx
lab_site cable cable.example 100.64.9.21
lab_addr cable 100.64.9.22 100.64.9.23
lab_dns
lab_postfix_mx mx
lab_capture mx
zombie() { lab_in cable "$PY" "$LAB_CLIENTS/zombie.py" 192.0.2.25 "$@"; }
zombie 100.64.9.21 blind HOME-PC greta@example.org
zombie 100.64.9.22 blind localhost hugo@example.org
zombie 100.64.9.23 early localhost ines@example.com
lab_save pcap
