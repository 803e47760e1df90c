"""gRPC's negative cases in this protocol's frames, and names of its suite that have no meaning here."""
from __future__ import annotations

import asyncio

from tugi_wire.frames import End, Flag, GoAway, Limits, Message, Ping, Pong, Request, Status

from .peer import Peer, equal, hello
from .registry import CLIENT, case, omit
from .session import Session

# Negative cases (grpc/doc/negative-http2-interop-test-descriptions.md), with the frames of this protocol

@case("grpc/negative/goaway", "6.2", "so that no call is lost silently", CLIENT)
async def negative_goaway(s: Session) -> str:
    door = await s.listen()
    client = await s.client(door)
    for last in (False, True):
        call = s.call(client, "UnaryCall", {"unary": b""})
        peer = await s.accept(door)
        request = await peer.expect(Request)
        peer.message(request.call, s.make("SimpleResponse", payload=bytes(314_159)))
        peer.send(GoAway(request.call), End(request.call, Status()))
        await call.ends("ok")
        await peer.closed()
    return "the second call comes over another connection"


async def broken_off(s: Session, sent: int) -> str:
    """END takes the place of a stream's reset: a response that was begun is worth nothing."""
    peer, call, request = await s.called("UnaryCall", {"unary": b""})
    response = s.make("SimpleResponse", payload=bytes(10_000))
    if sent:
        peer.message(request.call, response)
    peer.send(End(request.call, Status("unavailable", reason="reset")))
    outcome = await call.ends("unavailable", "reset")
    equal(outcome.messages, [], "responses")
    return "the caller is told unavailable"


@case("grpc/negative/rst_after_header", "5", "A response is worth nothing before END has said `ok`.", CLIENT)
async def rst_after_header(s: Session) -> str:
    return await broken_off(s, 0)


@case("grpc/negative/rst_after_data", "5", "A response is worth nothing before END has said `ok`.", CLIENT)
async def rst_after_data(s: Session) -> str:
    return await broken_off(s, 1)


@case("grpc/negative/rst_during_data", "5.2",
      "FIRST inside a message, none at its start, or a half-close or END inside it: `fragment-order`.", CLIENT)
async def rst_during_data(s: Session) -> str:
    peer, call, request = await s.called("UnaryCall", {"unary": b""})
    peer.send(Message(request.call, Flag.FIRST, bytes(5_000), 10_000, 10_000), End(request.call, Status("unavailable")))
    await call.ends("unavailable")
    return await peer.fault("fragment-order", 4)


@case("grpc/negative/ping", "6.1", "A PING is answered with a PONG of the same bytes at once", CLIENT)
async def negative_ping(s: Session) -> str:
    peer, call, request = await s.called("UnaryCall", {"unary": b""})
    await peer.whole(request.call)
    peer.send(Ping(b"before.."))
    await peer.expect(Pong, opaque=b"before..")
    peer.message(request.call, s.make("SimpleResponse", payload=bytes(314_159)))
    peer.send(Ping(b"between."), End(request.call, Status()), Ping(b"after..."))
    await peer.expect(Pong, opaque=b"between.")
    await peer.expect(Pong, opaque=b"after...")
    await call.ends("ok")
    return "three PINGs around a call"


@case("grpc/negative/max_streams", "5.1",
      "The client knows both numbers and SHOULD wait rather than be refused.", CLIENT)
async def max_streams(s: Session) -> str:
    door = await s.listen()
    client = await s.client(door)
    calls = [s.call(client, "EmptyCall", {"unary": b""}) for _ in range(11)]
    peer = await s.accept(door, hello(Limits(calls=1)))
    await one_at_a_time(peer, len(calls))
    await asyncio.gather(*[call.ends("ok") for call in calls])
    return "eleven calls, one at a time"


async def one_at_a_time(peer: Peer, count: int) -> None:
    for _ in range(count):
        request = await peer.expect(Request)
        await peer.whole(request.call)
        await peer.alive()
        peer.message(request.call, b"")
        peer.send(End(request.call, Status()))


omit("grpc/cacheable_unary", "there are no caches on the way: TLS ends at the peer")
omit("grpc/pick_first_unary", "calls go to all addresses in turn; there is no policy to choose")
omit("grpc/orca_per_rpc", "no load reports are part of a call; Introspection says what a server carries")
omit("grpc/orca_oob", "no load reports are part of a call; Introspection says what a server carries")
for name in ("compute_engine_creds", "compute_engine_channel_credentials", "service_account_creds", "jwt_token_creds",
             "oauth2_auth_token", "per_rpc_creds", "google_default_credentials"):
    omit(f"grpc/{name}", "who asks is proven by a certificate and a signed assertion, not by tokens of Google's")
