"""One good frame of each kind with a body, cut at every point of it; the header tells the cut length.

That a frame whose bytes merely have not all come is waited for at every point, readers of all vectors check themselves.
"""
from __future__ import annotations

from .layout import (
    CANCEL, COMPRESSED, CREDIT, END, ERROR, FIRST, GOAWAY, HELLO, LAST, MESSAGE, PING, PONG, REQUEST, field, frame,
    u8, u16, u32, u64,
)
from .recorder import Add

SAMPLES: dict[str, tuple[int, int, int, bytes]] = {
    "hello": (HELLO, 0, 0, b"TUGI" + field(1, u16(1, 1)) + field(2, u64(1)) + field(3, b"katse/1")
              + field(4, u32(1048576, 64, 4198400, 8192, 32)) + field(5, b"proov/1") + field(0xFA, b"\x01")),
    "request": (REQUEST, 1, 0, u32(0x0104, 10000, 65600, 65600) + field(1, bytes(range(16))) + field(2, u8(2))
                + field(3, bytes(range(25))) + field(4, b"\x01av")),
    "message": (MESSAGE, 1, FIRST | LAST, u32(2) + b"\x08\x01"),
    "compressed message": (MESSAGE, 1, FIRST | LAST | COMPRESSED, u32(4, 80) + b"zzzz"),
    "end": (END, 1, 0, u8(14, 2) + u16(0) + u32(1500) + field(1, b"why") + field(2, b"what") + field(3, b"\x08\x01")),
    "cancel": (CANCEL, 1, 0, u8(1)),
    "credit": (CREDIT, 1, 0, u32(65600)),
    "ping": (PING, 0, 0, u64(1)),
    "pong": (PONG, 0, 0, u64(1)),
    "goaway": (GOAWAY, 0, 0, u32(41, 30000) + u8(1) + field(1, b"age")),
    "error": (ERROR, 0, 0, u16(5) + u32(0) + field(1, b"why")),
}


def vectors(add: Add) -> None:
    for name, (kind, call, flags, body) in SAMPLES.items():
        add(f"{name}, whole", "3", frame(kind, body, call, flags))
        for length in range(len(body)):
            add(f"{name}, body cut to {length} of {len(body)} bytes", "3", frame(kind, body[:length], call, flags))
