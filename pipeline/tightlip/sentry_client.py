"""A client of an SDK's own for those who want sentry-sdk's transport: it shares nothing with the host's sentry-sdk in the same process.

sentry-sdk has no client without a host: ``Client()`` writes its name into a global and reads the host's environment, and its sender's requests
carry the host's trace headers and show in the host's traces. So this is none. What leaves is what `tightlip.before_send` lets through; it goes
to a transport of sentry-sdk's in an envelope of our own.

Guarantees:

1. Nothing is sent without consent: it is asked for when something is captured, and again when it is sent.
2. Of the environment nothing is read but ``DO_NOT_TRACK`` and what the transport takes for proxies and certificates: no ``SENTRY_DSN``,
   ``SENTRY_RELEASE``, ``SENTRY_ENVIRONMENT``, ``SENTRY_SPOTLIGHT``, ``SENTRY_DEBUG``.
3. The host's scopes, client, integrations and ``SDK_INFO`` stay as they are. All that the transport does, from the start of its thread on,
   happens in scopes of our own with a client that has no integrations: no span, no breadcrumb, no trace header.
4. What goes to the transport passes a `ScrubbingTransport`, whoever hands it over.
5. No method raises an ``Exception`` into the host once it is made.

Of sentry-sdk's private names it needs two methods of the transport, to stand around its requests, and its pool of connections. They are checked when a client is made: a
version without them gives a `RuntimeError` there, and nothing is ever sent around them.

Not covered: lines that urllib3 logs at ``DEBUG`` go to the host's loggers, as those of any use of it. Each event is tried once: sentry-sdk has
no other try. A `Reporter` keeps what did not arrive.
"""

from __future__ import annotations

import sys
import threading
import uuid
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self, cast

import urllib3
from sentry_sdk import Scope
from sentry_sdk.client import BaseClient
from sentry_sdk.consts import DEFAULT_OPTIONS, VERSION
from sentry_sdk.envelope import Envelope
from sentry_sdk.scope import use_isolation_scope, use_scope
from sentry_sdk.transport import HttpTransport, Transport

from tightlip.chain import Tally
from tightlip.consent import Consent
from tightlip.envelope import SDK
from tightlip.exact import type_name
from tightlip.pace import USUAL, Limits, Pace
from tightlip.policy import STRICT, Policy
from tightlip.process_end import ProcessEnd
from tightlip.reporter import Reporter
from tightlip.sentry_envelopes import ScrubbingTransport
from tightlip.sentry_rows import UUID4
from tightlip.transport import Dsn

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from tightlip.types import Declared, Event, Hint

_WAIT_SECONDS: Final = 2.0
_REDIRECTS: Final = 3
#: Options of ``sentry_sdk.init`` that are the transport's. The others are the host's business or would let something past the pipeline.
_OPTIONS: Final = frozenset({
    "http_proxy", "https_proxy", "proxy_headers", "ca_certs", "cert_file", "key_file", "socket_options", "keep_alive", "transport_queue_size",
    "send_client_reports", "transport", "org_id",
})  # fmt: skip
#: The method of sentry-sdk's transport -> what it must call, so that standing around that is standing around each request.
_CHECKED: Final = {"_send_envelope": "_send_request", "_send_request": "_request"}


class _Alone(BaseClient):
    """A client with no integrations, for the scopes around the transport.

    It is active: for one that is not, sentry-sdk looks further and finds the host's.
    """

    def is_active(self) -> bool:
        return True


class _Scopes:
    """Scopes that have nothing to do with the host's."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._client: Any = _Alone(options)
        self._local = threading.local()

    @contextmanager
    def __call__(self) -> Generator[None]:
        if getattr(self._local, "depth", False):
            yield  # we are there
            return
        with use_isolation_scope(Scope(client=self._client)), use_scope(Scope(client=self._client)):
            self._local.depth = True
            try:
                yield
            finally:
                self._local.depth = False


def _check() -> None:
    """Fail if this sentry-sdk makes its requests in another place than where we stand."""
    for name, called in _CHECKED.items():
        function = getattr(HttpTransport, name, None)
        code = getattr(function, "__code__", None)
        if called not in getattr(code, "co_names", ()) or getattr(HttpTransport, called, None) is None:
            raise RuntimeError(_refusal(f"HttpTransport.{name} does not call {called}"))


def _around_requests(scopes: _Scopes, is_allowed: Callable[[], bool], tally: Tally) -> type[HttpTransport]:
    """sentry-sdk's transport, whose requests are made in scopes of our own and with consent."""
    _check()

    class Alone(HttpTransport):
        def __init__(self, options: dict[str, Any]) -> None:
            super().__init__(options)
            settings: Any = getattr(getattr(self, "_pool", None), "connection_pool_kw", None)
            if type(settings) is not dict:
                raise RuntimeError(_refusal("HttpTransport._pool is no pool of urllib3's"))
            # A connection that fails is tried again by urllib3 with a warning for each time, in the host's log or on its stderr.
            settings["retries"] = urllib3.Retry(total=_REDIRECTS, connect=0, read=0, other=0)

        def _send_envelope(self, *args: Any, **kwargs: Any) -> None:
            with scopes():
                if not is_allowed():
                    tally.add("dropped.consent.withdrawn")
                    return
                try:
                    cast("Any", super())._send_envelope(*args, **kwargs)  # noqa: SLF001 - checked above
                except Exception as error:  # logged by sentry-sdk, where the host has debug=True
                    tally.add(f"failed.transport.{type_name(error)}")

        def _request(self, *args: Any, **kwargs: Any) -> Any:
            with scopes():
                return cast("Any", super())._request(*args, **kwargs)  # noqa: SLF001 - checked above

        def flush(self, timeout: float, callback: Any = None) -> None:
            with scopes():
                super().flush(timeout, callback)

        def kill(self) -> None:
            with scopes():
                super().kill()

    return Alone


def _refusal(why: str) -> str:
    return (
        f"sentry-sdk {VERSION} sends in another way than those that are known here ({why}): the host would see it; "
        "use a tightlip.Reporter, which has a sender of its own"
    )


class IsolatedClient:
    """Captures failures of one SDK and sends them through a transport of sentry-sdk's; `isolated_client` makes it.

    Args:
        reporter: Decides what leaves of an event; it sends and stores nothing itself.
        transport: Sends.
        scopes: Around all that the transport does.
        is_allowed: Whether there is consent now.
        tally: Counts.
        pace: How many reports go on.
    """

    def __init__(
        self,
        reporter: Reporter,
        transport: Transport,
        scopes: _Scopes,
        is_allowed: Callable[[], bool],
        tally: Tally,
        pace: Pace,
    ) -> None:
        self._reporter = reporter
        self._transport: Any = transport
        self._scopes = scopes
        self._is_allowed = is_allowed
        self._tally = tally
        self._pace = pace
        self._local = threading.local()
        self._is_closed = False
        self._end = ProcessEnd(self._finish, _WAIT_SECONDS)

    def capture(self, exc: BaseException, *, handled: bool = True) -> str | None:
        """Report ``exc``: the id of its event, or None if it is dropped, as any failure that is not the SDK's.

        The event is made in this thread, as by sentry-sdk's own client; sending is its transport's thread's.
        """
        try:
            if not self._may():
                return None
            too_many = self._pace.admits(exc)
            if too_many is not None:
                self._tally.add(f"dropped.pace.{too_many}")
                return None
            told = {"values": [{"mechanism": {"type": "generic", "handled": handled}}]}
            hint: Hint = {"exc_info": (type(exc), exc, None)}
            return self._send({"level": "error", "exception": told}, hint)
        except Exception as error:
            self._failed(error)
            return None

    def capture_event(self, event: Event, hint: Hint | None = None) -> str | None:
        """Report an event in Sentry's format, as `tightlip.before_send` would let it through: the id, or None if it is dropped.

        Args:
            event: It is not changed.
            hint: As for ``sentry_sdk.capture_event``; ``exc_info`` makes it the report of an exception. Attachments do not leave.
        """
        try:
            return self._send(_with_id(event), dict(hint or {})) if self._may() else None
        except Exception as error:
            self._failed(error)
            return None

    def flush(self, timeout: float = _WAIT_SECONDS) -> None:
        """Wait until what was captured is sent or given up, for ``timeout`` seconds at most."""
        with suppress(Exception), self._scopes():
            self._transport.flush(timeout)

    def close(self, timeout: float = _WAIT_SECONDS) -> None:
        """As `flush`; after that nothing is captured any more, and the transport's thread ends."""
        self._is_closed = True
        self.flush(timeout)
        with suppress(Exception), self._scopes():
            self._transport.kill()
        with suppress(Exception):
            self._reporter.close(timeout)

    def stats(self) -> dict[str, int]:
        """Counts since the start: ``captured``, ``dropped.*`` and ``failed.*``, as of `Reporter.stats` and `ScrubbingTransport`."""
        return {**self._reporter.stats(), **self._transport.stats(), **self._tally.counts()}

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _may(self) -> bool:
        if self._is_closed or sys.is_finalizing():
            self._tally.add("dropped.capture.shutdown")
        elif getattr(self._local, "is_inside", False):
            self._tally.add("dropped.capture.inside capture")
        elif self._is_allowed():
            return True
        else:
            self._tally.add("dropped.consent.not given")
        return False

    def _send(self, event: Event, hint: Hint) -> str | None:
        self._local.is_inside = True  # a callable of the vendor's that captures must not feed itself
        try:
            self._tally.add("captured")
            found = self._reporter.before_send(event, hint)
            if found is None:
                return None
            too_many = self._pace.passes(found)
            if too_many is not None:
                self._tally.add(f"dropped.pace.{too_many}")
                return None
            envelope = Envelope(headers={"event_id": found["event_id"], "sdk": SDK})
            envelope.add_event(cast("Any", found))
            self._end.register()
            with self._scopes():
                self._transport.capture_envelope(envelope)
            return str(found["event_id"])
        finally:
            self._local.is_inside = False

    def _failed(self, error: Exception) -> None:
        with suppress(Exception):  # there may be no stack left to count
            self._tally.add(f"dropped.capture.{type_name(error)}")

    def _finish(self, seconds: float) -> None:
        self.flush(seconds)


def _with_id(event: Event) -> Event:
    """A copy that has an id and a time, as sentry-sdk gives them."""
    given: Event = {key: event[key] for key in event if event[key] is not None}
    return {
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        **given,
        "event_id": given["event_id"] if UUID4.accepts(given.get("event_id")) else uuid.uuid4().hex,
    }


def isolated_client(
    package: str | Iterable[str],
    dsn: str,
    policy: Policy = STRICT,
    *,
    release: Declared = None,
    environment: Declared = None,
    consent: Consent | None = None,
    pace: Limits | None = USUAL,
    reporter_options: dict[str, Any] | None = None,
    **client_options: Any,
) -> IsolatedClient:
    """A client that sends an SDK's failures through sentry-sdk's transport and shares nothing with the host's sentry-sdk.

    Args:
        package: Import name of the SDK, or several.
        dsn: Where to send.
        policy: What may leave.
        release: As for `Reporter`.
        environment: As for `Reporter`.
        consent: As for `Reporter`.
        pace: As for `Reporter`.
        reporter_options: Others of `Reporter`: ``dependencies``, ``commit``, ``workspace``, ``facts``, ``adapters``, ``hook``, ``breadcrumbs``.
        client_options: Options of ``sentry_sdk.init`` for the transport: proxies, certificates, ``transport_queue_size``,
            ``send_client_reports``, or ``transport=`` with an instance of your own, whose threads are then your own business too.

    Raises:
        ValueError: A package cannot be imported or has no source; the DSN makes no sense.
        TypeError: There is no such option, or it is not for the transport.
        RuntimeError: This version of sentry-sdk cannot be kept apart from the host's.
    """
    for name in client_options:
        if name not in _OPTIONS:
            raise TypeError(f"{name}= is no option of the transport; there are {', '.join(sorted(_OPTIONS))}")
    own = client_options.pop("transport", None)
    if own is not None and not issubclass(type(own), Transport):
        raise TypeError("transport= must be an instance of a transport of sentry-sdk's; leave it out for its own")
    Dsn.parse(dsn)
    # Of what sentry-sdk's own client puts in from the host's environment the transport needs nothing.
    options = {**DEFAULT_OPTIONS, **client_options, "dsn": dsn, "debug": False}
    options["keep_alive"] = options.get("keep_alive") or False
    asked = Consent() if consent is None else consent
    reporter = Reporter(
        package,
        release=release,
        environment=environment,
        policy=policy,
        outbox=False,
        consent=asked,
        **(reporter_options or {}),
    )
    tally, scopes = Tally(), _Scopes(options)

    def is_allowed() -> bool:
        return asked.decision().allowed

    with scopes():
        own = _around_requests(scopes, is_allowed, tally)(options) if own is None else own
    packages = (package,) if isinstance(package, str) else tuple(package)
    wrapped = ScrubbingTransport(own, policy, packages=packages)
    return IsolatedClient(reporter, wrapped, scopes, is_allowed, tally, Pace(pace))
