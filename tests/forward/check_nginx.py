#!/usr/bin/python3
"""A real nginx before the receiver: check_nginx.py MXTAP.

It ends TLS, asks for a password or a certificate of ours, limits requests and bodies, or stands before a receiver that
is gone. Where it lets nobody in, nothing arrives, nothing is given up, and no secret is told; as soon as it does,
everything arrives.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True

import receivers  # noqa: E402
import replays  # noqa: E402
import standin_http  # noqa: E402
from scene import Failure, wait_for  # noqa: E402

COUNT = 1000
PASSWORD = "dont-tell-anybody"
DOORS = ("password", "certificate", "busy", "small", "gone", "plain")

CONF = """\
daemon off;
pid %(folder)s/nginx.pid;
error_log %(folder)s/error.log;
worker_processes 1;
%(user)s
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path %(folder)s/body;
  proxy_temp_path %(folder)s/proxy;
  fastcgi_temp_path %(folder)s/fastcgi;
  uwsgi_temp_path %(folder)s/uwsgi;
  scgi_temp_path %(folder)s/scgi;
  ssl_certificate %(certificate)s;
  ssl_certificate_key %(key)s;
  proxy_http_version 1.1;
  client_max_body_size 16m;
  limit_req_zone $server_port zone=all:1m rate=20r/s;
  limit_req_status 429;
  server { # a password
    listen 127.0.0.1:%(password)d ssl;
    auth_basic "records";
    auth_basic_user_file %(folder)s/users;
    location / { proxy_pass http://127.0.0.1:%(back)d; }
  }
  server { # a certificate of ours
    listen 127.0.0.1:%(certificate_port)d ssl;
    ssl_client_certificate %(authority)s;
    ssl_verify_client on;
    location / { proxy_pass http://127.0.0.1:%(back)d; }
  }
  server { # so many requests only
    listen 127.0.0.1:%(busy)d;
    limit_req zone=all;
    location / { proxy_pass http://127.0.0.1:%(back)d; }
  }
  server { # bodies that are not large
    listen 127.0.0.1:%(small)d;
    client_max_body_size 40k;
    location / { proxy_pass http://127.0.0.1:%(back)d; }
  }
  server { # a receiver that is gone
    listen 127.0.0.1:%(gone)d;
    location / { proxy_pass http://127.0.0.1:%(nobody)d; proxy_connect_timeout 1s; }
  }
  server { # sends people to TLS
    listen 127.0.0.1:%(plain)d;
    return 301 https://127.0.0.1:%(password)d$request_uri;
  }
}
"""


class Nginx:
    def __init__(self, folder, back):
        self.folder = folder
        folder.mkdir()
        self.ports = {door: receivers.free_port() for door in (*DOORS, "nobody")}
        self.authority, certificate, key = receivers.certificate(folder, "front", "127.0.0.1")
        (folder / "nginx.conf").write_text(CONF % dict(
            self.ports, folder=folder, back=back, authority=self.authority, certificate=certificate, key=key,
            certificate_port=self.ports["certificate"], user="user root;" if os.getuid() == 0 else ""))
        self.let_in("nobody", "x")
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen(["nginx", "-p", str(folder), "-e", str(folder / "error.log"),
                                             "-c", str(folder / "nginx.conf")], stdout=log, stderr=log)
        wait_for("nginx", self._listens, 20)

    def _listens(self):
        if self.process.poll() is not None:
            raise Failure("nginx: " + (self.folder / "log").read_text())
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.ports["plain"])) == 0

    def let_in(self, user, password):
        """nginx reads the file for each request."""
        fresh = self.folder / "users.new"
        fresh.write_text("%s:{PLAIN}%s\n" % (user, password))
        fresh.rename(self.folder / "users")

    def url(self, door, tls):
        return "%s://127.0.0.1:%d" % ("https" if tls else "http", self.ports[door])

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Trial:
    def __init__(self, folder):
        self.folder, self.good = folder, True
        self.capture = folder.capture(COUNT)

    def run(self, what, kind, nginx, door, tls=False, meanwhile=None, **settings):
        """A replay through a door; meanwhile is called beside it with the receiver's stand-in."""
        receiver = {"elastic": standin_http.Bulk, "webhook": standin_http.Webhook}[kind](port=self.back)
        receiver.start()
        if tls:
            settings["tls_ca"] = nginx.authority
        beside = threading.Thread(target=meanwhile, args=(receiver,)) if meanwhile else None
        if beside:
            beside.start()
        run = self.folder.replay([self.capture], type=kind, format="ecs", url=nginx.url(door, tls), **settings)
        if beside:
            beside.join()
        receiver.stop()
        self.report(what, run, receiver)

    def report(self, what, run, receiver):
        found = replays.differences(run.records, receiver)
        if run.status != 0 or len(run.records) != COUNT:
            found.append("exit status %s, %d records: %s" % (run.status, len(run.records), run.said[-300:]))
        if run.dead():
            found.append("dead letters")
        if PASSWORD in run.said:
            found.append("the password was told")
        self.good = self.good and not found
        print("%-52s %5d records, %3d requests, %4d repeated%s"
              % (what, len(receiver.taken), receiver.requests, sum(receiver.taken.values()) - len(receiver.taken),
                 "".join("\n   FAILED: " + one for one in found)), flush=True)

    def nothing_for_a_while(self, receiver):
        time.sleep(0.7)
        if receiver.requests:
            print("   FAILED: %d requests came through a closed door" % receiver.requests)
            self.good = False


def try_all(trial, nginx):
    folder = trial.folder
    user = {"user": "fred", "password": folder.secret("PASSWORD", PASSWORD)}

    def let_in_later(receiver):
        trial.nothing_for_a_while(receiver)
        nginx.let_in("fred", PASSWORD)

    trial.run("TLS and a password, first a wrong one (401): webhook", "webhook", nginx, "password", tls=True,
              meanwhile=let_in_later, **user)
    trial.run("TLS and a password: elastic, gzip", "elastic", nginx, "password", tls=True, gzip="true", **user)
    mine = nginx.authority, nginx.folder / "front.pem", nginx.folder / "front-key.pem"
    trial.run("a certificate of ours", "elastic", nginx, "certificate", tls=True, tls_cert=mine[1], tls_key=mine[2])
    other = receivers.certificate(nginx.folder, "other", "sensor")
    closed(trial, nginx, "no certificate of ours (nginx says 400)", "certificate")
    closed(trial, nginx, "a certificate of another authority", "certificate", tls_cert=other[1], tls_key=other[2])
    trial.run("20 requests a second (429)", "elastic", nginx, "busy", batch=50)
    trial.run("bodies of 40 kB at most (413)", "webhook", nginx, "small")
    closed(trial, nginx, "a receiver that is gone (502)", "gone", tls=False)
    closed(trial, nginx, "http:// to a port of https:// (nginx says 400)", "password", tls=False)
    closed(trial, nginx, "sent elsewhere (301)", "plain", tls=False)


def closed(trial, nginx, what, door, tls=True, **settings):
    """A door that stays closed: nothing arrives, nothing is given up, all waits for a better day."""
    receiver = standin_http.Bulk(port=trial.back).start()
    if tls:
        settings["tls_ca"] = nginx.authority
    run = trial.folder.replay([trial.capture], type="elastic", url=nginx.url(door, tls),
                              **{"outbox.patience": 0.5}, **settings)
    dead, came = run.dead(), len(receiver.taken)
    # Sent past the front, all arrives.
    run.mxtap("outbox", "send", *run.options, "--set", "sinks.siem.url=http://127.0.0.1:%d" % trial.back,
              *(word for name in ("tls_ca", "tls_cert", "tls_key") for word in ("--set", "sinks.siem.%s=" % name)),
              "--set", "outbox.patience=60")
    receiver.stop()
    good = not came and not dead and not replays.differences(run.records, receiver) and len(run.records) == COUNT
    trial.good = trial.good and good
    print("%-52s %5d records, all wait; sent past it: %d%s"
          % (what, came, len(receiver.taken),
             "" if good else "\n   FAILED: %d dead letters; %s" % (len(dead), run.said[-300:])), flush=True)


def main():
    if not shutil.which("nginx"):
        os.environ["PATH"] += ":/usr/sbin"
    if not shutil.which("nginx") or not shutil.which("openssl"):
        print("skipped: nginx or openssl is not installed")
        return 77
    with replays.Folder(sys.argv[1]) as folder:
        trial = Trial(folder)
        trial.back = receivers.free_port()
        nginx = Nginx(pathlib.Path(folder.path) / "nginx", trial.back)
        try:
            try_all(trial, nginx)
        finally:
            nginx.stop()
    return 0 if trial.good else 1


if __name__ == "__main__":
    sys.exit(main())
