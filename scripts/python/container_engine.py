"""A container engine to test with: the one this machine has, or one of our own that ends with us.

Our own is Debian's dockerd in a network namespace without a way out, with a base image made from Debian's packages: nothing is
pulled. It needs root. Compose and the linters come from PyPI into a folder of the project that git ignores.
"""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

ROOT = pathlib.Path(__file__).resolve().parents[2]
STORE = ROOT / ".build-containers"
TOOLS = STORE / "tools"
NAMES = ["registry", "risk", "referral", "training", "gateway"]
TARGETS = [*NAMES, "certificates"]
BASE = "debian:bookworm-slim"
PACKAGES = "libssl3,libsqlite3-0,zlib1g,tzdata,openssl"


class Trouble(Exception):
    """What went wrong, with the last words of the command that failed."""


def run(command: Sequence[str | os.PathLike[str]], **more: object) -> str:
    """Runs a command to its end and returns its output; a failure becomes Trouble."""
    done = subprocess.run(
        [str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, **more
    )  # type: ignore[call-overload]
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip())[-3000:]
        raise Trouble(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{words}")
    return done.stdout


def install_tools() -> None:
    """Compose, hadolint and check-jsonschema, at pinned versions; what carries a binary is pinned by its digest."""
    wanted = ROOT / "scripts/container/tools.txt"
    stamp = TOOLS / "installed.txt"
    if stamp.exists() and stamp.read_text() == wanted.read_text():
        return
    shutil.rmtree(TOOLS, ignore_errors=True)
    run([sys.executable, "-m", "venv", TOOLS])
    pip = [TOOLS / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    run([*pip, "--require-hashes", "-r", wanted])
    run([TOOLS / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "check-jsonschema==0.39.0"])
    shutil.copy(wanted, stamp)


def base_archive() -> pathlib.Path:
    """A root file system like debian:bookworm-slim with the libraries in it, made from this machine's Debian archive."""
    archive = STORE / "base.tar"
    if archive.exists() and time.time() - archive.stat().st_mtime < 7 * 86400:
        return archive
    signed = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    listing = run(["apt-get", "indextargets", "--format", "$(CREATED_BY) $(COMPONENT) $(RELEASE) $(REPO_URI)"])
    found = re.findall(r"^Packages main (bookworm\S*) (\S*/debian\S*)$", listing, re.MULTILINE)
    sources = sorted({f"deb {signed} {place} {suite} main" for suite, place in found})
    if not sources:
        raise Trouble("this machine has no Debian 12 package source: start Docker, or pass --base IMAGE")
    slim = [
        f"--dpkgopt={rule}"
        for rule in (
            "path-exclude=/usr/share/doc/*",
            "path-include=/usr/share/doc/*/copyright",
            "path-exclude=/usr/share/man/*",
            "path-exclude=/usr/share/locale/*",
        )
    ]
    unfinished = archive.with_suffix(".part.tar")
    run(["mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", *slim, "bookworm", unfinished, *sources])
    unfinished.rename(archive)
    return archive


class Engine:
    """Where containers run. Use it as a context manager: what it started ends with it."""

    def __init__(self, base: str | None = None) -> None:
        self.base = base or BASE
        self.environment = dict(os.environ)
        self.own = False
        self.namespace: str | None = None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tugi-engine-"))
        self.process: subprocess.Popen[bytes] | None = None
        self.builder = "docker"

    def __enter__(self) -> Engine:
        try:
            run([ROOT / "scripts/prepare", "--containers"])
            install_tools()
            if not self._answers():
                self._start()
            self._find_compose()
            self._find_builder()
            if self.own:
                run(["docker", "import", base_archive(), BASE], env=self.environment)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
            for mounted in reversed(pathlib.Path("/proc/mounts").read_text().splitlines()):
                place = mounted.split()[1]
                if place.startswith(str(self.folder)):
                    subprocess.run(["umount", "-l", place], capture_output=True, check=False)
        if self.namespace:
            subprocess.run(["ip", "netns", "del", self.namespace], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    # Commands

    def docker(self, *words: str | os.PathLike[str]) -> str:
        return run(["docker", *words], env=self.environment)

    def compose(self, *words: str | os.PathLike[str]) -> str:
        return run(["docker", "compose", "--progress", "quiet", *words], env=self.environment, cwd=ROOT)

    def outside(self, *words: str | os.PathLike[str]) -> list[str]:
        """The command as somebody runs it who reaches published ports and nothing else of the containers."""
        enter = ["nsenter", f"--net=/run/netns/{self.namespace}"] if self.namespace else []
        return [*enter, *map(str, words)]

    def inspect(self, thing: str) -> dict[str, object]:
        return json.loads(self.docker("inspect", thing))[0]

    def memory_mib(self, container: str) -> float:
        """Memory that a container uses now without what the kernel could drop, as `docker stats` counts it, in MiB."""
        host = self.environment.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        link = http.client.HTTPConnection("docker")
        link.sock = socket.socket(socket.AF_UNIX)
        link.sock.connect(host.removeprefix("unix://"))
        link.request("GET", f"/containers/{container}/stats?stream=false&one-shot=true")
        usage = json.loads(link.getresponse().read())["memory_stats"]
        link.close()
        return (usage.get("usage", 0) - usage.get("stats", {}).get("inactive_file", 0)) / 2**20

    # Images

    def build_images(self, programs: pathlib.Path, version: str) -> None:
        """All images from programs that are built already (`scripts/programs --out`)."""
        context = self.folder / "context"
        shutil.rmtree(context, ignore_errors=True)
        (context / "scripts").mkdir(parents=True)
        shutil.copytree(programs, context / "programs")
        shutil.copytree(ROOT / "scripts/container", context / "scripts/container")
        shutil.copy(ROOT / "scripts/certificates", context / "scripts/certificates")
        offline = ["--network", "none", "--pull=false"] if self.own else []
        for target in TARGETS:
            run(
                [
                    *[self.builder, "build", "--quiet", *offline, "-f", ROOT / "scripts/Dockerfile", "--target", target],
                    *["--build-arg", "PROGRAMS=prebuilt", "--build-arg", f"VERSION={version}"],
                    *["--build-arg", f"BASE={self.base}", "-t", f"tugi-{target}:{version}", context],
                ],
                env={**self.environment, "DOCKER_BUILDKIT": "1"},
            )

    # Start

    def _answers(self) -> bool:
        if shutil.which("docker") is None:
            return False
        return subprocess.run(["docker", "info"], capture_output=True, env=self.environment, check=False).returncode == 0

    def _start(self) -> None:
        if os.geteuid() != 0:
            raise Trouble("no container engine answers, and only root can start one: start Docker, or use sudo")
        self.own = True
        self.namespace = f"tugi-{os.getpid()}"
        run(["ip", "netns", "add", self.namespace])
        run(["ip", "-n", self.namespace, "link", "set", "lo", "up"])
        place = f"unix://{self.folder}/engine.sock"
        self.environment |= {"DOCKER_HOST": place, "DOCKER_CONFIG": str(self.folder / "config")}
        self.environment.pop("DOCKER_CONTEXT", None)
        log = (self.folder / "engine.log").open("wb")
        # `ip netns exec` would hide the control groups.
        self.process = subprocess.Popen(
            [
                *["nsenter", f"--net=/run/netns/{self.namespace}", "dockerd", "--host", place],
                *["--data-root", self.folder / "data", "--exec-root", self.folder / "exec", "-p", self.folder / "pid"],
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        end = time.monotonic() + 60
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise Trouble("dockerd does not start:\n" + (self.folder / "engine.log").read_text()[-2000:])
            time.sleep(0.1)

    def _find_compose(self) -> None:
        found = subprocess.run(
            ["docker", "compose", "version", "--short"], capture_output=True, text=True, env=self.environment, check=False
        )
        if found.returncode == 0 and re.match(r"v?[2-9]", found.stdout):
            return
        config = pathlib.Path(self.environment.get("DOCKER_CONFIG", str(self.folder / "config")))
        self.environment["DOCKER_CONFIG"] = str(config)
        (config / "cli-plugins").mkdir(parents=True, exist_ok=True)
        # The package's own starter hides failures; the program in it does not.
        program = next(TOOLS.glob("lib/python*/site-packages/compose/docker-compose"))
        (config / "cli-plugins/docker-compose").symlink_to(program)

    def _find_builder(self) -> None:
        """A client that can build: with its buildx part, or one old enough to have BuildKit inside."""
        for client in ["docker", "/usr/bin/docker"]:
            if shutil.which(client) is None:
                continue
            version = run([client, "--version"])
            number = re.search(r"version (\d+)", version)
            inside = number is not None and int(number.group(1)) < 23
            buildx = subprocess.run([client, "buildx", "version"], capture_output=True, env=self.environment, check=False)
            if inside or buildx.returncode == 0:
                self.builder = client
                return
        raise Trouble("this docker client cannot build images: install its buildx part (docker-buildx-plugin)")
