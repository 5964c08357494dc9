#!/bin/bash
# Makes a few captures anew, with the real software, and holds them against their rows in pcaps/README.md:
#
#   live.sh E2E_COMMAND... -- SCENARIO...     E2E_COMMAND takes --pcaps FOLDER claims at its end
#
# Exit status 77 (skipped) where this is no root or no namespaces can be made.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

command=()
while [ "$1" != -- ]; do
    command+=("$1")
    shift
done
shift

if [ "$(id -u)" != 0 ] || ! unshare -nm true 2>/dev/null; then
    echo 'live: needs root and network namespaces'
    exit 77
fi
"$here/install.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
OUT=$folder "$here/make.sh" "$@"

# The table's rows of just these captures.
{
    grep '^| capture ' "$here/../../pcaps/README.md"
    echo '|---|---|---|---|---|---|---|---|'
    for scenario in "$@"; do
        grep -F "| [$scenario." "$here/../../pcaps/README.md"
    done
} >"$folder/README.md"
"${command[@]}" --pcaps "$folder" claims
