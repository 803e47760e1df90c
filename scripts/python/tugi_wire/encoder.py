"""Frames to bytes (wire.md, sections 3 to 8), as a careful sender writes them."""
from __future__ import annotations

import struct

from .faults import CODES
from .frames import (
    CANCEL_REASONS, GOAWAY_REASONS, MAGIC, STATUSES, Cancel, Credit, End, Error, Flag, Frame, GoAway, HalfClose, Hello,
    Ignorable, Kind, Message, Ping, Pong, Request,
)

ADVICE = {"doNot": 0, "neverSeen": 1, "after": 2}
GREASE_FIELD = 0xFA


def frame(kind: int, body: bytes = b"", call: int = 0, flags: int = 0, reserved: int = 0,
          length: int | None = None) -> bytes:
    """Any header before any body, also wrong ones: tests need those."""
    return struct.pack(">IBBHI", len(body) if length is None else length, kind, flags, reserved, call) + body


def field(number: int, value: bytes) -> bytes:
    return struct.pack(">BH", number, len(value)) + value


def encode(value: Frame) -> bytes:
    match value:
        case Hello():
            return frame(Kind.HELLO, hello_body(value))
        case Request():
            return frame(Kind.REQUEST, request_body(value), value.call)
        case Message():
            return frame(Kind.MESSAGE, message_body(value), value.call, value.flags)
        case HalfClose():
            return frame(Kind.HALF_CLOSE, b"", value.call)
        case End():
            return frame(Kind.END, end_body(value), value.call)
        case Cancel():
            return frame(Kind.CANCEL, bytes([CANCEL_REASONS.index(value.reason)]), value.call)
        case Credit():
            return frame(Kind.CREDIT, struct.pack(">I", value.bytes), value.call)
        case Ping():
            return frame(Kind.PING, value.opaque)
        case Pong():
            return frame(Kind.PONG, value.opaque)
        case GoAway():
            fixed = struct.pack(">IIB", value.last, value.grace_ms, GOAWAY_REASONS.index(value.reason))
            return frame(Kind.GOAWAY, fixed + text_field(1, value.message, 256))
        case Error():
            fixed = struct.pack(">HI", CODES.index(value.code), value.offset)
            return frame(Kind.ERROR, fixed + text_field(1, value.message, 256))
        case Ignorable():
            return frame(value.kind, value.body)


def hello_body(hello: Hello) -> bytes:
    body = (struct.pack(">I", MAGIC) + field(1, struct.pack(">HH", *hello.versions))
            + field(2, struct.pack(">Q", hello.features)) + field(3, hello.environment.encode())
            + field(4, struct.pack(">5I", *hello.limits.numbers())) + field(5, hello.software.encode()))
    return body if hello.grease is None else body + field(GREASE_FIELD, hello.grease)


def request_body(request: Request) -> bytes:
    body = struct.pack(">4I", request.method, request.deadline_ms, request.request_window, request.response_window)
    if request.operation is not None:
        body += field(1, request.operation)
    if request.attempt != 1:
        body += field(2, bytes([request.attempt]))
    if request.trace is not None:
        body += field(3, request.trace)
    for name, value in request.metadata:
        body += field(4, bytes([len(name)]) + name.encode("ascii") + value)
    return body


def message_body(message: Message) -> bytes:
    if Flag.FIRST not in message.flags:
        return message.payload
    lengths = struct.pack(">I", message.message_bytes)
    if Flag.COMPRESSED in message.flags:
        lengths += struct.pack(">I", message.plain_bytes)
    return lengths + message.payload


def end_body(end: End) -> bytes:
    status = end.status
    after = status.after_ms if status.advice == "after" else 0
    body = struct.pack(">BBHI", STATUSES.index(status.code), ADVICE[status.advice], 0, after)
    body += text_field(1, status.reason, 64) + text_field(2, status.message, 1_024)
    return body + (field(3, status.details) if status.details else b"")


def text_field(number: int, text: str, bytes_max: int) -> bytes:
    """Nothing for an empty text; a long one is cut between two characters."""
    value = text.encode()[:bytes_max].decode("utf-8", "ignore").encode()
    return field(number, value) if value else b""
