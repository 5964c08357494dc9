#!/bin/bash
# Installs what the tests need, builds mxtap in several ways and runs every test in each.
#
#   tests/run.sh [PRESET...]      default: clang asan tsan dev (see CMakePresets.json)
#
# BUILD_ROOT=folder puts the builds elsewhere than build/. Ends with the summaries of ctest, with the tables
# of true and false positives by detector and of faults in forwarding, and with 0 if every build worked
# and every test passed.
set -euo pipefail

top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
root=${BUILD_ROOT:-$top/build}
presets=("$@")
[ $# -gt 0 ] || presets=(clang asan tsan dev)
jobs=$(nproc)
status=0

"$top/dist/install-packages.sh" "$top/dist/packages-build.txt" "$top/tests/packages-test.txt"
mkdir -p "$root"
cd "$top"

# one PRESET: builds and tests; what both say is kept in logs beside the build.
one() {
    local build=$root/$1
    rm -f "$build.log"
    printf '\n== %s: building\n' "$1"
    if ! {
        cmake --preset "$1" -B "$build" && cmake --build "$build" --parallel "$jobs"
    } >"$build.build.log" 2>&1; then
        grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking)' "$build.build.log" | tail -n 60
        return 1
    fi
    printf '== %s: testing\n' "$1"
    ctest --test-dir "$build" --parallel "$jobs" --output-on-failure 2>&1 | tee "$build.log"
}

for preset in "${presets[@]}"; do
    SECONDS=0
    one "$preset" || status=1
    printf '== %s: %d seconds\n' "$preset" "$SECONDS"
done

for preset in "${presets[@]}"; do
    printf '\n== %s\n' "$preset"
    if [ -s "$root/$preset.log" ]; then
        sed -n '/tests passed,/,$p' "$root/$preset.log"
    else
        echo 'does not build'
    fi
done
for preset in "${presets[@]}"; do
    for table in e2e/detectors forward/faults; do
        file=$root/$preset/tests/$table.txt
        [ ! -s "$file" ] || { printf '\n== %s: %s\n' "$preset" "${table#*/}" && cat "$file"; }
    done
done
exit $status
