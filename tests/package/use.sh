#!/bin/bash
# Inside the copy of the system that test.sh makes: what an operator does with the package, checked step by step.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
unit=/lib/systemd/system/mxtap.service
config=/etc/mxtap/mxtap.yaml
records=/var/log/mxtap/eve.json
past=/var/lib/mxtap/past.db
service=

die() {
    echo "package: $*" >&2
    [ ! -s /tmp/service.log ] || tail -n 20 /tmp/service.log >&2
    exit 1
}
step() {
    echo "-- $*"
}
# package COMMAND...: dpkg without the triggers of the rest of the system, and its words only where it fails.
package() {
    dpkg --no-triggers --force-confold "$@" >/tmp/dpkg.log 2>&1 || {
        cat /tmp/dpkg.log >&2
        die "dpkg $* fails"
    }
}
# mode PATH 'OWNER:GROUP MODE'
mode() {
    local is
    is=$(stat -c '%U:%G %a' "$1") || die "$1 is missing"
    [ "$is" = "$2" ] || die "$1 is $is, not $2"
}
# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
    local tries=$(($1 * 20))
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || die "gave up waiting for: $*"
        sleep 0.05
    done
}
listens() {
    [ "$(wc -l </proc/net/packet)" -gt 1 ]
}
gone() {
    ! kill -0 "$service" 2>/dev/null
}
# start COMMAND...: the command line of the unit, by COMMAND or else by root.
start() {
    local line
    line=$(sed -n 's/^ExecStart=//p' $unit)
    [[ $line == /usr/bin/mxtap\ run\ * ]] || die "the unit starts '$line'"
    # shellcheck disable=SC2086 # words, as systemd takes them
    "$@" $line 2>>/tmp/service.log &
    service=$!
    wait_for 30 listens
}
# What systemd makes of User, AmbientCapabilities and CapabilityBoundingSet.
as_unit=(setpriv --reuid mxtap --regid mxtap --init-groups --no-new-privs '--inh-caps=-all,+net_raw'
    '--ambient-caps=-all,+net_raw' '--bounding-set=-all,+net_raw')
# replay: a prober, on the wire.
replay() {
    tcpreplay -q -i wire0 --pps 2000 /tmp/20-prober-story.pcap >/tmp/tcpreplay.log 2>&1 ||
        die "tcpreplay: $(cat /tmp/tcpreplay.log)"
}
# alerts N: mx-probe has been found at least so often.
alerts() {
    [ "$(grep -cE '"detector": ?"mx-probe"' $records)" -ge "$1" ]
}
stop() {
    local status=0
    kill -TERM "$service"
    wait "$service" || status=$?
    [ $status = 0 ] || die "the sensor ended with $status"
}

step install
package -i /tmp/first.deb
mode $config 'root:mxtap 640'
mode /var/lib/mxtap 'mxtap:mxtap 750'
mode /var/log/mxtap 'mxtap:mxtap 750'
mode /usr/bin/mxtap 'root:root 755'
mode $unit 'root:root 644'
mode /usr/lib/sysusers.d/mxtap.conf 'root:root 644'
[ "$(getent passwd mxtap | cut -d: -f7)" = /usr/sbin/nologin ] || die 'the user may log in'
dpkg-query -W -f '${Conffiles}\n' mxtap | grep -q "$config" || die 'the configuration is no conffile'
for page in man1/mxtap.1.gz man5/mxtap.yaml.5.gz; do
    mode /usr/share/man/$page 'root:root 644'
done
for file in copyright changelog.Debian.gz records.md detectors/mx-probe.md; do
    mode /usr/share/doc/mxtap/$file 'root:root 644'
done
! pgrep -x mxtap >/dev/null || die 'the sensor runs before an interface is named'
mxtap check -c $config >/dev/null
if command -v systemd-analyze >/dev/null; then
    systemd-analyze verify --man=no $unit || die 'the unit is wrong'
fi

step run
ip link set lo up
ip link add tap0 type veth peer name wire0
ip link set tap0 up
ip link set wire0 up
sed -i -e 's/^  interfaces: .*/  interfaces: "tap0"/' -e 's/^  home_net: .*/  home_net: "192.0.2.0\/24"/' \
    -e 's/^  interval: .*/  interval: 1/' $config
chmod 640 $config
edited=$(sha256sum <$config)
start "${as_unit[@]}"
replay
wait_for 30 alerts 1
[ "$(stat -c %U $records)" = mxtap ] || die "the records are $(stat -c %U $records)'s"
[ "$(ps -o user= -p "$service")" = mxtap ] || die "the sensor runs as $(ps -o user= -p "$service")"
grep -q '^CapEff:.*\b0*$' "/proc/$service/status" || die 'the sensor has capabilities'
stop
[ -s $past ] || die 'nothing is remembered'
mode /var/log/mxtap 'mxtap:mxtap 750'

step rotate
if command -v logrotate >/dev/null; then
    start "${as_unit[@]}"
    logrotate -f -s /tmp/rotation /etc/logrotate.d/mxtap || die 'logrotate fails'
    kill -HUP "$service" # as systemctl reload does
    mode $records 'mxtap:mxtap 640'
    replay
    wait_for 30 alerts 1
    [ -s $records.1 ] || die 'the rotated records are lost'
    stop
fi

step upgrade
remembered=$(stat -c %i $past)
found=$(cat $records* | wc -l)
package -i /tmp/second.deb
[[ $(dpkg-query -W -f '${Version}' mxtap) == 99.1.0-* ]] || die 'is not upgraded'
[ "$(sha256sum <$config)" = "$edited" ] || die 'the edited configuration is lost'
mode $config 'root:mxtap 640'
[ -e $config.dpkg-dist ] || die 'the new configuration is not beside the edited one'
[ "$(stat -c %i $past)" = "$remembered" ] || die 'what is known did not survive'
[ "$(cat $records* | wc -l)" = "$found" ] || die 'the records did not survive'
seen=$(grep -c mx-probe $records)
: >/tmp/service.log
start
replay
wait_for 30 alerts $((seen + 1))
grep -q "$past: goes on with what was known" /tmp/service.log || die 'what was known is forgotten'
[ -z "$(find /var/lib/mxtap -name '*.aside-*')" ] || die 'the past or the outbox was set aside'
mode /var/lib/mxtap/outbox.db 'mxtap:mxtap 600'

step remove
package -r mxtap
gone || die 'the sensor still runs'
wait "$service" || die 'the sensor did not end well'
service=
[ ! -e /usr/bin/mxtap ] || die 'the program is still there'
[ "$(sha256sum <$config)" = "$edited" ] || die 'the configuration went with the program'
for file in $past $records; do
    [ -s "$file" ] || die "$file went with the program"
done

step purge
ln -s $unit /etc/systemd/system/multi-user.target.wants/mxtap.service # as systemctl enable does
package -P mxtap
! getent passwd mxtap >/dev/null || die 'the user is left'
! getent group mxtap >/dev/null || die 'the group is left'
! dpkg-query -W mxtap 2>/dev/null || die 'dpkg still knows it'

step 'without systemd-sysusers'
if command -v systemd-sysusers >/dev/null; then
    mount --bind /dev/null "$(command -v systemd-sysusers)"
fi
package -i /tmp/first.deb
[ "$(getent passwd mxtap | cut -d: -f6,7)" = /var/lib/mxtap:/usr/sbin/nologin ] || die 'the user is another'
mode /var/lib/mxtap 'mxtap:mxtap 750'
package -P mxtap
