"""A server on the reference's machine that gives messages back: two-way streaming, which no method of Tugi needs yet,
and endings that a healthy gateway does not show."""
from __future__ import annotations

import asyncio
import pathlib
import ssl
from collections.abc import Mapping
from typing import Any, cast

from tugi_wire.encoder import encode
from tugi_wire.frames import Hello, Limits, Request, Status
from tugi_wire.server import ServerConnection


class EchoServer:
    """`mishaps`: what happens to the next calls: a status to end with, `lose` the connection, `drain` it,
    or `stop` inside a frame. `silent`: no HELLO."""

    def __init__(self, certificates: pathlib.Path, methods: Mapping[int, int], limits: Limits = Limits()) -> None:
        self.certificates, self.methods, self.limits = certificates, methods, limits
        self.mishaps: list[Status | str] = []
        self.silent = False
        self.seen: list[Request] = []
        self.connections: list[EchoConnection] = []
        self.port = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> EchoServer:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.certificates / "ca.pem")
        context.load_cert_chain(self.certificates / "gateway.pem", self.certificates / "gateway.key")
        context.set_alpn_protocols(["tugi/1"])
        loop = asyncio.get_running_loop()
        # Clients that break off in the handshake are part of the tests, not worth a traceback.
        loop.set_exception_handler(lambda *_: None)
        self._server = await loop.create_server(lambda: EchoConnection(self), "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for connection in self.connections:
            connection.transport.abort()


class EchoConnection(asyncio.Protocol):
    def __init__(self, server: EchoServer) -> None:
        self.server = server
        hello = Hello("laane-viru.example/development", "kaja/1", server.limits)
        self.machine = ServerConnection(server.limits, hello, server.methods)
        self.waiting: dict[int, list[bytes]] = {}
        self.finished: set[int] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.server.connections.append(self)
        if not self.server.silent:
            self.machine.start()
            self.flush()

    def data_received(self, data: bytes) -> None:
        self.machine.receive(data)
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self.machine.peer_closed()

    def flush(self) -> None:
        while True:
            frames, tells, _ = self.machine.taken()
            self.transport.write(b"".join(encode(frame) for frame in frames))
            if not tells:
                return
            for told in tells:
                self.told(**told)

    def told(self, tell: str, call: int = 0, **values: Any) -> None:
        if tell == "call":
            self.begin(values["request"])
        elif tell == "closed":
            self.transport.close()
        elif call not in self.waiting:
            return
        elif tell == "message":
            self.waiting[call].append(values["payload"])
        elif tell == "halfClosed":
            self.finished.add(call)
        elif tell in ("cancelled", "broken"):
            self.over(call, Status("cancelled"))
        self.echo(call)

    def begin(self, request: Request) -> None:
        self.server.seen.append(request)
        self.waiting[request.call] = []
        mishap = self.server.mishaps.pop(0) if self.server.mishaps else None
        if isinstance(mishap, Status):
            self.over(request.call, mishap)
        elif mishap == "lose":
            self.transport.abort()
        elif mishap == "stop":
            self.waiting.pop(request.call)
            self.transport.write(bytes(3))
        elif mishap == "drain":
            self.machine.leave(1_000, "shutdown")

    def echo(self, call: int) -> None:
        """Takes a message once it has gone back: so credit in both directions is put to the test."""
        queue = self.waiting.get(call, [])
        while queue and self.machine.send_message(call, queue[0], compress=True) == "sent":
            self.machine.take_message(call, len(queue.pop(0)))
        if not queue and call in self.finished and call in self.waiting:
            self.over(call, Status())

    def over(self, call: int, status: Status) -> None:
        self.waiting.pop(call, None)
        self.machine.handler_returned(call, status)
