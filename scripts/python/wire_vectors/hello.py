"""HELLO (wire.md, section 4)."""
from __future__ import annotations

from typing import Any

from .layout import HELLO, field, frame, u16, u32, u64
from .recorder import Add

ENVIRONMENT, SOFTWARE = "laane-viru.example/test", "tugi-gateway/0.1.0"
V = field(1, u16(1, 1))
F = field(2, u64(1))
E = field(3, ENVIRONMENT.encode())
L = field(4, u32(1048576, 64, 4198400, 8192, 32))
S = field(5, SOFTWARE.encode())


def hello(body: bytes) -> bytes:
    return frame(HELLO, b"TUGI" + body)


def hello_meaning(**changes: Any) -> dict[str, Any]:
    meaning: dict[str, Any] = {"frame": "hello", "versions": [1, 1], "features": "1", "environment": ENVIRONMENT,
               "limits": [1048576, 64, 4198400, 8192, 32], "software": SOFTWARE}
    meaning.update(changes)
    return meaning


def vectors(add: Add) -> None:
    add("hello", "13", hello(V + F + E + L + S), hello_meaning())
    add("hello speaking versions 1 to 3", "4", hello(field(1, u16(1, 3)) + F + E + L + S),
        hello_meaning(versions=[1, 3]))
    add("hello with unknown feature bits", "4", hello(V + field(2, u64(0x8001000000000001)) + E + L + S),
        hello_meaning(features="8001000000000001"))
    add("hello with an ignorable field", "12", hello(V + F + E + L + S + field(0xFA, b"\x00\xff")), hello_meaning(),
        canonical=False)
    add("hello with two ignorable fields", "3.1",
        hello(V + F + E + L + S + field(0x80, b"") + field(0xFE, b"x" * 300)),
        hello_meaning(), canonical=False)
    add("hello with the longest names", "4", hello(V + F + field(3, b"e" * 64) + L + field(5, b"s" * 64)),
        hello_meaning(environment="e" * 64, software="s" * 64))
    add("hello of another protocol", "4", frame(HELLO, b"HTTP" + V + F + E + L + S), error=("bad-magic", 12))
    add("hello without fields", "4", hello(b""), error=("field-missing", 16))
    add("hello without its last field", "4", hello(V + F + E + L), error=("field-missing", 12 + 4 + 7 + 11 + 26 + 23))
    add("hello without a feature field", "4", hello(V + E + L + S),
        error=("field-missing", 12 + 4 + 7 + 26 + 23 + 21))
    add("hello with a critical unknown field", "3.1", hello(V + F + E + L + S + field(0x06, b"")),
        error=("field-unknown", 104))
    add("hello with fields in the wrong order", "3.1", hello(F + V + E + L + S), error=("field-order", 27))
    add("hello with a field twice", "3.1", hello(V + V + F + E + L + S), error=("field-order", 23))
    add("hello whose lowest version is above its highest", "4", hello(field(1, u16(2, 1)) + F + E + L + S),
        error=("field-malformed", 19))
    add("hello speaking version 0", "4", hello(field(1, u16(0, 1)) + F + E + L + S), error=("field-malformed", 19))
    add("hello with versions of five bytes", "4", hello(field(1, u16(1, 1) + b"\0") + F + E + L + S),
        error=("field-malformed", 19))
    add("hello with short features", "4", hello(V + field(2, u32(1)) + E + L + S), error=("field-malformed", 26))
    add("hello with an empty environment", "4", hello(V + F + field(3, b"") + L + S), error=("field-malformed", 37))
    add("hello with too long an environment", "4", hello(V + F + field(3, b"e" * 65) + L + S),
        error=("field-malformed", 37))
    add("hello announcing messages beyond the hard bound", "7",
        hello(V + F + E + field(4, u32(4194305, 64, 4198400, 8192, 32)) + S), error=("field-malformed", 63))
    add("hello allowing no call", "4", hello(V + F + E + field(4, u32(1048576, 0, 4198400, 8192, 32)) + S),
        error=("field-malformed", 63))
    add("hello with a field longer than the frame", "3.1", hello(V + F + E + L + b"\x05\x00\x13" + SOFTWARE.encode()),
        error=("frame-length", 84))
    add("hello ending inside a field's length", "3.1", hello(V + F + E + L + S + b"\x80\x00"),
        error=("frame-length", 105))
    add("hello on a call", "3", frame(HELLO, b"TUGI" + V + F + E + L + S, call=1), error=("call-id", 8))
    add("hello too long", "3", frame(HELLO, length=4097), error=("frame-too-large", 0))
    add("hello too short", "3", frame(HELLO, length=3), error=("frame-length", 0))
