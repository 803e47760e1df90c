"""What a peer can do to a server without keeping the protocol, one attack for each known mistake of others.

The frames are those of tugi_wire. Every attack tells how the server ended it, and ATTACKS says how it has to.
"""
from __future__ import annotations

import socket
import ssl
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tugi_client.credentials import Credentials
from tugi_wire.decoder import FrameDecoder
from tugi_wire.encoder import encode, frame
from tugi_wire.faults import WireFault
from tugi_wire.frames import Cancel, Credit, End, Error, Flag, Frame, Hello, Kind, Limits, Message, Ping, Pong, Request

ECHO, STREAM, UPLOAD, HOLD = 0x7F01, 0x7F02, 0x7F03, 0x7F04
CONNECTIONS, UNKNOWN = 0x0005, 0x7FFF
# Where attackers come from, so that they do not take the honest client's places.
ATTACKER = "127.0.0.2"
ENVIRONMENT = "bench"
WHOLE = Flag.FIRST | Flag.LAST
# google.protobuf.UInt64Value of 100,000.
NUMBER = b"\x08\xa0\x8d\x06"


@dataclass
class Target:
    """The attacked server, and what attackers have: a certificate of the county, and an assertion for calls."""

    port: int
    folder: str
    assertion: bytes
    # How long a peer that waits for the server's own timers waits.
    patience: float = 15.0
    name: str = "gateway"
    _contexts: dict[str, ssl.SSLContext] = field(default_factory=dict)
    _sessions: dict[str, ssl.SSLSession | None] = field(default_factory=dict)

    def plain(self) -> socket.socket:
        stream = socket.create_connection(("127.0.0.1", self.port), self.patience, (ATTACKER, 0))
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return stream

    def secure(self, name: str | None = None) -> ssl.SSLSocket:
        """A TLS connection; its session is resumed from the second on, as that is cheap for an attacker."""
        name = name or self.name
        if name not in self._contexts:
            files = Credentials(f"{self.folder}/{name}.pem", f"{self.folder}/{name}.key", f"{self.folder}/ca.pem",
                                server="registry")
            self._contexts[name] = files.context()
        stream = self._contexts[name].wrap_socket(self.plain(), session=self._sessions.get(name))
        return stream

    def keep(self, stream: ssl.SSLSocket, name: str | None = None) -> None:
        self._sessions[name or self.name] = stream.session


class Peer:
    """A peer that has said HELLO and sends whatever an attack wants."""

    def __init__(self, target: Target, name: str | None = None) -> None:
        self.stream = target.secure(name)
        self.decoder = FrameDecoder()
        self.send(encode(Hello(ENVIRONMENT, "raw/1", Limits(calls=1))))
        self.frame()
        target.keep(self.stream, name)

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def send(self, *parts: bytes) -> None:
        try:
            self.stream.sendall(b"".join(parts))
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            # The server has ended it before it had read all; why can still be read.
            pass

    def frame(self) -> Frame | None:
        """The next one; nothing when the server has closed."""
        while True:
            try:
                found = self.decoder.next()
                if found is not None:
                    return found
                data = self.stream.recv(65_536)
            except (ConnectionResetError, ssl.SSLError, TimeoutError, WireFault):
                return None
            if not data:
                return None
            self.decoder.append(data)

    def fault(self) -> str:
        """The code of the ERROR that the server ends with; `closed` when its last bytes were lost."""
        while (found := self.frame()) is not None:
            if isinstance(found, Error):
                return found.code
        return "closed"

    def end(self, call: int) -> str:
        """How that call ends: its status and reason."""
        while (found := self.frame()) is not None:
            if isinstance(found, End) and found.call == call:
                return f"{found.status.code} {found.status.reason}".strip()
        return "closed"


def request(call: int, method: int, window: int = 131_136, assertion: bytes | None = None,
            metadata: tuple[tuple[str, bytes], ...] = (), deadline_ms: int = 600_000) -> bytes:
    if assertion is not None:
        metadata += (("tugi-assertion", assertion),)
    return encode(Request(call, method, deadline_ms, window, 65_600, metadata=metadata))


def message(call: int, payload: bytes = b"", last: bool = False) -> bytes:
    return encode(Message(call, WHOLE | (Flag.END_OF_REQUESTS if last else 0), payload, len(payload)))


def faulty(target: Target, *parts: bytes) -> str:
    with Peer(target) as peer:
        peer.send(*parts)
        return peer.fault()


# MARK: Credit and calls

def credit(target: Target) -> str:
    fragment = encode(Message(1, Flag.FIRST, bytes(60_000), 900_000))
    return faulty(target, request(1, UPLOAD, 65_536, target.assertion), fragment)


def empty_messages(target: Target) -> str:
    return faulty(target, request(1, UPLOAD, 64, target.assertion), message(1) * 5_000)


def credit_back(target: Target) -> str:
    return faulty(target, request(1, HOLD, assertion=target.assertion), encode(Credit(1, 2**31 - 1)))


def unread(target: Target) -> str:
    """Stays for a second with all that was sent to it unread."""
    with Peer(target) as peer:
        for call in range(1, 61):
            peer.send(request(call, STREAM, 128, target.assertion), message(call, NUMBER, last=True))
        peer.send(request(61, ECHO, 128, target.assertion), message(61, last=True))
        how = peer.end(61)
        time.sleep(1)
        return how


def handler_ends_early(target: Target) -> str:
    """Without an assertion the handler ends before it reads."""
    with Peer(target) as peer:
        how = ""
        for call in range(1, 101):
            peer.send(request(call, UPLOAD), message(call, bytes(60_000)))
            how = peer.end(call)
        return how


def cancelled_calls(target: Target) -> str:
    with Peer(target) as peer:
        for call in range(1, 65):
            peer.send(request(call, HOLD, 128, target.assertion), message(call, last=True), encode(Cancel(call)))
        peer.send(request(65, ECHO, 128, target.assertion), message(65, last=True))
        how = peer.end(65)
        # Sooner or later than the handlers of the others have returned.
        return "ok" if how == "resourceExhausted calls-running" else how


def cancel_flood(target: Target) -> str:
    return faulty(target, *(
        part for call in range(1, 2_001) for part in (
            request(call, HOLD, 128), message(call, last=True), encode(Cancel(call)))))


def refusal_flood(target: Target) -> str:
    return faulty(target, *(request(call, HOLD, 64) for call in range(1, 2_001)))


def windows_and_ids(target: Target) -> str:
    with Peer(target) as peer:
        peer.send(request(6, UPLOAD, 4 << 20, target.assertion), request(7, UPLOAD, 4 << 20, target.assertion))
        how = peer.end(7)
        if how != "resourceExhausted receive-budget":
            return how
        peer.send(request(7, HOLD))
        return peer.fault()


def late_frames(target: Target) -> str:
    return faulty(target, request(1, UNKNOWN), message(1, bytes(60_000)) * 30)


def no_deadline(target: Target) -> str:
    return faulty(target, request(1, ECHO, deadline_ms=0))


# MARK: Cheap frames

def pings(target: Target) -> str:
    return faulty(target, encode(Ping(bytes(8))) * 1_000)


def ignorable(target: Target) -> str:
    return faulty(target, frame(0xF1) * 1_000)


def tiny_fragments(target: Target) -> str:
    first = struct.pack(">I", 0x8000) + b"\x07"
    return faulty(target, request(1, UPLOAD, assertion=target.assertion), frame(Kind.MESSAGE, first, 1, Flag.FIRST))


def hellos(target: Target) -> str:
    return faulty(target, encode(Hello(ENVIRONMENT, "raw/1")))


def pongs(target: Target) -> str:
    return faulty(target, encode(Pong(bytes(8))))


# MARK: Lengths

def lengths(target: Target) -> str:
    """Four in turn; the name of the first that is not judged as it should be."""
    wrong = {
        "frame-too-large": frame(Kind.MESSAGE, call=1, length=2**32 - 1),
        "frame-too-large (request)": frame(Kind.REQUEST, call=1, length=16_385),
        "message-too-large": frame(Kind.MESSAGE, b"\xff\xff\xff\xff", 1, WHOLE),
        "frame-length": frame(Kind.REQUEST, struct.pack(">4I", ECHO, 1, 256, 256) + b"\x04\xff\xff", 1),
    }
    for expected, part in wrong.items():
        how = faulty(target, part)
        if how not in (expected.split(" ")[0], "closed"):
            return f"{expected}: {how}"
    return "frame-length"


def metadata(target: Target) -> str:
    entries = tuple((f"n{number}", bytes(50)) for number in range(200))
    return faulty(target, request(1, ECHO, metadata=entries))


def bombs(target: Target) -> str:
    """One that says how large it is, and one that does not."""
    def bomb(stream: bytes, plain: int) -> bytes:
        return encode(Message(1, WHOLE | Flag.COMPRESSED, stream, len(stream), plain))
    told = faulty(target, request(1, UPLOAD, assertion=target.assertion), bomb(bytes(1_000), 1 << 20))
    if told not in ("message-too-large", "closed"):
        return told
    stream = zlib.compress(bytes(1 << 20), 9)
    with Peer(target) as peer:
        peer.send(request(1, UPLOAD, assertion=target.assertion), bomb(stream, len(stream) * 20))
        return peer.end(1)


# MARK: Slowness and crowds

def slow(target: Target) -> str:
    """Half-open, half a ClientHello, half a frame: as many at once as one address may, and some more."""
    streams: list[socket.socket] = []
    begun = struct.pack(">IBBHI", 0xFFFF, Kind.MESSAGE, 1, 0, 1) + bytes(7)
    try:
        for number in range(60):
            try:
                if number % 6 == 0:
                    peer = Peer(target)
                    streams.append(peer.stream)
                    peer.send(request(1, HOLD), begun)
                    continue
                streams.append(target.plain())
                if number % 2:
                    streams[-1].sendall(bytes([0x16, 3, 1, 2, 0, 1]))
            except OSError:
                # Refused, or let go.
                continue
        time.sleep(0.5)
        return "held"
    finally:
        for stream in streams:
            stream.close()


def never_reads(target: Target) -> str:
    """Each request obliges an answer; in the end the server does not read either."""
    with Peer(target) as peer:
        peer.stream.settimeout(0.5)
        call = 1
        try:
            while call < 1_000_000:
                peer.stream.sendall(b"".join(request(call + more, UNKNOWN, 64) for more in range(500)))
                call += 500
        except TimeoutError:
            return "held"
        except OSError:
            return "closed"
        return "read"


def connection_flood(target: Target) -> str:
    """More than one address may open; those beyond are closed at once."""
    streams = [target.plain() for _ in range(150)]
    closed = 0
    for stream in reversed(streams):
        stream.settimeout(0.01)
        try:
            closed += stream.recv(1) == b""
        except TimeoutError:
            pass
        except OSError:
            closed += 1
        stream.close()
    return "refused" if closed >= 50 else f"only {closed} refused"


def handshakes(target: Target) -> str:
    """Full ones, and nothing after them."""
    target.secure("operator").close()
    return "done"


def monitoring(target: Target) -> str:
    """A municipality's system asks who is connected."""
    with Peer(target, "0901-school-records") as peer:
        how = ""
        for call in range(1, 101):
            peer.send(request(call, CONNECTIONS), message(call, last=True))
            how = peer.end(call)
        return how


# How the server has to end each; `closed`, when its last words were lost with the connection, is as good.
ATTACKS: dict[str, tuple[Callable[[Target], str], str]] = {
    "credit": (credit, "credit-exceeded"),
    "empty-messages": (empty_messages, "credit-exceeded"),
    "credit-back": (credit_back, "credit-overflow"),
    "unread": (unread, "ok"),
    "handler-ends-early": (handler_ends_early, "unauthenticated assertion-missing"),
    "cancelled-calls": (cancelled_calls, "ok"),
    "cancel-flood": (cancel_flood, "too-many-cancels"),
    "refusal-flood": (refusal_flood, "too-many-refusals"),
    "windows-and-ids": (windows_and_ids, "call-id"),
    "late-frames": (late_frames, "late-frames"),
    "no-deadline": (no_deadline, "field-malformed"),
    "pings": (pings, "too-many-control-frames"),
    "ignorable": (ignorable, "too-many-control-frames"),
    "tiny-fragments": (tiny_fragments, "fragment-length"),
    "hellos": (hellos, "frame-unexpected"),
    "pongs": (pongs, "frame-unexpected"),
    "lengths": (lengths, "frame-length"),
    "metadata": (metadata, "metadata-too-large"),
    "bombs": (bombs, "invalidArgument compression-broken"),
    "slow": (slow, "held"),
    "never-reads": (never_reads, "held"),
    "connection-flood": (connection_flood, "refused"),
    "handshakes": (handshakes, "done"),
    "monitoring": (monitoring, "permissionDenied introspection-not-allowed"),
}


def rounds(name: str, target: Target) -> Iterator[str]:
    """The attack again and again; each time how the server ended it."""
    attack, _ = ATTACKS[name]
    while True:
        try:
            yield attack(target)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            # Not let in: it came too often. Again, but not at once.
            time.sleep(0.05)
