"""The Python client under test, driven as Tests/ConformanceProgram is: `python3 -m tugi_conformance.python_client DIR`."""
from __future__ import annotations

import asyncio
import base64
import json
import pathlib
import sys
import uuid
from typing import Any

from tugi_client import Address, CallError, Catalogue, Client, Credentials, Options, Times
from tugi_wire.frames import Limits

PROTOCOL = pathlib.Path(__file__).resolve().parents[3] / "Tests/ConformanceProgram/Protocol"
COUNTY = "laane-viru.example"


class Program:
    def __init__(self, certificates: pathlib.Path) -> None:
        self.certificates = certificates
        self.catalogue = Catalogue(PROTOCOL)
        self.clients: dict[int, Client] = {}
        self.calls: dict[int, asyncio.Task[Any]] = {}

    async def perform(self, id: int, what: str, **said: Any) -> dict[str, Any]:
        match what:
            case "client":
                self.clients[id] = self.client(**said)
            case "call":
                self.calls[id] = asyncio.create_task(self.call(**said))
                try:
                    return await self.calls[id]
                finally:
                    del self.calls[id]
            case "cancel":
                if call := self.calls.get(said["call"]):
                    call.cancel()
            case "nothing":
                pass
            case "close":
                await self.clients.pop(said["client"]).close()
            case _:
                raise ValueError(f"unknown command {what}")
        return {}

    def client(self, port: int, limits: dict[str, int] | None = None, certificate: str = "gateway",
               peer: str = "registry", retries: int = 0, environment: str = f"{COUNTY}/conformance") -> Client:
        given = dict(limits or {})
        names = {"message": "message_bytes", "calls": "calls", "budget": "budget_bytes", "metadata": "metadata_bytes",
                 "entries": "metadata_entries"}
        times = {"handshake": "hello", "frame": "frame", "quiet": "quiet", "pong": "pong", "grace": "leave"}
        bounds = Limits(**{name: given[short] for short, name in names.items() if short in given})
        waits = Times(**{name: given[short] / 1000 for short, name in times.items() if short in given})
        credentials = Credentials(self.certificates / f"{certificate}.pem", self.certificates / f"{certificate}.key",
                                  self.certificates / "ca.pem", COUNTY, peer)
        return Client(Address("127.0.0.1", port), credentials, environment=environment.removeprefix(f"{COUNTY}/"),
                      catalogue=self.catalogue, limits=bounds, times=waits, attempts_max=retries + 1)

    async def call(self, client: int, method: str, steps: list[Any], milliseconds: int | None = None,
                   metadata: dict[str, str] | None = None, operation: str | None = None, trace: str | None = None,
                   compress: bool = False) -> dict[str, Any]:
        described = self.catalogue[f"Interop/{method}"]
        options = Options(
            timeout_s=milliseconds / 1000 if milliseconds else None, compress=compress,
            operation=uuid.UUID(bytes=base64.b64decode(operation)) if operation else None,
            metadata=tuple((name, base64.b64decode(value)) for name, value in (metadata or {}).items()))
        if trace is not None:
            options = Options(**{**vars(options), "trace": base64.b64decode(trace)})
        messages: list[Any] = []
        try:
            if isinstance(steps[0], dict) and "unary" in steps[0]:
                request = described.request.FromString(base64.b64decode(steps[0]["unary"]))
                messages.append(await self.clients[client].call(described, request, options))
            else:
                async with await self.clients[client].open(described, options) as stream:
                    for step in steps:
                        if isinstance(step, dict):
                            await stream.send(described.request.FromString(base64.b64decode(step["send"])))
                        elif step == "finish":
                            stream.finish_sending()
                        elif step == "cancel":
                            stream.cancel()
                        elif step == "receive":
                            if (response := await stream.receive()) is not None:
                                messages.append(response)
                        elif step == "hold":
                            await asyncio.Event().wait()
                        elif step == "rest":
                            async for response in stream:
                                messages.append(response)
            ending: dict[str, Any] = {"code": "ok"}
        except CallError as error:
            status = error.status
            ending = {"code": status.code, "reason": status.reason, "message": status.message,
                      "advice": status.advice, "afterMilliseconds": status.after_ms,
                      "details": base64.b64encode(status.details).decode()}
        except asyncio.CancelledError:
            ending = {"code": "cancelled", "reason": "caller-left"}
        return {**ending, "messages": [base64.b64encode(one.SerializeToString()).decode() for one in messages]}


async def main() -> None:
    program = Program(pathlib.Path(sys.argv[1]))
    running: set[asyncio.Task[None]] = set()

    async def answer(command: dict[str, Any]) -> None:
        try:
            said = await program.perform(**command)
        except Exception as error:  # The runner is told, whatever it was.
            said = {"trouble": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps({"id": command["id"], **said}) + "\n")
        sys.stdout.flush()

    reader = asyncio.StreamReader(limit=64 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        task = asyncio.create_task(answer(json.loads(line)))
        running.add(task)
        task.add_done_callback(running.discard)


asyncio.run(main())
