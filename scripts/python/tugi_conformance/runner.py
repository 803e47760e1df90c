"""Runs cases against programs, many at a time, and says how each went."""
from __future__ import annotations

import asyncio
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass

from tugi_client.methods import Catalogue

from .peer import Failed
from .registry import Case
from .session import Session
from .subject import Subject
from .tls import CutOff
from .tls_cases import make_certificates

ROOT = pathlib.Path(__file__).resolve().parents[3]
ROLES = {"swift-server": "server", "swift-client": "client", "python-client": "client"}
AT_ONCE, SECONDS_MAX = 16, 60.0


@dataclass
class Result:
    against: str
    case: Case
    well: bool
    seen: str
    seconds: float

    def line(self, as_json: bool) -> str:
        if as_json:
            return json.dumps({
                "case": self.case.name, "against": self.against, "section": self.case.section, "rule": self.case.rule,
                "passed": self.well, "seen": self.seen, "seconds": round(self.seconds, 3)}, ensure_ascii=False)
        return f"{'pass' if self.well else 'FAIL'}  {self.against:13} {self.case.name}  §{self.case.section}  {self.seen}"


def subject(against: str, program: str, certificates: pathlib.Path) -> Subject:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts/python"), "PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, "-m", "tugi_conformance.python_client"] if against == "python-client" else [program]
    return Subject(against, [*words, str(certificates)], environment)


async def run(cases: Iterable[Case], against: Iterable[str], program: str, as_json: bool) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="tugi-conformance-") as folder:
        certificates = pathlib.Path(folder)
        subprocess.run([ROOT / "scripts/certificates", "--out", folder], check=True, stdout=subprocess.DEVNULL)
        make_certificates(certificates)
        catalogue = Catalogue(ROOT / "Tests/ConformanceProgram/Protocol")
        results: list[Result] = []
        all_cases = list(cases)
        for name in against:
            tested = subject(name, program, certificates)
            other = subject("swift-server", program, certificates) if ROLES[name] == "client" else None
            await tested.start()
            if other is not None:
                await other.start()
            free = asyncio.Semaphore(AT_ONCE)

            async def one(case: Case) -> None:
                async with free:
                    session = Session(tested, ROLES[name], certificates, catalogue, other)
                    result = await attempt(case, session)
                results.append(result)
                print(result.line(as_json), flush=True)

            await asyncio.gather(*[one(case) for case in all_cases if ROLES[name] in case.roles])
            await tested.stop()
            if other is not None:
                await other.stop()
        return results


async def attempt(case: Case, session: Session) -> Result:
    began = time.monotonic()
    try:
        seen = await asyncio.wait_for(case.check(session), SECONDS_MAX)
        well, said = True, seen or session.seen
    except asyncio.TimeoutError:
        well, said = False, f"nothing came for {SECONDS_MAX:.0f} s{history(session)}"
    except (Failed, CutOff) as error:
        well, said = False, f"{error}{history(session)}"
    except Exception as error:  # A mistake of the runner's fails its case, not the run.
        well, said = False, f"{type(error).__name__}: {error}{history(session)}"
    try:
        await session.end()
    except Exception as error:
        well, said = False, f"{said}; at the end {type(error).__name__}: {error}"
    return Result(session.subject.name, case, well, said, time.monotonic() - began)


def history(session: Session) -> str:
    """What the reference sent (>) and saw (<)."""
    return "".join(f"\n        {line}" for peer in session.peers for line in peer.log[-12:])
