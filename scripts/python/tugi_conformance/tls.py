"""TLS over a socket by memory buffers: so a peer may end, cut off, or offer anything else at any byte."""
from __future__ import annotations

import asyncio
import pathlib
import socket
import ssl

ALPN = "tugi/1"
# What is read at a time; a slow side lets the kernel keep little more.
BYTES, BYTES_SLOW = 262_144, 16_384


class CutOff(Exception):
    """The connection ended without close_notify."""


def client_context(certificates: pathlib.Path, name: str | None = "gateway", alpn: str | None = ALPN,
                   authority: str = "ca.pem") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    return filled(context, certificates, name, alpn, authority)


def server_context(certificates: pathlib.Path, name: str | None = "registry", alpn: str | None = ALPN,
                   authority: str = "ca.pem") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    return filled(context, certificates, name, alpn, authority)


def filled(context: ssl.SSLContext, certificates: pathlib.Path, name: str | None, alpn: str | None,
           authority: str) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(certificates / authority)
    if name is not None:
        context.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    if alpn is not None:
        context.set_alpn_protocols([alpn])
    return context


def keep_little(raw: socket.socket) -> None:
    """Short segments keep the other side's buffer in the kernel short too."""
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BYTES_SLOW)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)


def listener(slow: bool) -> socket.socket:
    raw = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if slow:
        keep_little(raw)
    raw.bind(("127.0.0.1", 0))
    return raw


class Socket:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext,
                 server_side: bool, session: ssl.SSLSession | None = None) -> None:
        self.reader, self.writer = reader, writer
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=server_side, session=session)

    @staticmethod
    async def connect(port: int, context: ssl.SSLContext, session: ssl.SSLSession | None = None,
                      slow: bool = False) -> Socket:
        raw = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if slow:
            keep_little(raw)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=raw, limit=BYTES_SLOW if slow else BYTES)
        return Socket(reader, writer, context, False, session)

    async def handshake(self) -> None:
        while True:
            try:
                self.tls.do_handshake()
                return self.flush()
            except ssl.SSLWantReadError:
                self.flush()
                await self._more()
            except ssl.SSLError:
                self.flush()
                raise

    def flush(self) -> None:
        data = self.outgoing.read()
        if data and not self.writer.is_closing():
            self.writer.write(data)

    def write(self, data: bytes) -> None:
        if data:
            self.tls.write(data)
        self.flush()

    async def read(self) -> bytes:
        """Empty after close_notify."""
        while True:
            try:
                data = self.tls.read(BYTES)
                self.flush()
                return data
            except ssl.SSLWantReadError:
                self.flush()
                await self._more()
            except ssl.SSLZeroReturnError:
                return b""

    async def _more(self) -> None:
        try:
            data = await self.reader.read(BYTES)
        except ConnectionError:
            data = b""
        if not data:
            raise CutOff("the socket ended without close_notify")
        self.incoming.write(data)

    def close(self) -> None:
        """In order: close_notify, then the socket's end."""
        try:
            self.tls.unwrap()
        except ssl.SSLError:
            pass  # The other side's close_notify has not come yet; ours is written.
        self.flush()
        self.writer.close()

    def cut(self) -> None:
        """The socket's end without close_notify."""
        self.writer.close()
