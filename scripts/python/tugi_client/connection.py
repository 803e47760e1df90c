"""One TLS connection: the client's machine of tugi_wire on an asyncio transport."""
from __future__ import annotations

import asyncio
import os
import random
import secrets
import ssl
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, cast

from tugi_wire.client import ClientConnection
from tugi_wire.encoder import encode
from tugi_wire.frames import FRAME_BYTES_MAX, ZLIB, Hello, Ignorable, Limits, Request, Status

from .credentials import Credentials
from .errors import CallError, too_large, unavailable
from .outgoing import Outgoing

SOFTWARE = "tugi-client-python/1"


@dataclass(frozen=True)
class Times:
    """In seconds: limits of section 7; `leave`: how long calls may take to end when the client is closed."""

    hello: float = 5.0
    quiet: float = 30.0
    pong: float = 10.0
    frame: float = 5.0
    leave: float = 5.0


def grease_hello(environment: str, limits: Limits) -> Hello:
    """Now and then with what means nothing, so that no server comes to depend on its absence (section 12)."""
    bits = secrets.randbits(16) << 48
    grease = os.urandom(random.randrange(9)) if random.random() < 0.5 else None
    return Hello(environment, SOFTWARE, limits, features=ZLIB | bits, grease=grease)


class WireCall:
    """What has come of one call; the connection fills it."""

    def __init__(self, connection: Connection, number: int) -> None:
        self.connection = connection
        self.number = number
        self.messages: deque[bytes] = deque()
        self.status: Status | None = None
        self.changed = asyncio.Event()

    async def send(self, payload: bytes, last: bool = False, compress: bool = False) -> None:
        """Waits for credit, and until the network takes bytes."""
        while True:
            self.changed.clear()
            outcome = self.connection.machine.send_message(self.number, payload, compress, last)
            self.connection.flush()
            if outcome == "sent":
                while self.status is None and self.connection.outgoing.holds(self.number):
                    self.changed.clear()
                    await self.changed.wait()
                await self.connection.writable.wait()
                return
            if outcome == "never":
                raise too_large("message-too-large", "The message is longer than the method's may be.")
            if outcome == "gone":
                if self.status is not None and self.status.code == "ok":
                    return  # The server wants no more requests; its responses wait to be received.
                raise CallError(self.status or Status("cancelled", reason="call-over"))
            await self.changed.wait()

    def finish_sending(self) -> None:
        self.connection.machine.half_close(self.number)
        self.connection.flush()

    async def receive(self) -> bytes | None:
        """The next message; None when the call ended well; its error when it did not."""
        while not self.messages:
            if self.status is not None:
                if self.status.code != "ok":
                    raise CallError(self.status)
                return None
            self.changed.clear()
            await self.changed.wait()
        payload = self.messages.popleft()
        self.connection.machine.take_message(self.number, len(payload))
        self.connection.flush()
        return payload

    def cancel(self) -> None:
        """Gives the call up, at once for the caller."""
        if self.status is None:
            self.connection.machine.cancel(self.number)
            self.connection.flush()
            self.connection.calls.pop(self.number, None)
            self.end(Status("cancelled", reason="caller-left"))

    def deadline_passed(self) -> None:
        message = "The call took too long; the effect may have happened: try again with the same operation id."
        self.end(Status("deadlineExceeded", reason="deadline-passed", message=message))
        self.connection.machine.deadline_passed(self.number)
        self.connection.flush()

    def end(self, status: Status) -> None:
        self.connection.outgoing.drop(self.number)
        if self.status is None:
            self.status = status
        self.changed.set()


class Connection(asyncio.Protocol):
    def __init__(self, credentials: Credentials, environment: str, limits: Limits, times: Times = Times()) -> None:
        self.times = times
        self.outgoing = Outgoing()
        self.machine = ClientConnection(limits, grease_hello(environment, limits))
        self.credentials = credentials
        self.calls: dict[int, WireCall] = {}
        self.writable = asyncio.Event()
        self.writable.set()
        # Set whenever something changed that a waiting caller may want to know: HELLO, a free place, the end.
        self.changed = asyncio.Event()
        self.trouble: CallError | None = None
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._gone: asyncio.Future[None] = self._loop.create_future()
        self._heard = self._loop.time()
        self._ping_since: float | None = None
        # When the frame that has not come whole began.
        self._frame_since: float | None = None

    @property
    def takes_calls(self) -> bool:
        return self.machine.state in ("awaiting HELLO", "open") and self.trouble is None

    @staticmethod
    async def open(host: str, port: int, credentials: Credentials, environment: str, limits: Limits,
                   times: Times = Times()) -> Connection:
        connecting = asyncio.get_running_loop().create_connection(
            lambda: Connection(credentials, environment, limits, times), host, port, ssl=credentials.context())
        try:
            _, connection = await asyncio.wait_for(connecting, times.hello)
            try:
                await asyncio.wait_for(connection.ready(), times.hello)
            except asyncio.TimeoutError:
                connection.machine.hello_is_late()
                connection.flush()
                raise
        except ssl.SSLError as error:
            raise unavailable("certificate", f"The TLS handshake failed: {error.reason}.", True) from None
        except asyncio.TimeoutError:
            raise unavailable("timeout", f"{host}:{port} does not answer in time.", True) from None
        except OSError as error:
            raise unavailable("unreachable", f"{host}:{port} cannot be reached: {error}.", True) from None
        return connection

    async def ready(self) -> None:
        """Until the server's HELLO has come."""
        while self.machine.state == "awaiting HELLO" and self.trouble is None:
            self.changed.clear()
            await self.changed.wait()
        if self.trouble is not None:
            raise self.trouble

    async def begin(self, request: Request, response_max: int) -> WireCall:
        """Opens a call, waiting for a place on the connection."""
        while True:
            if self.trouble is not None:
                raise self.trouble
            self.changed.clear()
            outcome = self.machine.call(request, response_max)
            if outcome == "sent":
                call = self.calls[self.machine.last_call] = WireCall(self, self.machine.last_call)
                self.flush()
                return call
            if outcome == "never":
                raise too_large("window-too-large", "Windows or metadata are beyond what the server ever takes.")
            if outcome == "leaving":
                raise unavailable("leaving", "The server goes away; use another connection.", never_seen=True)
            await self.changed.wait()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        # What has left this far waits for nothing any more: little, so that long messages do not hold up others.
        self._transport.set_write_buffer_limits(high=FRAME_BYTES_MAX)
        try:
            self.credentials.judge(transport.get_extra_info("ssl_object"))
        except CallError as error:
            self.trouble = error
            self._transport.abort()
            self.changed.set()
            return
        self.machine.start()
        self.flush()
        self._timer = self._loop.call_later(self._care_interval, self._care)

    def data_received(self, data: bytes) -> None:
        self._heard = self._loop.time()
        self._ping_since = None
        self.machine.now_ms = time.monotonic_ns() // 1_000_000
        decoder, before = self.machine.decoder, self.machine.decoder.frames
        self.machine.receive(data)
        if not decoder.buffered_bytes:
            self._frame_since = None
        elif self._frame_since is None or decoder.frames != before:
            self._frame_since = self._heard
        self.flush()
        # A cancelled call ends in silence, yet its place is free then.
        self.changed.set()

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.machine.peer_closed()
        self.flush()
        self._lose(unavailable("certificate" if isinstance(exc, ssl.SSLError) else "connection-lost",
                               f"The connection ended: {exc or 'closed by the server'}."))
        self.writable.set()
        self._gone.set_result(None)

    # What the machine tells

    def flush(self) -> None:
        frames, tells, _ = self.machine.taken()
        for frame in frames:
            self.outgoing.add(frame)
        if self._transport is not None and not self._transport.is_closing():
            self._write(self._transport)
        for told in tells:
            self._told(**told)

    def _write(self, transport: asyncio.Transport) -> None:
        if data := self.outgoing.now():
            transport.write(data)
        # As the network takes it: what other calls have to say comes between the fragments.
        turned = False
        while self.outgoing.has_later and self.writable.is_set():
            transport.write(self.outgoing.turn())
            turned = True
        if turned:
            for call in self.calls.values():
                call.changed.set()

    def _told(self, tell: str, call: int = 0, **values: Any) -> None:
        waiting = self.calls.get(call)
        self.changed.set()
        if tell == "ready" and self._transport is not None and random.random() < 0.5:
            self._transport.write(encode(Ignorable(random.randrange(0xF0, 0xFF), os.urandom(random.randrange(9)))))
        elif tell == "closed":
            self._closed(values.get("fault"), values.get("peerFault"))
        elif waiting is None:
            return  # The caller has left.
        elif tell == "message":
            waiting.messages.append(values["payload"])
            waiting.changed.set()
        elif tell == "mayWrite":
            waiting.changed.set()
        elif tell in ("ended", "broken"):
            self.calls.pop(call)
            waiting.end(values["status"])

    def _closed(self, fault: str | None, peer_fault: str | None) -> None:
        if fault or peer_fault:
            name = fault or peer_fault or ""
            who = "The server broke" if fault else "The server says that this side broke"
            message = f"{who} the protocol: {name}."
            if name == "environment-mismatch":
                message = f"The server belongs to another installation than {self.machine.hello.environment}."
            self._lose(unavailable(name, message))
        if self._transport is not None:
            self._transport.close()

    def _lose(self, error: CallError) -> None:
        if self.trouble is None:
            self.trouble = error
        for call in list(self.calls.values()):
            call.end(error.status)
        self.calls.clear()
        self.changed.set()

    # Leaving, and care for a quiet connection

    async def leave(self) -> None:
        """Opens no more calls, and closes when the last has ended; one that takes long is broken off."""
        self.machine.leave()
        self.flush()
        await asyncio.wait([self._gone], timeout=self.times.leave)
        if not self._gone.done():
            self.abort(unavailable("leaving", "This side leaves while a call is open."))

    def abort(self, error: CallError) -> None:
        self._lose(error)
        if self._transport is not None:
            self._transport.abort()

    @property
    def _care_interval(self) -> float:
        return max(0.02, min(1.0, self.times.quiet, self.times.pong, self.times.frame))

    def _care(self) -> None:
        now = self._loop.time()
        if self._ping_since is not None and now - self._ping_since > self.times.pong:
            self.abort(unavailable("connection-lost", "The server does not answer any more."))
            return
        if self._frame_since is not None and (
                now - self._frame_since > self.times.frame + self.machine.decoder.awaited_bytes / 1024):
            self.machine.time_is_over()
            self.flush()
        if self._ping_since is None and now - self._heard > self.times.quiet and not self.machine.is_closed:
            self._ping_since = now
            self.machine.ping(os.urandom(8))
            self.flush()
        self._timer = self._loop.call_later(self._care_interval, self._care)
