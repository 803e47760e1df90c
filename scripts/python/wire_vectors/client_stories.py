"""Transcripts of what one cell does not show: the client's side."""
from __future__ import annotations

from collections.abc import Callable

from tugi_wire.flow import fragments
from tugi_wire.frames import (
    Credit, End, Error, Flag, Frame, GoAway, Hello, Ignorable, Limits, Message, Ping, Pong, Request, Status,
)

from .cells import WHOLE, called, message
from .scene import METHOD, OK, REQUEST_MAX, RESPONSE_MAX, Scene, request
from .stories import ENDS, LAST, NO_FLAG, Stories, hello, parts, pings


def stories() -> dict[str, list[Scene]]:
    told = Stories("client")
    for chapter in (greeting, calls, fragment, credit, compression, endings, rates, places, leaving, pings):
        chapter(told)
    return told.files


def open_call(s: Scene, asked: Request = request(0), response_max: int = RESPONSE_MAX) -> Scene:
    return s.act("call", request=asked, responseBytesMax=response_max)


def greeting(t: Stories) -> None:
    server_only = Stories("client")
    hello(server_only)
    kept = [scene for scene in server_only.files["client-hello"] if "REQUEST" not in scene.record["name"]]
    t.files["client-hello"] = kept
    t.tell("hello", "nothing is sent before the server's HELLO", "4",
           lambda s: (open_call(s), s.hello(), open_call(s)))


def calls(t: Stories) -> None:
    def unary(s: Scene) -> None:
        s.hello()
        open_call(s, request(0, metadata=(("tugi-role", b"head"),), operation=bytes(range(16)), attempt=2,
                             trace=bytes(range(25))))
        s.act("send", call=1, payload=b"\x08\x01", ends=True)
        s.receive(message(1), End(1, OK))

    def client_streaming(s: Scene) -> None:
        called(s)
        for _ in range(3):
            s.act("send", call=1, payload=b"\x08\x01")
        s.act("halfClose", call=1)
        s.receive(Credit(1, 3 * 66))
        s.receive(message(1, b""), End(1, OK))

    def server_streaming(s: Scene) -> None:
        called(s)
        s.act("send", call=1, payload=b"\x08\x01", ends=True)
        for _ in range(3):
            s.receive(message(1))
            s.act("take", call=1, bytes=2)
        s.receive(End(1, OK))

    def two_way(s: Scene) -> None:
        called(s)
        for _ in range(2):
            s.act("send", call=1, payload=b"\x08\x01")
            s.receive(message(1))
        s.act("halfClose", call=1)
        s.receive(message(1), End(1, OK))

    def early(s: Scene) -> None:
        called(s)
        s.act("send", call=1, payload=b"\x08\x01")
        s.receive(End(1, Status("invalidArgument", reason="row-unreadable", details=b"\x08\x01")))
        s.act("send", call=1, payload=b"\x08\x01")
        s.act("halfClose", call=1)

    for name, play in (("unary", unary), ("client streaming", client_streaming), ("server streaming", server_streaming),
                       ("two-way streaming", two_way), ("END before the half-close", early)):
        t.tell("calls", name, "5", play)


def after_call(*frames: Frame, response_window: int = RESPONSE_MAX + 64) -> Callable[[Scene], object]:
    def play(s: Scene) -> Scene:
        open_call(s.hello(), request(0, response_window=response_window))
        return s.receive(*frames)
    return play


def fragment(t: Stories) -> None:
    one, two = parts(1, 5000)
    t.tell("fragments", "a message in two", "5.2", after_call(one, two))
    def in_turn(s: Scene) -> None:
        open_call(called(s))
        other = [Message(2, part.flags, part.payload, part.message_bytes, part.plain_bytes) for part in (one, two)]
        s.receive(one, other[0], two, other[1])
    t.tell("fragments", "two messages of two calls, a fragment of each in turn", "5.2", in_turn)
    t.tell("fragments", "END inside a message", "5.2", after_call(one, End(1, OK)))
    t.tell("fragments", "FIRST inside a message", "5.2", after_call(one, message(1)))
    t.tell("fragments", "none begun, LAST comes", "5.2", after_call(two))
    t.tell("fragments", "LAST too early", "5.2", after_call(one, Message(1, LAST, b"a")))
    t.tell("fragments", "the whole length without LAST", "5.2",
           after_call(Message(1, Flag.FIRST, b"a" * 4096, 8192, 8192), Message(1, NO_FLAG, b"a" * 4096)))
    t.tell("fragments", "END_OF_REQUESTS from the server", "5.2", after_call(message(1, flags=WHOLE | ENDS)))

    def cancelled_inside(s: Scene) -> None:
        after_call(one)(s)
        s.act("cancel", call=1)
        s.receive(two, End(1, Status("cancelled")))
    t.tell("fragments", "cancelled inside a message", "5.5", cancelled_inside)

    def end_when_cancelled(s: Scene) -> None:
        after_call(one)(s)
        s.act("cancel", call=1)
        s.receive(End(1, Status("cancelled")))
    t.tell("fragments", "cancelled inside a message, which the server breaks off", "5.5", end_when_cancelled)

    def long(s: Scene) -> None:
        called(s)
        s.act("send", call=1, payload=b"a" * REQUEST_MAX, ends=True)
    t.tell("fragments", "a message longer than a frame goes out filled", "5.2", long)


def credit(t: Stories) -> None:
    t.tell("credit", "a message that takes the whole window", "5.4", after_call(message(1), response_window=66))
    t.tell("credit", "a message one byte beyond the window", "5.4", after_call(message(1), response_window=65))

    def waits(s: Scene) -> None:
        s.hello()
        open_call(s, request(0, 140))
        for _ in range(3):
            s.act("send", call=1, payload=b"\x08\x01")
        s.receive(Credit(1, 57))
        s.act("send", call=1, payload=b"\x08\x01")
        s.receive(Credit(1, 1))
        s.act("send", call=1, payload=b"\x08\x01")
        s.act("send", call=1, payload=bytes(77))
    t.tell("credit", "a message waits until there is credit for all of it", "5.4", waits)

    def overflow(s: Scene) -> None:
        called(s)
        s.act("send", call=1, payload=b"\x08\x01")
        s.receive(Credit(1, 67))
    t.tell("credit", "more comes back than was used", "5.4", overflow)

    def overflow_cancelled(s: Scene) -> None:
        called(s)
        s.act("send", call=1, payload=b"\x08\x01")
        s.act("cancel", call=1)
        s.receive(Credit(1, 66), Credit(1, 1))
    t.tell("credit", "more comes back than was used, of a cancelled call", "5.4", overflow_cancelled)


def compression(t: Stories) -> None:
    plain = b"abc" * 100
    good = fragments(1, plain, compress=True)[0]
    t.tell("compression", "a message", "5.3", after_call(good))
    t.tell("compression", "a broken stream: CANCEL, and the caller is told", "5.3",
           lambda s: (after_call(Message(1, good.flags, b"\0" + good.payload[1:], good.message_bytes,
                                         good.plain_bytes))(s), s.receive(message(1), End(1, Status("cancelled")))))
    t.tell("compression", "the feature is off", "5.3",
           lambda s: (s.hello(features=0), open_call(s), s.receive(good)))
    t.tell("compression", "a message longer than the method's: CANCEL, and the caller is told", "5.2", lambda s: (
        s.hello(), open_call(s, response_max=100), s.receive(message(1, b"a" * 101)),
        s.receive(End(1, Status("cancelled")))))


def endings(t: Stories) -> None:
    def lost(then: Callable[[Scene], object]) -> Callable[[Scene], object]:
        def play(s: Scene) -> None:
            called(s)
            open_call(s)
            s.act("cancel", call=2)
            then(s)
        return play

    t.tell("endings", "ERROR from the server: calls end without never seen", "6.3",
           lost(lambda s: s.receive(Error("timeout"))))
    t.tell("endings", "the connection is lost", "6.3", lost(lambda s: s.act("peerCloses")))
    t.tell("endings", "a fault of the server's bytes", "9", lost(lambda s: s.receive(Credit(9, 1))))
    t.tell("endings", "nothing is read after ERROR", "6.3",
           lost(lambda s: s.receive(Error("timeout"), message(1), End(1, OK))))
    t.tell("endings", "the deadline passes: the caller is told at once, the place is free with END", "5.1", lambda s: (
        s.hello(limits=Limits(calls=1)), open_call(s), s.act("deadlinePasses", call=1), open_call(s),
        s.receive(End(1, Status("deadlineExceeded"))), open_call(s)))


def rates(t: Stories) -> None:
    t.tell("rates", "the 101st PING", "7",
           lambda s: (s.hello(), s.receive(Ping(bytes(8)), times=100), s.receive(Ping(bytes(8)))))
    t.tell("rates", "PING after 100 ignorable frames", "7",
           lambda s: (s.hello(), s.receive(Ignorable(0xFA), times=100), s.receive(Ping(bytes(8)))))


def places(t: Stories) -> None:
    t.tell("places", "a call waits for a place", "5.1", lambda s: (
        s.hello(limits=Limits(calls=1)), open_call(s), open_call(s), s.receive(End(1, OK)), open_call(s)))
    t.tell("places", "a cancelled call keeps its place until END", "5.5", lambda s: (
        s.hello(limits=Limits(calls=1)), open_call(s), s.act("cancel", call=1), open_call(s),
        s.receive(End(1, Status("cancelled"))), open_call(s)))
    t.tell("places", "a call waits for the server's budget", "5.1", lambda s: (
        s.hello(limits=Limits(budget_bytes=300)), open_call(s, request(0, 200)), open_call(s, request(0, 101)),
        open_call(s, request(0, 100))))
    t.tell("places", "a window beyond the whole budget can never be", "5.1", lambda s: (
        s.hello(limits=Limits(budget_bytes=200)), open_call(s, request(0, 201))))
    t.tell("places", "metadata beyond the server's limits can never go", "5.1", lambda s: (
        s.hello(limits=Limits(metadata_bytes=6)), open_call(s, request(0, metadata=(("ab", b"cdefg"),))),
        open_call(s, request(0, metadata=(("ab", b"cdef"),)))))
    t.tell("places", "a message beyond the server's limit can never go", "4", lambda s: (
        s.hello(limits=Limits(message_bytes=100)), open_call(s), s.act("send", call=1, payload=bytes(101)),
        s.act("send", call=1, payload=bytes(100))))
    t.tell("places", "the most calls a server allows", "4", lambda s: (
        s.hello(limits=Limits(calls=2)), open_call(s), open_call(s), open_call(s)))


def leaving(t: Stories) -> None:
    notice = GoAway(2**31 - 1, 5_000, "shutdown")

    def two_calls(s: Scene) -> Scene:
        return open_call(called(s))

    t.tell("leaving", "notice, final, last call", "6.2", lambda s: (
        two_calls(s), s.receive(notice, Ping(b"TUGIDRAI")), open_call(s), s.receive(GoAway(2, 5_000, "shutdown")),
        s.receive(End(2, OK)), s.receive(message(1), End(1, OK))))
    t.tell("leaving", "a call above the final id was never seen", "6.2", lambda s: (
        two_calls(s), s.receive(notice), s.receive(GoAway(1, 5_000, "shutdown")), s.receive(End(1, OK))))
    t.tell("leaving", "a frame of a call that was never seen", "10", lambda s: (
        two_calls(s), s.receive(GoAway(1, 5_000, "shutdown")), s.receive(message(2))))
    t.tell("leaving", "a lower id again", "6.2", lambda s: (
        two_calls(s), s.receive(GoAway(2, 0, "age"), GoAway(1, 0, "age"), GoAway(1, 0, "age"))))
    t.tell("leaving", "a higher id", "6.2", lambda s: (
        two_calls(s), s.receive(GoAway(1, 0, "age"), GoAway(2, 0, "age"))))
    t.tell("leaving", "all calls were never seen", "6.2", lambda s: (two_calls(s), s.receive(GoAway(0, 0, "overload"))))
    t.tell("leaving", "a cancelled call above the id ends silently", "6.2", lambda s: (
        two_calls(s), s.act("cancel", call=2), s.receive(GoAway(1, 0, "age"))))
    t.tell("leaving", "the client leaves with a call open", "6.2", lambda s: (
        called(s), s.act("leave"), open_call(s), s.receive(End(1, OK))))
    t.tell("leaving", "the client leaves without a call", "6.2", lambda s: (s.hello(), s.act("leave")))
