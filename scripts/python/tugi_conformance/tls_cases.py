"""Section 2: TLS, certificates both ways, the ends of connections."""
from __future__ import annotations

import pathlib
import ssl
import subprocess

from tugi_wire.frames import End, Hello, Request, Status

from .peer import check as well
from .peer import Failed, Peer, equal
from .registry import BOTH, CLIENT, SERVER, add, case
from .session import Session
from .tls import CutOff, Socket, client_context, server_context

VERSION = "TLS 1.3 only."
VERIFY = "Both sides present certificates and MUST verify the other's."
ALPN = "The ALPN name is `tugi/1`; a connection that agreed on no ALPN name, or another, MUST be closed."
JUDGED = (
    "as soon as the TLS handshake is complete on their side (the server: after it has verified the client's "
    "certificate)")
ORDERLY = "Closing with `close_notify` between frames is an orderly end"
AGAIN = "Sessions may be resumed (a ticket and a new key exchange)"
COUNTY = "spiffe://laane-viru.example/municipality/0060/system"
# name: (names in the certificate, days, key usages); each signed by the county's authority but for `foreign`.
BAD = {
    "two-uris": (f"URI:{COUNTY}/NAME,URI:{COUNTY}/other", 30, "digitalSignature", "serverAuth,clientAuth"),
    "no-uri": ("DNS:localhost", 30, "digitalSignature", "serverAuth,clientAuth"),
    "another-county": ("URI:spiffe://harju.example/municipality/0060/system/NAME", 30, "digitalSignature",
                       "serverAuth,clientAuth"),
    "expired": (f"URI:{COUNTY}/NAME", -1, "digitalSignature", "serverAuth,clientAuth"),
    "foreign": (f"URI:{COUNTY}/NAME", 30, "digitalSignature", "serverAuth,clientAuth"),
}
CONFIGURATION = """[req]
distinguished_name = subject
x509_extensions = extensions
prompt = no
[subject]
CN = {name}
[extensions]
basicConstraints = critical, CA:false
keyUsage = critical, {usage}
extendedKeyUsage = {extended}
subjectAltName = {names}
"""


def make_certificates(folder: pathlib.Path) -> None:
    """The bad ones, beside those of scripts/certificates."""
    def openssl(*words: str | pathlib.Path) -> None:
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
            "/CN=another authority", "-keyout", folder / "foreign-ca.key", "-out", folder / "foreign-ca.pem")
    for side, system in (("client", "gateway"), ("server", "registry")):
        for kind, (names, days, usage, extended) in BAD.items():
            file = folder / f"{side}-{kind}"
            file.with_suffix(".cnf").write_text(CONFIGURATION.format(
                name=file.name, usage=usage, extended=extended, names=names.replace("NAME", system)))
            authority = folder / ("foreign-ca" if kind == "foreign" else "ca")
            openssl("req", "-new", "-config", file.with_suffix(".cnf"), "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-keyout", file.with_suffix(".key"), "-out", file.with_suffix(".csr"))
            openssl("x509", "-req", "-in", file.with_suffix(".csr"), "-CA", authority.with_suffix(".pem"), "-CAkey",
                    authority.with_suffix(".key"), "-days", str(days), "-extfile", file.with_suffix(".cnf"), "-extensions",
                    "extensions", "-out", file.with_suffix(".pem"))


async def shut_out(s: Session, context: ssl.SSLContext) -> str:
    """The server answers nothing and closes; TLS 1.3's client learns it after its own handshake."""
    await s.connect()
    peer = Peer(await Socket.connect(s.port, context))
    try:
        await peer.socket.handshake()
        frame = await peer.frame()
    except (CutOff, ConnectionError, ssl.SSLError) as error:
        return f"refused: {error}"
    if frame is None:
        return "closed"
    raise Failed(f"{frame} came")


async def turned_away(s: Session, context: ssl.SSLContext, wait_for_hello: bool = True) -> str:
    """The client says nothing to such a server, and tells its caller."""
    door = await s.listen(context)
    client = await s.client(door)
    call = s.call(client, "EmptyCall", {"unary": b""}, milliseconds=2_500)
    peer = None
    try:
        peer = await door.accept()
        frame = await peer.frame()
        if frame is not None:
            raise Failed(f"{frame} came")
    except (CutOff, ConnectionError, ssl.SSLError):
        pass
    outcome = await call.outcome()
    well(outcome.code in ("unavailable", "deadlineExceeded"), f"the caller is told {outcome.code} {outcome.reason}")
    return f"the caller is told {outcome.code}, {outcome.reason}"


def bad_certificate(kind: str) -> None:
    async def check(s: Session) -> str:
        if s.role == "server":
            return await shut_out(s, client_context(s.certificates, f"client-{kind}"))
        return await turned_away(s, server_context(s.certificates, f"server-{kind}"))
    add(f"tls/certificate-{kind}", "2", VERIFY, BOTH, check)


for kind in BAD:
    bad_certificate(kind)


@case("tls/certificate-missing", "2", VERIFY, SERVER)
async def certificate_missing(s: Session) -> str:
    return await shut_out(s, client_context(s.certificates, None))


@case("tls/certificate-of-another-program", "2", VERIFY, CLIENT)
async def another_program(s: Session) -> str:
    return await turned_away(s, server_context(s.certificates, "risk"))


@case("tls/certificate-judged-before-hello", "4", JUDGED, SERVER)
async def judged_before_hello(s: Session) -> str:
    return await shut_out(s, client_context(s.certificates, "client-another-county"))


@case("tls/no-alpn", "2", ALPN, BOTH)
async def no_alpn(s: Session) -> str:
    if s.role == "server":
        return await shut_out(s, client_context(s.certificates, alpn=None))
    return await turned_away(s, server_context(s.certificates, alpn=None))


@case("tls/another-alpn", "2", ALPN, BOTH)
async def another_alpn(s: Session) -> str:
    if s.role == "server":
        return await shut_out(s, client_context(s.certificates, alpn="h2"))
    return await turned_away(s, server_context(s.certificates, alpn="h2"))


@case("tls/1.2", "2", VERSION, BOTH)
async def tls_1_2(s: Session) -> str:
    make = client_context if s.role == "server" else server_context
    context = make(s.certificates)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    return await (shut_out if s.role == "server" else turned_away)(s, context)


@case("tls/not-tls", "2", VERSION, SERVER)
async def not_tls(s: Session) -> str:
    await s.connect()
    raw = await Socket.connect(s.port, client_context(s.certificates))
    raw.writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    data = await raw.reader.read()
    well(b"TUGI" not in data, "HELLO came in the clear")
    return "closed"


@case("tls/agreed", "2", ALPN, BOTH)
async def agreed(s: Session) -> str:
    peer, _ = await s.stream()
    equal((peer.socket.tls.version(), peer.socket.tls.selected_alpn_protocol()), ("TLSv1.3", "tugi/1"), "agreed on")
    return "TLS 1.3, tugi/1"


@case("tls/orderly-end", "2", ORDERLY, SERVER)
async def orderly_end(s: Session) -> str:
    peer = await s.connect()
    peer.socket.close()
    other = await s.again(s.port)
    return await other.alive()


@case("tls/resumed", "2", AGAIN, SERVER)
async def resumed(s: Session) -> str:
    context = client_context(s.certificates)
    peer = await s.connect(context=context)
    await peer.alive()
    session = peer.socket.tls.session
    well(session is not None and session.has_ticket, "no ticket came")
    other = await s.again(s.port, context=context, tls=session)
    well(other.socket.tls.session_reused is True, "a full handshake was made")
    response, end = await other.unary(s.method("WriteCall"), b"", operation=bytes(16))
    equal((end.status.code, s.read("Context", response).peer), ("ok", f"{COUNTY}/gateway"), "END and peer")
    return "the same peer, without a full handshake"


@case("tls/full-handshake-with-an-unknown-ticket", "2", AGAIN, SERVER)
async def unknown_ticket(s: Session) -> str:
    """A ticket of another server is no fault: a full handshake follows."""
    context = client_context(s.certificates)
    peer = await s.connect(context=context, own=True)
    await peer.alive()
    session = peer.socket.tls.session
    other = await s.connect(context=context, tls=session)
    equal(other.socket.tls.session_reused, False, "resumed")
    return await other.alive()


@case("tls/server-closes-in-order", "2", ORDERLY, CLIENT)
async def server_closes(s: Session) -> str:
    door = await s.listen()
    client = await s.client(door)
    first = s.call(client, "EmptyCall", {"unary": b""})
    peer = await s.accept(door)
    request = await peer.expect(Request)
    await peer.whole(request.call)
    peer.message(request.call, b"")
    peer.send(End(request.call, Status()))
    await first.ends("ok")
    peer.socket.close()
    second = s.call(client, "EmptyCall", {"unary": b""}, milliseconds=20_000)
    other = await s.accept(door, greet=False)
    await other.expect(Hello)
    await second.cancel()
    return "the next call comes over another connection"
