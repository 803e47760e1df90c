"""The client against a server that misbehaves on demand."""
from __future__ import annotations

import asyncio
import pathlib
import subprocess
import tempfile
import unittest
from dataclasses import replace
from typing import Any

from tests.echo_server import EchoServer
from tugi_client import Acting, Address, CallError, Catalogue, Client, Credentials, Method, Options, Times
from tugi_wire.frames import Limits, Status

SCRIPTS = pathlib.Path(__file__).resolve().parents[2]
CATALOGUE = Catalogue()
CHUNK = CATALOGUE["RiskScoring/StageChunks"]


def echo(kind: str, writes: bool = False) -> Method:
    """A method that no program of Tugi has: chunks go there and come back."""
    return replace(CHUNK, id=0x7F01, name="katse.Kaja/Kaja", kind=kind, writes=writes, request_max=65_536,
                   response_max=65_536, response=CHUNK.request, deadline_s=10.0)


class ClientTests(unittest.IsolatedAsyncioTestCase):
    certificates: pathlib.Path

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.certificates = pathlib.Path(folder.name)
        subprocess.run([SCRIPTS / "certificates", "--out", folder.name], check=True, stdout=subprocess.DEVNULL)

    def server(self, limits: Limits = Limits()) -> EchoServer:
        return EchoServer(self.certificates, {0x7F01: 65_536}, limits)

    def client(self, server: EchoServer, **other: Any) -> Client:
        folder = self.certificates
        credentials = Credentials(folder / "0901-school-records.pem", folder / "0901-school-records.key",
                                  folder / "ca.pem", server=other.pop("program", "gateway"))
        return Client(Address("127.0.0.1", server.port), credentials, catalogue=CATALOGUE, **other)

    async def test_two_way_streaming_goes_on_beyond_the_window(self) -> None:
        async with self.server() as server, self.client(server) as client:
            async with await client.open(echo("two-way streaming"), Options(compress=True)) as stream:
                async def send() -> None:
                    for index in range(40):
                        await stream.send({"index": index, "data": bytes([index]) * 30_000})
                    stream.finish_sending()
                sending = asyncio.create_task(send())
                came = [(chunk.index, len(chunk.data)) async for chunk in stream]
                await sending
            self.assertEqual(came, [(index, 30_000) for index in range(40)])

    async def test_many_calls_share_a_connection_and_wait_for_places(self) -> None:
        async with self.server(Limits(calls=2)) as server, self.client(server) as client:
            answers = await asyncio.gather(*[client.call(echo("unary"), {"index": n}) for n in range(20)])
            self.assertEqual([answer.index for answer in answers], list(range(20)))
            self.assertEqual(len(server.connections), 1)

    async def test_what_the_caller_says_travels_along(self) -> None:
        async with self.server() as server, self.client(server, acting=Acting(role="head")) as client:
            await client.call(echo("unary", writes=True), {"index": 1})
            seen = server.seen[0]
            self.assertIn(("tugi-role", b"head"), seen.metadata)
            self.assertIsNotNone(seen.operation)
            self.assertTrue(0 < seen.deadline_ms <= 10_000)

    async def test_a_call_that_was_never_seen_is_made_again(self) -> None:
        async with self.server() as server, self.client(server) as client:
            server.mishaps = [Status("resourceExhausted", "neverSeen", reason="calls-running")]
            answer = await client.call(echo("unary", writes=True), {"index": 3})
            self.assertEqual(answer.index, 3)
            self.assertEqual([request.attempt for request in server.seen], [1, 2])
            self.assertEqual(server.seen[0].operation, server.seen[1].operation)

    async def test_a_lost_connection_is_opened_again(self) -> None:
        async with self.server() as server, self.client(server) as client:
            server.mishaps = ["lose"]
            answer = await client.call(echo("unary", writes=True), {"index": 4})
            self.assertEqual((answer.index, len(server.connections)), (4, 2))
            self.assertEqual(server.seen[0].operation, server.seen[1].operation)

    async def test_what_must_not_be_tried_again_is_told_at_once(self) -> None:
        async with self.server() as server, self.client(server) as client:
            server.mishaps = [Status("failedPrecondition", reason="case-closed", message="Open it first.")]
            with self.assertRaises(CallError) as caught:
                await client.call(echo("unary"), {"index": 5})
            self.assertEqual((caught.exception.status.reason, len(server.seen)), ("case-closed", 1))

    async def test_a_draining_server_finishes_the_call_and_the_next_goes_elsewhere(self) -> None:
        async with self.server() as server, self.client(server) as client:
            server.mishaps = ["drain"]
            for index in (6, 7):
                self.assertEqual((await client.call(echo("unary"), {"index": index})).index, index)
            self.assertEqual(len(server.connections), 2)

    async def test_a_deadline_ends_the_wait_and_tells_the_server(self) -> None:
        async with self.server() as server, self.client(server) as client:
            async with await client.open(echo("two-way streaming"), Options(timeout_s=0.05)) as stream:
                with self.assertRaises(CallError) as caught:
                    await stream.receive()
            self.assertEqual(caught.exception.status.code, "deadlineExceeded")
            # The place is free again only with the server's END: that this goes through shows it.
            self.assertEqual((await client.call(echo("unary"), {"index": 8})).index, 8)
            self.assertEqual(server.connections[0].machine.calls, {})

    async def test_a_server_that_stops_inside_a_frame_is_left(self) -> None:
        async with self.server() as server, self.client(server, times=Times(frame=0.0)) as client:
            server.mishaps = ["stop"]
            with self.assertRaises(CallError) as caught:
                await client.call(echo("unary"), {"index": 1})
            self.assertEqual(caught.exception.status.reason, "timeout")

    async def test_a_server_without_hello_is_left(self) -> None:
        async with self.server() as server, self.client(server, times=Times(hello=0.3)) as client:
            server.silent = True
            with self.assertRaises(CallError) as caught:
                await client.call(echo("unary"), {"index": 1}, Options(timeout_s=0.35))
            self.assertEqual(caught.exception.status.code, "unavailable")

    async def test_leaving_a_stream_tells_the_server(self) -> None:
        async with self.server(Limits(calls=1)) as server, self.client(server) as client:
            async with await client.open(echo("two-way streaming")) as stream:
                await stream.send({"index": 1})
                await stream.receive()
            self.assertEqual((await client.call(echo("unary"), {"index": 2})).index, 2)
            self.assertEqual(server.connections[0].machine.calls, {})

    async def test_a_message_beyond_the_method_is_refused_before_it_is_sent(self) -> None:
        async with self.server() as server, self.client(server) as client:
            with self.assertRaises(CallError) as caught:
                await client.call(echo("unary"), {"data": bytes(65_536)})
            self.assertEqual(caught.exception.status.reason, "message-too-large")

    async def test_another_installation_or_program_is_not_talked_to(self) -> None:
        async with self.server() as server:
            for other in ({"environment": "production"}, {"program": "registry"}):
                async with self.client(server, **other) as client:
                    with self.assertRaises(CallError) as caught:
                        await client.call(echo("unary"), {"index": 9})
                    self.assertIn(caught.exception.status.reason, ("environment-mismatch", "peer-unexpected"))
            self.assertEqual(server.seen, [])
