#!/bin/bash
# Installs what the lab needs on Debian 12, as root. tests/packages-test.txt has the ordinary packages; here are the two mail servers,
# which need care: no daemon may start on this machine, nothing may take over its mail, and their packages exclude each other.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/lab/lib.sh
. "$here/lib.sh"
PATH=$PATH:/usr/sbin:/sbin

mapfile -t packages < <(grep -v '^#' "$here/../packages-test.txt")
missing=()
for p in "${packages[@]}" postfix; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null || true)" = installed ] || missing+=("$p")
done
policy=/usr/sbin/policy-rc.d
if [ ${#missing[@]} -gt 0 ]; then
    apt-get -qq update
    # 101 forbids the start of services. Where the machine has a policy of its own, that one stays.
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod 755 $policy
        trap 'rm -f $policy' EXIT
    fi
    debconf-set-selections <<'END'
postfix postfix/main_mailer_type select No configuration
wireshark-common wireshark-common/install-setuid boolean false
END
    apt-get -qq -y --no-install-recommends install "${missing[@]}" >/dev/null
fi
lab_exim_unpack
