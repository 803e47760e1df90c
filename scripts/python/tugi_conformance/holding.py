"""Handlers of the test service that run until they are stopped or released."""
from __future__ import annotations

from typing import Any

from tugi_wire.frames import Message

from .peer import Peer, equal
from .session import Session


async def held_call(s: Session, peer: Peer, name: str, window: int = 4_160, deadline_ms: int = 20_000,
                    **other: Any) -> int:
    """A HoldCall whose handler runs: it has answered once."""
    call = peer.request(s.method("HoldCall"), window=window, deadline_ms=deadline_ms)
    peer.message(call, s.make("HoldRequest", name=name, response_bytes=[1], **other))
    await peer.expect(Message, call=call)
    return call


async def release(s: Session, name: str) -> None:
    """Lets a stubborn handler go, over another connection."""
    other = await s.again(s.port)
    _, end = await other.unary(s.method("ReleaseCall"), s.make("Named", name=name))
    equal(end.status.code, "ok", "release")
