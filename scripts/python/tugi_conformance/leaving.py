"""Sections 6.1 and 6.2: PING, GOAWAY in two steps; idle and old connections."""
from __future__ import annotations

import struct

from tugi_wire.encoder import frame
from tugi_wire.frames import NOTICE_PING, NUMBER_MAX, Cancel, End, Error, GoAway, Hello, Ping, Pong, Request, Status

from .holding import held_call
from .peer import check as well
from .peer import Peer, equal
from .registry import BOTH, CLIENT, SERVER, case
from .session import Call, Session
from .tls import CutOff

QUIET = "Either side MAY ping after a quiet time; no PONG within the time of section 7: the connection is lost."
NOTICE = (
    "*Notice*: last call id 2^31 - 1 and a PING with `0x5455474944524149`: the client opens no new calls; those "
    "under way are still taken.")
FINAL = "the real last call id, that of the highest REQUEST read so far, refused ones included."
PASSED = "the server passes over their REQUESTs, and takes what follows them for late frames."
GO_ON = "Calls up to it go on, at least for the grace; when none runs, the server closes."
CLIENT_CLOSES = "A client closes too, when the last of its calls is over after a GOAWAY (at once, if none is open)."
AGE = "a connection without calls; its age | 30 min; 60 min (each 10 % more or less) | GOAWAY"


@case("keepalive/pings-after-quiet", "6.1", QUIET, BOTH)
async def pings_after_quiet(s: Session) -> str:
    peer = await quiet(s, pong=20_000)
    for _ in range(2):
        ping = await peer.expect(Ping)
        peer.send(Pong(ping.opaque))
    return "two PINGs, two PONGs"


async def quiet(s: Session, **limits: int) -> Peer:
    if s.role == "server":
        peer = await s.connect(quiet=200, **limits)
    else:
        peer, _, request = await s.called("FullDuplexCall", "rest", settings={"limits": {"quiet": 200, **limits}})
    peer.pongs_itself = False
    return peer


@case("keepalive/no-pong", "7", "save that for PONG: who does not answer does not read either", BOTH)
async def no_pong(s: Session) -> str:
    peer = await quiet(s, pong=300)
    await peer.expect(Ping)
    try:
        while (last := await peer.frame()) is not None:
            well(not isinstance(last, Error), "ERROR came")
    except (CutOff, ConnectionError):
        return "the socket ended"
    return "closed without ERROR"


@case("keepalive/no-pong-ends-calls", "6.1", QUIET, CLIENT)
async def no_pong_ends_calls(s: Session) -> str:
    peer, call, _ = await s.called("FullDuplexCall", "rest", settings={"limits": {"quiet": 200, "pong": 300}})
    peer.pongs_itself = False
    await peer.expect(Ping)
    outcome = await call.ends("unavailable")
    well(outcome.advice != "neverSeen", "the caller is told that the call was never seen")
    return f"unavailable, {outcome.reason}"


@case("keepalive/pong-at-once", "6.1", "A PING is answered with a PONG of the same bytes at once", BOTH)
async def pong_at_once(s: Session) -> str:
    peer, _ = await s.stream()
    for opaque in (bytes(8), b"\xff" * 8, NOTICE_PING):
        peer.send(Ping(opaque))
        await peer.expect(Pong, opaque=opaque)
    return "three PONGs"


# A server leaves

async def noticed(s: Session, held: bool = True, reason: str = "shutdown", **limits: int) -> tuple[Peer, int]:
    """A connection whose server has given notice, with a call that runs."""
    peer = await s.connect(own=True, **limits)
    peer.pongs_itself = False
    call = await held_call(s, peer, "leaving") if held else 0
    await s.subject.do("drain", server=s.server)
    notice = await peer.expect(GoAway)
    equal((notice.last, notice.reason), (NUMBER_MAX, reason), "notice")
    await peer.expect(Ping, opaque=NOTICE_PING)
    return peer, call


@case("goaway/notice", "6.2", NOTICE, SERVER)
async def notice(s: Session) -> str:
    await noticed(s, grace=20_000)
    return "GOAWAY 2^31 - 1, PING"


@case("goaway/final-after-pong", "6.2", FINAL, SERVER)
async def final_after_pong(s: Session) -> str:
    peer, call = await noticed(s, grace=20_000)
    peer.send(Pong(NOTICE_PING))
    final = await peer.expect(GoAway)
    equal((final.last, final.grace_ms), (call, 20_000), "final GOAWAY")
    peer.send(Cancel(call))
    await peer.expect(End, call=call)
    await peer.closed()
    return f"GOAWAY {call}; END; closed"


@case("goaway/another-pong-is-not-it", "10", "if it is the PONG of the notice", SERVER)
async def another_pong(s: Session) -> str:
    peer, call = await noticed(s, grace=20_000)
    peer.send(Pong(b"another."))
    await peer.alive()
    return "no final GOAWAY"


@case("goaway/calls-before-the-pong-are-taken", "6.2", NOTICE, SERVER)
async def calls_before_the_pong(s: Session) -> str:
    peer, call = await noticed(s, grace=20_000)
    _, end = await peer.unary(s.method("EmptyCall"), b"")
    equal(end.status.code, "ok", "END")
    peer.send(Pong(NOTICE_PING))
    final = await peer.expect(GoAway)
    equal(final.last, call + 1, "last call id")
    return "the call under way is answered and counted"


@case("goaway/passes-over-later-calls", "6.2", PASSED, SERVER)
async def passes_over(s: Session) -> str:
    peer, call = await noticed(s, grace=20_000)
    peer.send(Pong(NOTICE_PING))
    await peer.expect(GoAway, last=call)
    later = peer.request(s.method("EmptyCall"), window=1_088)
    peer.message(later, bytes(1_024), ends=True)
    return await peer.alive()


@case("goaway/passed-over-calls-pay-for-late-frames", "6.2", PASSED, SERVER)
async def passed_over_pay(s: Session) -> str:
    peer, call = await noticed(s, grace=20_000)
    peer.send(Pong(NOTICE_PING))
    await peer.expect(GoAway, last=call)
    later = peer.request(s.method("EmptyCall"), window=1_088)
    peer.message(later, bytes(1_024 + 128))
    await peer.alive()
    peer.half_close(later)
    return await peer.fault("late-frames", 8)


@case("goaway/id-of-a-passed-over-call-is-taken", "10",
      "the call was never seen; its id is taken, what follows is late.", SERVER)
async def passed_over_id(s: Session) -> str:
    peer, call = await noticed(s, grace=20_000)
    peer.send(Pong(NOTICE_PING))
    await peer.expect(GoAway, last=call)
    later = peer.request(s.method("EmptyCall"))
    peer.request(s.method("EmptyCall"), call=later)
    return await peer.fault("call-id", 8)


@case("goaway/refused-calls-count", "6.2", FINAL, SERVER)
async def refused_calls_count(s: Session) -> str:
    peer, call = await noticed(s, grace=20_000, calls=1)
    refused = peer.request(s.method("EmptyCall"))
    await peer.expect(End, call=refused)
    peer.send(Pong(NOTICE_PING))
    await peer.expect(GoAway, last=refused)
    return f"last call id {refused}"


@case("goaway/without-calls", "6.2", GO_ON, SERVER)
async def without_calls(s: Session) -> str:
    peer, _ = await noticed(s, held=False, grace=20_000)
    peer.send(Pong(NOTICE_PING))
    await peer.expect(GoAway, last=0)
    await peer.closed()
    return "GOAWAY 0, closed"


@case("goaway/patience-ends", "6.2", "or the server's patience ends", SERVER)
async def patience_ends(s: Session) -> str:
    peer, call = await noticed(s, grace=600)
    final = await peer.expect(GoAway)
    equal(final.last, call, "last call id")
    return "the final GOAWAY comes without PONG"


@case("goaway/grace-ends", "6.2", GO_ON, SERVER)
async def grace_ends(s: Session) -> str:
    peer, call = await noticed(s, grace=600)
    peer.send(Pong(NOTICE_PING))
    await peer.expect(GoAway, last=call)
    end = await peer.expect(End, call=call)
    equal(end.status.code, "unavailable", "END")
    await peer.closed()
    return f"END unavailable {end.status.reason}, closed"


@case("goaway/before-hello", "6.2", "Before it has read HELLO, a side that leaves simply closes.", SERVER)
async def before_hello(s: Session) -> str:
    peer = await s.connect(greet=False, own=True)
    await peer.expect(Hello)
    await s.subject.do("drain", server=s.server)
    await peer.closed()
    return "closed without GOAWAY"


@case("goaway/age", "7", AGE, SERVER)
async def age(s: Session) -> str:
    peer = await s.connect(age=400, grace=5_000)
    notice = await peer.expect(GoAway)
    equal((notice.last, notice.reason), (NUMBER_MAX, "age"), "notice")
    return "reason age"


@case("goaway/idle", "7", AGE, SERVER)
async def idle(s: Session) -> str:
    peer = await s.connect(idle=400, grace=5_000)
    notice = await peer.expect(GoAway)
    equal((notice.last, notice.reason), (NUMBER_MAX, "idle"), "notice")
    return "reason idle"


@case("goaway/not-idle-while-a-call-runs", "7", AGE, SERVER)
async def not_idle(s: Session) -> str:
    peer = await s.connect(idle=1_000, grace=5_000)
    call = await held_call(s, peer, "not-idle", deadline_ms=2_500)
    frame_ = await peer.expect(End | GoAway)  # type: ignore[arg-type]
    equal(getattr(frame_, "call", None), call, "what came first, END or GOAWAY")
    await peer.expect(GoAway)
    return "GOAWAY after the call's END"


# A client is left

@case("goaway/client-opens-no-calls-after-notice", "6.2", NOTICE, CLIENT)
async def client_after_notice(s: Session) -> str:
    door = await s.listen()
    client = await s.client(door)
    first = s.call(client, "EmptyCall", {"unary": b""})
    peer = await s.accept(door)
    request = await peer.expect(Request)
    await peer.whole(request.call)
    peer.send(GoAway(NUMBER_MAX, 10_000, "shutdown"), Ping(NOTICE_PING))
    await peer.expect(Pong, opaque=NOTICE_PING)
    second = s.call(client, "EmptyCall", {"unary": b""})
    other = await s.accept(door)
    again = await other.expect(Request)
    other.message(again.call, b"")
    other.send(End(again.call, Status()))
    await second.ends("ok")
    peer.send(GoAway(request.call, 10_000, "shutdown"))
    peer.message(request.call, b"")
    peer.send(End(request.call, Status()))
    await first.ends("ok")
    await peer.closed()
    return "the open call ends well, the next comes over another connection"


@case("goaway/client-closes-after-its-last-call", "6.2", CLIENT_CLOSES, CLIENT)
async def client_closes(s: Session) -> str:
    peer, call, request = await s.called("FullDuplexCall", "rest")
    peer.send(GoAway(request.call))
    await peer.alive()
    peer.send(End(request.call, Status()))
    await call.ends("ok")
    await peer.closed()
    return "closed after END"


@case("goaway/client-closes-at-once", "6.2", CLIENT_CLOSES, CLIENT)
async def client_closes_at_once(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""})
    await peer.whole(request.call)
    peer.message(request.call, b"")
    peer.send(End(request.call, Status()))
    await call.ends("ok")
    peer.send(GoAway(NUMBER_MAX))
    await peer.closed()
    return "closed"


async def two_calls(s: Session, **settings: object) -> tuple[Peer, list[Call], list[Request]]:
    door = await s.listen()
    client = await s.client(door, **settings)
    s.door = door
    calls = [s.call(client, "EmptyCall", {"unary": b""}) for _ in range(2)]
    peer = await s.accept(door)
    return peer, calls, [await peer.expect(Request) for _ in calls]


@case("goaway/left-out-calls-were-never-seen", "6.2",
      "Calls above it were never seen and are safe to make again elsewhere", CLIENT)
async def left_out(s: Session) -> str:
    peer, calls, requests = await two_calls(s)
    peer.send(GoAway(requests[0].call))
    peer.message(requests[0].call, b"")
    peer.send(End(requests[0].call, Status()))
    ends = []
    for call in calls:
        outcome = await call.outcome()
        ends.append((outcome.code, outcome.advice if outcome.code != "ok" else ""))
    equal(sorted(ends), [("ok", ""), ("unavailable", "neverSeen")], "what the callers are told")
    await peer.closed()
    return "one ends well, the other is told never seen"


@case("goaway/left-out-calls-are-made-elsewhere", "6.2",
      "Calls above it were never seen and are safe to make again elsewhere", CLIENT)
async def made_elsewhere(s: Session) -> str:
    peer, calls, requests = await two_calls(s, retries=4)
    peer.send(GoAway(requests[0].call))
    other = await s.accept(s.door)
    again = await other.expect(Request)
    equal(again.attempt, 2, "attempt")
    for one, call in ((peer, requests[0].call), (other, again.call)):
        one.message(call, b"")
        one.send(End(call, Status()))
    for call in calls:
        await call.ends("ok")
    return "attempt 2 comes over another connection"


@case("goaway/higher-id-than-before", "6.2",
      "A later GOAWAY never names a higher id than one before (`frame-unexpected`).", CLIENT)
async def higher_id(s: Session) -> str:
    peer, _, request = await s.called("FullDuplexCall", "rest")
    peer.send(GoAway(request.call + 1), GoAway(request.call + 2))
    return await peer.fault("frame-unexpected", 12)


@case("goaway/same-id-again", "6.2",
      "A later GOAWAY never names a higher id than one before (`frame-unexpected`).", CLIENT)
async def same_id(s: Session) -> str:
    peer, _, request = await s.called("FullDuplexCall", "rest")
    peer.send(GoAway(request.call), GoAway(request.call))
    return await peer.alive()


@case("goaway/highest-bit-of-the-id", "9", "in GOAWAY's fixed part 12", CLIENT)
async def highest_bit(s: Session) -> str:
    peer, _, _ = await s.called("FullDuplexCall", "rest")
    peer.send(frame(10, struct.pack(">IIB", 2**31, 0, 0)))
    return await peer.fault("reserved-bits", 12)


@case("goaway/unknown-reason", "6.2", "unknown ones read as 0", CLIENT)
async def unknown_reason(s: Session) -> str:
    peer, call, request = await s.called("FullDuplexCall", "rest")
    peer.send(frame(10, struct.pack(">IIB", request.call, 0, 200)))
    peer.send(End(request.call, Status()))
    await call.ends("ok")
    return "taken"


@case("goaway/a-client-that-leaves", "6.2",
      "A client that leaves by itself needs no frame: it opens no calls, waits for its ENDs and closes.", CLIENT)
async def client_leaves(s: Session) -> str:
    peer, call, request = await s.called("FullDuplexCall", "rest")
    s.subject.begin("close", client=s.clients.pop())
    await peer.alive()
    peer.send(End(request.call, Status()))
    await call.ends("ok")
    await peer.closed()
    return "END, then closed"
