"""Transcripts of what one cell does not show: whole calls, credit, fragments, rates, leaving. The server's side."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tugi_wire.encoder import encode, field, frame
from tugi_wire.flow import fragments
from tugi_wire.frames import (
    NOTICE_PING, Cancel, Credit, Flag, Frame, GoAway, HalfClose, Hello, Ignorable, Limits, Message, Ping, Pong, Status,
)

from .cells import WHOLE, begun, message
from .scene import ENVIRONMENT, OK, REQUEST_MAX, Scene, request

FIRST, LAST, ENDS = Flag.FIRST, Flag.LAST, Flag.END_OF_REQUESTS
NO_FLAG = Flag(0)


def parts(call: int, length: int, told: int | None = None) -> tuple[Message, Message]:
    """A message in two fragments, 4,096 bytes and the rest; `told` instead of its length."""
    total = length if told is None else told
    return (Message(call, FIRST, b"a" * 4096, total, total), Message(call, LAST, b"a" * (length - 4096)))


class Stories:
    def __init__(self, role: str) -> None:
        self.role = role
        self.files: dict[str, list[Scene]] = {}

    def tell(self, file: str, name: str, section: str, play: Callable[[Scene], object], limits: Limits = Limits(),
             features: int = 1) -> None:
        scene = Scene(self.role, f"{self.role}: {name}", section, limits, features)
        play(scene)
        self.files.setdefault(f"{self.role}-{file}", []).append(scene)


def stories() -> dict[str, list[Scene]]:
    told = Stories("server")
    for chapter in (hello, calls, fragment, credit, compression, method_limit, late, cancelling, rates, refusals,
                    leaving, call_ids, small_limits, pings):
        chapter(told)
    return told.files


def hello(t: Stories) -> None:
    def speaking(**other: Any) -> Callable[[Scene], object]:
        return lambda s: s.receive(Hello(ENVIRONMENT, "vastas/1", **other))

    t.tell("hello", "the peer speaks versions 1 to 9", "4", speaking(versions=(1, 9)))
    t.tell("hello", "the peer speaks later versions only", "4", speaking(versions=(2, 9)))
    t.tell("hello", "zlib is on when both have it", "4", speaking(features=1))
    t.tell("hello", "zlib is off when the peer lacks it", "4", speaking(features=2))
    t.tell("hello", "zlib is off when this side lacks it", "4", speaking(features=1), features=0)
    t.tell("hello", "the peer sends GREASE", "12", speaking(grease=b"\x00\xff", features=1 | 1 << 63))
    t.tell("hello", "another environment", "4", lambda s: s.receive(Hello("katse/2", "vastas/1")))
    t.tell("hello", "an environment that is longer", "4", lambda s: s.receive(Hello("katse/1 ", "vastas/1")))
    t.tell("hello", "no common version and another environment", "4",
           lambda s: s.receive(Hello("katse/2", "vastas/1", versions=(2, 2))))
    t.tell("hello", "bytes that are no frame", "3", lambda s: s.receive(b"GET / HTTP/1.1\r\n\r\n"))
    t.tell("hello", "a broken frame that is not HELLO", "10", lambda s: s.receive(frame(7, b"\0\0\0\0", 1)))

    def in_pieces(s: Scene) -> None:
        data = encode(Hello(ENVIRONMENT, "vastas/1")) + encode(request(1))
        for at in range(0, len(data), 5):
            s.receive(data[at:at + 5])
    t.tell("hello", "HELLO and REQUEST in pieces of five bytes", "3", in_pieces)
    t.tell("hello", "HELLO and REQUEST at once", "4",
           lambda s: s.receive(Hello(ENVIRONMENT, "vastas/1"), request(1)))


def calls(t: Stories) -> None:
    def unary(s: Scene) -> None:
        s.hello()
        s.receive(request(1, metadata=(("tugi-role", b"head"),)), message(1, flags=WHOLE | ENDS))
        s.act("send", call=1, payload=b"\x08\x02")
        s.act("handlerReturns", call=1, status=OK)

    def client_streaming(s: Scene) -> None:
        begun(s)
        for _ in range(3):
            s.receive(message(1))
            s.act("take", call=1, bytes=2)
        s.receive(HalfClose(1))
        s.act("send", call=1, payload=b"")
        s.act("handlerReturns", call=1, status=OK)

    def server_streaming(s: Scene) -> None:
        begun(s)
        s.receive(message(1, flags=WHOLE | ENDS))
        for _ in range(3):
            s.act("send", call=1, payload=b"\x08\x02")
        s.act("handlerReturns", call=1, status=OK)

    def two_way(s: Scene) -> None:
        begun(s)
        for _ in range(2):
            s.receive(message(1))
            s.act("send", call=1, payload=b"\x08\x02")
        s.receive(HalfClose(1))
        s.act("send", call=1, payload=b"\x08\x03")
        s.act("handlerReturns", call=1, status=OK)

    def many(s: Scene) -> None:
        s.hello()
        s.receive(request(1), request(2), request(3), message(2), message(1), message(3))
        for call in (3, 1, 2):
            s.act("send", call=call, payload=b"\x08\x02")
            s.act("handlerReturns", call=call, status=OK)

    def refused(s: Scene) -> None:
        begun(s)
        s.act("end", call=1, status=Status("unavailable", "after", 1500, reason="restoring", details=b"\x08\x01"))
        s.act("handlerReturns", call=1, status=OK)

    for name, play in (("unary", unary), ("client streaming", client_streaming), ("server streaming", server_streaming),
                       ("two-way streaming", two_way), ("three calls at once, ended out of order", many),
                       ("ended with advice and details", refused)):
        t.tell("calls", name, "5", play)


def fragment(t: Stories) -> None:
    def after_begun(*frames: Frame) -> Callable[[Scene], object]:
        def play(s: Scene) -> None:
            begun(s)
            s.receive(*frames)
        return play

    one, two = parts(1, 5000)
    t.tell("fragments", "a message in two", "5.2", after_begun(one, two))
    t.tell("fragments", "a message in three", "5.2",
           after_begun(Message(1, FIRST, b"a" * 4096, 9000, 9000), Message(1, NO_FLAG, b"b" * 4096),
                       Message(1, LAST, b"c" * 808)))
    t.tell("fragments", "frames of another call between two fragments", "5.2",
           after_begun(one, request(2), message(2), Ping(bytes(8)), two))
    def in_turn(s: Scene) -> None:
        begun(s)
        other = [Message(2, part.flags, part.payload, part.message_bytes, part.plain_bytes) for part in (one, two)]
        s.receive(request(2), one, other[0], two, other[1])
    t.tell("fragments", "two messages of two calls, a fragment of each in turn", "5.2", in_turn)
    t.tell("fragments", "the last one ends the requests", "5.2",
           after_begun(one, Message(1, LAST | ENDS, b"a" * 904)))
    t.tell("fragments", "FIRST inside a message", "5.2", after_begun(one, message(1)))
    t.tell("fragments", "none begun, LAST comes", "5.2", after_begun(two))
    t.tell("fragments", "none begun, a middle one comes", "5.2", after_begun(Message(1, NO_FLAG, b"b" * 4096)))
    t.tell("fragments", "LAST too early", "5.2", after_begun(one, Message(1, LAST, b"a" * 903)))
    t.tell("fragments", "more than the length with LAST", "5.2", after_begun(one, Message(1, LAST, b"a" * 905)))
    t.tell("fragments", "the whole length without LAST", "5.2",
           after_begun(Message(1, FIRST, b"a" * 4096, 8192, 8192), Message(1, NO_FLAG, b"a" * 4096)))
    t.tell("fragments", "more than the length without LAST", "5.2", after_begun(one, Message(1, NO_FLAG, b"a" * 4096)))
    t.tell("fragments", "an empty last one where bytes are missing", "5.2", after_begun(one, Message(1, LAST, b"")))
    t.tell("fragments", "HALF_CLOSE inside a message", "5.2", after_begun(one, HalfClose(1)))
    t.tell("fragments", "CANCEL inside a message", "5.5", after_begun(one, Cancel(1)))


def credit(t: Stories) -> None:
    def window(window: int, *frames: Frame) -> Callable[[Scene], object]:
        def play(s: Scene) -> None:
            s.hello()
            s.receive(request(1, window))
            s.receive(*frames)
        return play

    t.tell("credit", "a message that takes the whole window", "5.4", window(66, message(1)))
    t.tell("credit", "a message one byte beyond the window", "5.4", window(65, message(1)))
    t.tell("credit", "an empty message in the smallest window", "5.4", window(64, message(1, b"")))
    t.tell("credit", "two empty messages, credit for one", "5.4", window(127, message(1, b""), message(1, b"")))
    t.tell("credit", "taken off in whole with FIRST", "5.4",
           window(5000 + 63, *parts(1, 5000)))
    t.tell("credit", "fragments after FIRST cost nothing more", "5.4", window(5000 + 64, *parts(1, 5000)))

    def waits(s: Scene) -> None:
        s.hello()
        s.receive(request(1, response_window=200))
        for _ in range(4):
            s.act("send", call=1, payload=b"\x08\x02")
        s.receive(Credit(1, 66))
        s.act("send", call=1, payload=b"\x08\x02")
        s.receive(Credit(1, 65))
        s.act("send", call=1, payload=b"\x08\x02")
        s.receive(Credit(1, 1))
        s.act("send", call=1, payload=b"\x08\x02")
    t.tell("credit", "a message waits until there is credit for all of it", "5.4", waits)

    def never(s: Scene) -> None:
        s.hello()
        s.receive(request(1, response_window=100))
        s.act("send", call=1, payload=bytes(36))
        s.act("send", call=1, payload=bytes(37))
    t.tell("credit", "a message longer than the window can never go", "5.4", never)

    def overflow(amount: int) -> Callable[[Scene], object]:
        def play(s: Scene) -> None:
            begun(s)
            s.act("send", call=1, payload=b"\x08\x02")
            s.receive(Credit(1, amount))
        return play
    t.tell("credit", "all that was used comes back", "5.4", overflow(66))
    t.tell("credit", "more comes back than was used", "5.4", overflow(67))
    t.tell("credit", "the most comes back at once", "5.4", overflow(2**31 - 1))

    def unused(s: Scene) -> None:
        begun(s)
        s.receive(Credit(1, 1))
    t.tell("credit", "credit comes back where none was used", "5.4", unused)


def compression(t: Stories) -> None:
    plain = b"abc" * 100
    good = fragments(1, plain, compress=True)[0]

    def changed(payload: bytes, plain_bytes: int = len(plain)) -> Message:
        return Message(1, good.flags, payload, len(payload), plain_bytes)

    def play_with(*frames: Frame, features: int = 1) -> Callable[[Scene], object]:
        def play(s: Scene) -> None:
            s.hello(features=features)
            s.receive(request(1))
            s.receive(*frames)
        return play

    t.tell("compression", "a message", "5.3", play_with(good))
    t.tell("compression", "two messages, each a stream of its own", "5.3", play_with(good, good))
    t.tell("compression", "the feature is off", "5.3", play_with(good, features=0))
    t.tell("compression", "a broken stream", "5.3", play_with(changed(b"\0" + good.payload[1:])))
    t.tell("compression", "a broken check sum", "5.3",
           play_with(changed(good.payload[:-1] + bytes([good.payload[-1] ^ 1]))))
    t.tell("compression", "a stream that breaks off", "5.3", play_with(changed(good.payload[:-5])))
    t.tell("compression", "a stream without its check sum", "5.3", play_with(changed(good.payload[:-4])))
    t.tell("compression", "a stream longer than it says", "5.3", play_with(changed(good.payload, len(plain) - 1)))
    t.tell("compression", "a stream shorter than it says", "5.3", play_with(changed(good.payload, len(plain) + 1)))
    t.tell("compression", "bytes after the stream", "5.3", play_with(changed(good.payload + b"\0")))
    t.tell("compression", "credit is the plain length", "5.4", lambda s: (
        s.hello(), s.receive(request(1, len(plain) + 63)), s.receive(good)))


def method_limit(t: Stories) -> None:
    size = REQUEST_MAX

    def play_with(*frames: Frame) -> Callable[[Scene], object]:
        def play(s: Scene) -> None:
            s.hello()
            s.receive(request(1, 4 * size))
            s.receive(*frames)
        return play

    longest = fragments(1, b"a" * size)
    longer = fragments(1, b"a" * (size + 1))
    t.tell("method-limit", "the longest message of the method", "5.2", play_with(*longest))
    t.tell("method-limit", "a message one byte longer ends the call", "5.2", play_with(longer[0]))
    t.tell("method-limit", "the rest of it is late and paid for", "5.5", play_with(*longer))
    t.tell("method-limit", "and so is what its credit still allows", "5.5",
           play_with(*longer, *longest, HalfClose(1)))


def late(t: Stories) -> None:
    def ended(window: int, *frames: Frame, before: tuple[Frame, ...] = ()) -> Callable[[Scene], object]:
        def play(s: Scene) -> None:
            s.hello()
            s.receive(request(1, window), *before)
            s.act("handlerReturns", call=1, status=OK)
            s.receive(*frames)
        return play

    t.tell("late-frames", "messages within the credit that was open", "5.5", ended(132, message(1), message(1)))
    t.tell("late-frames", "messages beyond the credit that was open", "5.5", ended(132, *[message(1)] * 40))
    t.tell("late-frames", "HALF_CLOSE where all credit was used", "5.5", ended(66, HalfClose(1), before=(message(1),)))
    one, two = parts(1, 5000)
    t.tell("late-frames", "the rest of a message whose credit was used", "5.5",
           ended(5064, two, HalfClose(1), before=(one,)))
    t.tell("late-frames", "CANCEL", "5.5", ended(66, Cancel(1)))
    t.tell("late-frames", "a fragment without its FIRST is not looked into", "5.5",
           ended(8192, Message(1, LAST, b"c")))

    def returned_credit(s: Scene) -> None:
        s.hello()
        s.receive(request(1, 64), HalfClose(1))
        s.act("send", call=1, payload=bytes(60_000))
        s.act("handlerReturns", call=1, status=OK)
        s.receive(Credit(1, 60_064))
    t.tell("late-frames", "CREDIT for messages sent before END", "5.5", returned_credit)


def cancelling(t: Stories) -> None:
    def quiet(s: Scene) -> None:
        begun(s)
        s.receive(message(1), Cancel(1, "deadlinePassed"))
        s.act("send", call=1, payload=b"\x08\x02")
        s.act("handlerReturns", call=1, status=Status("cancelled"))

    def still_counts(s: Scene) -> None:
        s.hello()
        s.receive(request(1))
        s.receive(Cancel(1))
        s.receive(request(2))
        s.act("handlerReturns", call=1, status=Status("cancelled"))
        s.receive(request(3))

    def ended_still_counts(s: Scene) -> None:
        s.hello()
        s.receive(request(1))
        s.act("end", call=1, status=OK)
        s.receive(request(2))
        s.act("handlerReturns", call=1, status=OK)
        s.receive(request(3))

    t.tell("cancelling", "nothing but END is sent after CANCEL", "5.5", quiet)
    t.tell("cancelling", "a cancelled call runs until its handler has returned", "5.1", still_counts, Limits(calls=1))
    t.tell("cancelling", "an ended call runs until its handler has returned", "5.1", ended_still_counts,
           Limits(calls=1))


def rates(t: Stories) -> None:
    def cancels(then: Callable[[Scene], object]) -> Callable[[Scene], object]:
        def play(s: Scene) -> None:
            begun(s)
            s.act("handlerReturns", call=1, status=OK)
            s.receive(Cancel(1), times=200)
            then(s)
        return play

    t.tell("rates", "the 201st CANCEL", "7", cancels(lambda s: s.receive(Cancel(1))))
    t.tell("rates", "the 201st CANCEL half a minute later", "7",
           cancels(lambda s: (s.later(30_000), s.receive(Cancel(1)))))
    t.tell("rates", "the 101st PING", "7",
           lambda s: (s.hello(), s.receive(Ping(bytes(8)), times=100), s.receive(Ping(bytes(8)))))
    t.tell("rates", "PING after 100 ignorable frames", "7",
           lambda s: (s.hello(), s.receive(Ignorable(0xFA), times=100), s.receive(Ping(bytes(8)))))
    t.tell("rates", "100 PINGs, and 100 more ten seconds later", "7",
           lambda s: (s.hello(), s.receive(Ping(bytes(8)), times=100), s.later(10_000),
                      s.receive(Ping(bytes(8)), times=100)))
    t.tell("rates", "the 201st refused call", "7", lambda s: (
        s.hello(), s.receive(request(1)), s.receive(*[request(2 + n) for n in range(200)]), s.receive(request(202))),
        Limits(calls=1))


def refusals(t: Stories) -> None:
    t.tell("refusals", "one call too many", "5.1",
           lambda s: (s.hello(), s.receive(request(1), request(2), request(3))), Limits(calls=2))
    t.tell("refusals", "windows that take the whole budget", "5.1",
           lambda s: (s.hello(), s.receive(request(1, 100), request(2, 100))), Limits(budget_bytes=200))
    t.tell("refusals", "windows one byte beyond the budget", "5.1",
           lambda s: (s.hello(), s.receive(request(1, 100), request(2, 101))), Limits(budget_bytes=200))
    t.tell("refusals", "response windows take nothing of the server's budget", "5.1",
           lambda s: (s.hello(), s.receive(request(1, 100, 2**31 - 1), request(2, 100, 2**31 - 1))),
           Limits(budget_bytes=200))
    t.tell("refusals", "a window beyond the whole budget", "5.1",
           lambda s: (s.hello(), s.receive(request(1, 201))), Limits(budget_bytes=200))
    t.tell("refusals", "the messages of a refused call are late", "5.5",
           lambda s: (s.hello(), s.receive(request(1), request(2), message(2), HalfClose(2)),
                      s.receive(Cancel(2))), Limits(calls=1))
    t.tell("refusals", "both limits passed: calls-running is told", "5.1",
           lambda s: (s.hello(), s.receive(request(1, 100), request(2, 200))), Limits(calls=1, budget_bytes=200))


def leaving(t: Stories) -> None:
    def notice(s: Scene) -> Scene:
        return begun(s).act("leave", graceMilliseconds=5_000, reason="age")

    def both_steps(s: Scene) -> None:
        notice(s)
        s.receive(request(2))
        s.receive(Pong(NOTICE_PING))
        s.act("handlerReturns", call=2, status=OK)
        s.receive(message(1))
        s.act("send", call=1, payload=b"\x08\x02")
        s.act("handlerReturns", call=1, status=OK)

    def impatient(s: Scene) -> None:
        notice(s)
        s.act("patienceEnds")
        s.receive(request(2), message(2), HalfClose(2), Cancel(2), Credit(2, 1))
        s.receive(Pong(NOTICE_PING))
        s.act("handlerReturns", call=1, status=OK)

    t.tell("leaving", "notice, PONG, final, last call", "6.2", both_steps)
    t.tell("leaving", "patience ends before the PONG; later calls are passed over", "6.2", impatient)
    t.tell("leaving", "no call runs: closed with the final GOAWAY", "6.2", lambda s: (
        s.hello(), s.act("leave", graceMilliseconds=0, reason="idle"), s.receive(Pong(NOTICE_PING))))
    t.tell("leaving", "the PONG of another PING is not the notice's", "6.2", lambda s: (
        notice(s), s.act("ping", opaque=bytes(8)), s.receive(Pong(bytes(8))), s.receive(Pong(NOTICE_PING))))
    t.tell("leaving", "a refused call counts as seen", "6.2", lambda s: (
        s.hello(), s.receive(request(1), request(5)), s.act("leave", graceMilliseconds=0, reason="overload"),
        s.receive(Pong(NOTICE_PING))), Limits(calls=1))
    t.tell("leaving", "the client sends GOAWAY", "6.2", lambda s: (s.hello(), s.receive(GoAway(0))))
    t.tell("leaving", "an old id after the final GOAWAY", "5", lambda s: (
        begun(s), s.act("leave", graceMilliseconds=0, reason="shutdown"), s.receive(Pong(NOTICE_PING)),
        s.receive(request(1))))


def call_ids(t: Stories) -> None:
    t.tell("call-ids", "with gaps", "5", lambda s: (s.hello(), s.receive(request(7), request(900), request(2**31 - 1))))
    t.tell("call-ids", "a lower one", "5", lambda s: (s.hello(), s.receive(request(7), request(6))))
    t.tell("call-ids", "the same again", "5", lambda s: (s.hello(), s.receive(request(7), request(7))))
    t.tell("call-ids", "a message of a call in a gap", "10", lambda s: (s.hello(), s.receive(request(7), message(6))))
    t.tell("call-ids", "credit of a call in a gap", "10", lambda s: (s.hello(), s.receive(request(7), Credit(6, 1))))
    t.tell("call-ids", "a message above all", "10", lambda s: (s.hello(), s.receive(request(7), message(8))))


def small_limits(t: Stories) -> None:
    def entry(name: bytes, value: bytes) -> bytes:
        return field(4, bytes([len(name)]) + name + value)

    def with_metadata(*entries: tuple[str, bytes]) -> Callable[[Scene], object]:
        return lambda s: (s.hello(), s.receive(request(1, metadata=entries)))

    t.tell("limits", "metadata as long as allowed", "5.1", with_metadata(("ab", b"cdef")), Limits(metadata_bytes=6))
    t.tell("limits", "metadata one byte longer", "5.1", with_metadata(("ab", b"cdefg")), Limits(metadata_bytes=6))
    t.tell("limits", "one entry too many", "5.1", with_metadata(("a", b""), ("b", b"")), Limits(metadata_entries=1))
    t.tell("limits", "metadata beyond 12,288 bytes, whatever was announced", "5.1",
           with_metadata(("a", bytes(12_288))), Limits(metadata_bytes=16_000))
    t.tell("limits", "256 entries, whatever was announced", "5.1",
           with_metadata(*[("a", b"")] * 256), Limits(metadata_entries=1_000))
    t.tell("limits", "no metadata allowed", "5.1", with_metadata(("a", b"")), Limits(metadata_entries=0))
    t.tell("limits", "a message as long as allowed", "5.2",
           lambda s: (begun(s), s.receive(message(1, b"a" * 100))), Limits(message_bytes=100))
    t.tell("limits", "a message one byte longer", "5.2",
           lambda s: (begun(s), s.receive(message(1, b"a" * 101))), Limits(message_bytes=100))

    def peers_limit(s: Scene) -> None:
        s.hello(limits=Limits(message_bytes=100))
        s.receive(request(1))
        s.act("send", call=1, payload=bytes(101))
        s.act("send", call=1, payload=bytes(100))
    t.tell("limits", "a message beyond the client's limit is not sent", "4", peers_limit)


def pings(t: Stories) -> None:
    one, two = b"\x01" * 8, b"\x02" * 8
    t.tell("pings", "asked and answered", "6.1",
           lambda s: (s.hello(), s.act("ping", opaque=one), s.receive(Pong(one))))
    t.tell("pings", "answered twice", "6.1",
           lambda s: (s.hello(), s.act("ping", opaque=one), s.receive(Pong(one)), s.receive(Pong(one))))
    t.tell("pings", "answered with other bytes", "6.1",
           lambda s: (s.hello(), s.act("ping", opaque=one), s.receive(Pong(two))))
