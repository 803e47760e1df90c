"""The command line; scripts/conformance says how to call it."""
from __future__ import annotations

import argparse
import asyncio
import fnmatch
import json
import sys
import time

from . import cases, rules, runner
from .registry import OMITTED


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/conformance",
                                     description="Holds servers and clients to Protocols/wire.md.")
    parser.add_argument("--against", action="append", choices=["all", *runner.ROLES],
                        help="what is tested; may come more than once (default all)")
    parser.add_argument("--only", action="append", metavar="NAME", help="cases of that name; * stands for anything")
    parser.add_argument("--json", action="store_true", help="a JSON object for each case")
    parser.add_argument("--list", action="store_true", help="prints the cases and runs none")
    parser.add_argument("--table", action="store_true", help="prints Protocols/conformance.md")
    parser.add_argument("--check", action="store_true", help="is that page fresh, and true to the text?")
    parser.add_argument("--program", help="Tests/ConformanceProgram, built")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    if given.table:
        print(rules.table(), end="")
        return 0
    if given.check:
        return rules.check()
    chosen = [case for case in cases.ALL.values()
              if not given.only or any(fnmatch.fnmatch(case.name, one) for one in given.only)]
    if given.list:
        for case in chosen:
            print(f"{case.name}  §{case.section}  {' '.join(case.roles)}")
        for omitted in OMITTED:
            print(f"{omitted.name}  not applicable: {omitted.reason}")
        return 0
    against = given.against or ["all"]
    began = time.monotonic()
    results = asyncio.run(runner.run(chosen, runner.ROLES if "all" in against else against, given.program, given.json))
    failed = [result for result in results if not result.well]
    names = {result.case.name for result in results}
    seconds = time.monotonic() - began
    if given.json:
        print(json.dumps({"cases": len(names), "checks": len(results), "failed": len(failed),
                          "notApplicable": len(OMITTED), "seconds": round(seconds, 1)}))
    else:
        print(f"{len(names)} cases, {len(results)} checks, {len(failed)} failed, {len(OMITTED)} not applicable, "
              f"{seconds:.1f} s")
    return 1 if failed or not results else 0


sys.exit(main())
