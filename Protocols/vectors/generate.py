#!/usr/bin/env python3
"""Writes the vectors beside it. Made from wire.md alone: it shares nothing with the Swift codec, so that the two check
each other. Run it after a change here, then read the difference: the vectors are what other implementations trust.

A vector: name, section of wire.md, hex of one frame (or of its beginning, when that is enough for a fault), and
`decoded` (the frame's meaning) or `error` (fault and offset in the frame). Receiver's limits: the defaults.
`canonical: false`: good, but an encoder would write it otherwise (or not at all)."""
import json
import pathlib
import struct

HELLO, REQUEST, MESSAGE, HALF_CLOSE, END, CANCEL, CREDIT, PING, PONG, GOAWAY, ERROR = range(1, 12)
FIRST, LAST, COMPRESSED, END_OF_REQUESTS = 1, 2, 4, 8


def frame(kind, body=b"", call=0, flags=0, reserved=0, length=None):
    length = len(body) if length is None else length
    return struct.pack(">IBBHI", length, kind, flags, reserved, call) + body


def field(number, value):
    return struct.pack(">BH", number, len(value)) + value


def u8(*v): return struct.pack(f">{len(v)}B", *v)
def u16(*v): return struct.pack(f">{len(v)}H", *v)
def u32(*v): return struct.pack(f">{len(v)}I", *v)
def u64(*v): return struct.pack(f">{len(v)}Q", *v)


files = {}


def add(file, name, section, data, decoded=None, error=None, canonical=True):
    vector = {"name": name, "section": section, "hex": data.hex()}
    if decoded is not None:
        vector["decoded"] = decoded
        if not canonical:
            vector["canonical"] = False
    else:
        vector["error"] = {"code": error[0], "offset": error[1]}
    files.setdefault(file, []).append(vector)


# HELLO
ENVIRONMENT, SOFTWARE = "laane-viru.example/test", "tugi-gateway/0.1.0"
V = field(1, u16(1, 1))
F = field(2, u64(1))
E = field(3, ENVIRONMENT.encode())
L = field(4, u32(1048576, 64, 4198400, 8192, 32))
S = field(5, SOFTWARE.encode())


def hello(body): return frame(HELLO, b"TUGI" + body)


def hello_meaning(**changes):
    meaning = {"frame": "hello", "versions": [1, 1], "features": "1", "environment": ENVIRONMENT,
               "limits": [1048576, 64, 4198400, 8192, 32], "software": SOFTWARE}
    meaning.update(changes)
    return meaning


h = "hello.json"
add(h, "hello", "13", hello(V + F + E + L + S), hello_meaning())
add(h, "hello speaking versions 1 to 3", "4", hello(field(1, u16(1, 3)) + F + E + L + S), hello_meaning(versions=[1, 3]))
add(h, "hello with unknown feature bits", "4", hello(V + field(2, u64(0x8001000000000001)) + E + L + S),
    hello_meaning(features="8001000000000001"))
add(h, "hello with an ignorable field", "12", hello(V + F + E + L + S + field(0xFA, b"\x00\xff")), hello_meaning(),
    canonical=False)
add(h, "hello with two ignorable fields", "3.1", hello(V + F + E + L + S + field(0x80, b"") + field(0xFE, b"x" * 300)),
    hello_meaning(), canonical=False)
add(h, "hello with the longest names", "4", hello(V + F + field(3, b"e" * 64) + L + field(5, b"s" * 64)),
    hello_meaning(environment="e" * 64, software="s" * 64))
add(h, "hello of another protocol", "4", frame(HELLO, b"HTTP" + V + F + E + L + S), error=("bad-magic", 12))
add(h, "hello without fields", "4", hello(b""), error=("field-missing", 16))
add(h, "hello without its last field", "4", hello(V + F + E + L), error=("field-missing", 12 + 4 + 7 + 11 + 26 + 23))
add(h, "hello without a feature field", "4", hello(V + E + L + S), error=("field-missing", 12 + 4 + 7 + 26 + 23 + 21))
add(h, "hello with a critical unknown field", "3.1", hello(V + F + E + L + S + field(0x06, b"")),
    error=("field-unknown", 104))
add(h, "hello with fields in the wrong order", "3.1", hello(F + V + E + L + S), error=("field-order", 27))
add(h, "hello with a field twice", "3.1", hello(V + V + F + E + L + S), error=("field-order", 23))
add(h, "hello whose lowest version is above its highest", "4", hello(field(1, u16(2, 1)) + F + E + L + S),
    error=("field-malformed", 19))
add(h, "hello speaking version 0", "4", hello(field(1, u16(0, 1)) + F + E + L + S), error=("field-malformed", 19))
add(h, "hello with versions of five bytes", "4", hello(field(1, u16(1, 1) + b"\0") + F + E + L + S),
    error=("field-malformed", 19))
add(h, "hello with short features", "4", hello(V + field(2, u32(1)) + E + L + S), error=("field-malformed", 26))
add(h, "hello with an empty environment", "4", hello(V + F + field(3, b"") + L + S), error=("field-malformed", 37))
add(h, "hello with too long an environment", "4", hello(V + F + field(3, b"e" * 65) + L + S),
    error=("field-malformed", 37))
add(h, "hello announcing messages beyond the hard bound", "7",
    hello(V + F + E + field(4, u32(4194305, 64, 4198400, 8192, 32)) + S), error=("field-malformed", 63))
add(h, "hello allowing no call", "4", hello(V + F + E + field(4, u32(1048576, 0, 4198400, 8192, 32)) + S),
    error=("field-malformed", 63))
add(h, "hello with a field longer than the frame", "3.1", hello(V + F + E + L + b"\x05\x00\x13" + SOFTWARE.encode()),
    error=("frame-length", 84))
add(h, "hello ending inside a field's length", "3.1", hello(V + F + E + L + S + b"\x80\x00"), error=("frame-length", 105))
add(h, "hello on a call", "3", frame(HELLO, b"TUGI" + V + F + E + L + S, call=1), error=("call-id", 8))
add(h, "hello too long", "3", frame(HELLO, length=4097), error=("frame-too-large", 0))
add(h, "hello too short", "3", frame(HELLO, length=3), error=("frame-length", 0))

# REQUEST
r = "request.json"
P = u32(0x0104, 10000, 65600, 1048640)
OPERATION = bytes.fromhex("0190f5c27d3a7c4e8f00a1b2c3d4e5f6")
TRACE = bytes.fromhex("4bf92f3577b34da6a3ce929d0e0e4736" "00f067aa0ba902b7" "01")


def request(body, call=1): return frame(REQUEST, body, call)


def request_meaning(call=1, **changes):
    meaning = {"frame": "request", "call": call, "method": 0x0104, "deadlineMilliseconds": 10000,
               "requestWindow": 65600, "responseWindow": 1048640, "attempt": 1, "metadata": []}
    meaning.update(changes)
    return meaning


def entry(name, value): return field(4, u8(len(name)) + name.encode() + value)


add(r, "smallest request", "5.1", request(P), request_meaning())
add(r, "request with the highest call id", "3", request(P, 0x7FFFFFFF), request_meaning(call=0x7FFFFFFF))
add(r, "request with everything", "5.1",
    request(P + field(1, OPERATION) + field(2, u8(2)) + field(3, TRACE) + entry("tugi-role", b"head")
            + entry("tugi-person", bytes(range(16)))),
    request_meaning(operation=OPERATION.hex(), attempt=2, trace=TRACE.hex(), metadata=[
        ["tugi-role", b"head".hex()], ["tugi-person", bytes(range(16)).hex()]]))
add(r, "request of the worked example", "13", request(P + entry("tugi-role", b"head")),
    request_meaning(metadata=[["tugi-role", b"head".hex()]]))
add(r, "request with an empty metadata value", "5.1", request(P + entry("a", b"")), request_meaning(metadata=[["a", ""]]))
add(r, "request with the same name twice", "5.1", request(P + entry("a", b"1") + entry("a", b"2")),
    request_meaning(metadata=[["a", "31"], ["a", "32"]]))
add(r, "request with the longest name", "5.1", request(P + entry("n" * 64, b"")), request_meaning(metadata=[["n" * 64, ""]]))
add(r, "request with 32 entries", "7", request(P + entry("a", b"") * 32), request_meaning(metadata=[["a", ""]] * 32))
add(r, "request with all the metadata that fits", "7", request(P + entry("a", b"v" * 8191)),
    request_meaning(metadata=[["a", (b"v" * 8191).hex()]]))
add(r, "request with its attempt spelled out", "5.1", request(P + field(2, u8(1))), request_meaning(), canonical=False)
add(r, "request with an ignorable field", "3.1", request(P + field(0x90, b"hint")), request_meaning(), canonical=False)
add(r, "request with the smallest windows", "5.1", request(u32(1, 1, 64, 64)),
    request_meaning(method=1, deadlineMilliseconds=1, requestWindow=64, responseWindow=64))
add(r, "request without a deadline", "5.1", request(u32(1, 0, 64, 64)), error=("field-malformed", 16))
add(r, "request with a window below an empty message", "5.1", request(u32(1, 1, 63, 64)), error=("field-malformed", 20))
add(r, "request with too large a response window", "5.1", request(u32(1, 1, 64, 0x80000000)), error=("field-malformed", 24))
add(r, "request with a short operation id", "5.1", request(P + field(1, OPERATION[:15])), error=("field-malformed", 31))
add(r, "request with attempt 0", "5.1", request(P + field(2, u8(0))), error=("field-malformed", 31))
add(r, "request with an attempt of two bytes", "5.1", request(P + field(2, u16(1))), error=("field-malformed", 31))
add(r, "request with a trace context of 24 bytes", "5.1", request(P + field(3, TRACE[:24])), error=("field-malformed", 31))
add(r, "request with an empty name", "5.1", request(P + field(4, u8(0) + b"v")), error=("field-malformed", 31))
add(r, "request with an empty entry", "5.1", request(P + field(4, b"")), error=("field-malformed", 31))
add(r, "request with a name beyond its entry", "5.1", request(P + field(4, u8(3) + b"ab")), error=("field-malformed", 31))
add(r, "request with an upper case name", "5.1", request(P + entry("Role", b"")), error=("field-malformed", 31))
add(r, "request with a name of 65 bytes", "5.1", request(P + entry("n" * 65, b"")), error=("field-malformed", 31))
add(r, "request with 33 entries", "7", request(P + entry("a", b"") * 33), error=("metadata-too-large", 28 + 32 * 5))
add(r, "request with too much metadata", "7", request(P + entry("a", b"v" * 8192)), error=("metadata-too-large", 28))
add(r, "request with a critical unknown field", "3.1", request(P + field(0x05, b"")), error=("field-unknown", 28))
add(r, "request with fields in the wrong order", "3.1", request(P + field(3, TRACE) + field(1, OPERATION)),
    error=("field-order", 28 + 28))
add(r, "request with its operation twice", "3.1", request(P + field(1, OPERATION) * 2), error=("field-order", 28 + 19))
add(r, "request too short", "3", request(P[:15]), error=("frame-length", 0))
add(r, "request too long", "3", frame(REQUEST, call=1, length=16385), error=("frame-too-large", 0))
add(r, "request without a call", "3", request(P, 0), error=("call-id", 8))
add(r, "request with flags", "3", frame(REQUEST, P, 1, flags=1), error=("reserved-bits", 5))

# MESSAGE
m = "message.json"
# A frame's vector does not look into the stream; that it is shorter than its plain length is all that shows here.
ZIPPED = b"\x78\x9c" + bytes(range(69))


def message(flags, body, call=1): return frame(MESSAGE, body, call, flags)


def fragment(call, flags, length, plain, payload):
    meaning = {"frame": "message", "call": call, "flags": flags, "payload": payload.hex()}
    if flags & FIRST:
        meaning.update(messageBytes=length, plainBytes=plain)
    return meaning


add(m, "message of the worked example", "13", message(FIRST | LAST | END_OF_REQUESTS, u32(2) + b"\x08\x01"),
    fragment(1, 11, 2, 2, b"\x08\x01"))
add(m, "empty message", "5.2", message(FIRST | LAST, u32(0)), fragment(1, 3, 0, 0, b""))
add(m, "first fragment of the least length", "5.2", message(FIRST, u32(5000) + b"a" * 4096),
    fragment(1, 1, 5000, 5000, b"a" * 4096), canonical=False)
add(m, "middle fragment of the least length", "5.2", message(0, b"b" * 4096), fragment(1, 0, 0, 0, b"b" * 4096),
    canonical=False)
add(m, "last fragment of one byte", "5.2", message(LAST, b"c"), fragment(1, 2, 0, 0, b"c"), canonical=False)
add(m, "last fragment of no byte, which the state refuses", "5.2", message(LAST, b""), fragment(1, 2, 0, 0, b""),
    canonical=False)
add(m, "last fragment that ends the requests", "5.2", message(LAST | END_OF_REQUESTS, b"c"), fragment(1, 10, 0, 0, b"c"),
    canonical=False)
add(m, "compressed message", "5.3", message(FIRST | LAST | COMPRESSED, u32(len(ZIPPED), 1000) + ZIPPED),
    fragment(1, 7, len(ZIPPED), 1000, ZIPPED))
add(m, "compressed message that grows twenty times", "5.3", message(FIRST | LAST | COMPRESSED, u32(10, 200) + b"z" * 10),
    fragment(1, 7, 10, 200, b"z" * 10))
add(m, "first fragment of the longest message", "7", message(FIRST, u32(1048576) + b"a" * 4096),
    fragment(1, 1, 1048576, 1048576, b"a" * 4096), canonical=False)
add(m, "compressed message that grows more than twenty times", "5.3",
    message(FIRST | LAST | COMPRESSED, u32(10, 201) + b"z" * 10), error=("message-too-large", 16))
add(m, "compressed message that does not grow", "5.3", message(FIRST | LAST | COMPRESSED, u32(10, 10) + b"z" * 10),
    error=("message-too-large", 16))
add(m, "message beyond the limit", "7", message(FIRST, u32(1048577) + b"a" * 4096), error=("message-too-large", 12))
add(m, "compressed message beyond the limit", "7", message(FIRST, u32(1048577, 0xFFFFFFFF) + b"a" * 4096),
    error=("message-too-large", 12))
add(m, "message shorter than its length", "5.2", message(FIRST | LAST, u32(3) + b"ab"), error=("fragment-length", 12))
add(m, "message longer than its length", "5.2", message(FIRST | LAST, u32(1) + b"ab"), error=("fragment-length", 12))
add(m, "whole message without LAST", "5.2", message(FIRST, u32(4096) + b"a" * 4096), error=("fragment-length", 12))
add(m, "first fragment below the least length", "5.2", message(FIRST, u32(5000) + b"a" * 4095),
    error=("fragment-length", 0))
add(m, "middle fragment below the least length", "5.2", message(0, b"b" * 4095), error=("fragment-length", 0))
add(m, "empty middle fragment", "5.2", message(0, b""), error=("fragment-length", 0))
add(m, "first fragment without its length", "5.2", message(FIRST | LAST, b"\0\0\0"), error=("frame-length", 12))
add(m, "compressed without its plain length", "5.2", message(FIRST | LAST | COMPRESSED, u32(0)),
    error=("frame-length", 16))
add(m, "compressed without FIRST", "5.2", message(LAST | COMPRESSED, b"a"), error=("reserved-bits", 5))
add(m, "end of requests without LAST", "5.2", message(FIRST | END_OF_REQUESTS, u32(9000) + b"a" * 4096),
    error=("reserved-bits", 5))
for bit in (0x10, 0x20, 0x40, 0x80):
    add(m, f"message with unknown flag 0x{bit:02x}", "5.2", message(FIRST | LAST | bit, u32(0)), error=("reserved-bits", 5))
add(m, "message without a call", "3", message(FIRST | LAST, u32(0), 0), error=("call-id", 8))
add(m, "message frame of 64 KiB and a byte", "3", frame(MESSAGE, call=1, flags=FIRST, length=65537),
    error=("frame-too-large", 0))

# END
e = "end.json"


def end(body, call=1): return frame(END, body, call)


def end_meaning(status="ok", retry="doNot", reason="", message="", details=""):
    return {"frame": "end", "call": 1, "status": status, "retry": retry, "reason": reason, "message": message,
            "details": details}


STATUSES = ["ok", "cancelled", "unknown", "invalidArgument", "deadlineExceeded", "notFound", "alreadyExists",
            "permissionDenied", "resourceExhausted", "failedPrecondition", "aborted", "outOfRange", "unimplemented",
            "internal", "unavailable", "dataLoss", "unauthenticated"]
for number, status in enumerate(STATUSES):
    add(e, f"end with status {status}", "8", end(u8(number, 0) + u16(0) + u32(0)), end_meaning(status))
add(e, "end of the worked example", "13", end(u8(5, 0) + u16(0) + u32(0) + field(1, b"child-unknown")),
    end_meaning("notFound", reason="child-unknown"))
add(e, "end with everything", "8",
    end(u8(14, 2) + u16(0) + u32(1500) + field(1, b"draining") + field(2, "Proovi uuesti 1,5 s pärast.".encode())
        + field(3, b"\x08\x01")),
    end_meaning("unavailable", "after 1500", "draining", "Proovi uuesti 1,5 s pärast.", "0801"))
add(e, "end never seen", "8", end(u8(8, 1) + u16(0) + u32(0)), end_meaning("resourceExhausted", "neverSeen"))
add(e, "end with a status of a later version", "8", end(u8(17, 0) + u16(0) + u32(0) + field(1, b"new")),
    end_meaning("unknown", reason="new"), canonical=False)
add(e, "end with unknown advice", "8", end(u8(14, 3) + u16(0) + u32(9)), end_meaning("unavailable"), canonical=False)
add(e, "end with broken text", "3.1", end(u8(13, 0) + u16(0) + u32(0) + field(2, b"a\xffb")),
    end_meaning("internal", message="a\ufffdb"), canonical=False)
add(e, "end with the longest reason", "8", end(u8(13, 0) + u16(0) + u32(0) + field(1, b"r" * 64)),
    end_meaning("internal", reason="r" * 64))
add(e, "end with an ignorable field", "3.1", end(u8(0, 0) + u16(0) + u32(0) + field(0xC0, b"later")), end_meaning(),
    canonical=False)
add(e, "end with too long a reason", "8", end(u8(13, 0) + u16(0) + u32(0) + field(1, b"r" * 65)),
    error=("field-malformed", 23))
add(e, "end with too long a message", "8", end(u8(13, 0) + u16(0) + u32(0) + field(2, b"m" * 1025)),
    error=("field-malformed", 23))
add(e, "end with too long details", "8", end(u8(13, 0) + u16(0) + u32(0) + field(3, b"d" * 4097)),
    error=("field-malformed", 23))
add(e, "end with reserved bits", "8", end(u8(0, 0) + u16(1) + u32(0)), error=("reserved-bits", 14))
add(e, "end with a critical unknown field", "3.1", end(u8(0, 0) + u16(0) + u32(0) + field(4, b"")),
    error=("field-unknown", 20))
add(e, "end with its reason twice", "3.1", end(u8(0, 0) + u16(0) + u32(0) + field(1, b"a") * 2), error=("field-order", 24))
add(e, "end too short", "3", end(bytes(7)), error=("frame-length", 0))

# The small frames of a call
c = "call.json"
add(c, "half-close", "5.5", frame(HALF_CLOSE, call=7), {"frame": "halfClose", "call": 7})
add(c, "half-close with a body", "3", frame(HALF_CLOSE, b"x", 7), error=("frame-too-large", 0))
for number, reason in enumerate(["callerLeft", "deadlinePassed", "responseBroken"]):
    add(c, f"cancel, {reason}", "5.5", frame(CANCEL, u8(number), 7), {"frame": "cancel", "call": 7, "reason": reason})
add(c, "cancel for a reason of a later version", "5.5", frame(CANCEL, u8(200), 7),
    {"frame": "cancel", "call": 7, "reason": "callerLeft"}, canonical=False)
add(c, "cancel without a reason", "3", frame(CANCEL, b"", 7), error=("frame-length", 0))
add(c, "cancel of the connection", "3", frame(CANCEL, u8(0), 0), error=("call-id", 8))
add(c, "credit of one byte", "5.4", frame(CREDIT, u32(1), 7), {"frame": "credit", "call": 7, "bytes": 1})
add(c, "credit, the most", "5.4", frame(CREDIT, u32(0x7FFFFFFF), 7), {"frame": "credit", "call": 7, "bytes": 0x7FFFFFFF})
add(c, "credit of nothing", "5.4", frame(CREDIT, u32(0), 7), error=("field-malformed", 12))
add(c, "credit beyond 2^31 - 1", "5.4", frame(CREDIT, u32(0x80000000), 7), error=("field-malformed", 12))
add(c, "credit too short", "3", frame(CREDIT, bytes(3), 7), error=("frame-length", 0))
add(c, "credit too long", "3", frame(CREDIT, bytes(5), 7), error=("frame-too-large", 0))
add(c, "credit of the connection", "5.4", frame(CREDIT, u32(1), 0), error=("call-id", 8))

# The connection's frames and the header
k = "connection.json"
add(k, "ping", "6.1", frame(PING, u64(0x0123456789ABCDEF)), {"frame": "ping", "opaque": "0123456789abcdef"})
add(k, "pong", "6.1", frame(PONG, u64(0xFFFFFFFFFFFFFFFF)), {"frame": "pong", "opaque": "ffffffffffffffff"})
add(k, "ping too short", "3", frame(PING, bytes(7)), error=("frame-length", 0))
add(k, "ping too long", "3", frame(PING, bytes(9)), error=("frame-too-large", 0))
add(k, "ping of a call", "3", frame(PING, bytes(8), 1), error=("call-id", 8))
add(k, "ping with flags", "3", frame(PING, bytes(8), flags=1), error=("reserved-bits", 5))
for number, reason in enumerate(["other", "shutdown", "age", "idle", "overload"]):
    add(k, f"goaway, {reason}", "6.2", frame(GOAWAY, u32(41, 30000) + u8(number)),
        {"frame": "goAway", "last": 41, "graceMilliseconds": 30000, "reason": reason, "message": ""})
add(k, "goaway, notice with words", "6.2", frame(GOAWAY, u32(0x7FFFFFFF, 0) + u8(1) + field(1, b"restart")),
    {"frame": "goAway", "last": 0x7FFFFFFF, "graceMilliseconds": 0, "reason": "shutdown", "message": "restart"})
add(k, "goaway for a reason of a later version", "6.2", frame(GOAWAY, u32(0, 0) + u8(9)),
    {"frame": "goAway", "last": 0, "graceMilliseconds": 0, "reason": "other", "message": ""}, canonical=False)
add(k, "goaway with the reserved bit of its call", "6.2", frame(GOAWAY, u32(0x80000000, 0) + u8(0)),
    error=("reserved-bits", 12))
add(k, "goaway with too many words", "6.2", frame(GOAWAY, u32(0, 0) + u8(0) + field(1, b"w" * 257)),
    error=("field-malformed", 24))
add(k, "goaway with a critical unknown field", "3.1", frame(GOAWAY, u32(0, 0) + u8(0) + field(2, b"")),
    error=("field-unknown", 21))
add(k, "goaway too short", "3", frame(GOAWAY, bytes(8)), error=("frame-length", 0))
add(k, "error", "6.3", frame(ERROR, u16(5) + u32(0) + field(1, b"too large")),
    {"frame": "error", "code": "frame-too-large", "offset": 0, "message": "too large"})
add(k, "error without words", "6.3", frame(ERROR, u16(7) + u32(6)),
    {"frame": "error", "code": "reserved-bits", "offset": 6, "message": ""})
add(k, "error with a code of a later version", "9", frame(ERROR, u16(999) + u32(0)),
    {"frame": "error", "code": "unknown", "offset": 0, "message": ""}, canonical=False)
add(k, "error too short", "3", frame(ERROR, bytes(5)), error=("frame-length", 0))
add(k, "unknown ignorable frame", "3", frame(0x80, b"whatever"), {"frame": "ignorable", "kind": 0x80}, canonical=False)
add(k, "unknown ignorable frame of a call, with flags", "3", frame(0xFA, b"", 3, flags=0xFF),
    {"frame": "ignorable", "kind": 0xFA}, canonical=False)
add(k, "ignorable frame with reserved bits", "3", frame(0xFA, reserved=1), error=("reserved-bits", 6))
add(k, "unknown critical frame", "3", frame(0x0C), error=("frame-type-unknown", 4))
add(k, "frame of kind 0", "3", frame(0x00), error=("frame-type-unknown", 4))
add(k, "frame of kind 0x7f", "3", frame(0x7F, length=65536), error=("frame-type-unknown", 4))
add(k, "longest length there is", "3", frame(PING, length=0xFFFFFFFF), error=("frame-too-large", 0))
add(k, "too long, ignorable all the same", "3", frame(0xFA, length=65537), error=("frame-too-large", 0))
for bit in range(16):
    add(k, f"header with reserved bit {bit}", "3", frame(PING, bytes(8), reserved=1 << bit), error=("reserved-bits", 6))
add(k, "header with the reserved bit of the call", "3", frame(HALF_CLOSE, call=0x80000001), error=("reserved-bits", 8))
add(k, "the first fault counts: reserved before kind", "3", frame(0x0C, reserved=1), error=("reserved-bits", 6))
add(k, "the first fault counts: length before call", "3", frame(PING, bytes(7), call=1), error=("frame-length", 0))
add(k, "plain HTTP", "3", b"GET / HTTP/1.1\r\n\r\n", error=("frame-too-large", 0))
add(k, "a TLS record", "3", bytes.fromhex("16030100c8010000c40303a1"), error=("frame-too-large", 0))

for name, vectors in files.items():
    names = [v["name"] for v in vectors]
    assert len(names) == len(set(names)), f"a name twice in {name}"
    lines = ",\n".join("  " + json.dumps(v, ensure_ascii=False) for v in vectors)
    path = pathlib.Path(__file__).resolve().parent / name
    path.write_text("[\n" + lines + "\n]\n", encoding="utf-8")
print(sum(len(v) for v in files.values()), "vectors")
