"""Who this side is, and whom it trusts: TLS 1.3 with certificates both ways (wire.md, section 2)."""
from __future__ import annotations

import ssl
from dataclasses import dataclass
from os import PathLike
from typing import Any

from .errors import unavailable

ALPN = "tugi/1"


@dataclass(frozen=True)
class Credentials:
    """PEM files: the certificate chain, its key, and the county's authority."""

    certificate: str | PathLike[str]
    key: str | PathLike[str]
    authority: str | PathLike[str]
    county: str = "laane-viru.example"
    # What the server's certificate has to say: the county's own program of that name.
    server: str = "gateway"

    @property
    def server_uri(self) -> str:
        return f"spiffe://{self.county}/municipality/0060/system/{self.server}"

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        # Servers are named by URI, not by host; judge() compares it.
        context.check_hostname = False
        context.load_verify_locations(self.authority)
        context.load_cert_chain(self.certificate, self.key)
        context.set_alpn_protocols([ALPN])
        return context

    def judge(self, connection: ssl.SSLObject) -> None:
        """Before anything is sent: the protocol was agreed on, and the server is the one that is meant."""
        if connection.selected_alpn_protocol() != ALPN:
            raise unavailable("no-application-protocol", f"The server does not speak {ALPN}; check host and port.")
        names: Any = (connection.getpeercert() or {}).get("subjectAltName", ())
        uris = [value for kind, value in names if kind == "URI"]
        if uris != [self.server_uri]:
            raise unavailable("peer-unexpected", f"The server is not {self.server_uri}; check county, host and port.")
