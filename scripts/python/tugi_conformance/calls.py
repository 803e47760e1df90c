"""Sections 5 and 5.1: calls and REQUEST."""
from __future__ import annotations

from dataclasses import replace

from tugi_wire.encoder import encode
from tugi_wire.frames import Cancel, End, Request, Status

from .peer import check as well
from .peer import equal
from .registry import CLIENT, SERVER, case
from .session import Session

NUMBERS = (
    "The client numbers its calls upwards from 1, with or without gaps; an id that is not higher than all before "
    "it: fault `call-id`")
ONE_END = (
    "The server MUST send exactly one END for every REQUEST that it has read, save those that its GOAWAY leaves "
    "out (section 6.2); a cancelled call too.")
REQUESTS = (
    "A server ends a call whose only request is missing at the half-close, or comes twice, with `invalidArgument`, "
    "reason `request-missing` or `request-repeated`")
RESPONSES = (
    "a client that gets no only response before END `ok`, or two, tells its caller `internal`, reason "
    "`response-missing` or `response-repeated`")
METADATA = (
    "All names and values together, and their number, keep to the receiver's LIMITS, else `metadata-too-large` (at "
    "the first entry that passes them, before its name is judged)")


@case("calls/numbers-from-1", "5", NUMBERS, CLIENT)
async def numbers_from_1(s: Session) -> str:
    door = await s.listen()
    client = await s.client(door)
    s.call(client, "EmptyCall", {"unary": b""})
    peer = await s.accept(door)
    first = await peer.expect(Request)
    s.call(client, "EmptyCall", {"unary": b""})
    await peer.whole(first.call)
    second = await peer.expect(Request)
    well(1 <= first.call < second.call, f"calls {first.call} and {second.call}")
    return f"calls {first.call}, {second.call}"


@case("calls/gaps", "5", NUMBERS, SERVER)
async def gaps(s: Session) -> str:
    peer = await s.connect()
    for call in (1, 9, 2**31 - 1):
        _, end = await peer.unary(s.method("EmptyCall"), b"", call=call, window=1_088, response_window=1_088)
        equal(end.status.code, "ok", "END")
    return "calls 1, 9 and 2^31 - 1"


@case("calls/left-out-id", "5", "an id that was left out counts as over", SERVER)
async def left_out(s: Session) -> str:
    peer = await s.connect()
    await peer.unary(s.method("EmptyCall"), b"", call=9)
    peer.request(s.method("EmptyCall"), call=5)
    return await peer.fault("call-id", 8)


@case("calls/one-end-each", "5", ONE_END, SERVER)
async def one_end_each(s: Session) -> str:
    peer = await s.connect()
    calls = [peer.request(s.method("EmptyCall"), window=1_088, response_window=1_088) for _ in range(20)]
    for call in calls[::2]:
        peer.send(Cancel(call))
    for call in calls[1::2]:
        peer.message(call, b"", ends=True)
    for call in calls:
        _, end = await peer.answers(call)
        equal(end.status.code, "ok" if call % 2 == 0 else "cancelled", f"END of call {call}")
    await peer.alive()
    equal(peer.kept, [], "frames after the last END")
    return "20 calls, half of them cancelled, 20 ENDs"


@case("calls/request-missing", "5", REQUESTS, SERVER)
async def request_missing(s: Session) -> str:
    peer = await s.connect()
    for name in ("EmptyCall", "StreamingOutputCall"):
        call = peer.request(s.method(name))
        peer.half_close(call)
        _, end = await peer.answer(call)
        equal((end.status.code, end.status.reason), ("invalidArgument", "request-missing"), name)
    return "END invalidArgument request-missing"


@case("calls/request-repeated", "5", REQUESTS, SERVER)
async def request_repeated(s: Session) -> str:
    peer = await s.connect()
    # Handlers that have not ended when the second comes: one waits for what never happens, one for credit.
    for name, request in (("AwaitStopCall", s.make("Named", name="nobody")),
                          ("StreamingOutputCall", s.make("OutputRequest", response_bytes=[1_000, 1_000]))):
        call = peer.request(s.method(name), response_window=1_100)
        peer.message(call, request)
        peer.message(call, request, ends=True)
        _, end = await peer.answers(call, credit=False)
        equal((end.status.code, end.status.reason), ("invalidArgument", "request-repeated"), name)
    return "END invalidArgument request-repeated"


@case("calls/response-missing", "5", RESPONSES, CLIENT)
async def response_missing(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""})
    peer.send(End(request.call, Status()))
    await call.ends("internal", "response-missing")
    return "internal response-missing"


@case("calls/response-repeated", "5", RESPONSES, CLIENT)
async def response_repeated(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""})
    peer.message(request.call, b"")
    peer.message(request.call, b"")
    peer.send(End(request.call, Status()))
    await call.ends("internal", "response-repeated")
    return "internal response-repeated"


@case("calls/response-before-a-bad-end", "5", "A response is worth nothing before END has said `ok`.", CLIENT)
async def response_before_bad_end(s: Session) -> str:
    peer, call, request = await s.called("EmptyCall", {"unary": b""})
    peer.message(request.call, b"")
    peer.send(End(request.call, Status("aborted", reason="two-met")))
    outcome = await call.ends("aborted", "two-met")
    equal(outcome.messages, [], "responses")
    return "the caller is told aborted"


@case("calls/operation-missing", "5.1", "Compulsory for methods that write (else END `invalidArgument`)", SERVER)
async def operation_missing(s: Session) -> str:
    peer = await s.connect()
    _, end = await peer.unary(s.method("WriteCall"), b"")
    equal(end.status.code, "invalidArgument", "END")
    return f"END invalidArgument {end.status.reason}"


@case("calls/what-a-handler-sees", "5.1",
      "W3C trace context version 00 without its dashes (trace id 16, parent id 8, flags 1)", SERVER)
async def what_a_handler_sees(s: Session) -> str:
    peer = await s.connect()
    operation, trace = bytes(range(16)), bytes(range(100, 125))
    response, end = await peer.unary(s.method("WriteCall"), b"", operation=operation, trace=trace, attempt=3,
                                     metadata=(("a", b"\x00\x01"),), deadline_ms=9_000)
    equal(end.status.code, "ok", "END")
    context = s.read("Context", response)
    equal((context.operation, context.trace, context.attempt), (operation, trace, 3), "operation, trace, attempt")
    equal([(entry.name, entry.value) for entry in context.metadata], [("a", b"\x00\x01")], "metadata")
    equal(context.peer, "spiffe://laane-viru.example/municipality/0060/system/gateway", "peer")
    well(0 < context.milliseconds_left <= 9_000, f"{context.milliseconds_left} ms left")
    return "operation, trace, attempt, metadata, deadline and peer"


@case("calls/what-a-client-sends", "5.1",
      "names one intended effect, made before the first try and the same in each", CLIENT)
async def what_a_client_sends(s: Session) -> str:
    operation, trace = bytes(range(6)) + b"\x70" + bytes(1) + b"\x80" + bytes(7), bytes(range(100, 125))
    _, _, request = await s.called("WriteCall", {"unary": b""}, operation=operation, trace=trace,
                                   metadata={"tugi-role": b"head"}, milliseconds=9_000)
    equal((request.operation, request.trace, request.attempt), (operation, trace, 1), "operation, trace, attempt")
    equal(request.metadata, (("tugi-role", b"head"),), "metadata")
    well(0 < request.deadline_ms <= 9_000, f"deadline {request.deadline_ms} ms")
    well(request.request_window >= 1_088 and request.response_window >= 1_088, "a window holds no largest message")
    return f"deadline {request.deadline_ms} ms, windows {request.request_window} and {request.response_window}"


@case("calls/any-trace", "3.1", "what is not stated (such as the bytes of a trace) is not judged", SERVER)
async def any_trace(s: Session) -> str:
    peer = await s.connect()
    for trace in (bytes(25), b"\xff" * 25):
        _, end = await peer.unary(s.method("EmptyCall"), b"", trace=trace)
        equal(end.status.code, "ok", "END")
    return "zeros and ones are taken"


@case("calls/attempt-1-said", "5.1", "Senders leave 1 out; receivers take it all the same", SERVER)
async def attempt_1_said(s: Session) -> str:
    peer = await s.connect()
    data = encode(Request(1, s.method("EmptyCall"), 5_000, 1_088, 1_088)) + b"\x02\x00\x01\x01"
    peer.send(len(data[12:]).to_bytes(4, "big") + data[4:])
    peer.message(1, b"", ends=True)
    _, end = await peer.answer(1)
    equal(end.status.code, "ok", "END")
    return "taken"


@case("calls/attempt-1-left-out", "5.1", "Senders leave 1 out; receivers take it all the same", CLIENT)
async def attempt_1_left_out(s: Session) -> str:
    peer, _, request = await s.called("EmptyCall", {"unary": b""})
    well(not any(line.startswith("< request") and '"attempt": 2' in line for line in peer.log), "attempt 2")
    equal(request.attempt, 1, "attempt")
    # As bytes: fixed part, perhaps TRACE, and nothing else.
    equal(len(encode(replace(request, attempt=1))) - 12, peer.last_body_bytes(Request), "bytes of the body")
    return "no ATTEMPT in the first REQUEST"


@case("calls/metadata-at-the-limit", "5.1", METADATA, SERVER)
async def metadata_at_the_limit(s: Session) -> str:
    peer = await s.connect(metadata=100, entries=3)
    for entries in ((("a" * 50, bytes(50)),), (("a", b""), ("b", b""), ("c", bytes(97)))):
        _, end = await peer.unary(s.method("EmptyCall"), b"", metadata=entries)
        equal(end.status.code, "ok", "END")
    return "100 bytes and 3 entries are taken"


@case("calls/metadata-bytes-passed", "5.1", METADATA, SERVER)
async def metadata_bytes_passed(s: Session) -> str:
    peer = await s.connect(metadata=100, entries=3)
    peer.request(s.method("EmptyCall"), metadata=(("a" * 50, bytes(50)), ("b", b"")))
    return await peer.fault("metadata-too-large", 28 + 3 + 1 + 100)


@case("calls/metadata-entries-passed", "5.1", METADATA, SERVER)
async def metadata_entries_passed(s: Session) -> str:
    peer = await s.connect(metadata=100, entries=3)
    peer.request(s.method("EmptyCall"), metadata=tuple((name, b"") for name in "abcd"))
    return await peer.fault("metadata-too-large", 28 + 3 * 5)


@case("calls/metadata-never-beyond-12288", "5.1", "never more than 12,288 bytes and 255 entries", SERVER)
async def metadata_never_beyond(s: Session) -> str:
    peer = await s.connect(metadata=100_000, entries=1_000)
    peer.request(s.method("EmptyCall"), metadata=(("a", bytes(12_287)),))
    peer.request(s.method("EmptyCall"), metadata=(("a", bytes(12_288)),))
    return await peer.fault("metadata-too-large", 28)


@case("calls/metadata-never-beyond-255-entries", "5.1", "never more than 12,288 bytes and 255 entries", SERVER)
async def metadata_never_beyond_entries(s: Session) -> str:
    peer = await s.connect(metadata=100_000, entries=1_000)
    peer.request(s.method("EmptyCall"), metadata=(("a", b""),) * 255)
    peer.request(s.method("EmptyCall"), metadata=(("a", b""),) * 256)
    return await peer.fault("metadata-too-large", 28 + 255 * 5)
