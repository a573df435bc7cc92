"""Delivery over HTTP: one envelope, one try, to the address in a DSN; what comes of it is an `Answer`.

When to try, what to try again and for how long is decided by the caller; here it is decided what an answer means (`_meaning`):

- 2xx: taken.
- 4xx: refused, and never tried again, since the same envelope would be refused for ever: it is no envelope (400), it is too large
  (413), the key or the project in the DSN is wrong (401, 403, 404). Those that speak of the moment, and not of the envelope, are `_LATER`.
- All else, and no answer at all: later. A redirect is not followed: it would carry the key to a place that the vendor did not name.

Sentry's rules have an SDK drop what is answered with any 4xx or 5xx, 429 too, and try again only where the network failed
(https://develop.sentry.dev/sdk/expected-features/#dealing-with-network-failures). Here what met a limit or a broken server is kept, since
it lies on disk and is not in anybody's way; how long the server asked to wait is in the `Answer`, and to keep to it is the caller's part.

Guarantees:

1. A call raises no ``Exception``, and ends within its seconds, whatever server and network do.
2. It calls no HTTP client and no logger, so that a tracer in the host sees no request and a log of the host's names no address. The
   scopes of the host's own sentry-sdk, which may watch sockets too, are put aside meanwhile (`_unseen`).
3. The connection is used again; a process that was forked off opens its own.
4. It holds no lock, so that it cannot be found locked after a fork or in a signal handler.
5. Consent is asked once more when the connection is there, which may take seconds: nothing of a report leaves after it was withdrawn.
6. A host that has given SIGPIPE its default action is not killed by a server that hangs up.
"""

from __future__ import annotations

import re
import sys
import time
from collections import deque
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tightlip._version import __version__
from tightlip.connection import Connection, Response
from tightlip.deadline import Deadline
from tightlip.network_environment import PORTS, AuthorityError, Place, ProxyError
from tightlip.rate_limits import wait_seconds
from tightlip.types import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

#: Seconds that a try may take in all.
TRY_SECONDS = 10.0
#: Seconds after which a silent connection is not used again. A router on the way may forget it without a word (RFC 5382 asks for two
#: hours, not all keep to it), and the next request would wait for nothing.
_IDLE_SECONDS = 30.0
_KEY = re.compile(r"[A-Za-z0-9]{1,64}")
_PROJECT = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: What may stand in the first line of a request.
_FOLDER = re.compile(r"[!-~]*")
_OK, _REDIRECT, _BAD_REQUEST, _SERVER_ERROR = 200, 300, 400, 500
_PROXY_REFUSES, _TOO_MANY = 407, 429
#: Request time-out, misdirected, too early, too many: 4xx that are not about the envelope (RFC 9110, 15.5; RFC 8470; RFC 6585).
_LATER = frozenset({_PROXY_REFUSES, 408, 421, 425, _TOO_MANY})
#: zlib's own default; Python's is 9.
_GZIP_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Dsn:
    """Where events go: ``https://<key>@<host>/<project>`` (https://develop.sentry.dev/sdk/overview/#parsing-the-dsn).

    Attributes:
        key: The public key.
        url: The envelope endpoint.
    """

    key: str
    url: str

    @classmethod
    def parse(cls, text: str) -> Dsn:
        """The parts of ``text``.

        Raises:
            ValueError: It is no DSN. The message does not repeat it, since a DSN holds a key.
            TypeError: It is no ``str``.
        """
        if type(text) is not str:
            raise TypeError(f"dsn must be a str or None, not {type(text).__name__}")
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            # Not chained: urllib's message repeats the part that it cannot read, which may be the key.
            raise ValueError("dsn is no URL; it looks like https://<key>@<host>/<project>") from None
        folder, _, project = parts.path.rpartition("/")
        for is_right, what in (
            (parts.scheme in ("http", "https"), "it must start with https:// or http://"),
            (bool(parts.hostname), "it has no host"),
            (
                _is_host(parts.hostname or ""),
                "its host is no host name or address (write xn--... for one beyond ASCII)",
            ),
            (_KEY.fullmatch(parts.username or ""), "it has no key before the @"),
            (_FOLDER.fullmatch(folder), "its path holds a space or something beyond ASCII"),
            (_PROJECT.fullmatch(project), "it has no project at the end"),
        ):
            if not is_right:
                raise ValueError(f"dsn is not complete: {what}; it looks like https://<key>@<host>/<project>")
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        place = host if port is None else f"{host}:{port}"
        return cls(key=parts.username or "", url=f"{parts.scheme}://{place}{folder}/api/{project}/envelope/")


class _ForbiddenError(Exception):
    """There is no consent any more."""


def _is_host(host: str) -> bool:
    if not _FOLDER.fullmatch(host):
        return False
    try:
        host.encode("idna")  # what the look-up of a name does first: no label is empty or too long
    except UnicodeError:
        return ":" in host  # an address of IPv6
    return True


class HttpTransport:
    """Sends envelopes to a DSN; a connection is kept open between them, until `close`.

    Threads may share one; each call then has a connection of its own.

    Args:
        dsn: Where to send.
        seconds: How long a try may take in all.
        may_send: Asked with the connection open, before the first byte of a request; None: always.
    """

    def __init__(self, dsn: Dsn, seconds: float = TRY_SECONDS, *, may_send: Callable[[], bool] | None = None) -> None:
        parts = urlsplit(dsn.url)
        self._place = Place(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme])
        self._path = parts.path
        self._seconds = seconds
        self._may_send = may_send
        client = f"tightlip/{__version__}"
        self._headers = {
            "Content-Type": "application/x-sentry-envelope",
            "Content-Encoding": "gzip",
            "Accept-Encoding": "identity",
            "User-Agent": client,
            "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_client={client}, sentry_key={dsn.key}",
        }
        self._idle: deque[tuple[Connection, float]] = deque()
        self._busy: list[Connection] = []

    def __call__(self, envelope: bytes) -> Answer:
        """Send ``envelope`` once."""
        try:
            deadline = Deadline(self._seconds)
            with _unseen(), _no_broken_pipe():
                response = self._posted(_gzipped(envelope), deadline)
        except Exception as error:
            return Answer("later", _reason(error))
        return _meaning(response)

    def close(self) -> None:
        """Close the connections, and end at once what other threads do on theirs; a later call opens new ones."""
        with suppress(IndexError):
            while True:
                self._idle.pop()[0].close()
        for connection in tuple(self._busy):
            connection.abort()

    def __del__(self) -> None:
        """A connection that nobody closed would be named in a warning on the host's stderr."""
        try:  # noqa: SIM105 - at the end of the interpreter the globals may be gone, `suppress` too
            self.close()
        except Exception:  # noqa: S110 - the same
            pass

    def _posted(self, body: bytes, deadline: Deadline) -> Response:
        kept = self._kept()
        if kept is not None:
            try:
                return self._post(kept, body, deadline)
            except ConnectionError:
                # The server closed it while the request was on its way. If it was read all the same, it comes twice under one event id.
                if kept.is_aborted:
                    raise
        return self._post(Connection(self._place), body, deadline)

    def _post(self, connection: Connection, body: bytes, deadline: Deadline) -> Response:
        self._busy.append(connection)
        try:
            connection.open(deadline)
            if self._may_send is not None and not self._may_send():
                raise _ForbiddenError
            response = connection.post(self._path, self._headers, body, deadline)
        except BaseException:
            connection.close()
            raise
        finally:
            self._busy.remove(connection)
        if connection.is_alive() and not self._idle:
            self._idle.append((connection, time.monotonic()))
        else:
            connection.close()
        return response

    def _kept(self) -> Connection | None:
        try:
            connection, since = self._idle.pop()
        except IndexError:
            return None
        if time.monotonic() - since < _IDLE_SECONDS and connection.is_alive():
            return connection
        connection.close()
        return None


def _meaning(response: Response) -> Answer:
    status, headers = response.status, response.headers
    wait = wait_seconds(
        headers.get("x-sentry-rate-limits"), headers.get("retry-after"), is_refused=status == _TOO_MANY, now=time.time(), date=headers.get("date")
    )  # fmt: skip
    if _OK <= status < _REDIRECT:
        return Answer("taken", str(status), wait)
    if _REDIRECT <= status < _BAD_REQUEST:
        return Answer("later", "redirect", wait)
    if _BAD_REQUEST <= status < _SERVER_ERROR and status not in _LATER:
        return Answer("refused", str(status), wait)
    return Answer("later", {_PROXY_REFUSES: "proxy", _TOO_MANY: "rate limit"}.get(status, str(status)), wait)


def _reason(error: Exception) -> str:
    """Fixed words for what went wrong; an error's own text may name a host."""
    import ssl  # noqa: PLC0415
    from http.client import HTTPException, RemoteDisconnected  # noqa: PLC0415
    from socket import gaierror  # noqa: PLC0415

    table: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
        (_ForbiddenError, "no consent"),
        (TimeoutError, "time-out"),
        (AuthorityError, "authorities"),
        (ProxyError, "proxy"),
        (gaierror, "no address"),
        (ssl.SSLError, "TLS"),
        (RemoteDisconnected, "no connection"),  # an HTTPException too
        ((HTTPException, ValueError), "no HTTP"),
        (OSError, "no connection"),
    )
    return next((words for kinds, words in table if isinstance(error, kinds)), "error")


def _gzipped(envelope: bytes) -> bytes:
    import gzip  # noqa: PLC0415

    return gzip.compress(envelope, _GZIP_LEVEL, mtime=0)


@contextmanager
def _no_broken_pipe() -> Generator[None]:
    """Keep SIGPIPE from this thread, also where TLS writes and takes no flag for that; one that came is taken away before it is let in."""
    import signal  # noqa: PLC0415

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGPIPE,))
    try:
        yield
    finally:
        if signal.SIGPIPE not in before:
            if signal.SIGPIPE in signal.sigpending():
                _take_signal(signal.SIGPIPE)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _take_signal(number: int) -> None:
    import signal  # noqa: PLC0415

    if hasattr(signal, "sigtimedwait"):
        signal.sigtimedwait((number,), 0)  # another thread may have taken it: never wait for it
    else:
        signal.sigwait((number,))


@contextmanager
def _unseen() -> Generator[None]:
    """Keep the host's sentry-sdk, if it has one, from tracing what happens inside."""
    sdk: Any = sys.modules.get("sentry_sdk")
    with ExitStack() as stack:
        if sdk is not None:
            from sentry_sdk.client import NonRecordingClient  # noqa: PLC0415
            from sentry_sdk.scope import use_isolation_scope, use_scope  # noqa: PLC0415

            stack.enter_context(use_isolation_scope(sdk.Scope(client=NonRecordingClient())))
            stack.enter_context(use_scope(sdk.Scope(client=NonRecordingClient())))
        yield
