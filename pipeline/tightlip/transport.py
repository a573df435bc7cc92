"""Delivery over HTTP: one envelope, one try, to the address in a DSN.

What the server does not take stays in the outbox. Retries, rate limits and several processes are the work of a later version.

The host's own sentry-sdk patches ``http.client``, so that a request of ours would carry the host's trace headers and show up in its
traces. `_unseen` sends inside scopes of our own that have no client.
"""

from __future__ import annotations

import gzip
import re
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tightlip._version import __version__
from tightlip.types import Answer

if TYPE_CHECKING:
    from collections.abc import Generator

_KEY = re.compile(r"[A-Za-z0-9]{1,64}")
_PROJECT = re.compile(r"[A-Za-z0-9_-]{1,64}")
#: Seconds to connect, and to wait for the answer.
_CONNECT_SECONDS, _READ_SECONDS = 3.0, 5.0
_HTTP_OK = 200
_REFUSED = frozenset({400, 401, 403, 404, 405, 413, 415, 422})


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
            (_KEY.fullmatch(parts.username or ""), "it has no key before the @"),
            (_PROJECT.fullmatch(project), "it has no project at the end"),
        ):
            if not is_right:
                raise ValueError(f"dsn is not complete: {what}; it looks like https://<key>@<host>/<project>")
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        place = host if port is None else f"{host}:{port}"
        return cls(key=parts.username or "", url=f"{parts.scheme}://{place}{folder}/api/{project}/envelope/")


class HttpTransport:
    """Sends envelopes to a DSN; connections are kept open between them."""

    def __init__(self, dsn: Dsn) -> None:
        self._dsn = dsn
        self._pool: Any = None

    def __call__(self, envelope: bytes) -> Answer:
        """Send ``envelope`` once."""
        import urllib3  # noqa: PLC0415 - import tightlip stays cheap

        if self._pool is None:
            timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
            self._pool = urllib3.PoolManager(1, timeout=timeout, retries=False)
        client = f"tightlip/{__version__}"
        headers = {
            "Content-Type": "application/x-sentry-envelope",
            "Content-Encoding": "gzip",
            "User-Agent": client,
            "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_client={client}, sentry_key={self._dsn.key}",
        }
        try:
            with _unseen():
                # Only the status is read: an answer can be of any length, and be bigger unpacked.
                answer = self._pool.request(
                    "POST", self._dsn.url, body=gzip.compress(envelope), headers=headers, redirect=False,
                    preload_content=False, decode_content=False,
                )  # fmt: skip
                status = answer.status
                answer.close()
        except (urllib3.exceptions.HTTPError, OSError):
            return Answer("later", "no connection")
        if status == _HTTP_OK:
            return Answer("taken", str(status))
        return Answer("refused" if status in _REFUSED else "later", str(status))

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.clear()


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
