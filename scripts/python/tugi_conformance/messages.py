"""Section 5.2: MESSAGE and its fragments."""
from __future__ import annotations

import struct
from collections.abc import Callable

from tugi_wire.encoder import frame
from tugi_wire.flow import fragments
from tugi_wire.frames import Cancel, End, Flag, Frame, HalfClose, Message, Request, Status

from .peer import Failed, Peer, equal
from .registry import BOTH, CLIENT, SERVER, add, case
from .session import Session

FIRST, LAST = Flag.FIRST, Flag.LAST
EXACT = (
    "Payloads add up to the length exactly, and LAST is set on the fragment that completes it, else "
    "`fragment-length`.")
SHORT = "A fragment without LAST has at least 4,096 bytes of payload, else `fragment-length`."
FOLLOW = "FIRST inside a message, none at its start, or a half-close or END inside it: `fragment-order`."
TOO_LARGE = "Both lengths are at most the receiver's message limit, else `message-too-large`."
OWN_FAULT = (
    "is the call's fault only, found at its first fragment: END `resourceExhausted`, reason `message-too-large`.")
TELLS = "A client that finds one sends CANCEL, reason 2, and tells its caller the same."
LENGTHS = "A body that ends inside them: `frame-length`."


def faulty(name: str, rule: str, make: Callable[[int], list[Frame | bytes]], code: str, offset: int,
           roles: tuple[str, ...] = BOTH) -> None:
    async def check(s: Session) -> str:
        peer, call = await s.stream()
        peer.send(*make(call))
        return await peer.fault(code, offset)
    add(f"messages/{name}", "5.2", rule, roles, check)


def part(call: int, flags: Flag, payload: int, length: int = 0) -> Message:
    return Message(call, flags, bytes(payload), length, length)


def raw(call: int, flags: int, body: bytes) -> bytes:
    return frame(3, body, call, flags)


faulty("cut-in-its-length", LENGTHS, lambda call: [raw(call, 3, bytes(3))], "frame-length", 12)
faulty("without-its-length", LENGTHS, lambda call: [raw(call, 3, b"")], "frame-length", 12)
faulty("cut-in-its-plain-length", LENGTHS, lambda call: [raw(call, 7, struct.pack(">I", 1) + bytes(3))], "frame-length", 16)
faulty("compressed-cut-in-its-length", LENGTHS, lambda call: [raw(call, 7, bytes(2))], "frame-length", 12)
faulty("over-the-limit", TOO_LARGE, lambda call: [part(call, FIRST, 4_096, 1_048_577)], "message-too-large", 12)
faulty("far-over-the-limit", TOO_LARGE, lambda call: [part(call, FIRST, 4_096, 2**32 - 1)], "message-too-large", 12)
faulty("plain-over-the-limit", TOO_LARGE,
       lambda call: [raw(call, 5, struct.pack(">II", 60_000, 1_048_577) + bytes(4_096))], "message-too-large", 12)
faulty("last-but-incomplete", EXACT, lambda call: [part(call, FIRST | LAST, 9, 10)], "fragment-length", 12)
faulty("longer-than-said", EXACT, lambda call: [part(call, FIRST | LAST, 11, 10)], "fragment-length", 12)
faulty("complete-but-not-last", EXACT, lambda call: [part(call, FIRST, 5_000, 5_000)], "fragment-length", 12)
faulty("first-longer-than-said", EXACT, lambda call: [part(call, FIRST, 5_000, 4_999)], "fragment-length", 12)
faulty("second-but-incomplete", EXACT, lambda call: [part(call, FIRST, 5_000, 9_000), part(call, LAST, 3_999)],
       "fragment-length", 0)
faulty("second-longer-than-said", EXACT, lambda call: [part(call, FIRST, 5_000, 9_000), part(call, LAST, 4_001)],
       "fragment-length", 0)
faulty("second-complete-but-not-last", EXACT,
       lambda call: [part(call, FIRST, 5_000, 10_000), part(call, Flag(0), 5_000)], "fragment-length", 0)
faulty("first-too-short", SHORT, lambda call: [part(call, FIRST, 4_095, 9_000)], "fragment-length", 0)
faulty("middle-too-short", SHORT, lambda call: [part(call, FIRST, 5_000, 20_000), part(call, Flag(0), 4_095)],
       "fragment-length", 0)
faulty("first-inside", FOLLOW, lambda call: [part(call, FIRST, 5_000, 9_000), part(call, FIRST | LAST, 1, 1)],
       "fragment-order", 5)
faulty("none-first", FOLLOW, lambda call: [part(call, LAST, 5_000)], "fragment-order", 5)
faulty("half-close-inside", FOLLOW, lambda call: [part(call, FIRST, 5_000, 9_000), HalfClose(call)], "fragment-order", 4,
       SERVER)
faulty("end-inside", FOLLOW, lambda call: [part(call, FIRST, 5_000, 9_000), End(call, Status())], "fragment-order", 4,
       CLIENT)


def padded(s: Session, kind: str, total: int) -> bytes:
    """A message of exactly so many bytes, by its payload."""
    for size in range(max(0, total - 8), total):
        if len(made := s.make(kind, payload=bytes(size))) == total:
            return made
    raise ValueError(f"no {kind} has {total} bytes")


@case("messages/shortest-fragments", "5.2", SHORT, BOTH)
async def shortest_fragments(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        data = padded(s, "InputRequest", 12_289)
        call = peer.request(s.method("StreamingInputCall"))
    else:
        peer, waiting, request = await s.called("UnaryCall", {"unary": b""})
        data, call = padded(s, "SimpleResponse", 12_289), request.call
    peer.send(Message(call, FIRST, data[:4_096], 12_289, 12_289), Message(call, Flag(0), data[4_096:8_192]),
              Message(call, Flag(0), data[8_192:12_288]), Message(call, LAST, data[12_288:]))
    if s.role == "server":
        peer.half_close(call)
        response, _ = await peer.answer(call)
        equal(s.read("InputResponse", response).messages, 1, "messages")
    else:
        peer.send(End(call, Status()))
        equal((await waiting.ends("ok")).messages, [data], "the response")
    return "4,096, 4,096, 4,096 and 1 bytes"


@case("messages/empty", "5.2", "An empty message is one frame, FIRST and LAST, length 0.", BOTH)
async def empty(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("StreamingInputCall"))
        peer.message(call, b"")
        peer.message(call, b"", ends=True)
        response, _ = await peer.answer(call)
        equal(s.read("InputResponse", response).messages, 2, "messages")
        return "two empty requests"
    peer, _, request = await s.called("FullDuplexCall", {"send": b""}, "rest")
    message = await peer.expect(Message, call=request.call)
    equal((message.flags & 3, message.message_bytes, message.payload), (3, 0, b""), "the frame")
    return "FIRST, LAST, length 0"


@case("messages/filled-frames", "5.2", "(Senders fill the frame.)", BOTH)
async def filled_frames(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("UnaryCall"), window=600_000, response_window=600_000)
        peer.message(call, s.make("SimpleRequest", response_bytes=200_000), ends=True)
    else:
        peer, _, request = await s.called("UnaryCall", {"unary": padded(s, "SimpleRequest", 200_000)})
        call = request.call
    sizes = []
    last = False
    while not last:
        message = await peer.expect(Message, call=call)
        sizes.append(peer.last_body_bytes(Message))
        last = LAST in message.flags
    equal(sizes[:3], [65_536] * 3, "bodies before the last")
    return f"bodies of {sizes}"


@case("messages/end-of-requests", "5.2", "no request message follows; the same as a HALF_CLOSE after it", SERVER)
async def end_of_requests(s: Session) -> str:
    peer = await s.connect()
    for ends in (True, False):
        call = peer.request(s.method("StreamingInputCall"))
        peer.message(call, s.make("InputRequest", payload=b"four"), ends=ends)
        if not ends:
            peer.half_close(call)
        response, end = await peer.answer(call)
        equal((s.read("InputResponse", response).payload_bytes, end.status.code), (4, "ok"), "answer")
    return "both ways end the requests"


@case("messages/other-calls-between", "5.2", "frames of other calls may come between", BOTH)
async def other_calls_between(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        calls = [peer.request(s.method("StreamingInputCall")) for _ in range(2)]
        parts = [fragments(call, padded(s, "InputRequest", 20_000)) for call in calls]
        parts = [[Message(call, FIRST, one[0].payload[:5_000], 20_000, 20_000), Message(call, LAST, one[0].payload[5_000:])]
                 for call, one in zip(calls, parts, strict=True)]
        peer.send(parts[0][0], parts[1][0], parts[0][1], parts[1][1], *[HalfClose(call) for call in calls])
        for call in calls:
            response, _ = await peer.answer(call)
            equal(s.read("InputResponse", response).messages, 1, "messages")
        return "two messages, a fragment of each in turn"
    door = await s.listen()
    client = await s.client(door)
    waiting = [s.call(client, "UnaryCall", {"unary": b""}) for _ in range(2)]
    peer = await s.accept(door)
    numbers = [(await peer.expect(Request)).call for _ in waiting]
    data = padded(s, "SimpleResponse", 20_000)
    for number in numbers:
        peer.send(Message(number, FIRST, data[:5_000], 20_000, 20_000))
    for number in numbers:
        peer.send(Message(number, LAST, data[5_000:]), End(number, Status()))
    for call in waiting:
        equal((await call.ends("ok")).messages, [data], "response")
    return "two messages, a fragment of each in turn"


@case("messages/largest-of-its-method", "5.2", OWN_FAULT, BOTH)
async def largest_of_its_method(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("StreamingInputCall"))
        peer.message(call, padded(s, "InputRequest", 65_536), ends=True)
        _, end = await peer.answer(call)
        equal(end.status.code, "ok", "END")
        return "65,536 of 65,536 bytes are taken"
    peer, call, request = await s.called("StreamingOutputCall", {"send": b""}, "finish", "rest")
    peer.message(request.call, padded(s, "OutputResponse", 65_536))
    peer.send(End(request.call, Status()))
    equal([len(one) for one in (await call.ends("ok")).messages], [65_536], "responses")
    return "65,536 of 65,536 bytes are taken"


@case("messages/too-large-for-its-method", "5.2", OWN_FAULT, SERVER)
async def too_large_for_its_method(s: Session) -> str:
    peer = await s.connect()
    call = peer.request(s.method("StreamingInputCall"), window=100_000)
    # Only the first fragment: nothing else is waited for.
    peer.send(Message(call, FIRST, bytes(4_096), 65_537, 65_537))
    _, end = await peer.answer(call)
    equal((end.status.code, end.status.reason), ("resourceExhausted", "message-too-large"), "END")
    peer.send(Message(call, LAST, bytes(61_441)))
    return await peer.alive()


@case("messages/response-too-large-for-its-method", "5.2", TELLS, CLIENT)
async def response_too_large(s: Session) -> str:
    peer, call, request = await s.called("StreamingOutputCall", {"send": b""}, "finish", "rest")
    await peer.whole(request.call)
    peer.send(Message(request.call, FIRST, bytes(4_096), 65_537, 65_537))
    await call.ends("resourceExhausted", "message-too-large")
    cancel = await expect_after_half_close(peer, request.call)
    equal(cancel.reason, "responseBroken", "reason of CANCEL")
    return "CANCEL, reason 2; the caller is told resourceExhausted"


async def expect_after_half_close(peer: Peer, call: int) -> Cancel:
    """CANCEL; a HALF_CLOSE may have come before."""
    ending = await peer.expect(Cancel | HalfClose, call=call)  # type: ignore[arg-type]
    return ending if isinstance(ending, Cancel) else await peer.expect(Cancel, call=call)


@case("messages/too-large-to-send", "5.4",
      "A message that costs more than the window can never be sent, and its sender fails at once.", BOTH)
async def too_large_to_send(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("StreamingOutputCall"), response_window=1_000)
        peer.message(call, s.make("OutputRequest", response_bytes=[937]), ends=True)
        messages, end = await peer.answers(call)
        equal((messages, end.status.code, end.status.reason), ([], "resourceExhausted", "message-too-large"), "END")
        return "END resourceExhausted message-too-large"
    door = await s.listen()
    client = await s.client(door)
    call = s.call(client, "StreamingInputCall", {"send": padded(s, "InputRequest", 65_537)})
    await s.accept(door)
    outcome = await call.ends("resourceExhausted", "message-too-large")
    return f"the caller is told {outcome.code} {outcome.reason}"


@case("messages/in-turn", "5.2",
      "A sender of several long messages at once SHOULD send a fragment of each in turn, so that none holds up the "
      "others.", BOTH)
async def in_turn(s: Session) -> str:
    """The reference takes bytes slowly; long messages that wait for the network together come mixed."""
    if s.role == "server":
        peer = await s.connect(slow=True)
        frames: list[Frame] = []
        for call in range(1, 7):
            frames += [Request(call, s.method("UnaryCall"), 20_000, 1_000, 600_000),
                       *fragments(call, s.make("SimpleRequest", response_bytes=500_000), ends=True)]
        peer.send(*frames)
    else:
        door = await s.listen(slow=True)
        client = await s.client(door)
        for _ in range(6):
            s.call(client, "UnaryCall", {"unary": padded(s, "SimpleRequest", 500_000)})
        peer = await s.accept(door)
    for _ in range(20):
        await s.subject.do("nothing")
    unfinished: set[int] = set()
    order: list[int] = []
    while len(order) < 48:
        # The program under test does something between each two frames that are taken.
        await s.subject.do("nothing")
        frame = await peer.frame()
        if isinstance(frame, Message):
            order.append(frame.call)
            unfinished.add(frame.call)
            if len(unfinished) > 1:
                return f"fragments of calls {order}"
            if LAST in frame.flags:
                unfinished.discard(frame.call)
    raise Failed(f"one message after another: {order}")
