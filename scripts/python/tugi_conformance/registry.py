"""The cases: each has a name, the section and the words of wire.md that it checks, and the sides that it is for."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .session import Session

Check = Callable[["Session"], Awaitable[Any]]
SERVER, CLIENT, BOTH = ("server",), ("client",), ("server", "client")


@dataclass(frozen=True)
class Case:
    name: str
    section: str
    # Words of that section, as they stand there.
    rule: str
    roles: tuple[str, ...]
    check: Check


@dataclass(frozen=True)
class Omitted:
    """A case of another suite that has no meaning here."""

    name: str
    reason: str


CASES: dict[str, Case] = {}
OMITTED: list[Omitted] = []


def add(name: str, section: str, rule: str, roles: tuple[str, ...], check: Check) -> None:
    if name in CASES:
        raise ValueError(f"two cases are called {name}")
    CASES[name] = Case(name, section, rule, roles, check)


def case(name: str, section: str, rule: str, roles: tuple[str, ...]) -> Callable[[Check], Check]:
    def take(check: Check) -> Check:
        add(name, section, rule, roles, check)
        return check
    return take


def omit(name: str, reason: str) -> None:
    OMITTED.append(Omitted(name, reason))
