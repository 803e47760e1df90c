"""Section 3.1: the fields of every kind of frame that has some, in both directions."""
from __future__ import annotations

import struct
from collections.abc import Callable

from tugi_wire.encoder import encode, field, frame
from tugi_wire.frames import End, Hello, Kind, Request, Status

from .peer import check as well
from .peer import equal, hello
from .registry import BOTH, CLIENT, SERVER, add, case
from .session import Session

STICKS_OUT = "A field that sticks out of its body: `frame-length`."
ASCEND = (
    "Field ids MUST ascend, unknown ones too, each at most once, save METADATA, which may follow itself: fault "
    "`field-order`.")
UNKNOWN = (
    "A field with an unknown id is skipped when bit 7 of the id is set, and is a fault `field-unknown` when it is "
    "clear.")
MALFORMED = "A value whose length or content is not as stated here: `field-malformed`"
UTF8 = "Broken UTF-8 in a text is not a fault; it is repaired with U+FFFD, so that no error is lost to its encoding."


def hello_frame(more: bytes) -> bytes:
    return frame(Kind.HELLO, encode(hello())[12:] + more)


def request_frame(more: bytes) -> bytes:
    return frame(Kind.REQUEST, struct.pack(">4I", 0x7E01, 1_000, 1_088, 1_088) + more, 9)


def end_frame(more: bytes) -> bytes:
    return frame(Kind.END, struct.pack(">BBHI", 5, 0, 0, 0) + field(1, b"a-reason") + more, 1)


def goaway_frame(more: bytes) -> bytes:
    return frame(Kind.GOAWAY, struct.pack(">IIB", 5, 0, 0) + field(1, b"text") + more)


def error_frame(more: bytes) -> bytes:
    return frame(Kind.ERROR, struct.pack(">HI", 0, 0) + field(1, b"text") + more)


# kind: (frame with these fields at its end, who reads it, last field there, an unknown critical field id above it)
HOLDERS: dict[str, tuple[Callable[[bytes], bytes], tuple[str, ...], int, int]] = {
    "hello": (hello_frame, BOTH, 5, 6), "request": (request_frame, SERVER, 0, 9), "end": (end_frame, CLIENT, 1, 9),
    "goaway": (goaway_frame, CLIENT, 1, 2), "error": (error_frame, BOTH, 1, 2)}


def holds(name: str, holder: str, rule: str, fields: bytes, code: str, from_end: int) -> None:
    make, roles, _, _ = HOLDERS[holder]
    data = make(fields)

    async def check(s: Session) -> str:
        if holder == "hello":
            peer = await s.peer(greet=False)
            await peer.expect(Hello)
        else:
            peer, _ = await s.stream()
        peer.send(data)
        return await peer.fault(code, len(data) - from_end)
    add(f"fields/{holder}/{name}", "3.1", rule, roles, check)


for holder, (_, _, last, critical) in HOLDERS.items():
    holds("sticks-out", holder, STICKS_OUT, struct.pack(">BH", 0xFA, 5) + b"four", "frame-length", 6)
    holds("cut-in-its-length", holder, STICKS_OUT, b"\xfa\x00", "frame-length", 1)
    holds("cut-after-its-id", holder, STICKS_OUT, b"\xfa", "frame-length", 0)
    holds("unknown-critical", holder, UNKNOWN, field(critical, b"x"), "field-unknown", 4)
    holds("unknown-descending", holder, ASCEND, field(0xFB, b"") + field(0xFA, b""), "field-order", 3)
    holds("unknown-repeated", holder, ASCEND, field(0xFA, b"") + field(0xFA, b""), "field-order", 3)
    if last:
        holds("repeated", holder, ASCEND, field(last, b"again"), "field-order", 8)
holds("descending", "request", ASCEND, field(3, bytes(25)) + field(1, bytes(16)), "field-order", 19)
holds("descending", "end", ASCEND, field(3, b"") + field(2, b""), "field-order", 3)
holds("sticks-out-before-order", "request", "Fields are judged one after another, each in this order.",
      field(3, bytes(25)) + struct.pack(">BH", 1, 17) + bytes(16), "frame-length", 18)
holds("operation-15-bytes", "request", MALFORMED, field(1, bytes(15)), "field-malformed", 15)
holds("operation-17-bytes", "request", MALFORMED, field(1, bytes(17)), "field-malformed", 17)
holds("attempt-0", "request", MALFORMED, field(2, b"\x00"), "field-malformed", 1)
holds("attempt-two-bytes", "request", MALFORMED, field(2, b"\x00\x01"), "field-malformed", 2)
holds("trace-24-bytes", "request", MALFORMED, field(3, bytes(24)), "field-malformed", 24)
holds("metadata-empty", "request", MALFORMED, field(4, b""), "field-malformed", 0)
holds("metadata-name-empty", "request", MALFORMED, field(4, b"\x00v"), "field-malformed", 2)
holds("metadata-name-65-bytes", "request", MALFORMED, field(4, b"\x41" + b"a" * 65), "field-malformed", 66)
holds("metadata-name-sticks-out", "request", MALFORMED, field(4, b"\x05name"), "field-malformed", 5)
holds("metadata-name-upper-case", "request", MALFORMED, field(4, b"\x04Nameb"), "field-malformed", 6)
holds("metadata-name-space", "request", MALFORMED, field(4, b"\x03a b"), "field-malformed", 4)
holds("message-1025-bytes", "end", MALFORMED, field(2, bytes(1_025)), "field-malformed", 1_025)
holds("details-4097-bytes", "end", MALFORMED, field(3, bytes(4_097)), "field-malformed", 4_097)


def refused(name: str, data: bytes, roles: tuple[str, ...], offset: int) -> None:
    async def check(s: Session) -> str:
        peer, _ = await s.stream()
        peer.send(data)
        return await peer.fault("field-malformed", offset)
    add(f"fields/{name}", "3.1", MALFORMED, roles, check)


def numbers(*values: int) -> bytes:
    return frame(Kind.REQUEST, struct.pack(">4I", *values), 9)


refused("request/deadline-0", numbers(0x7E01, 0, 1_088, 1_088), SERVER, 16)
refused("request/request-window-63", numbers(0x7E01, 1, 63, 1_088), SERVER, 20)
refused("request/request-window-2-to-the-31", numbers(0x7E01, 1, 2**31, 1_088), SERVER, 20)
refused("request/response-window-63", numbers(0x7E01, 1, 1_088, 63), SERVER, 24)
refused("request/response-window-2-to-the-31", numbers(0x7E01, 1, 1_088, 2**31), SERVER, 24)
refused("goaway/message-257-bytes", frame(10, struct.pack(">IIB", 5, 0, 0) + field(1, bytes(257))), CLIENT, 24)
refused("error/message-257-bytes", frame(11, struct.pack(">HI", 0, 0) + field(1, bytes(257))), BOTH, 21)
refused("end/reason-65-bytes", frame(5, struct.pack(">BBHI", 0, 0, 0, 0) + field(1, bytes(65)), 1), CLIENT, 23)
refused("credit/0", frame(7, bytes(4), 1), BOTH, 12)
refused("credit/2-to-the-31", frame(7, struct.pack(">I", 2**31), 1), BOTH, 12)


@case("fields/request/unknown-ignorable", "3.1", UNKNOWN, SERVER)
async def request_with_grease(s: Session) -> str:
    peer = await s.connect()
    peer.send(frame(2, struct.pack(">4I", s.method("EmptyCall"), 9_000, 1_088, 1_088) + field(0x80, b"?")
                    + field(0xFA, bytes(300)), 1))
    peer.message(1, b"", ends=True)
    _, end = await peer.answer(1)
    equal(end.status.code, "ok", "END")
    return "the call goes on"


@case("fields/end/unknown-ignorable", "3.1", UNKNOWN, CLIENT)
async def end_with_grease(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""})
    peer.message(request.call, b"")
    peer.send(frame(5, struct.pack(">BBHI", 0, 0, 0, 0) + field(0x80, b"?") + field(0xFA, bytes(300)), request.call))
    await call.ends("ok")
    return "the call ends well"


@case("fields/end/broken-utf-8", "3.1", UTF8, CLIENT)
async def end_with_broken_text(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""})
    peer.send(frame(5, struct.pack(">BBHI", 9, 0, 0, 0) + field(1, b"a-reason") + field(2, b"see \xff\xfe there"),
                    request.call))
    outcome = await call.ends("failedPrecondition", "a-reason")
    well("\ufffd" in outcome.message and outcome.message.startswith("see "), f"text {outcome.message!r}")
    return repr(outcome.message)


@case("fields/hello/broken-utf-8", "3.1", UTF8, BOTH)
async def hello_with_broken_text(s: Session) -> str:
    peer = await s.peer(greet=False)
    data = encode(hello(software="xxxx/1")).replace(b"xxxx", b"\xff\xfe\xc3\x28")
    peer.send(data)
    await peer.expect(Hello)
    if s.role == "client":
        await peer.whole((await peer.expect(Request)).call)
    return await peer.alive()


@case("fields/metadata-repeated", "5.1", "Repeatable", SERVER)
async def metadata_repeated(s: Session) -> str:
    peer = await s.connect()
    entries = (("n-a", b"1"), ("n-a", b"2"), ("b.c_d-0", b"\x00\xff"), ("x", b""))
    response, _ = await peer.unary(s.method("UnaryCall"), s.make("SimpleRequest", tells_context=True), metadata=entries,
                                   window=600_000, response_window=600_000)
    context = s.read("SimpleResponse", response).context
    equal([(entry.name, entry.value) for entry in context.metadata], list(entries), "what the handler saw")
    return "four entries, one name twice"


@case("fields/end/longest", "7", "reason, message, details of END | 64, 1,024, 4,096 bytes", CLIENT)
async def end_at_its_limits(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""})
    peer.send(End(request.call, Status("aborted", "doNot", 0, "r" * 64, "m" * 1_024, bytes(4_096))))
    outcome = await call.ends("aborted", "r" * 64)
    equal((len(outcome.message), len(outcome.details)), (1_024, 4_096), "lengths")
    return "64, 1,024 and 4,096 bytes arrive"
