"""Section 5.4: credit, and that no call can block another."""
from __future__ import annotations

from tugi_wire.frames import OVERHEAD, Credit, End, HalfClose, Limits, Message, Request, Status

from .holding import held_call
from .messages import expect_after_half_close, padded
from .peer import check as well
from .peer import Peer, equal, hello
from .registry import BOTH, CLIENT, SERVER, case
from .session import Session

BEYOND = "A message beyond the credit: fault `credit-exceeded`."
WAITS = "Without enough credit the message waits."
OVERFLOW = "What comes back is never more than what was used: `credit-overflow`."
HELD_BACK = (
    "A receiver MAY hold credit back to save frames, but only as long as the method's largest message still fits "
    "into what it has given")
NO_BLOCKING = "There is no window for the connection: no call can block another by not being read."
CLOSED = "Nothing is given back in a direction that was closed."


@case("credit/beyond-the-window", "5.4", BEYOND, SERVER)
async def beyond_the_window(s: Session) -> str:
    peer = await s.connect()
    call = peer.request(s.method("StreamingInputCall"), window=1_000)
    peer.message(call, bytes(937))
    return await peer.fault("credit-exceeded", 12)


@case("credit/exactly-the-window", "5.4",
      "Each side of a call has credit for the messages that it sends: at first the window", SERVER)
async def exactly_the_window(s: Session) -> str:
    peer = await s.connect()
    message = padded(s, "InputRequest", 936)
    call = peer.request(s.method("StreamingInputCall"), window=1_000)
    peer.message(call, message, ends=True)
    _, end = await peer.answer(call)
    equal(end.status.code, "ok", "END")
    return "936 + 64 of 1,000"


@case("credit/used-up", "5.4", BEYOND, BOTH)
async def used_up(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = await held_call(s, peer, "used-up", window=20_000)
        peer.message(call, bytes(4_096))
        await peer.alive()
        # The handler takes nothing any more: at most the first message's cost has come back.
        for _ in range(5):
            peer.message(call, bytes(4_096))
        return await peer.fault("credit-exceeded", 12)
    peer, _, request = await s.called("FullDuplexCall", "hold")
    cost = 60_000 + OVERHEAD
    for _ in range(request.response_window // cost):
        peer.message(request.call, bytes(60_000))
    await peer.alive()
    peer.message(request.call, bytes(60_000))
    return await peer.fault("credit-exceeded", 12)


@case("credit/more-than-was-used", "5.4", OVERFLOW, BOTH)
async def more_than_was_used(s: Session) -> str:
    peer, call = await s.stream()
    peer.send(Credit(call, 1))
    return await peer.fault("credit-overflow", 12)


@case("credit/one-byte-more-than-was-used", "5.4", OVERFLOW, BOTH)
async def one_byte_more(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("FullDuplexCall"))
        peer.message(call, s.make("OutputRequest", response_bytes=[10]))
        used = len(await peer.whole(call)) + OVERHEAD
    else:
        peer, _, request = await s.called("FullDuplexCall", {"send": b""}, "rest")
        call, used = request.call, len(await peer.whole(request.call)) + OVERHEAD
    peer.send(Credit(call, used))
    await peer.alive()
    peer.send(Credit(call, 1))
    return await peer.fault("credit-overflow", 12)


@case("credit/the-largest-number", "5.4", OVERFLOW, BOTH)
async def the_largest_number(s: Session) -> str:
    peer, call = await s.stream()
    peer.send(Credit(call, 2**31 - 1))
    return await peer.fault("credit-overflow", 12)


@case("credit/waits", "5.4", WAITS, BOTH)
async def waits(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("StreamingOutputCall"), response_window=1_100)
        peer.message(call, s.make("OutputRequest", response_bytes=[1_000, 1_000]), ends=True)
        cost = len(await peer.whole(call)) + OVERHEAD
        await peer.alive()
        peer.send(Credit(call, 1_029))
        await peer.alive()
        peer.send(Credit(call, cost - 1_029))
        _, end = await peer.answers(call)
        equal(end.status.code, "ok", "END")
        return "the second message waits for the last byte of its cost"
    message = padded(s, "InputRequest", 60_000)
    peer, _, request = await s.called("StreamingInputCall", *[{"send": message}] * 12, "finish", "rest")
    fits = request.request_window // 60_064
    for _ in range(fits):
        await peer.whole(request.call)
    await peer.alive()
    left = request.request_window - fits * 60_064
    peer.send(Credit(request.call, 60_064 - left - 1))
    await peer.alive()
    peer.send(Credit(request.call, 1))
    await peer.whole(request.call)
    return f"{fits} messages, then one more for its last byte of credit"


@case("credit/comes-back", "5.4", "gives credit back when the application has taken messages", BOTH)
async def comes_back(s: Session) -> str:
    """Ten times what the window holds, never beyond the credit."""
    if s.role == "server":
        peer = await s.connect()
        call, window = peer.request(s.method("StreamingInputCall"), window=65_600), 65_600
        data = padded(s, "InputRequest", 65_536)
    else:
        peer, waiting, request = await s.called("StreamingOutputCall", {"send": b""}, "finish", "rest")
        await peer.whole(request.call)
        call, window, data = request.call, request.response_window, padded(s, "OutputResponse", 65_536)
    opened, count = window, 10 * window // 65_600
    for _ in range(count):
        while opened < 65_600:
            opened += (await credit(peer, call)).bytes
            well(opened <= window, f"{opened} bytes of credit in a window of {window}")
        peer.message(call, data)
        opened -= 65_600
    if s.role == "server":
        peer.half_close(call)
        response, _ = await peer.answer(call)
        equal(s.read("InputResponse", response).messages, count, "messages")
    else:
        peer.send(End(call, Status()))
        equal(len((await waiting.ends("ok")).messages), count, "messages")
    return f"{count} messages of 64 KiB through a window of {window}"


async def credit(peer: Peer, call: int) -> Credit:
    while True:
        frame = await peer.expect(Credit | HalfClose, call=call)  # type: ignore[arg-type]
        if isinstance(frame, Credit):
            return frame


@case("credit/held-back-only-so-far", "5.4", HELD_BACK, SERVER)
async def held_back(s: Session) -> str:
    peer = await s.connect()
    window = 65_600 + 1_000
    call = peer.request(s.method("StreamingInputCall"), window=window)
    opened, credits = window, 0
    for _ in range(40):
        peer.message(call, padded(s, "InputRequest", 500))
        opened -= 564
        # A largest message has to fit again once the handler has taken this one.
        while opened < 65_600:
            opened += (await credit(peer, call)).bytes
            credits += 1
    return f"{credits} CREDITs for 40 messages"


@case("credit/none-in-a-closed-direction", "5.4", CLOSED, SERVER)
async def none_when_closed(s: Session) -> str:
    peer = await s.connect()
    call = peer.request(s.method("StreamingInputCall"), window=65_600)
    peer.message(call, padded(s, "InputRequest", 65_536), ends=True)
    await peer.answer(call)
    await peer.alive()
    well(not any(line.startswith("< credit") for line in peer.log), "CREDIT after the half-close")
    return "no CREDIT"


@case("credit/an-unread-call-blocks-no-other", "5.4", NO_BLOCKING, BOTH)
async def blocks_no_other(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        for index in range(3):
            call = await held_call(s, peer, f"unread-{index}", window=1_000_000)
            for _ in range(200):
                peer.message(call, bytes(4_000))
        _, end = await peer.unary(s.method("EmptyCall"), b"")
        equal(end.status.code, "ok", "END")
        return "2.4 MB wait unread in three calls; a fourth is answered"
    door = await s.listen()
    client = await s.client(door)
    s.call(client, "FullDuplexCall", "hold")
    peer = await s.accept(door)
    unread = await peer.expect(Request)
    for _ in range(unread.response_window // 60_064):
        peer.message(unread.call, bytes(60_000))
    other = s.call(client, "EmptyCall", {"unary": b""})
    request = await peer.expect(Request)
    peer.message(request.call, b"")
    peer.send(End(request.call, Status()))
    await other.ends("ok")
    return "a full window waits unread; another call is answered"


@case("credit/unsent-responses-block-no-other", "5.4", NO_BLOCKING, SERVER)
async def unsent_block_no_other(s: Session) -> str:
    peer = await s.connect()
    for _ in range(3):
        call = peer.request(s.method("StreamingOutputCall"), response_window=1_100)
        peer.message(call, s.make("OutputRequest", response_bytes=[1_000] * 50), ends=True)
        await peer.expect(Message, call=call)
    _, end = await peer.unary(s.method("EmptyCall"), b"")
    equal(end.status.code, "ok", "END")
    return "three calls wait for credit; a fourth is answered"


@case("credit/a-finished-call-leaves-nothing", "11", "what a finished call held needs no refund", SERVER)
async def leaves_nothing(s: Session) -> str:
    peer = await s.connect(budget=70_000)
    for _ in range(100):
        call = peer.request(s.method("EmptyCall"), window=60_000)
        peer.message(call, bytes(1_025))
        end = await peer.expect(End, call=call)
        equal(end.status.reason, "message-too-large", "reason")
    return "100 calls whose messages nobody took, in a budget for one"


@case("credit/message-limit-of-the-server", "4",
      "LIMITS are what the sender receives; the other side keeps to them.", CLIENT)
async def message_limit(s: Session) -> str:
    door = await s.listen()
    client = await s.client(door)
    call = s.call(client, "StreamingInputCall", {"send": padded(s, "InputRequest", 2_000)}, "finish", "rest")
    peer = await s.accept(door, hello(Limits(message_bytes=1_999)))
    await call.ends("resourceExhausted")
    await expect_after_half_close(peer, (await peer.expect(Request)).call)
    well(not any(line.startswith("< message") for line in peer.log), "a message came")
    return "2,000 of 1,999 bytes are not sent"
