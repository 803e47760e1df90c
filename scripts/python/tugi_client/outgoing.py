"""Frames on their way out: long messages of several calls take turns, and nothing else waits for them (section 5.2)."""
from __future__ import annotations

from collections import deque

from tugi_wire.encoder import encode
from tugi_wire.frames import Cancel, Error, Flag, Frame, HalfClose, Message


class Outgoing:
    def __init__(self) -> None:
        self._now: list[Frame] = []
        # What is left of calls' long messages, and what must come after it; in the order of their turns.
        self._later: dict[int, deque[Frame]] = {}

    def add(self, frame: Frame) -> None:
        if isinstance(frame, (Message, HalfClose)):
            whole = isinstance(frame, HalfClose) or frame.flags & Flag.FIRST and frame.flags & Flag.LAST
            if frame.call in self._later or not whole:
                self._later.setdefault(frame.call, deque()).append(frame)
                return
        elif isinstance(frame, Cancel):
            self.drop(frame.call)
        elif isinstance(frame, Error):
            self._later.clear()
        self._now.append(frame)

    def drop(self, call: int) -> None:
        """Nothing more is sent in that call."""
        self._later.pop(call, None)

    def holds(self, call: int) -> bool:
        """A part of the call's message has not left yet."""
        return call in self._later

    @property
    def has_later(self) -> bool:
        return bool(self._later)

    def now(self) -> bytes:
        """All that does not wait."""
        frames, self._now = self._now, []
        return b"".join(encode(frame) for frame in frames)

    def turn(self) -> bytes:
        """One frame of the call whose turn it is."""
        call, frames = next(iter(self._later.items()))
        frame = frames.popleft()
        del self._later[call]
        if frames:
            self._later[call] = frames
        return encode(frame)
