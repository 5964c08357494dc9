#!/usr/bin/python3
"""The records of a live run, with one worker and with two, are those of the replay of the capture that
tcpdump takes beside it. The traffic is all of pcaps/, some of it in VLANs, tunnels, fragments and IPv6."""
import gzip
import shutil
import signal
import time

import alike
import harness
import place as live
from place import call

# What becomes of which capture on its way to the wire; the others pass as they are.
VARIANTS = {"20-prober-story.pcap": "vlan", "27-harvest.pcap": "qinq", "30-zombies.pcap": "gre",
            "32-empty-messages.pcap": "erspan2", "35-mixed-day.pcap.gz": "vxlan", "21-prober-exim.pcap": "geneve",
            "40-auth-clear.pcap": "ipip", "51-helo-spoof.pcap": "mpls", "37-hydra-auth.pcap": "pppoe",
            "70-forged-received.pcap": "v6", "33-blank-messages.pcap": "frag", "31-zombies-blind.pcap": "frag576",
            "23-hydra-rcpt.pcap": "v6frag", "80-smuggling-postfix.pcap": "vxlan-frag", "24-hydra-vrfy.pcap": "6in4",
            "84-early-talkers.pcap": "erspan1", "86-protocol-abuse.pcap": "vxlan6", "92-relay-probe.pcap": "pppoe-vlan"}
SETTINGS = ("--set", "capture.tunnels=gre,vxlan,geneve,ipip,mpls,pppoe",
            "--home-net", "198.18.110.0/24,2001:db8:700:1::/64,192.0.2.0/24")
# As few packets a second as a sanitizer's build takes too.
RATE = 2500


def prepare(place):
    """The captures as tcpreplay takes them."""
    made = []
    for capture in sorted(place.pcaps.iterdir()):
        if not harness.CAPTURE_NAME.search(capture.name):
            continue
        out = place.folder / ("send-" + capture.name.removesuffix(".gz"))
        variant = VARIANTS.get(capture.name)
        if variant:
            call(place.options.variant, variant, capture, out)
        elif capture.suffix == ".gz":
            with gzip.open(capture) as packed, open(out, "wb") as plain:
                shutil.copyfileobj(packed, plain)
        else:
            out = capture
        made.append(out)
    return made


def compare(place, sensor, replayed, title, ordered):
    records = sensor.records()
    problems, greatest = alike.differences(records, replayed, ordered=ordered)
    place.check(title, not problems and records, problems[0] if problems else
                "%d records, %d alerts of %d detectors; times differ by at most %.3f ms" %
                (len(records), len(harness.of_kind(records, "alert")), len(harness.cases(records)), 1000 * greatest))


def watch(place, wire, traffic, nano, rate):
    """One run beside tcpdump; the sensors with one and two workers see the same packets."""
    place.wire(wire)
    dump = place.dump(wire + ".pcap", wire, nano=nano)
    sensors = [place.sensor("%s-%d" % (wire, workers), wire, *SETTINGS, workers=workers, kinds="alert,smtp,stats")
               for workers in (1, 2)]
    sent, _ = place.send(wire + "-in", *traffic, pps=rate)
    time.sleep(1)
    for sensor in sensors:
        status, took = sensor.stop(signal.SIGTERM)
        place.check("%s: ends with status 0 within 2 s" % sensor.name, status == 0 and took < 2, "%.2f s" % took)
    capture = dump.stop()
    replayed = place.replay(capture, *SETTINGS)
    for sensor, ordered in zip(sensors, (True, False), strict=True):
        stats = sensor.records("stats")[-1]["mxtap"]["capture"]
        lost = stats["kernel_drops"] + stats["interface_drops"]
        place.check("%s: nothing lost of %d packets" % (sensor.name, sent), lost == 0,
                    "%d passed the filter, %d lost" % (stats["packets"], lost))
    for sensor, ordered in zip(sensors, (True, False), strict=True):
        sensor.out.write_bytes(b"".join(line for line in sensor.out.read_bytes().splitlines(True)
                                        if b'"event_type":"stats"' not in line))
        compare(place, sensor, replayed, "%s: records are those of the replay" % sensor.name, ordered)


def run(place):
    traffic = prepare(place)
    # Each capture asks the clock by itself, as on any machine.
    watch(place, "own", traffic, nano=False, rate=RATE)
    # The kernel stamps each packet once: the times are the same to the nanosecond, so everything is.
    with live.stamped():
        watch(place, "same", traffic[::3], nano=True, rate=RATE)


if __name__ == "__main__":
    live.main(run)
