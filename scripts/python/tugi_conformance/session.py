"""One case against one program: how a case gets at the side under test."""
from __future__ import annotations

import asyncio
import base64
import pathlib
import ssl
from dataclasses import dataclass, field
from typing import Any

from tugi_client.methods import Catalogue
from tugi_wire.frames import Hello, Request

from .peer import Failed, Peer, equal
from .subject import Subject, Trouble
from .tls import BYTES, BYTES_SLOW, Socket, client_context, listener, server_context


@dataclass
class Outcome:
    """How a call of a client under test ended, in the words of wire.md."""

    code: str
    reason: str
    message: str
    advice: str
    after_ms: int
    details: bytes
    messages: list[bytes]


class Call:
    """A call that a client under test makes."""

    def __init__(self, subject: Subject, number: int, answer: asyncio.Future[dict[str, Any]]) -> None:
        self.subject, self.number, self._answer = subject, number, answer

    async def outcome(self) -> Outcome:
        said = await self._answer
        if "trouble" in said:
            raise Trouble(f"{self.subject.name}: call: {said['trouble']}")
        return Outcome(said["code"], said.get("reason", ""), said.get("message", ""), said.get("advice", "doNot"),
                       said.get("afterMilliseconds", 0), base64.b64decode(said.get("details", "")),
                       [base64.b64decode(one) for one in said.get("messages", [])])

    async def ends(self, code: str, reason: str | None = None, advice: str | None = None) -> Outcome:
        outcome = await self.outcome()
        equal(outcome.code, code, f"what the caller is told ({outcome.reason}: {outcome.message})")
        if reason is not None:
            equal(outcome.reason, reason, "reason")
        if advice is not None:
            equal(outcome.advice, advice, "advice")
        return outcome

    async def cancel(self) -> None:
        await self.subject.do("cancel", call=self.number)


@dataclass
class Door:
    """A port where a client under test finds the reference."""

    context: ssl.SSLContext
    arrivals: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=asyncio.Queue)
    port: int = 0

    async def open(self, slow: bool = False) -> Door:
        async def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self.arrivals.put((reader, writer))
        self.server = await asyncio.start_server(came, sock=listener(slow), limit=BYTES_SLOW if slow else BYTES)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def accept(self, context: ssl.SSLContext | None = None) -> Peer:
        """The next connection, its TLS handshake done."""
        reader, writer = await self.arrivals.get()
        peer = Peer(Socket(reader, writer, context or self.context, True))
        await peer.socket.handshake()
        return peer


class Session:
    def __init__(self, subject: Subject, role: str, certificates: pathlib.Path, catalogue: Catalogue,
                 real_server: Subject | None = None) -> None:
        # For cases in which both ends are real.
        self.real_server = real_server
        self.subject, self.role, self.certificates, self.catalogue = subject, role, certificates, catalogue
        self.peers: list[Peer] = []
        self.doors: list[Door] = []
        self.clients: list[int] = []
        self.seen = ""
        self.door: Door

    # Methods and messages of the test service

    def method(self, name: str) -> int:
        return self.catalogue[f"Interop/{name}"].id

    def make(self, kind: str, **values: Any) -> bytes:
        """An encoded message of the test service."""
        message = self.catalogue.message(f"tugi.conformance.v1.{kind}")(**values)
        encoded: bytes = message.SerializeToString()
        return encoded

    def read(self, kind: str, payload: bytes | None) -> Any:
        if payload is None:
            raise Failed("there is no response")
        return self.catalogue.message(f"tugi.conformance.v1.{kind}").FromString(payload)

    # A server under test

    async def connect(self, mine: Hello | None = None, *, greet: bool = True, own: bool = False,
                      context: ssl.SSLContext | None = None, tls: ssl.SSLSession | None = None,
                      server: dict[str, Any] | None = None, slow: bool = False, **limits: int) -> Peer:
        """To a server with these limits, as a client; greeted, unless told otherwise."""
        settings = {**(server or {}), **({"limits": limits} if limits else {})}
        self.server, port = await self.subject.server(own=own, **settings)
        return await self.again(port, mine, greet, context, tls, slow)

    async def again(self, port: int, mine: Hello | None = None, greet: bool = True,
                    context: ssl.SSLContext | None = None, tls: ssl.SSLSession | None = None,
                    slow: bool = False) -> Peer:
        self.port = port
        socket = await Socket.connect(port, context or client_context(self.certificates), tls, slow)
        peer = Peer(socket)
        self.peers.append(peer)
        await socket.handshake()
        if greet:
            await peer.greet(mine)
        return peer

    # A client under test

    async def listen(self, context: ssl.SSLContext | None = None, slow: bool = False) -> Door:
        door = await Door(context or server_context(self.certificates)).open(slow)
        self.doors.append(door)
        return door

    async def client(self, door: Door, **settings: Any) -> int:
        said = await self.subject.do("client", port=door.port, **settings)
        self.clients.append(said["id"])
        return self.clients[-1]

    def call(self, client: int, method: str, *steps: Any, milliseconds: int = 20_000, **other: Any) -> Call:
        number, answer = self.subject.begin("call", client=client, method=method, steps=list(steps),
                                            milliseconds=milliseconds, **other)
        return Call(self.subject, number, answer)

    async def client_of_real_server(self, **limits: int) -> int:
        """A client under test of the Swift server, without the reference between."""
        assert self.real_server is not None
        _, port = await self.real_server.server(**({"limits": limits} if limits else {}))
        said = await self.subject.do("client", port=port)
        self.clients.append(said["id"])
        return self.clients[-1]

    async def accept(self, door: Door, mine: Hello | None = None, greet: bool = True) -> Peer:
        peer = await door.accept()
        self.peers.append(peer)
        if greet:
            await peer.greet(mine)
        return peer

    async def called(self, method: str, *steps: Any, mine: Hello | None = None, settings: dict[str, Any] | None = None,
                     **other: Any) -> tuple[Peer, Call, Request]:
        """A client under test that has made this call: the reference's end, the call, and its REQUEST."""
        door = await self.listen()
        client = await self.client(door, **(settings or {}))
        call = self.call(client, method, *steps, **other)
        peer = await self.accept(door, mine)
        return peer, call, await peer.expect(Request)

    # Either

    async def peer(self, mine: Hello | None = None, greet: bool = True) -> Peer:
        """The reference before the side under test; a client under test has a call on its way."""
        if self.role == "server":
            return await self.connect(mine, greet=greet)
        door = await self.listen()
        client = await self.client(door)
        self.call(client, "EmptyCall", {"unary": b""})
        return await self.accept(door, mine, greet)

    async def stream(self, mine: Hello | None = None) -> tuple[Peer, int]:
        """The same, with a two-way call in which nothing was said yet, and its number."""
        if self.role == "server":
            peer = await self.connect(mine)
            return peer, peer.request(self.method("FullDuplexCall"))
        peer, _, request = await self.called("FullDuplexCall", "rest", mine=mine)
        return peer, request.call

    async def end(self) -> None:
        for number in self.clients:
            self.subject.begin("close", client=number)
        for peer in self.peers:
            peer.socket.cut()
        for door in self.doors:
            door.server.close()
        await asyncio.sleep(0)
