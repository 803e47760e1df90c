"""The four state tables of wire.md, section 10, word for word; generate.py fails when the text says otherwise.

A row may name several inputs; inputs in asterisks are acts of this side or of the connection below.
"""
from __future__ import annotations

SERVER_CONNECTION = """
| input | awaiting HELLO | open | notice given | draining |
| --- | --- | --- | --- | --- |
| HELLO | open | F | F | F |
| REQUEST | hello-expected | call | call | pass over |
| MESSAGE, HALF_CLOSE, CREDIT, CANCEL | hello-expected | call | call | call |
| END, GOAWAY | hello-expected | F | F | F |
| PING | hello-expected | pong | pong | pong |
| PONG | hello-expected | asked | asked, final | asked |
| ERROR | close | close | close | close |
| ignorable frame | hello-expected | count | count | count |
| *peer closes* | close | close | close | close |
| *HELLO is late* | timeout | | | |
| *leave* | close | notice | – | – |
| *patience ends* | | | final | – |
| *last handler returned* | | – | – | close |
"""

SERVER_CALL = """
| input | never begun | running | half-closed | cancelled | ended | over |
| --- | --- | --- | --- | --- | --- | --- |
| REQUEST | begin | call-id | call-id | call-id | call-id | call-id |
| MESSAGE | call-id | deliver | F | F | late | late |
| HALF_CLOSE | call-id | half-close | F | F | late | late |
| CREDIT | call-id | credit | credit | F | late | late |
| CANCEL | call-id | cancel | cancel | F | late | late |
| *handler sends* | | send | send | drop | drop | |
| *handler takes a message* | | give | – | – | – | |
| *handler ends it* | | end | end | end | – | |
| *deadline passes* | | end | end | end | – | |
| *handler returns* | | end, over | end, over | end, over | over | |
| *connection ends* | | cancel | cancel | – | – | |
"""

CLIENT_CONNECTION = """
| input | awaiting HELLO | open | leaving |
| --- | --- | --- | --- |
| HELLO | open | F | F |
| MESSAGE, CREDIT, END | hello-expected | call | call |
| REQUEST, HALF_CLOSE, CANCEL | hello-expected | F | F |
| PING | hello-expected | pong | pong |
| PONG | hello-expected | asked | asked |
| GOAWAY | hello-expected | leave | leave |
| ERROR | close | close | close |
| ignorable frame | hello-expected | count | count |
| *peer closes* | close | close | close |
| *HELLO is late* | timeout | | |
| *call* | wait | begin | refuse |
| *leave* | close | leave | – |
| *last call is over* | | – | close |
"""

CLIENT_CALL = """
| input | not open | open | half-closed | cancelled | over |
| --- | --- | --- | --- | --- | --- |
| MESSAGE | call-id | deliver | deliver | ignore | call-id |
| CREDIT | call-id | credit | credit | credit | call-id |
| END | call-id | over | over | over, silently | call-id |
| *caller sends* | | send | refuse | refuse | refuse |
| *caller half-closes* | | half-close | – | – | – |
| *caller takes a message* | | give | give | – | – |
| *caller leaves* | | cancel | cancel | – | – |
| *deadline passes* | | cancel | cancel | – | – |
| *GOAWAY leaves it out* | | never seen | never seen | over, silently | |
| *connection ends* | | unavailable | unavailable | over, silently | |
"""

NOTHING = "–"  # Nothing happens. An empty cell: that cannot be there.


class Table:
    """(state, input) -> action."""

    def __init__(self, name: str, markdown: str) -> None:
        rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in markdown.strip().splitlines()]
        self.name = name
        self.states = rows[0][1:]
        self.cells: dict[tuple[str, str], str] = {}
        for inputs, *actions in rows[2:]:
            for one in inputs.split(", "):
                for state, action in zip(self.states, actions, strict=True):
                    self.cells[state, one.strip("*")] = action

    def names(self) -> set[str]:
        """Of all cells but the empty ones: what cannot be there."""
        return {self.cell_name(*cell) for cell, action in self.cells.items() if action}

    def cell_name(self, state: str, given: str) -> str:
        return f"{self.name} / {state} / {given}"


TABLES = {name: Table(name, markdown) for name, markdown in {
    "server connection": SERVER_CONNECTION, "server call": SERVER_CALL,
    "client connection": CLIENT_CONNECTION, "client call": CLIENT_CALL}.items()}
