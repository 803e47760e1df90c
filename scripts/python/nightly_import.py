#!/usr/bin/env python3
"""Brings a school's pupils and journal in, as a municipality's system may do each night (Protocols/client.md).

Run it again after any failure: the same files twice are one import, and an upload that was cut off goes on where it
stopped. Prints a line of JSON for each file; ends with 1 when rows are wrong (nothing of that file is kept then).
"""
from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import pathlib
import sys
import uuid
from collections.abc import Iterator
from typing import Any

from tugi_client import Acting, Address, CallError, Client, Credentials, Options
from tugi_client.__main__ import EXITS
from tugi_client.messages import MessagesMissing

TRIES, PAUSE_SECONDS = 5, 2.0


def operation(*parts: bytes) -> uuid.UUID:
    """The same step for the same content always has the same id, so that it happens once."""
    digest = bytearray(hashlib.sha256(b"\0".join(parts)).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(digest))


class School:
    def __init__(self, client: Client, municipality: str, code: str) -> None:
        self.client, self.municipality, self.code = client, municipality, code

    async def identifier(self) -> bytes:
        answer = await self.client.call("Registry/ListInstitutions", {"municipality": self.municipality})
        for institution in answer.institutions:
            if institution.code == self.code:
                found: bytes = institution.institution_id
                return found
        raise SystemExit(f"nightly_import: {self.municipality} has no institution {self.code}")

    async def pupils(self, file: pathlib.Path) -> Any:
        return await self.client.call("Registry/ImportPupils", {
            "municipality": self.municipality, "institution": self.code, "file_name": file.name,
            "csv": file.read_bytes()})

    async def journal(self, file: pathlib.Path) -> Any:
        for attempt in range(1, TRIES + 1):
            try:
                return await self._journal(file)
            except CallError as error:
                if error.status.code not in ("unavailable", "aborted") or attempt == TRIES:
                    raise
                await asyncio.sleep(PAUSE_SECONDS * attempt)
        raise AssertionError("the last try returns or raises")

    async def _journal(self, file: pathlib.Path) -> Any:
        content = file.read_bytes()
        digest, school = hashlib.sha256(content).digest(), await self.identifier()
        begun = await self.client.call("RiskScoring/BeginImport", {
            "municipality": self.municipality, "institution_id": school, "format": "tugi-journal/1",
            "content_digest": digest, "content_bytes": len(content), "file_name": file.name})
        if begun.committed:
            return begun.report
        chunks = -(-len(content) // begun.chunk_bytes)
        if begun.next_chunk < chunks:
            staged = await self.client.upload("RiskScoring/StageChunks", self._chunks(begun, content, chunks))
            if staged.next_chunk != chunks:
                raise SystemExit("nightly_import: the upload stayed incomplete; start it again, it goes on")
        return await self.client.call(
            "Gateway/FinishJournalImport",
            {"municipality": self.municipality, "institution_id": school, "import_id": begun.import_id},
            Options(operation=operation(begun.import_id, b"finish")))

    def _chunks(self, begun: Any, content: bytes, chunks: int) -> Iterator[dict[str, Any]]:
        for index in range(begun.next_chunk, chunks):
            at = index * begun.chunk_bytes
            chunk: dict[str, Any] = {"index": index, "data": content[at:at + begun.chunk_bytes]}
            if index == begun.next_chunk:
                chunk.update(municipality=self.municipality, import_id=begun.import_id)
            yield chunk


def said(file: pathlib.Path, report: Any) -> bool:
    faults = [{"row": fault.row, "column": fault.column, "code": fault.code, "remedy": fault.remedy}
              for fault in report.faults]
    print(json.dumps({"file": file.name, "rows": report.rows, "good": report.good, "faults": faults},
                     ensure_ascii=False))
    return not report.fault_count


async def run(given: argparse.Namespace) -> bool:
    credentials = Credentials(given.certificate, given.key, given.authority, given.county)
    acting = Acting(given.person, given.role, "data-entry")
    async with Client(Address.parse(given.gateway), credentials, environment=given.environment,
                      acting=acting) as client:
        school = School(client, given.municipality, given.school)
        well = True
        if given.pupils:
            well = said(given.pupils, await school.pupils(given.pupils))
        if given.journal and well:
            well = said(given.journal, await school.journal(given.journal))
        return well


def main() -> int:
    parser = argparse.ArgumentParser(description="Brings a school's pupils and journal in.")
    parser.add_argument("--gateway", default=os.environ.get("TUGI_GATEWAY", "127.0.0.1:7400"))
    for name in ("certificate", "key", "authority"):
        parser.add_argument(f"--{name}", required=f"TUGI_{name.upper()}" not in os.environ,
                            default=os.environ.get(f"TUGI_{name.upper()}"))
    parser.add_argument("--county", default="laane-viru.example")
    parser.add_argument("--environment", default="development")
    parser.add_argument("--municipality", required=True)
    parser.add_argument("--school", required=True)
    parser.add_argument("--person", type=uuid.UUID, required=True, help="id of the registrar who answers for the data")
    parser.add_argument("--role", default="registrar")
    parser.add_argument("--pupils", type=pathlib.Path)
    parser.add_argument("--journal", type=pathlib.Path)
    try:
        return 0 if asyncio.run(run(parser.parse_args())) else 1
    except CallError as error:
        print(f"nightly_import: {error}", file=sys.stderr)
        return EXITS.get(error.status.code, 70)
    except (MessagesMissing, OSError) as error:
        print(f"nightly_import: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
