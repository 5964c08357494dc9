#!/usr/bin/python3
"""Which bot is where and when: swarm.py FOLDER DOMAIN[,DOMAIN] WAVES < SPEC

A line of SPEC:   SITE NETWORK COUNT ENGINE[,ENGINE...]    COUNT zombies in that network of the table, run from that site; - as the
                                                           only engine means all of them
Writes FOLDER/SITE.WAVE, plans for bot.py, and prints a line for each zombie as lab_labels takes it. A zombie speaks in one to three of
the waves, always with the same engine, and is one of the hosts of the network that have no other use. The same SPEC gives the same swarm.
"""
import pathlib
import random
import subprocess
import sys

from engines import ENGINES

USERS = "anna bob carla dave erik fiona greta hugo ines jane karl lindsay maria nils olga paul".split()
# What hosting customers run, and never a PC.
SCRIPTS = {"web-script"}


def main():
    folder, domains, waves = pathlib.Path(sys.argv[1]), sys.argv[2].split(","), int(sys.argv[3])
    table = subprocess.run([sys.executable, str(pathlib.Path(__file__).resolve().parents[1] / "networks.py"), "hosts"],
                           capture_output=True, check=True, text=True).stdout
    hosts = {}
    for line in table.splitlines():
        address, network, _, name, own = line.split("\t")
        if own == "-":
            hosts.setdefault(network, []).append((address, name))
    plans = {}
    for line in sys.stdin:
        site, network, count, engines = line.split()
        rng = random.Random(f"{site} {network}")
        kinds = [e for e in ENGINES if e not in SCRIPTS] if engines == "-" else engines.split(",")
        rng.shuffle(kinds)
        for i, (address, name) in enumerate(rng.sample(hosts[network], int(count))):
            engine = kinds[i % len(kinds)]
            print(address, "zombie", engine, network)
            for wave in sorted(rng.sample(range(waves), rng.choice((1, 1, 2, 2, 3)))):
                several = engine == "many-recipients"
                users = rng.sample(USERS, 4 if several else 1) + ([f"{rng.choice('bdfgklmnpst')}{rng.choice(USERS)}" for _ in range(3)] if several else [])
                rcpts = " ".join(f"{user}@{rng.choice(domains)}" for user in users)
                plans.setdefault((site, wave), []).append((rng.random(), f"{engine} {address} {name} {wave} {rcpts}"))
    for (site, wave), lines in plans.items():
        (folder / f"{site}.{wave}").write_text("".join(text + "\n" for _, text in sorted(lines)))


main()
