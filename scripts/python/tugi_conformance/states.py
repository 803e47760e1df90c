"""Section 10: the cells of the state tables that a peer can reach, each over a real connection."""
from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable

from tugi_wire import tables
from tugi_wire.encoder import frame
from tugi_wire.frames import (
    NOTICE_PING, NUMBER_MAX, Cancel, Credit, End, Error, Flag, Frame, GoAway, HalfClose, Message, Ping, Pong, Request,
    Status,
)
from tugi_wire.tables import TABLES

from .holding import held_call
from .peer import Failed, Peer, equal, hello
from .registry import CLIENT, SERVER, add
from .session import Session

FAULTS = {"F": ("frame-unexpected", 4), "call-id": ("call-id", 8)}
NAMES = {"HALF_CLOSE": "half-close", "never begun": "never-begun", "half-closed": "half-closed", "not open": "not-open",
         "notice given": "notice-given", "ignorable frame": "ignorable"}


def short(text: str) -> str:
    return NAMES.get(text, text.lower().replace(" ", "-"))


def frame_of(given: str, call: int) -> Frame | bytes:
    """The smallest good frame of that kind."""
    frames: dict[str, Frame | bytes] = {
        "HELLO": hello(), "REQUEST": Request(call, 0x7E01, 5_000, 1_088, 1_088),
        "MESSAGE": Message(call, Flag.FIRST | Flag.LAST, b"", 0, 0), "HALF_CLOSE": HalfClose(call),
        "END": End(call, Status()), "CANCEL": Cancel(call), "CREDIT": Credit(call, 1), "PING": Ping(b"a cell's"),
        "PONG": Pong(b"unasked."), "GOAWAY": GoAway(0), "ERROR": Error("unknown"), "ignorable frame": frame(0xF1, b"?")}
    return frames[given]


def rule(table: str, given: str) -> str:
    """The cell's row, as it stands in the text."""
    text = getattr(tables, table.upper().replace(" ", "_"))
    for line in str(text).splitlines():
        if line.startswith("| ") and given in line.split("|")[1].strip().strip("*").split(", "):
            return line
    raise KeyError(given)


async def outcome(s: Session, peer: Peer, action: str) -> str:
    """What the cell says, as a peer sees it."""
    if action in FAULTS:
        return await peer.fault(*FAULTS[action])
    if action == "pong":
        await peer.expect(Pong, opaque=b"a cell's")
        return "PONG"
    if action == "cancel":
        await peer.expect(End)
        return "END"
    if action == "close":
        await peer.closed()
        return "closed"
    return await peer.alive()


def cell(table: str, state: str, given: str, roles: tuple[str, ...],
         reach: Callable[[Session, str], Awaitable[tuple[Peer, int]]]) -> None:
    action = TABLES[table].cells[state, given]

    async def check(s: Session) -> str:
        peer, call = await reach(s, state)
        peer.send(frame_of(given, call))
        return f"{action}: {await outcome(s, peer, action)}"
    add(f"states/{short(table)}/{short(state)}/{short(given)}", "10", rule(table, given), roles, check)


# One call of a server

async def server_call(s: Session, state: str) -> tuple[Peer, int]:
    peer = await s.connect()
    if state == "never begun":
        return peer, 7
    if state == "running":
        return peer, await held_call(s, peer, "cell", window=65_600)
    if state == "half-closed":
        call = await held_call(s, peer, "cell", window=65_600)
        peer.half_close(call)
        return peer, call
    if state == "cancelled":
        call = await held_call(s, peer, "cell", window=65_600, stubborn=True)
        peer.send(Cancel(call))
        return peer, call
    if state == "ended":
        call = await held_call(s, peer, "cell", window=65_600, stubborn=True, deadline_ms=1_200)
        await peer.expect(End, call=call)
        return peer, call
    # over: ended by a message that is too long, so there is room for late frames.
    call = peer.request(s.method("EmptyCall"), window=4_000)
    peer.message(call, bytes(1_025))
    await peer.expect(End, call=call)
    return peer, call


for state in TABLES["server call"].states:
    for given in ("REQUEST", "MESSAGE", "HALF_CLOSE", "CREDIT", "CANCEL"):
        if (state, given) != ("never begun", "REQUEST"):
            cell("server call", state, given, SERVER, server_call)


# A server's connection

async def server_connection(s: Session, state: str) -> tuple[Peer, int]:
    peer = await s.connect(own=state != "open", grace=30_000)
    peer.pongs_itself = False
    call = await held_call(s, peer, "cell", window=65_600)
    if state == "open":
        return peer, call
    await s.subject.do("drain", server=s.server)
    await peer.expect(GoAway, last=NUMBER_MAX)
    await peer.expect(Ping, opaque=NOTICE_PING)
    if state == "draining":
        peer.send(Pong(NOTICE_PING))
        await peer.expect(GoAway, last=call)
    return peer, call


for state in ("open", "notice given", "draining"):
    for given in ("HELLO", "MESSAGE", "HALF_CLOSE", "CREDIT", "END", "GOAWAY", "PING", "ERROR", "ignorable frame"):
        cell("server connection", state, given, SERVER, server_connection)


def unasked(state: str) -> None:
    async def check(s: Session) -> str:
        peer, _ = await server_connection(s, state)
        peer.send(Pong(b"unasked."))
        return await peer.fault("frame-unexpected", 4)
    add(f"states/server-connection/{short(state)}/pong", "6.1",
        "A PONG when no PING of the receiver's is unanswered: `frame-unexpected`.", SERVER, check)


unasked("open")
unasked("draining")


async def cancel_when_leaving(s: Session, state: str) -> str:
    peer, call = await server_connection(s, state)
    peer.send(Cancel(call))
    end = await peer.expect(End, call=call)
    equal(end.status.code, "cancelled", "END")
    return "END cancelled"


for state in ("open", "notice given", "draining"):
    add(f"states/server-connection/{short(state)}/cancel", "10", rule("server connection", "CANCEL"), SERVER,
        lambda s, state=state: cancel_when_leaving(s, state))


async def peer_leaves(s: Session, state: str, orderly: bool) -> str:
    peer, _ = await server_connection(s, state)
    (peer.socket.close if orderly else peer.socket.cut)()
    other = await s.again(s.port) if state == "open" else None
    if other is None:
        return "left"
    response, _ = await other.unary(s.method("AwaitStopCall"), s.make("Named", name="cell"))
    return f"the handler was {s.read('Stopped', response).how}"


for state in ("open", "notice given", "draining"):
    for orderly, how in ((True, "closes"), (False, "is-cut-off")):
        add(f"states/server-connection/{short(state)}/peer-{how}", "10", rule("server connection", "peer closes"), SERVER,
            lambda s, state=state, orderly=orderly: peer_leaves(s, state, orderly))


# One call of a client

async def client_call(s: Session, state: str) -> tuple[Peer, int]:
    if state == "not open":
        peer, _, request = await s.called("FullDuplexCall", "rest")
        return peer, request.call + 50
    if state == "open":
        peer, _, request = await s.called("FullDuplexCall", {"send": b""}, "rest")
        await peer.whole(request.call)
        return peer, request.call
    if state == "half-closed":
        peer, _, request = await s.called("StreamingOutputCall", {"send": b""}, "finish", "rest")
        await peer.whole(request.call)
        if Flag.END_OF_REQUESTS not in peer.last_flags:
            await peer.expect(HalfClose, call=request.call)
        return peer, request.call
    if state == "cancelled":
        peer, call, request = await s.called("FullDuplexCall", {"send": b""}, "hold")
        await peer.whole(request.call)
        await call.cancel()
        await call.ends("cancelled")
        await peer.expect(Cancel, call=request.call)
        return peer, request.call
    peer, call, request = await s.called("FullDuplexCall", "rest")
    peer.send(End(request.call, Status()))
    await call.ends("ok")
    return peer, request.call


for state in TABLES["client call"].states:
    for given in ("MESSAGE", "CREDIT", "END"):
        cell("client call", state, given, CLIENT, client_call)


async def credit_of_cancelled(s: Session) -> str:
    peer, call = await client_call(s, "cancelled")
    peer.send(Credit(call, 64), Credit(call, 1))
    return await peer.fault("credit-overflow", 12)


add("states/client-call/cancelled/credit-is-counted", "10", "credit of a cancelled call is still counted", CLIENT,
    credit_of_cancelled)


# A client's connection

async def client_connection(s: Session, state: str) -> tuple[Peer, int]:
    peer, _, request = await s.called("FullDuplexCall", {"send": b""}, "rest")
    await peer.whole(request.call)
    if state == "leaving":
        peer.send(GoAway(NUMBER_MAX))
    return peer, request.call


for state in ("open", "leaving"):
    for given in ("HELLO", "REQUEST", "HALF_CLOSE", "CANCEL", "MESSAGE", "CREDIT", "PING", "ERROR", "ignorable frame"):
        cell("client connection", state, given, CLIENT, client_connection)


async def client_unasked(s: Session, state: str) -> str:
    peer, _ = await client_connection(s, state)
    peer.send(Pong(b"unasked."))
    return await peer.fault("frame-unexpected", 4)


async def client_ended(s: Session, state: str) -> str:
    peer, call = await client_connection(s, state)
    peer.send(End(call, Status()))
    if state == "open":
        return await peer.alive()
    await peer.closed()
    return "closed after the last call"


async def client_told_to_go(s: Session, state: str) -> str:
    peer, call = await client_connection(s, state)
    peer.send(GoAway(call))
    return await peer.alive()


async def client_lost(s: Session, state: str, orderly: bool) -> str:
    peer, call, request = await s.called("FullDuplexCall", {"send": b""}, "rest")
    await peer.whole(request.call)
    if state == "leaving":
        peer.send(GoAway(NUMBER_MAX))
    (peer.socket.close if orderly else peer.socket.cut)()
    outcome = await call.ends("unavailable")
    if outcome.advice == "neverSeen":
        raise Failed("the caller is told that the call was never seen")
    return f"unavailable, {outcome.reason}"


for state in ("open", "leaving"):
    add(f"states/client-connection/{state}/pong", "10", rule("client connection", "PONG"), CLIENT,
        lambda s, state=state: client_unasked(s, state))
    add(f"states/client-connection/{state}/end", "10", rule("client connection", "END"), CLIENT,
        lambda s, state=state: client_ended(s, state))
    add(f"states/client-connection/{state}/goaway", "10", rule("client connection", "GOAWAY"), CLIENT,
        lambda s, state=state: client_told_to_go(s, state))
    for orderly, how in ((True, "closes"), (False, "is-cut-off")):
        add(f"states/client-connection/{state}/peer-{how}", "10", rule("client connection", "peer closes"), CLIENT,
            lambda s, state=state, orderly=orderly: client_lost(s, state, orderly))


async def cut_inside_a_frame(s: Session) -> str:
    peer, call, request = await s.called("FullDuplexCall", {"send": b""}, "rest")
    await peer.whole(request.call)
    peer.send(struct.pack(">IBB", 8, 8, 0))
    peer.socket.close()
    await call.ends("unavailable")
    return "unavailable"


add("states/client-connection/open/closed-inside-a-frame", "2",
    "bytes that end inside a frame, or without `close_notify`, are a loss of the connection", CLIENT, cut_inside_a_frame)
