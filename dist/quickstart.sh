#!/bin/bash
# From a fresh Debian 12 to the first alerts: installs what building needs (as root, where something
# is missing), builds mxtap, replays the captures in pcaps/ and shows what it found.
#
#   dist/quickstart.sh [BUILD_FOLDER]      default: build/release
set -euo pipefail

top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
build=${1:-$top/build/release}

step() {
    printf '\n== %s\n' "$*"
}

# quietly COMMAND...: its output only where it fails.
quietly() {
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 || status=$?
    if [ $status != 0 ]; then
        tail -n 40 "$log" >&2
    fi
    rm -f "$log"
    return $status
}

step 'Packages (dist/packages-build.txt)'
"$top/dist/install-packages.sh" "$top/dist/packages-build.txt"
echo 'All there.'

step "Building in $build"
SECONDS=0
quietly cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF
quietly cmake --build "$build" --target mxtap --parallel "$(nproc)"
echo "Built in $SECONDS seconds."

step 'Alerts in pcaps/'
alerts=$(mktemp)
trap 'rm -f "$alerts"' EXIT
"$build/mxtap" replay -q -o "$alerts" "$top/pcaps"
"$build/mxtap" replay -q --format text "$top/pcaps"

step "$(wc -l <"$alerts") alerts; the first one as a SIEM gets it"
head -n 1 "$alerts"

step 'The dialogue behind the prober of pcaps/20-prober-story.pcap'
"$build/mxtap" show -q "$top/pcaps/20-prober-story.pcap"

step 'Now try'
cat <<END
    $build/mxtap replay CAPTURE...     your own capture files, alerts as JSON
    $build/mxtap show CAPTURE...       the SMTP dialogues in them
    $build/mxtap detectors             what it looks for
    $build/mxtap run -i eth1 --set service.user=nobody
                                       the live sensor on the interface eth1, as root, until ^C
docs/install.md tells how it becomes a package and a service.
END
