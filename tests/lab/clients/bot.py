#!/usr/bin/python3
"""Bots that send spam straight to an MX: bot.py SERVER < PLAN, with what engines.py says about how each of them speaks.

A line of PLAN is a session:   ENGINE SOURCE NAME SEED RECIPIENT...
NAME is what DNS gives for the source address, or -. The same line speaks the same way and says the same (times apart). Eight bots at a time.
"""
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from engines import ENGINES, letter
from wire import Closed, Wire


class Bot:
    def __init__(self, server, engine, source, name, seed, rcpts):
        self.engine, self.source, self.rcpts = ENGINES[engine], source, rcpts
        self.server = server
        self.rng = random.Random(f"{seed} {source}")
        self.me = {"source": source, "name": None if name == "-" else name, "server": server, "rcpt": rcpts[0], "rng": self.rng}
        self.helo = self.engine.helo(self.me)

    def run(self):
        e = self.engine
        for _ in range(1 + e.retries):
            try:
                w = Wire(self.server, self.source, greeting=False)
                if e.early:
                    w.send(f"{e.hello} {self.helo}\r\n")
                if w.reply() == 220:
                    self.session(w)
            except (Closed, ConnectionError, TimeoutError):
                pass
            w.close()
            if not getattr(self, "deferred", False):
                return
            time.sleep(0.5)

    def session(self, w):
        e = self.engine
        if not e.early:
            w.send(f"{e.hello} {self.helo}{e.end}")
            if not e.blind and w.reply() >= 500 and e.fallback:
                w.say(f"{e.fallback} {self.helo}")
        elif not e.blind:
            w.reply()
        for number in range(e.messages):
            if not self.message(w, number):
                break
            if e.rset:
                w.say(e.rset)
        if e.quit:
            w.send(e.quit + e.end)
            w.drain()

    def message(self, w, number):
        """One message; True if another one may follow."""
        e = self.engine
        sender, text = letter(e, self.me, self.helo, self.rcpts, number)
        lines = [e.mail.format(sender, size=len(text))] + [e.rcpt.format(r) for r in self.rcpts] + [e.data]
        if e.blind:
            w.send("".join(l + e.end for l in lines) + text + ".\r\n")
            for _ in range(len(lines) + 1 + (not e.early)):
                w.reply()
            return False
        good = 0
        for line in lines[:-1]:
            w.send(line + e.end)
            code = w.reply()
            self.deferred = 400 <= code < 500
            if code >= 400 and (line is lines[0] or len(self.rcpts) == 1) and not e.stubborn:
                return False
            good += code < 400
        if good < 2 and not e.stubborn:
            return False
        w.send(lines[-1] + e.end)
        if w.reply() != 354:
            return False
        w.send(text + ".\r\n")
        w.reply()
        return True


def main():
    with ThreadPoolExecutor(8) as pool:
        done = []
        for line in sys.stdin:
            engine, source, name, seed, *rcpts = line.split()
            done.append(pool.submit(Bot(sys.argv[1], engine, source, name, seed, rcpts).run))
            time.sleep(0.05)
        for each in done:
            each.result()


main()
