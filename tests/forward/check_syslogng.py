#!/usr/bin/python3
"""syslog-ng, the real one, with the files of dist/siem/syslog-ng and the certificates of the page: TLS, TCP, UDP.

    check_syslogng.py MXTAP

Debian's packages of rsyslog and syslog-ng exclude each other, so syslog-ng is fetched and unpacked into the build
folder, with the libraries that it needs.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import scene
import syslogs

PACKAGES = ("syslog-ng-core", "libivykis0", "libnet1", "libwrap0", "libpcre3")
BUILD = pathlib.Path(os.environ.get("MXTAP_BUILD", tempfile.gettempdir()))
ROOT = BUILD / "syslog-ng"


def libraries():
    return "%s:%s" % (ROOT / ("usr/lib/%s-linux-gnu" % os.uname().machine), ROOT / "usr/lib/syslog-ng")


class SyslogNg(syslogs.Receiver):
    NAME = "syslog-ng"
    CONTENT = "dist/siem/syslog-ng"
    INSTALLED = "/etc/syslog-ng/mxtap"
    BEFORE = "@version: 3.38\n"
    PORTS = {"6514": "port(6514)", "1514": "port(1514)"}

    def words(self):
        modules = next((ROOT / "usr/lib/syslog-ng").glob("[0-9]*"))
        return ["env", "LD_LIBRARY_PATH=" + libraries(), ROOT / "usr/sbin/syslog-ng", "-F", "--no-caps",
                "--stderr", "-f", self.folder / "daemon.conf", "--module-path=%s" % modules,
                "-R", self.folder / "persist", "-c", self.folder / "control", "-p", self.folder / "pid"]


def fetch():
    """Unpacks the packages; what was wrong, or ''."""
    if (ROOT / "usr/sbin/syslog-ng").exists():
        return ""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return "no apt-get"
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        done = subprocess.run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *PACKAGES],
                              cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            return "syslog-ng cannot be fetched: " + done.stderr[-200:].strip()
        tree = pathlib.Path(folder) / "tree"
        for package in sorted(pathlib.Path(folder).glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", package, tree], check=True)
        tree.chmod(0o755)
        tree.rename(ROOT)
    return ""


def works():
    done = subprocess.run([ROOT / "usr/sbin/syslog-ng", "--help"], capture_output=True, check=False,
                          env=dict(os.environ, LD_LIBRARY_PATH=libraries()))
    return done.returncode == 0


if __name__ == "__main__":
    # Within the namespaces there is no network.
    WRONG = "" if os.environ.get("MXTAP_FORWARD_INSIDE") == "1" else fetch()
    if WRONG or not works():
        print("skipped: " + (WRONG or "syslog-ng does not run here"))
        sys.exit(scene.SKIP)
    scene.main(lambda stage: syslogs.check(stage, SyslogNg), needs=("openssl",))
