"""All cases."""
from __future__ import annotations

from . import (
    builtin, calls, compression, credit, errors, frames_fields, frames_header, grpc_negative, grpc_streams,
    grpc_unary, hello, leaving, limits, messages, pair, places, states, status, tls_cases,
)
from .registry import CASES

# Importing a file of cases adds them.
__all__ = [
    "ALL", "builtin", "calls", "compression", "credit", "errors", "frames_fields", "frames_header",
    "grpc_negative", "grpc_streams", "grpc_unary", "hello", "leaving", "limits", "messages", "pair", "places",
    "states", "status", "tls_cases",
]

ALL = CASES
