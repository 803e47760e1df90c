"""REQUEST (wire.md, section 5.1)."""
from __future__ import annotations

from typing import Any

from tugi_wire.frames import short_hex

from .layout import REQUEST, field, frame, u8, u16, u32
from .recorder import Add

P = u32(0x0104, 10000, 65600, 1048640)
OPERATION = bytes.fromhex("0190f5c27d3a7c4e8f00a1b2c3d4e5f6")
TRACE = bytes.fromhex("4bf92f3577b34da6a3ce929d0e0e4736" "00f067aa0ba902b7" "01")


def request(body: bytes, call: int = 1) -> bytes:
    return frame(REQUEST, body, call)


def request_meaning(call: int = 1, **changes: Any) -> dict[str, Any]:
    meaning: dict[str, Any] = {"frame": "request", "call": call, "method": 0x0104, "deadlineMilliseconds": 10000,
               "requestWindow": 65600, "responseWindow": 1048640, "attempt": 1, "metadata": []}
    meaning.update(changes)
    return meaning


def entry(name: str, value: bytes) -> bytes:
    return field(4, u8(len(name)) + name.encode() + value)


def vectors(add: Add) -> None:
    add("smallest request", "5.1", request(P), request_meaning())
    add("request with the highest call id", "3", request(P, 0x7FFFFFFF), request_meaning(call=0x7FFFFFFF))
    add("request with everything", "5.1",
        request(P + field(1, OPERATION) + field(2, u8(2)) + field(3, TRACE) + entry("tugi-role", b"head")
                + entry("tugi-person", bytes(range(16)))),
        request_meaning(operation=OPERATION.hex(), attempt=2, trace=TRACE.hex(), metadata=[
            ["tugi-role", b"head".hex()], ["tugi-person", bytes(range(16)).hex()]]))
    add("request of the worked example", "13", request(P + entry("tugi-role", b"head")),
        request_meaning(metadata=[["tugi-role", b"head".hex()]]))
    add("request with an empty metadata value", "5.1", request(P + entry("a", b"")),
        request_meaning(metadata=[["a", ""]]))
    add("request with the same name twice", "5.1", request(P + entry("a", b"1") + entry("a", b"2")),
        request_meaning(metadata=[["a", "31"], ["a", "32"]]))
    add("request with the longest name", "5.1", request(P + entry("n" * 64, b"")),
        request_meaning(metadata=[["n" * 64, ""]]))
    add("request with 32 entries", "7", request(P + entry("a", b"") * 32), request_meaning(metadata=[["a", ""]] * 32))
    add("request with all the metadata that fits", "7", request(P + entry("a", b"v" * 8191)),
        request_meaning(metadata=[["a", short_hex(b"v" * 8191)]]))
    add("request with its attempt spelled out", "5.1", request(P + field(2, u8(1))), request_meaning(),
        canonical=False)
    add("request with an ignorable field", "3.1", request(P + field(0x90, b"hint")), request_meaning(),
        canonical=False)
    add("request with the smallest windows", "5.1", request(u32(1, 1, 64, 64)),
        request_meaning(method=1, deadlineMilliseconds=1, requestWindow=64, responseWindow=64))
    add("request without a deadline", "5.1", request(u32(1, 0, 64, 64)), error=("field-malformed", 16))
    add("request with a window below an empty message", "5.1", request(u32(1, 1, 63, 64)),
        error=("field-malformed", 20))
    add("request with too large a response window", "5.1", request(u32(1, 1, 64, 0x80000000)),
        error=("field-malformed", 24))
    add("request with a short operation id", "5.1", request(P + field(1, OPERATION[:15])),
        error=("field-malformed", 31))
    add("request with attempt 0", "5.1", request(P + field(2, u8(0))), error=("field-malformed", 31))
    add("request with an attempt of two bytes", "5.1", request(P + field(2, u16(1))), error=("field-malformed", 31))
    add("request with a trace context of 24 bytes", "5.1", request(P + field(3, TRACE[:24])),
        error=("field-malformed", 31))
    add("request with an empty name", "5.1", request(P + field(4, u8(0) + b"v")), error=("field-malformed", 31))
    add("request with an empty entry", "5.1", request(P + field(4, b"")), error=("field-malformed", 31))
    add("request with a name beyond its entry", "5.1", request(P + field(4, u8(3) + b"ab")),
        error=("field-malformed", 31))
    add("request with an upper case name", "5.1", request(P + entry("Role", b"")), error=("field-malformed", 31))
    add("request with a name of 65 bytes", "5.1", request(P + entry("n" * 65, b"")), error=("field-malformed", 31))
    add("request with 33 entries", "7", request(P + entry("a", b"") * 33), error=("metadata-too-large", 28 + 32 * 5))
    add("request with too much metadata", "7", request(P + entry("a", b"v" * 8192)), error=("metadata-too-large", 28))
    add("request with a critical unknown field", "3.1", request(P + field(0x05, b"")), error=("field-unknown", 28))
    add("request with fields in the wrong order", "3.1", request(P + field(3, TRACE) + field(1, OPERATION)),
        error=("field-order", 28 + 28))
    add("request with its operation twice", "3.1", request(P + field(1, OPERATION) * 2),
        error=("field-order", 28 + 19))
    add("request too short", "3", request(P[:15]), error=("frame-length", 0))
    add("request too long", "3", frame(REQUEST, call=1, length=16385), error=("frame-too-large", 0))
    add("request without a call", "3", request(P, 0), error=("call-id", 8))
    add("request with flags", "3", frame(REQUEST, P, 1, flags=1), error=("reserved-bits", 5))
