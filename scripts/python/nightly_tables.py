#!/usr/bin/env python3
"""Brings a municipality's own tables of the county's map in, as cron may do each night (Protocols/client.md).

    15 2 * * *  cd /srv/tugi && python3 nightly_tables.py --municipality 0901 --person REGISTRAR-ID \\
                --table person=people.csv --table post=posts.csv --table resource=help.csv >> tables.log

Each table is tried first (a dry run), and stored when nothing is wrong with it. The whole table is sent: what it lacks
ends nothing, and when it lacks more than 5 % somebody has to look first. A file that was the last one stored is not
stored again (the register knows it by the hash of its content), so the job may be run again after anything.

Prints a line of JSON for each table, without a value of any row and without codes, which may be made of names; so the log
holds no personal data. Tables are taken in the order given; the first one that stops ends the job, since later tables
may refer to it. Exit codes:

    0 all is stored, or nothing was new           4 not allowed
    1 rows are wrong: row, column, code and remedy are printed; nothing of that table was stored
    2 wrong usage or settings                     6 more than 5 % missing: look, then confirm by --confirm-missing
    3 the gateway cannot be reached: run again    7 too late: run again
    9, 70 a fault of the register: tell its operator
"""
from __future__ import annotations

import argparse
import asyncio
import json
import os
import pathlib
import sys
import uuid
from dataclasses import dataclass
from typing import Any

from tugi_client import Acting, Address, CallError, Client, Credentials, Options, new_operation
from tugi_client.__main__ import EXITS
from tugi_client.messages import MessagesMissing

WELL, ROWS_WRONG, LOOK_FIRST = 0, 1, 6
FAULTS_SHOWN = 50


@dataclass(frozen=True)
class Table:
    kind: str
    file: pathlib.Path
    profile: pathlib.Path | None
    confirmed: int | None

    def request(self, municipality: str, dry_run: bool, delta: bool) -> dict[str, Any]:
        request: dict[str, Any] = {
            "kind": self.kind, "municipality": municipality, "csv": self.file.read_bytes(), "dry_run": dry_run,
            "delta": delta, "profile": self.profile.read_bytes() if self.profile else b""}
        if self.confirmed is not None:
            request["confirmed_missing"] = self.confirmed
        return request


class Night:
    def __init__(self, client: Client, given: argparse.Namespace) -> None:
        self.client, self.given = client, given

    async def run(self, tables: list[Table]) -> int:
        for table in tables:
            status = await self.bring_in(table)
            if status != WELL:
                return status
        if self.given.copies and not self.given.dry_run:
            for table in tables:
                await self.copy(table.kind)
        if self.given.gaps:
            await self.gaps()
        return WELL

    async def bring_in(self, table: Table) -> int:
        tried = await self._import(table, dry_run=True)
        if tried.fault_count:
            return self.say(table, tried, "rows-wrong", ROWS_WRONG)
        if tried.repeated_file:
            return self.say(table, tried, "nothing-new", WELL)
        if tried.HasField("stop"):
            return self.say(table, tried, tried.stop.reason, LOOK_FIRST)
        if self.given.dry_run:
            return self.say(table, tried, "dry-run", WELL)
        # Somebody may have changed the register since: what is stored is decided anew, and told.
        stored = await self._import(table, dry_run=False)
        if stored.stored or stored.repeated_file:
            return self.say(table, stored, "stored" if stored.stored else "nothing-new", WELL)
        if stored.fault_count:
            return self.say(table, stored, "rows-wrong", ROWS_WRONG)
        return self.say(table, stored, stored.stop.reason, LOOK_FIRST)

    async def _import(self, table: Table, dry_run: bool) -> Any:
        # One operation id for all tries of this call. Not one made of the content: the file of the day before yesterday
        # may come again and is to be stored then; that the last one is not stored twice is seen to by the register.
        return await self.client.call("Registry/ImportTable",
                                      table.request(self.given.municipality, dry_run, self.given.delta),
                                      Options(operation=new_operation()))

    def say(self, table: Table, answer: Any, what: str, status: int) -> int:
        estonian = self.given.lang == "et"
        line = {"table": table.kind, "file": table.file.name, "what": what,
                "preview": answer.preview_et if estonian else answer.preview_en, "rows": answer.rows,
                "new": answer.created, "changed": answer.changed, "missing": answer.missing_count,
                "kept": answer.kept_edits, "passed_over": answer.passed_over}
        if answer.HasField("stop"):
            line["remedy"] = answer.stop.remedy_et if estonian else answer.stop.remedy_en
        if answer.fault_count:
            line["fault_count"] = answer.fault_count
            line["faults"] = [self.fault(fault) for fault in answer.faults[:FAULTS_SHOWN]]
        if answer.notes:
            line["notes"] = [dict(self.fault(note), rows=note.rows) for note in answer.notes[:FAULTS_SHOWN]]
        print(json.dumps(line, ensure_ascii=False), flush=True)
        return status

    def fault(self, fault: Any) -> dict[str, Any]:
        estonian = self.given.lang == "et"
        return {"row": fault.row, "column": fault.field, "code": fault.reason,
                "remedy": fault.remedy_et if estonian else fault.remedy_en}

    async def copy(self, kind: str) -> None:
        """The table as the register has it now: what people corrected by hand is to go back into the source."""
        request: dict[str, Any] = {"kind": kind, "municipality": self.given.municipality}
        written = bytearray()
        while True:
            part = await self.client.call("Registry/ExportTable", request)
            written += part.csv
            if not part.cursor:
                break
            request["cursor"] = part.cursor
        target = self.given.copies / f"{kind}.csv"
        making = target.with_suffix(".part")
        making.write_bytes(written)
        making.chmod(0o600)
        making.replace(target)

    async def gaps(self) -> None:
        """How full the tables are and what the map lacks, by type."""
        answer = await self.client.call("Registry/ListGaps", {"municipality": self.given.municipality})
        counts: dict[str, int] = {}
        for gap in answer.gaps:
            counts[gap.type] = counts.get(gap.type, 0) + 1
        full = {table.table: table.percent for table in answer.completeness}
        print(json.dumps({"what": "gaps", "gaps": counts, "percent_full": full}), flush=True)


def pairs(given: list[str], option: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in given:
        kind, mark, value = pair.partition("=")
        if not mark or not kind or not value or kind in found:
            raise WrongUsage(f"--{option} takes KIND=VALUE, each kind once: {pair}")
        found[kind] = value
    return found


class WrongUsage(Exception):
    """Wrong usage, told before anything is sent."""


def tables(given: argparse.Namespace) -> list[Table]:
    files, profiles = pairs(given.table, "table"), pairs(given.profile, "profile")
    confirmed = pairs(given.confirm_missing, "confirm-missing")
    if not files:
        raise WrongUsage("name at least one --table KIND=FILE")
    for kind in (*profiles, *confirmed):
        if kind not in files:
            raise WrongUsage(f"there is no --table {kind}=FILE")
    if not all(number.isdigit() for number in confirmed.values()):
        raise WrongUsage("--confirm-missing takes KIND=NUMBER")
    return [Table(kind, pathlib.Path(file), pathlib.Path(profiles[kind]) if kind in profiles else None,
                  int(confirmed[kind]) if kind in confirmed else None) for kind, file in files.items()]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Brings a municipality's tables in.")
    parser.add_argument("--gateway", default=os.environ.get("TUGI_GATEWAY", "127.0.0.1:7400"))
    for name in ("certificate", "key", "authority"):
        parser.add_argument(f"--{name}", required=f"TUGI_{name.upper()}" not in os.environ,
                            default=os.environ.get(f"TUGI_{name.upper()}"))
    parser.add_argument("--county", default="laane-viru.example")
    parser.add_argument("--environment", default="development")
    parser.add_argument("--municipality", required=True)
    parser.add_argument("--person", type=uuid.UUID, required=True, help="id of the registrar who answers for the data")
    parser.add_argument("--role", default="registrar")
    parser.add_argument("--table", action="append", default=[], metavar="KIND=FILE")
    parser.add_argument("--profile", action="append", default=[], metavar="KIND=FILE",
                        help="mapping profile of a foreign table (Protocols/profiles.md)")
    parser.add_argument("--confirm-missing", action="append", default=[], metavar="KIND=NUMBER",
                        help="so many missing rows were seen and are right")
    parser.add_argument("--delta", action="store_true", help="the files hold changes only")
    parser.add_argument("--dry-run", action="store_true", help="look only")
    parser.add_argument("--copies", type=pathlib.Path, help="folder for the tables as they are in the register after it")
    parser.add_argument("--gaps", action="store_true", help="tell how full the map is after it")
    parser.add_argument("--lang", choices=("et", "en"), default="et")
    return parser.parse_args()


async def run(given: argparse.Namespace) -> int:
    wanted = tables(given)
    credentials = Credentials(given.certificate, given.key, given.authority, given.county)
    async with Client([Address.parse(text) for text in given.gateway.split(",")], credentials,
                      environment=given.environment,
                      acting=Acting(given.person, given.role, "data-entry")) as client:
        return await Night(client, given).run(wanted)


def main() -> int:
    try:
        return asyncio.run(run(arguments()))
    except CallError as error:
        print(f"nightly_tables: {error}", file=sys.stderr)
        return EXITS.get(error.status.code, 70)
    except (MessagesMissing, OSError, WrongUsage) as error:
        print(f"nightly_tables: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
