"""A receiving end on the loopback: a Sentry server, or a proxy, that records what it is sent and fails on request.

    with Receiver() as receiver:                      # takes everything
        reporter = reporter_for("acme", dsn=receiver.dsn())
        ...
        assert [request.event["event_id"] for request in receiver.requests] == [...]

    Receiver(Reply(429, {"Retry-After": "5"}), Reply(500), Reply())   # one after the other; the last one repeats
    Receiver(hang)                                     # or any other behaviour below
    Receiver(certificate=certificate(tmp_path))        # TLS; the client trusts `Certificate.authority`

It listens on 127.0.0.1 only, and all its threads end with the ``with`` block. Other processes may send to it too.
"""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Self, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

KEY = "5ecre7key"
#: A test that waits longer than this has failed; a bound, not a measure.
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are in lower case. ``connection`` counts the connections, from 0."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def envelope(self) -> bytes:
        return gzip.decompress(self.body)

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.envelope.split(b"\n")[2])
        return event


@dataclass(frozen=True, slots=True)
class Peer:
    """What a behaviour answers on; `wait` returns early, and True, when the receiver closes."""

    socket: socket.socket
    closing: threading.Event
    request: Request

    def wait(self, seconds: float = PATIENCE) -> bool:
        return self.closing.wait(seconds)


#: What to do about one request; whether the connection stays open.
Behaviour: TypeAlias = Callable[[Peer], bool]


@dataclass(frozen=True, slots=True)
class Reply:
    """A well-formed answer, after ``pause`` seconds."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b"{}"
    pause: float = 0.0

    def __call__(self, peer: Peer) -> bool:
        if self.pause and peer.wait(self.pause):
            return False
        peer.socket.sendall(self.encoded())
        return self.headers.get("Connection") != "close"

    def encoded(self) -> bytes:
        headers = {"Content-Length": str(len(self.body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} Said", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode("latin-1") + self.body


def chunked(peer: Peer) -> bool:
    """A good answer whose body comes in chunks."""
    peer.socket.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
    return True


def hang(peer: Peer) -> bool:
    """Read the request and never say a word."""
    peer.wait()
    return False


def drip(peer: Peer) -> bool:
    """A good answer, a byte every 20 ms, in which a header never ends: each read succeeds, the answer does not."""
    head = b"HTTP/1.1 200 OK\r\nX-Slow: "
    for number in range(int(PATIENCE / 0.02)):
        peer.socket.sendall(head[number : number + 1] or b"x")
        if peer.wait(0.02):
            break
    return False


def drip_body(peer: Peer) -> bool:
    """A good answer whose body comes a byte every 20 ms."""
    peer.socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    for _ in range(int(PATIENCE / 0.02)):
        peer.socket.sendall(b"x")
        if peer.wait(0.02):
            break
    return False


def reset(peer: Peer) -> bool:
    """Drop the connection with a reset."""
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def hang_up(peer: Peer) -> bool:
    """Close the connection without a word."""
    return False


def reply_and_hang_up(peer: Peer) -> bool:
    """A good answer, and the end of the connection without a word about it."""
    Reply()(peer)
    return False


def half_an_answer(peer: Peer) -> bool:
    """Close the connection in the middle of the headers."""
    peer.socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")
    return False


def garbage(peer: Peer) -> bool:
    """What is no HTTP at all."""
    peer.socket.sendall(b"\x00\xff\xfe SSH-2.0-nobody \r\n\r\n" * 20)
    return False


def endless_headers(peer: Peer) -> bool:
    """Headers without an end, as fast as they are read."""
    return _endless(peer, b"HTTP/1.1 200 OK\r\n", b"X-More: more\r\n" * 200)


def endless_line(peer: Peer) -> bool:
    """One header line without an end."""
    return _endless(peer, b"HTTP/1.1 200 OK\r\nX-More: ", b"x" * 4096)


def endless_body(peer: Peer) -> bool:
    """A good head and a body without an end."""
    return _endless(peer, b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 4096)


def endless_continues(peer: Peer) -> bool:
    """``100 Continue`` again and again."""
    return _endless(peer, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def _endless(peer: Peer, head: bytes, more: bytes) -> bool:
    peer.socket.sendall(head)
    end = time.monotonic() + PATIENCE
    while not peer.closing.is_set() and time.monotonic() < end:
        peer.socket.sendall(more)
    return False


def tunnel(peer: Peer) -> bool:
    """As a proxy: connect to what ``CONNECT`` names, which must be on the loopback, and carry bytes both ways."""
    host, _, port = peer.request.target.rpartition(":")
    address = "127.0.0.1" if host == "localhost" else host
    assert ip_address(address.strip("[]")).is_loopback, host
    with socket.create_connection((address, int(port)), timeout=PATIENCE) as far:
        peer.socket.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=_carry, args=(far, peer.socket))
        back.start()
        _carry(peer.socket, far)
        back.join()
    return False


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Receiver:
    """Listens from the start of its ``with`` block to the end.

    Args:
        behaviours: What to do about the first request, the second, ...; the last one repeats. None given: all is taken.
        certificate: Speak TLS with it.
        reads: False: accept connections and never read, so that a large request cannot be written.
        slowly: Read 64 KiB every 2 ms and never say a word.
        early: Say this once the headers are there, and close the connection with the body unread. It is not recorded.
    """

    def __init__(
        self,
        *behaviours: Behaviour,
        certificate: Certificate | None = None,
        reads: bool = True,
        slowly: bool = False,
        early: Reply | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self.read_slowly = 0
        self._behaviours = list(behaviours) or [Reply()]
        self._certificate = certificate
        self._reads = reads
        self._slowly = slowly
        self._early = early
        self._context = None if certificate is None else certificate.context()
        self._closing = threading.Event()
        self._changed = threading.Condition()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        if not reads or slowly or early is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join(PATIENCE)
        self._listener.close()
        for connection in self._sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        for connection in self._sockets:
            connection.close()

    def dsn(self, *, host: str = "127.0.0.1", key: str = KEY, project: str = "42") -> str:
        scheme = "http" if self._certificate is None else "https"
        return f"{scheme}://{key}@{host}:{self.port}/{project}"

    @property
    def url(self) -> str:
        """Its address, as for a proxy variable."""
        return f"{'http' if self._certificate is None else 'https'}://127.0.0.1:{self.port}"

    def behave(self, *behaviours: Behaviour) -> None:
        """From the next request on, do as ``behaviours`` say."""
        with self._changed:
            self._behaviours = list(behaviours)

    def wait_for(self, count: int, seconds: float = PATIENCE) -> bool:
        """Wait until ``count`` requests have come; whether they have."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.requests) >= count, seconds)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The event of each request."""
        return [request.event for request in self.requests]

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, name="receiver", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(connection)
            number, self.connections = self.connections, self.connections + 1
            self._start(self._serve, connection, number)

    def _serve(self, plain: socket.socket, number: int) -> None:
        # What the client does to a connection is the client's test's business.
        with plain, suppress(OSError, ValueError):
            if not self._reads:
                self._closing.wait(PATIENCE)
                return
            while self._slowly and (data := plain.recv(65536)):
                self.read_slowly += len(data)
                if self._closing.wait(0.002):
                    return
            if self._early is not None:
                _said_early(plain, self._early)
                return
            connection = plain
            if self._context is not None:
                connection = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
                self._sockets.append(connection)  # `plain` is an empty shell now
                connection.do_handshake()
            with connection, connection.makefile("rb") as stream:
                while (request := _read(stream, number)) is not None:
                    with self._changed:
                        self.requests.append(request)
                        behaviour = self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]
                        self._changed.notify_all()
                    if request.method == "CONNECT" and isinstance(behaviour, Reply) and behaviour.status == 200:
                        behaviour = tunnel
                    if not behaviour(Peer(connection, self._closing, request)):
                        return


def _said_early(connection: socket.socket, reply: Reply) -> None:
    seen = b""
    while b"\r\n\r\n" not in seen:
        seen += connection.recv(1024)
    connection.sendall(reply.encoded())


def _read(stream: Any, number: int) -> Request | None:
    line = stream.readline().decode("latin-1").strip()
    if not line:
        return None
    method, target, _ = line.split(" ")
    headers: dict[str, str] = {}
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Request(method, target, headers, stream.read(int(headers.get("content-length", "0"))), number)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate and key in one file, and the authority that signed it in another."""

    chain: Path
    authority: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        return context


def certificate(folder: Path, *, host: str = "127.0.0.1", days: int = 1) -> Certificate:
    """A certificate for ``host``, signed by an authority of its own; ``days`` below 0: it has expired."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def name(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])

    now = datetime.now(UTC)
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = (
        x509.CertificateBuilder()
        .subject_name(name("test authority"))
        .issuer_name(name("test authority"))
        .public_key(authority_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .add_extension(_usage(x509, signs=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    try:
        subject: x509.GeneralName = x509.IPAddress(ip_address(host))
    except ValueError:
        subject = x509.DNSName(host)
    leaf = (
        x509.CertificateBuilder()
        .subject_name(name(host))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=8))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([subject]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),  # 3.13's strict mode asks
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    chain, authority_file = folder / "server.pem", folder / "authority.pem"
    chain.write_bytes(
        leaf.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    authority_file.write_bytes(authority.public_bytes(pem))
    return Certificate(chain, authority_file)


def _usage(x509: Any, *, signs: bool) -> Any:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs, crl_sign=signs, encipher_only=False, decipher_only=False,
    )  # fmt: skip
