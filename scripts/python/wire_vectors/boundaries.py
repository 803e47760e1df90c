"""Every number and length at its bounds: 0, 1, most - 1, most, most + 1; every reserved bit; known and unknown ids."""
from __future__ import annotations

from .layout import (
    CANCEL, COMPRESSED, CREDIT, END, END_OF_REQUESTS, ERROR, FIRST, GOAWAY, HALF_CLOSE, HELLO, LAST, MESSAGE, PING,
    PONG, REQUEST, field, frame, u8, u16, u32, u64,
)
from .recorder import Add

TOP31, TOP32, TOP64 = 2**31 - 1, 2**32 - 1, 2**64 - 1
KINDS = {HELLO: "hello", REQUEST: "request", MESSAGE: "message", HALF_CLOSE: "half-close", END: "end",
         CANCEL: "cancel", CREDIT: "credit", PING: "ping", PONG: "pong", GOAWAY: "goaway", ERROR: "error"}


def hello_fields(**other: bytes) -> bytes:
    values = {"versions": u16(1, 1), "features": u64(1), "environment": b"katse/1",
              "limits": u32(1048576, 64, 4198400, 8192, 32), "software": b"proov/1", **other}
    return b"TUGI" + b"".join(field(number, value) for number, value in enumerate(values.values(), 1))


# A whole good body of each kind, on which everything else is fine.
BODIES = {HELLO: hello_fields(), REQUEST: u32(0x0104, 10000, 65600, 65600), MESSAGE: u32(0), HALF_CLOSE: b"",
          END: bytes(8), CANCEL: u8(0), CREDIT: u32(1), PING: bytes(8), PONG: bytes(8), GOAWAY: u32(1, 0) + u8(0),
          ERROR: u16(5) + u32(0)}
OF_CALL = (REQUEST, MESSAGE, HALF_CLOSE, END, CANCEL, CREDIT)


def sound(kind: int, body: bytes, **header: int) -> bytes:
    """A frame of that kind with the right call id and flags for it."""
    good = {"call": 1 if kind in OF_CALL else 0, "flags": FIRST | LAST if kind == MESSAGE else 0}
    return frame(kind, body, **{**good, **header})


def vectors(add: Add) -> None:
    headers(add)
    lengths(add)
    hello(add)
    request(add)
    message(add)
    endings(add)
    small(add)
    unknown_ids(add)


def headers(add: Add) -> None:
    for kind, name in KINDS.items():
        body = BODIES[kind]
        add(f"{name} with the reserved bit of the call id", "3", sound(kind, body, call=0x80000000))
        add(f"{name} with {'no' if kind in OF_CALL else 'a'} call id", "3",
            sound(kind, body, call=0 if kind in OF_CALL else 1))
        if kind in OF_CALL:
            for call in (1, TOP31 - 1, TOP31):
                add(f"{name} of call {call}", "3", sound(kind, body, call=call))
        if kind != MESSAGE:
            for bit in range(8):
                add(f"{name} with flag bit {bit}", "3", sound(kind, body, flags=1 << bit))
    for bit in range(16):
        add(f"message with reserved bit {bit}", "3", sound(MESSAGE, u32(0), reserved=1 << bit))
    early(add)
    for kind in (0x00, 0x0C, 0x0D, 0x0F, 0x10, 0x1F, 0x20, 0x40, 0x7E):
        add(f"critical frame of kind 0x{kind:02x}", "3", frame(kind, b"x", 1, 1))
    for kind in (0x80, 0x81, 0x8B, 0xC0, 0xEF, *range(0xF0, 0x100)):
        add(f"ignorable frame of kind 0x{kind:02x}", "3", frame(kind, b"x", kind & 1, 0xFF))


def early(add: Add) -> None:
    """A header alone shows these: nobody waits for the body."""
    add("before its body: message with unknown flags", "3", frame(MESSAGE, call=1, flags=0x10, length=5000))
    add("before its body: message with COMPRESSED without FIRST", "3",
        frame(MESSAGE, call=1, flags=COMPRESSED, length=5000))
    add("before its body: first fragment too short", "3", frame(MESSAGE, call=1, flags=FIRST, length=4099))
    add("before its body: first compressed fragment too short", "3",
        frame(MESSAGE, call=1, flags=FIRST | COMPRESSED, length=4103))
    add("before its body: middle fragment too short", "3", frame(MESSAGE, call=1, length=4095))
    add("before its body: request with flags", "3", frame(REQUEST, call=1, flags=1, length=16))
    add("before its body: request without a call", "3", frame(REQUEST, length=16))
    add("before its body: hello of a call", "3", frame(HELLO, call=1, length=4))
    add("before its body: unknown critical frame", "3", frame(0x0C, length=100))
    add("before its body: ignorable frame with reserved bits", "3", frame(0xFA, reserved=1, length=100))


def lengths(add: Add) -> None:
    for kind, (least, most) in {HELLO: (4, 4096), REQUEST: (16, 16384), END: (8, 8192), GOAWAY: (9, 1024),
                                ERROR: (6, 1024)}.items():
        name, body = KINDS[kind], BODIES[kind]
        for length in (0, 1, least - 1):
            if length < least:
                add(f"{name} of {length} body bytes", "3", sound(kind, body[:length]))
        for length in (most - 1, most):
            add(f"{name} of {length} body bytes", "3", sound(kind, body + field(0x90, bytes(length - len(body) - 3))))
        for length in (most + 1, 65535, 65536, 65537, TOP31, TOP32):
            add(f"{name} that tells {length} body bytes", "3", sound(kind, b"", length=length))
    for kind, length in {HALF_CLOSE: 0, CANCEL: 1, CREDIT: 4, PING: 8, PONG: 8}.items():
        for wrong in {0, length - 1, length + 1, 65536} - {length, -1}:
            add(f"{KINDS[kind]} that tells {wrong} body bytes", "3", sound(kind, b"", length=wrong))
    add("ignorable frame of no byte", "3", frame(0xFB))
    add("ignorable frame of 5,000 bytes", "3", frame(0xFB, bytes(5000)))


def hello(add: Add) -> None:
    for low, high in ((0, 0), (0, 1), (1, 1), (1, 2), (1, 65535), (2, 1), (65534, 65535), (65535, 65535), (65535, 1)):
        add(f"hello: versions {low} to {high}", "4", sound(HELLO, hello_fields(versions=u16(low, high))))
    for bits in (0, 1, 2, 1 << 48, 1 << 63, TOP64 - 1, TOP64):
        add(f"hello: features 0x{bits:x}", "4", sound(HELLO, hello_fields(features=u64(bits))))
    for name in ("environment", "software"):
        for length in (0, 1, 63, 64, 65):
            add(f"hello: {name} of {length} bytes", "4", sound(HELLO, hello_fields(**{name: b"e" * length})))
        add(f"hello: {name} of broken UTF-8", "3.1", sound(HELLO, hello_fields(**{name: b"a\xc3\x28\xff"})))
    sample = {"message bytes": 1048576, "running calls": 64, "receive budget": 4198400, "metadata bytes": 8192,
              "metadata entries": 32}
    values = {"message bytes": (0, 1, 4194303, 4194304, 4194305, TOP32), "running calls": (0, 1, TOP32 - 1, TOP32),
              "receive budget": (0, 1, TOP31 - 1, TOP31, TOP31 + 1), "metadata bytes": (0, 1, TOP32 - 1, TOP32),
              "metadata entries": (0, 1, TOP32 - 1, TOP32)}
    for name, numbers in values.items():
        for number in numbers:
            add(f"hello: limit of {name} {number}", "4",
                sound(HELLO, hello_fields(limits=u32(*{**sample, name: number}.values()))))
    wrong = {"versions": (0, 3, 5), "features": (0, 7, 9), "limits": (0, 19, 21, 24)}
    for name, sizes in wrong.items():
        for size in sizes:
            add(f"hello: {name} field of {size} bytes", "4", sound(HELLO, hello_fields(**{name: b"\x01" * size})))
    fields = [field(1, u16(1, 1)), field(2, u64(1)), field(3, b"e"), field(4, u32(1, 1, 1, 1, 1)), field(5, b"s")]
    for missing in range(5):
        kept = [value for number, value in enumerate(fields) if number != missing]
        add(f"hello: field {missing + 1} is missing", "4", sound(HELLO, b"TUGI" + b"".join(kept)))
    for number in range(5):
        twice = fields[:number + 1] + fields[number:]
        add(f"hello: field {number + 1} twice", "3.1", sound(HELLO, b"TUGI" + b"".join(twice)))
    for at, byte in ((0, 0x74), (3, 0x4A)):
        magic = bytearray(b"TUGI")
        magic[at] = byte
        add(f"hello: magic wrong in byte {at}", "4", sound(HELLO, bytes(magic) + hello_fields()[4:]))


def request(add: Add) -> None:
    numbers = {"method": (0, 1, TOP32 - 1, TOP32), "deadline": (0, 1, TOP32 - 1, TOP32),
               "request window": (0, 1, 63, 64, 65, TOP31 - 1, TOP31, TOP31 + 1, TOP32),
               "response window": (0, 1, 63, 64, 65, TOP31 - 1, TOP31, TOP31 + 1, TOP32)}
    sample = {"method": 0x0104, "deadline": 10000, "request window": 65600, "response window": 65600}
    for name, values in numbers.items():
        for value in values:
            add(f"request: {name} {value}", "5.1", sound(REQUEST, u32(*{**sample, name: value}.values())))
    fixed = BODIES[REQUEST]
    for size in (0, 1, 15, 16, 17):
        add(f"request: operation of {size} bytes", "5.1", sound(REQUEST, fixed + field(1, bytes(size))))
    for attempt in (0, 1, 2, 254, 255):
        add(f"request: attempt {attempt}", "5.1", sound(REQUEST, fixed + field(2, u8(attempt))))
    for size in (0, 2):
        add(f"request: attempt of {size} bytes", "5.1", sound(REQUEST, fixed + field(2, bytes(size))))
    for size in (0, 1, 24, 25, 26):
        add(f"request: trace of {size} bytes", "5.1", sound(REQUEST, fixed + field(3, b"\x01" * size)))
    for size in (0, 1, 63, 64, 65, 255):
        add(f"request: metadata name of {size} bytes", "5.1",
            sound(REQUEST, fixed + field(4, u8(size) + b"n" * size + b"v")))
    add("request: metadata name of every byte allowed", "5.1",
        sound(REQUEST, fixed + field(4, u8(39) + b"abcdefghijklmnopqrstuvwxyz0123456789-._v")))
    for byte in (0x00, 0x20, 0x2C, 0x2F, 0x3A, 0x40, 0x41, 0x5A, 0x5E, 0x60, 0x7B, 0x7F, 0x80, 0xFF):
        add(f"request: metadata name with byte 0x{byte:02x}", "5.1",
            sound(REQUEST, fixed + field(4, u8(2, 0x61, byte) + b"v")))
    for size in (8190, 8191, 8192):
        add(f"request: metadata of {size + 1} bytes", "7", sound(REQUEST, fixed + field(4, b"\x01n" + bytes(size))))
    for count in (31, 32, 33):
        add(f"request: {count} entries", "7", sound(REQUEST, fixed + field(4, b"\x01n") * count))
    add("request: metadata, then a trace", "3.1", sound(REQUEST, fixed + field(4, b"\x01n") + field(3, bytes(25))))
    add("request: metadata after an ignorable field", "3.1",
        sound(REQUEST, fixed + field(4, b"\x01n") + field(0x84, b"") + field(4, b"\x01n")))


def message(add: Add) -> None:
    for flags in range(16):
        body = (u32(4096, 8000) if flags & COMPRESSED else u32(4096) if flags & FIRST else b"") + bytes(4096)
        add(f"message with flags 0x{flags:x}", "5.2", frame(MESSAGE, body, 1, flags))
    for size in (0, 1, 4095, 4096, 4097, 65532):
        add(f"whole message of {size} bytes", "5.2", sound(MESSAGE, u32(size) + bytes(size)))
    for size in (4095, 4096, 4097):
        add(f"first fragment with {size} bytes of payload", "5.2", frame(MESSAGE, u32(9000) + bytes(size), 1, FIRST))
        add(f"middle fragment with {size} bytes of payload", "5.2", frame(MESSAGE, bytes(size), 1, 0))
        add(f"first compressed fragment with {size} bytes of payload", "5.2",
            frame(MESSAGE, u32(9000, 9001) + bytes(size), 1, FIRST | COMPRESSED))
    for length in (0, 4095, 4096, 4097, 1048575, 1048576, 1048577, TOP32):
        add(f"first fragment of a message of {length} bytes", "5.2",
            frame(MESSAGE, u32(length) + bytes(4096), 1, FIRST))
    for length, plain in ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (1, 20), (1, 21), (100, 99), (100, 100), (100, 101),
                          (100, 1999), (100, 2000), (100, 2001), (100, TOP32)):
        add(f"compressed message of {length} bytes, {plain} plain", "5.3",
            frame(MESSAGE, u32(length, plain) + bytes(length), 1, FIRST | LAST | COMPRESSED))
    for plain in (1048575, 1048576, 1048577):
        add(f"compressed message of 60,000 bytes, {plain} plain", "5.3",
            frame(MESSAGE, u32(60000, plain) + bytes(4096), 1, FIRST | COMPRESSED))
    add("whole message, too large and of a wrong length", "5.2", sound(MESSAGE, u32(1048577) + b"a"))
    add("last fragment with END_OF_REQUESTS and nothing", "5.2", frame(MESSAGE, b"", 1, LAST | END_OF_REQUESTS))


def endings(add: Add) -> None:
    for status in (17, 18, 127, 128, 254, 255):
        add(f"end: status {status}", "8", sound(END, u8(status, 0) + u16(0) + u32(0)))
    for advice in (0, 1, 2, 3, 4, 254, 255):
        for milliseconds in (0, 1, TOP32):
            add(f"end: advice {advice}, {milliseconds} ms", "8",
                sound(END, u8(14, advice) + u16(0) + u32(milliseconds)))
    for bit in range(16):
        add(f"end: reserved bit {bit}", "8", sound(END, u8(0, 0) + u16(1 << bit) + u32(0)))
    for number, name, most in ((1, "reason", 64), (2, "message", 1024), (3, "details", 4096)):
        for size in (0, 1, most - 1, most, most + 1):
            add(f"end: {name} of {size} bytes", "8", sound(END, bytes(8) + field(number, b"r" * size)))
        add(f"end: {name} twice", "3.1", sound(END, bytes(8) + field(number, b"r") * 2))
    add("end: message before reason", "3.1", sound(END, bytes(8) + field(2, b"m") + field(1, b"r")))
    for name, value in (("reason", 1), ("message", 2)):
        add(f"end: {name} of broken UTF-8", "3.1", sound(END, bytes(8) + field(value, b"\xe4\xff")))


def small(add: Add) -> None:
    for reason in (0, 1, 2, 3, 254, 255):
        add(f"cancel: reason {reason}", "5.5", sound(CANCEL, u8(reason)))
    for size in (0, 1, 2, TOP31 - 1, TOP31, TOP31 + 1, TOP32):
        add(f"credit of {size}", "5.4", sound(CREDIT, u32(size)))
    for bits in (0, 1, TOP64 - 1, TOP64):
        add(f"ping 0x{bits:x}", "6.1", sound(PING, u64(bits)))
        add(f"pong 0x{bits:x}", "6.1", sound(PONG, u64(bits)))
    for last in (0, 1, TOP31 - 1, TOP31, TOP31 + 1, TOP32):
        add(f"goaway: last call {last}", "6.2", sound(GOAWAY, u32(last, 0) + u8(0)))
    for grace in (0, 1, TOP32 - 1, TOP32):
        add(f"goaway: grace {grace}", "6.2", sound(GOAWAY, u32(1, grace) + u8(0)))
    for reason in (0, 4, 5, 255):
        add(f"goaway: reason {reason}", "6.2", sound(GOAWAY, u32(1, 0) + u8(reason)))
    for code in (*range(27), 65535):
        add(f"error: code {code}", "9", sound(ERROR, u16(code) + u32(0)))
    for offset in (0, 1, 65547, TOP32):
        add(f"error: offset {offset}", "6.3", sound(ERROR, u16(6) + u32(offset)))
    for kind in (GOAWAY, ERROR):
        for size in (0, 1, 255, 256, 257):
            add(f"{KINDS[kind]}: message of {size} bytes", "6.2", sound(kind, BODIES[kind] + field(1, b"w" * size)))
        add(f"{KINDS[kind]}: message twice", "3.1", sound(kind, BODIES[kind] + field(1, b"w") * 2))


def unknown_ids(add: Add) -> None:
    for kind in (HELLO, REQUEST, END, GOAWAY, ERROR):
        name, body = KINDS[kind], BODIES[kind]
        for number in (0x00, 0x06, 0x10, 0x7F):
            add(f"{name} with critical field 0x{number:02x}", "3.1", sound(kind, body + field(number, b"x")))
        for number in (0x80, 0xEF, 0xF0, 0xFA, 0xFE, 0xFF):
            add(f"{name} with ignorable field 0x{number:02x}", "12", sound(kind, body + field(number, b"x")))
        add(f"{name} with an ignorable field twice", "3.1", sound(kind, body + field(0x80, b"") * 2))
        add(f"{name} with ignorable fields that descend", "3.1",
            sound(kind, body + field(0x81, b"") + field(0x80, b"")))
        add(f"{name} with a known field after an ignorable one", "3.1",
            sound(kind, body + field(0x80, b"") + field(1, b"")))
        add(f"{name} with all GREASE fields", "12",
            sound(kind, body + b"".join(field(number, u8(number)) for number in range(0xF0, 0xFF))))
        add(f"{name} with a critical field that sticks out", "3.1", sound(kind, body + b"\x10\x00\x02x"))
        add(f"{name} with an ignorable field that sticks out", "3.1", sound(kind, body + b"\x80\x00\x02x"))
        add(f"{name} with a descending field that sticks out", "3.1",
            sound(kind, body + field(0x81, b"") + b"\x80\x00\x02x"))
        add(f"{name} ending after a critical id", "3.1", sound(kind, body + b"\x10"))
