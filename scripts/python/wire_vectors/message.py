"""MESSAGE (wire.md, sections 5.2 and 5.3)."""
from __future__ import annotations

from typing import Any

from tugi_wire.frames import short_hex

from .layout import MESSAGE, FIRST, LAST, COMPRESSED, END_OF_REQUESTS, frame, u32
from .recorder import Add

# A frame's vector does not look into the stream; that it is shorter than its plain length is all that shows here.
ZIPPED = b"\x78\x9c" + bytes(range(69))


def message(flags: int, body: bytes, call: int = 1) -> bytes:
    return frame(MESSAGE, body, call, flags)


def fragment(call: int, flags: int, length: int, plain: int, payload: bytes) -> dict[str, Any]:
    meaning: dict[str, Any] = {"frame": "message", "call": call, "flags": flags, "payload": short_hex(payload)}
    if flags & FIRST:
        meaning.update(messageBytes=length, plainBytes=plain)
    return meaning


def vectors(add: Add) -> None:
    add("message of the worked example", "13", message(FIRST | LAST | END_OF_REQUESTS, u32(2) + b"\x08\x01"),
        fragment(1, 11, 2, 2, b"\x08\x01"))
    add("empty message", "5.2", message(FIRST | LAST, u32(0)), fragment(1, 3, 0, 0, b""))
    add("first fragment of the least length", "5.2", message(FIRST, u32(5000) + b"a" * 4096),
        fragment(1, 1, 5000, 5000, b"a" * 4096), canonical=False)
    add("middle fragment of the least length", "5.2", message(0, b"b" * 4096), fragment(1, 0, 0, 0, b"b" * 4096),
        canonical=False)
    add("last fragment of one byte", "5.2", message(LAST, b"c"), fragment(1, 2, 0, 0, b"c"), canonical=False)
    add("last fragment of no byte, which the state refuses", "5.2", message(LAST, b""), fragment(1, 2, 0, 0, b""),
        canonical=False)
    add("last fragment that ends the requests", "5.2", message(LAST | END_OF_REQUESTS, b"c"),
        fragment(1, 10, 0, 0, b"c"),
        canonical=False)
    add("compressed message", "5.3", message(FIRST | LAST | COMPRESSED, u32(len(ZIPPED), 1000) + ZIPPED),
        fragment(1, 7, len(ZIPPED), 1000, ZIPPED))
    add("compressed message that grows twenty times", "5.3",
        message(FIRST | LAST | COMPRESSED, u32(10, 200) + b"z" * 10),
        fragment(1, 7, 10, 200, b"z" * 10))
    add("first fragment of the longest message", "7", message(FIRST, u32(1048576) + b"a" * 4096),
        fragment(1, 1, 1048576, 1048576, b"a" * 4096), canonical=False)
    add("compressed message that grows more than twenty times", "5.3",
        message(FIRST | LAST | COMPRESSED, u32(10, 201) + b"z" * 10), error=("message-too-large", 16))
    add("compressed message that does not grow", "5.3", message(FIRST | LAST | COMPRESSED, u32(10, 10) + b"z" * 10),
        error=("message-too-large", 16))
    add("message beyond the limit", "7", message(FIRST, u32(1048577) + b"a" * 4096), error=("message-too-large", 12))
    add("compressed message beyond the limit", "7", message(FIRST, u32(1048577, 0xFFFFFFFF) + b"a" * 4096),
        error=("message-too-large", 12))
    add("message shorter than its length", "5.2", message(FIRST | LAST, u32(3) + b"ab"),
        error=("fragment-length", 12))
    add("message longer than its length", "5.2", message(FIRST | LAST, u32(1) + b"ab"), error=("fragment-length", 12))
    add("whole message without LAST", "5.2", message(FIRST, u32(4096) + b"a" * 4096), error=("fragment-length", 12))
    add("first fragment below the least length", "5.2", message(FIRST, u32(5000) + b"a" * 4095),
        error=("fragment-length", 0))
    add("middle fragment below the least length", "5.2", message(0, b"b" * 4095), error=("fragment-length", 0))
    add("empty middle fragment", "5.2", message(0, b""), error=("fragment-length", 0))
    add("first fragment without its length", "5.2", message(FIRST | LAST, b"\0\0\0"), error=("frame-length", 12))
    add("compressed without its plain length", "5.2", message(FIRST | LAST | COMPRESSED, u32(0)),
        error=("frame-length", 16))
    add("compressed without FIRST", "5.2", message(LAST | COMPRESSED, b"a"), error=("reserved-bits", 5))
    add("end of requests without LAST", "5.2", message(FIRST | END_OF_REQUESTS, u32(9000) + b"a" * 4096),
        error=("reserved-bits", 5))
    for bit in (0x10, 0x20, 0x40, 0x80):
        add(f"message with unknown flag 0x{bit:02x}", "5.2", message(FIRST | LAST | bit, u32(0)),
            error=("reserved-bits", 5))
    add("message without a call", "3", message(FIRST | LAST, u32(0), 0), error=("call-id", 8))
    add("message frame of 64 KiB and a byte", "3", frame(MESSAGE, call=1, flags=FIRST, length=65537),
        error=("frame-too-large", 0))
