"""The server's machine (wire.md, sections 5, 6 and 10)."""
from __future__ import annotations

from collections.abc import Mapping

from .connection import Connection
from .faults import WireFault
from .flow import Assembly, BrokenMessage, Rate, Window, fragments
from .frames import (
    NOTICE_PING, NUMBER_MAX, OVERHEAD, Cancel, Credit, End, Flag, Frame, GoAway, HalfClose, Hello, Limits, Message,
    Request, Status,
)
from .tables import NOTHING


class ServerCall:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.state = "running"
        self.received = Assembly(Window(request.request_window))
        self.credit = Window(request.response_window)


class ServerConnection(Connection):
    role = "server"

    def __init__(self, limits: Limits, hello: Hello, methods: Mapping[int, int]) -> None:
        """`methods`: the longest request of each method."""
        super().__init__(limits, hello)
        self.methods = methods
        self.calls: dict[int, ServerCall] = {}
        self.last_seen = 0
        self.late_bytes = 0
        self.cancels = Rate(200, 30_000, "too-many-cancels")
        self.refusals = Rate(200, 30_000, "too-many-refusals")

    # What comes from the client

    def take_other(self, frame: Frame, given: str, action: str) -> None:
        call = getattr(frame, "call")
        state = self.call_state(call)
        over = action == "pass over"
        action = self.lookup("server call", state, given)
        match frame:
            case Request():
                self.begin(frame, over)
            case Cancel():
                self.cancels.count(self.now_ms)
                if action == "cancel":
                    self.calls[call].state = "cancelled"
                    self.tell("cancelled", call=call, reason=frame.reason)
            case _ if action == "late":
                self.late(frame)
            case Message():
                self.message(self.calls[call], frame)
            case HalfClose():
                self.half_close(call)
            case Credit():
                self.calls[call].credit.give(frame.bytes)
                self.tell("mayWrite", call=call)

    def call_state(self, call: int) -> str:
        if call in self.calls:
            return self.calls[call].state
        return "over" if call <= self.last_seen else "never begun"

    def begin(self, request: Request, over: bool) -> None:
        self.last_seen = request.call
        if over:  # Never seen, as GOAWAY said; what the client sends before it reads that is late.
            self.allow_late(ServerCall(request))
            return
        reason = None
        if len(self.calls) >= self.limits.calls:
            reason = "calls-running"
        elif self.windows() + request.request_window > self.limits.budget_bytes:
            reason = "receive-budget"
        call = ServerCall(request)
        if reason is not None:
            self.refusals.count(self.now_ms)
            self.allow_late(call)
            self.send(End(request.call, Status("resourceExhausted", "neverSeen", reason=reason)))
            return
        self.calls[request.call] = call
        self.tell("call", request=request)

    def windows(self) -> int:
        return sum(call.request.request_window for call in self.calls.values())

    def message(self, call: ServerCall, fragment: Message) -> None:
        number = call.request.call
        if Flag.COMPRESSED in fragment.flags and not self.has_zlib:
            raise WireFault("frame-unexpected", 5)
        call.received.begin(fragment)
        if Flag.FIRST in fragment.flags and fragment.plain_bytes > self.methods[call.request.method]:
            self.break_call(call, Status("resourceExhausted", reason="message-too-large"), len(fragment.payload))
            return
        try:
            plain = call.received.add(fragment)
        except BrokenMessage:
            self.break_call(call, Status("invalidArgument", reason="compression-broken"))
            return
        if plain is not None:
            self.tell("message", call=number, payload=plain)
        if Flag.END_OF_REQUESTS in fragment.flags:
            self.half_close(number)

    def break_call(self, call: ServerCall, status: Status, taken: int = 0) -> None:
        self.refusals.count(self.now_ms)
        self.finish(call, status, taken)
        self.tell("broken", call=call.request.call, status=status)

    def half_close(self, call: int) -> None:
        if self.calls[call].received.is_inside:
            raise WireFault("fragment-order", 4)
        self.calls[call].state = "half-closed"
        self.tell("halfClosed", call=call)

    def allow_late(self, call: ServerCall, taken: int = 0) -> None:
        """What the client may have sent before it knew of the END: messages on its open credit, the rest of one, a
        half-close; and credit for the messages that it got."""
        if call.state == "running":
            self.late_bytes += call.received.window.open + call.received.missing_bytes - taken + 2 * OVERHEAD
        if call.state != "cancelled":
            self.late_bytes += call.credit.window - call.credit.open

    def late(self, frame: Frame) -> None:
        cost = 0
        if isinstance(frame, Message):
            cost = len(frame.payload) + (OVERHEAD if Flag.FIRST in frame.flags else 0)
        elif isinstance(frame, HalfClose):
            cost = OVERHEAD
        elif isinstance(frame, Credit):
            cost = frame.bytes
        if cost > self.late_bytes:
            raise WireFault("late-frames", 8)
        self.late_bytes -= cost

    # What the handler does

    def act_on(self, call: int, given: str) -> str:
        return NOTHING if self.is_closed else self.lookup("server call", self.call_state(call), given)

    def send_message(self, call: int, plain: bytes, compress: bool = False) -> str:
        """`sent`, `waits` (for credit), `never` (longer than the window or the client's limit), or `gone`."""
        if self.act_on(call, "handler sends") != "send":
            return "gone"
        credit = self.calls[call].credit
        assert self.peer is not None
        if len(plain) + OVERHEAD > credit.window or len(plain) > self.peer.limits.message_bytes:
            return "never"
        if len(plain) + OVERHEAD > credit.open:
            return "waits"
        credit.open -= len(plain) + OVERHEAD
        for fragment in fragments(call, plain, compress and self.has_zlib):
            self.send(fragment)
        return "sent"

    def take_message(self, call: int, plain_bytes: int) -> None:
        """The handler took a message: its cost goes back at once (a careful receiver may gather some first)."""
        if self.act_on(call, "handler takes a message") == "give":
            self.calls[call].received.window.give(plain_bytes + OVERHEAD)
            self.send(Credit(call, plain_bytes + OVERHEAD))

    def end(self, call: int, status: Status, given: str = "handler ends it") -> None:
        if self.act_on(call, given) == "end":
            self.finish(self.calls[call], status)

    def finish(self, call: ServerCall, status: Status, taken: int = 0) -> None:
        self.allow_late(call, taken)
        call.state = "ended"
        self.send(End(call.request.call, status))

    def handler_returned(self, call: int, status: Status) -> None:
        """`status`: how the call ends if the handler has not ended it."""
        action = self.act_on(call, "handler returns")
        if action == NOTHING:
            return
        if action == "end, over":
            self.finish(self.calls[call], status)
        del self.calls[call]
        if not self.calls:
            self.last_handler_returned()

    def last_handler_returned(self) -> None:
        if self.act("last handler returned") == "close":
            self.close(None, None)

    # Leaving

    def leave(self, grace_ms: int, reason: str) -> None:
        action = self.act("leave")
        if action == "close":
            self.close(None, None)
        elif action == "notice":
            self.grace_ms, self.reason = grace_ms, reason
            self.state = "notice given"
            self.send(GoAway(NUMBER_MAX, grace_ms, reason))
            self.ping(NOTICE_PING)

    def patience_ends(self) -> None:
        if self.act("patience ends") == "final":
            self.go_finally()

    def pong_came(self, opaque: bytes) -> None:
        if opaque == NOTICE_PING and self.state == "notice given":
            self.go_finally()

    def go_finally(self) -> None:
        self.state = "draining"
        self.send(GoAway(self.last_seen, self.grace_ms, self.reason))
        if not self.calls:
            self.last_handler_returned()

    def lose_calls(self) -> None:
        for call in self.calls.values():
            if self.lookup("server call", call.state, "connection ends") == "cancel":
                call.state = "cancelled"


