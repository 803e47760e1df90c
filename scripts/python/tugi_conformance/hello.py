"""Section 4: HELLO."""
from __future__ import annotations

import struct
from collections.abc import Callable

from tugi_wire.encoder import encode, field, frame
from tugi_wire.frames import (
    Cancel, Credit, End, Error, Flag, Frame, GoAway, HalfClose, Hello, Ignorable, Kind, Limits, Message, Ping, Pong, Request,
    Status,
)

from .peer import check as well
from .peer import equal, hello
from .registry import BOTH, CLIENT, SERVER, add, case
from .session import Session

EXPECTED = "Any other first frame: fault `hello-expected` (an ERROR is taken as such)."
MISSING = "A field that must be there and is not: `field-missing`."
FIELDS = {1: struct.pack(">HH", 1, 1), 2: bytes(8), 3: b"laane-viru.example/conformance",
          4: struct.pack(">5I", *Limits().numbers()), 5: b"tugi_conformance/1"}
NAMES = {1: "versions", 2: "features", 3: "environment", 4: "limits", 5: "software"}


def body(magic: int = 0x54554749, **changed: bytes | None) -> bytes:
    values = {number: changed.get(name, FIELDS[number]) for number, name in NAMES.items()}
    return struct.pack(">I", magic) + b"".join(field(number, value) for number, value in values.items()
                                              if value is not None)


def value_at(name: str) -> int:
    """Where the value of that field begins in a frame whose fields before it are as usual."""
    at = 16
    for number, one in NAMES.items():
        if one == name:
            return at + 3
        at += 3 + len(FIELDS[number])
    raise KeyError(name)


def faulty(name: str, rule: str, data: bytes, code: str, offset: int, section: str = "4") -> None:
    async def check(s: Session) -> str:
        peer = await s.peer(greet=False)
        await peer.expect(Hello)
        peer.send(data)
        return await peer.fault(code, offset)
    add(f"hello/{name}", section, rule, BOTH, check)


for number, name in NAMES.items():
    data = frame(Kind.HELLO, body(**{name: None}))
    faulty(f"missing/{name}", MISSING, data, "field-missing", len(data))
faulty("bad-magic", "Fixed part: u32 magic `0x54554749` (\"TUGI\"); else `bad-magic`.", frame(Kind.HELLO, body(0x54554747)),
       "bad-magic", 12)
faulty("bad-magic-before-fields", "Fixed part: u32 magic `0x54554749` (\"TUGI\"); else `bad-magic`.",
       frame(Kind.HELLO, b"HTTP\x00"), "bad-magic", 12)

MALFORMED: dict[str, tuple[str, bytes]] = {
    "versions-3-bytes": ("versions", b"\0\1\0"), "versions-5-bytes": ("versions", b"\0\1\0\1\0"),
    "versions-lowest-0": ("versions", struct.pack(">HH", 0, 1)),
    "versions-lowest-above-highest": ("versions", struct.pack(">HH", 2, 1)),
    "features-7-bytes": ("features", bytes(7)), "features-9-bytes": ("features", bytes(9)),
    "environment-empty": ("environment", b""), "environment-65-bytes": ("environment", b"e" * 65),
    "limits-19-bytes": ("limits", bytes(19)), "limits-24-bytes": ("limits", bytes(24)),
    "limits-message-over-4-mib": ("limits", struct.pack(">5I", 4_194_305, 1, 1, 1, 1)),
    "limits-no-calls": ("limits", struct.pack(">5I", 1, 0, 1, 1, 1)),
    "limits-budget-2-to-the-31": ("limits", struct.pack(">5I", 1, 1, 2**31, 1, 1)),
    "software-empty": ("software", b""), "software-65-bytes": ("software", b"s" * 65),
}
for name, (where, value) in MALFORMED.items():
    faulty(f"malformed/{name}", "A value whose length or content is not as stated here: `field-malformed`",
           frame(Kind.HELLO, body(**{where: value})), "field-malformed", value_at(where), "3.1")

faulty("version-unsupported", "The version used is the highest that both speak; if there is none: `version-unsupported`.",
       encode(hello(versions=(2, 3))), "version-unsupported", 0)
ENVIRONMENT = "Then, environments that differ in a single byte: `environment-mismatch`"
faulty("environment-mismatch", ENVIRONMENT, encode(hello(environment="laane-viru.example/conformancf")),
       "environment-mismatch", 0)
faulty("environment-longer", ENVIRONMENT, encode(hello(environment="laane-viru.example/conformance ")),
       "environment-mismatch", 0)
faulty("version-before-environment", ENVIRONMENT, encode(hello(versions=(9, 9), environment="other")),
       "version-unsupported", 0)

FIRST: dict[str, Frame] = {
    "request": Request(1, 0x7E01, 1_000, 1_088, 1_088), "message": Message(1, Flag.FIRST | Flag.LAST, b"", 0, 0),
    "half-close": HalfClose(1), "end": End(1, Status()), "cancel": Cancel(1), "credit": Credit(1, 1),
    "ping": Ping(bytes(8)), "pong": Pong(bytes(8)), "goaway": GoAway(1), "ignorable": Ignorable(0xF0)}
for name, first in FIRST.items():
    faulty(f"expected/{name}", EXPECTED, encode(first), "hello-expected", 4)


@case("hello/error-instead", "4", EXPECTED, BOTH)
async def error_instead(s: Session) -> str:
    peer = await s.peer(greet=False)
    await peer.expect(Hello)
    peer.send(Error("environment-mismatch"))
    await peer.closed()
    return "closed without an answer"


@case("hello/second", "4", "A second HELLO: `frame-unexpected`.", BOTH)
async def second(s: Session) -> str:
    peer, _ = await s.stream()
    peer.send(hello())
    return await peer.fault("frame-unexpected", 4)


@case("hello/without-waiting", "4",
      "Both sides send HELLO as their first frame, without waiting for the other's", BOTH)
async def without_waiting(s: Session) -> str:
    peer = await s.peer(greet=False)
    theirs = await peer.expect(Hello)
    return f"{theirs.software} speaks first"


@case("hello/nothing-before-the-server-has-spoken", "4",
      "A client MUST have read the server's HELLO before it sends anything else.", CLIENT)
async def nothing_before(s: Session) -> str:
    # The call waits already when the connection comes: what the client sends after its HELLO is seen with ours.
    peer = await s.peer(greet=False)
    await peer.expect(Hello)
    equal(peer.decoder.buffered_bytes, 0, "bytes after HELLO")
    peer.send(hello())
    await peer.expect(Request)
    return "REQUEST comes after our HELLO"


def taken(name: str, rule: str, mine: Callable[[], Hello], section: str = "4") -> None:
    async def check(s: Session) -> str:
        peer, _ = await s.stream(mine())
        return await peer.alive()
    add(f"hello/taken/{name}", section, rule, BOTH, check)


taken("versions-1-to-9", "The version used is the highest that both speak", lambda: hello(versions=(1, 9)))
taken("versions-1-to-65535", "The version used is the highest that both speak", lambda: hello(versions=(1, 65_535)))
taken("unknown-features", "Unknown bits mean nothing; a feature is on when both sides set it",
      lambda: hello(features=0xFFFF_FFFF_FFFF_FFFF))
taken("no-features", "Unknown bits mean nothing; a feature is on when both sides set it", lambda: hello(features=0))
taken("grease-features", "Feature bits 48 to 63 are never given a meaning and MAY be set at random.",
      lambda: hello(features=1 | 0xABCD << 48), "12")
taken("grease-field", "Field ids and frame kinds 0xF0 to 0xFE are never given a meaning.", lambda: hello(grease=b"\0\1\2"), "12")
taken("software-64-bytes", "text, 1 to 64 bytes: program and version, for operators; nothing is decided by it",
      lambda: hello(software="s" * 64))
taken("software-1-byte", "text, 1 to 64 bytes: program and version, for operators; nothing is decided by it",
      lambda: hello(software="s"))
taken("largest-limits", "Larger numbers than section 5.1 allows a call are no fault, and give no right to more.",
      lambda: hello(Limits(4_194_304, 2**32 - 1, 2**31 - 1, 2**32 - 1, 2**32 - 1)))


@case("hello/limits-of-a-client-for-calls-mean-nothing", "4",
      "A client's running calls and metadata mean nothing (servers make no calls)", SERVER)
async def client_limits_mean_nothing(s: Session) -> str:
    peer = await s.connect(hello(Limits(calls=1, metadata_bytes=0, metadata_entries=0)))
    calls = [peer.request(s.method("EmptyCall"), window=1_088, response_window=1_088, metadata=(("a", b"b"),))
             for _ in range(3)]
    for call in calls:
        peer.message(call, b"", ends=True)
    for call in calls:
        _, end = await peer.answer(call)
        equal(end.status.code, "ok", "END")
    return "three calls with metadata at once"


@case("hello/what-it-says", "4", "LIMITS are what the sender receives; the other side keeps to them.", BOTH)
async def what_it_says(s: Session) -> str:
    peer, _ = await s.stream()
    theirs = peer.hello_of_subject
    equal((theirs.versions, theirs.environment), ((1, 1), "laane-viru.example/conformance"), "versions and environment")
    well(theirs.features & 1 == 1, "zlib is not offered")
    well(theirs.features & 0x0000_FFFF_FFFF_FFFE == 0, f"features {theirs.features:x} have bits without a meaning")
    equal(theirs.limits, Limits(), "limits that differ from section 7")
    return theirs.software
