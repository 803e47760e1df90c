"""The reference's end of a connection: sends any bytes, and waits for frames of the side under test."""
from __future__ import annotations

import json
import os
from typing import Any, TypeVar

from tugi_wire.decoder import FrameDecoder
from tugi_wire.encoder import encode
from tugi_wire.flow import fragments
from tugi_wire.frames import (
    OVERHEAD, Credit, End, Error, Flag, Frame, HalfClose, Hello, Ignorable, Limits, Message, Ping, Pong, Request,
)

from .tls import CutOff, Socket

ENVIRONMENT = "laane-viru.example/conformance"
# For frames of the side under test, whatever they hold.
WIDE = Limits(4_194_304, 1, 0, 12_288, 255)
F = TypeVar("F")


class Failed(Exception):
    """The side under test did something else than the text says."""


def equal(seen: object, wanted: object, what: str) -> None:
    if seen != wanted:
        raise Failed(f"{what}: {seen!r}, not {wanted!r}")


def check(well: bool, what: str) -> None:
    if not well:
        raise Failed(what)


def hello(limits: Limits = Limits(), **other: Any) -> Hello:
    return Hello(**{"environment": ENVIRONMENT, "software": "tugi_conformance/1", "limits": limits, **other})


def words(frame: Frame) -> str:
    if isinstance(frame, Message):
        return f"message {frame.call} {str(Flag(frame.flags)).removeprefix('Flag.')} {len(frame.payload)} bytes"
    values = frame.meaning()
    name = values.pop("frame")
    text = json.dumps({key: value for key, value in values.items() if value not in ("", [], None)})
    return f"{name} {text[:200]}"


class Peer:
    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.decoder = FrameDecoder(WIDE)
        self.pongs_itself = True
        self.theirs: Hello | None = None
        self.log: list[str] = []
        # What was not asked for yet.
        self.kept: list[Frame] = []
        self.next_call = 1
        self._body_bytes: dict[type[object], int] = {}

    @property
    def hello_of_subject(self) -> Hello:
        assert self.theirs is not None
        return self.theirs

    # Sending

    def send(self, *frames: Frame | bytes) -> None:
        """Frames, or bytes that are meant to be wrong; in one TLS record."""
        for one in frames:
            self.log.append("> " + (words(one) if not isinstance(one, bytes) else f"{one[:24].hex()} ({len(one)} bytes)"))
        self.socket.write(b"".join(one if isinstance(one, bytes) else encode(one) for one in frames))

    def request(self, method: int, *, call: int | None = None, deadline_ms: int = 20_000, window: int = 65_600,
                response_window: int = 65_600, **other: Any) -> int:
        number = self.next_call if call is None else call
        self.next_call = number + 1
        self.send(Request(number, method, deadline_ms, window, response_window, **other))
        return number

    def message(self, call: int, payload: bytes, compress: bool = False, ends: bool = False) -> None:
        self.send(*fragments(call, payload, compress, ends))

    def half_close(self, call: int) -> None:
        self.send(HalfClose(call))

    # Receiving

    async def frame(self) -> Frame | None:
        """The next frame as it comes; None at the orderly end."""
        while True:
            awaited = self.decoder.awaited_bytes
            frame = self.decoder.next()
            if frame is not None:
                self._body_bytes[type(frame)] = awaited - 12
                self.log.append("< " + words(frame))
                return frame
            data = await self.socket.read()
            if not data:
                check(self.decoder.buffered_bytes == 0, "the connection ended inside a frame")
                self.log.append("< close_notify")
                return None
            self.decoder.append(data)

    def last_body_bytes(self, kind: type[object]) -> int:
        """Of the last frame of that kind that came."""
        return self._body_bytes[kind]

    async def expect(self, kind: type[F], **values: Any) -> F:
        """The next frame of that kind with these values. CREDIT and ignorable frames may come before, PINGs are
        answered; everything else that comes before is a failure. What other calls say is kept, and what any call says
        while REQUEST is waited for."""
        for index, frame in enumerate(self.kept):
            if isinstance(frame, kind) and fits(frame, values):
                return self.kept.pop(index)
        while True:
            frame = await self.frame()
            if frame is None:
                raise Failed(f"the connection closed; {kind.__name__} was to come")
            if isinstance(frame, kind) and fits(frame, values):
                return frame
            if isinstance(frame, Ping) and self.pongs_itself:
                self.send(Pong(frame.opaque))
            elif isinstance(frame, Error):
                raise Failed(f"ERROR {frame.code} at {frame.offset} ({frame.message})")
            elif not isinstance(frame, (Ignorable, Credit)):
                if kind is Request and isinstance(frame, (Message, HalfClose)):
                    self.kept.append(frame)
                    continue
                if "call" in values and getattr(frame, "call", values["call"]) != values["call"]:
                    self.kept.append(frame)
                    continue
                raise Failed(f"{words(frame)} came; {kind.__name__} {values or ''} was to come")

    async def whole(self, call: int) -> bytes:
        """A whole message of the side under test; takes its fragments together and says so in the log."""
        first = await self.expect(Message, call=call)
        check(Flag.FIRST in first.flags, "the first fragment is not FIRST")
        payload, last = first.payload, first
        while Flag.LAST not in last.flags:
            last = await self.expect(Message, call=call)
            check(Flag.FIRST not in last.flags, "FIRST inside a message")
            payload += last.payload
        equal(len(payload), first.message_bytes, "length of the message")
        self.last_flags = first.flags | last.flags
        self.plain_bytes = first.plain_bytes
        return payload

    async def fault(self, code: str, offset: int | None = None) -> str:
        """ERROR with that code, then the end; what was on its way before counts for nothing."""
        while True:
            frame = await self.frame()
            if frame is None:
                raise Failed(f"the connection closed without ERROR {code}")
            if isinstance(frame, Error):
                break
        equal(frame.code, code, "fault")
        if offset is not None:
            equal(frame.offset, offset, f"offset of {code}")
        await self.closed()
        return f"ERROR {frame.code} at {frame.offset}, closed"

    async def closed(self) -> None:
        """The orderly end, after nothing else but what was already on its way."""
        try:
            while (frame := await self.frame()) is not None:
                if isinstance(frame, Ping) and self.pongs_itself:
                    self.send(Pong(frame.opaque))
                check(not isinstance(frame, (Error, Hello)), f"{words(frame)} came; the end was to come")
        except CutOff as error:
            raise Failed(str(error)) from None

    async def alive(self) -> str:
        """The other side answers a PING, and says nothing else before."""
        opaque = os.urandom(8)
        self.send(Ping(opaque))
        await self.expect(Pong, opaque=opaque)
        return "answers PING"

    # Whole exchanges

    async def greet(self, mine: Hello | None = None) -> Hello:
        self.send(mine or hello())
        self.theirs = await self.expect(Hello)
        return self.theirs

    async def unary(self, method: int, payload: bytes, **other: Any) -> tuple[bytes | None, End]:
        """A call of one request by a raw client: its response, if any, and END."""
        call = self.request(method, **other)
        self.message(call, payload, ends=True)
        return await self.answer(call)

    async def answer(self, call: int) -> tuple[bytes | None, End]:
        messages, end = await self.answers(call)
        check(len(messages) <= 1, f"{len(messages)} responses")
        return (messages[0] if messages else None), end

    async def answers(self, call: int, credit: bool = True) -> tuple[list[bytes], End]:
        """All responses, giving their cost back, and END."""
        messages: list[bytes] = []
        payload = b""
        plain = 0
        while True:
            frame = await self.expect(Message | End, call=call)  # type: ignore[arg-type]
            if isinstance(frame, End):
                return messages, frame
            payload += frame.payload
            if Flag.FIRST in frame.flags:
                plain = frame.plain_bytes
            if Flag.LAST in frame.flags:
                messages.append(payload)
                payload = b""
                if credit:
                    self.send(Credit(call, plain + OVERHEAD))


def fits(frame: object, values: dict[str, Any]) -> bool:
    return all(getattr(frame, name, None) == value for name, value in values.items())
