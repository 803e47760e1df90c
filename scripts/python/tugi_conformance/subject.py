"""What is under test: a program that takes a JSON command a line and answers so."""
from __future__ import annotations

import asyncio
import base64
import json
from typing import Any


class Trouble(Exception):
    """The program could not do what was asked: a mistake of the runner or the program, not of the protocol."""


class Subject:
    def __init__(self, name: str, words: list[str], environment: dict[str, str]) -> None:
        self.name, self.words, self.environment = name, words, environment
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._next = 0
        self._servers: dict[str, tuple[int, int]] = {}
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *self.words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=self.environment,
            limit=64 << 20)
        self._reading = asyncio.create_task(self._read())

    async def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        await self.process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            answer = json.loads(line)
            if waiting := self._waiting.pop(answer["id"], None):
                waiting.set_result(answer)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Trouble(f"{self.name} has ended"))
                waiting.exception()  # Perhaps nobody waits any more.

    def begin(self, what: str, **values: Any) -> tuple[int, asyncio.Future[dict[str, Any]]]:
        """The command's number, and its answer to wait for."""
        assert self.process.stdin is not None
        self._next += 1
        self._waiting[self._next] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": self._next, "what": what, **values}, default=as_text)
        self.process.stdin.write(line.encode() + b"\n")
        return self._next, self._waiting[self._next]

    async def do(self, what: str, **values: Any) -> dict[str, Any]:
        _, answer = self.begin(what, **values)
        said = await answer
        if "trouble" in said:
            raise Trouble(f"{self.name}: {what}: {said['trouble']}")
        return said

    async def server(self, own: bool = False, **values: Any) -> tuple[int, int]:
        """(number, port) of a server with these settings; the same one again unless it is to be one's own."""
        key = json.dumps(values, sort_keys=True)
        async with self._starting:
            if own or key not in self._servers:
                number, answer = self.begin("server", **values)
                said = await answer
                if "port" not in said:
                    raise Trouble(f"{self.name}: server: {said}")
                if own:
                    return number, said["port"]
                self._servers[key] = number, said["port"]
            return self._servers[key]


def as_text(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(str(type(value)))
