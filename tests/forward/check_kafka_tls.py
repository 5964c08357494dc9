#!/usr/bin/python3
"""Kafka over TLS, with a certificate of ours, with user and password: what fits arrives, what does not waits and is
told why, and no password is in anything that mxtap says.

    check_kafka_tls.py MXTAP
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import alerts
import check_kafka as kafka
import receivers
import standin_kafka

COUNT = 300
PASSWORD = "not-a-word-of-anybody"
USERS = {"mxtap": PASSWORD}


def make_certificates(folder):
    """For the brokers, of others, and ours."""
    for name, host in (("good", "127.0.0.1"), ("other", "other.example"), ("ours", "ours.example")):
        receivers.certificate(folder, name, host)


def settings_of(security, **more):
    values = {"security": security, **more}
    return ["sinks.siem.%s=%s" % (key, value) for key, value in values.items()]


def try_one(mxtap, capture, folder, relay, settings):
    """What mxtap said."""
    run = kafka.Run(mxtap, folder, "127.0.0.1:%d" % relay.own_port, "outbox.patience=4", *settings)
    words = [mxtap, "replay", "-v", "--forward", "-o", str(folder / "plain.json"), *run.options, str(capture)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=100,
                          env=dict(os.environ, MXTAP_TEST_PASSWORD=PASSWORD, MXTAP_WRONG="something-else"))
    return done.stdout + done.stderr


def cases(folder):
    """Name, what the relay wants, the settings, and a part of the trouble (None: everything arrives)."""
    ca = {"tls_ca": folder / "good-ca.pem"}
    ours = {"tls_cert": folder / "ours.pem", "tls_key": folder / "ours-key.pem"}
    login = {"user": "mxtap", "password": "env:MXTAP_TEST_PASSWORD", **ca}
    users = {"users": USERS}
    return (
        ("tls", {}, settings_of("tls", **ca), None),
        ("an unknown authority", {}, settings_of("tls", tls_ca=folder / "other-ca.pem"), "certificate"),
        ("the system's authorities", {}, settings_of("tls"), "certificate"),
        ("a certificate of ours", {"authority": folder / "ours-ca.pem"}, settings_of("tls", **ca, **ours), None),
        ("none of ours", {"authority": folder / "ours-ca.pem"}, settings_of("tls", **ca), "SSL"),
        ("no TLS", {}, settings_of("plaintext"), ""),
        ("plain", users, settings_of("sasl-plain", **login), None),
        ("scram 256", {"mechanism": "sha256", **users}, settings_of("sasl-scram-256", **login), None),
        ("scram 512", {"mechanism": "sha512", **users}, settings_of("sasl-scram-512", **login), None),
        ("a wrong password", {"mechanism": "sha512", **users},
         settings_of("sasl-scram-512", **dict(login, password="env:MXTAP_WRONG")), "uthentication"),
    )


def check_case(case, mxtap, capture, wanted, folder):
    name, wants, settings, trouble = case
    mock = kafka.Mock(1, 2)
    relay = standin_kafka.Relay(int(mock.brokers.rpartition(":")[2]), folder / "good.pem", folder / "good-key.pem",
                                **wants)
    place = folder / name.replace(" ", "-")
    place.mkdir()
    said = try_one(mxtap, capture, place, relay, settings)
    if trouble is None:
        kafka.check(name, wanted, mock.read())
        if wants.get("users") and set(relay.logins) != {"mxtap"}:
            kafka.problems.append("%s: nobody has logged in" % name)
        if wants.get("authority") and relay.subjects != {"ours.example"}:
            kafka.problems.append("%s: certificates of %s" % (name, relay.subjects))
    else:
        count = len(mock.read())
        lines = [line for line in said.splitlines() if "siem" in line and trouble in line]
        print("%-24s records %d  %s" % (name, count, lines[0][:120] if lines else "NO TROUBLE TOLD"), flush=True)
        if count or not lines:
            kafka.problems.append("%s: %d records; %s" % (name, count, said[-400:]))
    if PASSWORD in said:
        kafka.problems.append("%s: the password is in: %s" % (name, said))
    relay.close()
    mock.close()


def main():
    mxtap = sys.argv[1]
    if not kafka.MOCK.exists() or not shutil.which("openssl"):
        print("skipped: Kafka is not built in, or openssl is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="mxtap-kafka-") as name:
        folder = pathlib.Path(name)
        capture = folder / "alerts.pcap"
        alerts.write(capture, COUNT)
        wanted = alerts.expected(mxtap, capture)
        make_certificates(folder)
        for case in cases(folder):
            check_case(case, mxtap, capture, wanted, folder)
    for problem in kafka.problems:
        print(problem)
    sys.exit(1 if kafka.problems else 0)


if __name__ == "__main__":
    main()
