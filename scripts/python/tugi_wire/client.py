"""The client's machine (wire.md, sections 5, 6 and 10)."""
from __future__ import annotations

from dataclasses import replace

from .connection import Connection
from .faults import WireFault
from .flow import Assembly, BrokenMessage, Window, fragments
from .frames import (
    OVERHEAD, Cancel, Credit, End, Flag, Frame, GoAway, HalfClose, Hello, Limits, Message, Request, Status,
)
from .tables import NOTHING


class ClientCall:
    def __init__(self, request: Request, response_bytes_max: int) -> None:
        self.request = request
        self.state = "open"
        self.received = Assembly(Window(request.response_window))
        self.credit = Window(request.request_window)
        self.response_bytes_max = response_bytes_max


class ClientConnection(Connection):
    role = "client"

    def __init__(self, limits: Limits, hello: Hello) -> None:
        super().__init__(limits, hello)
        self.calls: dict[int, ClientCall] = {}
        self.last_call = 0
        self.last_allowed: int | None = None

    # What comes from the server

    def take_other(self, frame: Frame, given: str, action: str) -> None:
        if isinstance(frame, GoAway):
            self.go_away(frame)
            return
        number = getattr(frame, "call")
        action = self.lookup("client call", self.call_state(number), given)
        call = self.calls[number]
        match frame:
            case Message() if action == "deliver":
                self.message(call, frame)
            case Credit():
                call.credit.give(frame.bytes)
                if call.state != "cancelled":
                    self.tell("mayWrite", call=number)
            case End():
                if call.state != "cancelled" and call.received.is_inside:
                    raise WireFault("fragment-order", 4)
                if action == "over":
                    self.tell("ended", call=number, status=frame.status)
                self.forget([number])

    def call_state(self, call: int) -> str:
        if call in self.calls:
            return self.calls[call].state
        return "over" if call <= self.last_call else "not open"

    def message(self, call: ClientCall, fragment: Message) -> None:
        number = call.request.call
        if Flag.END_OF_REQUESTS in fragment.flags:
            raise WireFault("reserved-bits", 5)
        if Flag.COMPRESSED in fragment.flags and not self.has_zlib:
            raise WireFault("frame-unexpected", 5)
        call.received.begin(fragment)
        broken = None
        if Flag.FIRST in fragment.flags and fragment.plain_bytes > call.response_bytes_max:
            broken = Status("resourceExhausted", reason="message-too-large")
        else:
            try:
                plain = call.received.add(fragment)
                if plain is not None:
                    self.tell("message", call=number, payload=plain)
            except BrokenMessage:
                broken = Status("internal", reason="compression-broken")
        if broken is not None:
            call.state = "cancelled"
            self.send(Cancel(number, "responseBroken"))
            self.tell("broken", call=number, status=broken)

    def go_away(self, frame: GoAway) -> None:
        if self.last_allowed is not None and frame.last > self.last_allowed:
            raise WireFault("frame-unexpected", 12)
        self.last_allowed, self.state = frame.last, "leaving"
        self.tell("leaving", last=frame.last, reason=frame.reason)
        left_out = [number for number in self.calls if number > frame.last]
        for number in left_out:
            if self.lookup("client call", self.calls[number].state, "GOAWAY leaves it out") == "never seen":
                self.tell("ended", call=number, status=Status("unavailable", "neverSeen"))
        self.forget(left_out)

    def forget(self, numbers: list[int]) -> None:
        for number in numbers:
            del self.calls[number]
        if not self.calls:
            self.last_call_is_over()

    def last_call_is_over(self) -> None:
        if self.act("last call is over") == "close":
            self.close(None, None)

    # What the caller does

    def call(self, request: Request, response_bytes_max: int) -> str:
        """`sent`, or why not: `waits` (for HELLO, a place or the budget), `never` (against the limits), `leaving`.
        The call's number is `last_call` then; that of `request` counts for nothing."""
        action = "refuse" if self.is_closed else self.act("call")
        if action == "refuse":
            return "leaving"
        if action == "wait":
            return "waits"
        assert self.peer is not None
        limits = self.peer.limits
        requests = sum(call.request.request_window for call in self.calls.values()) + request.request_window
        responses = sum(call.request.response_window for call in self.calls.values()) + request.response_window
        size = sum(len(name) + len(value) for name, value in request.metadata)
        if (size > min(limits.metadata_bytes, 12_288) or len(request.metadata) > min(limits.metadata_entries, 255)
                or request.request_window > limits.budget_bytes
                or request.response_window > self.limits.budget_bytes
                or min(request.request_window, request.response_window) < OVERHEAD):
            return "never"
        if (len(self.calls) >= limits.calls or requests > limits.budget_bytes
                or responses > self.limits.budget_bytes):
            return "waits"
        self.last_call += 1
        sent = replace(request, call=self.last_call)
        self.calls[self.last_call] = ClientCall(sent, response_bytes_max)
        self.send(sent)
        return "sent"

    def act_on(self, call: int, given: str) -> str:
        return NOTHING if self.is_closed else self.lookup("client call", self.call_state(call), given)

    def send_message(self, call: int, plain: bytes, compress: bool = False, ends: bool = False) -> str:
        """`sent`, `waits` (for credit), `never` (longer than the window or the server's limit), or `gone`."""
        if self.act_on(call, "caller sends") != "send":
            return "gone"
        assert self.peer is not None
        credit = self.calls[call].credit
        if len(plain) + OVERHEAD > credit.window or len(plain) > self.peer.limits.message_bytes:
            return "never"
        if len(plain) + OVERHEAD > credit.open:
            return "waits"
        credit.open -= len(plain) + OVERHEAD
        for fragment in fragments(call, plain, compress and self.has_zlib, ends):
            self.send(fragment)
        if ends:
            self.calls[call].state = "half-closed"
        return "sent"

    def half_close(self, call: int) -> None:
        if self.act_on(call, "caller half-closes") == "half-close":
            self.calls[call].state = "half-closed"
            self.send(HalfClose(call))

    def take_message(self, call: int, plain_bytes: int) -> None:
        """The caller took a message: its cost goes back at once (a careful receiver may gather some first)."""
        if self.act_on(call, "caller takes a message") == "give":
            self.calls[call].received.window.give(plain_bytes + OVERHEAD)
            self.send(Credit(call, plain_bytes + OVERHEAD))

    def cancel(self, call: int) -> None:
        if self.act_on(call, "caller leaves") == "cancel":
            self.calls[call].state = "cancelled"
            self.send(Cancel(call, "callerLeft"))

    def deadline_passed(self, call: int) -> None:
        if self.act_on(call, "deadline passes") == "cancel":
            self.calls[call].state = "cancelled"
            self.send(Cancel(call, "deadlinePassed"))
            self.tell("ended", call=call, status=Status("deadlineExceeded"))

    def leave(self) -> None:
        """Opens no more calls, and closes when the last is over."""
        action = self.act("leave")
        if action == "close":
            self.close(None, None)
        elif action == "leave":
            self.state = "leaving"
            if not self.calls:
                self.last_call_is_over()

    def lose_calls(self) -> list[int]:
        lost = [number for number, call in self.calls.items()
                if self.lookup("client call", call.state, "connection ends") == "unavailable"]
        self.calls.clear()
        return lost
