"""A transport of sentry-sdk's that scrubs: whatever the SDK sends, events or not, goes through it.

    sentry_sdk.init(dsn=..., transport=tightlip.sentry.ScrubbingTransport(HttpTransport))

Guarantees:

1. The transport inside sees only envelopes that were made here: new headers, new items (`tightlip.sentry_items`). The one that came in is
   neither changed nor handed on.
2. What fails drops the item, or the envelope, and is counted: `ScrubbingTransport.stats`. No ``Exception`` reaches the host.
3. What was dropped is told to the transport inside, as Sentry asks, so that the server can show it; of what it was, only the kind.

Not covered: what the host prints itself (``SENTRY_PRINT_ENVELOPES``, ``debug=True``, Spotlight) goes past any transport. It runs in the thread
that sends the envelope to the transport: of an event or a transaction that is the host's own.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast, overload

from sentry_sdk.envelope import Envelope, Item, PayloadRef
from sentry_sdk.transport import Transport

from tightlip import sentry_passed
from tightlip.chain import Drop, Tally
from tightlip.exact import type_name
from tightlip.policy import APP, Policy, checked
from tightlip.sentry_items import Clean, Items
from tightlip.sentry_rows import CATEGORIES, REASONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_MOST_ITEMS: Final = 1_000
_CATEGORIES: Final = frozenset(CATEGORIES)
_REASONS: Final = frozenset(REASONS)
#: How Sentry calls it that a filter has dropped something.
_LOST: Final = "event_processor"


class Scrubbing(Transport):
    """A transport around another one; `ScrubbingTransport` makes it.

    Args:
        inner: Sends what is left.
        items: What may leave.
        tally: What was dropped.
    """

    def __init__(self, inner: Transport, items: Items, tally: Tally) -> None:
        # Not Transport.__init__, which parses options that the one inside has parsed.
        self.options = inner.options
        self.parsed_dsn = inner.parsed_dsn
        self._inner = inner
        self._items = items
        self._tally = tally
        sentry_passed.watch()

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride] - a property in object, too
        """The class of the one inside: sentry-sdk asks ``isinstance`` whether a transport is an asynchronous one."""
        return self._inner.__class__

    def capture_envelope(self, envelope: Envelope) -> None:
        """Send what may leave of ``envelope``; nothing if that is nothing."""
        try:
            clean = self._cleaned(envelope)
        except Exception as error:
            self._tally.add(f"dropped.envelope.{type_name(error)}")
            return
        if clean is None:
            return
        try:
            self._inner.capture_envelope(clean)
        except Exception as error:
            self._tally.add(f"failed.transport.{type_name(error)}")

    def flush(self, timeout: float, callback: Any = None) -> Any:
        """As the transport inside."""
        return cast("Any", self._inner).flush(timeout=timeout, callback=callback)

    def kill(self) -> Any:
        """As the transport inside."""
        return cast("Any", self._inner).kill()

    def is_healthy(self) -> bool:
        """As the transport inside."""
        return self._inner.is_healthy()

    def record_lost_event(self, reason: str, data_category: Any = None, item: Any = None, *, quantity: int = 1) -> None:
        """As the transport inside; a reason or a category that is none of Sentry's is not handed on: it would be sent as it is."""
        known = reason if type(reason) is str and reason in _REASONS else "internal_sdk_error"
        if item is None and not (type(data_category) is str and data_category in _CATEGORIES):
            return
        cast("Any", self._inner).record_lost_event(known, data_category, item, quantity=quantity)

    def stats(self) -> dict[str, int]:
        """Counts since the start: ``dropped.<type of item>.<reason or exception type>``; ``dropped.envelope.*``; ``failed.transport.*``.

        Of logs, metrics and spans ``dropped.<type>.one.<reason>`` counts those of a batch. A type that is not known is ``unknown``.
        """
        return self._tally.counts()

    def _cleaned(self, envelope: Envelope) -> Envelope | None:
        kept: list[Item] = []
        for number, item in enumerate(envelope.items):
            found = self._item(item, is_late=number >= _MOST_ITEMS)
            if found is not None:
                kept.append(_item(found))
        if not kept:
            return None
        return Envelope(headers=self._items.headers(envelope.headers), items=kept)

    def _item(self, item: Item, *, is_late: bool) -> Clean | None:
        name = "unknown"
        try:
            kind = item.headers.get("type")
            name = kind if type(kind) is str and kind in KINDS else "unknown"
            if is_late:
                raise Drop("too many")
            return self._items.clean(name, item.headers, item.payload.json, item.get_bytes)
        except Drop as drop:
            self._lost(name, drop.reason, item)
        except Exception as error:
            self._lost(name, type_name(error), item)
        return None

    def _lost(self, kind: str, why: str, item: Item) -> None:
        self._tally.add(f"dropped.{kind}.{why}")
        with suppress(Exception):
            category = item.data_category
            if category in _CATEGORIES and category != "internal":
                self._inner.record_lost_event(_LOST, category, quantity=1)


#: Types of items by which drops are counted; another one may be anybody's word.
KINDS: Final = frozenset({
    "event", "transaction", "attachment", "session", "sessions", "statsd", "metric_meta", "metric_buckets", "user_report", "feedback", "client_report",
    "replay_event", "replay_recording", "replay_video", "profile", "profile_chunk", "check_in", "log", "otel_log", "span", "otel_span", "trace_metric",
    "security", "raw_security", "unreal_report", "form_data", "nel",
})  # fmt: skip


def _item(clean: Clean) -> Item:
    # The bytes are those that were checked; the data beside them lets the transport count spans.
    return Item(PayloadRef(bytes=clean.body, json=clean.data), headers=clean.headers)


@overload
def ScrubbingTransport(
    transport: type[Transport],
    policy: Policy = ...,
    *,
    packages: str | Iterable[str] = ...,
    monitors: Iterable[str] = ...,
    attachments: Iterable[str] = ...,
) -> type[Scrubbing]: ...
@overload
def ScrubbingTransport(
    transport: Transport,
    policy: Policy = ...,
    *,
    packages: str | Iterable[str] = ...,
    monitors: Iterable[str] = ...,
    attachments: Iterable[str] = ...,
) -> Scrubbing: ...
def ScrubbingTransport(  # noqa: N802 - it reads as what it makes, where a transport is asked for
    transport: Transport | type[Transport],
    policy: Policy = APP,
    *,
    packages: str | Iterable[str] = (),
    monitors: Iterable[str] = (),
    attachments: Iterable[str] = (),
) -> Scrubbing | type[Scrubbing]:
    """A transport for ``sentry_sdk.init`` that lets through what a policy lets through: of events, transactions, logs, metrics and all else.

    Args:
        transport: A transport of sentry-sdk's, or a class of one; of a class a class comes back, which sentry-sdk gives its options.
        policy: What may leave. A strict one leaves events (those that `tightlip.before_send` has let through stay as they are), client
            reports, and the typed facts of sessions and check-ins.
        packages: Under a strict policy a session's release is kept if it is one of these names and a version.
        monitors: Slugs of check-ins that leave under a strict policy.
        attachments: File names of attachments that leave, untouched; you vouch for what is in them. Not under a strict policy.

    Raises:
        TypeError: An argument has another type.
    """
    names = (packages,) if isinstance(packages, str) else tuple(packages)
    for given, what in ((monitors, "monitors"), (attachments, "attachments")):
        if isinstance(given, str):
            raise TypeError(f"{what}= must be several names, not one str; write [{given!r}]")
    slugs, files = frozenset(monitors), frozenset(attachments)
    checked(policy)

    def around(inner: Transport) -> tuple[Transport, Items, Tally]:
        tally = Tally()
        return inner, Items(policy, tally, names, slugs, files), tally

    if isinstance(transport, type):
        if not issubclass(transport, Transport):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
            raise TypeError(f"{transport.__name__} is no subclass of sentry_sdk.transport.Transport")
        return _class_around(transport, around)
    if not isinstance(transport, Transport):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
        raise TypeError(f"transport must be a transport of sentry-sdk's or its class, not {type(transport).__name__}")
    return Scrubbing(*around(transport))


def _class_around(
    wrapped: type[Transport], around: Callable[[Transport], tuple[Transport, Items, Tally]]
) -> type[Scrubbing]:
    class ScrubbingOfClass(Scrubbing):
        def __init__(self, options: dict[str, Any] | None = None) -> None:
            super().__init__(*around(wrapped(options)))

    return ScrubbingOfClass
