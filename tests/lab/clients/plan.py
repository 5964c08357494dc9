#!/usr/bin/python3
"""What the users of many organisations write in an hour: prints lines for orgmail.py.

    plan.py SERVERS HOUR COUNT [DOMAIN...]      SERVERS as lab_postfix_many takes it; COUNT messages for each of its servers; to users
                                                of DOMAINs (example.org and example.com if none is given)
The same arguments give the same plan. Three in a hundred recipients are mistyped, every eighth message has several.
"""
import pathlib
import random
import subprocess
import sys

USERS = "anna bob carla dave erik fiona greta hugo ines jane karl lindsay maria nils olga paul".split()
STYLES = {"outlook": 30, "thunderbird": 15, "webmail": 12, "phone": 10, "apple": 8, "shop": 8, "cron": 4, "vacation": 4, "bounce": 3, "list": 4}
PEOPLE = "info office mueller smith j.lopez sales anne.martin accounting k.tanaka service".split()


def main():
    servers, hour, count, domains = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:] or ["example.org", "example.com"]
    names = pathlib.Path(__file__).resolve().parents[1] / "names.py"
    readers = subprocess.run([sys.executable, str(names), "0", "215"], capture_output=True, check=True, text=True).stdout.split()
    out = []
    for line in open(servers, encoding="ascii"):
        port, domain, address = line.split()[:3]
        rng = random.Random(f"{hour} {address}")

        def recipient():
            where = rng.choice(domains)
            local = rng.choice(USERS + readers[:80] if where == "example.org" else USERS)
            return (local if rng.random() > 0.03 else local[:-1] + "x" + local[-1]) + "@" + where

        for n in range(count):
            style = rng.choices(list(STYLES), STYLES.values())[0]
            sender = f"<{domain}>" if style in ("bounce", "vacation") and rng.random() < 0.7 or style == "bounce" else f"{rng.choice(PEOPLE)}@{domain}"
            several = style not in ("bounce", "vacation", "shop") and rng.random() < 0.12
            rcpts = sorted({recipient() for _ in range(rng.randint(2, 4) if several else 1)})
            out.append(f"{port} {style} {sender} {','.join(rcpts)} {hour * 1000 + n}")
    random.Random(hour).shuffle(out)
    print("\n".join(out))


main()
