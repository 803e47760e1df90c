"""A transcript in the making: inputs go into the reference machine; what comes out is written down."""
from __future__ import annotations

from typing import Any

from tugi_wire.client import ClientConnection
from tugi_wire.encoder import encode
from tugi_wire.frames import Credit, Frame, Hello, Limits, Request, Status, short_hex
from tugi_wire.server import ServerConnection

ENVIRONMENT = "katse/1"
# The one method of the transcripts: its requests and responses hold at most so many bytes.
METHOD, REQUEST_MAX, RESPONSE_MAX = 0x0104, 65_536, 131_072
OK = Status()


def request(call: int, window: int = REQUEST_MAX + 64, response_window: int = RESPONSE_MAX + 64,
            **other: Any) -> Request:
    return Request(call, METHOD, 10_000, window, response_window, **other)


class Scene:
    """`message` of END, GOAWAY and ERROR is for people and left out; so are CREDIT frames that this side sends,
    for when it gives credit back is its own affair within section 5.4."""

    def __init__(self, role: str, name: str, section: str = "10", limits: Limits = Limits(), features: int = 1) -> None:
        hello = Hello(ENVIRONMENT, "proov/1", limits, features=features)
        self.record: dict[str, Any] = {"name": name, "role": role, "section": section}
        if limits != Limits():
            self.record["limits"] = list(limits.numbers())
        if features != 1:
            self.record["features"] = f"{features:x}"
        self.steps: list[dict[str, Any]] = []
        self.record["steps"] = self.steps
        self.server = ServerConnection(limits, hello, {METHOD: REQUEST_MAX})
        self.client = ClientConnection(limits, hello)
        self.machine: ServerConnection | ClientConnection = self.server if role == "server" else self.client
        self.act("start")

    def step(self, given: dict[str, Any], answer: str | None = None) -> Scene:
        frames, told, cells = self.machine.taken()
        step = dict(given)
        if answer is not None:
            step["answer"] = answer
        sends = [outcome(frame) for frame in frames if not isinstance(frame, Credit)]
        for key, value in (("sends", sends), ("tells", [event(tell) for tell in told]), ("cells", cells)):
            if value:
                step[key] = value
        self.steps.append(step)
        return self

    def receive(self, *frames: Frame | bytes, times: int = 1) -> Scene:
        """The peer's bytes, `times` over."""
        data = b"".join(item if isinstance(item, bytes) else encode(item) for item in frames)
        for _ in range(times):
            self.machine.receive(data)
        given: dict[str, Any] = {"receive": short_hex(data)}
        if times > 1:
            given["times"] = times
            self.machine.cells[:] = list(dict.fromkeys(self.machine.cells))
        return self.step(given)

    def hello(self, **other: Any) -> Scene:
        return self.receive(Hello(ENVIRONMENT, "vastas/1", **other))

    def later(self, milliseconds: int) -> Scene:
        self.machine.now_ms += milliseconds
        return self.step({"act": "later", "milliseconds": milliseconds})

    def act(self, act: str, **values: Any) -> Scene:
        """One act of this side; README.md lists them."""
        given = {"act": act, **{key: spelled(value) for key, value in values.items()}}
        return self.step(given, ACTS[act](self, **values))


def event(told: dict[str, Any]) -> dict[str, Any]:
    """Without words for people; of a message its length."""
    if told["tell"] == "message":
        return {"tell": "message", "call": told["call"], "bytes": len(told["payload"])}
    if told["tell"] == "call":
        return {"tell": "call", "call": told["request"].call, **spelled(told["request"])}
    if "status" in told:
        return {"tell": told["tell"], "call": told["call"], **spelled(told["status"])}
    return told


def outcome(frame: Frame) -> dict[str, Any]:
    meaning = frame.meaning()
    if meaning["frame"] in ("end", "error", "goAway"):
        meaning.pop("message")
    return meaning


def spelled(value: Any) -> Any:
    if isinstance(value, Status):
        meaning = value.meaning()
        meaning.pop("message")
        return meaning
    if isinstance(value, Request):
        meaning = value.meaning()
        return {key: meaning[key] for key in meaning if key not in ("frame", "call")}
    return short_hex(value) if isinstance(value, bytes) else value


ACTS: dict[str, Any] = {
    "start": lambda s: s.machine.start(),
    "ping": lambda s, opaque: s.machine.ping(opaque),
    "peerCloses": lambda s: s.machine.peer_closed(),
    "helloIsLate": lambda s: s.machine.hello_is_late(),
    "send": lambda s, call, payload, compress=False, ends=False: (
        s.server.send_message(call, payload, compress) if s.machine is s.server
        else s.client.send_message(call, payload, compress, ends)),
    "take": lambda s, call, bytes: s.machine.take_message(call, bytes),
    # the server's
    "end": lambda s, call, status: s.server.end(call, status),
    "deadlinePasses": lambda s, call: (
        s.server.end(call, Status("deadlineExceeded"), "deadline passes") if s.machine is s.server
        else s.client.deadline_passed(call)),
    "handlerReturns": lambda s, call, status: s.server.handler_returned(call, status),
    "leave": lambda s, graceMilliseconds=0, reason="shutdown": (
        s.server.leave(graceMilliseconds, reason) if s.machine is s.server else s.client.leave()),
    "patienceEnds": lambda s: s.server.patience_ends(),
    # the client's
    "call": lambda s, request, responseBytesMax: s.client.call(request, responseBytesMax),
    "halfClose": lambda s, call: s.client.half_close(call),
    "cancel": lambda s, call: s.client.cancel(call),
}
