"""The frames as values (wire.md, sections 3 to 8), and their meaning as the vectors write it down."""
from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any

HEADER_BYTES = 12
FRAME_BYTES_MAX = 65_536
FRAGMENT_BYTES_MIN = 4_096
OVERHEAD = 64
NUMBER_MAX = 2**31 - 1
GROWTH_MAX = 20
MAGIC = 0x54554749
NOTICE_PING = bytes.fromhex("5455474944524149")
ZLIB = 1


class Kind(IntEnum):
    HELLO = 1
    REQUEST = 2
    MESSAGE = 3
    HALF_CLOSE = 4
    END = 5
    CANCEL = 6
    CREDIT = 7
    PING = 8
    PONG = 9
    GOAWAY = 10
    ERROR = 11


# kind: (least body, longest body, belongs to a call)
BODY = {
    Kind.HELLO: (4, 4_096, False), Kind.REQUEST: (16, 16_384, True), Kind.MESSAGE: (0, 65_536, True),
    Kind.HALF_CLOSE: (0, 0, True), Kind.END: (8, 8_192, True), Kind.CANCEL: (1, 1, True),
    Kind.CREDIT: (4, 4, True), Kind.PING: (8, 8, False), Kind.PONG: (8, 8, False),
    Kind.GOAWAY: (9, 1_024, False), Kind.ERROR: (6, 1_024, False),
}


class Flag(IntFlag):
    FIRST = 1
    LAST = 2
    COMPRESSED = 4
    END_OF_REQUESTS = 8


STATUSES = (
    "ok", "cancelled", "unknown", "invalidArgument", "deadlineExceeded", "notFound", "alreadyExists",
    "permissionDenied", "resourceExhausted", "failedPrecondition", "aborted", "outOfRange", "unimplemented",
    "internal", "unavailable", "dataLoss", "unauthenticated",
)
CANCEL_REASONS = ("callerLeft", "deadlinePassed", "responseBroken")
GOAWAY_REASONS = ("other", "shutdown", "age", "idle", "overload")


def short_hex(data: bytes) -> str:
    """Hex, in which 64 or more equal bytes in a row stand as `[61x4096]`: the byte and how often."""
    out, at = [], 0
    while at < len(data):
        end = at + 1
        while end < len(data) and data[end] == data[at]:
            end += 1
        out.append(f"[{data[at]:02x}x{end - at}]" if end - at >= 64 else data[at:end].hex())
        at = end
    return "".join(out)


@dataclass(frozen=True)
class Limits:
    """What a side receives; its HELLO announces them."""

    message_bytes: int = 1_048_576
    calls: int = 64
    budget_bytes: int = 4_198_400
    metadata_bytes: int = 8_192
    metadata_entries: int = 32

    def numbers(self) -> tuple[int, ...]:
        return (self.message_bytes, self.calls, self.budget_bytes, self.metadata_bytes, self.metadata_entries)


@dataclass(frozen=True)
class Hello:
    environment: str
    software: str
    limits: Limits = Limits()
    versions: tuple[int, int] = (1, 1)
    features: int = ZLIB
    grease: bytes | None = None

    def meaning(self) -> dict[str, Any]:
        return {"frame": "hello", "versions": list(self.versions), "features": f"{self.features:x}",
                "environment": self.environment, "limits": list(self.limits.numbers()), "software": self.software}


@dataclass(frozen=True)
class Request:
    call: int
    method: int
    deadline_ms: int
    request_window: int
    response_window: int
    operation: bytes | None = None
    attempt: int = 1
    trace: bytes | None = None
    metadata: tuple[tuple[str, bytes], ...] = ()

    def meaning(self) -> dict[str, Any]:
        result: dict[str, Any] = {
            "frame": "request", "call": self.call, "method": self.method, "deadlineMilliseconds": self.deadline_ms,
            "requestWindow": self.request_window, "responseWindow": self.response_window, "attempt": self.attempt,
            "metadata": [[name, short_hex(value)] for name, value in self.metadata]}
        if self.operation is not None:
            result["operation"] = self.operation.hex()
        if self.trace is not None:
            result["trace"] = self.trace.hex()
        return result


@dataclass(frozen=True)
class Message:
    """One fragment. Lengths are those of the whole message, told with FIRST; 0 without."""

    call: int
    flags: Flag
    payload: bytes
    message_bytes: int = 0
    plain_bytes: int = 0

    def meaning(self) -> dict[str, Any]:
        result: dict[str, Any] = {"frame": "message", "call": self.call, "flags": int(self.flags),
                                  "payload": short_hex(self.payload)}
        if Flag.FIRST in self.flags:
            result.update(messageBytes=self.message_bytes, plainBytes=self.plain_bytes)
        return result


@dataclass(frozen=True)
class HalfClose:
    call: int

    def meaning(self) -> dict[str, Any]:
        return {"frame": "halfClose", "call": self.call}


@dataclass(frozen=True)
class Status:
    """How a call ended. `advice`: doNot, neverSeen or after (then `after_ms`)."""

    code: str = "ok"
    advice: str = "doNot"
    after_ms: int = 0
    reason: str = ""
    message: str = ""
    details: bytes = b""

    def meaning(self) -> dict[str, Any]:
        retry = f"after {self.after_ms}" if self.advice == "after" else self.advice
        return {"status": self.code, "retry": retry, "reason": self.reason, "message": self.message,
                "details": short_hex(self.details)}


@dataclass(frozen=True)
class End:
    call: int
    status: Status

    def meaning(self) -> dict[str, Any]:
        return {"frame": "end", "call": self.call, **self.status.meaning()}


@dataclass(frozen=True)
class Cancel:
    call: int
    reason: str = "callerLeft"

    def meaning(self) -> dict[str, Any]:
        return {"frame": "cancel", "call": self.call, "reason": self.reason}


@dataclass(frozen=True)
class Credit:
    call: int
    bytes: int

    def meaning(self) -> dict[str, Any]:
        return {"frame": "credit", "call": self.call, "bytes": self.bytes}


@dataclass(frozen=True)
class Ping:
    opaque: bytes

    def meaning(self) -> dict[str, Any]:
        return {"frame": "ping", "opaque": self.opaque.hex()}


@dataclass(frozen=True)
class Pong:
    opaque: bytes

    def meaning(self) -> dict[str, Any]:
        return {"frame": "pong", "opaque": self.opaque.hex()}


@dataclass(frozen=True)
class GoAway:
    last: int
    grace_ms: int = 0
    reason: str = "other"
    message: str = ""

    def meaning(self) -> dict[str, Any]:
        return {"frame": "goAway", "last": self.last, "graceMilliseconds": self.grace_ms, "reason": self.reason,
                "message": self.message}


@dataclass(frozen=True)
class Error:
    code: str
    offset: int = 0
    message: str = ""

    def meaning(self) -> dict[str, Any]:
        return {"frame": "error", "code": self.code, "offset": self.offset, "message": self.message}


@dataclass(frozen=True)
class Ignorable:
    kind: int
    body: bytes = field(default=b"", compare=False)

    def meaning(self) -> dict[str, Any]:
        return {"frame": "ignorable", "kind": self.kind}


CallFrame = Request | Message | HalfClose | End | Cancel | Credit
Frame = Hello | CallFrame | Ping | Pong | GoAway | Error | Ignorable
