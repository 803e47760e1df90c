"""Section 5.3: compressed messages."""
from __future__ import annotations

import random

import zlib
from collections.abc import Callable

from tugi_wire.flow import fragments
from tugi_wire.frames import End, Flag, Message, Status

from .messages import expect_after_half_close
from .peer import check as well
from .peer import equal, hello
from .registry import BOTH, CLIENT, SERVER, add, case
from .session import Session

AGREED = "Only when both HELLOs have the feature, else `frame-unexpected`."
GROWTH = (
    "The plain length is larger than the length sent and at most 20 times it, else `message-too-large`, checked "
    "before a byte is inflated.")
BROKEN = (
    "A stream that is broken, shorter or longer than it says, or followed by other bytes is the call's fault: END "
    "`invalidArgument`, reason `compression-broken`")
GAINS = "Senders leave a message plain where compression gains nothing or passes the bound of 20."
WHOLE = Flag.FIRST | Flag.LAST | Flag.COMPRESSED


def text(size: int) -> bytes:
    """Bytes that shrink to about a half, the same ones every time."""
    source = random.Random(4)
    return bytes(source.choice(b"abcdefghijklmnop") for _ in range(size))


def compressed(call: int, data: bytes, plain: int) -> Message:
    return Message(call, WHOLE, data, len(data), plain)


@case("compression/taken", "5.3",
      "The message is one whole zlib stream (RFC 1950) of its own; nothing is kept from one message to the next.", BOTH)
async def taken(s: Session) -> str:
    payload = text(30_000)
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("StreamingInputCall"))
        for index in range(2):
            peer.message(call, s.make("InputRequest", payload=payload), compress=True, ends=index == 1)
        response, _ = await peer.answer(call)
        equal(s.read("InputResponse", response).payload_bytes, 60_000, "bytes that the handler saw")
        return "two messages, 30,000 bytes each"
    peer, call, request = await s.called("StreamingOutputCall", {"send": b""}, "finish", "rest")
    data = s.make("OutputResponse", payload=payload)
    for _ in range(2):
        peer.message(request.call, data, compress=True)
    peer.send(End(request.call, Status()))
    equal((await call.ends("ok")).messages, [data, data], "responses")
    return "two messages, 30,000 bytes each"


@case("compression/in-fragments", "5.3", "The message is one whole zlib stream (RFC 1950) of its own", BOTH)
async def in_fragments(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("UnaryCall"), window=600_000, response_window=600_000)
        request = s.make("SimpleRequest", payload=text(400_000))
        frames = fragments(call, request, True, True)
        peer.send(*frames)
        _, end = await peer.answer(call)
        equal(end.status.code, "ok", "END")
        return f"{len(frames)} fragments"
    peer, waiting, begun = await s.called("UnaryCall", {"unary": b""})
    data = s.make("SimpleResponse", payload=text(400_000))
    frames = fragments(begun.call, data, True)
    peer.send(*frames, End(begun.call, Status()))
    equal((await waiting.ends("ok")).messages == [data], True, "the response")
    return f"{len(frames)} fragments"


@case("compression/not-agreed", "5.3", AGREED, BOTH)
async def not_agreed(s: Session) -> str:
    peer, call = await s.stream(hello(features=0))
    data = zlib.compress(text(1_000))
    peer.send(compressed(call, data, 1_000))
    return await peer.fault("frame-unexpected", 5)


def growth(name: str, sent: int, plain: int) -> None:
    async def check(s: Session) -> str:
        peer, call = await s.stream()
        peer.send(compressed(call, bytes(sent), plain))
        return await peer.fault("message-too-large", 16)
    add(f"compression/{name}", "5.3", GROWTH, BOTH, check)


growth("grows-21-times", 100, 2_001)
growth("does-not-grow", 100, 100)
growth("shrinks", 100, 99)
growth("of-nothing", 0, 0)


def stretched(make: Callable[[bytes], bytes]) -> tuple[bytes, bytes]:
    """A message that shrinks to a twentieth exactly, and its stream."""
    for noise in range(60, 200):
        start = random.Random(noise).randbytes(noise)
        for zeros in range(19 * noise, 20 * noise + 800):
            plain = make(start + bytes(zeros))
            data = zlib.compress(plain)
            if len(plain) == 20 * len(data):
                return plain, data
    raise ValueError("no such message")


@case("compression/grows-20-times", "5.3", GROWTH, BOTH)
async def grows_20_times(s: Session) -> str:
    kind = "OutputRequest" if s.role == "server" else "OutputResponse"
    plain, data = stretched(lambda payload: s.make(kind, payload=payload))
    peer, call = await s.stream()
    peer.send(compressed(call, data, len(plain)))
    return await peer.alive()


BAD_STREAMS: dict[str, Callable[[bytes], tuple[bytes, int]]] = {
    "broken": lambda plain: (b"\x78\x9c" + bytes(range(255, 155, -1)), 1_000),
    "not-zlib": lambda plain: (bytes(range(100)), 1_000),
    "raw-deflate": lambda plain: (zlib.compress(plain)[2:-4], 1_000),
    "shorter-than-it-says": lambda plain: (zlib.compress(plain), 1_001),
    "longer-than-it-says": lambda plain: (zlib.compress(plain), 999),
    "cut-off": lambda plain: (zlib.compress(plain)[:-5], 1_000),
    "without-its-checksum": lambda plain: (zlib.compress(plain)[:-4], 1_000),
    "wrong-checksum": lambda plain: (zlib.compress(plain)[:-1] + b"\x00", 1_000),
    "followed-by-bytes": lambda plain: (zlib.compress(plain) + b"\x00", 1_000),
    "two-streams": lambda plain: (zlib.compress(plain[:500]) + zlib.compress(plain[500:]), 1_000),
    "preset-dictionary": lambda plain: (with_dictionary(plain), 1_000),
}


def with_dictionary(plain: bytes) -> bytes:
    stream = zlib.compressobj(zdict=b"abcdefghijklmnop")
    return stream.compress(plain) + stream.flush()


def broken(name: str, make: Callable[[bytes], tuple[bytes, int]]) -> None:
    async def check(s: Session) -> str:
        data, plain = make(text(1_000))
        if s.role == "server":
            peer, call = await s.stream()
            peer.send(compressed(call, data, plain))
            end = await peer.expect(End, call=call)
            equal((end.status.code, end.status.reason), ("invalidArgument", "compression-broken"), "END")
            await peer.alive()
            return "END invalidArgument compression-broken"
        peer, waiting, request = await s.called("FullDuplexCall", "rest")
        peer.send(compressed(request.call, data, plain))
        await waiting.ends("internal", "compression-broken")
        cancel = await expect_after_half_close(peer, request.call)
        equal(cancel.reason, "responseBroken", "reason of CANCEL")
        await peer.alive()
        return "CANCEL, reason 2; the caller is told internal compression-broken"
    add(f"compression/{name}", "5.3", BROKEN, BOTH, check)


for name, make in BAD_STREAMS.items():
    broken(name, make)


@case("compression/costs-its-plain-length", "5.4",
      "each message costs its plain length + 64, taken off in whole when its FIRST fragment is sent", SERVER)
async def costs_plain(s: Session) -> str:
    peer = await s.connect()
    call = peer.request(s.method("HoldCall"), window=1_000)
    peer.send(compressed(call, zlib.compress(text(1_000)), 1_000))
    return await peer.fault("credit-exceeded", 12)


@case("compression/sent", "5.3", GAINS, CLIENT)
async def sent(s: Session) -> str:
    data = s.make("InputRequest", payload=text(20_000))
    peer, _, request = await s.called("StreamingInputCall", {"send": data}, "finish", "rest", compress=True)
    came = await peer.whole(request.call)
    well(Flag.COMPRESSED in peer.last_flags, "not compressed")
    equal((peer.plain_bytes, zlib.decompress(came) == data), (len(data), True), "plain length and content")
    return f"{len(data)} bytes as {len(came)}"


def plain(name: str, rule: str, make: Callable[[], bytes], features: int = 1, compress: bool = True) -> None:
    async def check(s: Session) -> str:
        data = s.make("InputRequest", payload=make())
        peer, _, request = await s.called("StreamingInputCall", {"send": data}, "finish", "rest", compress=compress,
                                          mine=hello(features=features))
        equal(await peer.whole(request.call) == data, True, "the message")
        well(Flag.COMPRESSED not in peer.last_flags, "compressed")
        return "plain"
    add(f"compression/{name}", "5.3", rule, CLIENT, check)


plain("plain-where-it-gains-nothing", GAINS, lambda: random.Random(1).randbytes(5_000))
plain("plain-beyond-20-times", GAINS, lambda: bytes(50_000))
plain("plain-when-not-agreed", AGREED, lambda: text(20_000), features=0)
plain("plain-by-itself", "A sender MUST NOT compress a message that holds a secret beside text that another party chose.",
      lambda: text(20_000), compress=False)
