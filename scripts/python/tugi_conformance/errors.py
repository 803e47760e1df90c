"""Sections 6.3 and 9: ERROR, and what follows a fault."""
from __future__ import annotations

import struct

from tugi_wire.encoder import frame
from tugi_wire.frames import End, Error, Message, Ping, Pong, Request, Status

from .frames_header import header
from .peer import check as well
from .peer import Failed, equal
from .registry import BOTH, CLIENT, SERVER, case
from .session import Session
from .status import alive_without_request

LAST = (
    "It is the last frame that its sender sends and reads; then the connection is closed. An ERROR is never "
    "answered.")
NOT_KNOWN = "Calls that were open end with `unavailable` at the client, without \"never seen\""


@case("error/never-answered", "6.3", LAST, BOTH)
async def never_answered(s: Session) -> str:
    peer, _ = await s.stream()
    peer.send(Error("too-many-cancels", 7, "Too many."), Ping(bytes(8)))
    while (frame_ := await peer.frame()) is not None:
        if isinstance(frame_, (Error, Pong)):
            raise Failed("ERROR was answered, or read beyond")
    return "closed"


@case("error/unknown-code", "9", "Unknown codes read as 0.", BOTH)
async def unknown_code(s: Session) -> str:
    peer, _ = await s.stream()
    peer.send(frame(11, struct.pack(">HI", 65_535, 2**32 - 1)))
    await peer.closed()
    return "closed"


@case("error/calls-are-unavailable", "6.3", NOT_KNOWN, CLIENT)
async def calls_are_unavailable(s: Session) -> str:
    peer, call, _ = await s.called("FullDuplexCall", "rest")
    peer.send(Error("too-many-cancels"))
    outcome = await call.ends("unavailable")
    well(outcome.advice != "neverSeen", "the caller is told that the call was never seen")
    return f"unavailable, {outcome.reason}"


@case("error/only-safe-calls-are-made-again", "6.3",
      "so only calls with an operation id, or that change nothing, are made again", CLIENT)
async def only_safe_calls(s: Session) -> str:
    operation = bytes(range(6)) + b"\x70" + bytes(1) + b"\x80" + bytes(7)
    door = await s.listen()
    client = await s.client(door, retries=4)
    call = s.call(client, "WriteCall", {"unary": b""}, operation=operation)
    peer = await s.accept(door)
    first = await peer.expect(Request)
    peer.socket.cut()
    other = await s.accept(door)
    again = await other.expect(Request)
    equal((again.operation, again.attempt), (first.operation, 2), "operation and attempt")
    other.message(again.call, b"")
    other.send(End(again.call, Status()))
    await call.ends("ok")
    return "made again with the same operation id"


@case("error/nothing-is-read-after-a-fault", "9", "Any fault: send ERROR, read nothing more, flush, close.", BOTH)
async def nothing_is_read(s: Session) -> str:
    peer, _ = await s.stream()
    peer.send(header(0x0C, 0), Ping(bytes(8)))
    await peer.fault("frame-type-unknown", 4)
    well(not any(line.startswith("< pong") for line in peer.log), "PONG came after the fault")
    return "ERROR, no PONG"


@case("error/what-came-before-is-flushed", "9", "Any fault: send ERROR, read nothing more, flush, close.", SERVER)
async def flushed(s: Session) -> str:
    peer = await s.connect()
    peer.send(Ping(b"before.."), header(0x0C, 0))
    await peer.expect(Pong, opaque=b"before..")
    return await peer.fault("frame-type-unknown", 4)


@case("error/never-seen-is-not-said", "6.3", NOT_KNOWN, CLIENT)
async def never_seen_not_said(s: Session) -> str:
    """A method that writes, without another try: the caller has to know that it may have happened."""
    operation = bytes(range(6)) + b"\x70" + bytes(1) + b"\x80" + bytes(7)
    peer, call, _ = await s.called("WriteCall", {"unary": b""}, operation=operation)
    peer.socket.close()
    outcome = await call.ends("unavailable")
    well(outcome.advice != "neverSeen", "the caller is told that the call was never seen")
    return f"unavailable, {outcome.reason}"


@case("retry/lost-connection-and-do-not", "8", "do not try again by yourself", CLIENT)
async def lost_and_do_not(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""}, settings={"retries": 4})
    await peer.expect(Message, call=request.call)
    peer.send(End(request.call, Status("failedPrecondition")))
    await call.ends("failedPrecondition")
    return await alive_without_request(peer)
