"""A night of tables against the five real programs: TUGI_GATEWAY, and CERTIFICATES as scripts/certificates makes them."""
from __future__ import annotations

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import uuid
from typing import Any

HERE = pathlib.Path(__file__).resolve().parents[1]
CERTIFICATES = pathlib.Path(os.environ["CERTIFICATES"])
HEADER = ("kood;omavalitsus;tabel;nimetus;liik;valdkond;ulatus;vajadused;ennetustasand;klass alates;klass kuni;kohti;"
          "kohad seisuga")


def person(code: str) -> uuid.UUID:
    """People of the sample have ids made from their codes (Protocols/codes.md)."""
    value = bytearray(hashlib.sha256(f"tugi:person:p.{code}".encode()).digest()[:16])
    value[6], value[8] = value[6] & 0x0F | 0x80, value[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(value))


def rows(numbers: range, places: str = "4") -> list[str]:
    return [f"vinni.oine-{n};901;services;Näidis teenus {n};service;social;municipality;family, health;selective;1;9;"
            f"{places};1.2.2026" for n in numbers]


class TableTests(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.file = pathlib.Path(self.folder.name) / "abi.csv"

    def write(self, lines: list[str]) -> None:
        # As Excel saves it in Estonia.
        self.file.write_bytes("\r\n".join([HEADER, *lines, ""]).encode("cp1257"))

    def night(self, *more: str, who: str = "vinni-vald.registrar") -> tuple[int, list[dict[str, Any]], str]:
        paths = [f"--{name}={CERTIFICATES / file}" for name, file in
                 (("certificate", "0901-school-records.pem"), ("key", "0901-school-records.key"),
                  ("authority", "ca.pem"))]
        done = subprocess.run(
            [sys.executable, "-m", "nightly_tables", f"--gateway={os.environ['TUGI_GATEWAY']}", *paths,
             "--municipality=0901", f"--person={person(who)}", f"--table=resource={self.file}", *more],
            cwd=HERE, capture_output=True, text=True, timeout=120)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def test_nights(self) -> None:
        # A look, a night, and the same night again.
        self.write(rows(range(1, 41)))
        status, said, _ = self.night("--delta", "--dry-run")
        self.assertEqual((status, said[0]["what"], said[0]["preview"]), (0, "dry-run", "40 uut, 0 muudetud"))
        self.assertEqual([note["code"] for note in said[0]["notes"]], ["leading-zero-restored"])
        status, said, _ = self.night("--delta")
        self.assertEqual((status, said[0]["what"], said[0]["new"]), (0, "stored", 40))
        status, said, _ = self.night("--delta")
        self.assertEqual((status, said[0]["what"]), (0, "nothing-new"))

        # The whole table, as the register has it, changes nothing; copies are made.
        copies = pathlib.Path(self.folder.name) / "copies"
        copies.mkdir()
        self.write(rows(range(1, 41), places="5"))
        status, said, _ = self.night("--delta", f"--copies={copies}", "--gaps", "--lang=en")
        self.assertEqual((status, said[0]["preview"], said[1]["what"]), (0, "0 new, 40 changed", "gaps"))
        whole = (copies / "resource.csv").read_bytes()
        self.assertEqual((copies / "resource.csv").stat().st_mode & 0o077, 0)
        self.file.write_bytes(whole)
        status, said, _ = self.night("--lang=en")
        self.assertEqual((status, said[0]["preview"], said[0]["missing"]), (0, "0 new, 0 changed", 0))

        # Half of a table is stopped until somebody has looked.
        lines = whole.decode().splitlines(keepends=True)
        self.file.write_text("".join(lines[:len(lines) // 2]))
        status, said, _ = self.night()
        self.assertEqual((status, said[0]["what"]), (6, "too-many-missing"))
        self.assertIn("Kontrolli", said[0]["remedy"])
        missing = said[0]["missing"]
        status, said, _ = self.night(f"--confirm-missing=resource={missing + 1}")
        self.assertEqual((status, said[0]["what"]), (6, "confirmation-differs"))
        status, said, _ = self.night(f"--confirm-missing=resource={missing}")
        self.assertEqual((status, said[0]["what"], said[0]["missing"]), (0, "stored", missing))

    def test_wrong_rows_are_told_without_what_they_hold(self) -> None:
        self.write([*rows(range(51, 52)), *rows(range(52, 53), places="Mari Näidis")])
        status, said, errors = self.night("--delta")
        self.assertEqual((status, said[0]["what"], said[0]["fault_count"], errors), (1, "rows-wrong", 1, ""))
        fault = said[0]["faults"][0]
        self.assertEqual((fault["row"], fault["column"]), (3, "capacity_places"))
        self.assertNotIn("Mari", json.dumps(said))
        self.assertNotIn("oine-52", json.dumps(said))

    def test_exits_tell_what_to_do(self) -> None:
        self.write(rows(range(61, 62)))
        status, said, errors = self.night("--delta", who="naidis-kool-3-vinni.class-teacher.3a")
        self.assertEqual((status, said), (4, []))
        self.assertIn("permissionDenied", errors)
        status, _, errors = self.night("--profile=person=none.json")
        self.assertEqual(status, 2)
        self.assertIn("--table person=FILE", errors)
        self.file.unlink()
        self.assertEqual(self.night()[0], 2)
