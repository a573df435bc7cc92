"""One HTTP/1.1 connection that nothing in the process watches, and a deadline for all that is done on it.

The request is written here, and the answer is read by `http.client.HTTPResponse`; no HTTP client is called. Every tracer in the host
(sentry-sdk, OpenTelemetry, ddtrace, New Relic ...) wraps the clients' request methods, adds its headers there, and records a span; and
urllib3 writes the host's name to the host's log, and a warning to its stderr when the clock is set back. The one request that we
make is small enough to write down.

Guarantees:

1. What is done until a `Deadline` ends by then, however the other end and the network behave: names that are not found, slow bytes,
   endless answers, no answer.
2. An answer of more than `MOST_BYTES` is no answer.
3. No byte of a request is sent in the clear where TLS was asked for, or past a proxy (`tightlip.network_environment`).
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any

from tightlip.deadline import Deadline, within
from tightlip.network_environment import PORTS, Place, Proxy, ProxyError, proxy_for, tls_context

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPResponse

#: Bytes of one answer that are read at most; Sentry's are below 1 KiB.
MOST_BYTES = 262_144
#: Seconds for one address of a name: the next one may answer where this one does not.
_ADDRESS_SECONDS = 3.0
#: Seconds to read the rest of an answer whose status is known: only for the sake of using the connection again.
_REST_SECONDS = 1.0
_OK, _MULTIPLE_CHOICES = 200, 300


@dataclass(frozen=True, slots=True)
class Response:
    """The head of an answer; names of headers in lower case, several values joined with commas."""

    status: int
    headers: Mapping[str, str]


class Connection:
    """Connects with the first request; `is_alive` tells whether it can be used for another one.

    Args:
        place: The server.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._proxy: Proxy | None = None
        self._socket: Any = None  # a socket, a TLS socket, or urllib3's TLS inside TLS
        self._is_aborted = False
        self._pid = os.getpid()

    def open(self, deadline: Deadline) -> None:
        """Connect, unless it is connected; nothing of a request is sent yet.

        Raises:
            OSError: As `post`.
        """
        if self._socket is None:
            self._connect(deadline)

    def post(self, path: str, headers: Mapping[str, str], body: bytes, deadline: Deadline) -> Response:
        """Send one request and read the head of its answer.

        Raises:
            OSError: Of its subclasses above all `TimeoutError`, `ssl.SSLError`, `socket.gaierror`, `ProxyError`, `AuthorityError`.
            http.client.HTTPException: The answer is no HTTP.
            ValueError: Neither is it.
        """
        self.open(deadline)
        target, more = path, {}
        if self._proxy is not None and self._place.scheme == "http":
            target, more = f"http://{self._place.netloc}{path}", self._proxy.headers()
        request = _request("POST", target, {"Host": self._host(), **headers, "Content-Length": str(len(body)), **more})
        refusal: OSError | None = None
        try:
            self._send(request + body, deadline)
        except TimeoutError:
            raise
        except OSError as error:
            refusal = error  # a server that refuses a request before it has read it all may have said why
        try:
            return self._read(deadline)
        except OSError:
            if refusal is not None:
                raise refusal from None
            raise

    @property
    def is_aborted(self) -> bool:
        """Whether `abort` was called, by another thread."""
        return self._is_aborted

    def is_alive(self) -> bool:
        """Whether it is open and silent: what comes unasked is the other end hanging up, or no HTTP."""
        import ssl  # noqa: PLC0415

        if self._socket is None or self._is_aborted or self._pid != os.getpid():
            return False
        try:
            self._socket.settimeout(0)
            self._socket.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        """Close it. In a process that was forked off only this process's copy closes."""
        connection, self._socket = self._socket, None
        if connection is not None:
            with suppress(OSError):
                connection.close()

    def abort(self) -> None:
        """End what another thread is doing on it, at once; in a process that was forked off, as `close`."""
        import socket  # noqa: PLC0415

        if self._pid != os.getpid():
            self.close()  # the other thread is not here, and a shutdown would end its try in the parent
            return
        self._is_aborted = True
        connection = self._socket
        if connection is not None:
            with suppress(OSError, TypeError):
                # The plain socket's method: that of a TLS socket first forgets that it is one, and what the other thread sends next
                # would go out in the clear.
                socket.socket.shutdown(getattr(connection, "socket", connection), socket.SHUT_RDWR)

    def _host(self) -> str:
        is_usual = self._place.port == PORTS[self._place.scheme]
        return self._place.netloc.rpartition(":")[0] if is_usual else self._place.netloc

    # How it connects.

    def _connect(self, deadline: Deadline) -> None:
        self._proxy = proxy = proxy_for(self._place)
        self._open(self._place if proxy is None else proxy.place, deadline)
        if proxy is not None and proxy.place.scheme == "https":
            self._encrypt(proxy.place.host, deadline)
        if self._place.scheme == "https":
            if proxy is not None:
                self._tunnel(proxy, deadline)
            self._encrypt(self._place.host, deadline)

    def _open(self, place: Place, deadline: Deadline) -> None:
        import socket  # noqa: PLC0415

        failure: OSError = socket.gaierror()
        addresses = _addresses(place, deadline)
        for family, kind, protocol, _, address in addresses:
            try:
                self._socket = socket.socket(family, kind, protocol)
                self._check()
                self._socket.settimeout(deadline.left(_ADDRESS_SECONDS))
                self._socket.connect(address)
                return
            except OSError as error:
                failure = error
                if self._socket is not None:
                    self._socket.close()
                    self._socket = None
                self._check()
                deadline.left()
        raise failure

    def _check(self) -> None:
        if self._is_aborted:
            raise ConnectionAbortedError

    def _encrypt(self, host: str, deadline: Deadline) -> None:
        import ssl  # noqa: PLC0415

        context = tls_context()
        self._socket.settimeout(deadline.left())
        if isinstance(self._socket, ssl.SSLSocket):
            from urllib3.util.ssltransport import SSLTransport  # noqa: PLC0415 - TLS inside TLS, which ssl has no socket for

            self._socket = SSLTransport(self._socket, context, server_hostname=host)
        else:
            self._socket = context.wrap_socket(self._socket, server_hostname=host)

    def _tunnel(self, proxy: Proxy, deadline: Deadline) -> None:
        headers = {"Host": self._place.netloc, **proxy.headers()}
        self._send(_request("CONNECT", self._place.netloc, headers), deadline)
        if not _OK <= self._answer("CONNECT", deadline)[0].status < _MULTIPLE_CHOICES:
            raise ProxyError

    # How it speaks.

    def _send(self, data: bytes, deadline: Deadline) -> None:
        rest = memoryview(data)
        while rest:
            self._socket.settimeout(deadline.left())
            rest = rest[self._socket.send(rest) :]

    def _answer(self, method: str, deadline: Deadline) -> tuple[HTTPResponse, _Bytes]:
        """The head of an answer, and where its body comes from."""
        from http.client import HTTPResponse  # noqa: PLC0415 - import tightlip stays cheap

        stream = _Bytes(self._socket, deadline)
        opened: Any = _Opened(stream)
        answer = HTTPResponse(opened, method=method)
        try:
            answer.begin()
            if stream.is_ended:  # http.client takes the end of the connection for the end of the headers
                raise ConnectionResetError
        except BaseException:
            answer.close()
            raise
        return answer, stream

    def _read(self, deadline: Deadline) -> Response:
        from http.client import HTTPException  # noqa: PLC0415

        answer, stream = self._answer("POST", deadline)
        names = {name.lower() for name in answer.headers}
        headers = {name: ",".join(answer.headers.get_all(name, ())) for name in names}
        is_whole = False
        # The status is known: what the body does changes nothing but whether the connection is used again.
        with suppress(OSError, HTTPException, ValueError):
            if not answer.will_close:
                stream.deadline = Deadline(deadline.left(_REST_SECONDS))
                answer.read(MOST_BYTES)
                is_whole = answer.isclosed()
        answer.close()
        if not is_whole:
            self.close()
        return Response(answer.status, headers)


def _addresses(place: Place, deadline: Deadline) -> list[Any]:
    """The addresses of ``place``; a resolver may take minutes to find out that there are none, and cannot be told to stop."""
    import socket  # noqa: PLC0415

    def found(flags: int) -> list[Any]:
        return socket.getaddrinfo(place.host, place.port, 0, socket.SOCK_STREAM, 0, flags)

    try:
        try:
            return found(socket.AI_NUMERICHOST)
        except socket.gaierror:
            return within(deadline, lambda: found(0))
    except UnicodeError:  # no name at all
        raise socket.gaierror from None


class _Opened:
    """What `http.client.HTTPResponse` wants of a socket."""

    def __init__(self, stream: _Bytes) -> None:
        self._stream = stream

    def makefile(self, _: str) -> BufferedReader:
        return BufferedReader(self._stream)


class _Bytes(RawIOBase):
    """The bytes of a connection, until ``deadline`` and up to `MOST_BYTES`; closing it leaves the connection open."""

    def __init__(self, connection: Any, deadline: Deadline) -> None:
        super().__init__()
        self._connection = connection
        self.deadline = deadline
        self.is_ended = False
        self._left = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left <= 0:
            raise ValueError("the answer is too long")
        self._connection.settimeout(self.deadline.left())
        count: int = self._connection.recv_into(buffer)
        self.is_ended = count == 0
        self._left -= count
        return count


def _request(method: str, target: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("ascii")
