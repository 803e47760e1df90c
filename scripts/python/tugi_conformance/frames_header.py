"""Section 3: the header's rules, judged before the body is there, and kinds that are not known."""
from __future__ import annotations

import os
import struct

from tugi_wire.encoder import encode, frame
from tugi_wire.frames import BODY, Flag, Kind, Message, Ping, Pong

from .peer import equal
from .registry import BOTH, add, case
from .session import Session

JUDGED = (
    "A receiver MUST check length, kind, flags, reserved bits and call id when the header is there, before it "
    "waits for the body.")
ORDER = "Where several are wrong the first in this order counts"
SKIPPED = "the receiver skips its body (whatever its flags and call id) and counts it"
CRITICAL = "When it is clear, the frame is *critical*: fault `frame-type-unknown`."
KIND_NAMES = {kind: kind.name.lower().replace("_", "-") for kind in Kind} | {
    Kind.HALF_CLOSE: "half-close", Kind.GOAWAY: "goaway"}


def header(kind: int, length: int, call: int = 0, flags: int = 0, reserved: int = 0) -> bytes:
    """Only the header: no byte of the body follows, so the answer shows that none was waited for."""
    return frame(kind, b"", call, flags, reserved, length)


def faulty(name: str, rule: str, data: bytes, code: str, offset: int) -> None:
    async def check(s: Session) -> str:
        peer, _ = await s.stream()
        peer.send(data)
        return await peer.fault(code, offset)
    add(f"frames/{name}", "3", rule, BOTH, check)


def call_of(kind: Kind) -> int:
    return 1 if BODY[kind][2] else 0


for kind in Kind:
    least, longest, of_call = BODY[kind]
    name = KIND_NAMES[kind]
    if kind is not Kind.MESSAGE:
        faulty(f"too-long/{name}", "above it `frame-too-large`", header(kind, longest + 1, call_of(kind)),
               "frame-too-large", 0)
        faulty(f"flags/{name}", "MESSAGE only; all others 0", header(kind, least, call_of(kind), flags=1),
               "reserved-bits", 5)
    if least > 0:
        faulty(f"too-short/{name}", "below it `frame-length`", header(kind, least - 1, call_of(kind)),
               "frame-length", 0)
    faulty(f"call-id/{name}", "1 to 2^31 - 1 for frames of a call, 0 for frames of the connection",
           header(kind, least, 0 if of_call else 1, flags=3 if kind is Kind.MESSAGE else 0), "call-id", 8)

faulty("longest", "at most 65,536, and within the bounds of its kind", header(3, 65_537, 1, 3), "frame-too-large", 0)
faulty("longest-of-all", "at most 65,536, and within the bounds of its kind", header(3, 2**32 - 1, 1, 3),
       "frame-too-large", 0)
faulty("longest-ignorable", "at most 65,536, and within the bounds of its kind", header(0xF0, 65_537),
       "frame-too-large", 0)
faulty("reserved-field", JUDGED, header(8, 8, reserved=1), "reserved-bits", 6)
faulty("reserved-field-high-bit", JUDGED, header(8, 8, reserved=0x8000), "reserved-bits", 6)
faulty("reserved-call-bit", "the highest bit is reserved, 0", header(7, 4, 0x8000_0001), "reserved-bits", 8)
faulty("reserved-field-of-ignorable", JUDGED, header(0xF0, 8, reserved=1), "reserved-bits", 6)
faulty("reserved-call-bit-of-ignorable", JUDGED, header(0xF0, 8, 0x8000_0000), "reserved-bits", 8)
for number in (0x00, 0x0C, 0x7F):
    faulty(f"critical/{number:02x}", CRITICAL, header(number, 0), "frame-type-unknown", 4)
faulty("order/length-before-reserved", ORDER, header(3, 65_537, 1, 3, reserved=1), "frame-too-large", 0)
faulty("order/reserved-before-kind", ORDER, header(0x0C, 0, reserved=1), "reserved-bits", 6)
faulty("order/call-bit-before-kind", ORDER, header(0x0C, 0, 0x8000_0000), "reserved-bits", 8)
faulty("order/kind-before-its-length", ORDER, header(0x0C, 9), "frame-type-unknown", 4)
faulty("order/length-before-call-id", ORDER, header(8, 9, 1), "frame-too-large", 0)
faulty("order/call-id-before-flags", ORDER, header(8, 8, 1, 1), "call-id", 8)
faulty("order/flags-before-short-fragment", ORDER, header(3, 5, 1, 16), "reserved-bits", 5)

for name, bits in (("unknown-bit", 16), ("compressed-without-first", 4), ("end-of-requests-without-last", 9)):
    faulty(f"message-flags/{name}", JUDGED, header(3, 8_000, 1, bits), "reserved-bits", 5)


def skipped(name: str, data: bytes) -> None:
    async def check(s: Session) -> str:
        peer, _ = await s.stream()
        peer.send(data)
        return await peer.alive()
    add(f"frames/ignorable/{name}", "3", SKIPPED, BOTH, check)


skipped("lowest-kind", frame(0x80))
skipped("highest-kind", frame(0xFF))
skipped("with-body", frame(0xC4, b"grease"))
skipped("longest-body", frame(0xF3, bytes(65_536)))
skipped("with-flags", frame(0x90, b"1", flags=0xFF))
skipped("with-call-id", frame(0x90, b"1", call=77))


@case("frames/grease", "12", "are never given a meaning. Implementations SHOULD send field 0xFA", BOTH)
async def grease(s: Session) -> str:
    peer, _ = await s.stream()
    for kind in range(0xF0, 0xFF):
        peer.send(frame(kind, os.urandom(kind & 7)))
    return await peer.alive()


@case("frames/byte-by-byte", "3", "Everything is a frame: a header of 12 bytes and a body.", BOTH)
async def byte_by_byte(s: Session) -> str:
    peer, _ = await s.stream()
    for byte in encode(Ping(b"in parts")):
        peer.send(bytes([byte]))
    await peer.expect(Pong, opaque=b"in parts")
    return "20 records, one frame"


@case("frames/many-in-a-record", "6.1",
      "A PING is answered with a PONG of the same bytes at once, in the order they came.", BOTH)
async def many_in_a_record(s: Session) -> str:
    peer, _ = await s.stream()
    names = [struct.pack(">Q", index) for index in range(50)]
    peer.send(*[Ping(name) for name in names])
    equal([(await peer.expect(Pong)).opaque for _ in names], names, "PONGs")
    return "50 PINGs, 50 PONGs in their order"


@case("frames/broken-in-the-header-across-records", "3", JUDGED, BOTH)
async def header_in_parts(s: Session) -> str:
    peer, _ = await s.stream()
    data = header(8, 9)
    for byte in data:
        peer.send(bytes([byte]))
    return await peer.fault("frame-too-large", 0)


@case("frames/end-of-requests-from-a-server", "5.2",
      "or END_OF_REQUESTS from a server: fault `reserved-bits`", ('client',))
async def end_of_requests_from_server(s: Session) -> str:
    peer, call = await s.stream()
    peer.send(Message(call, Flag.FIRST | Flag.LAST | Flag.END_OF_REQUESTS, b"", 0, 0))
    return await peer.fault("reserved-bits", 5)
