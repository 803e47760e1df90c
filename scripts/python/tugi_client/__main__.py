"""The command line: `python3 -m tugi_client call METHOD JSON`, `python3 -m tugi_client methods`."""
from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import uuid
from collections.abc import Iterator
from typing import Any

from . import words
from .client import Acting, Address, Client, Options
from .credentials import Credentials
from .errors import CallError
from .messages import MessagesMissing
from .methods import Catalogue, Method

# As the operators' commands: usage 2, unreachable 3, not allowed 4, not found 5, conflict 6, too late 7.
EXITS = {"invalidArgument": 2, "outOfRange": 2, "unavailable": 3, "resourceExhausted": 3, "cancelled": 3,
         "permissionDenied": 4, "unauthenticated": 4, "notFound": 5, "failedPrecondition": 6, "aborted": 6,
         "alreadyExists": 6, "deadlineExceeded": 7, "dataLoss": 9}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tugi_client", description="Calls Tugi's gateway; Protocols/client.md.")
    parser.add_argument("--gateway", default=os.environ.get("TUGI_GATEWAY", "127.0.0.1:7400"),
                        help="HOST:PORT, several by commas (or TUGI_GATEWAY)")
    for name in ("certificate", "key", "authority"):
        parser.add_argument(f"--{name}", default=os.environ.get(f"TUGI_CLIENT_{name.upper()}"),
                            help=f"PEM file (or TUGI_CLIENT_{name.upper()})")
    parser.add_argument("--county", default="laane-viru.example", help="trust domain of all certificates")
    parser.add_argument("--server", default="gateway", help="program that is called")
    parser.add_argument("--environment", default="development", help="installation that both sides must name")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("methods", help="lists all methods with their kinds")
    call = commands.add_parser("call", help="makes one call and prints each response as a line of JSON")
    call.add_argument("method", help="such as Registry/ListChildren")
    call.add_argument("request", nargs="?", default="{}",
                      help="JSON; '-': a line of JSON for each request of a stream, from standard input")
    call.add_argument("--person", type=uuid.UUID, help="acting person's id")
    call.add_argument("--role", default="")
    call.add_argument("--purpose", default="")
    call.add_argument("--operation", type=uuid.UUID, help="the same id again changes nothing")
    call.add_argument("--timeout", type=float, help="seconds; else the method's")
    call.add_argument("--take", type=int, help="leave after so many responses")
    call.add_argument("--compress", action="store_true", help="not where a secret stands beside others' text")
    return parser.parse_args()


def requests_of(given: argparse.Namespace, method: Method) -> Iterator[Any]:
    lines = sys.stdin if given.request == "-" else [given.request]
    for line in lines:
        if line.strip():
            yield words.parse(line, method.request)


async def call(given: argparse.Namespace, catalogue: Catalogue) -> None:
    method = catalogue[given.method]
    credentials = Credentials(given.certificate, given.key, given.authority, given.county, given.server)
    addresses = [Address.parse(text) for text in given.gateway.split(",")]
    options = Options(Acting(given.person, given.role, given.purpose), given.timeout, given.operation, given.compress)
    async with Client(addresses, credentials, environment=given.environment, catalogue=catalogue) as client:
        requests = requests_of(given, method)
        if method.kind == "unary":
            print(words.text(await client.call(method, next(requests), options)))
        elif method.kind == "client streaming":
            print(words.text(await client.upload(method, requests, options)))
        else:
            async with await client.open(method, options) as stream:
                for request in requests:
                    await stream.send(request)
                stream.finish_sending()
                taken = 0
                async for response in stream:
                    print(words.text(response), flush=True)
                    taken += 1
                    if taken == given.take:
                        return


def main() -> int:
    given = arguments()
    try:
        catalogue = Catalogue()
        if given.command == "methods":
            for method in catalogue:
                print(f"0x{method.id:04x}  {method.name:52} {method.kind:18} {method.audience}")
            return 0
        if None in (given.certificate, given.key, given.authority):
            raise ValueError("give --certificate, --key and --authority; scripts/certificates makes some to try")
        asyncio.run(call(given, catalogue))
        return 0
    except CallError as error:
        status = error.status
        said = {"status": status.code, "reason": status.reason, "message": status.message, "retry": status.advice}
        print(json.dumps(said, ensure_ascii=False), file=sys.stderr)
        return EXITS.get(status.code, 70)
    except (KeyError, ValueError, OSError, MessagesMissing) as error:
        print(f"tugi_client: {error.args[0] if error.args else error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
