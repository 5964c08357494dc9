#!/bin/bash
# A prober over IPv6: VRFY (switched off here), EXPN, and RCPT with RSET after each.
set -euo pipefail
# shellcheck source=tests/lab/lib.sh
. "$(dirname "$0")/../lib.sh"
lab_open 29-prober-ipv6
lab_site_mx
lab_site six host.six.test 198.18.66.97 2001:db8:bad::97
lab_dns
lab_postfix_mx mx "disable_vrfy_command = yes"
lab_capture mx
{
    echo "S: EHLO host.six.test"
    for u in anna alban bob bodo; do echo "S: VRFY $u@example.org"; done
    echo "S: EXPN staff"
    for u in anna alban bob bodo carla caspar; do
        printf '%s\n' "S: MAIL FROM:<x@six.test>" "S: RCPT TO:<$u@example.org>" "S: RSET"
    done
    echo Q
} | lab_in six "$PY" "$LAB_CLIENTS/dialogue.py" 2001:db8:2::25
lab_save pcapng
