"""Both ends real: the client under test and the Swift server, over TLS, with nothing of the reference between them."""
from __future__ import annotations

import asyncio

from .compression import text
from .grpc_streams import IN, KINDS, OUT
from .peer import check as well
from .peer import equal
from .registry import CLIENT, case
from .session import Session


@case("pair/unary", "5", KINDS, CLIENT)
async def unary(s: Session) -> str:
    client = await s.client_of_real_server()
    request = s.make("SimpleRequest", response_bytes=314_159, payload=bytes(271_828))
    outcome = await s.call(client, "UnaryCall", {"unary": request}).ends("ok")
    equal(len(s.read("SimpleResponse", outcome.messages[0]).payload), 314_159, "bytes of the response")
    return "271,828 bytes there, 314,159 back"


@case("pair/client-streaming", "5", KINDS, CLIENT)
async def client_streaming(s: Session) -> str:
    client = await s.client_of_real_server()
    steps = [{"send": s.make("InputRequest", payload=bytes(size))} for size in IN * 10]
    outcome = await s.call(client, "StreamingInputCall", *steps, "finish", "rest").ends("ok")
    equal(s.read("InputResponse", outcome.messages[0]).payload_bytes, 749_220, "bytes that the handler saw")
    return "40 messages through a window"


@case("pair/server-streaming", "5", KINDS, CLIENT)
async def server_streaming(s: Session) -> str:
    client = await s.client_of_real_server()
    request = s.make("OutputRequest", response_bytes=OUT * 10)
    outcome = await s.call(client, "StreamingOutputCall", {"send": request}, "finish", "rest").ends("ok")
    equal([len(s.read("OutputResponse", one).payload) for one in outcome.messages], list(OUT * 10), "responses")
    return "40 messages through a window"


@case("pair/two-way-streaming", "5", KINDS, CLIENT)
async def two_way(s: Session) -> str:
    client = await s.client_of_real_server()
    steps: list[object] = []
    for size, answer in zip(IN * 10, OUT * 10, strict=True):
        steps += [{"send": s.make("OutputRequest", response_bytes=[answer], payload=bytes(size))}, "receive"]
    outcome = await s.call(client, "FullDuplexCall", *steps, "finish", "rest").ends("ok")
    equal([len(s.read("OutputResponse", one).payload) for one in outcome.messages], list(OUT * 10), "responses")
    return "40 messages each way, in turn"


@case("pair/half-duplex", "5", KINDS, CLIENT)
async def half_duplex(s: Session) -> str:
    client = await s.client_of_real_server()
    steps = [{"send": s.make("OutputRequest", response_bytes=[answer], payload=bytes(size))}
             for size, answer in zip(IN, OUT, strict=True)]
    outcome = await s.call(client, "HalfDuplexCall", *steps, "finish", "rest").ends("ok")
    equal([len(s.read("OutputResponse", one).payload) for one in outcome.messages], list(OUT), "responses")
    return "all answers after the half-close"


@case("pair/compressed", "5.3", "nothing is kept from one message to the next", CLIENT)
async def compressed(s: Session) -> str:
    client = await s.client_of_real_server()
    steps = [{"send": s.make("InputRequest", payload=text(size))} for size in IN]
    outcome = await s.call(client, "StreamingInputCall", *steps, "finish", "rest", compress=True).ends("ok")
    equal(s.read("InputResponse", outcome.messages[0]).payload_bytes, 74_922, "bytes that the handler saw")
    return "74,922 bytes, compressed"


@case("pair/what-the-handler-sees", "5.1", "names one intended effect, made before the first try and the same in each", CLIENT)
async def what_the_handler_sees(s: Session) -> str:
    operation, trace = bytes(range(6)) + b"\x70" + bytes(1) + b"\x80" + bytes(7), bytes(range(100, 125))
    client = await s.client_of_real_server()
    outcome = await s.call(client, "WriteCall", {"unary": b""}, operation=operation, trace=trace,
                           metadata={"tugi-role": b"head"}, milliseconds=9_000).ends("ok")
    context = s.read("Context", outcome.messages[0])
    equal((context.operation, context.trace, context.attempt), (operation, trace, 1), "operation, trace, attempt")
    equal([(entry.name, entry.value) for entry in context.metadata], [("tugi-role", b"head")], "metadata")
    well(0 < context.milliseconds_left <= 9_000, f"{context.milliseconds_left} ms left")
    return context.peer


@case("pair/status", "8", "text up to 1,024 bytes, for people, says what to do next", CLIENT)
async def status(s: Session) -> str:
    client = await s.client_of_real_server()
    for code, name in ((5, "notFound"), (9, "failedPrecondition"), (16, "unauthenticated")):
        ending = {"code": code, "reason": "a-reason", "message": "Mida teha: õppida.", "details": b"\x00\xff"}
        request = s.make("SimpleRequest", ending=ending)
        outcome = await s.call(client, "UnaryCall", {"unary": request}).ends(name, "a-reason")
        equal((outcome.message, outcome.details), ("Mida teha: õppida.", b"\x00\xff"), "text and details")
    return "code, reason, text and details"


@case("pair/cancel-reaches-the-handler", "5.5", "The server stops the work at its next chance", CLIENT)
async def cancel(s: Session) -> str:
    client = await s.client_of_real_server()
    name = f"pair-{s.subject.name}"
    request = s.make("HoldRequest", name=name, response_bytes=[1])
    await s.call(client, "HoldCall", {"send": request}, "receive", "cancel").outcome()
    outcome = await s.call(client, "AwaitStopCall", {"unary": s.make("Named", name=name)}).ends("ok")
    return f"the handler was {s.read('Stopped', outcome.messages[0]).how}"


@case("pair/deadline-reaches-the-handler", "5.1", "the server stops the work and ends the call likewise", CLIENT)
async def deadline(s: Session) -> str:
    client = await s.client_of_real_server()
    name = f"pair-late-{s.subject.name}"
    await s.call(client, "EmptyCall", {"unary": b""}).ends("ok")
    call = s.call(client, "HoldCall", {"send": s.make("HoldRequest", name=name)}, "rest", milliseconds=1_000)
    await call.ends("deadlineExceeded")
    outcome = await s.call(client, "AwaitStopCall", {"unary": s.make("Named", name=name)}).ends("ok")
    return f"the handler was told: {s.read('Stopped', outcome.messages[0]).how}"


@case("pair/more-calls-than-places", "5.1", "The client knows both numbers and SHOULD wait rather than be refused.", CLIENT)
async def more_than_places(s: Session) -> str:
    client = await s.client_of_real_server(calls=3)
    request = s.make("SimpleRequest", response_bytes=5_000, payload=bytes(5_000))
    calls = [s.call(client, "UnaryCall", {"unary": request}) for _ in range(60)]
    await asyncio.gather(*[call.ends("ok") for call in calls])
    return "60 calls in 3 places, none refused"
