"""Faults: how a connection ends (wire.md, section 9)."""
from __future__ import annotations

CODES = (
    "unknown", "bad-magic", "version-unsupported", "environment-mismatch", "hello-expected", "frame-too-large",
    "frame-length", "reserved-bits", "frame-type-unknown", "call-id", "field-unknown", "field-order", "field-missing",
    "field-malformed", "metadata-too-large", "frame-unexpected", "fragment-order", "fragment-length",
    "message-too-large", "credit-exceeded", "credit-overflow", "too-many-cancels", "too-many-refusals",
    "too-many-control-frames", "late-frames", "timeout",
)


class WireFault(Exception):
    """The peer broke a rule: ERROR is sent, nothing more is read, the connection closes."""

    def __init__(self, name: str, offset: int = 0) -> None:
        super().__init__(f"{name} at {offset}")
        self.name = name
        self.offset = offset

    @property
    def code(self) -> int:
        return CODES.index(self.name)


def name_of(code: int) -> str:
    """The name of a code; unknown codes read as 0."""
    return CODES[code] if code < len(CODES) else CODES[0]
