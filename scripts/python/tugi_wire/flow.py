"""Credit (section 5.4), rate budgets (section 7) and messages put together from fragments (sections 5.2 and 5.3)."""
from __future__ import annotations

import zlib
from collections import deque

from .faults import WireFault
from .frames import FRAME_BYTES_MAX, OVERHEAD, Flag, Message


class Window:
    """The credit for the messages of one direction of a call: at the start the whole window."""

    def __init__(self, window: int) -> None:
        self.window = window
        self.open = window

    def spend(self, plain_bytes: int) -> None:
        """By the receiver, for a message that came."""
        if plain_bytes + OVERHEAD > self.open:
            raise WireFault("credit-exceeded", 12)
        self.open -= plain_bytes + OVERHEAD

    def give(self, amount: int) -> None:
        """What comes back is never more than what was used."""
        if amount > self.window - self.open:
            raise WireFault("credit-overflow", 12)
        self.open += amount


class Rate:
    """So many in so many milliseconds; the next one is a fault."""

    def __init__(self, most: int, span_ms: int, fault: str) -> None:
        self.most, self.span_ms, self.fault = most, span_ms, fault
        self.times: deque[int] = deque()

    def count(self, now_ms: int) -> None:
        while self.times and self.times[0] <= now_ms - self.span_ms:
            self.times.popleft()
        if len(self.times) == self.most:
            raise WireFault(self.fault, 0)
        self.times.append(now_ms)


class BrokenMessage(Exception):
    """The call's fault, not the connection's: `compression-broken`."""


class Assembly:
    """Puts the fragments of one direction of a call together."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.first: Message | None = None
        self.payload = bytearray()

    @property
    def is_inside(self) -> bool:
        return self.first is not None

    @property
    def missing_bytes(self) -> int:
        return self.first.message_bytes - len(self.payload) if self.first else 0

    def begin(self, fragment: Message) -> None:
        """Judges a fragment's place and credit. The plain length is known now, before anything is kept."""
        if (Flag.FIRST in fragment.flags) == self.is_inside:
            raise WireFault("fragment-order", 5)
        if Flag.FIRST in fragment.flags:
            self.window.spend(fragment.plain_bytes)
            self.first, self.payload = fragment, bytearray()

    def add(self, fragment: Message) -> bytes | None:
        """The message when it is complete."""
        assert self.first is not None
        self.payload += fragment.payload
        whole = len(self.payload) == self.first.message_bytes
        if len(self.payload) > self.first.message_bytes or whole != (Flag.LAST in fragment.flags):
            raise WireFault("fragment-length", 0)
        if not whole:
            return None
        first, self.first = self.first, None
        if Flag.COMPRESSED not in first.flags:
            return bytes(self.payload)
        return inflate(bytes(self.payload), first.plain_bytes)


def inflate(data: bytes, plain_bytes: int) -> bytes:
    """One whole zlib stream; not a byte beyond the plain length is made."""
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(data, plain_bytes)
        # The checksum may still be unread when the last byte is out.
        rest = stream.decompress(stream.unconsumed_tail, 1) if not stream.eof else b""
    except zlib.error as error:
        raise BrokenMessage(str(error)) from None
    if len(plain) != plain_bytes or rest or not stream.eof or stream.unused_data:
        raise BrokenMessage("the stream is shorter or longer than it says")
    return plain


def deflate(plain: bytes) -> bytes | None:
    """None where compression gains nothing or passes the bound of growth: then the message stays plain."""
    data = zlib.compress(plain)
    return data if len(data) < len(plain) <= 20 * len(data) else None


def fragments(call: int, plain: bytes, compress: bool = False, ends: bool = False) -> list[Message]:
    """A message as frames, each filled; `ends`: no request message follows."""
    data = deflate(plain) if compress else None
    flags = Flag.FIRST | (Flag.COMPRESSED if data is not None else Flag(0))
    sent = plain if data is None else data
    room = FRAME_BYTES_MAX - (4 if data is None else 8)
    result, at = [], 0
    while True:
        part = sent[at:at + room]
        at += len(part)
        if at == len(sent):
            flags |= Flag.LAST | (Flag.END_OF_REQUESTS if ends else Flag(0))
        first = Flag.FIRST in flags
        result.append(Message(call, flags, part, len(sent) if first else 0, len(plain) if first else 0))
        if at == len(sent):
            return result
        flags, room = Flag(0), FRAME_BYTES_MAX
