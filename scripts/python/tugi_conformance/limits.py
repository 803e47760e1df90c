"""Section 7: rates and times; section 5.5: late frames."""
from __future__ import annotations

import asyncio
import struct

from tugi_wire.encoder import frame
from tugi_wire.frames import (
    NOTICE_PING, NUMBER_MAX, Cancel, Credit, End, Flag, GoAway, HalfClose, Hello, Message, Ping, Pong, Status)

from .frames_header import header
from .holding import held_call
from .peer import Failed, Peer, equal
from .registry import BOTH, CLIENT, SERVER, case
from .session import Session
from .tls import CutOff, Socket, client_context

CONTROL = "PING and ignorable frames | 100 in 10 s | `too-many-control-frames`"
LATE = (
    "It lets them pass without looking into them, as long as all of them together cost no more than the "
    "connection's *allowance*, else `late-frames`.")
COSTS = (
    "A late frame costs: MESSAGE its payload, and 64 with FIRST; HALF_CLOSE 64; CREDIT its bytes; CANCEL nothing, "
    "but counts as a cancel.")
GROWS = (
    "the credit open for its messages, the rest of a message begun (also of one that was too long) and 128; and "
    "the credit for the server's messages that has not come back")


@case("limits/cancels", "7", "CANCEL | 200 in 30 s | `too-many-cancels`", SERVER)
async def cancels(s: Session) -> str:
    peer = await s.connect()
    for index in range(200):
        call = peer.request(s.method("EmptyCall"), window=1_088, response_window=1_088)
        peer.send(Cancel(call))
        if index % 20 == 19:
            await peer.expect(End, call=call)
    await peer.alive()
    call = peer.request(s.method("EmptyCall"), window=1_088, response_window=1_088)
    peer.send(Cancel(call))
    return await peer.fault("too-many-cancels", 0)


@case("limits/late-cancels-count", "7", "Late CANCELs and refused calls count, PONGs do not.", SERVER)
async def late_cancels(s: Session) -> str:
    peer = await s.connect()
    await peer.unary(s.method("EmptyCall"), b"")
    peer.send(*[Cancel(1)] * 200)
    await peer.alive()
    peer.send(Cancel(1))
    return await peer.fault("too-many-cancels", 0)


@case("limits/refusals", "7",
      "calls refused, or ended for a broken message | 200 in 30 s | `too-many-refusals`", SERVER)
async def refusals(s: Session) -> str:
    peer = await s.connect(calls=1)
    await held_call(s, peer, "refusals")
    for _ in range(200):
        await peer.expect(End, call=peer.request(s.method("EmptyCall"), window=1_088))
    await peer.alive()
    peer.request(s.method("EmptyCall"), window=1_088)
    return await peer.fault("too-many-refusals", 0)


@case("limits/broken-messages", "7",
      "calls refused, or ended for a broken message | 200 in 30 s | `too-many-refusals`", SERVER)
async def broken_messages(s: Session) -> str:
    peer = await s.connect()
    for index in range(201):
        call = peer.request(s.method("EmptyCall"), window=2_000)
        peer.message(call, bytes(1_025))
        if index < 200:
            await peer.expect(End, call=call)
    return await peer.fault("too-many-refusals", 0)


@case("limits/pings", "7", CONTROL, BOTH)
async def pings(s: Session) -> str:
    peer, _ = await s.stream()
    peer.send(*[Ping(struct.pack(">Q", index)) for index in range(100)])
    for _ in range(100):
        await peer.expect(Pong)
    peer.send(Ping(bytes(8)))
    return await peer.fault("too-many-control-frames", 0)


@case("limits/ignorable-frames", "7", CONTROL, BOTH)
async def ignorable_frames(s: Session) -> str:
    peer, _ = await s.stream()
    peer.send(*[frame(0xF0)] * 99)
    await peer.alive()
    peer.send(frame(0xF0))
    return await peer.fault("too-many-control-frames", 0)


@case("limits/pings-and-ignorable-frames-together", "7", CONTROL, BOTH)
async def both_together(s: Session) -> str:
    peer, _ = await s.stream()
    peer.send(*[frame(0xF0)] * 60, *[Ping(bytes(8))] * 40)
    for _ in range(40):
        await peer.expect(Pong)
    peer.send(frame(0xFF))
    return await peer.fault("too-many-control-frames", 0)


@case("limits/connections", "7", "connections of a server | 1,024 | closed at once", SERVER)
async def connections(s: Session) -> str:
    first = await s.connect(own=True, connections=1)
    try:
        await s.again(s.port)
    except (CutOff, ConnectionError):
        return f"the second is closed, the first {await first.alive()}"
    raise Failed("a second connection was taken")


@case("limits/connections-of-an-identity", "7",
      "of these, connections of one identity (the URI in the certificate) | 256 | GOAWAY, reason 4, after both HELLOs", SERVER)
async def connections_of_identity(s: Session) -> str:
    first = await s.connect(own=True, **{"connections-per-peer": 1})
    second = await s.again(s.port)
    notice = await second.expect(GoAway)
    equal((notice.last, notice.reason), (NUMBER_MAX, "overload"), "notice")
    await second.expect(Ping, opaque=NOTICE_PING)
    final = await second.expect(GoAway)
    equal((final.last, final.reason), (0, "overload"), "final GOAWAY")
    return f"the second is sent away, the first {await first.alive()}"


@case("limits/hello-late", "7", "TLS handshake and both HELLOs | 5 s | `timeout`", SERVER)
async def hello_late(s: Session) -> str:
    peer = await s.connect(greet=False, handshake=2_500)
    await peer.expect(Hello)
    return await peer.fault("timeout", 0)


@case("limits/hello-of-the-server-late", "7", "TLS handshake and both HELLOs | 5 s | `timeout`", CLIENT)
async def server_hello_late(s: Session) -> str:
    door = await s.listen()
    client = await s.client(door, limits={"handshake": 2_500})
    call = s.call(client, "EmptyCall", {"unary": b""})
    peer = await s.accept(door, greet=False)
    await peer.expect(Hello)
    seen = await peer.fault("timeout", 0)
    await call.cancel()
    await call.outcome()
    return seen


@case("limits/handshake-late", "7", "TLS handshake and both HELLOs | 5 s | `timeout`", SERVER)
async def handshake_late(s: Session) -> str:
    await s.connect(handshake=2_500)
    raw = await Socket.connect(s.port, client_context(s.certificates))
    equal(await raw.reader.read(100), b"", "what came")
    return "closed without a byte"


@case("limits/frame-late", "7",
      "a frame, from its first byte to its last | 5 s, and 1 s for each KiB | `timeout`", BOTH)
async def frame_late(s: Session) -> str:
    limits = {"frame": 300, "rate": 1_000_000}
    if s.role == "server":
        peer = await s.connect(**limits)
    else:
        peer, _, _ = await s.called("FullDuplexCall", "rest", settings={"limits": limits})
    peer.send(header(8, 8))
    return await peer.fault("timeout", 0)


@case("limits/frame-dribbles", "7",
      "a frame, from its first byte to its last | 5 s, and 1 s for each KiB | `timeout`", BOTH)
async def frame_dribbles(s: Session) -> str:
    """Each byte comes soon after the one before, the frame as a whole does not."""
    limits = {"frame": 300, "rate": 1_000_000}
    if s.role == "server":
        peer = await s.connect(**limits)
    else:
        peer, _, _ = await s.called("FullDuplexCall", "rest", settings={"limits": limits})
    peer.send(header(0xF0, 300))

    async def dribble() -> None:
        while True:
            peer.socket.write(b"\x00")
            await asyncio.sleep(0.02)
    dribbling = asyncio.create_task(dribble())
    try:
        return await peer.fault("timeout", 0)
    finally:
        dribbling.cancel()


@case("late/within-the-allowance", "5.5", GROWS, SERVER)
async def within_the_allowance(s: Session) -> str:
    peer = await s.connect()
    await broken_call(s, peer)
    # 4,000 of the window are open but for 1,025 + 64; and 128.
    peer.send(Message(1, Flag(3), bytes(2_911), 2_911, 2_911), HalfClose(1))
    return await peer.alive()


async def broken_call(s: Session, peer: Peer) -> None:
    """Call 1 is over, ended by the server; the client has not half-closed."""
    peer.request(s.method("EmptyCall"), window=4_000)
    peer.message(1, bytes(1_025))
    await peer.expect(End, call=1)


@case("late/beyond-the-allowance", "5.5", LATE, SERVER)
async def beyond_the_allowance(s: Session) -> str:
    peer = await s.connect()
    await broken_call(s, peer)
    peer.send(Message(1, Flag(3), bytes(2_911), 2_911, 2_911), HalfClose(1))
    await peer.alive()
    peer.send(Credit(1, 1))
    return await peer.fault("late-frames", 8)


@case("late/after-a-half-close", "5.5", "unless the client has half-closed", SERVER)
async def after_a_half_close(s: Session) -> str:
    peer = await s.connect()
    call = peer.request(s.method("EmptyCall"), window=60_000)
    peer.message(call, b"", ends=True)
    await peer.expect(Message, call=call)
    await peer.expect(End, call=call)
    # Only the credit of the empty response may still come: 64.
    peer.send(HalfClose(call))
    await peer.alive()
    peer.send(HalfClose(call))
    return await peer.fault("late-frames", 8)


@case("late/credit", "5.5", COSTS, SERVER)
async def late_credit(s: Session) -> str:
    peer = await s.connect()
    call = peer.request(s.method("EmptyCall"))
    peer.message(call, b"", ends=True)
    await peer.expect(Message, call=call)
    await peer.expect(End, call=call)
    peer.send(Credit(call, 65))
    return await peer.fault("late-frames", 8)


@case("late/not-looked-into", "5.5", LATE, SERVER)
async def not_looked_into(s: Session) -> str:
    """Out of order and beyond the call's credit, which nobody counts any more."""
    peer = await s.connect()
    await broken_call(s, peer)
    peer.send(Message(1, Flag(2), bytes(100)), HalfClose(1), Message(1, Flag(3), b"", 0, 0), Cancel(1), Cancel(1))
    return await peer.alive()


@case("late/rest-of-a-message-that-was-too-long", "5.5", GROWS, SERVER)
async def rest_of_a_message(s: Session) -> str:
    peer = await s.connect()
    peer.request(s.method("EmptyCall"), window=50_064)
    peer.send(Message(1, Flag(1), bytes(5_000), 50_000, 50_000))
    await peer.expect(End, call=1)
    peer.send(Message(1, Flag(0), bytes(40_000)), Message(1, Flag(2), bytes(5_000)), HalfClose(1))
    return await peer.alive()


@case("late/of-a-refused-call", "5.5",
      "Frames of a call that the server has ended or refused may still be under way.", SERVER)
async def of_a_refused_call(s: Session) -> str:
    peer = await s.connect(calls=1)
    await held_call(s, peer, "late-refused")
    call = peer.request(s.method("EmptyCall"), window=1_088)
    peer.message(call, bytes(1_024), ends=True)
    await peer.expect(End, call=call)
    await peer.alive()
    peer.send(Message(call, Flag(3), bytes(65), 65, 65))
    return await peer.fault("late-frames", 8)


@case("late/client-never-meets-any", "5.5", "The client never meets late frames: after END nothing comes.", CLIENT)
async def client_never_meets_any(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""})
    peer.message(request.call, b"")
    peer.send(End(request.call, Status()))
    await call.ends("ok")
    peer.send(Credit(request.call, 1))
    return await peer.fault("call-id", 8)
