"""A Sentry endpoint on the loopback interface: it takes whatever an SDK sends, and says what it was.

Envelopes (https://develop.sentry.dev/sdk/data-model/envelopes/) and the older store endpoint, plain, gzip or deflate. Everything counts: the
event, every other item, the headers of envelopes, items and requests. What it cannot read is kept as text or base64, so that it is searched too.

Left out are the headers of the transport that tell of the content or the machine alone: lengths, the host with its port, the connection. What
they tell of the content, the content itself tells.
"""

from __future__ import annotations

import base64
import gzip
import json
import threading
import time
import zlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The public key and the project of the DSN; any would do.
KEY: Final = "0123456789abcdef0123456789abcdef"
PROJECT: Final = "42"
_MOST_BODY: Final = 64 * 1024 * 1024
_TRANSPORT: Final = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding", "date"})
_ANSWER: Final = b'{"id":"00000000000000000000000000000000"}'
_SOCKET_SECONDS: Final = 10.0
_ERRORS: Final = ("event",)
#: How packed data begins, as recordings in an envelope do.
_PACKED: Final = {b"\x1f\x8b": "gzip", b"\x78\x01": "deflate", b"\x78\x9c": "deflate", b"\x78\xda": "deflate"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request that arrived.

    Attributes:
        method: ``POST``.
        path: With the query.
        headers: By their names in small letters.
        body: Decoded as the headers say; None where that cannot be done.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None


@dataclass(slots=True)
class Received:
    """What arrived.

    Attributes:
        event: The first error event; None without one.
        items: The other items of envelopes, each with its header.
        envelopes: Headers of the envelopes.
        requests: Method, path and headers of the requests; their bodies where they are neither envelope nor event.
        is_whole: Whether all of it could be read.
    """

    event: Any = None
    items: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    envelopes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    requests: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    is_whole: bool = True

    def beside(self) -> tuple[Any, ...]:
        """All but the event, sorted by what it is: in which order requests arrive is chance."""
        items = sorted(self.items, key=lambda item: str(item["item"].get("type", "")))
        return (*items, *self.envelopes, *sorted(self.requests, key=lambda one: str(one["request"]["path"])))


class Receiver:
    """The endpoint. It serves from the moment it is made until it is closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self._under_way = 0
        self._last = time.monotonic()
        receiver = self

        class Handler(_Handler):
            owner = receiver

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.02},
            name="tightlip-check-receiver",
            daemon=True,
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self._server.server_address[1])

    @property
    def dsn(self) -> str:
        """The DSN that leads here."""
        return f"http://{KEY}@127.0.0.1:{self.port}/{PROJECT}"

    def begun(self) -> None:
        """A request begins."""
        with self._lock:
            self._under_way += 1

    def ended(self, request: Request | None) -> None:
        """It is read; None for one that broke off."""
        with self._lock:
            self._under_way -= 1
            self._last = time.monotonic()
            if request is not None:
                self._requests.append(request)

    def is_quiet(self, seconds: float) -> bool:
        """Whether nothing is under way, and nothing came for so long."""
        with self._lock:
            return not self._under_way and time.monotonic() - self._last >= seconds

    def take(self) -> list[Request]:
        """What arrived since the last time."""
        with self._lock:
            taken, self._requests = self._requests, []
            return taken

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    owner: Receiver

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing on the terminal: a client that goes away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _SOCKET_SECONDS
    owner: Receiver

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the method that it replaces
        """Nothing on the terminal."""

    def _answer(self) -> None:
        self.owner.begun()
        request: Request | None = None
        try:
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self._body(headers))
        finally:
            self.owner.ended(request)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(_ANSWER)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(_ANSWER)

    do_POST = do_GET = do_PUT = do_HEAD = do_OPTIONS = do_PATCH = do_DELETE = _answer  # noqa: N815 - the names that http.server calls

    def _body(self, headers: dict[str, str]) -> bytes | None:
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return decoded(b"".join(self._chunks()), headers.get("content-encoding", ""))
        length = headers.get("content-length", "0")
        return decoded(self.rfile.read(min(int(length), _MOST_BODY)), headers.get("content-encoding", ""))

    def _chunks(self) -> Iterator[bytes]:
        total = 0
        while size := int(self.rfile.readline(64).split(b";")[0], 16):
            total += size
            if total > _MOST_BODY:
                self.close_connection = True
                return
            yield self.rfile.read(size)
            self.rfile.readline(8)
        while self.rfile.readline(1024) not in {b"\r\n", b"\n", b""}:
            pass


def decoded(body: bytes, encoding: str) -> bytes | None:
    """A body without its content encoding; None where that is unknown or wrong, so that nobody can tell what is in it."""
    try:
        match encoding.strip().lower():
            case "gzip" | "x-gzip":
                return gzip.decompress(body)
            case "deflate":
                try:
                    return zlib.decompress(body)
                except zlib.error:
                    return zlib.decompress(body, -zlib.MAX_WBITS)  # without the header, as some clients send it
            case "" | "identity":
                return body
            case _:
                return None
    except (OSError, EOFError, zlib.error):
        return None


def received(requests: list[Request]) -> Received:
    """What requests hold.

    Args:
        requests: In the order in which they came.
    """
    found = Received()
    for request in requests:
        about: dict[str, Any] = {
            "method": request.method,
            "path": request.path,
            "headers": {name: value for name, value in request.headers.items() if name not in _TRANSPORT},
        }
        where = request.path.split("?")[0].rstrip("/")
        if request.body is None:
            found.is_whole = False
        elif where.endswith("/store"):
            _take(found, {"type": "event"}, _content(request.body))
        elif where.endswith("/envelope"):
            _envelope(found, request.body)
        elif request.body:
            about["body"] = _content(request.body)
        found.requests.append({"request": about})
    return found


def _envelope(found: Received, body: bytes) -> None:
    """Each line an item's header, and its payload after it: so many bytes, or to the end of the line."""
    first, _, rest = body.partition(b"\n")
    found.envelopes.append({"envelope": _content(first)})
    while rest:
        line, _, rest = rest.partition(b"\n")
        if not line.strip():
            continue
        content = _content(line)
        if not isinstance(content, dict):
            found.items.append({"item": {}, "payload": content})
            continue
        header: dict[str, Any] = {**content}
        length = header.get("length")
        if isinstance(length, int) and 0 <= length <= len(rest):
            payload, rest = rest[:length], rest[length:]
        else:
            payload, _, rest = rest.partition(b"\n")
        # A length tells of the content, which is here.
        _take(found, {name: value for name, value in header.items() if name != "length"}, _content(payload))


def _take(found: Received, header: dict[str, Any], payload: Any) -> None:
    if found.event is None and header.get("type") in _ERRORS and isinstance(payload, dict):
        found.event = payload
        if set(header) - {"type", "content_type"}:
            found.items.append({"item": header})
        return
    found.items.append({"item": header, "payload": payload})


def _content(data: bytes) -> Any:
    """Data as JSON, else as text, else as base64."""
    for packed, encoding in _PACKED.items():
        if data.startswith(packed):
            data = decoded(data, encoding) or data
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
