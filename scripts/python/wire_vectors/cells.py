"""One short transcript for every cell of the four tables: bring the machine into the state, give the input."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tugi_wire.frames import (
    NOTICE_PING, Cancel, Credit, End, Error, Flag, Frame, GoAway, HalfClose, Hello, Ignorable, Message, Ping, Pong,
    Status,
)
from tugi_wire.tables import TABLES

from .scene import ENVIRONMENT, OK, RESPONSE_MAX, Scene, request

WHOLE = Flag.FIRST | Flag.LAST


def message(call: int, payload: bytes = b"\x08\x01", flags: Flag = WHOLE) -> Message:
    first = Flag.FIRST in flags
    return Message(call, flags, payload, len(payload) if first else 0, len(payload) if first else 0)


def frames_for(call: int) -> dict[str, Frame]:
    return {"HELLO": Hello(ENVIRONMENT, "vastas/1"), "REQUEST": request(call), "MESSAGE": message(call),
            "HALF_CLOSE": HalfClose(call), "CREDIT": Credit(call, 66), "CANCEL": Cancel(call), "END": End(call, OK),
            "PING": Ping(bytes(8)), "PONG": Pong(bytes(8)), "GOAWAY": GoAway(0), "ERROR": Error("timeout"),
            "ignorable frame": Ignorable(0xFA, b"?")}


# How to come into a state, and with which call its inputs are given.
def begun(s: Scene) -> Scene:
    return s.hello().receive(request(1))


def server_call_running(s: Scene) -> None:
    begun(s)
    s.act("send", call=1, payload=b"\x08\x01")


def server_call_half_closed(s: Scene) -> None:
    server_call_running(s)
    s.receive(HalfClose(1))


def server_call_cancelled(s: Scene) -> None:
    server_call_running(s)
    s.receive(Cancel(1))


def server_call_ended(s: Scene) -> None:
    server_call_running(s)
    s.act("end", call=1, status=OK)


def server_call_over(s: Scene) -> None:
    server_call_ended(s)
    s.act("handlerReturns", call=1, status=OK)


def notice_given(s: Scene) -> None:
    begun(s)
    s.act("leave", graceMilliseconds=5_000, reason="shutdown")


def draining(s: Scene) -> None:
    notice_given(s)
    s.receive(Pong(NOTICE_PING))


def called(s: Scene) -> Scene:
    s.hello()
    return s.act("call", request=request(0), responseBytesMax=RESPONSE_MAX)


def client_call_open(s: Scene) -> None:
    called(s)
    s.act("send", call=1, payload=b"\x08\x01")


def client_call_half_closed(s: Scene) -> None:
    client_call_open(s)
    s.act("halfClose", call=1)


def client_call_cancelled(s: Scene) -> None:
    client_call_open(s)
    s.act("cancel", call=1)


def client_call_over(s: Scene) -> None:
    client_call_open(s)
    s.receive(End(1, OK))


def leaving(s: Scene) -> None:
    called(s)
    s.receive(GoAway(2**31 - 1, 5_000, "shutdown"))


Setup = Callable[[Scene], object]
STATES: dict[str, dict[str, tuple[Setup, int]]] = {
    "server connection": {"awaiting HELLO": (lambda s: None, 1), "open": (Scene.hello, 1),
                          "notice given": (notice_given, 2), "draining": (draining, 2)},
    "server call": {"never begun": (Scene.hello, 1), "running": (server_call_running, 1),
                    "half-closed": (server_call_half_closed, 1), "cancelled": (server_call_cancelled, 1),
                    "ended": (server_call_ended, 1), "over": (server_call_over, 1)},
    "client connection": {"awaiting HELLO": (lambda s: None, 1), "open": (Scene.hello, 1), "leaving": (leaving, 1)},
    "client call": {"not open": (Scene.hello, 1), "open": (client_call_open, 1),
                    "half-closed": (client_call_half_closed, 1), "cancelled": (client_call_cancelled, 1),
                    "over": (client_call_over, 1)},
}

ACTS: dict[str, Callable[[Scene, int], Any]] = {
    "peer closes": lambda s, call: s.act("peerCloses"),
    "connection ends": lambda s, call: s.act("peerCloses"),
    "HELLO is late": lambda s, call: s.act("helloIsLate"),
    "leave": lambda s, call: s.act("leave"),
    "patience ends": lambda s, call: s.act("patienceEnds"),
    "last handler returned": lambda s, call: s.act("handlerReturns", call=1, status=OK),
    "handler sends": lambda s, call: s.act("send", call=call, payload=b"\x08\x02"),
    "handler takes a message": lambda s, call: s.act("take", call=call, bytes=2),
    "handler ends it": lambda s, call: s.act("end", call=call, status=Status("notFound", reason="child-unknown")),
    "deadline passes": lambda s, call: s.act("deadlinePasses", call=call),
    "handler returns": lambda s, call: s.act("handlerReturns", call=call, status=Status("cancelled")),
    "call": lambda s, call: s.act("call", request=request(0), responseBytesMax=RESPONSE_MAX),
    "last call is over": lambda s, call: s.receive(End(1, OK)),
    "caller sends": lambda s, call: s.act("send", call=call, payload=b"\x08\x02"),
    "caller half-closes": lambda s, call: s.act("halfClose", call=call),
    "caller takes a message": lambda s, call: s.act("take", call=call, bytes=2),
    "caller leaves": lambda s, call: s.act("cancel", call=call),
    "GOAWAY leaves it out": lambda s, call: s.receive(GoAway(0, 0, "shutdown")),
}


def give(s: Scene, table: str, state: str, given: str, call: int) -> None:
    action = TABLES[table].cells[state, given]
    if given == "PONG" and action.startswith("asked"):
        s.receive(Pong(NOTICE_PING if action.endswith("final") else bytes(8)))
        return
    if "takes a message" in given and action == "give":
        s.receive(message(call))
    if given in ACTS:
        ACTS[given](s, call)
        return
    if given == "REQUEST" and table == "server connection" and action == "call":
        s.receive(request(call))
        return
    s.receive(frames_for(call)[given])


def transcripts() -> dict[str, list[Scene]]:
    """File name -> its transcripts, one for each input of a table's state."""
    files: dict[str, list[Scene]] = {}
    for table, states in STATES.items():
        role = table.split()[0]
        for state, (setup, call) in states.items():
            scenes = files.setdefault(f"{table} {state}".lower().replace(" ", "-"), [])
            cells = TABLES[table].cells.items()
            for given in [given for (of, given), action in cells if of == state and action]:
                scene = Scene(role, f"{table}, {state}: {given}")
                setup(scene)
                give(scene, table, state, given, call)
                scenes.append(scene)
    return files


def check_coverage(files: dict[str, list[Scene]]) -> None:
    """Every cell of every table was passed by some step, save the empty ones."""
    passed = {cell for scenes in files.values() for scene in scenes for step in scene.steps
              for cell in step.get("cells", [])}
    missing = set().union(*(table.names() for table in TABLES.values())) - passed
    if missing:
        raise SystemExit("transcripts: no transcript passes " + "; ".join(sorted(missing)))
