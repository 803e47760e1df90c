"""Message types from Protocols/*.proto, made by protoc at first use into a cache folder."""
from __future__ import annotations

import hashlib
import importlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from types import ModuleType


class MessagesMissing(Exception):
    """Something to install or to set; the text says what to type."""


def protocols() -> pathlib.Path:
    """The folder Protocols: TUGI_CLIENT_PROTOCOLS, else that of this checkout."""
    return pathlib.Path(os.environ.get("TUGI_CLIENT_PROTOCOLS") or pathlib.Path(__file__).resolve().parents[3] / "Protocols")


def load(folder: pathlib.Path | None = None) -> dict[str, list[ModuleType]]:
    """Package name such as `tugi.registry.v1` -> the Python modules of its files."""
    folder = folder or protocols()
    protos = sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/v1/*.proto"))
    if not protos:
        raise MessagesMissing(f"{folder} holds no .proto files; set TUGI_CLIENT_PROTOCOLS to the folder Protocols")
    try:
        importlib.import_module("google.protobuf")
    except ImportError:
        raise MessagesMissing("protobuf for Python is missing; type: pip install 'protobuf>=4.21.12,<5', "
                              "or on Debian and Ubuntu: apt-get install python3-protobuf") from None
    made = generated(folder, protos)
    if str(made) not in sys.path:
        sys.path.insert(0, str(made))
    modules = [importlib.import_module(name.removesuffix(".proto").replace("/", ".") + "_pb2") for name in protos]
    packages: dict[str, list[ModuleType]] = {}
    for module in modules:
        packages.setdefault(module.DESCRIPTOR.package, []).append(module)
    return packages


def generated(folder: pathlib.Path, protos: list[str]) -> pathlib.Path:
    """The folder with protoc's output, made when these very files were not seen before."""
    protoc = shutil.which("protoc")
    if protoc is None:
        raise MessagesMissing("protoc is missing; type: apt-get install protobuf-compiler")
    version = subprocess.run([protoc, "--version"], check=True, capture_output=True).stdout
    digest = hashlib.sha256(version)
    for name in protos:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes())
    target = cache() / digest.hexdigest()[:16]
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    making = pathlib.Path(tempfile.mkdtemp(dir=target.parent, prefix="making-"))
    subprocess.run([protoc, f"-I{folder}", f"--python_out={making}", *protos], check=True)
    try:
        making.rename(target)
    except OSError:  # Another process was faster; its output is the same.
        shutil.rmtree(making)
    return target


def cache() -> pathlib.Path:
    """TUGI_CLIENT_CACHE, else the user's cache folder."""
    if named := os.environ.get("TUGI_CLIENT_CACHE"):
        return pathlib.Path(named)
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "tugi-client"
