#!/usr/bin/env python3
"""Writes the inputs that fuzzing begins with, one folder for each target, made of Protocols/vectors.

The vectors are what the frame decoder reads; the transcripts become what a peer sends and what the application does, in the
form of Tests/CodecFuzzing (a move, then what it needs).
"""
import argparse
import hashlib
import json
import pathlib
import re
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
VECTORS = ROOT / "Protocols" / "vectors"
MESSAGE, FIRST, LAST, COMPRESSED = 0x03, 0x01, 0x02, 0x04
# Moves of the peer: bytes as they are, and a fragment (PROPER: with the length and flags that it should have).
SENT, FRAGMENT, PROPER = 0, 2, 0x80
# First byte of a machine's input: this side waits for a HELLO among what is sent.
NOT_GREETED = 0x01
SERVER = {"take": (10,), "ping": (14,), "leave": (15, 0), "patienceEnds": (15, 3), "peerCloses": (15, 5), "helloIsLate": (15, 7)}
SERVER_CALLS = {"deadlinePasses": 11, "end": 11, "handlerReturns": 12}
CLIENT = {"take": (12,), "ping": (15, 2), "leave": (15, 0), "peerCloses": (15, 0), "helloIsLate": (15, 1)}
CLIENT_CALLS = {"cancel": 14, "deadlinePasses": 14, "halfClose": 13}


def unhex(text):
    """Hex in which `[61x4096]` is a byte and how often it comes."""
    whole = re.sub(r"\[([0-9a-f]{2})x(\d+)\]", lambda found: found.group(1) * int(found.group(2)), text)
    return bytes.fromhex(whole)


def sending(data):
    out = b""
    for start in range(0, len(data), 0xFFFF):
        part = data[start:start + 0xFFFF]
        out += bytes([SENT]) + len(part).to_bytes(2, "big") + part
    return out


def length(count):
    """One byte for a length: itself when it is small, else the power of two below it."""
    return count if count < 128 else 0x80 | 0x20 | min(count.bit_length() - 1, 20)


def act(role, step):
    name, call = step["act"], max(0, step.get("call", 1) - 1) & 0xFF
    if name == "later":
        return bytes([0xF0 | SENT, 0, 0])
    if name == "call":
        request = step["request"]
        return bytes([8, length(request["requestWindow"] - 64), length(step["responseBytesMax"]), 0])
    if name == "send":
        move, extra = (10, 2 if step.get("ends") else 0) if role == "client" else (8, 0)
        return bytes([move, call, length(len(unhex(step["payload"]))), extra])
    moves, calls = (CLIENT, CLIENT_CALLS) if role == "client" else (SERVER, SERVER_CALLS)
    return bytes([calls[name], call]) if name in calls else bytes(moves.get(name, ()))


def transcript(entry):
    out = bytes([NOT_GREETED])
    for step in entry["steps"]:
        out += sending(unhex(step["receive"])) if "receive" in step else act(entry["role"], step)
    return out


def fragmented(role):
    """A call with a message in two fragments: as long as they can be, and short, with lengths to play with."""
    window, call = length(131_072), 1
    opened = bytes([4, call, window, window]) if role == "server" else bytes([8, window, window, 0])
    for first, last in (
        (bytes([PROPER | FIRST, call, length(65_536), 0]), bytes([PROPER, call, 0])),
        (bytes([FIRST, call, length(8_192), 0]), bytes([LAST, call, length(128)])),
    ):
        yield bytes([0]) + opened + bytes([FRAGMENT]) + first + bytes([FRAGMENT]) + last


def stream(frame):
    """The zlib stream in a MESSAGE frame, as the inflater's input; None in another."""
    if len(frame) < 20 or frame[4] != MESSAGE or frame[5] & (FIRST | COMPRESSED) != FIRST | COMPRESSED:
        return None
    return bytes([0]) + frame[16:20] + frame[20:]


def seeds():
    for path in sorted(VECTORS.glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")):
            frame = unhex(entry["hex"])
            yield "frames", frame
            for machine in ("server", "client"):
                yield machine, bytes([0]) + sending(frame)
            if stream(frame):
                yield "inflate", stream(frame)
    for path in sorted((VECTORS / "transcripts").glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")):
            yield entry["role"], transcript(entry)
    for role in ("server", "client"):
        for data in fragmented(role):
            yield role, data
    for level in range(10):
        for text in (b"toetus " * 200, bytes(range(256)) * 4):
            yield "inflate", bytes([0]) + len(text).to_bytes(4, "big") + zlib.compress(text, level)
            yield "inflate", bytes([1 + level]) + (level * 77_777).to_bytes(4, "big") + text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder to write; one folder for each target in it")
    out = parser.parse_args().out
    for target, data in seeds():
        folder = out / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


main()
