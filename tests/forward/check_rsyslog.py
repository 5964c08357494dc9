#!/usr/bin/python3
"""rsyslog, the real one, with the files of dist/siem/rsyslog and the certificates of the page: TLS, TCP, UDP.

    check_rsyslog.py MXTAP
"""
import os
import pathlib
import sys

import scene
import syslogs


class Rsyslog(syslogs.Receiver):
    NAME = "rsyslog"
    CONTENT = "dist/siem/rsyslog"
    INSTALLED = "/etc/rsyslog-mxtap"
    BEFORE = 'global(workDirectory="@FOLDER@")\n'
    PORTS = {"6514": '"6514"', "1514": '"1514"'}

    def words(self):
        return ["rsyslogd", "-n", "-f", self.folder / "daemon.conf", "-i", self.folder / "daemon.pid"]


if __name__ == "__main__":
    modules = pathlib.Path("/usr/lib/%s-linux-gnu/rsyslog" % os.uname().machine)
    if not all((modules / name).exists() for name in ("lmnsd_gtls.so", "lmnsd_ossl.so", "mmjsonparse.so")):
        print("skipped: rsyslog, rsyslog-gnutls and rsyslog-openssl are not all installed")
        sys.exit(scene.SKIP)
    OTHERS = [("ossl", [('"gtls"', '"ossl"')])]
    scene.main(lambda stage: syslogs.check(stage, Rsyslog, OTHERS), needs=("rsyslogd", "openssl"))
