"""The county in real containers: built, started, used, killed and drained. See scripts/test-containers."""

from __future__ import annotations

import argparse
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from container_engine import NAMES, ROOT, STORE, TARGETS, TOOLS, Engine, Trouble, run

VERSION = "test"
IMAGE_MB_MAX = 120
PUPILS = 400
SERVICES = NAMES[:-1]
# The line of the main job at which a container is killed: in the middle of the imports, of the weekly pass, of the
# child's way, of the training.
KILL_AT = {
    "registry": r"\b3 of ",
    "risk": r"\b5 of ",
    "gateway": r"\b7 of ",
    "referral": r"^4\. ",
    "training": r"^5\. ",
}


def check(truth: object, words: str) -> None:
    if not truth:
        raise Trouble(words)


@contextmanager
def step(name: str) -> Iterator[None]:
    begin = time.monotonic()
    yield
    print(f"containers: {name}: well ({time.monotonic() - begin:.1f} s)", flush=True)


class County:
    """One installation of docker-compose.yml under a project name of its own, and a person outside who uses it."""

    def __init__(self, engine: Engine, home: pathlib.Path, programs: pathlib.Path, port: int, **settings: str) -> None:
        self.engine = engine
        self.home = home
        self.programs = programs
        self.address = f"127.0.0.1:{port}"
        self.project = f"tugi-test-{os.getpid()}"
        engine.environment |= {
            "COMPOSE_PROJECT_NAME": self.project,
            "TUGI_VERSION": VERSION,
            "TUGI_PUBLISH": self.address,
            **settings,
        }

    def up(self) -> float:
        """Starts everything and waits until all is healthy; how long that took, in seconds."""
        begin = time.monotonic()
        self.engine.compose("up", "--detach", "--wait", "--pull", "never", "--no-build")
        return time.monotonic() - begin

    def down(self, *, volumes: bool) -> None:
        self.engine.compose("down", *(["--volumes"] if volumes else []))

    def container(self, name: str) -> str:
        return f"{self.project}-{name}-1"

    def fetch_certificates(self) -> None:
        """As README says: the development certificates of people and systems, out of the job's container."""
        (self.home / "certificates").mkdir(parents=True, exist_ok=True)
        self.engine.compose("cp", "certificates:/identities/clients/.", self.home / "certificates")

    def tugi(self, *words: str | os.PathLike[str]) -> subprocess.Popen[str]:
        """Starts the command line outside, at the published port."""
        return subprocess.Popen(
            self.engine.outside(self.programs / "tugi-gateway", *words),
            env={**os.environ, "TUGI_HOME": str(self.home), "TUGI_GATEWAY": self.address},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, *words: str | os.PathLike[str]) -> str:
        """A command's output; it must end with 0."""
        asked = self.tugi(*words)
        output = asked.communicate()[0]
        check(asked.returncode == 0, f"tugi-gateway {' '.join(map(str, words))} ended with {asked.returncode}:\n{output}")
        return output

    def main_job(self, source: pathlib.Path, on_line: Callable[[str], None] = lambda _: None) -> dict[str, object]:
        """Runs the main job and returns its report, without times."""
        report = self.home / "report.json"
        job = self.tugi("main-job", "--input", source, "--report", report)
        said = []
        assert job.stdout is not None
        for line in job.stdout:
            said.append(line)
            on_line(line)
        check(job.wait() == 0, f"main-job ended with {job.returncode}:\n{''.join(said[-30:])}")
        kept = ["countyRows", "posts", "vacantPosts", "pupils", "observations", "passes", "journey", "registered"]
        found = json.loads(report.read_text())
        return {key: found[key] for key in kept}

    def digests(self) -> dict[str, dict[str, str]]:
        """Digests of all stores; every audit chain must verify, and no event may be under way."""
        self.ask("health", "--settled", "--wait", "60")
        status = json.loads(self.ask("status", "--digests", "--json"))
        check(status["auditChainsWhole"] is True, "an audit chain is not whole")
        return {service["service"]: service["digests"] for service in status["services"]}


def lint(engine: Engine) -> None:
    run([TOOLS / "bin/hadolint", ROOT / "scripts/Dockerfile"])
    files = [ROOT / "docker-compose.yml", ROOT / "scripts/container/start-order.yml"]
    run([TOOLS / "bin/check-jsonschema", "--builtin-schema", "vendor.compose-spec", *files])
    engine.compose("config", "--quiet")
    # Swarm's own reader is in the client since 25; it must take the file as it is.
    if "config" in run(["docker", "stack", "--help"]):
        run(["docker", "stack", "config", "--compose-file", ROOT / "docker-compose.yml"])


def hardened(program: pathlib.Path) -> None:
    """Position independent, all relocations read-only at start, no symbols, nothing of Swift's needed outside."""
    kind = run(["readelf", "--wide", "--file-header", "--program-headers", "--dynamic", "--section-headers", program])
    check("DYN (Position-Independent Executable file)" in kind, f"{program.name} is not position independent")
    check("GNU_RELRO" in kind and "BIND_NOW" in kind, f"{program.name} resolves symbols after its start")
    check(re.search(r"GNU_STACK.* RW ", kind), f"{program.name} has an executable stack")
    check("RUNPATH" not in kind and "RPATH" not in kind, f"{program.name} looks for libraries where it was built")
    check(".symtab" not in kind and ".debug_" not in kind, f"{program.name} is not stripped")
    check("libswift" not in kind and "libFoundation" not in kind, f"{program.name} needs Swift's libraries from outside")


def images(engine: Engine) -> None:
    for target in TARGETS:
        image = f"tugi-{target}:{VERSION}"
        found = engine.inspect(image)
        config = found["Config"]
        check(config["User"] == "10001:10001", f"{image} runs as {config['User']!r}")
        check(config["Labels"].get("org.opencontainers.image.title") == f"tugi-{target}", f"{image} has no title")
        if target == "certificates":
            continue
        size = found["Size"] / 1e6
        check(size <= IMAGE_MB_MAX, f"{image} has {size:.1f} MB, more than {IMAGE_MB_MAX}")
        check(engine.docker("run", "--rm", "--network", "none", image, "--version").strip(), f"{image} tells no version")
        try:
            engine.docker("run", "--rm", "--network", "none", "--entrypoint", "/bin/sh", image, "-c", "true")
        except Trouble:
            pass
        else:
            raise Trouble(f"{image} holds a shell")
    box = engine.docker("create", f"tugi-registry:{VERSION}").strip()
    with tempfile.TemporaryDirectory() as folder:
        engine.docker("cp", f"{box}:/usr/share/sbom/tugi-registry.spdx", folder)
        listing = (pathlib.Path(folder) / "tugi-registry.spdx").read_text()
    engine.docker("rm", box)
    named = set(re.findall(r"^PackageName: (\S+)$", listing, re.MULTILINE))
    wanted = {"tugi-registry", "swift", "swift-nio", "swift-protobuf", "grdb.swift", "libssl3", "libsqlite3-0", "libc6"}
    check(wanted <= named, f"the list of what is inside lacks {wanted - named}")


def confined(engine: Engine, county: County) -> None:
    """What the compose file says of every container holds in the engine."""
    for name in NAMES:
        found = engine.inspect(county.container(name))
        host = found["HostConfig"]
        check(host["ReadonlyRootfs"] is True, f"{name} may write to its root file system")
        check(host["CapDrop"] == ["ALL"] and not host["CapAdd"], f"{name} keeps capabilities")
        check("no-new-privileges:true" in host["SecurityOpt"], f"{name} may gain privileges")
        check(host["Memory"] > 0 and host["PidsLimit"] > 0 and host["Init"] is True, f"{name} lacks limits")
        check(host["LogConfig"]["Config"].get("max-size") == "10m", f"{name} logs without end")
        published = [port for port, places in (found["NetworkSettings"]["Ports"] or {}).items() if places]
        check(published == (["7400/tcp"] if name == "gateway" else []), f"{name} publishes {published}")
        seen = {mount["Destination"] for mount in found["Mounts"]}
        check(not any("identities" in place for place in seen), f"{name} sees the identities of others")
    inner = engine.inspect(f"{county.project}_services")
    check(inner["Internal"] is True, "the services' network has a way out")


def refused(engine: Engine, county: County) -> None:
    """Who has no certificate of this county's authority gets nothing."""
    foreign = county.home / "foreign"
    run([ROOT / "scripts/certificates", "--out", foreign])
    peer = ["openssl", "s_client", "-connect", county.address, "-tls1_3", "-alpn", "tugi/1", "-ign_eof"]
    for pair in [[], ["-cert", foreign / "operator.pem", "-key", foreign / "operator.key"]]:
        asked = subprocess.run(
            engine.outside(*peer, *pair), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False
        )
        refusal = "unknown ca" if pair else "certificate required"
        check(refusal in asked.stderr, f"a peer with {'a foreign' if pair else 'no'} certificate was not refused: {asked.stderr}")


FLOOD = """
import socket, sys
host, port = sys.argv[1].split(":")
held = []
for _ in range(1500):
    held.append(socket.create_connection((host, int(port)), timeout=5))
"""


def flooded(engine: Engine, county: County) -> None:
    """More connections than the gateway takes, by somebody without a certificate: once they are gone, all is as before."""
    run(engine.outside(sys.executable, "-c", FLOOD, county.address))
    county.ask("health", "--wait", "20")


def told(engine: Engine) -> None:
    """A wrong setting is told where README says to ask."""
    engine.environment["TUGI_LOG_LEVEL"] = "loud"
    try:
        engine.compose("run", "--rm", "--no-deps", "registry", "config", "validate")
    except Trouble as trouble:
        check("log.level" in str(trouble), f"the wrong setting is not named: {trouble}")
    else:
        raise Trouble("a wrong setting was found right")
    finally:
        del engine.environment["TUGI_LOG_LEVEL"]


def disturb(engine: Engine, county: County, left: dict[str, str]) -> Callable[[str], None]:
    """Kills each container at its line while the main job goes on, and starts it again; takes it out of `left`."""

    def on_line(line: str) -> None:
        for name in [name for name, place in left.items() if re.search(place, line)]:
            del left[name]
            engine.docker("kill", "--signal", "KILL", county.container(name))
            engine.docker("start", county.container(name))

    return on_line


def quiet(engine: Engine, county: County, source: pathlib.Path) -> None:
    """Logs are JSON lines, and nothing of any child is in them."""
    names = set()
    for file in source.rglob("pupils.csv"):
        with file.open(encoding="utf-8-sig") as rows:
            for row in csv.DictReader(rows):
                names |= {row["family_name"], row["given_name"]} - {""}
    for name in NAMES:
        logs = engine.docker("logs", county.container(name))
        for line in logs.splitlines():
            json.loads(line)
        shown = [word for word in names if f"{word}" in logs]
        check(not shown, f"the log of {name} holds {len(shown)} names of children")


def drained(engine: Engine, county: County) -> None:
    """SIGTERM lets work end: each container ends with 0, well before the grace is over."""
    for name in reversed(NAMES):
        engine.docker("stop", county.container(name))
        code = engine.inspect(county.container(name))["State"]["ExitCode"]
        check(code == 0, f"{name} ended with {code} when it was asked to stop")


def back_up(engine: Engine, county: County, into: pathlib.Path) -> None:
    """As README says: with the services stopped, each one's store and keys as an archive, owners included."""
    into.mkdir()
    for name in SERVICES:
        for place in ["tugi", "tugi-keys"]:
            with (into / f"{name}-{place}.tar").open("wb") as archive:
                command = ["docker", "compose", "--progress", "quiet", "cp", f"{name}:/var/lib/{place}/.", "-"]
                subprocess.run(command, stdout=archive, env=engine.environment, cwd=ROOT, check=True)


def restore(engine: Engine, county: County, source: pathlib.Path) -> None:
    """Into containers that were made and not started yet."""
    engine.compose("create", "--pull", "never", "--no-build")
    for name in SERVICES:
        for place in ["tugi", "tugi-keys"]:
            with (source / f"{name}-{place}.tar").open("rb") as archive:
                command = ["docker", "compose", "--progress", "quiet", "cp", "-", f"{name}:/var/lib/{place}"]
                subprocess.run(command, stdin=archive, env=engine.environment, cwd=ROOT, check=True)


def used(engine: Engine, county: County, source: pathlib.Path, work: pathlib.Path) -> dict[str, object]:
    """A county's first days: the main job, a restart, an upgrade, a disaster. Answers the main job's result."""
    with step("up, healthy"):
        county.up()
    with step("confined"):
        confined(engine, county)
        county.fetch_certificates()
        refused(engine, county)
        flooded(engine, county)
        told(engine)
        check("serving" in engine.compose("run", "--rm", "operator", "status"), "the operator's container shows no status")
    with step("main job from outside"):
        result = county.main_job(source)
        check(result["pupils"] == PUPILS and result["journey"][-1] == "closed", "the main job did not come to its end")
        before = county.digests()
        quiet(engine, county, source)
    with step("drain, upgrade by tag: nothing is lost"):
        drained(engine, county)
        for target in TARGETS:
            engine.docker("tag", f"tugi-{target}:{VERSION}", f"tugi-{target}:{VERSION}-next")
        engine.compose("stop")
        engine.environment["TUGI_VERSION"] = f"{VERSION}-next"
        county.up()
        check(engine.inspect(county.container("risk"))["Config"]["Image"].endswith("-next"), "the old image runs on")
        check(county.digests() == before, "the stores are not what they were before the upgrade")
        check(county.main_job(source) == result, "the same input again gave another result")
        check(county.digests() == before, "the same input again changed the stores")
    with step("back up, lose everything, restore"):
        engine.compose("stop")
        back_up(engine, county, work / "backup")
        county.down(volumes=True)
        restore(engine, county, work / "backup")
        county.up()
        county.fetch_certificates()
        check(county.digests() == before, "the restored stores are not those that were backed up")
    return result


def killed(engine: Engine, county: County, source: pathlib.Path, expected: dict[str, object]) -> None:
    """A fresh county again, and each container killed once while the main job runs."""
    with step("each container killed in the middle: nothing is lost or doubled"):
        county.down(volumes=True)
        county.up()
        county.fetch_certificates()
        left = dict(KILL_AT)
        check(county.main_job(source, disturb(engine, county, left)) == expected, "kills changed the main job's result")
        check(not left, f"not killed, since the main job never came there: {left}")
        after = county.digests()
        check(county.main_job(source) == expected, "a job that ran through kills ends otherwise when repeated")
        check(county.digests() == after, "a repeated job changed the stores")


def own_certificates(engine: Engine, county: County, work: pathlib.Path) -> None:
    """Production: certificates from outside, keys made once and then never by themselves."""
    with step("production, with certificates and keys of its own"):
        county.down(volumes=True)
        identities = work / "identities"
        run([ROOT / "scripts/certificates", "--out", work / "real", "--folders", identities])
        run(["chown", "-R", "10001:10001", identities])
        engine.environment["TUGI_COUNTY_ENVIRONMENT"] = "production"
        for what in ["development certificates are used", "keys are made without being asked for"]:
            try:
                county.up()
            except Trouble:
                pass
            else:
                raise Trouble(f"in production {what}")
            engine.environment["TUGI_IDENTITIES"] = f"{identities}/"
        county.down(volumes=True)
        engine.environment["TUGI_KEYS_CREATE"] = "true"
        county.up()
        del engine.environment["TUGI_KEYS_CREATE"]
        county.up()
        pair = ["--certificate", identities / "clients/operator.pem", "--key", identities / "clients/operator.key"]
        trust = ["--authority", identities / "clients/ca.pem", "--environment", "production"]
        county.ask("health", "--wait", "20", *pair, *trust)


def swarm(engine: Engine, county: County) -> None:
    """The same file on a Swarm of one node, without anything that orders the start."""
    with step("the same file on Docker Swarm"):
        county.down(volumes=True)
        engine.docker("swarm", "init", "--advertise-addr", "127.0.0.1")
        stack = county.project
        engine.docker("stack", "deploy", "--resolve-image", "never", "--compose-file", ROOT / "docker-compose.yml", stack)
        end = time.monotonic() + 60
        while True:
            made = engine.docker("ps", "--all", "--quiet", "--filter", f"name={stack}_certificates", "--filter", "exited=0")
            if made or time.monotonic() > end:
                break
            time.sleep(0.2)
        check(made, "on the Swarm no certificates are made")
        shutil.rmtree(county.home)
        county.home.mkdir()
        engine.docker("cp", f"{made.split()[0]}:/identities/clients", county.home / "certificates")
        # The published port needs the kernel's balancer (IPVS), which not every test machine has: ask the gateway itself.
        while county.tugi("health", "--gateway", f"{gateway_address(engine, stack)}:7400").wait() != 0:
            check(time.monotonic() < end, "on the Swarm the county does not get healthy within a minute")
            time.sleep(0.2)
        engine.docker("stack", "rm", stack)


def gateway_address(engine: Engine, stack: str) -> str:
    """Where the gateway's container of a stack is reached from its node; a dead address while there is none."""
    running = engine.docker("ps", "--quiet", "--no-trunc", "--filter", f"name={stack}_gateway").split()
    bridge = engine.inspect("docker_gwbridge")["Containers"]
    return str(bridge[running[0]]["IPv4Address"]).split("/")[0] if running and running[0] in bridge else "127.0.0.1"  # type: ignore[index]


def test(engine: Engine, programs: pathlib.Path, work: pathlib.Path) -> None:
    source = work / "input"
    run(
        [
            *[sys.executable, ROOT / "scripts/python/generate_county.py", "--county", ROOT / "scripts/samples/county.json"],
            *["--out", source, "--pupils", str(PUPILS), "--seed", "7"],
        ]
    )
    with step("programs are hardened"):
        for name in NAMES:
            hardened(programs / f"tugi-{name}")
    with step("lint"):
        lint(engine)
    with step("images"):
        engine.build_images(programs, VERSION)
        images(engine)
    # Asked more often than in service, since the test waits for the answers.
    county = County(engine, work / "home", programs, 17400, TUGI_HEALTH_INTERVAL="1s")
    try:
        result = used(engine, county, source, work)
        killed(engine, county, source, result)
        own_certificates(engine, county, work)
        # An engine that is not ours is not made a Swarm; and clients before 25 want a form of file that is no more.
        if engine.own and "config" in run(["docker", "stack", "--help"]):
            for name in ["TUGI_COUNTY_ENVIRONMENT", "TUGI_IDENTITIES"]:
                del engine.environment[name]
            swarm(engine, county)
    except BaseException:
        print(engine.compose("ps", "--all"), file=sys.stderr)
        print(engine.compose("logs", "--tail", "5"), file=sys.stderr)
        raise
    finally:
        county.down(volumes=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", help="another base image than debian:bookworm-slim")
    parser.add_argument("--programs", type=pathlib.Path, help="what scripts/programs --out wrote; else it is called")
    arguments = parser.parse_args()
    programs = arguments.programs
    try:
        if programs is None:
            programs = STORE / "programs"
            with step("programs built"):
                run([ROOT / "scripts/programs", "--out", programs])
        with tempfile.TemporaryDirectory(prefix="tugi-containers-") as work, Engine(arguments.base) as engine:
            print(f"containers: engine: {'our own' if engine.own else 'the one of this machine'}", flush=True)
            test(engine, programs.resolve(), pathlib.Path(work))
    except Trouble as trouble:
        print(f"containers: FAILED: {trouble}", file=sys.stderr)
        return 1
    print("containers: all well")
    return 0


if __name__ == "__main__":
    sys.exit(main())
