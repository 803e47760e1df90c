"""The wire protocol tugi/1, written from Protocols/wire.md alone: frames, state tables, credit, compression.

No sockets and no clock here: bytes and acts in, bytes and events out. Protocols/vectors/generate.py makes the vectors
and transcripts with it; tugi_client puts the client's side onto a TLS connection.
"""
