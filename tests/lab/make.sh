#!/bin/bash
# Makes the captures: make.sh [NAME...] runs all scenarios, or those named (01-queue-mail, or just 01). OUT=DIR changes the folder.
# The big sets are made when they are named: make.sh bulk, or bulk/benign-offices.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
failed=()
run() {
    local start=$SECONDS
    if timeout -k 5 "${LAB_LIMIT:-300}" bash "$1"; then
        echo "make: $(basename "$1" .sh) in $((SECONDS - start)) s" >&2
    else
        failed+=("$(basename "$1" .sh)")
    fi
}
if [ $# = 0 ]; then
    for s in "$here"/scenarios/*.sh; do run "$s"; done
fi
for name in "$@"; do
    found=0
    for s in "$here/scenarios/$name".sh "$here/scenarios/$name"-*.sh "$here/scenarios/$name"/*.sh; do
        [ -f "$s" ] || continue
        found=1
        run "$s"
    done
    [ "$found" = 1 ] || failed+=("$name (no such scenario)")
done
if [ ${#failed[@]} -gt 0 ]; then
    printf 'make: failed: %s\n' "${failed[@]}" >&2
    exit 1
fi
