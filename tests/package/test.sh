#!/bin/bash
# Makes the package and uses it as an operator does: install, run, upgrade, remove, purge.
#
#   tests/package/test.sh        WORK=folder keeps the build there
#
# The machine itself is not changed: all of it happens in namespaces (mounts, processes, network), on an
# overlay of the running system whose upper layer is a tmpfs. The tools and libraries are those that are
# installed; nothing is fetched. Exit status 77 (skipped) where that cannot be done.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
top=$(cd -- "$here/../.." && pwd)

skip() {
    echo "package: $*"
    exit 77
}
die() {
    echo "package: $*" >&2
    exit 1
}

# Two packages; the second differs in its version, and in a line of the configuration.
make_packages() {
    cmake -S "$top" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF
    cmake --build "$work/build" --parallel "$(nproc)"
    rm -rf "$work/first" "$work/second" "$work/tree" "$work/things"
    cpack --config "$work/build/CPackConfig.cmake" -B "$work/first"
    cpack --config "$work/build/CPackConfig.cmake" -B "$work/second" -D CPACK_PACKAGE_VERSION=99.1.0
    mkdir "$work/things"
    cp "$work"/first/mxtap_*.deb "$work/things/first.deb"
    dpkg-deb -R "$work"/second/mxtap_99.1.0-*.deb "$work/tree"
    echo '# a later version' >>"$work/tree/etc/mxtap/mxtap.yaml"
    dpkg-deb --root-owner-group -b "$work/tree" "$work/things/second.deb"
    cp "$here/use.sh" "$top/pcaps/20-prober-story.pcap" "$work/things"
}

# What is in the upper layer and was not in the machine, or is no longer there; dpkg's own records and the
# copies that useradd makes of its files aside.
left() {
    local path
    find upper -mindepth 1 -printf '%P\n' | sort | while read -r path; do
        case $path in
            var/lib/dpkg/* | var/log/dpkg.log | etc/*- | etc/.pwd.lock | etc/sub[ug]id) ;;
            var/log/lastlog | var/log/faillog | var/lib/systemd*) ;;
            *) [ -e "/$path" ] && [ ! -c "upper/$path" ] || echo "/$path" ;;
        esac
    done
    grep -l mxtap root/etc/{passwd,group,shadow,gshadow} || true
}

# The root of namespaces of its own.
use_packages() {
    mount --make-rprivate /
    mkdir -p "$work/layers"
    mount -t tmpfs layers "$work/layers"
    cd "$work/layers"
    mkdir upper scratch root
    mount -t overlay overlay -o "lowerdir=/,upperdir=$PWD/upper,workdir=$PWD/scratch" root 2>/dev/null ||
        skip 'needs overlayfs'
    mount -t proc proc root/proc
    mount -t sysfs sysfs root/sys 2>/dev/null || true
    mount --bind /dev root/dev
    mount -t tmpfs run root/run
    mount -t tmpfs tmp root/tmp
    cp "$work"/things/* root/tmp
    mkdir -p root/etc/systemd/system/multi-user.target.wants
    left >before
    chroot root /bin/bash /tmp/use.sh
    left | diff before - || die 'is left after the purge (>)'
    echo 'package: installed, ran, upgraded, removed, purged; nothing is left'
}

work=${2:-${WORK:-}}
case ${1:-} in
    make) make_packages ;;
    use) use_packages ;;
    *)
        [ "$(id -u)" = 0 ] || skip 'needs root'
        unshare --mount --pid --net --fork true 2>/dev/null || skip 'needs namespaces'
        if [ -z "$work" ]; then
            work=$(mktemp -d)
            trap 'rm -rf "$work"' EXIT
        fi
        mkdir -p "$work"
        if ! "$0" make "$work" >"$work/log" 2>&1; then
            tail -n 40 "$work/log" >&2
            die 'the package cannot be made'
        fi
        name=$(basename "$work"/first/mxtap_*.deb)
        [[ $name =~ ^mxtap_[0-9.]+-[0-9]+_[a-z0-9]+\.deb$ ]] || die "the package is called $name"
        if command -v lintian >/dev/null; then
            lintian --allow-root --fail-on error,warning "$work/things/first.deb" || die 'lintian complains'
        fi
        status=0
        unshare --mount --pid --net --ipc --uts --fork --kill-child "$0" use "$work" || status=$?
        exit $status
        ;;
esac
