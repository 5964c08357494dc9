#!/bin/bash
# hydra's smtp-enum in RCPT mode with a list of names, one connection at a time; after each hit it connects anew.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 23-hydra-rcpt
lab_site_mx
lab_site_tools
lab_dns
lab_postfix_mx mx
lab_capture mx
printf '%s\n' admin test guest backup webmaster oracle www anna mysql ftp user support sysadmin operator bob carla jane >"$LAB_WORK/users"
lab_in tools hydra -t 1 -L "$LAB_WORK/users" -p example.org smtp-enum://192.0.2.25/rcpt >"$LAB_WORK/hydra.log" 2>&1 || true
lab_save pcap
