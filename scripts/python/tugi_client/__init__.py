"""A client for municipalities' systems: from a certificate to calls, by the protocol of Protocols/wire.md.

    async with Client(Address("127.0.0.1", 7400), Credentials("me.pem", "me.key", "ca.pem")) as tugi:
        answer = await tugi.call("tugi.registry.v1.Registry/ListChildren", {"municipality": "0901", ...})

Protocols/client.md is the guide.
"""
from .client import Acting, Address, Client, Options
from .connection import Times
from .credentials import Credentials
from .errors import CallError
from .methods import Catalogue, Method
from .operation import new_operation

__all__ = ["Acting", "Address", "CallError", "Catalogue", "Client", "Credentials", "Method", "Options", "Times",
           "new_operation"]
