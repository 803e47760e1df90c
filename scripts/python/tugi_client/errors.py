"""How a call failed: the status that the server told, or what this side found."""
from __future__ import annotations

from tugi_wire.frames import Status


class CallError(Exception):
    """`status.code` as in wire.md, section 8; `status.reason` for programs, `status.message` for people."""

    def __init__(self, status: Status) -> None:
        super().__init__(f"{status.code} ({status.reason or 'no reason told'}): {status.message}")
        self.status = status

    @property
    def never_seen(self) -> bool:
        """No part of the service saw the call: always safe to make again."""
        return self.status.advice == "neverSeen"


def unavailable(reason: str, message: str, never_seen: bool = False) -> CallError:
    return CallError(Status("unavailable", "neverSeen" if never_seen else "doNot", reason=reason, message=message))


def too_large(reason: str, message: str) -> CallError:
    """Beyond what the server ever takes; nothing was sent of it."""
    return CallError(Status("resourceExhausted", reason=reason, message=message))
