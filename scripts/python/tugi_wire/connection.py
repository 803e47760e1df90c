"""What both sides' machines share: frames in, frames and events out, one table lookup for every input."""
from __future__ import annotations

from typing import Any

from .decoder import FrameDecoder
from .faults import WireFault
from .flow import Rate
from .frames import Error, Frame, Hello, Ignorable, Limits, Ping, Pong, ZLIB
from .tables import NOTHING, TABLES

CONTROL_FRAMES, CONTROL_SPAN_MS = 100, 10_000
INPUTS = {"Hello": "HELLO", "Request": "REQUEST", "Message": "MESSAGE", "HalfClose": "HALF_CLOSE", "End": "END",
          "Cancel": "CANCEL", "Credit": "CREDIT", "Ping": "PING", "Pong": "PONG", "GoAway": "GOAWAY",
          "Error": "ERROR", "Ignorable": "ignorable frame"}


class Connection:
    """Gathers what inputs cause; whoever drives the machine takes it away with `taken`."""

    role = ""

    def __init__(self, limits: Limits, hello: Hello) -> None:
        self.limits = limits
        self.hello = hello
        self.peer: Hello | None = None
        self.state = "awaiting HELLO"
        self.sends: list[Frame] = []
        self.tells: list[dict[str, Any]] = []
        self.cells: list[str] = []
        self.now_ms = 0
        self.control = Rate(CONTROL_FRAMES, CONTROL_SPAN_MS, "too-many-control-frames")
        self.decoder = FrameDecoder(limits)
        self.pings_open = 0

    @property
    def is_closed(self) -> bool:
        return self.state == "closed"

    @property
    def has_zlib(self) -> bool:
        return self.peer is not None and bool(self.peer.features & self.hello.features & ZLIB)

    def start(self) -> None:
        self.send(self.hello)

    def send(self, frame: Frame) -> None:
        self.sends.append(frame)

    def tell(self, event: str, **values: Any) -> None:
        self.tells.append({"tell": event, **values})

    def lookup(self, table: str, state: str, given: str) -> str:
        """The cell's action; a cell that names a fault raises it."""
        action = TABLES[table].cells[state, given]
        if not action:
            return NOTHING
        self.cells.append(TABLES[table].cell_name(state, given))
        if action == "F":
            raise WireFault("frame-unexpected", 4)
        if action == "call-id":
            raise WireFault("call-id", 8)
        if action == "hello-expected":
            raise WireFault("hello-expected", 4)
        if action == "timeout":
            raise WireFault("timeout", 0)
        return action

    def taken(self) -> tuple[list[Frame], list[dict[str, Any]], list[str]]:
        """What to send, what to tell the application, and which cells were passed, since the last time."""
        result = (self.sends, self.tells, self.cells)
        self.sends, self.tells, self.cells = [], [], []
        return result

    # What comes from the peer

    def receive(self, data: bytes) -> None:
        """Bytes as they come; nothing is read after the end."""
        if self.is_closed:
            return
        try:
            self.decoder.append(data)
            while not self.is_closed and (frame := self.decoder.next()) is not None:
                self.take_frame(frame)
        except WireFault as fault:
            self.fail(fault)

    def take_frame(self, frame: Frame) -> None:
        given = INPUTS[type(frame).__name__]
        action = self.lookup(f"{self.role} connection", self.state, given)
        match frame:
            case Hello():
                self.agree(frame)
            case Ping():
                self.control.count(self.now_ms)
                self.send(Pong(frame.opaque))
            case Ignorable():
                self.control.count(self.now_ms)
            case Pong():
                if self.pings_open == 0:
                    raise WireFault("frame-unexpected", 4)
                self.pings_open -= 1
                self.pong_came(frame.opaque)
            case Error():
                self.close(None, frame.code)
            case _:
                self.take_other(frame, given, action)

    def agree(self, peer: Hello) -> None:
        version = min(self.hello.versions[1], peer.versions[1])
        if version < max(self.hello.versions[0], peer.versions[0]):
            raise WireFault("version-unsupported")
        if peer.environment != self.hello.environment:
            raise WireFault("environment-mismatch")
        self.peer, self.state = peer, "open"
        self.tell("ready", version=version, zlib=self.has_zlib)

    def pong_came(self, opaque: bytes) -> None:
        """An answer to this side's own PING."""

    def take_other(self, frame: Frame, given: str, action: str) -> None:
        raise NotImplementedError

    # What this side does

    def ping(self, opaque: bytes) -> None:
        self.pings_open += 1
        self.send(Ping(opaque))

    def act(self, given: str) -> str:
        """An act on the connection; nothing happens when it is closed."""
        if self.is_closed:
            return NOTHING
        try:
            return self.lookup(f"{self.role} connection", self.state, given)
        except WireFault as fault:
            self.fail(fault)
            return NOTHING

    def hello_is_late(self) -> None:
        self.act("HELLO is late")

    def time_is_over(self) -> None:
        """Some other time limit of section 7 has passed."""
        if not self.is_closed:
            self.fail(WireFault("timeout"))

    def peer_closed(self) -> None:
        if self.act("peer closes") != NOTHING:
            self.close(None, None)

    def fail(self, fault: WireFault) -> None:
        self.send(Error(fault.name, fault.offset))
        self.close(fault.name, None)

    def close(self, fault: str | None, peer_fault: str | None) -> None:
        self.state = "closed"
        lost = self.lose_calls()
        self.tell("closed", **{key: value for key, value in (
            ("fault", fault), ("peerFault", peer_fault), ("lost", lost)) if value is not None})

    def lose_calls(self) -> list[int] | None:
        """The calls without an answer, where that is the client's."""
        raise NotImplementedError
