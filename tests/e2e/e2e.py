#!/usr/bin/python3
"""End-to-end tests: the mxtap program on captures, seen from outside.

e2e.py --mxtap PROGRAM --variant PROGRAM --pcaps FOLDER [--every N] [--out FILE] TEST [FAMILY...]
TEST is claims, detectors, stretch, variants, engines, damage, files, privacy or records; FAMILY (for variants
only) is one of the second column of variant --list. --every N does about one check in N of the long
tests, always the same ones: for builds with sanitizers. --out FILE gets what a test reports besides
(detectors: its table). Exit status: 0, or 1 when a check failed.
"""
import argparse
import pathlib
import sys

import check_claims
import check_damage
import check_detectors
import check_engines
import check_files
import check_privacy
import check_records
import check_stretch
import check_variants
import harness
import tables

TESTS = {"claims": check_claims.jobs, "detectors": check_detectors.jobs, "engines": check_engines.jobs, "damage": check_damage.jobs,
         "files": check_files.jobs, "privacy": check_privacy.jobs, "records": check_records.jobs, "stretch": check_stretch.jobs}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mxtap", required=True)
    parser.add_argument("--variant", required=True)
    parser.add_argument("--pcaps", required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--out")
    parser.add_argument("test", choices=sorted(TESTS) + ["variants"])
    parser.add_argument("family", nargs="*")
    args = parser.parse_args()
    pcaps = pathlib.Path(args.pcaps)
    rows = tables.claims(pcaps / "README.md")
    bench = harness.Bench(args.mxtap, args.variant, pcaps, rows, args.every)
    try:
        if args.test == "variants":
            bench.each(check_variants.jobs(bench, args.family))
        else:
            bench.each(TESTS[args.test](bench))
    except harness.Failure as failure:
        bench.failures.append(args.test)
        print("FAIL %s: %s" % (args.test, failure))
    return bench.finish(args.out)


if __name__ == "__main__":
    sys.exit(main())
