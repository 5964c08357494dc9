#!/bin/bash
# People and programs that fail to log in and are no guessers: an office with two users who mistype theirs twice each and then give
# up or get it right, and a phone in another network whose password was changed and that tries again four times. Then the data base of
# users is down: the office's program is told 454 twelve times. No password was judged there, so none was refused.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/lab/servers/auth.sh
. "$LAB_DIR/servers/auth.sh"
lab_open 41-auth-typos
lab_site_mx
lab_site_office
lab_site cable cable.example 100.64.9.51
lab_dns
lab_sasl mx
lab_postfix_mx mx "${LAB_AUTH[@]}"
lab_capture mx
login() { # SITE USER PASSWORD
    lab_in "$1" swaks --server 192.0.2.25 --quit-after AUTH --auth PLAIN --auth-user "$2" --auth-password "$3" >>"$LAB_WORK/swaks.log" 2>&1 || true
}
for word in "Correct horse" "correcthorse" "correct horse"; do login office jane "$word"; done
for word in "corect horse" "battery"; do login office karl "$word"; done
for _ in 1 2 3 4; do login cable olga "the old one"; done
lab_in mx fuser -k -n tcp 10024 >/dev/null 2>&1
lab_sasl mx down
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do login office jane "correct horse"; done
lab_save pcap
