"""Operation ids: UUID version 7, made before the first try and the same in each."""
from __future__ import annotations

import os
import time
import uuid


def new_operation() -> uuid.UUID:
    milliseconds = time.time_ns() // 1_000_000
    value = bytearray(milliseconds.to_bytes(6, "big") + os.urandom(10))
    value[6] = value[6] & 0x0F | 0x70
    value[8] = value[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(value))
