#!/usr/bin/python3
"""A mail program that says its name before it has read the greeting, and is polite from then on.

    early.py SERVER "EHLO NAME" SENDER RECIPIENT
"""
import sys

from wire import Wire

server, hello, sender, rcpt = sys.argv[1:5]
w = Wire(server, greeting=False)
w.send(hello + "\r\n")
w.reply()
w.reply()
w.say(f"MAIL FROM:<{sender}>")
w.say(f"RCPT TO:<{rcpt}>")
w.say("DATA")
w.message(f"From: {sender}\nTo: {rcpt}\nSubject: alarm\nDate: Thu, 5 Mar 2026 10:00:00 +0100\n"
          f"Message-ID: <alarm.{rcpt.split('@')[0]}@{sender.split('@')[1]}>\n\nThe door is open.\n")
w.quit()
