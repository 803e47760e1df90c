"""The reference against the vectors, against any bytes, and its two machines against each other."""
from __future__ import annotations

import json
import pathlib
import random
import re
import unittest
from typing import Any

from tugi_wire.client import ClientConnection
from tugi_wire.decoder import FrameDecoder
from tugi_wire.encoder import encode
from tugi_wire.faults import WireFault
from tugi_wire.frames import Hello, Limits, Request, Status
from tugi_wire.server import ServerConnection

VECTORS = pathlib.Path(__file__).resolve().parents[3] / "Protocols" / "vectors"
METHOD = 0x0104


def unhex(text: str) -> bytes:
    return bytes.fromhex(re.sub(r"\[(..)x(\d+)\]", lambda run: run[1] * int(run[2]), text))


def judged(pieces: list[bytes]) -> dict[str, Any]:
    decoder = FrameDecoder()
    try:
        for piece in pieces:
            decoder.append(piece)
            if (frame := decoder.next()) is not None:
                return {"decoded": frame.meaning()}
    except WireFault as fault:
        return {"error": {"code": fault.name, "offset": fault.offset}}
    return {}


class VectorTests(unittest.TestCase):
    def test_vectors_read_the_same_whole_and_byte_by_byte(self) -> None:
        vectors = [vector for path in sorted(VECTORS.glob("*.json")) for vector in json.loads(path.read_text())]
        self.assertGreater(len(vectors), 1_000)
        for vector in vectors:
            data = unhex(vector["hex"])
            expected = {key: vector[key] for key in ("decoded", "error") if key in vector}
            with self.subTest(vector["name"]):
                self.assertEqual(judged([data]), expected)
                if len(data) < 5_000:
                    self.assertEqual(judged([bytes([byte]) for byte in data]), expected)
                if "decoded" in vector:
                    for end in range(min(len(data), 300)):
                        self.assertEqual(judged([data[:end]]), {})

    def test_any_bytes_give_frames_or_a_fault(self) -> None:
        chance = random.Random(7)
        good = [unhex(vector["hex"]) for vector in json.loads((VECTORS / "request.json").read_text())
                if "decoded" in vector]
        for _ in range(3_000):
            data = bytearray(chance.choice(good))
            for _ in range(chance.randrange(1, 5)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            judged([bytes(data)])


class Walk:
    """A client's and a server's machine back to back, honest both, at the mercy of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        limits = Limits(calls=4, budget_bytes=60_000)
        self.client = ClientConnection(limits, Hello("katse/1", "proov/1", limits))
        self.server = ServerConnection(limits, Hello("katse/1", "proov/1", limits), {METHOD: 20_000})
        self.wires = {"client": bytearray(), "server": bytearray()}
        self.begun: list[int] = []
        self.running: set[int] = set()
        self.ended: dict[int, int] = {}
        self.untaken: list[tuple[Any, int, int]] = []
        for machine in (self.client, self.server):
            machine.start()
            self.collect()

    def collect(self) -> None:
        for machine in (self.client, self.server):
            frames, tells, _ = machine.taken()
            self.wires[machine.role] += b"".join(encode(frame) for frame in frames)
            for told in tells:
                self.told(machine, **told)

    def told(self, machine: Any, tell: str, call: int = 0, **values: Any) -> None:
        if tell == "call":
            self.running.add(values["request"].call)
        elif tell == "ended":
            self.ended[call] = self.ended.get(call, 0) + 1
        elif tell == "message":
            self.untaken.append((machine, call, len(values["payload"])))
        assert values.get("fault") is None and values.get("peerFault") is None, values

    def step(self) -> None:
        chance, client, server = self.chance, self.client, self.server
        match chance.randrange(9):
            case 0 if len(self.begun) < 60:
                window = chance.choice((64, 5_000, 20_064))
                if client.call(Request(0, METHOD, 1_000, window, chance.choice((64, 9_000))), 20_000) == "sent":
                    self.begun.append(client.last_call)
            case 1 | 2 if self.begun:
                client.send_message(chance.choice(self.begun), bytes(chance.choice((0, 1, 4_000, 15_000))),
                                    chance.random() < 0.5, chance.random() < 0.2)
            case 3 if self.begun and chance.random() < 0.3:
                client.cancel(chance.choice(self.begun))
            case 4 if self.running:
                server.send_message(chance.choice(sorted(self.running)), bytes(chance.choice((0, 1, 4_000))))
            case 5 if self.running and chance.random() < 0.5:
                call = chance.choice(sorted(self.running))
                if chance.random() < 0.3:
                    server.end(call, Status())
                else:
                    self.running.discard(call)
                    server.handler_returned(call, Status())
            case 6 if self.untaken:
                machine, call, size = self.untaken.pop(chance.randrange(len(self.untaken)))
                machine.take_message(call, size)
            case _:
                self.move(chance.choice((client, server)), chance.choice((7, 100, 70_000)))
        self.collect()

    def move(self, receiver: Any, most: int) -> None:
        wire = self.wires["server" if receiver is self.client else "client"]
        receiver.receive(bytes(wire[:most]))
        del wire[:most]
        self.collect()

    def finish(self) -> None:
        while any(self.wires.values()) or self.running:
            self.move(self.client, 1 << 20)
            self.move(self.server, 1 << 20)
            for call in sorted(self.running):
                self.server.handler_returned(call, Status())
            self.running.clear()
            self.collect()


class WalkTests(unittest.TestCase):
    def test_honest_peers_never_accuse_each_other_and_each_call_ends_once(self) -> None:
        for seed in range(40):
            walk = Walk(seed)
            for _ in range(600):
                walk.step()
            walk.finish()
            with self.subTest(seed):
                self.assertFalse(walk.client.is_closed or walk.server.is_closed)
                self.assertEqual(walk.client.calls, {})
                self.assertTrue(all(count == 1 for count in walk.ended.values()))
