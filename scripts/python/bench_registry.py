#!/usr/bin/env python3
"""How fast the registry opens and answers, with a county and with a whole country in place.

Through the real gateway over TLS, by the Python client, at a fixed rate whatever the answers do (a call's time begins when it
was due, not when it could be sent). One JSON object a line: name, value, unit, baseline, ratio (baseline over value).
`registry.open.s`: from the program's start to healthy; baseline: the second that it may take.
`registry.query.p99_ms`: a third each of lookups by id, by isikukood, and questions to the directory; baseline: the same
questions as SQL (FTS5 and LIKE) over the same rows in this process, at the same rate, without TLS, sealing or audit.
`registry.lookup.p99_ms` (baseline: one write with fsync on the same disk, which each look at a child needs before its answer)
and `registry.directory.p99_ms` are its parts; `registry.floor.p99_ms` is a call that does nothing.
`registry.memory_mib`: of the registry afterwards; baseline: of the SQL process.
`registry.country.…`: the same with 79 municipalities.
"""
from __future__ import annotations

import argparse
import asyncio
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import registry_county
from tugi_client import Acting, Address, CallError, Client, Credentials

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUESTIONS: list[dict[str, Any]] = [
    {"words": "logopeed vene 1. klass Tapa vaba koht"},
    {"words": "speech therapist for a Russian-speaking first-grader near Tapa with a free place"},
    {"words": "логопед русский язык 1 класс свободное место"},
    {"words": "psühholoog vaba koht"}, {"words": "opiabi 3. klass"}, {"words": "noortekeskus huviring"},
    {"words": "jareleaitmine"}, {"words": "spetsialist 12"}, {"words": "karjäär 9. klass vene keel"},
    {"roles": ["speech-therapist"], "languages": ["ru"], "grade": 1, "free_place": True},
    {"need_codes": ["mental-health"], "kinds": ["resource"]}, {"words": "", "sorts": ["programme"], "free_place": True},
]


def line(name: str, value: float, unit: str, baseline: float) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, "baseline": round(baseline, 3),
                      "ratio": round(baseline / value, 2) if value else None}), flush=True)


def p(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Program:
    """A program that runs; known by the port that its ready line tells."""

    def __init__(self, path: pathlib.Path, *words: object, log: pathlib.Path) -> None:
        self.begun = time.monotonic()
        with open(log, "ab") as errors:
            self.process = subprocess.Popen([str(word) for word in (path, "serve", *words)], stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=errors, text=True)
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        if not ready:
            sys.exit(f"bench: {path.name} did not start; its last words:\n{log.read_text(encoding='utf-8')[-800:]}")
        self.port = int(json.loads(ready)["port"])

    def memory_mib(self) -> float:
        return memory_mib(self.process.pid)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def memory_mib(pid: int) -> float:
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


class Place:
    """A registry with its gateway, in a folder of its own."""

    def __init__(self, folder: pathlib.Path, programs: pathlib.Path, codes: list[str]) -> None:
        self.folder, self.programs, self.codes = folder, programs, codes
        self.certificates = folder / "certificates"
        words: list[object] = [ROOT / "scripts/certificates", "--out", self.certificates]
        for code in codes:
            own = "county-desk" if code == registry_county.COUNTY else "school-records"
            words += ["--municipality", code, "--system", own]
        subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)
        self.registry = self.start_registry(0)
        self.gateway = Program(programs / "tugi-gateway", "--listen", "127.0.0.1:0", *self.own("gateway"), "--signing-key",
                               self.certificates / "assertion.key", "--registry", f"127.0.0.1:{self.registry.port}",
                               log=folder / "gateway.log")

    def own(self, name: str) -> list[object]:
        pairs = self.certificates
        return ["--certificate", pairs / f"{name}.pem", "--key", pairs / f"{name}.key", "--authority", pairs / "ca.pem"]

    def start_registry(self, port: int) -> Program:
        return Program(self.programs / "tugi-registry", "--listen", f"127.0.0.1:{port}", *self.own("registry"), "--data",
                       self.folder, "--keys", self.folder / "keys", "--assertion-key", self.certificates / "assertion.pub",
                       "--set", f"county.partitions={','.join(self.codes)}", log=self.folder / "registry.log")

    async def reopen(self) -> float:
        """Seconds from the program's start until it says that it is healthy."""
        port = self.registry.port
        self.registry.stop()
        self.registry = self.start_registry(port)
        credentials = Credentials(*(self.certificates / name for name in ("gateway.pem", "gateway.key", "ca.pem")),
                                  server="registry")
        async with Client(Address("127.0.0.1", port), credentials) as client:
            while True:
                try:
                    answer = await client.call("Health/Check", {})
                    if answer.state == 1:
                        return time.monotonic() - self.registry.begun
                except CallError:
                    pass
                await asyncio.sleep(0.005)

    def client(self, code: str, post: str = "", role: str = "", system: str = "school-records") -> Client:
        pairs = self.certificates
        acting = Acting(registry_county.derived("person", "p." + post), role, "support") if post else Acting()
        return Client(Address("127.0.0.1", self.gateway.port), Credentials(
            pairs / f"{code}-{system}.pem", pairs / f"{code}-{system}.key", pairs / "ca.pem"), acting=acting)

    def stop(self) -> None:
        self.gateway.stop()
        self.registry.stop()


class Desk:
    """Someone of a municipality who looks children up: a school's registrar."""

    def __init__(self, place: Place, home: registry_county.Municipality) -> None:
        self.home = home
        self.school = next(row["code"] for row in home.part["institutions"]
                           if row["kind"] == "school" and any(post["institution"] == row["code"] and post["role"] == "registrar"
                                                              and post.get("person") for post in home.part["posts"]))
        post = next(row for row in home.part["posts"] if row["institution"] == self.school and row["role"] == "registrar")
        self.client = place.client(home.code, post["person"].removeprefix("p."), "registrar")
        self.children: list[bytes] = []
        self.codes: list[str] = []


async def load(place: Place, homes: list[registry_county.Municipality], children: int, seed: int) -> list[Desk]:
    """Brings all in through the gateway, as systems of the county and of the municipalities do."""
    from google.protobuf import json_format
    async with place.client(registry_county.COUNTY, system="county-desk") as desk:
        kind = desk.methods["Registry/ImportCounty"].request
        coordinator = Acting(registry_county.derived("person", "p.virol.county-coordinator"), "county-coordinator",
                             "data-entry")
        for number, home in enumerate(homes):
            request = kind(document=json_format.ParseDict(home.part, kind().document))
            desk.acting = coordinator if number else Acting()
            answer = await desk.call("Registry/ImportCounty", request)
            if answer.faults:
                sys.exit(f"bench: the county was refused: {answer.faults[0]}")
    desks, first = [], 0
    own = [home for home in homes if home.code != registry_county.COUNTY]
    for index, home in enumerate(own):
        count = children * (index + 1) // len(own) - children * index // len(own)
        desk = Desk(place, home)
        for school, text in registry_county.pupils(home, first, count, seed).items():
            registrar = next((row for row in home.part["posts"] if row["institution"] == school
                              and row["role"] in ("registrar", "head") and row.get("person")), None)
            if registrar is None:
                continue
            who = Acting(registry_county.derived("person", registrar["person"]), registrar["role"], "data-entry")
            own_acting, desk.client.acting = desk.client.acting, who
            answer = await desk.client.call("Registry/ImportPupils", {
                "municipality": home.code, "institution": school, "file_name": "pupils.csv", "csv": text.encode()})
            desk.client.acting = own_acting
            if answer.fault_count:
                sys.exit(f"bench: pupils were refused: {answer.faults[0]}")
            if school == desk.school:
                desk.codes = [row.split(",")[3] for row in text.splitlines()[1:]]
        listed = await desk.client.call("Registry/ListChildren", {
            "municipality": home.code, "institution_id": registry_county.derived("institution", desk.school).bytes})
        desk.children = [child.child_id for child in listed.children]
        desks.append(desk)
        first += count
    return desks


class Load:
    """Calls that are due at fixed times."""

    def __init__(self, rate: float, seconds: float) -> None:
        self.rate, self.count = rate, int(rate * seconds)
        self.times: dict[str, list[float]] = {}

    async def run(self, call: Callable[[int], tuple[str, Any]]) -> None:
        loop = asyncio.get_running_loop()
        begin = loop.time() + 0.05
        tasks = []

        async def one(number: int, due: float) -> None:
            name, work = call(number)
            await work
            self.times.setdefault(name, []).append((loop.time() - due) * 1000)

        for number in range(self.count):
            due = begin + number / self.rate
            pause = due - loop.time()
            if pause > 0:
                await asyncio.sleep(pause)
            tasks.append(asyncio.ensure_future(one(number, due)))
        await asyncio.gather(*tasks)


def mixed(desks: list[Desk], seed: int) -> Callable[[int], tuple[str, Any]]:
    rng = random.Random(seed)

    def call(number: int) -> tuple[str, Any]:
        desk = rng.choice(desks)
        if number % 3 == 2:
            return "directory", desk.client.call("Registry/SearchDirectory", QUESTIONS[number // 3 % len(QUESTIONS)])
        if number % 3 == 1:
            return "lookup", desk.client.call("Registry/FindChild", {
                "municipality": desk.home.code, "isikukood": rng.choice(desk.codes)})
        return "lookup", desk.client.call("Registry/GetChild", {
            "municipality": desk.home.code, "child_id": rng.choice(desk.children)})
    return call


def sql(homes: list[registry_county.Municipality], desks: list[Desk], children: int, folder: pathlib.Path, rate: float,
        seconds: float) -> tuple[list[float], float]:
    """What somebody would write in an afternoon: one database, an index, FTS5 for words, JSON-like lists with LIKE."""
    before = memory_mib(os.getpid())
    database = sqlite3.connect(folder / "baseline.sqlite")
    database.execute("CREATE TABLE child (id BLOB PRIMARY KEY, isikukood TEXT UNIQUE, name TEXT, class TEXT, grade INTEGER)")
    database.execute("CREATE TABLE resource (id INTEGER PRIMARY KEY, name TEXT, needs TEXT, languages TEXT, first INTEGER, "
                     "last INTEGER, places INTEGER, municipality TEXT, refer TEXT)")
    database.execute("CREATE VIRTUAL TABLE words USING fts5(name, refer, tokenize='unicode61 remove_diacritics 2', prefix='2 3')")
    known = [(identifier, code) for desk in desks for identifier, code in zip(desk.children, desk.codes)]
    database.executemany("INSERT OR IGNORE INTO child VALUES (?, ?, 'Näidis Õpilane', '1a', 1)", known)
    database.executemany("INSERT OR IGNORE INTO child VALUES (randomblob(16), ?, 'Näidis Õpilane', '1a', 1)",
                         ((f"x{number}",) for number in range(children - len(known))))
    for home in homes:
        for row in home.part["resources"]:
            cursor = database.execute("INSERT INTO resource VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", (
                row["name"], " ".join(row["needCodes"]), " ".join(row["languages"]), row["gradeFrom"] if "gradeFrom" in row else 0,
                row.get("gradeTo", 0), row.get("capacityPlaces", 0), row["municipality"], row["howToRefer"]))
            database.execute("INSERT INTO words (rowid, name, refer) VALUES (?, ?, ?)",
                             (cursor.lastrowid, row["name"], row["howToRefer"]))
    database.commit()
    rng, times, begin = random.Random(1), [], time.monotonic() + 0.05
    for number in range(int(rate * seconds)):
        due = begin + number / rate
        time.sleep(max(0.0, due - time.monotonic()))
        identifier, code = rng.choice(known)
        if number % 3 == 2:
            database.execute(
                "SELECT * FROM words JOIN resource ON resource.id = words.rowid WHERE words MATCH ? AND languages LIKE '%ru%' "
                "AND first <= ? AND last >= ? AND places > 0 AND municipality IN (?, '0060') ORDER BY rank LIMIT 20",
                (["logo*", "psüh*", "õpiabi*", "pere*"][number // 3 % 4], 1, 1, rng.choice(desks).home.code)).fetchall()
        elif number % 3 == 1:
            database.execute("SELECT * FROM child WHERE isikukood = ?", (code,)).fetchall()
        else:
            database.execute("SELECT * FROM child WHERE id = ?", (identifier,)).fetchall()
        times.append((time.monotonic() - due) * 1000)
    database.close()
    return times, max(0.1, memory_mib(os.getpid()) - before)


def fsync_ms(folder: pathlib.Path) -> list[float]:
    """One page written and made durable, again and again."""
    times = []
    with open(folder / "fsync", "wb", buffering=0) as file:
        for _ in range(300):
            begin = time.monotonic()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append((time.monotonic() - begin) * 1000)
    return times


async def measure(name: str, place: Place, homes: list[registry_county.Municipality], given: argparse.Namespace,
                  children: int) -> None:
    begun = time.monotonic()
    desks = await load(place, homes, children, given.seed)
    print(f"bench: {name} brought in within {time.monotonic() - begun:.0f} s", file=sys.stderr)
    opened = sorted([await place.reopen() for _ in range(given.rounds)])[given.rounds // 2]
    line(f"{name}.open.s", opened, "s", 1.0)
    # Connections are opened and posts are confirmed before anything is measured; so it is on a day at work.
    warm = Load(given.rate / 2, 3)
    await warm.run(mixed(desks, 0))
    floor = Load(given.rate, 3)
    await floor.run(lambda number: ("floor", desks[number % len(desks)].client.call("Version/Limits", {})))
    run = Load(given.rate, given.seconds)
    await run.run(mixed(desks, given.seed))
    memory = place.registry.memory_mib()
    for desk in desks:
        await desk.client.close()
    times, sql_memory = sql(homes, desks, children, place.folder, given.rate, given.seconds)
    everything = [value for values in run.times.values() for value in values]
    line(f"{name}.query.p99_ms", p(everything, 0.99), "ms", p(times, 0.99))
    line(f"{name}.query.p50_ms", p(everything, 0.5), "ms", p(times, 0.5))
    disk = fsync_ms(place.folder)
    for part, share in (("lookup", 0.99), ("lookup", 0.5)):
        line(f"{name}.{part}.p{share * 100:.0f}_ms", p(run.times[part], share), "ms", p(disk, share))
    for part, values in (("directory", run.times["directory"]), ("floor", floor.times["floor"])):
        line(f"{name}.{part}.p99_ms", p(values, 0.99), "ms", p(times, 0.99))
        line(f"{name}.{part}.p50_ms", p(values, 0.5), "ms", p(times, 0.5))
    line(f"{name}.memory_mib", memory, "MiB", sql_memory)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, required=True, help="folder of the built programs")
    parser.add_argument("--children", type=int, default=10_000)
    parser.add_argument("--resources", type=int, default=2_000)
    parser.add_argument("--country-children", type=int, default=160_000)
    parser.add_argument("--country-resources", type=int, default=16_000)
    parser.add_argument("--rate", type=float, default=200.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--rounds", type=int, default=3, help="how often the registry is opened")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=pathlib.Path, help="where the stores are for the time of the bench, such as "
                        "/dev/shm to see what the disk costs; default: the folder of temporary files")
    parser.add_argument("--only", choices=["county", "country"])
    given = parser.parse_args()
    sample = json.loads((ROOT / "scripts/samples/county.json").read_text(encoding="utf-8"))
    for part, count, resources, children in (("county", 8, given.resources, given.children),
                                             ("country", 79, given.country_resources, given.country_children)):
        if given.only not in (None, part):
            continue
        homes = registry_county.municipalities(sample, count, resources, given.seed)
        with tempfile.TemporaryDirectory(prefix="tugi-registry-", dir=given.folder) as folder:
            place = Place(pathlib.Path(folder), given.programs, [home.code for home in homes])
            try:
                asyncio.run(measure("registry" if part == "county" else "registry.country", place, homes, given, children))
            finally:
                place.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
