"""Collects vectors, judged by the reference decoder.

A case may state what it means or which fault it is: then it is checked against the reference. Where a case states
nothing, the reference's judgement is what is written.
"""
from __future__ import annotations

from typing import Any, Protocol

from tugi_wire.decoder import FrameDecoder
from tugi_wire.encoder import encode
from tugi_wire.faults import WireFault
from tugi_wire.frames import Flag, Ignorable, Message, short_hex


class Add(Protocol):
    def __call__(self, name: str, section: str, data: bytes, decoded: dict[str, Any] | None = None,
                 error: tuple[str, int] | None = None, canonical: bool | None = None) -> None: ...


class Recorder:
    def __init__(self) -> None:
        self.files: dict[str, list[dict[str, Any]]] = {}
        self.names: set[str] = set()

    def into(self, file: str) -> Add:
        def add(name: str, section: str, data: bytes, decoded: dict[str, Any] | None = None,
                error: tuple[str, int] | None = None, canonical: bool | None = None) -> None:
            if name in self.names:
                raise SystemExit(f"vectors: two are called {name!r}")
            self.names.add(name)
            vector = judged(name, section, data)
            stated = {} if decoded is None else {"decoded": decoded}
            if error is not None:
                stated = {"error": {"code": error[0], "offset": error[1]}}
            if canonical is False:
                vector["canonical"] = False
            for key, value in stated.items():
                if vector.get(key) != value:
                    raise SystemExit(f"vectors: {name!r}: stated {value}, but the reference says {vector}")
            self.files.setdefault(file, []).append(vector)
        return add


def judged(name: str, section: str, data: bytes) -> dict[str, Any]:
    """The vector as the reference sees it. `canonical: false`: good, but no encoder writes it so by itself: it has
    ignorable parts, spells out a default, or is a part of a message."""
    vector: dict[str, Any] = {"name": name, "section": section, "hex": short_hex(data)}
    decoder = FrameDecoder()
    decoder.append(data)
    try:
        frame = decoder.next()
    except WireFault as fault:
        vector["error"] = {"code": fault.name, "offset": fault.offset}
        return vector
    if frame is None or decoder.buffered_bytes:
        raise SystemExit(f"vectors: {name!r} is not one frame, nor a fault")
    vector["decoded"] = frame.meaning()
    part = isinstance(frame, Message) and (Flag.FIRST | Flag.LAST) not in frame.flags
    if encode(frame) != data or part or isinstance(frame, Ignorable):
        vector["canonical"] = False
    return vector
