"""The header and the connection's frames (wire.md, sections 3 and 6)."""
from __future__ import annotations

from .layout import HALF_CLOSE, PING, PONG, GOAWAY, ERROR, field, frame, u8, u16, u32, u64
from .recorder import Add


def vectors(add: Add) -> None:
    add("ping", "6.1", frame(PING, u64(0x0123456789ABCDEF)), {"frame": "ping", "opaque": "0123456789abcdef"})
    add("pong", "6.1", frame(PONG, u64(0xFFFFFFFFFFFFFFFF)), {"frame": "pong", "opaque": "ffffffffffffffff"})
    add("ping too short", "3", frame(PING, bytes(7)), error=("frame-length", 0))
    add("ping too long", "3", frame(PING, bytes(9)), error=("frame-too-large", 0))
    add("ping of a call", "3", frame(PING, bytes(8), 1), error=("call-id", 8))
    add("ping with flags", "3", frame(PING, bytes(8), flags=1), error=("reserved-bits", 5))
    for number, reason in enumerate(["other", "shutdown", "age", "idle", "overload"]):
        add(f"goaway, {reason}", "6.2", frame(GOAWAY, u32(41, 30000) + u8(number)),
            {"frame": "goAway", "last": 41, "graceMilliseconds": 30000, "reason": reason, "message": ""})
    add("goaway, notice with words", "6.2", frame(GOAWAY, u32(0x7FFFFFFF, 0) + u8(1) + field(1, b"restart")),
        {"frame": "goAway", "last": 0x7FFFFFFF, "graceMilliseconds": 0, "reason": "shutdown", "message": "restart"})
    add("goaway for a reason of a later version", "6.2", frame(GOAWAY, u32(0, 0) + u8(9)),
        {"frame": "goAway", "last": 0, "graceMilliseconds": 0, "reason": "other", "message": ""}, canonical=False)
    add("goaway with the reserved bit of its call", "6.2", frame(GOAWAY, u32(0x80000000, 0) + u8(0)),
        error=("reserved-bits", 12))
    add("goaway with too many words", "6.2", frame(GOAWAY, u32(0, 0) + u8(0) + field(1, b"w" * 257)),
        error=("field-malformed", 24))
    add("goaway with a critical unknown field", "3.1", frame(GOAWAY, u32(0, 0) + u8(0) + field(2, b"")),
        error=("field-unknown", 21))
    add("goaway too short", "3", frame(GOAWAY, bytes(8)), error=("frame-length", 0))
    add("error", "6.3", frame(ERROR, u16(5) + u32(0) + field(1, b"too large")),
        {"frame": "error", "code": "frame-too-large", "offset": 0, "message": "too large"})
    add("error without words", "6.3", frame(ERROR, u16(7) + u32(6)),
        {"frame": "error", "code": "reserved-bits", "offset": 6, "message": ""})
    add("error with a code of a later version", "9", frame(ERROR, u16(999) + u32(0)),
        {"frame": "error", "code": "unknown", "offset": 0, "message": ""}, canonical=False)
    add("error too short", "3", frame(ERROR, bytes(5)), error=("frame-length", 0))
    add("unknown ignorable frame", "3", frame(0x80, b"whatever"), {"frame": "ignorable", "kind": 0x80},
        canonical=False)
    add("unknown ignorable frame of a call, with flags", "3", frame(0xFA, b"", 3, flags=0xFF),
        {"frame": "ignorable", "kind": 0xFA}, canonical=False)
    add("ignorable frame with reserved bits", "3", frame(0xFA, reserved=1), error=("reserved-bits", 6))
    add("unknown critical frame", "3", frame(0x0C), error=("frame-type-unknown", 4))
    add("frame of kind 0", "3", frame(0x00), error=("frame-type-unknown", 4))
    add("frame of kind 0x7f", "3", frame(0x7F, length=65536), error=("frame-type-unknown", 4))
    add("longest length there is", "3", frame(PING, length=0xFFFFFFFF), error=("frame-too-large", 0))
    add("too long, ignorable all the same", "3", frame(0xFA, length=65537), error=("frame-too-large", 0))
    for bit in range(16):
        add(f"header with reserved bit {bit}", "3", frame(PING, bytes(8), reserved=1 << bit),
            error=("reserved-bits", 6))
    add("header with the reserved bit of the call", "3", frame(HALF_CLOSE, call=0x80000001),
        error=("reserved-bits", 8))
    add("the first fault counts: reserved before kind", "3", frame(0x0C, reserved=1), error=("reserved-bits", 6))
    add("the first fault counts: length before call", "3", frame(PING, bytes(7), call=1), error=("frame-length", 0))
    add("plain HTTP", "3", b"GET / HTTP/1.1\r\n\r\n", error=("frame-too-large", 0))
    add("a TLS record", "3", bytes.fromhex("16030100c8010000c40303a1"), error=("frame-too-large", 0))
