"""Section 5.1: places on a connection and the receive budget, refused by servers and waited for by clients."""
from __future__ import annotations

from tugi_wire.frames import Cancel, End, Limits, Request, Status

from .holding import held_call, release
from .peer import check as well
from .peer import equal, hello
from .registry import CLIENT, SERVER, case
from .session import Session

REFUSE = (
    "The server MUST refuse a call with END `resourceExhausted`, retry advice \"never seen\", when as many calls "
    "run as LIMITS say")
RUNS = "A call *runs* until the server's handler has returned, also when it was cancelled or its END is sent."
MUST_NOT = "It MUST NOT send windows or metadata beyond what the server could ever take."


@case("calls/refused-calls-running", "5.1", REFUSE, SERVER)
async def refused_calls_running(s: Session) -> str:
    peer = await s.connect(calls=2)
    held = [await held_call(s, peer, f"refused-{n}") for n in range(2)]
    refused = peer.request(s.method("EmptyCall"))
    end = await peer.expect(End, call=refused)
    equal((end.status.code, end.status.reason, end.status.advice),
          ("resourceExhausted", "calls-running", "neverSeen"), "END")
    peer.send(Cancel(held[0]))
    await peer.expect(End, call=held[0])
    _, end = await peer.unary(s.method("EmptyCall"), b"")
    equal(end.status.code, "ok", "after a place is free")
    return "the third of two is refused, then taken"


@case("calls/refused-receive-budget", "5.1",
      "request windows of the calls that run and this call's together pass its receive budget (reason "
      "`receive-budget`)", SERVER)
async def refused_budget(s: Session) -> str:
    peer = await s.connect(budget=10_000)
    for n in range(2):
        await held_call(s, peer, f"budget-{n}")
    end = await peer.expect(End, call=peer.request(s.method("EmptyCall"), window=1_681))
    equal((end.status.code, end.status.reason, end.status.advice),
          ("resourceExhausted", "receive-budget", "neverSeen"), "END")
    _, end = await peer.unary(s.method("EmptyCall"), b"", window=1_680)
    equal(end.status.code, "ok", "what fits exactly")
    return "10,001 of 10,000 are refused, 10,000 are taken"


@case("calls/refused-for-both", "5.1", "it is the one told when both are passed", SERVER)
async def refused_for_both(s: Session) -> str:
    peer = await s.connect(calls=1, budget=5_000)
    await held_call(s, peer, "both")
    end = await peer.expect(End, call=peer.request(s.method("EmptyCall"), window=4_000))
    equal(end.status.reason, "calls-running", "reason")
    return "calls-running"


@case("calls/refused-is-over", "5.1", "A refused call is over at once.", SERVER)
async def refused_is_over(s: Session) -> str:
    peer = await s.connect(calls=1)
    await held_call(s, peer, "over")
    refused = peer.request(s.method("EmptyCall"), window=1_088)
    peer.message(refused, bytes(1_000), ends=True)
    await peer.expect(End, call=refused)
    peer.send(Cancel(refused))
    return await peer.alive()


@case("calls/cancelled-still-runs", "5.1", RUNS, SERVER)
async def cancelled_still_runs(s: Session) -> str:
    peer = await s.connect(calls=1)
    held = await held_call(s, peer, "stubborn-cancelled", stubborn=True)
    peer.send(Cancel(held))
    end = await peer.expect(End, call=peer.request(s.method("EmptyCall")))
    equal(end.status.reason, "calls-running", "reason")
    await release(s, "stubborn-cancelled")
    end = await peer.expect(End, call=held)
    equal(end.status.code, "cancelled", "END of the cancelled call")
    _, end = await peer.unary(s.method("EmptyCall"), b"")
    equal(end.status.code, "ok", "END")
    return "its place is free when the handler has returned"


@case("calls/ended-still-runs", "5.1", RUNS, SERVER)
async def ended_still_runs(s: Session) -> str:
    peer = await s.connect(calls=1)
    held = await held_call(s, peer, "stubborn-ended", stubborn=True, deadline_ms=1_200)
    end = await peer.expect(End, call=held)
    equal(end.status.code, "deadlineExceeded", "END")
    end = await peer.expect(End, call=peer.request(s.method("EmptyCall")))
    equal(end.status.reason, "calls-running", "reason")
    await release(s, "stubborn-ended")
    return "END is sent, its place is not free"


@case("calls/a-client-waits-for-a-place", "5.1",
      "The client knows both numbers and SHOULD wait rather than be refused.", CLIENT)
async def waits_for_a_place(s: Session) -> str:
    door = await s.listen()
    client = await s.client(door)
    calls = [s.call(client, "EmptyCall", {"unary": b""}) for _ in range(3)]
    peer = await s.accept(door, hello(Limits(calls=1)))
    for _ in calls:
        request = await peer.expect(Request)
        await peer.whole(request.call)
        await peer.alive()
        peer.message(request.call, b"")
        peer.send(End(request.call, Status()))
    for call in calls:
        await call.ends("ok")
    return "one after another"


@case("calls/a-client-waits-for-the-budget", "5.1",
      "The client knows both numbers and SHOULD wait rather than be refused.", CLIENT)
async def waits_for_the_budget(s: Session) -> str:
    door = await s.listen()
    client = await s.client(door)
    calls = [s.call(client, "UnaryCall", {"unary": b""}) for _ in range(2)]
    peer = await s.accept(door, hello(Limits(budget_bytes=600_000)))
    for _ in calls:
        request = await peer.expect(Request)
        await peer.whole(request.call)
        await peer.alive()
        peer.message(request.call, b"")
        peer.send(End(request.call, Status()))
    for call in calls:
        await call.ends("ok")
    return "one after another"


@case("calls/a-client-keeps-its-own-budget", "4",
      "its receive budget bounds the response windows that it gives, which it counts itself", CLIENT)
async def keeps_its_own_budget(s: Session) -> str:
    door = await s.listen()
    client = await s.client(door, limits={"budget": 600_000})
    calls = [s.call(client, "UnaryCall", {"unary": b""}) for _ in range(2)]
    peer = await s.accept(door)
    for _ in calls:
        request = await peer.expect(Request)
        await peer.whole(request.call)
        await peer.alive()
        peer.message(request.call, b"")
        peer.send(End(request.call, Status()))
    for call in calls:
        await call.ends("ok")
    return "one after another"


@case("calls/a-window-beyond-the-budget-is-never-sent", "5.1", MUST_NOT, CLIENT)
async def window_beyond(s: Session) -> str:
    return await never_sent(s, Limits(budget_bytes=100_000), "UnaryCall")


@case("calls/metadata-beyond-the-limit-is-never-sent", "5.1", MUST_NOT, CLIENT)
async def metadata_beyond(s: Session) -> str:
    return await never_sent(s, Limits(metadata_bytes=10), "EmptyCall", metadata={"tugi-role": b"registrar"})


@case("calls/too-many-entries-are-never-sent", "5.1", MUST_NOT, CLIENT)
async def entries_beyond(s: Session) -> str:
    return await never_sent(s, Limits(metadata_entries=1), "EmptyCall", metadata={"a": b"1", "b": b"2"})


async def never_sent(s: Session, limits: Limits, method: str, metadata: dict[str, bytes] | None = None) -> str:
    door = await s.listen()
    client = await s.client(door)
    call = s.call(client, method, {"unary": b""}, metadata=metadata or {})
    peer = await s.accept(door, hello(limits))
    outcome = await call.outcome()
    well(outcome.code != "ok", "the call went well")
    s.call(client, "EmptyCall", {"unary": b""})
    request = await peer.expect(Request)
    equal((request.method, request.call), (s.method("EmptyCall"), 1), "the first REQUEST")
    return f"the caller is told {outcome.code} {outcome.reason}"
