"""What the deployment costs: images' sizes, the time from nothing to a healthy county, memory idle and at work.

One JSON object a line. Baselines: for sizes the limit of 120 MB; for the start the same five programs started on the same
machine without containers, as scripts/run does it; for memory the limit that docker-compose.yml gives. A ratio above 1 is better
than the baseline.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from container_engine import NAMES, ROOT, STORE, Engine, Trouble, run
from test_containers import IMAGE_MB_MAX, VERSION, County


def line(name: str, value: float, unit: str, baseline: float) -> None:
    ratio = round(baseline / value, 2) if value else None
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit, "baseline": round(baseline, 2), "ratio": ratio}))


def bare_start(programs: pathlib.Path, work: pathlib.Path) -> float:
    """Seconds from nothing to a healthy county without containers: certificates, stores, five programs."""
    begin = time.monotonic()
    pairs = work / "certificates"
    run([ROOT / "scripts/certificates", "--out", pairs])
    running: list[subprocess.Popen[str]] = []
    addresses: list[str] = []
    try:
        for name in NAMES:
            own = ["--certificate", pairs / f"{name}.pem", "--key", pairs / f"{name}.key", "--authority", pairs / "ca.pem"]
            if name == "gateway":
                own += ["--signing-key", pairs / "assertion.key", *addresses]
            else:
                own += ["--data", work, "--keys", work / "keys", "--assertion-key", pairs / "assertion.pub"]
            program = subprocess.Popen(
                [str(word) for word in [programs / f"tugi-{name}", "serve", "--listen", "127.0.0.1:0", *own]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            running.append(program)
            assert program.stdout is not None
            port = json.loads(program.stdout.readline())["port"]
            addresses += [f"--{name}", f"127.0.0.1:{port}"]
        run([programs / "tugi-gateway", "health", "--wait", "60", "--home", work, "--gateway", addresses[-1]])
        return time.monotonic() - begin
    finally:
        for program in reversed(running):
            program.terminate()
            program.wait()


class MemoryWatch(threading.Thread):
    """Keeps the largest memory of each container that was seen while it runs."""

    def __init__(self, county: County) -> None:
        super().__init__(daemon=True)
        self.county = county
        self.most = dict.fromkeys(NAMES, 0.0)
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.1):
            for name in NAMES:
                self.most[name] = max(self.most[name], self.county.engine.memory_mib(self.county.container(name)))


def bench(engine: Engine, programs: pathlib.Path, work: pathlib.Path, pupils: int, rounds: int) -> None:
    engine.build_images(programs, VERSION)
    for name in NAMES:
        size = engine.inspect(f"tugi-{name}:{VERSION}")["Size"]
        line(f"deploy.image_mb.{name}", float(str(size)) / 1e6, "MB", IMAGE_MB_MAX)
    county = County(engine, work / "home", programs, 17401)
    ups, bares = [], []
    try:
        for number in range(rounds):
            county.down(volumes=True)
            ups.append(county.up())
            folder = work / f"bare-{number}"
            folder.mkdir()
            bares.append(bare_start(programs, folder))
        line("deploy.up_to_healthy_s", statistics.median(ups), "s", statistics.median(bares))
        county.fetch_certificates()
        limits = {name: float(str(engine.inspect(county.container(name))["HostConfig"]["Memory"])) / 2**20 for name in NAMES}  # type: ignore[index]
        time.sleep(10)
        for name in NAMES:
            line(f"deploy.memory_mib.{name}.idle", engine.memory_mib(county.container(name)), "MiB", limits[name])
        source = work / "input"
        generator = [sys.executable, ROOT / "scripts/python/generate_county.py", "--county", ROOT / "scripts/samples/county.json"]
        run([*generator, "--out", source, "--pupils", str(pupils), "--seed", "1"])
        watch = MemoryWatch(county)
        watch.start()
        county.main_job(source)
        watch.over.set()
        watch.join()
        for name in NAMES:
            line(f"deploy.memory_mib.{name}.main_job", watch.most[name], "MiB", limits[name])
    finally:
        county.down(volumes=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, help="what scripts/programs --out wrote; else it is called")
    parser.add_argument("--pupils", type=int, default=10_000, help="size of the county that the main job works on")
    parser.add_argument("--rounds", type=int, default=3, help="starts that are measured")
    arguments = parser.parse_args()
    programs = arguments.programs
    try:
        if programs is None:
            programs = STORE / "programs"
            run([ROOT / "scripts/programs", "--out", programs])
        with tempfile.TemporaryDirectory(prefix="tugi-deploy-") as work, Engine() as engine:
            bench(engine, programs.resolve(), pathlib.Path(work), arguments.pupils, arguments.rounds)
    except Trouble as trouble:
        print(f"bench: {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
