"""The small frames of a call (wire.md, section 5)."""
from __future__ import annotations

from .layout import HALF_CLOSE, CANCEL, CREDIT, frame, u8, u32
from .recorder import Add


def vectors(add: Add) -> None:
    add("half-close", "5.5", frame(HALF_CLOSE, call=7), {"frame": "halfClose", "call": 7})
    add("half-close with a body", "3", frame(HALF_CLOSE, b"x", 7), error=("frame-too-large", 0))
    for number, reason in enumerate(["callerLeft", "deadlinePassed", "responseBroken"]):
        add(f"cancel, {reason}", "5.5", frame(CANCEL, u8(number), 7),
            {"frame": "cancel", "call": 7, "reason": reason})
    add("cancel for a reason of a later version", "5.5", frame(CANCEL, u8(200), 7),
        {"frame": "cancel", "call": 7, "reason": "callerLeft"}, canonical=False)
    add("cancel without a reason", "3", frame(CANCEL, b"", 7), error=("frame-length", 0))
    add("cancel of the connection", "3", frame(CANCEL, u8(0), 0), error=("call-id", 8))
    add("credit of one byte", "5.4", frame(CREDIT, u32(1), 7), {"frame": "credit", "call": 7, "bytes": 1})
    add("credit, the most", "5.4", frame(CREDIT, u32(0x7FFFFFFF), 7),
        {"frame": "credit", "call": 7, "bytes": 0x7FFFFFFF})
    add("credit of nothing", "5.4", frame(CREDIT, u32(0), 7), error=("field-malformed", 12))
    add("credit beyond 2^31 - 1", "5.4", frame(CREDIT, u32(0x80000000), 7), error=("field-malformed", 12))
    add("credit too short", "3", frame(CREDIT, bytes(3), 7), error=("frame-length", 0))
    add("credit too long", "3", frame(CREDIT, bytes(5), 7), error=("frame-too-large", 0))
    add("credit of the connection", "5.4", frame(CREDIT, u32(1), 0), error=("call-id", 8))
