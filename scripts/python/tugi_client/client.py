"""Calls of all four kinds over connections that are opened as they are needed."""
from __future__ import annotations

import asyncio
import os
import random
import uuid
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from tugi_wire.frames import OVERHEAD, Limits, Request, Status

from .connection import Connection, Times, WireCall
from .credentials import Credentials
from .errors import CallError, too_large, unavailable
from .methods import Catalogue, Method
from .operation import new_operation

ATTEMPTS_MAX = 5
MESSAGES_IN_FLIGHT = 2


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @staticmethod
    def parse(text: str) -> Address:
        host, _, port = text.rpartition(":")
        return Address(host.strip("[]"), int(port))


@dataclass(frozen=True)
class Acting:
    """On whose behalf, in which role and why (Protocols/codes.md); nothing: the system acts by itself."""

    person: uuid.UUID | None = None
    role: str = ""
    purpose: str = ""

    def metadata(self) -> tuple[tuple[str, bytes], ...]:
        said = (("tugi-person", self.person.bytes if self.person else b""), ("tugi-role", self.role.encode()),
                ("tugi-purpose", self.purpose.encode()))
        return tuple((name, value) for name, value in said if value)


@dataclass(frozen=True)
class Options:
    """Of one call. `timeout_s`: for all tries together; else the method's. `operation`: made when a write has none."""

    acting: Acting | None = None
    timeout_s: float | None = None
    operation: uuid.UUID | None = None
    compress: bool = False
    metadata: tuple[tuple[str, bytes], ...] = ()
    trace: bytes = field(default_factory=lambda: os.urandom(24) + b"\x01")


class Stream:
    """One call of any kind: send, finish, receive; or leave it by `cancel` (also when a block around it ends)."""

    def __init__(self, method: Method, call: WireCall, compress: bool, timer: asyncio.TimerHandle) -> None:
        self.method = method
        self._call, self._compress, self._timer = call, compress, timer

    async def send(self, request: Any, last: bool = False) -> None:
        payload = as_message(self.method, request).SerializeToString(deterministic=True)
        if len(payload) > self.method.request_max:
            raise too_large("message-too-large", f"A request of {self.method.name} holds at most "
                                                 f"{self.method.request_max} bytes.")
        await self._call.send(payload, last, self._compress)

    def finish_sending(self) -> None:
        self._call.finish_sending()

    async def receive(self) -> Any | None:
        """The next response; None when the call has ended well."""
        payload = await self._call.receive()
        if payload is None:
            self._timer.cancel()
            return None
        return self.method.response.FromString(payload)

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        response = await self.receive()
        if response is None:
            raise StopAsyncIteration
        return response

    async def only(self) -> Any:
        """The one response of a method that gives one."""
        response = await self.receive()
        if response is None:
            raise CallError(Status("internal", reason="response-missing", message="The call ended without a response."))
        if await self.receive() is not None:
            raise CallError(Status("internal", reason="response-repeated", message="The call was answered twice."))
        return response

    def cancel(self) -> None:
        self._timer.cancel()
        self._call.cancel()

    async def __aenter__(self) -> Stream:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cancel()


class Client:
    def __init__(self, addresses: Address | Iterable[Address], credentials: Credentials, *,
                 environment: str = "development", acting: Acting = Acting(), catalogue: Catalogue | None = None,
                 limits: Limits = Limits(), times: Times = Times(), attempts_max: int = ATTEMPTS_MAX) -> None:
        """`attempts_max`: how often a unary call is made at most, 1 to 5."""
        self.addresses = [addresses] if isinstance(addresses, Address) else list(addresses)
        self.credentials, self.environment, self.acting, self.limits = credentials, environment, acting, limits
        self.times, self.attempts_max = times, min(max(1, attempts_max), ATTEMPTS_MAX)
        self.methods = catalogue or Catalogue()
        self._connection: Connection | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """Calls that are open may still end; no new ones begin."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.leave()

    # The four kinds

    async def call(self, method: str | Method, request: Any, options: Options = Options()) -> Any:
        """A unary call, made again where that is safe: the server never saw it, or it changes nothing twice."""
        found = self._method(method)
        if found.writes and options.operation is None:
            options = Options(**{**vars(options), "operation": new_operation()})
        deadline = self._deadline(found, options)
        for attempt in range(1, self.attempts_max + 1):
            try:
                async with await self.open(found, options, deadline=deadline, attempt=attempt) as stream:
                    await stream.send(request, last=True)
                    return await stream.only()
            except CallError as error:
                pause = pause_before_next(error, found, attempt) if attempt < self.attempts_max else None
                if pause is None or asyncio.get_running_loop().time() + pause >= deadline:
                    raise
                await asyncio.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    async def upload(self, method: str | Method, requests: Iterable[Any] | AsyncIterable[Any],
                     options: Options = Options()) -> Any:
        """Client streaming: many requests, one response. Begun again by the caller, who knows from where."""
        found = self._method(method)
        async with await self.open(found, options) as stream:
            if isinstance(requests, AsyncIterable):
                async for request in requests:
                    await stream.send(request)
            else:
                for request in requests:
                    await stream.send(request)
            stream.finish_sending()
            return await stream.only()

    async def download(self, method: str | Method, request: Any, options: Options = Options()) -> AsyncIterator[Any]:
        """Server streaming: one request, many responses."""
        async with await self.open(method, options) as stream:
            await stream.send(request, last=True)
            async for response in stream:
                yield response

    async def open(self, method: str | Method, options: Options = Options(), *, deadline: float | None = None,
                   attempt: int = 1) -> Stream:
        """Begins a call of any kind, two-way streaming too: `send`, `finish_sending` and `receive` as they come."""
        found = self._method(method)
        if found.writes and options.operation is None:
            options = Options(**{**vars(options), "operation": new_operation()})
        loop = asyncio.get_running_loop()
        deadline = deadline or self._deadline(found, options)
        try:
            call = await asyncio.wait_for(self._begin(found, options, deadline, attempt), deadline - loop.time())
        except asyncio.TimeoutError:
            raise CallError(Status("deadlineExceeded", reason="no-place", message="No connection in time.")) from None
        return Stream(found, call, options.compress, loop.call_at(deadline, call.deadline_passed))

    # Parts of it

    async def _begin(self, method: Method, options: Options, deadline: float, attempt: int) -> WireCall:
        connection = await self._connected()
        return await connection.begin(self._request(method, options, deadline, attempt), method.response_max)

    def _method(self, method: str | Method) -> Method:
        return method if isinstance(method, Method) else self.methods[method]

    def _deadline(self, method: Method, options: Options) -> float:
        return asyncio.get_running_loop().time() + (options.timeout_s or method.deadline_s)

    def _request(self, method: Method, options: Options, deadline: float, attempt: int) -> Request:
        left = deadline - asyncio.get_running_loop().time()
        requests = MESSAGES_IN_FLIGHT if method.kind in ("client streaming", "two-way streaming") else 1
        responses = MESSAGES_IN_FLIGHT if method.kind in ("server streaming", "two-way streaming") else 1
        return Request(
            0, method.id, max(1, int(left * 1000)), (method.request_max + OVERHEAD) * requests,
            (method.response_max + OVERHEAD) * responses,
            operation=options.operation.bytes if options.operation and method.writes else None, attempt=attempt,
            trace=options.trace, metadata=(options.acting or self.acting).metadata() + options.metadata)

    async def _connected(self) -> Connection:
        async with self._opening:
            if self._connection is not None and self._connection.takes_calls:
                return self._connection
            trouble = unavailable("unreachable", "There is no address.", True)
            for address in random.sample(self.addresses, len(self.addresses)):
                try:
                    self._connection = await Connection.open(
                        address.host, address.port, self.credentials, f"{self.credentials.county}/{self.environment}",
                        self.limits, self.times)
                    return self._connection
                except CallError as error:
                    trouble = error
            raise trouble


def as_message(method: Method, request: Any) -> Any:
    """A dictionary becomes the method's request."""
    if isinstance(request, method.request):
        return request
    if isinstance(request, dict):
        return method.request(**request)
    raise TypeError(f"{method.name} takes {method.request.DESCRIPTOR.full_name}")


def pause_before_next(error: CallError, method: Method, attempt: int) -> float | None:
    """Seconds to wait before the same call is made again; None: it is not."""
    status = error.status
    backoff: float = min(2.0, 0.1 * 2 ** (attempt - 1)) * random.uniform(0.8, 1.2)
    if status.reason in ("certificate", "peer-unexpected", "environment-mismatch"):
        return None
    if error.never_seen:
        return backoff
    if status.advice == "after":
        return max(status.after_ms / 1000, 0.0)
    # Lost on the way: whether the server saw it is not known. Reading twice changes nothing, and writes carry an
    # operation id, so their effect happens once.
    return backoff if status.code == "unavailable" and status.reason == "connection-lost" else None
