#!/bin/bash
# hydra's smtp-enum in VRFY mode with a list of 12 names, two connections at a time.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 24-hydra-vrfy
lab_site_mx
lab_site_tools
lab_dns
lab_postfix_mx mx
lab_capture mx
printf '%s\n' root admin anna test guest bob info backup webmaster carla mysql oracle >"$LAB_WORK/users"
lab_in tools hydra -t 2 -L "$LAB_WORK/users" -p example.org smtp-enum://192.0.2.25/vrfy >"$LAB_WORK/hydra.log" 2>&1 || true
lab_save pcap
