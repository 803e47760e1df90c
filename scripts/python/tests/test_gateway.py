"""The client against the five real programs: TUGI_GATEWAY, and CERTIFICATES as scripts/certificates makes them.

The county's map (scripts/samples/county.json) is in the register already.
"""
from __future__ import annotations

import asyncio
import datetime
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import uuid

from tugi_client import Acting, Address, CallError, Catalogue, Client, Credentials, Options

HERE = pathlib.Path(__file__).resolve().parents[1]
GATEWAY, CERTIFICATES = os.environ["TUGI_GATEWAY"], pathlib.Path(os.environ["CERTIFICATES"])
SYSTEM = [CERTIFICATES / name for name in ("0901-school-records.pem", "0901-school-records.key", "ca.pem")]
CATALOGUE = Catalogue()
SCHOOL = "naidis-kool-3-vinni"
WINDOW = 75


def person(post: str) -> uuid.UUID:
    """People of the sample have ids made from their codes (Protocols/codes.md)."""
    value = bytearray(hashlib.sha256(f"tugi:person:p.{SCHOOL}.{post}".encode()).digest()[:16])
    value[6], value[8] = value[6] & 0x0F | 0x80, value[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(value))


TEACHER = Acting(person("class-teacher.3a"), "class-teacher", "case-work")


def pupils() -> str:
    head = ("pupil,given_name,family_name,isikukood,birth_date,class,grade,language,residence,representative,"
            "representative_contact,from,left")
    rows = [f"{n},Näidis,Õpilane {n},,2016-03-01,3a,3,et,0901,,,2025-09-01," for n in range(1, 26)]
    return "\n".join([head, *rows]) + "\n"


def journal() -> str:
    """Large enough for several chunks."""
    rows = ["record,date,until,class,grade,lesson,pupil,journal,value"]
    rows += [f"member,2025-09-01,,3a,3,,{n},," for n in range(1, 26)]
    day = datetime.date(2025, 9, 1)
    while day < datetime.date(2026, 3, 14):
        if day.weekday() < 5:
            rows += [f"lesson,{day},,3a,,{lesson},,Matemaatika," for lesson in range(1, 7)]
            rows += [f"absence,{day},,,,{lesson},{n},Matemaatika,excused" for n in range(1, 26) for lesson in (1, 2, 3)
                     if (day.toordinal() + n) % 5 == 0]
        day += datetime.timedelta(days=1)
    return "\n".join(rows) + "\n"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    paths = [f"--{name}={path}" for name, path in zip(("certificate", "key", "authority"), SYSTEM)]
    return subprocess.run([sys.executable, *arguments[:2], f"--gateway={GATEWAY}", *paths, *arguments[2:]], cwd=HERE,
                          capture_output=True, text=True, timeout=120)


class GatewayTests(unittest.IsolatedAsyncioTestCase):
    def client(self, acting: Acting = Acting()) -> Client:
        credentials = Credentials(SYSTEM[0], SYSTEM[1], SYSTEM[2])
        return Client(Address.parse(GATEWAY), credentials, catalogue=CATALOGUE, acting=acting)

    async def test_unary_calls_in_numbers_share_a_connection(self) -> None:
        async with self.client() as client:
            versions = await asyncio.gather(*[client.call("Version/Get", {}) for _ in range(WINDOW)])
            self.assertEqual({version.protocol for version in versions}, {"tugi/1"})

    async def test_server_streaming_tells_health_until_the_caller_leaves(self) -> None:
        async with self.client() as client:
            async for report in client.download("Health/Watch", {}):
                self.assertEqual(report.state, 1)
                break
            with self.assertRaises(CallError) as caught:
                async for report in client.download("Health/Watch", {}, Options(timeout_s=0.2)):
                    self.assertEqual(report.state, 1)
            self.assertEqual(caught.exception.status.code, "deadlineExceeded")
            await client.call("Health/Check", {})

    async def test_a_night_brings_pupils_and_journal_once(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "pupils.csv").write_text(pupils())
            (pathlib.Path(folder) / "journal.csv").write_text(journal())
            for _ in range(2):
                done = run("-m", "nightly_import", "--municipality=0901", f"--school={SCHOOL}",
                           f"--person={person('registrar')}", f"--pupils={folder}/pupils.csv",
                           f"--journal={folder}/journal.csv")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                first, second = [json.loads(line) for line in done.stdout.splitlines()]
                self.assertEqual((first["good"], second["good"]), (25, second["rows"]))
                self.assertGreater(second["rows"], 2_000)
        async with self.client(TEACHER) as client:
            listed = await client.call("Registry/ListChildren", {"municipality": "0901"}, Options(compress=True))
            self.assertEqual(len(listed.children), 25)

    async def test_a_refusal_says_what_to_do(self) -> None:
        async with self.client(TEACHER) as client:
            for request in ({"municipality": "0663"}, {"municipality": "0663", "class_name": "3a"}):
                with self.assertRaises(CallError) as caught:
                    await client.call("Registry/ListChildren", request)
                self.assertEqual(caught.exception.status.code, "permissionDenied")
                self.assertTrue(caught.exception.status.message)

    def test_the_command_line_calls_and_tells_errors_by_its_exit(self) -> None:
        done = run("-m", "tugi_client", "call", "Registry/ListInstitutions", '{"municipality": "0901"}')
        self.assertIn(SCHOOL, [entry["code"] for entry in json.loads(done.stdout)["institutions"]])
        done = run("-m", "tugi_client", "call", "Registry/ListChildren", '{"municipality": "0663"}')
        self.assertEqual((done.returncode, json.loads(done.stderr)["status"]), (4, "permissionDenied"))
