"""END (wire.md, section 8)."""
from __future__ import annotations

from typing import Any

from .layout import END, field, frame, u8, u16, u32
from .recorder import Add


def end(body: bytes, call: int = 1) -> bytes:
    return frame(END, body, call)


def end_meaning(status: str = "ok", retry: str = "doNot", reason: str = "", message: str = "",
                details: str = "") -> dict[str, Any]:
    return {"frame": "end", "call": 1, "status": status, "retry": retry, "reason": reason, "message": message,
            "details": details}


STATUSES = ["ok", "cancelled", "unknown", "invalidArgument", "deadlineExceeded", "notFound", "alreadyExists",
            "permissionDenied", "resourceExhausted", "failedPrecondition", "aborted", "outOfRange", "unimplemented",
            "internal", "unavailable", "dataLoss", "unauthenticated"]


def vectors(add: Add) -> None:
    for number, status in enumerate(STATUSES):
        add(f"end with status {status}", "8", end(u8(number, 0) + u16(0) + u32(0)), end_meaning(status))
    add("end of the worked example", "13", end(u8(5, 0) + u16(0) + u32(0) + field(1, b"child-unknown")),
        end_meaning("notFound", reason="child-unknown"))
    add("end with everything", "8",
        end(u8(14, 2) + u16(0) + u32(1500) + field(1, b"draining") + field(2, "Proovi uuesti 1,5 s pärast.".encode())
            + field(3, b"\x08\x01")),
        end_meaning("unavailable", "after 1500", "draining", "Proovi uuesti 1,5 s pärast.", "0801"))
    add("end never seen", "8", end(u8(8, 1) + u16(0) + u32(0)), end_meaning("resourceExhausted", "neverSeen"))
    add("end with a status of a later version", "8", end(u8(17, 0) + u16(0) + u32(0) + field(1, b"new")),
        end_meaning("unknown", reason="new"), canonical=False)
    add("end with unknown advice", "8", end(u8(14, 3) + u16(0) + u32(9)), end_meaning("unavailable"), canonical=False)
    add("end with broken text", "3.1", end(u8(13, 0) + u16(0) + u32(0) + field(2, b"a\xffb")),
        end_meaning("internal", message="a\ufffdb"), canonical=False)
    add("end with the longest reason", "8", end(u8(13, 0) + u16(0) + u32(0) + field(1, b"r" * 64)),
        end_meaning("internal", reason="r" * 64))
    add("end with an ignorable field", "3.1", end(u8(0, 0) + u16(0) + u32(0) + field(0xC0, b"later")), end_meaning(),
        canonical=False)
    add("end with too long a reason", "8", end(u8(13, 0) + u16(0) + u32(0) + field(1, b"r" * 65)),
        error=("field-malformed", 23))
    add("end with too long a message", "8", end(u8(13, 0) + u16(0) + u32(0) + field(2, b"m" * 1025)),
        error=("field-malformed", 23))
    add("end with too long details", "8", end(u8(13, 0) + u16(0) + u32(0) + field(3, b"d" * 4097)),
        error=("field-malformed", 23))
    add("end with reserved bits", "8", end(u8(0, 0) + u16(1) + u32(0)), error=("reserved-bits", 14))
    add("end with a critical unknown field", "3.1", end(u8(0, 0) + u16(0) + u32(0) + field(4, b"")),
        error=("field-unknown", 20))
    add("end with its reason twice", "3.1", end(u8(0, 0) + u16(0) + u32(0) + field(1, b"a") * 2),
        error=("field-order", 24))
    add("end too short", "3", end(bytes(7)), error=("frame-length", 0))
