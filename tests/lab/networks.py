#!/usr/bin/python3
"""The client networks of the lab, from networks.tsv and hosts.tsv.

    networks.py dnsmasq      DNS records of all networks and hosts, as dnsmasq's configuration
    networks.py hosts        a line for each address that exists: address, site, kind, name of the address (or -), own name (or -)
    networks.py site NAME    the network of one site: first address, router's address, prefix length, first and last host number
"""
import hashlib
import ipaddress
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
DNS_ADDR = "198.18.53.53"
NOBODY = "mx.lab.example", "198.18.53.25"  # an MX that is named but never answers


def rows(name, columns):
    for line in (HERE / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield dict(zip(columns, line.split("\t"), strict=True))


def networks():
    for row in rows("networks.tsv", ("site", "domain", "prefix", "kind", "hosts", "ptr", "mx", "names")):
        row["prefix"] = ipaddress.ip_network(row["prefix"])
        row["first"], row["last"] = map(int, row["hosts"].split("-"))
        yield row


def hosts():
    return {ipaddress.ip_address(row["address"]): row for row in rows("hosts.tsv", ("address", "host", "domain", "ptr"))}


def address(network, number):
    """Host number N of a network: .N, or ::N with the digits as they are (so that ::16 is number 16)."""
    return network["prefix"][number if network["prefix"].version == 4 else int(str(number), 16)]


def name(network, number):
    """What the network's naming scheme makes of a host number."""
    if network["kind"] != "mail" and str(number) == network["mx"]:
        return "mx." + network["domain"]
    at = address(network, number)
    word = hashlib.sha256(str(at).encode()).hexdigest()
    fields = {"n": number, "n2": f"{number:02}", "n3": f"{number:03}", "mac": word[:12], "mac2": word[12:24]}
    if at.version == 4:
        fields["x"], fields["X"] = f"{int(at):08x}", f"{int(at):08X}"
        for key, octet in zip("abcd", at.packed):
            fields |= {key: octet, key + "3": f"{octet:03}", key + "4": f"{octet:04}"}
    return network["names"].format(**fields)


def every_host():
    """Each address that exists: (network, address, name of the address or None, own name or None)."""
    own = hosts()
    for network in networks():
        for number in range(network["first"], network["last"] + 1):
            at = address(network, number)
            line = name(network, number) if network["ptr"] != "none" or str(number) == network["mx"] else None
            host = own.get(at)
            if not host:
                yield network, at, line, line if str(number) == network["mx"] else None
            else:
                pointer = {"own": host["host"], "line": line, "none": None}[host["ptr"]]
                yield network, at, pointer, host["host"]


def wire_name(domain):
    return b"".join(bytes([len(label)]) + label.encode() for label in domain.split(".")).hex() + "00"


def domain_records(domain, exchanger):
    print(f"mx-host={domain},{exchanger},10")
    print(f"dns-rr={domain},2,{wire_name('ns.' + domain)}")
    print(f"host-record=ns.{domain},{DNS_ADDR}")
    print(f"txt-record={domain},v=spf1 mx -all")


def dnsmasq():
    exchangers, forward = {}, []
    for network, at, pointer, own in every_host():
        if pointer and (own or network["ptr"] == "noforward"):
            print(f"ptr-record={at.reverse_pointer},{pointer}")
            if pointer != own and network["ptr"] != "noforward":
                forward.append((pointer, at))
        elif pointer:
            print(f"host-record={pointer},{at}")
        if own:
            forward.append((own, at))
        if network["mx"] != "-" and at == address(network, int(network["mx"])):
            exchangers[network["domain"]] = exchangers.get(network["domain"]) or own or pointer
        exchangers.setdefault(network["domain"], None)
    # Names whose address has another name: dnsmasq would answer PTR with them too if they were host records.
    for host, at in forward:
        print(f"{'dns-rr=' + host + ',28,' + at.packed.hex() if at.version == 6 else f'address=/{host}/{at}'}")
    for host in hosts().values():
        if host["domain"] != "-":
            exchangers[host["domain"]] = host["host"]
    print(f"address=/{NOBODY[0]}/{NOBODY[1]}")
    for domain, exchanger in exchangers.items():
        domain_records(domain, exchanger or NOBODY[0])


def site(wanted):
    for network in networks():
        if network["site"] == wanted:
            first = address(network, network["first"])
            print(first, network["prefix"][1], network["prefix"].prefixlen, network["first"], network["last"], network["domain"])
            return
    sys.exit(f"networks: no site {wanted}")


if sys.argv[1] == "dnsmasq":
    dnsmasq()
elif sys.argv[1] == "site":
    site(sys.argv[2])
else:
    for net, where, ptr, real in every_host():
        print(where, net["site"], net["kind"], ptr or "-", real or "-", sep="\t")
