#!/bin/bash
# Installs the Debian packages that the given lists name (one a line) and that are missing; needs
# root only then. No service is started by it, and no question asked.
#
#   install-packages.sh LIST...
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

die() {
    echo "install-packages.sh: $*" >&2
    exit 1
}

[ $# -gt 0 ] || die "usage: install-packages.sh LIST..."
missing=()
while read -r package; do
    case $package in
        '' | '#'*) continue ;;
    esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] ||
        missing+=("$package")
done < <(sort -u "$@")
[ ${#missing[@]} -gt 0 ] || exit 0
echo "Installing ${#missing[@]} packages: ${missing[*]}"
[ "$(id -u)" = 0 ] || die "needs root to install packages"

apt=(apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0)
log=$(mktemp)
policy=/usr/sbin/policy-rc.d
our_policy=
tidy() {
    rm -f "$log"
    if [ -n "$our_policy" ]; then
        rm -f "$policy"
    fi
}
trap tidy EXIT

# Exit status 101 forbids to start a service. A policy that the machine has already is left alone.
if [ ! -e "$policy" ]; then
    our_policy=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

# What the packages would ask.
debconf-set-selections <<'END'
postfix postfix/main_mailer_type select No configuration
wireshark-common wireshark-common/install-setuid boolean false
END

# try COMMAND...: three times, in silence unless it fails.
try() {
    local left=3
    until "$@" >"$log" 2>&1; do
        left=$((left - 1))
        if [ "$left" = 0 ]; then
            tail -n 20 "$log" >&2
            die "does not work: $*"
        fi
        sleep 5
    done
}
try "${apt[@]}" update
try "${apt[@]}" --no-install-recommends install "${missing[@]}"
