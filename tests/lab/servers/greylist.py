#!/usr/bin/python3
"""A greylisting policy service for Postfix (SMTPD_POLICY_README): greylist.py PORT DELAY [FILE]

A triple of client network, sender and recipient that is new gets 450 until DELAY seconds have passed. With FILE: only while it exists.
"""
import os
import socketserver
import sys
import time

PORT, DELAY = int(sys.argv[1]), float(sys.argv[2])
ON = (lambda: os.path.exists(sys.argv[3])) if len(sys.argv) > 3 else (lambda: True)
first_seen = {}


class Policy(socketserver.StreamRequestHandler):
    def handle(self):
        ask = {}
        for raw in self.rfile:
            line = raw.decode(errors="replace").rstrip("\n")
            if line:
                key, _, ask[key] = line.partition("=")
                continue
            triple = (ask.get("client_address", "").rsplit(".", 1)[0], ask.get("sender"), ask.get("recipient"))
            since = time.monotonic() - first_seen.setdefault(triple, time.monotonic())
            action = "DUNNO" if since >= DELAY or not ON() else "DEFER_IF_PERMIT 4.2.0 Greylisted, please try again later"
            self.wfile.write(f"action={action}\n\n".encode())
            ask = {}


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", PORT), Policy).serve_forever()
