"""The methods: ids and bounds from method-ids.txt, message types and kinds from the .proto files."""
from __future__ import annotations

import pathlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import messages

KINDS = {(False, False): "unary", (True, False): "client streaming", (False, True): "server streaming",
         (True, True): "two-way streaming"}


@dataclass(frozen=True)
class Method:
    id: int
    name: str
    kind: str
    writes: bool
    audience: str
    request_max: int
    response_max: int
    deadline_s: float
    request: type[Any]
    response: type[Any]


class Catalogue:
    """All methods, by name."""

    def __init__(self, folder: pathlib.Path | None = None) -> None:
        folder = folder or messages.protocols()
        self._modules = messages.load(folder)
        self._methods: dict[str, Method] = {}
        for line in (folder / "method-ids.txt").read_text(encoding="utf-8").splitlines():
            words = line.split()
            if words and not line.startswith("#"):
                self._methods[words[1]] = self._method(words)

    def __iter__(self) -> Iterator[Method]:
        return iter(self._methods.values())

    def __getitem__(self, name: str) -> Method:
        """By full name, or by its end as long as only one method ends so: `Registry/ListChildren`."""
        if name in self._methods:
            return self._methods[name]
        found = [method for full, method in self._methods.items() if full.endswith((f".{name}", f"/{name}"))]
        if len(found) != 1:
            raise KeyError(f"{'no method' if not found else 'more than one method'} is called {name}")
        return found[0]

    def message(self, full_name: str) -> type[Any]:
        """A message's type, such as `tugi.registry.v1.Child`."""
        package, _, name = full_name.rpartition(".")
        for module in self._modules[package]:
            if found := getattr(module, name, None):
                message: type[Any] = found
                return message
        raise KeyError(f"{package} has no message {name}")

    def _method(self, words: list[str]) -> Method:
        number, name, effect, audience, request, response, deadline = words
        service, rpc = name.split("/")
        package, _, short = service.rpartition(".")
        # A package's service stands in one of its files.
        module = next(one for one in self._modules[package] if short in one.DESCRIPTOR.services_by_name)
        described = module.DESCRIPTOR.services_by_name[short].methods_by_name[rpc]
        streams = self._streams(module, short, rpc)
        return Method(int(number, 16), name, KINDS[streams], effect == "write", audience, int(request) * 1024,
                      int(response) * 1024, float(deadline), self.message(described.input_type.full_name),
                      self.message(described.output_type.full_name))

    @staticmethod
    def _streams(module: Any, service: str, rpc: str) -> tuple[bool, bool]:
        from google.protobuf import descriptor_pb2
        file = descriptor_pb2.FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        found = next(method for one in file.service if one.name == service for method in one.method
                     if method.name == rpc)
        return found.client_streaming, found.server_streaming
