"""Frames written number by number, so that the cases do not rest on the reference's own encoder."""
from __future__ import annotations

import struct

HELLO, REQUEST, MESSAGE, HALF_CLOSE, END, CANCEL, CREDIT, PING, PONG, GOAWAY, ERROR = range(1, 12)
FIRST, LAST, COMPRESSED, END_OF_REQUESTS = 1, 2, 4, 8


def frame(kind: int, body: bytes = b"", call: int = 0, flags: int = 0, reserved: int = 0,
          length: int | None = None) -> bytes:
    length = len(body) if length is None else length
    return struct.pack(">IBBHI", length, kind, flags, reserved, call) + body


def field(number: int, value: bytes) -> bytes:
    return struct.pack(">BH", number, len(value)) + value


def u8(*v: int) -> bytes:
    return struct.pack(f">{len(v)}B", *v)


def u16(*v: int) -> bytes:
    return struct.pack(f">{len(v)}H", *v)


def u32(*v: int) -> bytes:
    return struct.pack(f">{len(v)}I", *v)


def u64(*v: int) -> bytes:
    return struct.pack(f">{len(v)}Q", *v)
