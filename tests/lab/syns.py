#!/usr/bin/python3
"""The table of systems, src/know/syns.def, and what measured/syns.pcap (syns.sh) says: syns.py --mxtap PROGRAM

For each client of the capture: the class and the system that mxtap tells. Where p0f is installed, mxtap's text must be p0f's raw_sig of the
same SYN, here and in the captures 01 to 39 of pcaps/. Prints what was seen; exit status 1 if something is wrong.
"""
import argparse
import gzip
import ipaddress
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
capture = root / "tests/lab/measured/syns.pcap"
# In the order of syns.sh: the system and its class.
SYSTEMS = (
    ("linux", "Linux", "server"), ("no-stamps", "Linux without timestamps", "server"), ("no-sack", "Linux without SACK", "server"),
    ("no-scaling", "Linux without scaling", "server"), ("bare", None, "unknown"), ("ecn", "Linux", "server"), ("no-df", "Linux", "server"),
    ("mtu1400", "Linux", "server"), ("window", "Linux", "server"), ("fastopen", "Linux", "server"), ("windows", "Windows 10 or 11", "desktop"),
    ("windows-xp", "Windows XP", "desktop"))
SYN = re.compile(r"-> \S+ \(syn\) \]-\n(?:\|.*\n)*?\| client +=\s+(\S+)\n(?:\|.*\n)*?\| raw_sig +=\s+(\S+)\n")


def replay(mxtap, path):
    """(address, port): what the record tells of the client."""
    done = subprocess.run([mxtap, "replay", "-q", "--log", "smtp", str(path)], capture_output=True, check=True, text=True)
    told = {}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if record["event_type"] == "smtp":
            told[(ipaddress.ip_address(record["src_ip"]), record["src_port"])] = record["mxtap"]["client"]
    return told


def ask_p0f(path):
    """(address, port): raw_sig."""
    with tempfile.NamedTemporaryFile(suffix=".pcap") as plain:
        if path.suffix == ".gz":
            plain.write(gzip.decompress(path.read_bytes()))
            plain.flush()
            path = plain.name
        out = subprocess.run(["p0f", "-r", str(path)], capture_output=True, text=True, errors="replace").stdout
    signatures = {}
    for client, signature in SYN.findall(out):
        address, _, port = client.rpartition("/")
        signatures.setdefault((ipaddress.ip_address(address), int(port)), signature)
    return signatures


parser = argparse.ArgumentParser()
parser.add_argument("--mxtap", required=True)
mxtap = parser.parse_args().mxtap

wrong, same = [], 0
for (address, _), client in sorted(replay(mxtap, capture).items(), key=str):
    number = int(str(address).split(".")[2]) if address.version == 4 else int(str(address).split(":")[2])
    name, system, os = SYSTEMS[number - 61]
    print(f"{name}: {client['syn']} {client['os']} {client.get('system')}")
    if (client.get("system"), client["os"]) != (system, os):
        wrong.append(f"{name}: {system}, {os} is right")
if shutil.which("p0f", path="/usr/sbin:/usr/bin"):
    for path in [capture] + sorted((root / "pcaps").glob("[0-3][0-9]-*.pcap*")):
        told = replay(mxtap, path)
        for client, signature in ask_p0f(path).items():
            if client not in told:
                continue # no session
            same += told[client]["syn"] == signature
            if told[client]["syn"] != signature:
                wrong.append(f"{path.name}: {client[0]}: {told[client]['syn']} is {signature} in p0f")
    print(f"{same} signatures are p0f's")
for problem in wrong:
    print(problem)
sys.exit(1 if wrong else 0)
