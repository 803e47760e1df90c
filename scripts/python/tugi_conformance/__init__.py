"""The conformance runner of the wire protocol: cases that each name the words of Protocols/wire.md which they check.

The executable reference (tugi_wire) is the other side of each connection, over real mutual TLS: as a client before a
server under test, as a server before a client under test. `scripts/conformance` starts it.
"""
