"""Section 8: how calls end, and section 5.5: CANCEL; deadlines."""
from __future__ import annotations

import os
import struct

from tugi_wire.encoder import frame
from tugi_wire.flow import fragments
from tugi_wire.frames import STATUSES, Cancel, End, Flag, HalfClose, Limits, Message, Ping, Pong, Request, Status

from .holding import held_call, release
from .messages import expect_after_half_close
from .peer import check as well
from .peer import Peer, equal, hello
from .registry import BOTH, CLIENT, SERVER, add, case
from .session import Session

READS_AS_0 = "Unknown advice reads as 0."
DEADLINE = (
    "When it passes, the client cancels the call and tells its caller `deadlineExceeded`; the server stops the "
    "work and ends the call likewise.")
STOPS = "The server stops the work at its next chance and passes the cancellation on to calls that it made for it."
AT_ONCE = "the caller is told `cancelled` or `deadlineExceeded` at once, the place stays taken until END"
ROWS = ("ok", "cancelled", "unknown", "invalidArgument", "deadlineExceeded", "notFound", "alreadyExists", "permissionDenied",
        "resourceExhausted", "failedPrecondition", "aborted", "outOfRange", "unimplemented", "internal", "unavailable",
        "dataLoss", "unauthenticated")


def status(code: str) -> None:
    number = STATUSES.index(code)

    async def check(s: Session) -> str:
        wanted = Status(code, reason=f"reason-{number}", message=f"Text {number}.", details=bytes([number, 0, 255]))
        if s.role == "server":
            peer = await s.connect()
            ending = {"code": number, "reason": wanted.reason, "message": wanted.message, "details": wanted.details}
            _, end = await peer.unary(s.method("UnaryCall"), s.make("SimpleRequest", ending=ending))
            equal(end.status, wanted, "END")
        else:
            peer, call, request = await s.called("UnaryCall", {"unary": b""})
            peer.send(End(request.call, wanted))
            outcome = await call.ends(code, wanted.reason, "doNot")
            equal((outcome.message, outcome.details), (wanted.message, wanted.details), "text and details")
        return f"{number} {code}"
    add(f"status/{code}", "8", f"| {number} | {code} |", BOTH, check)


for one in ROWS[1:]:
    status(one)


@case("status/unknown-number", "8", "an unknown status from a later version reads as this", CLIENT)
async def unknown_number(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""})
    peer.send(frame(5, struct.pack(">BBHI", 17, 0, 0, 0), request.call))
    await call.ends("unknown")
    return "17 reads as unknown"


@case("status/highest-number", "8", "an unknown status from a later version reads as this", CLIENT)
async def highest_number(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""})
    peer.send(frame(5, struct.pack(">BBHI", 255, 0, 0, 0), request.call))
    await call.ends("unknown")
    return "255 reads as unknown"


ADVICE = (
    "u8 status, u8 retry advice, u16 reserved (0, else `reserved-bits`), u32 milliseconds (with advice 2; else "
    "senders write 0 and receivers do not look)")


@case("status/advice-do-not", "8", "do not try again by yourself", BOTH)
async def advice_do_not(s: Session) -> str:
    return await advice(s, Status("aborted"), 0)


@case("status/advice-never-seen", "8",
      "never seen: no part of the application saw the call; always safe to make again", BOTH)
async def advice_never_seen(s: Session) -> str:
    return await advice(s, Status("unavailable", "neverSeen"), 1)


@case("status/advice-after", "8", "may be made again after so many milliseconds, with the same operation id", BOTH)
async def advice_after(s: Session) -> str:
    return await advice(s, Status("unavailable", "after", 1_234), 2)


async def advice(s: Session, wanted: Status, number: int) -> str:
    if s.role == "server":
        peer = await s.connect()
        ending = {"code": STATUSES.index(wanted.code), "advice": number, "after_milliseconds": wanted.after_ms}
        _, end = await peer.unary(s.method("UnaryCall"), s.make("SimpleRequest", ending=ending))
        equal((end.status.advice, end.status.after_ms), (wanted.advice, wanted.after_ms), "advice")
    else:
        peer, call, request = await s.called("UnaryCall", {"unary": b""})
        peer.send(End(request.call, wanted))
        outcome = await call.ends(wanted.code, advice=wanted.advice)
        equal(outcome.after_ms, wanted.after_ms, "milliseconds")
    return f"{wanted.advice} {wanted.after_ms or ''}".strip()


@case("status/unknown-advice", "8", READS_AS_0, CLIENT)
async def unknown_advice(s: Session) -> str:
    for number in (3, 255):
        peer, call, request = await s.called("EmptyCall", {"unary": b""}, settings={"retries": 4})
        peer.send(frame(5, struct.pack(">BBHI", 14, number, 0, 5), request.call))
        await call.ends("unavailable", advice="doNot")
    return "3 and 255 read as 0"


@case("status/milliseconds-without-their-advice", "8", ADVICE, CLIENT)
async def milliseconds_ignored(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""})
    peer.send(frame(5, struct.pack(">BBHI", 10, 0, 0, 99), request.call))
    outcome = await call.ends("aborted", advice="doNot")
    equal(outcome.after_ms, 0, "milliseconds")
    return "not looked at"


@case("status/reserved", "8", ADVICE, CLIENT)
async def reserved(s: Session) -> str:
    peer, _, request = await s.called("EmptyCall", {"unary": b""})
    peer.send(frame(5, struct.pack(">BBHI", 0, 0, 1, 0), request.call))
    return await peer.fault("reserved-bits", 14)


@case("status/long-texts-are-cut", "7", "reason, message, details of END | 64, 1,024, 4,096 bytes", SERVER)
async def long_texts(s: Session) -> str:
    peer = await s.connect()
    ending = {"code": 9, "reason": "r" * 70, "message": "õ" * 600, "details": bytes(5_000)}
    _, end = await peer.unary(s.method("UnaryCall"), s.make("SimpleRequest", ending=ending), window=600_000)
    equal(end.status.code, "failedPrecondition", "END")
    well("\ufffd" not in end.status.message, "a character was cut in two")
    return f"{len(end.status.reason)}, {len(end.status.message.encode())} and {len(end.status.details)} bytes"


# CANCEL

@case("cancel/stops-the-handler", "5.5", STOPS, SERVER)
async def stops_the_handler(s: Session) -> str:
    peer = await s.connect()
    call = await held_call(s, peer, "cancel-stops")
    peer.send(Cancel(call))
    end = await peer.expect(End, call=call)
    equal(end.status.code, "cancelled", "END")
    equal(await stop_of(s, "cancel-stops"), "cancelled", "how the handler was stopped")
    return "END cancelled, the handler was told"


async def stop_of(s: Session, name: str) -> str:
    other = await s.again(s.port)
    response, end = await other.unary(s.method("AwaitStopCall"), s.make("Named", name=name))
    equal(end.status.code, "ok", "END")
    return str(s.read("Stopped", response).how)


@case("cancel/unknown-reason", "5.5",
      "u8 reason: 0 the caller left, 1 the deadline passed, 2 a response could not be read; others read as 0", SERVER)
async def unknown_reason(s: Session) -> str:
    peer = await s.connect()
    for reason in (0, 1, 2, 3, 255):
        call = await held_call(s, peer, f"reason-{reason}")
        peer.send(frame(6, bytes([reason]), call))
        end = await peer.expect(End, call=call)
        well(end.status.code in ("cancelled", "deadlineExceeded"), f"END {end.status.code}")
    return "five reasons, five ENDs"


@case("cancel/inside-a-message", "5.2",
      "HALF_CLOSE and END wait for the last fragment of their call's message, CANCEL does not", SERVER)
async def inside_a_message(s: Session) -> str:
    peer, call = await s.stream()
    peer.send(Message(call, Flag.FIRST, bytes(5_000), 20_000, 20_000), Cancel(call))
    end = await peer.expect(End, call=call)
    equal(end.status.code, "cancelled", "END")
    return await peer.alive()


@case("cancel/told-at-once", "10", AT_ONCE, CLIENT)
async def told_at_once(s: Session) -> str:
    peer, call, request = await s.called("FullDuplexCall", "hold")
    await call.cancel()
    await call.ends("cancelled")
    cancel = await expect_after_half_close(peer, request.call)
    equal(cancel.reason, "callerLeft", "reason of CANCEL")
    return "CANCEL, reason 0, before any END"


@case("cancel/nothing-more-is-sent", "5.5",
      "It sends nothing more in that call (`frame-unexpected`), and ignores what still comes for it, up to END", CLIENT)
async def nothing_more_is_sent(s: Session) -> str:
    peer, call, request = await s.called("FullDuplexCall", {"send": b""}, "receive", "cancel")
    await peer.whole(request.call)
    peer.message(request.call, b"")
    await peer.expect(Cancel, call=request.call)
    peer.message(request.call, b"")
    peer.send(End(request.call, Status("cancelled")))
    await peer.alive()
    await call.outcome()
    equal([one for one in peer.kept if getattr(one, "call", 0) == request.call], [], "frames after CANCEL")
    return "nothing"


@case("cancel/place-taken-until-end", "10", AT_ONCE, CLIENT)
async def place_taken(s: Session) -> str:
    door = await s.listen()
    client = await s.client(door)
    first = s.call(client, "FullDuplexCall", "hold")
    peer = await s.accept(door, hello(Limits(calls=1)))
    request = await peer.expect(Request)
    await first.cancel()
    await first.ends("cancelled")
    await peer.expect(Cancel, call=request.call)
    second = s.call(client, "EmptyCall", {"unary": b""})
    await s.subject.do("nothing")
    await peer.alive()
    peer.send(End(request.call, Status("cancelled")))
    next_one = await peer.expect(Request)
    peer.message(next_one.call, b"")
    peer.send(End(next_one.call, Status()))
    await second.ends("ok")
    return "the next call begins after END"


@case("cancel/end-before-a-half-close", "5.5", "A server's END may come before it.", BOTH)
async def end_before_half_close(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("FullDuplexCall"))
        peer.message(call, s.make("OutputRequest", ending={"code": 10}))
        end = await peer.expect(End, call=call)
        equal(end.status.code, "aborted", "END")
        peer.half_close(call)
        return await peer.alive()
    peer, call, request = await s.called("FullDuplexCall", "rest")
    peer.send(End(request.call, Status("aborted")))
    await call.ends("aborted")
    return await peer.alive()


@case("half-close/twice", "5.5", "A second one, or a message after it: `frame-unexpected`.", SERVER)
async def half_close_twice(s: Session) -> str:
    peer = await s.connect()
    call = await held_call(s, peer, "half-closed-twice")
    peer.send(HalfClose(call), HalfClose(call))
    return await peer.fault("frame-unexpected", 4)


@case("half-close/message-after", "5.5", "A second one, or a message after it: `frame-unexpected`.", SERVER)
async def message_after_half_close(s: Session) -> str:
    peer = await s.connect()
    call = await held_call(s, peer, "message-after")
    peer.message(call, b"", ends=True)
    peer.message(call, b"")
    return await peer.fault("frame-unexpected", 4)


@case("cancel/end-before-the-last-request", "5.5", "A server's END may come before it.", CLIENT)
async def end_before_last_request(s: Session) -> str:
    """A good end takes nothing away from a caller that still sends."""
    peer, call, request = await s.called("FullDuplexCall", "receive", {"send": b""}, "finish", "rest")
    frames = [*fragments(request.call, b""), *fragments(request.call, b""), End(request.call, Status())]
    peer.send(*frames)
    equal((await call.ends("ok")).messages, [b"", b""], "responses")
    return "both responses arrive"


# Deadlines

@case("deadline/the-client-cancels", "5.1", DEADLINE, CLIENT)
async def the_client_cancels(s: Session) -> str:
    # The connection is there already: a slow machine may take as long as the deadline to make one.
    door = await s.listen()
    client = await s.client(door)
    s.call(client, "FullDuplexCall", "hold")
    peer = await s.accept(door)
    await peer.expect(Request)
    call = s.call(client, "FullDuplexCall", "rest", milliseconds=1_000)
    request = await peer.expect(Request)
    well(1 <= request.deadline_ms <= 1_000, f"deadline {request.deadline_ms} ms")
    await call.ends("deadlineExceeded")
    cancel = await peer.expect(Cancel, call=request.call)
    equal(cancel.reason, "deadlinePassed", "reason of CANCEL")
    return "CANCEL, reason 1; the caller is told deadlineExceeded"


@case("deadline/the-server-ends", "5.1", DEADLINE, SERVER)
async def the_server_ends(s: Session) -> str:
    peer = await s.connect()
    call = await held_call(s, peer, "deadline", deadline_ms=1_200)
    end = await peer.expect(End, call=call)
    equal(end.status.code, "deadlineExceeded", "END")
    equal(await stop_of(s, "deadline"), "deadline", "how the handler was stopped")
    return "END deadlineExceeded, the handler was told"


@case("deadline/without-a-request", "5.1", DEADLINE, SERVER)
async def without_a_request(s: Session) -> str:
    peer = await s.connect()
    call = peer.request(s.method("EmptyCall"), deadline_ms=1)
    end = await peer.expect(End, call=call)
    equal(end.status.code, "deadlineExceeded", "END")
    return "END deadlineExceeded after 1 ms"


@case("deadline/shortened", "5.1", "the server shortens it to its own maximum", SERVER)
async def shortened(s: Session) -> str:
    peer = await s.connect(deadline=5_000)
    response, _ = await peer.unary(s.method("WriteCall"), b"", operation=bytes(16), deadline_ms=2**32 - 1)
    left = s.read("Context", response).milliseconds_left
    well(left <= 5_000, f"{left} ms left")
    return f"{left} ms of 49 days are left"


@case("deadline/covers-waiting", "5.1", "The deadline covers the whole call.", CLIENT)
async def covers_waiting(s: Session) -> str:
    """A call that waits for a place ends at its deadline too, and nothing of it was sent."""
    door = await s.listen()
    client = await s.client(door)
    s.call(client, "FullDuplexCall", "hold")
    peer = await s.accept(door, hello(Limits(calls=1)))
    await peer.expect(Request)
    second = s.call(client, "EmptyCall", {"unary": b""}, milliseconds=300)
    await second.ends("deadlineExceeded")
    return await peer.alive()


@case("deadline/stubborn-handler", "5.1", DEADLINE, SERVER)
async def stubborn_handler(s: Session) -> str:
    peer = await s.connect()
    call = await held_call(s, peer, "deadline-stubborn", stubborn=True, deadline_ms=1_200)
    end = await peer.expect(End, call=call)
    equal(end.status.code, "deadlineExceeded", "END")
    await release(s, "deadline-stubborn")
    return await peer.alive()


# Tries again

@case("retry/never-seen", "8",
      "never seen: no part of the application saw the call; always safe to make again", CLIENT)
async def never_seen(s: Session) -> str:
    operation = bytes(range(6)) + b"\x70" + bytes(1) + b"\x80" + bytes(7)
    peer, call, request = await s.called("WriteCall", {"unary": b""}, operation=operation, settings={"retries": 4})
    peer.send(End(request.call, Status("resourceExhausted", "neverSeen", reason="calls-running")))
    again = await again_on(peer)
    equal((again.operation, again.attempt), (operation, 2), "operation and attempt of the second try")
    well(again.deadline_ms <= request.deadline_ms, "the second try has more time than the first")
    peer.message(again.call, b"")
    peer.send(End(again.call, Status()))
    await call.ends("ok")
    return "the same operation id, attempt 2"


async def again_on(peer: Peer) -> Request:
    while True:
        frame_ = await peer.expect(Request | Message | HalfClose | Cancel)  # type: ignore[arg-type]
        if isinstance(frame_, Request):
            return frame_


@case("retry/after", "8", "may be made again after so many milliseconds, with the same operation id", CLIENT)
async def after(s: Session) -> str:
    operation = bytes(range(6)) + b"\x70" + bytes(1) + b"\x80" + bytes(7)
    peer, call, request = await s.called("WriteCall", {"unary": b""}, operation=operation, settings={"retries": 4})
    peer.send(End(request.call, Status("unavailable", "after", 50)))
    again = await again_on(peer)
    equal((again.operation, again.attempt), (operation, 2), "operation and attempt of the second try")
    peer.message(again.call, b"")
    peer.send(End(again.call, Status()))
    await call.ends("ok")
    return "the same operation id, attempt 2"


@case("retry/do-not", "8", "do not try again by yourself", CLIENT)
async def do_not(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""}, settings={"retries": 4})
    peer.send(End(request.call, Status("unavailable")))
    await call.ends("unavailable")
    return await alive_without_request(peer)


async def alive_without_request(peer: Peer) -> str:
    while True:
        opaque = os.urandom(8)
        peer.send(Ping(opaque))
        frame_ = await peer.expect(Request | Message | HalfClose | Cancel | Pong)  # type: ignore[arg-type]
        if isinstance(frame_, Pong):
            return "not made again"
        well(not isinstance(frame_, Request), "the call was made again")
