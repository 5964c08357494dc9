#!/bin/bash
# Six spam engines straight to the MX, one message each: HELO is a single label, localhost, its bare address, another address in
# brackets, its own dynamic name, the name of the server itself. Loose lower-case commands, no Received, Message-ID, Date or QUIT.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 30-zombies
lab_site_mx
lab_site cable cable.example 100.64.9.11
lab_addr cable 100.64.9.12 100.64.9.13 100.64.9.14 100.64.9.15 100.64.9.16
lab_dns
lab_postfix_mx mx
lab_capture mx
zombie() { lab_in cable "$PY" "$LAB_CLIENTS/zombie.py" 192.0.2.25 "$@"; }
zombie 100.64.9.11 polite WINXP-4F2A anna@example.org
zombie 100.64.9.12 polite localhost bob@example.org
zombie 100.64.9.13 polite 100.64.9.13 carla@example.org
zombie 100.64.9.14 polite "[192.168.1.2]" dave@example.org
zombie 100.64.9.15 polite 100-64-9-15.dyn.cable.example erik@example.org
zombie 100.64.9.16 polite mx.example.org fiona@example.org
lab_save pcap
