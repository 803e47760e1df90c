"""gRPC's interop cases of streams, endings and metadata, by their names."""
from __future__ import annotations

from tugi_wire.frames import OVERHEAD, Cancel, Credit, End, Flag, HalfClose, Request, Status

from .compression import text
from .peer import check as well
from .peer import equal
from .registry import BOTH, CLIENT, case
from .session import Session

KINDS = "makes it unary, client streaming, server streaming or two-way streaming"
IN, OUT = (27_182, 8, 1_828, 45_904), (31_415, 9, 2_653, 58_979)


@case("grpc/client_compressed_unary", "5.3", "The message is one whole zlib stream (RFC 1950) of its own", BOTH)
async def client_compressed_unary(s: Session) -> str:
    request = s.make("SimpleRequest", response_bytes=314_159, payload=text(271_828))
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("UnaryCall"), window=600_000, response_window=600_000)
        peer.message(call, request, compress=True, ends=True)
        response, _ = await peer.answer(call)
        equal(len(s.read("SimpleResponse", response).payload), 314_159, "bytes of the response")
        return "271,828 bytes, compressed"
    peer, waiting, begun = await s.called("UnaryCall", {"unary": request}, compress=True)
    await peer.whole(begun.call)
    well(Flag.COMPRESSED in peer.last_flags and peer.plain_bytes == len(request), "the request is not compressed")
    peer.message(begun.call, b"")
    peer.send(End(begun.call, Status()))
    await waiting.ends("ok")
    return "271,828 bytes, compressed"


@case("grpc/server_compressed_unary", "5.3", "The message is one whole zlib stream (RFC 1950) of its own", CLIENT)
async def server_compressed_unary(s: Session) -> str:
    response = s.make("SimpleResponse", payload=text(314_159))
    peer, call, begun = await s.called("UnaryCall", {"unary": b""})
    peer.message(begun.call, response, compress=True)
    peer.send(End(begun.call, Status()))
    equal((await call.ends("ok")).messages == [response], True, "the response")
    return "314,159 bytes, compressed"


async def stream_in(s: Session, compress: bool) -> str:
    requests = [s.make("InputRequest", payload=text(size)) for size in IN]
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("StreamingInputCall"), window=100_000)
        for request in requests:
            peer.message(call, request, compress=compress)
        peer.half_close(call)
        response, end = await peer.answer(call)
        equal((s.read("InputResponse", response).payload_bytes, end.status.code), (74_922, "ok"), "answer")
    else:
        peer, waiting, begun = await s.called("StreamingInputCall", *[{"send": one} for one in requests], "finish", "rest",
                                              compress=compress)
        for request in requests:
            await peer.whole(begun.call)
            equal(peer.plain_bytes, len(request), "bytes of a request")
            peer.send(Credit(begun.call, len(request) + OVERHEAD))
        if Flag.END_OF_REQUESTS not in peer.last_flags:
            await peer.expect(HalfClose, call=begun.call)
        peer.message(begun.call, s.make("InputResponse", payload_bytes=74_922))
        peer.send(End(begun.call, Status()))
        await waiting.ends("ok")
    return "27,182 + 8 + 1,828 + 45,904 = 74,922 bytes"


@case("grpc/client_streaming", "5", KINDS, BOTH)
async def client_streaming(s: Session) -> str:
    return await stream_in(s, False)


@case("grpc/client_compressed_streaming", "5.3", "nothing is kept from one message to the next", BOTH)
async def client_compressed_streaming(s: Session) -> str:
    return await stream_in(s, True)


async def stream_out(s: Session, compress: bool) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("StreamingOutputCall"))
        peer.message(call, s.make("OutputRequest", response_bytes=OUT), ends=True)
        messages, end = await peer.answers(call)
        sizes = [len(s.read("OutputResponse", one).payload) for one in messages]
        equal((sizes, end.status.code), (list(OUT), "ok"), "answers")
    else:
        responses = [s.make("OutputResponse", payload=text(size)) for size in OUT]
        peer, waiting, begun = await s.called("StreamingOutputCall", {"send": b""}, "finish", "rest")
        for response in responses:
            peer.message(begun.call, response, compress=compress)
        peer.send(End(begun.call, Status()))
        equal((await waiting.ends("ok")).messages == responses, True, "the responses")
    return "31,415, 9, 2,653 and 58,979 bytes"


@case("grpc/server_streaming", "5", KINDS, BOTH)
async def server_streaming(s: Session) -> str:
    return await stream_out(s, False)


@case("grpc/server_compressed_streaming", "5.3", "nothing is kept from one message to the next", CLIENT)
async def server_compressed_streaming(s: Session) -> str:
    return await stream_out(s, True)


@case("grpc/ping_pong", "5", KINDS, BOTH)
async def ping_pong(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("FullDuplexCall"))
        for size, answer in zip(IN, OUT, strict=True):
            peer.message(call, s.make("OutputRequest", response_bytes=[answer], payload=bytes(size)))
            response = await peer.whole(call)
            equal(len(s.read("OutputResponse", response).payload), answer, "bytes of a response")
            peer.send(Credit(call, len(response) + OVERHEAD))
        peer.half_close(call)
        messages, end = await peer.answers(call)
        equal((messages, end.status.code), ([], "ok"), "the end")
    else:
        steps: list[object] = []
        for size, answer in zip(IN, OUT, strict=True):
            steps += [{"send": s.make("OutputRequest", response_bytes=[answer], payload=bytes(size))}, "receive"]
        peer, waiting, begun = await s.called("FullDuplexCall", *steps, "finish", "rest")
        for answer in OUT:
            await peer.whole(begun.call)
            peer.send(Credit(begun.call, peer.plain_bytes + OVERHEAD))
            peer.message(begun.call, s.make("OutputResponse", payload=bytes(answer)))
        await peer.expect(HalfClose, call=begun.call)
        peer.send(End(begun.call, Status()))
        outcome = await waiting.ends("ok")
        equal([len(s.read("OutputResponse", one).payload) for one in outcome.messages], list(OUT), "responses")
    return "four requests, each answered before the next"


@case("grpc/half_duplex", "5", KINDS, BOTH)
async def half_duplex(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("HalfDuplexCall"), window=200_000)
        for size, answer in zip(IN, OUT, strict=True):
            peer.message(call, s.make("OutputRequest", response_bytes=[answer], payload=bytes(size)))
        await peer.alive()
        peer.half_close(call)
        messages, end = await peer.answers(call)
        sizes = [len(s.read("OutputResponse", one).payload) for one in messages]
        equal((sizes, end.status.code), (list(OUT), "ok"), "answers")
        return "all answers after the half-close"
    steps = [{"send": s.make("OutputRequest", payload=bytes(size))} for size in (8, 9, 10)]
    peer, waiting, begun = await s.called("HalfDuplexCall", *steps, "finish", "rest")
    for _ in steps:
        await peer.whole(begun.call)
    await peer.expect(HalfClose, call=begun.call)
    for _ in steps:
        peer.message(begun.call, b"")
    peer.send(End(begun.call, Status()))
    equal(len((await waiting.ends("ok")).messages), 3, "responses")
    return "all answers after the half-close"


@case("grpc/empty_stream", "5", KINDS, BOTH)
async def empty_stream(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("FullDuplexCall"))
        peer.half_close(call)
        messages, end = await peer.answers(call)
        equal((messages, end.status.code), ([], "ok"), "answers")
    else:
        peer, waiting, begun = await s.called("FullDuplexCall", "finish", "rest")
        await peer.expect(HalfClose, call=begun.call)
        peer.send(End(begun.call, Status()))
        equal((await waiting.ends("ok")).messages, [], "responses")
    return "no message either way, END ok"


@case("grpc/custom_metadata", "5.1",
      "u8 length of the name, name (1 to 64 of `a-z 0-9 - . _`), value (the rest, any bytes). Repeatable", BOTH)
async def custom_metadata(s: Session) -> str:
    """Metadata goes one way here: a server answers with messages, and details in END."""
    entries = (("x-grpc-test-echo-initial", b"test_initial_metadata_value"), ("x-test-bin", b"\xab\xab\xab\x00"))
    if s.role == "server":
        peer = await s.connect()
        response, _ = await peer.unary(s.method("UnaryCall"), s.make("SimpleRequest", tells_context=True),
                                       metadata=entries, response_window=600_000)
        seen = s.read("SimpleResponse", response).context.metadata
        equal([(entry.name, entry.value) for entry in seen], list(entries), "what the handler saw")
    else:
        _, _, request = await s.called("EmptyCall", {"unary": b""}, metadata=dict(entries))
        equal(sorted(request.metadata), sorted(entries), "metadata of REQUEST")
    return "a text and four bytes"


async def told(s: Session, method: str, wanted: Status) -> str:
    if s.role == "server":
        peer = await s.connect()
        ending = {"code": 2, "message": wanted.message}
        kind = "SimpleRequest" if method == "UnaryCall" else "OutputRequest"
        call = peer.request(s.method(method))
        peer.message(call, s.make(kind, ending=ending))
        peer.half_close(call)
        _, end = await peer.answers(call)
        equal((end.status.code, end.status.message), (wanted.code, wanted.message), "END")
    else:
        peer, waiting, begun = await s.called(method, {"send": b""}, "finish", "rest")
        peer.send(End(begun.call, wanted))
        outcome = await waiting.ends(wanted.code)
        equal(outcome.message, wanted.message, "text")
    return f"{wanted.code}: {wanted.message!r}"


@case("grpc/status_code_and_message", "8", "text up to 1,024 bytes, for people, says what to do next", BOTH)
async def status_code_and_message(s: Session) -> str:
    await told(s, "UnaryCall", Status("unknown", message="test status message"))
    return await told(s, "FullDuplexCall", Status("unknown", message="test status message"))


@case("grpc/special_status_message", "1", "Texts are UTF-8 without a terminating zero.", BOTH)
async def special_status_message(s: Session) -> str:
    return await told(s, "UnaryCall", Status(
        "unknown", message="\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"))


async def unknown_to_server(s: Session, name: str, number: int) -> str:
    if s.role == "server":
        peer = await s.connect()
        end = await peer.expect(End, call=peer.request(number))
        equal((end.status.code, end.status.reason), ("unimplemented", "method-unknown"), "END")
        await peer.alive()
    else:
        peer, waiting, begun = await s.called(name, {"unary": b""}, settings={"retries": 4})
        peer.send(End(begun.call, Status("unimplemented", reason="method-unknown")))
        await waiting.ends("unimplemented", "method-unknown")
    return "unimplemented method-unknown"


@case("grpc/unimplemented_method", "5", "an unknown method with `unimplemented`, reason `method-unknown`", BOTH)
async def unimplemented_method(s: Session) -> str:
    return await unknown_to_server(s, "UnimplementedCall", s.method("UnimplementedCall"))


@case("grpc/unimplemented_service", "5.1", "an unknown one is answered with END `unimplemented`", BOTH)
async def unimplemented_service(s: Session) -> str:
    """There is no name of a service on the wire: a number of another block stands for it."""
    for number in (0, 0x0400_0000, 2**32 - 1):
        await unknown_to_server(s, "UnimplementedCall", number)
    return "unimplemented method-unknown"


@case("grpc/cancel_after_begin", "5.5", "CANCEL (body: u8 reason: 0 the caller left", BOTH)
async def cancel_after_begin(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("StreamingInputCall"))
        peer.send(Cancel(call))
        end = await peer.expect(End, call=call)
        equal(end.status.code, "cancelled", "END")
        return "END cancelled"
    peer, waiting, begun = await s.called("StreamingInputCall", "hold")
    await waiting.cancel()
    await waiting.ends("cancelled")
    await peer.expect(Cancel, call=begun.call)
    return "CANCEL; the caller is told cancelled"


@case("grpc/cancel_after_first_response", "5.5",
      "It sends nothing more in that call (`frame-unexpected`), and ignores what still comes for it", BOTH)
async def cancel_after_first_response(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("FullDuplexCall"))
        peer.message(call, s.make("OutputRequest", response_bytes=[31_415], payload=bytes(27_182)))
        await peer.whole(call)
        peer.send(Cancel(call))
        end = await peer.expect(End, call=call)
        equal(end.status.code, "cancelled", "END")
        return "END cancelled"
    peer, waiting, begun = await s.called("FullDuplexCall", {"send": b""}, "receive", "hold")
    await peer.whole(begun.call)
    peer.message(begun.call, s.make("OutputResponse", payload=bytes(31_415)))
    await s.subject.do("nothing")
    await waiting.cancel()
    await waiting.ends("cancelled")
    await peer.expect(Cancel, call=begun.call)
    peer.message(begun.call, b"")
    peer.send(End(begun.call, Status("cancelled")))
    return await peer.alive()


@case("grpc/timeout_on_sleeping_server", "5.1",
      "When it passes, the client cancels the call and tells its caller `deadlineExceeded`", BOTH)
async def timeout_on_sleeping_server(s: Session) -> str:
    if s.role == "server":
        peer = await s.connect()
        call = peer.request(s.method("FullDuplexCall"), deadline_ms=1)
        end = await peer.expect(End, call=call)
        equal(end.status.code, "deadlineExceeded", "END")
        return "END deadlineExceeded after 1 ms"
    door = await s.listen()
    client = await s.client(door)
    first = s.call(client, "FullDuplexCall", "rest")
    peer = await s.accept(door)
    await peer.expect(Request)
    await s.call(client, "FullDuplexCall", {"send": b""}, "rest", milliseconds=1).ends("deadlineExceeded")
    await first.cancel()
    return "deadlineExceeded after 1 ms"


@case("grpc/rpc_soak", "5.4",
      "There is no window for the connection: no call can block another by not being read.", BOTH)
async def rpc_soak(s: Session) -> str:
    """Many calls one after another over one connection: nothing is used up."""
    if s.role == "server":
        peer = await s.connect()
        for _ in range(200):
            request = s.make("SimpleRequest", response_bytes=3_000, payload=bytes(2_000))
            _, end = await peer.unary(s.method("UnaryCall"), request)
            equal(end.status.code, "ok", "END")
        return "200 calls"
    door = await s.listen()
    client = await s.client(door)
    calls = [s.call(client, "UnaryCall", {"unary": s.make("SimpleRequest", payload=bytes(2_000))}) for _ in range(100)]
    peer = await s.accept(door)
    for _ in calls:
        request = await peer.expect(Request)
        await peer.whole(request.call)
        peer.message(request.call, s.make("SimpleResponse", payload=bytes(3_000)))
        peer.send(End(request.call, Status()))
    for call in calls:
        await call.ends("ok")
    return "100 calls over one connection"


@case("grpc/channel_soak", "4", "Both sides send HELLO as their first frame", BOTH)
async def channel_soak(s: Session) -> str:
    """Many connections one after another, a call on each."""
    for _ in range(20):
        if s.role == "server":
            peer = await s.connect()
            _, end = await peer.unary(s.method("EmptyCall"), b"")
            equal(end.status.code, "ok", "END")
        else:
            peer, call, request = await s.called("EmptyCall", {"unary": b""})
            peer.message(request.call, b"")
            peer.send(End(request.call, Status()))
            await call.ends("ok")
        peer.socket.close()
    return "20 connections"
