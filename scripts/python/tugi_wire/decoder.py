"""Bytes to frames (wire.md, sections 3 to 8). A fault is found as early as the bytes allow."""
from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from .faults import WireFault, name_of
from .frames import (
    BODY, CANCEL_REASONS, FRAGMENT_BYTES_MIN, FRAME_BYTES_MAX, GOAWAY_REASONS, GROWTH_MAX, HEADER_BYTES, MAGIC,
    NUMBER_MAX, STATUSES, Cancel, Credit, End, Error, Flag, Frame, GoAway, HalfClose, Hello, Ignorable, Kind, Limits,
    Message, Ping, Pong, Request, Status,
)

NAME_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-._")
HELLO_FIELDS = (1, 2, 3, 4, 5)
MESSAGE_LIMIT_MAX = 4_194_304
METADATA_BYTES_MAX, METADATA_ENTRIES_MAX = 12_288, 255


class FrameDecoder:
    """Append bytes, then ask for frames until None: more bytes are needed. After a fault nothing is read any more."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self.limits = limits
        self._bytes = bytearray()
        self._fault: WireFault | None = None
        self.frames = 0

    def append(self, data: bytes) -> None:
        if self._fault is None:
            self._bytes += data

    @property
    def buffered_bytes(self) -> int:
        return len(self._bytes)

    @property
    def awaited_bytes(self) -> int:
        """Length of the frame that has begun to come, its header included; 0 while unknown."""
        if len(self._bytes) < HEADER_BYTES:
            return 0
        return HEADER_BYTES + int.from_bytes(self._bytes[:4], "big")

    def next(self) -> Frame | None:
        if self._fault is not None:
            raise self._fault
        try:
            return self._next()
        except WireFault as fault:
            self._fault = fault
            raise

    def _next(self) -> Frame | None:
        if len(self._bytes) < HEADER_BYTES:
            return None
        length, kind, flags, reserved, call = struct.unpack_from(">IBBHI", self._bytes)
        known = check_header(length, kind, flags, reserved, call)
        if len(self._bytes) < HEADER_BYTES + length:
            return None
        body = bytes(self._bytes[HEADER_BYTES:HEADER_BYTES + length])
        del self._bytes[:HEADER_BYTES + length]
        self.frames += 1
        if known is None:
            return Ignorable(kind, body)
        return READERS[known](Body(body, call, flags, self.limits))


def check_header(length: int, kind: int, flags: int, reserved: int, call: int) -> Kind | None:
    """The rules of section 3, in its order; None: an ignorable frame."""
    if length > FRAME_BYTES_MAX:
        raise WireFault("frame-too-large", 0)
    if reserved != 0:
        raise WireFault("reserved-bits", 6)
    if call > NUMBER_MAX:
        raise WireFault("reserved-bits", 8)
    if kind not in BODY:
        if kind & 0x80:
            return None
        raise WireFault("frame-type-unknown", 4)
    known = Kind(kind)
    least, longest, of_call = BODY[known]
    if length > longest:
        raise WireFault("frame-too-large", 0)
    if length < least:
        raise WireFault("frame-length", 0)
    if of_call != (call != 0):
        raise WireFault("call-id", 8)
    if known is not Kind.MESSAGE:
        if flags != 0:
            raise WireFault("reserved-bits", 5)
        return known
    if flags > 15 or (flags & Flag.COMPRESSED and not flags & Flag.FIRST) or (
            flags & Flag.END_OF_REQUESTS and not flags & Flag.LAST):
        raise WireFault("reserved-bits", 5)
    lengths = 0 if not flags & Flag.FIRST else 8 if flags & Flag.COMPRESSED else 4
    if not flags & Flag.LAST and length < lengths + FRAGMENT_BYTES_MIN:
        raise WireFault("fragment-length", 0)
    return known


class Body:
    """One frame's body; offsets count from the header's first byte."""

    def __init__(self, data: bytes, call: int, flags: int, limits: Limits) -> None:
        self.data, self.call, self.flags, self.limits = data, call, Flag(flags), limits

    def u8(self, at: int) -> int:
        return self.data[at]

    def u16(self, at: int) -> int:
        return int.from_bytes(self.data[at:at + 2], "big")

    def u32(self, at: int) -> int:
        return int.from_bytes(self.data[at:at + 4], "big")

    def fields(self, start: int, known: tuple[int, ...], repeatable: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """Known fields as (id, value, offset of the value), judged as section 3.1 says."""
        at, before = start, -1
        while at < len(self.data):
            number = self.data[at]
            if at + 3 > len(self.data) or at + 3 + self.u16(at + 1) > len(self.data):
                raise WireFault("frame-length", HEADER_BYTES + at + 1)
            if number < before or (number == before and number != repeatable):
                raise WireFault("field-order", HEADER_BYTES + at)
            if number not in known and not number & 0x80:
                raise WireFault("field-unknown", HEADER_BYTES + at)
            value = self.data[at + 3:at + 3 + self.u16(at + 1)]
            if number in known:
                yield number, value, HEADER_BYTES + at + 3
            before = number
            at += 3 + len(value)


def malformed_unless(well: bool, offset: int) -> None:
    if not well:
        raise WireFault("field-malformed", offset)


def text(value: bytes) -> str:
    """Broken UTF-8 is repaired, so that no error is lost to its encoding."""
    return value.decode("utf-8", "replace")


def read_hello(body: Body) -> Hello:
    if body.u32(0) != MAGIC:
        raise WireFault("bad-magic", 12)
    values: dict[int, bytes] = {}
    for number, value, offset in body.fields(4, HELLO_FIELDS):
        malformed_unless(hello_field_is_well(number, value), offset)
        values[number] = value
    if len(values) < len(HELLO_FIELDS):
        raise WireFault("field-missing", HEADER_BYTES + len(body.data))
    lowest, highest = struct.unpack(">HH", values[1])
    return Hello(versions=(lowest, highest), features=int.from_bytes(values[2], "big"), environment=text(values[3]),
                 limits=Limits(*struct.unpack(">5I", values[4])), software=text(values[5]))


def hello_field_is_well(number: int, value: bytes) -> bool:
    if number == 1:
        return len(value) == 4 and 1 <= int.from_bytes(value[:2], "big") <= int.from_bytes(value[2:], "big")
    if number == 2:
        return len(value) == 8
    if number == 4:
        if len(value) != 20:
            return False
        message, calls, budget, _, _ = struct.unpack(">5I", value)
        return bool(message <= MESSAGE_LIMIT_MAX and calls >= 1 and budget <= NUMBER_MAX)
    return 1 <= len(value) <= 64


def read_request(body: Body) -> Request:
    method, deadline, request_window, response_window = struct.unpack_from(">4I", body.data)
    malformed_unless(deadline >= 1, 16)
    malformed_unless(64 <= request_window <= NUMBER_MAX, 20)
    malformed_unless(64 <= response_window <= NUMBER_MAX, 24)
    operation = trace = None
    attempt, size = 1, 0
    metadata: list[tuple[str, bytes]] = []
    for number, value, offset in body.fields(16, (1, 2, 3, 4), repeatable=4):
        if number == 1:
            malformed_unless(len(value) == 16, offset)
            operation = value
        elif number == 2:
            malformed_unless(len(value) == 1 and value[0] >= 1, offset)
            attempt = value[0]
        elif number == 3:
            malformed_unless(len(value) == 25, offset)
            trace = value
        else:
            size += max(0, len(value) - 1)
            if size > min(body.limits.metadata_bytes, METADATA_BYTES_MAX) or len(metadata) == min(
                    body.limits.metadata_entries, METADATA_ENTRIES_MAX):
                raise WireFault("metadata-too-large", offset - 3)
            name = metadata_name(value, offset)
            metadata.append((name, value[1 + len(name):]))
    return Request(body.call, method, deadline, request_window, response_window, operation, attempt, trace,
                   tuple(metadata))


def metadata_name(value: bytes, offset: int) -> str:
    malformed_unless(len(value) >= 1 and 1 <= value[0] <= 64 and 1 + value[0] <= len(value), offset)
    name = value[1:1 + value[0]]
    malformed_unless(NAME_BYTES.issuperset(name), offset)
    return name.decode("ascii")


def read_message(body: Body) -> Message:
    if Flag.FIRST not in body.flags:
        return Message(body.call, body.flags, body.data)
    compressed = Flag.COMPRESSED in body.flags
    if len(body.data) < 4:
        raise WireFault("frame-length", 12)
    if compressed and len(body.data) < 8:
        raise WireFault("frame-length", 16)
    length = body.u32(0)
    plain = body.u32(4) if compressed else length
    payload = body.data[8 if compressed else 4:]
    if max(length, plain) > body.limits.message_bytes:
        raise WireFault("message-too-large", 12)
    if (len(payload) != length) if Flag.LAST in body.flags else (len(payload) >= length):
        raise WireFault("fragment-length", 12)
    if compressed and not length < plain <= length * GROWTH_MAX:
        raise WireFault("message-too-large", 16)
    return Message(body.call, body.flags, payload, length, plain)


def read_end(body: Body) -> End:
    if body.u16(2) != 0:
        raise WireFault("reserved-bits", 14)
    values: dict[int, bytes] = {}
    bounds = {1: 64, 2: 1_024, 3: 4_096}
    for number, value, offset in body.fields(8, (1, 2, 3)):
        malformed_unless(len(value) <= bounds[number], offset)
        values[number] = value
    code = STATUSES[body.u8(0)] if body.u8(0) < len(STATUSES) else "unknown"
    advice = {1: "neverSeen", 2: "after"}.get(body.u8(1), "doNot")
    after = body.u32(4) if advice == "after" else 0
    return End(body.call, Status(code, advice, after, text(values.get(1, b"")), text(values.get(2, b"")),
                                 values.get(3, b"")))


def message_field(body: Body, start: int) -> str:
    result = ""
    for _, value, offset in body.fields(start, (1,)):
        malformed_unless(len(value) <= 256, offset)
        result = text(value)
    return result


def read_cancel(body: Body) -> Cancel:
    return Cancel(body.call, CANCEL_REASONS[body.u8(0) if body.u8(0) < len(CANCEL_REASONS) else 0])


def read_credit(body: Body) -> Credit:
    malformed_unless(1 <= body.u32(0) <= NUMBER_MAX, 12)
    return Credit(body.call, body.u32(0))


def read_goaway(body: Body) -> GoAway:
    if body.u32(0) > NUMBER_MAX:
        raise WireFault("reserved-bits", 12)
    reason = GOAWAY_REASONS[body.u8(8) if body.u8(8) < len(GOAWAY_REASONS) else 0]
    return GoAway(body.u32(0), body.u32(4), reason, message_field(body, 9))


def read_error(body: Body) -> Error:
    return Error(name_of(body.u16(0)), body.u32(2), message_field(body, 6))


READERS: dict[Kind, Callable[[Body], Frame]] = {
    Kind.HELLO: read_hello, Kind.REQUEST: read_request, Kind.MESSAGE: read_message,
    Kind.HALF_CLOSE: lambda body: HalfClose(body.call), Kind.END: read_end, Kind.CANCEL: read_cancel,
    Kind.CREDIT: read_credit, Kind.PING: lambda body: Ping(body.data), Kind.PONG: lambda body: Pong(body.data),
    Kind.GOAWAY: read_goaway, Kind.ERROR: read_error,
}
