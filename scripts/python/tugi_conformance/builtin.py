"""What every server answers about itself (Protocols/rpc/v1); the section is the name of that folder."""
from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from tugi_client.methods import Catalogue
from tugi_wire.frames import End, GoAway, Message, Ping

from .holding import held_call
from .peer import check as well
from .peer import Peer, equal
from .registry import SERVER, case
from .session import Session
from .tls import client_context

if TYPE_CHECKING:
    from google.protobuf.message import Message as Encoded


@functools.cache
def catalogue() -> Catalogue:
    return Catalogue()


async def ask(peer: Peer, name: str, request: Encoded | None = None) -> tuple[Any, End]:
    method = catalogue()[f"tugi.rpc.v1.{name}"]
    payload = (request or method.request()).SerializeToString()
    response, end = await peer.unary(method.id, payload, response_window=method.response_max + 64)
    return (method.response.FromString(response) if response is not None else None), end


def health(service: str) -> Encoded:
    made: Encoded = catalogue().message("tugi.rpc.v1.HealthRequest")(service=service)
    return made


@case("built-in/health-check", "rpc", "May calls be sent here?", SERVER)
async def health_check(s: Session) -> str:
    peer = await s.connect()
    report, end = await ask(peer, "Health/Check")
    equal((end.status.code, report.state), ("ok", 1), "END and state")
    return "serving"


@case("built-in/health-of-an-unknown-service", "rpc", "Only from Watch; Check answers not-found.", SERVER)
async def health_unknown(s: Session) -> str:
    peer = await s.connect()
    _, end = await ask(peer, "Health/Check", health("nobody.v1.Nothing"))
    equal((end.status.code, end.status.reason), ("notFound", "service-unknown"), "END")
    return "notFound service-unknown"


@case("built-in/health-watch", "rpc", "The present state at once, then every change.", SERVER)
async def health_watch(s: Session) -> str:
    peer = await s.connect(own=True)
    method = catalogue()["tugi.rpc.v1.Health/Watch"]
    call = peer.request(method.id)
    peer.message(call, health("a.v1.Service").SerializeToString(), ends=True)
    states = [method.response.FromString(await peer.whole(call)).state]
    for serving in (True, False, True):
        await s.subject.do("health", server=s.server, service="a.v1.Service", serving=serving)
        states.append(method.response.FromString(await peer.whole(call)).state)
    equal(states, [3, 1, 2, 1], "states")
    return "unknown, serving, not serving, serving"


@case("built-in/health-list", "rpc",
      "All services that have a state, in the order of their names; the whole server (no name) is first.", SERVER)
async def health_list(s: Session) -> str:
    peer = await s.connect(own=True)
    for name in ("b.v1.Two", "a.v1.One"):
        await s.subject.do("health", server=s.server, service=name, serving=name != "b.v1.Two")
    report, _ = await ask(peer, "Health/List")
    equal([(one.service, one.state) for one in report.services], [("", 1), ("a.v1.One", 1), ("b.v1.Two", 2)], "services")
    return "the whole server and two services"


@case("built-in/health-of-a-draining-server", "rpc",
      "Alive but not to be asked now: starting, draining, or something that it needs is missing.", SERVER)
async def health_draining(s: Session) -> str:
    peer = await s.connect(own=True)
    peer.pongs_itself = False
    method = catalogue()["tugi.rpc.v1.Health/Watch"]
    call = peer.request(method.id)
    peer.message(call, b"", ends=True)
    equal(method.response.FromString(await peer.whole(call)).state, 1, "state")
    await s.subject.do("drain", server=s.server)
    while True:
        frame = await peer.expect(Message | GoAway | Ping)  # type: ignore[arg-type]
        if isinstance(frame, Message):
            equal(method.response.FromString(frame.payload).state, 2, "state")
            return "not serving"


@case("built-in/version", "rpc", "ALPN name of the protocol, \"tugi/1\".", SERVER)
async def version(s: Session) -> str:
    peer = await s.connect()
    report, _ = await ask(peer, "Version/Get")
    equal((report.software, report.version, report.protocol, report.environment),
          ("conformance-program", "1", "tugi/1", "laane-viru.example/conformance"), "report")
    equal(f"{report.software}/{report.version}", peer.hello_of_subject.software, "software in HELLO")
    return f"{report.software}/{report.version}"


@case("built-in/limits", "rpc",
      "Every bound that this program keeps on its connections (wire.md, section 7).", SERVER)
async def limits(s: Session) -> str:
    peer = await s.connect(calls=7, budget=100_000, metadata=1_000, entries=5, message=200_000)
    report, _ = await ask(peer, "Version/Limits")
    announced = sorted(one.value for one in report.limits if one.announced)
    equal(announced, sorted(peer.hello_of_subject.limits.numbers()), "announced limits and HELLO")
    units = {"bytes", "milliseconds", "bytes-per-second", "entries", "calls", "connections", "frames", "times",
             "sessions", "tickets"}
    well({one.unit for one in report.limits} <= units, f"units {sorted({one.unit for one in report.limits})}")
    return f"{len(report.limits)} limits, five of them in HELLO"


@case("built-in/methods", "rpc", "The methods served here, in the order of their ids.", SERVER)
async def methods(s: Session) -> str:
    peer = await s.connect()
    report, _ = await ask(peer, "Reflection/Methods")
    ids = [one.id for one in report.methods]
    equal(ids, sorted(ids), "order of the ids")
    mine = {one.id: one for one in report.methods if one.name.startswith("tugi.conformance.")}
    wanted = {method.id for method in s.catalogue} - {s.method("UnimplementedCall")}
    equal(set(mine), wanted, "methods of the test service")
    for method in s.catalogue:
        if method.id in mine:
            one = mine[method.id]
            equal((one.name, one.mutating, one.request_bytes_max, one.response_bytes_max),
                  (method.name, method.writes, method.request_max, method.response_max), method.name)
    equal(len(report.digest), 32, "bytes of the digest")
    return f"{len(ids)} methods"


@case("built-in/schema", "rpc", "not-found when a program was made without them.", SERVER)
async def schema(s: Session) -> str:
    peer = await s.connect()
    _, end = await ask(peer, "Reflection/Schema")
    equal(end.status.code, "notFound", "END")
    return f"notFound {end.status.reason}"


@case("built-in/introspection", "rpc", "For the county's own programs and its operators only.", SERVER)
async def introspection(s: Session) -> str:
    peer = await s.connect()
    await held_call(s, peer, "introspection")
    report, _ = await ask(peer, "Introspection/Connections")
    mine = [one for connection in report.connections for one in connection.calls
            if connection.peer.endswith("/system/gateway") and one.method.endswith("Interop/HoldCall")]
    well(bool(mine), "the call that runs is not shown")
    return f"{len(report.connections)} connections"


@case("built-in/introspection-by-others", "rpc", "For the county's own programs and its operators only.", SERVER)
async def introspection_by_others(s: Session) -> str:
    peer = await s.connect(context=client_context(s.certificates, "0901-school-records"))
    _, end = await ask(peer, "Introspection/Connections")
    equal(end.status.code, "permissionDenied", "END")
    return f"permissionDenied {end.status.reason}"
