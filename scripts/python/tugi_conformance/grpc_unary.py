"""gRPC's interop cases of one response, by their names in grpc/doc/interop-test-descriptions.md."""
from __future__ import annotations

from tugi_wire.frames import End, Status

from .peer import equal
from .registry import BOTH, case
from .session import Session

KINDS = "makes it unary, client streaming, server streaming or two-way streaming"


@case("grpc/empty_unary", "5", KINDS, BOTH)
async def empty_unary(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        response, end = await peer.unary(s.method("EmptyCall"), b"")
        equal((response, end.status.code), (b"", "ok"), "answer")
    else:
        peer, call, request = await s.called("EmptyCall", {"unary": b""})
        equal(await peer.whole(request.call), b"", "request")
        peer.message(request.call, b"")
        peer.send(End(request.call, Status()))
        equal((await call.ends("ok")).messages, [b""], "responses")
    return "an empty message each way, END ok"


@case("grpc/large_unary", "5.2", "Payloads add up to the length exactly", BOTH)
async def large_unary(s: Session) -> str:
    request = s.make("SimpleRequest", response_bytes=314_159, payload=bytes(271_828))
    response = s.make("SimpleResponse", payload=bytes(314_159))
    if s.role == "server":
        peer = await s.connect()
        came, end = await peer.unary(s.method("UnaryCall"), request, window=600_000, response_window=600_000)
        equal((came == response, end.status.code), (True, "ok"), "answer")
    else:
        peer, call, begun = await s.called("UnaryCall", {"unary": request})
        equal(await peer.whole(begun.call) == request, True, "the request")
        peer.message(begun.call, response)
        peer.send(End(begun.call, Status()))
        equal((await call.ends("ok")).messages == [response], True, "the response")
    return "271,828 bytes there, 314,159 back"
